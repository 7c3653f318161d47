"""Events as leads report and withdraw them: each asks for a performance of every control that it sets off."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.blocks.due import named
from bot.blocks.paging import Page, page_of
from bot.desk import Desk
from bot.errors import AlreadyDone, BadEvent, ReasonMissing, RequestClosed
from bot.events.raising import Raised, raise_trigger
from bot.events.rules.triggers import (
    EventEffect,
    EventReport,
    EventRequest,
    ListedEvent,
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
from bot.schedule.waiver_requests import withdraw_waiver_requests
from bot.work import Work
from storage import evidence, people, programme, triggers
from storage.evidence import Occurrence
from storage.programme import Control
from storage.terms import (
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


async def all_events(desk: Desk, lead_id: str, page: int = 1) -> Page[ListedEvent]:
    """The latest to happen first."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        shown = page_of(await triggers.triggers(work.session), page, EVENTS_A_PAGE)
        return Page([await _listed(work, each) for each in shown.items], shown.number, shown.of, shown.total)


async def kinds_to_report(desk: Desk, lead_id: str) -> list[TriggerKind]:
    """The kinds of event that set any control of the company's off."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return reportable(await programme.controls(work.session))


async def names_of(desk: Desk, lead_id: str, person_ids: Collection[str]) -> dict[str, str]:
    """Of those whom the workspace knows."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        known = await people.people_by_id(work.session, person_ids)
        return {person_id: person.name for person_id, person in known.items()}


async def today_for(desk: Desk, lead_id: str) -> date:
    """For what is typed as today; it is the company's."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return work.today


async def effect_of_report(desk: Desk, lead_id: str, report: EventReport) -> EventEffect:
    """What it would set off; nothing is stored."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        await _require_fit(work, report)
        return await foreseen(work, report)


