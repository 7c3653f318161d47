"""What leads see of the controls: the list that they search, and one control's card with its history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from bot.blocks.paging import Page, page_of
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import RequestClosed
from bot.evidence.rules.timeliness import disposition
from bot.evidence.waiver_messages import steps, waivers_in_force
from bot.owners.handovers import why_returned
from bot.owners.offers import SOCRATES
from bot.owners.ownership import accepted, backups, held_now, primary_owners
from bot.owners.rules.handovers import Passing
from bot.owners.rules.leave import Holder
from bot.owners.stand_ins import absences
from bot.people import acting_lead, name_of
from bot.register.history import definition_history
from bot.register.rules.controls import (
    Adopted,
    Card,
    HandedOver,
    Happened,
    Held,
    LastEvidence,
    ListedControl,
    Performed,
    find,
    next_due,
    standing,
)
from bot.work import Work
from storage import evidence, handovers, ownership, people, programme, triggers
from storage.evidence import AWAITED, Occurrence
from storage.handovers import Handover
from storage.ownership import CURRENT, Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import Disposition, HandoverState, OccurrenceState, OwnershipRole, OwnershipState
from storage.triggers import Trigger

CONTROLS_A_PAGE = 10
HISTORY_A_PAGE = 8


async def find_controls(desk: Desk, lead_id: str, words: str, page: int) -> Page[ListedControl]:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        return page_of(find(await listed_controls(work), words), page, CONTROLS_A_PAGE)


async def control_card(desk: Desk, lead_id: str, control_id: str, page: int = 1) -> Card:
    """``page`` is that of its history."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id)
        if control is None:
            raise RequestClosed
        holders = await _holders(work)
        rows = await evidence.occurrences_ever(work.session, [control.id])
        history = await _history(work, control, rows, lead)
        return Card(
            listed=_listed(control, holders, rows, work.today),
            backup=holders.get((control.id, OwnershipRole.BACKUP)),
            last_evidence=await _last_evidence(work, rows, lead.zone),
            history=page_of(history, page, HISTORY_A_PAGE),
            passing=await _passing(work, control, lead.zone),
            waivers=await waivers_in_force(work, {control.id: control.title}, work.now),
            may_waive=any(row.state in AWAITED for row in rows),
        )


async def listed_controls(work: Work) -> list[ListedControl]:
    holders = await _holders(work)
    scheduled: dict[str, list[Occurrence]] = defaultdict(list)
    for row in await evidence.occurrences(work.session, work.now):
        scheduled[row.control_id].append(row)
    today = work.today
    return [
        _listed(control, holders, scheduled[control.id], today)
        for control in await programme.controls(work.session)
    ]


def _listed(
    control: Control,
    holders: Mapping[tuple[str, OwnershipRole], Holder],
    rows: Sequence[Occurrence],
    today: date,
) -> ListedControl:
    owner = holders.get((control.id, OwnershipRole.PRIMARY))
    return ListedControl(control, owner, next_due(rows, today), standing(owner, rows, today))


async def _holders(work: Work) -> dict[tuple[str, OwnershipRole], Holder]:
    """Who is owner or backup of what, as far as they can act."""
    primaries, stand_ins = await primary_owners(work), accepted(await backups(work))
    charges = {key: (row.person_id, stand_ins.get(key)) for key, row in primaries.items()}
    away = await absences(work, charges, work.now)
    held = await held_now(work)
    known = await people.people_by_id(work.session, {row.person_id for row in held.values()})
    return {
        place: Holder(
            known[row.person_id].name,
            accepted=row.state is OwnershipState.ACCEPTED,
            absence=away.get(row.control_id) if row.role is OwnershipRole.PRIMARY else None,
        )
        for place, row in held.items()
    }


