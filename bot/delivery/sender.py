"""The sender: claims queued messages, composes each from the state of the moment, sends it once and keeps the proof.

After an unknown outcome a message is looked up in Slack by its key before it is sent again.
"""

import asyncio
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from bot.blocks.kit import Message, prose
from bot.delivery import outcomes, pacing
from bot.delivery.arrivals import Arrivals
from bot.delivery.kinds import LANES, MESSAGES
from bot.delivery.outcomes import REPEATED, Broken, Pace, budgets_of
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
from bot.outgoing import Edit, Lane, Outgoing, Post, Publish, Remembered, Repeat, Share
from bot.transfers import TransferFailed
from bot.work import real_now
from storage import outbox, people, rate_budgets
from storage.outbox import Delivery
from storage.rate_budgets import RateBudget
from storage.terms import DeliveryKind, DeliveryState

log = structlog.get_logger()

# From the key of a delivery to the call that sends it; None when it has nothing left to say.
Composed = dict[str, Outgoing | None]
UNREADABLE = "it may have been posted, and a channel cannot be read to make sure"


@dataclass
class Flight:
    """A claimed delivery on its way. ``called``: Slack may have it. ``prepared`` together with others, by key."""

    delivery: Delivery
    prepared: asyncio.Task[Composed] | None = None
    called: bool = False


