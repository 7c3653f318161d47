"""/soc status: a lead reads where everything stands, or stood on a past day; others hear what they can see."""

import random
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.calendar.periods import local_date
from bot.evidence.reviewing import accept_evidence, show_file
from bot.readiness.rules.status import Readiness, Status
from bot.readiness.status import ReportTime
from handlers.commands.status import status_report
from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.evidence import Evidence
from storage.questions import Question
from storage.terms import Disposition, EvidenceState
from tests.dialogs.life import CONTROLS, ZONE, Life
from tests.dialogs.steps import BEN, DAN, EVA, owns, proved, rows

REPORT = "Readiness as of Mon 5 Oct 2026"


async def orders(person: Player, line: str = "/soc status") -> ScreenMessage:
    answer = await person.commands(line)
    assert answer is not None
    return answer


async def test_a_lead_reads_it_and_nobody_else_does(cast: Cast):
    answer = await orders(cast.person("Cleo"))

    assert answer.ephemeral
    for words in (
        REPORT,
        "Controls without an owner: 15",
        "and 10 more",
        "0 of 6 ready, 6 with a gap.",
        "54 occurrences scheduled = 0 on time + 0 late + 17 missed + 0 waived + 37 open.",
    ):
        assert words in answer.text
        assert words in answer.fallback


async def test_words_that_are_no_day_and_no_control_are_explained(stage: Stage, cast: Cast):
    for words in ("banana", "last week", "SOC 2"):
        usage = (await orders(cast.person("Cleo"), f"/soc status {words}")).text
        assert f"I do not know “{words}” here." in usage
        assert "The controls are AC-01, BK-01," in usage
    assert "Only compliance leads see" in (await orders(cast.person("Ada"), "/soc status banana")).text
    assert await rows(stage, Question) == []


@pytest.mark.parametrize("line", ["/soc status", "/soc STATUS 2026-10-05", "/soc status 2026-01-01"])
async def test_somebody_else_hears_who_sees_it_and_what_they_can_see_instead(cast: Cast, line: str):
    answer = await orders(cast.person("Ada"), line)

    assert answer.text == (
        "Only compliance leads see how ready the company is. You can ask Cleo Marchetti or Dan Whitfield. "
        "Your own part you see with /soc what do I owe? and in my Home tab."
    )
    assert "You owe nothing" in (await orders(cast.person("Ada"), "/soc what do I owe?")).text


async def test_the_terminal_tells_the_same_while_the_server_runs(stage: Stage, cast: Cast):
    printed = await status_report(stage.service.desk.settings, None, as_json=False)
    in_slack = (await orders(cast.person("Cleo"))).fallback

    assert printed.startswith(REPORT)
    for line in in_slack.split("\n"):
        assert line.startswith("and ") or line.partition(", and ")[0] in printed


async def test_only_the_very_words_are_the_command(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    for question in ("status of our soc 2 report?", "status tomorrow?", "what is our status"):
        assert REPORT not in (await orders(cleo, f"/soc {question}")).text
    assert len(await rows(stage, Question)) == 3
    assert REPORT in (await orders(cleo, "/soc  Status ")).text
    assert len(await rows(stage, Question)) == 3


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-13-45", "“2026-13-45” is no date. Write the day like this: 2026-08-05."),
        ("2026-10-06", "Tue 6 Oct 2026 has not come yet."),
        (
            "2026-10-04",
            "My record begins on Mon 5 Oct 2026, so I cannot tell how things stood on Sun 4 Oct 2026.",
        ),
    ],
)
async def test_a_day_that_cannot_be_told_is_said_so(cast: Cast, written: str, sentence: str):
    assert (await orders(cast.person("Dan"), f"/soc status {written}")).text.startswith(sentence)


@pytest.fixture
async def reviewed(dan_is_to_review: Path) -> AsyncGenerator[Stage]:
    async with open_stage(dan_is_to_review, keep=True) as opened:
        yield opened


async def test_the_time_machine_tells_what_was_known_then(reviewed: Stage) -> None:
    """On Monday Ben owns AC-01 and his file waits; then Dan accepts it, Eva gets the control, and Ben leaves."""
    stage, desk = reviewed, reviewed.service.desk
    async with Cast(stage.sandbox.url) as cast:
        dan, monday = cast.person("Dan"), "/soc status 2026-10-05"
        now = await orders(dan)
        assert "AC-01 Quarterly user access review, Q3 2026, Ben Castillo: under review" in now.text
        await cast.clock.to("2026-10-06T08:00:00Z")
        before = await orders(dan, monday)
        of_today = (
            " People have their names of today; criteria and control objectives are those of today's content."
        )
        assert before.text.replace(of_today, "") == now.text.replace("as of", "at the end of", 1)

        evidence = await _waiting(stage)
        await show_file(desk, DAN, evidence.id)
        await stage.service.settle()
        await accept_evidence(desk, DAN, evidence.id)
        await cast.clock.to("2026-10-07T08:00:00Z")
        await owns(stage, EVA, "AC-01")
        await cast.clock.to("2026-10-08T08:00:00Z")
        await cast.joins(BEN, "Ben Castillo", deleted=True)
        await stage.service.settle()

        today = await orders(dan)
        assert "= 1 on time + 0 late" in today.text
        assert "AC-01 Quarterly user access review: Eva Lindqvist since Wed 7 Oct 2026" in today.text
        assert "Ben Castillo" not in today.text
        assert (await orders(dan, monday)).text == before.text
        tuesday = (await orders(dan, "/soc status 2026-10-06")).text
        assert "= 1 on time + 0 late" in tuesday
        assert "AC-01 Quarterly user access review: Ben Castillo since Mon 5 Oct 2026" in tuesday


async def _waiting(stage: Stage) -> Evidence:
    [evidence] = [row for row in await rows(stage, Evidence) if row.state is EvidenceState.SUBMITTED]
    return evidence


STEPS = 60
EVERYTHING = {"submit", "judge", "assign", "accept", "exempt", "decide", "end"}


async def test_whatever_people_do_it_ties_and_no_past_reading_changes(stage: Stage, cast: Cast):
    """The real verbs in a random order, until each was done; what they refuse changes nothing either."""
    life = Life(stage, cast, random.Random(20))
    for control_id in CONTROLS:
        await owns(stage, BEN, control_id)
    reports: list[tuple[ReportTime, Status]] = []
    while len(reports) < STEPS or not life.done >= EVERYTHING:
        assert len(reports) < 5 * STEPS, f"never done: {EVERYTHING - life.done}"
        await life.step()
        reading = ReportTime(local_date(life.desk.now(), ZONE), life.desk.now())
        reports.append((reading, await life.status(reading)))
        assert await life.present() == _counts(reports[-1][1])
    for reading, then in reports:
        assert await life.status(replace(reading, past=True)) == replace(then, past=True)
    assert len({tuple(_counts(then).values()) for _, then in reports}) > 10
    assert len({then.roster for _, then in reports}) > 3
    await proved(stage)


def _counts(status: Status) -> dict[Disposition, int]:
    [readiness] = [each for _, each in status.examinations if isinstance(each, Readiness)]
    assert readiness.scheduled == sum(readiness.counts.values()) == 54
    return readiness.counts
