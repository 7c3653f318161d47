"""Answering questions about the company itself from what is stored, as it is now and as far as the asker may see."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from bot.answers.duties import DUTIES
from bot.answers.rules import company_facts
from bot.answers.rules.company_facts import Intent, Kind, KnownControl, recognise
from bot.answers.views.company_facts import (
    PolicyStanding,
    Told,
    acknowledged,
    answer,
    auditor_asks,
    duties_of,
    duty,
    elsewhere,
    for_leads,
    holder,
    my_duties,
    owners,
    readiness,
    received,
    suggested,
    windows,
)
from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.duties import OnePerson
from bot.owners.ownership import held_now
from bot.people import name_of
from bot.policies.policies import item
from bot.readiness.status import readiness_lines
from bot.register.views import window_guard
from bot.register.window_guard import window_findings
from bot.schedule.rules.scope import window
from bot.work import Work
from storage import (
    evidence,
    obligations,
    people,
    policies,
    programme,
)
from storage.people import Person
from storage.policies import Policy
from storage.programme import Control
from storage.questions import Question
from storage.record import entries
from storage.terms import Event, ObligationKind, ObligationState, OwnershipRole, VersionState


async def look_up(work: Work, question: Question) -> str | None:
    """The kind of what is asked and the ids that it is about, for `present`; None when it is not ours to answer."""
    intent = recognise(question.text, work.lexicon)
    if intent is None:
        return None
    ids = await _ids(work, intent)
    if ids is None:
        return None
    if intent.kind is Kind.DUTIES_OF and list(ids) == [question.asker_id]:
        return Kind.MY_DUTIES
    return " ".join([intent.kind, *ids])


async def present(work: Work, question: Question) -> Message:
    """What the asker may know of it, as it stands now; what is personal is not told in a channel."""
    kind, *ids = question.offered_ids
    asker = await people.person(work.session, question.asker_id)
    if asker is None:
        raise LookupError(f"question {question.id} has no asker")
    told = await _told(work, asker, Kind(kind), ids, in_channel=question.is_public)
    today = local_date(work.now, asker.zone)
    return answer(told, work.content.programme.company, today, question.id)


async def _ids(work: Work, intent: Intent) -> Collection[str] | None:
    match intent.kind:
        case Kind.MY_DUTIES:
            return []
        case Kind.DUTIES_OF:
            members = await people.members(work.session)
            return (
                company_facts.people_named(intent.subject, {each.id: each.name for each in members}) or None
            )
        case Kind.OWNER | Kind.AUDITOR_ASKS:
            known = [
                KnownControl(control.id, control.title, [*control.criteria, *control.objectives])
                for control in await programme.controls(work.session)
            ]
            return company_facts.controls_named(intent.subject, known, _served(work), work.lexicon)
        case Kind.READINESS | Kind.WINDOW:
            return await _examinations(work, intent.subject)
        case Kind.ACKNOWLEDGED:
            titles = {policy.id: policy.title for policy in await policies.policies(work.session)}
            return company_facts.policies_named(intent.subject, titles, work.lexicon)


def _served(work: Work) -> list[str]:
    """What controls can serve: the criteria, and management's objectives."""
    objectives = [objective.id for objective in work.content.programme.objectives]
    return [*(criterion.id for criterion in work.content.criteria), *objectives]


async def _examinations(work: Work, subject: str) -> list[str] | None:
    meant = company_facts.examination_meant(subject)
    if meant is None:
        return None
    kind, report_type = meant
    return [
        each.id
        for each in await programme.examinations(work.session)
        if kind in (None, each.kind) and report_type in (None, each.type)
    ] or None


async def _told(work: Work, asker: Person, kind: Kind, ids: Sequence[str], *, in_channel: bool) -> Told:
    if kind in LEADS_ONLY and not asker.is_lead:
        return for_leads(LEADS_ONLY[kind], [lead.name for lead in await people.leads(work.session)])
    if kind in PRIVATE and in_channel:
        return elsewhere(PRIVATE[kind])
    return await ANSWERS[kind](work, asker, ids)


async def _my_duties(work: Work, asker: Person, _ids: Sequence[str]) -> Told:
    return my_duties(await _duties(work, asker, asker.id))


async def _duties_of(work: Work, asker: Person, ids: Sequence[str]) -> Told:
    return duties_of([(await name_of(work, each), await _duties(work, asker, each)) for each in ids])


async def _duties(work: Work, asker: Person, person_id: str) -> list[str]:
    """Each open obligation in words, with its due date as it is seen from the asker's date or the company's."""
    lines = []
    for row in await obligations.open_obligations(work.session, person_id):
        words, owed_by = await DUTIES[row.kind].words(work, row), DUTIES[row.kind].owed_by
        by_company = isinstance(owed_by, OnePerson) and owed_by.company_date
        today = work.today if by_company else local_date(work.now, asker.zone)
        lines.append(duty(words, row.due_on, today))
    return lines


