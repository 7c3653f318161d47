"""Which bundle asks for an obligation: the first after it opens, the last before it is due, and then every one.

Practice, not a standard: few reminders, each of them on the record (TSP 100, CC2.2).
``days`` are the working days of the person who is asked.
"""

from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_instant, wall_clock
from bot.calendar.workdays import BUNDLE_AT, Workdays

DAY_ENDS_AT = time(17, 30)


def first_nag(opened_at: datetime, days: Workdays) -> datetime:
    """The first bundle at or after ``opened_at``, in UTC."""
    opened_on = days.today(opened_at)
    bundle_at = days.bundle_from(opened_on)
    return bundle_at if bundle_at >= opened_at else days.bundle_from(opened_on + DAY)


def next_nag(due_on: date, nagged_at: datetime, days: Workdays) -> datetime:
    """The bundle after a nag, in UTC: on the last working day up to the due date, and daily from then on."""
    return days.bundle_from(max(days.last_until(due_on), days.today(nagged_at) + DAY))


def replanned_nag(due_on: date, planned_at: datetime, now: datetime, days: Workdays) -> datetime:
    """When a person who was asked before is asked again, after a change of their working days.

    As planned, unless the last call now comes sooner, before leave, or the planned day is not a working day any more.
    """
    last_call_at = local_instant(days.last_until(due_on), BUNDLE_AT, days.zone)
    return first_nag(max(now, min(planned_at, last_call_at)), days)


def in_working_hours(now: datetime, days: Workdays) -> bool:
    """Whether a message that nobody asked for may arrive now; one that an outage held up until evening waits."""
    local = wall_clock(now, days.zone)
    return days.includes(local.date()) and BUNDLE_AT <= local.time() < DAY_ENDS_AT


def is_stale(queued_at: datetime, now: datetime, days: Workdays) -> bool:
    """Whether a message that was meant for one working day comes too late: that day or its hours are over."""
    return days.today(queued_at) != days.today(now) or not in_working_hours(now, days)


def next_digest(now: datetime, last_digest_on: date | None, days: Workdays) -> datetime:
    """When a lead's next digest is due: Monday's bundle or, if that was missed, the next working hours.

    ``last_digest_on`` is the lead's local date of the last one. The answer is ``now`` itself when one is due.
    """
    today = days.today(now)
    monday = today - today.weekday() * DAY
    if last_digest_on is not None and last_digest_on >= monday:
        monday += 7 * DAY
    due_at = max(now, days.bundle_from(monday))
    return due_at if in_working_hours(due_at, days) else first_nag(due_at, days)


def needs_digest(now: datetime, last_digest_on: date | None, days: Workdays) -> bool:
    """Whether the week's bundle time has come, no digest was sent since, and these are working hours."""
    return next_digest(now, last_digest_on, days) <= now
