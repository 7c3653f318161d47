"""Home: what each person finds there, and that it follows what happens."""

from datetime import date, timedelta

from bot.answers.answering import review_state
from bot.answers.rules.content_checks import review_due
from handlers.sandbox.cast import Cast, Player, View, screen
from handlers.stack import Stage
from storage.programme import EntryReview
from storage.terms import Event
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import kinds, owns, proved, rows


async def home_of(player: Player, stage: Stage) -> View:
    """As it stands, without opening it again."""
    await stage.service.settle()
    body = (await player.state())["home"]
    return screen.view(body, player.client.names)


async def test_everyone_finds_what_is_theirs(stage: Stage, cast: Cast):
    await owns(stage, "U0BEN", "AC-01")
    ada = (await cast.person("Ada").home()).text
    assert "Nothing is waiting for you, Ada Okafor." in ada
    assert "How to ask" in ada
    assert "Your controls" not in ada
    assert "The programme" not in ada

    ben = (await cast.person("Ben").home()).text
    assert "Your controls" in ben
    assert "AC-01" in ben
    assert "The programme" not in ben

    cleo = await cast.person("Cleo").home()
    assert "SOC 2 Type 2" in cleo.text
    assert "Controls without an owner: 14" in cleo.text
    assert cleo.buttons[:3] == ["Assign a control", "Publish a policy", "Adopt the starter answers"]


async def test_a_guest_is_told_what_is_not_for_guests(cast: Cast):
    home = await cast.person("Omar").home()

    assert home.text == (
        "Only full members of this workspace can do this. Guests, bots and outside accounts cannot."
    )


async def test_adopted_answers_name_who_stands_behind_them(stage: Stage, cast: Cast):
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    home = await cleo.home()
    await dan.home()

    await cleo.presses("Adopt the starter answers", home)

    for lead in (cleo, dan):
        home = await home_of(lead, stage)
        assert "Starter answers not yet adopted: 0" in home.text
        assert "Adopt the starter answers" not in home.buttons
    await ada.says("how long is a type 2 window?")
    answer = await ada.hears("Entry window-length v1")
    assert "reviewed by Cleo Marchetti on Mon 5 Oct 2026" in answer.text

    async with open_postbox(stage) as slack:  # Dan's screen is behind
        assert (await slack.presses(dan.id, "adopt_entries", "")).status == 200
    await dan.hears("All of my answers are already adopted.")
    reviews = await rows(stage, EntryReview)
    assert {review.reviewed_by for review in reviews} == {cleo.id}
    assert (await kinds(stage)).count(Event.ENTRY_REVIEWED) == len(reviews)
    await proved(stage)


async def test_an_adopted_answer_says_when_its_review_is_overdue(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.presses("Adopt the starter answers", await cleo.home())
    await home_of(cleo, stage)

    desk = stage.service.desk
    entry = desk.library.entry("window-length")
    due = review_due(entry, date(2026, 10, 5))
    async with desk.reading() as work:
        in_time = await review_state(work, work.content, entry, due)
        late = await review_state(work, work.content, entry, due + timedelta(days=1))

    assert (in_time.reviewed_by, in_time.overdue_since) == ("Cleo Marchetti", None)
    assert (late.reviewed_on, late.overdue_since) == (date(2026, 10, 5), due)


async def test_opening_the_messages_tab_offers_questions(cast: Cast):
    ada = cast.person("Ada")
    await ada.opens_dm()

    await ada.says("hello")
    await ada.hears("Ask compliance")
    prompts = (await ada.state())["prompts"]
    assert prompts[0]["title"] == "How long is a Type 2 window?"

    for prompt in prompts:
        ts = await ada.says(prompt["message"])
        assert (await ada.hears("Entry ", thread=ts)).thread_ts == ts
