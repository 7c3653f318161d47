"""Which days a leave may have, what it is joined with, and who answers for a control meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.workdays import Away, Workdays
from bot.owners.rules.leave import (
    Respondent,
    fault_in_days,
    joined_days,
    leaves_touching,
    respondent_for,
    uncovered_leave,
)

DAY = timedelta(days=1)
TODAY = date(2026, 10, 5)
BEN, FARID = "U0BEN", "U0FARID"
SHORT_LEAVES = st.builds(
    lambda first, days: Away(TODAY + first * DAY, TODAY + (first + days) * DAY),
    st.integers(-20, 20),
    st.integers(0, 10),
)


def october(first: int, last: int | None = None) -> Away:
    return Away(date(2026, 10, first), date(2026, 10, last or first))


def away(ben: Away | None, farid: Away | None = None) -> dict[str, Workdays]:
    """On the clocks of Berlin and of Dubai."""
    return {
        BEN: Workdays("Europe/Berlin", "DE", (ben,) if ben else ()),
        FARID: Workdays("Asia/Dubai", "AE", (farid,) if farid else ()),
    }


def noon(day: int) -> datetime:
    return datetime(2026, 10, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("2026-10-05", "2026-10-05", None),
        ("2026-10-01", "2026-10-05", None),
        ("2026-12-21", "2027-01-02", None),
        ("2026-10-05", "2027-10-05", None),
        ("2026-10-05", "2027-10-06", "longer than a year"),
        ("2026-10-09", "2026-10-08", "before the first"),
        ("2026-09-01", "2026-10-04", "are over"),
        ("2027-10-07", "2027-10-08", "more than a year from now"),
    ],
)
def test_days_that_are_no_leave_are_refused_with_their_reason(first, last, wrong):
    fault = fault_in_days(Away(date.fromisoformat(first), date.fromisoformat(last)), TODAY)
    assert (fault is None) if wrong is None else (wrong in (fault or ""))


def test_leave_without_a_day_between_is_one():
    leaves = [october(1, 4), october(10, 12), october(20, 22)]
    assert leaves_touching(october(5, 9), leaves) == leaves[:2]
    assert joined_days([october(5, 9), *leaves[:2]]) == october(1, 12)
    assert leaves_touching(october(14, 18), leaves) == []


@given(leaves=st.lists(SHORT_LEAVES, max_size=5), new_leave=SHORT_LEAVES)
def test_what_is_joined_covers_exactly_the_days_of_its_parts(leaves, new_leave):
    parts = [new_leave, *leaves_touching(new_leave, leaves)]
    whole = joined_days(parts)
    days = [whole.starts_on + n * DAY for n in range((whole.ends_on - whole.starts_on).days + 1)]
    assert all(any(part.covers(day) for part in parts) for day in days)
    assert all(whole.covers(day) for part in parts for day in (part.starts_on, part.ends_on))


@pytest.mark.parametrize(
    ("ben", "farid", "now", "stands_in"),
    [
        (None, None, 5, False),
        (october(7, 14), None, 6, False),  # has not left yet
        (october(7, 14), None, 7, True),
        (october(7, 14), None, 14, True),  # overdue, and still away
        (october(7, 14), None, 15, False),
        (october(7, 9), None, 7, False),  # back in time
        (october(7, 12), None, 7, True),
        (october(7, 14), october(7, 14), 8, False),  # both away: it stays with the owner
        (october(7, 14), october(7, 9), 8, True),  # the backup is back in time
        (october(7, 14), october(12, 20), 8, True),  # the backup has not left yet
        (october(7, 14), october(12, 20), 12, False),
    ],
)
def test_the_backup_answers_once_the_owner_is_away_until_it_is_due(ben, farid, now, stands_in):
    """Due on Monday 12 October."""
    respondent = respondent_for(BEN, FARID, date(2026, 10, 12), away(ben, farid), noon(now))
    assert respondent == (Respondent(FARID, BEN, ben.ends_on) if stands_in else Respondent(BEN))


def test_a_leave_begins_at_midnight_where_the_owner_is():
    days, due_on = away(october(7, 14)), date(2026, 10, 12)
    before, after = datetime(2026, 10, 6, 21, 59, tzinfo=UTC), datetime(2026, 10, 6, 22, 0, tzinfo=UTC)
    assert respondent_for(BEN, FARID, due_on, days, before).person_id == BEN
    assert respondent_for(BEN, FARID, due_on, days, after).person_id == FARID


@pytest.mark.parametrize(
    ("backup", "ben", "farid", "gap"),
    [
        (None, None, None, False),
        (None, october(7, 14), None, True),
        (None, october(13, 14), None, False),
        (FARID, october(7, 14), None, False),
        (FARID, october(7, 14), october(12), True),
        (FARID, october(7, 14), october(7, 9), False),
        (FARID, None, october(7, 14), False),
    ],
)
def test_leads_know_before_it_begins_what_nobody_can_answer_for(backup, ben, farid, gap):
    leave = uncovered_leave(BEN, backup, date(2026, 10, 12), away(ben, farid), noon(5))
    assert leave == (ben if gap else None)


@given(ben=st.none() | SHORT_LEAVES, farid=st.none() | SHORT_LEAVES, due_in=st.integers(-10, 20))
def test_whoever_is_asked_can_answer_unless_leads_are_told(ben, farid, due_in):
    days, due_on, now = away(ben, farid), TODAY + due_in * DAY, noon(5)
    person_id = respondent_for(BEN, FARID, due_on, days, now).person_id
    leave_now = days[person_id].leave_on(TODAY)
    if leave_now and days[person_id].leave_on(max(due_on, TODAY)) == leave_now:
        assert uncovered_leave(BEN, FARID, due_on, days, now)
