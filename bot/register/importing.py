"""Imports controls, owners and cadences from a sheet: previews the changes, then makes all of them or none."""

from collections.abc import Sequence

from bot.desk import Desk
from bot.errors import ReasonMissing
from bot.obligations import refresh_home, refresh_lead_homes
from bot.owners.ownership import assign_owners
from bot.owners.rules.ownership import holders
from bot.people import importing_lead
from bot.register.content_adoption import control_from_spec
from bot.register.rules.controls import AdoptionSource
from bot.register.rules.importing import ImportPlan, ImportRow, import_plan
from bot.register.rules.sheets import (
    COLUMNS,
    FIELDS,
    OWNER_COLUMNS,
    StoredProgramme,
    control_cells,
    name_in_sheet,
    read_control_rows,
)
from bot.schedule.scheduling import carry_out_schedule_change, schedule_changes_of
from bot.work import Work
from content.cells import SheetLine
from storage import ownership, people, programme
from storage.people import Person, directory
from storage.programme import Control
from storage.terms import Event, OwnershipRole


async def preview_import(work: Work, lines: Sequence[SheetLine]) -> ImportPlan:
    """What an import of this sheet would do. Raises SheetError, and SheetMistakes with every mistake."""
    stored = await _stored_programme(work)
    return import_plan(read_control_rows(lines, stored), stored)


async def import_controls(
    desk: Desk, lead_named: str, lines: Sequence[SheetLine], reason: str
) -> tuple[ImportPlan, Person]:
    """Import the whole sheet as this lead, who is named by e-mail or Slack id; what was done, and the lead.

    A new control is scheduled from the period that is not over today: no earlier one is ever missed. A changed
    control keeps its past occurrences and those with evidence. Owners are asked as when a lead assigns in Slack.
    """
    if not reason.strip():
        raise ReasonMissing("Please give a reason: the record keeps it with each change.")
    async with desk.work() as work:
        lead = await importing_lead(work, lead_named)
        controls = {row.id: row for row in await programme.controls(work.session, to_change=True)}
        stored = await _stored_programme(work)
        plan = import_plan(read_control_rows(lines, stored), stored)
        controls |= await _add(work, lead, plan, reason)
        await _change(work, lead, plan, controls, reason)
        # Each control is offered once, so no offer has to see what another one wrote.
        with work.session.no_autoflush:
            for row in plan.offered:
                await _offer(work, lead, controls[row.spec.id], row, stored)
        if plan.planned:
            await refresh_lead_homes(work)
    return plan, lead


async def sheet_of_controls(work: Work) -> list[list[str]]:
    """The programme as it is now, as rows that an import reads."""
    accounts = directory(await people.everyone(work.session))
    holders = await _holders(work)
    rows = [list(COLUMNS)]
    for control in await programme.controls(work.session):
        cells = control_cells(control)
        owner_ids = [holders.get((control.id, role)) for role in OWNER_COLUMNS.values()]
        owners = [name_in_sheet(accounts[owner_id], accounts) if owner_id else "" for owner_id in owner_ids]
        rows.append([*(cells[field] for field in FIELDS), *owners])
    return rows


async def holder_names(work: Work) -> dict[tuple[str, OwnershipRole], str]:
    """The names of the present owners and backups, by control and role."""
    names = {person.id: person.name for person in await people.everyone(work.session)}
    return {key: names[person_id] for key, person_id in (await _holders(work)).items()}


async def _stored_programme(work: Work) -> StoredProgramme:
    controls = await programme.controls(work.session)
    from_content = {objective.id for objective in work.content.programme.objectives}
    return StoredProgramme(
        controls={control.id: control_cells(control) for control in controls},
        objectives=from_content.union(*(control.objectives for control in controls)),
        requests={request.number for request in work.content.requests},
        people=await people.everyone(work.session),
        holders=await _holders(work),
    )


async def _holders(work: Work) -> dict[tuple[str, OwnershipRole], str]:
    current = await ownership.current_ownerships(work.session)
    everybody = {row.person_id for row in current}
    return {key: row.person_id for key, row in holders(current, everybody).items()}


async def _add(work: Work, lead: Person, plan: ImportPlan, reason: str) -> dict[str, Control]:
    added = {row.spec.id: control_from_spec(row.spec) for row in plan.added}
    work.session.add_all(added.values())
    await work.session.flush()
    await _reschedule(work, lead, Event.CONTROL_ADDED, list(added.values()), reason)
    return added


async def _change(
    work: Work, lead: Person, plan: ImportPlan, controls: dict[str, Control], reason: str
) -> None:
    for row in plan.changed:
        control, after = controls[row.spec.id], control_from_spec(row.spec)
        for change in row.changes:
            setattr(control, change.field, getattr(after, change.field))
        work.session.add(control)
        if not row.moves_the_schedule:
            texts = {"reason": reason.strip()}
            work.record(Event.CONTROL_CHANGED, lead.id, control, texts=texts, source=AdoptionSource.IMPORT)
        for owner in await ownership.ownerships_of_control(work.session, control.id):
            await refresh_home(work, owner.person_id)
    moving = [controls[row.spec.id] for row in plan.changed if row.moves_the_schedule]
    await _reschedule(work, lead, Event.CONTROL_CHANGED, moving, reason)


async def _reschedule(
    work: Work, lead: Person, kind: Event, controls: Sequence[Control], reason: str
) -> None:
    """One entry for each control, with the occurrences that follow from it."""
    for control, change in await schedule_changes_of(
        work, controls, await programme.examinations(work.session)
    ):
        await carry_out_schedule_change(
            work,
            lead.id,
            control,
            change,
            kind,
            control,
            reason=reason.strip(),
            source=AdoptionSource.IMPORT,
        )


async def _offer(work: Work, lead: Person, control: Control, row: ImportRow, stored: StoredProgramme) -> None:
    """An owner or backup stays where the sheet names nobody."""
    people_by_id = {person.id: person for person in stored.people}
    holder_ids = {role: stored.holders.get((control.id, role)) for role in OWNER_COLUMNS.values()}
    staying = {role: people_by_id[person_id] for role, person_id in holder_ids.items() if person_id}
    await assign_owners(work, lead, control, {**staying, **row.offers})
