"""Events as people read them: what happened, what that sets off, and the forms that report and withdraw one."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.due import counted, named
from bot.blocks.ids import Action, Callback, Command, Field
from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    choice,
    context,
    date_input,
    day,
    lines,
    md,
    modal,
    prose,
    section,
    text_input,
)
from bot.blocks.paging import Page, turning
from bot.events.rules.triggers import (
    LONGEST_REFERENCE,
    LONGEST_WHAT,
    EventEffect,
    EventReport,
    EventRequest,
    ListedEvent,
    ReportFault,
    Withdrawal,
    label,
)
from storage.terms import TriggerKind
from storage.triggers import Trigger

_ASKED_SHOWN = 10
_TITLE = 60
_NAME = 60
_REASON = 120
_NOTHING = (
    "No control of yours is set off by an event yet. Adopt one from the catalog, such as AC-07 for leavers, under "
    "Controls."
)
_OUTSIDE = "No examination looks at that day. It is asked for all the same: the controls run anyhow."


def called(trigger: Trigger) -> str:
    """By its number and day, without the words on whom or what it was."""
    return label(trigger.kind, trigger.number, trigger.happened_on)


def happened(trigger: Trigger) -> str:
    """ "Ada Nguyen, on Tue 14 Jul 2026 (HR-12)": what it was, in people's words."""
    known = f" ({trigger.reference})" if trigger.reference and not trigger.person_id else ""
    what = limits.shorten(trigger.what, LONGEST_WHAT)
    if trigger.discovered:
        return f"{what}, found in Slack on {day(trigger.happened_on)}; it may have been earlier{known}"
    return f"{what}, on {day(trigger.happened_on)}{known}"


def event_words(trigger: Trigger) -> str:
    """For the evidence that an event asks for."""
    return f"Event: {happened(trigger)}"


def listing_words(reported: int, listed: int | None = None) -> str:
    """For the listing of a quarter's events, which must be complete; a count that differs is one to explain."""
    told = f"{counted(reported, 'event')} {'was' if reported == 1 else 'were'} reported here in this time"
    if listed is None:
        return f"{told}; the listing names all that happened"
    return f"{told}, and the listing names {'as many' if listed == reported else listed}"


def list_modal(page: Page[ListedEvent], done: str = "") -> dict[str, Any]:
    """``done`` tells what has just come of a form."""
    empty = [prose("Nothing has been reported yet.")] if not page.total else []
    where = f", page {page.number} of {page.of}" if page.of > 1 else ""
    return modal(
        "Events",
        Callback.EVENTS,
        [
            *([prose(done)] if done else []),
            actions(button("Report an event", Action.OPEN_REPORT, style="primary")),
            *empty,
            *([context(f"{counted(page.total, 'event')} in all{where}")] if page.total else []),
            *(_row(each) for each in page.items),
            *turning(page, "page", (Action.PREVIOUS_EVENTS, Action.NEXT_EVENTS), ("Newer", "Older")),
        ],
    )


def report_modal(
    kinds: Sequence[TriggerKind],
    shown: EventReport | None = None,
    effect: EventEffect | None = None,
    token: str = "",
) -> dict[str, Any]:
    """With an `effect`, what it would set off is shown, and one more press reports it."""
    if not kinds:
        return modal("Report an event", Callback.NOTICE, [prose(_NOTHING)])
    return modal(
        "Report an event",
        Callback.REPORT_EVENT,
        [
            *([section(lines(md("*Before you report it*"), *effect_lines(effect)))] if effect else []),
            choice(
                Field.KIND,
                "What happened",
                [(kind.value, named(kind).capitalize()) for kind in kinds],
                initial=shown.kind if shown and shown.kind in kinds else None,
            ),
            text_input(
                Field.WHAT,
                "Who or what",
                initial=shown.what if shown else None,
                max_length=LONGEST_WHAT,
                hint="Such as a name, or “Change 4711”. The owners of the controls read it.",
            ),
            date_input(
                Field.HAPPENED_ON,
                "When",
                initial=shown.happened_on if shown else None,
                hint="The day on which it happened; a leaver's last day.",
            ),
            text_input(
                Field.REFERENCE,
                "Reference",
                optional=True,
                initial=shown.reference if shown else None,
                max_length=LONGEST_REFERENCE,
                hint="Such as a ticket's number. The same event is then never taken twice.",
            ),
        ],
        submit="Report" if effect else "Continue",
        subject=token,
    )


