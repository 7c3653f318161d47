"""The examinations that the company is in for: content proposed the first, a lead adds and changes them.

Every change brings the listed occurrences in line, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.desk import Desk
from bot.errors import BadExamination, NothingChanged, ReasonMissing, RequestClosed
from bot.obligations import show_boards
from bot.people import acting_lead
from bot.schedule.rules.occurrences import ScheduleChange, ScheduleEffect
from bot.schedule.rules.scope import LONGEST_TITLE, Terms, fault, fresh_key, sound, terms_of
from bot.schedule.scheduling import carry_out, changes_of
from bot.work import Work
from content.models import ExaminationSpec
from storage import programme
from storage.programme import Control, Examination
from storage.record import entries
from storage.record.recorded import subject_of
from storage.terms import Category, Event, ReportKind, ReportType


@dataclass(frozen=True)
class Wanted:
    """An examination to be added."""

    title: str
    kind: ReportKind
    type: ReportType
    terms: Terms


@dataclass(frozen=True)
class Proposed:
    """An examination that a file of content gives otherwise than it is stored, or that is not stored at all.

    ``key`` is its id in content, ``known`` what it would change.
    """

    key: str
    wanted: Wanted
    known: Examination | None


async def all_examinations(desk: Desk, lead_id: str) -> tuple[list[Examination], list[Proposed]]:
    """What is stored, and what content proposes beside it."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        known = await programme.examinations(work.session)
        offered = [await _proposed(work, known, spec) for spec in work.content.programme.examinations]
        return known, [each for each in offered if each]


async def proposed_examination(desk: Desk, lead_id: str, key: str) -> Proposed:
    _, proposed = await all_examinations(desk, lead_id)
    for each in proposed:
        if each.key == key:
            return each
    raise RequestClosed


async def examination_to_change(desk: Desk, lead_id: str, examination_id: str) -> Examination:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return await _examination(work, examination_id)


async def add_examination(desk: Desk, lead_id: str, wanted: Wanted) -> ScheduleEffect:
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)
        known = await programme.examinations(work.session)
        fresh = _fresh(known, wanted)
        plan = await _plan(work, [*known, fresh])
        work.record(Event.EXAMINATION_ADDED, lead.id, fresh, effect=asdict(_sum(plan)))
        await _carry_out(work, lead.id, plan)
    return _sum(plan)


async def change_examination(
    desk: Desk, lead_id: str, examination_id: str, asked: Terms, reason: str
) -> ScheduleEffect:
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)
        row = await _examination(work, examination_id)
        before, after = terms_of(row), _checked(row, asked)
        _set(row, after)
        plan = await _plan(work, await programme.examinations(work.session))
        work.record(
            Event.EXAMINATION_CHANGED,
            lead.id,
            row,
            texts={"reason": reason.strip()},
            before=asdict(before),
            after=asdict(after),
            effect=asdict(_sum(plan)),
        )
        await _carry_out(work, lead.id, plan)
    return _sum(plan)


async def effect_of_adding(desk: Desk, lead_id: str, wanted: Wanted) -> ScheduleEffect:
    """What it would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        known = await programme.examinations(work.session)
        return _sum(await _plan(work, [*known, _fresh(known, wanted)]))


async def effect_of_changing(desk: Desk, lead_id: str, examination_id: str, asked: Terms) -> ScheduleEffect:
    """What it would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        row = await _examination(work, examination_id)
        changed = Examination(id=row.id, title=row.title, kind=row.kind, type=row.type)
        _set(changed, _checked(row, asked))
        others = [each for each in await programme.examinations(work.session) if each.id != row.id]
        return _sum(await _plan(work, [*others, changed]))


async def _proposed(work: Work, known: Sequence[Examination], spec: ExaminationSpec) -> Proposed | None:
    """Nothing once a lead has changed it in Slack: that was decided after the content was adopted."""
    terms = Terms(spec.as_of, spec.starts_on, spec.ends_on, tuple(map(Category, spec.categories)))
    wanted = Wanted(spec.title, ReportKind(spec.kind), ReportType(spec.type), terms)
    row = next((each for each in known if spec.id == each.id or spec.title == each.title), None)
    if row is None:
        return Proposed(spec.id, wanted, None)
    if (row.kind, row.type) != (wanted.kind, wanted.type) or terms_of(row) == sound(row.kind, terms):
        return None
    changed = await entries.entry_of_kind(work.session, Event.EXAMINATION_CHANGED, subject_of(row))
    return None if changed else Proposed(spec.id, wanted, row)


async def _plan(work: Work, examinations: Sequence[Examination]) -> list[tuple[Control, ScheduleChange]]:
    """Of every control, what these examinations change; those that stay as they are left out."""
    plan = await changes_of(work, await programme.controls(work.session), examinations)
    return [(control, change) for control, change in plan if change.effect != ScheduleEffect()]


async def _carry_out(work: Work, lead_id: str, plan: Sequence[tuple[Control, ScheduleChange]]) -> None:
    for control, change in plan:
        await carry_out(work, lead_id, control, change, Event.OCCURRENCES_SCHEDULED)
    await show_boards(work)


def _fresh(known: Sequence[Examination], wanted: Wanted) -> Examination:
    """Raises BadExamination at the field that does not fit."""
    title = wanted.title.strip()
    if not 0 < len(title) <= LONGEST_TITLE:
        raise BadExamination(f"Please give a title of at most {LONGEST_TITLE} characters.", field="title")
    if title.casefold() in {each.title.casefold() for each in known}:
        raise BadExamination("There is an examination with this title already.", field="title")
    key = fresh_key(title, [each.id for each in known])
    fresh = Examination(id=key, title=title, kind=wanted.kind, type=wanted.type)
    _set(fresh, _sound(fresh, wanted.terms))
    return fresh


def _checked(row: Examination, asked: Terms) -> Terms:
    """Raises BadExamination at the field that does not fit, and NothingChanged."""
    after = _sound(row, asked)
    if after == terms_of(row):
        raise NothingChanged
    return after


def _sound(row: Examination, asked: Terms) -> Terms:
    if wrong := fault(row.kind, row.type, asked):
        field, sentence = wrong
        raise BadExamination(sentence, field=field)
    return sound(row.kind, asked)


def _set(row: Examination, terms: Terms) -> None:
    row.as_of, row.starts_on, row.ends_on = terms.as_of, terms.starts_on, terms.ends_on
    row.categories = list(terms.categories)


def _sum(plan: Sequence[tuple[Control, ScheduleChange]]) -> ScheduleEffect:
    return sum((change.effect for _, change in plan), ScheduleEffect())


async def _examination(work: Work, examination_id: str) -> Examination:
    row = await programme.examination(work.session, examination_id, to_change=True)
    if row is None:
        raise RequestClosed
    return row
