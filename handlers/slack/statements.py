"""The statement that nothing happened: an owner's form, and the page on which a lead reads it."""

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.evidence import statements
from bot.evidence.views import statements as view
from handlers.slack.evidence import listing_in
from handlers.slack.payloads import Click, Submission


async def open_form(click: Click, desk: Desk) -> None:
    occurrence, control, today = await statements.period_to_speak_of(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=view.modal(occurrence, control, today))


async def submit(form: Submission, desk: Desk) -> None:
    await statements.state_nothing(
        desk, form.person_id, form.subject, listing_in(form), form.day(Field.PERFORMED_ON)
    )


async def read(click: Click, desk: Desk) -> None:
    """It counts as read when Slack has shown it."""
    page = view.page(*await statements.statement_to_read(desk, click.person_id, click.value))
    await desk.slack.views_open(trigger_id=click.trigger_id, view=page)
    await statements.statement_was_read(desk, click.person_id, click.value)
