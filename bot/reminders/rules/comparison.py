"""What has changed since the last digest: the disposition of each occurrence, and the counts of each window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.readiness.rules.status import Counts, OccurrenceStanding, TypeOne, TypeTwo
from storage.terms import Disposition


@dataclass(frozen=True, slots=True)
class ReadAt:
    """The instant at which a digest was read from storage, the company's date then, and the size of the record."""

    at: datetime
    as_of: date
    record_size: int


@dataclass(frozen=True, slots=True)
class Before:
    """What the last digest counted: windows by title, and by `key_of` the occurrences that are listed now.

    An occurrence without a disposition here was scheduled since.
    """

    dispositions: Mapping[str, Disposition]
    counts: Mapping[str, Counts]


def deltas(window: TypeTwo, counts: Counts, before: Before) -> Counts:
    """By how much the count of each disposition in the window has grown since the last digest."""
    counted = before.counts.get(window.title, {})
    return {each: counts[each] - counted.get(each, 0) for each in Disposition}


def before_of(
    examinations: Iterable[TypeOne | TypeTwo],
    changed: Mapping[str, Disposition | None],
    counts: Mapping[str, Counts],
    day: date,
) -> Before:
    """``changed`` has by `key_of` what the occurrences that were touched since the last digest counted as on its
    ``day``, None for those that were not there.
    """
    windows = (each for each in examinations if isinstance(each, TypeTwo))
    listed = {key_of(standing): standing for window in windows for standing in window.standings}
    then = {
        key: changed[key] if key in changed else untouched(standing, day) for key, standing in listed.items()
    }
    return Before({key: was for key, was in then.items() if was}, counts)


def untouched(standing: OccurrenceStanding, day: date) -> Disposition:
    """What it counted as on an earlier day, if nothing but time has passed since: then a missed one can be open."""
    was_open = standing.disposition is Disposition.MISSED and day <= standing.last_day
    return Disposition.OPEN if was_open else standing.disposition


def key_of(standing: OccurrenceStanding) -> str:
    return f"{standing.control_id} {standing.period}"
