"""The weekly digest: gathered once from stored facts, kept with its delivery, shown again as it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from pydantic import TypeAdapter

from bot.answers.rules.unanswered import UnansweredTopic
from bot.answers.unanswered import open_gaps
from bot.blocks.kit import Message
from bot.blocks.packing import shown_whole
from bot.calendar.bundle_times import is_stale
from bot.calendar.periods import local_date
from bot.deadlines import company_workdays, workdays_by_id, workdays_of
from bot.outgoing import Outgoing, Post, remembered
from bot.owners.rules.handovers import TOLD_FOR, Handed
from bot.readiness.sampling import past_assessments
from bot.readiness.status import examinations
from bot.register.window_guard import window_findings
from bot.reminders.duty_messages import items_of
from bot.reminders.rules.digest import Campaign, Debt, DigestFacts, OpenQuestion, compose
from bot.reminders.views import digest
from bot.work import Work
from storage import evidence, handovers, obligations, outbox, people, policies, questions, under_review
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.people import Person
from storage.record import entries
from storage.terms import DeliveryKind, ObligationKind

FACTS = TypeAdapter(DigestFacts)
EVERYONE = "everyone"


async def compose_digest(work: Work, delivery: Delivery) -> Outgoing | None:
    """The lead's bundle of the week's first working day; the digest channel's has no requests of anybody."""
    lead = await people.person(work.session, delivery.recipient)
    in_channel = delivery.recipient == work.settings.digest_channel
    if not (in_channel or (lead and lead.is_lead)):
        return None
    days = await workdays_of(work, lead) if lead else company_workdays(work)
    if is_stale(delivery.queued_at, work.now, days):
        return None
    today = days.today(work.now)
    facts = await gather(work, today, before=await _last_snapshot(work, delivery.recipient))
    owed = await obligations.open_obligations(work.session, lead.id) if lead else []
    items, asks = await items_of(work, owed)
    message = digest.digest(compose(facts), items, lead.name if lead else EVERYONE, in_channel=in_channel)
    shown = asks[: shown_whole(message, items)]
    return Outgoing(Post(message), shown, keep=FACTS.dump_json(facts).decode())


async def gather(work: Work, week_of: date, before: dict[str, str] | None = None) -> DigestFacts:
    """Everything the digest speaks of, as it stands now and by the company's date; ``week_of`` is the reader's."""
    as_of = work.today
    known = {person.id: person for person in await people.everyone(work.session)}
    names = {person.id: person.name for person in known.values()}
    zone = work.zone
    owed = await obligations.open_obligations(work.session)
    days = await workdays_by_id(work, known.values())
    away = {person_id for person_id, each in days.items() if each.leave_on(each.today(work.now))}
    signed = await entries.checkpoints(work.session)
    assessed = await past_assessments(work, most=1)
    async with work.snapshot() as still:  # a schedule that changes meanwhile would not tie
        examined = await examinations(still, as_of)
        lacking = await window_findings(still, as_of)
    return DigestFacts(
        as_of=as_of,
        week_of=week_of,
        examinations=examined,
        before=before,
        debts=tuple([await _debt(work, row, names, away) for row in owed if row.kind in OWED_BY_OWNERS]),
        campaigns=await _campaigns(work, known, as_of),
        questions=tuple(
            OpenQuestion(
                asked.text, names.get(asked.asker_id, asked.asker_id), local_date(asked.asked_at, zone)
            )
            for asked in await questions.routed_questions(work.session)
        ),
        to_review=len(await under_review.evidence_to_review(work.session)),
        gaps=tuple(
            UnansweredTopic(gap.text, gap.people, len(gap.questions)) for gap in await open_gaps(work)
        ),
        window=tuple(lacking),
        assessed=assessed[0] if assessed else None,
        handed_over=await _handed_over(work, names),
        head=f"{signed[-1].size} {signed[-1].root}" if signed else "",
    )


def shown_again(original: Delivery, items: Sequence[Message], lead: Person) -> Message:
    """The digest as it was sent, with the lead's own requests as they are now."""
    return digest.digest(compose(_facts_of(original)), items, lead.name)


OWED_BY_OWNERS = (ObligationKind.EVIDENCE, ObligationKind.ACCEPT_OWNERSHIP, ObligationKind.ACKNOWLEDGE)


async def _debt(work: Work, row: Obligation, names: dict[str, str], away: Collection[str]) -> Debt:
    return Debt(
        person=names.get(row.person_id, row.person_id),
        kind=row.kind,
        subject=await _subject(work, row),
        due_on=row.due_on,
        asked=row.nags,
        away=row.person_id in away,
    )


async def _subject(work: Work, row: Obligation) -> str:
    if row.kind is ObligationKind.EVIDENCE:
        occurrence = await evidence.occurrence(work.session, row.subject)
        return f"{occurrence.control_id} {occurrence.label}" if occurrence else row.subject
    if row.kind is ObligationKind.ACCEPT_OWNERSHIP:
        return "an ownership to accept"
    version = await policies.version(work.session, row.subject)
    return f"{version.policy_id} {version.version}" if version else row.subject


async def _campaigns(work: Work, known: Mapping[str, Person], as_of: date) -> tuple[Campaign, ...]:
    """Who has left the company is not waited for, and stays on the roster that was frozen."""
    titles = await policies.policies_by_id(work.session)
    campaigns = []
    for version in await policies.published_versions(work.session):
        roster = await obligations.obligations_about(work.session, ObligationKind.ACKNOWLEDGE, version.id)
        done = {given.person_id for given in await policies.acknowledgements_of(work.session, version.id)}
        waiting = [known[row.person_id] for row in roster if row.person_id not in done]
        campaigns.append(
            Campaign(
                policy=titles[version.policy_id].title,
                version=version.version,
                due_on=max((row.due_on for row in roster), default=as_of),
                roster=len(roster),
                acknowledged=len(done),
                waiting=tuple(sorted(person.name for person in waiting if person.may_act)),
            )
        )
    return tuple(campaigns)


async def _handed_over(work: Work, names: Mapping[str, str]) -> tuple[Handed, ...]:
    zone = work.zone
    return tuple(
        Handed(
            control_id=row.control_id,
            by=names.get(row.from_id, row.from_id),
            to=names.get(row.to_id, row.to_id) if row.to_id else None,
            state=row.state,
            on=local_date(row.closed_at or row.asked_at, zone),
        )
        for row in await handovers.handovers_to_tell(work.session, work.now - TOLD_FOR)
    )


async def _last_snapshot(work: Work, reader: str) -> dict[str, str] | None:
    last = await outbox.last_sent(work.session, DeliveryKind.DIGEST, reader)
    return compose(_facts_of(last)).snapshot if last else None


def _facts_of(delivery: Delivery) -> DigestFacts:
    """What a digest was composed from."""
    kept = remembered(delivery.said).keep
    if kept is None:
        raise LookupError(f"digest {delivery.key} was kept without its facts")
    return FACTS.validate_json(kept)