async def _passing(work: Work, control: Control, zone: str) -> Passing | None:
    asked = await handovers.pending_handover(work.session, control.id)
    if asked is None:
        return None
    returned = asked.state is HandoverState.RETURNED
    return Passing(
        on=local_date(asked.asked_at, zone),
        by=await name_of(work, asked.from_id),
        to=await name_of(work, asked.to_id) if asked.to_id else None,
        reason=asked.reason,
        answer=await why_returned(work, asked) if returned else None,
    )


async def _last_evidence(work: Work, rows: Sequence[Occurrence], zone: str) -> LastEvidence | None:
    labels = {row.id: row.label for row in rows}
    given = await evidence.newest_evidence(work.session, labels)
    if not given:
        return None
    last = max(given.values(), key=lambda each: each.received_at)
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


async def _history(work: Work, control: Control, rows: Sequence[Occurrence], lead: Person) -> list[Happened]:
    """Newest first, on the lead's dates."""
    held = await ownership.ownerships_ever(work.session, control.id)
    handed = await handovers.handovers_ever(work.session, control.id)
    ids = {person_id for row in held for person_id in (row.person_id, row.offered_by)}
    ids |= {person_id for row in handed for person_id in (row.from_id, row.to_id) if person_id}
    known = await people.people_by_id(work.session, ids)
    names = {person_id: person.name for person_id, person in known.items()} | {SOCRATES: "Socrates"}
    defined = await definition_history(work, control.id, lead.zone)
    happened: list[Happened] = [each for each in defined if not isinstance(each, Adopted)]
    happened += [each for row in handed[::-1] for each in _handed(row, names, lead.zone)]
    offers = {row.ownership_id for row in handed}
    happened += [each for row in held[::-1] for each in _held(row, names, lead.zone, row.id in offers)]
    happened += (await steps(work, control.id, rows, lead.zone))[::-1]
    events = await triggers.triggers_by_id(work.session, {row.trigger_id for row in rows if row.trigger_id})
    happened += _performed(rows[::-1], events, work.today)
    happened += [each for each in defined if isinstance(each, Adopted)]
    return sorted(happened, key=lambda each: each.on, reverse=True)


def _performed(rows: Sequence[Occurrence], events: Mapping[str, Trigger], today: date) -> list[Performed]:
    past = []
    for row in rows:
        if row.state is OccurrenceState.WITHDRAWN:
            continue
        told = disposition(row.state, row.performed_on, row.due_on, row.grace_days, today)
        if told is not Disposition.OPEN or row.ends_on < today:
            what = events[row.trigger_id].what if row.trigger_id else ""
            rejected = row.state is OccurrenceState.REJECTED
            past.append(Performed(row.due_on, row.label, told, row.performed_on, what, rejected))
    return past


def _held(row: Ownership, names: Mapping[str, str], zone: str, handed_over: bool) -> list[Held]:
    """What is known of it: the offer, the answer to it, and its end. A hand-over tells its offer itself."""
    person, by = names[row.person_id], names.get(row.offered_by, "a lead")
    told = [Held(local_date(row.offered_at, zone), person, row.role, OwnershipState.OFFERED, by)]
    if row.decided_at:
        answer = row.state if row.state is OwnershipState.DECLINED else OwnershipState.ACCEPTED
        told.append(Held(local_date(row.decided_at, zone), person, row.role, answer, by, row.reason))
    if row.ended_at:
        told.append(Held(local_date(row.ended_at, zone), person, row.role, OwnershipState.ENDED, by))
    return [each for each in told[::-1] if not (handed_over and each.state in CURRENT)]


def _handed(row: Handover, names: Mapping[str, str], zone: str) -> list[HandedOver]:
    """That it was asked, and how it was settled, if its people settled it."""
    by, to = names[row.from_id], names[row.to_id] if row.to_id else None
    told = [HandedOver(local_date(row.asked_at, zone), by, to, HandoverState.ASKED, row.reason)]
    if row.closed_at and row.state in (HandoverState.ACCEPTED, HandoverState.KEPT):
        told.append(HandedOver(local_date(row.closed_at, zone), by, to, row.state, row.reason))
    return told[::-1]
