"""Questions about the company itself, answered from its records as they are now, as far as the asker may see."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from bot.answers import lead_facts
from bot.answers.every_duty import DUTIES
from bot.answers.rules import company_facts
from bot.answers.rules.company_facts import FactKind, Intent, MappedControl
from bot.answers.views.company_facts import (
    AcknowledgementState,
    Facts,
    acknowledgement_receipt,
    acknowledgements,
    auditor_asks,
    duties_of,
    duty_line,
    facts_message,
    my_duties,
    not_in_a_channel,
    only_for_leads,
    owner_name,
    owners,
    readiness,
    suggested_controls,
    windows,
)
from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.duties import OnePerson
from bot.owners.current_owners import current_holders
from bot.people import name_of
from bot.policies.policies import policy_message
from bot.readiness.status import readiness_lines
from bot.register.views import window_guard
from bot.register.window_guard import window_findings
from bot.schedule.rules.examinations import examination_window
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
from storage.record.recorded import subject_of
from storage.terms import Event, ObligationKind, ObligationState, OwnershipRole, VersionState


async def look_up(work: Work, asker_id: str, intent: Intent) -> str | None:
    """The kind of fact and the ids of its subjects, as ``present_facts`` reads them from ``Question.offered``.

    None if the intent names nothing that the company has.
    """
    ids = await _subject_ids(work, intent)
    if ids is None:
        return None
    if intent.kind is FactKind.DUTIES_OF and list(ids) == [asker_id]:
        return FactKind.MY_DUTIES
    return " ".join([intent.kind, *ids])


async def present_facts(work: Work, question: Question) -> Message:
    """The facts as they are now, as far as the asker may see them; a channel reads nothing personal."""
    kind, *ids = question.offered_ids
    asker = await people.person(work.session, question.asker_id)
    if asker is None:
        raise LookupError(f"question {question.id} has no asker")
    facts = await _answer(work, asker, FactKind(kind), ids, in_channel=question.is_public)
    today = local_date(work.now, asker.zone)
    return facts_message(facts, work.content.programme.company, today, question.id)


async def _subject_ids(work: Work, intent: Intent) -> Collection[str] | None:
    match intent.kind:
        case FactKind.MY_DUTIES | FactKind.OVERDUE | FactKind.TO_REVIEW | FactKind.WITHOUT_OWNER:
            return []
        case FactKind.DUTIES_OF:
            members = await people.members(work.session)
            return (
                company_facts.people_named(intent.subject, {person.id: person.name for person in members})
                or None
            )
        case FactKind.OWNER | FactKind.AUDITOR_ASKS:
            return await _controls_named(work, intent.subject)
        case FactKind.READINESS | FactKind.WINDOW:
            return await _examination_ids(work, intent.subject)
        case FactKind.EVIDENCE:
            named = await _controls_named(work, intent.subject) or ()
            own_ids = await programme.controls_by_id(work.session, named)
            return [each for each in named if each in own_ids] or None
        case FactKind.ACKNOWLEDGED | FactKind.NOT_ACKNOWLEDGED:
            titles = {policy.id: policy.title for policy in await policies.policies(work.session)}
            return company_facts.policies_named(intent.subject, titles, work.lexicon)


async def _controls_named(work: Work, subject: str) -> list[str] | None:
    """Ids of our controls, or of the criteria and objectives that none of them serves; None for neither."""
    controls = [
        MappedControl(control.id, control.title, [*control.criteria, *control.objectives])
        for control in await programme.controls(work.session)
    ]
    return company_facts.controls_named(subject, controls, _criteria_and_objectives(work), work.lexicon)


def _criteria_and_objectives(work: Work) -> list[str]:
    """Ids of all that a control can serve."""
    objectives = [objective.id for objective in work.content.programme.objectives]
    return [*(criterion.id for criterion in work.content.criteria), *objectives]


async def _examination_ids(work: Work, subject: str) -> list[str] | None:
    kind_and_type = company_facts.examination_named(subject)
    if kind_and_type is None:
        return None
    kind, report_type = kind_and_type
    return [
        each.id
        for each in await programme.examinations(work.session)
        if kind in (None, each.kind) and report_type in (None, each.type)
    ] or None


async def _answer(
    work: Work, asker: Person, kind: FactKind, ids: Sequence[str], *, in_channel: bool
) -> Facts:
    if kind in LEADS_ONLY and not asker.is_lead:
        return only_for_leads(LEADS_ONLY[kind], [lead.name for lead in await people.leads(work.session)])
    if kind in PRIVATE and in_channel:
        return not_in_a_channel(PRIVATE[kind])
    return await ANSWERS[kind](work, asker, ids)


async def _my_duties(work: Work, asker: Person, _ids: Sequence[str]) -> Facts:
    return my_duties(await _duties(work, asker, asker.id))


async def _duties_of(work: Work, asker: Person, ids: Sequence[str]) -> Facts:
    return duties_of(
        [(await name_of(work, person_id), await _duties(work, asker, person_id)) for person_id in ids]
    )


async def _duties(work: Work, asker: Person, person_id: str) -> list[str]:
    """One line for each open obligation, by the asker's date or, where its row says so, by the company's."""
    lines = []
    for obligation in await obligations.open_obligations(work.session, person_id):
        kind = DUTIES[obligation.kind]
        by_company = isinstance(kind.owed_by, OnePerson) and kind.owed_by.company_date
        today = work.today if by_company else local_date(work.now, asker.zone)
        lines.append(duty_line(await kind.words(work, obligation), obligation.due_on, today))
    return lines


async def _owner(work: Work, _asker: Person, ids: Sequence[str]) -> Facts:
    controls = await _controls(work, ids)
    return owners(ids, [(control, *await _owner_and_backup(work, control)) for control in controls])


async def _auditor_asks(work: Work, _asker: Person, ids: Sequence[str]) -> Facts:
    controls = []
    for control in await _controls(work, ids):
        owner, _ = await _owner_and_backup(work, control)
        controls.append((control, owner, await evidence.next_due_of(work.session, control.id, work.today)))
    return auditor_asks(controls) if controls else await _suggested(work, ids)


async def _suggested(work: Work, codes: Sequence[str]) -> Facts:
    """Controls of the catalogue that would serve the criteria or objectives that no control of ours serves."""
    own_ids = {control.id for control in await programme.controls(work.session)}
    specs = [
        spec
        for spec in work.content.catalogue
        if spec.id not in own_ids and not {*spec.criteria, *spec.objectives}.isdisjoint(codes)
    ]
    return suggested_controls(codes, specs)


async def _controls(work: Work, ids: Sequence[str]) -> list[Control]:
    by_id = await programme.controls_by_id(work.session, ids)
    return [by_id[control_id] for control_id in sorted(by_id)]


async def _owner_and_backup(work: Work, control: Control) -> tuple[str, str]:
    """The names of both, empty where there is none. A person who cannot act any more owns nothing."""
    ownerships = await current_holders(work, control.id)
    owners_by_id = await people.people_by_id(work.session, {row.person_id for row in ownerships.values()})
    names = {
        role: owner_name(owners_by_id[row.person_id].name, row.state) for (_, role), row in ownerships.items()
    }
    return names.get(OwnershipRole.PRIMARY, ""), names.get(OwnershipRole.BACKUP, "")


async def _readiness(work: Work, _asker: Person, ids: Sequence[str]) -> Facts:
    async with work.snapshot() as still:  # a schedule that changes meanwhile would not tie
        examinations = await programme.examinations(still.session)
        lines = zip(examinations, await readiness_lines(still), strict=True)
        warnings = window_guard.finding_sentences(await window_findings(still, only=ids))
    return readiness([*(line for examination, line in lines if examination.id in ids), *warnings])


async def _window(work: Work, _asker: Person, ids: Sequence[str]) -> Facts:
    examinations = [each for each in await programme.examinations(work.session) if each.id in ids]
    return windows(
        [(examination, *examination_window(examination)) for examination in examinations], work.today
    )


async def _acknowledged(work: Work, asker: Person, ids: Sequence[str]) -> Facts:
    by_id = await policies.policies_by_id(work.session)
    return acknowledgements(
        [await _acknowledgement_state(work, asker, by_id[policy_id]) for policy_id in ids]
    )


async def _acknowledgement_state(work: Work, asker: Person, policy: Policy) -> AcknowledgementState:
    """The asker's last acknowledgement of the policy, and the request for its newest version if it is open."""
    versions = await policies.versions_of(work.session, policy.id)
    published = [version for version in versions if version.state is VersionState.PUBLISHED]
    request = None
    if published:
        obligation = await obligations.obligation_for(
            work.session, ObligationKind.ACKNOWLEDGE, published[-1].id, asker.id
        )
        if obligation and obligation.state is ObligationState.OPEN:
            request = await policy_message(work, obligation)
    receipt = await _acknowledgement_receipt(work, asker, policy)
    return AcknowledgementState(policy.title, bool(published), receipt, request)


