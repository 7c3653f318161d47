"""Events: which controls one sets off, by when and under which label, and when two reports are of the same event."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks.ids import Field
from bot.blocks.wording import trigger_kind_name
from bot.calendar.periods import DAY, MONTH_NAMES, Scheduled, next_working_day
from bot.owners.rules.ownership import Holder
from storage.programme import Control
from storage.terms import AccountKind, Cadence, TriggerKind
from storage.triggers import Trigger

LONGEST_WHAT = 200
LONGEST_REFERENCE = 60
# A serious incident and a breach are incidents too, and an emergency change is a change.
_WIDER_KIND = {
    TriggerKind.EMERGENCY_CHANGE: TriggerKind.CHANGE,
    TriggerKind.SERIOUS_INCIDENT: TriggerKind.INCIDENT,
    TriggerKind.DATA_BREACH: TriggerKind.INCIDENT,
}
_COMMAND = re.compile(r"(?P<kind>.*?)\s*\b(?P<day>\d{4}-\d{1,2}-\d{1,2}|today)\b\s*(?P<what>.*)", re.DOTALL)


@dataclass(frozen=True)
class EventReport:
    """An event as somebody reports it. ``reference`` is the key by which the same event is known again, if given."""

    kind: TriggerKind
    happened_on: date
    what: str
    reference: str | None = None


@dataclass(frozen=True)
class EventRequest:
    """The evidence that an event asks for of one control and its owner, if there is one."""

    control_id: str
    title: str
    owner: Holder | None
    due_on: date


@dataclass(frozen=True)
class EventEffect:
    """All that an event sets off; ``examined`` when its day lies in the window of an examination of such a control."""

    requests: tuple[EventRequest, ...]
    examined: bool


@dataclass(frozen=True)
class ListedEvent:
    """An event in the list of all, with the controls that it set off and the names of who reported and withdrew it."""

    event: Trigger
    control_ids: tuple[str, ...]
    by: str
    withdrawn_by: str | None


@dataclass(frozen=True)
class Withdrawal:
    """How many occurrences were withdrawn with the event, waived ones too, and how many stay since they have evidence.

    A file that could not be fetched is no evidence; a rejected one is.
    """

    taken_back: int
    kept: int


@dataclass(frozen=True)
class ReportFault:
    """``field`` is the input that is wrong, and ``words`` say why, in a sentence for the person."""

    field: Field
    words: str


def kind_from_words(words: str) -> TriggerKind | None:
    """Read in any case, and with spaces, hyphens or underscores; None for any other words."""
    value = re.sub(r"[\s_-]+", "_", words.strip().lower())
    return TriggerKind(value) if value in tuple(TriggerKind) else None


def kinds_of(kind: TriggerKind) -> frozenset[TriggerKind]:
    """This kind, and the wider kind if there is one."""
    return frozenset({kind, _WIDER_KIND.get(kind, kind)})


def kinds_within(kind: TriggerKind) -> frozenset[TriggerKind]:
    """This kind, and every kind whose wider kind it is."""
    return frozenset(each for each in TriggerKind if kind in kinds_of(each))


def controls_set_off(kind: TriggerKind, controls: Iterable[Control]) -> list[Control]:
    """The controls that an event of this kind sets off."""
    return [
        control
        for control in controls
        if control.cadence is Cadence.ON_EVENT and control.triggered_by in kinds_of(kind)
    ]


def reportable_kinds(controls: Sequence[Control]) -> list[TriggerKind]:
    """The kinds of event that set any of the controls off."""
    return [kind for kind in TriggerKind if controls_set_off(kind, controls)]


def event_label(kind: TriggerKind, number: int, happened_on: date) -> str:
    """ "leaver no. 4, 14 Jul 2026": it enters the record, so it names no person."""
    month = MONTH_NAMES[happened_on.month - 1][:3]
    return f"{trigger_kind_name(kind)} no. {number}, {happened_on.day} {month} {happened_on.year}"


def event_performance(
    kind: TriggerKind, number: int, happened_on: date, sla_days: int, country: str | None
) -> Scheduled:
    """What the event asks of one control, due ``sla_days`` calendar days after it, or on the next working day."""
    due_on = next_working_day(happened_on + sla_days * DAY, country)
    return Scheduled(happened_on, happened_on, due_on, event_label(kind, number, happened_on))


def report_fault(report: EventReport, today: date) -> ReportFault | None:
    if report.happened_on > today:
        return ReportFault(
            Field.HAPPENED_ON, "That day has not come yet. Report an event once it has happened."
        )
    if not report.what:
        return ReportFault(Field.WHAT, "Please say who or what it was, such as a name or a ticket.")
    if len(report.what) > LONGEST_WHAT:
        return ReportFault(Field.WHAT, f"Please say it in at most {LONGEST_WHAT} characters.")
    if report.reference and (len(report.reference) > LONGEST_REFERENCE or re.search(r"\s", report.reference)):
        return ReportFault(
            Field.REFERENCE,
            f"A reference is one word of at most {LONGEST_REFERENCE} characters, such as a ticket's number.",
        )
    return None


def reported_before(report: EventReport, events: Iterable[Trigger]) -> Trigger | None:
    """The event that was reported before and not withdrawn, if this report is of the same one."""
    return next((each for each in events if each.withdrawn_at is None and is_same_event(report, each)), None)


def is_same_event(report: EventReport, event: Trigger) -> bool:
    """By reference; by day and words where the report has no reference, or the event came from Slack."""
    if report.kind is not event.kind:
        return False
    if report.reference and event.person_id is None:
        return report.reference == event.reference
    return report.happened_on == event.happened_on and _folded(report.what) == _folded(event.what)


def report_from_command(words: str, today: date) -> EventReport | ReportFault:
    """Read the words behind the command: "leaver 2026-07-14 Ada Nguyen"; ``today`` is what the word "today" means."""
    match = _COMMAND.fullmatch(words.strip())
    if match is None and words.strip() and not _begins_with_a_kind(words.split()):
        return ReportFault(Field.KIND, f"“{words.split()[0]}” is no kind of event that I know.")
    if match is None:
        return ReportFault(
            Field.HAPPENED_ON, "I miss the day. Give it as year-month-day, such as 2026-07-14, or as today."
        )
    kind = kind_from_words(match["kind"])
    if kind is None:
        return ReportFault(
            Field.KIND, f"“{match['kind']}” is no kind of event that I know." if match["kind"] else ""
        )
    happened_on = today if match["day"] == "today" else date_from_words(match["day"])
    if happened_on is None:
        return ReportFault(Field.HAPPENED_ON, f"{match['day']} is not a day of the calendar.")
    return EventReport(kind, happened_on, match["what"].strip())


def _begins_with_a_kind(words: Sequence[str]) -> bool:
    return any(kind_from_words(" ".join(words[:count])) for count in range(1, len(words) + 1))


def date_from_words(words: str) -> date | None:
    """A date written as year-month-day; None for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def joined_or_left(before: AccountKind | None, after: AccountKind) -> TriggerKind | None:
    """The event that a change of a Slack account is: a full member joined or left; None for any other change.

    ``before`` is None for an account that was not known. Guests and bots neither join nor leave. A guest who becomes
    a member joins, and so does a member who comes back.
    """
    if after is AccountKind.MEMBER and before is not AccountKind.MEMBER:
        return TriggerKind.JOINER
    if after is AccountKind.DEACTIVATED and before is AccountKind.MEMBER:
        return TriggerKind.LEAVER
    return None


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
