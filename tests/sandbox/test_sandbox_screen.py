"""What a person reads: Slack's markup and blocks as words in order; and what they type as Slack's text."""

import pytest

from handlers.sandbox.cast.screen import as_read, transcript
from handlers.sandbox.workspace.mentions import rich_text, slack_text
from handlers.sandbox.workspace.nouns import Member
from tests.sandbox.kit import button, entry, section

NAMES = {"U0BEN": "Ben Castillo"}


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("*due* _soon_ <@U0BEN>", "due _soon_ @Ben Castillo"),
        ("<!date^1791183600^{date_short}|Mon 5 Oct 2026>", "Mon 5 Oct 2026"),
        ("<https://x.y|the policy> &amp; &lt;more&gt;", "the policy & <more>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("<#C0GENERAL|general>", "#general"),
    ],
)
def test_markup_is_read_as_words(markup: str, words: str) -> None:
    assert as_read(markup, NAMES) == words


def test_blocks_are_read_in_order() -> None:
    rows = [[{"type": "raw_text", "text": "AC-01"}, {"type": "raw_number", "value": 3}]]
    quote = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "her "}, {"type": "text", "text": "words"}],
    }
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Digest"}},
        {**section("*Two* are due"), "accessory": button("Open", "open")},
        {"type": "divider"},
        {"type": "data_table", "caption": "Readiness", "rows": rows},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_quote", "elements": quote["elements"]}, quote],
        },
        {"type": "actions", "elements": [button("Accept", "accept"), button("Reject", "reject")]},
        entry(
            "Reason",
            {"type": "plain_text_input", "action_id": "x"},
            hint={"type": "plain_text", "text": "Why?"},
        ),
    ]
    assert transcript(blocks, NAMES).splitlines() == [
        "Digest",
        "Two are due [Open]",
        "Readiness AC-01 3",
        "her words her words",
        "[Accept] [Reject]",
        "Reason Why?",
    ]


def test_what_is_typed_is_escaped_and_linked() -> None:
    people = [Member("U0BEN", "Ben Castillo"), Member("U0SOCRATES", "Socrates")]
    typed = "@Socrates ask @ben castillo: R&D <!here> <@U0BEN> see https://x.y/z?a=1&b=2."
    assert slack_text(typed, people) == (
        "<@U0SOCRATES> ask <@U0BEN>: R&amp;D &lt;!here&gt; <@U0BEN> see <https://x.y/z?a=1&amp;b=2>."
    )
    assert slack_text("mail ada@bench.example @Benny", people) == "mail ada@bench.example @Benny"


def test_the_same_as_a_rich_text_block() -> None:
    block = rich_text("hi <@U0BEN>: a &amp; b <https://x.y/?a=1&amp;b=2>", "r1")
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "hi "},
        {"type": "user", "user_id": "U0BEN"},
        {"type": "text", "text": ": a & b "},
        {"type": "link", "url": "https://x.y/?a=1&b=2"},
    ]
