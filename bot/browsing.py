"""What leads see of the controls: the list that they search, and one control's card with its history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.errors import RequestClosed
from bot.histories import definition_history
from bot.people import acting_lead, name_of
from bot.rules.calendar import local_date
from bot.rules.controls import (
    Adopted,
    Card,
    Happened,
    Held,
    Holder,
    LastEvidence,
    Listed,
    Page,
    Performed,
    find,
    next_due,
    page_of,
    standing,
)
from bot.rules.evidence import disposition
from bot.scheduling import company_today
from storage import evidence, ownership, people, programme
from storage.evidence import Occurrence
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import Disposition, OccurrenceState, OwnershipRole, OwnershipState

CONTROLS_A_PAGE = 10
HISTORY_A_PAGE = 8


async def find_controls(desk: Desk, lead_id: str, words: str, page: int) -> Page[Listed]:
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        return page_of(find(await listed_controls(session, desk), words), page, CONTROLS_A_PAGE)


async def control_card(desk: Desk, lead_id: str, control_id: str, page: int = 1) -> Card:
    """``page`` is that of its history."""
    async with desk.sessions.reading() as session:
        lead = await acting_lead(session, lead_id)
        control = await programme.control(session, control_id)
        if control is None:
            raise RequestClosed
        holders = await _holders(session)
        rows = await evidence.occurrences_ever(session, [control.id])
        history = await _history(session, desk, control, rows, lead)
        return Card(
            listed=_listed(control, holders, rows, company_today(desk)),
            backup=holders.get((control.id, OwnershipRole.BACKUP)),
            last_evidence=await _last_evidence(session, rows),
            history=page_of(history, page, HISTORY_A_PAGE),
        )


async def listed_controls(session: AsyncSession, desk: Desk) -> list[Listed]:
    holders = await _holders(session)
    scheduled: dict[str, list[Occurrence]] = defaultdict(list)
    for row in await evidence.occurrences(session, desk.now()):
        scheduled[row.control_id].append(row)
    today = company_today(desk)
    return [
        _listed(control, holders, scheduled[control.id], today)
        for control in await programme.controls(session)
    ]


def _listed(
    control: Control,
    holders: Mapping[tuple[str, OwnershipRole], Holder],
    rows: Sequence[Occurrence],
    today: date,
) -> Listed:
    owner = holders.get((control.id, OwnershipRole.PRIMARY))
    return Listed(control, owner, next_due(rows, today), standing(owner, rows, today))


async def _holders(session: AsyncSession) -> dict[tuple[str, OwnershipRole], Holder]:
    """Who is owner or backup of what, as far as they can act."""
    held = await ownership.current_ownerships(session)
    known = await people.people_by_id(session, {row.person_id for row in held})
    return {
        (row.control_id, row.role): Holder(
            known[row.person_id].name, accepted=row.state is OwnershipState.ACCEPTED
        )
        for row in held
        if known[row.person_id].may_act
    }


async def _last_evidence(session: AsyncSession, rows: Sequence[Occurrence]) -> LastEvidence | None:
    labels = {row.id: row.label for row in rows}
    given = await evidence.newest_evidence(session, labels)
    if not given:
        return None
    last = max(given.values(), key=lambda each: each.received_at)
    by = await name_of(session, last.submitted_by)
    return LastEvidence(labels[last.occurrence_id], last.performed_on, by, last.state)


async def _history(
    session: AsyncSession, desk: Desk, control: Control, rows: Sequence[Occurrence], lead: Person
) -> list[Happened]:
    """Newest first, on the lead's dates."""
    held = await ownership.ownerships_ever(session, control.id)
    known = await people.people_by_id(
        session, {row.person_id for row in held} | {row.offered_by for row in held}
    )
    names = {person_id: person.name for person_id, person in known.items()}
    defined = await definition_history(session, control.id, lead.zone)
    happened: list[Happened] = [each for each in defined if not isinstance(each, Adopted)]
    happened += [each for row in held[::-1] for each in _held(row, names, lead.zone)]
    happened += _performed(rows[::-1], company_today(desk))
    happened += [each for each in defined if isinstance(each, Adopted)]
    return sorted(happened, key=lambda each: each.on, reverse=True)


def _performed(rows: Sequence[Occurrence], today: date) -> list[Performed]:
    past = []
    for row in rows:
        if row.state is OccurrenceState.WITHDRAWN:
            continue
        told = disposition(row.state, row.performed_on, row.due_on, row.grace_days, today)
        if told is not Disposition.OPEN or row.ends_on < today:
            past.append(Performed(row.due_on, row.label, told, row.performed_on))
    return past


def _held(row: Ownership, names: Mapping[str, str], zone: str) -> list[Held]:
    """What is known of it: the offer, the answer to it, and its end."""
    person, by = names[row.person_id], names.get(row.offered_by, "a lead")
    told = [Held(local_date(row.offered_at, zone), person, row.role, OwnershipState.OFFERED, by)]
    if row.decided_at:
        answer = row.state if row.state is OwnershipState.DECLINED else OwnershipState.ACCEPTED
        told.append(Held(local_date(row.decided_at, zone), person, row.role, answer, by, row.reason))
    if row.ended_at:
        told.append(Held(local_date(row.ended_at, zone), person, row.role, OwnershipState.ENDED, by))
    return told[::-1]
