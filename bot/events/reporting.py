"""Leads report and withdraw events. A reported event schedules an occurrence of every control that it sets off."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.blocks.ids import Field
from bot.blocks.paging import Page, page_of
from bot.blocks.wording import trigger_kind_name
from bot.desk import Desk
from bot.errors import AlreadyDone, BadEvent, ReasonMissing, RequestClosed
from bot.events.raising import RaisedEvent, raise_event
from bot.events.rules.events import (
    EventEffect,
    EventReport,
    EventRequest,
    ListedEvent,
    Withdrawal,
    controls_set_off,
    event_label,
    event_performance,
    kinds_within,
    report_fault,
    reportable_kinds,
    reported_before,
)
from bot.events.views.events import caused_by_words, event_count_words
from bot.obligations import close_obligations_about, refresh_lead_homes, refresh_messages_about
from bot.owners.current_owners import primary_ownerships
from bot.owners.rules.ownership import Holder
from bot.people import acting_lead, name_of
from bot.schedule.rules.examinations import examination_window, in_scope
from bot.schedule.rules.schedule_changes import freed_with_event
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


async def all_events(desk: Desk, lead_id: str, page: int = 1) -> Page[ListedEvent]:
    """The latest to happen first."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        events = page_of(await triggers.triggers(work.session), page, EVENTS_A_PAGE)
        return Page(
            [await _listed(work, each) for each in events.items], events.number, events.of, events.total
        )


async def kinds_to_report(desk: Desk, lead_id: str) -> list[TriggerKind]:
    """The kinds of event that set any control of the company's off."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return reportable_kinds(await programme.controls(work.session))


async def names_by_id(desk: Desk, lead_id: str, person_ids: Collection[str]) -> dict[str, str]:
    """Person id → name, of the people whom the workspace knows."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        people_by_id = await people.people_by_id(work.session, person_ids)
        return {person_id: person.name for person_id, person in people_by_id.items()}


async def company_today_for(desk: Desk, lead_id: str) -> date:
    """The company's date, for the word “today” in a command."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return work.today


async def effect_of_report(desk: Desk, lead_id: str, report: EventReport) -> EventEffect:
    """What the event would set off; nothing is stored."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        await _require_reportable(work, report)
        return await effect_if_reported(work, report)


