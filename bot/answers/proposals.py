"""Answers of the company's own: a lead proposes, another lead approves, and from then on they answer.

Ranking never learns by itself: only an approved proposal changes which answer is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.answers.adopted_entries import record_review
from bot.answers.views import proposals
from bot.answers.views.answers import cut_parts
from bot.approved import entry_of
from bot.blocks.ids import Field
from bot.blocks.kit import Message, shorten
from bot.blocks.limits import BUTTON_LABEL
from bot.deadlines import deadline
from bot.desk import Desk
from bot.duties import deciders
from bot.errors import AlreadyDone, AnswerTooLong, EmptyAnswer, ReasonMissing, RequestClosed, SelfApproval
from bot.obligations import close_all, open_obligation, show_boards
from bot.people import acting_lead, name_of
from bot.search.overlay import asked_also, one_line, parted, phrasings_of
from bot.work import Work
from content.library import Library
from content.models import OWN, KnowledgeEntry
from storage import knowledge, people
from storage.columns import fresh_slug
from storage.knowledge import Proposal
from storage.obligations import Obligation
from storage.people import Person
from storage.questions import Question
from storage.terms import Event, ObligationKind, ObligationState, ProposalKind, ProposalState

APPROVE_WITHIN = timedelta(days=3)


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


async def keep_reply(work: Work, lead: Person, reply: LeadReply, asked: Sequence[Question]) -> str:
    """Propose for everybody what the lead answers to these questions; the words for those who asked.

    Raises EmptyAnswer, and AnswerTooLong for what could not be shown whole as an answer.
    """
    text = reply.text.strip()
    if not text:
        raise EmptyAnswer(field=Field.ANSWER)
    if reply.keep:
        known = (await work.library()).knowledge
        proposal = _proposal(work, known, lead, reply, asked)
        if proposal.kind is ProposalKind.PHRASINGS and not proposal.phrasings:
            return text
        await _propose(work, lead, proposal, questions=[question.id for question in asked])
    return text


async def approve_proposal(desk: Desk, lead_id: str, proposal_id: str) -> None:
    """From the next question on it answers. Raises SelfApproval while another lead could decide."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        proposal = await _undecided(work, proposal_id)
        four_eyes = lead.id != proposal.proposed_by
        others = deciders(await people.leads(work.session), proposal.proposed_by, alone=True)
        if lead.id not in {each.id for each in others}:
            names = " or ".join(each.name for each in others)
            raise SelfApproval(f"You proposed this, so another lead has to decide: {names}.")
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.APPROVED, lead.id, work.now
        if proposal.kind is ProposalKind.ENTRY:
            proposal.version = await _next_version(work, proposal.entry_id)
            entry = await entry_of(work.session, work.zone, proposal)
            await record_review(work, lead, entry)
        work.record(Event.PROPOSAL_APPROVED, lead.id, proposal, four_eyes=four_eyes)
        await _decided(work, proposal, lead)
    async with desk.reading() as work:
        await work.library()


