"""The company's examinations: content proposes them, and a lead adds and changes them.

Every change brings the stored occurrences in line, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.errors import BadExamination, NothingChanged, ReasonMissing, RequestClosed
from bot.obligations import refresh_lead_homes
from bot.people import acting_lead
from bot.schedule.rules.examinations import (
    LONGEST_TITLE,
    ExaminationTerms,
    new_examination_id,
    normalized_terms,
    terms_fault,
    terms_of,
)
from bot.schedule.rules.schedule_changes import ScheduleChange, ScheduleEffect
from bot.schedule.scheduling import carry_out_schedule_change, schedule_changes_of
from bot.work import Work
from content.models import ExaminationSpec
from storage import programme
from storage.programme import Control, Examination
from storage.record import entries
from storage.record.recorded import subject_of
from storage.terms import Category, Event, ReportKind, ReportType


@dataclass(frozen=True)
class NewExamination:
    """An examination to be added."""

    title: str
    kind: ReportKind
    type: ReportType
    terms: ExaminationTerms


@dataclass(frozen=True)
class ExaminationProposal:
    """An examination in content that is not stored, or that is stored with other terms.

    ``key`` is its id in content, ``known`` the stored examination that it would change.
    """

    key: str
    wanted: NewExamination
    known: Examination | None


async def examinations_and_proposals(
    desk: Desk, lead_id: str
) -> tuple[list[Examination], list[ExaminationProposal]]:
    """The stored examinations, and what content proposes to add or change."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        stored = await programme.examinations(work.session)
        proposals = [await _proposal(work, stored, spec) for spec in work.content.programme.examinations]
        return stored, [proposal for proposal in proposals if proposal]


async def proposed_examination(desk: Desk, lead_id: str, key: str) -> ExaminationProposal:
    _, proposals = await examinations_and_proposals(desk, lead_id)
    for proposal in proposals:
        if proposal.key == key:
            return proposal
    raise RequestClosed


async def examination_to_change(desk: Desk, lead_id: str, examination_id: str) -> Examination:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return await _locked_examination(work, examination_id)


async def add_examination(desk: Desk, lead_id: str, wanted: NewExamination) -> ScheduleEffect:
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)
        stored = await programme.examinations(work.session)
        examination = _new_examination(stored, wanted)
        plan = await _plan(work, [*stored, examination])
        work.record(Event.EXAMINATION_ADDED, lead.id, examination, effect=asdict(_effect(plan)))
        await _carry_out(work, lead.id, plan)
    return _effect(plan)


async def change_examination(
    desk: Desk, lead_id: str, examination_id: str, terms: ExaminationTerms, reason: str
) -> ScheduleEffect:
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)
        examination = await _locked_examination(work, examination_id)
        before, after = terms_of(examination), _changed_terms(examination, terms)
        _set_terms(examination, after)
        plan = await _plan(work, await programme.examinations(work.session))
        work.record(
            Event.EXAMINATION_CHANGED,
            lead.id,
            examination,
            texts={"reason": reason.strip()},
            before=asdict(before),
            after=asdict(after),
            effect=asdict(_effect(plan)),
        )
        await _carry_out(work, lead.id, plan)
    return _effect(plan)


async def effect_of_adding(desk: Desk, lead_id: str, wanted: NewExamination) -> ScheduleEffect:
    """What `add_examination` would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        stored = await programme.examinations(work.session)
        return _effect(await _plan(work, [*stored, _new_examination(stored, wanted)]))


async def effect_of_changing(
    desk: Desk, lead_id: str, examination_id: str, terms: ExaminationTerms
) -> ScheduleEffect:
    """What `change_examination` would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        stored = await _locked_examination(work, examination_id)
        changed = Examination(id=stored.id, title=stored.title, kind=stored.kind, type=stored.type)
        _set_terms(changed, _changed_terms(stored, terms))
        others = [each for each in await programme.examinations(work.session) if each.id != stored.id]
        return _effect(await _plan(work, [*others, changed]))


async def _proposal(
    work: Work, stored: Sequence[Examination], spec: ExaminationSpec
) -> ExaminationProposal | None:
    """None once a lead has changed the examination in Slack: that decision is newer than the content."""
    terms = ExaminationTerms(spec.as_of, spec.starts_on, spec.ends_on, tuple(map(Category, spec.categories)))
    wanted = NewExamination(spec.title, ReportKind(spec.kind), ReportType(spec.type), terms)
    row = next((each for each in stored if spec.id == each.id or spec.title == each.title), None)
    if row is None:
        return ExaminationProposal(spec.id, wanted, None)
    if (row.kind, row.type) != (wanted.kind, wanted.type) or terms_of(row) == normalized_terms(
        row.kind, terms
    ):
        return None
    changed = await entries.newest_entry(work.session, Event.EXAMINATION_CHANGED, subject_of(row))
    return None if changed else ExaminationProposal(spec.id, wanted, row)


async def _plan(work: Work, examinations: Sequence[Examination]) -> list[tuple[Control, ScheduleChange]]:
    """What these examinations change in the schedule, by control; a control without a change is left out."""
    plan = await schedule_changes_of(work, await programme.controls(work.session), examinations)
    return [(control, change) for control, change in plan if change.effect != ScheduleEffect()]


async def _carry_out(work: Work, lead_id: str, plan: Sequence[tuple[Control, ScheduleChange]]) -> None:
    for control, change in plan:
        await carry_out_schedule_change(work, lead_id, control, change, Event.OCCURRENCES_SCHEDULED)
    await refresh_lead_homes(work)


def _new_examination(stored: Sequence[Examination], wanted: NewExamination) -> Examination:
    """Raises BadExamination at the field that does not fit."""
    title = wanted.title.strip()
    if not 0 < len(title) <= LONGEST_TITLE:
        sentence = f"Please give a title of at most {LONGEST_TITLE} characters."
        raise BadExamination(sentence, field=Field.TITLE)
    if title.casefold() in {each.title.casefold() for each in stored}:
        raise BadExamination("There is an examination with this title already.", field=Field.TITLE)
    key = new_examination_id(title, [each.id for each in stored])
    examination = Examination(id=key, title=title, kind=wanted.kind, type=wanted.type)
    _set_terms(examination, _sound_terms(examination, wanted.terms))
    return examination


def _changed_terms(examination: Examination, terms: ExaminationTerms) -> ExaminationTerms:
    """Raises BadExamination at the field that does not fit, and NothingChanged."""
    after = _sound_terms(examination, terms)
    if after == terms_of(examination):
        raise NothingChanged
    return after


def _sound_terms(examination: Examination, terms: ExaminationTerms) -> ExaminationTerms:
    if wrong := terms_fault(examination.kind, examination.type, terms):
        field, sentence = wrong
        raise BadExamination(sentence, field=field)
    return normalized_terms(examination.kind, terms)


def _set_terms(examination: Examination, terms: ExaminationTerms) -> None:
    examination.as_of, examination.starts_on, examination.ends_on = (
        terms.as_of,
        terms.starts_on,
        terms.ends_on,
    )
    examination.categories = list(terms.categories)


def _effect(plan: Sequence[tuple[Control, ScheduleChange]]) -> ScheduleEffect:
    return sum((change.effect for _, change in plan), ScheduleEffect())


async def _locked_examination(work: Work, examination_id: str) -> Examination:
    examination = await programme.examination(work.session, examination_id, to_change=True)
    if examination is None:
        raise RequestClosed
    return examination
