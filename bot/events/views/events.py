"""Events as people read them: what happened, what it sets off, and the forms that report and withdraw an event."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
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
from bot.blocks.paging import Page, page_buttons
from bot.blocks.wording import counted, trigger_kind_name
from bot.events.rules.events import (
    LONGEST_REFERENCE,
    LONGEST_WHAT,
    EventEffect,
    EventReport,
    EventRequest,
    ListedEvent,
    ReportFault,
    Withdrawal,
    event_label,
)
from storage.terms import TriggerKind
from storage.triggers import Trigger

_REQUESTS_SHOWN = 10
_TITLE = 60
_NAME = 60
_REASON = 120
_NOTHING = (
    "No control of yours is set off by an event yet. Adopt one from the catalog, such as AC-07 for leavers, under "
    "Controls."
)
_OUTSIDE = "No examination looks at that day. It is asked for all the same: the controls run anyhow."


def event_name(event: Trigger) -> str:
    """By number and day, without the words that say who or what it was."""
    return event_label(event.kind, event.number, event.happened_on)


def what_happened(event: Trigger) -> str:
    """ "Ada Nguyen, on Tue 14 Jul 2026 (HR-12)": who or what it was, in people's words."""
    reference = f" ({event.reference})" if event.reference and not event.person_id else ""
    what = limits.shorten(event.what, LONGEST_WHAT)
    if event.discovered:
        return f"{what}, found in Slack on {day(event.happened_on)}; it may have been earlier{reference}"
    return f"{what}, on {day(event.happened_on)}{reference}"


def caused_by_words(event: Trigger) -> str:
    """For the evidence that an event asks for."""
    return f"Event: {what_happened(event)}"


def event_count_words(reported_count: int, listed: int | None = None) -> str:
    """For the listing of a quarter's events, which must be complete; the owner explains a count that differs."""
    count = f"{counted(reported_count, 'event')} {'was' if reported_count == 1 else 'were'} reported here in this time"
    if listed is None:
        return f"{count}; the listing names all that happened"
    return f"{count}, and the listing names {'as many' if listed == reported_count else listed}"


def events_modal(page: Page[ListedEvent], done: str = "") -> dict[str, Any]:
    """``done`` says what the form that was sent just now did."""
    nothing_yet = [prose("Nothing has been reported yet.")] if not page.total else []
    where = f", page {page.number} of {page.of}" if page.of > 1 else ""
    return modal(
        "Events",
        Callback.EVENTS,
        [
            *([prose(done)] if done else []),
            actions(button("Report an event", Action.OPEN_REPORT, style="primary")),
            *nothing_yet,
            *([context(f"{counted(page.total, 'event')} in all{where}")] if page.total else []),
            *(_row(each) for each in page.items),
            *page_buttons(page, "page", (Action.PREVIOUS_EVENTS, Action.NEXT_EVENTS), ("Newer", "Older")),
        ],
    )


def report_event_modal(
    kinds: Sequence[TriggerKind],
    report: EventReport | None = None,
    effect: EventEffect | None = None,
    token: str = "",
) -> dict[str, Any]:
    """With an ``effect`` the form says what the report would set off, and one more press reports it."""
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
                [(kind.value, trigger_kind_name(kind).capitalize()) for kind in kinds],
                initial=report.kind if report and report.kind in kinds else None,
            ),
            text_input(
                Field.WHAT,
                "Who or what",
                initial=report.what if report else None,
                max_length=LONGEST_WHAT,
                hint="Such as a name, or “Change 4711”. The owners of the controls read it.",
            ),
            date_input(
                Field.HAPPENED_ON,
                "When",
                initial=report.happened_on if report else None,
                hint="The day on which it happened; a leaver's last day.",
            ),
            text_input(
                Field.REFERENCE,
                "Reference",
                optional=True,
                initial=report.reference if report else None,
                max_length=LONGEST_REFERENCE,
                hint="Such as a ticket's number. The same event is then never taken twice.",
            ),
        ],
        submit="Report" if effect else "Continue",
        subject=token,
    )


