"""How many calls may be made: never more in a minute than the pace, evenly for reminders, and less after a refusal."""

from collections import deque
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import pacing
from bot.outgoing import Lane, SlackMethod
from storage.rate_budgets import RateBudget

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PACE = 500
BATCH = 8


def budget() -> RateBudget:
    return pacing.new_budget(SlackMethod.POST, PACE, NOON)


def take(of: RateBudget, lane: Lane, now: datetime, wanted: int = BATCH) -> int:
    """How many calls were allowed, and made."""
    pacing.refill(of, PACE, now)
    calls = pacing.calls_left(of, lane, wanted)
    pacing.spend(of, calls)
    return calls


def campaign(of: RateBudget, begins: datetime, until: datetime) -> list[datetime]:
    """The instants of the reminders of a sender that has more of them than it may send."""
    sent, now = [], begins
    while now < until:
        if calls := take(of, Lane.REMINDER, now):
            sent += [now] * calls
        now = max(pacing.more_at(of, Lane.REMINDER, BATCH), now + SECOND / 100)
    return sent


def most_in_a_minute(instants: list[datetime]) -> int:
    window, most = deque[datetime](), 0
    for instant in sorted(instants):
        window.append(instant)
        while window[0] <= instant - MINUTE:
            window.popleft()
        most = max(most, len(window))
    return most


def test_a_campaign_uses_the_pace_and_never_more():
    sent = campaign(budget(), NOON, NOON + 10 * MINUTE)
    assert most_in_a_minute(sent) <= PACE * 1.02
    assert len(sent) >= 10 * PACE * 0.97


def test_a_crowd_of_questions_is_answered_at_once_up_to_the_pace():
    of = budget()
    assert sum(take(of, Lane.ANSWER, NOON) for _ in range(200)) == PACE
    assert take(of, Lane.ANSWER, NOON + SECOND) == 0
    again = pacing.more_at(of, Lane.ANSWER, BATCH)
    assert take(of, Lane.ANSWER, again) >= 1


def test_an_answer_finds_room_in_the_middle_of_a_campaign():
    of = budget()
    for minute in range(1, 6):
        campaign(of, NOON + (minute - 1) * MINUTE, NOON + minute * MINUTE)
        assert take(of, Lane.ANSWER, NOON + minute * MINUTE, 3) == 3


def test_reminders_give_back_what_answers_took():
    of = budget()
    assert sum(take(of, Lane.ANSWER, NOON) for _ in range(10)) == 10 * BATCH
    assert take(of, Lane.REMINDER, NOON) == 0
    assert pacing.more_at(of, Lane.REMINDER, BATCH) > NOON + 5 * SECOND


def test_reminders_go_about_a_second_s_worth_at_a_time():
    of = budget()
    while take(of, Lane.REMINDER, NOON):
        pass
    assert 0 <= of.tokens < BATCH
    of.tokens = 0
    assert take(of, Lane.REMINDER, NOON + SECOND / 4) == 0
    next_at = pacing.more_at(of, Lane.REMINDER, BATCH)
    assert NOON + SECOND / 2 < next_at < NOON + SECOND
    assert take(of, Lane.REMINDER, next_at) == BATCH


def test_after_a_refusal_nothing_is_called_until_slack_allows_it():
    of = budget()
    pacing.park(of, 5 * SECOND, limited=True)
    for lane in Lane:
        assert take(of, lane, NOON + 4 * SECOND) == 0
        assert pacing.more_at(of, lane, BATCH) >= NOON + 5 * SECOND
    assert take(of, Lane.ANSWER, NOON + 5 * SECOND) == BATCH


def test_the_pace_that_slack_taught_is_kept_and_given_up_slowly():
    of = budget()
    taken = len(campaign(of, NOON, NOON + 45 * SECOND))
    pacing.refill(of, PACE, NOON + 45 * SECOND)
    pacing.park(of, 15 * SECOND, limited=True)
    pacing.park(of, 14 * SECOND, limited=True)  # another call that was on its way with the first
    assert taken * 0.96 < of.per_minute < taken
    pacing.refill(of, PACE, NOON + 2 * MINUTE)
    assert of.per_minute < taken * 1.04
    pacing.refill(of, PACE, NOON + 60 * MINUTE)
    assert of.per_minute == PACE


def test_one_refusal_never_takes_more_than_half_of_the_pace():
    of = budget()
    pacing.park(of, SECOND, limited=True)
    assert of.per_minute == PACE / 2


def test_a_token_that_slack_rejects_teaches_no_pace():
    of = budget()
    pacing.park(of, MINUTE, limited=False)
    assert (of.per_minute, of.parked_until) == (PACE, NOON + MINUTE)


def test_a_replica_whose_clock_is_behind_takes_nothing_away():
    of = budget()
    take(of, Lane.ANSWER, NOON)
    before = of.model_copy()
    pacing.refill(of, PACE, NOON - 2 * MINUTE)
    assert of.model_dump() == before.model_dump()


STEPS = st.lists(st.tuples(st.floats(0, 20), st.sampled_from(Lane), st.integers(1, BATCH)), max_size=60)


@given(STEPS)
def test_there_is_room_when_it_was_foretold(steps: list[tuple[float, Lane, int]]):
    of, now = budget(), NOON
    for seconds, lane, wanted in steps:
        now += timedelta(seconds=seconds)
        if not take(of, lane, now, wanted):
            now = pacing.more_at(of, lane, wanted)
            assert take(of, lane, now, wanted) >= 1
