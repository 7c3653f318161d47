"""A company whose people do what they may in a random order, by the real verbs."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar.periods import local_date
from bot.errors import Refusal
from bot.evidence.handing_in import UploadedFile, submit_evidence
from bot.evidence.reviewing import accept_evidence, reject_evidence, show_file
from bot.evidence.rules.listings import Listing
from bot.evidence.waivers import (
    approve_waiver,
    ask_for_waiver,
    decline_waiver,
    end_waiver,
    say_not_applicable,
    suggested_waiver_plan,
)
from bot.owners.ownership import accept_ownership, assign_control, decline_ownership
from bot.readiness.rules.status import Status
from bot.readiness.status import ReportTime, readiness_report
from bot.register.cadence import change_rhythm
from bot.register.catalogue import adopt_control
from bot.register.examinations import change_examination
from bot.register.rules.controls import Rhythm
from bot.schedule.rules.examinations import terms_of
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.ownership import Ownership
from storage.programme import Control, Examination
from storage.terms import Cadence, Disposition, EvidenceState, OccurrenceState, OwnershipState, WaiverState
from storage.waivers import Waiver
from tests.dialogs.scenes import LISTING
from tests.dialogs.steps import ADA, BEN, CLEO, DAN, EVA, LISTED, rows

CONTROLS = ("AC-01", "BK-01", "CM-02", "VM-01")
OWNERS = (ADA, BEN, EVA)
ZONE = "Europe/Berlin"
# How often people do what they may, against each other.
WEIGHTS = {
    "submit": 6,
    "judge": 5,
    "assign": 1,
    "accept": 3,
    "decline": 1,
    "exempt": 3,
    "decide": 4,
    "end": 2,
}
Verb = Callable[[], Awaitable[bool]]


class Life:
    def __init__(self, stage: Stage, cast: Cast, chance: random.Random) -> None:
        self.stage, self.cast, self.chance = stage, cast, chance
        self.desk = stage.service.desk
        self.done: set[str] = set()

    async def step(self) -> None:
        """Time passes as well, now and then by days."""
        await self._any(WEIGHTS | {"wait": 1})

    async def step_of_a_changing_programme(self) -> None:
        """Within a day: what is asked for changes too."""
        await self._any(WEIGHTS | {"reschedule": 3, "move_the_window": 4, "adopt": 2})

    async def _any(self, weights: Mapping[str, int]) -> None:
        """One of these verbs; what it refuses changes nothing."""
        verbs: dict[str, Verb] = {
            "submit": self.submit,
            "judge": self.judge,
            "assign": self.assign,
            "accept": self.accept,
            "decline": self.decline,
            "exempt": self.exempt,
            "decide": self.decide,
            "end": self.end,
            "wait": self.wait,
            "reschedule": self.reschedule,
            "move_the_window": self.move_the_window,
            "adopt": self.adopt,
        }
        [name] = self.chance.choices(list(weights), list(weights.values()))
        try:
            if await verbs[name]():
                self.done.add(name)
        except Refusal:
            return
        await self.stage.service.settle()

    async def evening(self) -> ReportTime:
        """Shortly before midnight, on the company's clocks."""
        day = local_date(self.desk.now(), ZONE)
        late = datetime.combine(day, time(23, 45), ZoneInfo(ZONE)).astimezone(UTC)
        await self.cast.clock.to(late.isoformat())
        await self.stage.service.settle()
        return ReportTime(day, self.desk.now())

    async def reschedule(self) -> bool:
        cadence = self.chance.choice([Cadence.WEEKLY, Cadence.MONTHLY, Cadence.QUARTERLY])
        rhythm = Rhythm(cadence, self.chance.choice([3, 10]), self.chance.choice([0, 5]))
        await change_rhythm(self.desk, CLEO, self.chance.choice(CONTROLS), rhythm, "The auditor asked.")
        return True

    async def move_the_window(self) -> bool:
        [window] = [each for each in await rows(self.stage, Examination) if each.ends_on]
        ends_on = self.chance.choice([date(2026, 11, 30), date(2026, 12, 31), date(2027, 3, 31)])
        terms = replace(terms_of(window), ends_on=ends_on)
        await change_examination(self.desk, CLEO, window.id, terms, "The report is needed on another day.")
        return True

    async def adopt(self) -> bool:
        run = {row.id for row in await rows(self.stage, Control)}
        rest = [spec.id for spec in self.desk.library.catalogue if spec.id not in run]
        await adopt_control(self.desk, CLEO, self.chance.choice(rest))
        return True

    async def submit(self) -> bool:
        opened = [row for row in await rows(self.stage, Occurrence) if row.control_id in CONTROLS]
        today = self.desk.now().date()
        ready = [row for row in opened if row.state in AWAITED and row.ends_on < today]
        owners = {
            held.control_id: held.person_id
            for held in await rows(self.stage, Ownership)
            if held.state is OwnershipState.ACCEPTED
        }
        row = self.chance.choice(ready) if ready else None
        owner = owners.get(row.control_id) if row else None
        if row is None or owner is None:
            return False
        file_id = await self.cast.person(owner).uploads("listing.csv", LISTING)
        self.stage.sandbox.workspace.files[file_id].given_to_app = True
        given = UploadedFile(file_id, "listing.csv", len(LISTING), "text/csv")
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
        row, day = self.chance.choice(waiting), local_date(self.desk.now(), ZONE)
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
            plan = await suggested_waiver_plan(self.desk, DAN, waiver_id)
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

    async def status(self, reading: ReportTime) -> Status:
        async with self.desk.snapshot() as work:
            return await readiness_report(work, reading)

    async def present(self) -> dict[Disposition, int]:
        """Counted from the rows as they are, by the words of the promise."""
        counts, today = dict.fromkeys(Disposition, 0), local_date(self.desk.now(), ZONE)
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
