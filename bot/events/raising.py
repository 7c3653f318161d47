"""Raising an event: its row, and one performance of each control that it sets off, in the caller's transaction.

The owners are asked when the evidence comes due, by the same tick as for everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.events.rules.triggers import EventReport, performance, set_off, turned_into
from bot.obligations import show_boards
from bot.work import Work
from storage import programme, triggers
from storage.evidence import Occurrence
from storage.people import Person
from storage.programme import Control
from storage.terms import AccountKind, Event, TriggerSource
from storage.triggers import Trigger

SETUP = "setup"


@dataclass(frozen=True)
class Raised:
    """An event with what it asks for, by control."""

    trigger: Trigger
    asked: Sequence[tuple[Occurrence, Control]]


async def raise_trigger(
    work: Work,
    report: EventReport,
    by: str,
    source: TriggerSource,
    person_id: str | None = None,
    *,
    discovered: bool = False,
    reason: str | None = None,
) -> Raised | None:
    """None, and nothing stored, when no control is set off. Whether it is known already the caller has asked.

    Two at once are raised one after the other, since the rows of the controls are held.
    """
    controls = set_off(report.kind, await programme.controls(work.session, to_change=True))
    if not controls:
        return None
    raised = Trigger(
        kind=report.kind,
        number=await triggers.next_number(work.session, report.kind),
        happened_on=report.happened_on,
        what=report.what,
        reference=report.reference,
        person_id=person_id,
        source=source,
        discovered=discovered,
        raised_by=by,
        raised_at=work.now,
    )
    work.session.add(raised)
    await work.session.flush()
    asked = [(_listed(work, raised, control), control) for control in controls]
    rows = [row for row, _ in asked]
    work.session.add_all(rows)
    texts = {"reason": reason} if reason else {}
    work.record(Event.TRIGGER_RAISED, by, raised, *rows, texts=texts, scheduled=len(rows))
    return Raised(raised, asked)


async def raise_for_person(
    work: Work, before: AccountKind | None, person: Person, *, discovered: bool
) -> None:
    """Somebody joined or left, as Slack tells it; once for each time, so that who comes back is a joiner again.

    ``discovered`` when it was not told but found: then only the day on which it was found is known.
    """
    kind = turned_into(before, person.standing)
    if kind is None:
        return
    await programme.controls(work.session, to_change=True)  # two at once are counted one after the other
    times = await triggers.count_about(work.session, kind, person.id)
    today = work.today
    report = EventReport(kind, today, person.name, f"{person.id}-{times + 1}")
    found = await raise_trigger(work, report, SETUP, TriggerSource.SLACK, person.id, discovered=discovered)
    if found:
        await show_boards(work)


def _listed(work: Work, raised: Trigger, control: Control) -> Occurrence:
    each = performance(
        raised.kind,
        raised.number,
        raised.happened_on,
        control.sla_days or 0,
        work.content.programme.country,
    )
    return Occurrence(
        control_id=control.id,
        label=each.label,
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        due_on=each.due_on,
        grace_days=control.grace_days,
        scheduled_at=work.now,
        trigger_id=raised.id,
    )
