"""What need not be evidenced: the owner or a lead asks, another lead decides with a last day, a lead ends it early."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.errors import RequestClosed
from bot.evidence.handing_in import UploadedFile, submit_evidence
from bot.evidence.reviewing import accept_evidence, reject_evidence, show_file
from bot.evidence.rules.listings import Listing
from bot.evidence.waivers import (
    approve_waiver,
    ask_for_waiver,
    decline_waiver,
    end_waiver,
    say_not_applicable,
    waiver_plan,
)
from bot.owners.leave import note_leave
from bot.owners.ownership import accept_ownership, assign_control
from bot.register.cadence import change_rhythm
from bot.register.rules.controls import Rhythm
from handlers.commands.status import status_report
from handlers.sandbox.cast import Cast, Player, ScreenMessage, View
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence, Occurrence
from storage.obligations import Obligation
from storage.ownership import ownerships_of_control
from storage.terms import (
    Cadence,
    EvidenceState,
    ObligationKind,
    ObligationState,
    OccurrenceState,
    WaiverState,
)
from storage.waivers import Waiver
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import LISTING, PERFORMED
from tests.dialogs.steps import (
    BEN,
    BUNDLE,
    CLEO,
    DAN,
    EVA,
    FARID,
    LISTED,
    as_it_is_now,
    bundles,
    hands_in,
    kinds,
    nothing_waits,
    only,
    owns,
    proved,
    quarter,
    rows,
    sleeps_until,
)
from tests.dialogs.test_controls import LEADS_ONLY, card_of

REASON = "Nobody had access in this quarter, the system was off."
NO_REASON = {"reason": "Please give a reason, so that the other side knows what to do."}
DUE = date(2026, 10, 12)
ASKED = "Ben Castillo asks to waive AC-01 Quarterly user access review, Q3 2026"


@pytest.fixture
async def stage(ben_is_asked: Path) -> AsyncGenerator[Stage]:
    async with open_stage(ben_is_asked, keep=True) as opened:
        yield opened


async def says_not_applicable(cast: Cast, reason: str = REASON) -> ScreenMessage:
    """Ben's request for evidence after he pressed it and gave the reason."""
    ben = cast.person("Ben")
    request = await ben.hears("Evidence for AC-01")
    await ben.presses("Not applicable", request)
    form = await ben.modal("Not applicable")
    assert await ben.submits(form, {"Why": reason}) == {}
    return await ben.hears("You said that this is not applicable.", after=request)


async def to_approve(lead: Player) -> View:
    await lead.presses("Approve…", await lead.home(ASKED))
    return await lead.modal("Approve a waiver")


async def waived(stage: Stage, cast: Cast) -> Waiver:
    """The third quarter, asked for by Ben and approved by Dan."""
    await says_not_applicable(cast)
    dan = cast.person("Dan")
    assert await dan.submits(await to_approve(dan)) == {}
    await nothing_waits(stage)
    return await only(stage, Waiver)


async def obligation_states(stage: Stage, kind: ObligationKind) -> dict[str, ObligationState]:
    """By person."""
    return {row.person_id: row.state for row in await rows(stage, Obligation) if row.kind is kind}


async def status_of(cast: Cast, line: str = "/soc status") -> str:
    reply = await cast.person("Cleo").commands(line)
    assert reply is not None
    return reply.text


