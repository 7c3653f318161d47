"""Raising an event: its row, and an occurrence of each control that it sets off, in the caller's transaction.

The clock asks the owners for the evidence when it comes due, as for every other occurrence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.events.rules.events import EventReport, controls_set_off, event_performance, joined_or_left
from bot.obligations import refresh_lead_homes
from bot.work import Work
from storage import programme, triggers
from storage.evidence import Occurrence
from storage.people import Person
from storage.programme import Control
from storage.record.recorded import Actor
from storage.terms import AccountKind, Event, TriggerSource
from storage.triggers import Trigger


@dataclass(frozen=True)
class RaisedEvent:
    """An event with the occurrences that it scheduled, each with its control."""

    event: Trigger
    scheduled: Sequence[tuple[Occurrence, Control]]


async def raise_event(
    work: Work,
    report: EventReport,
    by: str,
    source: TriggerSource,
    person_id: str | None = None,
    *,
    discovered: bool = False,
    reason: str | None = None,
) -> RaisedEvent | None:
    """None, and nothing stored, when no control is set off. The caller refuses an event that is known already.

    Two events at once are raised one after the other, since the rows of the controls are locked.
    """
    controls = controls_set_off(report.kind, await programme.controls(work.session, to_change=True))
    if not controls:
        return None
    event = Trigger(
        kind=report.kind,
        number=await triggers.next_trigger_number(work.session, report.kind),
        happened_on=report.happened_on,
        what=report.what,
        reference=report.reference,
        person_id=person_id,
        source=source,
        discovered=discovered,
        raised_by=by,
        raised_at=work.now,
    )
    work.session.add(event)
    await work.session.flush()
    scheduled = [(_occurrence(work, event, control), control) for control in controls]
    rows = [row for row, _ in scheduled]
    texts = {"reason": reason} if reason else {}
    work.record(Event.TRIGGER_RAISED, by, event, *rows, texts=texts, scheduled=len(rows))
    return RaisedEvent(event, scheduled)


async def raise_joiner_or_leaver(
    work: Work, before: AccountKind | None, person: Person, *, discovered: bool
) -> None:
    """Raise an event if this change of a Slack account means that a person joined or left; once for each time.

    ``before`` is what the account was. With ``discovered`` Slack sent no event of it: the day is that of our finding.
    """
    kind = joined_or_left(before, person.standing)
    if kind is None:
        return
    await programme.controls(work.session, to_change=True)  # locked, so two at once are counted one by one
    times = await triggers.count_triggers_about(work.session, kind, person.id)
    report = EventReport(kind, work.today, person.name, f"{person.id}-{times + 1}")
    raised = await raise_event(
        work, report, Actor.SETUP, TriggerSource.SLACK, person.id, discovered=discovered
    )
    if raised:
        await refresh_lead_homes(work)


def _occurrence(work: Work, event: Trigger, control: Control) -> Occurrence:
    scheduled = event_performance(
        event.kind,
        event.number,
        event.happened_on,
        control.sla_days or 0,
        work.content.programme.country,
    )
    return Occurrence(
        control_id=control.id,
        label=scheduled.label,
        starts_on=scheduled.starts_on,
        ends_on=scheduled.ends_on,
        due_on=scheduled.due_on,
        grace_days=control.grace_days,
        scheduled_at=work.now,
        trigger_id=event.id,
    )
