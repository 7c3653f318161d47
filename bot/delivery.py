"""What there is to deliver: who composes each kind of message, and what follows when it has arrived."""

from collections.abc import Awaitable, Callable, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import answers, digest, evidence, home, nags, policies, under_review
from bot.desk import Desk, real_now
from bot.outgoing import Outgoing, Post
from bot.views.blocks import Message, prose
from storage import outbox
from storage.outbox import Delivery
from storage.terms import DeliveryKind

Composer = Callable[[AsyncSession, Desk, Delivery], Awaitable[Outgoing | None]]
Arrival = Callable[[AsyncSession, Desk, Delivery, Sequence[str]], Awaitable[None]]


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
    await under_review.file_arrived(session, desk, delivery)


COMPOSERS: dict[DeliveryKind, Composer] = {
    DeliveryKind.ANSWER: answers.compose_answer,
    DeliveryKind.ROUTED: answers.compose_routed,
    DeliveryKind.LEAD_ANSWER: answers.compose_lead_answer,
    DeliveryKind.NOTE: compose_note,
    DeliveryKind.BUNDLE: nags.compose_bundle,
    DeliveryKind.DIGEST: digest.compose_digest,
    DeliveryKind.REFRESH: nags.compose_refresh,
    DeliveryKind.HOME: home.compose_home,
    DeliveryKind.FILE: under_review.compose_file,
    DeliveryKind.RECEIPT: policies.compose_receipt,
    DeliveryKind.EVIDENCE_RECEIPT: evidence.compose_receipt,
    DeliveryKind.REFUSAL: evidence.compose_refusal,
}
ARRIVALS: dict[DeliveryKind, Arrival] = {
    DeliveryKind.BUNDLE: nags.bundle_arrived,
    DeliveryKind.DIGEST: nags.bundle_arrived,
    DeliveryKind.FILE: file_arrived,
}
