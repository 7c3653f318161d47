"""Cover: where owner and backup will both be away when evidence falls due, the leads are asked to name a backup."""

from dataclasses import dataclass, field
from datetime import date

from bot.blocks.kit import Message
from bot.calendar.periods import DAY
from bot.calendar.workdays import Away
from bot.deadlines import Staff, staff_of, workdays_of
from bot.desk import Desk
from bot.obligations import close_obligation, open_obligation
from bot.owners.current_owners import backup_ownerships
from bot.owners.offers import DECIDE_WITHIN
from bot.owners.rules.leave import uncovered_leave
from bot.owners.rules.ownership import answering_owners, holders
from bot.owners.views.leave import cover_receipt, cover_request
from bot.people import name_of
from bot.work import Work
from storage import evidence, obligations, ownership, programme
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.people import Person
from storage.terms import ObligationKind, ObligationState, OwnershipRole


@dataclass
class Uncovered:
    """A control whose owner and backup are both away when evidence falls due; ``leave`` is the owner's first one."""

    owner_id: str
    leave: Away
    due: list[Occurrence] = field(default_factory=list)


async def cover_is_asked_otherwise(work: Work, staff: Staff) -> bool:
    """Whether a request for cover has yet to be opened or withdrawn."""
    return any(await _compare(work, staff))


async def ask_for_cover(desk: Desk) -> None:
    """Ask the leads for a backup where owner and backup will both be away, for as long as that is so."""
    async with desk.work() as work:
        missing, needless = await _compare(work, await staff_of(work))
        for lead, control_id, gap in missing:
            due_on = await _cover_by(work, lead, gap.leave)
            await open_obligation(work, lead, ObligationKind.COVER, control_id, due_on)
        for obligation in needless:
            await close_obligation(work, obligation, ObligationState.WITHDRAWN)


async def cover_message(work: Work, obligation: Obligation) -> Message | None:
    """A control whose owner and backup will both be away, for a lead."""
    control = await programme.control(work.session, obligation.subject)
    if control is None:
        return None
    gap = (await _uncovered(work, await staff_of(work))).get(control.id)
    if obligation.state is not ObligationState.OPEN or gap is None:
        return cover_receipt(control)
    row = (await backup_ownerships(work)).get(control.id)
    backup = await name_of(work, row.person_id) if row else None
    return cover_request(control, await name_of(work, gap.owner_id), gap.leave, backup, gap.due)


async def _compare(work: Work, staff: Staff) -> tuple[list[tuple[Person, str, Uncovered]], list[Obligation]]:
    """The requests for cover to open, by lead and control, and those that are needless now.

    A control that leads are asked to assign is left out: the same form names its backup.
    """
    asked = await obligations.open_obligations_of_kind(
        work.session, ObligationKind.ASSIGN, ObligationKind.COVER
    )
    to_assign = {row.subject for row in asked if row.kind is ObligationKind.ASSIGN}
    requests = [row for row in asked if row.kind is ObligationKind.COVER]
    gaps = {key: gap for key, gap in (await _uncovered(work, staff)).items() if key not in to_assign}
    leads = {lead.id: lead for lead in staff.leads}
    open_pairs = {(row.person_id, row.subject) for row in requests}
    missing = [
        (lead, control_id, gap)
        for lead in leads.values()
        for control_id, gap in gaps.items()
        if (lead.id, control_id) not in open_pairs
    ]
    return missing, [row for row in requests if row.subject not in gaps or row.person_id not in leads]


async def _uncovered(work: Work, staff: Staff) -> dict[str, Uncovered]:
    """By control. A backup who has yet to answer counts as one: leads have named them, and are not asked again.

    An occurrence whose file is being fetched needs nobody.
    """
    if not staff.leaves:
        return {}
    holdings = await ownership.holdings(work.session)
    ownerships = [row for row, _ in holdings]
    able = {holder.id: holder for _, holder in holdings if holder.may_act}
    owners = answering_owners(ownerships, able)
    stand_ins = {
        control_id: row.person_id
        for (control_id, role), row in holders(ownerships, able).items()
        if role is OwnershipRole.BACKUP
    }
    days = staff.workdays_by_id(able.values())
    senders = await evidence.submitter_ids_of_fetches(work.session)
    gaps: dict[str, Uncovered] = {}
    due = await evidence.awaited_occurrences(work.session, max(row.ends_on for row in staff.leaves))
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
