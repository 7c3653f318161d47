"""/soc status: a lead reads where everything stands, or stood on a past day; others hear what they can see."""

import random
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.errors import Refusal
from bot.evidence import GivenFile, accept_evidence, reject_evidence, show_file, submit_evidence
from bot.ownership import accept_ownership, assign_control, decline_ownership
from bot.readiness import Reading, status
from bot.rules.calendar import local_date
from bot.rules.populations import Listing
from bot.rules.readiness import Readiness, Status
from bot.waivers import (
    approve_waiver,
    ask_for_waiver,
    decline_waiver,
    end_waiver,
    first_plan,
    say_not_applicable,
)
from handlers.readiness import tell_status
from handlers.sandbox.cast import Cast, Message, Player
from handlers.stage import Stage, open_stage
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.ownership import Ownership
from storage.questions import Question
from storage.terms import Disposition, EvidenceState, OccurrenceState, OwnershipState, WaiverState
from storage.waivers import Waiver
from tests.dialogs.scenes import LISTING
from tests.dialogs.steps import ADA, BEN, CLEO, DAN, EVA, LISTED, owns, proved, rows

REPORT = "Readiness as of Mon 5 Oct 2026"


async def orders(person: Player, line: str = "/soc status") -> Message:
    answer = await person.commands(line)
    assert answer is not None
    return answer


async def test_a_lead_reads_it_and_nobody_else_does(cast: Cast):
    told = await orders(cast.person("Cleo"))

    assert told.ephemeral
    for words in (
        REPORT,
        "Controls without an owner: 15",
        "and 10 more",
        "0 of 6 ready, 6 with a gap.",
        "54 occurrences scheduled = 0 on time + 0 late + 17 missed + 0 waived + 37 open.",
    ):
        assert words in told.text
        assert words in told.fallback


@pytest.mark.parametrize("line", ["/soc status", "/soc STATUS 2026-10-05", "/soc status 2026-01-01"])
async def test_somebody_else_hears_who_sees_it_and_what_they_can_see_instead(cast: Cast, line: str):
    told = await orders(cast.person("Ada"), line)

    assert told.text == (
        "Only compliance leads see how ready the company is. You can ask Cleo Marchetti or Dan Whitfield. "
        "Your own part you see with /soc what do I owe? and in my Home tab."
    )
    assert "You owe nothing" in (await orders(cast.person("Ada"), "/soc what do I owe?")).text


async def test_the_terminal_tells_the_same_while_the_server_runs(stage: Stage, cast: Cast):
    told = await tell_status(stage.service.desk.settings, None, as_json=False)
    in_slack = (await orders(cast.person("Cleo"))).fallback

    assert told.startswith(REPORT)
    for line in in_slack.split("\n"):
        assert line.startswith("and ") or line.partition(", and ")[0] in told


async def test_only_the_very_words_are_the_command(stage: Stage, cast: Cast):
    cleo = cast.person("Cleo")
    for question in ("status of our soc 2 report", "status tomorrow", "what is our status"):
        assert REPORT not in (await orders(cleo, f"/soc {question}")).text
    assert len(await rows(stage, Question)) == 3
    assert REPORT in (await orders(cleo, "/soc  Status ")).text
    assert len(await rows(stage, Question)) == 3


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-13-45", "“2026-13-45” is no date. Write the day like this: 2026-08-05."),
        ("2026-10-06", "Tue 6 Oct 2026 has not come yet."),
        (
            "2026-10-04",
            "My record begins on Mon 5 Oct 2026, so I cannot tell how things stood on Sun 4 Oct 2026.",
        ),
    ],
)
async def test_a_day_that_cannot_be_told_is_said_so(cast: Cast, written: str, sentence: str):
    assert (await orders(cast.person("Dan"), f"/soc status {written}")).text.startswith(sentence)


@pytest.fixture
async def reviewed(dan_is_to_review: Path) -> AsyncGenerator[Stage]:
    async with open_stage(dan_is_to_review, keep=True) as opened:
        yield opened


