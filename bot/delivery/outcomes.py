"""What became of a delivery: sent with its proof, waiting for another try, or failed for good.

Each outcome is one transaction, and a worker whose attempt is no longer the current one changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.delivery import pacing
from bot.delivery.kinds import MESSAGES
from bot.delivery.slack_calls import Refused, Sent, Unclear
from bot.desk import Desk
from bot.outgoing import Repeat, SlackMethod, remembered
from bot.work import Work, real_now
from storage import evidence, outbox, people, rate_budgets
from storage.outbox import Delivery
from storage.rate_budgets import RateBudget
from storage.record.recorded import Actor
from storage.terms import DeliveryKind, DeliveryState, Event

log = structlog.get_logger()

# The row's last error while a channel's message is posted a second time: there is no third.
REPEATED = "posted again, marked as a repeat"


@dataclass(frozen=True)
class Pace:
    """How long the sender waits, in real time. ``budgets`` are the most calls a minute; Slack's 429 teaches fewer.
    Up to ``batch`` messages of a lane are on their way at a time.

    ``lease`` is more than twice the HTTP timeout. After an unclear answer the sender waits ``look_up_after``.
    ``steps`` are the seconds before each further try. While Slack is out of reach the last step is repeated until
    ``outage`` has passed. While Slack rejects our token a message waits ``locked_out`` at a time.
    """

    lease: timedelta = timedelta(seconds=90)
    look_up_after: timedelta = timedelta(seconds=60)
    locked_out: timedelta = timedelta(seconds=60)
    outage: timedelta = timedelta(days=3)
    steps: tuple[float, ...] = (1, 5, 30, 120, 600)
    batch: int = 8
    budgets: Mapping[SlackMethod, int] = field(
        default_factory=lambda: {
            SlackMethod.POST: 515,
            SlackMethod.EDIT: 50,
            SlackMethod.PUBLISH: 100,
            SlackMethod.SHARE: 100,
        }
    )


@dataclass(frozen=True)
class Broken:
    """A fault of ours. ``called``: Slack may have the message already."""

    reason: str
    called: bool


async def settle_arrivals(desk: Desk, arrivals: Sequence[tuple[Delivery, Sent]]) -> None:
    """Slack has the messages: keep the proofs, and do what follows from each arrival.

    Nothing is written before the end, so that two who settle change the rows that both need in one order.
    """
    async with desk.work() as work:
        ours = await outbox.still_claimed(work.session, [delivery for delivery, _ in arrivals])
        sent = [_sent(work, delivery, proof) for delivery, proof in arrivals if delivery.key in ours]
        if not sent:
            return
        await outbox.keep_sent(work.session, sent)
        with outbox.rows_read_once(work.session), work.session.no_autoflush:
            if len(sent) > 1:
                await people.people_by_id(work.session, {row.recipient for row in sent})
            for row in sent:
                await _follow_up(work, row)


def _sent(work: Work, delivery: Delivery, proof: Sent) -> Delivery:
    delivery.channel, delivery.ts, delivery.sent_at = proof.channel, proof.ts, work.now
    delivery.content_hash = proof.content_hash or delivery.content_hash
    return delivery


async def _follow_up(work: Work, row: Delivery) -> None:
    if row.kind is DeliveryKind.HOME:
        return
    message_kind = MESSAGES[row.kind]
    asks = remembered(row.said).asks if message_kind.remembers else ()
    work.record(
        Event.MESSAGE_SENT,
        Actor.SOCRATES,
        subject=f"delivery/{row.key}",
        kind_of_message=row.kind,
        about=row.subject,
        recipient=row.recipient,
        channel=row.channel,
        ts=row.ts,
        content_sha256=row.content_hash,
        asks=list(asks),
        attempt=row.attempt,
    )
    if message_kind.arrived:
        await message_kind.arrived(work, row, asks)


async def cancel_delivery(desk: Desk, delivery: Delivery) -> None:
    """For a message that has nothing left to say."""
    async with desk.work() as work:
        if row := await outbox.delivery_of_attempt(work.session, delivery.key, delivery.attempt):
            row.state, row.lease_until = DeliveryState.CANCELLED, None
            work.session.add(row)


async def settle_failure(
    desk: Desk, pace: Pace, delivery: Delivery, result: Refused | Unclear | Broken
) -> None:
    """The delivery waits for another try, or it has failed and leads see that on Home."""
    async with desk.work() as work:
        row = await outbox.delivery_of_attempt(work.session, delivery.key, delivery.attempt)
        if row is None:
            return
        may_try_again = _may_try_again(row, result, pace)
        row.lease_until, row.last_error = None, result.reason
        work.session.add(row)
        if isinstance(result, Refused) and (result.locked_out or result.parked_for is not None):
            wait = pace.locked_out if result.locked_out else timedelta(seconds=result.parked_for or 0)
            await _park(work, row, wait, pace, limited=not result.locked_out)
        elif may_try_again:
            row.state = _between_tries(row, result)
            row.not_before = real_now() + _wait(row, result, pace)
        else:
            _fail(work, row)


async def budgets_of(
    work: Work, methods: Iterable[SlackMethod], pace: Pace, now: datetime
) -> dict[str, RateBudget]:
    """Locked, and refilled to ``now``, real time."""
    new = [pacing.new_budget(method, pace.budgets[method], now) for method in methods]
    budgets = await rate_budgets.locked_budgets(work.session, new)
    for method, budget in budgets.items():
        pacing.refill(budget, pace.budgets[SlackMethod(method)], now)
    return budgets


async def release_leases(desk: Desk, pace: Pace) -> None:
    """For the start of the only process, as on SQLite: nobody else is sending or fetching."""
    async with desk.work(wakes=False) as work:
        await outbox.release_deliveries(work.session, real_now() + pace.look_up_after)
        await evidence.release_fetches(work.session)


def _may_try_again(row: Delivery, result: Refused | Unclear | Broken, pace: Pace) -> bool:
    """After a fault of ours a message is tried a few times; after a fault of Slack's until ``outage`` has passed."""
    if row.last_error == REPEATED and _maybe_sent(result):
        return False
    if isinstance(result, Broken):
        return row.attempt <= len(pace.steps)
    if isinstance(result, Refused) and not result.passing:
        return False
    return real_now() - (row.first_tried_at or real_now()) < pace.outage


