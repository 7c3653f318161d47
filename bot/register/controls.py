"""What leads see of the controls: the list that they search, and one control's card."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from bot.blocks.paging import Page, page_of
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import RequestClosed
from bot.evidence.waivable import periods_a_lead_can_waive
from bot.evidence.waiver_history import waivers_in_force
from bot.owners.current_owners import backup_ownerships, current_holders, primary_ownerships
from bot.owners.handovers import why_returned
from bot.owners.leave import absences
from bot.owners.rules.ownership import Holder, PendingHandover, accepted_person_ids
from bot.people import acting_lead, name_of
from bot.register.control_history import control_history
from bot.register.rules.controls import (
    ControlCard,
    LastEvidence,
    ListedControl,
    control_status,
    matching_controls,
    next_due_date,
)
from bot.work import Work
from storage import evidence, handovers, people, programme
from storage.evidence import Occurrence
from storage.programme import Control
from storage.terms import HandoverState, OwnershipRole, OwnershipState

CONTROLS_A_PAGE = 10
_HISTORY_A_PAGE = 8


async def find_controls(desk: Desk, lead_id: str, words: str, page: int) -> Page[ListedControl]:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return page_of(matching_controls(await listed_controls(work), words), page, CONTROLS_A_PAGE)


async def control_card(desk: Desk, lead_id: str, control_id: str, page: int = 1) -> ControlCard:
    """``page`` is the number of the page of its history, from one."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id)
        if control is None:
            raise RequestClosed
        holders = await _holders(work)
        occurrences = await evidence.occurrences_ever(work.session, [control.id])
        history = await control_history(work, control, occurrences, lead.zone)
        return ControlCard(
            listed=_listed(control, holders, occurrences, work.today),
            backup=holders.get((control.id, OwnershipRole.BACKUP)),
            last_evidence=await _last_evidence(work, occurrences, lead.zone),
            history=page_of(history, page, _HISTORY_A_PAGE),
            handover=await _handover(work, control, lead.zone),
            waivers=await waivers_in_force(work, {control.id: control.title}, work.now),
            may_waive=bool(await periods_a_lead_can_waive(work, control.id)),
        )


async def listed_controls(work: Work) -> list[ListedControl]:
    holders = await _holders(work)
    occurrences: dict[str, list[Occurrence]] = defaultdict(list)
    for row in await evidence.occurrences_at(work.session, work.now):
        occurrences[row.control_id].append(row)
    today = work.today
    return [
        _listed(control, holders, occurrences[control.id], today)
        for control in await programme.controls(work.session)
    ]


def _listed(
    control: Control,
    holders: Mapping[tuple[str, OwnershipRole], Holder],
    occurrences: Sequence[Occurrence],
    today: date,
) -> ListedControl:
    owner = holders.get((control.id, OwnershipRole.PRIMARY))
    return ListedControl(
        control, owner, next_due_date(occurrences, today), control_status(owner, occurrences, today)
    )


async def _holders(work: Work) -> dict[tuple[str, OwnershipRole], Holder]:
    """The owner and the backup of each control, by its id and their role; only people who may act."""
    primaries, stand_ins = await primary_ownerships(work), accepted_person_ids(await backup_ownerships(work))
    charges = {
        control_id: (row.person_id, stand_ins.get(control_id)) for control_id, row in primaries.items()
    }
    away = await absences(work, charges, work.now)
    ownerships = await current_holders(work)
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in ownerships.values()})
    return {
        control_and_role: Holder(
            people_by_id[row.person_id].name,
            accepted=row.state is OwnershipState.ACCEPTED,
            absence=away.get(row.control_id) if row.role is OwnershipRole.PRIMARY else None,
        )
        for control_and_role, row in ownerships.items()
    }


async def _handover(work: Work, control: Control, zone: str) -> PendingHandover | None:
    handover = await handovers.pending_handover(work.session, control.id)
    if handover is None:
        return None
    returned = handover.state is HandoverState.RETURNED
    return PendingHandover(
        on=local_date(handover.asked_at, zone),
        by=await name_of(work, handover.from_id),
        to=await name_of(work, handover.to_id) if handover.to_id else None,
        reason=handover.reason,
        answer=await why_returned(work, handover) if returned else None,
    )


async def _last_evidence(work: Work, occurrences: Sequence[Occurrence], zone: str) -> LastEvidence | None:
    labels = {row.id: row.label for row in occurrences}
    newest = await evidence.newest_evidence(work.session, labels)
    if not newest:
        return None
    last = max(newest.values(), key=lambda each: each.received_at)
    by = await name_of(work, last.submitted_by)
    return LastEvidence(
        labels[last.occurrence_id],
        last.performed_on,
        by,
        last.state,
        item_count=last.item_count,
        as_of=local_date(last.as_of, zone) if last.as_of else None,
        nothing=last.is_statement,
    )
