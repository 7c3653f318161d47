"""Answers of the company's own: a lead proposes, another lead approves, and from then on they answer.

Ranking never learns by itself: only an approved proposal changes which answer is found.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.answers.adopted_entries import record_review
from bot.answers.views import proposals
from bot.answers.views.answers import cut_parts
from bot.blocks.ids import Field
from bot.blocks.kit import Message, shorten
from bot.blocks.limits import BUTTON_LABEL
from bot.blocks.text import day
from bot.calendar.deadlines import deadline
from bot.calendar.periods import local_date
from bot.desk import Desk, index_of
from bot.errors import AlreadyDone, AnswerTooLong, EmptyAnswer, ReasonMissing, RequestClosed, SelfApproval
from bot.obligations import close_all, open_obligation, show_boards
from bot.people import acting_lead, name_of
from bot.search.overlay import ANSWER_BY, asked_also, one_line, overlaid, parted, phrasings_of
from content.library import Library
from content.models import OWN, KnowledgeEntry
from storage import knowledge, people
from storage.columns import fresh_slug
from storage.knowledge import Proposal
from storage.obligations import Obligation
from storage.people import Person
from storage.questions import Question
from storage.record.entries import append
from storage.terms import Event, ObligationKind, ObligationState, ProposalKind, ProposalState

APPROVE_WITHIN = timedelta(days=3)
REVIEW_EVERY = 365
"""Days after which what a lead approved is to be looked at again; as in the content that comes with us."""


@dataclass(frozen=True)
class LeadReply:
    """What a lead typed: ``text`` for those who asked; its first paragraph is the short answer.

    With ``keep`` it is proposed for everybody: under ``title``, or, when ``entry_id`` names an entry that says it
    already, as more ways to ask for that one.
    """

    text: str
    title: str = ""
    entry_id: str = ""
    keep: bool = True


async def informed(session: AsyncSession, desk: Desk) -> Desk:
    """The desk with what leads have approved up to this transaction, in its library and its index.

    Replicas tell each other nothing: each compares the head, and reads anew what another one has approved.
    """
    head = await knowledge.overlay_head(session)
    if head != desk.overlay.head:
        async with desk.overlay.lock:
            if head != desk.overlay.head:
                library = await with_approved(session, desk.library)
                desk.overlay.index = await asyncio.to_thread(index_of, library)
                desk.overlay.library, desk.overlay.head = library, head
    return replace(desk, library=desk.overlay.library, index=desk.overlay.index)


async def keep_reply(
    session: AsyncSession, desk: Desk, lead: Person, reply: LeadReply, asked: Sequence[Question]
) -> str:
    """Propose for everybody what the lead answers to these questions; the words for those who asked.

    Raises EmptyAnswer, and AnswerTooLong for what could not be shown whole as an answer.
    """
    text = reply.text.strip()
    if not text:
        raise EmptyAnswer(field=Field.ANSWER)
    if reply.keep:
        desk = await informed(session, desk)
        proposal = await _proposal(session, desk, lead, reply, asked)
        if proposal.kind is ProposalKind.PHRASINGS and not proposal.phrasings:
            return text
        await _propose(session, desk, lead, proposal, questions=[question.id for question in asked])
    return text


async def approve_proposal(desk: Desk, lead_id: str, proposal_id: str) -> None:
    """From the next question on it answers. Raises SelfApproval while another lead could decide."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        proposal = await _undecided(session, proposal_id)
        others = [each.name for each in await people.leads(session) if each.id != proposal.proposed_by]
        four_eyes = lead.id != proposal.proposed_by
        if not four_eyes and others:
            raise SelfApproval(f"You proposed this, so another lead has to decide: {' or '.join(others)}.")
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.APPROVED, lead.id, desk.now()
        if proposal.kind is ProposalKind.ENTRY:
            proposal.version = await _next_version(session, desk, proposal.entry_id)
            await record_review(session, lead, await entry_of(session, proposal), proposal.decided_at)
        session.add(proposal)
        append(session, Event.PROPOSAL_APPROVED, lead.id, desk.now(), proposal, four_eyes=four_eyes)
        await _decided(session, desk, proposal, lead)
    async with desk.sessions.reading() as session:
        await informed(session, desk)


