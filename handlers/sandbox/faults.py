"""Failures on demand: what the workspace was told to do wrong with which method, and how often."""

from dataclasses import dataclass

from handlers.sandbox.refusals import Impossible

MODES = ("lost_answer", "error_after_accept", "refuse", "slow", "rate_limited", "error")
ANY = "*"


@dataclass
class Fault:
    """`error` is the code for mode "error"; `seconds` the delay of "slow" or the `Retry-After`."""

    method: str
    mode: str
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"


class Faults:
    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Zero times takes back what was planned for the method."""
        if fault.mode not in MODES:
            raise Impossible(f"There is no failure {fault.mode!r}; there are: {', '.join(MODES)}.")
        if fault.times < 1:
            self._planned = [known for known in self._planned if known.method != fault.method]
        else:
            self._planned.append(fault)

    def take(self, method: str) -> Fault | None:
        """The next failure for this method, counted down."""
        for fault in self._planned:
            if fault.method in (method, ANY):
                fault.times -= 1
                if fault.times == 0:
                    self._planned.remove(fault)
                return fault
        return None
