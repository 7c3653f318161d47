"""A proposed answer, for the lead who decides; the form in which a lead answers; the company's own answers."""

from collections.abc import Sequence
from typing import Any

from bot.answers.views.answers import WHOLE
from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Message,
    Mrkdwn,
    actions,
    button,
    choice,
    context,
    lines,
    listing,
    md,
    modal,
    paragraphs,
    prose,
    quote,
    radios,
    section,
    text_input,
)
from bot.blocks.markdown import markdown, plain
from bot.blocks.text import escaped
from bot.blocks.wording import counted
from content.models import KnowledgeEntry
from storage.knowledge import Proposal
from storage.terms import ProposalState

FOR_EVERYBODY, ONLY_ONCE = "everybody", "once"
YOU = "You"
"""In place of the proposer's name, for a lead who leads alone and so decides on an own proposal."""
_PARAGRAPHS = "The first paragraph is the short answer; what follows a blank line is the detail."
_REASON = 200
_ANSWER_BYTES, _DETAIL_BYTES = WHOLE.answer.text_bytes, WHOLE.detail.text_bytes
_PHRASINGS_BYTES = 700
_ENTRIES_SHOWN = 45


def entry_request(proposal_id: str, entry: KnowledgeEntry, proposer: str) -> Message:
    """``proposer`` is a name, or ``YOU``."""
    again = f", version {entry.version} of it" if entry.version > 1 else ""
    lead = f"{proposer} proposed an answer for everybody{again}: {entry.title}"
    return Message(
        paragraphs(
            lines(lead, limits.shorten_bytes(escaped(plain(entry.answer)), _ANSWER_BYTES)),
            limits.shorten_bytes(escaped(plain(entry.detail)), _DETAIL_BYTES),
            lines(_phrasings_text(entry.phrasings), _consequence(proposer), "Press Approve or Decline."),
        ),
        [
            section(md("*{lead}*", lead=lead)),
            *markdown(entry.answer),
            *markdown(entry.detail),
            *_phrasing_blocks(entry.phrasings),
            context(_consequence(proposer)),
            _buttons(proposal_id),
        ],
    )


def phrasings_request(proposal: Proposal, entry: KnowledgeEntry, proposer: str) -> Message:
    lead = f"{proposer} proposed that this entry also answers what people asked: {entry.title}"
    return Message(
        lines(
            lead,
            _phrasings_text(proposal.phrasing_list),
            limits.shorten_bytes(escaped(f"It says: {plain(entry.answer)}"), _ANSWER_BYTES),
            _consequence(proposer),
            "Press Approve or Decline.",
        ),
        [
            section(md("*{lead}*", lead=lead)),
            *_phrasing_blocks(proposal.phrasing_list),
            *markdown(entry.answer),
            context(_consequence(proposer)),
            _buttons(proposal.id),
        ],
    )


def missing_entry_request(proposal: Proposal, proposer: str) -> Message:
    """For phrasings of an entry that has left the content: a lead can only decline them."""
    words = (
        f"{proposer} proposed more ways to ask for the entry {proposal.entry_id}, which is not in the content any "
        "more. Press Decline, and nobody is asked again."
    )
    decline = button("Decline", Action.OPEN_DECLINE_PROPOSAL, proposal.id)
    return Message(words, [prose(words), *_quotes(proposal.phrasing_list), actions(decline)])


def proposal_receipt(proposal: Proposal, title: str, decided_by: str) -> Message:
    words = (
        f"{'Approved' if proposal.state is ProposalState.APPROVED else 'Declined'} by {decided_by}: {title}"
    )
    if proposal.reason:
        words += f": “{limits.shorten(proposal.reason, _REASON)}”"
    return Message(words, [prose(words)])


def withdrawn_proposal(title: str) -> Message:
    words = f"Closed, another lead decides on this answer: {title}"
    return Message(words, [prose(words)])


def decline_proposal_modal(proposal_id: str, title: str) -> dict[str, Any]:
    hint = "It is kept in the record, and shown to the leads in place of the request."
    return modal(
        "Decline an answer",
        Callback.DECLINE_PROPOSAL,
        [
            prose(f"This will not answer anybody: {title}"),
            text_input(Field.REASON, "Why", multiline=True, hint=hint),
        ],
        submit="Decline",
        subject=proposal_id,
    )