async def test_the_owner_asks_and_another_lead_approves(stage: Stage, cast: Cast) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")
    request = await says_not_applicable(cast)
    assert "A compliance lead decides. Until then it stays open, and you can still upload" in request.text
    assert request.buttons == ["Upload evidence", "Nothing happened", "Not mine"]
    assert (await quarter(stage)).state is OccurrenceState.OPEN
    assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {
        CLEO: ObligationState.OPEN,
        DAN: ObligationState.OPEN,
    }

    form = await to_approve(dan)
    for words in (REASON, "Waived until Mon 12 Oct 2026: Q3 2026, due Mon 12 Oct 2026", "Q4 2026, due"):
        assert words in form.text
    assert await dan.submits(form) == {}

    closed = await ben.hears("No evidence is needed: AC-01", after=request)
    assert closed.ts == request.ts
    assert f"Waived until Mon 12 Oct 2026 by Dan Whitfield: {REASON}" in closed.text
    await nothing_waits(stage)
    waiver, third = await only(stage, Waiver), await quarter(stage)
    assert (waiver.state, waiver.decided_by, waiver.expires_on) == (WaiverState.APPROVED, DAN, DUE)
    assert (waiver.reason, waiver.covers) == (REASON, [third.id])
    assert (third.state, third.waiver_id) == (OccurrenceState.WAIVED, waiver.id)
    assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {
        CLEO: ObligationState.WITHDRAWN,
        DAN: ObligationState.DONE,
    }
    assert await obligation_states(stage, ObligationKind.EVIDENCE) == {BEN: ObligationState.WITHDRAWN}
    assert [kind for kind in await kinds(stage) if kind.startswith("waiver.")] == [
        "waiver.requested",
        "waiver.approved",
    ]
    await proved(stage)


async def test_a_waiver_counts_in_every_report_and_no_reason_is_told_there(stage: Stage, cast: Cast) -> None:
    await waived(stage, cast)
    line = (
        "AC-01 Quarterly user access review, Q3 2026, waived until Mon 12 Oct 2026, approved by Dan Whitfield"
    )
    report = await status_of(cast)
    assert "54 occurrences scheduled = 0 on time + 0 late + 17 missed + 1 waived + 36 open." in report
    assert "Waivers: 1" in report
    assert f"• {line}" in report
    assert REASON not in report
    as_json = await status_report(stage.service.desk.settings, None, as_json=True)
    assert '"approved_by": "Dan Whitfield"' in as_json
    assert REASON not in as_json

    card = await card_of(cast.person("Cleo"), "AC-01")
    assert "Next due Mon 11 Jan 2027" in " ".join(card.text.split())
    assert "Q3 2026, waived until Mon 12 Oct 2026, approved by Dan Whitfield" in card.text
    assert f"Ben Castillo asked to waive Q3 2026: “{REASON}”" in card.text
    assert "Dan Whitfield approved the waiver from Q3 2026 on until Mon 12 Oct 2026, 1 period" in card.text
    assert "Q3 2026: waived" in card.text

    await cast.clock.to("2026-10-20T08:00:00Z")
    assert "1 waived" in await status_of(cast), "what is past its last day and waived is not missed"
    assert all("AC-01" not in report.text for report in (await bundles(cast.person("Ben")))[1:])


async def test_another_day_covers_other_periods_and_is_shown_before_it_counts(
    stage: Stage, cast: Cast
) -> None:
    await says_not_applicable(cast)
    dan = cast.person("Dan")
    form = await to_approve(dan)
    january = date(2027, 1, 31)
    assert await dan.submits(form, {"Valid until": january}) == {}
    again = await dan.modal("Another day covers other periods.")
    assert "Waived until Sun 31 Jan 2027: Q3 2026, due Mon 12 Oct 2026; Q4 2026, due" in again.text
    assert (await only(stage, Waiver)).state is WaiverState.REQUESTED

    assert await dan.submits(again, {"Valid until": january}) == {}
    await nothing_waits(stage)
    covered = {row.id for row in await rows(stage, Occurrence) if row.state is OccurrenceState.WAIVED}
    assert (len(covered), covered) == (2, set((await only(stage, Waiver)).covers))
    await proved(stage)


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (date(2026, 10, 4), "That day is over."),
        (date(2026, 10, 11), "What it is asked for is due on 2026-10-12."),
        (date(2027, 10, 6), "A waiver is valid for a year at most, until 2027-10-05."),
    ],
)
async def test_a_day_that_cannot_be_is_said_so_at_the_field(
    stage: Stage, cast: Cast, until: date, sentence: str
) -> None:
    await says_not_applicable(cast)
    dan = cast.person("Dan")
    errors = await dan.submits(await to_approve(dan), {"Valid until": until})
    assert sentence in errors["expires_on"]
    assert (await only(stage, Waiver)).state is WaiverState.REQUESTED


