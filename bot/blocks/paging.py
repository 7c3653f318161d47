"""One page of a long list, and the buttons to the pages beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.blocks.ids import Action
from bot.blocks.kit import Block, actions, button

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """``number`` counts from one; ``of`` is the number of pages, ``total`` that of all items."""

    items: Sequence[Item]
    number: int
    of: int
    total: int


def page_of(items: Sequence[Item], number: int, size: int) -> Page[Item]:
    """The page with this number, or the nearest page that exists."""
    pages = max(1, -(-len(items) // size))
    number = min(max(1, number), pages)
    return Page(items[(number - 1) * size : number * size], number, pages, len(items))


def page_buttons(
    page: Page[Any],
    what: str,
    page_actions: tuple[Action, Action],
    labels: tuple[str, str],
    subject: str = "",
) -> Sequence[Block]:
    """Buttons to the pages before and after; each carries the subject and the number of its page."""
    previous, following = page_actions
    buttons = []
    if page.number > 1:
        buttons.append(
            button(labels[0], previous, f"{subject} {page.number - 1}".strip(), says=f"{labels[0]} {what}")
        )
    if page.number < page.of:
        buttons.append(
            button(labels[1], following, f"{subject} {page.number + 1}".strip(), says=f"{labels[1]} {what}")
        )
    return [actions(*buttons)] if buttons else []