def withdraw_modal(listed: ListedEvent) -> dict[str, Any]:
    trigger = listed.trigger
    return modal(
        "Withdraw an event",
        Callback.WITHDRAW_EVENT,
        [
            section(md("*{called}*\n{happened}", called=called(trigger), happened=happened(trigger))),
            prose(
                "What nothing was handed in for is not asked for any more. What was handed in stays, and so does the "
                "event in the record."
            ),
            text_input(
                Field.REASON,
                "Why it is withdrawn",
                multiline=True,
                hint="For an event that was reported by mistake. The reason is kept in the record.",
            ),
        ],
        submit="Withdraw",
        subject=trigger.id,
    )


def reported(trigger: Trigger, effect: EventEffect) -> Message:
    """The answer to the command."""
    lead = done_words(trigger)
    told = effect_lines(effect)
    mistake = "Reported by mistake? Open Events, and withdraw it."
    return Message(
        lines(lead, *told, mistake),
        [
            section(lines(md("*{lead}*", lead=lead), *told)),
            context(mistake),
            actions(button("Events", Action.OPEN_EVENTS)),
        ],
    )


def how(kinds: Sequence[TriggerKind], fault: ReportFault | None = None) -> Message:
    """How the command is written; ``fault`` is what was wrong with it."""
    if not kinds:
        return Message(_NOTHING, [prose(_NOTHING)])
    wrong = f"{fault.words} Nothing was changed." if fault and fault.words else ""
    usage = (
        f"Type {Command.SOC} event, what happened, the day, and who or what it was: "
        f"{Command.SOC} event {kinds[0].replace('_', '-')} 2026-07-14 Ada Nguyen."
    )
    known = f"What can happen: {', '.join(named(kind) for kind in kinds)}."
    form = "Or press Report an event for a form."
    return Message(
        lines(wrong, usage, known, form),
        [
            *([prose(wrong)] if wrong else []),
            prose(usage),
            context(known),
            actions(
                button("Report an event", Action.OPEN_REPORT, style="primary"),
                button("Events", Action.OPEN_EVENTS),
            ),
        ],
    )


def done_words(trigger: Trigger) -> str:
    return f"Recorded as {called(trigger)}."


def withdrawn_words(trigger: Trigger, done: Withdrawal) -> str:
    taken = f"{counted(done.taken_back, 'performance')} {'is' if done.taken_back == 1 else 'are'} taken back"
    kept = (
        f"; {done.kept:,} {'stays' if done.kept == 1 else 'stay'}, with what was handed in"
        if done.kept
        else ""
    )
    return f"Withdrawn: {called(trigger)}. {taken}{kept}."


def effect_lines(effect: EventEffect) -> list[str]:
    """What is asked of whom by when, a line each."""
    shown = [_asked(each) for each in effect.asked[:_ASKED_SHOWN]]
    left = len(effect.asked) - len(shown)
    more = [f"and {left:,} more"] if left > 0 else []
    return [*shown, *more, *([] if effect.looked_at else [_OUTSIDE])]


def _asked(asked: EventRequest) -> str:
    control = f"{asked.control_id} {limits.shorten(asked.title, _TITLE)}"
    if asked.owner is None:
        return f"{control}: due {day(asked.due_on)}; nobody owns it yet, so nobody is asked."
    name = limits.shorten(asked.owner.name, _NAME)
    if not asked.owner.accepted:
        return f"{control}: due {day(asked.due_on)}; asked of {name} once they accept to own it."
    return f"{control}: asked of {name}, due {day(asked.due_on)}."


def _row(listed: ListedEvent) -> Block:
    trigger = listed.trigger
    sets_off = limits.shorten(", ".join(listed.control_ids), _REASON)
    told = f"Sets off {sets_off}. Reported by {limits.shorten(listed.by, _NAME)}."
    if listed.withdrawn_by:
        reason = limits.shorten(trigger.reason or "", _REASON)
        told = f"Withdrawn by {limits.shorten(listed.withdrawn_by, _NAME)}: {reason}"
    shown = md(
        "*{called}*\n{happened}\n{told}",
        called=called(trigger),
        happened=happened(trigger),
        told=told,
    )
    if listed.withdrawn_by:
        return section(shown)
    return section(
        shown, button("Withdraw", Action.OPEN_WITHDRAW_EVENT, trigger.id, says=f"Withdraw {called(trigger)}")
    )
