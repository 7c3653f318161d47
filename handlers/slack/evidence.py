"""Evidence: the form with which its owner hands it in."""

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.evidence import handing_in
from bot.evidence.rules.listings import Listing
from bot.evidence.views.handing_in import modal
from handlers.slack.payloads import Click, Submission


async def open_upload(click: Click, desk: Desk) -> None:
    occurrence, control, today = await handing_in.request_to_answer(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=modal(occurrence, control, today))


async def submit(form: Submission, desk: Desk) -> None:
    await handing_in.submit_evidence(
        desk,
        form.person_id,
        form.subject,
        form.file(Field.FILE),
        form.day(Field.PERFORMED_ON),
        form.text(Field.NOTE) or None,
        listing_in(form),
    )


def listing_in(form: Submission) -> Listing:
    return Listing(form.whole(Field.ITEM_COUNT), form.text(Field.QUERY), form.moment(Field.AS_OF))