async def test_the_time_machine_tells_what_was_known_then(reviewed: Stage) -> None:
    """On Monday Ben owns AC-01 and his file waits; then Dan accepts it, Eva gets the control, and Ben leaves."""
    stage, desk = reviewed, reviewed.service.desk
    async with Cast(stage.sandbox.url) as cast:
        dan, monday = cast.person("Dan"), "/soc status 2026-10-05"
        now = await orders(dan)
        assert "AC-01 Quarterly user access review, Q3 2026, Ben Castillo: under review" in now.text
        await cast.clock.to("2026-10-06T08:00:00Z")
        before = await orders(dan, monday)
        today = ", by the controls, windows and due dates of today"
        assert before.text.replace(today, "", 1) == now.text.replace("as of", "at the end of", 1)

        given = await _waiting(stage)
        await show_file(desk, DAN, given.id)
        await stage.service.settle()
        await accept_evidence(desk, DAN, given.id)
        await cast.clock.to("2026-10-07T08:00:00Z")
        await owns(stage, EVA, "AC-01")
        await cast.clock.to("2026-10-08T08:00:00Z")
        await cast.joins(BEN, "Ben Castillo", deleted=True)
        await stage.service.settle()

        today = await orders(dan)
        assert "= 1 on time + 0 late" in today.text
        assert "AC-01 Quarterly user access review: Eva Lindqvist since Wed 7 Oct 2026" in today.text
        assert "Ben Castillo" not in today.text
        assert (await orders(dan, monday)).text == before.text
        tuesday = (await orders(dan, "/soc status 2026-10-06")).text
        assert "= 1 on time + 0 late" in tuesday
        assert "AC-01 Quarterly user access review: Ben Castillo since Mon 5 Oct 2026" in tuesday


async def _waiting(stage: Stage) -> Evidence:
    [given] = [row for row in await rows(stage, Evidence) if row.state is EvidenceState.SUBMITTED]
    return given


CONTROLS = ("AC-01", "BK-01", "CM-02", "VM-01")
OWNERS = (ADA, BEN, EVA)
STEPS = 60


async def test_whatever_people_do_it_ties_and_no_past_reading_changes(stage: Stage, cast: Cast):
    """The real verbs in a random order; what they refuse changes nothing either."""
    life = Life(stage, cast, random.Random(18))
    for control_id in CONTROLS:
        await owns(stage, BEN, control_id)
    told: list[tuple[Reading, Status]] = []
    for _ in range(STEPS):
        await life.step()
        reading = Reading(local_date(life.desk.now(), "Europe/Berlin"), life.desk.now())
        told.append((reading, await life.status(reading)))
        assert await life.present() == _counts(told[-1][1])
    for reading, then in told:
        assert await life.status(reading) == then
    assert len({tuple(_counts(then).values()) for _, then in told}) > 10
    assert len({then.roster for _, then in told}) > 3
    assert life.done >= {"submit", "judge", "assign", "accept", "exempt", "decide", "end"}
    await proved(stage)


def _counts(status: Status) -> dict[Disposition, int]:
    [readiness] = [each for _, each in status.examinations if isinstance(each, Readiness)]
    assert readiness.scheduled == sum(readiness.counts.values()) == 54
    return readiness.counts


