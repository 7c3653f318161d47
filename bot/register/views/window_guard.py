"""What a window will lack, one sentence for each finding, with the day by which to act."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.text import day
from bot.blocks.wording import CADENCE_WORDS
from bot.register.rules.window_guard import ShortWindow, WindowFinding

_MOST_SHOWN = 3
_TITLE_LENGTH = 40


def finding_sentences(findings: Sequence[WindowFinding], more: int = 0) -> list[str]:
    """The first three, and how many more there are; ``more`` counts findings beside these."""
    more += max(0, len(findings) - _MOST_SHOWN)
    rest = [f"and {more:,} more that the window lacks"] if more else []
    return [*(finding_sentence(each) for each in findings[:_MOST_SHOWN]), *rest]


def finding_sentence(finding: WindowFinding) -> str:
    title = limits.shorten(finding.examination, _TITLE_LENGTH)
    first, last = day(finding.starts_on), day(finding.ends_on)
    if isinstance(finding, ShortWindow):
        return f"{title}: {first} to {last} is less than three months; agree on more with your auditor by {last}."
    control = f"{finding.control_id} {limits.shorten(finding.title, _TITLE_LENGTH)}, {CADENCE_WORDS[finding.cadence]}"
    performed = f"last performed {day(finding.last_on)}" if finding.last_on else "not performed yet"
    lack = f"{title}: {control}, {performed}"
    if finding.over:
        return f"{lack}; the window ended on {last}: expect an exception."
    return f"{lack}; the window begins on {first}: perform it by {last} or expect an exception."
