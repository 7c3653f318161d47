"""Words that views share: due dates, counts, how often something happens, the name of a control."""

from datetime import date

from bot.blocks.text import day
from storage.programme import Control
from storage.terms import Cadence, TriggerKind

SOMEBODY_WHO_LEFT = "somebody who has left"
CADENCE_WORDS = {
    Cadence.CONTINUOUS: "all the time and shown once a quarter",
    Cadence.DAILY: "every day",
    Cadence.WEEKLY: "every week",
    Cadence.BIWEEKLY: "every two weeks",
    Cadence.MONTHLY: "every month",
    Cadence.BIMONTHLY: "every two months",
    Cadence.QUARTERLY: "every quarter",
    Cadence.SEMI_ANNUAL: "twice a year",
    Cadence.ANNUAL: "once a year",
    Cadence.BIENNIAL: "every two years",
    Cadence.ON_EVENT: "after each event",
    Cadence.ONE_OFF: "once",
}


def due_words(due_on: date, today: date) -> str:
    """ "Due tomorrow, Tue 6 Oct 2026". `today` is a date of the same calendar as the due date."""
    left = (due_on - today).days
    if left < 0:
        return f"{days(-left)} overdue, was due {day(due_on)}"
    if left <= 1:
        return f"Due {'tomorrow' if left else 'today'}, {day(due_on)}"
    return f"Due {day(due_on)}, in {days(left)}"


def ago(past: date, today: date) -> str:
    """ "today", "yesterday" or "3 days ago"; a date ahead, as another time zone may have it, is today."""
    elapsed = max(0, (today - past).days)
    return ("today", "yesterday")[elapsed] if elapsed <= 1 else f"{days(elapsed)} ago"


def days(count: int) -> str:
    return counted(count, "day")


def frequency(people: int, times: int) -> str:
    """ "3 people, 5 times"."""
    who = counted(people, "person", "people")
    return f"{who}, {times:,} times" if times > people else who


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """ "1 file", "2 files"; a plural that does more than take an s is named."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def trigger_kind_name(kind: TriggerKind) -> str:
    """ "role change"."""
    return kind.replace("_", " ")


def control_name(control: Control) -> str:
    """ "AC-01 Quarterly user access review"."""
    return f"{control.id} {control.title}"
