"""Evidence: asked for by date, receipted with both dates, judged only by somebody else who has seen the file."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import local_moment
from bot.evidence.views import handing_in, reviewing
from bot.evidence.views.handing_in import RequestDetails
from storage.terms import EvidenceState
from tests.bot.samples import (
    BERLIN,
    HASH,
    LONG,
    SPELL,
    TODAY,
    Faults,
    actions_of,
    control,
    dated,
    evidence,
    occurrence,
    read,
    sound,
)

DAY = timedelta(days=1)
DUE = date(2026, 10, 10)


def test_ben_is_asked():
    shown = handing_in.evidence_request(occurrence(), control(), TODAY)

    assert read(shown) == (
        "Evidence for AC-01 Quarterly user access review, Q3 2026\n"
        "Period Wed 1 Jul 2026 to Wed 30 Sep 2026\n"
        "Due Sat 10 Oct 2026, in 5 days. Counts as on time if it is performed by Thu 15 Oct 2026.\n"
        "What is done: Compare who has access with who needs it, and remove the rest.\n"
        "Why: Rights add up quietly.\n"
        "Good evidence: The full user listing with the date it was run, and each decision.\n"
        "[Upload evidence for AC-01 Quarterly user access review, Q3 2026] [Not mine: hand over AC-01] "
        "[Not applicable: AC-01 Quarterly user access review, Q3 2026]"
    )
    assert actions_of(shown) == {
        Action.OPEN_EVIDENCE: "occ1",
        Action.NOT_MINE: "AC-01",
        Action.OPEN_NOT_APPLICABLE: "occ1",
    }


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (
            DUE - DAY,
            "Due tomorrow, Sat 10 Oct 2026. Counts as on time if it is performed by Thu 15 Oct 2026.",
        ),
        (DUE, "Due today, Sat 10 Oct 2026. Counts as on time"),
        (DUE + DAY, "1 day overdue, was due Sat 10 Oct 2026. Counts as on time"),
        (DUE + 5 * DAY, "5 days overdue, was due Sat 10 Oct 2026. Counts as on time"),
        (DUE + 6 * DAY, "6 days overdue, was due Sat 10 Oct 2026. Counted as missed after Thu 15 Oct 2026"),
    ],
)
def test_the_date_is_told_from_the_day_it_is_read(today: date, words: str):
    shown = handing_in.evidence_request(occurrence(), control(), today)

    assert words in read(shown)
    assert words in shown.text.replace("\n", " ")


def test_why_the_last_file_did_not_count():
    shown = handing_in.evidence_request(
        occurrence(),
        control(),
        TODAY,
        RequestDetails(fault="Cleo rejected “access.csv”: the date is missing"),
    )

    words = "Your last file did not count: Cleo rejected “access.csv”: the date is missing"
    assert words in read(shown)
    assert words in shown.text


def test_the_form_says_what_is_recorded():
    form = handing_in.evidence_modal(occurrence(), control(), TODAY)

    assert (form["callback_id"], form["private_metadata"]) == (Callback.EVIDENCE, "occ1")
    fields = [block["block_id"] for block in form["blocks"] if block["type"] == "input"]
    assert fields == [Field.FILE, Field.PERFORMED_ON, Field.NOTE]
    assert "up to 10 MB" in read(form)
    assert "Recorded: the file with its name and SHA-256" in read(form)


def test_a_file_on_its_way():
    shown = handing_in.file_being_checked(
        occurrence(), control(), evidence(state=EvidenceState.FETCHING, sha256=None)
    )

    assert "Received “access.csv” for AC-01 Quarterly user access review, Q3 2026." in shown.text
    assert not actions_of(shown)


def test_the_receipt_keeps_both_dates_apart():
    shown = handing_in.evidence_receipt(occurrence(), control(), evidence(), dated(evidence()), 1042, BERLIN)

    assert read(shown) == (
        "Submitted, waiting for review: AC-01 Quarterly user access review, Q3 2026\n"
        "File “access.csv”\n"
        "Performed on Fri 2 Oct 2026, received Mon 5 Oct 2026, 09:00 CEST\n"
        "SHA-256 3f9a5c0de1b2… · record no. 1,042"
    )
    assert f"SHA-256 {HASH}" in shown.text
    assert "record no. 1,042" in shown.text


@pytest.mark.parametrize("state", EvidenceState)
def test_every_state_has_its_own_words(state: EvidenceState):
    shown = handing_in.evidence_receipt(
        occurrence(),
        control(),
        evidence(state=state, sha256=None),
        dated(evidence(state=state, sha256=None)),
        None,
        BERLIN,
    )
    others = set(EvidenceState) - {state}

    assert read(shown).splitlines()[0] not in {
        read(
            handing_in.evidence_receipt(
                occurrence(), control(), evidence(state=other), dated(evidence(state=other)), None, BERLIN
            )
        ).splitlines()[0]
        for other in others
    }
    assert "SHA-256" not in read(shown)
    assert "record no." not in shown.text


@pytest.mark.parametrize(("days_after", "late"), [(5, False), (6, True)])
def test_late_is_shown_late(days_after: int, late: bool):
    given = evidence(performed_on=DUE + days_after * DAY)

    for shown in (
        handing_in.evidence_receipt(occurrence(), control(), given, dated(given), None, BERLIN),
        reviewing.review_request(
            given, occurrence(), control(), dated(given), BERLIN, "Ben", viewed=True, refusal=None
        ),
    ):
        assert ("Late: it had to be performed by Thu 15 Oct 2026" in read(shown)) is late
        assert ("Late: it had to be performed by Thu 15 Oct 2026" in shown.text) is late


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Asia/Dubai"])
def test_whether_it_came_late_is_printed_and_not_decided_where_it_is_read(zone: str):
    """Half past midnight in Berlin, when it is still the day before in New York."""
    given = evidence(received_at=datetime(2026, 10, 11, 22, 30, tzinfo=UTC))
    for shown in (
        handing_in.evidence_receipt(occurrence(), control(), given, dated(given), None, zone),
        reviewing.review_request(given, occurrence(), control(), dated(given), zone, "Ben", True, None),
    ):
        assert "The evidence came 2 days after it was due" in read(shown)
        assert "The evidence came 2 days after it was due" in shown.text
        assert f"received {local_moment(given.received_at, zone)}" in shown.text


@pytest.mark.parametrize(
    ("viewed", "refusal", "buttons", "words"),
    [
        (False, None, [Action.SHOW_FILE], "Press Show file"),
        (
            True,
            None,
            [Action.ACCEPT_EVIDENCE, Action.OPEN_REJECT, Action.SHOW_FILE],
            "Press Accept or Reject",
        ),
        (False, "You answer for this control.", [Action.SHOW_FILE], "You answer for this control."),
        (True, "You answer for this control.", [Action.SHOW_FILE], "You answer for this control."),
    ],
)
def test_only_who_has_seen_it_may_judge_and_nobody_their_own(
    viewed: bool, refusal: str | None, buttons: list[Action], words: str
):
    shown = reviewing.review_request(
        evidence(), occurrence(), control(), dated(evidence()), BERLIN, "Ben Castillo", viewed, refusal
    )

    assert actions_of(shown) == dict.fromkeys(buttons, "ev1")
    assert words in read(shown)
    assert words in shown.text
    assert "Ben Castillo submitted “access.csv”." in shown.text


def test_the_reviewer_reads_the_note():
    shown = reviewing.review_request(
        evidence(note="Run by Farid"), occurrence(), control(), dated(evidence()), BERLIN, "Ben", True, None
    )

    assert "> Run by Farid" in read(shown)
    assert "Note: Run by Farid" in shown.text


@pytest.mark.parametrize(
    ("state", "by", "words"),
    [
        (EvidenceState.ACCEPTED, "Cleo", "Accepted by Cleo: AC-01 Quarterly user access review, Q3 2026"),
        (EvidenceState.REJECTED, "Dan", "Not accepted by Dan: AC-01"),
        (EvidenceState.SUBMITTED, None, "No review is needed from you any more: AC-01"),
    ],
)
def test_reviewed(state: EvidenceState, by: str | None, words: str):
    shown = reviewing.review_outcome(evidence(state=state), occurrence(), control(), by)

    assert shown.text.startswith(words)
    assert read(shown) == shown.text


def test_rejecting_asks_for_a_reason():
    form = reviewing.reject_modal(evidence(), occurrence(), control())

    assert (form["callback_id"], form["private_metadata"]) == (Callback.REJECT, "ev1")
    assert "The owner reads it" in read(form)


def test_a_refused_file_can_be_sent_again_at_once():
    shown = handing_in.file_refusal(
        occurrence(), control(), "“access.csv” arrived empty. Please upload it again."
    )

    assert "“access.csv” arrived empty." in read(shown)
    assert "“access.csv” arrived empty." in shown.text
    assert actions_of(shown) == {Action.OPEN_EVIDENCE: "occ1"}


def test_the_stored_copy_names_its_hash():
    words = reviewing.file_comment(evidence(name=SPELL), occurrence(), control())

    assert HASH in words
    assert "<" not in words


def test_the_worst_words(faults: Faults):
    worst = control(title=LONG, does=LONG, why=LONG, evidence=LONG)
    given, when = evidence(name=LONG, note=LONG), occurrence(label="w" * 60)

    sound(handing_in.evidence_request(when, worst, TODAY, RequestDetails(fault=LONG * 3)), faults)
    sound(handing_in.evidence_modal(when, worst, TODAY), faults)
    sound(handing_in.file_being_checked(when, worst, given), faults)
    sound(handing_in.file_refusal(when, worst, LONG), faults)
    sound(reviewing.reject_modal(given, when, worst), faults)
    for state in EvidenceState:
        stood = evidence(name=LONG, state=state)
        sound(handing_in.evidence_receipt(when, worst, stood, dated(stood), 10**6, BERLIN), faults)
        sound(reviewing.review_outcome(stood, when, worst, LONG), faults)
    for viewed in (False, True):
        sound(
            reviewing.review_request(given, when, worst, dated(given), BERLIN, LONG, viewed, refusal=None),
            faults,
        )
