""" "Which report do we need?": the form opens, and its answers turn into advice in its place."""

from typing import Any

from bot.answers.rules.chooser import Asker, Deadline, Needs, Reliance, advise
from bot.answers.views import chooser
from bot.blocks.ids import Field
from bot.desk import Desk
from bot.people import require_member
from handlers.slack.payloads import Click, Submission
from storage.terms import Category


async def open_form(click: Click, desk: Desk) -> None:
    await require_member(desk, click.person_id)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=chooser.form())


async def choose(form: Submission, desk: Desk) -> dict[str, Any]:
    """Nothing is stored: the answers and the advice stay with the person."""
    await require_member(desk, form.person_id)
    needs = Needs(
        relied_on=frozenset(map(Reliance, form.choices(Field.RELIED_ON))),
        asked_by=frozenset(map(Asker, form.choices(Field.ASKED_BY))),
        promises=frozenset(map(Category, form.choices(Field.PROMISES))),
        needed_by=Deadline(form.choice(Field.NEEDED_BY)),
        running=form.choice(Field.RUNNING) == chooser.YES,
    )
    return chooser.result(advise(needs))
