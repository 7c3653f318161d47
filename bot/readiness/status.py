"""The readiness report, for today or a past day: the facts of each examination, the roster and the waivers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant
from bot.desk import Desk
from bot.errors import BadDate, NoSuchControl, NotALead, ReportFails
from bot.evidence.rules.dispositions import disposition, last_day_to_act, occurrence_state_at
from bot.evidence.rules.waivers import waivers_by_occurrence
from bot.evidence.waiver_history import waivers_in_force
from bot.owners.current_owners import roster
from bot.owners.leave import absences
from bot.owners.rules.leave import Absence
from bot.owners.rules.ownership import NOBODY_IN_CHARGE, InCharge
from bot.people import acting_person
from bot.readiness.as_of import Definitions, definitions_now, definitions_then
from bot.readiness.rules.status import (
    ControlOnDay,
    Design,
    OccurrenceStanding,
    RosterLine,
    Status,
    TypeOne,
    TypeTwo,
    Unreconciled,
    assess,
)
from bot.readiness.views.status import (
    before_the_record,
    day_to_come,
    examination_sentence,
    leads_only,
    not_adopted_yet,
    report_fails,
)
from bot.register.rules.controls import control_by_id
from bot.register.views.controls import unknown_control
from bot.register.views.examinations import examination_dates
from bot.schedule.rules.examinations import examination_window, in_scope
from bot.work import Work
from content.library import Library
from storage import evidence, evidence_reviews, people, programme, waivers
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.record import entries
from storage.terms import OccurrenceState, ReportKind, ReportType


@dataclass(frozen=True, slots=True)
class ReportTime:
    """The day of a report, in the company's zone, and the instant up to which events count."""

    day: date
    until: datetime
    past: bool = False


@dataclass(frozen=True, slots=True)
class _OccurrenceThen:
    """An occurrence with its state at the instant of the report, and when its control was performed."""

    row: Occurrence
    state: OccurrenceState
    performed_on: date | None


async def show_status(desk: Desk, person_id: str, day: date | None) -> Status:
    """The whole report for a lead, of now or of the end of a past day. Raises ReportFails when it does not tie."""
    async with desk.snapshot() as work:
        await _lead(work, person_id)
        when = await report_time(work, day)
        try:
            return await readiness_report(work, when)
        except Unreconciled as fault:
            raise ReportFails(report_fails(str(fault))) from fault


async def control_ids(desk: Desk, lead_id: str) -> list[str]:
    """What can be named behind a day, for a lead."""
    async with desk.reading() as work:
        await _lead(work, lead_id)
        return [control.id for control in await programme.controls(work.session)]


async def show_control(desk: Desk, person_id: str, day: date | None, words: str) -> ControlOnDay:
    """For a lead: a control and who is in charge of it, now or at the end of a past day. Raises NoSuchControl."""
    async with desk.snapshot() as work:
        await _lead(work, person_id)
        when = await report_time(work, day)
        definitions = await _definitions(work, when)
        control = control_by_id(definitions.controls, words)
        if control is None:
            later = control_by_id(await programme.controls(work.session), words)
            raise NoSuchControl(not_adopted_yet(later, when.day) if later else unknown_control(words))
        charges = await roster(work, when.until)
        charge = charges.get(control.id, NOBODY_IN_CHARGE)
        names = await _names(work, {control.id: charge})
        absent = await _absences(work, {control.id: charge}, when.until)
        in_charge = _in_charge(control, charge, names, work.zone, absent.get(control.id))
        return ControlOnDay(when.day, when.past, control, in_charge)


async def _lead(work: Work, person_id: str) -> None:
    """Raises NotALead, which tells the person what they can see instead."""
    person = await acting_person(work, person_id)
    if not person.is_lead:
        raise NotALead(leads_only([lead.name for lead in await people.leads(work.session)]))


