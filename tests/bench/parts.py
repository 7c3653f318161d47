"""The parts of the benchmark, by the name under which the command runs them."""

from collections.abc import Coroutine
from typing import Any, Protocol

from tests.bench import proving, requests, starts, ticks
from tests.bench.report import Figure


class Part(Protocol):
    def __call__(self, rounds: int, *, quick: bool) -> Coroutine[Any, Any, list[Figure]]: ...


PARTS: dict[str, Part] = {
    "questions": requests.questions,
    "dispatch": requests.dispatch,
    "start": starts.start,
    "memory": starts.memory,
    "tick": ticks.ticks,
    "verify": proving.verify,
}
