"""Controls, owners and cadences from a sheet: what it would change, and changing all of it or nothing."""

from collections.abc import Sequence

from bot.desk import Desk
from bot.errors import ReasonMissing
from bot.obligations import show_boards, show_home
from bot.owners.ownership import give
from bot.owners.rules.ownership import holders
from bot.people import importing_lead
from bot.register.adopting import control_of
from bot.register.rules.controls import Source
from bot.register.rules.importing import ImportPlan, ImportRow, plan_of
from bot.register.rules.sheets import COLUMNS, FIELDS, OWNERS, StoredProgramme, cells_of, name_for, read_rows
from bot.schedule.scheduling import carry_out, changes_of
from bot.work import Work
from content.cells import Line
from storage import ownership, people, programme
from storage.people import Person, directory
from storage.programme import Control
from storage.terms import Event, OwnershipRole


async def preview_import(work: Work, lines: Sequence[Line]) -> ImportPlan:
    """What an import of this sheet would do. Raises SheetError, and Mistaken with every mistake."""
    known = await _known(work)
    return plan_of(read_rows(lines, known), known)


async def import_controls(
    desk: Desk, lead_named: str, lines: Sequence[Line], reason: str
) -> tuple[ImportPlan, Person]:
    """Do all of it as the lead who is named by e-mail or Slack id; what was done, and who that is.

    A new control is scheduled from the period that is not over today, so that none is ever missed before it was
    known; one that changed keeps what is past or submitted. An owner is asked as when a lead assigns in Slack.
    """
    if not reason.strip():
        raise ReasonMissing("Please give a reason: the record keeps it with each change.")
    async with desk.work() as work:
        lead = await importing_lead(work, lead_named)
        controls = {row.id: row for row in await programme.controls(work.session, to_change=True)}
        known = await _known(work)
        plan = plan_of(read_rows(lines, known), known)
        controls |= await _add(work, lead, plan, reason)
        await _change(work, lead, plan, controls, reason)
        with (
            work.session.no_autoflush
        ):  # each control is offered once, so that none has to see what another wrote
            for each in plan.offered:
                await _offer(work, lead, controls[each.spec.id], each, known)
        if plan.planned:
            await show_boards(work)
    return plan, lead


async def sheet_of_controls(work: Work) -> list[list[str]]:
    """The programme as it is now, in the form that an import reads."""
    accounts = directory(await people.everyone(work.session))
    holders = await _holders(work)
    rows = [list(COLUMNS)]
    for control in await programme.controls(work.session):
        cells = cells_of(control)
        held = [holders.get((control.id, role)) for role in OWNERS.values()]
        owners = [name_for(accounts[each], accounts) if each else "" for each in held]
        rows.append([*(cells[field] for field in FIELDS), *owners])
    return rows


async def holder_names(work: Work) -> dict[tuple[str, OwnershipRole], str]:
    """Who holds a control now, by control and role."""
    accounts = {person.id: person.name for person in await people.everyone(work.session)}
    return {held: accounts[person_id] for held, person_id in (await _holders(work)).items()}


async def _known(work: Work) -> StoredProgramme:
    controls = await programme.controls(work.session)
    written = {objective.id for objective in work.content.programme.objectives}
    return StoredProgramme(
        controls={control.id: cells_of(control) for control in controls},
        objectives=written.union(*(control.objectives for control in controls)),
        requests={request.number for request in work.content.requests},
        people=await people.everyone(work.session),
        holders=await _holders(work),
    )


async def _holders(work: Work) -> dict[tuple[str, OwnershipRole], str]:
    current = await ownership.current_ownerships(work.session)
    everybody = {held.person_id for held in current}
    return {place: held.person_id for place, held in holders(current, everybody).items()}


async def _add(work: Work, lead: Person, plan: ImportPlan, reason: str) -> dict[str, Control]:
    added = {each.spec.id: control_of(each.spec) for each in plan.added}
    work.session.add_all(added.values())
    await work.session.flush()
    await _reschedule(work, lead, Event.CONTROL_ADDED, list(added.values()), reason)
    return added


async def _change(
    work: Work, lead: Person, plan: ImportPlan, controls: dict[str, Control], reason: str
) -> None:
    for each in plan.changed:
        control, meant = controls[each.spec.id], control_of(each.spec)
        for change in each.changes:
            setattr(control, change.field, getattr(meant, change.field))
        work.session.add(control)
        if not each.moves_the_schedule:
            texts = {"reason": reason.strip()}
            work.record(
                Event.CONTROL_CHANGED,
                lead.id,
                control,
                texts=texts,
                source=Source.IMPORT,
            )
        for held in await ownership.ownerships_of_control(work.session, control.id):
            await show_home(work, held.person_id)
    moving = [controls[each.spec.id] for each in plan.changed if each.moves_the_schedule]
    await _reschedule(work, lead, Event.CONTROL_CHANGED, moving, reason)


async def _reschedule(
    work: Work, lead: Person, kind: Event, controls: Sequence[Control], reason: str
) -> None:
    """One entry for each control, with the occurrences that follow from it."""
    for control, change in await changes_of(work, controls, await programme.examinations(work.session)):
        await carry_out(
            work,
            lead.id,
            control,
            change,
            kind,
            control,
            reason=reason.strip(),
            source=Source.IMPORT,
        )


async def _offer(
    work: Work, lead: Person, control: Control, planned: ImportRow, known: StoredProgramme
) -> None:
    """Whom the sheet does not name stays."""
    accounts = {person.id: person for person in known.people}
    held = {role: known.holders.get((control.id, role)) for role in OWNERS.values()}
    staying = {role: accounts[person_id] for role, person_id in held.items() if person_id}
    await give(work, lead, control, {**staying, **planned.offers})
