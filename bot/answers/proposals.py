"""The company's own answers: a lead proposes one, another lead approves it, and from then on it answers.

Only an approved proposal changes which answer a question finds.
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
from bot.duties import AnyLead, Matter
from bot.errors import AlreadyDone, AnswerTooLong, EmptyAnswer, ReasonMissing, RequestClosed, SelfApproval
from bot.obligations import close_obligations_about, open_obligation, refresh_lead_homes
from bot.people import acting_lead, name_of
from bot.search.overlay import one_line, phrasings_of, split_answer, with_phrasings
from bot.work import Work
from content.library import Library
from content.models import OWN_ID_PREFIX, KnowledgeEntry
from storage import knowledge, people
from storage.columns import fresh_slug
from storage.knowledge import Proposal
from storage.obligations import Obligation
from storage.people import Person
from storage.questions import Question
from storage.terms import Event, ObligationKind, ObligationState, ProposalKind, ProposalState


async def _proposals_to_decide(work: Work) -> list[Matter]:
    return [Matter(row.id, row.proposed_by) for row in await knowledge.open_proposals(work.session)]


PROPOSAL_DECIDERS = AnyLead(_proposals_to_decide, timedelta(days=3), alone=True)


@dataclass(frozen=True)
class LeadReply:
    """What a lead typed: ``text`` is for those who asked, and its first paragraph is the short answer.

    ``keep`` proposes it for everybody: as a new entry with this ``title``, or, with an ``entry_id``, as more
    phrasings for an entry that says the same.
    """

    text: str
    title: str = ""
    entry_id: str = ""
    keep: bool = True


async def keep_reply(work: Work, lead: Person, reply: LeadReply, questions: Sequence[Question]) -> str:
    """The answer for those who asked these questions; proposes it for everybody if the reply says so.

    Raises EmptyAnswer, and AnswerTooLong for an answer that a message would cut.
    """
    text = reply.text.strip()
    if not text:
        raise EmptyAnswer(field=Field.ANSWER)
    if reply.keep:
        entries = (await work.library()).knowledge
        proposal = _proposal(work, entries, lead, reply, questions)
        if proposal.kind is ProposalKind.PHRASINGS and not proposal.phrasings:
            return text
        await _propose(work, lead, proposal, question_ids=[question.id for question in questions])
    return text


async def approve_proposal(desk: Desk, lead_id: str, proposal_id: str) -> None:
    """From the next question on the proposal answers. Raises SelfApproval while another lead could decide."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        proposal = await _open_proposal(work, proposal_id)
        four_eyes = lead.id != proposal.proposed_by
        others = PROPOSAL_DECIDERS.among(await people.leads(work.session), proposal.proposed_by)
        if lead.id not in {each.id for each in others}:
            names = " or ".join(each.name for each in others)
            raise SelfApproval(f"You proposed this, so another lead has to decide: {names}.")
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.APPROVED, lead.id, work.now
        if proposal.kind is ProposalKind.ENTRY:
            proposal.version = await _next_version(work, proposal.entry_id)
            entry = await entry_of(work.session, work.zone, proposal)
            await record_review(work, lead, entry)
        work.record(Event.PROPOSAL_APPROVED, lead.id, proposal, four_eyes=four_eyes)
        await _close_decisions(work, proposal, lead)
    async with desk.reading() as work:
        await work.library()


