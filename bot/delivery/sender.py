"""The sender: claims what is queued, composes it from the state as it is now, tells Slack once, settles with proof.

"Once" is effectively once: after an unknown outcome the message is looked up by its key before it is sent again.
"""

import asyncio
import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.blocks.kit import Message, prose
from bot.delivery import outcomes
from bot.delivery.composers import COMPOSERS
from bot.delivery.outcomes import REPEATABLE, REPEATED, Broken, Pace, method_of
from bot.delivery.slack_calls import (
    Refused,
    Result,
    Sent,
    Unclear,
    content_hash,
    edit,
    look_up,
    post,
    publish,
    share,
)
from bot.desk import Desk
from bot.outgoing import Edit, Outgoing, Post, Publish, Remembered, Share
from bot.transfers import TransferFailed
from bot.work import Work, real_now
from storage import outbox
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState

log = structlog.get_logger()

UNREPEATABLE_IN_CHANNELS = (DeliveryKind.DIGEST,)
UNREADABLE = "it may have been posted, and a channel cannot be read to make sure"


@dataclass
class Flight:
    """A claimed delivery on its way; ``called`` once Slack may have heard of it."""

    delivery: Delivery
    called: bool = False


class Sender:
    """Up to ``batch`` messages are on their way at a time, so that a slow answer does not hold up everybody else."""

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self.desk = desk
        self.pace = pace
        self.again_at: datetime | None = None
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._aloft = 0

    async def turn(self) -> int:
        """Claim what is due and begin to send it; how many were claimed. One recipient's are sent in order."""
        room = self.pace.batch - self._aloft
        if room < 1 or not await self._anything_due():
            return 0
        claimed, affordable = await self._claim(room)
        self._aloft += len(affordable)
        by_recipient: defaultdict[str, list[Flight]] = defaultdict(list)
        for delivery in affordable:
            by_recipient[delivery.recipient].append(Flight(delivery))
        for recipient, flights in by_recipient.items():
            sending = self._send_in_order(flights, self._flying.get(recipient))
            self._flying[recipient] = asyncio.create_task(sending)
            self._flying[recipient].add_done_callback(partial(self._landed, recipient, len(flights)))
        return claimed

    async def finish(self) -> None:
        """Wait for what is in flight now; when the wait is cancelled, so is that."""
        flying = list(self._flying.values())
        try:
            await asyncio.gather(*flying, return_exceptions=True)
        except asyncio.CancelledError:
            await asyncio.gather(*flying, return_exceptions=True)
            raise

    def _landed(self, recipient: str, count: int, task: asyncio.Task[None]) -> None:
        self._aloft -= count
        if self._flying.get(recipient) is task:
            del self._flying[recipient]
        if not task.cancelled() and (fault := task.exception()):
            log.error("delivery not settled", recipient=recipient, exc_info=fault)
        self.desk.bell.ring()

    async def _anything_due(self) -> bool:
        """Asked without a write transaction, since most of the time there is nothing."""
        async with self.desk.reading() as work:
            self.again_at = await outbox.next_due(work.session)
        return self.again_at is not None and self.again_at <= real_now()

    async def _claim(self, room: int) -> tuple[int, list[Delivery]]:
        async with self.desk.work(wakes=False) as work:
            claimed = await outbox.claim(work.session, real_now(), self.pace.lease, room)
            return len(claimed), [row for row in claimed if await self._affordable(work, row)]

    async def _affordable(self, work: Work, row: Delivery) -> bool:
        """Take a token of the method's budget, or put the delivery back until there is one."""
        method = method_of(row)
        per_minute = self.pace.budgets[method]
        budget = await outbox.budget(work.session, method, real_now(), per_minute)
        parked = budget.parked_until and budget.parked_until > real_now()
        if budget.tokens >= 1 and not parked:
            budget.tokens -= 1
            return True
        wait = timedelta(seconds=60 / per_minute)
        row.not_before = budget.parked_until if parked and budget.parked_until else real_now() + wait
        row.attempt -= 1
        row.lease_until = None
        if row.state is DeliveryState.SENDING:
            row.state = DeliveryState.WAITING
        return False

    async def _send_in_order(self, flights: list[Flight], before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait([before])
        for flight in flights:
            if not await self._still_held(flight.delivery):
                continue
            [fault] = await asyncio.gather(self._send(flight), return_exceptions=True)
            if fault:
                shown, delivery = secrets.token_hex(4), flight.delivery
                log.error("delivery failed", id=shown, key=delivery.key, kind=delivery.kind, exc_info=fault)
                broken = Broken(f"fault {shown}", called=flight.called)
                await outcomes.settle_refusal(self.desk, self.pace, delivery, broken)

    async def _still_held(self, delivery: Delivery) -> bool:
        """What has waited long behind another message renews its lease, if nobody has taken over."""
        if delivery.lease_until and delivery.lease_until - real_now() > self.pace.lease / 2:
            return True
        async with self.desk.work(wakes=False) as work:
            row = await outbox.held(work.session, delivery.key, delivery.attempt)
            if row:
                row.lease_until = real_now() + self.pace.lease
                work.session.add(row)
        return row is not None

    async def _send(self, flight: Flight) -> None:
        delivery = flight.delivery
        result: Result | None = await self._already_there(delivery)
        if result is None:
            async with self.desk.reading() as work:
                outgoing = await COMPOSERS[delivery.kind](work, delivery)
            if outgoing is None:
                return await outcomes.cancel(self.desk, delivery)
            if not await self._noted(delivery, outgoing):
                return None
            flight.called = True
            result = await self._call(delivery, outgoing)
        if isinstance(result, Sent):
            return await outcomes.settle(self.desk, delivery, result)
        return await outcomes.settle_refusal(self.desk, self.pace, delivery, result)

    async def _already_there(self, delivery: Delivery) -> Sent | Refused | Unclear | None:
        """After an unclear answer: what the conversation shows. None means that it may be sent (again)."""
        if delivery.state is not DeliveryState.UNKNOWN or delivery.kind in REPEATABLE:
            return None
        if _in_channel(delivery):
            stop = delivery.kind in UNREPEATABLE_IN_CHANNELS or delivery.last_error == REPEATED
            return Refused(UNREADABLE, passing=False) if stop else None
        return await look_up(self.desk.slack, delivery)

    async def _noted(self, delivery: Delivery, outgoing: Outgoing) -> bool:
        """Keep beforehand what must be known even if the answer is lost; whether we still hold the delivery."""
        asking, repeating = bool(outgoing.asks or outgoing.keep), _is_repeat(delivery)
        if not asking and not repeating:
            return True
        async with self.desk.work(wakes=False) as work:
            row = await outbox.held(work.session, delivery.key, delivery.attempt)
            if row is None:
                return False
            if asking:
                row.said = Remembered(outgoing.asks, outgoing.keep).written()
            if isinstance(outgoing.call, Post):
                row.content_hash = content_hash(outgoing.call.message)
            row.last_error = REPEATED if repeating else row.last_error
            work.session.add(row)
        return True

    async def _call(self, delivery: Delivery, outgoing: Outgoing) -> Result:
        match outgoing.call:
            case Post(message):
                if _is_repeat(delivery):
                    message = Message(f"(repeat) {message.text}", [prose("(repeat)"), *message.blocks])
                return await post(self.desk.slack, delivery, message)
            case Edit(channel, ts, message):
                return await edit(self.desk.slack, channel, ts, message)
            case Publish(view):
                return await publish(self.desk.slack, delivery.recipient, view)
            case Share():
                return await self._share(delivery, outgoing.call)

    async def _share(self, delivery: Delivery, file: Share) -> Result:
        content = await asyncio.to_thread(self.desk.files.read, file.digest)

        async def begun(upload_id: str) -> None:
            async with self.desk.work(wakes=False) as work:
                row = await outbox.held(work.session, delivery.key, delivery.attempt)
                if row is None:
                    raise TransferFailed("somebody else has taken over")
                row.upload_id = upload_id
                work.session.add(row)

        return await share(self.desk, delivery.recipient, file, content, begun)


def _in_channel(delivery: Delivery) -> bool:
    return delivery.recipient.startswith(("C", "G"))


def _is_repeat(delivery: Delivery) -> bool:
    """Only a channel's message is sent again without knowing whether the first one arrived."""
    return (
        delivery.state is DeliveryState.UNKNOWN and _in_channel(delivery) and delivery.kind not in REPEATABLE
    )
