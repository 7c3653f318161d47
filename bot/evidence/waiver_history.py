"""The waivers of a control: which were in force at an instant, and each step of every one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.wording import SOMEBODY_WHO_LEFT
from bot.calendar.periods import local_date
from bot.evidence.rules.waivers import WaiverInForce, WaiverStep, covered_periods, in_force
from bot.people import name_of
from bot.work import Work
from storage import people, waivers
from storage.evidence import Occurrence
from storage.terms import WaiverState
from storage.waivers import GRANTED


async def waivers_in_force(
    work: Work, titles: Mapping[str, str], until: datetime
) -> tuple[WaiverInForce, ...]:
    """Of these controls, titles by id: the waivers approved by ``until`` and not ended, the soonest expiry first.

    Leaves out the periods that were withdrawn by then.
    """
    granted = [
        waiver
        for waiver in await waivers.granted_waivers(work.session, until, titles)
        if waiver.control_id in titles and in_force(waiver, until)
    ]
    covered = {
        key: period
        for key, period in (await waivers.covered_periods(work.session, granted)).items()
        if period.withdrawn_at is None or period.withdrawn_at > until
    }
    deciders = await people.people_by_id(
        work.session, {each.decided_by for each in granted if each.decided_by}
    )
    summaries = [
        WaiverInForce(
            waiver.id,
            waiver.control_id,
            titles[waiver.control_id],
            periods,
            waiver.expires_on,
            deciders[waiver.decided_by].name if waiver.decided_by in deciders else SOMEBODY_WHO_LEFT,
        )
        for waiver in granted
        if waiver.expires_on and (periods := covered_periods(waiver, covered))
    ]
    return tuple(sorted(summaries, key=lambda each: (each.expires_on, each.control_id, each.periods)))


async def waiver_steps(
    work: Work, control_id: str, occurrences: Sequence[Occurrence], zone: str
) -> list[WaiverStep]:
    """The history of a control's waivers, dated in ``zone``; ``occurrences`` are all that the control ever had."""
    labels = {row.id: row.label for row in occurrences}
    history: list[WaiverStep] = []
    for waiver in await waivers.waivers_of(work.session, control_id):
        period = labels[waiver.occurrence_id]
        asker = await name_of(work, waiver.asked_by)
        asked_on = local_date(waiver.asked_at, zone)
        history.append(WaiverStep(asked_on, WaiverState.REQUESTED, period, asker, waiver.reason))
        if waiver.decided_at:
            state = WaiverState.APPROVED if waiver.state in GRANTED else WaiverState.DECLINED
            decider = await name_of(work, waiver.decided_by)
            decided_on, count = local_date(waiver.decided_at, zone), len(waiver.covers)
            history.append(
                WaiverStep(decided_on, state, period, decider, waiver.refusal, waiver.expires_on, count)
            )
        if waiver.ended_at:
            ender = await name_of(work, waiver.ended_by) if waiver.ended_by else None
            ended_on = local_date(waiver.ended_at, zone)
            history.append(WaiverStep(ended_on, waiver.state, period, ender, waiver.end_reason))
    return history
