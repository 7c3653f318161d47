"""Whatever people do with a control, one of them answers for it at most, and nobody loses it by giving it up."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from bot.events.directory import see_person
from bot.owners.current_owners import owners_to_ask, roster
from bot.owners.handovers import hand_over, keep_control
from bot.owners.leavers import pass_on_controls_of_leavers
from bot.owners.ownership import accept_ownership, assign_control, decline_ownership
from bot.owners.respondents import ask_for_evidence
from bot.owners.rules.ownership import InCharge
from handlers.stack import Stage
from storage.handovers import PENDING, Handover
from storage.obligations import Obligation
from storage.ownership import CURRENT, Ownership
from storage.people import Person
from storage.terms import (
    AccountKind,
    Event,
    HandoverState,
    ObligationKind,
    ObligationState,
    OwnershipRole,
    OwnershipState,
)
from tests.dialogs.steps import ADA, BEN, CLEO, EVA, FARID, kinds, proved, rows

STEPS = 60
CONTROL = "AC-01"
CAST = (ADA, BEN, EVA, FARID)


@dataclass
class Walk:
    """One control and four people, who do at random what they may."""

    stage: Stage
    chance: random.Random
    steps: int = 0

    async def step(self) -> bool:
        """Something that can be done, mostly between the owners; whether it was."""
        self.steps += 1
        while True:
            does = self.chance.choice(
                [*[self.answers] * 4, *[self.hands_over] * 3, self.keeps, *self.seldom()]
            )
            if await does():
                return does in (self.answers, self.hands_over, self.keeps)

    def seldom(self) -> list[Callable[[], Awaitable[bool]]]:
        return [self.chance.choice([self.assigns, self.leaves_or_returns, self.hands_over])]

    async def assigns(self) -> bool:
        owner, backup = self.chance.sample(await self.present(), 2)
        await assign_control(
            self.stage.service.desk, CLEO, CONTROL, owner, self.chance.choice([backup, None])
        )
        return True

    async def answers(self) -> bool:
        able = await self.present()
        offers = [
            row
            for row in await rows(self.stage, Ownership)
            if row.state is OwnershipState.OFFERED and row.person_id in able
        ]
        if not offers:
            return False
        row = self.chance.choice(offers)
        if self.chance.random() < 0.7:
            await accept_ownership(self.stage.service.desk, row.person_id, row.id)
        else:
            await decline_ownership(self.stage.service.desk, row.person_id, row.id, "No.")
        return True

    async def hands_over(self) -> bool:
        owner = await self.owner()
        if owner is None or any(row.state is HandoverState.ASKED for row in await rows(self.stage, Handover)):
            return False
        others = [each for each in await self.present() if each != owner]
        to = None if self.chance.random() < 0.2 else self.chance.choice(others)
        await hand_over(self.stage.service.desk, owner, CONTROL, to, "Not mine.")
        return True

    async def keeps(self) -> bool:
        owner = await self.owner()
        for row in await rows(self.stage, Handover):
            if owner and row.state in PENDING and row.from_id == owner:
                await keep_control(self.stage.service.desk, owner, row.id)
                return True
        return False

    async def leaves_or_returns(self) -> bool:
        person, present = self.chance.choice(CAST), await self.present()
        if person in present and len(present) == 2:
            return False
        seen = {"id": person, "name": person, "tz": "Europe/Berlin", "deleted": person in present}
        await see_person(self.stage.service.desk, seen, f"Ev{self.steps}", joined=False)
        await pass_on_controls_of_leavers(self.stage.service.desk)
        return True

    async def present(self) -> list[str]:
        known = await rows(self.stage, Person)
        return [each.id for each in known if each.id in CAST and each.standing is AccountKind.MEMBER]

    async def owner(self) -> str | None:
        """Who has accepted it and can act: one, or nobody."""
        able = await self.present()
        accepted = [
            row.person_id
            for row in await rows(self.stage, Ownership)
            if row.role is OwnershipRole.PRIMARY and row.state is OwnershipState.ACCEPTED
        ]
        assert len(accepted) <= 1, accepted
        return next((each for each in accepted if each in able), None)

    async def told(self) -> tuple[datetime, dict[str, InCharge]]:
        now = self.stage.service.desk.now()
        async with self.stage.service.desk.reading() as work:
            return now, await roster(work, now)

    async def holds_together(self) -> None:
        owner = await self.owner()
        async with self.stage.service.desk.reading() as work:
            answers = (await owners_to_ask(work)).get(CONTROL)
        if owner:
            assert answers == owner
        pending = [row for row in await rows(self.stage, Handover) if row.state in PENDING]
        assert len(pending) <= 1
        obligations = [row for row in await rows(self.stage, Obligation) if row.state is ObligationState.OPEN]
        undecided = {row.id for row in pending if row.state is HandoverState.RETURNED}
        assert {row.subject for row in obligations if row.kind is ObligationKind.DECIDE_HANDOVER} == undecided
        current = {row.id for row in await rows(self.stage, Ownership) if row.state is OwnershipState.OFFERED}
        assert {row.subject for row in obligations if row.kind is ObligationKind.ACCEPT_OWNERSHIP} == current
        asked = {row.person_id for row in obligations if row.kind is ObligationKind.EVIDENCE}
        assert asked <= {answers}, (asked, answers)

    async def somebody_is_to_act(self) -> None:
        """A control is owned, or on offer, or before the leads."""
        held = [row for row in await rows(self.stage, Ownership) if row.state in CURRENT]
        obligations = [row for row in await rows(self.stage, Obligation) if row.state is ObligationState.OPEN]
        assert any(row.role is OwnershipRole.PRIMARY for row in held) or any(
            row.kind is ObligationKind.ASSIGN for row in obligations
        )


@pytest.mark.parametrize("seed", range(2))
async def test_many_steps_with_one_control(stage: Stage, seed: int):
    walk = Walk(stage, random.Random(seed))
    await walk.assigns()
    told: list[tuple[datetime, dict[str, InCharge]]] = []
    before: str | None = None
    async with stage.service.paused():
        for _ in range(STEPS):
            between_owners = await walk.step()
            await ask_for_evidence(stage.service.desk)
            after = await walk.owner()
            assert after or not (before and between_owners)
            before = after
            await walk.holds_together()
            await walk.somebody_is_to_act()
            told.append(await walk.told())
        async with stage.service.desk.reading() as work:
            for instant, charges in told:
                assert await roster(work, instant) == charges
    happened = set(await kinds(stage))
    assert {
        Event.HANDOVER_ACCEPTED,
        Event.HANDOVER_RETURNED,
        Event.HANDOVER_KEPT,
        Event.HANDOVER_ENDED,
    } < happened
    await proved(stage)
