"""Events and what they set off: which controls, by when, under which label, and what is the same event twice."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks.due import named
from bot.calendar.periods import DAY, MONTH_NAMES, Scheduled, next_working_day
from bot.owners.rules.leave import Holder
from storage.programme import Control
from storage.terms import AccountKind, Cadence, TriggerKind
from storage.triggers import Trigger

LONGEST_WHAT = 200
LONGEST_REFERENCE = 60
# Serious incidents and breaches are incidents, and what holds for each change holds for an urgent one.
WIDER = {
    TriggerKind.EMERGENCY_CHANGE: TriggerKind.CHANGE,
    TriggerKind.SERIOUS_INCIDENT: TriggerKind.INCIDENT,
    TriggerKind.DATA_BREACH: TriggerKind.INCIDENT,
}
ORDER = re.compile(r"(?P<kind>.*?)\s*\b(?P<day>\d{4}-\d{1,2}-\d{1,2}|today)\b\s*(?P<what>.*)", re.DOTALL)


@dataclass(frozen=True)
class EventReport:
    """An event as somebody tells it. ``reference`` is the key by which it is known again, if they gave one."""

    kind: TriggerKind
    happened_on: date
    what: str
    reference: str | None = None


@dataclass(frozen=True)
class EventRequest:
    """What an event asks for of one control: of its owner, if there is one, by ``due_on``."""

    control_id: str
    title: str
    owner: Holder | None
    due_on: date


@dataclass(frozen=True)
class EventEffect:
    """All that an event sets off; ``looked_at`` when its day lies in the window of an examination of theirs."""

    asked: tuple[EventRequest, ...]
    looked_at: bool


@dataclass(frozen=True)
class ListedEvent:
    """An event in the list of all, with the controls that it set off and who reported and who withdrew it."""

    trigger: Trigger
    control_ids: tuple[str, ...]
    by: str
    withdrawn_by: str | None


@dataclass(frozen=True)
class Withdrawal:
    """How many performances are not asked for any more, waived ones too, and how many stay since something was handed
    in. A file that could not be used is nothing handed in; one that was rejected is.
    """

    taken_back: int
    kept: int


@dataclass(frozen=True)
class ReportFault:
    """``field`` is that of the report which does not fit, and ``words`` say why."""

    field: str
    words: str


def kind_named(words: str) -> TriggerKind | None:
    """The kind that is meant, in any case, with spaces, hyphens or underscores."""
    meant = re.sub(r"[\s_-]+", "_", words.strip().lower())
    return TriggerKind(meant) if meant in tuple(TriggerKind) else None


def kinds_of(kind: TriggerKind) -> frozenset[TriggerKind]:
    """What an event of this kind is: that, and the wider kind if there is one."""
    return frozenset({kind, WIDER.get(kind, kind)})


def kinds_within(kind: TriggerKind) -> frozenset[TriggerKind]:
    """Every kind of event that is also one of this kind."""
    return frozenset(each for each in TriggerKind if kind in kinds_of(each))


def set_off(kind: TriggerKind, controls: Iterable[Control]) -> list[Control]:
    """Which of the controls such an event sets off."""
    return [
        control
        for control in controls
        if control.cadence is Cadence.ON_EVENT and control.triggered_by in kinds_of(kind)
    ]


def reportable(controls: Sequence[Control]) -> list[TriggerKind]:
    """The kinds of event that set anything off."""
    return [kind for kind in TriggerKind if set_off(kind, controls)]


def label(kind: TriggerKind, number: int, happened_on: date) -> str:
    """ "leaver no. 4, 14 Jul 2026": it enters the record, so it names nobody."""
    month = MONTH_NAMES[happened_on.month - 1][:3]
    return f"{named(kind)} no. {number}, {happened_on.day} {month} {happened_on.year}"


def performance(
    kind: TriggerKind, number: int, happened_on: date, sla_days: int, country: str | None
) -> Scheduled:
    """What the event asks of one control: done within its days, counted in calendar days from the event.

    What would be due on a weekend or a public holiday is due on the next working day, as everywhere.
    """
    due_on = next_working_day(happened_on + sla_days * DAY, country)
    return Scheduled(happened_on, happened_on, due_on, label(kind, number, happened_on))


def fault(report: EventReport, today: date) -> ReportFault | None:
    if report.happened_on > today:
        return ReportFault("happened_on", "That day has not come yet. Report an event once it has happened.")
    if not report.what:
        return ReportFault("what", "Please say who or what it was, such as a name or a ticket.")
    if len(report.what) > LONGEST_WHAT:
        return ReportFault("what", f"Please say it in at most {LONGEST_WHAT} characters.")
    if report.reference and (len(report.reference) > LONGEST_REFERENCE or re.search(r"\s", report.reference)):
        return ReportFault(
            "reference",
            f"A reference is one word of at most {LONGEST_REFERENCE} characters, such as a ticket's number.",
        )
    return None


def known_as(report: EventReport, known: Iterable[Trigger]) -> Trigger | None:
    """The event that this is once more, unless that was withdrawn.

    It is known by its reference; without one, by its day and its words.
    """
    return next((each for each in known if each.withdrawn_at is None and is_same(report, each)), None)


def is_same(report: EventReport, trigger: Trigger) -> bool:
    """What Slack told has no reference that people know, so that is known by its day and the name."""
    if report.kind is not trigger.kind:
        return False
    if report.reference and trigger.person_id is None:
        return report.reference == trigger.reference
    return report.happened_on == trigger.happened_on and _folded(report.what) == _folded(trigger.what)


def ordered(words: str, today: date) -> EventReport | ReportFault:
    """What was typed behind the command: "leaver 2026-07-14 Ada Nguyen"; a day of today is "today"."""
    found = ORDER.fullmatch(words.strip())
    if found is None and words.strip() and not _begins_with_a_kind(words.split()):
        return ReportFault("kind", f"“{words.split()[0]}” is no kind of event that I know.")
    if found is None:
        return ReportFault(
            "happened_on", "I miss the day. Give it as year-month-day, such as 2026-07-14, or as today."
        )
    kind = kind_named(found["kind"])
    if kind is None:
        return ReportFault(
            "kind", f"“{found['kind']}” is no kind of event that I know." if found["kind"] else ""
        )
    happened_on = today if found["day"] == "today" else day_of(found["day"])
    if happened_on is None:
        return ReportFault("happened_on", f"{found['day']} is not a day of the calendar.")
    return EventReport(kind, happened_on, found["what"].strip())


def _begins_with_a_kind(words: Sequence[str]) -> bool:
    return any(kind_named(" ".join(words[:many])) for many in range(1, len(words) + 1))


def day_of(words: str) -> date | None:
    """A date written as year-month-day; None for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def turned_into(before: AccountKind | None, after: AccountKind) -> TriggerKind | None:
    """What it means for the company that an account is now this: a full member joined, or one left.

    ``before`` is None for somebody who was not known. Guests and bots neither join nor leave; a guest who becomes a
    member joins, and so does a member who comes back.
    """
    if after is AccountKind.MEMBER and before is not AccountKind.MEMBER:
        return TriggerKind.JOINER
    if after is AccountKind.DEACTIVATED and before is AccountKind.MEMBER:
        return TriggerKind.LEAVER
    return None


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
