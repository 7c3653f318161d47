"""What people do while Socrates is killed: they ask, acknowledge, upload and review, and repeat a press that fails."""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from handlers.sandbox.blocks.elements import interactive
from handlers.sandbox.cast import Cast, NoAnswer, NotPossible, Player, ScreenMessage, Unheard, View
from handlers.sandbox.cast.screen import view

QUESTION = "how long is a type 2 window?"
PAUSE = 0.1  # real seconds between a person's deeds


@dataclass
class Requests:
    """The requests to Socrates by their natural keys. A command has none, so each attempt has a text of its own."""

    questions: set[str] = field(default_factory=set)
    commands_answered: set[str] = field(default_factory=set)
    commands_unanswered: set[str] = field(default_factory=set)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    submitted: set[str] = field(default_factory=set)
    taken_before: set[str] = field(default_factory=set)  # occurrences for which a file was there already
    accepted: set[str] = field(default_factory=set)
    again: int = 0

    @property
    def answered(self) -> int:
        clicks = len(self.acknowledged) + len(self.submitted) + len(self.accepted)
        return len(self.questions) + len(self.commands_answered) + clicks


class Story:
    """All people act at the same time until ``enough`` is set; then each finishes their last deed."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast = cast
        self.chance = chance
        self.requests = Requests()
        self.enough = asyncio.Event()

    async def play(self) -> None:
        deeds: list[tuple[str, Callable[[Player], Awaitable[None]]]] = [
            ("Ada", self.asks_in_the_dm),
            ("Grace", self.asks_in_a_channel),
            ("Eva", self.types_a_command),
            ("Ben", self.hands_in),
            ("Farid", self.hands_in),
            ("Dan", self.reviews),
            *((name, self.acknowledges) for name in ("Ada", "Ben", "Cleo", "Dan", "Eva", "Farid", "Grace")),
        ]
        async with asyncio.TaskGroup() as everyone:
            everyone.create_task(self._time_passes())
            for name, deed in deeds:
                everyone.create_task(self._over_and_over(self.cast.person(name), deed))

    async def _over_and_over(self, person: Player, deed: Callable[[Player], Awaitable[None]]) -> None:
        while not self.enough.is_set():
            await deed(person)
            await asyncio.sleep(PAUSE * self.chance.uniform(0.5, 1.5))

    async def _time_passes(self) -> None:
        """While Socrates is down the clock cannot move; that is no fault, and the next move makes up for it."""
        while not self.enough.is_set():
            with contextlib.suppress(NotPossible):
                await self.cast.clock.next()
            await asyncio.sleep(5 * PAUSE)

    async def asks_in_the_dm(self, person: Player) -> None:
        await self._asks(person, "bot", mention=False)

    async def asks_in_a_channel(self, person: Player) -> None:
        await self._asks(person, "#general", mention=True)

    async def _asks(self, person: Player, channel: str, *, mention: bool) -> None:
        """Waits for the answer, or 50 pauses, before the next question."""
        text = f"{QUESTION} ({person.name} no. {len(self.requests.questions) + 1})"
        ts = await person.says(text, channel, mention=mention)
        self.requests.questions.add(text)
        with contextlib.suppress(Unheard):
            await person.hears("", channel, thread=ts, within=50 * PAUSE)

    async def types_a_command(self, person: Player) -> None:
        attempts = len(self.requests.commands_answered) + len(self.requests.commands_unanswered)
        text = f"{QUESTION} (typed no. {attempts + 1})"
        try:
            await person.commands(f"/soc {text}")
        except NoAnswer:
            self.requests.commands_unanswered.add(text)
        else:
            self.requests.commands_answered.add(text)
        await asyncio.sleep(5 * PAUSE)

    async def acknowledges(self, person: Player) -> None:
        if offer := await _offered(person, "acknowledge_policy"):
            message, version_id = offer
            if await self._insists(lambda: person.presses("acknowledge_policy", message)):
                self.requests.acknowledged.add((version_id, person.id))

    async def hands_in(self, person: Player) -> None:
        if offer := await _offered(person, "open_evidence"):
            message, occurrence_id = offer
            await self._insists(lambda: person.presses("open_evidence", message))
            with contextlib.suppress(Unheard):  # it was handed in before, and the edit is still on its way
                form = await person.modal("Upload evidence", within=2)
                content = f"occurrence,{occurrence_id}\nnumber,{secrets.token_hex(8)}\n".encode()
                file_id = await person.uploads("listing.csv", content)
                today = (await self.cast.clock.now()).date()
                values = {"File": file_id, "Performed on": today} | await self._listing(form)
                await self._insists(lambda: self._submits(person, form, values))
            await _closes_everything(person)
            await asyncio.sleep(3 * PAUSE)

    async def _listing(self, form: View) -> dict[str, Any]:
        """The listing's fields of a population; a period that still runs has none."""
        if "How many items" not in form.labels:
            return {}
        return {"How many items": "2", "Source and query": "all", "As of": await self.cast.clock.now()}

    async def reviews(self, person: Player) -> None:
        """From Home, which lists every request; Accept appears once the stored copy has arrived."""
        with contextlib.suppress(Unheard):
            home = await person.home(within=3)
            for action, evidence_ids in (
                ("accept_evidence", self.requests.accepted),
                ("show_file", set[str]()),
            ):
                if evidence_id := _value(home, action):
                    if await self._insists(lambda: person.presses(action, home)):  # noqa: B023
                        evidence_ids.add(evidence_id)
                    return

    async def _submits(self, person: Player, form: View, values: dict[str, Any]) -> None:
        """A refusal tells that a file is there: this one, whose first answer was lost, or one handed in before."""
        errors = await person.submits(form, values)
        if not errors:
            self.requests.submitted.add(values["File"])
        elif any(words in errors.get("file", "") for words in ("being checked", "already")):
            self.requests.taken_before.add(form.private_metadata)
        else:
            raise AssertionError(f"{person.name} submitted a file and saw {errors}")

    async def _insists(self, deed: Callable[[], Awaitable[object]]) -> bool:
        """Repeat the deed until the answer is 200; whether that came before the button was gone."""
        while True:
            try:
                await deed()
            except NoAnswer:
                self.requests.again += 1
                await asyncio.sleep(5 * PAUSE)
            except NotPossible:
                return False
            else:
                return True


async def _offered(person: Player, action: str) -> tuple[ScreenMessage, str] | None:
    """The newest message with this button, and the value of its first one."""
    for message in reversed(await person.messages()):
        if value := _value(message, action):
            return message, value
    return None


def _value(where: ScreenMessage | View, action: str) -> str | None:
    elements = (element for block in where.blocks for element in interactive(block))
    return next((element["value"] for element in elements if element["action_id"] == action), None)


async def _closes_everything(person: Player) -> None:
    while views := (await person.state())["views"]:
        await person.closes(view(views[-1], person.client.names))
