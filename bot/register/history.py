"""How a control came to be what it is: who adopted it and from where, who changed it, what and why."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from bot.calendar.periods import local_date
from bot.register.rules.controls import Adopted, Redefined, Rescheduled, Rhythm, Source
from bot.register.rules.importing import differences
from bot.register.rules.sheets import Cells, cells_of
from bot.work import Work
from storage import people
from storage.programme import Control
from storage.record import past
from storage.record.entries import RecordEntry, text_of
from storage.record.recorded import subject_name
from storage.terms import Cadence, Event

Leaf = Mapping[str, Any]


async def definition_history(
    work: Work, control_id: str, zone: str
) -> list[Adopted | Rescheduled | Redefined]:
    """Newest first, on the dates of this zone."""
    subject = subject_name(Control, [control_id])
    entries = await past.entries_defining(work.session, subject)
    leaves = [json.loads(entry.leaf) for entry in entries]
    known = await people.people_by_id(work.session, {leaf["actor"] for leaf in leaves})
    names = {leaf["actor"]: leaf["actor"] for leaf in leaves} | {
        each.id: each.name for each in known.values()
    }
    cells = [_cells(leaf, subject) for leaf in leaves]
    told = [
        await _told(work, entry, leaf, (before, after), names, zone)
        for entry, leaf, (before, after) in zip(entries, leaves, pairwise([None, *cells]), strict=True)
    ]
    return told[::-1]


async def _told(
    work: Work,
    entry: RecordEntry,
    leaf: Leaf,
    cells: tuple[Cells | None, Cells | None],
    names: Mapping[str, str],
    zone: str,
) -> Adopted | Rescheduled | Redefined:
    """``cells`` are those before and after the entry."""
    on, by, facts = local_date(entry.at, zone), names[leaf["actor"]], leaf["facts"]
    reason = await text_of(work.session, leaf["texts"]["reason"]) if "reason" in leaf["texts"] else None
    match entry.kind:
        case Event.CONTENT_ADOPTED:
            return Adopted(on, Source.CONTENT)
        case Event.CONTROL_ADDED:
            return Adopted(on, Source(facts["source"]), by, reason)
        case Event.CONTROL_RESCHEDULED:
            return Rescheduled(on, by, _rhythm(facts["before"]), _rhythm(facts["after"]), reason)
    before, after = cells
    return Redefined(on, by, differences(before, after) if before and after else (), reason)


def _cells(leaf: Leaf, subject: str) -> Cells:
    [control] = past.as_stated(Control, {subject: leaf["rows"][subject]})
    return cells_of(control)


def _rhythm(told: Mapping[str, str | int]) -> Rhythm:
    return Rhythm(Cadence(told["cadence"]), int(told["due_days"]), int(told["grace_days"]))