class Life:
    def __init__(self, stage: Stage, cast: Cast, chance: random.Random) -> None:
        self.stage, self.cast, self.chance = stage, cast, chance
        self.desk = stage.service.desk
        self.done: set[str] = set()

    async def step(self) -> None:
        """Time passes as well, now and then by days."""
        verbs = {
            "submit": self.submit,
            "judge": self.judge,
            "assign": self.assign,
            "accept": self.accept,
            "decline": self.decline,
            "exempt": self.exempt,
            "decide": self.decide,
            "end": self.end,
            "wait": self.wait,
        }
        name = self.chance.choices(list(verbs), [6, 5, 1, 3, 1, 2, 2, 1, 1])[0]
        try:
            if await verbs[name]():
                self.done.add(name)
        except Refusal:
            return
        await self.stage.service.settle()

    async def submit(self) -> bool:
        opened = [row for row in await rows(self.stage, Occurrence) if row.control_id in CONTROLS]
        today = self.desk.now().date()
        ready = [row for row in opened if row.state in AWAITED and row.ends_on < today]
        owners = {
            held.control_id: held.person_id
            for held in await rows(self.stage, Ownership)
            if held.state is OwnershipState.ACCEPTED
        }
        row = self.chance.choice(ready)
        owner = owners.get(row.control_id)
        if owner is None:
            return False
        file_id = await self.cast.person(owner).uploads("listing.csv", LISTING)
        self.stage.sandbox.workspace.files[file_id].given_to_app = True
        given = GivenFile(file_id, "listing.csv", len(LISTING), "text/csv")
        day = self.chance.choice([today, max(row.starts_on, min(row.due_on, today))])
        listing = Listing(3, LISTED, self.desk.now())
        await submit_evidence(self.desk, owner, row.id, given, day, listing=listing)
        return True

    async def judge(self) -> bool:
        waiting = [row for row in await rows(self.stage, Evidence) if row.state is EvidenceState.SUBMITTED]
        if not waiting:
            return False
        given = self.chance.choice(waiting)
        await show_file(self.desk, DAN, given.id)
        await self.stage.service.settle()
        if self.chance.random() < 0.4:
            await reject_evidence(self.desk, DAN, given.id, "The export has no date.")
        else:
            await accept_evidence(self.desk, DAN, given.id)
        return True

    async def assign(self) -> bool:
        await assign_control(self.desk, CLEO, self.chance.choice(CONTROLS), self.chance.choice(OWNERS))
        return True

    async def accept(self) -> bool:
        held = await self._offered()
        if held:
            await accept_ownership(self.desk, held.person_id, held.id)
        return held is not None

    async def decline(self) -> bool:
        held = await self._offered()
        if held:
            await decline_ownership(self.desk, held.person_id, held.id, "I am away until spring.")
        return held is not None

    async def exempt(self) -> bool:
        """An owner, or a lead whose wish is another lead's to decide, asks for a waiver."""
        waiting = [row for row in await rows(self.stage, Occurrence) if row.state in AWAITED]
        row, day = self.chance.choice(waiting), local_date(self.desk.now(), "Europe/Berlin")
        if self.chance.random() < 0.5:
            await say_not_applicable(self.desk, self.chance.choice(OWNERS), row.id, "Nothing to do.")
        else:
            until = max(row.due_on, day) + timedelta(days=self.chance.randint(0, 30))
            await ask_for_waiver(self.desk, CLEO, row.id, until, "The system was off.")
        return True

    async def decide(self) -> bool:
        asked = [row for row in await rows(self.stage, Waiver) if row.state is WaiverState.REQUESTED]
        if not asked:
            return False
        waiver_id = self.chance.choice(asked).id
        if self.chance.random() < 0.2:
            await decline_waiver(self.desk, DAN, waiver_id, "It was on.")
        else:
            plan = await first_plan(self.desk, DAN, waiver_id)
            await approve_waiver(self.desk, DAN, waiver_id, plan.expires_on, plan.mark)
        return True

    async def end(self) -> bool:
        granted = [row for row in await rows(self.stage, Waiver) if row.state is WaiverState.APPROVED]
        if granted:
            await end_waiver(self.desk, CLEO, self.chance.choice(granted).id, "It is on again.")
        return bool(granted)

    async def wait(self) -> bool:
        await self.cast.clock.advance(hours=self.chance.randint(6, 60))
        return True

    async def _offered(self) -> Ownership | None:
        offered = [row for row in await rows(self.stage, Ownership) if row.state is OwnershipState.OFFERED]
        return self.chance.choice(offered) if offered else None

    async def status(self, reading: Reading) -> Status:
        async with self.desk.sessions.snapshot() as session:
            return await status(session, self.desk.library, reading)

    async def present(self) -> dict[Disposition, int]:
        """Counted from the rows as they are, by the words of the promise."""
        counts, today = dict.fromkeys(Disposition, 0), local_date(self.desk.now(), "Europe/Berlin")
        for row in await rows(self.stage, Occurrence):
            if row.control_id == "PR-01" or not date(2026, 7, 1) <= row.ends_on <= date(2026, 12, 31):
                continue
            counts[_disposed(row, today)] += 1
        return counts


def _disposed(row: Occurrence, today: date) -> Disposition:
    last_day = row.due_on + timedelta(days=row.grace_days)
    if row.state is OccurrenceState.WAIVED:
        return Disposition.WAIVED
    if row.state is OccurrenceState.ACCEPTED and row.performed_on:
        return Disposition.ON_TIME if row.performed_on <= last_day else Disposition.LATE
    missed = row.state in AWAITED and today > last_day
    return Disposition.MISSED if missed else Disposition.OPEN
