"""Curated answers that a lead adopts for the company; each review is bound to the text that the lead reviewed."""

from bot.desk import Desk
from bot.errors import AlreadyDone
from bot.obligations import refresh_lead_homes
from bot.people import acting_lead
from bot.work import Work
from content.models import KnowledgeEntry
from storage import programme
from storage.people import Person
from storage.policies import text_hash
from storage.programme import EntryReview
from storage.terms import Event


async def adopt_entries(desk: Desk, lead_id: str) -> int:
    """A lead states that all curated entries speak for this company; the number of new reviews."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        reviewed = await programme.reviewed_entries(work.session)
        new = [entry for entry in work.content.knowledge if (entry.id, entry_hash(entry)) not in reviewed]
        if not new:
            raise AlreadyDone("All of my answers are already adopted.")
        for entry in new:
            await record_review(work, lead, entry)
        await refresh_lead_homes(work)
    return len(new)


async def record_review(work: Work, lead: Person, entry: KnowledgeEntry) -> None:
    """Store that the lead has read this text, and that it speaks for the company.

    Replaces an earlier review of the same text, which stays in the record.
    """
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
    """The hash of all words that an answer shows; a review counts only for a text with the same hash."""
    return text_hash("\n\n".join([entry.title, entry.answer, entry.detail]))
