"""Readiness as leads see it: ``/soc status``, ``/soc sample``, and the pages of a self-assessment."""

import re
from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadDate
from bot.readiness import sampling
from bot.readiness.rules.sampling import SampleRequest
from bot.readiness.status import control_ids, show_control, show_status
from bot.readiness.views import status
from bot.readiness.views.sampling import assessment_message, assessment_modal, sample_modal
from bot.readiness.views.usage import sample_usage, status_usage
from handlers.slack.pages import open_page, page_number, turn_page
from handlers.slack.payloads import WRITTEN_DAY, Click, SlashCommand, Submission, written_day

# Behind a date any word names a control; without a date only a word in the form of a control's id does.
STATUS = re.compile(
    rf"status(?:\s+(?P<day>{WRITTEN_DAY})(?:\s+(?P<then>\S+))?|\s+(?P<now>[a-z]{{2,}}-\d{{2,}}))?",
    re.IGNORECASE | re.ASCII,
)


async def command_status(command: SlashCommand, desk: Desk) -> Message:
    """/soc status [DATE] [CONTROL]: every examination, or who is in charge of a control, now or on that day."""
    words = STATUS.fullmatch(command.text)
    if words is None:
        return status_usage(command.rest, await control_ids(desk, command.person_id))
    written = words["day"]
    day = written_day(written, BadDate(status.not_a_date(written))) if written else None
    if control := words["then"] or words["now"]:
        return status.control_message(await show_control(desk, command.person_id, day, control))
    return status.readiness_message(await show_status(desk, command.person_id, day))


async def command_sample(command: SlashCommand, desk: Desk) -> Message:
    """/soc sample [EXAMINATION] [SEED]"""
    request = await sampling.requested_sample(desk, command.rest)
    if request is None:
        examinations, _ = await sampling.sampling_choices(desk, command.person_id)
        return sample_usage(command.rest, examinations)
    assessment_id = await sampling.take_sample(desk, command.person_id, request)
    return assessment_message(await sampling.show_assessment(desk, command.person_id, assessment_id))


async def open_sample_form(click: Click, desk: Desk) -> None:
    examinations, past = await sampling.sampling_choices(desk, click.person_id)
    await open_page(desk, click, sample_modal(examinations, past))


async def take_sample(form: Submission, desk: Desk) -> dict[str, Any]:
    """The assessment takes the place of the form."""
    request = SampleRequest(form.choice(Field.EXAMINATION) or None, form.text(Field.SEED).strip() or None)
    assessment_id = await sampling.take_sample(desk, form.person_id, request)
    return assessment_modal(await sampling.show_assessment(desk, form.person_id, assessment_id))


async def show_assessment(click: Click, desk: Desk) -> None:
    assessment = await sampling.show_assessment(desk, click.person_id, click.value)
    await open_page(desk, click, assessment_modal(assessment))


async def turn_assessment(click: Click, desk: Desk) -> None:
    assessment_id, _, page = click.value.rpartition(" ")
    assessment = await sampling.show_assessment(desk, click.person_id, assessment_id)
    await turn_page(desk, click, assessment_modal(assessment, page_number(page)))