async def report_time(work: Work, day: date | None) -> ReportTime:
    """The report of now, or of the end of ``day``. Raises BadDate for a future day and for one before the record."""
    if day is None or day == work.today:
        return ReportTime(work.today, work.now)
    if day > work.today:
        raise BadDate(day_to_come(day))
    first = await entries.first_entry(work.session)
    begun_on = local_date(first.at, work.zone)
    if day < begun_on:
        raise BadDate(before_the_record(day, begun_on))
    return ReportTime(day, local_instant(day + DAY, time(0), work.zone) - datetime.resolution, past=True)


async def readiness_report(work: Work, when: ReportTime) -> Status:
    """The whole report. Raises Unreconciled when an examination's occurrences do not tie."""
    definitions = await _definitions(work, when)
    charges = await roster(work, when.until)
    names = await _names(work, charges)
    absent = await _absences(work, charges, when.until)
    titles = {control.id: control.title for control in definitions.controls}
    facts = await _examination_facts(work, when, definitions, _owner_names(charges, names))
    return Status(
        day=when.day,
        past=when.past,
        examinations=tuple(assess(each) for each in facts),
        roster=tuple(
            _in_charge(
                control,
                charges.get(control.id, NOBODY_IN_CHARGE),
                names,
                work.zone,
                absent.get(control.id),
            )
            for control in definitions.controls
        ),
        waivers=await waivers_in_force(work, titles, when.until),
    )


async def current_examination_facts(work: Work, as_of: date | None = None) -> tuple[TypeOne | TypeTwo, ...]:
    """Each examination with its facts of now, as they count on ``as_of`` in the company's zone, or today."""
    when = ReportTime(as_of or work.today, work.now)
    charges = await roster(work, when.until)
    owners = _owner_names(charges, await _names(work, charges))
    return await _examination_facts(work, when, await definitions_now(work), owners)


async def readiness_lines(work: Work) -> list[str]:
    """One sentence for each examination, for Home and the terminal."""
    lines = []
    spans = {row.title: examination_dates(row) for row in await programme.examinations(work.session)}
    for examination in await current_examination_facts(work):
        title = f"{examination.title} ({spans[examination.title]})"
        lines.append(f"{title}: {examination_sentence(assess(examination))}")
    return lines


def criteria_in_scope(examination: Examination, content: Library) -> tuple[str, ...]:
    """SOC 2: the criteria of its categories (TSP section 100). SOC 1: management's own objectives."""
    if examination.kind is ReportKind.SOC1:
        return tuple(objective.id for objective in content.programme.objectives)
    return tuple(
        criterion.id for criterion in content.criteria if criterion.category in examination.categories
    )


async def _definitions(work: Work, when: ReportTime) -> Definitions:
    return await definitions_then(work, when.until) if when.past else await definitions_now(work)


async def _examination_facts(
    work: Work, when: ReportTime, definitions: Definitions, owners: Mapping[str, str]
) -> tuple[TypeOne | TypeTwo, ...]:
    occurrences = await _occurrences_then(work, definitions.occurrences, when.until)
    facts: list[TypeOne | TypeTwo] = []
    for examination in definitions.examinations:
        controls = {control.id: control for control in definitions.controls if in_scope(control, examination)}
        scope = criteria_in_scope(examination, work.content)
        within = [
            each
            for each in occurrences
            if each.row.control_id in controls and _falls_within(each.row, examination)
        ]
        if examination.type is ReportType.TYPE1:
            facts.append(_type_one(examination, controls, owners, within, scope))
        else:
            standings = tuple(
                _standing(each, controls[each.row.control_id], owners, examination.kind, when.day)
                for each in within
            )
            starts_on, ends_on = examination_window(examination)
            facts.append(
                TypeTwo(
                    title=examination.title,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    standings=standings,
                    criteria_in_scope=scope,
                    scheduled=await _count_scheduled(work, definitions, controls, examination, when.until),
                )
            )
    return tuple(facts)


