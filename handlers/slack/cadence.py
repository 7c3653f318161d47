"""How often a control is performed: a lead sees what another rhythm means, and then saves it."""

from hashlib import sha256
from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.errors import BadDays
from bot.register import cadence, controls
from bot.register.rules.controls import Rhythm
from bot.register.views.cadence import rhythm_modal
from bot.register.views.controls import card_modal
from handlers.slack.pages import turn_page
from handlers.slack.payloads import Click, Submission
from storage.terms import Cadence


async def open_rhythm(click: Click, desk: Desk) -> None:
    """In the place of the card."""
    control = await cadence.control_to_change(desk, click.person_id, click.value)
    form = rhythm_modal(control, cadence.rhythm_of(control), "", None, "")
    await turn_page(desk, click, form)


async def change_rhythm(form: Submission, desk: Desk) -> dict[str, Any]:
    """First what it means, then, sent once more unchanged, the change; the card stands there again afterwards."""
    control_id, _, seen = form.subject.partition(" ")
    rhythm = Rhythm(
        Cadence(form.choice(Field.CADENCE)), _days(form, Field.DUE_DAYS), _days(form, Field.GRACE_DAYS)
    )
    reason = form.text(Field.REASON)
    effect = await cadence.effect_of_rhythm(desk, form.person_id, control_id, rhythm)
    token = digest(rhythm, effect)
    if seen != token:
        control = await cadence.control_to_change(desk, form.person_id, control_id)
        return rhythm_modal(control, rhythm, reason, effect, token)
    await cadence.change_rhythm(desk, form.person_id, control_id, rhythm, reason)
    return card_modal(await controls.control_card(desk, form.person_id, control_id))


def digest(*shown: object) -> str:
    """Names what a person was shown before they save, so that nothing else is saved."""
    return sha256(repr(shown).encode()).hexdigest()[:16]


def _days(form: Submission, field: Field) -> int:
    typed = form.text(field)
    if not typed.isdecimal():
        raise BadDays(field=field)
    return int(typed)