async def decline_proposal(desk: Desk, lead_id: str, proposal_id: str, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        proposal = await _open_proposal(work, proposal_id)
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.DECLINED, lead.id, work.now
        proposal.reason = reason.strip()
        work.record(Event.PROPOSAL_DECLINED, lead.id, proposal)
        await _close_decisions(work, proposal, lead)


async def edit_answer(
    desk: Desk, lead_id: str, proposal_id: str, title: str, text: str, phrasings: Sequence[str]
) -> None:
    """Propose the next version of an approved entry; the approved one answers until then."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        entry = await _entry_to_edit(work, proposal_id)
        answer, detail = split_answer(text)
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
        await _propose(work, lead, edited, question_ids=[])


async def answer_to_edit(desk: Desk, lead_id: str, proposal_id: str) -> KnowledgeEntry:
    """The entry as it answers now, for the form. Raises AnswerTooLong if a form cannot hold it."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        entry = await _entry_to_edit(work, proposal_id)
        if not proposals.fits_form(entry):
            raise AnswerTooLong(
                "This answer is longer than a form can hold. Change its file of content instead."
            )
        return entry


async def proposal_to_decline(desk: Desk, lead_id: str, proposal_id: str) -> str:
    """The title of the proposal, for the form."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        proposal = await _open_proposal(work, proposal_id)
        return _title_of(await work.library(), proposal)


async def own_answers(desk: Desk, lead_id: str) -> list[tuple[str, KnowledgeEntry]]:
    """The approved entries that answer now, the newest first, each with the id of its last approved proposal."""
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


async def proposal_message(work: Work, obligation: Obligation) -> Message | None:
    """A proposal in the bundle of a lead who owes the decision."""
    proposal = await knowledge.proposal(work.session, obligation.subject)
    if proposal is None:
        return None
    library = await work.library()
    title = _title_of(library, proposal)
    if proposal.state is not ProposalState.PROPOSED:
        return proposals.proposal_receipt(proposal, title, await name_of(work, proposal.decided_by))
    if obligation.state is not ObligationState.OPEN:
        return proposals.withdrawn_proposal(title)
    proposer = proposals.YOU
    if proposal.proposed_by != obligation.person_id:
        proposer = await name_of(work, proposal.proposed_by)
    if proposal.kind is ProposalKind.ENTRY:
        entry = await entry_of(work.session, work.zone, proposal)
        return proposals.entry_request(proposal.id, entry, proposer)
    if entry := _entry(library.knowledge, proposal.entry_id):
        return proposals.phrasings_request(proposal, entry, proposer)
    return proposals.missing_entry_request(proposal, proposer)


def _proposal(
    work: Work,
    entries: Sequence[KnowledgeEntry],
    lead: Person,
    reply: LeadReply,
    questions: Sequence[Question],
) -> Proposal:
    phrasings = phrasings_of([question.text for question in questions], work.lexicon)
    if not reply.entry_id:
        answer, detail = split_answer(reply.text)
        title = _title(one_line(reply.title) or next(iter(phrasings), answer))
        return Proposal(
            kind=ProposalKind.ENTRY,
            entry_id=OWN_ID_PREFIX + fresh_slug(),
            title=title,
            answer=answer,
            detail=detail,
            phrasings="\n".join(phrasings or [title]),
            proposed_by=lead.id,
            proposed_at=work.now,
        )
    entry = _entry(entries, reply.entry_id)
    if entry is None:
        raise RequestClosed("This entry is not there any more.", field=Field.ENTRY)
    new = with_phrasings(entry, phrasings, work.lexicon).phrasings[len(entry.phrasings) :]
    return Proposal(
        kind=ProposalKind.PHRASINGS,
        entry_id=entry.id,
        phrasings="\n".join(new),
        proposed_by=lead.id,
        proposed_at=work.now,
    )


def _entry(entries: Sequence[KnowledgeEntry], entry_id: str) -> KnowledgeEntry | None:
    return next((entry for entry in entries if entry.id == entry_id), None)


async def _propose(work: Work, lead: Person, proposal: Proposal, question_ids: list[str]) -> None:
    """Store the proposal; each lead who may decide gets it in their next bundle."""
    if proposal.kind is ProposalKind.ENTRY and cut_parts(await entry_of(work.session, work.zone, proposal)):
        raise AnswerTooLong(field=Field.ANSWER)
    work.record(Event.PROPOSAL_MADE, lead.id, proposal, questions=question_ids)
    for decider in PROPOSAL_DECIDERS.among(await people.leads(work.session), lead.id):
        due_on = await deadline(work, decider, PROPOSAL_DECIDERS.within)
        await open_obligation(work, decider, ObligationKind.DECIDE_PROPOSAL, proposal.id, due_on)


async def _close_decisions(work: Work, proposal: Proposal, lead: Person) -> None:
    await close_obligations_about(work, ObligationKind.DECIDE_PROPOSAL, proposal.id, done_by=lead.id)
    await refresh_lead_homes(work)


async def _open_proposal(work: Work, proposal_id: str) -> Proposal:
    """Raises AlreadyDone if a lead has decided."""
    proposal = await knowledge.proposal(work.session, proposal_id, to_change=True)
    if proposal is None:
        raise RequestClosed
    if proposal.state is not ProposalState.PROPOSED:
        by = await name_of(work, proposal.decided_by)
        raise AlreadyDone(f"{by} has already {proposal.state} this.")
    return proposal


async def _entry_to_edit(work: Work, proposal_id: str) -> KnowledgeEntry:
    """The entry as it answers now, if this proposal is the last one approved for it and no edit of it is open.

    Locks the row before it reads the others: a statement that waited for the lock would not see later rows.
    """
    last = await knowledge.proposal(work.session, proposal_id, to_change=True)
    if last is None or last.state is not ProposalState.APPROVED:
        raise RequestClosed
    proposals_of_entry = await knowledge.proposals_of(work.session, last.entry_id)
    versions = [row for row in proposals_of_entry if row.kind is ProposalKind.ENTRY]
    if any(row.state is ProposalState.PROPOSED for row in versions):
        raise AlreadyDone("A new version of this answer already waits for a decision.", field=Field.ANSWER)
    approved = [
        row for row in await knowledge.approved_proposals(work.session) if row.entry_id == last.entry_id
    ]
    if not any(row.version for row in versions):
        raise RequestClosed
    entry = (await work.library()).entry(last.entry_id)
    if approved[-1].id != last.id or entry.version not in {row.version for row in versions}:
        raise RequestClosed("This answer was edited meanwhile. Open it once more.", field=Field.ANSWER)
    return entry


async def _next_version(work: Work, entry_id: str) -> int:
    """One more than the highest version of this entry, in the content or approved here."""
    in_content = [entry.version for entry in work.content.knowledge if entry.id == entry_id]
    approved = [
        row.version or 0 for row in await knowledge.proposals_of(work.session, entry_id, to_change=True)
    ]
    return max([0, *in_content, *approved]) + 1


def _title_of(library: Library, proposal: Proposal) -> str:
    titles = {entry.id: entry.title for entry in library.knowledge}
    return proposal.title or titles.get(proposal.entry_id, proposal.entry_id)


def _title(text: str) -> str:
    return shorten(one_line(text), BUTTON_LABEL)
