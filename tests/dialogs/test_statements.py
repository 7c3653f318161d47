"""Nothing happened: Ben states it, Dan reads every word and judges it; nobody states it of a period that still runs."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence, Occurrence, statement_hash
from storage.evidence_reviews import Review, Viewing
from storage.outbox import Delivery
from storage.terms import DeliveryKind, EvidenceKind, EvidenceState, OccurrenceState, Verdict
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import LISTING, PERFORMED
from tests.dialogs.steps import (
    ADA,
    AS_OF,
    BEN,
    BUNDLE,
    CLEO,
    DAN,
    LISTED,
    bundles,
    forged,
    hands_in,
    kinds,
    nothing_waits,
    only,
    owns,
    proved,
    quarter,
    rows,
)

STATED: dict[str, Any] = {"Source and query": LISTED, "As of": AS_OF, "Performed on": PERFORMED}
FORGED: dict[str, Any] = {
    "query": {"value": LISTED},
    "as_of": {"selected_date_time": int(AS_OF.timestamp())},
    "performed_on": {"selected_date": "2026-10-02"},
}
REASON = "The ticket system was down that week. Please ask the people on call."


@pytest.fixture
async def stage(ben_is_asked: Path) -> AsyncGenerator[Stage]:
    async with open_stage(ben_is_asked, keep=True) as opened:
        yield opened


@pytest.fixture
async def request_to_ben(cast: Cast) -> ScreenMessage:
    return await cast.person("Ben").hears(BUNDLE)


async def states_it(owner: Player, request: ScreenMessage) -> dict[str, str]:
    await owner.presses("Nothing happened", request)
    form = await owner.modal("You state: nothing happened in this period.")
    assert "Period Wed 1 Jul 2026 to Wed 30 Sep 2026" in form.text
    return await owner.submits(form, STATED)


async def dan_reads_it(cast: Cast) -> ScreenMessage:
    """In his digest; when he has closed the page he may judge."""
    await cast.clock.to("2026-10-05T14:00:00Z")
    dan = cast.person("Dan")
    request = await dan.hears("Review the evidence for AC-01")
    assert "Ben Castillo submitted the statement that nothing happened." in request.text
    await dan.presses("Read statement", request)
    page = await dan.modal("Ben Castillo states that nothing happened in this period.")
    assert f"From: {LISTED}" in page.text
    await dan.closes(page)
    return await dan.hears("You have read the statement. Press Accept or Reject", after=request)


async def test_ben_states_it_and_dan_accepts(stage: Stage, cast: Cast, request_to_ben: ScreenMessage) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")

    assert await states_it(ben, request_to_ben) == {}

    receipt = await ben.hears("Submitted, waiting for review: AC-01")
    assert receipt.ts == request_to_ben.ts
    assert "Statement: nothing happened" in receipt.text
    assert "0 items, as of Fri 2 Oct 2026, 08:30 CEST" in receipt.text
    statement = await only(stage, Evidence)
    assert (statement.kind, statement.item_count, statement.query) == (EvidenceKind.STATEMENT, 0, LISTED)
    assert (statement.sha256, statement.state) == (statement_hash(statement), EvidenceState.SUBMITTED)
    assert statement.stored_at is not None
    assert f"SHA-256 {statement.sha256}" in receipt.fallback
    assert (await quarter(stage)).state is OccurrenceState.SUBMITTED

    await dan.presses("Accept", await dan_reads_it(cast))

    await ben.hears("Reviewed and accepted: AC-01")
    await dan.hears("Accepted by Dan Whitfield: AC-01")
    occurrence = await quarter(stage)
    assert (occurrence.state, occurrence.performed_on) == (OccurrenceState.ACCEPTED, PERFORMED)
    assert [viewing.person_id for viewing in await rows(stage, Viewing)] == [DAN]
    assert (await only(stage, Review)).verdict is Verdict.ACCEPTED
    evidence_kinds = [kind for kind in await kinds(stage) if kind.startswith("evidence.")]
    assert evidence_kinds == ["evidence.submitted", "evidence.viewed", "evidence.accepted"]
    proof = await proved(stage)
    assert (proof.files, proof.statements) == (0, 1)


async def test_a_rejected_statement_comes_back_with_the_reason_and_a_file_may_follow(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben, dan = cast.person("Ben"), cast.person("Dan")
    await states_it(ben, request_to_ben)

    await dan.presses("Reject", await dan_reads_it(cast))
    form = await dan.modal("Reject evidence")
    assert await dan.submits(form, {"What is missing": REASON}) == {}

    words = f"Your last statement did not count: Dan Whitfield rejected the statement that nothing happened: {REASON}"
    request = await ben.hears(words)
    assert len(await bundles(ben)) == 1
    assert (await quarter(stage)).state is OccurrenceState.REJECTED
    assert await hands_in(ben, request, "q3.csv", LISTING, PERFORMED) == {}
    await ben.hears("Submitted, waiting for review: AC-01")
    assert {row.kind: row.state for row in await rows(stage, Evidence)} == {
        EvidenceKind.STATEMENT: EvidenceState.REJECTED,
        EvidenceKind.FILE: EvidenceState.SUBMITTED,
    }
    proof = await proved(stage)
    assert (proof.files, proof.statements) == (1, 1)


async def test_it_says_how_it_was_looked_up_and_when(stage: Stage, request_to_ben: ScreenMessage) -> None:
    occurrence = await quarter(stage)
    early = int(datetime(2026, 9, 30, 21, 59, tzinfo=UTC).timestamp())
    wrong = {
        "query": ({"value": " "}, "Please say where the listing comes from"),
        "as_of": ({"selected_date_time": early}, "The period ended on 2026-09-30."),
        "performed_on": ({"selected_date": "2026-10-06"}, "That day has not come yet."),
    }

    async with open_postbox(stage) as postbox:
        for field, (value, sentence) in wrong.items():
            answer = await postbox.submits(BEN, "nothing", occurrence.id, FORGED | {field: value})
            assert answer.json["errors"][field].startswith(sentence)

    assert await rows(stage, Evidence) == []


async def test_of_a_period_that_runs_nobody_can_say_it(stage: Stage) -> None:
    await owns(stage, BEN, "BK-01")
    occurrences = await rows(stage, Occurrence)
    running = next(row for row in occurrences if (row.control_id, row.label) == ("BK-01", "week 41 of 2026"))
    values = FORGED | {"performed_on": {"selected_date": "2026-10-05"}}

    async with open_postbox(stage) as postbox:
        answer = await postbox.submits(BEN, "nothing", running.id, values)

    assert answer.json["errors"]["query"].startswith("The period runs until 2026-10-11.")
    assert await rows(stage, Evidence) == []


async def test_only_the_owner_states_it_and_only_of_a_population(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    occurrence = await quarter(stage)
    await owns(stage, BEN, "RA-02")
    occurrences = await rows(stage, Occurrence)
    risks = next(row for row in occurrences if (row.control_id, row.label) == ("RA-02", "Q3 2026"))

    async with open_postbox(stage) as postbox:
        assert (await postbox.presses(ADA, "open_nothing", occurrence.id)).status == 200
        assert (await postbox.presses(BEN, "open_nothing", risks.id)).status == 200
        others = await postbox.submits(ADA, "nothing", occurrence.id, FORGED)
        guests = await postbox.submits("U0OMAR", "nothing", occurrence.id, FORGED)
        plain = await postbox.submits(BEN, "nothing", risks.id, FORGED)

    await cast.person("Ada").hears("Only the owner of this control can do this.")
    await cast.person("Ben").hears("This request has closed.")
    assert others.json["errors"]["query"] == "Only the owner of this control can do this."
    assert guests.json["errors"]["query"].startswith("Only full members of this workspace can do this.")
    assert plain.json["errors"]["query"].startswith("This request has closed.")
    assert await rows(stage, Evidence) == []


async def test_a_file_and_a_statement_do_not_cross(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben, occurrence = cast.person("Ben"), await quarter(stage)
    await cast.fails("files.download", "slow", seconds=0.4)
    await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED)

    async with open_postbox(stage) as postbox:
        early = await postbox.submits(BEN, "nothing", occurrence.id, FORGED)
        await ben.hears("Submitted, waiting for review")
        late = await postbox.submits(BEN, "nothing", occurrence.id, FORGED)

    assert early.json["errors"] == {"query": "Your file has been received and is being checked."}
    assert late.json["errors"] == {"query": "Evidence for this period is already submitted."}
    assert (await only(stage, Evidence)).kind is EvidenceKind.FILE


async def test_after_a_statement_no_file_is_taken_until_it_is_judged(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    await states_it(cast.person("Ben"), request_to_ben)
    occurrence = await quarter(stage)
    file = {"id": "F1", "name": "x.csv", "size": 3, "mimetype": "text/csv"}
    values = FORGED | {"file": {"files": [file]}, "item_count": {"value": "4"}}

    async with open_postbox(stage) as postbox:
        answer = await postbox.submits(BEN, "evidence", occurrence.id, values)
        again = await postbox.submits(BEN, "nothing", occurrence.id, FORGED)

    assert answer.json["errors"] == {"file": "Evidence for this period is already submitted."}
    assert again.json["errors"] == {"query": "Evidence for this period is already submitted."}
    assert (await only(stage, Evidence)).is_statement


async def test_only_another_lead_who_has_read_it_may_judge(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    """Buttons can be forged: every press is judged again from the database, and there is no file to show."""
    await states_it(cast.person("Ben"), request_to_ben)
    statement = await only(stage, Evidence)

    async with open_postbox(stage) as postbox:
        for action in ("accept_evidence", "open_reject"):
            assert (await postbox.presses(CLEO, action, statement.id)).status == 200
        await cast.person("Cleo").hears("Press “Read statement” first.")
        forged = await postbox.submits(CLEO, "reject", statement.id, {"reason": {"value": REASON}})
        assert "Press “Read statement” first" in forged.json["errors"]["reason"]
        for action in ("read_statement", "accept_evidence"):
            assert (await postbox.presses(BEN, action, statement.id)).status == 200
        await cast.person("Ben").hears("Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield.")
        so_far = await cast.person("Cleo").so_far()
        assert (await postbox.presses(CLEO, "show_file", statement.id)).status == 200
        await cast.person("Cleo").hears("This request has closed.", after=so_far)
        assert (await postbox.presses(CLEO, "read_statement", statement.id)).status == 200

    assert await rows(stage, Review) == []
    assert await rows(stage, Viewing) == [], "a page that Slack did not open was not read"
    assert not any(row.kind is DeliveryKind.FILE for row in await rows(stage, Delivery))


async def test_a_lead_cannot_judge_her_own_statement(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await owns(stage, CLEO, "IR-01")
    await stage.service.settle()
    await cleo.presses("Nothing happened", await cleo.home("Evidence for IR-01"))
    assert await cleo.submits(await cleo.modal("Nothing happened"), STATED) == {}
    await nothing_waits(stage)
    statement = await only(stage, Evidence)

    async with open_postbox(stage) as postbox:
        await postbox.presses(CLEO, "accept_evidence", statement.id)

    await cleo.hears("You submitted this statement, so Dan Whitfield has to review it.")
    assert "Review the evidence for IR-01" not in (await cleo.home()).text
    assert await rows(stage, Review) == []


@pytest.mark.parametrize(
    "change", ["item_count = 3", "query = 'I did not look'", "as_of = '2026-10-03 06:30:00.000000'"]
)
async def test_words_that_were_changed_are_found(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage, change: str
) -> None:
    await states_it(cast.person("Ben"), request_to_ben)
    statement = await only(stage, Evidence)

    changed, hashed = await forged(stage, f"UPDATE evidence SET {change}")

    assert changed.startswith(
        f"Row evidence/{statement.id} was changed: {change.split()[0]} is not what entry"
    )
    assert hashed.startswith(f"The statement evidence/{statement.id} (entry")
