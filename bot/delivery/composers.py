"""What there is to deliver: who composes each kind of message, and what follows when it has arrived."""

from collections.abc import Awaitable, Callable, Sequence

from bot.answers import answering
from bot.blocks.kit import Message, prose
from bot.desk import Desk
from bot.evidence import handing_in, reviewing
from bot.outgoing import Outgoing, Post
from bot.policies import policies
from bot.reminders import bundles, digest, home
from bot.work import Work
from storage.outbox import Delivery
from storage.terms import DeliveryKind

Composer = Callable[[Work, Delivery], Awaitable[Outgoing | None]]
Arrival = Callable[[Work, Delivery, Sequence[str]], Awaitable[None]]


async def say_note(desk: Desk, recipient: str, text: str, *, once: str, thread_ts: str | None = None) -> None:
    """Queue one sentence: how an event that was refused is answered."""
    async with desk.work() as work:
        await work.queue(
            DeliveryKind.NOTE,
            recipient,
            recipient,
            once=once,
            thread_ts=thread_ts,
            said=text,
        )


async def compose_note(_work: Work, delivery: Delivery) -> Outgoing | None:
    if delivery.said is None:
        return None
    return Outgoing(Post(Message(delivery.said, [prose(delivery.said)])))


async def file_arrived(work: Work, delivery: Delivery, _asks: Sequence[str]) -> None:
    await reviewing.file_arrived(work, delivery)


COMPOSERS: dict[DeliveryKind, Composer] = {
    DeliveryKind.ANSWER: answering.compose_answer,
    DeliveryKind.ROUTED: answering.compose_routed,
    DeliveryKind.LEAD_ANSWER: answering.compose_lead_answer,
    DeliveryKind.NOTE: compose_note,
    DeliveryKind.BUNDLE: bundles.compose_bundle,
    DeliveryKind.DIGEST: digest.compose_digest,
    DeliveryKind.REFRESH: bundles.compose_refresh,
    DeliveryKind.HOME: home.compose_home,
    DeliveryKind.FILE: reviewing.compose_file,
    DeliveryKind.RECEIPT: policies.compose_receipt,
    DeliveryKind.EVIDENCE_RECEIPT: handing_in.compose_receipt,
    DeliveryKind.REFUSAL: handing_in.compose_refusal,
}
ARRIVALS: dict[DeliveryKind, Arrival] = {
    DeliveryKind.BUNDLE: bundles.bundle_arrived,
    DeliveryKind.DIGEST: bundles.bundle_arrived,
    DeliveryKind.FILE: file_arrived,
}
