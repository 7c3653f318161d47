"""Steps that every verb on ownership shares: offering a control, ending an ownership, asking the leads to assign."""

from datetime import date, timedelta

from bot.blocks.ids import Field
from bot.deadlines import deadline
from bot.errors import CannotOwn, NoSuchControl
from bot.obligations import close_obligation, close_obligations_about, open_obligation
from bot.work import Work
from storage import evidence, obligations, people, programme
from storage.evidence import Occurrence
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.record.recorded import Actor
from storage.terms import Event, EvidenceState, ObligationKind, ObligationState, OwnershipRole, OwnershipState

DECIDE_WITHIN = timedelta(days=3)


async def require_able_owner(work: Work, person_id: str, field: str) -> Person:
    """The person, if they may own a control. Raises CannotOwn at this field."""
    person = await people.person(work.session, person_id)
    if person is None or not person.may_act:
        raise CannotOwn(field=field)
    return person


async def require_control(work: Work, control_id: str) -> Control:
    """Raises NoSuchControl."""
    control = await programme.control(work.session, control_id)
    if control is None:
        raise NoSuchControl
    return control


async def offer_ownership(
    work: Work, offered_by: str, control_id: str, person: Person, role: OwnershipRole
) -> Ownership:
    """``offered_by`` is a person's id, or Actor.SOCRATES where no person decided it."""
    ownership = Ownership(
        control_id=control_id, person_id=person.id, role=role, offered_by=offered_by, offered_at=work.now
    )
    work.record(Event.OWNERSHIP_OFFERED, offered_by, ownership)
    due_on = await decision_due_on(work, person)
    await open_obligation(work, person, ObligationKind.ACCEPT_OWNERSHIP, ownership.id, due_on)
    return ownership


async def offer_to_backup(work: Work, control_id: str, backup_id: str | None) -> None:
    """Offer the control to its backup, in the name of Socrates; without a backup nothing is offered."""
    if backup_id:
        backup = await require_able_owner(work, backup_id, Field.BACKUP)
        await offer_ownership(work, Actor.SOCRATES, control_id, backup, OwnershipRole.PRIMARY)


async def end_ownership(work: Work, ownership: Ownership, actor_id: str) -> None:
    ownership.state, ownership.ended_at = OwnershipState.ENDED, work.now
    work.record(Event.OWNERSHIP_ENDED, actor_id, ownership)
    await close_obligations_about(work, ObligationKind.ACCEPT_OWNERSHIP, ownership.id)


async def withdraw_evidence_requests(work: Work, person_id: str, control_id: str) -> None:
    """Withdraw every request that asks this person for evidence of this control.

    While a file from this person is being fetched, its request stays, so that the file counts.
    """
    for obligation in await obligations.open_obligations(work.session, person_id):
        if obligation.kind is ObligationKind.EVIDENCE:
            occurrence = await evidence.occurrence(work.session, obligation.subject)
            if (
                occurrence
                and occurrence.control_id == control_id
                and not await _fetching(work, occurrence, person_id)
            ):
                await close_obligation(work, obligation, ObligationState.WITHDRAWN)


async def ask_leads_to_assign(work: Work, control_id: str) -> None:
    for lead in await people.leads(work.session):
        due_on = await decision_due_on(work, lead)
        await open_obligation(work, lead, ObligationKind.ASSIGN, control_id, due_on)


async def decision_due_on(work: Work, person: Person) -> date:
    return await deadline(work, person, DECIDE_WITHIN)


async def _fetching(work: Work, occurrence: Occurrence, person_id: str) -> bool:
    newest = (await evidence.newest_evidence(work.session, [occurrence.id])).get(occurrence.id)
    return newest is not None and newest.state is EvidenceState.FETCHING and newest.submitted_by == person_id
