"""Gathering what readiness is computed from: every examination with its occurrences, or its controls as of a date."""

from collections.abc import Sequence
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.ownership import accepted_owners
from bot.programme import in_scope, span, window
from bot.rules.calendar import local_date
from bot.rules.digest import TypeOne, TypeTwo
from bot.rules.evidence import disposition, last_day_to_act
from bot.rules.readiness import Design, Standing, readiness_as_of, readiness_over
from content.models import Criterion, Programme
from storage import evidence, people, programme
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.terms import Disposition, OccurrenceState, ReportKind, ReportType


async def examinations(
    session: AsyncSession, desk: Desk, as_of: date | None = None
) -> tuple[TypeOne | TypeTwo, ...]:
    """Each examination with its facts on a date of the company's; today when none is given."""
    today = as_of or local_date(desk.now(), desk.library.programme.zone)
    controls = {control.id: control for control in await programme.controls(session)}
    owners = await _owner_names(session)
    listed = await evidence.occurrences(session)
    gathered: list[TypeOne | TypeTwo] = []
    for examination in await programme.examinations(session):
        mine = {key: control for key, control in controls.items() if in_scope(control, examination)}
        scope = criteria_in_scope(examination, desk.library.criteria, desk.library.programme)
        within = [row for row in listed if row.control_id in mine and _falls_within(row, examination)]
        if examination.type is ReportType.TYPE1:
            gathered.append(_type_one(examination, mine, owners, within, scope))
        else:
            standings = tuple(
                _standing(row, mine[row.control_id], owners, examination.kind, today) for row in within
            )
            starts_on, ends_on = window(examination)
            gathered.append(
                TypeTwo(
                    title=examination.title,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    standings=standings,
                    criteria_in_scope=scope,
                    scheduled=await evidence.count_scheduled(session, set(mine), starts_on, ends_on),
                )
            )
    return tuple(gathered)


async def readiness_lines(session: AsyncSession, desk: Desk) -> list[str]:
    """One sentence for each examination, for Home and the terminal."""
    lines = []
    spans = {row.title: span(row) for row in await programme.examinations(session)}
    for examination in await examinations(session, desk):
        title = f"{examination.title} ({spans[examination.title]})"
        lines.append(f"{title}: {_sentence(examination)}")
    return lines


def criteria_in_scope(
    examination: Examination, criteria: Sequence[Criterion], company: Programme
) -> tuple[str, ...]:
    """SOC 2: the criteria of its categories (TSP section 100). SOC 1: management's own objectives."""
    if examination.kind is ReportKind.SOC1:
        return tuple(objective.id for objective in company.objectives)
    return tuple(criterion.id for criterion in criteria if criterion.category in examination.categories)


def _sentence(examination: TypeOne | TypeTwo) -> str:
    if isinstance(examination, TypeOne):
        one = readiness_as_of(examination.designs, examination.criteria_in_scope)
        total = len(examination.criteria_in_scope)
        return f"{len(one.ready)} of {total} control objectives ready, {len(one.gaps)} with gaps."
    two = readiness_over(
        examination.standings, examination.criteria_in_scope, scheduled=examination.scheduled
    )
    parts = ", ".join(f"{two.counts[each]} {each.replace('_', ' ')}" for each in Disposition)
    return f"{two.scheduled} occurrences scheduled = {parts}."


def _type_one(
    examination: Examination,
    controls: dict[str, Control],
    owners: dict[str, str],
    within: Sequence[Occurrence],
    scope: tuple[str, ...],
) -> TypeOne:
    shown = {row.control_id for row in within if row.state is OccurrenceState.ACCEPTED}
    designs = tuple(
        Design(
            control_id=control.id,
            title=control.title,
            criteria=tuple(_answers_to(control, examination.kind)),
            owner=owners.get(control.id),
            has_evidence=control.id in shown,
        )
        for control in controls.values()
    )
    return TypeOne(
        title=examination.title,
        as_of=window(examination)[1],
        designs=designs,
        criteria_in_scope=scope,
    )


def _standing(
    row: Occurrence, control: Control, owners: dict[str, str], kind: ReportKind, today: date
) -> Standing:
    return Standing(
        control_id=control.id,
        title=control.title,
        criteria=tuple(_answers_to(control, kind)),
        owner=owners.get(control.id),
        period=row.label,
        due_on=row.due_on,
        last_day=last_day_to_act(row.due_on, row.grace_days),
        disposition=disposition(row.state, row.performed_on, row.due_on, row.grace_days, today),
        under_review=row.state is OccurrenceState.SUBMITTED,
    )


def _answers_to(control: Control, kind: ReportKind) -> list[str]:
    return control.objectives if kind is ReportKind.SOC1 else control.criteria


def _falls_within(row: Occurrence, examination: Examination) -> bool:
    starts_on, ends_on = window(examination)
    return starts_on <= row.ends_on <= ends_on


async def _owner_names(session: AsyncSession) -> dict[str, str]:
    owners = await accepted_owners(session)
    known = await people.people_by_id(session, owners.values())
    return {control_id: known[person_id].name for control_id, person_id in owners.items()}
