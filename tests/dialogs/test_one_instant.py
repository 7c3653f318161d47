"""Whatever a verb stores in its transaction has one instant, so that no report falls between two halves of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.answers.answering import answer_question
from bot.answers.incoming import IncomingQuestion
from bot.desk import Desk
from bot.events.reporting import report_event
from bot.events.rules.events import EventReport
from bot.evidence.waivers import ask_for_waiver
from bot.owners.ownership import assign_control
from bot.policies.policies import publish_policy
from bot.readiness.status import ReportTime, readiness_report
from bot.register.cadence import change_rhythm
from bot.register.catalogue import adopt_control
from bot.register.rules.controls import Rhythm
from handlers.stack import Stage
from storage.nouns import RECORDED
from storage.outbox import Delivery
from storage.policies import PolicyVersion
from storage.record.entries import RecordEntry
from storage.terms import Cadence, OccurrenceState, TriggerKind, TriggerSource, Via
from tests.dialogs.steps import BEN, CLEO, owns, quarter, rows

STEP = timedelta(milliseconds=1)
OFFBOARDING = "AC-07"
PLANNED = {"next_nag_at", "lease_until", "not_before", "first_tried_at"}
Verb = Callable[[Stage, Desk], Awaitable[object]]


async def assigns(_: Stage, desk: Desk) -> None:
    await assign_control(desk, CLEO, "CM-02", BEN)


async def reports(_: Stage, desk: Desk) -> None:
    report = EventReport(TriggerKind.LEAVER, date(2026, 10, 5), "Ada Nguyen has left.", None)
    await report_event(desk, CLEO, report, TriggerSource.FORM)


async def publishes(stage: Stage, desk: Desk) -> None:
    version = next(iter(await rows(stage, PolicyVersion)))
    await publish_policy(desk, CLEO, version.id)


async def reschedules(_: Stage, desk: Desk) -> None:
    await change_rhythm(desk, CLEO, "AC-01", Rhythm(Cadence.MONTHLY, 3, 0), "The auditor asked.")


async def adopts(_: Stage, desk: Desk) -> None:
    await adopt_control(desk, CLEO, "AC-02")


async def waives(stage: Stage, desk: Desk) -> None:
    occurrence = await quarter(stage)
    assert occurrence.state is OccurrenceState.OPEN
    await ask_for_waiver(desk, CLEO, occurrence.id, date(2026, 12, 31), "Nothing to review.")


async def asks(_: Stage, desk: Desk) -> None:
    question = "how long is a type 2 window? and what is soc 1?"
    await answer_question(desk, IncomingQuestion(BEN, question, Via.DM, BEN, event_id="Ev0INSTANT"))


@pytest.mark.parametrize("verb", [assigns, reports, publishes, reschedules, adopts, waives, asks])
async def test_a_clock_that_moves_meanwhile_is_read_once(stage: Stage, verb: Verb) -> None:
    await owns(stage, BEN, "AC-01")
    await adopt_control(stage.service.desk, CLEO, OFFBOARDING)
    desk = moving(stage.service.desk)
    begun = desk.now()
    await verb(stage, desk)
    stored = {each for each in await instants(stage) if each > begun}
    assert len(stored) == 1
    [instant] = stored
    for until in (instant - STEP / 2, instant, instant + STEP / 2):
        async with desk.snapshot() as work:
            await readiness_report(work, ReportTime(date(2026, 10, 5), until, past=True))


def moving(desk: Desk) -> Desk:
    """The same desk with a clock that is a millisecond later at each look, and a minute ahead of the service's."""
    now = desk.now() + timedelta(minutes=1)

    def look() -> datetime:
        nonlocal now
        now += STEP
        return now

    return replace(desk, now=look)


async def instants(stage: Stage) -> set[datetime]:
    """Every instant of business time that is stored, but for those that are only planned."""
    return {
        value
        for noun in (*RECORDED, RecordEntry, Delivery)
        for row in await rows(stage, noun)
        for name in noun.model_fields
        if name not in PLANNED and isinstance(value := getattr(row, name), datetime)
    }
