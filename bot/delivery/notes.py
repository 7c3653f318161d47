"""Notes: one sentence each, such as the answer to an event that was refused."""

from bot.blocks.kit import Message, prose
from bot.desk import Desk
from bot.outgoing import MessageKind, Outgoing, Post
from bot.work import Work
from storage.outbox import Delivery
from storage.terms import DeliveryKind


async def say_note(desk: Desk, recipient: str, text: str, *, once: str, thread_ts: str | None = None) -> None:
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


NOTE = MessageKind(DeliveryKind.NOTE, compose_note)
