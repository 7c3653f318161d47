"""Evidence: Ben hands in a file, it is fetched, checked, hashed and stored, and his request turns into a receipt."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bot.evidence.handing_in import UploadedFile, submit_evidence
from handlers.sandbox.cast import Cast, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence, Occurrence
from storage.outbox import Delivery
from storage.terms import DeliveryKind, Event, EvidenceState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.scenes import LISTING, PERFORMED
from tests.dialogs.steps import BEN, BUNDLE, hands_in, kinds, only, owns, proved, quarter, rows, until

RISKS = ("RA-02", "Q3 2026")
DIGEST = sha256(LISTING).hexdigest()


@pytest.fixture
async def stage(ben_is_asked: Path) -> AsyncGenerator[Stage]:
    async with open_stage(ben_is_asked, keep=True) as opened:
        yield opened


@pytest.fixture
async def request_to_ben(cast: Cast) -> ScreenMessage:
    return await cast.person("Ben").hears(BUNDLE)


async def test_ben_hands_in_a_file_and_his_request_turns_into_the_receipt(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben = cast.person("Ben")

    assert await hands_in(ben, request_to_ben, "q3 access.csv", LISTING, PERFORMED, note="No leavers.") == {}
    receipt = await ben.hears("Submitted, waiting for review: AC-01")

    submission = await only(stage, Evidence)
    assert (submission.state, submission.sha256, submission.size) == (
        EvidenceState.SUBMITTED,
        DIGEST,
        len(LISTING),
    )
    assert (submission.submitted_by, submission.performed_on, submission.note) == (
        BEN,
        PERFORMED,
        "No leavers.",
    )
    assert submission.received_at.replace(microsecond=0, second=0) == datetime(2026, 10, 5, 8, tzinfo=UTC)
    stored = stage.service.desk.files.folder / DIGEST[:2] / DIGEST
    assert stored.read_bytes() == LISTING
    entry = (await kinds(stage)).index(Event.EVIDENCE_SUBMITTED)
    assert receipt.ts == request_to_ben.ts
    assert receipt.buttons == []
    for words in (
        "File “q3 access.csv”",
        "Performed on Fri 2 Oct 2026, received",
        "5 Oct 2026",
        f"SHA-256 {DIGEST[:12]}…",
        f"record no. {entry:,}",
    ):
        assert words in receipt.text
    assert f"SHA-256 {DIGEST}" in receipt.fallback
    assert (await proved(stage)).files == 1


async def test_handed_in_from_home_before_any_message_asked_for_it_there_is_a_receipt(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben = cast.person("Ben")
    await owns(stage, BEN, "RA-02")
    await stage.service.settle()
    occurrence = next(row for row in await rows(stage, Occurrence) if (row.control_id, row.label) == RISKS)

    file_id = await ben.uploads("risks.csv", LISTING)
    stage.sandbox.workspace.files[file_id].given_to_app = True
    file = UploadedFile(file_id, "risks.csv", len(LISTING), "text/csv")
    await submit_evidence(stage.service.desk, BEN, occurrence.id, file, PERFORMED)

    receipt = await ben.hears("Submitted, waiting for review: RA-02", after=request_to_ben)
    assert receipt.ts != request_to_ben.ts
    assert "File “risks.csv”" in receipt.text
    assert "record no." in receipt.text
    await stage.service.settle()
    sent = [row for row in await rows(stage, Delivery) if row.kind is DeliveryKind.EVIDENCE_RECEIPT]
    assert len(sent) == 1
    await proved(stage)


async def test_the_request_says_received_before_the_file_is_here(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben = cast.person("Ben")
    await cast.fails("files.info", "slow", seconds=0.4)

    await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED)

    await ben.hears("Received “q3.csv” for AC-01", after=request_to_ben)
    receipt = await ben.hears("Submitted, waiting for review: AC-01")
    assert receipt.ts == request_to_ben.ts


async def test_late_is_shown_late_and_both_dates_are_kept(stage: Stage, cast: Cast) -> None:
    ben = cast.person("Ben")
    await owns(stage, BEN, "CM-02")  # July's was due on 7 August, with three days of grace
    await stage.service.settle()
    home = await ben.home("July 2026")
    assert "Counted as missed after Mon 10 Aug 2026" in home.text

    assert await hands_in(ben, home, "july.csv", LISTING, PERFORMED) == {}

    await stage.service.settle()
    home = await ben.home()
    assert "July 2026" not in home.text
    await cast.clock.to("2026-10-05T14:00:00Z")
    review = await cast.person("Dan").hears("Review the evidence for CM-02")
    assert "Performed on Fri 2 Oct 2026, received" in review.text
    assert "Late: it had to be performed by Mon 10 Aug 2026" in review.text


async def test_what_cannot_be_is_refused_at_its_field_and_the_form_stays_open(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben = cast.person("Ben")
    ahead, before = date(2026, 10, 6), date(2026, 6, 30)
    assert await hands_in(ben, request_to_ben, "q3.csv", LISTING, ahead) == {
        "performed_on": "That day has not come yet. Please give the day on which the control was performed."
    }
    form = await ben.modal("Upload evidence")
    assert await ben.submits(form, {"Performed on": before}) == {
        "performed_on": "That is before the period began on 2026-07-01."
    }
    empty = await ben.uploads("export.csv", b"")
    assert await ben.submits(form, {"File": empty, "Performed on": PERFORMED}) == {
        "file": "“export.csv” is empty. Please choose the file again."
    }
    large = await ben.uploads("export.csv", b"x" * (10 * 1024 * 1024 + 1))
    refused = await ben.submits(form, {"File": large})
    assert refused["file"].startswith("“export.csv” is 10.1 MB and the limit is 10 MB.")
    assert await rows(stage, Evidence) == []

    good = await ben.uploads("q3.csv", LISTING)
    assert await ben.submits(form, {"File": good}) == {}
    await ben.hears("Submitted, waiting for review")


UNUSABLE = {
    "empty": "“q3.csv” arrived empty. Please upload it again.",
    "html": "Slack sent a web page in place of “q3.csv”. Please upload the file again.",
    "truncated": f"Only {len(LISTING) // 2} of the {len(LISTING)} bytes of “q3.csv” arrived. Please upload it again.",
    "vanished": "The file was removed from Slack before I could fetch it. Please upload it again.",
}


async def test_unusable_bytes_open_the_request_again_and_ben_hears_why(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben, request = cast.person("Ben"), request_to_ben
    for broken, reason in UNUSABLE.items():
        assert await hands_in(ben, request, "q3.csv", LISTING, PERFORMED, broken=broken) == {}
        reopened = await ben.hears(f"Your last file did not count: {reason}", after=request)
        assert reopened.ts == request_to_ben.ts
        request = await ben.hears("Q3 2026 could not be used, and the request is open again", after=request)
        assert reason in request.text
    refused = await rows(stage, Evidence)
    assert {(row.state, row.refusal, row.sha256) for row in refused} == {
        (EvidenceState.REFUSED, reason, None) for reason in UNUSABLE.values()
    }
    assert not any(path.is_file() for path in stage.service.desk.files.folder.rglob("*"))

    assert await hands_in(ben, request, "q3.csv", LISTING, PERFORMED) == {}
    await ben.hears("Submitted, waiting for review: AC-01")
    evidence_kinds = [kind for kind in await kinds(stage) if kind.startswith("evidence.")]
    promised_and_refused = [Event.EVIDENCE_PROMISED, Event.EVIDENCE_REFUSED] * len(UNUSABLE)
    assert evidence_kinds == [*promised_and_refused, Event.EVIDENCE_PROMISED, Event.EVIDENCE_SUBMITTED]
    await proved(stage)


async def test_somebody_elses_press_changes_nothing(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    occurrence = await quarter(stage)
    file = {"id": "F1", "name": "x.csv", "size": 3, "mimetype": "text/csv"}
    values = {"file": {"files": [file]}, "performed_on": {"selected_date": "2026-10-02"}}

    async with open_postbox(stage) as postbox:
        assert (await postbox.presses("U0ADA", "open_evidence", occurrence.id)).status == 200
        answer = await postbox.submits("U0ADA", "evidence", occurrence.id, values)
        guest = await postbox.submits("U0OMAR", "evidence", occurrence.id, values)

    await cast.person("Ada").hears("Only the owner of this control can do this.")
    assert answer.json["errors"]["file"] == "Only the owner of this control can do this."
    assert guest.json["errors"]["file"].startswith("Only full members of this workspace can do this.")
    assert await rows(stage, Evidence) == []


async def test_a_second_file_waits_for_the_first(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben, occurrence = cast.person("Ben"), await quarter(stage)
    file = {"id": "F1", "name": "x.csv", "size": 3, "mimetype": "text/csv"}
    values = {"file": {"files": [file]}, "performed_on": {"selected_date": "2026-10-02"}}
    await cast.fails("files.download", "slow", seconds=0.4)
    await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED)

    async with open_postbox(stage) as postbox:
        early = await postbox.submits(BEN, "evidence", occurrence.id, values)
        await ben.hears("Submitted, waiting for review")
        late = await postbox.submits(BEN, "evidence", occurrence.id, values)

    assert early.json["errors"] == {"file": "Your file has been received and is being checked."}
    assert late.json["errors"] == {"file": "Evidence for this period is already submitted."}
    assert len(await rows(stage, Evidence)) == 1


async def test_a_download_that_fails_for_a_while_is_tried_again(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    ben = cast.person("Ben")
    await cast.fails("files.download", "refuse")
    await cast.fails("files.info", "error", error="internal_error")

    await hands_in(ben, request_to_ben, "q3.csv", LISTING, PERFORMED)

    await ben.hears("Submitted, waiting for review")
    submission = await only(stage, Evidence)
    assert (submission.sha256, submission.attempt) == (DIGEST, 3)
    refusals = [row for row in await rows(stage, Delivery) if row.kind is DeliveryKind.REFUSAL]
    assert refusals == []


async def test_evidence_that_cannot_be_stored_holds_up_no_other(
    stage: Stage, cast: Cast, request_to_ben: ScreenMessage
) -> None:
    """The folder for one file's hash cannot be made; the other file arrives all the same."""
    ben = cast.person("Ben")
    await owns(stage, BEN, "IR-01")
    await stage.service.settle()
    home = await ben.home("Evidence for IR-01")
    in_the_way = stage.service.desk.files.folder / DIGEST[:2]
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_bytes(b"a file where a folder is wanted")

    await hands_in(ben, request_to_ben, "first.csv", LISTING, PERFORMED)
    await hands_in(ben, home, "second.csv", b"another\n", PERFORMED)
    await until(lambda: _is_stored(stage, "second.csv"))
    assert not await _is_stored(stage, "first.csv")
    in_the_way.unlink()

    await ben.hears("Submitted, waiting for review: AC-01")
    assert (await proved(stage)).files == 2


async def _is_stored(stage: Stage, name: str) -> bool:
    return any(row.name == name and row.sha256 for row in await rows(stage, Evidence))
