"""The windows of examinations as they are judged today. What has not changed since is not judged again.

Each process keeps the windows that it judged. Whoever changes an occurrence adds an entry that states it, so the
entries since tell which windows to judge again; readers count the occurrences anew.
"""

from collections.abc import Iterable
from datetime import date
from weakref import WeakKeyDictionary

from bot.evidence.rules.windows import NEAR, JudgedWindow, Span, judge_window, listed_twice
from bot.work import Work
from storage import windows
from storage.database import Database
from storage.evidence import Occurrence
from storage.locks import WRITES
from storage.record import past

KEPT = 40
# Reading more entries, or more controls, takes longer than judging the windows anew.
ENTRIES_READ = 5_000
CONTROLS_AT_ONCE = 100

Change = tuple[date, str]
"""The last day of an occurrence's period, and the id of its control."""


class KeptWindows:
    """The windows that this process judged, as of a size of the record."""

    def __init__(self) -> None:
        self._size = 0
        self._windows: dict[Span, JudgedWindow] = {}

    async def judged(self, work: Work, spans: Iterable[Span], as_of: date) -> dict[Span, JudgedWindow]:
        size = await past.record_size(work.session)
        kept = self._windows
        changes = await self._changes_until(work, size)
        if changes is None:
            kept, changes = {}, []
        if size < self._size:  # another reader has seen a later state
            return {span: await _judged(work, span, as_of) for span in spans}
        self._size = size
        self._windows = {span: window for span, window in kept.items() if not _in_span(changes, span)}
        judged = {
            span: await _judged_again(work, kept.get(span), _in_span(changes, span), span, as_of)
            for span in spans
        }
        if size == self._size:
            self._windows = dict(list((self._windows | judged).items())[-KEPT:])
        return judged

    async def _changes_until(self, work: Work, size: int) -> list[Change] | None:
        """Of each occurrence that entries have stated since; None if it is quicker to judge every window anew."""
        if not self._windows or size - self._size > ENTRIES_READ:
            return None
        stated = past.stated_between(work.session, Occurrence, self._size, size)
        return [(date.fromisoformat(state["ends_on"]), state["control_id"]) async for state in stated]


def _in_span(changes: Iterable[Change], span: Span) -> set[str]:
    """The ids of the controls of which an occurrence of this window has changed."""
    return {control_id for ends_on, control_id in changes if span[0] <= ends_on <= span[1]}


async def _judged_again(
    work: Work, kept: JudgedWindow | None, changed: set[str], span: Span, as_of: date
) -> JudgedWindow:
    """The window that was kept with its changed controls judged anew, or if that is quicker the whole window."""
    if kept is None or not kept.holds_on(as_of) or len(changed) > CONTROLS_AT_ONCE:
        return await _judged(work, span, as_of)
    if not changed:
        return kept
    rows = await windows.window_occurrences(work.session, *span, changed)
    due_after = date.max if kept.due_after == date.max else as_of + NEAR
    again = kept.with_controls(
        judge_window(span, as_of, due_after, rows, listed_twice=listed_twice(rows)), changed
    )
    return again if again.lists_enough else await _judged(work, span, as_of)


_KEPT: WeakKeyDictionary[Database, KeptWindows] = WeakKeyDictionary()


async def judged_windows(work: Work, spans: Iterable[Span], as_of: date) -> dict[Span, JudgedWindow]:
    """By first and last day. A transaction that may have changed something itself reads everything anew."""
    distinct = sorted(set(spans))
    if work.session.info.get(WRITES):
        return {span: await _judged(work, span, as_of) for span in distinct}
    return await _KEPT.setdefault(work.sessions, KeptWindows()).judged(work, distinct, as_of)


async def whole_windows(work: Work, spans: Iterable[Span], as_of: date) -> dict[Span, JudgedWindow]:
    """Judged anew, with every open occurrence listed."""
    return {span: await _judged_up_to(work, span, as_of, date.max) for span in sorted(set(spans))}


async def _judged(work: Work, span: Span, as_of: date) -> JudgedWindow:
    judged = await _judged_up_to(work, span, as_of, as_of + NEAR)
    return judged if judged.lists_enough else await _judged_up_to(work, span, as_of, date.max)


async def _judged_up_to(work: Work, span: Span, as_of: date, due_after: date) -> JudgedWindow:
    return judge_window(
        span,
        as_of,
        due_after,
        await windows.other_occurrences(work.session, *span, due_after),
        await windows.alike_occurrences(work.session, *span, due_after),
        await windows.periods_listed_twice(work.session, *span),
    )
