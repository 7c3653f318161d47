"""Which occurrences an auditor would look at: how many, by cadence and population, and which, by a seed.

No standard fixes the size of a sample. These sizes lie within the ranges that practitioners publish
(sarbanes-oxley-forum.com, topics 6411 and 6949; legalclarity.org, control testing sample sizes): they are typical,
and the auditor decides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from storage.programme import Examination
from storage.terms import Cadence

SEED_DIGITS = 8
LONGEST_SEED = 20
SEED = re.compile(rf"[0-9]{{1,{LONGEST_SEED}}}")
# By cadence: a population of more than the first number has a sample of the second. None is larger than its population.
SIZES: Mapping[Cadence, Sequence[tuple[int, int]]] = {
    Cadence.CONTINUOUS: ((0, 1),),
    Cadence.DAILY: ((0, 15), (100, 25), (250, 40)),
    Cadence.WEEKLY: ((0, 5), (26, 10), (52, 15)),
    Cadence.BIWEEKLY: ((0, 3), (13, 5)),
    Cadence.MONTHLY: ((0, 2), (6, 3), (12, 5)),
    Cadence.BIMONTHLY: ((0, 2),),
    Cadence.QUARTERLY: ((0, 2),),
    Cadence.SEMI_ANNUAL: ((0, 1), (2, 2)),
    Cadence.ANNUAL: ((0, 1),),
    Cadence.BIENNIAL: ((0, 1),),
    Cadence.ON_EVENT: ((0, 5), (20, 10), (50, 15), (100, 25), (250, 40)),
    Cadence.ONE_OFF: ((0, 1),),
}


@dataclass(frozen=True, slots=True)
class Population:
    """The occurrences of one control from which a sample is drawn: their ids, in any order.

    Occurrences that events set off are a population of their own, with the cadence "on event".
    """

    control_id: str
    cadence: Cadence
    occurrence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PopulationSample:
    """The sample of one population; ``population`` is the number of its occurrences."""

    control_id: str
    cadence: Cadence
    population: int
    occurrence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """Which examination to sample, by id, and with which seed; None leaves the choice to us."""

    examination_id: str | None = None
    seed: str | None = None


def sample_size(cadence: Cadence, population: int) -> int:
    sizes = [size for more_than, size in SIZES[cadence] if population > more_than]
    return min(population, sizes[-1]) if sizes else 0


def populations_of(
    control_id: str, cadence: Cadence, scheduled: Iterable[str], set_off: Iterable[str]
) -> tuple[Population, ...]:
    """The quarterly listings of a control on event are one population; what events set off is another."""
    by_calendar = Cadence.QUARTERLY if cadence is Cadence.ON_EVENT else cadence
    events = Population(control_id, Cadence.ON_EVENT, tuple(set_off))
    listings = Population(control_id, by_calendar, tuple(scheduled))
    return (listings, events) if cadence is Cadence.ON_EVENT or events.occurrence_ids else (listings,)


def draw(seed: str, populations: Iterable[Population]) -> tuple[PopulationSample, ...]:
    """Of each population the occurrences of the lowest `draw_rank`, in that order. Any order of input will do."""
    return tuple(
        PopulationSample(each.control_id, each.cadence, len(each.occurrence_ids), _lowest(seed, each))
        for each in sorted(populations, key=lambda each: (each.control_id, each.cadence.value))
    )


def draw_rank(seed: str, occurrence_id: str) -> str:
    """The SHA-256 of seed, colon and id, in hex: everyone who has the population and the seed draws the same."""
    return sha256(f"{seed}:{occurrence_id}".encode()).hexdigest()


def population_digest(populations: Iterable[Population]) -> str:
    """The SHA-256, in hex, of a sorted line for each occurrence: all that a draw depends on, other than the seed."""
    occurrence_lines = sorted(
        f"{each.control_id} {each.cadence.value} {occurrence_id}\n"
        for each in populations
        for occurrence_id in each.occurrence_ids
    )
    return sha256("".join(occurrence_lines).encode()).hexdigest()


def examination_names(examinations: Iterable[Examination]) -> dict[str, str]:
    """The id of each examination by its id and by its title, in lower case."""
    return {name.casefold(): each.id for each in examinations for name in (each.title, each.id)}


def parse_sample_request(words: str, names: Mapping[str, str]) -> SampleRequest | None:
    """The request in a lead's words: an examination, a seed, both in this order, or neither. None for other words.

    ``names`` comes from `examination_names`.
    """
    text = " ".join(words.casefold().split())
    if not text:
        return SampleRequest()
    if text in names:
        return SampleRequest(names[text])
    name, _, seed = text.rpartition(" ")
    if not SEED.fullmatch(seed) or (name and name not in names):
        return None
    return SampleRequest(names[name] if name else None, seed)


def _lowest(seed: str, population: Population) -> tuple[str, ...]:
    ranked = sorted(population.occurrence_ids, key=lambda occurrence_id: draw_rank(seed, occurrence_id))
    return tuple(ranked[: sample_size(population.cadence, len(ranked))])
