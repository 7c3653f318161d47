"""Slack's limits on blocks and their elements, as documented in its Block Kit reference (late 2026)."""

from collections.abc import Iterator
from typing import Any

from handlers.sandbox.limit_rules import (
    Problem,
    Rule,
    anything,
    both,
    by_type,
    flag,
    items,
    one_of,
    only_if_object,
    shape,
    string,
    whole,
)

MODAL, HOME, MESSAGE = "modal", "home", "message"
ID = string(255, 1)
URL = string(3000, 1)


def plain(most: int) -> Rule:
    return by_type({"plain_text": shape({"text": string(most, 1)}, {"emoji": flag})})


def text(most: int) -> Rule:
    mrkdwn = shape({"text": string(most, 1)}, {"verbatim": flag})
    return by_type({"plain_text": shape({"text": string(most, 1)}, {"emoji": flag}), "mrkdwn": mrkdwn})


def _filled(name: str) -> Rule:
    """One of two fields must be there."""
    first, second = name.split("|")

    def rule(value: Any, at: str) -> Iterator[Problem]:
        if first not in value and second not in value:
            yield f"must define either `{first}` or `{second}`", at

    return only_if_object(rule)


def _initial_among_options(value: Any, at: str) -> Iterator[Problem]:
    groups = value.get("option_groups") or []
    options = [*(value.get("options") or []), *(o for group in groups for o in group.get("options", []))]
    chosen = [*(value.get("initial_options") or []), *filter(None, [value.get("initial_option")])]
    for option in chosen:
        if option not in options:
            name = "initial_options" if "initial_options" in value else "initial_option"
            yield "initial option must be one of the options", f"{at}/{name}"


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": URL})
FREE_OPTION = shape({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
GROUP = shape({"label": plain(75), "options": items(100, OPTION)})
ASKED = {"action_id": ID, "placeholder": plain(150), "focus_on_load": flag, "confirm": CONFIRM}
PICKED = {"action_id": ID, "confirm": CONFIRM}
CHOSEN_FROM = {"options": items(100, OPTION), "option_groups": items(100, GROUP)}
MANY = {"max_selected_items": whole(1, 100)}
TYPED = {
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": anything,
}


def _chooser(optional: dict[str, Rule]) -> Rule:
    return both(shape({}, ASKED | optional), only_if_object(_initial_among_options))


def _static(optional: dict[str, Rule]) -> Rule:
    return both(_chooser(CHOSEN_FROM | optional), _filled("options|option_groups"))


def _listed(optional: dict[str, Rule]) -> Rule:
    """Radio buttons and checkboxes: at most ten, and no placeholder."""
    known = PICKED | {"focus_on_load": flag} | optional
    return both(shape({"options": items(10, FREE_OPTION)}, known), only_if_object(_initial_among_options))


IMAGE = both(
    shape(
        {"alt_text": string(2000, 1)},
        {"image_url": URL, "slack_file": anything, "title": plain(2000), "block_id": ID},
    ),
    _filled("image_url|slack_file"),
)
BUTTON = shape(
    {"text": plain(75)},
    PICKED
    | {
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "agent_prompt_display": anything,
        "visible_to_user_ids": anything,
    },
)
FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
PRESSED: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": shape({"options": items(5, OPTION)}, PICKED),
    "workflow_button": anything,
}
CHOOSERS: dict[str, Rule] = {
    "static_select": _static({"initial_option": OPTION}),
    "multi_static_select": _static({"initial_options": items(100, OPTION)} | MANY),
    "external_select": _chooser({"initial_option": anything, "min_query_length": whole(0, 100)}),
    "users_select": _chooser({"initial_user": string(255)}),
    "multi_users_select": _chooser({"initial_users": items(100, string(255), 0)} | MANY),
    "conversations_select": _chooser(
        {
            "initial_conversation": string(255),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": anything,
        }
    ),
    "channels_select": _chooser({"initial_channel": string(255), "response_url_enabled": flag}),
    "datepicker": _chooser({"initial_date": string(10, 10)}),
    "timepicker": _chooser({"initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": shape(
        {}, PICKED | {"focus_on_load": flag, "initial_date_time": whole(10**9, 10**10 - 1)}
    ),
    "radio_buttons": _listed({"initial_option": FREE_OPTION}),
    "checkboxes": _listed({"initial_options": items(10, FREE_OPTION)}),
}
BESIDE_A_SECTION = {kind: rule for kind, rule in CHOOSERS.items() if kind != "datetimepicker"}
WRITTEN: dict[str, Rule] = {
    "plain_text_input": shape(
        {},
        TYPED
        | {
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        TYPED | {"initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "email_text_input": shape({}, TYPED | {"initial_value": string(3000)}),
    "url_text_input": shape({}, TYPED | {"initial_value": string(3000)}),
    "rich_text_input": shape(
        {},
        TYPED | {"initial_value": anything, "min_lines": whole(1, 100), "max_lines": whole(1, 100)},
    ),
    "file_input": shape(
        {}, {"action_id": ID, "filetypes": items(100, string(20)), "max_files": whole(1, 10)}
    ),
}
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": shape({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, {"action_id": ID}),
    "icon_button": shape(
        {"icon": string(100, 1), "text": plain(75)},
        PICKED | {"value": string(2000), "accessibility_label": string(75), "visible_to_user_ids": anything},
    ),
}
CONTEXT: dict[str, Rule] = {
    "image": IMAGE,
    "plain_text": plain(3000),
    "mrkdwn": text(3000),
}


def _rectangular(value: Any, at: str) -> Iterator[Problem]:
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return
    if len({len(row) for row in rows}) > 1:
        yield "all rows must have the same number of cells", f"{at}/rows"
    if value["type"] == "data_table" and any(
        cell.get("type") == "rich_text" for row in rows[:1] for cell in row
    ):
        yield "rich_text is not allowed in header cells", f"{at}/rows/0"


STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag))
STYLED: dict[str, Rule] = {"style": STYLE}
SPAN = by_type(
    {
        "text": shape({"text": string(40_000, 1)}, STYLED),
        "link": shape({"url": URL}, STYLED | {"text": string(3000), "unsafe": flag}),
        "user": shape({"user_id": ID}, STYLED),
        "channel": shape({"channel_id": ID}, STYLED),
        "usergroup": shape({"usergroup_id": ID}, STYLED),
        "team": shape({"team_id": ID}, STYLED),
        "emoji": shape({"name": ID}, STYLED | {"unicode": anything, "skin_tone": anything}),
        "date": shape(
            {"timestamp": whole(0, 10**11), "format": string(255, 1)},
            STYLED | {"url": URL, "fallback": string(3000)},
        ),
        "broadcast": shape({"range": one_of("here", "channel", "everyone")}, STYLED),
        "color": shape({"value": string(20, 1)}),
    }
)
SPANS: dict[str, Rule] = {"elements": items(1000, SPAN, 0)}
LINE = by_type({"rich_text_section": shape(SPANS)})
RICH_PARTS = by_type(
    {
        "rich_text_section": shape(SPANS),
        "rich_text_quote": shape(SPANS, {"border": whole(0, 1)}),
        "rich_text_preformatted": shape(SPANS, {"border": whole(0, 1), "language": anything}),
        "rich_text_list": shape(
            {"style": one_of("bullet", "ordered"), "elements": items(1000, LINE)},
            {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": whole(0, 1)},
        ),
    }
)
RICH_TEXT = shape({"elements": items(1000, RICH_PARTS, 0)}, {"block_id": ID})
CELL = by_type(
    {
        "raw_text": shape({"text": string(3000, 1)}),
        "raw_number": shape({"value": anything}, {"text": string(3000, 1)}),
        "rich_text": RICH_TEXT,
    }
)
CHART = by_type(
    {
        "pie": shape({"segments": items(12, anything)}),
        **{
            kind: shape({"series": items(12, anything), "axis_config": anything})
            for kind in ("bar", "line", "area")
        },
    }
)


def block(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(required, {"block_id": ID} | (optional or {}))


BLOCKS: dict[str, Rule] = {
    "section": both(
        block(
            {},
            {
                "text": text(3000),
                "fields": items(10, text(2000)),
                "accessory": by_type(PRESSED | BESIDE_A_SECTION | {"image": IMAGE}),
                "expand": flag,
            },
        ),
        _filled("text|fields"),
    ),
    "header": block({"text": plain(150)}),
    "divider": block({}),
    "image": IMAGE,
    "context": block({"elements": items(10, by_type(CONTEXT))}),
    "context_actions": block({"elements": items(5, by_type(CONTEXT_ACTIONS))}),
    "actions": block({"elements": items(25, by_type(PRESSED | CHOOSERS))}),
    "input": block(
        {"label": plain(2000), "element": by_type(CHOOSERS | WRITTEN)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": RICH_TEXT,
    "markdown": block({"text": string(12_000, 1)}),
    "table": both(
        block({"rows": items(100, items(20, CELL))}, {"column_settings": items(20, anything, 0)}),
        only_if_object(_rectangular),
    ),
    "data_table": both(
        block(
            {"rows": items(101, items(20, CELL), 2), "caption": string(1000, 1)},
            {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        ),
        only_if_object(_rectangular),
    ),
    "data_visualization": block({"title": string(50, 1), "chart": CHART}),
    "alert": block({"text": text(200)}, {"level": anything}),
}
UNCHECKED = ("video", "card", "carousel", "container", "layout", "task_card", "plan", "file")
BLOCKS |= dict.fromkeys(UNCHECKED, anything)
ONLY_IN = {  # blocks that exist on some surfaces alone
    "alert": (MODAL,),
    "markdown": (MESSAGE,),
    "context_actions": (MESSAGE,),
    "table": (MESSAGE,),
    "task_card": (MESSAGE,),
    "plan": (MESSAGE,),
}
