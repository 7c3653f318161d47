"""What leads owe as leads: reviews, answers, decisions and assignments belong to whoever leads now."""

from collections.abc import Sequence

from bot.answers.every_duty import EVERY_DUTY
from bot.deadlines import Staff, deadline
from bot.desk import Desk
from bot.duties import AnyLead, Matter
from bot.obligations import close_obligation, open_obligation
from bot.work import Work
from storage import obligations, people
from storage.obligations import Obligation
from storage.people import Person
from storage.terms import ObligationKind, ObligationState

OF_ANY_LEAD = {duty.kind: duty.owed_by for duty in EVERY_DUTY if isinstance(duty.owed_by, AnyLead)}
Subject = tuple[ObligationKind, str]


async def leads_owe_otherwise(work: Work, staff: Staff) -> bool:
    """Whether any lead has yet to be asked, or anybody is asked who need not be. Not while nobody leads."""
    return bool(staff.leads) and any(await _compare(work, staff.leads))


async def hand_duties_to_leads(desk: Desk) -> None:
    """Whoever leads now owes what any lead owes; whoever does not lead any more owes none of it."""
    async with desk.work() as work:
        missing, left_over = await _compare(work, await people.leads(work.session))
        for lead, (kind, subject) in missing:
            due_on = await deadline(work, lead, OF_ANY_LEAD[kind].within)
            await open_obligation(work, lead, kind, subject, due_on)
        for obligation in left_over:
            await close_obligation(work, obligation, ObligationState.WITHDRAWN)


async def _compare(
    work: Work, leads: Sequence[Person]
) -> tuple[list[tuple[Person, Subject]], list[Obligation]]:
    """What present leads have yet to be asked, and what is asked of people who do not lead or may not decide."""
    open_rows = await obligations.open_obligations_of_kind(work.session, *OF_ANY_LEAD)
    already_asked = {(row.person_id, row.kind, row.subject) for row in open_rows}
    deciders_of = await _deciders_of(work, leads, open_rows)
    missing = [
        (lead, (kind, subject))
        for lead in leads
        for (kind, subject), people_ids in sorted(deciders_of.items())
        if lead.id in people_ids and (lead.id, kind, subject) not in already_asked
    ]
    lead_ids = {lead.id for lead in leads}
    left_over = [
        row for row in open_rows if row.person_id not in deciders_of.get((row.kind, row.subject), lead_ids)
    ]
    return missing, sorted(left_over, key=lambda row: (row.person_id, row.kind, row.subject))


async def _deciders_of(
    work: Work, leads: Sequence[Person], open_rows: Sequence[Obligation]
) -> dict[Subject, set[str]]:
    """The ids of the leads who may settle each thing that waits."""
    deciders_of: dict[Subject, set[str]] = {}
    for kind, owed_by in OF_ANY_LEAD.items():
        if owed_by.waiting is None:
            matters = [Matter(row.subject) for row in open_rows if row.kind is kind]
        else:
            matters = await owed_by.waiting(work)
        for matter in matters:
            deciders = owed_by.among(leads, matter.asked_by, matter.involved)
            deciders_of[kind, matter.subject] = {lead.id for lead in deciders}
    return deciders_of