async def test_a_lead_declines_and_the_owner_reads_why_in_the_next_bundle(stage: Stage, cast: Cast) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")
    request = await says_not_applicable(cast)
    await dan.presses("Decline…", await dan.home(ASKED))
    form = await dan.modal("Decline a waiver")
    assert await dan.submits(form, {"Why": " "}) == NO_REASON
    assert await dan.submits(form, {"Why": "The contractors kept theirs."}) == {}

    words = "Dan Whitfield did not approve that this is not applicable: The contractors kept theirs."
    edited = await ben.hears(words, after=request)
    assert (edited.ts, edited.buttons) == (
        request.ts,
        ["Upload evidence", "Nothing happened", "Not mine", "Not applicable"],
    )
    await cast.clock.to("2026-10-06T08:00:00Z")
    again = (await bundles(ben))[-1]
    assert again.text.startswith(f"{BUNDLE} Tue 6 Oct 2026")
    assert words in again.text
    assert (await only(stage, Waiver)).state is WaiverState.DECLINED
    assert (await quarter(stage)).state is OccurrenceState.OPEN
    await proved(stage)


async def test_an_upload_takes_the_request_back(stage: Stage, cast: Cast) -> None:
    ben = cast.person("Ben")
    await cast.clock.to("2026-10-05T14:00:00Z")
    request = await says_not_applicable(cast)
    assert await hands_in(ben, request, "q3.csv", LISTING, PERFORMED) == {}
    await ben.hears("Submitted, waiting for review", after=request)
    await nothing_waits(stage)
    assert (await only(stage, Waiver)).state is WaiverState.WITHDRAWN
    assert set((await obligation_states(stage, ObligationKind.DECIDE_WAIVER)).values()) == {
        ObligationState.WITHDRAWN
    }
    assert ASKED not in (await cast.person("Dan").home()).text

    async with open_postbox(stage) as slack:
        await slack.presses(DAN, "open_approve_waiver", (await only(stage, Waiver)).id)
    await cast.person("Dan").hears("This request has closed.")
    assert (await quarter(stage)).state is OccurrenceState.SUBMITTED
    await proved(stage)


async def test_nobody_but_another_lead_decides(stage: Stage, cast: Cast) -> None:
    """Buttons and forms can be forged: every one is judged again from the database."""
    await owns(stage, CLEO, "IR-01")
    [incidents] = [
        row for row in await rows(stage, Occurrence) if row.label == "Q3 2026" and row.control_id == "IR-01"
    ]
    await say_not_applicable(stage.service.desk, CLEO, incidents.id, "There was no incident.")
    waiver = await only(stage, Waiver)
    until = {"expires_on": {"selected_date": "2026-10-30"}, "reason": {"value": "Because."}}
    async with open_postbox(stage) as slack:
        for person, words in (
            (BEN, LEADS_ONLY),
            (CLEO, "You asked for this waiver, so another compliance lead has to decide: Dan Whitfield."),
        ):
            for action in ("open_approve_waiver", "open_decline_waiver"):
                assert (await slack.presses(person, action, waiver.id)).status == 200
                await cast.person(person).hears(words)
            for callback in ("approve_waiver", "decline_waiver"):
                forged = await slack.submits(person, callback, f"{waiver.id}", until)
                assert words in str(forged.json["errors"])
    assert (await only(stage, Waiver)).state is WaiverState.REQUESTED
    assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {DAN: ObligationState.OPEN}
    assert {row.state for row in await rows(stage, Occurrence)} == {OccurrenceState.OPEN}


async def test_only_the_owner_says_not_applicable_and_only_once(stage: Stage, cast: Cast) -> None:
    third = await quarter(stage)
    async with open_postbox(stage) as slack:
        await slack.presses(EVA, "open_not_applicable", third.id)
        await cast.person("Eva").hears("Only the owner of this control can do this.")
        forged = await slack.submits(EVA, "not_applicable", third.id, {"reason": {"value": REASON}})
        assert forged.json["errors"] == {"reason": "Only the owner of this control can do this."}
        assert await rows(stage, Waiver) == []

        await says_not_applicable(cast)
        twice = await slack.submits(BEN, "not_applicable", third.id, {"reason": {"value": REASON}})
        assert "already waits for a compliance lead" in twice.json["errors"]["reason"]
        for action, callback in (("open_waive", "waive"), ("open_end_waiver", "end_waiver")):
            await slack.presses(BEN, action, "AC-01")
            filled = {"reason": {"value": REASON}, "period": {"selected_option": {"value": third.id}}}
            answer = await slack.submits(BEN, callback, "AC-01", filled)
            assert LEADS_ONLY in str(answer.json["errors"])
    assert len(await rows(stage, Waiver)) == 1


