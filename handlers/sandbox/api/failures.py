"""Failures on demand: how the next calls of a method fail, and how many of them."""

from dataclasses import dataclass

from handlers.sandbox.terms import Impossible

MODES = ("lost_answer", "error_after_accept", "refuse", "slow", "rate_limited", "error")
ANY = "*"


@dataclass
class PlannedFailure:
    """`error` is the code for mode "error"; `seconds` the delay of "slow" or the `Retry-After`."""

    method: str
    mode: str
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"


class Failures:
    def __init__(self) -> None:
        self._planned: list[PlannedFailure] = []

    def plan(self, failure: PlannedFailure) -> None:
        """Zero times cancels the failures planned for the method."""
        if failure.mode not in MODES:
            raise Impossible(f"There is no failure {failure.mode!r}; there are: {', '.join(MODES)}.")
        if failure.times < 1:
            self._planned = [planned for planned in self._planned if planned.method != failure.method]
        else:
            self._planned.append(failure)

    def take(self, method: str) -> PlannedFailure | None:
        """The next failure for this method, counted down."""
        for failure in self._planned:
            if failure.method in (method, ANY):
                failure.times -= 1
                if failure.times == 0:
                    self._planned.remove(failure)
                return failure
        return None
