"""What leads approved in Slack comes into git as files, and is then content like any other."""

from pathlib import Path

import pytest

from content.library import PACKAGED, load_library
from content.writing import entry_file
from handlers.commands.export import export_content
from handlers.faults import Misconfigured
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage, sandbox_settings
from storage.knowledge import Proposal
from tests.content.copies import copy_few_entries
from tests.dialogs.steps import nothing_waits, only
from tests.dialogs.test_own_answers import ANSWER, ASKED, TITLE, decided, edits, hears_the_answer, proposed
from tests.terminal import types


@pytest.fixture
def our_content(tmp_path: Path) -> Path:
    """Of few entries: it is read at every start and every export."""
    return copy_few_entries(tmp_path / "our-content")


async def approves_two(stage: Stage, cast: Cast) -> None:
    """An answer of their own, and one more way to ask for an entry that is there."""
    await proposed(cast)
    await decided(cast.person("Dan"))
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    before = await ada.so_far()
    await ada.says("gizmo backwards compatibility")
    await ada.presses("Ask compliance", await ada.hears("I do not know.", after=before))
    await cleo.presses("Answer", await cleo.home("gizmo"))
    entry = {"Your answer": "See the entry.", "Or the entry that answers it already": "bridge-letter"}
    assert await cleo.submits(await cleo.modal("gizmo"), entry) == {}
    await decided(dan)
    await nothing_waits(stage)


async def test_files_are_written_and_answer_as_before_when_they_are_the_content(
    data_folder: Path, our_content: Path, tmp_path: Path
):
    async with open_stage(data_folder, content_dir=our_content) as stage, Cast(stage.sandbox.url) as cast:
        await approves_two(stage, cast)
        settings = stage.service.desk.settings
        async with stage.service.desk.reading() as work:
            answering = await work.library()

        told = await export_content(settings, tmp_path / "review")
        files = sorted(path.name for path in (tmp_path / "review" / "knowledge").iterdir())
        assert files == ["bridge-letter.md", "the-flux-capacitor.md"]
        await export_content(settings, tmp_path / "review")
        assert sorted(path.name for path in (tmp_path / "review" / "knowledge").iterdir()) == files
        assert all(name in told for name in files)

        await export_content(settings, our_content)
        exported = load_library(our_content)
        assert {entry.id: entry for entry in exported.knowledge} == {
            entry.id: entry for entry in answering.knowledge
        }
        before = (PACKAGED / "knowledge" / "bridge-letter.md").read_text(encoding="utf-8").splitlines()
        after = (our_content / "knowledge" / "bridge-letter.md").read_text(encoding="utf-8").splitlines()
        assert [line for line in after if line not in before] == ["  - gizmo backwards compatibility"]
        assert len(after) == len(before) + 1
        assert (await export_content(settings, our_content)).startswith("There is nothing to export")

    async with open_stage(data_folder, content_dir=our_content) as stage, Cast(stage.sandbox.url) as cast:
        told = await hears_the_answer(cast.person("Ben"))
        assert "v1 · approved by Dan Whitfield" in told.text
        async with stage.service.desk.reading() as work:
            assert (await work.library()).knowledge == exported.knowledge


async def test_the_file_of_an_own_answer(stage: Stage, cast: Cast, tmp_path: Path):
    await proposed(cast)
    await export_content(stage.service.desk.settings, tmp_path / "review")
    assert not (tmp_path / "review").exists(), "what nobody approved is not written"
    await decided(cast.person("Dan"))
    await nothing_waits(stage)
    proposal = await only(stage, Proposal)
    assert proposal.version == 1

    await export_content(stage.service.desk.settings, tmp_path / "review")

    short, _, detail = ANSWER.partition("\n\n")
    text = (tmp_path / "review" / "knowledge" / "the-flux-capacitor.md").read_text(encoding="utf-8")
    assert text == (
        f"---\nid: {proposal.entry_id}\ntitle: {TITLE}\nphrasings:\n  - {ASKED}\nsources:\n"
        "  - Answer by Cleo Marchetti, Mon 5 Oct 2026\nwritten_on: 2026-10-05\nreview_every: 365\nversion: 1\n"
        f"---\n{short}\n\n{detail}\n"
    )