async def report_event(
    desk: Desk, lead_id: str, report: EventReport, source: TriggerSource
) -> tuple[Trigger, EventEffect]:
    """Raises BadEvent for a report that is wrong or sets nothing off, and AlreadyDone for an event that is known."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        # Locked, so that two reports of one event come one after the other.
        await programme.controls(work.session, to_change=True)
        await _require_reportable(work, report)
        raised = await raise_event(work, report, lead.id, source)
        if raised is None:
            raise RequestClosed
        await refresh_lead_homes(work)
        return raised.event, await _effect(work, raised)


async def event_to_withdraw(desk: Desk, lead_id: str, trigger_id: str) -> ListedEvent:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return await _listed(work, await _not_withdrawn(work, trigger_id))


async def withdraw_event(
    desk: Desk, lead_id: str, trigger_id: str, reason: str
) -> tuple[Trigger, Withdrawal]:
    """Withdraw an event that was reported by mistake, and the occurrences without evidence, waived ones too.

    Occurrences for which evidence was handed in stay.
    """
    if not reason.strip():
        raise ReasonMissing("Please give a reason: the record keeps it with the event.", field=Field.REASON)
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)
        event = await _not_withdrawn(work, trigger_id)
        event.withdrawn_by, event.withdrawn_at, event.reason = lead.id, work.now, reason.strip()
        rows = await triggers.occurrences_set_off_by(work.session, event.id)
        evidenced = await evidence.occurrence_ids_with_evidence(work.session)
        taken_back = [row for row in rows if freed_with_event(row, evidenced)]
        for row in taken_back:
            await _take_back(work, row, lead.id)
        kept = len(rows) - len(taken_back)
        work.record(
            Event.TRIGGER_WITHDRAWN,
            lead.id,
            event,
            *taken_back,
            withdrawn=len(taken_back),
            kept=kept,
        )
        await refresh_lead_homes(work)
    return event, Withdrawal(len(taken_back), kept)


async def withdraw_with_event(work: Work, occurrence_id: str) -> list[Occurrence]:
    """Withdraw an occurrence whose event was withdrawn while its file was being fetched, if that file is refused.

    The changed row, for the caller's entry in the record; empty where the event was not withdrawn.
    """
    row = await evidence.occurrence(work.session, occurrence_id, to_change=True)
    event = await triggers.trigger_of(work.session, row) if row else None
    if row is None or event is None or event.withdrawn_at is None:
        return []
    if not freed_with_event(row, await evidence.occurrence_ids_with_evidence(work.session)):
        return []
    await _take_back(work, row, None)
    return [row]


async def event_words(work: Work, occurrence: Occurrence, control: Control, listed: int | None = None) -> str:
    """For the request and the review of evidence: the event that asks for it or, for a quarter's listing of all
    events, how many were reported, beside how many are ``listed`` if that is known. Empty for any other control.
    """
    if event := await triggers.trigger_of(work.session, occurrence):
        return caused_by_words(event)
    if control.triggered_by is None:
        return ""
    kinds = kinds_within(control.triggered_by)
    count = await triggers.count_triggers(work.session, kinds, occurrence.starts_on, occurrence.ends_on)
    return event_count_words(count, listed)


async def effect_if_reported(work: Work, report: EventReport) -> EventEffect:
    """What the event would ask for, of which owner and by when."""
    controls = controls_set_off(report.kind, await programme.controls(work.session))
    owners, country = await _owners(work), work.content.programme.country
    requests = [
        EventRequest(
            control.id,
            control.title,
            owners.get(control.id),
            event_performance(report.kind, 0, report.happened_on, control.sla_days or 0, country).due_on,
        )
        for control in controls
    ]
    return EventEffect(tuple(requests), await _examined(work, controls, report.happened_on))


async def _effect(work: Work, raised: RaisedEvent) -> EventEffect:
    owners = await _owners(work)
    requests = [
        EventRequest(control.id, control.title, owners.get(control.id), row.due_on)
        for row, control in raised.scheduled
    ]
    controls = [control for _, control in raised.scheduled]
    return EventEffect(tuple(requests), await _examined(work, controls, raised.event.happened_on))


async def _examined(work: Work, controls: Sequence[Control], day: date) -> bool:
    """Whether the day lies in the window of an examination that has one of these controls in scope."""
    for examination in await programme.examinations(work.session):
        starts_on, ends_on = examination_window(examination)
        if starts_on <= day <= ends_on and any(in_scope(control, examination) for control in controls):
            return True
    return False


async def _owners(work: Work) -> Mapping[str, Holder]:
    """By control id."""
    primaries = await primary_ownerships(work)
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in primaries.values()})
    return {
        control_id: Holder(people_by_id[row.person_id].name, accepted=row.state is OwnershipState.ACCEPTED)
        for control_id, row in primaries.items()
    }


async def _require_reportable(work: Work, report: EventReport) -> None:
    """Raises BadEvent and AlreadyDone."""
    if wrong := report_fault(report, work.today):
        raise BadEvent(wrong.words, field=wrong.field)
    controls = await programme.controls(work.session)
    if not controls_set_off(report.kind, controls):
        raise BadEvent(_sets_off_nothing(report.kind, controls), field=Field.KIND)
    if event := reported_before(report, await triggers.triggers(work.session, [report.kind])):
        name = event_label(event.kind, event.number, event.happened_on)
        raise AlreadyDone(
            f"This is known already as {name}. If it is another one, give it a reference of its own.",
            field=Field.REFERENCE,
        )


def _sets_off_nothing(kind: TriggerKind, controls: Sequence[Control]) -> str:
    kinds = [trigger_kind_name(each) for each in reportable_kinds(controls)]
    which_do = f"These do: {', '.join(kinds)}." if kinds else "No control of yours is performed on event yet."
    return f"No control of yours is set off by the event “{trigger_kind_name(kind)}”. {which_do}"


async def _take_back(work: Work, row: Occurrence, by: str | None) -> None:
    """Withdraw the occurrence; ``by`` is the lead's id, None where no person decided it."""
    row.state, row.withdrawn_at = OccurrenceState.WITHDRAWN, work.now
    row.waived_at, row.waiver_id = None, None
    work.session.add(row)
    await close_obligations_about(work, ObligationKind.EVIDENCE, row.id)
    await withdraw_waiver_requests(work, row.id, by)
    await refresh_messages_about(work, ObligationKind.EVIDENCE, row.id)


async def _not_withdrawn(work: Work, trigger_id: str) -> Trigger:
    """The event, its row locked. Raises AlreadyDone if it was withdrawn."""
    event = await triggers.trigger(work.session, trigger_id, to_change=True)
    if event is None:
        raise RequestClosed
    if event.withdrawn_at:
        raise AlreadyDone("This event has been withdrawn already.")
    return event


async def _listed(work: Work, event: Trigger) -> ListedEvent:
    rows = await triggers.occurrences_set_off_by(work.session, event.id)
    by = "Slack" if event.source is TriggerSource.SLACK else await name_of(work, event.raised_by)
    withdrawn_by = await name_of(work, event.withdrawn_by) if event.withdrawn_by else None
    return ListedEvent(event, tuple(sorted(row.control_id for row in rows)), by, withdrawn_by)
