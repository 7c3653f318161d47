"""Something happens: it is reported once, and the owner of each control that it sets off is asked by its day."""

import shutil
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from bot.errors import NotALead, RequestClosed
from bot.events import reporting
from bot.events.rules.events import EventReport, Withdrawal
from bot.evidence import waivers
from bot.readiness.rules.status import Readiness
from bot.readiness.status import ReportTime, readiness_report
from bot.register.catalogue import adopt_control
from handlers.sandbox.cast import Cast, Player, View
from handlers.stack import Stage
from storage.evidence import Occurrence, occurrences_ever
from storage.obligations import Obligation
from storage.record.entries import RecordEntry
from storage.terms import (
    Disposition,
    Event,
    ObligationKind,
    ObligationState,
    OccurrenceState,
    TriggerKind,
    TriggerSource,
    WaiverState,
)
from storage.triggers import Trigger, occurrences_set_off_by
from storage.waivers import Waiver
from tests.dialogs.scenes import continued, played
from tests.dialogs.steps import (
    BEN,
    CLEO,
    DAN,
    hands_in,
    kinds,
    nothing_waits,
    only,
    owns,
    proved,
    rows,
    sleeps_until,
)

LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."
LEFT = {"What happened": "Leaver", "Who or what": "Mia Wong", "When": "2026-10-02", "Reference": "HR-12"}
ASKED = (
    "AC-07 Access removed when somebody leaves: asked of Ben Castillo, due Mon 5 Oct 2026. "
    "AM-03 Equipment returned by leavers: due Fri 16 Oct 2026; nobody owns it yet, so nobody is asked."
)


async def leavers_count(stage: Stage, _cast: Cast) -> None:
    """Cleo has adopted two controls that a leaver sets off and one for joiners; Ben owns the first."""
    for control_id in ("AC-07", "AM-03", "HR-05"):
        await adopt_control(stage.service.desk, CLEO, control_id)
    await owns(stage, BEN, "AC-07")


