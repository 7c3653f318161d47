"""How each kind of obligation is shown, in bundles, digests and Home alike."""

from collections.abc import Awaitable, Callable, Sequence

from bot.answers import answering, entry_reviews, proposals
from bot.blocks.kit import Message
from bot.evidence import handing_in, reviewing, waiver_messages
from bot.owners import handovers, ownership, stand_ins
from bot.policies import policies
from bot.work import Work
from storage.obligations import Obligation
from storage.terms import ObligationKind

Item = Callable[[Work, Obligation], Awaitable[Message | None]]

ITEMS: dict[ObligationKind, Item] = {
    ObligationKind.ACCEPT_OWNERSHIP: ownership.offer_item,
    ObligationKind.EVIDENCE: handing_in.owner_item,
    ObligationKind.ACKNOWLEDGE: policies.item,
    ObligationKind.REVIEW: reviewing.review_item,
    ObligationKind.ANSWER: answering.item,
    ObligationKind.ASSIGN: ownership.unowned_item,
    ObligationKind.DECIDE_PROPOSAL: proposals.item,
    ObligationKind.DECIDE_WAIVER: waiver_messages.item,
    ObligationKind.VERIFY_ENTRY: entry_reviews.item,
    ObligationKind.DECIDE_HANDOVER: handovers.item,
    ObligationKind.COVER: stand_ins.cover_item,
}


async def items_of(work: Work, owed: Sequence[Obligation]) -> tuple[list[Message], tuple[str, ...]]:
    """The items to show, and the ids of the obligations behind them."""
    items: list[Message] = []
    asks: list[str] = []
    for row in owed:
        if shown := await ITEMS[row.kind](work, row):
            items.append(shown)
            asks.append(row.id)
    return items, tuple(asks)
