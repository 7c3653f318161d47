"""Gathering what readiness is computed from, as it is or as it was: examinations, their occurrences, who owns what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant
from bot.desk import Desk
from bot.errors import BadDate, NoSuchControl, NotALead, ReportFails
from bot.evidence.rules.timeliness import disposition, last_day_to_act, state_at
from bot.evidence.rules.waivers import by_occurrence
from bot.evidence.waiver_messages import waivers_in_force
from bot.owners.ownership import roster
from bot.owners.rules.leave import Absence
from bot.owners.rules.ownership import NOBODY, Charge
from bot.owners.stand_ins import absences
from bot.people import acting
from bot.readiness.as_of import Definitions, definitions_now, definitions_then
from bot.readiness.rules.status import (
    Charged,
    ControlOn,
    Design,
    OccurrenceStanding,
    Status,
    TypeOne,
    TypeTwo,
    Unreconciled,
    assess,
)
from bot.readiness.views.status import before_the_record, fails, for_leads, not_adopted_yet, not_yet, sentence
from bot.register.rules.controls import find_by_id
from bot.register.views.controls import unknown_control
from bot.register.views.examinations import dates_of
from bot.schedule.rules.scope import in_scope, window
from bot.work import Work
from content.library import Library
from storage import evidence, people, programme, under_review, waivers
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.record import entries
from storage.terms import OccurrenceState, ReportKind, ReportType


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked at: a date of the company's, and the instant up to which what happened counts."""

    day: date
    until: datetime
    past: bool = False


@dataclass(frozen=True, slots=True)
class Stood:
    """An occurrence as it stood at the instant of the reading."""

    row: Occurrence
    state: OccurrenceState
    performed_on: date | None


async def show_status(desk: Desk, person_id: str, day: date | None) -> Status:
    """For a lead: where everything stands, or stood at the end of a past day. Raises ReportFails."""
    async with desk.snapshot() as work:
        await _lead(work, person_id)
        when = await reading(work, day)
        try:
            return await status(work, when)
        except Unreconciled as fault:
            raise ReportFails(fails(str(fault))) from fault


async def show_control(desk: Desk, person_id: str, day: date | None, words: str) -> ControlOn:
    """For a lead: what a control asks and who is in charge of it, or was at the end of a past day.

    Raises NoSuchControl.
    """
    async with desk.snapshot() as work:
        await _lead(work, person_id)
        when = await reading(work, day)
        defined = await _definitions(work, when)
        control = find_by_id(defined.controls, words)
        if control is None:
            later = find_by_id(await programme.controls(work.session), words)
            raise NoSuchControl(not_adopted_yet(later, when.day) if later else unknown_control(words))
        charges = await roster(work, when.until)
        charge = charges.get(control.id, NOBODY)
        names = await _names(work, {control.id: charge})
        away = await _away(work, {control.id: charge}, when.until)
        zone = work.zone
        return ControlOn(
            when.day, when.past, control, _charged(control, charge, names, zone, away.get(control.id))
        )


async def _lead(work: Work, person_id: str) -> None:
    """Raises NotALead with what everybody else can see instead."""
    person = await acting(work, person_id)
    if not person.is_lead:
        raise NotALead(for_leads([lead.name for lead in await people.leads(work.session)]))


async def reading(work: Work, day: date | None) -> Reading:
    """Raises BadDate for a day that has not come, and for one before the record begins."""
    if day is None or day == work.today:
        return Reading(work.today, work.now)
    if day > work.today:
        raise BadDate(not_yet(day))
    [first] = await entries.entries_from(work.session, 0, page=1)
    begun_on = local_date(first.at, work.zone)
    if day < begun_on:
        raise BadDate(before_the_record(day, begun_on))
    return Reading(day, local_instant(day + DAY, time(0), work.zone) - datetime.resolution, past=True)


async def status(work: Work, when: Reading) -> Status:
    """The whole report. Raises Unreconciled when an examination's occurrences do not tie."""
    defined = await _definitions(work, when)
    charges = await roster(work, when.until)
    names = await _names(work, charges)
    away = await _away(work, charges, when.until)
    titles = {control.id: control.title for control in defined.controls}
    examined = await _examined(work, when, defined, _owner_names(charges, names))
    return Status(
        day=when.day,
        past=when.past,
        examinations=tuple(assess(each) for each in examined),
        roster=tuple(
            _charged(
                control,
                charges.get(control.id, NOBODY),
                names,
                work.zone,
                away.get(control.id),
            )
            for control in defined.controls
        ),
        waivers=await waivers_in_force(work, titles, when.until),
    )


async def examinations(work: Work, as_of: date | None = None) -> tuple[TypeOne | TypeTwo, ...]:
    """Each examination with its facts as they are now, counted to a date of the company's, or to today."""
    when = Reading(as_of or work.today, work.now)
    charges = await roster(work, when.until)
    owners = _owner_names(charges, await _names(work, charges))
    return await _examined(work, when, await definitions_now(work), owners)


async def readiness_lines(work: Work) -> list[str]:
    """One sentence for each examination, for Home and the terminal."""
    lines = []
    spans = {row.title: dates_of(row) for row in await programme.examinations(work.session)}
    for examination in await examinations(work):
        title = f"{examination.title} ({spans[examination.title]})"
        lines.append(f"{title}: {sentence(assess(examination))}")
    return lines


