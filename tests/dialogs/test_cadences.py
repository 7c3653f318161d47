"""A control of every cadence: what the calendar lists for it, and what its owner is told."""

import re
import shutil
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from bot.owners.ownership import assign_control
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.evidence import Occurrence
from storage.programme import Control
from storage.terms import Cadence
from tests.content.test_library import PACKAGED
from tests.dialogs.steps import BEN, CLEO, proved, rows

IN_THE_HALF_YEAR = {
    Cadence.CONTINUOUS: 2,
    Cadence.DAILY: 184,
    Cadence.WEEKLY: 26,
    Cadence.BIWEEKLY: 13,
    Cadence.MONTHLY: 6,
    Cadence.BIMONTHLY: 3,
    Cadence.QUARTERLY: 2,
    Cadence.SEMI_ANNUAL: 1,
    Cadence.ANNUAL: 1,
    Cadence.BIENNIAL: 0,
    Cadence.ON_EVENT: 2,
    Cadence.ONE_OFF: 1,
}
CONTROL = """\
id: {id}
title: Done {cadence}
does: Look, and write down what was seen.
why: Somebody relies on it.
owner_role: Engineering
cadence: {cadence}
due_days: 0
grace_days: 0
evidence: The list, with the date it was made.
criteria: [CC6.1]
"""


def id_of(cadence: Cadence) -> str:
    return f"{cadence.name.replace('_', '')}-01"


@pytest.fixture
async def stage(data_folder: Path, tmp_path: Path) -> AsyncGenerator[Stage]:
    content = shutil.copytree(
        PACKAGED, tmp_path / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    programme = content / "programme.yaml"
    before_soc1, _, _ = programme.read_text(encoding="utf-8").partition("  - id: soc1-2026")
    programme.write_text(re.sub(r"controls:\n(  - .*\n)+", "", before_soc1), encoding="utf-8")
    shutil.rmtree(content / "controls")
    (content / "controls").mkdir()
    for cadence in Cadence:
        text = CONTROL.format(id=id_of(cadence), cadence=cadence.value)
        text += "triggered_by: leaver\nsla_days: 3\n" if cadence is Cadence.ON_EVENT else ""
        (content / "controls" / f"{id_of(cadence)}.yaml").write_text(text, encoding="utf-8")
    async with open_stage(data_folder, content_dir=content) as stage:
        yield stage


async def test_the_calendar_lists_each_and_never_on_a_day_off(stage: Stage, cast: Cast):
    occurrences = await rows(stage, Occurrence)
    counts = Counter(row.control_id for row in occurrences)
    assert {cadence: counts[id_of(cadence)] for cadence in Cadence} == IN_THE_HALF_YEAR
    assert {control.sla_days for control in await rows(stage, Control)} == {None, 3}

    christmas = [row.due_on for row in occurrences if row.label == "25 December 2026"]
    assert christmas == [date(2026, 12, 28)]
    assert not any(row.due_on.isoweekday() > 5 for row in occurrences)

    home = (await cast.person("Cleo").home()).text
    assert "BIENNIAL-01 Done biennial, every two years, not performed yet" in home
    assert "ANNUAL-01" not in home
    await proved(stage)


async def test_who_is_to_own_a_control_on_event_is_told_how_soon_it_must_be_done(stage: Stage, cast: Cast):
    await assign_control(stage.service.desk, CLEO, id_of(Cadence.ON_EVENT), BEN)
    await cast.clock.to("2026-10-05T18:00:00Z")

    request = await cast.person("Ben").hears("ONEVENT-01")
    assert (
        "After each leaver, within 3 days; the list of them all is due when each quarter ends."
        in request.text
    )
