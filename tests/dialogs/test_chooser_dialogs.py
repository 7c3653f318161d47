"""Cleo finds out which report the company needs, from Home and from an answer."""

import pytest

from bot.blocks.ids import Callback
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.questions import Question
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import kinds, rows

TITLE = "Which report do we need?"
FIGURES = "Figures in their own financial reporting: payroll, billing, claims"
DATA = "Security: keeping their data and systems safe"
UPTIME = "We promise uptime or recovery within a time"
DECIDES = "A CPA firm and your customers' contracts decide in the end."


def answers_of(
    *relied_on: str, soon: str = "In six to twelve months", **more: list[str]
) -> dict[str, object]:
    return {
        "What do your customers rely on you for?": list(relied_on),
        "How soon is it needed?": soon,
        "Have your controls been running?": "Yes, for three months or more",
        **more,
    }


async def test_from_home_the_answers_turn_into_advice_with_reasons(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    before = await kinds(stage)
    await cleo.presses(TITLE, await cleo.home(TITLE))
    form = await cleo.modal(TITLE)

    given = answers_of(FIGURES, DATA, promises=[UPTIME])
    assert await cleo.submits(form, given) == {}

    advice = await cleo.modal("What fits you")
    assert advice.id == form.id
    assert "SOC 1 and SOC 2: Type 2" in advice.text
    assert "Security: always included" in advice.text
    assert "Availability: you promise uptime or recovery" in advice.text
    assert "a window of 6 months" in advice.text
    assert DECIDES in advice.text
    assert await kinds(stage) == before
    assert (await cast.calls())["refused"] == []


@pytest.mark.parametrize("channel", ["bot", "#general"])
async def test_under_the_answer_that_it_goes_on_from(cast: Cast, channel: str):
    ada = cast.person("Ada")
    await ada.says("do we need both soc 1 and soc 2?", channel=channel, mention=channel != "bot")
    answer = await ada.hears("Entry which-report", channel=channel)
    assert "Press “Which report do we need?”" in answer.fallback

    await ada.presses(TITLE, answer)
    await ada.submits(await ada.modal(TITLE), answers_of(DATA, soon="Within three months"))

    advice = await ada.modal("What fits you")
    assert "SOC 2: first Type 1, then Type 2" in advice.text
    assert "Availability" not in advice.text


async def test_other_answers_do_not_offer_it(cast: Cast):
    ada = cast.person("Ada")
    await ada.says("what is a bridge letter?")
    assert TITLE not in (await ada.hears("Entry bridge-letter")).buttons


async def test_what_has_to_be_answered_is_asked_for(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.presses(TITLE, await ada.home(TITLE))

    errors = await ada.submits(await ada.modal(TITLE), {"Who asks for a report?": []})

    assert set(errors) == {"relied_on", "needed_by", "running"}
    assert await rows(stage, Question) == []


async def test_a_guest_cannot_use_it(stage: Stage):
    async with open_postbox(stage) as slack:
        refused = await slack.submits("U0OMAR", Callback.CHOOSER, "", {"relied_on": {}})

    assert "Only full members" in refused.json["errors"]["relied_on"]
