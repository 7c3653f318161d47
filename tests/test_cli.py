"""The command line: what each command prints, how it ends, and one clear sentence for what a person can mend."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import content
from content.library import THRESHOLDS
from handlers.sandbox.cast import Cast
from handlers.slack.manifest import manifest
from handlers.stack import open_stage
from storage.schema import HEAD, current
from tests.grading import DECLINE
from tests.terminal import types

CONTENT = Path(content.__file__).parent
COMMANDS = ("demo", "sandbox", "serve", "clock", "migrate", "ask", "check", "content", "import", "status")
COMMANDS += ("sample", "verify", "manifest")
HEAVY = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "asyncio",
    "cryptography",
    "fastapi",
    "holidays",
    "httpx",
    "pydantic",
)
HEAVY += (
    "python_calamine",
    "rich",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "sqlmodel",
    "structlog",
    "uvicorn",
)
HEAVY += ("xlsxwriter", "yaml")


def test_help_names_every_command_and_imports_no_heavy_library():
    script = "import handlers.cli, sys; sys.argv[1:] = ['--help']\ntry: handlers.cli.main()\nexcept SystemExit: pass\n"
    script += "print('imported', *{name.split('.')[0] for name in sys.modules})"
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    help_text, _, imported = output.rpartition("imported ")
    assert [name for name in COMMANDS if f"\n  {name} " not in help_text] == []
    assert "..." not in help_text.partition("Commands:")[2]
    assert sorted(set(HEAVY) & set(imported.split())) == []


def test_a_question_needs_no_holidays():
    script = "import handlers.cli, sys; sys.argv[1:] = ['ask', 'what is SOC 2?']\n"
    script += (
        "try: handlers.cli.main()\nexcept SystemExit: pass\nprint('imported', 'holidays' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "Entry " in output
    assert output.endswith("imported False\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, tmp_path: Path):
    ended = types(name, "--help", folder=tmp_path)
    assert ended.code == 0
    assert f"socrates {name}" in ended.out
    assert "``" not in ended.out


def test_asking_reads_and_writes_no_spreadsheet():
    script = "import handlers.cli, sys; sys.argv[1:] = ['ask', 'what is soc 2']\ntry: handlers.cli.main()\n"
    script += "except SystemExit: pass\nprint('imported', *{name.split('.')[0] for name in sys.modules})"
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    imported = output.rpartition("imported ")[2].split()
    assert "pydantic" in imported
    assert {"python_calamine", "xlsxwriter"}.isdisjoint(imported)


def test_an_unknown_command_is_wrong_usage(tmp_path: Path):
    assert types("dance", folder=tmp_path).code == 2


class TestAsk:
    def test_the_answer_names_its_entry_and_sources_and_explains_itself(self, tmp_path: Path):
        ended = types("ask", "how long is a type 2 window?", "--explain", folder=tmp_path)
        assert ended.code == 0
        assert ended.out.startswith("A Type 2 window is usually 3 to 12 months long.")
        assert "Entry window-length v1" in ended.out
        assert "Sources: SOC primer article; Practitioner guidance." in ended.out
        assert "\n\nanswered, confidence 1.000\n  1.000  window-length\n" in ended.out
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("question", "answered", "clarify", "entry", "words"),
        [
            ("how long is a type 2 window?", True, False, "window-length", "A Type 2 window is usually 3 to"),
            (
                "type",
                False,
                True,
                None,
                "I am not sure what you are asking. Did you mean one of these?\n  The diff",
            ),
            (
                "what is it?",
                False,
                True,
                None,
                "I do not see what you are asking about. I answer questions on SOC 1 and SOC 2. Name the topic, "
                "for example “How long is a Type 2 window?”.",
            ),
            ("what is the wifi password?", False, False, None, "I cannot give out passwords"),
            ("blorp fizz", False, False, None, "I do not know."),
        ],
    )
    def test_json_has_the_same_keys_for_every_outcome(
        self, question: str, answered: bool, clarify: bool, entry: str | None, words: str, tmp_path: Path
    ):
        ended = types("ask", question, "--json", folder=tmp_path)
        assert ended.code == 0
        answer = json.loads(ended.out)
        keys = "answered, clarify, about_us, entry, title, text, sources, alternatives, confidence"
        assert list(answer) == keys.split(", ")
        assert (answer["answered"], answer["clarify"], answer["entry"]) == (answered, clarify, entry)
        assert answer["text"].startswith(words)
        assert bool(answer["sources"]) is answered
        assert 0 <= answer["confidence"] <= 1


class TestAskBatch:
    LINES = (
        '{"id": "a", "q": "how long is a type 2 window?", "kind": "in_scope"}',
        "",
        '{"id": "b", "q": "and 3?", "thread": ["what is soc 2"]}',
        '{"id": "c", "q": "type"}',
        '{"id": "d", "q": "what is the wifi password? \\ud800"}',
        '{"id": "e", "q": ""}',
    )

    def test_each_line_is_answered_as_the_question_alone_would_be(self, tmp_path: Path):
        (tmp_path / "in.jsonl").write_text("\r\n".join(self.LINES), encoding="utf-8-sig")
        ended = types("ask", "--batch", "in.jsonl", "out.jsonl", folder=tmp_path)
        assert (ended.code, ended.out) == (0, "5 answers are in out.jsonl.\n")
        answers = [
            json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        keys = ["id", "answered", "clarify", "about_us", "text", "entry", "latency_ms"]
        assert [list(each) for each in answers] == [keys] * 5
        assert [(each["id"], each["answered"], each["clarify"], each["entry"]) for each in answers] == [
            ("a", True, False, "window-length"),
            ("b", True, False, "soc-3"),
            ("c", False, True, None),
            ("d", False, False, None),
            ("e", False, False, None),
        ]
        alone = json.loads(types("ask", "type", "--json", folder=tmp_path).out)
        assert answers[2]["text"] == alone["text"]
        assert all(DECLINE.search(each["text"]) for each in answers if not each["answered"])
        assert all(0 <= each["latency_ms"] < 1000 for each in answers)

    def test_a_question_about_us_is_marked_and_not_answered(self, tmp_path: Path):
        question = "do we have cyber insurance?"
        ended = types("ask", question, "--json", folder=tmp_path)
        answer = json.loads(ended.out)
        assert (answer["about_us"], answer["answered"], answer["entry"]) == (True, False, None)
        assert answer["text"].startswith("I do not know that about us")

    @pytest.mark.parametrize(
        ("spoiled", "reason"),
        [
            ("how long is a type 2 window?", "this is no JSON."),
            ("[" * 100_000, "this is no JSON."),
            ('["a", "what is soc 2"]', "each line is an object"),
            ('{"id": "z"}', '"q" must be there, as text.'),
            ('{"id": 7, "q": "what is soc 2"}', '"id" must be there, as text.'),
            ('{"id": "z", "q": "and 3?", "thread": "what is soc 2"}', '"thread" is a list'),
            ('{"id": "a", "q": "what is soc 2"}', 'the id "a" stands on line 1 already.'),
            ("caf\xe9", "this is not UTF-8 text."),
        ],
    )
    def test_a_line_that_cannot_be_read_is_named_and_nothing_is_written(
        self, spoiled: str, reason: str, tmp_path: Path
    ):
        (tmp_path / "in.jsonl").write_bytes("\n".join([*self.LINES, spoiled]).encode("latin-1"))
        (tmp_path / "out.jsonl").write_text("from before", encoding="utf-8")
        ended = types("ask", "--batch", "in.jsonl", "out.jsonl", folder=tmp_path)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"in.jsonl line 7: {reason}")
        assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "from before"

    def test_a_file_that_is_missing_is_named(self, tmp_path: Path):
        ended = types("ask", "--batch", "in.jsonl", "out.jsonl", folder=tmp_path)
        assert (ended.code, ended.err) == (1, "in.jsonl cannot be read: No such file or directory.\n")
        assert list(tmp_path.iterdir()) == []

    def test_a_place_that_cannot_be_written_is_named(self, tmp_path: Path):
        (tmp_path / "in.jsonl").write_text(self.LINES[0], encoding="utf-8")
        ended = types("ask", "--batch", "in.jsonl", ".", folder=tmp_path)
        assert (ended.code, ended.err) == (1, ". cannot be written: Is a directory.\n")

    @pytest.mark.parametrize("words", [(), ("what is soc 2", "--batch", "in", "out"), ("--batch", "in")])
    def test_a_question_or_a_batch_and_never_both(self, words: tuple[str, ...], tmp_path: Path):
        assert types("ask", *words, folder=tmp_path).code == 2


class TestCheck:
    def test_the_packaged_content_is_sound(self, tmp_path: Path):
        ended = types("check", folder=tmp_path)
        assert (ended.code, ended.err) == (0, "")
        assert re.search(
            r"61 criteria, 46 requests, \d+ controls, of which 15 are run, 4 policies", ended.out
        )

    def test_it_counts_what_it_finds_and_fails_for_what_must_be_mended(
        self, few_entries: Path, tmp_path: Path
    ):
        entry = few_entries / "knowledge" / "soc-1.md"
        text = entry.read_text(encoding="utf-8")
        entry.write_text(f"{text}\n\n{'Word. ' * 1000}", encoding="utf-8")
        ended = types("check", str(few_entries), "--as-of", "2026-12-01", folder=tmp_path)
        assert ended.code == 1
        assert "\nsoc-1: Slack would cut its detail.\n" in ended.out
        assert "\nParts that Slack would cut: 1\n" in ended.out
        assert "Overdue" not in ended.out

    def test_reviews_are_judged_by_the_day_that_is_given(self, few_entries: Path, tmp_path: Path):
        ended = types("check", str(few_entries), "--as-of", "2029-01-01", folder=tmp_path)
        assert ended.code == 1
        assert "\nsoc-1: its review was due on 2027-11-02.\n" in ended.out
        assert re.search(r"\nOverdue reviews: \d+\n", ended.out)

    def test_thresholds_of_another_version_are_a_note(self, few_entries: Path, tmp_path: Path):
        path = few_entries / THRESHOLDS
        path.write_text(re.sub(r"(?<=calibrated_for: ).*", "0" * 12, path.read_text(encoding="utf-8")))
        ended = types("check", str(few_entries), folder=tmp_path)
        assert ended.code == 0
        assert "\nthresholds: they were chosen for knowledge version 000000000000, and this is" in ended.out

    def test_a_spoiled_file_is_named_with_line_and_reason(self, spoiled: Path, tmp_path: Path):
        ended = types("check", str(spoiled), folder=tmp_path)
        assert ended.code == 1
        assert ended.err.startswith("The content cannot be used. knowledge/soc-1.md line 4: ")
        assert ended.out == ""

    def test_an_entry_that_its_own_title_does_not_find_is_named(self, few_entries: Path, tmp_path: Path):
        entry = few_entries / "knowledge" / "soc-1.md"
        lines = entry.read_text(encoding="utf-8").splitlines()
        lines[2] = "title: What is SOC 2"
        entry.write_text("\n".join(lines), encoding="utf-8")
        ended = types("check", str(few_entries), folder=tmp_path)
        assert ended.code == 1
        assert "soc-1: its title “What is SOC 2” finds soc-2." in ended.out

    def test_what_no_control_serves_is_advice(self, few_entries: Path, tmp_path: Path):
        for control in ("BC-01", "BC-02"):
            (few_entries / "controls" / f"{control}.yaml").unlink()
        ended = types("check", str(few_entries), folder=tmp_path)
        assert ended.code == 0
        assert "\nrequest 39: no control serves it: “The business continuity plan" in ended.out
        assert "\nRequests and criteria that no control serves: 1\n" in ended.out

    def test_a_request_that_does_not_exist_is_named(self, own_content: Path, tmp_path: Path):
        control = own_content / "controls" / "BC-01.yaml"
        control.write_text(control.read_text(encoding="utf-8").replace("requests: [39]", "requests: [93]"))
        ended = types("check", str(own_content), folder=tmp_path)
        assert (ended.code, ended.out) == (1, "")
        assert "controls/BC-01.yaml line 16: requests.yaml has no request 93" in ended.err

    def test_a_folder_without_content_is_refused(self, tmp_path: Path):
        ended = types("check", str(tmp_path), folder=tmp_path)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("The content cannot be used.")


class TestMigrate:
    def test_it_makes_a_database_and_may_be_run_again(self, tmp_path: Path):
        for _ in range(2):
            ended = types("migrate", folder=tmp_path)
            assert (ended.code, ended.out) == (0, f"The database is at schema {HEAD}.\n")
        assert current(f"sqlite:///{tmp_path / 'var' / 'socrates.db'}") == HEAD

    def test_a_database_of_a_newer_release_is_left_alone(self, data_folder: Path, tmp_path: Path):
        with sqlite3.connect(data_folder / "socrates.db") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.close()
        ended = types("migrate", folder=tmp_path, DATA_DIR=str(data_folder))
        assert ended.code == 1
        assert ended.err.startswith("The database was written by a newer release (schema 9999")

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("postgresql://127.0.0.1:9/none", "The database cannot be used: connection failed"),
            ("nonsense", "DATABASE_URL cannot be used"),
        ],
    )
    def test_a_database_that_cannot_be_used_is_said_in_one_line(
        self, url: str, sentence: str, tmp_path: Path
    ):
        ended = types("migrate", folder=tmp_path, DATABASE_URL=url)
        assert ended.code == 1
        assert ended.err.startswith(sentence)
        assert ended.err.count("\n") == 1

    def test_a_data_folder_that_cannot_be_made_is_named(self, tmp_path: Path):
        (tmp_path / "file").touch()
        ended = types("migrate", folder=tmp_path, DATA_DIR=str(tmp_path / "file" / "data"))
        assert ended.code == 1
        assert ended.err == f"{tmp_path / 'file' / 'data'} cannot be used: Not a directory.\n"


class TestStatus:
    def test_it_tells_what_leads_read_in_slack_and_leaves_nothing_out(self, recorded: Path):
        ended = types("status", folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.err) == (0, "")
        lines = ended.out.splitlines()
        assert lines[0] == "Readiness as of Mon 5 Oct 2026"
        assert lines[2] == "Controls without an owner: 15"
        assert "  54 occurrences scheduled = 0 on time + 0 late + 17 missed + 0 waived + 37 open." in lines
        assert sum(line.startswith("  • BK-01 ") for line in lines) == 26 + len(["orphan"])

    def test_json_has_stable_keys(self, recorded: Path):
        ended = types("status", "--json", "--as-of", "2026-10-05", folder=recorded, DATA_DIR=".")
        report = json.loads(ended.out)
        assert list(report) == ["as_of", "orphans", "examinations", "owners", "waivers"]
        assert (report["as_of"], len(report["orphans"]), len(report["owners"])) == ("2026-10-05", 15, 15)
        one, two = report["examinations"]
        assert list(one) == ["title", "type", "as_of", "ready", "gaps"]
        five = ["waived", "on_time", "late", "missed", "open"]
        head = ["title", "type", "starts_on", "ends_on", "scheduled", *five, "under_review"]
        assert list(two) == [*head, "exceptions", "predicted", "by_criterion", "uncovered"]
        assert two["scheduled"] == sum(two[each] for each in five) == 54
        assert (len(two["exceptions"]), len(two["predicted"])) == (17, 37)
        keys = ["control", "title", "period", "criteria", "owner", "due_on", "last_day", "disposition"]
        assert list(two["exceptions"][0]) == [*keys, "under_review", "rejected"]
        counted = ["criterion", "controls", *five, "exceptions", "predicted", "act_by"]
        assert list(two["by_criterion"][0]) == counted
        assert list(report["owners"][0]) == ["control", "title", "owner", "since", "backup", "asked"]

    @pytest.mark.parametrize(
        ("day", "reason"),
        [("2026-10-04", "My record begins on Mon 5"), ("2031-01-01", "not come yet"), ("soon", "'soon'")],
    )
    def test_a_day_that_cannot_be_told_is_wrong_usage(self, day: str, reason: str, recorded: Path):
        ended = types("status", "--as-of", day, folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.out) == (2, "")
        assert reason in ended.err

    def test_where_there_is_no_database_it_says_so_and_makes_nothing(self, tmp_path: Path):
        ended = types("status", folder=tmp_path)
        assert ended.code == 1
        assert ended.err == (
            "There is nothing to report on yet: var/socrates.db does not exist. Set DATA_DIR to its folder.\n"
        )
        assert list(tmp_path.iterdir()) == []

    def test_an_empty_database_has_nothing_to_report_on(self, data_folder: Path):
        ended = types("status", folder=data_folder, DATA_DIR=".")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("There is nothing to report on yet: the database is empty.")

    def test_what_does_not_tie_is_not_reported(self, recorded: Path):
        """The same period twice, as only somebody who writes into the table can make it."""
        with sqlite3.connect(recorded / "socrates.db") as database:
            columns = "control_id, label, due_on, grace_days, state, scheduled_at"
            database.execute(
                f"INSERT INTO occurrence (id, starts_on, ends_on, {columns}) "
                f"SELECT 'twin', date(starts_on, '-1 day'), ends_on, {columns} FROM occurrence "
                "WHERE control_id = 'AC-01' AND label = 'Q3 2026'"
            )
        database.close()
        ended = types("status", folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(
            "The report does not add up, so I do not give one: listed more than once: AC-01 Q3"
        )


class TestSample:
    def test_it_tells_what_an_auditor_would_find_and_logs_nothing(self, recorded: Path):
        before = types("verify", folder=recorded, DATA_DIR=".").out
        ended = types("sample", "--seed", "17", folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.err) == (0, "")
        lines = ended.out.splitlines()
        assert lines[0] == "Self-assessment of SOC 2 Type 2 on Mon 5 Oct 2026, not logged"
        assert lines[2:4][0] == "What was sampled"
        assert lines[3].startswith("  In all: sampled 14 of 25, ")
        assert any(line.startswith("Exceptions (") for line in lines)
        assert lines[-1].endswith("only the service auditor concludes.")
        assert types("verify", folder=recorded, DATA_DIR=".").out == before

    def test_json_has_stable_keys_and_all_that_is_needed_to_draw_again(self, recorded: Path):
        ended = types(
            "sample", "--seed", "17", "--examination", "soc 2 type 2", "--json", folder=recorded, DATA_DIR="."
        )
        report = json.loads(ended.out)
        head = ["examination", "starts_on", "ends_on", "day", "seed", "digest", "population", "sampled"]
        assert list(report) == [*head, "exceptions", "files", "by_criterion", "by_control", "sample"]
        counted = ["population", "sampled", "exceptions"]
        assert list(report["by_criterion"][0]) == ["criterion", "controls", *counted]
        assert list(report["by_control"][0]) == ["control", "title", "cadence", *counted, "drawn_from"]
        assert list(report["sample"][0]) == [
            "occurrence",
            "control",
            "period",
            "due_on",
            "last_day",
            "findings",
        ]
        drawn = {each["occurrence"] for each in report["sample"]}
        for control in report["by_control"]:
            ranked = sorted(control["drawn_from"], key=lambda each: sha256(f"17:{each}".encode()).hexdigest())
            assert drawn.intersection(ranked) == set(ranked[: control["sampled"]])
        again = types("sample", "--seed", "17", "--json", folder=recorded, DATA_DIR=".")
        assert json.loads(again.out) == report
        other = types("sample", "--json", folder=recorded, DATA_DIR=".")
        assert json.loads(other.out)["digest"] == report["digest"]

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (("--seed", "soon"), "A seed is a number of at most 20 digits."),
            (("--examination", "soc3"), "I know no examination called “soc3”."),
        ],
    )
    def test_what_is_written_wrongly_is_wrong_usage(
        self, options: tuple[str, ...], reason: str, recorded: Path
    ):
        ended = types("sample", *options, folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.out) == (2, "")
        assert reason in " ".join(ended.err.split())

    def test_a_type_1_has_nothing_to_sample(self, recorded: Path):
        ended = types("sample", "--examination", "soc1-2026", folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("SOC 1 Type 1 is a Type 1: an auditor looks at every control")

    def test_where_there_is_no_database_it_says_so_and_makes_nothing(self, tmp_path: Path):
        ended = types("sample", folder=tmp_path)
        assert ended.code == 1
        assert ended.err.startswith("There is nothing to sample yet: var/socrates.db does not exist.")
        assert list(tmp_path.iterdir()) == []


class TestVerify:
    def test_it_proves_what_is_whole_and_names_the_entry_of_what_was_changed(self, recorded: Path):
        proved = types("verify", folder=recorded, DATA_DIR=".")
        assert proved.code == 0
        assert proved.out.startswith("Proved. ")
        size, root = proved.out.splitlines()[1].removeprefix("Head: ").split()
        assert types("verify", "--head", f"{size} {root}", folder=recorded, DATA_DIR=".").code == 0
        other = types("verify", "--head", f"{size} {'0' * 64}", folder=recorded, DATA_DIR=".")
        assert other.code == 1
        assert "rewritten" in other.out

        seq = _change_one_byte(recorded / "socrates.db")
        forged = types("verify", folder=recorded, DATA_DIR=".")
        assert forged.code == 1
        assert forged.out.startswith("Not proved. ")
        assert f"Entry {seq} (" in forged.out
        assert forged.err == ""

    def test_where_there_is_no_record_it_says_so_and_makes_nothing(self, tmp_path: Path):
        ended = types("verify", folder=tmp_path)
        assert ended.code == 1
        assert ended.err == (
            "There is no record to verify: var/socrates.db does not exist. Set DATA_DIR to its folder.\n"
        )
        assert list(tmp_path.iterdir()) == []

    def test_without_the_key_it_says_so_and_makes_none(self, data_folder: Path):
        ended = types("verify", folder=data_folder, DATA_DIR=".")
        assert ended.code == 1
        assert ended.err.startswith("The record's signatures cannot be checked")
        assert sorted(path.name for path in data_folder.iterdir()) == ["socrates.db"]

    def test_a_file_that_is_no_database_is_said_in_one_line(self, recorded: Path):
        (recorded / "socrates.db").write_bytes(b"nothing of the kind" * 100)
        ended = types("verify", folder=recorded, DATA_DIR=".")
        assert (ended.code, ended.err) == (1, "The database cannot be used: file is not a database.\n")

    @pytest.mark.parametrize("head", ["12", "twelve 00", "12 xyz", f"-1 {'0' * 64}"])
    def test_a_head_that_is_none_is_wrong_usage(self, head: str, tmp_path: Path):
        assert types("verify", f"--head={head}", folder=tmp_path).code == 2


class TestManifest:
    def test_for_socket_mode_it_needs_no_setting(self, tmp_path: Path):
        ended = types("manifest", folder=tmp_path)
        assert ended.code == 0
        assert json.loads(ended.out) == manifest("socket", None)

    def test_for_http_it_holds_the_public_address(self, tmp_path: Path):
        url = "https://soc.northwind.example"
        ended = types("manifest", "--http", folder=tmp_path, PUBLIC_URL=url)
        assert json.loads(ended.out) == manifest("http", url)

    def test_for_http_without_an_address_it_is_wrong_usage(self, tmp_path: Path):
        ended = types("manifest", "--http", folder=tmp_path)
        assert ended.code == 2
        assert "PUBLIC_URL" in ended.err


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    return copy_content(tmp_path / "content")


@pytest.fixture
def few_entries(own_content: Path) -> Path:
    """Content of three entries, since to ask the thousands of phrasings of all takes seconds."""
    for entry in (own_content / "knowledge").glob("*.md"):
        if entry.stem in ("soc-1", "soc-2", "window-length"):
            text = entry.read_text(encoding="utf-8")
            entry.write_text(re.sub(r"(?m)^related: .*\n", "", text), encoding="utf-8")
        else:
            entry.unlink()
    return own_content


@pytest.fixture
def spoiled(own_content: Path) -> Path:
    return spoil(own_content)


def copy_content(folder: Path) -> Path:
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return folder


def spoil(folder: Path) -> Path:
    """The third line of an entry is not YAML."""
    entry = folder / "knowledge" / "soc-1.md"
    lines = entry.read_text(encoding="utf-8").splitlines()
    lines[2] = "title: [unfinished"
    entry.write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
async def recorded(data_folder: Path) -> Path:
    """A data folder in which one question was asked and answered."""
    async with open_stage(data_folder) as stage, Cast(stage.sandbox.url) as cast:
        ts = await cast.person("Ada").says("how long is a type 2 window?")
        await cast.person("Ada").hears("3 to 12 months", thread=ts)
    return data_folder


def _change_one_byte(path: Path) -> int:
    """In the leaf of the third entry, as raw bytes in the file; the number of that entry."""
    with sqlite3.connect(path) as database:
        [(leaf,)] = database.execute("SELECT leaf FROM record_entry WHERE seq = 3").fetchall()
    database.close()
    whole, text = path.read_bytes(), leaf.encode() if isinstance(leaf, str) else leaf
    assert whole.count(text) == 1
    path.write_bytes(whole.replace(text, text.replace(b'"seq":3', b'"seq":4')))
    return 3
