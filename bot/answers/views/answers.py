"""Answers, and what people read in place of one: "did you mean", "I do not know", "not my field".

Every answer names its entry, version and sources, and who reviewed it when, or that nobody at the company has yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from bot.answers.views import chooser
from bot.answers.views.fallback_words import (
    ABOUT_US,
    IN_GENERAL,
    MEANT_ALSO,
    NAME_IT,
    NO_TOPIC,
    UNKNOWN,
    UNSURE,
)
from bot.blocks import limits
from bot.blocks.ids import Action
from bot.blocks.kit import (
    Message,
    Mrkdwn,
    actions,
    button,
    context,
    day,
    fit,
    lines,
    md,
    paragraphs,
    prose,
    section,
)
from bot.blocks.limits import Block
from bot.blocks.markdown import markdown, plain
from bot.blocks.text import escaped
from content.library import Decoy, KnowledgeEntry

Offer = tuple[str, str]
"""The id and the title of an entry that a button asks for."""

_RELATED_SHOWN = 2
_MATCHES_SHOWN = 3
_ALSO_BYTES = 500
_TO_A_PERSON = "press Ask compliance: your question goes to the compliance team, with your name."


@dataclass(frozen=True)
class ReviewState:
    """Who at this company reviewed an entry, and when; both None while nobody has.

    ``overdue_since`` is the day of its next review, once that day has passed. ``approved``: leads wrote and approved
    the entry. ``alone``: its author approved it, since nobody else could.
    """

    reviewed_by: str | None = None
    reviewed_on: date | None = None
    overdue_since: date | None = None
    approved: bool = False
    alone: bool = False


class MessageShare(NamedTuple):
    """What a part of a message may take: blocks, their weight, and bytes of the fallback text."""

    blocks: int
    weight: int
    text_bytes: int


class Room(NamedTuple):
    """How much of an entry an answer can show."""

    answer: MessageShare
    detail: MessageShare
    sources_bytes: int


ROOMS = (
    Room(MessageShare(5, 3_500, 1_000), MessageShare(30, 6_000, 1_500), 700),
    Room(MessageShare(4, 1_400, 500), MessageShare(12, 1_800, 450), 350),
    Room(MessageShare(3, 900, 350), MessageShare(4, 800, 200), 200),
)
"""The room of each answer in a reply to one, two or three questions."""
WHOLE = ROOMS[0]


def entry_answer(
    entry: KnowledgeEntry,
    review: ReviewState,
    related: Sequence[Offer],
    question_id: str,
    room: Room = WHOLE,
    also: KnowledgeEntry | None = None,
) -> Message:
    """``also`` is another entry that the question may mean: its short answer comes below this one.

    ``related`` has it first.
    """
    source, offers = provenance(entry, review, room), related[:_RELATED_SHOWN]
    is_chooser = entry.id == chooser.ENTRY
    text = paragraphs(
        _cut(plain(entry.answer), room.answer.text_bytes),
        _cut(plain(entry.detail), room.detail.text_bytes),
        meant_also(also) if also else "",
        source,
        lines(
            f"Related: {'; '.join(title for _, title in offers)}" if offers else "",
            f"Press “{chooser.TITLE}” to find out by five questions." if is_chooser else "",
            "Not what you needed? Press Ask compliance, and a person answers you.",
        ),
    )
    blocks = [
        section(md("*{title}*", title=entry.title)),
        *fit(markdown(entry.answer), room.answer.blocks, room.answer.weight),
        *fit(markdown(entry.detail), room.detail.blocks, room.detail.weight),
        *([section(meant_also(also))] if also else []),
        context(source),
        *([context("Related:")] if offers else []),
        *_offers(offers, Action.ASK_RELATED),
        actions(
            button("Helpful", Action.HELPFUL, question_id, says="This answer was helpful"),
            button("Not helpful", Action.NOT_HELPFUL, question_id, says="This answer was not helpful"),
            _ask_compliance(question_id),
            *([chooser.chooser_button()] if is_chooser else []),
        ),
    ]
    return Message(text, blocks)


def meant_also(entry: KnowledgeEntry) -> Mrkdwn:
    """The short answer of another entry that the question may mean."""
    answer = _cut(plain(entry.answer), _ALSO_BYTES)
    return md(MEANT_ALSO, title=entry.title, answer=answer)


def cut_parts(entry: KnowledgeEntry) -> list[str]:
    """The names of an entry's parts that a message would cut, in blocks, in the fallback text or on a button."""
    answer_blocks, detail_blocks = markdown(entry.answer), markdown(entry.detail)
    is_whole = {
        "title": len(entry.title) <= limits.BUTTON_LABEL,
        "answer": fit(answer_blocks, WHOLE.answer.blocks, WHOLE.answer.weight) == answer_blocks
        and _fits(plain(entry.answer), WHOLE.answer.text_bytes),
        "detail": fit(detail_blocks, WHOLE.detail.blocks, WHOLE.detail.weight) == detail_blocks
        and _fits(plain(entry.detail), WHOLE.detail.text_bytes),
        "list of sources": _fits("; ".join(entry.sources), WHOLE.sources_bytes),
    }
    return [part for part, whole in is_whole.items() if not whole]


