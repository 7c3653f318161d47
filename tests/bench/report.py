"""One line of what a benchmark found: a figure of ours, the same of a peer in the same run, and the ratio."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``goal`` is the largest ratio to the peer, or without a peer the largest figure, that we want to see."""

    what: str
    ours: float
    unit: str
    peer: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None

    def told(self) -> str:
        peer = f"{self.peer:10,.2f}" if self.peer is not None else " " * 10
        ratio = f"{self.ratio:8.2f}×" if self.ratio is not None else " " * 9
        goal = (
            "" if self.goal is None else f"≤ {self.goal:g}{'×' if self.peer is not None else ' ' + self.unit}"
        )
        return f"{self.what:58} {self.ours:10,.2f} {self.unit:6} {peer} {ratio}  {goal}"


HEADING = f"{'':58} {'Socrates':>10} {'':6} {'peer':>10} {'ratio':>9}  goal"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
