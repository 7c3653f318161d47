"""Examinations: a lead lists, adds and changes them; a form first shows the effect, and sent again it saves."""

from typing import Any

from bot.blocks.forms import mark_of
from bot.blocks.ids import Field
from bot.desk import Desk
from bot.register import examinations
from bot.register.examinations import NewExamination
from bot.register.views.examinations import (
    add_examination_modal,
    change_examination_modal,
    examinations_modal,
)
from bot.schedule.rules.examinations import ExaminationTerms, terms_of
from handlers.slack.pages import open_page, turn_page
from handlers.slack.payloads import Click, Submission
from storage.terms import Category, ReportKind, ReportType


async def open_examination_list(click: Click, desk: Desk) -> None:
    await open_page(desk, click, await _list(desk, click.person_id))


async def open_add_examination(click: Click, desk: Desk) -> None:
    """In the place of the list."""
    await examinations.examinations_and_proposals(desk, click.person_id)
    await turn_page(desk, click, add_examination_modal())


async def open_proposed_examination(click: Click, desk: Desk) -> None:
    """The form filled in with the content's proposal; the lead saves it like any other."""
    proposal = await examinations.proposed_examination(desk, click.person_id, click.value)
    wanted = proposal.wanted
    if proposal.known:
        page = change_examination_modal(proposal.known, wanted.terms)
    else:
        page = add_examination_modal(wanted.title, wanted.kind, wanted.type, wanted.terms)
    await turn_page(desk, click, page)


async def open_change_examination(click: Click, desk: Desk) -> None:
    examination = await examinations.examination_to_change(desk, click.person_id, click.value)
    await turn_page(desk, click, change_examination_modal(examination, terms_of(examination)))


async def add_examination(form: Submission, desk: Desk) -> dict[str, Any]:
    """The form first shows the effect; the same form sent again adds, and the list comes back."""
    kind, type_ = ReportKind(form.choice(Field.KIND)), ReportType(form.choice(Field.TYPE))
    wanted = NewExamination(form.text(Field.TITLE), kind, type_, _terms(form))
    effect = await examinations.effect_of_adding(desk, form.person_id, wanted)
    mark = mark_of(wanted, effect)
    if form.subject != mark:
        return add_examination_modal(wanted.title, kind, type_, wanted.terms, effect, mark)
    await examinations.add_examination(desk, form.person_id, wanted)
    return await _list(desk, form.person_id)


async def change_examination(form: Submission, desk: Desk) -> dict[str, Any]:
    """The form first shows the effect; the same form sent again changes, and the list comes back."""
    examination_id, _, shown_mark = form.subject.partition(" ")
    terms, reason = _terms(form), form.text(Field.REASON)
    effect = await examinations.effect_of_changing(desk, form.person_id, examination_id, terms)
    mark = mark_of(terms, effect)
    if shown_mark != mark:
        examination = await examinations.examination_to_change(desk, form.person_id, examination_id)
        return change_examination_modal(examination, terms, reason, effect, mark)
    await examinations.change_examination(desk, form.person_id, examination_id, terms, reason)
    return await _list(desk, form.person_id)


async def _list(desk: Desk, lead_id: str) -> dict[str, Any]:
    current, proposed = await examinations.examinations_and_proposals(desk, lead_id)
    return examinations_modal(current, [(each.key, each.wanted.title) for each in proposed])


def _terms(form: Submission) -> ExaminationTerms:
    categories = tuple(map(Category, form.choices(Field.CATEGORIES)))
    return ExaminationTerms(
        form.day(Field.AS_OF), form.day(Field.STARTS_ON), form.day(Field.ENDS_ON), categories
    )
