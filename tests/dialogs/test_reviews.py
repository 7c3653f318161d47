"""A lead opens the stored copy and judges it; nobody else may, nor without having opened it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.owners.ownership import assign_control
from handlers.sandbox.cast import Cast, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence
from storage.evidence_reviews import Review, Viewing
from storage.terms import EvidenceState, OccurrenceState, OwnershipRole, Verdict
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import LISTING, PERFORMED
from tests.dialogs.steps import (
    BEN,
    BUNDLE,
    CLEO,
    DAN,
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
)

REASON = "The listing has no run date. Please add the query and when it was run."


@pytest.fixture
async def stage(dan_is_to_review: Path) -> AsyncGenerator[Stage]:
    async with open_stage(dan_is_to_review, keep=True) as opened:
        yield opened


@pytest.fixture
async def ready(stage: Stage, cast: Cast) -> ScreenMessage:
    """Dan's digest after he pressed Show file and got the stored copy."""
    dan = cast.person("Dan")
    request = await dan.hears("Review the evidence for AC-01")
    await dan.presses("Show file", request)
    await dan.hears("Press Accept or Reject", after=request)
    return await as_it_is_now(stage, dan, request)


async def test_dan_opens_the_stored_copy_and_accepts(stage: Stage, cast: Cast, ready: ScreenMessage) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")
    copy = await dan.hears("The stored copy of “q3.csv”")
    assert await dan.downloads(copy.files[0]["id"]) == LISTING
    assert "Ben Castillo submitted “q3.csv”." in ready.text
    assert "No leavers." in ready.text

    await dan.presses("Accept", ready)

    await ben.hears("Reviewed and accepted: AC-01")
    await dan.hears("Accepted by Dan Whitfield: AC-01", after=ready)
    await nothing_waits(stage)
    occurrence, review = await quarter(stage), await only(stage, Review)
    assert (occurrence.state, occurrence.performed_on) == (OccurrenceState.ACCEPTED, PERFORMED)
    assert (review.reviewer_id, review.verdict) == (DAN, Verdict.ACCEPTED)
    assert [viewing.person_id for viewing in await rows(stage, Viewing)] == [DAN]
    evidence_kinds = [kind for kind in await kinds(stage) if kind.startswith("evidence.")]
    assert evidence_kinds == [
        "evidence.promised",
        "evidence.submitted",
        "evidence.viewed",
        "evidence.accepted",
    ]
    assert (await proved(stage)).files == 1

    await dan.presses("Accept", ready, stale=True)
    await dan.hears("This file is already accepted.")
    assert len(await rows(stage, Review)) == 1


async def test_a_rejection_with_its_reason_comes_back_in_the_next_bundle(
    stage: Stage, cast: Cast, ready: ScreenMessage
) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")
    [receipt] = await bundles(ben)

    await dan.presses("Reject", ready)
    form = await dan.modal("Reject evidence")
    assert await dan.submits(form, {"What is missing": "   "}) == {
        "reason": "Please give a reason, so that the other side knows what to do."
    }
    assert await dan.submits(form, {"What is missing": REASON}) == {}
    edited = await ben.hears(f"Dan Whitfield rejected “q3.csv”: {REASON}", after=receipt)
    assert edited.ts == receipt.ts, "it is edited in, and no second message comes that day"
    assert len(await bundles(ben)) == 1
    assert (await quarter(stage)).state is OccurrenceState.REJECTED
    status = await cast.person("Cleo").commands("/soc status")
    assert status is not None
    assert "Ben Castillo: last day Sat 17 Oct 2026, in 12 days, the evidence was rejected" in status.text

    await cast.clock.to("2026-10-06T08:00:00Z")
    again = (await bundles(ben))[-1]
    assert again.ts != receipt.ts
    assert again.text.startswith(f"{BUNDLE} Tue 6 Oct 2026")
    assert REASON in again.text
    assert await hands_in(ben, again, "with run date.csv", LISTING + b"run,2026-10-02\n", PERFORMED) == {}
    await ben.hears("Submitted, waiting for review: AC-01")

    files = {row.name: row.state for row in await rows(stage, Evidence)}
    assert files == {"q3.csv": EvidenceState.REJECTED, "with run date.csv": EvidenceState.SUBMITTED}
    assert (await only(stage, Review)).reason == REASON
    assert (await proved(stage)).files == 2


