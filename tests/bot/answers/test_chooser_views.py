"""The questions on one page, and the advice as it is read."""

from itertools import product

from bot.answers.rules.chooser import Asker, Deadline, Needs, Reliance, advise
from bot.answers.views import chooser
from bot.blocks.ids import Callback
from storage.terms import Category
from tests.bot.samples import Faults, read, sound


def test_the_form_asks_five_questions(faults: Faults):
    form = chooser.chooser_modal()

    sound(form, faults)
    assert (form["callback_id"], form["private_metadata"]) == (Callback.CHOOSER, "")
    assert [line.partition(":")[0] for line in read(form).splitlines()] == [
        "What do your customers rely on you for?",
        "Who asks for a report? (optional)",
        "What is true of your service? (optional)",
        "How soon is it needed?",
        "Have your controls been running?",
    ]


def test_a_payroll_company_in_a_hurry():
    needs = Needs(set(Reliance), {Asker.PUBLIC}, {Category.AVAILABILITY}, Deadline.QUARTER, running=True)

    words = read(chooser.advice_modal(advise(needs)))

    assert words.splitlines()[0] == "SOC 1 and SOC 2: first Type 1, then Type 2, with a SOC 3 beside"
    for part in (
        "SOC 1, because your service affects figures in your customers' financial reporting.",
        "SOC 2, because customers trust you with their data or systems.",
        "Security: always included",
        "Availability: you promise uptime or recovery",
        "The SOC 3 comes with the Type 2.",
        "A CPA firm and your customers' contracts decide in the end.",
    ):
        assert part in words


def test_without_a_soc_2_there_are_no_categories():
    needs = Needs({Reliance.FIGURES}, set(), {Category.AVAILABILITY}, Deadline.OPEN, running=False)

    words = read(chooser.advice_modal(advise(needs)))

    assert words.startswith("SOC 1: Type 2\n")
    assert "Categories of the SOC 2" not in words
    assert "begin with a readiness assessment" in words


def test_every_advice_can_be_shown(faults: Faults):
    everything = (set(Asker), set(Category))
    for relied_on, deadline, running in product(
        ({Reliance.FIGURES}, {Reliance.DATA}, set(Reliance)), Deadline, (True, False)
    ):
        sound(chooser.advice_modal(advise(Needs(relied_on, *everything, deadline, running))), faults)
