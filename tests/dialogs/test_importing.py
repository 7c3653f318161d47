"""Controls come from a file: first what it would change, then all of it or nothing, recorded, and owners are asked."""

import asyncio
import csv
import io
import json
import re
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from bot.evidence.handing_in import UploadedFile, submit_evidence
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.database import lock_data_folder
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.programme import Control
from storage.record.entries import RecordEntry, RecordText
from storage.terms import Cadence, Event, ObligationKind, ObligationState, OccurrenceState, OwnershipState
from tests.dialogs.scenes import LISTING, continued
from tests.dialogs.steps import BEN, nothing_waits, owns, proved, rows
from tests.dialogs.test_controls import card_of
from tests.terminal import Ended, types

T = TypeVar("T")
Play = Callable[[Stage, Cast], Awaitable[T]]
CLEO, REASON = "cleo@northwind.example", "We look more often."
LEADS_ONLY = "Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield."


def plays(folder: Path, scene: Play[T]) -> T:
    """What comes of a scene with the server running; it is stopped again after it."""

    async def play() -> T:
        async with continued(folder) as (stage, cast):
            outcome = await scene(stage, cast)
            await nothing_waits(stage)
            return outcome

    return asyncio.run(play())


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """Monday 5 October 2026, 09:00 in Berlin: the server has started once, and was stopped."""
    folder = tmp_path_factory.mktemp("begun") / "data"
    folder.mkdir()
    shutil.copy(empty_database, folder / "socrates.db")

    async def nothing(_stage: Stage, _cast: Cast) -> None:
        return

    plays(folder, nothing)
    return folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    return shutil.copytree(begun, tmp_path / "data")


def socrates(folder: Path, *words: str) -> Ended:
    return types("import", *words, folder=folder, DATA_DIR=".")


def applies(folder: Path, file: str = "sheet.csv", by: str = CLEO) -> Ended:
    return socrates(folder, file, "--apply", "--by", by, "--reason", REASON)


def sheet(folder: Path, *cells: dict[str, str]) -> None:
    """sheet.csv with these columns and rows."""
    columns = list(dict.fromkeys(name for row in cells for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(cells)
    (folder / "sheet.csv").write_text(text.getvalue(), encoding="utf-8")


def new(control_id: str, **cells: str) -> dict[str, str]:
    row = {
        "id": control_id,
        "title": "Key review",
        "does": "Look at all keys.",
        "why": "Old keys open doors.",
    }
    row |= {
        "owner_role": "IT",
        "cadence": "monthly",
        "due_days": "5",
        "grace_days": "2",
        "evidence": "A listing.",
    }
    return row | {"criteria": "CC6.1", "objectives": ""} | cells


async def stored(stage: Stage, _cast: Cast) -> tuple[dict[str, Control], list[Occurrence], list[Ownership]]:
    await proved(stage)
    controls = {control.id: control for control in await rows(stage, Control)}
    return controls, await rows(stage, Occurrence), await rows(stage, Ownership)


def all_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}


@pytest.mark.parametrize("name", ["programme.csv", "programme.xlsx"])
def test_what_is_exported_changes_nothing_when_it_is_imported(folder: Path, name: str):
    plays(folder, ben_and_eva_own)
    result = socrates(folder, "--current", name)
    assert (result.code, result.out) == (
        0,
        f"15 controls are in {name}. Change it, and see what it would do: socrates import {name}\n",
    )
    before = all_files(folder)

    assert socrates(folder, name).out == "Nothing would change.\n15 controls in the file without a change.\n"
    assert applies(folder, name).out == (
        "Nothing was changed: it is all there already.\n15 controls in the file without a change.\n"
    )

    assert all_files(folder) == before


async def ben_and_eva_own(stage: Stage, _cast: Cast) -> None:
    await owns(stage, BEN, "AC-01", "BK-01")
    await owns(stage, "U0EVA", "CM-02")


def test_the_dry_run_shows_field_by_field_what_would_change_and_writes_nothing(folder: Path):
    sheet(
        folder,
        {
            "id": "AC-01",
            "title": "Monthly user access review",
            "cadence": "Monthly",
            "owner": "ben@northwind.example",
        },
        {"id": "BK-01", "title": "Weekly backup check", "cadence": "weekly"},
    )
    before = all_files(folder)

    result = socrates(folder, "sheet.csv")

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "This would be done; nothing is written yet.",
        "1 control changed:",
        "  AC-01 title: Quarterly user access review → Monthly user access review",
        "  AC-01 cadence: quarterly → monthly",
        "1 offer to own a control:",
        "  AC-01 owner: nobody → Ben Castillo",
        "1 control in the file without a change.",
        "13 controls are not in the file and stay as they are: "
        "CM-01, CM-02, GV-01, GV-02, HR-01, HR-02, IR-01, PR-01 and 5 more.",
        'To do it, add --apply --by E-MAIL --reason "WHY", with the e-mail or Slack id of a compliance lead.',
    ]
    assert all_files(folder) == before