def withdraw_event_modal(listed: ListedEvent) -> dict[str, Any]:
    event = listed.event
    return modal(
        "Withdraw an event",
        Callback.WITHDRAW_EVENT,
        [
            section(md("*{called}*\n{happened}", called=event_name(event), happened=what_happened(event))),
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
        subject=event.id,
    )


def event_receipt(event: Trigger, effect: EventEffect) -> Message:
    """The answer to the command that reports an event."""
    lead = event_recorded_words(event)
    sets_off = effect_lines(effect)
    mistake = "Reported by mistake? Open Events, and withdraw it."
    return Message(
        lines(lead, *sets_off, mistake),
        [
            section(lines(md("*{lead}*", lead=lead), *sets_off)),
            context(mistake),
            actions(button("Events", Action.OPEN_EVENTS)),
        ],
    )


def event_usage(kinds: Sequence[TriggerKind], fault: ReportFault | None = None) -> Message:
    """How the command is written; ``fault`` is what was wrong with the last one."""
    if not kinds:
        return Message(_NOTHING, [prose(_NOTHING)])
    wrong = f"{fault.words} Nothing was changed." if fault and fault.words else ""
    usage = (
        f"Type {Command.SOC} event, what happened, the day, and who or what it was: "
        f"{Command.SOC} event {kinds[0].replace('_', '-')} 2026-07-14 Ada Nguyen."
    )
    can_happen = f"What can happen: {', '.join(trigger_kind_name(kind) for kind in kinds)}."
    form = "Or press Report an event for a form."
    return Message(
        lines(wrong, usage, can_happen, form),
        [
            *([prose(wrong)] if wrong else []),
            prose(usage),
            context(can_happen),
            actions(
                button("Report an event", Action.OPEN_REPORT, style="primary"),
                button("Events", Action.OPEN_EVENTS),
            ),
        ],
    )


def event_recorded_words(event: Trigger) -> str:
    return f"Recorded as {event_name(event)}."


def event_withdrawn_words(event: Trigger, withdrawal: Withdrawal) -> str:
    taken_back, kept = withdrawal.taken_back, withdrawal.kept
    goes = f"{counted(taken_back, 'performance')} {'is' if taken_back == 1 else 'are'} taken back"
    stays = f"; {kept:,} {'stays' if kept == 1 else 'stay'}, with what was handed in" if kept else ""
    return f"Withdrawn: {event_name(event)}. {goes}{stays}."


def effect_lines(effect: EventEffect) -> list[str]:
    """A line for each request: of whom it is asked, and when it is due."""
    requests = [_request(each) for each in effect.requests[:_REQUESTS_SHOWN]]
    left = len(effect.requests) - len(requests)
    more = [f"and {left:,} more"] if left > 0 else []
    return [*requests, *more, *([] if effect.examined else [_OUTSIDE])]


def _request(request: EventRequest) -> str:
    control = f"{request.control_id} {limits.shorten(request.title, _TITLE)}"
    if request.owner is None:
        return f"{control}: due {day(request.due_on)}; nobody owns it yet, so nobody is asked."
    name = limits.shorten(request.owner.name, _NAME)
    if not request.owner.accepted:
        return f"{control}: due {day(request.due_on)}; asked of {name} once they accept to own it."
    return f"{control}: asked of {name}, due {day(request.due_on)}."


def _row(listed: ListedEvent) -> Block:
    event = listed.event
    sets_off = limits.shorten(", ".join(listed.control_ids), _REASON)
    status = f"Sets off {sets_off}. Reported by {limits.shorten(listed.by, _NAME)}."
    if listed.withdrawn_by:
        reason = limits.shorten(event.reason or "", _REASON)
        status = f"Withdrawn by {limits.shorten(listed.withdrawn_by, _NAME)}: {reason}"
    words = md(
        "*{called}*\n{happened}\n{status}",
        called=event_name(event),
        happened=what_happened(event),
        status=status,
    )
    if listed.withdrawn_by:
        return section(words)
    return section(
        words, button("Withdraw", Action.OPEN_WITHDRAW_EVENT, event.id, says=f"Withdraw {event_name(event)}")
    )
