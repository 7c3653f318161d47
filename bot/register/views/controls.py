"""The controls as leads see them: the list that they search, and one control's card; the catalogue uses its parts."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Command, Field
from bot.blocks.kit import (
    Block,
    Element,
    Message,
    Mrkdwn,
    actions,
    button,
    context,
    day,
    fields,
    header,
    lines,
    md,
    modal,
    prose,
    search_input,
    section,
)
from bot.blocks.paging import Page, page_buttons
from bot.blocks.wording import control_name, counted
from bot.evidence.views import waivers
from bot.owners.rules.ownership import Holder
from bot.owners.views.handovers import handover_on_card
from bot.owners.views.leave import away_until_words
from bot.owners.views.ownership import control_brief, next_due_words
from bot.register.rules.controls import ControlCard, ControlStatus, HistoryItem, LastEvidence, ListedControl
from bot.register.views import control_history
from bot.register.views.cadence import how_often
from storage.programme import Control
from storage.terms import EvidenceState

_TITLE_LENGTH = 110
_NAME_LENGTH = 60
_LINE_LENGTH = 300
_STATUSES = {
    ControlStatus.UNOWNED: "nobody owns it",
    ControlStatus.OVERDUE: "evidence is overdue",
    ControlStatus.OFFERED: "waiting for the owner's answer",
    ControlStatus.REJECTED: "evidence was rejected, and is asked for again",
    ControlStatus.REVIEW: "evidence waits for review",
    ControlStatus.ON_TRACK: "nothing is late",
}
_EVIDENCE_STATES = {
    EvidenceState.FETCHING: "being received",
    EvidenceState.REFUSED: "refused, the file was unusable",
    EvidenceState.SUBMITTED: "waiting for review",
    EvidenceState.ACCEPTED: "accepted",
    EvidenceState.REJECTED: "rejected",
}


def controls_modal(page: Page[ListedControl], words: str) -> dict[str, Any]:
    """``words`` are what the lead searched for."""
    search = search_input(
        Field.SEARCH,
        "Find a control",
        hint="By name, id, criterion (CC6.1), objective (CO-2) or owner. Press Enter, or Search.",
        initial=words or None,
    )
    buttons = [
        button("Assign several", Action.OPEN_ASSIGN_MANY),
        button("Catalog", Action.OPEN_CATALOGUE, says="Controls of the catalog that are not adopted"),
    ]
    turns = (Action.PREVIOUS_CONTROLS, Action.NEXT_CONTROLS)
    rows = [_row(each) for each in page.items]
    count = count_words(page, words)
    return search_modal(
        "Controls", Callback.CONTROLS, search, page, count=count, rows=rows, turns=turns, buttons=buttons
    )


def search_modal(
    title: str,
    callback: Callback,
    search: Block,
    page: Page[ListedControl],
    *,
    count: str,
    rows: Sequence[Block],
    turns: tuple[Action, Action],
    buttons: Sequence[Element],
) -> dict[str, Any]:
    """A page of controls below their search; ``count`` says how many fit, ``turns`` go to the pages beside it."""
    return modal(
        title,
        callback,
        [
            search,
            prose(count),
            *rows,
            *page_buttons(page, "page", turns, ("Previous", "Next")),
            actions(*buttons),
        ],
        submit="Search",
    )


def controls_message(page: Page[ListedControl], words: str) -> Message:
    """The first page for a command's answer. Its buttons do not carry the words, which may be long."""
    count = count_words(page, words)
    rest = "The rest you find with All controls, where you can search as here." if page.of > 1 else ""
    how = f"Press Open for one of them. {rest}".strip()
    return Message(
        lines(count, *(_line(each) for each in page.items), *([how] if page.items else [])),
        [
            prose(count),
            *(_row(each) for each in page.items),
            *([context(rest)] if rest else []),
            actions(button("All controls", Action.OPEN_CONTROLS)),
        ],
    )


