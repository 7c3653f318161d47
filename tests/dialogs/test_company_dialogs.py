"""Questions about the company itself are answered from what is stored, to whom it concerns."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from content.library import PACKAGED, load_library
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.evidence import Occurrence
from storage.policies import Acknowledgement
from storage.programme import Control
from storage.questions import Question
from storage.terms import Outcome
from tests.dialogs.scenes import continued, publishes
from tests.dialogs.steps import ADA, BEN, FARID, only, owns, proved, rows

SECURITY = "Information Security Policy"
SOURCE = "From the records of Northwind Payroll as of Mon 5 Oct 2026, not from a curated entry."


async def test_ben_asks_what_he_owes_in_each_place(ben_is_asked: Path):
    async with continued(ben_is_asked) as (stage, cast):
        ben = cast.person("Ben")
        await ben.says("what do I owe?")
        answer = await ben.hears("You owe 1 thing.")
        due = "Evidence for AC-01 Quarterly user access review, Q3 2026. Due Mon 12 Oct 2026, in 7 days."
        for words in (due, SOURCE, "my Home tab"):
            assert words in answer.text
            assert words in answer.fallback
        assert answer.buttons == ["Ask compliance"]

        aside = await ben.commands("/soc what do I owe?", channel="#general")
        assert aside is not None
        assert aside.ephemeral
        assert due in aside.text

        await ben.says("what do I owe?", channel="#general", mention=True)
        pointed = await ben.hears("What you owe is not for a channel.", channel="#general")
        assert "AC-01" not in str(pointed.blocks) + pointed.fallback

        await cast.person("Ada").says("what do I owe?")
        await cast.person("Ada").hears("You owe nothing at the moment.")
        questions = await rows(stage, Question)
        assert {(each.outcome, each.offered) for each in questions} == {(Outcome.LIVE, "my_duties")}
        await proved(stage)


@pytest.mark.parametrize(
    "message",
    [
        "Good morning, what do I owe?",
        "What do I owe? I'm back from vacation.",
        "what do I owe, and when is it due?",
    ],
)
async def test_words_around_the_question_do_not_hide_it(cast: Cast, message: str):
    ada = cast.person("Ada")
    await ada.says(message)

    await ada.hears("You owe nothing at the moment.")


async def test_beside_a_question_of_the_field_both_are_answered(cast: Cast):
    ada = cast.person("Ada")
    await ada.says("what do I owe, and how long is a type 2 window?")

    answer = await ada.hears("You owe nothing at the moment.")

    assert "Entry window-length" in answer.text


async def test_another_person_s_tasks_are_for_leads_and_not_for_channels(ben_is_asked: Path):
    async with continued(ben_is_asked) as (stage, cast):
        ada, ben, cleo = cast.person("Ada"), cast.person("Ben"), cast.person("Cleo")
        await ada.says("what does Ben owe?")
        refused = await ada.hears("Only compliance leads see other people's tasks.")
        assert "You can ask Cleo Marchetti or Dan Whitfield." in refused.text
        assert "AC-01" not in str(refused.blocks) + refused.fallback

        await cleo.says("what does Ben owe?")
        answer = await cleo.hears("Ben Castillo owes 1 thing.")
        assert "Evidence for AC-01 Quarterly user access review, Q3 2026" in answer.text
        aside = await cleo.commands(f"/soc what does <@{BEN}> owe?")
        assert aside is not None
        assert "Ben Castillo owes 1 thing." in aside.text
        await cleo.says("what does Ben owe?", channel="#general", mention=True)
        pointed = await cleo.hears("is not for a channel", channel="#general")
        assert "AC-01" not in str(pointed.blocks) + pointed.fallback

        await ben.says("what does Ben owe?")
        await ben.hears("You owe 1 thing.")
        assert f"duties_of {BEN}" in {each.offered for each in await rows(stage, Question)}


async def test_everybody_may_know_who_owns_a_control(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("who owns backups?")
    await ada.hears("BK-01 Weekly backup check: nobody owns it yet.")

    await owns(stage, FARID, "BK-01")
    await owns(stage, BEN, "AC-01")
    await ada.says("who owns backups?", channel="#general", mention=True)
    await ada.hears("BK-01 Weekly backup check: owned by Farid Haddad.", channel="#general")
    await ada.says("who owns CC6.2?")
    await ada.hears("AC-01 Quarterly user access review: owned by Ben Castillo.")
    await ada.says("who owns CC6.1?")
    await ada.hears("No control of ours is mapped to CC6.1.")
    await ada.says("who owns risk?")
    several = await ada.hears("3 controls of ours come under this.")
    assert "RA-01 Formal risk assessment: nobody owns it yet." in several.text


@pytest.mark.parametrize("who", ["Ada", "Cleo"])
async def test_readiness_is_told_to_leads(cast: Cast, who: str):
    person = cast.person(who)
    await person.says("are we ready for the type 2?")

    answer = await person.hears(SOURCE)

    sees = who == "Cleo"
    assert ("Only compliance leads see how ready the company is." in answer.text) != sees
    assert ("occurrences scheduled" in answer.text) == sees
    assert ("only the service auditor concludes" in answer.text) == sees
    assert "SOC 1" not in answer.text


async def test_readiness_is_not_spread_in_a_channel(cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.says("are we ready?", channel="#general", mention=True)

    answer = await cleo.hears("How ready the company is is not for a channel.", channel="#general")

    assert "scheduled" not in answer.text


async def test_the_window_is_told_and_a_definition_stays_curated(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("when does our window end?")
    answer = await ada.hears("Our SOC 2 Type 2 window runs from Wed 1 Jul 2026 to Thu 31 Dec 2026")
    assert "87 days are left" in answer.text
    assert "SOC 1 Type 1 has no window: it speaks as of Thu 31 Dec 2026." in answer.text

    await ada.says("how long is a type 2 window?")
    await ada.hears("Entry window-length")
    questions = {question.outcome: question.entry_version for question in await rows(stage, Question)}
    assert questions == {Outcome.ANSWERED: 1, Outcome.LIVE: None}


async def test_ada_asks_whether_she_acknowledged_and_does_so_there(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("did I acknowledge the security policy?")
    await ada.hears(f"{SECURITY}: no version is published yet")

    await publishes(cast, f"{SECURITY} 1.0")
    await ada.says("did I acknowledge the security policy?")
    waits = await ada.hears(f"{SECURITY}: Not yet.")
    await ada.presses("Acknowledge", waits)
    await ada.hears(f"You acknowledged {SECURITY}, version 1.0.")
    assert (await only(stage, Acknowledgement)).person_id == ADA

    await ada.says("did I sign the security policy?")
    done = await ada.hears(f"You acknowledged {SECURITY}, version 1.0 on Mon 5 Oct 2026")
    assert "record no. " in done.text
    assert done.buttons == ["Ask compliance"]
    await ada.says("did I acknowledge everything?")
    await ada.hears("1 of 4 policies are acknowledged by you.")
    await ada.says("did I acknowledge the security policy?", channel="#general", mention=True)
    await ada.hears("What you have acknowledged is not for a channel.", channel="#general")
    await proved(stage)


async def test_an_aside_can_be_acknowledged_too(stage: Stage, cast: Cast):
    await publishes(cast, f"{SECURITY} 1.0")
    ada = cast.person("Ada")
    aside = await ada.commands("/soc did I acknowledge the security policy?", channel="#general")
    assert aside is not None

    await ada.presses("Acknowledge", aside)

    receipt = await ada.hears(f"You acknowledged {SECURITY}, version 1.0.")
    assert receipt.thread_ts is None
    assert (await cast.calls())["refused"] == []


async def test_what_the_auditor_will_ask_for(stage: Stage, cast: Cast):
    await owns(stage, FARID, "BK-01")
    ada = cast.person("Ada")
    await ada.says("what will the auditor ask me for CC6.2?")
    answer = await ada.hears("For this the auditor can test 1 control of ours")
    assert "AC-01 Quarterly user access review: " in answer.text
    assert "Done every quarter" in answer.text

    aside = await ada.commands("/soc what will the auditor ask me for backups?")
    assert aside is not None
    assert "The job results for the whole week from the backup system" in aside.text
    assert "owned by Farid Haddad." in aside.text


async def test_for_what_nobody_runs_a_control_the_catalogue_has_one(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("what will the auditor ask me for CC9.2?")
    answer = await ada.hears("No control of ours is mapped to CC9.2. The catalog suggests")
    assert "VN-01 Vendor list and tiers reviewed: " in answer.text
    assert "The auditor draws samples from all vendors" in answer.text
    assert "We do not run these." in answer.text
    assert len(await rows(stage, Control)) == 15


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    """A company that lists no controls in its programme."""
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    folder = shutil.copytree(PACKAGED, tmp_path / "content", ignore=ignored)
    path = folder / "programme.yaml"
    before, _, listed = path.read_text(encoding="utf-8").partition("controls:\n")
    path.write_text(before + listed[listed.index("\n\n") :], encoding="utf-8")
    return folder


async def test_who_lists_no_controls_runs_the_whole_catalogue(data_folder: Path, own_content: Path):
    async with open_stage(data_folder, content_dir=own_content) as stage, Cast(stage.sandbox.url) as cast:
        ada = cast.person("Ada")
        await ada.says("what will the auditor ask me for CC9.2?")
        await ada.hears("For this the auditor can test 4 controls of ours")
        assert len(await rows(stage, Control)) == len(load_library().catalogue)
        due = Counter(each.control_id for each in await rows(stage, Occurrence))
        assert (due["PI-03"], due["AC-08"], due["VN-01"], due["AC-07"]) == (184, 13, 1, 2), (
            "a control on event has a listing each quarter"
        )
        await proved(stage)


async def test_an_answer_that_does_not_settle_it_goes_to_a_person(cast: Cast):
    ada = cast.person("Ada")
    await ada.says("who owns backups?")
    await ada.presses("Ask compliance", await ada.hears("nobody owns it yet"))
    await ada.hears("Your question is with the compliance team.")

    await cast.clock.to("2026-10-05T09:00:00Z")
    await cast.person("Cleo").hears("What I told from the company's own data did not settle it.")


async def test_what_no_record_has_is_not_answered_from_a_textbook(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("do we have an incident response plan?")
    answer = await ada.hears("I do not know that about us")
    assert "What holds in general, not of us: “Incident response”" in answer.text
    assert "Entry incident-response" not in answer.text + answer.fallback
    assert (await only(stage, Question)).outcome is Outcome.ABOUT_US

    await ada.presses("Ask compliance", answer)
    await cast.clock.to("2026-10-05T09:00:00Z")
    await cast.person("Cleo").hears("It asks for a fact about us that I do not have.")
    await proved(stage)


async def test_leads_ask_what_was_handed_in(dan_is_to_review: Path):
    async with continued(dan_is_to_review) as (_stage, cast):
        cleo, ada = cast.person("Cleo"), cast.person("Ada")
        handed_in = "AC-01 Quarterly user access review, Q3 2026: performed"
        for question in ("have we done the access review?", "what did we hand in for CC6.2?"):
            await cleo.says(question)
            answer = await cleo.hears("This was handed in for AC-01 Quarterly user access review.")
            assert handed_in in answer.text
            assert "it waits for review." in answer.text
        await cleo.says("have we done the backup check?")
        await cleo.hears("Nothing has been handed in for BK-01 Weekly backup check.")
        await cleo.says("what waits for my review?")
        assert handed_in in (await cleo.hears("1 piece of evidence waits for review.")).text

        await ada.says("have we done the access review?")
        refused = await ada.hears("Only compliance leads see what was handed in.")
        assert "Q3" not in str(refused.blocks) + refused.fallback
        await cleo.says("have we done the access review?", channel="#general", mention=True)
        await cleo.hears("What was handed in is not for a channel.", channel="#general")


async def test_leads_ask_who_has_not_acknowledged(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.says("who has not acknowledged the security policy?")
    await cleo.hears(f"{SECURITY}: no version is published yet, so nobody was asked.")
    await publishes(cast, f"{SECURITY} 1.0")
    ada = cast.person("Ada")
    await ada.says("did I acknowledge the security policy?")
    await ada.presses("Acknowledge", await ada.hears("Not yet."))

    await cleo.says("has everyone signed the security policy?")
    answer = await cleo.hears("acknowledged by 1, not yet by ")

    assert "Ben Castillo" in answer.text
    assert "Ada" not in answer.text


async def test_leads_ask_what_nobody_owns_and_what_is_late(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    await cleo.says("what is overdue?")
    await cleo.hears("Nothing is overdue.")
    await owns(stage, BEN, "AC-01")
    await cleo.says("which controls have no owner?")
    unowned = await cleo.hears("14 of 15 controls have no owner.")
    assert "and 2 more" in unowned.text
    assert "AC-01" not in unowned.text
    await cast.clock.to("2026-10-13T07:00:00Z")
    await cleo.says("what is overdue?")
    late = await cleo.hears("overdue, of ")
    assert "Ben Castillo: Evidence for AC-01 Quarterly user access review, Q3 2026." in late.text


async def test_a_guest_hears_nothing(stage: Stage, cast: Cast):
    omar = cast.person("Omar")
    await omar.says("who owns backups?")
    await omar.hears("Only full members of this workspace can do this.")
    assert await rows(stage, Question) == []
