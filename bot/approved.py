"""The content together with the company's own approved answers, read again after each approval."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.blocks.text import day
from bot.blocks.wording import SOMEBODY_WHO_LEFT
from bot.calendar.periods import local_date
from bot.search.index import Index, build_index
from bot.search.overlay import ANSWER_BY, overlaid
from bot.search.words import Lexicon
from content.library import Library
from content.models import KnowledgeEntry
from storage import knowledge, people
from storage.knowledge import Proposal
from storage.terms import ProposalKind

REVIEW_EVERY = 365
"""Days after which a lead reviews an approved answer again; as in the packaged content."""


@dataclass(frozen=True, repr=False)
class IndexedLibrary:
    """A library with the index of its entries, which is built at its first use, in 0.3 s."""

    library: Library

    @cached_property
    def index(self) -> Index:
        return build_index(
            self.library.knowledge, self.library.decoys, self.library.vocabulary, self.library.thresholds
        )


class ApprovedAnswers:
    """The answers that this process last read, and the head of approvals at which it read them."""

    def __init__(self, content: IndexedLibrary) -> None:
        self._content = self._answers = content
        self._head = 0
        self._lock = asyncio.Lock()

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon of the content, which no approval changes."""
        return self._content.index.lexicon

    async def up_to(self, session: AsyncSession) -> IndexedLibrary:
        """The library with all that leads have approved up to this transaction.

        Replicas do not notify each other: each compares the head, and reads again if another one has approved.
        """
        head = await knowledge.count_approved_proposals(session)
        if head != self._head:
            async with self._lock:
                if head != self._head:
                    answers = IndexedLibrary(await with_approved(session, self._content.library))
                    await asyncio.to_thread(getattr, answers, "index")
                    self._answers, self._head = answers, head
        return self._answers


async def entry_of(session: AsyncSession, zone: str, proposal: Proposal) -> KnowledgeEntry:
    """A proposed entry in the content's form, with its author as the source; ``zone`` is the company's."""
    author = await people.person(session, proposal.proposed_by)
    proposed_on = local_date(proposal.proposed_at, author.zone if author else zone)
    return KnowledgeEntry(
        id=proposal.entry_id,
        title=proposal.title or "",
        answer=proposal.answer or "",
        detail=proposal.detail or "",
        phrasings=tuple(proposal.phrasing_list),
        sources=(f"{ANSWER_BY}{author.name if author else SOMEBODY_WHO_LEFT}, {day(proposed_on)}",),
        written_on=proposed_on,
        review_every=REVIEW_EVERY,
        version=proposal.version or 1,
    )


async def with_approved(session: AsyncSession, library: Library) -> Library:
    """The library with all approved proposals.

    An edit of an entry replaces its phrasings, so only phrasings that were approved later are added.
    """
    entries: list[KnowledgeEntry] = []
    phrasings: defaultdict[str, list[str]] = defaultdict(list)
    approved = await knowledge.approved_proposals(session)
    edited_at = {row.entry_id: row.proposed_at for row in approved if row.kind is ProposalKind.ENTRY}
    for row in approved:
        if row.kind is ProposalKind.ENTRY:
            entries.append(await entry_of(session, library.programme.zone, row))
        elif row.entry_id not in edited_at or not row.decided_at or row.decided_at > edited_at[row.entry_id]:
            phrasings[row.entry_id] += row.phrasing_list
    return overlaid(library, entries, phrasings)
