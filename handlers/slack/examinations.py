"""Examinations as leads run them: the list, and the forms whose second press saves what the first one showed."""

from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.register import examinations
from bot.register.examinations import Wanted
from bot.register.views.examinations import add_modal, change_modal, list_modal
from bot.schedule.rules.scope import Terms, terms_of
from handlers.slack.cadence import digest
from handlers.slack.pages import open_page, turn_page
from handlers.slack.payloads import Click, Submission
from storage.terms import Category, ReportKind, ReportType


async def open_list(click: Click, desk: Desk) -> None:
    await open_page(desk, click, await _list(desk, click.person_id))


async def open_add(click: Click, desk: Desk) -> None:
    """In the place of the list."""
    await examinations.all_examinations(desk, click.person_id)
    await turn_page(desk, click, add_modal())


async def open_proposed(click: Click, desk: Desk) -> None:
    """The form with what content proposes; it is saved as any other change."""
    proposed = await examinations.proposed_examination(desk, click.person_id, click.value)
    wanted = proposed.wanted
    if proposed.known:
        form = change_modal(proposed.known, wanted.terms)
    else:
        form = add_modal(wanted.title, wanted.kind, wanted.type, wanted.terms)
    await turn_page(desk, click, form)


async def open_change(click: Click, desk: Desk) -> None:
    examination = await examinations.examination_to_change(desk, click.person_id, click.value)
    await turn_page(desk, click, change_modal(examination, terms_of(examination)))


async def add(form: Submission, desk: Desk) -> dict[str, Any]:
    """First what it means, then, sent once more unchanged, the addition; the list stands there again afterwards."""
    kind, type_ = ReportKind(form.choice(Field.KIND)), ReportType(form.choice(Field.TYPE))
    wanted = Wanted(form.text(Field.TITLE), kind, type_, _terms(form))
    effect = await examinations.effect_of_adding(desk, form.person_id, wanted)
    token = digest(wanted, effect)
    if form.subject != token:
        return add_modal(wanted.title, kind, type_, wanted.terms, effect, token)
    await examinations.add_examination(desk, form.person_id, wanted)
    return await _list(desk, form.person_id)


async def change(form: Submission, desk: Desk) -> dict[str, Any]:
    examination_id, _, seen = form.subject.partition(" ")
    terms, reason = _terms(form), form.text(Field.REASON)
    effect = await examinations.effect_of_changing(desk, form.person_id, examination_id, terms)
    token = digest(terms, effect)
    if seen != token:
        examination = await examinations.examination_to_change(desk, form.person_id, examination_id)
        return change_modal(examination, terms, reason, effect, token)
    await examinations.change_examination(desk, form.person_id, examination_id, terms, reason)
    return await _list(desk, form.person_id)


async def _list(desk: Desk, lead_id: str) -> dict[str, Any]:
    known, proposed = await examinations.all_examinations(desk, lead_id)
    return list_modal(known, [(each.key, each.wanted.title) for each in proposed])


def _terms(form: Submission) -> Terms:
    chosen = tuple(map(Category, form.choices(Field.CATEGORIES)))
    return Terms(form.day(Field.AS_OF), form.day(Field.STARTS_ON), form.day(Field.ENDS_ON), chosen)