@pytest.fixture(scope="session")
def adopted(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    return played(leavers_count, tmp_path_factory.mktemp("adopted") / "data", empty_database)


@pytest.fixture
async def company(adopted: Path, tmp_path: Path) -> AsyncGenerator[tuple[Stage, Cast]]:
    async with continued(shutil.copytree(adopted, tmp_path / "data")) as (stage, cast):
        yield stage, cast


async def events_of(lead: Player) -> View:
    await lead.presses("Events", await lead.home("The programme"))
    return await lead.modal("Report an event")


async def form_of(lead: Player) -> View:
    await lead.presses("Report an event", await events_of(lead))
    return await lead.modal("What happened")


async def reports(lead: Player, values: dict[str, str]) -> View:
    """In the form, with its second press; the list that stands there then."""
    assert await lead.submits(await form_of(lead), values) == {}
    assert await lead.submits(await lead.modal("Before you report it")) == {}
    return await lead.modal("Recorded as")


async def commanded(person: Player, words: str) -> str:
    message = await person.commands(f"/soc event {words}".strip())
    assert message is not None
    assert message.ephemeral
    return " ".join(message.fallback.split())


async def set_off(stage: Stage) -> list[tuple[str, str, date, OccurrenceState]]:
    occurrences = [row for row in await rows(stage, Occurrence) if row.trigger_id]
    return sorted((row.control_id, row.label, row.due_on, row.state) for row in occurrences)


async def test_a_lead_sees_what_a_leaver_sets_off_before_reporting_and_the_owner_is_asked(
    company: tuple[Stage, Cast],
):
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    assert await cleo.submits(await form_of(cleo), LEFT) == {}
    form = await cleo.modal("Before you report it")
    assert ASKED in form.text
    assert await rows(stage, Trigger) == []

    assert await cleo.submits(form) == {}
    page = await cleo.modal("Recorded as leaver no. 1, 2 Oct 2026.")
    assert "Mia Wong, on Fri 2 Oct 2026 (HR-12)" in page.text
    assert "Sets off AC-07, AM-03. Reported by Cleo Marchetti." in page.text

    raised = await only(stage, Trigger)
    assert (raised.raised_by, raised.source, raised.discovered) == (CLEO, TriggerSource.FORM, False)
    assert await set_off(stage) == [
        ("AC-07", "leaver no. 1, 2 Oct 2026", date(2026, 10, 5), OccurrenceState.OPEN),
        ("AM-03", "leaver no. 1, 2 Oct 2026", date(2026, 10, 16), OccurrenceState.OPEN),
    ]
    for row in await rows(stage, Occurrence):
        if row.trigger_id:
            assert row.starts_on == row.ends_on == date(2026, 10, 2)
            assert row.scheduled_at is not None

    await cast.clock.to("2026-10-05T08:00:00Z")
    request = await ben.hears(
        "Evidence for AC-07 Access removed when somebody leaves, leaver no. 1, 2 Oct 2026"
    )
    assert "Event: Mia Wong, on Fri 2 Oct 2026 (HR-12)" in request.text
    assert "Event: Mia Wong, on Fri 2 Oct 2026 (HR-12)" in " ".join(request.fallback.split())
    assert "Due today, Mon 5 Oct 2026" in request.text
    await proved(stage)


async def test_no_name_or_reference_enters_the_record(company: tuple[Stage, Cast]):
    stage, cast = company
    await reports(cast.person("Cleo"), LEFT)
    leaves = [entry.leaf for entry in await rows(stage, RecordEntry)]
    assert any("leaver no. 1, 2 Oct 2026" in leaf for leaf in leaves)
    assert not any("Mia Wong" in leaf or "HR-12" in leaf for leaf in leaves)


async def test_receipt_review_and_history_tell_what_happened(company: tuple[Stage, Cast]):
    """An agreement is signed before the first day, and a vendor checked before it starts: so it may be dated."""
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    await reports(cleo, LEFT)
    await cast.clock.to("2026-10-05T08:00:00Z")
    request = await ben.hears("leaver no. 1")
    assert await hands_in(ben, request, "off.csv", b"mia,removed\n", date(2026, 10, 1)) == {}
    receipt = await ben.hears("Submitted, waiting for review")
    assert "Event: Mia Wong" in receipt.text

    await cast.clock.to("2026-10-05T14:00:00Z")
    review = await cleo.home("Review the evidence for AC-07")
    assert "Event: Mia Wong" in review.text
    await cast.clock.to("2026-10-23T14:00:00Z")
    assert "leaver no. 1, 2 Oct 2026 (Mia Wong): missed" in await history_of(cleo, "AM-03")
    await proved(stage)


async def history_of(lead: Player, control_id: str) -> str:
    message = await lead.commands(f"/soc controls {control_id}")
    assert message is not None
    await lead.presses("Open", message)
    return (await lead.modal(f"Control {control_id}")).text


async def test_two_on_one_day_are_two_and_the_same_one_again_is_refused(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo = cast.person("Cleo")
    await reports(cleo, LEFT)
    await reports(cleo, LEFT | {"Who or what": "Leo Park", "Reference": ""})
    assert len(await rows(stage, Trigger)) == 2
    before = await set_off(stage)
    assert len(before) == 4

    same = "This is known already as leaver no. 1, 2 Oct 2026."
    assert same in (await cleo.submits(await form_of(cleo), LEFT | {"Who or what": "Mia W."}))["reference"]
    assert "known already as leaver no. 2" in await commanded(cleo, "leaver 2026-10-02 leo  PARK")
    assert await set_off(stage) == before
    await proved(stage)


async def test_the_command_tells_what_is_asked_of_whom_by_when(company: tuple[Stage, Cast]):
    stage, cast = company
    message = await commanded(cast.person("Dan"), "leaver 2026-10-02 Mia Wong")
    assert message.startswith("Recorded as leaver no. 1, 2 Oct 2026.")
    assert ASKED in message
    raised = await only(stage, Trigger)
    assert (raised.raised_by, raised.source, raised.what) == (DAN, TriggerSource.COMMAND, "Mia Wong")

    await commanded(cast.person("Cleo"), "leaver 2026-10-02 @Ada")
    assert {each.what for each in await rows(stage, Trigger)} == {"Mia Wong", "Ada Okafor"}
    assert "Recorded as joiner no. 1, 5 Oct 2026." in await commanded(
        cast.person("Cleo"), "Joiner today Ivo Berg"
    )
    await proved(stage)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Type /soc event, what happened, the day, and who or what it was"),
        ("banana", "“banana” is no kind of event that I know."),
        ("role change", "I miss the day."),
        ("leaver", "I miss the day. Give it as year-month-day, such as 2026-07-14"),
        ("leaver 14.7.2026 Mia", "I miss the day."),
        ("leaver 2026-02-30 Mia", "2026-02-30 is not a day of the calendar."),
        ("leaver 2026-1-2 Mia", "2026-1-2 is not a day of the calendar."),
        ("party 2026-10-02 Mia", "“party” is no kind of event that I know."),
        ("2026-10-02 Mia", "What can happen: joiner, leaver."),
        ("leaver 2026-10-06 Mia", "That day has not come yet."),
        ("leaver 2026-10-02", "Please say who or what it was"),
        (f"leaver 2026-10-02 {'x' * 201}", "at most 200 characters"),
        (
            "data-breach 2026-10-02 Mail",
            "No control of yours is set off by the event “data breach”. These do: joiner, leaver.",
        ),
    ],
)
async def test_what_is_no_event_is_said_and_changes_nothing(
    company: tuple[Stage, Cast], words: str, told: str
):
    stage, cast = company
    assert told in await commanded(cast.person("Cleo"), words)
    assert await rows(stage, Trigger) == []


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"When": "2026-10-06"}, "happened_on", "That day has not come yet."),
        ({"Who or what": "   "}, "what", "Please say who or what it was"),
        ({"Reference": "HR 12"}, "reference", "A reference is one word"),
    ],
)
async def test_the_form_says_it_at_the_field(
    company: tuple[Stage, Cast], values: dict[str, str], field: str, told: str
):
    stage, cast = company
    cleo = cast.person("Cleo")
    assert told in (await cleo.submits(await form_of(cleo), LEFT | values))[field]
    assert await rows(stage, Trigger) == []


