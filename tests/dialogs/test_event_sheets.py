"""Events come from a file: first what it would report, then all of it or nothing, once however often it is sent."""

import asyncio
import csv
import io
import shutil
from pathlib import Path

import pytest

from bot.events.reporting import withdraw_event
from bot.register.catalogue import adopt_control
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.evidence import Occurrence
from storage.record.entries import RecordEntry
from storage.terms import Event, TriggerSource
from storage.triggers import Trigger
from tests.dialogs.scenes import continued, played
from tests.dialogs.steps import BEN, CLEO, nothing_waits, owns, proved, rows
from tests.terminal import Ended, types

REASON = "The quarter's list from HR."
HEADER = ("Event", "Date", "What", "Reference")
ROWS = (
    ("leaver", "2026-10-02", "Mia Wong", "HR-12"),
    ("Leaver", "2026-10-02", "Leo Park", "HR-13"),
    ("joiner", "2026-07-01", "Ivo Berg", ""),
)
DRY = """\
This would be done; nothing is written yet.
3 events reported:
  leaver, Fri 2 Oct 2026, Mia Wong (HR-12): AC-07 due Mon 5 Oct 2026, asked of Ben Castillo
  leaver, Fri 2 Oct 2026, Leo Park (HR-13): AC-07 due Mon 5 Oct 2026, asked of Ben Castillo
  joiner, Wed 1 Jul 2026, Ivo Berg: HR-05 due Wed 8 Jul 2026, nobody owns it yet
To do it, add --apply --by E-MAIL --reason "WHY", with the e-mail or Slack id of a compliance lead.
"""


async def hr_counts(stage: Stage, _cast: Cast) -> None:
    for control_id in ("AC-07", "HR-05"):
        await adopt_control(stage.service.desk, CLEO, control_id)
    await owns(stage, BEN, "AC-07")


@pytest.fixture(scope="session")
def adopted(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    return played(hr_counts, tmp_path_factory.mktemp("hr") / "data", empty_database)


@pytest.fixture
def folder(adopted: Path, tmp_path: Path) -> Path:
    return shutil.copytree(adopted, tmp_path / "data")


def socrates(folder: Path, *words: str) -> Ended:
    return types("import", *words, folder=folder, DATA_DIR=".")


def applies(folder: Path, by: str = "cleo@northwind.example", file: str = "events.csv") -> Ended:
    return socrates(folder, file, "--apply", "--by", by, "--reason", REASON)


def sheet(folder: Path, *cells: tuple[str, ...]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *cells])
    (folder / "events.csv").write_text(text.getvalue(), encoding="utf-8")


def stored(folder: Path) -> tuple[list[Trigger], list[Occurrence]]:
    async def look() -> tuple[list[Trigger], list[Occurrence]]:
        async with continued(folder) as (stage, _):
            await nothing_waits(stage)
            await proved(stage)
            events = sorted(await rows(stage, Trigger), key=lambda each: (each.kind, each.number))
            return events, [row for row in await rows(stage, Occurrence) if row.trigger_id]

    return asyncio.run(look())


def test_first_what_it_would_do_then_all_of_it_and_never_twice(folder: Path):
    sheet(folder, *ROWS)
    assert (socrates(folder, "events.csv").code, socrates(folder, "events.csv").out) == (0, DRY)
    assert stored(folder) == ([], [])

    assert applies(folder).out == (
        "Done and recorded, as Cleo Marchetti: 3 events reported.\n"
        "3 requests for evidence follow, each by its own day.\n"
    )
    events, asked = stored(folder)
    assert [(each.what, each.reference, each.raised_by, each.source) for each in events] == [
        ("Ivo Berg", None, CLEO, TriggerSource.SHEET),
        ("Mia Wong", "HR-12", CLEO, TriggerSource.SHEET),
        ("Leo Park", "HR-13", CLEO, TriggerSource.SHEET),
    ]
    assert sorted(row.label for row in asked) == [
        "joiner no. 1, 1 Jul 2026",
        "leaver no. 1, 2 Oct 2026",
        "leaver no. 2, 2 Oct 2026",
    ]

    known = "3 events in the file are reported already.\n"
    assert socrates(folder, "events.csv").out == f"Nothing would change.\n{known}"
    assert applies(folder).out == f"Nothing was changed: it is all there already.\n{known}"
    sheet(folder, *ROWS, ("leaver", "2026-10-05", "Una Ray", "HR-14"))
    assert "1 event reported.\n" in applies(folder).out
    assert len(stored(folder)[0]) == 4


def test_the_reason_is_kept_and_no_name_enters_the_record(folder: Path):
    sheet(folder, *ROWS)
    applies(folder)

    async def look() -> list[str]:
        async with continued(folder) as (stage, _):
            entries = await rows(stage, RecordEntry)
            return [entry.leaf for entry in entries if entry.kind == Event.TRIGGER_RAISED]

    leaves = asyncio.run(look())
    assert len(leaves) == 3
    assert all('"texts":{"reason":"' in leaf for leaf in leaves)
    assert not any(word in leaf for leaf in leaves for word in ("Mia", "HR-12", "quarter's"))


def test_a_spoiled_row_keeps_all_the_others_out(folder: Path):
    spoiled = (("leaver", "2.10.2026", "Una Ray", ""), ("incident", "2026-10-01", "Mail", ""))
    sheet(folder, *ROWS, *spoiled)
    for told in (socrates(folder, "events.csv"), applies(folder)):
        assert told.code == 1
        assert told.err == (
            "events.csv cannot be imported, and nothing was changed:\n"
            "  row 5, column date: “2.10.2026” is no date; write it as year-month-day, such as 2026-07-14\n"
            "  row 6, column event: no control of yours is set off by “incident”; they are by joiner, leaver\n"
        )
    assert stored(folder) == ([], [])


def test_only_a_lead_reports_from_a_file(folder: Path):
    sheet(folder, *ROWS)
    ended = applies(folder, by="ben@northwind.example")
    assert (ended.code, ended.out) == (1, "")
    assert "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield." in ended.err
    assert stored(folder) == ([], [])


def test_what_was_withdrawn_does_not_come_back_with_the_same_file(folder: Path):
    sheet(folder, ROWS[0])
    applies(folder)

    async def withdraw() -> None:
        async with continued(folder) as (stage, _):
            [raised] = await rows(stage, Trigger)
            await withdraw_event(stage.service.desk, CLEO, raised.id, "She stays.")

    asyncio.run(withdraw())
    assert socrates(folder, "events.csv").out == (
        "Nothing would change.\n1 event in the file was withdrawn, and stays so.\n"
    )
    sheet(folder, ("leaver", "2026-10-01", "Mia Wong", "HR-12"))
    assert "1 event reported." in applies(folder).out


@pytest.mark.parametrize("name", ["events.csv", "events.xlsx"])
def test_the_template_is_obtained_and_its_example_never_imported(folder: Path, name: str):
    ended = socrates(folder, "--template", name, "--events")
    assert ended.out == (
        f"The template is in {name}. Put your events in place of its example: socrates import {name}\n"
    )
    refused = applies(folder, file=name)
    assert refused.code == 1
    assert "row 2, column what: this is the example of the template; delete the row" in refused.err
    assert "--events goes with --template" in socrates(folder, name, "--events").err
