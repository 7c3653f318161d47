"""What leads propose for everybody, put before the lead who decides; the form of a reply; answers of their own."""

from collections.abc import Sequence
from typing import Any

from bot.answers.views.answers import WHOLE
from bot.blocks import limits
from bot.blocks.due import counted
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
from content.models import KnowledgeEntry
from storage.knowledge import Proposal
from storage.terms import ProposalState

FOR_EVERYBODY, ONLY_ONCE = "everybody", "once"
_PARAGRAPHS = "The first paragraph is the short answer; what follows a blank line is the detail."
_REASON = 200
_ANSWER_BYTES, _DETAIL_BYTES = WHOLE.answer.text_bytes, WHOLE.detail.text_bytes
_ASKED_BYTES = 700
_ENTRIES_SHOWN = 45


def ask_entry(proposal_id: str, entry: KnowledgeEntry, by: str) -> Message:
    """`by` is the proposer's name, or "You" for a lead who is alone and so may decide."""
    again = f", version {entry.version} of it" if entry.version > 1 else ""
    lead = f"{by} proposed an answer for everybody{again}: {entry.title}"
    return Message(
        paragraphs(
            lines(lead, limits.shorten_bytes(escaped(plain(entry.answer)), _ANSWER_BYTES)),
            limits.shorten_bytes(escaped(plain(entry.detail)), _DETAIL_BYTES),
            lines(_asked(entry.phrasings), _consequence(by), "Press Approve or Decline."),
        ),
        [
            section(md("*{lead}*", lead=lead)),
            *markdown(entry.answer),
            *markdown(entry.detail),
            *_asked_as(entry.phrasings),
            context(_consequence(by)),
            _buttons(proposal_id),
        ],
    )


def ask_phrasings(proposal: Proposal, entry: KnowledgeEntry, by: str) -> Message:
    lead = f"{by} proposed that this entry also answers what people asked: {entry.title}"
    return Message(
        lines(
            lead,
            _asked(proposal.phrasing_list),
            limits.shorten_bytes(escaped(f"It says: {plain(entry.answer)}"), _ANSWER_BYTES),
            _consequence(by),
            "Press Approve or Decline.",
        ),
        [
            section(md("*{lead}*", lead=lead)),
            *_asked_as(proposal.phrasing_list),
            *markdown(entry.answer),
            context(_consequence(by)),
            _buttons(proposal.id),
        ],
    )


def ask_gone(proposal: Proposal, by: str) -> Message:
    """The entry has left the content, so there is nothing to approve."""
    words = (
        f"{by} proposed more ways to ask for the entry {proposal.entry_id}, which is not in the content any more. "
        "Press Decline, and nobody is asked again."
    )
    decline = button("Decline", Action.OPEN_DECLINE_PROPOSAL, proposal.id)
    return Message(words, [prose(words), *_quoted(proposal.phrasing_list), actions(decline)])


def settled(proposal: Proposal, title: str, by: str) -> Message:
    words = f"{'Approved' if proposal.state is ProposalState.APPROVED else 'Declined'} by {by}: {title}"
    if proposal.reason:
        words += f": “{limits.shorten(proposal.reason, _REASON)}”"
    return Message(words, [prose(words)])


def withdrawn(title: str) -> Message:
    words = f"Closed, another lead decides on this answer: {title}"
    return Message(words, [prose(words)])


def decline_modal(proposal_id: str, title: str) -> dict[str, Any]:
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
    asked: Sequence[Block],
    title: str,
    entries: Sequence[KnowledgeEntry],
    hint: str,
) -> dict[str, Any]:
    """A lead's answer to those who asked, and what is to become of it; `asked` shows who asked what."""
    kept = [
        (FOR_EVERYBODY, "Propose it as an answer for everybody"),
        (ONLY_ONCE, "Only for those who asked"),
    ]
    options = [(entry.id, entry.title) for entry in sorted(entries, key=lambda each: each.title.lower())]
    return modal(
        "Answer a question",
        callback,
        [
            *asked,
            text_input(
                Field.ANSWER,
                "Your answer",
                multiline=True,
                hint=f"{hint} {_PARAGRAPHS}",
            ),
            radios(Field.KEEP, "Afterwards", kept, initial=FOR_EVERYBODY),
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
    """Each with its proposal's id, to be edited."""
    shown = [
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
    left = len(answers) - len(shown)
    rest = (
        [context(f"and {counted(left, 'older answer')}: socrates content export writes them all")]
        if left
        else []
    )
    return modal("Answers of your own", Callback.NOTICE, [*shown, *rest])


def edit_modal(proposal_id: str, entry: KnowledgeEntry) -> dict[str, Any]:
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
                initial=_written(entry),
                hint=_PARAGRAPHS,
            ),
            text_input(
                Field.PHRASINGS,
                "Ways to ask",
                multiline=True,
                initial=_ways_to_ask(entry),
                hint="One a line, in the words that people use.",
            ),
        ],
        submit="Propose",
        subject=proposal_id,
    )


def fits_form(entry: KnowledgeEntry) -> bool:
    """Whether a form can begin with all of it: what it cuts off would be lost."""
    longest = max(len(_written(entry)), len(_ways_to_ask(entry)))
    return len(entry.title) <= limits.BUTTON_LABEL and longest <= limits.INPUT_TEXT


def _written(entry: KnowledgeEntry) -> str:
    return f"{entry.answer}\n\n{entry.detail}" if entry.detail else entry.answer


def _ways_to_ask(entry: KnowledgeEntry) -> str:
    return "\n".join(entry.phrasings)


def asked_by(name: str, text: str) -> list[Block]:
    """One question as the form of a reply shows it."""
    return [section(md("{name} asks:", name=name)), quote(text)]


def _asked_as(phrasings: Sequence[str]) -> list[Block]:
    """All of them: whoever approves answers for each."""
    return [prose("Asked as:"), *_quoted(phrasings)]


def _quoted(phrasings: Sequence[str]) -> list[Block]:
    return listing([f"“{text}”" for text in phrasings])


def _asked(phrasings: Sequence[str]) -> Mrkdwn:
    """As many as a fallback text has room for."""
    return limits.shorten_bytes(
        escaped(f"Asked as: {'; '.join(f'“{text}”' for text in phrasings)}."), _ASKED_BYTES
    )


def _consequence(by: str) -> str:
    if by == "You":
        return (
            "Once you approve, I answer with it. Nobody else leads compliance, so answers and record say that you "
            "approved what you wrote."
        )
    return f"Once you approve, I answer with it, and say that {by} wrote it and you approved it."


def _buttons(proposal_id: str) -> Block:
    return actions(
        button("Approve", Action.APPROVE_PROPOSAL, proposal_id, style="primary"),
        button("Decline", Action.OPEN_DECLINE_PROPOSAL, proposal_id),
    )
