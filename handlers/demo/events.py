"""What happens only once in the demo company's three months: leavers, a waiver, a handover, leave and a rehearsal."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from bot.desk import Desk
from bot.events import reporting
from bot.events.rules.events import EventReport
from bot.evidence import waivers
from bot.owners import handovers, leave, ownership
from bot.readiness import sampling
from bot.readiness.rules.sampling import SampleRequest
from bot.register import catalogue
from storage import evidence, obligations
from storage.terms import ObligationKind, TriggerKind, TriggerSource

CLEO, BEN, FARID, EVA, GRACE = "U0CLEO", "U0BEN", "U0FARID", "U0EVA", "U0GRACE"
Episode = Callable[[Desk], Awaitable[None]]


async def cleo_adopts_the_leavers_control(desk: Desk) -> None:
    await catalogue.adopt_control(desk, CLEO, "AC-07")
    await ownership.assign_control(desk, CLEO, "AC-07", FARID, BEN)
    for owner in (FARID, BEN):
        await _accept(desk, owner)


async def hana_leaves(desk: Desk) -> None:
    report = EventReport(TriggerKind.LEAVER, date(2026, 7, 22), "Hana Sato, support", "HR-0722")
    await reporting.report_event(desk, CLEO, report, TriggerSource.FORM)


async def farid_needs_a_waiver(desk: Desk) -> None:
    """Farid has no backup jobs to show for a week, and Cleo waives it."""
    reason = "The backup system was being moved that week; the move's own copies stand in change 4711."
    occurrence_id = await _first_occurrence(desk, FARID, "BK-01")
    await waivers.say_not_applicable(desk, FARID, occurrence_id, reason)
    for waiver_id in await _open_subjects(desk, CLEO, ObligationKind.DECIDE_WAIVER):
        plan = await waivers.suggested_waiver_plan(desk, CLEO, waiver_id)
        await waivers.approve_waiver(desk, CLEO, waiver_id, plan.expires_on, plan.mark)


async def eva_hands_over_the_roster(desk: Desk) -> None:
    await handovers.hand_over(desk, EVA, "HR-02", GRACE, "Grace has kept the roster since August.")
    await _accept(desk, GRACE)


async def grace_plans_her_leave(desk: Desk) -> None:
    await leave.note_leave(desk, GRACE, None, date(2026, 10, 12), date(2026, 10, 16))


async def cleo_rehearses_the_audit(desk: Desk) -> None:
    await sampling.take_sample(desk, CLEO, SampleRequest(seed="2026"))


# By the Monday of the week; each episode plays on its Wednesday.
EPISODES: Mapping[date, Episode] = {
    date(2026, 7, 13): cleo_adopts_the_leavers_control,
    date(2026, 7, 20): hana_leaves,
    date(2026, 8, 10): farid_needs_a_waiver,
    date(2026, 8, 31): eva_hands_over_the_roster,
    date(2026, 9, 14): grace_plans_her_leave,
    date(2026, 9, 28): cleo_rehearses_the_audit,
}


async def _accept(desk: Desk, owner: str) -> None:
    for ownership_id in await _open_subjects(desk, owner, ObligationKind.ACCEPT_OWNERSHIP):
        await ownership.accept_ownership(desk, owner, ownership_id)


async def _first_occurrence(desk: Desk, owner: str, control_id: str) -> str:
    """The id of the first occurrence of this control for which its owner owes evidence."""
    occurrence_ids = await _open_subjects(desk, owner, ObligationKind.EVIDENCE)
    async with desk.reading() as work:
        by_id = await evidence.occurrences_by_id(work.session, occurrence_ids)
    return next(each for each in occurrence_ids if by_id[each].control_id == control_id)


async def _open_subjects(desk: Desk, person_id: str, kind: ObligationKind) -> list[str]:
    """The subjects of this person's open obligations of this kind, the soonest due first."""
    async with desk.reading() as work:
        rows = await obligations.open_obligations(work.session, person_id)
    return [row.subject for row in rows if row.kind is kind]
