"""Was it late? Whoever asks and wherever they are, the days are those of the company, and each hears the same."""

from datetime import date

import pytest

from bot.evidence.reviewing import accept_evidence, show_file
from bot.readiness.rules.sampling import SampleRequest
from bot.readiness.sampling import take_sample
from handlers.sandbox.cast import Cast, ScreenMessage
from handlers.stack import Stage
from storage.evidence import Evidence, Occurrence
from storage.sampling import SelfAssessment
from storage.terms import AuditFinding
from tests.dialogs.scenes import LISTING
from tests.dialogs.steps import (
    BEN,
    CLEO,
    DAN,
    FARID,
    bundles,
    hands_in,
    nothing_waits,
    only,
    owns,
    proved,
    rows,
)

NOA = "U0NOA"
OWNERS = {"AC-01": (BEN, "Ben"), "HR-01": (NOA, "Noa"), "RA-02": (FARID, "Farid")}
PERFORMED = date(2026, 10, 12)
CAME_LATE = "The evidence came 1 day after it was due"
REVIEW = "Review the evidence for"


async def handed_in(stage: Stage, cast: Cast, instant: str) -> dict[str, ScreenMessage]:
    """The receipts by owner: Ben in Berlin, Noa in New York and Farid in Dubai each owe one quarterly control.

    All three are due on Monday 12 October, and the company is in Berlin.
    """
    await cast.joins(NOA, "Noa Feld", tz="America/New_York")
    await nothing_waits(stage)
    for control_id, (person_id, _) in OWNERS.items():
        await owns(stage, person_id, control_id)
    await cast.clock.to(instant)
    receipts = {}
    for control_id, (_, name) in OWNERS.items():
        owner = cast.person(name)
        request = await owner.hears(f"Evidence for {control_id}")
        assert await hands_in(owner, request, "q3.csv", LISTING, PERFORMED) == {}
        receipts[name] = await owner.hears(f"Submitted, waiting for review: {control_id}")
    return receipts


async def accepted_and_sampled(stage: Stage) -> dict[str, list[str]]:
    """What the sample finds about each third quarter, once Dan has accepted all of them."""
    desk = stage.service.desk
    for submission in await rows(stage, Evidence):
        await show_file(desk, DAN, submission.id)
        await stage.service.settle()
        await accept_evidence(desk, DAN, submission.id)
    await take_sample(desk, CLEO, SampleRequest(seed="17"))
    assessment = await only(stage, SelfAssessment)
    third = [
        row for row in await rows(stage, Occurrence) if row.label == "Q3 2026" and row.control_id in OWNERS
    ]
    return {row.control_id: assessment.findings.get(row.id, []) for row in third}


@pytest.mark.parametrize(
    ("instant", "late"),
    [("2026-10-12T21:59:00Z", False), ("2026-10-12T22:30:00Z", True), ("2026-10-13T02:00:00Z", True)],
)
async def test_receipt_review_sample_and_digest_give_one_answer(
    stage: Stage, cast: Cast, instant: str, late: bool
):
    """In Berlin it is a minute to midnight, or half an hour or four hours after it."""
    for name, receipt in (await handed_in(stage, cast, instant)).items():
        assert (CAME_LATE in receipt.text, CAME_LATE in receipt.fallback) == (late, late), name

    await cast.clock.to("2026-10-13T14:00:00Z")
    for lead in ("Cleo", "Dan"):
        review = await cast.person(lead).hears(REVIEW)
        assert (review.text.count(REVIEW), review.fallback.count(REVIEW)) == (3, 3)
        assert (review.text.count(CAME_LATE), review.fallback.count(CAME_LATE)) == (3 * late, 3 * late)

    findings = await accepted_and_sampled(stage)
    late_controls = {
        control_id for control_id, each in findings.items() if AuditFinding.EVIDENCE_LATE in each
    }
    assert findings.keys() == OWNERS.keys()
    assert late_controls == (OWNERS.keys() if late else set())
    assert not any(AuditFinding.PERFORMED_LATE in each for each in findings.values())

    await cast.clock.to("2026-10-19T14:00:00Z")
    for lead in ("Cleo", "Dan"):
        digest = (await bundles(cast.person(lead)))[-1]
        assert "54 scheduled: 3 on time (+3), 0 late, " in digest.text
    await proved(stage)


async def test_each_reads_a_moment_on_their_own_clocks(stage: Stage, cast: Cast):
    """Noa hands in at 18:30 on the day on which it is due; where the company is, that day is over."""
    receipts = await handed_in(stage, cast, "2026-10-12T22:30:00Z")
    assert "received Tue 13 Oct 2026, 00:30 CEST" in receipts["Ben"].fallback
    assert "received Mon 12 Oct 2026, 18:30 EDT" in receipts["Noa"].fallback
    assert "received Tue 13 Oct 2026, 02:30 UTC+04" in receipts["Farid"].fallback

    await cast.clock.to("2026-10-13T14:00:00Z")
    for lead, moment in (("Cleo", "Tue 13 Oct 2026, 00:30 CEST"), ("Dan", "Mon 12 Oct 2026, 18:30 EDT")):
        review = await cast.person(lead).hears(REVIEW)
        assert review.fallback.count(f"received {moment}") == 3


async def test_a_digest_counts_to_the_company_s_date_wherever_its_lead_is(stage: Stage, cast: Cast):
    """When it is Monday morning in Auckland, the last day of the backups of week 40 has two more hours in Berlin."""
    await cast.joins(DAN, "Dan Whitfield", tz="Pacific/Auckland")
    await nothing_waits(stage)
    await cast.clock.to("2026-10-11T21:00:00Z")

    status = await cast.person("Cleo").commands("/soc status")
    digest = (await bundles(cast.person("Dan")))[-1]

    assert digest.text.startswith("Digest for week 42 of 2026")
    assert status
    assert "0 on time + 0 late + 18 missed + 0 waived + 36 open" in status.text
    assert "0 on time, 0 late, 18 missed (+1), 0 waived, 36 open (-1)" in digest.text
    for report in (status, digest):
        assert (
            "BK-01 Weekly backup check, week 40 of 2026, no owner: last day Sun 11 Oct 2026, today"
            in report.text
        )


async def test_nothing_is_overdue_before_the_company_s_day_is_over(stage: Stage, cast: Cast):
    """For Farid in Dubai it is Tuesday already, and what he hands in now still comes in time."""
    farid = cast.person("Farid")
    await owns(stage, FARID, "RA-02")
    await cast.clock.to("2026-10-12T21:30:00Z")
    await farid.says("what do I owe?")
    for screen in (await farid.home("Evidence for RA-02"), await farid.hears("From the records of")):
        assert "Due today, Mon 12 Oct 2026" in screen.text
        assert "1 day overdue" not in screen.text
