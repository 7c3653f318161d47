"""Finding controls, turning pages, and how a control stands."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.paging import page_of
from bot.owners.rules.ownership import Holder
from bot.register.rules.controls import (
    ControlStatus,
    ListedControl,
    control_by_id,
    control_status,
    matching_controls,
    next_due_date,
    serves,
)
from storage.evidence import Occurrence
from storage.people import Person, people_with_name
from storage.programme import Control
from storage.terms import AccountKind as Account
from storage.terms import Cadence, OccurrenceState

TODAY = date(2026, 10, 5)
OWNER = Holder("Ben Castillo", accepted=True)


def control(control_id: str, title: str, *criteria: str, objectives: tuple[str, ...] = ()) -> Control:
    return Control(
        id=control_id,
        title=title,
        does="",
        why="",
        owner_role="",
        cadence=Cadence.QUARTERLY,
        due_days=10,
        grace_days=5,
        evidence="",
        criteria=list(criteria),
        objectives=list(objectives),
    )


LISTED = [
    ListedControl(
        control("AC-01", "Quarterly user access review", "CC6.2", "CC6.3"),
        OWNER,
        None,
        ControlStatus.ON_TRACK,
    ),
    ListedControl(control("AC-02", "Leavers lose access", "CC6.1"), None, None, ControlStatus.UNOWNED),
    ListedControl(
        control("PR-01", "Benefit runs", objectives=("CO-1", "CO-10")), None, None, ControlStatus.UNOWNED
    ),
]


@pytest.mark.parametrize(
    ("words", "control_ids"),
    [
        ("", ["AC-01", "AC-02", "PR-01"]),
        ("AC-02", ["AC-02"]),
        ("ac", ["AC-01", "AC-02"]),
        ("cc6", ["AC-01", "AC-02"]),
        ("CC6.1", ["AC-02"]),
        ("co1", ["PR-01"]),
        ("ben", ["AC-01", "PR-01"]),
        ("castillo access", ["AC-01"]),
        ("access CC6.1", ["AC-02"]),
        ("review leavers", []),
    ],
)
def test_every_word_must_fit_and_the_nearest_comes_first(words: str, control_ids: list[str]):
    assert [each.control.id for each in matching_controls(LISTED, words)] == control_ids


def test_a_series_is_all_of_its_criteria_and_not_of_another():
    assert serves(control("A", "", "CC1.2"), "cc1")
    assert not serves(control("A", "", "CC10.2"), "CC1")
    assert not serves(control("A", "", "CC6.11"), "CC6.1")


@pytest.mark.parametrize("words", ["AC-01", "ac01", "Ac-01"])
def test_an_id_is_known_however_it_is_spelled(words: str):
    match = control_by_id([each.control for each in LISTED], words)
    assert match is not None
    assert match.id == "AC-01"


@given(st.lists(st.integers(), max_size=60), st.integers(1, 12), st.integers(-3, 30))
def test_the_pages_hold_everything_once(items: list[int], size: int, number: int):
    first = page_of(items, 1, size)
    pages = [page_of(items, n, size) for n in range(1, first.of + 1)]

    assert [item for page in pages for item in page.items] == items
    assert page_of(items, number, size) in pages
    assert first.total == len(items)


def occurrence(state: OccurrenceState, due_on: date) -> Occurrence:
    return Occurrence(
        control_id="A",
        label="",
        starts_on=due_on,
        ends_on=due_on,
        due_on=due_on,
        grace_days=5,
        state=state,
        scheduled_at=datetime(2026, 7, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("owner", "state", "due_on", "status"),
    [
        (None, OccurrenceState.OPEN, date(2026, 10, 1), ControlStatus.UNOWNED),
        (OWNER, OccurrenceState.OPEN, date(2026, 10, 4), ControlStatus.OVERDUE),
        (OWNER, OccurrenceState.OPEN, TODAY, ControlStatus.ON_TRACK),
        (OWNER, OccurrenceState.REJECTED, date(2026, 10, 4), ControlStatus.OVERDUE),
        (OWNER, OccurrenceState.REJECTED, TODAY, ControlStatus.REJECTED),
        (OWNER, OccurrenceState.WITHDRAWN, date(2026, 10, 1), ControlStatus.ON_TRACK),
        (Holder("Ben", accepted=False), OccurrenceState.OPEN, TODAY, ControlStatus.OFFERED),
        (OWNER, OccurrenceState.SUBMITTED, date(2026, 10, 1), ControlStatus.REVIEW),
    ],
)
def test_how_a_control_stands(
    owner: Holder | None, state: OccurrenceState, due_on: date, status: ControlStatus
):
    assert control_status(owner, [occurrence(state, due_on)], TODAY) is status


def test_next_due_is_of_what_awaits_its_owner():
    rows = [
        occurrence(OccurrenceState.WITHDRAWN, TODAY),
        occurrence(OccurrenceState.OPEN, date(2026, 11, 1)),
        occurrence(OccurrenceState.OPEN, date(2026, 9, 1)),
        occurrence(OccurrenceState.REJECTED, date(2026, 10, 20)),
    ]
    assert next_due_date(rows, TODAY) == date(2026, 10, 20)
    assert next_due_date([], TODAY) is None


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ben", ["Ben Castillo"]),
        ("@Ben Castillo", ["Ben Castillo"]),
        ("cast", ["Ben Castillo"]),
        ("", []),
        ("b", ["Ben Castillo", "Bente Ahl"]),
    ],
)
def test_who_is_meant_by_a_typed_name(typed: str, names: list[str]):
    people = [
        Person(id=name, name=name, zone="UTC", standing=Account.MEMBER)
        for name in ("Ben Castillo", "Bente Ahl")
    ]
    assert [person.name for person in people_with_name(people, typed)] == names
