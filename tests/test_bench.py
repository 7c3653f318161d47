"""The benchmark runs: its figures are for people, and no test judges them."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.parts import PARTS
from tests.bench.requests import KINDS

ROOT = Path(__file__).parent.parent


def test_a_part_of_the_benchmark_gives_a_figure_for_each_kind_of_request(tmp_path: Path):
    figures = tmp_path / "figures.json"
    arguments = ["--only", "dispatch", "--quick", "--rounds", "1", "--json", str(figures)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(figures.read_text())
    assert [row["what"].split("a ")[1].split(";")[0] for row in rows] == list(KINDS)
    assert all(row["ours"] > 0 and row["peer"] > 0 for row in rows)


def test_no_part_is_unknown_to_the_command():
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--only", "nothing"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert all(name in ran.stderr for name in PARTS)
