"""Slack's limits, each just kept and just broken."""

from typing import Any

import pytest

from handlers.sandbox.blocks.limits import check_message_blocks, check_view
from handlers.sandbox.terms import ErrorAnswer
from tests.sandbox.kit import button, entry, modal, section

Block = dict[str, Any]
MOMENT: Block = {"type": "datetimepicker", "action_id": "at"}
TEXT = {"type": "plain_text_input", "action_id": "text"}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> Block:
    options = [{"text": plain(str(n)), "value": str(n)} for n in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def table(rows: int, columns: int = 2, text: str = "x", **more: Any) -> Block:
    cells = [{"type": "raw_text", "text": text}] * columns
    return {"type": "data_table", "rows": [cells] * rows, **more}


def confirmed(**parts: str) -> Block:
    words = {"title": "t", "text": "x", "confirm": "y", "deny": "n"} | parts
    return button("a", "a") | {"confirm": {name: plain(text) for name, text in words.items()}}


def prose(*spans: Block) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": list(spans)}]}


KEPT: list[list[Block]] = [
    [section("x" * 3000)],
    [section(str(n)) for n in range(50)],
    [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 6}],
    [{"type": "section", "fields": [plain("x")] * 10}],
    [{"type": "header", "text": plain("x" * 150)}],
    [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10}],
    [actions(*(button("x" * 75, str(n), "v" * 2000) for n in range(25)))],
    [entry("Who", select(100))],
    [entry("When", MOMENT)],
    [actions(confirmed(title="t" * 100, text="x" * 300, confirm="y" * 30, deny="n" * 30))],
    [table(101, 20, caption="Readiness", row_header_column_index=0)],
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
    [prose({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "link", "url": "https://x.y"})],
    [entry("Reason", TEXT)],
    [{"type": "divider", "block_id": "d"}, {"type": "divider", "block_id": "e"}],
]

BROKEN: list[tuple[list[Block], str]] = [
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([section("x")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (
        [{"type": "section", "fields": [plain("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        [{"type": "section", "fields": [plain("x" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([actions()], "no fewer than 1 items allowed"),
    ([actions(*(button("x", str(n)) for n in range(26)))], "no more than 25 items allowed"),
    ([actions(button("x" * 76, "a"))], "must be less than 76 characters"),
    ([actions(button("x", "a", "v" * 2001))], "must be less than 2001 characters"),
    ([actions(button("x", "a" * 256))], "must be less than 256 characters"),
    ([actions(button("x", "a"), button("y", "a"))], "`action_id` 'a' already exists"),
    ([actions(button("x", "a") | {"color": "red"})], "invalid additional property: color"),
    ([actions(button("x", "a") | {"style": "blue"})], "must be one of: primary, danger"),
    ([actions(button("x", "a") | {"accessibility_label": "x" * 76})], "/elements/0/accessibility_label"),
    ([actions(confirmed(title="t" * 101))], "must be less than 101 characters"),
    ([actions(confirmed(text="x" * 301))], "must be less than 301 characters"),
    ([actions(confirmed(deny="n" * 31))], "must be less than 31 characters"),
    ([entry("Who", select(101))], "no more than 100 items allowed"),
    ([entry("Who", select(1, placeholder=plain("x" * 151)))], "must be less than 151 characters"),
    (
        [entry("Who", select(1, initial_option={"text": plain("9"), "value": "9"}))],
        "initial option must be one of the options",
    ),
    ([entry("x", {"type": "radio_buttons", "options": select(11)["options"]})], "no more than 10 items"),
    ([actions(TEXT)], "unsupported type: plain_text_input"),
    ([section("x") | {"accessory": MOMENT}], "unsupported type: datetimepicker"),
    ([table(102, caption="x")], "no more than 101 items allowed"),
    ([table(3)], "missing required field: caption"),
    ([table(3, 21, caption="x")], "no more than 20 items allowed"),
    ([table(6, 20, "x" * 84, caption="x")], "must be less than 10001 characters in sum"),
    ([{"type": "markdown", "text": "x"}], "unsupported type: markdown [json-pointer:/blocks/0/type]"),
    ([actions({"type": "overflow", "action_id": "o"})], "unsupported type: overflow"),
    ([prose({"type": "text", "text": ""})], "must be more than 0 characters"),
    ([prose({"type": "mrkdwn", "text": "x"})], "unsupported type: mrkdwn"),
    (
        [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "stars", "elements": []}]}],
        "bullet",
    ),
    ([{"type": "input", "label": plain("x"), "element": "text"}], "unsupported type: none"),
    ([{"type": "wizard"}], "unsupported type: wizard [json-pointer:/blocks/0/type]"),
    ([section("x") | {"block_id": "b"}, section("y") | {"block_id": "b"}], "`block_id` 'b' already exists"),
    ([entry("File", {"type": "file_input", "action_id": "f"})], "unsupported type: file_input"),
]


@pytest.mark.parametrize("blocks", KEPT)
def test_what_is_within_the_limits_passes(blocks: list[Block]) -> None:
    check_message_blocks(blocks)


@pytest.mark.parametrize(("blocks", "problem"), BROKEN, ids=[problem[:60] for _, problem in BROKEN])
def test_what_breaks_one_is_named(blocks: list[Block], problem: str) -> None:
    with pytest.raises(ErrorAnswer) as raised:
        check_message_blocks(blocks)
    assert raised.value.code == "invalid_blocks"
    messages = raised.value.fields["response_metadata"]["messages"]
    assert all(line.startswith("[ERROR] ") for line in messages)
    assert any(problem in line for line in messages)


VIEWS: list[tuple[Block, str]] = [
    (modal(section("x"), title="x" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"),
    (modal(section("x"), private_metadata="x" * 3001), "/view/private_metadata"),
    (modal(section("x"), close=plain("x" * 25)), "/view/close/text"),
    (modal(*[section("x")] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    (modal(entry("x" * 2001, TEXT)), "must be less than 2001 characters"),
    (modal(entry("x", TEXT | {"max_length": 3001})), "must be a number from 1 to 3000"),
    (modal(entry("x", {"type": "file_input", "max_files": 11})), "must be a number from 1 to 10"),
    (modal({"type": "alert", "text": plain("x")}), "unsupported type: alert"),
    (modal(section("x"), colour="red"), "invalid additional property: colour"),
    ({"type": "home", "blocks": []}, "view must be a modal"),
]


@pytest.mark.parametrize(("view", "problem"), VIEWS, ids=[problem[:60] for _, problem in VIEWS])
def test_views_have_their_limits(view: Block, problem: str) -> None:
    with pytest.raises(ErrorAnswer) as raised:
        check_view(view, "modal")
    assert raised.value.code == "invalid_arguments"
    assert any(problem in line for line in raised.value.fields["response_metadata"]["messages"])


def test_a_message_may_weigh_so_much() -> None:
    check_message_blocks([section("x" * 2500)] * 5)
    with pytest.raises(ErrorAnswer, match="msg_blocks_too_long"):
        check_message_blocks([section("x" * 2600)] * 5)


def test_a_form_needs_a_submit_button_and_a_view_fits_250_kilobytes() -> None:
    form = modal(entry("Reason", TEXT))
    check_view(form, "modal")
    del form["submit"]
    with pytest.raises(ErrorAnswer) as raised:
        check_view(form, "modal")
    assert "missing required field: submit" in str(raised.value.fields)
    with pytest.raises(ErrorAnswer, match="view_too_large"):
        check_view(modal(*(section("x" * 3000) for _ in range(90))), "modal")
