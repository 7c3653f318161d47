"""How many occurrences are looked at, and which: within what is typical, fair, and the same for everybody."""

import random
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readiness.rules.sampling import (
    Population,
    SampleRequest,
    draw,
    examination_names,
    parse_sample_request,
    population_digest,
    populations_of,
    sample_size,
)
from storage.programme import Examination
from storage.terms import Cadence, ReportKind, ReportType

# Items in twelve months, and the range of typical samples that practitioners publish for them.
TYPICAL = {
    Cadence.CONTINUOUS: (4, 1, 1),
    Cadence.DAILY: (365, 15, 40),
    Cadence.WEEKLY: (52, 5, 15),
    Cadence.BIWEEKLY: (26, 2, 15),
    Cadence.MONTHLY: (12, 2, 5),
    Cadence.BIMONTHLY: (6, 2, 5),
    Cadence.QUARTERLY: (4, 2, 2),
    Cadence.SEMI_ANNUAL: (2, 1, 2),
    Cadence.ANNUAL: (1, 1, 1),
    Cadence.BIENNIAL: (1, 1, 1),
    Cadence.ONE_OFF: (1, 1, 1),
}
EVENTS = {1: 1, 4: 4, 5: 5, 20: 5, 21: 10, 50: 10, 51: 15, 100: 15, 101: 25, 250: 25, 251: 40, 5_000: 40}
SHORTER = {
    (Cadence.DAILY, 10): 10,
    (Cadence.DAILY, 92): 15,
    (Cadence.DAILY, 184): 25,
    (Cadence.WEEKLY, 3): 3,
    (Cadence.WEEKLY, 26): 5,
    (Cadence.MONTHLY, 1): 1,
    (Cadence.MONTHLY, 6): 2,
    (Cadence.QUARTERLY, 1): 1,
    (Cadence.ANNUAL, 0): 0,
}
CADENCES = st.sampled_from(Cadence)
IDS = st.lists(st.text("abcdef0123456789", min_size=1, max_size=8), unique=True, max_size=60)
SEEDS = st.integers(0, 10**20 - 1).map(str)


@pytest.mark.parametrize(("cadence", "typical"), TYPICAL.items())
def test_a_year_is_sampled_as_is_typical(cadence: Cadence, typical: tuple[int, int, int]):
    population, least, most = typical
    assert least <= sample_size(cadence, population) <= most


@pytest.mark.parametrize(("population", "size"), EVENTS.items())
def test_of_events_few_are_all_looked_at_and_more_of_many(population: int, size: int):
    assert sample_size(Cadence.ON_EVENT, population) == size


@pytest.mark.parametrize(("population", "size"), SHORTER.items())
def test_a_shorter_window_asks_for_fewer(population: tuple[Cadence, int], size: int):
    assert sample_size(*population) == size


@given(CADENCES, st.integers(0, 2_000))
def test_more_is_never_sampled_less_and_never_more_than_there_is(cadence: Cadence, population: int):
    size = sample_size(cadence, population)
    assert min(1, population) <= size <= min(40, population)
    assert size <= sample_size(cadence, population + 1)


LISTINGS, EVENTS_OF_A_YEAR = ("q1", "q2", "q3", "q4"), tuple(f"leaver {number}" for number in range(30))


@pytest.mark.parametrize(
    ("cadence", "listings", "events", "sizes"),
    [
        (
            Cadence.ON_EVENT,
            LISTINGS,
            EVENTS_OF_A_YEAR,
            {(Cadence.QUARTERLY, 4): 2, (Cadence.ON_EVENT, 30): 10},
        ),
        (Cadence.ON_EVENT, LISTINGS, (), {(Cadence.QUARTERLY, 4): 2, (Cadence.ON_EVENT, 0): 0}),
        (Cadence.MONTHLY, LISTINGS, ("leaver",), {(Cadence.MONTHLY, 4): 2, (Cadence.ON_EVENT, 1): 1}),
        (Cadence.MONTHLY, LISTINGS, (), {(Cadence.MONTHLY, 4): 2}),
    ],
)
def test_listings_and_events_are_drawn_from_apart(
    cadence: Cadence,
    listings: tuple[str, ...],
    events: tuple[str, ...],
    sizes: dict[tuple[Cadence, int], int],
):
    populations = populations_of("AC-07", cadence, listings, events)
    drawn = draw("17", populations)
    assert {(each.cadence, each.population): len(each.occurrence_ids) for each in drawn} == sizes
    assert draw("17", populations[::-1]) == drawn