def control_modal(card: ControlCard) -> dict[str, Any]:
    control = card.listed.control
    return modal(
        limits.shorten(f"Control {control.id}", limits.VIEW_TITLE),
        Callback.CONTROL,
        [
            header(control_name(control)),
            section(control_brief(control)),
            fields(
                *defining_fields(control),
                card_field("State", _STATUSES[card.listed.status]),
                card_field("Owner", _holder(card.listed.owner)),
                card_field("Backup", _holder(card.backup)),
                card_field(
                    "Next due", next_due_words(control, card.listed.next_due).removeprefix("next due ")
                ),
                card_field("Last evidence", _evidence_words(card.last_evidence)),
            ),
            actions(
                button("Assign", Action.OPEN_ASSIGN, control.id, says=f"Assign {control.id} to somebody"),
                button("Change cadence", Action.OPEN_RHYTHM, control.id),
                button("Somebody is away", Action.OPEN_LEAVE, control.id),
                *([waivers.waive_button(control)] if card.may_waive else []),
            ),
            *([section(handover_on_card(card.handover))] if card.handover else []),
            *waivers.waiver_blocks(card.waivers),
            *_history(card.history, control.id),
        ],
        subject=control.id,
    )


def count_words(page: Page[ListedControl], words: str, nothing: str = "There are no controls yet.") -> str:
    count = counted(page.total, "control")
    if not page.total:
        return f"No control fits “{words}”." if words else nothing
    fits = f"{count} {'fits' if page.total == 1 else 'fit'} “{words}”" if words else f"{count} in all"
    return f"{fits}, page {page.number} of {page.of}." if page.of > 1 else f"{fits}."


def _row(listed: ListedControl) -> Block:
    return control_row(listed.control, _facts(listed), Action.SHOW_CONTROL)


def control_row(control: Control, facts: str, action: Action) -> Block:
    """A control in a list, with a button that opens it by this action."""
    title = limits.shorten(control_name(control), _TITLE_LENGTH)
    opener = button("Open", action, control.id, says=f"Open control {control.id}")
    return section(md("*{title}*\n{facts}", title=title, facts=facts), opener)


def defining_fields(control: Control) -> list[Mrkdwn]:
    return [
        card_field("Criteria", ", ".join(control.criteria) or "none"),
        card_field("Control objectives", ", ".join(control.objectives) or "none"),
        card_field("How often", how_often(control)),
    ]


def _line(listed: ListedControl) -> str:
    return f"{limits.shorten(control_name(listed.control), _TITLE_LENGTH)}: {_facts(listed)}"


def _facts(listed: ListedControl) -> str:
    due = next_due_words(listed.control, listed.next_due)
    return f"Owner: {_holder(listed.owner)} · {due} · {_STATUSES[listed.status]}"


def _holder(holder: Holder | None) -> str:
    if holder is None:
        return "nobody"
    name = limits.shorten(holder.name, _NAME_LENGTH)
    answer = "accepted" if holder.accepted else "offered, not accepted yet"
    return f"{name} ({answer}){away_until_words(holder.absence)}"


def _evidence_words(last: LastEvidence | None) -> str:
    if last is None:
        return "none yet"
    by = limits.shorten(last.by, _NAME_LENGTH)
    performed = f"{last.label}: performed {day(last.performed_on)}, from {by}, {_EVIDENCE_STATES[last.state]}"
    if last.as_of is None:
        return performed
    content = "nothing happened" if last.nothing else counted(last.item_count or 0, "item")
    return f"{performed}; {content} as of {day(last.as_of)}"


def card_field(name: str, value: str) -> Mrkdwn:
    return md("*{name}*\n{value}", name=name, value=limits.shorten(value, _LINE_LENGTH))


def _history(page: Page[HistoryItem], control_id: str) -> list[Block]:
    if not page.total:
        return [header("History"), prose("Nothing has happened yet.")]
    pages = f" (page {page.number} of {page.of})" if page.of > 1 else ""
    return [
        header(f"History{pages}"),
        section(lines(*(limits.shorten(_history_line(each), _LINE_LENGTH) for each in page.items))),
        *page_buttons(
            page,
            "page",
            (Action.PREVIOUS_HISTORY, Action.NEXT_HISTORY),
            ("Newer", "Older"),
            subject=control_id,
        ),
        context("Occurrences stand at their due date."),
    ]


def _history_line(item: HistoryItem) -> Mrkdwn:
    return md("{on}: {words}", on=day(item.on), words=control_history.history_line(item))


def unknown_control(words: str) -> str:
    return (
        f"I know no control, criterion or control objective called “{limits.shorten(words, _NAME_LENGTH)}”. "
        f"Find it with {Command.SOC} controls."
    )
