"""A control's history: who adopted it, changed it, owned it or waived it, and how it was performed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from bot.calendar.periods import local_date
from bot.evidence.rules.dispositions import disposition
from bot.evidence.waiver_history import waiver_steps
from bot.register.rules.controls import (
    AdoptionSource,
    ControlAdopted,
    ControlRedefined,
    ControlRescheduled,
    HandoverStep,
    HistoryItem,
    OccurrenceOutcome,
    OwnershipStep,
    Rhythm,
)
from bot.register.rules.importing import cell_changes
from bot.register.rules.sheets import Cells, control_cells
from bot.work import Work
from storage import handovers, ownership, people, triggers
from storage.evidence import Occurrence
from storage.handovers import Handover
from storage.ownership import CURRENT, Ownership
from storage.programme import Control
from storage.record import past
from storage.record.entries import RecordEntry, text_of
from storage.record.recorded import Actor, subject_name
from storage.terms import Cadence, Disposition, Event, HandoverState, OccurrenceState, OwnershipState
from storage.triggers import Trigger

_Leaf = Mapping[str, Any]


async def control_history(
    work: Work, control: Control, occurrences: Sequence[Occurrence], zone: str
) -> list[HistoryItem]:
    """Newest first, on the dates of this zone. ``occurrences`` are all of the control, oldest first."""
    ownerships = await ownership.ownerships_ever(work.session, control.id)
    passed_on = await handovers.handovers_ever(work.session, control.id)
    names = await _names(work, ownerships, passed_on)
    definitions = await _definitions(work, control.id, zone)
    # Sorting by day keeps this order within one day; the adoption is always the first that happened.
    history: list[HistoryItem] = [each for each in definitions if not isinstance(each, ControlAdopted)]
    history += [each for row in passed_on[::-1] for each in _handover_steps(row, names, zone)]
    by_handover = {row.ownership_id for row in passed_on}
    for row in ownerships[::-1]:
        history += _ownership_steps(row, names, zone, by_handover=row.id in by_handover)
    history += (await waiver_steps(work, control.id, occurrences, zone))[::-1]
    trigger_ids = {row.trigger_id for row in occurrences if row.trigger_id}
    events = await triggers.triggers_by_id(work.session, trigger_ids)
    history += _performances(occurrences[::-1], events, work.today)
    history += [each for each in definitions if isinstance(each, ControlAdopted)]
    return sorted(history, key=lambda each: each.on, reverse=True)


async def _names(
    work: Work, ownerships: Sequence[Ownership], passed_on: Sequence[Handover]
) -> dict[str, str]:
    ids = {person_id for row in ownerships for person_id in (row.person_id, row.offered_by)}
    ids |= {person_id for row in passed_on for person_id in (row.from_id, row.to_id) if person_id}
    people_by_id = await people.people_by_id(work.session, ids)
    return {person_id: person.name for person_id, person in people_by_id.items()} | {
        Actor.SOCRATES: "Socrates"
    }


def _performances(
    occurrences: Sequence[Occurrence], events: Mapping[str, Trigger], today: date
) -> list[OccurrenceOutcome]:
    performances = []
    for row in occurrences:
        if row.state is OccurrenceState.WITHDRAWN:
            continue
        outcome = disposition(row.state, row.performed_on, row.due_on, row.grace_days, today)
        if outcome is not Disposition.OPEN or row.ends_on < today:
            event = events[row.trigger_id].what if row.trigger_id else ""
            rejected = row.state is OccurrenceState.REJECTED
            performances.append(
                OccurrenceOutcome(row.due_on, row.label, outcome, row.performed_on, event, rejected)
            )
    return performances


def _ownership_steps(
    row: Ownership, names: Mapping[str, str], zone: str, *, by_handover: bool
) -> list[OwnershipStep]:
    """The offer, the answer to it and its end, newest first. A handover says its offer and answer itself."""
    person, by = names[row.person_id], names.get(row.offered_by, "a lead")
    changes = [OwnershipStep(local_date(row.offered_at, zone), person, row.role, OwnershipState.OFFERED, by)]
    if row.decided_at:
        answer = row.state if row.state is OwnershipState.DECLINED else OwnershipState.ACCEPTED
        changes.append(
            OwnershipStep(local_date(row.decided_at, zone), person, row.role, answer, by, row.reason)
        )
    if row.ended_at:
        changes.append(
            OwnershipStep(local_date(row.ended_at, zone), person, row.role, OwnershipState.ENDED, by)
        )
    return [change for change in changes[::-1] if not (by_handover and change.state in CURRENT)]


def _handover_steps(row: Handover, names: Mapping[str, str], zone: str) -> list[HandoverStep]:
    """The request, and its end where the new owner accepted or the owner kept the control; newest first."""
    by, to = names[row.from_id], names[row.to_id] if row.to_id else None
    changes = [HandoverStep(local_date(row.asked_at, zone), by, to, HandoverState.ASKED, row.reason)]
    if row.closed_at and row.state in (HandoverState.ACCEPTED, HandoverState.KEPT):
        changes.append(HandoverStep(local_date(row.closed_at, zone), by, to, row.state, row.reason))
    return changes[::-1]


async def _definitions(
    work: Work, control_id: str, zone: str
) -> list[ControlAdopted | ControlRescheduled | ControlRedefined]:
    """How the record says that the control was adopted and changed, newest first."""
    subject = subject_name(Control, [control_id])
    entries = await past.entries_defining(work.session, subject)
    leaves = [json.loads(entry.leaf) for entry in entries]
    actors = {leaf["actor"] for leaf in leaves}
    people_by_id = await people.people_by_id(work.session, actors)
    names = {actor: actor for actor in actors} | {person.id: person.name for person in people_by_id.values()}
    cells = [_cells(leaf, subject) for leaf in leaves]
    definitions = [
        await _definition(work, entry, leaf, (before, after), names[leaf["actor"]], zone)
        for entry, leaf, (before, after) in zip(entries, leaves, pairwise([None, *cells]), strict=True)
    ]
    return definitions[::-1]


async def _definition(
    work: Work, entry: RecordEntry, leaf: _Leaf, cells: tuple[Cells | None, Cells | None], by: str, zone: str
) -> ControlAdopted | ControlRescheduled | ControlRedefined:
    """``cells`` are the control's before and after the entry."""
    on, facts = local_date(entry.at, zone), leaf["facts"]
    reason = await text_of(work.session, leaf["texts"]["reason"]) if "reason" in leaf["texts"] else None
    match entry.kind:
        case Event.CONTENT_ADOPTED:
            return ControlAdopted(on, AdoptionSource.CONTENT)
        case Event.CONTROL_ADDED:
            return ControlAdopted(on, AdoptionSource(facts["source"]), by, reason)
        case Event.CONTROL_RESCHEDULED:
            return ControlRescheduled(on, by, _rhythm(facts["before"]), _rhythm(facts["after"]), reason)
    before, after = cells
    return ControlRedefined(on, by, cell_changes(before, after) if before and after else (), reason)


def _cells(leaf: _Leaf, subject: str) -> Cells:
    [control] = past.as_stated(Control, {subject: leaf["rows"][subject]})
    return control_cells(control)


def _rhythm(facts: Mapping[str, str | int]) -> Rhythm:
    return Rhythm(Cadence(facts["cadence"]), int(facts["due_days"]), int(facts["grace_days"]))
