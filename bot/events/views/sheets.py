"""What a sheet of events would report, or has reported, for somebody at the terminal."""

from collections.abc import Iterator, Sequence

from bot.blocks.due import counted, named
from bot.blocks.kit import day
from bot.events.rules.sheets import EventPlan
from bot.events.rules.triggers import EventEffect, EventReport, EventRequest
from storage.people import Person


def would_do(plan: EventPlan, foreseen: Sequence[tuple[EventReport, EventEffect]]) -> str:
    """The dry run; ``foreseen`` is what each of its events would set off."""
    if not plan.reports:
        return "\n".join(["Nothing would change.", *_left(plan)])
    return "\n".join(
        [
            "This would be done; nothing is written yet.",
            f"{counted(len(plan.reports), 'event')} reported:",
            *(_line(report, effect) for report, effect in foreseen),
            *_left(plan),
            'To do it, add --apply --by E-MAIL --reason "WHY", with the e-mail or Slack id of a compliance lead.',
        ]
    )


def has_done(plan: EventPlan, asked: int, lead: Person) -> str:
    if not plan.reports:
        return "\n".join(["Nothing was changed: it is all there already.", *_left(plan)])
    done = f"Done and recorded, as {lead.name}: {counted(len(plan.reports), 'event')} reported."
    follows = f"{counted(asked, 'request')} for evidence {'follows' if asked == 1 else 'follow'}, each by its own day."
    return "\n".join([done, follows, *_left(plan)])


def _line(report: EventReport, effect: EventEffect) -> str:
    known = f" ({report.reference})" if report.reference else ""
    asked = "; ".join(_asked(each) for each in effect.asked)
    outside = "" if effect.looked_at else "; no examination looks at that day"
    return f"  {named(report.kind)}, {day(report.happened_on)}, {report.what}{known}: {asked}{outside}"


def _asked(asked: EventRequest) -> str:
    owner = f"asked of {asked.owner.name}" if asked.owner else "nobody owns it yet"
    return f"{asked.control_id} due {day(asked.due_on)}, {owner}"


def _left(plan: EventPlan) -> Iterator[str]:
    if plan.known:
        yield f"{counted(plan.known, 'event')} in the file {'is' if plan.known == 1 else 'are'} reported already."
    if plan.withdrawn == 1:
        yield "1 event in the file was withdrawn, and stays so."
    elif plan.withdrawn:
        yield f"{plan.withdrawn:,} events in the file were withdrawn, and stay so."
