"""Who is asked for evidence: the owner or, while the owner is away, the backup.

Where both are away, the leads are asked to name another backup.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.blocks.kit import Message
from bot.calendar.periods import DAY, local_date
from bot.calendar.workdays import Away
from bot.deadlines import utc_yesterday, workdays_by_id, workdays_of
from bot.desk import Desk
from bot.obligations import close_obligation, open_obligation
from bot.owners import handovers
from bot.owners.current_owners import backup_ownerships, owners_to_ask
from bot.owners.offers import DECIDE_WITHIN
from bot.owners.rules.leave import Absence, Respondent, respondent_for, uncovered_leave
from bot.owners.rules.ownership import answering_owners, holders
from bot.owners.views.leave import (
    BETWEEN_OWNERS,
    asked_instead_words,
    cover_receipt,
    cover_request,
    stands_in_words,
)
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
    """A control whose owner and backup are both away when evidence falls due; ``leave`` is the owner's first one."""

    owner_id: str
    leave: Away
    due: list[Occurrence] = field(default_factory=list)


async def ask_for_evidence(desk: Desk) -> None:
    """Tick: ask the person who answers for it now, and nobody else, for all that is due within a week.

    So a request passes to the backup when the owner's leave begins, and back to the owner when it ends.
    """
    async with desk.reading() as work:
        if not any(await _compare(work)):
            return
    async with desk.work() as work:
        missing, misplaced = await _compare(work)
        for obligation in misplaced:
            await close_obligation(work, obligation, ObligationState.WITHDRAWN)
        for occurrence, person in missing:
            await open_obligation(work, person, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on)


async def ask_for_cover(desk: Desk) -> None:
    """Tick: ask the leads for a backup where owner and backup will both be away, for as long as that is so."""
    async with desk.reading() as work:
        if not any(await _compare_cover(work)):
            return
    async with desk.work() as work:
        missing, needless = await _compare_cover(work)
        for lead, control_id, gap in missing:
            due_on = await _cover_by(work, lead, gap.leave)
            await open_obligation(work, lead, ObligationKind.COVER, control_id, due_on)
        for obligation in needless:
            await close_obligation(work, obligation, ObligationState.WITHDRAWN)


async def respondent_of(work: Work, occurrence: Occurrence) -> Respondent | None:
    """None while nobody who can act has accepted to own its control."""
    ownerships = await ownership.ownerships_of_control(work.session, occurrence.control_id)
    return (await _answering(work, [occurrence], ownerships)).get(occurrence.id)


async def why_asked(work: Work, answering: Respondent | None, person_id: str, control_id: str) -> str | None:
    """In words, for a backup: whom they stand in for, or that the control has no owner. None for anybody else."""
    if answering is None or answering.person_id != person_id:
        return None
    if answering.until is None:
        return None if await handovers.still_owns(work, person_id, control_id) else BETWEEN_OWNERS
    return stands_in_words(await name_of(work, answering.stands_in_for), answering.until)


async def asked_instead(work: Work, answering: Respondent | None, person_id: str) -> str | None:
    """In words, for an owner on leave: who is asked instead. None when nobody is."""
    if answering is None or answering.until is None or answering.stands_in_for != person_id:
        return None
    return asked_instead_words(await name_of(work, answering.person_id), answering.until)


async def absences(
    work: Work, charges: Mapping[str, tuple[str, str | None]], instant: datetime
) -> dict[str, Absence]:
    """By control, where the owner was away at an instant; ``charges`` are the ids of owner and accepted backup."""
    ids = {person_id for pair in charges.values() for person_id in pair if person_id}
    people_by_id = await people.people_by_id(work.session, ids)
    away = {
        row.person_id: row
        for row in await leave.leaves_at(work.session, ids, instant)
        if row.starts_on <= local_date(instant, people_by_id[row.person_id].zone) <= row.ends_on
    }
    return {
        control_id: Absence(
            away[owner].ends_on, people_by_id[backup].name if backup and backup not in away else None
        )
        for control_id, (owner, backup) in charges.items()
        if owner in away
    }


async def cover_message(work: Work, obligation: Obligation) -> Message | None:
    """A control whose owner and backup will both be away, for a lead."""
    control = await programme.control(work.session, obligation.subject)
    if control is None:
        return None
    gap = (await _uncovered(work)).get(control.id)
    if obligation.state is not ObligationState.OPEN or gap is None:
        return cover_receipt(control)
    row = (await backup_ownerships(work)).get(control.id)
    backup = await name_of(work, row.person_id) if row else None
    return cover_request(control, await name_of(work, gap.owner_id), gap.leave, backup, gap.due)