def test_a_new_control_is_adopted_scheduled_from_today_and_asked_for_in_the_bundle(folder: Path):
    sheet(folder, new("NEW-01", owner="ben@northwind.example", backup="U0EVA"))
    assert (
        "1 control added:\n  NEW-01 Key review, monthly\n2 offers to own" in socrates(folder, "sheet.csv").out
    )

    result = applies(folder)

    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(
        "Done and recorded, as Cleo Marchetti: 1 control added, 0 changed.\n"
        "2 offers to own a control will stand in the next reminders.\n"
    )

    async def accepts_the_offer(stage: Stage, cast: Cast) -> None:
        ben, eva = cast.person("Ben"), cast.person("Eva")
        assert await ben.messages() == []
        assert (await cast.clock.next()).pop().isoformat() == "2026-10-05T07:30:00+00:00"
        bundle = await ben.hears("Cleo Marchetti asks you to be the owner of NEW-01")
        assert bundle.text.startswith("Reminder for Mon 5 Oct 2026")
        await eva.hears("asks you to be the backup owner of NEW-01")
        await ben.presses("Accept", bundle)
        await ben.hears("You accepted: you are the owner of NEW-01", after=bundle)
        # The window began in July; what was over before the control was known is nobody's miss.
        occurrences = [row for row in await rows(stage, Occurrence) if row.control_id == "NEW-01"]
        assert sorted(row.label for row in occurrences) == ["December 2026", "November 2026", "October 2026"]
        [entry] = [row for row in await rows(stage, RecordEntry) if row.kind == Event.CONTROL_ADDED]
        leaf = json.loads(entry.leaf)
        assert (leaf["actor"], leaf["facts"]["source"], len(leaf["rows"])) == ("U0CLEO", "import", 4)
        [reason] = [
            row.text for row in await rows(stage, RecordText) if row.commitment == leaf["texts"]["reason"]
        ]
        assert reason == REASON
        await proved(stage)

    plays(folder, accepts_the_offer)


