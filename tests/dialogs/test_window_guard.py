"""The window guard: leads read what a window lacks, with the day to act by, while there is time."""

import shutil
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from tests.content.test_library import PACKAGED
from tests.dialogs.steps import BEN, DIGEST, bundles, hands_in, nothing_waits, owns

SHORT = (
    "SOC 2 Type 2: Tue 1 Sep 2026 to Sun 15 Nov 2026 is less than three months; agree on more with your auditor "
    "by Sun 15 Nov 2026."
)
YEARLY = (
    "SOC 2 Type 2: GV-01 Organizational structure reviewed, once a year, not performed yet; "
    "the window begins on Tue 1 Sep 2026: perform it by Sun 15 Nov 2026 or expect an exception."
)
TOO_EARLY = (
    "SOC 2 Type 2: AC-01 Quarterly user access review, every quarter, last performed Sat 15 Aug 2026; "
    "the window begins on Tue 1 Sep 2026: perform it by Sun 15 Nov 2026 or expect an exception."
)


@pytest.fixture
async def stage(data_folder: Path, tmp_path: Path) -> AsyncGenerator[Stage]:
    """The window holds the end of one quarter, and of no half-year and no year."""
    content = shutil.copytree(
        PACKAGED, tmp_path / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    programme = content / "programme.yaml"
    text = programme.read_text(encoding="utf-8")
    text = text.replace("starts_on: 2026-07-01", "starts_on: 2026-09-01")
    programme.write_text(text.replace("ends_on: 2026-12-31", "ends_on: 2026-11-15"), encoding="utf-8")
    async with open_stage(data_folder, content_dir=content) as stage:
        yield stage


async def test_leads_read_it_on_home_and_in_the_digest_and_when_they_ask(stage: Stage, cast: Cast):
    ada, cleo = cast.person("Ada"), cast.person("Cleo")

    home = (await cleo.home()).text
    assert SHORT in home
    assert "CM-01" in home
    assert "and 4 more that the window lacks" in home
    await cleo.says("how ready are we for SOC 2?")
    answer = await cleo.hears("This is where we stand.")
    assert SHORT in answer.text

    await cast.clock.to("2026-10-05T18:00:00Z")
    [digest] = [each for each in await bundles(cleo) if each.text.startswith(DIGEST)]
    assert "What a window lacks: 7" in digest.text
    assert SHORT in digest.text
    assert YEARLY in digest.text

    assert "less than three months" not in (await ada.home()).text
    await ada.says("how ready are we for SOC 2?")
    refusal = await ada.hears("Only compliance leads see how ready the company is.")
    assert "less than three months" not in refusal.text


async def test_evidence_from_before_the_window_does_not_count_for_it(stage: Stage, cast: Cast):
    """Ben reviewed access in August: in time for the quarter, and too early for the auditor's window."""
    ben, cleo, dan = cast.person("Ben"), cast.person("Cleo"), cast.person("Dan")
    await owns(stage, BEN, "AC-01")
    await cast.clock.to("2026-10-05T09:00:00Z")
    assert "AC-01 Quarterly user access review, every quarter" not in (await cleo.home()).text
    request = await ben.hears("Evidence for AC-01")
    await hands_in(ben, request, "listing.csv", b"user,right\n", date(2026, 8, 15))
    await ben.hears("Submitted, waiting for review: AC-01")
    await cast.clock.to("2026-10-05T14:00:00Z")
    review = await dan.hears("Review the evidence for AC-01")
    await dan.presses("Show file", review)
    await dan.presses("Accept", await dan.hears("Press Accept or Reject", after=review))
    await nothing_waits(stage)

    assert TOO_EARLY in (await cleo.home()).text
