"""Waivers: the owner's "not applicable", the request to a lead, the leads' forms, and the lines on waivers in force.

Only the owner and leads read the reasons.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    choice,
    context,
    date_input,
    day,
    header,
    lines,
    md,
    modal,
    prose,
    quote,
    section,
    text_input,
)
from bot.blocks.text import escaped
from bot.blocks.wording import control_name, counted, due_words
from bot.evidence.rules.waivers import WaiverInForce, WaiverPlan, WaiverStep
from bot.evidence.views.occurrences import last_day_of, occurrence_name
from storage.evidence import Occurrence
from storage.programme import Control
from storage.terms import WaiverState
from storage.waivers import Waiver

_PERIODS_SHOWN = 5
_WAIVERS_SHOWN = 10
_REASON = 500
_REASON_BYTES = 600
_BRIEF = 120
_NAME = 40
_ALONE = (
    "Nobody else leads compliance, so nobody can approve it for now. It is kept as a request, and what it is asked "
    "for stays open, until there is another lead."
)
_RECORDED = "Your words are kept in the record."
_YEARLY = "At most a year ahead, since an exception is approved anew at least once a year."


def not_applicable_modal(occurrence: Occurrence, control: Control, *, decidable: bool) -> dict[str, Any]:
    """For the owner; `decidable`: there is a lead who can approve it."""
    open_note = (
        f"It stays open until a compliance lead approves, and counts as missed after {day(last_day_of(occurrence))}. "
        "You can still upload evidence, which takes this back."
    )
    return modal(
        "Not applicable",
        Callback.NOT_APPLICABLE,
        [
            prose(f"You ask that no evidence is needed for {occurrence_name(occurrence, control)}."),
            text_input(
                Field.REASON,
                "Why",
                multiline=True,
                max_length=_REASON,
                hint=f"A compliance lead reads it and decides. {_RECORDED}",
            ),
            context(open_note),
            *([] if decidable else [context(_ALONE)]),
        ],
        submit="Send",
        subject=occurrence.id,
    )


def pending_note(by: str, *, decidable: bool) -> str:
    """For the owner until a lead decides; `by` is empty if the owner asked for the waiver."""
    request = f"{by} asked to waive this." if by else "You said that this is not applicable."
    then = "A compliance lead decides." if decidable else _ALONE
    return f"{request} {then} Until then it stays open, and you can still upload evidence."


def declined_note(waiver: Waiver, by: str) -> str:
    return f"{by} did not approve that this is not applicable: {waiver.refusal}"


def ended_note(waiver: Waiver, by: str) -> str:
    return f"This was waived, and {by} ended the waiver: {waiver.end_reason}"


def waiver_notice(waiver: Waiver, occurrence: Occurrence, control: Control, by: str) -> Message:
    lead = f"No evidence is needed: {occurrence_name(occurrence, control)}."
    until = f"Waived until {_expiry(waiver)} by {by}"
    return Message(
        lines(lead, limits.shorten_bytes(escaped(f"{until}: {waiver.reason}"), _REASON_BYTES)),
        [prose(f"{lead}\n{until}: {limits.shorten(waiver.reason, _REASON)}")],
    )


def decision_request(
    waiver: Waiver, occurrence: Occurrence, control: Control, by: str, today: date
) -> Message:
    """For a lead other than the asker; `today` is the company's date."""
    lead = f"{by} asks to waive {occurrence_name(occurrence, control)}"
    when = f"{due_words(occurrence.due_on, today)}. It counts as missed after {day(last_day_of(occurrence))}."
    short = f"a waiver: {occurrence.control_id}, {occurrence.label}"
    buttons_note = (
        "Approve asks until when, and shows which periods that covers. "
        "Decline asks for your reason, which goes back to the owner."
    )
    return Message(
        lines(
            f"{lead}.",
            when,
            limits.shorten_bytes(escaped(f"Reason: {waiver.reason}"), _REASON_BYTES),
            f"{buttons_note} Press Approve or Decline.",
        ),
        [
            section(md("*{lead}*\n{when}", lead=lead, when=when)),
            quote(limits.shorten(waiver.reason, _REASON)),
            context(buttons_note),
            actions(
                button(
                    "Approve…",
                    Action.OPEN_APPROVE_WAIVER,
                    waiver.id,
                    style="primary",
                    says=f"Approve {short}",
                ),
                button("Decline…", Action.OPEN_DECLINE_WAIVER, waiver.id, says=f"Decline {short}"),
            ),
        ],
    )


