"""Controls as leads run them: the list and its search, a control's card, and how often it is performed."""

from hashlib import sha256
from typing import Any

from bot import controls, rhythms
from bot.desk import Desk
from bot.errors import BadDays
from bot.rules.controls import Rhythm
from bot.views import controls as view
from bot.views.blocks import Message
from bot.views.ids import Field
from handlers.slack.heard import Click, Ordered, Submission
from handlers.slack.pages import open_page, page_number, turn_page
from storage.terms import Cadence


async def list_found(order: Ordered, desk: Desk) -> Message:
    """/soc controls WORDS"""
    page = await controls.find_controls(desk, order.person_id, order.rest, 1)
    return view.list_message(page, order.rest)


async def open_list(click: Click, desk: Desk) -> None:
    """All of it; from the catalogue it takes that page's place."""
    page = await controls.find_controls(desk, click.person_id, "", 1)
    show_page = turn_page if click.in_modal else open_page
    await show_page(desk, click, view.list_modal(page, ""))


async def search(click: Click, desk: Desk) -> None:
    """Enter was pressed."""
    await _show_list(click, desk, 1)


async def turn_list(click: Click, desk: Desk) -> None:
    await _show_list(click, desk, page_number(click.value))


async def submit_search(form: Submission, desk: Desk) -> dict[str, Any]:
    words = form.text(Field.SEARCH)
    return view.list_modal(await controls.find_controls(desk, form.person_id, words, 1), words)


async def show(click: Click, desk: Desk) -> None:
    card = await controls.control_card(desk, click.person_id, click.value)
    await open_page(desk, click, view.card_modal(card))


async def turn_history(click: Click, desk: Desk) -> None:
    control_id, _, page = click.value.rpartition(" ")
    card = await controls.control_card(desk, click.person_id, control_id, page_number(page))
    await turn_page(desk, click, view.card_modal(card))


async def open_rhythm(click: Click, desk: Desk) -> None:
    """In the place of the card."""
    control = await rhythms.control_to_change(desk, click.person_id, click.value)
    form = view.rhythm_modal(control, rhythms.rhythm_of(control), "", None, "")
    await turn_page(desk, click, form)


async def change_rhythm(form: Submission, desk: Desk) -> dict[str, Any]:
    """First what it means, then, sent once more unchanged, the change; the card stands there again afterwards."""
    control_id, _, seen = form.subject.partition(" ")
    rhythm = Rhythm(
        Cadence(form.choice(Field.CADENCE)), _days(form, Field.DUE_DAYS), _days(form, Field.GRACE_DAYS)
    )
    reason = form.text(Field.REASON)
    effect = await rhythms.effect_of_rhythm(desk, form.person_id, control_id, rhythm)
    token = digest(rhythm, effect)
    if seen != token:
        control = await rhythms.control_to_change(desk, form.person_id, control_id)
        return view.rhythm_modal(control, rhythm, reason, effect, token)
    await rhythms.change_rhythm(desk, form.person_id, control_id, rhythm, reason)
    return view.card_modal(await controls.control_card(desk, form.person_id, control_id))


def digest(*shown: object) -> str:
    """Names what a person was shown before they save, so that nothing else is saved."""
    return sha256(repr(shown).encode()).hexdigest()[:16]


async def _show_list(click: Click, desk: Desk, page: int) -> None:
    words = click.typed.text(Field.SEARCH)
    found = await controls.find_controls(desk, click.person_id, words, page)
    await turn_page(desk, click, view.list_modal(found, words))


def _days(form: Submission, field: Field) -> int:
    typed = form.text(field)
    if not typed.isdecimal():
        raise BadDays(field=field)
    return int(typed)