async def decline_proposal(desk: Desk, lead_id: str, proposal_id: str, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        proposal = await _undecided(session, proposal_id)
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.DECLINED, lead.id, desk.now()
        proposal.reason = reason.strip()
        session.add(proposal)
        append(session, Event.PROPOSAL_DECLINED, lead.id, desk.now(), proposal)
        await _decided(session, desk, proposal, lead)


async def edit_answer(
    desk: Desk, lead_id: str, proposal_id: str, title: str, text: str, phrasings: Sequence[str]
) -> None:
    """Propose the next version of an approved entry; the approved one answers until then."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        entry = await _to_edit(session, desk, proposal_id)
        answer, detail = parted(text)
        if not answer:
            raise EmptyAnswer(field=Field.ANSWER)
        edited = Proposal(
            kind=ProposalKind.ENTRY,
            entry_id=entry.id,
            title=_title(one_line(title) or entry.title),
            answer=answer,
            detail=detail,
            phrasings="\n".join(phrasings_of(phrasings) or entry.phrasings),
            proposed_by=lead.id,
            proposed_at=desk.now(),
        )
        await _propose(session, desk, lead, edited, questions=[])


async def answer_to_edit(desk: Desk, lead_id: str, proposal_id: str) -> KnowledgeEntry:
    """For the form: the entry as it answers now."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        entry = await _to_edit(session, desk, proposal_id)
        if not proposals.fits_form(entry):
            raise AnswerTooLong(
                "This answer is longer than a form can hold. Change its file of content instead."
            )
        return entry


async def proposal_to_decline(desk: Desk, lead_id: str, proposal_id: str) -> str:
    """For the form: what the proposal is called."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        proposal = await _undecided(session, proposal_id)
        return _called((await informed(session, desk)).library, proposal)


async def own_answers(desk: Desk, lead_id: str) -> list[tuple[str, KnowledgeEntry]]:
    """The entries that leads approved and that answer now, the newest first, each with the id of the last proposal
    that was approved for it.
    """
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        library = (await informed(session, desk)).library
        approved = await knowledge.approved_proposals(session)
        last = {row.entry_id: row.id for row in approved}
        answers = [
            (last[row.entry_id], library.entry(row.entry_id))
            for row in reversed(approved)
            if row.kind is ProposalKind.ENTRY and library.entry(row.entry_id).version == row.version
        ]
        if not answers:
            raise RequestClosed
        return answers


async def item(session: AsyncSession, desk: Desk, owed: Obligation) -> Message | None:
    """How a proposal stands in the bundle of a lead who is to decide on it."""
    proposal = await knowledge.proposal(session, owed.subject)
    if proposal is None:
        return None
    library = (await informed(session, desk)).library
    title = _called(library, proposal)
    if proposal.state is not ProposalState.PROPOSED:
        return proposals.settled(proposal, title, await name_of(session, proposal.decided_by))
    if owed.state is not ObligationState.OPEN:
        return proposals.withdrawn(title)
    by = "You" if proposal.proposed_by == owed.person_id else await name_of(session, proposal.proposed_by)
    if proposal.kind is ProposalKind.PHRASINGS:
        entry = next((each for each in library.knowledge if each.id == proposal.entry_id), None)
        return proposals.ask_phrasings(proposal, entry, by) if entry else proposals.ask_gone(proposal, by)
    return proposals.ask_entry(proposal.id, await entry_of(session, proposal), by)


async def entry_of(session: AsyncSession, proposal: Proposal) -> KnowledgeEntry:
    """A proposed entry in the content's form, with its lead as the source."""
    author = await people.person(session, proposal.proposed_by)
    proposed_on = local_date(proposal.proposed_at, author.zone if author else "UTC")
    name = await name_of(session, proposal.proposed_by)
    return KnowledgeEntry(
        id=proposal.entry_id,
        title=proposal.title or "",
        answer=proposal.answer or "",
        detail=proposal.detail or "",
        phrasings=tuple(proposal.phrasing_list),
        sources=(f"{ANSWER_BY}{name}, {day(proposed_on)}",),
        written_on=proposed_on,
        review_every=REVIEW_EVERY,
        version=proposal.version or 1,
    )


def deciders(leads: Sequence[Person], proposed_by: str) -> list[Person]:
    """Four eyes: every lead but the proposer, who decides only where nobody else leads."""
    return [lead for lead in leads if lead.id != proposed_by] or list(leads)


async def with_approved(session: AsyncSession, library: Library) -> Library:
    """The library with everything that leads have approved. An edit has all ways to ask that its lead left in the
    form, so of those approved apart only later ones are added.
    """
    entries: list[KnowledgeEntry] = []
    phrasings: defaultdict[str, list[str]] = defaultdict(list)
    approved = await knowledge.approved_proposals(session)
    written = {row.entry_id: row.proposed_at for row in approved if row.kind is ProposalKind.ENTRY}
    for row in approved:
        if row.kind is ProposalKind.ENTRY:
            entries.append(await entry_of(session, row))
        elif row.entry_id not in written or not row.decided_at or row.decided_at > written[row.entry_id]:
            phrasings[row.entry_id] += row.phrasing_list
    return overlaid(library, entries, phrasings)


async def _proposal(
    session: AsyncSession, desk: Desk, lead: Person, reply: LeadReply, asked: Sequence[Question]
) -> Proposal:
    texts = phrasings_of([question.text for question in asked])
    if not reply.entry_id:
        answer, detail = parted(reply.text)
        title = _title(one_line(reply.title) or next(iter(texts), answer))
        return Proposal(
            kind=ProposalKind.ENTRY,
            entry_id=OWN + fresh_slug(),
            title=title,
            answer=answer,
            detail=detail,
            phrasings="\n".join(texts or [title]),
            proposed_by=lead.id,
            proposed_at=desk.now(),
        )
    entry = next((each for each in desk.library.knowledge if each.id == reply.entry_id), None)
    if entry is None:
        raise RequestClosed("This entry is not there any more.", field=Field.ENTRY)
    fresh = asked_also(entry, texts).phrasings[len(entry.phrasings) :]
    return Proposal(
        kind=ProposalKind.PHRASINGS,
        entry_id=entry.id,
        phrasings="\n".join(fresh),
        proposed_by=lead.id,
        proposed_at=desk.now(),
    )


async def _propose(
    session: AsyncSession, desk: Desk, lead: Person, proposal: Proposal, questions: list[str]
) -> None:
    """Whoever is to decide is asked in their next bundle."""
    if proposal.kind is ProposalKind.ENTRY and cut_parts(await entry_of(session, proposal)):
        raise AnswerTooLong(field=Field.ANSWER)
    session.add(proposal)
    append(session, Event.PROPOSAL_MADE, lead.id, desk.now(), proposal, questions=questions)
    for decider in deciders(await people.leads(session), lead.id):
        due_on = await deadline(session, desk, decider, APPROVE_WITHIN)
        await open_obligation(session, desk, decider, ObligationKind.DECIDE_PROPOSAL, proposal.id, due_on)


async def _decided(session: AsyncSession, desk: Desk, proposal: Proposal, lead: Person) -> None:
    await close_all(session, desk, ObligationKind.DECIDE_PROPOSAL, proposal.id, done_by=lead.id)
    await show_boards(session, desk)


async def _undecided(session: AsyncSession, proposal_id: str) -> Proposal:
    proposal = await knowledge.proposal(session, proposal_id, to_change=True)
    if proposal is None:
        raise RequestClosed
    if proposal.state is not ProposalState.PROPOSED:
        by = await name_of(session, proposal.decided_by)
        raise AlreadyDone(f"{by} has already {proposal.state} this.")
    return proposal


async def _to_edit(session: AsyncSession, desk: Desk, proposal_id: str) -> KnowledgeEntry:
    """The entry as it answers now, if this proposal is the last one approved for it and no edit of it waits.

    The row is held before the others are read: a statement that waited does not see what was added meanwhile.
    """
    last = await knowledge.proposal(session, proposal_id, to_change=True)
    if last is None or last.state is not ProposalState.APPROVED:
        raise RequestClosed
    every = await knowledge.proposals_of(session, last.entry_id)
    entries = [row for row in every if row.kind is ProposalKind.ENTRY]
    if any(row.state is ProposalState.PROPOSED for row in entries):
        raise AlreadyDone("A new version of this answer already waits for a decision.", field=Field.ANSWER)
    approved = [row for row in await knowledge.approved_proposals(session) if row.entry_id == last.entry_id]
    if not any(row.version for row in entries):
        raise RequestClosed
    entry = (await informed(session, desk)).library.entry(last.entry_id)
    if approved[-1].id != last.id or entry.version not in {row.version for row in entries}:
        raise RequestClosed("This answer was edited meanwhile. Open it once more.", field=Field.ANSWER)
    return entry


async def _next_version(session: AsyncSession, desk: Desk, entry_id: str) -> int:
    """One more than any that answered under this id, in the content or approved here."""
    of_content = [entry.version for entry in desk.library.knowledge if entry.id == entry_id]
    approved = [row.version or 0 for row in await knowledge.proposals_of(session, entry_id, to_change=True)]
    return max([0, *of_content, *approved]) + 1


def _called(library: Library, proposal: Proposal) -> str:
    titles = {entry.id: entry.title for entry in library.knowledge}
    return proposal.title or titles.get(proposal.entry_id, proposal.entry_id)


def _title(words: str) -> str:
    return shorten(one_line(words), BUTTON_LABEL)