def test_a_changed_cadence_keeps_what_is_past_or_submitted_and_schedules_the_rest_anew(folder: Path):
    """Ben is asked for the third quarter, and has handed in something for the running quarter's RA-02."""

    async def hands_in(stage: Stage, cast: Cast) -> None:
        await owns(stage, BEN, "AC-01", "BK-01", "RA-02")
        occurrences = await rows(stage, Occurrence)
        [running] = [row for row in occurrences if (row.control_id, row.label) == ("RA-02", "Q4 2026")]
        file_id = await cast.person("Ben").uploads("q4.csv", LISTING)
        stage.sandbox.workspace.files[file_id].given_to_app = True
        file = UploadedFile(file_id, "q4.csv", len(LISTING), "text/csv")
        await submit_evidence(stage.service.desk, BEN, running.id, file, date(2026, 10, 5))

    plays(folder, hands_in)
    cadences = {"AC-01": Cadence.MONTHLY, "BK-01": Cadence.QUARTERLY, "RA-02": Cadence.MONTHLY}
    sheet(folder, *({"id": each, "cadence": cadence} for each, cadence in cadences.items()))
    assert applies(folder).code == 0

    controls, occurrences, _ = plays(folder, stored)

    assert {each: controls[each].cadence for each in cadences} == cadences
    states = {(row.control_id, row.label): row.state for row in occurrences if row.control_id in cadences}
    for control_id, running in (("AC-01", OccurrenceState.WITHDRAWN), ("RA-02", OccurrenceState.SUBMITTED)):
        assert {label: state for (control, label), state in states.items() if control == control_id} == {
            "Q3 2026": OccurrenceState.OPEN,
            "Q4 2026": running,
            **dict.fromkeys(("October 2026", "November 2026", "December 2026"), OccurrenceState.OPEN),
        }
    weeks = {label: state for (control, label), state in states.items() if label.startswith("week")}
    assert {state for label, state in weeks.items() if int(label.split()[1]) <= 40} == {OccurrenceState.OPEN}
    assert {state for label, state in weeks.items() if int(label.split()[1]) > 40} == {
        OccurrenceState.WITHDRAWN
    }
    assert states["BK-01", "Q4 2026"] is OccurrenceState.OPEN
    assert ("BK-01", "Q3 2026") not in states


def test_the_card_tells_who_adopted_the_control_and_who_changed_what_and_why(folder: Path):
    sheet(folder, new("NEW-01"))
    assert applies(folder).code == 0
    sheet(folder, {"id": "AC-01", "title": "Access review", "cadence": "monthly"})
    assert applies(folder).code == 0

    async def reads_the_cards(_stage: Stage, cast: Cast) -> None:
        added = (await card_of(cast.person("Cleo"), "NEW-01")).text
        assert f"Mon 5 Oct 2026: Cleo Marchetti adopted it by an import. Reason: {REASON}" in added
        changed = (await card_of(cast.person("Dan"), "AC-01")).text
        assert (
            "Mon 5 Oct 2026: Cleo Marchetti changed its title (Quarterly user access review → Access review); "
            f"how often (quarterly → monthly) by an import. Reason: {REASON}"
        ) in changed
        assert "Mon 5 Oct 2026: adopted with the content when Socrates was set up" in changed

    plays(folder, reads_the_cards)


def test_a_cadence_that_is_changed_back_finds_its_occurrences_again(folder: Path):
    _, before, _ = plays(folder, stored)
    for cadence in ("monthly", "quarterly"):
        sheet(folder, {"id": "AC-01", "cadence": cadence})
        assert applies(folder).code == 0
    _, after, _ = plays(folder, stored)
    scheduled = {row.id for row in after if row.state is not OccurrenceState.WITHDRAWN}
    assert scheduled == {row.id for row in before}


def test_what_is_withdrawn_is_asked_of_nobody_and_counted_nowhere(folder: Path):
    """Friday 9 October: the running week, the 41st, is asked for already."""

    async def request_states(stage: Stage) -> dict[str, ObligationState]:
        labels = {row.id: row.label for row in await rows(stage, Occurrence) if row.control_id == "BK-01"}
        requests = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.EVIDENCE]
        return {labels[row.subject]: row.state for row in requests}

    async def is_asked(stage: Stage, cast: Cast) -> int:
        await owns(stage, BEN, "BK-01")
        await cast.clock.to("2026-10-09T10:00:00Z")
        assert set((await request_states(stage)).values()) == {ObligationState.OPEN}
        assert "week 41 of 2026" in await request_states(stage)
        return await occurrences_counted(cast)

    before = plays(folder, is_asked)
    sheet(folder, {"id": "BK-01", "cadence": "annual"})
    assert applies(folder).code == 0

    async def is_relieved(stage: Stage, cast: Cast) -> int:
        backups = [row for row in await rows(stage, Occurrence) if row.control_id == "BK-01"]
        withdrawn = {row.label for row in backups if row.state is OccurrenceState.WITHDRAWN}
        assert withdrawn == {f"week {number} of 2026" for number in range(41, 53)}
        states = await request_states(stage)
        assert {label for label, state in states.items() if state is ObligationState.WITHDRAWN} == {
            "week 41 of 2026"
        }
        await proved(stage)
        return await occurrences_counted(cast)

    assert plays(folder, is_relieved) == before - 12 + 1


