"""The readiness report, for today or a past day: the facts of each examination, the roster and the waivers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant
from bot.desk import Desk
from bot.errors import BadDate, NoSuchControl, NotALead, ReportFails
from bot.evidence.rules.windows import JudgedOccurrence, JudgedWindow
from bot.evidence.waiver_history import waivers_in_force
from bot.owners.current_owners import CurrentRoster, roster, roster_now
from bot.owners.leave import absences
from bot.owners.rules.leave import Absence
from bot.owners.rules.ownership import NOBODY_IN_CHARGE, InCharge
from bot.people import acting_person
from bot.readiness.as_of import (
    ExaminedWindow,
    ReportedProgramme,
    controls_then,
    programme_now,
    programme_then,
)
from bot.readiness.rules.status import (
    ControlOnDay,
    ControlStanding,
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
from bot.schedule.rules.examinations import criteria_of_control, examination_window
from bot.work import Work
from content.library import Library
from storage import people, programme
from storage.programme import Control, ControlScope, Examination
from storage.record import entries
from storage.terms import ReportKind, ReportType

Listing = Callable[[JudgedWindow], Sequence[JudgedOccurrence]]


@dataclass(frozen=True, slots=True)
class ReportTime:
    """The day of a report, in the company's zone, and the instant up to which events count."""

    day: date
    until: datetime
    past: bool = False


async def show_status(desk: Desk, person_id: str, day: date | None) -> Status:
    """The report for a lead, of now or of the end of a past day. Raises ReportFails when it does not tie."""
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
        controls = await programme.controls(work.session)
        control = control_by_id(await controls_then(work, when.until) if when.past else controls, words)
        if control is None:
            later = control_by_id(controls, words)
            raise NoSuchControl(not_adopted_yet(later, when.day) if later else unknown_control(words))
        charges, names = await _roster(work, when)
        charge = charges.get(control.id, NOBODY_IN_CHARGE)
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


async def readiness_report(work: Work, when: ReportTime, *, whole: bool = False) -> Status:
    """The report; with ``whole`` it lists every open occurrence, and otherwise those that are due soon.

    Raises Unreconciled when an examination's occurrences do not tie.
    """
    charges, names = await _roster(work, when)
    absent = await _absences(work, charges, when.until)
    if when.past:
        reported = await programme_then(work, when.day, when.until, whole=whole)
    else:
        reported = await programme_now(work, when.day, whole=whole)
    titles = {control.id: control.title for control in reported.controls}
    listing = _all_listed if whole else _first_listed
    facts = _examination_facts(work, reported, _owner_names(charges, names), listing)
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
            for control in reported.controls
        ),
        waivers=await waivers_in_force(work, titles, when.until),
    )


def _first_listed(window: JudgedWindow) -> list[JudgedOccurrence]:
    return window.first_listed()


def _all_listed(window: JudgedWindow) -> Sequence[JudgedOccurrence]:
    return window.listed


async def current_examination_facts(
    work: Work,
    as_of: date | None = None,
    listing: Listing = _first_listed,
    roster_read: CurrentRoster | None = None,
) -> tuple[TypeOne | TypeTwo, ...]:
    """Each examination with its facts of now, as they count on ``as_of`` in the company's zone, or today.

    ``listing`` tells which occurrences of a window have a standing of their own.
    """
    charges, names = roster_read or await roster_now(work)
    reported = await programme_now(work, as_of or work.today)
    return tuple(_examination_facts(work, reported, _owner_names(charges, names), listing))


async def readiness_lines(work: Work, roster_read: CurrentRoster | None = None) -> list[str]:
    """One sentence for each examination, for Home and the terminal."""
    lines = []
    spans = {row.title: examination_dates(row) for row in await programme.examinations(work.session)}
    for examination in await current_examination_facts(work, roster_read=roster_read):
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


def _examination_facts(
    work: Work, reported: ReportedProgramme, owners: Mapping[str, str], listing: Listing
) -> list[TypeOne | TypeTwo]:
    facts: list[TypeOne | TypeTwo] = []
    for each in reported.examined:
        scope = criteria_in_scope(each.examination, work.content)
        if each.examination.type is ReportType.TYPE1:
            facts.append(_type_one(each, owners, scope))
        else:
            facts.append(_type_two(each, owners, scope, listing))
    return facts


def _type_one(examined: ExaminedWindow, owners: Mapping[str, str], scope: tuple[str, ...]) -> TypeOne:
    """A control that was first performed after the date of the report was not shown in place on that date."""
    examination, tallies = examined.examination, examined.window.tallies
    _, as_of = examination_window(examination)
    first_on = {control_id: tally.first_performed_on for control_id, tally in tallies.items()}
    designs = tuple(
        Design(
            control_id=control.id,
            title=control.title,
            criteria=tuple(criteria_of_control(control, examination.kind)),
            owner=owners.get(control.id),
            has_evidence=(first := first_on.get(control.id)) is not None and first <= as_of,
        )
        for control in examined.controls.values()
    )
    return TypeOne(title=examination.title, as_of=as_of, designs=designs, criteria_in_scope=scope)


def _type_two(
    examined: ExaminedWindow,
    owners: Mapping[str, str],
    scope: tuple[str, ...],
    listing: Listing,
) -> TypeTwo:
    examination, window = examined.examination, examined.window
    kind, (starts_on, ends_on) = examination.kind, examination_window(examination)
    controls = {
        control.id: ControlStanding(
            control.title,
            tuple(criteria_of_control(control, kind)),
            owners.get(control.id),
            window.tallies[control.id],
        )
        for control in examined.controls.values()
        if control.id in window.tallies
    }
    return TypeTwo(
        title=examination.title,
        starts_on=starts_on,
        ends_on=ends_on,
        standings=tuple(
            _standing(each, controls[each.control_id])
            for each in listing(window)
            if each.control_id in controls
        ),
        criteria_in_scope=scope,
        scheduled=examined.scheduled,
        controls=tuple(controls.values()),
        listed_twice=window.listed_twice,
    )


def _standing(judged: JudgedOccurrence, control: ControlStanding) -> OccurrenceStanding:
    return OccurrenceStanding(
        control_id=judged.control_id,
        title=control.title,
        criteria=control.criteria,
        owner=control.owner,
        period=judged.period,
        due_on=judged.due_on,
        last_day=judged.last_day,
        disposition=judged.disposition,
        under_review=judged.under_review,
        rejected=judged.rejected,
    )


def _in_charge(
    control: Control | ControlScope,
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


async def _roster(work: Work, when: ReportTime) -> CurrentRoster:
    """Who was in charge of each control, and the names that people have today, by id."""
    if not when.past:
        return await roster_now(work)
    charges = await roster(work, when.until)
    ids = {
        person_id
        for each in charges.values()
        for person_id in (each.owner, each.backup, each.asked)
        if person_id
    }
    return charges, {
        key: person.name for key, person in (await people.people_by_id(work.session, ids)).items()
    }
