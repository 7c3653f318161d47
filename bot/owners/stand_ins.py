"""Who is asked for evidence: the owner or, while they are away, the backup; where nobody is there, leads are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.blocks.kit import Message
from bot.calendar.periods import DAY, local_date
from bot.calendar.workdays import Away
from bot.deadlines import not_over, workdays_by_id, workdays_of
from bot.desk import Desk
from bot.obligations import close_obligation, open_obligation
from bot.owners import handovers
from bot.owners.offers import DECIDE_WITHIN
from bot.owners.ownership import backups, owners_to_ask
from bot.owners.rules.leave import Absence, Answering, answerable, uncovered
from bot.owners.rules.ownership import answering_owners, holders
from bot.owners.views import leave as view
from bot.people import name_of
from bot.work import Work
from storage import evidence, leave, obligations, ownership, people, programme
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person
from storage.terms import ObligationKind, ObligationState, OwnershipRole, OwnershipState

ASK_AHEAD = timedelta(days=7)


@dataclass
class Uncovered:
    """What falls due of one control while its owner and its backup are away; ``leave`` is the owner's first one."""

    owner: str
    leave: Away
    due: list[Occurrence] = field(default_factory=list)


async def ask_for_evidence(desk: Desk) -> None:
    """Tick: whatever is due within a week is asked of who answers for it now, and of nobody else.

    So what is open passes to the backup when the owner's leave begins, and back when it ends.
    """
    async with desk.reading() as work:
        if not any(await _compare(work)):
            return
    async with desk.work() as work:
        missing, left_over = await _compare(work)
        for row in left_over:
            await close_obligation(work, row, ObligationState.WITHDRAWN)
        for occurrence, person in missing:
            await open_obligation(work, person, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on)


async def ask_for_cover(desk: Desk) -> None:
    """Tick: leads are asked for a backup where nobody will be there, as soon as that is known and while it is so."""
    async with desk.reading() as work:
        if not any(await _compare_cover(work)):
            return
    async with desk.work() as work:
        missing, left_over = await _compare_cover(work)
        for lead, control_id, gap in missing:
            due_on = await _cover_by(work, lead, gap.leave)
            await open_obligation(work, lead, ObligationKind.COVER, control_id, due_on)
        for row in left_over:
            await close_obligation(work, row, ObligationState.WITHDRAWN)


async def who_answers(work: Work, occurrence: Occurrence) -> Answering | None:
    """None while nobody who can act has accepted to own its control."""
    held = await ownership.ownerships_of_control(work.session, occurrence.control_id)
    return (await _answering(work, [occurrence], held)).get(occurrence.id)


async def why_asked(work: Work, answering: Answering | None, person_id: str, control_id: str) -> str | None:
    """For whom this person stands in, in words; None for an owner who has accepted."""
    if answering is None or answering.person_id != person_id:
        return None
    if answering.until is None:
        return None if await handovers.still_owns(work, person_id, control_id) else view.BETWEEN_OWNERS
    return view.stands_in(await name_of(work, answering.stands_in_for), answering.until)


async def passed_on(work: Work, answering: Answering | None, person_id: str) -> str | None:
    """Who is asked in this owner's place, in words; None when nobody is."""
    if answering is None or answering.until is None or answering.stands_in_for != person_id:
        return None
    return view.passed_on(await name_of(work, answering.person_id), answering.until)


async def absences(
    work: Work, charges: Mapping[str, tuple[str, str | None]], instant: datetime
) -> dict[str, Absence]:
    """Of the controls whose owner was away at an instant; ``charges`` are the ids of owner and accepted backup."""
    ids = {person_id for pair in charges.values() for person_id in pair if person_id}
    known = await people.people_by_id(work.session, ids)
    away = {
        row.person_id: row
        for row in await leave.leaves_at(work.session, ids, instant)
        if row.starts_on <= local_date(instant, known[row.person_id].zone) <= row.ends_on
    }
    return {
        control_id: Absence(
            away[owner].ends_on, known[backup].name if backup and backup not in away else None
        )
        for control_id, (owner, backup) in charges.items()
        if owner in away
    }


async def cover_item(work: Work, owed: Obligation) -> Message | None:
    """How a control for which nobody will be there stands in a lead's bundle."""
    control = await programme.control(work.session, owed.subject)
    if control is None:
        return None
    gap = (await _uncovered(work)).get(control.id)
    if owed.state is not ObligationState.OPEN or gap is None:
        return view.covered(control)
    held = (await backups(work)).get(control.id)
    backup = await name_of(work, held.person_id) if held else None
    return view.uncovered(control, await name_of(work, gap.owner), gap.leave, backup, gap.due)