async def occurrences_counted(cast: Cast) -> int:
    """How many occurrences of the Type 2 window Home counts."""
    home = await cast.person("Cleo").home("occurrences scheduled")
    return int(re.findall(r"(\d+) occurrences scheduled", home.text)[0])


def test_a_longer_due_date_moves_what_lies_ahead_and_nothing_else(folder: Path):
    sheet(folder, {"id": "AC-01", "due_days": "20", "grace_days": "0"})
    assert applies(folder).code == 0
    _, occurrences, _ = plays(folder, stored)
    due = {row.label: (row.due_on, row.grace_days) for row in occurrences if row.control_id == "AC-01"}
    assert due == {"Q3 2026": (date(2026, 10, 12), 5), "Q4 2026": (date(2027, 1, 20), 0)}


def test_a_new_owner_relieves_the_old_one_and_whom_the_sheet_does_not_name_stays(folder: Path):
    plays(folder, ben_and_eva_own)
    sheet(
        folder,
        {"id": "AC-01", "backup": "U0GRACE", "owner": ""},
        {"id": "BK-01", "owner": "U0FARID", "backup": ""},
    )
    assert "  BK-01 owner: Ben Castillo → Farid Haddad" in socrates(folder, "sheet.csv").out
    assert applies(folder).code == 0

    _, _, ownerships = plays(folder, stored)

    assert {(row.control_id, row.role, row.person_id): row.state for row in ownerships} == {
        ("AC-01", "primary", BEN): OwnershipState.ACCEPTED,
        ("AC-01", "backup", "U0GRACE"): OwnershipState.OFFERED,
        ("BK-01", "primary", BEN): OwnershipState.ENDED,
        ("BK-01", "primary", "U0FARID"): OwnershipState.OFFERED,
        ("CM-02", "primary", "U0EVA"): OwnershipState.ACCEPTED,
    }


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("ada@northwind.example", LEADS_ONLY),
        ("U0BEN", LEADS_ONLY),
        ("omar@northwind.example", "Only full members of this workspace can do this."),
        ("U0HUGO", "Only full members of this workspace can do this."),
        (
            "nobody@northwind.example",
            "Nobody in this workspace is known as nobody@northwind.example. An import is",
        ),
    ],
)
def test_only_a_lead_who_is_there_can_do_it(folder: Path, by: str, sentence: str):
    sheet(folder, {"id": "AC-01", "cadence": "monthly"})
    before = all_files(folder)

    result = applies(folder, by=by)

    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"Nothing was changed. {sentence}")
    assert all_files(folder) == before


def test_one_mistake_in_a_thousand_rows_changes_nothing(folder: Path):
    sheet(
        folder,
        *(new(f"NEW-{number}", criteria="CC6.9" if number == 999 else "CC6.1") for number in range(1_000)),
    )
    before = all_files(folder)
    for result in (socrates(folder, "sheet.csv"), applies(folder)):
        assert (result.code, result.out) == (1, "")
        assert result.err == (
            "sheet.csv cannot be imported, and nothing was changed:\n"
            "  row 1001, column criteria: CC6.9 does not exist; CC6 has CC6.1 to CC6.8\n"
        )
    assert all_files(folder) == before


