"""Home: what Ben owes, what he owns, how to ask; and the programme for Cleo."""

from dataclasses import replace

from bot.blocks.ids import Action
from bot.blocks.kit import Message, prose
from bot.evidence.views import handing_in
from bot.evidence.views.handing_in import RequestDetails
from bot.reminders.views import home
from tests.bot.samples import LONG, SPELL, TODAY, Faults, actions_of, control, occurrence, read, sound

BOARD = home.LeadBoard(
    readiness=["SOC 2 Type 2: 84 scheduled, 20 on time, 1 late, 2 missed, 61 open"],
    to_review=2,
    routed=1,
    unowned=3,
    drafts=1,
    starter_entries=120,
    own_answers=4,
    failures=0,
)


def test_bens_home():
    view = home.home_view(
        "Ben Castillo",
        [handing_in.evidence_request(occurrence(), control(), TODAY)],
        [(control(), "next due Sat 10 Oct 2026")],
        board=None,
    )

    words = read(view).splitlines()
    assert words[0] == "What you owe"
    assert any(
        line.startswith("[Upload evidence for AC-01 Quarterly user access review, Q3 2026]") for line in words
    )
    assert words[words.index("Your controls") + 1] == (
        "AC-01 Quarterly user access review: next due Sat 10 Oct 2026"
    )
    assert words[words.index("How to ask") + 1] == (
        "Ask me about SOC 1 and SOC 2: press the button below, write to me in the Messages tab, mention me "
        "in a channel, or type /soc and your question."
    )
    assert "The programme" not in words


def test_adas_home_when_she_owes_nothing():
    words = read(home.home_view("Ada", [], [], board=None))

    assert words.startswith("What you owe\nNothing is waiting for you, Ada.\nHow to ask")
    assert "Your controls" not in words


def test_cleos_home():
    view = home.home_view("Cleo", [], [], BOARD)

    assert read(view).startswith(
        "The programme\n"
        "SOC 2 Type 2: 84 scheduled, 20 on time, 1 late, 2 missed, 61 open\n"
        "Evidence to review: 2\n"
        "Questions to answer: 1\n"
        "Controls without an owner: 3\n"
        "Policy versions to publish: 1\n"
        "Starter answers not yet adopted: 120\n"
        "Messages that could not be delivered: 0\n"
        "[Assign a control] [Publish a policy] [Answers of your own] [Adopt the starter answers]\n"
        "[Controls] [Examinations] [Events] [Sample me: a dry run of what an auditor would find]\n"
        "What you owe\n"
    )


def test_adopting_names_its_consequence():
    adopt = next(
        element
        for block in home.home_view("Cleo", [], [], BOARD)["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == Action.ADOPT_ENTRIES
    )

    assert adopt["confirm"]["text"]["text"] == (
        "This records that you reviewed 120 entries and that they speak for your company. "
        "Each of these answers then carries your name and today's date."
    )


def test_only_what_can_be_done_has_a_button():
    view = home.home_view("Cleo", [], [], replace(BOARD, drafts=0, starter_entries=0, own_answers=0))

    assert list(actions_of(view)) == [
        Action.OPEN_ASSIGN,
        Action.OPEN_CONTROLS,
        Action.OPEN_EXAMINATIONS,
        Action.OPEN_EVENTS,
        Action.OPEN_SAMPLE,
        Action.OPEN_ASK,
        Action.OPEN_CHOOSER,
        Action.OPEN_LEAVE,
    ]


def test_the_worst_home(faults: Faults):
    worst = control(title=LONG, does=LONG, why=LONG, evidence=LONG)
    items = [handing_in.evidence_request(occurrence(), worst, TODAY, RequestDetails(fault=LONG))] * 40
    board = replace(BOARD, readiness=[LONG] * 20, starter_entries=10**6)

    view = home.home_view(LONG, items, [(worst, SPELL)] * 60, board, more=3)

    sound(view, faults)
    words = read(view)
    assert "not shown here" not in words
    assert "more requests, shown here as you finish these" in words
    assert "and 35 more" in words
    assert "How to ask" in words


def test_nothing_is_cut_in_part():
    items = [Message(f"Request {number}.", [prose(f"Request {number}.")] * 7) for number in range(30)]

    words = read(home.home_view("Ben", items, [], None))

    assert words.count("Request") % 7 == 0
    assert "and 19 more requests" in words
