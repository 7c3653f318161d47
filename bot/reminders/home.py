"""Home: what a person owes, what they own, and for leads where the programme stands."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.answers.adopted_entries import entry_hash
from bot.answers.unanswered import open_gaps
from bot.blocks.kit import Block
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import NotAMember
from bot.obligations import show_home
from bot.outgoing import Outgoing, Publish
from bot.owners.handovers import owned_and_unasked
from bot.owners.leave import own_leave
from bot.owners.ownership import primary_owners
from bot.owners.views.handovers import on_home
from bot.owners.views.ownership import next_due
from bot.people import name_of
from bot.readiness.status import readiness_lines
from bot.register.views import window_guard
from bot.register.window_guard import window_findings
from bot.reminders.duty_messages import items_of
from bot.reminders.views import home
from bot.reminders.views.home import LeadBoard
from storage import (
    evidence,
    handovers,
    knowledge,
    obligations,
    outbox,
    ownership,
    people,
    policies,
    programme,
    questions,
    under_review,
)
from storage.outbox import Delivery
from storage.people import Person
from storage.programme import Control
from storage.terms import HandoverState, OwnershipRole, OwnershipState

SHOWN = 12


async def open_home(desk: Desk, person_id: str) -> None:
    async with desk.transaction() as session:
        person = await people.person(session, person_id)
        if person:
            person.sees_home = True
            session.add(person)
            await show_home(session, desk, person_id)


async def compose_home(session: AsyncSession, desk: Desk, delivery: Delivery) -> Outgoing | None:
    person = await people.person(session, delivery.recipient)
    if person is None:
        return None
    if not person.may_act:
        return Outgoing(Publish(home.closed(NotAMember.sentence)))
    owed = await obligations.open_obligations(session, person.id)
    items, _ = await items_of(session, desk, owed[:SHOWN])
    controls = await _controls(session, desk, person)
    board = await _board(session, desk) if person.is_lead else None
    more, planned = max(0, len(owed) - SHOWN), await own_leave(session, desk, person)
    handing = await _handing(session, person)
    shown = home.home(person.name, items, controls, board, more, handing, planned)
    return Outgoing(Publish(shown))


async def _controls(session: AsyncSession, desk: Desk, person: Person) -> list[tuple[Control, str]]:
    held = await ownership.ownerships_of_person(session, person.id)
    known = await programme.controls_by_id(session, {row.control_id for row in held})
    today = local_date(desk.now(), person.zone)
    shown = []
    for row in held:
        due = await evidence.next_due_of(session, row.control_id, today)
        words = next_due(known[row.control_id], due)
        if row.role is OwnershipRole.BACKUP:
            words = f"you are the backup; {words}"
        if row.state is OwnershipState.OFFERED:
            words = "waiting for your answer"
        shown.append((known[row.control_id], words))
    return shown


async def _handing(session: AsyncSession, person: Person) -> list[Block]:
    """What of it they have handed over and nobody has taken, and the button for the others."""
    asked = [
        row
        for row in await handovers.pending_handovers(session, person.id)
        if row.state is HandoverState.ASKED
    ]
    known = await programme.controls_by_id(session, {row.control_id for row in asked})
    shown = [
        (row, known[row.control_id], await name_of(session, row.to_id) if row.to_id else None)
        for row in asked
    ]
    return on_home(bool(await owned_and_unasked(session, person.id)), shown)


async def _board(session: AsyncSession, desk: Desk) -> LeadBoard:
    owned = await primary_owners(session)
    reviewed = await programme.reviewed_entries(session)
    async with desk.sessions.snapshot() as still:  # a schedule that changes meanwhile would not tie
        readiness = [
            *await readiness_lines(still, desk),
            *window_guard.sentences(await window_findings(still, desk)),
        ]
    return LeadBoard(
        readiness=readiness,
        to_review=len(await under_review.evidence_to_review(session)),
        routed=len(await questions.routed_questions(session)),
        unowned=sum(control.id not in owned for control in await programme.controls(session)),
        drafts=len(await policies.drafts(session)),
        starter_entries=sum(
            (entry.id, entry_hash(entry)) not in reviewed for entry in desk.library.knowledge
        ),
        own_answers=await knowledge.count_own_entries(session),
        failures=len(await outbox.failed_deliveries(session)),
        gaps=await open_gaps(session, desk),
        handovers=len(await handovers.pending_handovers(session)),
    )