def waiver_outcome(waiver: Waiver, occurrence: Occurrence, control: Control, by: str) -> Message:
    """For a lead who was asked to decide; `by` is the lead who decided, or who ended the waiver since."""
    what = f"the waiver for {occurrence_name(occurrence, control)}"
    match waiver.state:
        case WaiverState.APPROVED:
            words = f"Approved by {by} until {_expiry(waiver)}: {what}, {_count(len(waiver.covers))}."
        case WaiverState.DECLINED:
            words = f"Declined by {by}: {what}. The reason: {_brief(waiver.refusal)}"
        case WaiverState.ENDED:
            words = f"Ended by {by}: {what}. The reason: {_brief(waiver.end_reason)}"
        case WaiverState.WITHDRAWN:
            words = f"Closed, nothing is left to decide: {what} is not asked for any more."
        case WaiverState.REQUESTED:
            words = f"Closed, other compliance leads decide on {what}."
    return Message(words, [prose(words)])


def approve_waiver_modal(plan: WaiverPlan, *, again: bool = False) -> dict[str, Any]:
    """`again`: the lead changed the day, and one more press approves what the form now shows."""
    lead = "Another day covers other periods. Please look once more." if again else ""
    return modal(
        "Approve a waiver",
        Callback.APPROVE_WAIVER,
        [
            section(
                lines(
                    md("*{lead}*", lead=lead) if lead else "",
                    md("*{what}*", what=occurrence_name(plan.occurrence, plan.control)),
                    f"{plan.asker_name} gives this reason:",
                )
            ),
            quote(limits.shorten(plan.waiver.reason, _REASON)),
            section(
                lines(
                    md(
                        "*Waived until {until}:* {these}",
                        until=day(plan.expires_on),
                        these=_rows(plan.covers),
                    ),
                    md("*Still to be evidenced:* {these}", these=_rows(plan.not_covered))
                    if plan.not_covered
                    else "",
                    _missed(plan),
                )
            ),
            date_input(
                Field.EXPIRES_ON,
                "Valid until",
                initial=plan.expires_on,
                hint=f"It covers what waits now and is due by that day, and nothing that is listed later. {_YEARLY}",
            ),
            context(
                "Recorded: your name, the day, the periods. They count as waived, and an auditor asks why."
            ),
        ],
        submit="Approve",
        subject=f"{plan.waiver.id} {plan.mark}",
    )


def decline_waiver_modal(waiver: Waiver, occurrence: Occurrence, control: Control) -> dict[str, Any]:
    return modal(
        "Decline a waiver",
        Callback.DECLINE_WAIVER,
        [
            prose(f"Evidence is still needed for {occurrence_name(occurrence, control)}."),
            text_input(
                Field.REASON,
                "Why",
                multiline=True,
                max_length=_REASON,
                hint=f"The owner reads it with the request. {_RECORDED}",
            ),
        ],
        submit="Decline",
        subject=waiver.id,
    )


def ask_for_waiver_modal(
    control: Control, waivable: Sequence[Occurrence], expires_on: date, *, decidable: bool
) -> dict[str, Any]:
    """For a lead who asks for a waiver; `waivable` has the soonest due first. `decidable`: another lead can approve."""
    then = "Another compliance lead decides, and can choose another day." if decidable else _ALONE
    return modal(
        "Ask for a waiver",
        Callback.WAIVE,
        [
            section(md("*{control}*", control=control_name(control))),
            choice(
                Field.PERIOD,
                "From which period on",
                [(row.id, _row(row)) for row in waivable],
                initial=waivable[0].id,
                hint="Earlier periods stay to be evidenced.",
            ),
            date_input(
                Field.EXPIRES_ON,
                "Valid until",
                initial=expires_on,
                hint=f"Every period from that one on that is due by this day is covered. {_YEARLY}",
            ),
            text_input(Field.REASON, "Why", multiline=True, max_length=_REASON, hint=_RECORDED),
            context(then),
        ],
        submit="Send",
        subject=control.id,
    )