async def test_a_new_version_is_written_over_the_file_in_which_the_last_one_came(
    data_folder: Path, our_content: Path
):
    """Whatever the file is called by then, and whatever the answer."""
    async with (
        open_stage(data_folder, content_dir=our_content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await proposed(cast)
        await decided(cast.person("Dan"))
        await nothing_waits(stage)
        await export_content(stage.service.desk.settings, our_content)
    knowledge = our_content / "knowledge"
    (knowledge / "the-flux-capacitor.md").rename(knowledge / "time-travel.md")

    async with (
        open_stage(data_folder, content_dir=our_content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        cleo, dan = cast.person("Cleo"), cast.person("Dan")
        await edits(dan, {"Title": "Time machines", "Answer": "It makes time travel possible."})
        await decided(cleo)
        await nothing_waits(stage)
        await export_content(stage.service.desk.settings, our_content)
        text = (knowledge / "time-travel.md").read_text(encoding="utf-8")
        assert "title: Time machines" in text
        assert not (knowledge / "time-machines.md").exists()
        assert [
            entry.version for entry in load_library(our_content).knowledge if entry.id.startswith("own-")
        ] == [2]


async def test_ways_to_ask_for_an_entry_that_has_gone_are_still_decided_on(
    data_folder: Path, our_content: Path
):
    """The request must not wait for ever, unseen, when git has taken the entry out meanwhile."""
    ours = our_content / "knowledge" / "our-lunch.md"
    bridge = load_library(our_content).entry("bridge-letter")
    lunch = {"id": "our-lunch", "title": "Our lunch", "phrasings": ("our lunch menu",), "aliases": ()}
    ours.write_text(entry_file(bridge.model_copy(update=lunch)), encoding="utf-8")
    async with (
        open_stage(data_folder, content_dir=our_content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await proposed(cast, entry="our-lunch")
        await nothing_waits(stage)
    ours.unlink()

    async with (
        open_stage(data_folder, content_dir=our_content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        dan = cast.person("Dan")
        asked = await dan.home("which is not in the content any more")
        assert "Approve" not in asked.buttons
        await dan.presses("Decline", asked)
        form = await dan.modal("This will not answer anybody: our-lunch")
        assert await dan.submits(form, {"Why": "The entry is gone."}) == {}
        await dan.home("Nothing is waiting for you, Dan Whitfield.")


async def test_what_git_added_survives_the_next_edit(data_folder: Path, our_content: Path):
    async with (
        open_stage(data_folder, content_dir=our_content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await proposed(cast)
        await decided(cast.person("Dan"))
        await nothing_waits(stage)
        await export_content(stage.service.desk.settings, our_content)
    file = our_content / "knowledge" / "the-flux-capacitor.md"
    text = file.read_text(encoding="utf-8").replace("review_every: 365", "review_every: 90")
    added = "aliases: [fluxer]\ntags: [physics]\nrelated: [bridge-letter]\nsources:\n  - The manual\n"
    file.write_text(text.replace("sources:\n", added), encoding="utf-8")

    async with (
        open_stage(data_folder, content_dir=our_content, keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await edits(cast.person("Dan"), {"Answer": "It makes time travel possible."})
        await decided(cast.person("Cleo"))
        await nothing_waits(stage)
        await export_content(stage.service.desk.settings, our_content)
    [entry] = [each for each in load_library(our_content).knowledge if each.id.startswith("own-")]
    assert (entry.version, entry.answer, entry.review_every) == (2, "It makes time travel possible.", 90)
    assert (entry.aliases, entry.tags, entry.related) == (("fluxer",), ("physics",), ("bridge-letter",))
    assert entry.sources == ("Answer by Dan Whitfield, Mon 5 Oct 2026", "The manual")


async def test_without_a_database_it_says_so(tmp_path: Path):
    settings = sandbox_settings("http://127.0.0.1:1/api/", tmp_path / "none")
    with pytest.raises(Misconfigured, match=r"There is nothing to export: .*socrates\.db does not exist"):
        await export_content(settings, tmp_path / "review")
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "review").exists()


def test_at_the_terminal(data_folder: Path, tmp_path: Path):
    ended = types("content", "export", str(tmp_path / "review"), folder=data_folder, DATA_DIR=".")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "There is nothing to export: the content holds everything that leads have approved.\n"
    assert types("content", "export", folder=tmp_path).code == 2