async def _acknowledgement_receipt(work: Work, asker: Person, policy: Policy) -> str:
    """Empty if the asker has acknowledged no version."""
    version = await policies.last_acknowledged_version(work.session, policy.id, asker.id)
    row = await policies.acknowledgement(work.session, version.id, asker.id) if version else None
    if version is None or row is None:
        return ""
    entry = await entries.newest_entry(work.session, Event.POLICY_ACKNOWLEDGED, subject_of(row))
    return acknowledgement_receipt(policy, version, row, entry.seq if entry else None, asker.zone)


Answer = Callable[[Work, Person, Sequence[str]], Awaitable[Facts]]
ANSWERS: dict[FactKind, Answer] = {
    FactKind.MY_DUTIES: _my_duties,
    FactKind.DUTIES_OF: _duties_of,
    FactKind.OWNER: _owner,
    FactKind.READINESS: _readiness,
    FactKind.WINDOW: _window,
    FactKind.ACKNOWLEDGED: _acknowledged,
    FactKind.AUDITOR_ASKS: _auditor_asks,
    FactKind.EVIDENCE: lead_facts.evidence_of,
    FactKind.NOT_ACKNOWLEDGED: lead_facts.who_has_not_acknowledged,
    FactKind.OVERDUE: lead_facts.what_is_overdue,
    FactKind.TO_REVIEW: lead_facts.what_waits_for_review,
    FactKind.WITHOUT_OWNER: lead_facts.controls_without_owner,
}
LEADS_ONLY = {
    FactKind.DUTIES_OF: "other people's tasks",
    FactKind.READINESS: "how ready the company is",
    FactKind.EVIDENCE: "what was handed in",
    FactKind.NOT_ACKNOWLEDGED: "who has acknowledged a policy",
    FactKind.OVERDUE: "what is overdue",
    FactKind.TO_REVIEW: "what waits for review",
}
PRIVATE = {
    FactKind.MY_DUTIES: "What you owe",
    FactKind.DUTIES_OF: "What somebody owes",
    FactKind.READINESS: "How ready the company is",
    FactKind.ACKNOWLEDGED: "What you have acknowledged",
    FactKind.EVIDENCE: "What was handed in",
    FactKind.NOT_ACKNOWLEDGED: "Who has not acknowledged a policy",
    FactKind.OVERDUE: "What is overdue",
    FactKind.TO_REVIEW: "What waits for review",
}