async def report_event(
    desk: Desk, lead_id: str, report: EventReport, source: TriggerSource
) -> tuple[Trigger, EventEffect]:
    """Raises BadEvent for what is no event or sets nothing off, and AlreadyDone for one that is known."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(
            work.session, to_change=True
        )  # two reports of one event come one after the other
        await _require_fit(work, report)
        raised = await raise_trigger(work, report, lead.id, source)
        if raised is None:
            raise RequestClosed
        await show_boards(work)
        return raised.trigger, await _effect(work, raised)


async def event_to_withdraw(desk: Desk, lead_id: str, trigger_id: str) -> ListedEvent:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return await _listed(work, await _not_withdrawn(work, trigger_id))


async def withdraw_event(
    desk: Desk, lead_id: str, trigger_id: str, reason: str
) -> tuple[Trigger, Withdrawal]:
    """It was reported by mistake. What nothing was handed in for is not asked for any more, waived or not; the rest
    stays.
    """
    if not reason.strip():
        raise ReasonMissing("Please give a reason: the record keeps it with the event.", field="reason")
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)
        raised = await _not_withdrawn(work, trigger_id)
        raised.withdrawn_by, raised.withdrawn_at, raised.reason = lead.id, work.now, reason.strip()
        rows = await triggers.set_off_by(work.session, raised.id)
        touched = await evidence.evidenced(work.session)
        free = [row for row in rows if freed(row, touched)]
        for row in free:
            await _take_back(work, row, lead.id)
        work.session.add(raised)
        kept = len(rows) - len(free)
        work.record(
            Event.TRIGGER_WITHDRAWN,
            lead.id,
            raised,
            *free,
            withdrawn=len(free),
            kept=kept,
        )
        await show_boards(work)
    return raised, Withdrawal(len(free), kept)


async def without_event(work: Work, occurrence_id: str) -> list[Occurrence]:
    """Its file, on the way when the event was withdrawn, proved to be of no use: so it is not asked for either.

    The row, changed, for the caller's entry in the record; none where the event stands.
    """
    row = await evidence.occurrence(work.session, occurrence_id, to_change=True)
    event = await triggers.trigger_of(work.session, row) if row else None
    if row is None or event is None or event.withdrawn_at is None:
        return []
    if not freed(row, await evidence.evidenced(work.session)):
        return []
    await _take_back(work, row, None)
    return [row]


async def event_words(work: Work, occurrence: Occurrence, control: Control, listed: int | None = None) -> str:
    """What is told of events where evidence is asked for and reviewed: which one asks for it, or, where all of a
    quarter are to be listed, how many were reported in it, beside how many are ``listed`` if that is known. Empty for
    what has nothing to do with events.
    """
    if trigger := await triggers.trigger_of(work.session, occurrence):
        return view.event_words(trigger)
    if control.triggered_by is None:
        return ""
    kinds = kinds_within(control.triggered_by)
    reported = await triggers.count_reported(work.session, kinds, occurrence.starts_on, occurrence.ends_on)
    return view.listing_words(reported, listed)


async def foreseen(work: Work, report: EventReport) -> EventEffect:
    """What the event would ask for, of whom, by when."""
    controls = set_off(report.kind, await programme.controls(work.session))
    owners, country = await _owners(work), work.content.programme.country
    asked = [
        EventRequest(
            control.id,
            control.title,
            owners.get(control.id),
            performance(report.kind, 0, report.happened_on, control.sla_days or 0, country).due_on,
        )
        for control in controls
    ]
    return EventEffect(tuple(asked), await _looked_at(work, controls, report.happened_on))


async def _effect(work: Work, raised: Raised) -> EventEffect:
    owners = await _owners(work)
    asked = [
        EventRequest(control.id, control.title, owners.get(control.id), row.due_on)
        for row, control in raised.asked
    ]
    controls = [control for _, control in raised.asked]
    return EventEffect(tuple(asked), await _looked_at(work, controls, raised.trigger.happened_on))


async def _looked_at(work: Work, controls: Sequence[Control], day: date) -> bool:
    for examination in await programme.examinations(work.session):
        starts_on, ends_on = window(examination)
        if starts_on <= day <= ends_on and any(in_scope(control, examination) for control in controls):
            return True
    return False


async def _owners(work: Work) -> Owners:
    """Who is to see to a control, by its id."""
    held = await primary_owners(work)
    known = await people.people_by_id(work.session, {row.person_id for row in held.values()})
    return {
        control_id: Holder(known[row.person_id].name, accepted=row.state is OwnershipState.ACCEPTED)
        for control_id, row in held.items()
    }


async def _require_fit(work: Work, report: EventReport) -> None:
    if wrong := fault(report, work.today):
        raise BadEvent(wrong.words, field=wrong.field)
    controls = await programme.controls(work.session)
    if not set_off(report.kind, controls):
        raise BadEvent(_sets_off_nothing(report.kind, controls), field="kind")
    if known := known_as(report, await triggers.triggers(work.session, [report.kind])):
        called = label(known.kind, known.number, known.happened_on)
        raise AlreadyDone(
            f"This is known already as {called}. If it is another one, give it a reference of its own.",
            field="reference",
        )


def _sets_off_nothing(kind: TriggerKind, controls: Sequence[Control]) -> str:
    do = [named(each) for each in reportable(controls)]
    known = f"These do: {', '.join(do)}." if do else "No control of yours is performed on event yet."
    return f"No control of yours is set off by the event “{named(kind)}”. {known}"


async def _take_back(work: Work, row: Occurrence, by: str | None) -> None:
    row.state, row.withdrawn_at = OccurrenceState.WITHDRAWN, work.now
    row.waived_at, row.waiver_id = None, None
    work.session.add(row)
    await close_all(work, ObligationKind.EVIDENCE, row.id)
    await withdraw_waiver_requests(work, row.id, by)
    await show_to_all(work, ObligationKind.EVIDENCE, row.id)


async def _not_withdrawn(work: Work, trigger_id: str) -> Trigger:
    """The event, held, if it has not been withdrawn."""
    found = await triggers.trigger(work.session, trigger_id, to_change=True)
    if found is None:
        raise RequestClosed
    if found.withdrawn_at:
        raise AlreadyDone("This event has been withdrawn already.")
    return found


async def _listed(work: Work, each: Trigger) -> ListedEvent:
    rows = await triggers.set_off_by(work.session, each.id)
    by = "Slack" if each.source is TriggerSource.SLACK else await name_of(work, each.raised_by)
    withdrawn_by = await name_of(work, each.withdrawn_by) if each.withdrawn_by else None
    return ListedEvent(each, tuple(sorted(row.control_id for row in rows)), by, withdrawn_by)
