"""An occurrence in words: its control, its period, and the last day on which it counts as on time."""

from datetime import date

from bot.blocks.text import day
from bot.blocks.wording import control_name
from bot.evidence.rules.dispositions import last_day_to_act
from storage.evidence import Occurrence
from storage.programme import Control


def occurrence_name(occurrence: Occurrence, control: Control) -> str:
    """ "AC-01 Quarterly user access review, Q3 2026"."""
    return f"{control_name(control)}, {occurrence.label}"


def period_dates(occurrence: Occurrence) -> str:
    return f"{day(occurrence.starts_on)} to {day(occurrence.ends_on)}"


def last_day_of(occurrence: Occurrence) -> date:
    return last_day_to_act(occurrence.due_on, occurrence.grace_days)
