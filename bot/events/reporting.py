"""Events as leads report and withdraw them: each asks for a performance of every control that it sets off."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.blocks.due import named
from bot.blocks.paging import Page, page_of
from bot.desk import Desk
from bot.errors import AlreadyDone, BadEvent, ReasonMissing, RequestClosed
from bot.events.raising import SETUP, Raised, raise_trigger
from bot.events.rules.triggers import (
    Asked,
    Effect,
    Listed,
    Report,
    Withdrawal,
    fault,
    kinds_within,
    known_as,
    label,
    performance,
    reportable,
    set_off,
)
from bot.events.views import triggers as view
from bot.obligations import close_all, show_boards, show_to_all
from bot.owners.ownership import primary_owners
from bot.owners.rules.leave import Holder
from bot.people import acting_lead, name_of
from bot.schedule.rules.occurrences import freed
from bot.schedule.rules.scope import in_scope, window
from bot.schedule.scheduling import carry_out, changes_of, company_today
from bot.schedule.waiver_requests import withdraw_waiver_requests
from content.library import Library
from storage import evidence, people, programme, triggers
from storage.evidence import Occurrence
from storage.programme import Control
from storage.record import entries
from storage.terms import (
    Cadence,
    Event,
    ObligationKind,
    OccurrenceState,
    OwnershipState,
    TriggerKind,
    TriggerSource,
)
from storage.triggers import Trigger

EVENTS_A_PAGE = 8
Owners = Mapping[str, Holder]


async def all_events(desk: Desk, lead_id: str, page: int = 1) -> Page[Listed]:
    """The latest to happen first."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        shown = page_of(await triggers.triggers(session), page, EVENTS_A_PAGE)
        return Page(
            [await _listed(session, each) for each in shown.items], shown.number, shown.of, shown.total
        )


async def kinds_to_report(desk: Desk, lead_id: str) -> list[TriggerKind]:
    """The kinds of event that set any control of the company's off."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        return reportable(await programme.controls(session))


async def names_of(desk: Desk, lead_id: str, person_ids: Collection[str]) -> dict[str, str]:
    """Of those whom the workspace knows."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        known = await people.people_by_id(session, person_ids)
        return {person_id: person.name for person_id, person in known.items()}


async def today_for(desk: Desk, lead_id: str) -> date:
    """For what is typed as today; it is the company's."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
    return company_today(desk)


async def effect_of_report(desk: Desk, lead_id: str, report: Report) -> Effect:
    """What it would set off; nothing is stored."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        await _require_fit(session, desk, report)
        return await foreseen(session, desk.library, report)