def reply_modal(
    callback: Callback,
    subject: str,
    question_blocks: Sequence[Block],
    title: str,
    entries: Sequence[KnowledgeEntry],
    hint: str,
) -> dict[str, Any]:
    """The form of a lead's answer; ``question_blocks`` show who asked what."""
    afterwards = [
        (FOR_EVERYBODY, "Propose it as an answer for everybody"),
        (ONLY_ONCE, "Only for those who asked"),
    ]
    options = [(entry.id, entry.title) for entry in sorted(entries, key=lambda each: each.title.lower())]
    return modal(
        "Answer a question",
        callback,
        [
            *question_blocks,
            text_input(
                Field.ANSWER,
                "Your answer",
                multiline=True,
                hint=f"{hint} {_PARAGRAPHS}",
            ),
            radios(Field.KEEP, "Afterwards", afterwards, initial=FOR_EVERYBODY),
            text_input(
                Field.TITLE,
                "Title of the answer for everybody",
                optional=True,
                initial=title,
                max_length=limits.BUTTON_LABEL,
            ),
            choice(
                Field.ENTRY,
                "Or the entry that answers it already",
                options,
                optional=True,
                hint="Then no new answer is proposed, and the question becomes one more way to ask for this entry.",
            ),
        ],
        submit="Send answer",
        subject=subject,
    )


def own_answers_modal(answers: Sequence[tuple[str, KnowledgeEntry]]) -> dict[str, Any]:
    """Each entry with the id of its last approved proposal, which the Edit button carries."""
    sections = [
        section(
            md(
                "*{title}*\nv{version} · {source}",
                title=entry.title,
                version=entry.version,
                source=entry.sources[0],
            ),
            button("Edit", Action.OPEN_EDIT_ANSWER, proposal_id, says=f"Edit {entry.title}"),
        )
        for proposal_id, entry in answers[:_ENTRIES_SHOWN]
    ]
    left = len(answers) - len(sections)
    rest = (
        [context(f"and {counted(left, 'older answer')}: socrates content export writes them all")]
        if left
        else []
    )
    return modal("Answers of your own", Callback.NOTICE, [*sections, *rest])


def edit_answer_modal(proposal_id: str, entry: KnowledgeEntry) -> dict[str, Any]:
    return modal(
        "Edit an answer",
        Callback.EDIT_ANSWER,
        [
            context(f"Version {entry.version} answers until this version is approved."),
            text_input(Field.TITLE, "Title", initial=entry.title, max_length=limits.BUTTON_LABEL),
            text_input(
                Field.ANSWER,
                "Answer",
                multiline=True,
                initial=_answer_text(entry),
                hint=_PARAGRAPHS,
            ),
            text_input(
                Field.PHRASINGS,
                "Ways to ask",
                multiline=True,
                initial=_phrasing_lines(entry),
                hint="One a line, in the words that people use.",
            ),
        ],
        submit="Propose",
        subject=proposal_id,
    )


def fits_form(entry: KnowledgeEntry) -> bool:
    """Whether a form can hold the whole entry; an edit would lose what the form cuts off."""
    longest = max(len(_answer_text(entry)), len(_phrasing_lines(entry)))
    return len(entry.title) <= limits.BUTTON_LABEL and longest <= limits.INPUT_TEXT


def _answer_text(entry: KnowledgeEntry) -> str:
    return f"{entry.answer}\n\n{entry.detail}" if entry.detail else entry.answer


def _phrasing_lines(entry: KnowledgeEntry) -> str:
    return "\n".join(entry.phrasings)


def quoted_question(name: str, text: str) -> list[Block]:
    """One question in the form of a reply."""
    return [section(md("{name} asks:", name=name)), quote(text)]


def _phrasing_blocks(phrasings: Sequence[str]) -> list[Block]:
    """All phrasings, since the lead who approves is responsible for each."""
    return [prose("Asked as:"), *_quotes(phrasings)]


def _quotes(phrasings: Sequence[str]) -> list[Block]:
    return listing([f"“{text}”" for text in phrasings])


def _phrasings_text(phrasings: Sequence[str]) -> Mrkdwn:
    """As many as a fallback text has room for."""
    return limits.shorten_bytes(
        escaped(f"Asked as: {'; '.join(f'“{text}”' for text in phrasings)}."), _PHRASINGS_BYTES
    )


def _consequence(proposer: str) -> str:
    if proposer == YOU:
        return (
            "Once you approve, I answer with it. Nobody else leads compliance, so answers and record say that you "
            "approved what you wrote."
        )
    return f"Once you approve, I answer with it, and say that {proposer} wrote it and you approved it."


def _buttons(proposal_id: str) -> Block:
    return actions(
        button("Approve", Action.APPROVE_PROPOSAL, proposal_id, style="primary"),
        button("Decline", Action.OPEN_DECLINE_PROPOSAL, proposal_id),
    )
