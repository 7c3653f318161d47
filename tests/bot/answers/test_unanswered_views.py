"""The queue of what people asked in vain, in Cleo's Home and in the form that answers a group."""

from datetime import timedelta

import pytest

from bot.answers.rules.unanswered import UnansweredGroup, UnansweredQuestion
from bot.answers.views import unanswered
from bot.blocks import kit
from bot.blocks.ids import Action
from content.library import load_library
from storage.people import Person
from storage.terms import AccountKind, Outcome
from tests.bot.samples import LONG, NINE, SPELL, Faults, read, sound

ENTRIES = load_library().knowledge
ADA = Person(id="U0ADA", name="Ada Okafor", zone="UTC", standing=AccountKind.MEMBER)


def group(*askers: str, text: str = "a flux capacitor") -> UnansweredGroup:
    questions = tuple(
        UnansweredQuestion(
            f"q{number}", asker, text, NINE + timedelta(number), Outcome.UNKNOWN, (), routed=False
        )
        for number, asker in enumerate(askers)
    )
    return UnansweredGroup(text, questions)


@pytest.mark.parametrize(
    ("askers", "words"),
    [
        (("U0ADA",), "asked by 1 person"),
        (("U0ADA", "U0ADA"), "asked by 1 person, 2 times"),
        (("U0ADA", "U0BEN"), "asked by 2 people"),
        (("U0ADA", "U0BEN", "U0ADA"), "asked by 2 people, 3 times"),
    ],
)
def test_how_many_asked(askers: tuple[str, ...], words: str):
    assert f"“a flux capacitor”: {words}\n" in read(kit.home(unanswered.unanswered_queue([group(*askers)])))


def test_the_first_few_stand_in_home_each_with_its_button():
    shown = unanswered.unanswered_queue(
        [group("U0ADA", "U0BEN"), *[group("U0ADA", text="the lunch menu")] * 6]
    )
    assert read(kit.home(shown)).splitlines()[:3] == [
        "What I could not answer",
        "“a flux capacitor”: asked by 2 people",
        "[Answer a flux capacitor]",
    ]
    buttons = [element for block in shown for element in block.get("elements", []) if "action_id" in element]
    assert {(button["action_id"], button["text"]["text"]) for button in buttons} == {
        (Action.OPEN_GAP, "Answer")
    }
    assert len(buttons) == 5
    assert read(kit.home(shown)).endswith("and 2 more topics, shown here as you answer these")
    assert unanswered.unanswered_queue([]) == []


def test_the_form_shows_who_asked_what_and_carries_which_questions_it_answers():
    form = unanswered.answer_group_modal(group("U0ADA", "U0BEN"), {ADA.id: ADA}, ENTRIES, 150)
    assert form["private_metadata"] == "q0 q1"
    assert read(form).splitlines()[:3] == [
        "This was asked by 2 people:",
        "- Ada Okafor: “a flux capacitor”",
        "- Somebody who has left: “a flux capacitor”",
    ]


def test_a_large_group_is_answered_in_parts():
    form = unanswered.answer_group_modal(group(*["U0ADA"] * 400), {ADA.id: ADA}, ENTRIES, 150)
    assert len(form["private_metadata"].split()) == 150
    assert read(form).count("Ada Okafor: “a flux capacitor”") == 150
    assert "and 250 more questions like these, to answer next" in read(form)


def test_every_wording_that_is_answered_is_shown_whole(faults: Faults):
    long = "where do we keep the flux capacitor of the third building " * 40
    form = unanswered.answer_group_modal(group(*["U0ADA"] * 20, text=long), {ADA.id: ADA}, ENTRIES, 150)
    sound(form, faults)
    carried = len(form["private_metadata"].split())
    assert carried == 12
    assert read(form).count(long) == carried
    assert "and 8 more questions like these" in read(form)


@pytest.mark.parametrize("words", [SPELL, LONG])
def test_whatever_was_asked(words: str, faults: Faults):
    worst = group(*["U0ADA"] * 40, text=words)
    sound(kit.home(unanswered.unanswered_queue([worst] * 40)), faults)
    sound(unanswered.answer_group_modal(worst, {ADA.id: ADA}, ENTRIES, 150), faults)