async def test_only_a_lead_who_opened_the_file_may_judge(stage: Stage, cast: Cast) -> None:
    """Buttons can be forged: every press is judged again from the database."""
    submission = await only(stage, Evidence)

    async with open_postbox(stage) as postbox:
        for action in ("accept_evidence", "open_reject"):
            assert (await postbox.presses(CLEO, action, submission.id)).status == 200
        await cast.person("Cleo").hears("Press “Show file” first")
        forged = await postbox.submits(CLEO, "reject", submission.id, {"reason": {"value": REASON}})
        assert "Press “Show file” first" in forged.json["errors"]["reason"]
        for action in ("show_file", "accept_evidence"):
            assert (await postbox.presses(BEN, action, submission.id)).status == 200
        await cast.person("Ben").hears("Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield.")

    assert await rows(stage, Review) == []
    assert await rows(stage, Viewing) == []


async def test_a_lead_cannot_review_what_she_submitted(stage: Stage, cast: Cast) -> None:
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    await owns(stage, CLEO, "IR-01")
    await stage.service.settle()
    await hands_in(cleo, await cleo.home("Evidence for IR-01"), "incidents.csv", b"none\n", PERFORMED)
    await nothing_waits(stage)
    submission = next(row for row in await rows(stage, Evidence) if row.submitted_by == CLEO)

    async with open_postbox(stage) as postbox:
        await postbox.presses(CLEO, "show_file", submission.id)
        await cleo.hears("The stored copy of “incidents.csv”")
        await postbox.presses(CLEO, "accept_evidence", submission.id)
        await cleo.hears("You submitted this file, so Dan Whitfield has to review it.")

    assert "Review the evidence for IR-01" not in (await cleo.home()).text
    assert "Review the evidence for IR-01" in (await dan.home()).text
    assert await rows(stage, Review) == []


@pytest.mark.parametrize("role", OwnershipRole)
async def test_a_lead_who_answers_for_the_control_does_not_review_while_another_lead_can(
    stage: Stage, cast: Cast, role: OwnershipRole
) -> None:
    cleo, dan = cast.person("Cleo"), cast.person("Dan")
    owner, backup = (CLEO, None) if role is OwnershipRole.PRIMARY else (BEN, CLEO)
    await assign_control(stage.service.desk, DAN, "AC-01", owner, backup)
    await cleo.presses("Accept", await cleo.home("AC-01"))
    await stage.service.settle()
    await nothing_waits(stage)
    submission = await only(stage, Evidence)

    async with open_postbox(stage) as postbox:
        await postbox.presses(CLEO, "show_file", submission.id)
        await cleo.hears("The stored copy of")
        await postbox.presses(CLEO, "accept_evidence", submission.id)
        await cleo.hears("You answer for this control, so Dan Whitfield has to review its evidence.")

    assert "Review the evidence for AC-01" not in (await cleo.home()).text
    assert "Review the evidence for AC-01" in (await dan.home()).text
    assert await rows(stage, Review) == []


async def test_the_file_is_sent_once_for_two_presses_and_again_when_asked_again(
    stage: Stage, cast: Cast
) -> None:
    dan = cast.person("Dan")
    request = await dan.hears("Review the evidence for AC-01")
    await cast.fails("files.getUploadURLExternal", "slow", seconds=0.3)

    await dan.presses("Show file", request)
    await dan.presses("Show file", request)
    ready = await dan.hears("Press Accept or Reject")
    assert [len(message.files) for message in await dan.messages() if message.files] == [1]

    await dan.presses("Show file", ready)
    await nothing_waits(stage)
    assert [len(message.files) for message in await dan.messages() if message.files] == [1, 1]
    assert len(await rows(stage, Viewing)) == 1