def test_a_spoiled_file_is_told_in_a_sentence_and_changes_nothing(folder: Path):
    (folder / "sheet.csv").write_bytes(b"PK\x03\x04 no workbook")
    before = all_files(folder)
    for result in (socrates(folder, "sheet.csv"), applies(folder)):
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith(
            "sheet.csv cannot be imported, and nothing was changed. The file is no workbook"
        )
    missing = socrates(folder, "none.csv")
    assert (missing.code, missing.err) == (1, "none.csv cannot be read: No such file or directory.\n")
    assert all_files(folder) == before


def test_while_the_server_runs_it_shows_what_would_change_and_does_not_do_it(folder: Path):
    sheet(folder, {"id": "AC-01", "cadence": "monthly"})
    guard = lock_data_folder(folder)
    try:
        assert "AC-01 cadence: quarterly → monthly" in socrates(folder, "sheet.csv").out
        result = applies(folder)
    finally:
        guard.close()
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Another process is using the data folder")


def test_where_nobody_is_known_yet_it_says_what_to_do(data_folder: Path, tmp_path: Path):
    sheet(data_folder, new("NEW-01"))
    result = socrates(data_folder, "sheet.csv")
    assert (result.code, result.err) == (
        1,
        "Nobody is known here yet. Start socrates serve once, so that it meets your workspace and its leads.\n",
    )
    (tmp_path / "none").mkdir()
    result = socrates(tmp_path / "none", "--current", "programme.csv")
    assert result.err.startswith("There is no programme to import into: socrates.db does not exist.")
    assert list((tmp_path / "none").iterdir()) == []


@pytest.mark.parametrize("name", ["template.csv", "template.xlsx"])
def test_the_template_is_written_once_and_is_not_imported_as_it_is(folder: Path, name: str):
    assert socrates(folder, "--template", name).code == 0
    first = (folder / name).read_bytes()
    again = socrates(folder, "--template", name)
    assert (again.code, again.err) == (
        1,
        f"{name} is there already. Name another file, or add --force to replace it.\n",
    )
    assert (folder / name).read_bytes() == first
    assert socrates(folder, "--template", name, "--force").code == 0
    assert socrates(folder, name).err == (
        f"{name} cannot be imported, and nothing was changed:\n"
        "  row 2, column id: this is the example of the template; delete the row\n"
    )


def test_a_file_of_another_kind_or_in_no_folder_is_not_written(folder: Path):
    assert socrates(folder, "--template", "t.ods").err == "t.ods must end in .csv or in .xlsx.\n"
    assert (
        socrates(folder, "--current", "no/t.csv").err
        == "no/t.csv cannot be written: No such file or directory.\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("a.csv", "--template", "b.csv"),
        ("a.csv", "--apply"),
        ("a.csv", "--apply", "--by", "U0CLEO"),
        ("a.csv", "--apply", "--reason", "x"),
        ("a.csv", "--by", "U0CLEO", "--reason", "x"),
        ("a.csv", "--force"),
        ("--current", "a.csv", "--apply", "--by", "U0CLEO", "--reason", "x"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(folder: Path, words: tuple[str, ...]):
    assert socrates(folder, *words).code == 2


def test_a_reason_of_blanks_is_none(folder: Path):
    sheet(folder, {"id": "AC-01", "cadence": "monthly"})
    result = socrates(folder, "sheet.csv", "--apply", "--by", CLEO, "--reason", "  ")
    assert result.err == "Nothing was changed. Please give a reason: the record keeps it with each change.\n"


def test_a_thousand_controls_with_owners_come_in_seconds(folder: Path):
    owners = ["ben@northwind.example", "eva@northwind.example", "farid@northwind.example"]
    sheet(folder, *(new(f"NEW-{number}", owner=owners[number % 3]) for number in range(1_000)))
    started = time.process_time()
    result = applies(folder)
    assert result.out.startswith(
        "Done and recorded, as Cleo Marchetti: 1,000 controls added, 0 changed.\n1,000 offers"
    )
    assert time.process_time() - started < 30
    assert socrates(folder, "sheet.csv").out.startswith("Nothing would change.\n1,000 controls")
