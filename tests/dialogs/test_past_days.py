"""What a lead reads of a past day is what was adopted, asked for and owned on that day, whatever has changed since."""

import random
from dataclasses import replace
from datetime import date

import pytest

from bot.readiness.rules.status import Status
from bot.readiness.status import report_time
from bot.register.cadence import change_rhythm
from bot.register.catalogue import adopt_control
from bot.register.examinations import change_examination
from bot.register.rules.controls import Rhythm
from bot.schedule.rules.examinations import terms_of
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.programme import Examination
from storage.terms import Cadence
from tests.dialogs.life import CONTROLS, Life
from tests.dialogs.steps import BEN, CLEO, EVA, owns, proved, rows
from tests.dialogs.test_status import orders

MONDAY = "/soc status 2026-10-05"
TUESDAY = "2026-10-06T08:00:00Z"
DAYS = 8
STEPS_A_DAY = 5


async def test_a_changed_cadence_leaves_the_past_as_it_was(stage: Stage, cast: Cast) -> None:
    """Three months come for the quarter, and the third quarter, which is over, stays."""
    cleo = cast.person("Cleo")
    await cast.clock.to(TUESDAY)
    before = await orders(cleo, MONDAY)
    await change_rhythm(
        stage.service.desk, CLEO, "AC-01", Rhythm(Cadence.MONTHLY, 3, 0), "The auditor asked."
    )

    assert "56 occurrences scheduled" in (await orders(cleo)).text
    assert "54 occurrences scheduled" in before.text
    assert (await orders(cleo, MONDAY)).text == before.text
    then = (await orders(cleo, f"{MONDAY} AC-01")).text
    assert "How often: every quarter, due 10 days after the period ends, 5 days of grace" in then
    now = (await orders(cleo, "/soc status 2026-10-06 ac01")).text
    assert "How often: every month, due 3 days after the period ends, 0 days of grace" in now


async def test_a_changed_window_leaves_the_past_as_it_was_also_when_it_comes_back(
    stage: Stage, cast: Cast
) -> None:
    """What was withdrawn on Tuesday and is asked for again on Wednesday was not asked for on Tuesday evening."""
    cleo, desk = cast.person("Cleo"), stage.service.desk
    await cast.clock.to(TUESDAY)
    before = await orders(cleo, MONDAY)
    await _ends(stage, date(2026, 11, 30))
    shorter = (await orders(cleo)).text
    await cast.clock.to("2026-10-07T08:00:00Z")
    await _ends(stage, date(2026, 12, 31))

    assert (await orders(cleo, MONDAY)).text == before.text
    tuesday = (await orders(cleo, "/soc status 2026-10-06")).text
    assert "Wed 1 Jul 2026 to Mon 30 Nov 2026" in tuesday
    [counted] = [line for line in shorter.splitlines() if "occurrences scheduled" in line]
    assert "54 occurrences" not in counted
    assert counted in tuesday
    assert "54 occurrences scheduled" in (await orders(cleo)).text
    assert desk.now().date() == date(2026, 10, 7)


async def test_a_control_adopted_later_is_not_among_those_of_a_past_day(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await cast.clock.to(TUESDAY)
    before = await orders(cleo, MONDAY)
    await adopt_control(stage.service.desk, CLEO, "AC-02")

    assert "Controls without an owner: 16" in (await orders(cleo)).text
    assert (await orders(cleo, MONDAY)).text == before.text
    assert (await orders(cleo, f"{MONDAY} AC-02")).text == (
        "AC-02 Single sign-on and multi-factor authentication enforced was adopted later: "
        "it was not among the controls on Mon 5 Oct 2026."
    )


async def test_who_owned_a_control_on_a_day(stage: Stage, cast: Cast) -> None:
    cleo = cast.person("Cleo")
    await owns(stage, BEN, "AC-01")
    await cast.clock.to(TUESDAY)
    await owns(stage, EVA, "AC-01")

    answer = await orders(cleo, f"{MONDAY} AC-01")
    assert answer.ephemeral
    for words in (
        "AC-01 Quarterly user access review, at the end of Mon 5 Oct 2026",
        "Owner: Ben Castillo since Mon 5 Oct 2026",
        "Backup: nobody",
        "Criteria: CC6.2, CC6.3",
        "Control objectives: CO-5",
    ):
        assert words in answer.text
        assert words in answer.fallback
    now = (await orders(cleo, "/soc status 2026-10-06 AC-01")).text
    assert (await orders(cleo, "/soc status ac-01")).text == now
    assert "as of Tue 6 Oct 2026" in now
    assert "Owner: Eva Lindqvist since Tue 6 Oct 2026" in now
    assert "Owner: nobody" in (await orders(cleo, f"{MONDAY} BK-01")).text


@pytest.mark.parametrize(
    ("who", "line", "words"),
    [
        ("Cleo", f"{MONDAY} ZZ-99", "I know no control, criterion or control objective called “ZZ-99”."),
        ("Cleo", "/soc status 2026-10-04 AC-01", "My record begins on Mon 5 Oct 2026"),
        ("Ada", f"{MONDAY} AC-01", "Only compliance leads see how ready the company is."),
    ],
)
async def test_what_cannot_be_told_is_said_so(cast: Cast, who: str, line: str, words: str) -> None:
    assert (await orders(cast.person(who), line)).text.startswith(words)


async def test_each_past_day_reads_as_it_was_read_on_that_day(stage: Stage, cast: Cast) -> None:
    life = Life(stage, cast, random.Random(14))
    for control_id in CONTROLS:
        await owns(stage, BEN, control_id)
    evenings: dict[date, Status] = {}
    for _ in range(DAYS):
        for _ in range(STEPS_A_DAY):
            await life.step_of_a_changing_programme()
        evening = await life.evening()
        evenings[evening.day] = await life.status(evening)
        await cast.clock.advance(hours=life.chance.choice([9, 12, 34, 58]))
    desk = life.desk
    for day, then in evenings.items():
        async with desk.snapshot() as work:
            past = await report_time(work, day)
        assert past.past
        assert await life.status(past) == replace(then, past=True)
    assert len({repr(each.examinations) for each in evenings.values()}) == len(evenings)
    assert "submit" in life.done
    assert life.done & {"reschedule", "move_the_window"}
    await proved(stage)


async def _ends(stage: Stage, ends_on: date) -> None:
    [window] = [each for each in await rows(stage, Examination) if each.ends_on]
    terms = replace(terms_of(window), ends_on=ends_on)
    await change_examination(stage.service.desk, CLEO, window.id, terms, "Another day.")