async def _compare(work: Work) -> tuple[list[tuple[Occurrence, Person]], list[Obligation]]:
    """Who is still to be asked for what, and the requests that stand with somebody else than who answers now.

    While a file is on its way, nobody else is asked for it, and its sender's request stays.
    """
    today = work.today
    ready = {row.id: row for row in await evidence.occurrences_to_ask(work.session, today + ASK_AHEAD)}
    owed = await obligations.open_of_kind(work.session, ObligationKind.EVIDENCE)
    if not ready and not owed:
        return [], []
    asked = await evidence.occurrences_by_id(work.session, {row.subject for row in owed})
    held = await ownership.current_ownerships(work.session)
    answering = await _answering(work, (ready | asked).values(), held)
    standing = {(row.person_id, row.subject) for row in owed}
    sent = await evidence.on_its_way(work.session)
    able = await people.people_by_id(work.session, {each.person_id for each in answering.values()})
    missing = [
        (row, able[answering[key].person_id])
        for key, row in ready.items()
        if key in answering and key not in sent and (answering[key].person_id, key) not in standing
    ]
    return missing, [
        row
        for row in owed
        if sent.get(row.subject) != row.person_id
        and (row.subject not in answering or answering[row.subject].person_id != row.person_id)
    ]


async def _answering(
    work: Work, occurrences: Iterable[Occurrence], held: Iterable[Ownership]
) -> dict[str, Answering]:
    """By occurrence; ``held`` are the ownerships to go by."""
    rows = list(held)
    known = await people.people_by_id(work.session, {row.person_id for row in rows})
    able = {person_id for person_id, person in known.items() if person.may_act}
    owners = answering_owners(rows, able)
    stand_ins = {
        control_id: row.person_id
        for (control_id, role), row in holders(rows, able).items()
        if role is OwnershipRole.BACKUP and row.state is OwnershipState.ACCEPTED
    }
    days = await workdays_by_id(work, known.values())
    return {
        row.id: answerable(owner, stand_ins.get(row.control_id), row.due_on, days, work.now)
        for row in occurrences
        if (owner := owners.get(row.control_id))
    }


async def _compare_cover(work: Work) -> tuple[list[tuple[Person, str, Uncovered]], list[Obligation]]:
    """What leads are asked to assign has its backup named there too: they are not asked twice."""
    assigning = await obligations.open_of_kind(work.session, ObligationKind.ASSIGN)
    in_hand = {row.subject for row in assigning}
    gaps = {key: gap for key, gap in (await _uncovered(work)).items() if key not in in_hand}
    owed = await obligations.open_of_kind(work.session, ObligationKind.COVER)
    if not gaps and not owed:
        return [], []
    leads = {lead.id: lead for lead in await people.leads(work.session)}
    asked = {(row.person_id, row.subject) for row in owed}
    missing = [
        (lead, control_id, gap)
        for lead in leads.values()
        for control_id, gap in gaps.items()
        if (lead.id, control_id) not in asked
    ]
    return missing, [row for row in owed if row.subject not in gaps or row.person_id not in leads]


async def _uncovered(work: Work) -> dict[str, Uncovered]:
    """By control. A backup who has yet to answer is taken for one: leads have acted, and are not asked again.

    Nor is anybody needed for what has been handed in and is being fetched.
    """
    standing = await leave.leaves(work.session, not_over(work))
    if not standing:
        return {}
    owners = await owners_to_ask(work)
    stand_ins = {control_id: held.person_id for control_id, held in (await backups(work)).items()}
    both = await people.people_by_id(work.session, {*owners.values(), *stand_ins.values()})
    days = await workdays_by_id(work, both.values())
    sent = await evidence.on_its_way(work.session)
    gaps: dict[str, Uncovered] = {}
    due = await evidence.occurrences_to_ask(work.session, max(row.ends_on for row in standing))
    for row in due:
        owner = owners.get(row.control_id)
        if owner and row.id not in sent:
            missed = uncovered(owner, stand_ins.get(row.control_id), row.due_on, days, work.now)
            if missed:
                gaps.setdefault(row.control_id, Uncovered(owner, missed)).due.append(row)
    return gaps


async def _cover_by(work: Work, lead: Person, leave: Away) -> date:
    """The last working day before the owner leaves, or as soon as anything is to be decided."""
    days = await workdays_of(work, lead)
    return max(days.last_until(leave.starts_on - DAY), days.deadline(work.now, DECIDE_WITHIN))