def criteria_in_scope(examination: Examination, content: Library) -> tuple[str, ...]:
    """SOC 2: the criteria of its categories (TSP section 100). SOC 1: management's own objectives."""
    if examination.kind is ReportKind.SOC1:
        return tuple(objective.id for objective in content.programme.objectives)
    return tuple(
        criterion.id for criterion in content.criteria if criterion.category in examination.categories
    )


async def _definitions(work: Work, when: Reading) -> Definitions:
    return await definitions_then(work, when.until) if when.past else await definitions_now(work)


async def _examined(
    work: Work, when: Reading, defined: Definitions, owners: Mapping[str, str]
) -> tuple[TypeOne | TypeTwo, ...]:
    listed = await _stood(work, defined.occurrences, when.until)
    gathered: list[TypeOne | TypeTwo] = []
    for examination in defined.examinations:
        mine = {control.id: control for control in defined.controls if in_scope(control, examination)}
        scope = criteria_in_scope(examination, work.content)
        within = [
            each for each in listed if each.row.control_id in mine and _falls_within(each.row, examination)
        ]
        if examination.type is ReportType.TYPE1:
            gathered.append(_type_one(examination, mine, owners, within, scope))
        else:
            standings = tuple(
                _standing(each, mine[each.row.control_id], owners, examination.kind, when.day)
                for each in within
            )
            starts_on, ends_on = window(examination)
            gathered.append(
                TypeTwo(
                    title=examination.title,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    standings=standings,
                    criteria_in_scope=scope,
                    scheduled=await _count_scheduled(work, defined, mine, examination, when.until),
                )
            )
    return tuple(gathered)


async def _count_scheduled(
    work: Work,
    defined: Definitions,
    control_ids: Collection[str],
    examination: Examination,
    until: datetime,
) -> int:
    """Counted by the table's rows, also of a past instant for which the list is read from the record."""
    ever = await evidence.count_ever_scheduled(work.session, control_ids, *window(examination), until)
    return ever - sum(
        row.control_id in control_ids and _falls_within(row, examination) for row in defined.withdrawn
    )


async def _stood(work: Work, rows: Sequence[Occurrence], until: datetime) -> list[Stood]:
    given = await under_review.submissions(work.session, until)
    waived = by_occurrence(await waivers.granted_waivers(work.session, until))
    return [Stood(row, *state_at(waived.get(row.id, ()), given.get(row.id, ()), until)) for row in rows]


def _type_one(
    examination: Examination,
    controls: Mapping[str, Control],
    owners: Mapping[str, str],
    within: Sequence[Stood],
    scope: tuple[str, ...],
) -> TypeOne:
    """What was performed after the date of the report does not show a control in place on that date."""
    as_of = window(examination)[1]
    shown = {each.row.control_id for each in within if each.performed_on and each.performed_on <= as_of}
    designs = tuple(
        Design(
            control_id=control.id,
            title=control.title,
            criteria=tuple(answers_to(control, examination.kind)),
            owner=owners.get(control.id),
            has_evidence=control.id in shown,
        )
        for control in controls.values()
    )
    return TypeOne(title=examination.title, as_of=as_of, designs=designs, criteria_in_scope=scope)


def _standing(
    stood: Stood, control: Control, owners: Mapping[str, str], kind: ReportKind, today: date
) -> OccurrenceStanding:
    row = stood.row
    return OccurrenceStanding(
        control_id=control.id,
        title=control.title,
        criteria=tuple(answers_to(control, kind)),
        owner=owners.get(control.id),
        period=row.label,
        due_on=row.due_on,
        last_day=last_day_to_act(row.due_on, row.grace_days),
        disposition=disposition(stood.state, stood.performed_on, row.due_on, row.grace_days, today),
        under_review=stood.state is OccurrenceState.SUBMITTED,
        rejected=stood.state is OccurrenceState.REJECTED,
    )


def answers_to(control: Control, kind: ReportKind) -> list[str]:
    return control.objectives if kind is ReportKind.SOC1 else control.criteria


def _falls_within(row: Occurrence, examination: Examination) -> bool:
    starts_on, ends_on = window(examination)
    return starts_on <= row.ends_on <= ends_on


def _charged(
    control: Control,
    charge: Charge,
    names: Mapping[str | None, str],
    zone: str,
    absence: Absence | None,
) -> Charged:
    return Charged(
        control_id=control.id,
        title=control.title,
        owner=names.get(charge.owner),
        since=local_date(charge.since, zone) if charge.since else None,
        backup=names.get(charge.backup),
        asked=names.get(charge.asked),
        absence=absence,
    )


def _owner_names(charges: Mapping[str, Charge], names: Mapping[str | None, str]) -> dict[str, str]:
    return {control_id: names[charge.owner] for control_id, charge in charges.items() if charge.owner}


async def _away(work: Work, charges: Mapping[str, Charge], until: datetime) -> dict[str, Absence]:
    owned = {key: (charge.owner, charge.backup) for key, charge in charges.items() if charge.owner}
    return await absences(work, owned, until)


async def _names(work: Work, charges: Mapping[str, Charge]) -> dict[str | None, str]:
    """By person id, as people are called today."""
    ids = {
        person_id
        for each in charges.values()
        for person_id in (each.owner, each.backup, each.asked)
        if person_id
    }
    return {key: person.name for key, person in (await people.people_by_id(work.session, ids)).items()}
