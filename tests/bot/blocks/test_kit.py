"""The vocabulary: nothing that people write breaks a block or speaks as markup, and misuse is refused."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Message,
    Mrkdwn,
    actions,
    button,
    checks,
    choice,
    confirm,
    context,
    data_table,
    date_input,
    day,
    divider,
    fields,
    file_input,
    fit,
    header,
    home,
    lines,
    md,
    modal,
    moment,
    person_select,
    prose,
    quote,
    radios,
    section,
    shorten,
    table_text,
    text_input,
)
from bot.blocks.text import escaped
from tests.bot.samples import transcript

MONDAY = date(2026, 10, 5)
LONG = "x" * 20_000


def every_block(words: str) -> list[dict]:
    """Each word of the vocabulary, with the same words in every place that takes some."""
    sure = confirm(words, words, words, words)
    press = button(words, Action.HELPFUL, "q1", style="primary", confirm=sure, says=words)
    return [
        header(words),
        divider(),
        section(words),
        section(md("*{words}*: {words}", words=words), press),
        fields(words, md("{words}", words=words)),
        context(words, moment(datetime(2026, 10, 5, 7, 30, tzinfo=UTC), "Europe/Berlin")),
        actions(press, button(words, Action.NOT_HELPFUL)),
        prose(words),
        quote(words),
        data_table("Overdue", ["Control", words, "Days"], [[words, words, 3]] * 120),
    ]


def every_input(words: str) -> list[dict]:
    options = [("a", words), ("b", words)]
    return [
        text_input(Field.REASON, words, optional=True, multiline=True, hint=words, initial=words),
        date_input(Field.PERFORMED_ON, words),
        file_input(Field.FILE, words),
        person_select(Field.OWNER, words, optional=True, initial="U0BEN"),
        choice(Field.CONTROL, words, options, initial="b"),
        radios(Field.KIND, words, options),
        checks(Field.PROMISES, words, options, optional=True),
    ]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_people_write_every_block_is_valid_and_none_speaks_as_markup(data, faults, nasty):
    words = data.draw(nasty)
    for block in every_block(words):
        assert faults([block]) == []
    view = modal("A form", Callback.REJECT, every_input(words), submit="Send", subject="e1")
    assert faults(view["blocks"], "modal") == []
    assert faults(home(every_block(words))["blocks"], "home") == []


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_message_is_valid_whatever_it_holds(data, faults, nasty):
    words = data.draw(nasty)
    message = Message(words, every_block(words) * data.draw(st.integers(1, 8)))
    assert faults(message.blocks) == []
    assert faults([section(message.text)]) == []
    assert 0 < len(message.text.encode()) <= 4000


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_values_are_read_back_as_they_were_written(data, nasty):
    words = data.draw(nasty.filter(lambda text: text.strip() and len(text) < 1000))
    assert transcript([prose(words)]) == words
    marked = md("{words}", words=words)
    assert "<" not in marked
    assert ">" not in marked
    assert marked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == words


@pytest.mark.parametrize(
    "spell", ["<!channel>", "<!here>", "<@U1>", "<#C1|x>", "<https://evil.example|click>"]
)
def test_a_spell_in_a_value_never_survives(spell):
    for block in every_block(spell):
        if block["type"] not in ("header", "rich_text", "actions", "data_table"):  # data, not markup
            assert spell not in str(block.get("text", "")) + str(
                block.get("fields", block.get("elements", ""))
            )
    assert spell not in Message(spell, [prose(spell)]).text
    assert spell not in Message(f"{spell} {LONG}", [prose(spell)]).text


def test_our_own_markup_survives_once():
    assert md("*{a}*", a=md("_{b}_", b="<x>")) == "*_&lt;x&gt;_*"
    assert escaped(escaped("a & b")) == "a &amp; b"
    assert isinstance(lines("a & b", "", md("{n}", n=3)), Mrkdwn)
    assert lines("a & b", "", md("{n}", n=3)) == "a &amp; b\n3"


@pytest.mark.parametrize("values", [{}, {"nmae": "Ben"}, {"name": "Ben", "more": "x"}])
def test_a_template_takes_exactly_the_values_that_it_names(values):
    with pytest.raises(TypeError):
        md("Hello {name}", **values)


def test_a_value_cannot_reach_into_python():
    with pytest.raises(TypeError):
        md("Hello {name.__class__}", name="Ben")


@pytest.mark.parametrize(
    ("word", "values", "misspelt"),
    [
        (button, ("Yes", Action.HELPFUL), "styel"),
        (text_input, (Field.NOTE, "Note"), "mutliline"),
        (modal, ("Form", Callback.ANSWER, []), "submitt"),
        (section, ("words",), "buton"),
        (choice, (Field.KIND, "Kind", [("a", "A")]), "intial"),
    ],
)
def test_a_misspelt_keyword_raises(word, values, misspelt):
    assert word(*values)
    with pytest.raises(TypeError, match=misspelt):
        word(*values, **{misspelt: None})


@pytest.mark.parametrize(
    ("shown", "limit"),
    [
        (header(LONG)["text"]["text"], 150),
        (section(LONG)["text"]["text"], 3000),
        (fields(LONG)["fields"][0]["text"], 2000),
        (context(LONG)["elements"][0]["text"], 2000),
        (button(LONG, Action.HELPFUL)["text"]["text"], 75),
        (button("Yes", Action.HELPFUL, says=LONG)["accessibility_label"], 75),
        (confirm(LONG, "b", "c")["title"]["text"], 100),
        (confirm("a", LONG, "c")["text"]["text"], 300),
        (confirm("a", "b", LONG)["confirm"]["text"], 30),
        (confirm("a", "b", "c", LONG)["deny"]["text"], 30),
        (text_input(Field.NOTE, LONG)["label"]["text"], 2000),
        (text_input(Field.NOTE, "Note", hint=LONG)["hint"]["text"], 2000),
        (text_input(Field.NOTE, "Note", initial=LONG)["element"]["initial_value"], 3000),
        (choice(Field.KIND, "Kind", [("a", LONG)])["element"]["options"][0]["text"]["text"], 75),
        (modal(LONG, Callback.ANSWER, [])["title"]["text"], 24),
        (modal("Form", Callback.ANSWER, [], submit=LONG)["submit"]["text"], 24),
        (data_table("T", ["a", "b"], [[LONG, 1]])["rows"][1][0]["text"], limits.TABLE_CELL),
        (Message(LONG, []).text.encode().decode(), 3998),  # 4,000 bytes, three of them for the …
    ],
)
def test_a_long_text_ends_at_its_limit(shown, limit):
    assert len(shown) == limit
    assert shown.endswith("x…")


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: actions(),
        lambda: actions(*[button("x", Action.HELPFUL)] * 2),
        lambda: actions(*[button("x", action) for action in list(Action) * 2]),
        lambda: fields(*["x"] * 11),
        lambda: context(*["x"] * 11),
        lambda: button("x", Action.HELPFUL, "v" * 2001),
        lambda: file_input(Field.FILE, "File", max_files=11),
        lambda: radios(Field.KIND, "Kind", [(str(n), "x") for n in range(11)]),
        lambda: checks(Field.PROMISES, "Kind", [(str(n), "x") for n in range(11)]),
        lambda: choice(Field.KIND, "Kind", [("v" * 76, "x")]),
        lambda: modal("Form", Callback.ANSWER, [text_input(Field.NOTE, "Note")]),
        lambda: modal("Form", Callback.ANSWER, [text_input(Field.NOTE, "Note")] * 2, submit="Send"),
        lambda: modal("Form", Callback.ANSWER, [text_input(Field.NOTE, "N"), *[divider()] * 100], submit="S"),
        lambda: modal("Form", Callback.ANSWER, [], subject="s" * 3001),
        lambda: data_table("T", ["a", "b"], [["only one"]]),
        lambda: data_table("T", ["a"] * 21, [["x"] * 21]),
        lambda: moment(datetime(2026, 10, 5), "Europe/Berlin"),  # noqa: DTZ001
    ],
)
def test_what_the_program_gets_wrong_is_refused(misuse):
    with pytest.raises(ValueError):  # noqa: PT011 (each names its own limit)
        misuse()


@given(st.text("<>&;|ab!^", max_size=60), st.integers(1, 40))
def test_markup_is_never_cut_in_half(words, limit):
    whole = md("{words} <!date^1^x|now> {words}".replace("<!date^1^x|now>", "{at}"), words=words, at=_at())
    cut = shorten(whole, limit)
    assert len(cut) <= max(limit, 1)
    assert isinstance(cut, Mrkdwn)
    bare = cut.replace(_at(), "").replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set(bare) & set("<>&")


def _at() -> Mrkdwn:
    return moment(datetime(2026, 10, 5, 7, 30, tzinfo=UTC), "Europe/Berlin")


def test_more_blocks_than_fit_end_with_how_many_are_missing(faults):
    message = Message("Many", [section(f"part {n}") for n in range(60)])
    assert len(message.blocks) == 50
    assert transcript(message.blocks[-2:]) == "part 48\nand 11 more parts, not shown here"
    heavy = Message("Heavy", [prose("x" * 3000)] * 6)
    assert transcript(heavy.blocks[-1:]) == "and 3 more parts, not shown here"
    assert faults(heavy.blocks) == []
    assert fit([divider()] * 100, 100) == [divider()] * 100


def test_a_menu_of_more_than_a_hundred_is_shown_in_groups(faults):
    block = choice(Field.CONTROL, "Control", [(f"c{n}", f"Control {n}") for n in range(250)], initial="c249")
    groups = block["element"]["option_groups"]
    assert [group["label"]["text"] for group in groups] == ["1 to 100", "101 to 200", "201 to 250"]
    assert faults([block], "modal") == []


def test_an_initial_choice_must_be_one_of_the_options():
    with pytest.raises(KeyError):
        choice(Field.CONTROL, "Control", [("a", "A")], initial="gone")


def test_dates_are_spelled_with_their_weekday_and_moments_with_their_zone():
    instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert day(MONDAY) == "Mon 5 Oct 2026"
    assert moment(instant, "Europe/Berlin") == (
        f"<!date^{int(instant.timestamp())}^{{date_short}}, {{time}}|Fri 1 Jan 2027, 00:30 CET>"
    )
    assert moment(instant, "Asia/Dubai").endswith("|Fri 1 Jan 2027, 03:30 UTC+04>")


def test_a_table_and_its_twin_say_the_same(faults):
    columns, rows = ["Control", "Owner", "Days late"], [["AC-01", "Ben & Co", 3], ["CM-02", "", 0]]
    table = data_table("Overdue controls", columns, rows)
    assert table["rows"][1] == [
        {"type": "raw_text", "text": "AC-01"},
        {"type": "raw_text", "text": "Ben & Co"},
        {"type": "raw_number", "value": 3, "text": "3"},
    ]
    assert table_text(columns, rows[:1]) == "AC-01. Owner: Ben & Co. Days late: 3"
    assert transcript([data_table("Overdue controls", columns, [])]) == "Overdue controls: none."
    long = data_table("All", columns, [["x" * 500, "y", 1]] * 137)
    assert faults([long]) == []
    assert long["caption"] == f"All (the first {len(long['rows']) - 1} of 137)"


def test_the_transcript_reads_everything_in_order():
    blocks = [
        header("Evidence due"),
        section(
            md("*AC-01* is due by {day}", day=day(MONDAY)),
            button("Upload", Action.OPEN_EVIDENCE, says="Upload evidence for AC-01"),
        ),
        context(md("Opened {at}", at=_at()), "R&D <team>"),
        actions(button("Accept", Action.ACCEPT_OWNERSHIP), button("Decline", Action.DECLINE_OWNERSHIP)),
        text_input(Field.REASON, "Reason", optional=True, hint="Seen by compliance"),
        radios(Field.KIND, "Kind", [("m", "Material"), ("n", "Minor")], initial="n"),
        quote("two\nlines"),
    ]
    assert transcript(blocks).splitlines() == [
        "Evidence due",
        "AC-01 is due by Mon 5 Oct 2026",
        "[Upload evidence for AC-01]",
        "Opened Mon 5 Oct 2026, 09:30 CEST",
        "R&D <team>",
        "[Accept] [Decline]",
        "Reason (optional): … Seen by compliance",
        "Kind: Material / Minor (chosen)",
        "> two",
        "> lines",
    ]
