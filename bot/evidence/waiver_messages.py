"""How waivers are shown: to the lead who decides, to the owner who is asked, on a control's card and in the status."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.duties import deciders
from bot.errors import RequestClosed
from bot.evidence.rules.waivers import NO_NOTE, InForce, Note, Step, in_force, periods
from bot.evidence.views.waivers import decide, declined, ended, settled, waits, waived_for_owner
from bot.owners.stand_ins import who_answers
from bot.people import name_of
from bot.work import Work
from storage import evidence, people, programme, waivers
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.programme import Control
from storage.terms import ObligationState, WaiverState
from storage.waivers import GRANTED, Waiver, is_wish


async def waivers_in_force(work: Work, titles: Mapping[str, str], until: datetime) -> tuple[InForce, ...]:
    """Of the controls with these titles, by id: what was approved by then and not ended, the soonest expiry first.

    What it covered that had been withdrawn by then is left out.
    """
    granted = [
        each
        for each in await waivers.granted_waivers(work.session, until)
        if each.control_id in titles and in_force(each, until)
    ]
    listed = [
        row
        for row in await evidence.occurrences_ever(
            work.session, sorted({each.control_id for each in granted})
        )
        if row.withdrawn_at is None or row.withdrawn_at > until
    ]
    found = [
        InForce(
            each.id,
            each.control_id,
            titles[each.control_id],
            periods(each, listed),
            each.expires_on,
            await name_of(work, each.decided_by),
        )
        for each in granted
        if each.expires_on and periods(each, listed)
    ]
    return tuple(sorted(found, key=lambda each: (each.expires_on, each.control_id, each.periods)))


async def steps(work: Work, control_id: str, listed: Sequence[Occurrence], zone: str) -> list[Step]:
    """What was done to a control's waivers, on the dates of this zone; `listed` are all of its periods."""
    labels = {row.id: row.label for row in listed}
    told: list[Step] = []
    for each in await waivers.waivers_of(work.session, control_id):
        period = labels[each.occurrence_id]
        by = await name_of(work, each.asked_by)
        told.append(Step(local_date(each.asked_at, zone), WaiverState.REQUESTED, period, by, each.reason))
        if each.decided_at:
            state = WaiverState.APPROVED if each.state in GRANTED else WaiverState.DECLINED
            by = await name_of(work, each.decided_by)
            on = local_date(each.decided_at, zone)
            told.append(Step(on, state, period, by, each.refusal, each.expires_on, len(each.covers)))
        if each.ended_at:
            ender = await name_of(work, each.ended_by) if each.ended_by else None
            told.append(Step(local_date(each.ended_at, zone), each.state, period, ender, each.end_reason))
    return told


async def item(work: Work, owed: Obligation) -> Message | None:
    """How a request for a waiver stands in the bundle of a lead who is to decide on it."""
    asked = await waivers.waiver(work.session, owed.subject)
    if asked is None:
        return None
    occurrence, control = await about(work, asked)
    if asked.state is WaiverState.REQUESTED and owed.state is ObligationState.OPEN:
        today = work.today
        return decide(asked, occurrence, control, await name_of(work, asked.asked_by), today)
    by = asked.ended_by if asked.state is WaiverState.ENDED else asked.decided_by
    return settled(asked, occurrence, control, await name_of(work, by))


async def waived_item(work: Work, reader_id: str, occurrence: Occurrence, control: Control) -> Message | None:
    """How a request for evidence that is waived stands with whoever answers for it, or asked; None for others."""
    granted = await waivers.waiver(work.session, occurrence.waiver_id) if occurrence.waiver_id else None
    if granted is None:
        return None
    answering = await who_answers(work, occurrence)
    if reader_id != granted.asked_by and (answering is None or reader_id not in answering.people):
        return None
    return waived_for_owner(granted, occurrence, control, await name_of(work, granted.decided_by))


async def note_for_owner(work: Work, owner_id: str, occurrence: Occurrence) -> Note:
    """What the owner who is asked for evidence is told of the last waiver for it."""
    every = await waivers.waivers_of(work.session, occurrence.control_id)
    mine = [each for each in every if occurrence.id in (each.occurrence_id, *each.covers)]
    if not mine:
        return NO_NOTE
    last = max(mine, key=lambda each: each.ended_at or each.decided_at or each.asked_at)
    own = last.asked_by == owner_id
    match last.state:
        case WaiverState.REQUESTED:
            others = bool(deciders(await people.leads(work.session), last.asked_by, alone=False))
            by = "" if own else await name_of(work, last.asked_by)
            return Note(waits(by, decidable=others), waits=True)
        case WaiverState.DECLINED if own or not is_wish(last):
            return Note(declined(last, await name_of(work, last.decided_by)))
        case WaiverState.ENDED:
            return Note(ended(last, await name_of(work, last.ended_by)))
    return NO_NOTE


async def about(work: Work, waiver: Waiver) -> tuple[Occurrence, Control]:
    occurrence = await evidence.occurrence(work.session, waiver.occurrence_id)
    control = await programme.control(work.session, waiver.control_id)
    if occurrence is None or control is None:
        raise RequestClosed
    return occurrence, control
