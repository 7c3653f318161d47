"""The sender: claims queued messages, composes each from the state of the moment, sends it once and keeps the proof.

After an unknown outcome a message is looked up in Slack by its key before it is sent again.
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
from bot.delivery.kinds import LANES, MESSAGES
from bot.delivery.outcomes import REPEATED, Broken, Pace
from bot.delivery.slack_calls import (
    Refused,
    Result,
    Sent,
    Unclear,
    content_hash,
    edit_message,
    find_delivery,
    post_message,
    publish_home,
    share_file,
)
from bot.desk import Desk
from bot.outgoing import Edit, Outgoing, Post, Publish, Remembered, Repeat, Share
from bot.transfers import TransferFailed
from bot.work import Work, real_now
from storage import outbox
from storage.outbox import Delivery
from storage.terms import DeliveryState

log = structlog.get_logger()

UNREADABLE = "it may have been posted, and a channel cannot be read to make sure"


@dataclass
class Flight:
    """A claimed delivery on its way. ``called``: Slack may have it."""

    delivery: Delivery
    called: bool = False


class Sender:
    """Up to ``batch`` messages are on their way at a time, so that a slow answer does not hold up the others.

    ``again_at`` is when the next delivery may be tried, real time.
    """

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self.desk = desk
        self.pace = pace
        self.again_at: datetime | None = None
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._in_flight = 0

    async def turn(self) -> int:
        """Claim what is due and begin to send it. One recipient's messages are sent in order. Returns how many were
        claimed.
        """
        room = self.pace.batch - self._in_flight
        if room < 1 or not await self._anything_due():
            return 0
        claimed, affordable = await self._claim(room)
        self._in_flight += len(affordable)
        by_recipient: defaultdict[str, list[Flight]] = defaultdict(list)
        for delivery in affordable:
            by_recipient[delivery.recipient].append(Flight(delivery))
        for recipient, flights in by_recipient.items():
            sending = self._send_in_order(flights, self._flying.get(recipient))
            self._flying[recipient] = asyncio.create_task(sending)
            self._flying[recipient].add_done_callback(partial(self._landed, recipient, len(flights)))
        return claimed

    async def finish(self) -> None:
        """Wait for the messages in flight; when the wait is cancelled, they are cancelled too."""
        flying = list(self._flying.values())
        try:
            await asyncio.gather(*flying, return_exceptions=True)
        except asyncio.CancelledError:
            await asyncio.gather(*flying, return_exceptions=True)
            raise

    def _landed(self, recipient: str, count: int, task: asyncio.Task[None]) -> None:
        self._in_flight -= count
        if self._flying.get(recipient) is task:
            del self._flying[recipient]
        if not task.cancelled() and (fault := task.exception()):
            log.error("delivery not settled", recipient=recipient, exc_info=fault)
        self.desk.bell.ring()

    async def _anything_due(self) -> bool:
        """Reads only: most of the time nothing is due, and a write transaction would keep others waiting."""
        async with self.desk.reading() as work:
            self.again_at = await outbox.next_delivery_at(work.session)
        return self.again_at is not None and self.again_at <= real_now()

    async def _claim(self, room: int) -> tuple[int, list[Delivery]]:
        async with self.desk.work(wakes=False) as work:
            claimed = await outbox.claim_deliveries(work.session, real_now(), self.pace.lease, room, LANES)
            return len(claimed), [row for row in claimed if await self._affordable(work, row)]

    async def _affordable(self, work: Work, row: Delivery) -> bool:
        """Take a token of the method's budget, or put the delivery back until there is one."""
        method = MESSAGES[row.kind].method
        per_minute = self.pace.budgets[method]
        budget = await outbox.rate_budget(work.session, method, real_now(), per_minute)
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
            if not await self._still_ours(flight.delivery):
                continue
            [fault] = await asyncio.gather(self._send(flight), return_exceptions=True)
            if fault:
                fault_id, delivery = secrets.token_hex(4), flight.delivery
                log.error(
                    "delivery failed", id=fault_id, key=delivery.key, kind=delivery.kind, exc_info=fault
                )
                broken = Broken(f"fault {fault_id}", called=flight.called)
                await outcomes.settle_failure(self.desk, self.pace, delivery, broken)

    async def _still_ours(self, delivery: Delivery) -> bool:
        """Renew the lease of a delivery that waited long behind another. False: another worker has taken it over."""
        if delivery.lease_until and delivery.lease_until - real_now() > self.pace.lease / 2:
            return True
        async with self.desk.work(wakes=False) as work:
            row = await outbox.delivery_of_attempt(work.session, delivery.key, delivery.attempt)
            if row:
                row.lease_until = real_now() + self.pace.lease
                work.session.add(row)
        return row is not None

    async def _send(self, flight: Flight) -> None:
        delivery = flight.delivery
        result: Result | None = await self._already_there(delivery)
        if result is None:
            async with self.desk.reading() as work:
                outgoing = await MESSAGES[delivery.kind].compose(work, delivery)
            if outgoing is None:
                return await outcomes.cancel_delivery(self.desk, delivery)
            if not await self._remember(delivery, outgoing):
                return None
            flight.called = True
            result = await self._call(delivery, outgoing)
        if isinstance(result, Sent):
            return await outcomes.settle_arrival(self.desk, delivery, result)
        return await outcomes.settle_failure(self.desk, self.pace, delivery, result)

    async def _already_there(self, delivery: Delivery) -> Sent | Refused | Unclear | None:
        """After an unclear answer: what the conversation shows. None means that the message may be sent (again)."""
        repeat = MESSAGES[delivery.kind].repeat
        if delivery.state is not DeliveryState.UNKNOWN or repeat is Repeat.ALWAYS:
            return None
        if _in_channel(delivery):
            stop = repeat is Repeat.NEVER or delivery.last_error == REPEATED
            return Refused(UNREADABLE, passing=False) if stop else None
        return await find_delivery(self.desk.slack, delivery)

    async def _remember(self, delivery: Delivery, outgoing: Outgoing) -> bool:
        """Keep before the call what must be known even if its answer is lost. False: another worker has taken over."""
        remembers, repeating = bool(outgoing.asks or outgoing.facts), _is_repeat(delivery)
        if not remembers and not repeating:
            return True
        async with self.desk.work(wakes=False) as work:
            row = await outbox.delivery_of_attempt(work.session, delivery.key, delivery.attempt)
            if row is None:
                return False
            if remembers:
                row.said = Remembered(outgoing.asks, outgoing.facts).written()
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
                return await post_message(self.desk.slack, delivery, message)
            case Edit(channel, ts, message):
                return await edit_message(self.desk.slack, channel, ts, message)
            case Publish(view):
                return await publish_home(self.desk.slack, delivery.recipient, view)
            case Share():
                return await self._share(delivery, outgoing.call)

    async def _share(self, delivery: Delivery, file: Share) -> Result:
        content = await asyncio.to_thread(self.desk.files.read, file.digest)

        async def keep_upload(upload_id: str) -> None:
            async with self.desk.work(wakes=False) as work:
                row = await outbox.delivery_of_attempt(work.session, delivery.key, delivery.attempt)
                if row is None:
                    raise TransferFailed("another worker has taken over")
                row.upload_id = upload_id
                work.session.add(row)

        return await share_file(self.desk, delivery.recipient, file, content, keep_upload)


def _in_channel(delivery: Delivery) -> bool:
    return delivery.recipient.startswith(("C", "G"))


def _is_repeat(delivery: Delivery) -> bool:
    """Only a channel's message is sent again without knowing whether the first one arrived."""
    harmless = MESSAGES[delivery.kind].repeat is Repeat.ALWAYS
    return delivery.state is DeliveryState.UNKNOWN and _in_channel(delivery) and not harmless
