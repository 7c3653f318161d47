"""How many calls of a method may be made now, and when more: pure, on the budget that replicas share.

In any minute a method is called no more often than its pace. Messages that nobody waits for leave a little of it free,
and come evenly: about a second's worth at a time. Slack's 429 teaches a lower pace, which is given up slowly.
"""

from datetime import datetime, timedelta

from bot.outgoing import Lane, SlackMethod
from storage.rate_budgets import RateBudget

MINUTE = timedelta(minutes=1)
FREE = 0.02  # what reminders leave of the pace
SLOWER = 0.97  # of what Slack took in the minute before it refused
FASTER = 0.02  # of the full pace, a minute
SPARE = 5  # so many seconds' worth may be saved up, so that a late turn loses nothing
A_MOMENT = timedelta(milliseconds=1)


def new_budget(method: SlackMethod, full_pace: int, now: datetime) -> RateBudget:
    budget = RateBudget(
        method=method,
        per_minute=full_pace,
        tokens=0,
        filled_at=now,
        minute_began_at=now,
        calls=0,
        calls_before=0,
    )
    budget.tokens = _brim(budget)
    return budget


def refill(budget: RateBudget, full_pace: int, now: datetime) -> None:
    """Bring it up to now. A replica whose clock is behind gains nothing and takes nothing away."""
    minutes = max(timedelta(0), now - budget.filled_at) / MINUTE
    budget.per_minute = min(float(full_pace), budget.per_minute + full_pace * FASTER * minutes)
    budget.tokens = min(_brim(budget), budget.tokens + _even_pace(budget) * minutes)
    budget.filled_at = max(budget.filled_at, now)
    if now >= budget.minute_began_at + 2 * MINUTE:
        budget.minute_began_at, budget.calls_before, budget.calls = now, 0, 0
    elif now >= budget.minute_began_at + MINUTE:
        budget.minute_began_at += MINUTE
        budget.calls_before, budget.calls = budget.calls, 0


def calls_left(budget: RateBudget, lane: Lane, at_most: int) -> int:
    """Of a budget that is refilled to now. A reminder waits until ``at_most`` or a second's worth may go together."""
    now = budget.filled_at
    if budget.parked_until and budget.parked_until > now:
        return 0
    left = _most(budget, lane) - _calls_in_a_minute(budget, now)
    if lane is Lane.REMINDER:
        left = min(left, budget.tokens)
        left = left if left >= _together(budget, at_most) else 0
    return max(0, min(at_most, int(left)))


def more_at(budget: RateBudget, lane: Lane, at_most: int) -> datetime:
    """When ``calls_left`` will be one or more, unless others use the budget meanwhile."""
    now = budget.filled_at
    needed = _together(budget, at_most) if lane is Lane.REMINDER else 1.0
    instants = [now + A_MOMENT, _minute_has_room_at(budget, _most(budget, lane) - needed)]
    if budget.parked_until:
        instants.append(budget.parked_until)
    if lane is Lane.REMINDER:
        missing = max(0.0, needed - budget.tokens)
        instants.append(now + missing / _even_pace(budget) * MINUTE + A_MOMENT)
    return max(instants)


def spend(budget: RateBudget, calls: int) -> None:
    budget.calls += calls
    budget.tokens = max(budget.tokens - calls, -budget.per_minute)


def park(budget: RateBudget, wait: timedelta, *, limited: bool) -> None:
    """Make no call before the wait is over. ``limited``: Slack has refused a call because there were too many.

    Calls that were on their way together are refused together, which teaches no more than the first of them.
    """
    now = budget.filled_at
    if limited and not (budget.parked_until and budget.parked_until > now):
        learnt = SLOWER * min(budget.per_minute, _calls_in_a_minute(budget, now))
        budget.per_minute = max(learnt, budget.per_minute / 2, 1.0)
        budget.tokens = min(budget.tokens, 0.0)
    budget.parked_until = max(budget.parked_until or now, now + wait)


def _calls_in_a_minute(budget: RateBudget, now: datetime) -> float:
    """In the last sixty seconds; of the calls of the minute before, as large a share as is left of that minute."""
    share = 1 - (now - budget.minute_began_at) / MINUTE
    return budget.calls + budget.calls_before * min(1.0, max(0.0, share))


def _minute_has_room_at(budget: RateBudget, most: float) -> datetime:
    """When no more than ``most`` calls will have been made in the last sixty seconds, if none is made until then."""
    most = max(0.0, most)
    if budget.calls <= most:
        share = 1 - min(1.0, (most - budget.calls) / budget.calls_before) if budget.calls_before else 0.0
        return budget.minute_began_at + share * MINUTE + A_MOMENT
    return budget.minute_began_at + (2 - most / budget.calls) * MINUTE + A_MOMENT


def _most(budget: RateBudget, lane: Lane) -> float:
    """Of calls in a minute."""
    return _even_pace(budget) if lane is Lane.REMINDER else budget.per_minute


def _even_pace(budget: RateBudget) -> float:
    return budget.per_minute * (1 - FREE)


def _together(budget: RateBudget, at_most: int) -> float:
    return max(1.0, min(float(at_most), _even_pace(budget) / 60))


def _brim(budget: RateBudget) -> float:
    return max(1.0, _even_pace(budget) / 60 * SPARE)
