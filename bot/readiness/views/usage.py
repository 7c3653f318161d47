"""How the commands on readiness are written, for words that they do not know."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.ids import Command
from bot.blocks.kit import Message, context, lines, prose
from storage.programme import Examination

_WORDS, _NAMES = 60, 1_500
_A_QUESTION = "To ask a question that begins so, end it with a question mark."


def status_usage(words: str, control_ids: Sequence[str]) -> Message:
    """``words`` are those that name no control and no day."""
    usage = (
        f"Type {Command.SOC} status for today, {Command.SOC} status 2026-08-05 for the end of a past day, or add a "
        f"control: {Command.SOC} status 2026-08-05 {control_ids[0] if control_ids else 'AC-01'}."
    )
    return _usage(words, usage, f"The controls are {', '.join(control_ids)}." if control_ids else "")


def sample_usage(words: str, examinations: Sequence[Examination]) -> Message:
    first = examinations[0].id if examinations else "soc2-2026"
    usage = (
        f"Type {Command.SOC} sample for a sample of the next examination, {Command.SOC} sample {first} for that one, "
        f"and add a number to draw the same sample again: {Command.SOC} sample {first} 40718253."
    )
    names = ", ".join(f"{each.id} ({each.title})" for each in examinations)
    return _usage(words, usage, f"The examinations that can be sampled are {names}." if names else "")


def _usage(words: str, usage: str, names: str) -> Message:
    unknown = f"I do not know “{limits.shorten(words, _WORDS)}” here. Nothing was done."
    known = limits.shorten(names, _NAMES)
    return Message(
        lines(unknown, usage, known, _A_QUESTION),
        [prose(unknown), prose(usage), *([context(known)] if known else []), context(_A_QUESTION)],
    )