async def _count_scheduled(
    work: Work,
    definitions: Definitions,
    control_ids: Collection[str],
    examination: Examination,
    until: datetime,
) -> int:
    """Counted from the table's rows, also for a past instant, whose occurrences are read from the record."""
    ever = await evidence.count_ever_scheduled(
        work.session, control_ids, *examination_window(examination), until
    )
    return ever - sum(
        row.control_id in control_ids and _falls_within(row, examination) for row in definitions.withdrawn
    )


async def _occurrences_then(work: Work, rows: Sequence[Occurrence], until: datetime) -> list[_OccurrenceThen]:
    submitted = await evidence_reviews.submissions(work.session, until)
    waived = waivers_by_occurrence(await waivers.granted_waivers(work.session, until))
    return [
        _OccurrenceThen(row, *occurrence_state_at(waived.get(row.id, ()), submitted.get(row.id, ()), until))
        for row in rows
    ]


def _type_one(
    examination: Examination,
    controls: Mapping[str, Control],
    owners: Mapping[str, str],
    within: Sequence[_OccurrenceThen],
    scope: tuple[str, ...],
) -> TypeOne:
    """A control that was first performed after the date of the report was not shown in place on that date."""
    as_of = examination_window(examination)[1]
    in_place = {each.row.control_id for each in within if each.performed_on and each.performed_on <= as_of}
    designs = tuple(
        Design(
            control_id=control.id,
            title=control.title,
            criteria=tuple(criteria_of_control(control, examination.kind)),
            owner=owners.get(control.id),
            has_evidence=control.id in in_place,
        )
        for control in controls.values()
    )
    return TypeOne(title=examination.title, as_of=as_of, designs=designs, criteria_in_scope=scope)


def _standing(
    occurrence: _OccurrenceThen, control: Control, owners: Mapping[str, str], kind: ReportKind, today: date
) -> OccurrenceStanding:
    row, state = occurrence.row, occurrence.state
    return OccurrenceStanding(
        control_id=control.id,
        title=control.title,
        criteria=tuple(criteria_of_control(control, kind)),
        owner=owners.get(control.id),
        period=row.label,
        due_on=row.due_on,
        last_day=last_day_to_act(row.due_on, row.grace_days),
        disposition=disposition(state, occurrence.performed_on, row.due_on, row.grace_days, today),
        under_review=state is OccurrenceState.SUBMITTED,
        rejected=state is OccurrenceState.REJECTED,
    )


def criteria_of_control(control: Control, kind: ReportKind) -> list[str]:
    return control.objectives if kind is ReportKind.SOC1 else control.criteria


def _falls_within(row: Occurrence, examination: Examination) -> bool:
    starts_on, ends_on = examination_window(examination)
    return starts_on <= row.ends_on <= ends_on


def _in_charge(
    control: Control,
    charge: InCharge,
    names: Mapping[str | None, str],
    zone: str,
    absence: Absence | None,
) -> RosterLine:
    return RosterLine(
        control_id=control.id,
        title=control.title,
        owner=names.get(charge.owner),
        since=local_date(charge.since, zone) if charge.since else None,
        backup=names.get(charge.backup),
        asked=names.get(charge.asked),
        absence=absence,
    )


def _owner_names(charges: Mapping[str, InCharge], names: Mapping[str | None, str]) -> dict[str, str]:
    return {control_id: names[charge.owner] for control_id, charge in charges.items() if charge.owner}


async def _absences(work: Work, charges: Mapping[str, InCharge], until: datetime) -> dict[str, Absence]:
    owners_and_backups = {
        key: (charge.owner, charge.backup) for key, charge in charges.items() if charge.owner
    }
    return await absences(work, owners_and_backups, until)


async def _names(work: Work, charges: Mapping[str, InCharge]) -> dict[str | None, str]:
    """By person id: the names that people have today."""
    ids = {
        person_id
        for each in charges.values()
        for person_id in (each.owner, each.backup, each.asked)
        if person_id
    }
    return {key: person.name for key, person in (await people.people_by_id(work.session, ids)).items()}
