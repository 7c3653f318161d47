"""The windows of examinations as they are judged today. What has not changed since is not judged again.

Each process keeps the windows that it judged. Whoever changes an occurrence adds an entry that states it, so the
entries since tell which windows to judge again; readers count the occurrences anew.
"""

from collections.abc import Iterable
from datetime import date
from weakref import WeakKeyDictionary

from bot.evidence.rules.windows import NEAR, JudgedWindow, Span, judge_window
from bot.work import Work
from storage import windows
from storage.database import Database
from storage.evidence import Occurrence
from storage.locks import WRITES
from storage.record import past

KEPT = 40
# Reading more entries than these takes longer than judging the windows anew.
ENTRIES_READ = 5_000


class KeptWindows:
    """The windows that this process judged, as of a size of the record."""

    def __init__(self) -> None:
        self._size = 0
        self._windows: dict[Span, JudgedWindow] = {}

    async def judged(self, work: Work, spans: Iterable[Span], as_of: date) -> dict[Span, JudgedWindow]:
        size = await past.record_size(work.session)
        unchanged = await self._unchanged_until(work, size)
        if size < self._size:  # another reader has seen a later state
            return {span: await _judged(work, span, as_of) for span in spans}
        self._size, self._windows = size, unchanged
        judged: dict[Span, JudgedWindow] = {}
        for span in spans:
            kept = unchanged.get(span)
            judged[span] = kept if kept and kept.holds_on(as_of) else await _judged(work, span, as_of)
        if size == self._size:
            self._windows = dict(list((self._windows | judged).items())[-KEPT:])
        return judged

    async def _unchanged_until(self, work: Work, size: int) -> dict[Span, JudgedWindow]:
        """The windows without an occurrence that entries have stated since."""
        windows, since = self._windows, self._size
        if not windows or size - since > ENTRIES_READ:
            return {}
        stated = past.stated_between(work.session, Occurrence, since, size)
        changed_on = {date.fromisoformat(state["ends_on"]) async for state in stated}
        return {
            (starts_on, ends_on): kept
            for (starts_on, ends_on), kept in windows.items()
            if not any(starts_on <= day <= ends_on for day in changed_on)
        }


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
