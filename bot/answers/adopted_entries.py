"""Curated answers that a lead adopts for the company; a review is bound to the words that were shown."""

from bot.desk import Desk
from bot.errors import AlreadyDone
from bot.obligations import show_boards
from bot.people import acting_lead
from bot.policies.rules import text_hash
from bot.work import Work
from content.models import KnowledgeEntry
from storage import programme
from storage.people import Person
from storage.programme import EntryReview
from storage.terms import Event


async def adopt_entries(desk: Desk, lead_id: str) -> int:
    """A lead states that the knowledge entries speak for this company; how many were newly reviewed."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        known = await programme.reviewed_entries(work.session)
        fresh = [entry for entry in work.content.knowledge if (entry.id, entry_hash(entry)) not in known]
        if not fresh:
            raise AlreadyDone("All of my answers are already adopted.")
        for entry in fresh:
            await record_review(work, lead, entry)
        await show_boards(work)
    return len(fresh)


async def record_review(work: Work, lead: Person, entry: KnowledgeEntry) -> None:
    """The lead has read this text, and it speaks for the company; who reviewed it before is in the record."""
    review = await programme.entry_review(work.session, entry.id, entry_hash(entry)) or EntryReview(
        entry_id=entry.id,
        text_hash=entry_hash(entry),
        version=entry.version,
        reviewed_by=lead.id,
        reviewed_at=work.now,
    )
    review.version, review.reviewed_by, review.reviewed_at = entry.version, lead.id, work.now
    work.record(Event.ENTRY_REVIEWED, lead.id, review, texts={"title": entry.title})


def entry_hash(entry: KnowledgeEntry) -> str:
    """What a review is bound to: the words that are shown. An edit is not reviewed by whoever reviewed before."""
    return text_hash("\n\n".join([entry.title, entry.answer, entry.detail]))