@given(SEEDS, CADENCES, IDS, st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(
    seed: str, cadence: Cadence, ids: list[str], chance: random.Random
):
    [drawn] = draw(seed, [Population("AC-01", cadence, tuple(ids))])
    assert set(drawn.occurrence_ids) <= set(ids)
    assert len(set(drawn.occurrence_ids)) == len(drawn.occurrence_ids) == sample_size(cadence, len(ids))
    assert drawn.population == len(ids)

    shuffled = tuple(chance.sample(ids, len(ids)))
    assert draw(seed, [Population("AC-01", cadence, shuffled)]) == (drawn,)


@given(SEEDS, IDS)
def test_one_control_is_drawn_alike_with_and_without_others(seed: str, ids: list[str]):
    mine, other = Population("B", Cadence.DAILY, tuple(ids)), Population("A", Cadence.WEEKLY, ("x", "y"))
    assert draw(seed, [mine, other]) == (*draw(seed, [other]), *draw(seed, [mine]))


def test_anybody_can_draw_it_again_with_a_hash_and_the_listing():
    ids = [f"occurrence {number}" for number in range(12)]
    [drawn] = draw("17", [Population("VM-01", Cadence.MONTHLY, tuple(ids))])
    by_hand = sorted(ids, key=lambda each: sha256(f"17:{each}".encode()).hexdigest())[:3]
    assert drawn.occurrence_ids == tuple(by_hand)


def test_over_many_seeds_each_is_drawn_about_as_often():
    ids = tuple(f"occurrence {number}" for number in range(12))
    population = Population("VM-01", Cadence.MONTHLY, ids)
    times = Counter(
        drawn
        for seed in range(4_000)
        for each in draw(str(seed), [population])
        for drawn in each.occurrence_ids
    )
    # 3 of 12 in 4,000 draws: 1,000 each, with a standard deviation of 27.
    assert set(times) == set(ids)
    assert all(850 < count < 1_150 for count in times.values())


@given(IDS, IDS)
def test_the_digest_names_the_population_and_nothing_else_does(ids: list[str], others: list[str]):
    def of(occurrence_ids: list[str], cadence: Cadence = Cadence.DAILY) -> str:
        return population_digest([Population("AC-01", cadence, tuple(occurrence_ids))])

    assert of(ids) == of(ids[::-1])
    assert (of(ids) == of(others)) is (set(ids) == set(others))
    assert not ids or of(ids) != of(ids, Cadence.WEEKLY)


NAMES = examination_names(
    [
        Examination(id="soc2-2026-h2", title="SOC 2 Type 2", kind=ReportKind.SOC2, type=ReportType.TYPE2),
        Examination(id="soc1-2026", title="Payroll 2026", kind=ReportKind.SOC1, type=ReportType.TYPE1),
    ]
)


@pytest.mark.parametrize(
    ("words", "expected"),
    {
        "": SampleRequest(),
        "40718253": SampleRequest(seed="40718253"),
        "soc2-2026-h2": SampleRequest("soc2-2026-h2"),
        "SOC 2  type 2": SampleRequest("soc2-2026-h2"),
        "soc 2 type 2 17": SampleRequest("soc2-2026-h2", "17"),
        "SOC2-2026-H2 0017": SampleRequest("soc2-2026-h2", "0017"),
        "payroll 2026": SampleRequest("soc1-2026"),
        "sizes for soc 2": None,
        "soc2-2027": None,
        "17 4": None,
        "1" * 21: None,
        "١٧": None,
    }.items(),
)
def test_only_an_examination_and_a_number_are_an_order(words: str, expected: SampleRequest | None):
    assert parse_sample_request(words, NAMES) == expected