def provenance(entry: KnowledgeEntry, review: ReviewState, room: Room = WHOLE) -> Mrkdwn:
    """The entry, its review and its sources, in two lines."""
    if review.reviewed_by and review.reviewed_on:
        verb = "approved" if review.approved else "reviewed"
        name = f"{review.reviewed_by}, who wrote it," if review.alone else review.reviewed_by
        state = md("{verb} by {name} on {day}", verb=verb, name=name, day=day(review.reviewed_on))
    else:
        state = md("starter content, not yet reviewed at your company")
    if review.overdue_since:
        state = md("{state}, review overdue since {day}", state=state, day=day(review.overdue_since))
    return lines(
        md("Entry {id} v{version} · {state}", id=entry.id, version=entry.version, state=state),
        md("Sources: {sources}", sources=_cut("; ".join(entry.sources), room.sources_bytes)),
    )


def did_you_mean(matches: Sequence[Offer], question_id: str) -> Message:
    """Up to three entries to choose from, best first; without any, the question names no topic."""
    if not matches:
        return _without_answer(NO_TOPIC, f"{NAME_IT}, or {_TO_A_PERSON}", question_id)
    offers = matches[:_MATCHES_SHOWN]
    last = f"None of them? Put it in other words, or {_TO_A_PERSON}"
    return Message(
        lines(UNSURE, *(f"{number}. {title}" for number, (_, title) in enumerate(offers, start=1)), last),
        [
            prose(UNSURE),
            *_offers(offers, Action.DID_YOU_MEAN),
            context(last),
            actions(_ask_compliance(question_id)),
        ],
    )


def unknown_answer(question_id: str) -> Message:
    return _without_answer(UNKNOWN, f"Put it in other words, or {_TO_A_PERSON}", question_id)


def foreign_answer(decoy: Decoy, question_id: str) -> Message:
    """For a question of another field: the decoy's words say whose."""
    return _without_answer(decoy.say, f"If it is about SOC compliance after all, {_TO_A_PERSON}", question_id)


def about_us_answer(general: Sequence[KnowledgeEntry], question_id: str) -> Message:
    """``general`` are entries that the question comes near to, best first: the first says what holds in general."""
    what_next = f"To hear it from a person, {_TO_A_PERSON}"
    first = general[0] if general else None
    told = md(IN_GENERAL, title=first.title, answer=_cut(plain(first.answer), _ALSO_BYTES)) if first else ""
    offers = [(entry.id, entry.title) for entry in general[:_RELATED_SHOWN]]
    return Message(
        paragraphs(ABOUT_US, what_next, told),
        [
            prose(ABOUT_US),
            context(what_next),
            actions(_ask_compliance(question_id)),
            *([section(told)] if told else []),
            *_offers(offers, Action.ASK_RELATED),
        ],
    )


def rating_receipt(*, helpful: bool) -> str:
    """The receipt for Helpful and Not helpful."""
    if helpful:
        return "Noted: this answer helped you."
    return "Noted: this answer did not help you. Press Ask compliance below it to ask a person."


def _without_answer(why: str, what_next: str, question_id: str) -> Message:
    return Message(
        lines(why, what_next), [prose(why), context(what_next), actions(_ask_compliance(question_id))]
    )


def _cut(text: str, size: int) -> Mrkdwn:
    """Keeps room in the fallback text for the parts below it."""
    return limits.shorten_bytes(escaped(text), size)


def _fits(text: str, size: int) -> bool:
    return _cut(text, size) == escaped(text)


def _offers(offers: Sequence[Offer], action: Action) -> list[Block]:
    return [actions(button(title, action, entry_id)) for entry_id, title in offers]


def _ask_compliance(question_id: str) -> dict[str, Any]:
    says = "Ask compliance: a person answers your question"
    return button("Ask compliance", Action.ASK_COMPLIANCE, question_id, says=says)
