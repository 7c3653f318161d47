"""A policy to acknowledge: what changed, what the press means, and the receipt that names the exact text."""

from datetime import date

import pytest

from bot.blocks.ids import Action, Callback, Field
from bot.policies import views
from bot.policies.rules import ChangeKind, ParagraphChange, paragraph_changes
from tests.bot.samples import (
    BERLIN,
    HASH,
    LONG,
    SPELL,
    TODAY,
    Faults,
    acknowledgement,
    actions_of,
    policy,
    read,
    sound,
    version,
)

DUE = date(2026, 10, 19)
EARLIER = "# Purpose\n\nWe protect what we hold.\n\n- Lock your screen.\n- Report within a day."


def test_ada_sees_what_changed_since_her_last_version():
    shown = views.policy_request(
        version(), policy(), paragraph_changes(EARLIER, version().text), first=False, due_on=DUE, today=TODAY
    )

    assert read(shown) == (
        "Please read and acknowledge Information Security Policy, version 1.1\n"
        "Due Mon 19 Oct 2026, in 14 days.\n"
        "Reports go to security first.\n"
        "Changed since the version you last acknowledged:\n"
        "Removed: Report within a day.\n"
        "Added: Report at once.\n"
        "You agree to this sentence:\n"
        "> I have read the Information Security Policy and will follow it.\n"
        "[Read the full text: Information Security Policy] "
        "[Acknowledge Information Security Policy, version 1.1]"
    )
    assert actions_of(shown) == {Action.READ_POLICY: "ver2", Action.ACKNOWLEDGE_POLICY: "ver2"}


def test_the_text_alone_says_it_all():
    text = views.policy_request(
        version(), policy(), paragraph_changes(EARLIER, version().text), False, DUE, TODAY
    ).text

    for words in (
        "version 1.1",
        "Due Mon 19 Oct 2026",
        "Reports go to security first",
        "Added: Report at once",
    ):
        assert words in text
    assert "You agree to: “I have read the Information Security Policy and will follow it.”" in text


@pytest.mark.parametrize(
    ("changes", "first", "words"),
    [
        ([], True, "You have not acknowledged an earlier version."),
        ([], False, "No word has changed since the version you last acknowledged, only the layout."),
        ([ParagraphChange(ChangeKind.ADDED, n, "New.") for n in range(6)], False, "and 2 more changes"),
    ],
)
def test_every_kind_of_news(changes: list[ParagraphChange], first: bool, words: str):
    shown = views.policy_request(version(), policy(), changes, first, DUE, TODAY)

    assert words in read(shown)
    assert words in shown.text


def test_the_confirm_names_the_consequence():
    buttons = views.policy_request(version(), policy(), [], True, DUE, TODAY).blocks[-1]["elements"]

    question = buttons[-1]["confirm"]
    assert question["title"]["text"] == "Acknowledge Information Security Policy?"
    assert question["text"]["text"] == (
        "This records, with your name and the time, that you agree to version 1.1: "
        "“I have read the Information Security Policy and will follow it.”"
    )
    assert [button.get("style") for button in buttons] == [None, "primary"]


def test_the_receipt_names_text_number_and_moment():
    shown = views.policy_receipt(policy(), version(), acknowledgement(), 812, BERLIN)

    assert read(shown) == (
        "You acknowledged Information Security Policy, version 1.1.\n"
        "Mon 5 Oct 2026, 09:00 CEST\n"
        "Text SHA-256 3f9a5c0de1b2…\n"
        "record no. 812"
    )
    for words in ("version 1.1", HASH, "record no. 812", "Mon 5 Oct 2026, 09:00 CEST"):
        assert words in shown.text
    assert "record" not in views.policy_receipt(policy(), version(), acknowledgement(), None, BERLIN).text


def test_a_second_press_hears_of_the_first():
    assert views.already_acknowledged(acknowledgement(), 812, BERLIN) == (
        "Already recorded on Mon 5 Oct 2026, 09:00 CEST, as no. 812."
    )
    assert views.already_acknowledged(acknowledgement(), None, BERLIN).endswith("09:00 CEST.")


def test_the_full_text_is_shown_with_its_hash():
    page = views.full_text_modal(policy(), version())

    assert read(page) == (
        "Information Security Policy, version 1.1\n"
        f"SHA-256 of this text: {HASH}\n"
        "Purpose\n"
        "We protect what we hold.\n"
        "- Lock your screen.\n"
        "- Report at once."
    )
    assert "submit" not in page


def test_no_paragraph_of_a_long_text_is_left_out(faults: Faults):
    text = "\n\n".join(
        f"## Part {part}\n\n" + "\n\n".join(f"Rule {part}.{n}." for n in range(9)) for part in range(30)
    )

    page = views.full_text_modal(policy(), version(text=text))

    sound(page, faults)
    assert [line for line in read(page).splitlines() if line.startswith("Rule")] == [
        f"Rule {part}.{n}." for part in range(30) for n in range(9)
    ]


def test_publishing_says_how_many_are_asked():
    form = views.publish_modal([(policy(), version(due_days=21))], recipients=1200)

    assert form["callback_id"] == Callback.PUBLISH
    assert [block["block_id"] for block in form["blocks"][1:]] == [Field.POLICY, Field.DUE_DAYS]
    assert "1,200 people will be asked to acknowledge it" in read(form)
    assert "Information Security Policy 1.1 (chosen)" in read(form)
    assert "7 days from now / 14 days from now / 21 days from now (chosen) / 30 days from now" in read(form)
    assert "1 person will be asked" in read(views.publish_modal([(policy(), version())], recipients=1))


def test_the_worst_words(faults: Faults):
    worst = version(version="9" * 20, summary=LONG, consent=LONG, text=LONG)
    titled = policy(title=LONG)
    changes = [ParagraphChange(ChangeKind.REMOVED, n, LONG) for n in range(40)]

    sound(views.policy_request(worst, titled, changes, False, DUE, TODAY), faults)
    sound(
        views.policy_request(
            version(consent=SPELL, summary=SPELL), policy(title=SPELL), [], True, DUE, TODAY
        ),
        faults,
    )
    sound(views.policy_receipt(titled, worst, acknowledgement(), 10**6, BERLIN), faults)
    sound(views.full_text_modal(titled, worst), faults)
    sound(views.publish_modal([(titled, version(id=f"v{n}")) for n in range(120)], 10**6), faults)
