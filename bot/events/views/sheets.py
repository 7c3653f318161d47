"""What a sheet of events would report, or has reported, for the person at the terminal."""

from collections.abc import Iterator, Sequence

from bot.blocks.kit import day
from bot.blocks.wording import counted, trigger_kind_name
from bot.events.rules.events import EventEffect, EventReport, EventRequest
from bot.events.rules.sheets import EventPlan
from storage.people import Person


def event_plan_text(plan: EventPlan, effects: Sequence[tuple[EventReport, EventEffect]]) -> str:
    """The dry run; ``effects`` are its reports with what each would set off."""
    if not plan.reports:
        return "\n".join(["Nothing would change.", *_left(plan)])
    return "\n".join(
        [
            "This would be done; nothing is written yet.",
            f"{counted(len(plan.reports), 'event')} reported:",
            *(_line(report, effect) for report, effect in effects),
            *_left(plan),
            'To do it, add --apply --by E-MAIL --reason "WHY", with the e-mail or Slack id of a compliance lead.',
        ]
    )


def event_import_text(plan: EventPlan, scheduled: int, lead: Person) -> str:
    """``scheduled`` counts the requests for evidence that follow."""
    if not plan.reports:
        return "\n".join(["Nothing was changed: it is all there already.", *_left(plan)])
    outcome = f"Done and recorded, as {lead.name}: {counted(len(plan.reports), 'event')} reported."
    follow = "follows" if scheduled == 1 else "follow"
    requests = f"{counted(scheduled, 'request')} for evidence {follow}, each by its own day."
    return "\n".join([outcome, requests, *_left(plan)])


def _line(report: EventReport, effect: EventEffect) -> str:
    reference = f" ({report.reference})" if report.reference else ""
    requests = "; ".join(_request(each) for each in effect.requests)
    outside = "" if effect.examined else "; no examination looks at that day"
    event = f"{trigger_kind_name(report.kind)}, {day(report.happened_on)}, {report.what}{reference}"
    return f"  {event}: {requests}{outside}"


def _request(request: EventRequest) -> str:
    owner = f"asked of {request.owner.name}" if request.owner else "nobody owns it yet"
    return f"{request.control_id} due {day(request.due_on)}, {owner}"


def _left(plan: EventPlan) -> Iterator[str]:
    if plan.known:
        yield f"{counted(plan.known, 'event')} in the file {'is' if plan.known == 1 else 'are'} reported already."
    if plan.withdrawn == 1:
        yield "1 event in the file was withdrawn, and stays so."
    elif plan.withdrawn:
        yield f"{plan.withdrawn:,} events in the file were withdrawn, and stay so."
