"""The catalogue as leads see it: the controls that are not adopted, and one of them with what adopting it means."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.due import HOW_OFTEN, called
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    actions,
    button,
    confirm,
    context,
    fields,
    header,
    lines,
    md,
    modal,
    prose,
    search_input,
    section,
)
from bot.blocks.paging import Page, turning
from bot.owners.views.ownership import told
from bot.register.rules.controls import ListedControl
from bot.register.views.cadence import how_often
from bot.register.views.controls import found_words, pair
from content.models import Request
from storage.programme import Control

ALL_ADOPTED = "Every control of the catalog is adopted."
_TITLE = 110
_CRITERIA = 150
_ASK = 150
_MOST_REQUESTS = 10


def list_modal(page: Page[ListedControl], words: str) -> dict[str, Any]:
    """`words` are what was searched for."""
    return modal(
        "Catalog",
        Callback.CATALOGUE,
        [
            search_input(
                Field.SEARCH_CATALOGUE,
                "Find a control that is not adopted",
                hint="By name, id, criterion (CC6.1) or objective (CO-2). Press Enter, or Search.",
                initial=words or None,
            ),
            prose(found_words(page, words, ALL_ADOPTED)),
            *(_row(each.control) for each in page.items),
            *turning(page, "page", (Action.PREVIOUS_CATALOGUE, Action.NEXT_CATALOGUE), ("Previous", "Next")),
            actions(button("Adopted controls", Action.OPEN_CONTROLS)),
        ],
        submit="Search",
    )


def card_modal(control: Control, requests: Sequence[Request]) -> dict[str, Any]:
    return modal(
        limits.shorten(f"Control {control.id}", limits.VIEW_TITLE),
        Callback.PROPOSED_CONTROL,
        [
            header(called(control)),
            section(told(control)),
            fields(
                pair("Criteria", ", ".join(control.criteria) or "none"),
                pair("Control objectives", ", ".join(control.objectives) or "none"),
                pair("How often", how_often(control)),
                pair("Usually owned by", control.owner_role),
                *([pair("Samples are drawn from", control.population_of)] if control.population_of else []),
            ),
            *_requests(requests),
            actions(_adopt(control)),
            context("It is not adopted: nothing is asked of anybody."),
        ],
        subject=control.id,
    )


def _row(control: Control) -> Block:
    title = limits.shorten(called(control), _TITLE)
    serves = limits.shorten(", ".join((*control.criteria, *control.objectives)), _CRITERIA)
    facts = f"{HOW_OFTEN[control.cadence].capitalize()} · {serves}"
    opener = button("Open", Action.SHOW_PROPOSED_CONTROL, control.id, says=f"Open control {control.id}")
    return section(md("*{title}*\n{facts}", title=title, facts=facts), opener)


def _requests(requests: Sequence[Request]) -> list[Block]:
    if not requests:
        return []
    asked = [
        md("{number}. {ask}", number=str(each.number), ask=limits.shorten(each.ask, _ASK))
        for each in requests[:_MOST_REQUESTS]
    ]
    more = len(requests) - len(asked)
    rest = [f"And {more} more."] if more else []
    return [section(lines(md("*Typical requests of an auditor*"), *asked, *rest))]


def _adopt(control: Control) -> dict[str, Any]:
    return button(
        "Adopt",
        Action.ADOPT_CONTROL,
        control.id,
        style="primary",
        says=f"Adopt {control.id}",
        confirm=confirm(
            f"Adopt {control.id}?",
            "It is scheduled for the periods of your examinations that are not over today, and the record says "
            "that you adopted it. Then you choose its owner.",
            "Adopt",
        ),
    )