async def test_without_a_control_on_event_there_is_nothing_to_report(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    told = "No control of yours is set off by an event yet."
    assert told in await commanded(cleo, "leaver 2026-10-02 Mia")
    await cleo.presses("Report an event", await events_of(cleo))
    assert told in (await cleo.modal("No control of yours")).text
    assert await rows(stage, Trigger) == []


async def test_a_day_outside_every_window_is_taken_and_said_so(company: tuple[Stage, Cast]):
    stage, cast = company
    message = await commanded(cast.person("Cleo"), "leaver 2026-06-30 Mia Wong")
    assert "No examination looks at that day. It is asked for all the same" in message
    assert {label for _, label, _, _ in await set_off(stage)} == {"leaver no. 1, 30 Jun 2026"}
    await proved(stage)


async def test_nobody_but_a_lead_reports_sees_or_withdraws(company: tuple[Stage, Cast]):
    """Ben's screen is behind: he presses what Cleo sees."""
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    page = await reports(cleo, LEFT)
    before, listed = await kinds(stage), await set_off(stage)
    assert await commanded(ben, "leaver 2026-10-02 Leo Park") == LEADS_ONLY
    assert await commanded(ben, "") == LEADS_ONLY
    assert "Events" not in (await ben.home()).buttons

    desk = stage.service.desk
    told = EventReport(TriggerKind.LEAVER, date(2026, 10, 2), "Leo Park")
    raised = await only(stage, Trigger)
    for tried in (
        reporting.all_events(desk, BEN),
        reporting.kinds_to_report(desk, BEN),
        reporting.effect_of_report(desk, BEN, told),
        reporting.report_event(desk, BEN, told, TriggerSource.FORM),
        reporting.event_to_withdraw(desk, BEN, raised.id),
        reporting.withdraw_event(desk, BEN, raised.id, "No."),
    ):
        with pytest.raises(NotALead):
            await tried
    assert await set_off(stage) == listed
    assert await kinds(stage) == before
    assert "Withdraw" in page.buttons


async def test_one_reported_by_mistake_is_withdrawn_and_what_was_handed_in_stays(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    await reports(cleo, LEFT)
    await cast.clock.to("2026-10-05T08:00:00Z")
    await hands_in(ben, await ben.hears("leaver no. 1"), "off.csv", b"mia,removed\n", date(2026, 10, 2))
    await ben.hears("Submitted, waiting for review")

    await cleo.presses("Withdraw", await events_of(cleo))
    form = await cleo.modal("Withdraw an event")
    assert "Mia Wong" in form.text
    assert "Please give a reason" in (await cleo.submits(form, {"Why it is withdrawn": "  "}))["reason"]
    assert await cleo.submits(form, {"Why it is withdrawn": "She stays."}) == {}
    page = await cleo.modal("Withdrawn: leaver no. 1, 2 Oct 2026. 1 performance is taken back; 1 stays")
    assert "Withdrawn by Cleo Marchetti: She stays." in page.text
    assert "Withdraw" not in page.buttons
    assert [(control_id, state) for control_id, _, _, state in await set_off(stage)] == [
        ("AC-07", OccurrenceState.SUBMITTED),
        ("AM-03", OccurrenceState.WITHDRAWN),
    ]
    assert (await kinds(stage)).count(Event.TRIGGER_WITHDRAWN) == 1

    again = await reports(cleo, LEFT | {"When": "2026-10-01"})
    assert "Recorded as leaver no. 2, 1 Oct 2026." in again.text
    await proved(stage)


async def test_who_was_asked_for_a_withdrawn_event_is_asked_no_more(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    await reports(cleo, LEFT)
    await cast.clock.to("2026-10-05T08:00:00Z")
    request = await ben.hears("leaver no. 1")
    await cleo.presses("Withdraw", await events_of(cleo))
    await cleo.submits(await cleo.modal("Withdraw an event"), {"Why it is withdrawn": "She stays."})
    await ben.hears("is not asked of you any more", after=request)
    obligations = [each for each in await rows(stage, Obligation) if each.kind is ObligationKind.EVIDENCE]
    assert {each.state for each in obligations if each.subject in await ids_set_off(stage)} == {
        ObligationState.WITHDRAWN
    }
    await nothing_waits(stage)


async def ids_set_off(stage: Stage) -> set[str]:
    return {row.id for row in await rows(stage, Occurrence) if row.trigger_id}


async def test_the_quarterly_listing_is_scheduled_and_counted(company: tuple[Stage, Cast]):
    stage, cast = company
    occurrences = [row for row in await rows(stage, Occurrence) if row.control_id == "AC-07"]
    assert [(row.label, row.due_on, row.trigger_id) for row in occurrences] == [
        ("Q4 2026", date(2027, 1, 4), None)
    ]
    await reports(cast.person("Cleo"), LEFT)
    message = await cast.person("Cleo").commands("/soc status")
    assert message is not None
    assert "does not add up" not in message.text
    await proved(stage)


async def test_what_an_event_set_off_outlives_a_change_of_cadence(company: tuple[Stage, Cast]):
    """What happened while the control ran on event is still to be shown; its listing gives way to the months."""
    stage, cast = company
    cleo = cast.person("Cleo")
    await reports(cleo, LEFT | {"When": "2026-10-05"})
    before = await set_off(stage)
    await history_of(cleo, "AC-07")
    await cleo.presses("Change cadence", await cleo.modal("Control AC-07"))
    asked = {"How often": "Every month", "Why": "The auditor asked for it."}
    await cleo.submits(await cleo.modal("Change cadence"), asked)
    await cleo.submits(
        await cleo.modal("Before you save 3 occurrences are added, 1 occurrence is withdrawn.")
    )
    await cleo.modal("How often every month")
    assert await set_off(stage) == before
    assert "Recorded as leaver no. 2" in await commanded(cleo, "leaver 2026-10-02 Leo Park")
    assert {control_id for control_id, label, _, _ in await set_off(stage) if "no. 2" in label} == {"AM-03"}
    await proved(stage)


async def test_the_listing_of_a_quarter_tells_how_many_were_reported_in_it(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    for words in ("leaver 2026-10-01 Mia Wong", "leaver 2026-10-02 Leo Park", "leaver 2026-09-30 Una Ray"):
        await commanded(cleo, words)
    await sleeps_until(stage, cast, "2027-01-04T09:00:00Z")
    row = await ben.home("Evidence for AC-07 Access removed when somebody leaves, Q4 2026")
    told = "Period Thu 1 Oct 2026 to Thu 31 Dec 2026. 2 events were reported here in this time;"
    assert told in " ".join(row.text.split())
    await proved(stage)


async def test_an_event_is_due_on_a_working_day(company: tuple[Stage, Cast]):
    """19 September is a Saturday, and two weeks after it is the Day of German Unity."""
    stage, cast = company
    await commanded(cast.person("Cleo"), "leaver 2026-09-19 Mia Wong")
    due = {control_id: due_on for control_id, _, due_on, _ in await set_off(stage)}
    assert due == {"AC-07": date(2026, 9, 21), "AM-03": date(2026, 10, 5)}
    await proved(stage)


async def test_an_event_that_is_overdue_is_missed_in_its_window_and_in_no_other(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo = cast.person("Cleo")
    before = await window_of(stage)
    await commanded(cleo, "leaver 2026-09-02 Mia Wong")
    await commanded(cleo, "leaver 2026-06-02 Leo Park")
    after = await window_of(stage)
    missed = after.counts[Disposition.MISSED] - before.counts[Disposition.MISSED]
    assert (after.scheduled - before.scheduled, missed) == (2, 2)
    periods = {(each.control_id, each.period) for each in after.exceptions}
    assert periods >= {("AC-07", "leaver no. 1, 2 Sep 2026"), ("AM-03", "leaver no. 1, 2 Sep 2026")}
    assert not any("leaver no. 2" in period for _, period in periods)
    await proved(stage)


async def window_of(stage: Stage) -> Readiness:
    """The Type 2 window as it is now, every occurrence listed."""
    async with stage.service.desk.snapshot() as work:
        told = await readiness_report(work, ReportTime(work.today, work.now), whole=True)
    [readiness] = [each for _, each in told.examinations if isinstance(each, Readiness)]
    return readiness


async def test_many_events_are_turned_page_by_page(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo = cast.person("Cleo")
    for number in range(9):
        told = EventReport(TriggerKind.LEAVER, date(2026, 10, 1), f"Person {number}", f"HR-{number}")
        await reporting.report_event(stage.service.desk, CLEO, told, TriggerSource.FORM)
    first = await events_of(cleo)
    assert "9 events in all, page 1 of 2" in first.text
    assert first.buttons.count("Withdraw") == 8
    await cleo.presses("Older", first)
    assert (await cleo.modal("page 2 of 2")).buttons.count("Withdraw") == 1
    assert (await cast.calls())["refused"] == []


async def asked_to_waive(stage: Stage) -> tuple[Occurrence, Waiver]:
    """Ben says that what a leaver asks of AC-07 is not applicable."""
    [leaver] = [row for row in await rows(stage, Occurrence) if row.trigger_id and row.control_id == "AC-07"]
    await waivers.say_not_applicable(stage.service.desk, BEN, leaver.id, "She never had an account.")
    return leaver, await only(stage, Waiver)


async def waived(stage: Stage) -> tuple[Occurrence, Waiver]:
    """And Dan approves it."""
    leaver, asked = await asked_to_waive(stage)
    plan = await waivers.suggested_waiver_plan(stage.service.desk, DAN, asked.id)
    await waivers.approve_waiver(stage.service.desk, DAN, asked.id, plan.expires_on, plan.mark)
    return leaver, asked


async def as_stored(stage: Stage, row: Occurrence) -> tuple[OccurrenceState, str | None]:
    [found] = [each for each in await rows(stage, Occurrence) if each.id == row.id]
    return found.state, found.waiver_id


async def test_what_is_waived_of_an_event_that_never_happened_is_taken_back_too(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo, desk = cast.person("Cleo"), stage.service.desk
    await reports(cleo, LEFT)
    leaver, granted = await waived(stage)
    before = await window_of(stage)
    assert "waived until" in await history_of(cleo, "AC-07")
    await cast.clock.to("2026-10-06T08:00:00Z")
    _, done = await reporting.withdraw_event(desk, CLEO, (await only(stage, Trigger)).id, "She stays.")
    assert done == Withdrawal(2, 0)
    assert await as_stored(stage, leaver) == (OccurrenceState.WITHDRAWN, None)
    assert "waived until" not in await history_of(cleo, "AC-07")
    after = await window_of(stage)
    assert (before.counts[Disposition.WAIVED], after.counts[Disposition.WAIVED]) == (1, 0)
    assert after.scheduled == before.scheduled - 2
    with pytest.raises(RequestClosed, match="Nothing that this waiver covers"):
        await waivers.waiver_to_end(desk, CLEO, granted.id)
    await waivers.end_waiver(desk, CLEO, granted.id, "By mistake.")
    assert await as_stored(stage, leaver) == (OccurrenceState.WITHDRAWN, None)
    await proved(stage)


async def test_a_waiver_that_outlived_its_event_ends_without_asking_for_it(company: tuple[Stage, Cast]):
    """Withdrawing an event once left what was waived as it was."""
    stage, cast = company
    desk = stage.service.desk
    await reports(cast.person("Cleo"), LEFT)
    leaver, granted = await waived(stage)
    async with desk.work() as work:
        raised = await work.session.get_one(Trigger, leaver.trigger_id)
        raised.withdrawn_by, raised.withdrawn_at, raised.reason = CLEO, desk.now(), "She stays."
        work.record(Event.TRIGGER_WITHDRAWN, CLEO, raised)
    await waivers.end_waiver(desk, CLEO, granted.id, "She stays.")
    assert await as_stored(stage, leaver) == (OccurrenceState.WITHDRAWN, None)
    await proved(stage)


async def test_a_file_that_could_not_be_used_keeps_nothing_of_a_withdrawn_event(company: tuple[Stage, Cast]):
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    await reports(cleo, LEFT)
    await cast.clock.to("2026-10-05T08:00:00Z")
    request = await ben.hears("leaver no. 1")
    await hands_in(ben, request, "off.csv", b"mia,removed\n", date(2026, 10, 2), broken="html")
    await ben.hears("could not be used", after=request)
    _, done = await reporting.withdraw_event(
        stage.service.desk, CLEO, (await only(stage, Trigger)).id, "She stays."
    )
    assert done == Withdrawal(2, 0)
    assert {state for *_, state in await set_off(stage)} == {OccurrenceState.WITHDRAWN}
    await proved(stage)


async def test_nobody_decides_on_a_waiver_for_a_withdrawn_event(company: tuple[Stage, Cast]):
    stage, cast = company
    await reports(cast.person("Cleo"), LEFT)
    await asked_to_waive(stage)
    await reporting.withdraw_event(stage.service.desk, CLEO, (await only(stage, Trigger)).id, "She stays.")
    assert (await only(stage, Waiver)).state is WaiverState.WITHDRAWN
    states = [row.state for row in await rows(stage, Obligation) if row.kind is ObligationKind.DECIDE_WAIVER]
    assert states == [ObligationState.WITHDRAWN] * 2
    await proved(stage)


async def test_what_an_event_set_off_is_held_in_everybodys_order(company: tuple[Stage, Cast]):
    stage, _ = company
    desk = stage.service.desk
    for number in range(8):
        told = EventReport(TriggerKind.LEAVER, date(2026, 10, 1), f"Person {number}")
        raised, _ = await reporting.report_event(desk, CLEO, told, TriggerSource.FORM)
        async with desk.sessions.reading() as session:
            held = await occurrences_set_off_by(session, raised.id)
            everybodys = await occurrences_ever(session, ["AC-07", "AM-03"])
        assert held == [row for row in everybodys if row.trigger_id == raised.id]
        listed = await reporting.event_to_withdraw(desk, CLEO, raised.id)
        assert listed.control_ids == ("AC-07", "AM-03")


async def test_a_file_on_its_way_that_proves_of_no_use_keeps_no_withdrawn_event(company: tuple[Stage, Cast]):
    """The first try to fetch it fails, and the event is withdrawn before the second."""
    stage, cast = company
    cleo, ben = cast.person("Cleo"), cast.person("Ben")
    await reports(cleo, LEFT)
    await cast.clock.to("2026-10-05T08:00:00Z")
    request = await ben.hears("leaver no. 1")
    await cast.fails("files.info", "error", times=1, error="internal_error")
    await hands_in(ben, request, "off.csv", b"mia,removed\n", date(2026, 10, 2), broken="html")
    await reporting.withdraw_event(stage.service.desk, CLEO, (await only(stage, Trigger)).id, "She stays.")
    message = await ben.hears("could not be used, and nothing is asked for it any more", after=request)
    assert "Upload evidence" not in message.buttons
    assert {state for *_, state in await set_off(stage)} == {OccurrenceState.WITHDRAWN}
    await proved(stage)
