"""A long list a page at a time, and the buttons that turn its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.blocks.ids import Action
from bot.blocks.kit import Block, actions, button

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """``number`` counts from one, ``of`` all pages, ``total`` all items."""

    items: Sequence[Item]
    number: int
    of: int
    total: int


def page_of(items: Sequence[Item], number: int, size: int) -> Page[Item]:
    """The page with this number, or the nearest that there is."""
    pages = max(1, -(-len(items) // size))
    number = min(max(1, number), pages)
    return Page(items[(number - 1) * size : number * size], number, pages, len(items))


def turning(
    page: Page[Any],
    what: str,
    both: tuple[Action, Action],
    labels: tuple[str, str],
    subject: str = "",
) -> Sequence[Block]:
    """Buttons to the pages before and after, which carry the page's number behind the subject."""
    previous, following = both
    turns = []
    if page.number > 1:
        turns.append(
            button(labels[0], previous, f"{subject} {page.number - 1}".strip(), says=f"{labels[0]} {what}")
        )
    if page.number < page.of:
        turns.append(
            button(labels[1], following, f"{subject} {page.number + 1}".strip(), says=f"{labels[1]} {what}")
        )
    return [actions(*turns)] if turns else []
