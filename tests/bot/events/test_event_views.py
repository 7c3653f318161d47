"""What people read about events: the longest fit, and requests, doubt and mistakes have their words."""

from datetime import UTC, date, datetime

from bot.blocks.ids import Field
from bot.blocks.paging import Page
from bot.events.rules.events import (
    EventEffect,
    EventReport,
    EventRequest,
    ListedEvent,
    ReportFault,
    Withdrawal,
)
from bot.events.rules.sheets import EventPlan
from bot.events.views import events, sheets
from bot.evidence.views import handing_in
from bot.evidence.views.handing_in import RequestDetails
from bot.owners.rules.ownership import Holder
from storage.terms import TriggerKind, TriggerSource
from storage.triggers import Trigger
from tests.bot.samples import LONG, TODAY, Faults, control, occurrence, read, sound

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
FRIDAY, MONDAY = date(2026, 10, 2), date(2026, 10, 5)
KINDS = list(TriggerKind)
BEN = EventRequest("AC-07", "Access removed", Holder("Ben Castillo", accepted=True), MONDAY)


def event(
    what: str = "Mia Wong",
    reference: str | None = "HR-12",
    person_id: str | None = None,
    *,
    discovered: bool = False,
    reason: str | None = None,
) -> Trigger:
    return Trigger(
        id="t1",
        kind=TriggerKind.LEAVER,
        number=4,
        happened_on=FRIDAY,
        what=what,
        reference=reference,
        person_id=person_id,
        source=TriggerSource.FORM,
        discovered=discovered,
        raised_by="U0CLEO",
        raised_at=NOON,
        reason=reason,
    )


def test_the_worst_words_and_counts_fit(faults: Faults):
    worst = ListedEvent(event(LONG, "x" * 60, reason=LONG), ("AC-07",) * 60, LONG, LONG)
    live = ListedEvent(event(LONG, "x" * 60), ("AC-07",) * 60, LONG, None)
    effect = EventEffect(
        (EventRequest("AC-07", LONG, Holder(LONG, accepted=False), MONDAY),) * 40, examined=False
    )
    report = EventReport(TriggerKind.LEAVER, FRIDAY, LONG, "x" * 60)
    for view in (
        events.events_modal(Page([worst, live] * 4, 2, 3, 20), LONG),
        events.report_event_modal(KINDS, report, effect, "token"),
        events.report_event_modal([]),
        events.withdraw_event_modal(live),
        events.event_receipt(event(LONG), effect),
        events.event_usage(KINDS, ReportFault(Field.KIND, LONG)),
        events.event_usage([]),
        handing_in.evidence_request(
            occurrence(trigger_id="t1"),
            control(title=LONG),
            TODAY,
            RequestDetails(fault=LONG, event=events.caused_by_words(event(LONG))),
        ),
    ):
        sound(view, faults)


def test_what_happened_is_told_with_its_reference_but_never_with_a_slack_id():
    assert events.what_happened(event()) == "Mia Wong, on Fri 2 Oct 2026 (HR-12)"
    assert (
        events.what_happened(event(reference="U0MIA-1", person_id="U0MIA")) == "Mia Wong, on Fri 2 Oct 2026"
    )
    found = events.what_happened(event(reference="U0MIA-1", person_id="U0MIA", discovered=True))
    assert found == "Mia Wong, found in Slack on Fri 2 Oct 2026; it may have been earlier"


def test_who_is_asked_and_who_is_not():
    offered = EventRequest("AM-03", "Equipment", Holder("Eva", accepted=False), MONDAY)
    nobody = EventRequest("HR-05", "Rules", None, MONDAY)
    assert events.effect_lines(EventEffect((BEN, offered, nobody), examined=True)) == [
        "AC-07 Access removed: asked of Ben Castillo, due Mon 5 Oct 2026.",
        "AM-03 Equipment: due Mon 5 Oct 2026; asked of Eva once they accept to own it.",
        "HR-05 Rules: due Mon 5 Oct 2026; nobody owns it yet, so nobody is asked.",
    ]


def test_what_a_withdrawal_did_is_counted():
    assert events.event_withdrawn_words(event(), Withdrawal(2, 0)) == (
        "Withdrawn: leaver no. 4, 2 Oct 2026. 2 performances are taken back."
    )
    assert events.event_withdrawn_words(event(), Withdrawal(0, 2)).endswith(
        "0 performances are taken back; 2 stay, with what was handed in."
    )


def test_evidence_names_the_event_or_the_period_with_its_events():
    request = handing_in.evidence_request(
        occurrence(trigger_id="t1"), control(), TODAY, RequestDetails(event=events.caused_by_words(event()))
    )
    assert "Event: Mia Wong, on Fri 2 Oct 2026 (HR-12)" in read(request)
    assert "Period" not in read(request)
    listing = handing_in.evidence_request(
        occurrence(), control(), TODAY, RequestDetails(event=events.event_count_words(1))
    )
    assert "1 event was reported here in this time; the listing names all that happened" in read(listing)
    assert "Period" in read(listing)
    assert (
        events.event_count_words(3, 4) == "3 events were reported here in this time, and the listing names 4"
    )
    assert (
        events.event_count_words(1, 1)
        == "1 event was reported here in this time, and the listing names as many"
    )
    assert "Event" not in read(handing_in.evidence_request(occurrence(), control(), TODAY))


def test_a_sheet_says_what_is_left():
    plan = EventPlan((), known=1, withdrawn=2)
    assert sheets.event_plan_text(plan, []).splitlines() == [
        "Nothing would change.",
        "1 event in the file is reported already.",
        "2 events in the file were withdrawn, and stay so.",
    ]
    outside = EventEffect((BEN,), examined=False)
    told = sheets.event_plan_text(EventPlan((), 0, 0), []) + sheets.event_plan_text(
        EventPlan((EventReport(TriggerKind.ROLE_CHANGE, FRIDAY, "Mia"),), 0, 0),
        [(EventReport(TriggerKind.ROLE_CHANGE, FRIDAY, "Mia"), outside)],
    )
    assert (
        "  role change, Fri 2 Oct 2026, Mia: AC-07 due Mon 5 Oct 2026, asked of Ben Castillo; no examination"
        in told
    )
