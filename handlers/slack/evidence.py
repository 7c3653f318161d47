"""Evidence for a control's occurrence: an owner hands it in or needs none, and a lead reviews and decides."""

from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.evidence import handing_in, reviewing, statements, waivers
from bot.evidence.rules.listings import Listing
from bot.evidence.views.handing_in import evidence_modal
from bot.evidence.views.reviewing import reject_modal
from bot.evidence.views.statements import statement_modal, statement_page
from bot.evidence.views.waivers import (
    approve_waiver_modal,
    ask_for_waiver_modal,
    decline_waiver_modal,
    end_waiver_modal,
    not_applicable_modal,
)
from bot.register.controls import control_card
from bot.register.views.controls import control_modal
from handlers.slack.pages import open_page, turn_page
from handlers.slack.payloads import Click, Submission


async def open_evidence_form(click: Click, desk: Desk) -> None:
    occurrence, control, today = await handing_in.upload_request(desk, click.person_id, click.value)
    await open_page(desk, click, evidence_modal(occurrence, control, today))


async def submit_evidence(form: Submission, desk: Desk) -> None:
    await handing_in.submit_evidence(
        desk,
        form.person_id,
        form.subject,
        form.file(Field.FILE),
        form.day(Field.PERFORMED_ON),
        form.text(Field.NOTE) or None,
        _listing(form),
    )


async def open_statement_form(click: Click, desk: Desk) -> None:
    occurrence, control, today = await statements.period_to_state_empty(desk, click.person_id, click.value)
    await open_page(desk, click, statement_modal(occurrence, control, today))


async def state_nothing(form: Submission, desk: Desk) -> None:
    await statements.submit_statement(
        desk, form.person_id, form.subject, _listing(form), form.day(Field.PERFORMED_ON)
    )


async def read_statement(click: Click, desk: Desk) -> None:
    """The lead has read the statement once Slack has shown it."""
    page = statement_page(*await statements.statement_to_read(desk, click.person_id, click.value))
    await open_page(desk, click, page)
    await statements.record_statement_reading(desk, click.person_id, click.value)


async def show_file(click: Click, desk: Desk) -> None:
    await reviewing.show_file(desk, click.person_id, click.value)


async def accept_evidence(click: Click, desk: Desk) -> None:
    await reviewing.accept_evidence(desk, click.person_id, click.value)


async def open_reject_form(click: Click, desk: Desk) -> None:
    await open_page(
        desk, click, reject_modal(*await reviewing.evidence_to_reject(desk, click.person_id, click.value))
    )


async def reject_evidence(form: Submission, desk: Desk) -> None:
    await reviewing.reject_evidence(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_not_applicable_form(click: Click, desk: Desk) -> None:
    occurrence, control, decidable = await waivers.occurrence_to_waive(desk, click.person_id, click.value)
    await open_page(desk, click, not_applicable_modal(occurrence, control, decidable=decidable))


async def say_not_applicable(form: Submission, desk: Desk) -> None:
    await waivers.say_not_applicable(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_approve_waiver_form(click: Click, desk: Desk) -> None:
    plan = await waivers.suggested_waiver_plan(desk, click.person_id, click.value)
    await open_page(desk, click, approve_waiver_modal(plan))


async def approve_waiver(form: Submission, desk: Desk) -> dict[str, Any] | None:
    """A changed day first shows what the waiver covers until then; the same form sent again approves it."""
    waiver_id, _, mark = form.subject.partition(" ")
    expires_on = form.day(Field.EXPIRES_ON)
    plan = await waivers.waiver_plan(desk, form.person_id, waiver_id, expires_on)
    if plan.mark != mark:
        return approve_waiver_modal(plan, again=True)
    await waivers.approve_waiver(desk, form.person_id, waiver_id, expires_on, mark)
    return None


async def open_decline_waiver_form(click: Click, desk: Desk) -> None:
    waiver, occurrence, control = await waivers.waiver_to_decline(desk, click.person_id, click.value)
    await open_page(desk, click, decline_waiver_modal(waiver, occurrence, control))


async def decline_waiver(form: Submission, desk: Desk) -> None:
    await waivers.decline_waiver(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_waive_form(click: Click, desk: Desk) -> None:
    """In the place of the control's card."""
    control, periods, expires_on, decidable = await waivers.periods_to_waive(
        desk, click.person_id, click.value
    )
    await turn_page(desk, click, ask_for_waiver_modal(control, periods, expires_on, decidable=decidable))


async def ask_for_waiver(form: Submission, desk: Desk) -> dict[str, Any]:
    """The control's card takes the place of the form."""
    await waivers.ask_for_waiver(
        desk,
        form.person_id,
        form.choice(Field.PERIOD),
        form.day(Field.EXPIRES_ON),
        form.text(Field.REASON),
    )
    return control_modal(await control_card(desk, form.person_id, form.subject))


async def open_end_waiver_form(click: Click, desk: Desk) -> None:
    """In the place of the control's card."""
    waiver = await waivers.waiver_to_end(desk, click.person_id, click.value)
    await turn_page(desk, click, end_waiver_modal(waiver))


async def end_waiver(form: Submission, desk: Desk) -> dict[str, Any]:
    """The control's card takes the place of the form."""
    control_id, _, waiver_id = form.subject.partition(" ")
    await waivers.end_waiver(desk, form.person_id, waiver_id, form.text(Field.REASON))
    return control_modal(await control_card(desk, form.person_id, control_id))


def _listing(form: Submission) -> Listing:
    return Listing(form.whole(Field.ITEM_COUNT), form.text(Field.QUERY), form.moment(Field.AS_OF))
