"""The tour plays the whole story and says which step failed; and it can fail."""

from collections.abc import Generator
from pathlib import Path

import pytest

from bot.blocks.ids import Callback
from handlers.demo.tour import STEPS, play_tour
from handlers.slack.routes import SUBMISSIONS
from tests.terminal import own_logging

NAMES = [title for title, _ in STEPS]


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    with own_logging():
        yield


async def test_every_step_holds_and_the_transcript_tells_who_said_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert await play_tour(tmp_path / "kept") == 0
    output, complaints = capsys.readouterr()
    assert complaints == ""
    assert [line for line in output.splitlines() if line in _numbered(NAMES)] == _numbered(NAMES)
    assert output.rstrip().endswith("Every step held.")
    for line in ("Ada, in a direct message: how long is a type 2 window?", "Ben presses [Upload evidence]"):
        assert line in output
    assert (tmp_path / "kept" / "socrates.db").is_file()


async def test_a_step_whose_verb_is_missing_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(SUBMISSIONS, Callback.ANSWER)
    assert await play_tour(None) == 1
    output, complaints = capsys.readouterr()
    assert complaints.startswith(f"\nStep 2 failed: {NAMES[1]}\n")
    assert "This request has closed." in complaints
    assert "Every step held." not in output
    assert _numbered(NAMES)[2] not in output


def _numbered(titles: list[str]) -> list[str]:
    return [f"{number}. {title}" for number, title in enumerate(titles, start=1)]