def end_waiver_modal(waiver: WaiverInForce) -> dict[str, Any]:
    consequence = "What it covers is asked for again. What is past its last day then counts as missed."
    return modal(
        "End a waiver",
        Callback.END_WAIVER,
        [
            prose(f"{waiver.control_id} {limits.shorten(waiver.title, _BRIEF)}, {waiver_summary(waiver)}."),
            context(consequence),
            text_input(
                Field.REASON,
                "Why",
                multiline=True,
                max_length=_REASON,
                hint=f"The owner reads it with the request. {_RECORDED}",
            ),
        ],
        submit="End waiver",
        subject=f"{waiver.control_id} {waiver.waiver_id}",
    )


def waive_button(control: Control) -> dict[str, Any]:
    return button("Waive…", Action.OPEN_WAIVE, control.id, says=f"Ask for a waiver for {control.id}")


def waiver_blocks(waivers: Sequence[WaiverInForce]) -> list[Block]:
    """On a control's card: each waiver in force with the button that ends it."""
    rows = [
        section(
            escaped(waiver_summary(each)),
            button(
                "End waiver…", Action.OPEN_END_WAIVER, each.waiver_id, says=f"End: {waiver_summary(each)}"
            ),
        )
        for each in waivers[:_WAIVERS_SHOWN]
    ]
    left = len(waivers) - len(rows)
    rest = [context(f"and {counted(left, 'more waiver')}, shown here as these end")] if left else []
    return [header("Waivers"), *rows, *rest] if rows else []


def waiver_summary(waiver: WaiverInForce) -> str:
    """ "Q3 2026 and 2 more periods, waived until Sat 10 Oct 2026, approved by Dan"."""
    first, *more = waiver.periods or ("no period",)
    what = f"{first} and {counted(len(more), 'more period')}" if more else first
    by = limits.shorten(waiver.approved_by, _NAME)
    return f"{what}, waived until {day(waiver.expires_on)}, approved by {by}"


def waiver_step_line(change: WaiverStep) -> str:
    """A line of a control's history."""
    why = f": {_brief(change.reason)}" if change.reason else ""
    match change.state:
        case WaiverState.REQUESTED:
            return f"{change.by} asked to waive {change.period}{why}"
        case WaiverState.APPROVED:
            until = f" until {day(change.expires_on)}" if change.expires_on else ""
            return f"{change.by} approved the waiver from {change.period} on{until}, {_count(change.period_count)}"
        case WaiverState.DECLINED:
            return f"{change.by} declined to waive {change.period}{why}"
        case WaiverState.WITHDRAWN:
            return f"The request to waive {change.period} was withdrawn"
        case WaiverState.ENDED:
            return f"{change.by} ended the waiver from {change.period} on{why}"


def _missed(plan: WaiverPlan) -> str:
    if not plan.missed:
        return ""
    counts = "counts" if plan.missed == 1 else "count"
    return f"{_count(plan.missed)} of these already {counts} as missed, and as waived only from your approval on."


def _rows(rows: Sequence[Occurrence]) -> str:
    periods = "; ".join(_row(row) for row in rows[:_PERIODS_SHOWN])
    left = len(rows) - _PERIODS_SHOWN
    return f"{periods}; and {counted(left, 'more period')}" if left > 0 else periods


def _row(row: Occurrence) -> str:
    return f"{row.label}, due {day(row.due_on)}"


def _count(periods: int) -> str:
    return counted(periods, "period")


def _expiry(waiver: Waiver) -> str:
    return day(waiver.expires_on) if waiver.expires_on else "no day"


def _brief(reason: str | None) -> str:
    return f"“{limits.shorten(reason, _BRIEF)}”" if reason else "none given"
