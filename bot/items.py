"""How each kind of obligation is shown, in bundles, digests and Home alike."""

from collections.abc import Awaitable, Callable, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import (
    answers,
    evidence,
    handovers,
    knowledge,
    ownership,
    policies,
    reviews,
    standing_in,
    under_review,
    waiver_items,
)
from bot.desk import Desk
from bot.views.blocks import Message
from storage.obligations import Obligation
from storage.terms import ObligationKind

Item = Callable[[AsyncSession, Desk, Obligation], Awaitable[Message | None]]

ITEMS: dict[ObligationKind, Item] = {
    ObligationKind.ACCEPT_OWNERSHIP: ownership.offer_item,
    ObligationKind.EVIDENCE: evidence.owner_item,
    ObligationKind.ACKNOWLEDGE: policies.item,
    ObligationKind.REVIEW: under_review.review_item,
    ObligationKind.ANSWER: answers.item,
    ObligationKind.ASSIGN: ownership.unowned_item,
    ObligationKind.DECIDE_PROPOSAL: knowledge.item,
    ObligationKind.DECIDE_WAIVER: waiver_items.item,
    ObligationKind.VERIFY_ENTRY: reviews.item,
    ObligationKind.DECIDE_HANDOVER: handovers.item,
    ObligationKind.COVER: standing_in.cover_item,
}


async def items_of(
    session: AsyncSession, desk: Desk, owed: Sequence[Obligation]
) -> tuple[list[Message], tuple[str, ...]]:
    """The items to show, and the ids of the obligations behind them."""
    items: list[Message] = []
    asks: list[str] = []
    for row in owed:
        if shown := await ITEMS[row.kind](session, desk, row):
            items.append(shown)
            asks.append(row.id)
    return items, tuple(asks)
