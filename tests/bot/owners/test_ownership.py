"""Who answers for a control: now, by its current ownerships, or at a past instant, by their times alone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.owners.rules.ownership import (
    InCharge,
    answering_owners,
    backup_of_leaver,
    ended_by_acceptance,
    holders,
    next_in_line,
    roster_at,
    state_at,
)
from storage.ownership import Ownership
from storage.terms import OwnershipRole, OwnershipState

JULY, DAY = datetime(2026, 7, 1, 9, tzinfo=UTC), timedelta(days=1)


def ownership(
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
            ownership("ADA", OwnershipState.ENDED, 1, 3, 5),
            [None, "offered", "offered", "accepted", "accepted", "ended", "ended"],
        ),
        (
            ownership("ADA", OwnershipState.DECLINED, 1, 3),
            [None, "offered", "offered", "declined", "declined", "declined", "declined"],
        ),
        (
            ownership("ADA", OwnershipState.ENDED, 1, None, 4),
            [None, "offered", "offered", "offered", "ended", "ended", "ended"],
        ),
        (ownership("ADA", OwnershipState.OFFERED, 6), [None, None, None, None, None, None, "offered"]),
    ],
)
def test_the_state_is_read_from_the_times(row: Ownership, expected: list[str | None]):
    assert [state_at(row, JULY + n * DAY) for n in range(7)] == expected


HISTORY = [
    ownership("ADA", OwnershipState.ENDED, 0, 1, 40),
    ownership("FARID", OwnershipState.ACCEPTED, 0, 2, role=OwnershipRole.BACKUP),
    ownership("DAN", OwnershipState.DECLINED, 40, 41),
    ownership("BEN", OwnershipState.ACCEPTED, 42, 45),
]
EVERYBODY = {"ADA", "BEN", "DAN", "FARID"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, InCharge(asked="ADA")),
        (1, InCharge(owner="ADA", since=JULY + DAY)),
        (39, InCharge(owner="ADA", since=JULY + DAY, backup="FARID")),
        (40, InCharge(asked="DAN", backup="FARID")),
        (41, InCharge(backup="FARID")),
        (44, InCharge(asked="BEN", backup="FARID")),
        (45, InCharge(owner="BEN", since=JULY + 45 * DAY, backup="FARID")),
    ],
)
def test_a_control_owned_today_by_ben_was_owned_by_ada_in_july(day: int, expected: InCharge):
    assert roster_at(HISTORY, EVERYBODY, JULY + day * DAY) == {"AC-01": expected}


def test_who_could_not_act_then_answered_for_nothing():
    assert roster_at(HISTORY, {"ADA", "DAN"}, JULY + 50 * DAY) == {}
    assert roster_at(HISTORY, EVERYBODY, JULY - DAY) == {}


PRIMARY, BACKUP = OwnershipRole.PRIMARY, OwnershipRole.BACKUP
ADA_OWNS = ownership("ADA", OwnershipState.ACCEPTED, 0, 1)
ADA_ASKED = ownership("ADA", OwnershipState.OFFERED, 0)
BEN_ASKED = ownership("BEN", OwnershipState.OFFERED, 5)
FARID_ASKED = ownership("FARID", OwnershipState.OFFERED, 5)
FARID_BACKS = ownership("FARID", OwnershipState.ACCEPTED, 0, 2, role=BACKUP)
FARID_ASKED_TO_BACK = ownership("FARID", OwnershipState.OFFERED, 0, role=BACKUP)


@pytest.mark.parametrize(
    ("rows", "able", "answering"),
    [
        ([ADA_OWNS], EVERYBODY, "ADA"),
        ([ADA_ASKED], EVERYBODY, None),
        ([ADA_OWNS, BEN_ASKED], EVERYBODY, "ADA"),
        ([BEN_ASKED, ADA_OWNS], EVERYBODY, "ADA"),
        ([ADA_OWNS, FARID_BACKS], EVERYBODY, "ADA"),
        ([ADA_OWNS, FARID_BACKS], {"FARID"}, None),
        ([ADA_ASKED, FARID_BACKS], EVERYBODY, "FARID"),
        ([ADA_OWNS, BEN_ASKED, FARID_BACKS], {"BEN", "FARID"}, "FARID"),
        ([ADA_OWNS, BEN_ASKED, FARID_BACKS], {"BEN"}, None),
        ([BEN_ASKED, FARID_ASKED_TO_BACK], EVERYBODY, None),
        ([ADA_OWNS, FARID_BACKS, FARID_ASKED], EVERYBODY, "ADA"),
        ([FARID_BACKS, FARID_ASKED], EVERYBODY, "FARID"),
        ([FARID_BACKS, FARID_ASKED], {"ADA"}, None),
        ([FARID_ASKED_TO_BACK, FARID_ASKED], EVERYBODY, None),
        ([FARID_BACKS], EVERYBODY, None),
    ],
)
def test_the_owner_is_asked_and_a_backup_while_somebody_is_asked_to_take_over(
    rows: list[Ownership], able: set[str], answering: str | None
):
    assert answering_owners(rows, able) == ({"AC-01": answering} if answering else {})


def test_an_offer_hides_nobody_who_has_accepted():
    for rows in ([ADA_OWNS, BEN_ASKED, FARID_BACKS], [FARID_BACKS, BEN_ASKED, ADA_OWNS]):
        assert holders(rows, EVERYBODY) == {("AC-01", PRIMARY): ADA_OWNS, ("AC-01", BACKUP): FARID_BACKS}
    assert holders([ADA_OWNS, BEN_ASKED], {"BEN"}) == {("AC-01", PRIMARY): BEN_ASKED}


def test_who_accepts_takes_the_place_of_the_owner_and_leaves_the_backup_s():
    assert ended_by_acceptance(BEN_ASKED, [ADA_OWNS, BEN_ASKED, FARID_BACKS]) == [ADA_OWNS]
    assert ended_by_acceptance(FARID_ASKED, [ADA_OWNS, FARID_ASKED, FARID_BACKS]) == [ADA_OWNS, FARID_BACKS]
    assert ended_by_acceptance(FARID_ASKED_TO_BACK, [ADA_OWNS, FARID_ASKED_TO_BACK]) == []


@pytest.mark.parametrize(
    ("ended", "staying", "expected"),
    [
        ([ADA_OWNS], [FARID_BACKS], "FARID"),
        ([ADA_OWNS], [FARID_ASKED_TO_BACK], None),
        ([ADA_OWNS], [], None),
        ([ADA_OWNS], [FARID_BACKS, BEN_ASKED], None),
        ([ADA_ASKED], [FARID_BACKS], None),
        ([FARID_BACKS], [ADA_OWNS], None),
    ],
)
def test_the_backup_is_offered_what_an_owner_left(
    ended: list[Ownership], staying: list[Ownership], expected: str | None
):
    assert backup_of_leaver(ended, staying) == expected


def test_the_backup_is_next_unless_they_have_just_said_no():
    assert next_in_line([FARID_BACKS]) == "FARID"
    assert next_in_line([FARID_BACKS], but="FARID") is None
    assert next_in_line([FARID_BACKS, BEN_ASKED], but="ADA") is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (4, InCharge(owner="ADA", since=JULY + DAY)),
        (5, InCharge(owner="ADA", since=JULY + DAY, asked="BEN")),
        (6, InCharge(owner="ADA", since=JULY + DAY)),
        (8, InCharge(owner="ADA", since=JULY + DAY, asked="FARID")),
        (9, InCharge(owner="FARID", since=JULY + 9 * DAY)),
    ],
)
def test_the_owner_answered_for_it_until_the_instant_of_acceptance(day: int, expected: InCharge):
    rows = [
        ownership("ADA", OwnershipState.ENDED, 0, 1, 9),
        ownership("BEN", OwnershipState.DECLINED, 5, 6),
        ownership("FARID", OwnershipState.ACCEPTED, 7, 9),
    ]
    assert roster_at(rows, EVERYBODY, JULY + day * DAY) == {"AC-01": expected}
