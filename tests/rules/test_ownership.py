"""Who answered for a control at a past instant: from the times of offer, decision and end alone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.ownership import Charge, roster_at, state_at
from storage.ownership import Ownership
from storage.terms import OwnershipRole, OwnershipState

JULY, DAY = datetime(2026, 7, 1, 9, tzinfo=UTC), timedelta(days=1)


def held(
    person: str,
    state: OwnershipState,
    offered: int,
    decided: int | None = None,
    ended: int | None = None,
    role: OwnershipRole = OwnershipRole.PRIMARY,
) -> Ownership:
    """With the days after 1 July on which each thing happened."""
    return Ownership(
        control_id="AC-01",
        person_id=person,
        role=role,
        state=state,
        offered_by="CLEO",
        offered_at=JULY + offered * DAY,
        decided_at=None if decided is None else JULY + decided * DAY,
        ended_at=None if ended is None else JULY + ended * DAY,
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            held("ADA", OwnershipState.ENDED, 1, 3, 5),
            [None, "offered", "offered", "accepted", "accepted", "ended", "ended"],
        ),
        (
            held("ADA", OwnershipState.DECLINED, 1, 3),
            [None, "offered", "offered", "declined", "declined", "declined", "declined"],
        ),
        (
            held("ADA", OwnershipState.ENDED, 1, None, 4),
            [None, "offered", "offered", "offered", "ended", "ended", "ended"],
        ),
        (held("ADA", OwnershipState.OFFERED, 6), [None, None, None, None, None, None, "offered"]),
    ],
)
def test_the_state_is_read_from_the_times(row: Ownership, expected: list[str | None]):
    assert [state_at(row, JULY + n * DAY) for n in range(7)] == expected


HISTORY = [
    held("ADA", OwnershipState.ENDED, 0, 1, 40),
    held("FARID", OwnershipState.ACCEPTED, 0, 2, role=OwnershipRole.BACKUP),
    held("DAN", OwnershipState.DECLINED, 40, 41),
    held("BEN", OwnershipState.ACCEPTED, 42, 45),
]
EVERYBODY = {"ADA", "BEN", "DAN", "FARID"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, Charge(asked="ADA")),
        (1, Charge(owner="ADA", since=JULY + DAY)),
        (39, Charge(owner="ADA", since=JULY + DAY, backup="FARID")),
        (40, Charge(asked="DAN", backup="FARID")),
        (41, Charge(backup="FARID")),
        (44, Charge(asked="BEN", backup="FARID")),
        (45, Charge(owner="BEN", since=JULY + 45 * DAY, backup="FARID")),
    ],
)
def test_a_control_owned_today_by_ben_was_owned_by_ada_in_july(day: int, expected: Charge):
    assert roster_at(HISTORY, EVERYBODY, JULY + day * DAY) == {"AC-01": expected}


def test_who_could_not_act_then_answered_for_nothing():
    assert roster_at(HISTORY, {"ADA", "DAN"}, JULY + 50 * DAY) == {}
    assert roster_at(HISTORY, EVERYBODY, JULY - DAY) == {}
