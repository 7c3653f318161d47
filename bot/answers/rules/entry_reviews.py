"""When an entry is to be looked at again, and by whom: one request for everything of one lead in one week.

A company that adopts the whole library at once has all of its reviews due on one day, a year later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from bot.answers.rules.content_checks import review_due
from bot.calendar.periods import DAY, period_around, period_label
from bot.policies.rules import text_hash
from content.models import KnowledgeEntry
from storage.terms import Cadence


@dataclass(frozen=True)
class Reviewed:
    """An entry as it answers now, who stands behind its text, and since when where that person is."""

    entry: KnowledgeEntry
    reviewer: str
    reviewed_on: date

    @property
    def due_on(self) -> date:
        return review_due(self.entry, self.reviewed_on)


@dataclass(frozen=True)
class Due:
    """What one lead is to look at again in one week, the first due first; `week` names it ("2027-10-04")."""

    owner: str
    week: str
    entries: tuple[KnowledgeEntry, ...]
    due_on: date

    @property
    def mark(self) -> str:
        """Another one for every other list of texts."""
        texts = [text for each in self.entries for text in (each.id, each.title, each.answer, each.detail)]
        return text_hash("\n\n".join(texts))[:16]


def reviews_due(reviewed: Iterable[Reviewed], leads: Collection[str]) -> list[Due]:
    """Of every week, also those to come; of entries whose reviewer leads no more, every lead is the owner."""
    weeks: defaultdict[tuple[str, date], list[Reviewed]] = defaultdict(list)
    for each in reviewed:
        owners = [each.reviewer] if each.reviewer in leads else leads
        for owner in owners:
            weeks[owner, begins_on(each.due_on)].append(each)
    return [_due(owner, monday, each) for (owner, monday), each in sorted(weeks.items())]


def begins_on(day: date) -> date:
    """The Monday of its week."""
    return day - day.weekday() * DAY


def week_label(week: str) -> str:
    """ "week 40 of 2027"."""
    return period_label(Cadence.WEEKLY, period_around(Cadence.WEEKLY, date.fromisoformat(week))[0])


def _due(owner: str, monday: date, reviewed: list[Reviewed]) -> Due:
    in_order = sorted(reviewed, key=lambda each: (each.due_on, each.entry.title.lower(), each.entry.id))
    return Due(owner, monday.isoformat(), tuple(each.entry for each in in_order), in_order[0].due_on)
