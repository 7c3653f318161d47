"""Business time of the workspace: real time plus an offset that only grows."""

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)  # 09:00 in Berlin


class BusinessClock:
    def __init__(self, start: datetime) -> None:
        self._offset = timedelta(0)
        self._offset = start - self.now()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def forward_to(self, instant: datetime) -> None:
        """Jump to the instant; one that has passed already leaves the clock alone."""
        self._offset += max(instant - self.now(), timedelta(0))


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
