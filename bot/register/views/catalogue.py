"""The catalogue as leads see it: the controls that are not adopted, and the page from which to adopt one."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
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
    search_input,
    section,
)
from bot.blocks.paging import Page
from bot.blocks.wording import CADENCE_WORDS, control_name
from bot.owners.views.ownership import control_brief
from bot.register.rules.controls import ListedControl
from bot.register.views.controls import card_field, control_row, count_words, defining_fields, search_modal
from content.models import Request
from storage.programme import Control

ALL_ADOPTED = "Every control of the catalog is adopted."
_CRITERIA_LENGTH = 150
_REQUEST_LENGTH = 150
_MOST_REQUESTS = 10


def catalogue_modal(page: Page[ListedControl], words: str) -> dict[str, Any]:
    """``words`` are what the lead searched for."""
    search = search_input(
        Field.SEARCH_CATALOGUE,
        "Find a control that is not adopted",
        hint="By name, id, criterion (CC6.1) or objective (CO-2). Press Enter, or Search.",
        initial=words or None,
    )
    count = count_words(page, words, ALL_ADOPTED)
    turns = (Action.PREVIOUS_CATALOGUE, Action.NEXT_CATALOGUE)
    buttons = [button("Adopted controls", Action.OPEN_CONTROLS)]
    rows = [_row(each.control) for each in page.items]
    return search_modal(
        "Catalog", Callback.CATALOGUE, search, page, count=count, rows=rows, turns=turns, buttons=buttons
    )


def catalogue_control_modal(control: Control, requests: Sequence[Request]) -> dict[str, Any]:
    return modal(
        limits.shorten(f"Control {control.id}", limits.VIEW_TITLE),
        Callback.PROPOSED_CONTROL,
        [
            header(control_name(control)),
            section(control_brief(control)),
            fields(
                *defining_fields(control),
                card_field("Usually owned by", control.owner_role),
                *(
                    [card_field("Samples are drawn from", control.population_of)]
                    if control.population_of
                    else []
                ),
            ),
            *_requests(requests),
            actions(_adopt_button(control)),
            context("It is not adopted: nothing is asked of anybody."),
        ],
        subject=control.id,
    )


def _row(control: Control) -> Block:
    serves = limits.shorten(", ".join((*control.criteria, *control.objectives)), _CRITERIA_LENGTH)
    facts = f"{CADENCE_WORDS[control.cadence].capitalize()} · {serves}"
    return control_row(control, facts, Action.SHOW_PROPOSED_CONTROL)


def _requests(requests: Sequence[Request]) -> list[Block]:
    if not requests:
        return []
    rows = [
        md("{number}. {ask}", number=str(each.number), ask=limits.shorten(each.ask, _REQUEST_LENGTH))
        for each in requests[:_MOST_REQUESTS]
    ]
    more = len(requests) - len(rows)
    rest = [f"And {more} more."] if more else []
    return [section(lines(md("*Typical requests of an auditor*"), *rows, *rest))]


def _adopt_button(control: Control) -> dict[str, Any]:
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