class Sender:
    """Up to ``batch`` messages of a lane are on their way at a time, so that a slow answer does not hold up the others.

    ``again_at`` is when the next delivery may be sent, real time.
    """

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self.desk = desk
        self.pace = pace
        self.again_at: datetime | None = None
        self._arrivals = Arrivals(desk)
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._in_flight: Counter[Lane] = Counter()
        self._short_of_room = False
        # As they were at the last claim; other replicas spend them too.
        self._budgets: dict[str, RateBudget] = {}

    async def turn(self) -> int:
        """Claim what may be sent now and begin to send it. One recipient's messages are sent in order. Returns how
        many were claimed.
        """
        async with self.desk.reading() as work:
            due = await outbox.next_due(work.session)
        kinds = self._claimable(due)
        claimed = await self._claim(kinds) if kinds else []
        if claimed:
            self._begin(claimed)
        elif kinds:
            self._claimable(due)  # the budgets have told when there is more
        return len(claimed)

    async def finish(self) -> None:
        """Wait for the messages in flight; when the wait is cancelled, they are cancelled too."""
        flying = list(self._flying.values())
        try:
            await asyncio.gather(*flying, return_exceptions=True)
        except asyncio.CancelledError:
            await asyncio.gather(*flying, return_exceptions=True)
            await self._arrivals.break_off()
            raise

    def _claimable(self, due: Mapping[DeliveryKind, datetime]) -> list[DeliveryKind]:
        """The kinds of which a message may be sent now, in the order in which to send them; and ``again_at``."""
        now, later, kinds = real_now(), set[datetime](), list[DeliveryKind]()
        self._short_of_room = False
        for kind in sorted(due, key=lambda kind: (LANES[kind], due[kind])):
            room, budget = self._room(LANES[kind]), self._budgets.get(MESSAGES[kind].method)
            if due[kind] > now:
                later.add(due[kind])
            elif not room:
                self._short_of_room = True
            elif budget:
                pacing.refill(budget, self.pace.budgets[MESSAGES[kind].method], now)
                if pacing.calls_left(budget, LANES[kind], room):
                    kinds.append(kind)
                else:
                    later.add(pacing.more_at(budget, LANES[kind], room))
            else:
                kinds.append(kind)
        self.again_at = min(later, default=None)
        return kinds

    async def _claim(self, kinds: list[DeliveryKind]) -> list[Delivery]:
        """Only as many as may be sent now, the lowest lane first."""
        claimed: list[Delivery] = []
        async with self.desk.work(wakes=False) as work:
            now = real_now()
            methods = {MESSAGES[kind].method for kind in kinds}
            budgets = await budgets_of(work, methods, self.pace, now)
            for kind in kinds:
                lane, budget = LANES[kind], budgets[MESSAGES[kind].method]
                room = self._room(lane) - sum(LANES[row.kind] is lane for row in claimed)
                if calls := pacing.calls_left(budget, lane, room):
                    rows = await outbox.claim_deliveries(work.session, kind, now, self.pace.lease, calls)
                    pacing.spend(budget, len(rows))
                    claimed += rows
            await rate_budgets.keep_budgets(work.session, budgets.values())
        self._budgets |= budgets
        return claimed

    def _room(self, lane: Lane) -> int:
        return self.pace.batch - self._in_flight[lane]

    def _begin(self, claimed: list[Delivery]) -> None:
        by_recipient: defaultdict[str, list[Flight]] = defaultdict(list)
        for delivery in claimed:
            by_recipient[delivery.recipient].append(Flight(delivery))
        for lane in Lane:
            together = [
                flights[0]
                for recipient, flights in by_recipient.items()
                if recipient not in self._flying and LANES[flights[0].delivery.kind] is lane
            ]
            self._prepare_together([each for each in together if _is_first_try(each.delivery)])
        for recipient, flights in by_recipient.items():
            self._in_flight.update(LANES[flight.delivery.kind] for flight in flights)
            sending = self._send_in_order(flights, self._flying.get(recipient))
            self._flying[recipient] = asyncio.create_task(sending)
            self._flying[recipient].add_done_callback(partial(self._landed, recipient, flights))

    def _landed(self, recipient: str, flights: list[Flight], task: asyncio.Task[None]) -> None:
        self._in_flight.subtract(LANES[flight.delivery.kind] for flight in flights)
        if self._flying.get(recipient) is task:
            del self._flying[recipient]
        if not task.cancelled() and (fault := task.exception()):
            log.error("delivery not settled", recipient=recipient, exc_info=fault)
        if self._short_of_room:
            self.desk.bell.ring()

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
                row.lease_until = delivery.lease_until = real_now() + self.pace.lease
                work.session.add(row)
        return row is not None

    async def _send(self, flight: Flight) -> None:
        delivery = flight.delivery
        result: Result | None = await self._already_there(delivery)
        if result is None:
            prepared = await flight.prepared if flight.prepared else {}
            if delivery.key not in prepared:
                prepared = await self._prepare([delivery])
            if delivery.key not in prepared:
                return None
            if (outgoing := prepared[delivery.key]) is None:
                return await outcomes.cancel_delivery(self.desk, delivery)
            flight.called = True
            with self._arrivals.call():
                result = await self._call(delivery, outgoing)
        if isinstance(result, Sent):
            return await self._arrivals.settle(delivery, result)
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

    def _prepare_together(self, flights: list[Flight]) -> None:
        """So that they read what they share once. Whatever fails then is prepared again, by itself."""
        if len(flights) < 2:
            return
        deliveries = [flight.delivery for flight in flights]

        async def prepare() -> Composed:
            [prepared] = await asyncio.gather(self._prepare(deliveries), return_exceptions=True)
            return {} if isinstance(prepared, BaseException) else prepared

        preparing = asyncio.create_task(prepare())
        for flight in flights:
            flight.prepared = preparing

    async def _prepare(self, deliveries: list[Delivery]) -> Composed:
        """Compose from the state of this moment, and keep before the call what must be known even if its answer is
        lost. What another worker has taken over is left out.
        """
        async with self.desk.reading() as work:
            with outbox.rows_read_once(work.session):
                if len(deliveries) > 1:
                    await people.people_by_id(work.session, {row.recipient for row in deliveries})
                prepared = {row.key: await MESSAGES[row.kind].compose(work, row) for row in deliveries}
        remembering = [row for row in deliveries if _remember(row, prepared[row.key])]
        if remembering:
            async with self.desk.work(wakes=False) as work:
                ours = await outbox.still_claimed(work.session, remembering)
                if kept := [row for row in remembering if row.key in ours]:
                    await outbox.keep_contents(work.session, kept)
            for row in remembering:
                if row.key not in ours:
                    del prepared[row.key]
        return prepared

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
                row.upload_id = delivery.upload_id = upload_id
                work.session.add(row)

        return await share_file(self.desk, delivery.recipient, file, content, keep_upload)


def _in_channel(delivery: Delivery) -> bool:
    return delivery.recipient.startswith(("C", "G"))


def _is_repeat(delivery: Delivery) -> bool:
    """Only a channel's message is sent again without knowing whether the first one arrived."""
    harmless = MESSAGES[delivery.kind].repeat is Repeat.ALWAYS
    return delivery.state is DeliveryState.UNKNOWN and _in_channel(delivery) and not harmless


def _is_first_try(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.SENDING


def _remember(delivery: Delivery, outgoing: Outgoing | None) -> bool:
    """Note in the delivery what it keeps from before the call. Whether there is anything."""
    if outgoing is None:
        return False
    remembers, repeating = bool(outgoing.asks or outgoing.facts), _is_repeat(delivery)
    if not remembers and not repeating:
        return False
    if remembers:
        delivery.said = Remembered(outgoing.asks, outgoing.facts).written()
    if isinstance(outgoing.call, Post):
        delivery.content_hash = content_hash(outgoing.call.message)
    delivery.last_error = REPEATED if repeating else delivery.last_error
    return True
