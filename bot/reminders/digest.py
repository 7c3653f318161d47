"""The weekly digest: composed from facts that its delivery keeps, so that an edit repeats the same figures."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from pydantic import TypeAdapter

from bot.answers.every_duty import DUTIES
from bot.answers.rules.unanswered import UnansweredTopic
from bot.answers.unanswered import unanswered_groups
from bot.blocks.kit import Message
from bot.blocks.packing import count_shown_whole
from bot.calendar.bundle_times import is_stale
from bot.calendar.periods import local_date
from bot.deadlines import company_workdays, workdays_by_id, workdays_of
from bot.duties import OnePerson
from bot.outgoing import Outgoing, Post, remembered
from bot.owners.rules.ownership import DigestHandover
from bot.readiness.sampling import past_assessments
from bot.readiness.status import current_examination_facts
from bot.register.window_guard import window_findings
from bot.reminders.duty_messages import messages_of
from bot.reminders.rules.digest import Campaign, Debt, DigestFacts, OpenQuestion, digest_of
from bot.reminders.views import digest
from bot.work import Work
from storage import evidence_reviews, handovers, obligations, outbox, people, policies, questions
from storage.outbox import Delivery
from storage.people import Person
from storage.record import entries
from storage.terms import DeliveryKind, ObligationKind

DIGEST_FACTS = TypeAdapter(DigestFacts)
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
    facts = await gather_facts(
        work, days.today(work.now), before=await _last_snapshot(work, delivery.recipient)
    )
    open_rows = await obligations.open_obligations(work.session, lead.id) if lead else []
    requests, ids = await messages_of(work, open_rows)
    message = digest.digest_message(
        digest_of(facts), requests, lead.name if lead else EVERYONE, in_channel=in_channel
    )
    asks = ids[: count_shown_whole(message, requests)]
    return Outgoing(Post(message), asks, facts=DIGEST_FACTS.dump_json(facts).decode())


async def gather_facts(work: Work, week_of: date, before: dict[str, str] | None = None) -> DigestFacts:
    """Everything the digest speaks of, as it is now and by the company's date; ``week_of`` is the reader's date."""
    as_of, zone = work.today, work.zone
    people_by_id = {person.id: person for person in await people.everyone(work.session)}
    names = {person.id: person.name for person in people_by_id.values()}
    workdays = await workdays_by_id(work, people_by_id.values())
    away = {person_id for person_id, days in workdays.items() if days.leave_on(days.today(work.now))}
    heads = await entries.checkpoints(work.session)
    assessments = await past_assessments(work, most=1)
    async with work.snapshot() as still:  # a schedule that changes meanwhile would not tie
        standings = await current_examination_facts(still, as_of)
        findings = await window_findings(still, as_of)
    return DigestFacts(
        as_of=as_of,
        week_of=week_of,
        examinations=standings,
        before=before,
        debts=await _debts(work, people_by_id, away),
        campaigns=await _campaigns(work, people_by_id, as_of),
        questions=tuple(
            OpenQuestion(row.text, names.get(row.asker_id, row.asker_id), local_date(row.asked_at, zone))
            for row in await questions.routed_questions(work.session)
        ),
        to_review=len(await evidence_reviews.evidence_to_review(work.session)),
        gaps=tuple(
            UnansweredTopic(gap.text, gap.people, len(gap.questions)) for gap in await unanswered_groups(work)
        ),
        window=tuple(findings),
        assessed=assessments[0] if assessments else None,
        handed_over=await _handovers(work, names),
        head=f"{heads[-1].size} {heads[-1].root}" if heads else "",
    )


def digest_with_requests(original: Delivery, items: Sequence[Message], lead: Person) -> Message:
    """The digest as it was sent, with the lead's own requests as they are now."""
    return digest.digest_message(digest_of(_facts_of(original)), items, lead.name)


async def _debts(work: Work, people_by_id: Mapping[str, Person], away: Collection[str]) -> tuple[Debt, ...]:
    """What the digest tells leads of that people owe."""
    debts = []
    for obligation in await obligations.open_obligations(work.session):
        owed_by = DUTIES[obligation.kind].owed_by
        if isinstance(owed_by, OnePerson) and owed_by.digest_words:
            person = people_by_id.get(obligation.person_id)
            debts.append(
                Debt(
                    person=person.name if person else obligation.person_id,
                    kind=obligation.kind,
                    subject=await owed_by.digest_words(work, obligation),
                    due_on=obligation.due_on,
                    asked=obligation.nags,
                    away=obligation.person_id in away,
                )
            )
    return tuple(debts)


async def _campaigns(work: Work, people_by_id: Mapping[str, Person], as_of: date) -> tuple[Campaign, ...]:
    """Whoever has left the company is not waited for, and stays on the roster that was frozen."""
    policies_by_id = await policies.policies_by_id(work.session)
    campaigns = []
    for version in await policies.published_versions(work.session):
        roster = await obligations.obligations_about(work.session, ObligationKind.ACKNOWLEDGE, version.id)
        acknowledged = {row.person_id for row in await policies.acknowledgements_of(work.session, version.id)}
        waiting = [people_by_id[row.person_id] for row in roster if row.person_id not in acknowledged]
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


async def _handovers(work: Work, names: Mapping[str, str]) -> tuple[DigestHandover, ...]:
    return tuple(
        DigestHandover(
            control_id=row.control_id,
            by=names.get(row.from_id, row.from_id),
            to=names.get(row.to_id, row.to_id) if row.to_id else None,
            state=row.state,
            on=local_date(row.closed_at or row.asked_at, work.zone),
        )
        for row in await handovers.handovers_to_tell(work.session, work.now - HANDOVER_SHOWN_FOR)
    )


async def _last_snapshot(work: Work, reader: str) -> dict[str, str] | None:
    last = await outbox.last_sent_delivery(work.session, DeliveryKind.DIGEST, reader)
    return digest_of(_facts_of(last)).snapshot if last else None


def _facts_of(delivery: Delivery) -> DigestFacts:
    """What a digest was composed from."""
    facts = remembered(delivery.said).facts
    if facts is None:
        raise LookupError(f"digest {delivery.key} was kept without its facts")
    return DIGEST_FACTS.validate_json(facts)