async def _compare(work: Work) -> tuple[list[tuple[Occurrence, Person]], list[Obligation]]:
    """The requests to open, and those to withdraw since another person answers now.

    While a file is being fetched, nobody else is asked for it, and the request of the person who sent it stays.
    """
    ready = {row.id: row for row in await evidence.awaited_occurrences(work.session, work.today + ASK_AHEAD)}
    requests = await obligations.open_obligations_of_kind(work.session, ObligationKind.EVIDENCE)
    if not ready and not requests:
        return [], []
    requested = await evidence.occurrences_by_id(work.session, {row.subject for row in requests})
    ownerships = await ownership.current_ownerships(work.session)
    answering = await _answering(work, (ready | requested).values(), ownerships)
    open_pairs = {(row.person_id, row.subject) for row in requests}
    senders = await evidence.submitter_ids_of_fetches(work.session)
    people_by_id = await people.people_by_id(work.session, {each.person_id for each in answering.values()})
    missing = [
        (occurrence, people_by_id[answering[key].person_id])
        for key, occurrence in ready.items()
        if key in answering and key not in senders and (answering[key].person_id, key) not in open_pairs
    ]
    return missing, [
        row
        for row in requests
        if senders.get(row.subject) != row.person_id
        and (row.subject not in answering or answering[row.subject].person_id != row.person_id)
    ]


async def _answering(
    work: Work, occurrences: Iterable[Occurrence], ownerships: Iterable[Ownership]
) -> dict[str, Respondent]:
    """By occurrence; ``ownerships`` are the current ones of its control, at least."""
    current = list(ownerships)
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in current})
    able = {person_id for person_id, person in people_by_id.items() if person.may_act}
    owners = answering_owners(current, able)
    stand_ins = {
        control_id: row.person_id
        for (control_id, role), row in holders(current, able).items()
        if role is OwnershipRole.BACKUP and row.state is OwnershipState.ACCEPTED
    }
    days = await workdays_by_id(work, people_by_id.values())
    return {
        occurrence.id: respondent_for(
            owner, stand_ins.get(occurrence.control_id), occurrence.due_on, days, work.now
        )
        for occurrence in occurrences
        if (owner := owners.get(occurrence.control_id))
    }


async def _compare_cover(work: Work) -> tuple[list[tuple[Person, str, Uncovered]], list[Obligation]]:
    """The requests for cover to open, by lead and control, and those that are needless now.

    A control that leads are asked to assign is left out: the same form names its backup.
    """
    assigning = await obligations.open_obligations_of_kind(work.session, ObligationKind.ASSIGN)
    to_assign = {row.subject for row in assigning}
    gaps = {key: gap for key, gap in (await _uncovered(work)).items() if key not in to_assign}
    requests = await obligations.open_obligations_of_kind(work.session, ObligationKind.COVER)
    if not gaps and not requests:
        return [], []
    leads = {lead.id: lead for lead in await people.leads(work.session)}
    open_pairs = {(row.person_id, row.subject) for row in requests}
    missing = [
        (lead, control_id, gap)
        for lead in leads.values()
        for control_id, gap in gaps.items()
        if (lead.id, control_id) not in open_pairs
    ]
    return missing, [row for row in requests if row.subject not in gaps or row.person_id not in leads]


async def _uncovered(work: Work) -> dict[str, Uncovered]:
    """By control. A backup who has yet to answer counts as one: leads have named them, and are not asked again.

    An occurrence whose file is being fetched needs nobody.
    """
    leaves = await leave.leaves(work.session, utc_yesterday(work))
    if not leaves:
        return {}
    owners = await owners_to_ask(work)
    stand_ins = {control_id: row.person_id for control_id, row in (await backup_ownerships(work)).items()}
    both = await people.people_by_id(work.session, {*owners.values(), *stand_ins.values()})
    days = await workdays_by_id(work, both.values())
    senders = await evidence.submitter_ids_of_fetches(work.session)
    gaps: dict[str, Uncovered] = {}
    due = await evidence.awaited_occurrences(work.session, max(row.ends_on for row in leaves))
    for occurrence in due:
        owner = owners.get(occurrence.control_id)
        if owner and occurrence.id not in senders:
            backup = stand_ins.get(occurrence.control_id)
            away = uncovered_leave(owner, backup, occurrence.due_on, days, work.now)
            if away:
                gaps.setdefault(occurrence.control_id, Uncovered(owner, away)).due.append(occurrence)
    return gaps


async def _cover_by(work: Work, lead: Person, away: Away) -> date:
    """The last working day before the owner leaves, but no sooner than any decision is due."""
    days = await workdays_of(work, lead)
    return max(days.last_until(away.starts_on - DAY), days.deadline(work.now, DECIDE_WITHIN))
