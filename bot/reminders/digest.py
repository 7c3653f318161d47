"""The weekly digest: its delivery keeps it as it was composed, so that an edit repeats the same figures."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pydantic import TypeAdapter

from bot.answers.every_duty import DUTIES
from bot.answers.rules.unanswered import UnansweredTopic
from bot.answers.unanswered import unanswered_groups
from bot.blocks.kit import Message
from bot.blocks.packing import count_shown_whole
from bot.calendar.bundle_times import is_stale
from bot.calendar.periods import local_date
from bot.deadlines import company_workdays, utc_yesterday, workdays_of
from bot.duties import OnePerson
from bot.outgoing import Outgoing, Post, remembered
from bot.owners.rules.ownership import DigestHandover
from bot.readiness.rules.status import TypeOne, TypeTwo
from bot.readiness.sampling import past_assessments
from bot.readiness.status import current_examination_facts
from bot.register.window_guard import window_findings
from bot.reminders.changes import changed_since
from bot.reminders.duty_messages import messages_of
from bot.reminders.rules.comparison import Before, ReadAt, before_of
from bot.reminders.rules.digest import (
    Campaign,
    Debt,
    Digest,
    DigestFacts,
    OpenQuestion,
    TypeTwoLine,
    digest_of,
)
from bot.reminders.views import digest
from bot.work import Work
from storage import (
    arrears,
    evidence_reviews,
    handovers,
    leave,
    obligations,
    outbox,
    people,
    policies,
    questions,
)
from storage.handovers import Handover
from storage.outbox import Delivery
from storage.people import Person
from storage.record import entries, past
from storage.terms import DeliveryKind, ObligationKind

DIGEST = TypeAdapter(Digest)
EVERYONE = "everyone"
# A digest comes every week.
HANDOVER_SHOWN_FOR = timedelta(days=7)


async def compose_digest(work: Work, delivery: Delivery) -> Outgoing | None:
    """The lead's bundle of the week's first working day; the digest channel's has no requests of anybody."""
    lead = await people.person(work.session, delivery.recipient)
    in_channel = delivery.recipient == work.settings.digest_channel
    if not (in_channel or (lead and lead.is_lead)):
        return None
    days = await workdays_of(work, lead) if lead else company_workdays(work)
    if is_stale(delivery.queued_at, work.now, days):
        return None
    last = await outbox.last_sent_delivery(work.session, DeliveryKind.DIGEST, delivery.recipient)
    told = digest_of(await gather_facts(work, days.today(work.now), kept_digest(last) if last else None))
    open_rows = await obligations.open_obligations(work.session, lead.id) if lead else []
    requests, ids = await messages_of(work, open_rows)
    message = digest.digest_message(told, requests, lead.name if lead else EVERYONE, in_channel=in_channel)
    asks = ids[: count_shown_whole(message, requests)]
    return Outgoing(Post(message), asks, facts=DIGEST.dump_json(told).decode())


async def gather_facts(work: Work, week_of: date, last: Digest | None = None) -> DigestFacts:
    """Everything the digest speaks of, as it is now and by the company's date; ``week_of`` is the reader's date.

    ``last`` is the digest to compare with.
    """
    as_of, zone = work.today, work.zone
    routed = await questions.routed_questions(work.session)
    told_handovers = await handovers.handovers_to_tell(work.session, work.now - HANDOVER_SHOWN_FOR)
    names = await _names(
        work,
        *(row.asker_id for row in routed),
        *(person_id for row in told_handovers for person_id in (row.from_id, row.to_id)),
    )
    heads = await entries.checkpoints(work.session)
    assessments = await past_assessments(work, most=1)
    async with work.snapshot() as still:  # a schedule that changes meanwhile would not tie
        examinations, before, read_at = await _compared(still, last)
        findings = await window_findings(still, as_of)
    return DigestFacts(
        as_of=as_of,
        week_of=week_of,
        examinations=examinations,
        before=before,
        debts=await _debts(work),
        campaigns=await _campaigns(work, as_of),
        questions=tuple(
            OpenQuestion(row.text, names.get(row.asker_id, row.asker_id), local_date(row.asked_at, zone))
            for row in routed
        ),
        to_review=await evidence_reviews.count_evidence_to_review(work.session),
        gaps=tuple(
            UnansweredTopic(gap.text, gap.people, len(gap.questions)) for gap in await unanswered_groups(work)
        ),
        window=tuple(findings),
        assessed=assessments[0] if assessments else None,
        handed_over=tuple(_handover(row, names, zone) for row in told_handovers),
        head=f"{heads[-1].size} {heads[-1].root}" if heads else "",
        read_at=read_at,
    )


