"""What a window will lack, each in a sentence with the day to act by."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.due import HOW_OFTEN
from bot.blocks.text import day
from bot.register.rules.window_guard import Finding, ShortWindow

_SHOWN = 3
_TITLE = 40


def sentences(found: Sequence[Finding], more: int = 0) -> list[str]:
    """The first few, since there is little room; `more` counts what is not among those given."""
    more += max(0, len(found) - _SHOWN)
    rest = [f"and {more:,} more that the window lacks"] if more else []
    return [*(sentence(each) for each in found[:_SHOWN]), *rest]


def sentence(found: Finding) -> str:
    named = limits.shorten(found.examination, _TITLE)
    first, last = day(found.starts_on), day(found.ends_on)
    if isinstance(found, ShortWindow):
        return f"{named}: {first} to {last} is less than three months; agree on more with your auditor by {last}."
    control = f"{found.control_id} {limits.shorten(found.title, _TITLE)}, {HOW_OFTEN[found.cadence]}"
    performed = f"last performed {day(found.last_on)}" if found.last_on else "not performed yet"
    what = f"{named}: {control}, {performed}"
    if found.over:
        return f"{what}; the window ended on {last}: expect an exception."
    return f"{what}; the window begins on {first}: perform it by {last} or expect an exception."