async def _owner(work: Work, _asker: Person, ids: Sequence[str]) -> Told:
    return owners(ids, [(each, *await _holders(work, each)) for each in await _controls(work, ids)])


async def _auditor_asks(work: Work, _asker: Person, ids: Sequence[str]) -> Told:
    today = work.today
    asked = []
    for control in await _controls(work, ids):
        owner, _ = await _holders(work, control)
        asked.append((control, owner, await evidence.next_due_of(work.session, control.id, today)))
    return auditor_asks(asked) if asked else await _suggested(work, ids)


async def _suggested(work: Work, codes: Sequence[str]) -> Told:
    """What of the catalogue would serve the criteria or objectives that no control of the company serves."""
    run = {control.id for control in await programme.controls(work.session)}
    suited = [spec for spec in work.content.catalogue if spec.id not in run]
    return suggested(
        codes, [spec for spec in suited if not {*spec.criteria, *spec.objectives}.isdisjoint(codes)]
    )


async def _controls(work: Work, ids: Sequence[str]) -> list[Control]:
    known = await programme.controls_by_id(work.session, ids)
    return [known[control_id] for control_id in sorted(known)]


async def _holders(work: Work, control: Control) -> tuple[str, str]:
    """Who owns it and who is its backup, in words; somebody who cannot act any more holds nothing."""
    held = await held_now(work, control.id)
    known = await people.people_by_id(work.session, {row.person_id for row in held.values()})
    named = {role: holder(known[row.person_id].name, row.state) for (_, role), row in held.items()}
    return named.get(OwnershipRole.PRIMARY, ""), named.get(OwnershipRole.BACKUP, "")


async def _readiness(work: Work, _asker: Person, ids: Sequence[str]) -> Told:
    every = await programme.examinations(work.session)
    lines = zip(every, await readiness_lines(work), strict=True)
    guarded = window_guard.sentences(await window_findings(work, only=ids))
    return readiness([*(line for each, line in lines if each.id in ids), *guarded])


async def _window(work: Work, _asker: Person, ids: Sequence[str]) -> Told:
    today = work.today
    meant = [each for each in await programme.examinations(work.session) if each.id in ids]
    return windows([(each, *window(each)) for each in meant], today)


async def _acknowledged(work: Work, asker: Person, ids: Sequence[str]) -> Told:
    known = await policies.policies_by_id(work.session)
    return acknowledged([await _standing(work, asker, known[policy_id]) for policy_id in ids])


async def _standing(work: Work, asker: Person, policy: Policy) -> PolicyStanding:
    """What the asker has agreed to, and what of this policy still waits for them."""
    agreed = await policies.last_acknowledged(work.session, policy.id, asker.id)
    given = await policies.acknowledgement(work.session, agreed.id, asker.id) if agreed else None
    entry = (
        await entries.entry_of_kind(work.session, Event.POLICY_ACKNOWLEDGED, entries.subject_of(given))
        if given
        else None
    )
    published = [
        each
        for each in await policies.versions_of(work.session, policy.id)
        if each.state is VersionState.PUBLISHED
    ]
    receipt = (
        received(policy, agreed, given, entry.seq if entry else None, asker.zone) if agreed and given else ""
    )
    owed = None
    if published:
        owed = await obligations.obligation_for(
            work.session, ObligationKind.ACKNOWLEDGE, published[-1].id, asker.id
        )
    waiting = owed is not None and owed.state is ObligationState.OPEN
    ask = await item(work, owed) if owed and waiting else None
    return PolicyStanding(policy.title, bool(published), receipt, ask)


Answer = Callable[[Work, Person, Sequence[str]], Awaitable[Told]]
ANSWERS: dict[Kind, Answer] = {
    Kind.MY_DUTIES: _my_duties,
    Kind.DUTIES_OF: _duties_of,
    Kind.OWNER: _owner,
    Kind.READINESS: _readiness,
    Kind.WINDOW: _window,
    Kind.ACKNOWLEDGED: _acknowledged,
    Kind.AUDITOR_ASKS: _auditor_asks,
}
LEADS_ONLY = {Kind.DUTIES_OF: "other people's tasks", Kind.READINESS: "how ready the company is"}
PRIVATE = {
    Kind.MY_DUTIES: "What you owe",
    Kind.DUTIES_OF: "What somebody owes",
    Kind.READINESS: "How ready the company is",
    Kind.ACKNOWLEDGED: "What you have acknowledged",
}
