"""Which periods can be waived now, and which leads decide: for the verbs, the messages and a control's card alike."""

from datetime import timedelta

from bot.duties import AnyLead, Matter
from bot.errors import AlreadyDone, RequestClosed
from bot.evidence.rules.waivers import waivable_occurrences, waiver_fault, within_a_waivers_reach
from bot.work import Work
from storage import evidence, people, programme, waivers
from storage.evidence import Occurrence
from storage.people import Person
from storage.programme import Control
from storage.terms import OccurrenceState


async def _waivers_to_decide(work: Work) -> list[Matter]:
    return [Matter(row.id, row.asked_by) for row in await waivers.requested_waivers(work.session)]


WAIVER_DECIDERS = AnyLead(_waivers_to_decide, timedelta(days=3))


async def waiver_deciders(work: Work, asker_id: str) -> list[Person]:
    """The leads who may decide on a waiver that this person requests."""
    return WAIVER_DECIDERS.among(await people.leads(work.session), asker_id)


async def waivable_period(work: Work, occurrence_id: str) -> tuple[Occurrence, Control]:
    """The occurrence, locked, if it can be waived now. Raises RequestClosed or AlreadyDone."""
    occurrence = await evidence.occurrence(work.session, occurrence_id, to_change=True)
    control = await programme.control(work.session, occurrence.control_id) if occurrence else None
    if occurrence is None or control is None or occurrence.state is OccurrenceState.WITHDRAWN:
        raise RequestClosed
    receiving = await evidence.occurrence_ids_being_fetched(work.session, [occurrence.id])
    if fault := waiver_fault(occurrence, receiving):
        raise AlreadyDone(fault)
    return occurrence, control


async def waivable_periods(work: Work, control_id: str) -> list[Occurrence]:
    """The soonest due first, locked."""
    occurrences = await evidence.occurrences_ever(work.session, [control_id])
    receiving = await evidence.occurrence_ids_being_fetched(work.session, [row.id for row in occurrences])
    return waivable_occurrences(occurrences, receiving)


async def periods_a_lead_can_waive(work: Work, control_id: str) -> list[Occurrence]:
    """Those from which on a lead can request a waiver, the soonest due first, locked."""
    return within_a_waivers_reach(await waivable_periods(work, control_id), work.today)
