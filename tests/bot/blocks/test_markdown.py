"""Curated Markdown: every form of it is shown, none of its words can act."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.markdown import markdown, plain

POLICY = """\
# Access

Access is *granted* by **role**, see the [guide](https://nw.example/a?b=1&c=2).
Ask `#security` or <help@nw.example>.

## Reviews

1. Each quarter
   - list of accounts
   - list of [keys](/internal)

2. Each leaver

> Least privilege,
> always.

| What | SOC 1 | SOC 2 |
|---|---|---|
| **Users** | auditors | customers |

```
grant <role>
```

---
<div>raw</div> <!channel> & <@U1>
"""

READ = """\
Access

Access is granted by role, see the guide (https://nw.example/a?b=1&c=2). Ask #security or help@nw.example.

Reviews

1. Each quarter
   - list of accounts
   - list of keys (/internal)
2. Each leaver

> Least privilege, always.

- Users: SOC 1 auditors; SOC 2 customers

grant <role>

<div>raw</div> <!channel> & <@U1>"""


def test_a_policy_reads_the_same_without_formatting():
    assert plain(POLICY) == READ


def test_every_form_becomes_its_block(faults):
    blocks = markdown(POLICY)
    assert faults(blocks) == []
    kinds = [part["type"] for block in blocks if block["type"] == "rich_text" for part in block["elements"]]
    assert [block["type"] for block in blocks].count("header") == 2
    assert kinds == [
        "rich_text_section",
        "rich_text_list",
        "rich_text_list",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_list",
        "rich_text_preformatted",
        "rich_text_section",
    ]


def test_a_list_goes_on_counting_after_an_inner_list():
    lists = markdown("3. a\n   - b\n4. c")[0]["elements"]
    assert [(part["style"], part.get("indent"), part.get("offset")) for part in lists] == [
        ("ordered", None, 2),
        ("bullet", 1, None),
        ("ordered", None, 3),
    ]


def test_a_long_list_goes_on_counting_in_its_next_block(faults):
    blocks = markdown("\n".join(f"1. {'word ' * 100}" for _ in range(20)))
    assert faults(blocks) == []
    assert [block["elements"][0].get("offset") for block in blocks] == [0, 6, 12, 18]


def test_a_paragraph_of_any_length_is_shown_whole():
    text = "word " * 5000
    shown = "".join(
        element["text"]
        for block in markdown(text)
        for part in block["elements"]
        for element in part["elements"]
    )
    assert shown == text.strip()


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_says_nothing(text):
    assert markdown(text) == []
    assert plain(text) == ""


@given(st.lists(st.sampled_from([*"#*_>-+|`[]()<>!&\\~=1. \n\t", "word", "http://x.y", "    "]), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_markdown_at_all_makes_valid_blocks(faults, pieces):
    blocks = markdown("".join(pieces))
    assert not blocks or faults(blocks, "home") == []
    assert {part["type"] for part in _leaves(blocks)} <= {"text", "link", "plain_text"}


def _leaves(part):
    if isinstance(part, list):
        return [leaf for child in part for leaf in _leaves(child)]
    if "elements" in part:
        return _leaves(part["elements"])
    return [] if part["type"] == "divider" else [part.get("text") if part["type"] == "header" else part]


def test_the_terminal_reads_markdown_without_loading_slack_s_sdk():
    check = "import sys, bot.blocks.markdown; sys.exit('slack_sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