async def decline_proposal(desk: Desk, lead_id: str, proposal_id: str, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        proposal = await _undecided(work, proposal_id)
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.DECLINED, lead.id, work.now
        proposal.reason = reason.strip()
        work.record(Event.PROPOSAL_DECLINED, lead.id, proposal)
        await _decided(work, proposal, lead)


async def edit_answer(
    desk: Desk, lead_id: str, proposal_id: str, title: str, text: str, phrasings: Sequence[str]
) -> None:
    """Propose the next version of an approved entry; the approved one answers until then."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        entry = await _to_edit(work, proposal_id)
        answer, detail = parted(text)
        if not answer:
            raise EmptyAnswer(field=Field.ANSWER)
        edited = Proposal(
            kind=ProposalKind.ENTRY,
            entry_id=entry.id,
            title=_title(one_line(title) or entry.title),
            answer=answer,
            detail=detail,
            phrasings="\n".join(phrasings_of(phrasings, work.lexicon) or entry.phrasings),
            proposed_by=lead.id,
            proposed_at=work.now,
        )
        await _propose(work, lead, edited, questions=[])


async def answer_to_edit(desk: Desk, lead_id: str, proposal_id: str) -> KnowledgeEntry:
    """For the form: the entry as it answers now."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        entry = await _to_edit(work, proposal_id)
        if not proposals.fits_form(entry):
            raise AnswerTooLong(
                "This answer is longer than a form can hold. Change its file of content instead."
            )
        return entry


async def proposal_to_decline(desk: Desk, lead_id: str, proposal_id: str) -> str:
    """For the form: what the proposal is called."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        proposal = await _undecided(work, proposal_id)
        return _called(await work.library(), proposal)


async def own_answers(desk: Desk, lead_id: str) -> list[tuple[str, KnowledgeEntry]]:
    """The entries that leads approved and that answer now, the newest first, each with the id of the last proposal
    that was approved for it.
    """
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        library = await work.library()
        approved = await knowledge.approved_proposals(work.session)
        last = {row.entry_id: row.id for row in approved}
        answers = [
            (last[row.entry_id], library.entry(row.entry_id))
            for row in reversed(approved)
            if row.kind is ProposalKind.ENTRY and library.entry(row.entry_id).version == row.version
        ]
        if not answers:
            raise RequestClosed
        return answers


async def item(work: Work, owed: Obligation) -> Message | None:
    """How a proposal stands in the bundle of a lead who is to decide on it."""
    proposal = await knowledge.proposal(work.session, owed.subject)
    if proposal is None:
        return None
    library = await work.library()
    title = _called(library, proposal)
    if proposal.state is not ProposalState.PROPOSED:
        return proposals.settled(proposal, title, await name_of(work, proposal.decided_by))
    if owed.state is not ObligationState.OPEN:
        return proposals.withdrawn(title)
    by = "You" if proposal.proposed_by == owed.person_id else await name_of(work, proposal.proposed_by)
    if proposal.kind is ProposalKind.PHRASINGS:
        entry = next((each for each in library.knowledge if each.id == proposal.entry_id), None)
        return proposals.ask_phrasings(proposal, entry, by) if entry else proposals.ask_gone(proposal, by)
    return proposals.ask_entry(proposal.id, await entry_of(work.session, work.zone, proposal), by)


def _proposal(
    work: Work, known: Sequence[KnowledgeEntry], lead: Person, reply: LeadReply, asked: Sequence[Question]
) -> Proposal:
    texts = phrasings_of([question.text for question in asked], work.lexicon)
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
            proposed_at=work.now,
        )
    entry = next((each for each in known if each.id == reply.entry_id), None)
    if entry is None:
        raise RequestClosed("This entry is not there any more.", field=Field.ENTRY)
    fresh = asked_also(entry, texts, work.lexicon).phrasings[len(entry.phrasings) :]
    return Proposal(
        kind=ProposalKind.PHRASINGS,
        entry_id=entry.id,
        phrasings="\n".join(fresh),
        proposed_by=lead.id,
        proposed_at=work.now,
    )


async def _propose(work: Work, lead: Person, proposal: Proposal, questions: list[str]) -> None:
    """Whoever is to decide is asked in their next bundle."""
    if proposal.kind is ProposalKind.ENTRY and cut_parts(await entry_of(work.session, work.zone, proposal)):
        raise AnswerTooLong(field=Field.ANSWER)
    work.record(Event.PROPOSAL_MADE, lead.id, proposal, questions=questions)
    for decider in deciders(await people.leads(work.session), lead.id, alone=True):
        due_on = await deadline(work, decider, APPROVE_WITHIN)
        await open_obligation(work, decider, ObligationKind.DECIDE_PROPOSAL, proposal.id, due_on)


async def _decided(work: Work, proposal: Proposal, lead: Person) -> None:
    await close_all(work, ObligationKind.DECIDE_PROPOSAL, proposal.id, done_by=lead.id)
    await show_boards(work)


async def _undecided(work: Work, proposal_id: str) -> Proposal:
    proposal = await knowledge.proposal(work.session, proposal_id, to_change=True)
    if proposal is None:
        raise RequestClosed
    if proposal.state is not ProposalState.PROPOSED:
        by = await name_of(work, proposal.decided_by)
        raise AlreadyDone(f"{by} has already {proposal.state} this.")
    return proposal


async def _to_edit(work: Work, proposal_id: str) -> KnowledgeEntry:
    """The entry as it answers now, if this proposal is the last one approved for it and no edit of it waits.

    The row is held before the others are read: a statement that waited does not see what was added meanwhile.
    """
    last = await knowledge.proposal(work.session, proposal_id, to_change=True)
    if last is None or last.state is not ProposalState.APPROVED:
        raise RequestClosed
    every = await knowledge.proposals_of(work.session, last.entry_id)
    entries = [row for row in every if row.kind is ProposalKind.ENTRY]
    if any(row.state is ProposalState.PROPOSED for row in entries):
        raise AlreadyDone("A new version of this answer already waits for a decision.", field=Field.ANSWER)
    approved = [
        row for row in await knowledge.approved_proposals(work.session) if row.entry_id == last.entry_id
    ]
    if not any(row.version for row in entries):
        raise RequestClosed
    entry = (await work.library()).entry(last.entry_id)
    if approved[-1].id != last.id or entry.version not in {row.version for row in entries}:
        raise RequestClosed("This answer was edited meanwhile. Open it once more.", field=Field.ANSWER)
    return entry


async def _next_version(work: Work, entry_id: str) -> int:
    """One more than any that answered under this id, in the content or approved here."""
    of_content = [entry.version for entry in work.content.knowledge if entry.id == entry_id]
    approved = [
        row.version or 0 for row in await knowledge.proposals_of(work.session, entry_id, to_change=True)
    ]
    return max([0, *of_content, *approved]) + 1


def _called(library: Library, proposal: Proposal) -> str:
    titles = {entry.id: entry.title for entry in library.knowledge}
    return proposal.title or titles.get(proposal.entry_id, proposal.entry_id)


def _title(words: str) -> str:
    return shorten(one_line(words), BUTTON_LABEL)
