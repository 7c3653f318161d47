"""What a digest keeps of each Type 2 window, to be compared with a week later."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.readiness.rules.status import Counts, OccurrenceStanding, TypeOne, TypeTwo
from storage.terms import Disposition

# Between an examination's title and the occurrence; neither holds one.
SEPARATOR = "\n"


def snapshot_of(examinations: Iterable[TypeOne | TypeTwo]) -> dict[str, str]:
    """What each window counted, so that an occurrence withdrawn since is seen to be missing from it."""
    windows = (each for each in examinations if isinstance(each, TypeTwo))
    return {
        f"{window.title}{SEPARATOR}{key_of(standing)}": standing.disposition.value
        for window in windows
        for standing in window.standings
    }


def dispositions_in(before: Mapping[str, str]) -> dict[str, str]:
    return {key.rpartition(SEPARATOR)[2]: disposition for key, disposition in before.items()}


def deltas(window: TypeTwo, before: Mapping[str, str]) -> Counts:
    """How much each disposition counts more than when the window was kept; what was withdrawn since counts less."""
    mine = f"{window.title}{SEPARATOR}"
    moved = Counter(standing.disposition for standing in window.standings)
    moved.subtract(Disposition(was) for key, was in before.items() if key.startswith(mine))
    return {disposition: moved[disposition] for disposition in Disposition}


def key_of(standing: OccurrenceStanding) -> str:
    return f"{standing.control_id} {standing.period}"
