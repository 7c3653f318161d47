"""The sender: claims what is queued, composes it from the state as it is now, tells Slack once, settles with proof.

"Once" is effectively once: after an unknown outcome the message is looked up by its key before it is sent again.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import answers, digest, evidence, home, nags, policies
from bot.desk import Desk, real_now
from bot.outgoing import Edit, Outgoing, Post, Publish, Share
from bot.slack_calls import Refused, Sent, Unclear, edit, look_up, post, publish, share
from bot.views.blocks import Message, prose
from storage import evidence as evidence_rows
from storage import outbox, record
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState, Event

log = structlog.get_logger()

Composer = Callable[[AsyncSession, Desk, Delivery], Awaitable[Outgoing | None]]
Arrival = Callable[[AsyncSession, Desk, Delivery, Sequence[str]], Awaitable[None]]

METHODS = {
    DeliveryKind.REFRESH: "chat.update",
    DeliveryKind.HOME: "views.publish",
    DeliveryKind.FILE: "files.completeUploadExternal",
}
REPEATABLE = (DeliveryKind.REFRESH, DeliveryKind.HOME)
UNREPEATABLE_IN_CHANNELS = (DeliveryKind.DIGEST,)


@dataclass(frozen=True)
class Pace:
    """``lease`` is more than twice the HTTP timeout; after an unclear answer the sender waits ``look_up_after``.

    ``steps`` are the seconds before each further try. Budgets are calls a minute, below Slack's tiers.
    """

    lease: timedelta = timedelta(seconds=90)
    look_up_after: timedelta = timedelta(seconds=60)
    steps: tuple[float, ...] = (1, 5, 30, 120, 600)
    batch: int = 8
    budgets: Mapping[str, int] = field(
        default_factory=lambda: {
            "chat.postMessage": 240,
            "chat.update": 50,
            "views.publish": 100,
            "files.completeUploadExternal": 100,
        }
    )


class Sender:
    def __init__(self, desk: Desk, pace: Pace) -> None:
        self.desk = desk
        self.pace = pace

    async def turn(self) -> int:
        """Send what is due; how many deliveries were tried. One recipient's are sent in order."""
        by_recipient: defaultdict[str, list[Delivery]] = defaultdict(list)
        claimed = await self._claim()
        for delivery in claimed:
            by_recipient[delivery.recipient].append(delivery)
        await asyncio.gather(*(self._send_in_order(queued) for queued in by_recipient.values()))
        return len(claimed)

    async def _claim(self) -> list[Delivery]:
        async with self.desk.sessions.transaction() as session:
            claimed = await outbox.claim(session, real_now(), self.pace.lease, self.pace.batch)
            return [row for row in claimed if await self._affordable(session, row)]

    async def _affordable(self, session: AsyncSession, row: Delivery) -> bool:
        """Take a token of the method's budget, or put the delivery back until there is one."""
        method = method_of(row)
        per_minute = self.pace.budgets[method]
        budget = await outbox.budget(session, method, real_now(), per_minute)
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

    async def _send_in_order(self, queued: list[Delivery]) -> None:
        for delivery in queued:
            try:
                await self._send(delivery)
            except Exception as fault:
                shown = secrets.token_hex(4)
                log.error("delivery failed", id=shown, key=delivery.key, kind=delivery.kind, exc_info=fault)
                await self._settle_refusal(delivery, Refused(f"fault {shown}", passing=True))

    async def _send(self, delivery: Delivery) -> None:
        if delivery.kind not in REPEATABLE:
            found = await self._already_there(delivery)
            if isinstance(found, Sent):
                return await self._settle(delivery, found, None)
            if isinstance(found, Refused | Unclear):
                return await self._settle_refusal(delivery, found)
        async with self.desk.sessions.reading() as session:
            outgoing = await COMPOSERS[delivery.kind](session, self.desk, delivery)
        if outgoing is None:
            return await self._settle_as(delivery, DeliveryState.CANCELLED)
        result = await self._call(delivery, outgoing)
        if isinstance(result, Sent):
            return await self._settle(delivery, result, outgoing)
        return await self._settle_refusal(delivery, result)

    async def _already_there(self, delivery: Delivery) -> Sent | Refused | Unclear | None:
        """After an unclear answer: what the conversation shows. None means that it may be sent (again)."""
        if delivery.state is not DeliveryState.UNKNOWN:
            return None
        if delivery.recipient.startswith(("C", "G")):
            if delivery.kind in UNREPEATABLE_IN_CHANNELS or delivery.attempt > 2:
                return Refused(
                    "it may have been posted, and a channel cannot be read to make sure", passing=False
                )
            return None
        return await look_up(self.desk.slack, delivery)

    async def _call(self, delivery: Delivery, outgoing: Outgoing) -> Sent | Refused | Unclear:
        match outgoing.call:
            case Post(message):
                if delivery.state is DeliveryState.UNKNOWN and delivery.recipient.startswith(("C", "G")):
                    message = Message(f"(repeat) {message.text}", [prose("(repeat)"), *message.blocks])
                return await post(self.desk.slack, delivery, message)
            case Edit(channel, ts, message):
                return await edit(self.desk.slack, channel, ts, message)
            case Publish(view):
                return await publish(self.desk.slack, delivery.recipient, view)
            case Share():
                return await self._share(delivery, outgoing.call)

    async def _share(self, delivery: Delivery, file: Share) -> Sent | Refused | Unclear:
        content = await asyncio.to_thread(self.desk.files.read, file.digest)

        async def begun(upload_id: str) -> None:
            async with self.desk.sessions.transaction() as session:
                if row := await outbox.held(session, delivery.key, delivery.attempt):
                    row.upload_id = upload_id
                    session.add(row)

        return await share(self.desk, delivery.recipient, file, content, begun)

    async def _settle(self, delivery: Delivery, sent: Sent, outgoing: Outgoing | None) -> None:
        async with self.desk.transaction() as session:
            row = await outbox.held(session, delivery.key, delivery.attempt)
            if row is None:
                return
            row.state, row.channel, row.ts = DeliveryState.SENT, sent.channel, sent.ts
            row.sent_at, row.lease_until, row.last_error = self.desk.now(), None, None
            row.content_hash = sha256(sent.content.encode()).hexdigest() if sent.content else None
            session.add(row)
            if row.kind is DeliveryKind.HOME:
                return
            asks = outgoing.asks if outgoing else ()
            row.said = outgoing.keep if outgoing and outgoing.keep else row.said
            record.append(
                session,
                Event.MESSAGE_SENT,
                "socrates",
                self.desk.now(),
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
            if row.kind in ARRIVALS:
                await ARRIVALS[row.kind](session, self.desk, row, asks)

    async def _settle_as(self, delivery: Delivery, state: DeliveryState) -> None:
        async with self.desk.sessions.transaction() as session:
            if row := await outbox.held(session, delivery.key, delivery.attempt):
                row.state, row.lease_until = state, None
                session.add(row)

    async def _settle_refusal(self, delivery: Delivery, result: Refused | Unclear) -> None:
        async with self.desk.transaction() as session:
            row = await outbox.held(session, delivery.key, delivery.attempt)
            if row is None:
                return
            row.lease_until, row.last_error = None, result.reason
            session.add(row)
            if isinstance(result, Unclear):
                row.state, row.not_before = DeliveryState.UNKNOWN, real_now() + self.pace.look_up_after
            elif result.parked_for is not None:
                await self._park(session, row, result.parked_for)
            elif result.passing and row.attempt <= len(self.pace.steps):
                row.state = (
                    delivery.state if delivery.state is DeliveryState.UNKNOWN else DeliveryState.WAITING
                )
                row.not_before = real_now() + timedelta(seconds=self.pace.steps[row.attempt - 1])
            else:
                row.state = DeliveryState.FAILED
                log.error("message not delivered", key=row.key, kind=row.kind, reason=result.reason)
                record.append(
                    session,
                    Event.MESSAGE_FAILED,
                    "socrates",
                    self.desk.now(),
                    subject=f"delivery/{row.key}",
                    recipient=row.recipient,
                    reason=result.reason,
                )

    async def _park(self, session: AsyncSession, row: Delivery, seconds: float) -> None:
        """Slack asked everyone to wait; that is no attempt."""
        until = real_now() + timedelta(seconds=seconds)
        budget = await outbox.budget(session, method_of(row), real_now(), self.pace.budgets[method_of(row)])
        budget.parked_until, row.not_before = until, until
        row.attempt -= 1
        row.state = DeliveryState.UNKNOWN if row.state is DeliveryState.UNKNOWN else DeliveryState.WAITING


def method_of(delivery: Delivery) -> str:
    return METHODS.get(delivery.kind, "chat.postMessage")


async def next_due(desk: Desk) -> datetime | None:
    async with desk.sessions.reading() as session:
        return await outbox.next_due(session)


async def release_leases(desk: Desk, pace: Pace) -> None:
    """On SQLite the one process that starts knows that nobody else is sending or fetching."""
    async with desk.sessions.transaction() as session:
        await outbox.release_all(session, real_now() + pace.look_up_after)
        await evidence_rows.release_fetches(session)


async def say_note(desk: Desk, recipient: str, text: str, *, once: str, thread_ts: str | None = None) -> None:
    """Queue one sentence: how an event that was refused is answered."""
    async with desk.transaction() as session:
        await outbox.queue(
            session,
            DeliveryKind.NOTE,
            recipient,
            recipient,
            once=once,
            queued_at=desk.now(),
            real_now=real_now(),
            thread_ts=thread_ts,
            said=text,
        )


async def compose_note(_session: AsyncSession, _desk: Desk, delivery: Delivery) -> Outgoing | None:
    if delivery.said is None:
        return None
    return Outgoing(Post(Message(delivery.said, [prose(delivery.said)])))


async def file_arrived(session: AsyncSession, desk: Desk, delivery: Delivery, _asks: Sequence[str]) -> None:
    await evidence.file_arrived(session, desk, delivery)


COMPOSERS: dict[DeliveryKind, Composer] = {
    DeliveryKind.ANSWER: answers.compose_answer,
    DeliveryKind.ROUTED: answers.compose_routed,
    DeliveryKind.LEAD_ANSWER: answers.compose_lead_answer,
    DeliveryKind.NOTE: compose_note,
    DeliveryKind.BUNDLE: nags.compose_bundle,
    DeliveryKind.DIGEST: digest.compose_digest,
    DeliveryKind.REFRESH: nags.compose_refresh,
    DeliveryKind.HOME: home.compose_home,
    DeliveryKind.FILE: evidence.compose_file,
    DeliveryKind.RECEIPT: policies.compose_receipt,
    DeliveryKind.REFUSAL: evidence.compose_refusal,
}
ARRIVALS: dict[DeliveryKind, Arrival] = {
    DeliveryKind.BUNDLE: nags.bundle_arrived,
    DeliveryKind.DIGEST: nags.bundle_arrived,
    DeliveryKind.FILE: file_arrived,
}