async def test_a_leads_own_wish_goes_to_the_other_leads(stage: Stage, cast: Cast) -> None:
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    await cleo.presses("Waive…", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Ask for a waiver")
    assert "Another compliance lead decides" in form.text
    late = {"From which period on": "Q4 2026, due Mon 11 Jan 2027", "Why": REASON}
    assert "due on 2027-01-11" in (await cleo.submits(form, late))["expires_on"]
    assert await cleo.submits(form, late | {"Valid until": date(2027, 1, 20)}) == {}
    assert f"Cleo Marchetti asked to waive Q4 2026: “{REASON}”" in (await cleo.modal("History")).text
    await nothing_waits(stage)
    assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {DAN: ObligationState.OPEN}

    home = await dan.home("Cleo Marchetti asks to waive AC-01 Quarterly user access review, Q4 2026")
    await dan.presses("Approve…", home)
    plan = await dan.modal("Approve a waiver")
    assert "Waived until Wed 20 Jan 2027: Q4 2026, due Mon 11 Jan 2027" in plan.text
    assert "Still to be evidenced: Q3 2026" in plan.text
    assert await dan.submits(plan) == {}
    states = {row.label: row.state for row in await rows(stage, Occurrence) if row.control_id == "AC-01"}
    assert states == {"Q3 2026": OccurrenceState.OPEN, "Q4 2026": OccurrenceState.WAIVED}
    await proved(stage)


async def test_with_one_lead_it_stays_a_request_until_there_is_another(ben_is_asked: Path) -> None:
    settings: dict[str, Any] = {"keep": True, "compliance_leads": (CLEO,)}
    async with open_stage(ben_is_asked, **settings) as stage, Cast(stage.sandbox.url) as cast:
        cleo = cast.person("Cleo")
        await cleo.presses("Waive…", await card_of(cleo, "AC-01"))
        form = await cleo.modal("Ask for a waiver")
        assert "Nobody else leads compliance, so nobody can approve it for now." in form.text
        assert await cleo.submits(form, {"Why": REASON}) == {}
        await nothing_waits(stage)
        waiver = await only(stage, Waiver)
        async with open_postbox(stage) as slack:
            await slack.presses(CLEO, "open_approve_waiver", waiver.id)
        await cleo.hears(
            "You asked for this waiver, and nobody else leads compliance, so it stays a request."
        )
        request = await cast.person("Ben").hears("Cleo Marchetti asked to waive this.")
        assert "so nobody can approve it for now" in request.text
        assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {}
        assert (await quarter(stage)).state is OccurrenceState.OPEN
    async with open_stage(ben_is_asked, keep=True) as stage, Cast(stage.sandbox.url) as cast:
        await stage.service.settle()
        assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {DAN: ObligationState.OPEN}
        dan = cast.person("Dan")
        await dan.presses("Approve…", await dan.home("Cleo Marchetti asks to waive AC-01"))
        assert await dan.submits(await dan.modal("Approve a waiver")) == {}
        assert (await quarter(stage)).state is OccurrenceState.WAIVED
        await proved(stage)


async def test_a_lead_ends_it_early_and_the_past_stays_as_it_was(stage: Stage, cast: Cast) -> None:
    """The third quarter had been rejected; after its last day the waiver ends, and it is missed."""
    ben, cleo, desk = cast.person("Ben"), cast.person("Cleo"), stage.service.desk
    await hands_in(ben, await ben.hears("Evidence for AC-01"), "q3.csv", LISTING, PERFORMED)
    await ben.hears("Submitted, waiting for review")
    [submission] = await rows(stage, Evidence)
    await show_file(desk, CLEO, submission.id)
    await stage.service.settle()
    await reject_evidence(desk, CLEO, submission.id, "No run date.")
    await nothing_waits(stage)
    await cast.clock.to("2026-10-06T08:00:00Z")
    await waived(stage, cast)
    await cast.clock.to("2026-10-20T08:00:00Z")
    page = await card_of(cleo, "AC-01")
    await cleo.presses("End waiver…", page)
    form = await cleo.modal("End a waiver")
    assert await cleo.submits(form, {"Why": " "}) == NO_REASON
    assert await cleo.submits(form, {"Why": "The system was on in September."}) == {}
    card = await cleo.modal("Cleo Marchetti ended the waiver from Q3 2026 on")
    assert "End waiver…" not in card.buttons
    assert "Q3 2026: missed, the evidence was rejected" in card.text
    third = await quarter(stage)
    assert (third.state, third.waiver_id, third.waived_at) == (OccurrenceState.REJECTED, None, None)
    assert "0 waived" in await status_of(cast)
    assert "1 waived" in await status_of(cast, "/soc status 2026-10-06")
    assert "1 waived" in await status_of(cast, "/soc status 2026-10-19")
    monday = await status_of(cast, "/soc status 2026-10-05")
    assert "0 waived" in monday
    assert "Waivers:" not in monday

    await stage.service.settle()
    await cast.clock.to("2026-10-21T08:00:00Z")
    again = (await bundles(ben))[-1]
    assert (
        "This was waived, and Cleo Marchetti ended the waiver: The system was on in September." in again.text
    )
    assert (await obligation_states(stage, ObligationKind.EVIDENCE))[BEN] is ObligationState.OPEN
    await proved(stage)


async def test_what_is_under_review_or_accepted_is_never_waived(stage: Stage, cast: Cast) -> None:
    ben, desk = cast.person("Ben"), stage.service.desk
    await hands_in(ben, await ben.hears("Evidence for AC-01"), "q3.csv", LISTING, PERFORMED)
    await ben.hears("Submitted, waiting for review")
    third = await quarter(stage)
    async with open_postbox(stage) as slack:
        for state in ("submitted", "accepted"):
            forged = await slack.submits(BEN, "not_applicable", third.id, {"reason": {"value": REASON}})
            assert forged.json["errors"] == {
                "reason": f"This period is already {state}, so it cannot be waived."
            }
            if state == "submitted":
                [submission] = await rows(stage, Evidence)
                await show_file(desk, DAN, submission.id)
                await stage.service.settle()
                await accept_evidence(desk, DAN, submission.id)
    assert await rows(stage, Waiver) == []


async def test_a_period_whose_file_is_on_its_way_is_left_out_of_another_ones_waiver(
    stage: Stage, cast: Cast
) -> None:
    """Dan approves the third quarter and all that follows while Ben's file for the fourth one is being fetched."""
    ben, desk = cast.person("Ben"), stage.service.desk
    await says_not_applicable(cast)
    await sleeps_until(stage, cast, "2027-01-05T09:00:00Z")
    await cast.fails("files.info", "error", times=50, error="internal_error")
    [fourth] = [
        row for row in await rows(stage, Occurrence) if row.label == "Q4 2026" and row.control_id == "AC-01"
    ]
    file = UploadedFile(await ben.uploads("q4.csv", LISTING), "q4.csv", len(LISTING), "text/csv")
    await submit_evidence(
        desk, BEN, fourth.id, file, date(2026, 12, 30), listing=Listing(3, LISTED, desk.now())
    )
    waiver = await only(stage, Waiver)
    assert [row.state for row in await rows(stage, Evidence)] == [EvidenceState.FETCHING]
    plan = await waiver_plan(desk, DAN, waiver.id, date(2027, 2, 1))
    assert ([row.label for row in plan.covers], plan.missed) == (["Q3 2026"], 1)
    with pytest.raises(RequestClosed, match="has changed meanwhile"):
        await approve_waiver(desk, DAN, waiver.id, date(2027, 2, 2), plan.mark)
    await approve_waiver(desk, DAN, waiver.id, date(2027, 2, 1), plan.mark)
    await proved(stage)


async def test_the_card_offers_no_waiver_while_the_file_of_every_period_is_on_its_way(
    stage: Stage, cast: Cast
) -> None:
    cleo, ben, desk = cast.person("Cleo"), cast.person("Ben"), stage.service.desk
    await sleeps_until(stage, cast, "2027-01-05T09:00:00Z")
    await cast.fails("files.info", "error", times=50, error="internal_error")
    for label, performed_on in (("Q3 2026", date(2026, 9, 30)), ("Q4 2026", date(2026, 12, 30))):
        assert "Waive…" in (await card_of(cleo, "AC-01")).buttons
        [period] = [
            row for row in await rows(stage, Occurrence) if (row.control_id, row.label) == ("AC-01", label)
        ]
        file = UploadedFile(await ben.uploads("users.csv", LISTING), "users.csv", len(LISTING), "text/csv")
        await submit_evidence(
            desk, BEN, period.id, file, performed_on, listing=Listing(3, LISTED, desk.now())
        )
    assert "Waive…" not in (await card_of(cleo, "AC-01")).buttons


async def test_a_period_that_no_schedule_asks_for_needs_no_decision(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await cleo.presses("Waive…", await card_of(cleo, "AC-01"))
    form = await cleo.modal("Ask for a waiver")
    late = {"From which period on": "Q4 2026, due Mon 11 Jan 2027", "Valid until": date(2027, 1, 11)}
    assert await cleo.submits(form, late | {"Why": REASON}) == {}
    await cleo.presses("Change cadence", await cleo.modal("History"))
    monthly = {"How often": "Every month", "Why": "The auditor asked for it."}
    form = await cleo.modal("Change cadence")
    await cleo.submits(form, monthly)
    assert await cleo.submits(await cleo.modal("Before you save"), monthly) == {}
    await nothing_waits(stage)
    assert (await only(stage, Waiver)).state is WaiverState.WITHDRAWN
    assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {DAN: ObligationState.WITHDRAWN}
    await proved(stage)


async def test_a_company_answer_names_the_decision(stage: Stage, cast: Cast) -> None:
    await says_not_applicable(cast)
    reply = await cast.person("Dan").commands("/soc what do I owe?")
    assert reply is not None
    assert "A decision on a waiver for AC-01 Quarterly user access review, Q3 2026." in reply.text


async def test_the_message_of_a_lead_who_did_not_decide_says_who_did(stage: Stage, cast: Cast) -> None:
    await says_not_applicable(cast)
    await cast.clock.to("2026-10-06T08:00:00Z")
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    bundle = await cleo.hears(ASKED)
    assert await dan.submits(await to_approve(dan)) == {}
    edited = await cleo.hears("Approved by Dan Whitfield until Mon 12 Oct 2026", after=bundle)
    assert (await as_it_is_now(stage, cleo, edited)).buttons.count("Approve…") == 0


@pytest.mark.parametrize("ended_at", ["2026-10-06T08:00:00Z", "2027-01-04T08:00:00Z"])
async def test_an_ended_waiver_asks_for_nothing_that_another_cadence_replaced(
    stage: Stage, cast: Cast, ended_at: str
) -> None:
    """Two quarters are waived, then it is asked for monthly; whether the fourth one is over or not by the end."""
    cleo, desk = cast.person("Cleo"), stage.service.desk
    await says_not_applicable(cast)
    waiver = await only(stage, Waiver)
    plan = await waiver_plan(desk, DAN, waiver.id, date(2027, 1, 31))
    await approve_waiver(desk, DAN, waiver.id, plan.expires_on, plan.mark)
    await change_rhythm(desk, CLEO, "AC-01", Rhythm(Cadence.MONTHLY, 5, 5), "The auditor asked for it.")
    await sleeps_until(stage, cast, ended_at)
    await end_waiver(desk, CLEO, waiver.id, "The system is on.")
    states = {row.label: row.state for row in await rows(stage, Occurrence) if row.control_id == "AC-01"}
    assert states == {
        "Q3 2026": OccurrenceState.OPEN,
        "Q4 2026": OccurrenceState.WITHDRAWN,
        "October 2026": OccurrenceState.OPEN,
        "November 2026": OccurrenceState.OPEN,
        "December 2026": OccurrenceState.OPEN,
    }
    assert "End waiver…" not in (await card_of(cleo, "AC-01")).buttons
    await proved(stage)


async def test_a_file_that_is_no_use_leaves_the_request_where_it_was(stage: Stage, cast: Cast) -> None:
    ben = cast.person("Ben")
    request = await says_not_applicable(cast)
    assert await hands_in(ben, request, "q3.csv", LISTING, PERFORMED, broken="html") == {}
    await ben.hears("could not be used", after=request)
    await nothing_waits(stage)
    assert (await only(stage, Waiver)).state is WaiverState.REQUESTED
    assert await obligation_states(stage, ObligationKind.DECIDE_WAIVER) == {
        CLEO: ObligationState.OPEN,
        DAN: ObligationState.OPEN,
    }
    await proved(stage)


async def test_a_leads_wider_wish_outlives_an_upload_and_covers_the_rest(stage: Stage, cast: Cast) -> None:
    ben, dan, desk = cast.person("Ben"), cast.person("Dan"), stage.service.desk
    await ask_for_waiver(desk, CLEO, (await quarter(stage)).id, date(2027, 1, 31), REASON)
    request = await ben.hears("Cleo Marchetti asked to waive this.")
    assert await hands_in(ben, request, "q3.csv", LISTING, PERFORMED) == {}
    await ben.hears("Submitted, waiting for review")
    await dan.presses("Approve…", await dan.home("Cleo Marchetti asks to waive AC-01"))
    form = await dan.modal("Approve a waiver")
    assert "Waived until Sun 31 Jan 2027: Q4 2026, due Mon 11 Jan 2027" in form.text
    assert await dan.submits(form) == {}
    states = {row.label: row.state for row in await rows(stage, Occurrence) if row.control_id == "AC-01"}
    assert states == {"Q3 2026": OccurrenceState.SUBMITTED, "Q4 2026": OccurrenceState.WAIVED}
    await proved(stage)


async def farid_stands_in(stage: Stage, cast: Cast) -> ScreenMessage:
    """Ben is away beyond the due date; Farid's request."""
    desk = stage.service.desk
    await assign_control(desk, CLEO, "AC-01", BEN, FARID)
    async with desk.sessions.reading() as session:
        ownerships = await ownerships_of_control(session, "AC-01")
    [backup] = [each for each in ownerships if each.person_id == FARID]
    await accept_ownership(desk, FARID, backup.id)
    await note_leave(desk, BEN, None, date(2026, 10, 6), date(2026, 10, 14))
    await cast.clock.to("2026-10-06T08:00:00Z")
    return await cast.person("Farid").hears("Evidence for AC-01")


async def test_who_stood_in_and_asked_reads_that_no_evidence_is_needed(stage: Stage, cast: Cast) -> None:
    request = await farid_stands_in(stage, cast)
    dan, farid = cast.person("Dan"), cast.person("Farid")
    await say_not_applicable(stage.service.desk, FARID, (await quarter(stage)).id, REASON)
    await dan.presses("Approve…", await dan.home("Farid Haddad asks to waive AC-01"))
    assert await dan.submits(await dan.modal("Approve a waiver")) == {}
    edited = await farid.hears("No evidence is needed: AC-01", after=request)
    assert edited.ts == request.ts
    await proved(stage)


async def test_whoever_is_asked_now_reads_why_it_was_declined(stage: Stage, cast: Cast) -> None:
    """Ben asked, and while he is away Farid is the one to answer."""
    farid = cast.person("Farid")
    await says_not_applicable(cast)
    await farid_stands_in(stage, cast)
    waiver = await only(stage, Waiver)
    await decline_waiver(stage.service.desk, DAN, waiver.id, "The contractors kept theirs.")
    await cast.clock.to("2026-10-07T08:00:00Z")
    again = (await bundles(farid))[-1]
    assert again.text.startswith(f"{BUNDLE} Wed 7 Oct 2026")
    words = "Dan Whitfield did not approve that this is not applicable: The contractors kept theirs."
    assert words in again.text
    await proved(stage)