def digest_with_requests(original: Delivery, items: Sequence[Message], lead: Person) -> Message:
    """The digest as it was sent, with the lead's own requests as they are now."""
    return digest.digest_message(kept_digest(original), items, lead.name)


def kept_digest(delivery: Delivery) -> Digest:
    facts = remembered(delivery.said).facts
    if facts is None:
        raise LookupError(f"digest {delivery.key} was kept without its facts")
    return DIGEST.validate_json(facts)


async def _compared(
    work: Work, last: Digest | None
) -> tuple[tuple[TypeOne | TypeTwo, ...], Before | None, ReadAt]:
    """The examinations as they are, and what the last digest counted."""
    read_at = ReadAt(work.now, work.today, await past.record_size(work.session))
    if last is None:
        return (
            await current_examination_facts(work, work.today, lambda each: each.moving(work.today, ())),
            None,
            read_at,
        )
    rows, then = await changed_since(work, last.read_at, read_at.record_size)
    examinations = await current_examination_facts(
        work, work.today, lambda each: each.moving(last.read_at.as_of, rows)
    )
    changed = {f"{row.control_id} {row.label}": then.get(row.id) for row in rows}
    counts = {line.title: line.counts for line in last.examinations if isinstance(line, TypeTwoLine)}
    return examinations, before_of(examinations, changed, counts, last.read_at.as_of), read_at


async def _names(work: Work, *person_ids: str | None) -> dict[str, str]:
    people_by_id = await people.people_by_id(work.session, {each for each in person_ids if each})
    return {person_id: person.name for person_id, person in people_by_id.items()}


async def _debts(work: Work) -> tuple[Debt, ...]:
    """What the digest tells leads of that people owe."""
    words_of = {
        kind: duty.owed_by.digest_words
        for kind, duty in DUTIES.items()
        if isinstance(duty.owed_by, OnePerson) and duty.owed_by.digest_words
    }
    rows = await arrears.open_debts(work.session, words_of.keys())
    words = {
        kind: await digest_words(work, {row.subject for row in rows if row.kind is kind})
        for kind, digest_words in words_of.items()
    }
    away = await _away(work)
    return tuple(
        Debt(
            person=row.name or row.person_id,
            kind=row.kind,
            subject=words[row.kind].get(row.subject, row.subject),
            due_on=row.due_on,
            asked=row.nags,
            away=row.person_id in away,
        )
        for row in rows
    )


async def _away(work: Work) -> set[str]:
    """The ids of those who are on leave by their own date."""
    leaves = await leave.leaves(work.session, utc_yesterday(work))
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in leaves})
    return {
        row.person_id
        for row in leaves
        if row.starts_on <= local_date(work.now, people_by_id[row.person_id].zone) <= row.ends_on
    }


async def _campaigns(work: Work, as_of: date) -> tuple[Campaign, ...]:
    """Whoever has left the company is not waited for, and stays on the roster that was frozen."""
    policies_by_id = await policies.policies_by_id(work.session)
    campaigns = []
    for version in await policies.published_versions(work.session):
        roster = await obligations.obligations_about(work.session, ObligationKind.ACKNOWLEDGE, version.id)
        acknowledged = {row.person_id for row in await policies.acknowledgements_of(work.session, version.id)}
        waiting_ids = {row.person_id for row in roster} - acknowledged
        waiting = (await people.people_by_id(work.session, waiting_ids)).values()
        campaigns.append(
            Campaign(
                policy=policies_by_id[version.policy_id].title,
                version=version.version,
                due_on=max((row.due_on for row in roster), default=as_of),
                roster=len(roster),
                acknowledged=len(acknowledged),
                waiting=tuple(sorted(person.name for person in waiting if person.may_act)),
            )
        )
    return tuple(campaigns)


def _handover(row: Handover, names: Mapping[str, str], zone: str) -> DigestHandover:
    return DigestHandover(
        control_id=row.control_id,
        by=names.get(row.from_id, row.from_id),
        to=names.get(row.to_id, row.to_id) if row.to_id else None,
        state=row.state,
        on=local_date(row.closed_at or row.asked_at, zone),
    )
