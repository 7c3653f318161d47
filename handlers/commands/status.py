"""Readiness at the terminal, as text or JSON. Needs no Slack, changes nothing, and may run beside a server."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.evidence.rules.waivers import WaiverInForce
from bot.readiness.rules.status import (
    CriterionStanding,
    OccurrenceStanding,
    Readiness,
    RosterLine,
    Status,
    TypeOne,
    TypeOneReadiness,
    TypeTwo,
)
from bot.readiness.status import readiness_report, report_time
from bot.readiness.views.status import ReportPart, readiness_closing, readiness_heading, readiness_parts
from bot.settings import Settings
from handlers.commands.stored import open_stored
from storage.record import entries

INDENT = "  "


async def status_report(settings: Settings, day: date | None, *, as_json: bool) -> str:
    """The report of now, or of the end of a past day.

    Raises Misconfigured where there is nothing to report on, SchemaMismatch for a database of another release,
    BadDate for a day that has no report, Unreconciled when the occurrences do not tie.
    """
    async with (
        open_stored(settings, "There is nothing to report on yet") as stored,
        stored.snapshot() as work,
    ):
        status = await readiness_report(work, await report_time(work, day), whole=True)
    if as_json:
        return json.dumps(entries.canonical_value(_as_json(status)), ensure_ascii=False)
    return in_parts(readiness_heading(status), readiness_parts(status), readiness_closing(status))


def in_parts(heading: str, parts: Iterable[ReportPart], closing: str) -> str:
    """A report as paragraphs, each with its title above its lines."""
    paragraphs = [
        "\n".join([part.title, *(f"{INDENT}{line}" for line in part.says if line)]) for part in parts
    ]
    return "\n\n".join([heading, *paragraphs, closing])


def _as_json(status: Status) -> dict[str, Any]:
    return {
        "as_of": status.day,
        "orphans": [_charged(each) for each in status.orphans],
        "examinations": [_examination(*examined) for examined in status.examinations],
        "owners": [_charged(each) for each in status.roster],
        "waivers": [_waiver(each) for each in status.waivers],
    }


def _examination(examination: TypeOne | TypeTwo, readiness: TypeOneReadiness | Readiness) -> dict[str, Any]:
    if isinstance(examination, TypeTwo) and isinstance(readiness, Readiness):
        return {
            "title": examination.title,
            "type": "type2",
            "starts_on": examination.starts_on,
            "ends_on": examination.ends_on,
            "scheduled": readiness.scheduled,
            **readiness.counts,
            "under_review": readiness.under_review,
            "exceptions": _standings(readiness.exceptions),
            "predicted": _standings(readiness.predicted),
            "by_criterion": [_criterion(each) for each in readiness.by_criterion],
            "uncovered": readiness.uncovered,
        }
    if isinstance(examination, TypeOne) and isinstance(readiness, TypeOneReadiness):
        return {
            "title": examination.title,
            "type": "type1",
            "as_of": examination.as_of,
            "ready": readiness.ready,
            "gaps": [{"criterion": gap.criterion, "reasons": gap.reasons} for gap in readiness.gaps],
        }
    raise TypeError(f"{examination.title} was assessed as another type")


def _criterion(criterion: CriterionStanding) -> dict[str, Any]:
    return {
        "criterion": criterion.criterion,
        "controls": criterion.controls,
        **criterion.counts,
        "exceptions": criterion.exceptions,
        "predicted": criterion.predicted,
        "act_by": criterion.act_by,
    }


def _standings(standings: Iterable[OccurrenceStanding]) -> list[dict[str, Any]]:
    return [
        {
            "control": each.control_id,
            "title": each.title,
            "period": each.period,
            "criteria": each.criteria,
            "owner": each.owner,
            "due_on": each.due_on,
            "last_day": each.last_day,
            "disposition": each.disposition,
            "under_review": each.under_review,
            "rejected": each.rejected,
        }
        for each in standings
    ]


def _waiver(waiver: WaiverInForce) -> dict[str, Any]:
    return {
        "control": waiver.control_id,
        "title": waiver.title,
        "periods": waiver.periods,
        "expires_on": waiver.expires_on,
        "approved_by": waiver.approved_by,
    }


def _charged(charged: RosterLine) -> dict[str, Any]:
    return {
        "control": charged.control_id,
        "title": charged.title,
        "owner": charged.owner,
        "since": charged.since,
        "backup": charged.backup,
        "asked": charged.asked,
    }
