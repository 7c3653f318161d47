"""Home: what a person owes, what they own, and for leads the state of the programme."""

from bot.answers.adopted_entries import entry_hash
from bot.answers.unanswered import unanswered_groups
from bot.blocks.kit import Block
from bot.desk import Desk
from bot.errors import NotAMember
from bot.obligations import refresh_home
from bot.outgoing import Outgoing, Publish
from bot.owners.current_owners import roster_now
from bot.owners.handovers import ids_to_hand_over
from bot.owners.leave import own_leave
from bot.owners.rules.ownership import NOBODY_IN_CHARGE
from bot.owners.views.handovers import handovers_on_home
from bot.owners.views.ownership import next_due_words
from bot.people import name_of
from bot.readiness.status import readiness_lines
from bot.register.views import window_guard
from bot.register.window_guard import window_findings
from bot.reminders.duty_messages import messages_of
from bot.reminders.views import home
from bot.reminders.views.home import LeadBoard
from bot.work import Work
from storage import (
    evidence_reviews,
    handovers,
    knowledge,
    obligations,
    outbox,
    ownership,
    people,
    policies,
    programme,
    questions,
    windows,
)
from storage.outbox import Delivery
from storage.people import Person
from storage.programme import Control
from storage.terms import HandoverState, OwnershipRole, OwnershipState

SHOWN = 12


async def open_home(desk: Desk, person_id: str) -> None:
    async with desk.work() as work:
        person = await people.person(work.session, person_id)
        if person:
            person.sees_home = True
            work.session.add(person)
            await refresh_home(work, person_id)


async def compose_home(work: Work, delivery: Delivery) -> Outgoing | None:
    person = await people.person(work.session, delivery.recipient)
    if person is None:
        return None
    if not person.may_act:
        return Outgoing(Publish(home.closed(NotAMember.sentence)))
    open_rows = await obligations.open_obligations(work.session, person.id)
    requests, _ = await messages_of(work, open_rows[:SHOWN])
    view = home.home_view(
        person.name,
        requests,
        await _controls(work, person),
        await _board(work) if person.is_lead else None,
        more=max(0, len(open_rows) - SHOWN),
        handing=await _handovers(work, person),
        planned=await own_leave(work, person),
    )
    return Outgoing(Publish(view))


async def _controls(work: Work, person: Person) -> list[tuple[Control, str]]:
    """Each control that the person owns, backs up or is offered, with words on when it is due or what it waits for."""
    ownerships = await ownership.ownerships_of_person(work.session, person.id)
    controls = await programme.controls_by_id(work.session, {row.control_id for row in ownerships})
    due = await windows.next_due(work.session, controls, work.today)
    lines = []
    for row in ownerships:
        control = controls[row.control_id]
        words = next_due_words(control, due.get(control.id))
        if row.role is OwnershipRole.BACKUP:
            words = f"you are the backup; {words}"
        if row.state is OwnershipState.OFFERED:
            words = "waiting for your answer"
        lines.append((control, words))
    return lines


async def _handovers(work: Work, person: Person) -> list[Block]:
    """The person's hand-overs that are not decided yet, and a button if they own a control they could hand over."""
    pending = [
        row
        for row in await handovers.pending_handovers(work.session, person.id)
        if row.state is HandoverState.ASKED
    ]
    controls = await programme.controls_by_id(work.session, {row.control_id for row in pending})
    lines = [
        (row, controls[row.control_id], await name_of(work, row.to_id) if row.to_id else None)
        for row in pending
    ]
    return handovers_on_home(bool(await ids_to_hand_over(work, person.id)), lines)


async def _board(work: Work) -> LeadBoard:
    charges, names = await roster_now(work)
    reviewed = await programme.reviewed_entries(work.session)
    async with work.snapshot() as still:  # a schedule that changes meanwhile would not tie
        readiness = [
            *await readiness_lines(still, (charges, names)),
            *window_guard.finding_sentences(await window_findings(still)),
        ]
    return LeadBoard(
        readiness=readiness,
        to_review=await evidence_reviews.count_evidence_to_review(work.session),
        routed=len(await questions.routed_questions(work.session)),
        unowned=sum(
            not charges.get(control_id, NOBODY_IN_CHARGE).is_given
            for control_id in await programme.control_ids(work.session)
        ),
        drafts=len(await policies.draft_versions(work.session)),
        starter_entries=sum(
            (entry.id, entry_hash(entry)) not in reviewed for entry in work.content.knowledge
        ),
        own_answers=await knowledge.count_own_entries(work.session),
        failures=len(await outbox.failed_deliveries(work.session)),
        gaps=await unanswered_groups(work),
        handovers=len(await handovers.pending_handovers(work.session)),
    )
