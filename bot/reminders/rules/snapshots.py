"""What a digest keeps of each Type 2 window, for the comparison a week later."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.readiness.rules.status import Counts, OccurrenceStanding, TypeOne, TypeTwo
from storage.terms import Disposition

# Between an examination's title and the occurrence; neither contains a line break.
SEPARATOR = "\n"


def snapshot_of(examinations: Iterable[TypeOne | TypeTwo]) -> dict[str, str]:
    """The disposition of each occurrence in each window; a later snapshot misses one that was withdrawn."""
    windows = (each for each in examinations if isinstance(each, TypeTwo))
    return {
        f"{window.title}{SEPARATOR}{key_of(standing)}": standing.disposition.value
        for window in windows
        for standing in window.standings
    }


def dispositions_in(before: Mapping[str, str]) -> dict[str, str]:
    return {key.rpartition(SEPARATOR)[2]: disposition for key, disposition in before.items()}


def deltas(window: TypeTwo, before: Mapping[str, str]) -> Counts:
    """By how much the count of each disposition in the window has grown since ``before``, a snapshot."""
    prefix = f"{window.title}{SEPARATOR}"
    growth = Counter(standing.disposition for standing in window.standings)
    growth.subtract(Disposition(was) for key, was in before.items() if key.startswith(prefix))
    return {disposition: growth[disposition] for disposition in Disposition}


def key_of(standing: OccurrenceStanding) -> str:
    return f"{standing.control_id} {standing.period}"
