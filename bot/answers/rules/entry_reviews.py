"""When the review of an entry is due, and which lead does it: one request for all entries of a lead in a week.

A company that adopts the whole library at once has all of its reviews due on one day, a year later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from bot.answers.rules.content_checks import review_due
from bot.calendar.periods import DAY, period_around, period_label
from content.models import KnowledgeEntry
from storage.policies import text_hash
from storage.terms import Cadence


@dataclass(frozen=True)
class ReviewedEntry:
    """An entry as it answers now, with its last review; ``reviewed_on`` is the reviewer's own date."""

    entry: KnowledgeEntry
    reviewer: str
    reviewed_on: date

    @property
    def due_on(self) -> date:
        return review_due(self.entry, self.reviewed_on)


@dataclass(frozen=True)
class WeekOfReviews:
    """The entries that one lead reviews in one week, the first due first; ``monday`` is a date in ISO form."""

    owner: str
    monday: str
    entries: tuple[KnowledgeEntry, ...]
    due_on: date

    @property
    def mark(self) -> str:
        """A hash of all texts, so that a press counts only for the texts that the lead saw."""
        texts = [
            text for entry in self.entries for text in (entry.id, entry.title, entry.answer, entry.detail)
        ]
        return text_hash("\n\n".join(texts))[:16]


def reviews_due(reviewed: Iterable[ReviewedEntry], leads: Collection[str]) -> list[WeekOfReviews]:
    """All weeks, also those to come. Every lead owns the entries whose reviewer leads no more.

    ``leads`` are person ids.
    """
    weeks: defaultdict[tuple[str, date], list[ReviewedEntry]] = defaultdict(list)
    for each in reviewed:
        owners = [each.reviewer] if each.reviewer in leads else leads
        for owner in owners:
            weeks[owner, monday_of(each.due_on)].append(each)
    return [_week(owner, monday, entries) for (owner, monday), entries in sorted(weeks.items())]


def monday_of(day: date) -> date:
    return day - day.weekday() * DAY


def week_label(week: str) -> str:
    """ "week 40 of 2027"."""
    return period_label(Cadence.WEEKLY, period_around(Cadence.WEEKLY, date.fromisoformat(week))[0])


def _week(owner: str, monday: date, reviewed: list[ReviewedEntry]) -> WeekOfReviews:
    in_order = sorted(reviewed, key=lambda each: (each.due_on, each.entry.title.lower(), each.entry.id))
    return WeekOfReviews(
        owner, monday.isoformat(), tuple(each.entry for each in in_order), in_order[0].due_on
    )
