"""The controls, examinations and occurrences of a report: from the rows for now, from the record for the past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.work import Work
from storage import evidence, programme
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.record import past
from storage.terms import OccurrenceState


@dataclass(frozen=True, slots=True)
class Definitions:
    """Controls and examinations in the order of their ids; occurrences by due date, the withdrawn ones apart."""

    controls: tuple[Control, ...]
    examinations: tuple[Examination, ...]
    occurrences: tuple[Occurrence, ...]
    withdrawn: tuple[Occurrence, ...]


async def definitions_then(work: Work, until: datetime) -> Definitions:
    """Each row as the record last stated it by ``until``, without rows that were added later."""
    stated = await past.all_stated(work.session, (Control, Examination, Occurrence), until)
    return _in_order(
        past.as_stated(Control, stated),
        past.as_stated(Examination, stated),
        past.as_stated(Occurrence, stated),
    )


async def definitions_now(work: Work) -> Definitions:
    return _in_order(
        await programme.controls(work.session),
        await programme.examinations(work.session),
        await evidence.all_occurrences(work.session),
    )


def _in_order(
    controls: Iterable[Control], examinations: Iterable[Examination], occurrences: Iterable[Occurrence]
) -> Definitions:
    soonest_first = sorted(occurrences, key=_urgency)
    return Definitions(
        controls=tuple(sorted(controls, key=lambda each: each.id)),
        examinations=tuple(sorted(examinations, key=lambda each: each.id)),
        occurrences=tuple(row for row in soonest_first if row.state is not OccurrenceState.WITHDRAWN),
        withdrawn=tuple(row for row in soonest_first if row.state is OccurrenceState.WITHDRAWN),
    )


def _urgency(row: Occurrence) -> tuple[date, str, date]:
    return row.due_on, row.control_id, row.ends_on
