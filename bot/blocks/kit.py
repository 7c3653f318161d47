"""The small vocabulary that every view is written in, over `slack_sdk.models`; plain dicts come out.

Forms, tables and rich text have files of their own, and views take every word from here.

No words of people can make a block invalid or act as markup: this package escapes, fills and cuts all text.
An error of the program itself (a 26th button, an id that is too long) raises ValueError.
"""

from dataclasses import dataclass
from typing import Any, Literal

from slack_sdk.models import blocks as slack

from bot.blocks import limits
from bot.blocks.forms import (
    checks,
    choice,
    date_input,
    file_input,
    home,
    modal,
    moment_input,
    number_input,
    person_select,
    radios,
    search_input,
    text_input,
)
from bot.blocks.ids import Action
from bot.blocks.limits import Block, fit, shorten, shorten_bytes
from bot.blocks.rich import articles, divider, header, listing, or_blank, plain_text, prose, quote
from bot.blocks.tables import data_table, table_text
from bot.blocks.text import Mrkdwn, day, escaped, lines, local_moment, md, moment, paragraphs

__all__ = [
    "Block",
    "Element",
    "Message",
    "Mrkdwn",
    "actions",
    "articles",
    "button",
    "checks",
    "choice",
    "confirm",
    "context",
    "data_table",
    "date_input",
    "day",
    "divider",
    "fields",
    "file_input",
    "fit",
    "header",
    "home",
    "lines",
    "listing",
    "local_moment",
    "md",
    "modal",
    "moment",
    "moment_input",
    "number_input",
    "paragraphs",
    "person_select",
    "prose",
    "quote",
    "radios",
    "search_input",
    "section",
    "shorten",
    "table_text",
    "text_input",
]

Element = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A notification and a screen reader give only `text`, so it says everything that the blocks say."""

    text: str
    blocks: list[Block]

    def __post_init__(self) -> None:
        text = shorten_bytes(or_blank(escaped(self.text)), limits.MESSAGE_TEXT_BYTES)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "blocks", fit(self.blocks, limits.MESSAGE_BLOCKS, limits.MESSAGE_WEIGHT))


def section(text: str, button: Element | None = None) -> Block:
    return slack.SectionBlock(text=_mrkdwn(text, limits.SECTION), accessory=button).to_dict()


def fields(*texts: str) -> Block:
    """Pairs of columns, read row by row."""
    limits.at_most(limits.SECTION_FIELDS, texts, "fields in a section")
    return slack.SectionBlock(fields=[_mrkdwn(text, limits.SECTION_FIELD) for text in texts]).to_dict()


def context(*texts: str) -> Block:
    limits.at_most(limits.CONTEXT_ELEMENTS, texts, "texts in a context")
    return slack.ContextBlock(elements=[_mrkdwn(text, limits.CONTEXT_ELEMENT) for text in texts]).to_dict()


def actions(*elements: Element, block_id: str | None = None) -> Block:
    """A row of buttons, each with another action."""
    limits.at_most(limits.ACTIONS, elements, "elements in a row")
    if len({element["action_id"] for element in elements}) < len(elements):
        raise ValueError("Slack allows each action once in a row: give each button its own row")
    return slack.ActionsBlock(elements=list(elements), block_id=block_id).to_dict()


def button(
    label: str,
    action: Action,
    value: str = "",
    *,
    style: Literal["primary", "danger"] | None = None,
    confirm: Element | None = None,
    says: str | None = None,
) -> Element:
    """`value` is an opaque id; a screen reader says `says` in place of a label that alone is too terse."""
    limits.within(limits.BUTTON_VALUE, value, "a button's value")
    return slack.ButtonElement(
        text=plain_text(label, limits.BUTTON_LABEL),
        action_id=action.value,
        value=value or None,
        style=style,
        confirm=confirm,
        accessibility_label=shorten(says, limits.BUTTON_SAYS) if says else None,
    ).to_dict()


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Element:
    """A question before a press counts; `text` names the consequence."""
    return slack.ConfirmObject(
        title=plain_text(title, limits.CONFIRM_TITLE),
        text=plain_text(text, limits.CONFIRM_TEXT),
        confirm=plain_text(yes, limits.CONFIRM_BUTTON),
        deny=plain_text(no, limits.CONFIRM_BUTTON),
    ).to_dict()


def _mrkdwn(text: str, limit: int) -> slack.MarkdownTextObject:
    """`verbatim`: Slack must not find channels, people or links in words that we did not mark up."""
    return slack.MarkdownTextObject(text=shorten(or_blank(escaped(text)), limit), verbatim=True)