async def report_event(
    desk: Desk, lead_id: str, report: Report, source: TriggerSource
) -> tuple[Trigger, Effect]:
    """Raises BadEvent for what is no event or sets nothing off, and AlreadyDone for one that is known."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        await programme.controls(session, to_change=True)  # two reports of one event come one after the other
        await _require_fit(session, desk, report)
        raised = await raise_trigger(session, desk, report, lead.id, source)
        if raised is None:
            raise RequestClosed
        await show_boards(session, desk)
        return raised.trigger, await _effect(session, raised)


async def event_to_withdraw(desk: Desk, lead_id: str, trigger_id: str) -> Listed:
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        return await _listed(session, await _not_withdrawn(session, trigger_id))


async def withdraw_event(
    desk: Desk, lead_id: str, trigger_id: str, reason: str
) -> tuple[Trigger, Withdrawal]:
    """It was reported by mistake. What nothing was handed in for is not asked for any more, waived or not; the rest
    stays.
    """
    if not reason.strip():
        raise ReasonMissing("Please give a reason: the record keeps it with the event.", field="reason")
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        await programme.controls(session, to_change=True)
        raised = await _not_withdrawn(session, trigger_id)
        raised.withdrawn_by, raised.withdrawn_at, raised.reason = lead.id, desk.now(), reason.strip()
        rows = await triggers.set_off_by(session, raised.id)
        touched = await evidence.evidenced(session)
        free = [row for row in rows if freed(row, touched)]
        for row in free:
            await _take_back(session, desk, row, lead.id)
        session.add(raised)
        kept = len(rows) - len(free)
        entries.append(
            session,
            Event.TRIGGER_WITHDRAWN,
            lead.id,
            desk.now(),
            raised,
            *free,
            withdrawn=len(free),
            kept=kept,
        )
        await show_boards(session, desk)
    return raised, Withdrawal(len(free), kept)


async def without_event(session: AsyncSession, desk: Desk, occurrence_id: str) -> list[Occurrence]:
    """Its file, on the way when the event was withdrawn, proved to be of no use: so it is not asked for either.

    The row, changed, for the caller's entry in the record; none where the event stands.
    """
    row = await evidence.occurrence(session, occurrence_id, to_change=True)
    event = await triggers.trigger_of(session, row) if row else None
    if row is None or event is None or event.withdrawn_at is None:
        return []
    if not freed(row, await evidence.evidenced(session)):
        return []
    await _take_back(session, desk, row, None)
    return [row]


async def event_words(
    session: AsyncSession, occurrence: Occurrence, control: Control, listed: int | None = None
) -> str:
    """What is told of events where evidence is asked for and reviewed: which one asks for it, or, where all of a
    quarter are to be listed, how many were reported in it, beside how many are ``listed`` if that is known. Empty for
    what has nothing to do with events.
    """
    if trigger := await triggers.trigger_of(session, occurrence):
        return view.event_words(trigger)
    if control.cadence is not Cadence.ON_EVENT or control.triggered_by is None:
        return ""
    kinds = kinds_within(control.triggered_by)
    reported = await triggers.count_reported(session, kinds, occurrence.starts_on, occurrence.ends_on)
    return view.listing_words(reported, listed)


async def complete_controls(desk: Desk) -> None:
    """A control on event that was adopted before events were kept takes what sets it off from the catalogue.

    Its quarterly listing is scheduled with it, from the quarter that is not over. One that the catalogue does not
    know is left to the leads, who give it in a sheet.
    """
    async with desk.sessions.reading() as session:
        if not _incomplete(await programme.controls(session), desk.library):
            return
    async with desk.transaction() as session:
        meant = _incomplete(await programme.controls(session, to_change=True), desk.library)
        for control, kind in meant:
            control.triggered_by = kind
        examinations = await programme.examinations(session)
        changed = await changes_of(session, desk, [control for control, _ in meant], examinations)
        for control, change in changed:
            session.add(control)
            await carry_out(
                session, desk, SETUP, control, change, Event.CONTROL_CHANGED, control, source="catalogue"
            )


async def foreseen(session: AsyncSession, library: Library, report: Report) -> Effect:
    """What the event would ask for, of whom, by when."""
    controls = set_off(report.kind, await programme.controls(session))
    owners, country = await _owners(session), library.programme.country
    asked = [
        Asked(
            control.id,
            control.title,
            owners.get(control.id),
            performance(report.kind, 0, report.happened_on, control.sla_days or 0, country).due_on,
        )
        for control in controls
    ]
    return Effect(tuple(asked), await _looked_at(session, controls, report.happened_on))


async def _effect(session: AsyncSession, raised: Raised) -> Effect:
    owners = await _owners(session)
    asked = [
        Asked(control.id, control.title, owners.get(control.id), row.due_on) for row, control in raised.asked
    ]
    controls = [control for _, control in raised.asked]
    return Effect(tuple(asked), await _looked_at(session, controls, raised.trigger.happened_on))


async def _looked_at(session: AsyncSession, controls: Sequence[Control], day: date) -> bool:
    for examination in await programme.examinations(session):
        starts_on, ends_on = window(examination)
        if starts_on <= day <= ends_on and any(in_scope(control, examination) for control in controls):
            return True
    return False


async def _owners(session: AsyncSession) -> Owners:
    """Who is to see to a control, by its id."""
    held = await primary_owners(session)
    known = await people.people_by_id(session, {row.person_id for row in held.values()})
    return {
        control_id: Holder(known[row.person_id].name, accepted=row.state is OwnershipState.ACCEPTED)
        for control_id, row in held.items()
    }


async def _require_fit(session: AsyncSession, desk: Desk, report: Report) -> None:
    if wrong := fault(report, company_today(desk)):
        raise BadEvent(wrong.words, field=wrong.field)
    controls = await programme.controls(session)
    if not set_off(report.kind, controls):
        raise BadEvent(_sets_off_nothing(report.kind, controls), field="kind")
    if known := known_as(report, await triggers.triggers(session, [report.kind])):
        called = label(known.kind, known.number, known.happened_on)
        raise AlreadyDone(
            f"This is known already as {called}. If it is another one, give it a reference of its own.",
            field="reference",
        )


def _sets_off_nothing(kind: TriggerKind, controls: Sequence[Control]) -> str:
    do = [named(each) for each in reportable(controls)]
    known = f"These do: {', '.join(do)}." if do else "No control of yours is performed on event yet."
    return f"No control of yours is set off by the event “{named(kind)}”. {known}"


async def _take_back(session: AsyncSession, desk: Desk, row: Occurrence, by: str | None) -> None:
    row.state, row.withdrawn_at = OccurrenceState.WITHDRAWN, desk.now()
    row.waived_at, row.waiver_id = None, None
    session.add(row)
    await close_all(session, desk, ObligationKind.EVIDENCE, row.id)
    await withdraw_waiver_requests(session, desk, row.id, by)
    await show_to_all(session, desk, ObligationKind.EVIDENCE, row.id)


async def _not_withdrawn(session: AsyncSession, trigger_id: str) -> Trigger:
    """The event, held, if it has not been withdrawn."""
    found = await triggers.trigger(session, trigger_id, to_change=True)
    if found is None:
        raise RequestClosed
    if found.withdrawn_at:
        raise AlreadyDone("This event has been withdrawn already.")
    return found


async def _listed(session: AsyncSession, each: Trigger) -> Listed:
    rows = await triggers.set_off_by(session, each.id)
    by = "Slack" if each.source is TriggerSource.SLACK else await name_of(session, each.raised_by)
    withdrawn_by = await name_of(session, each.withdrawn_by) if each.withdrawn_by else None
    return Listed(each, tuple(sorted(row.control_id for row in rows)), by, withdrawn_by)


def _incomplete(controls: Collection[Control], library: Library) -> list[tuple[Control, TriggerKind]]:
    """Those that nothing sets off, with what does by the catalogue."""
    kinds = {spec.id: spec.triggered_by for spec in library.catalogue}
    return [
        (control, TriggerKind(kind))
        for control in controls
        if control.cadence is Cadence.ON_EVENT
        and control.triggered_by is None
        and (kind := kinds.get(control.id))
    ]
