"""Sample me: the page that begins it, `/soc sample`, and a self-assessment a page at a time."""

from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.readiness import sampling
from bot.readiness.rules.sampling import SampleRequest
from bot.readiness.views.sampling import assessment_modal, message, sample_modal
from handlers.slack import questions
from handlers.slack.pages import open_page, page_number, turn_page
from handlers.slack.payloads import Click, Ordered, Submission


async def command(order: Ordered, desk: Desk) -> Message:
    """/soc sample [EXAMINATION] [SEED]; with any other words it is a question."""
    asked = await sampling.ordered(desk, order.rest)
    if asked is None:
        return await questions.command(order, desk)
    made = await sampling.take_sample(desk, order.person_id, asked)
    return message(await sampling.shown_assessment(desk, order.person_id, made))


async def open_form(click: Click, desk: Desk) -> None:
    windows, past = await sampling.before_sampling(desk, click.person_id)
    await open_page(desk, click, sample_modal(windows, past))


async def take(form: Submission, desk: Desk) -> dict[str, Any]:
    """What was found stands in the place of the form."""
    asked = SampleRequest(form.choice(Field.EXAMINATION) or None, form.text(Field.SEED).strip() or None)
    made = await sampling.take_sample(desk, form.person_id, asked)
    return assessment_modal(await sampling.shown_assessment(desk, form.person_id, made))


async def show(click: Click, desk: Desk) -> None:
    assessment = await sampling.shown_assessment(desk, click.person_id, click.value)
    await open_page(desk, click, assessment_modal(assessment))


async def turn(click: Click, desk: Desk) -> None:
    assessment_id, _, page = click.value.rpartition(" ")
    assessment = await sampling.shown_assessment(desk, click.person_id, assessment_id)
    await turn_page(desk, click, assessment_modal(assessment, page_number(page)))
