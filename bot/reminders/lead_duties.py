"""What leads owe as leads: reviews, answers, decisions and assignments belong to whoever leads now, not then."""

from bot.answers.answering import ANSWER_WITHIN
from bot.answers.proposals import APPROVE_WITHIN
from bot.deadlines import deadline
from bot.desk import Desk
from bot.evidence.reviewing import REVIEW_WITHIN
from bot.evidence.waivers import DECIDE_WAIVER_WITHIN
from bot.obligations import close_obligation, open_obligation
from bot.owners.offers import DECIDE_WITHIN
from bot.work import Work
from storage import knowledge, obligations, people, questions, under_review, waivers
from storage.people import Person
from storage.terms import ObligationKind, ObligationState

WITHIN = {
    ObligationKind.REVIEW: REVIEW_WITHIN,
    ObligationKind.ANSWER: ANSWER_WITHIN,
    ObligationKind.ASSIGN: DECIDE_WITHIN,
    ObligationKind.DECIDE_PROPOSAL: APPROVE_WITHIN,
    ObligationKind.DECIDE_WAIVER: DECIDE_WAIVER_WITHIN,
}


async def hand_duties_to_leads(desk: Desk) -> None:
    """Tick: whoever leads now owes what any lead owes; whoever does not lead any more owes none of it."""
    async with desk.reading() as work:
        leads = await people.leads(work.session)
        if not leads:
            return
        missing, left_over = await _compare(work, leads)
    if not missing and not left_over:
        return
    async with desk.work() as work:
        missing, left_over = await _compare(work, leads)
        for lead, kind, subject in missing:
            due_on = await deadline(work, lead, WITHIN[kind])
            await open_obligation(work, lead, kind, subject, due_on)
        for person_id, kind, subject in left_over:
            if row := await obligations.obligation_for(work.session, kind, subject, person_id):
                await close_obligation(work, row, ObligationState.WITHDRAWN)


async def _compare(
    work: Work, leads: list[Person]
) -> tuple[list[tuple[Person, ObligationKind, str]], list[tuple[str, ObligationKind, str]]]:
    """What present leads are still to be asked, and what is still asked of people who do not lead."""
    owed = [row for row in await obligations.open_obligations(work.session) if row.kind in WITHIN]
    asked = {(row.person_id, row.kind, row.subject) for row in owed}
    waiting = {(ObligationKind.ANSWER, row.id, "") for row in await questions.routed_questions(work.session)}
    waiting |= {
        (ObligationKind.REVIEW, row.id, row.submitted_by)
        for row in await under_review.evidence_to_review(work.session)
    }
    waiting |= {(row.kind, row.subject, "") for row in owed if row.kind is ObligationKind.ASSIGN}
    waiting |= {
        (ObligationKind.DECIDE_WAIVER, row.id, row.asked_by)
        for row in await waivers.requested_waivers(work.session)
    }
    proposed = {row.id: row.proposed_by for row in await knowledge.open_proposals(work.session)}
    not_by_author = len(leads) > 1
    waiting |= {
        (ObligationKind.DECIDE_PROPOSAL, proposal_id, author if not_by_author else "")
        for proposal_id, author in proposed.items()
    }
    missing = [
        (lead, kind, subject)
        for lead in leads
        for kind, subject, not_by in sorted(waiting)
        if lead.id != not_by and (lead.id, kind, subject) not in asked
    ]
    present = {lead.id for lead in leads}
    own = {(row, ObligationKind.DECIDE_PROPOSAL, proposal_id) for proposal_id, row in proposed.items()}
    return missing, sorted(
        entry for entry in asked if entry[0] not in present or (not_by_author and entry in own)
    )
