"""Events: what they set off and by when, how a command and a sheet are read, and which changes of accounts are one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.periods import is_working_day
from bot.events.rules.events import (
    EventReport,
    ReportFault,
    controls_set_off,
    date_from_words,
    event_label,
    event_performance,
    joined_or_left,
    kind_from_words,
    kinds_within,
    report_fault,
    report_from_command,
    reportable_kinds,
    reported_before,
)
from bot.events.rules.sheets import COLUMNS, Circumstances, events_template, holds_events, read_events
from bot.sheet_mistakes import SheetMistakes
from content.cells import SheetError, SheetLine
from storage.programme import Control
from storage.terms import AccountKind, Cadence, TriggerKind, TriggerSource
from storage.triggers import Trigger
from tests.bot.samples import control as sample

TODAY = date(2026, 10, 5)
FRIDAY = date(2026, 10, 2)
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
MEMBER, GUEST, BOT, GONE = AccountKind.MEMBER, AccountKind.GUEST, AccountKind.BOT, AccountKind.DEACTIVATED
LEAVER, JOINER, INCIDENT = TriggerKind.LEAVER, TriggerKind.JOINER, TriggerKind.INCIDENT


def control(control_id: str, kind: TriggerKind | None, cadence: Cadence = Cadence.ON_EVENT) -> Control:
    return sample(id=control_id, cadence=cadence, triggered_by=kind, sla_days=1)


def event(
    what: str = "Mia Wong",
    reference: str | None = None,
    person_id: str | None = None,
    withdrawn_at: datetime | None = None,
) -> Trigger:
    return Trigger(
        kind=LEAVER,
        number=1,
        happened_on=FRIDAY,
        what=what,
        reference=reference,
        person_id=person_id,
        source=TriggerSource.FORM,
        raised_by="U0CLEO",
        raised_at=NOON,
        withdrawn_at=withdrawn_at,
    )


def test_an_event_sets_off_the_controls_of_its_kind_and_of_the_wider_one():
    controls = [
        control("IR-02", INCIDENT),
        control("IR-04", TriggerKind.SERIOUS_INCIDENT),
        control("PV-07", TriggerKind.DATA_BREACH),
        control("AC-07", LEAVER),
        control("OLD-01", None),
        control("AC-01", None, Cadence.QUARTERLY),
    ]

    def ids(kind: TriggerKind) -> list[str]:
        return [each.id for each in controls_set_off(kind, controls)]

    assert ids(INCIDENT) == ["IR-02"]
    assert ids(TriggerKind.SERIOUS_INCIDENT) == ["IR-02", "IR-04"]
    assert ids(TriggerKind.DATA_BREACH) == ["IR-02", "PV-07"]
    assert ids(LEAVER) == ["AC-07"]
    assert ids(JOINER) == []
    assert set(reportable_kinds(controls)) == {LEAVER, *kinds_within(INCIDENT)}
    assert kinds_within(TriggerKind.CHANGE) == {TriggerKind.CHANGE, TriggerKind.EMERGENCY_CHANGE}


@given(day=st.dates(date(2020, 1, 1), date(2040, 12, 31)), sla=st.integers(0, 365))
def test_it_is_due_when_its_days_are_over_and_never_on_a_day_off(day: date, sla: int):
    scheduled = event_performance(LEAVER, 4, day, sla, "DE")
    assert scheduled.starts_on == scheduled.ends_on == day
    assert scheduled.due_on >= day + timedelta(days=sla)
    assert is_working_day(scheduled.due_on, "DE")
    days_between = (scheduled.due_on - day).days - sla
    assert not any(is_working_day(day + timedelta(days=sla + each), "DE") for each in range(days_between))


def test_the_longest_label_fits_its_column():
    longest = max(len(event_label(kind, 99_999, date(2026, 9, 30))) for kind in TriggerKind)
    assert longest <= 60
    assert event_label(LEAVER, 4, date(2026, 7, 14)) == "leaver no. 4, 14 Jul 2026"


@pytest.mark.parametrize(
    ("words", "report"),
    [
        ("leaver 2026-07-14 Ada Nguyen", EventReport(LEAVER, date(2026, 7, 14), "Ada Nguyen")),
        ("Role change today  Ada ", EventReport(TriggerKind.ROLE_CHANGE, TODAY, "Ada")),
        ("role-change 2026-10-01 Ada", EventReport(TriggerKind.ROLE_CHANGE, date(2026, 10, 1), "Ada")),
        (
            "data_breach 2026-10-01 Mail of 2026-09-30",
            EventReport(TriggerKind.DATA_BREACH, date(2026, 10, 1), "Mail of 2026-09-30"),
        ),
        ("leaver 2026-07-14", EventReport(LEAVER, date(2026, 7, 14), "")),
    ],
)
def test_the_command_is_read_as_it_is_meant(words: str, report: EventReport):
    assert report_from_command(words, TODAY) == report


@pytest.mark.parametrize(
    "words", ["leaver", "leaver Ada", "2026-07-14 Ada", "party today x", "leaver 2026-13-01 x"]
)
def test_what_it_does_not_say_is_a_fault(words: str):
    assert isinstance(report_from_command(words, TODAY), ReportFault)


@given(st.text(max_size=60))
def test_no_words_make_it_fail(words: str):
    assert isinstance(report_from_command(words, TODAY), EventReport | ReportFault)
    assert date_from_words(words) is None or date_from_words(words) == date.fromisoformat(words)
    assert kind_from_words(words) in (None, *TriggerKind)


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (EventReport(LEAVER, TODAY, "Ada"), None),
        (EventReport(LEAVER, TODAY + timedelta(days=1), "Ada"), "happened_on"),
        (EventReport(LEAVER, TODAY, ""), "what"),
        (EventReport(LEAVER, TODAY, "x" * 201), "what"),
        (EventReport(LEAVER, TODAY, "Ada", "HR-1"), None),
        (EventReport(LEAVER, TODAY, "Ada", "HR 1"), "reference"),
        (EventReport(LEAVER, TODAY, "Ada", "x" * 61), "reference"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(report: EventReport, field: str | None):
    wrong = report_fault(report, TODAY)
    assert (wrong.field if wrong else None) == field


@pytest.mark.parametrize(
    ("earlier", "report", "same"),
    [
        (event(reference="HR-1"), EventReport(LEAVER, TODAY, "M. Wong", "HR-1"), True),
        (event(reference="HR-1"), EventReport(LEAVER, FRIDAY, "Mia Wong", "HR-2"), False),
        (event(reference="HR-1"), EventReport(LEAVER, FRIDAY, " mia  wong"), True),
        (event(), EventReport(LEAVER, FRIDAY, "Mia Wong"), True),
        (event(), EventReport(LEAVER, TODAY, "Mia Wong"), False),
        (event(), EventReport(JOINER, FRIDAY, "Mia Wong"), False),
        (event(reference="HR-1"), EventReport(INCIDENT, FRIDAY, "Mia Wong", "HR-1"), False),
        (event(reference="HR-1", withdrawn_at=NOON), EventReport(LEAVER, FRIDAY, "Mia Wong", "HR-1"), False),
        (
            event(reference="U0MIA-1", person_id="U0MIA"),
            EventReport(LEAVER, FRIDAY, "Mia Wong", "HR-1"),
            True,
        ),
    ],
)
def test_an_event_is_known_again(earlier: Trigger, report: EventReport, same: bool):
    assert reported_before(report, [earlier]) is (earlier if same else None)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, MEMBER, JOINER),
        (GONE, MEMBER, JOINER),
        (GUEST, MEMBER, JOINER),
        (MEMBER, MEMBER, None),
        (MEMBER, GONE, LEAVER),
        (None, GONE, None),
        (GUEST, GONE, None),
        (BOT, GONE, None),
        (GONE, GONE, None),
        (None, GUEST, None),
        (None, BOT, None),
        (MEMBER, GUEST, None),
    ],
)
def test_who_joins_and_who_leaves(before: AccountKind | None, after: AccountKind, kind: TriggerKind | None):
    assert joined_or_left(before, after) is kind


def sheet(*rows: tuple[str, ...], header: tuple[str, ...] = COLUMNS) -> list[SheetLine]:
    return [SheetLine(number, cells) for number, cells in enumerate((header, *rows), 1)]


def circumstances(*events: Trigger) -> Circumstances:
    return Circumstances(events, [JOINER, LEAVER], TODAY)


MISTAKES = [
    (("party", "2026-10-01", "x", ""), "row 2, column event: “party” is no kind of event; known are joiner,"),
    (
        ("leavr", "2026-10-01", "x", ""),
        "row 2, column event: “leavr” is no kind of event; did you mean leaver?",
    ),
    (
        ("incident", "2026-10-01", "x", ""),
        "row 2, column event: no control of yours is set off by “incident”",
    ),
    (("leaver", "1.10.2026", "x", ""), "row 2, column date: “1.10.2026” is no date"),
    (("leaver", "2026-02-30", "x", ""), "row 2, column date: “2026-02-30” is no date"),
    (("leaver", "2026-10-06", "x", ""), "row 2, column date: That day has not come yet."),
    (("leaver", "", "x", ""), "row 2, column date: it must not be empty"),
    (("leaver", "2026-10-01", "", ""), "row 2, column what: it must not be empty"),
    (("leaver", "2026-10-01", "=cmd()", ""), "row 2, column what: “=cmd()” would be run as a formula"),
    (("leaver", "2026-10-01", "x", "HR 1"), "row 2, column reference: A reference is one word"),
    (("leaver", "2026-10-01", "x", "HR-9"), "row 2, column date: HR-9 is known as leaver no. 1, 2 Oct 2026"),
    (("leaver", "2026-10-01", "EXAMPLE: Ada", ""), "row 2, column what: this is the example of the template"),
]


@pytest.mark.parametrize(("row", "mistake"), MISTAKES)
def test_each_mistake_has_its_row_and_column(row: tuple[str, ...], mistake: str):
    with pytest.raises(SheetMistakes) as caught:
        read_events(sheet(row), circumstances(event(reference="HR-9")))
    assert str(caught.value).startswith(mistake)
    assert len(caught.value.mistakes) == 1


def test_all_mistakes_are_told_and_doubles_within_the_sheet():
    rows = [
        ("leaver", "2026-10-01", "Mia", "HR-1"),
        ("leaver", "2026-10-02", "Leo", "HR-1"),
        ("joiner", "2026-10-01", "Ivo", ""),
        ("joiner", "2026-10-01", "ivo", ""),
        ("party", "soon", "", ""),
    ]
    with pytest.raises(SheetMistakes) as caught:
        read_events(sheet(*rows), circumstances())
    assert [(each.row, each.column) for each in caught.value.mistakes] == [
        (3, "reference"),
        (5, "reference"),
        (6, "what"),
        (6, "event"),
        (6, "date"),
    ]


def test_what_is_known_or_withdrawn_is_left_and_a_corrected_day_is_taken():
    events = [
        event(reference="HR-1"),
        event(reference="HR-2", withdrawn_at=NOON),
        event(reference="HR-3", withdrawn_at=NOON),
    ]
    rows = [("Leaver", "2026-10-02", "x", f"HR-{number}") for number in (1, 2)]
    moved = ("leaver", "2026-10-01", "x", "HR-3")
    plan = read_events(sheet(*rows, moved), circumstances(*events))
    assert (plan.known, plan.withdrawn) == (1, 1)
    assert plan.reports == (EventReport(LEAVER, date(2026, 10, 1), "x", "HR-3"),)


def test_a_sheet_of_events_is_known_by_its_headings():
    assert holds_events([SheetLine(1, ("Event", "Date", "What"))])
    assert not holds_events([SheetLine(1, ("id", "event"))])
    assert not holds_events([SheetLine(1, ("id", "title"))])
    written = [SheetLine(number, tuple(row)) for number, row in enumerate(events_template(), 1)]
    with pytest.raises(SheetMistakes, match="this is the example of the template; delete the row"):
        read_events(written, circumstances())


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("event", "date"), "there is none called what"),
        (("event", "what"), "there is none called date"),
    ],
)
def test_a_header_that_lacks_something_is_refused(header: tuple[str, ...], words: str):
    with pytest.raises(SheetError, match=words):
        read_events(sheet(("leaver", "x"), header=header), circumstances())


def test_a_column_that_is_unknown_or_doubled_is_a_mistake():
    with pytest.raises(SheetMistakes, match="there is no such column"):
        read_events(sheet(header=(*COLUMNS, "who")), circumstances())
    with pytest.raises(SheetMistakes, match="more than one of this name"):
        read_events(sheet(header=(*COLUMNS, "date")), circumstances())
    with pytest.raises(SheetError, match="no event below it"):
        read_events(sheet(), circumstances())