def _maybe_sent(result: Refused | Unclear | Broken) -> bool:
    return isinstance(result, Unclear) or (isinstance(result, Broken) and result.called)


def _between_tries(row: Delivery, result: Refused | Unclear | Broken) -> DeliveryState:
    harmless = MESSAGES[row.kind].repeat is Repeat.ALWAYS
    if row.state is DeliveryState.UNKNOWN or (_maybe_sent(result) and not harmless):
        return DeliveryState.UNKNOWN
    return DeliveryState.WAITING


def _wait(row: Delivery, result: Refused | Unclear | Broken, pace: Pace) -> timedelta:
    step = timedelta(seconds=pace.steps[min(row.attempt, len(pace.steps)) - 1])
    return max(step, pace.look_up_after) if _maybe_sent(result) else step


async def _park(work: Work, row: Delivery, wait: timedelta, pace: Pace, *, limited: bool) -> None:
    """Every message that needs this method waits. The wait does not count as an attempt."""
    method, now = MESSAGES[row.kind].method, real_now()
    [budget] = (await budgets_of(work, {method}, pace, now)).values()
    pacing.park(budget, wait, limited=limited)
    await rate_budgets.keep_budgets(work.session, [budget])
    row.not_before = now + wait
    row.attempt -= 1
    if row.state is not DeliveryState.UNKNOWN:
        row.state = DeliveryState.WAITING


def _fail(work: Work, row: Delivery) -> None:
    row.state = DeliveryState.FAILED
    log.error("message not delivered", key=row.key, kind=row.kind, reason=row.last_error)
    work.record(
        Event.MESSAGE_FAILED,
        Actor.SOCRATES,
        subject=f"delivery/{row.key}",
        recipient=row.recipient,
        reason=row.last_error,
    )
