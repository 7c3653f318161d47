"""The first few of a list, and how many were left out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

SHOWN = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trimmed(Generic[T]):
    """The first few of a list, and how many were left out."""

    shown: tuple[T, ...]
    more: int

    @property
    def rest(self) -> str:
        """ "and 4 more", or nothing."""
        return f"and {self.more:,} more" if self.more else ""


def trimmed(items: Iterable[T], key: Callable[[T], Any] | None = None) -> Trimmed[T]:
    in_order = sorted(items, key=key) if key else list(items)
    return Trimmed(tuple(in_order[:SHOWN]), max(0, len(in_order) - SHOWN))
