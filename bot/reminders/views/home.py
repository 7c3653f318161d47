"""Home: what a person owes, their controls, how to ask; and for leads the state of the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.answers.rules.unanswered import UnansweredGroup
from bot.answers.views import chooser, replies
from bot.answers.views.unanswered import unanswered_queue
from bot.blocks import kit, limits
from bot.blocks.ids import Action, Command
from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    confirm,
    context,
    header,
    lines,
    md,
    prose,
    section,
)
from bot.blocks.packing import divided_blocks, messages_that_fit
from bot.blocks.wording import control_name, counted
from bot.owners.rules.leave import PlannedLeave
from bot.owners.views import leave
from storage.programme import Control

_CONTROLS_SHOWN = 25
_CONTROL = 110
_READINESS_SHOWN = 8
_READINESS = 300
# All 100 blocks of Home may be heavy; Slack limits the view as a whole to 250 kB.
_WEIGHT = 60_000


@dataclass(frozen=True)
class LeadBoard:
    """What waits for leads, in counts; `readiness` has a line or two for each examination."""

    readiness: Sequence[str]
    to_review: int
    routed: int
    unowned: int
    drafts: int
    starter_entries: int
    own_answers: int
    failures: int
    gaps: Sequence[UnansweredGroup] = ()
    handovers: int = 0


def home_view(
    name: str,
    requests: Sequence[Message],
    controls: Sequence[tuple[Control, str]],
    board: LeadBoard | None,
    more: int = 0,
    handing: Sequence[Block] = (),
    planned: PlannedLeave | None = None,
) -> dict[str, Any]:
    """`controls` come with words on when each is next due; `more` counts requests that are not among `requests`.

    `handing` are the blocks on hand-overs, below the controls. `planned` is the person's own leave.
    """
    top = [*(_board(board) if board else []), header("What you owe")]
    away = leave.leaves_on_home(planned) if planned else []
    bottom = [
        *(unanswered_queue(board.gaps) if board else []),
        *_controls(controls),
        *handing,
        *away,
        *_asking(),
    ]
    whole = messages_that_fit(requests, [*top, *bottom], limits.VIEW_BLOCKS, _WEIGHT)
    left = more + len(requests) - len(whole)
    rest = [context(f"and {counted(left, 'more request')}, shown here as you finish these")] if left else []
    nothing = [] if requests or left else [section(md("Nothing is waiting for you, {name}.", name=name))]
    return kit.home([*top, *nothing, *divided_blocks(whole), *rest, *bottom])


def closed(why: str) -> dict[str, Any]:
    """For a guest or an outside account, who cannot act here."""
    return kit.home([prose(why)])


def _controls(controls: Sequence[tuple[Control, str]]) -> list[Block]:
    if not controls:
        return []
    says = [
        md("*{control}*: {due}", control=limits.shorten(control_name(control), _CONTROL), due=due)
        for control, due in controls[:_CONTROLS_SHOWN]
    ]
    left = len(controls) - len(says)
    return [
        header("Your controls"),
        section(lines(*says, f"and {left:,} more" if left else "")),
    ]


def _asking() -> list[Block]:
    return [
        header("How to ask"),
        section(
            md(
                "Ask me about SOC 1 and SOC 2: press the button below, write to me in the Messages tab, mention me "
                "in a channel, or type {command} and your question.",
                command=Command.SOC,
            )
        ),
        context(
            "I answer only from curated entries, and say from which. When I do not know, I say so, "
            "and you can pass your question to the compliance team."
        ),
        actions(replies.ask_button(), chooser.chooser_button(), leave.leave_button()),
    ]


def _board(board: LeadBoard) -> list[Block]:
    waiting = [
        f"Evidence to review: {board.to_review:,}",
        f"Questions to answer: {board.routed:,}",
        f"Controls without an owner: {board.unowned:,}",
        f"Policy versions to publish: {board.drafts:,}",
        f"Starter answers not yet adopted: {board.starter_entries:,}",
        f"Messages that could not be delivered: {board.failures:,}",
        *([f"Controls being handed over: {board.handovers:,}"] if board.handovers else []),
    ]
    readiness = [limits.shorten(line, _READINESS) for line in board.readiness[:_READINESS_SHOWN]]
    return [
        header("The programme"),
        *([section(lines(*readiness))] if readiness else []),
        section(lines(*waiting)),
        actions(*_board_buttons(board)),
        actions(
            button("Controls", Action.OPEN_CONTROLS),
            button("Examinations", Action.OPEN_EXAMINATIONS),
            button("Events", Action.OPEN_EVENTS),
            button(
                "Sample me", Action.OPEN_SAMPLE, says="Sample me: a dry run of what an auditor would find"
            ),
        ),
    ]


def _board_buttons(board: LeadBoard) -> list[dict[str, Any]]:
    buttons = [button("Assign a control", Action.OPEN_ASSIGN)]
    if board.drafts:
        buttons.append(button("Publish a policy", Action.OPEN_PUBLISH))
    if board.own_answers:
        buttons.append(button("Answers of your own", Action.OPEN_OWN_ANSWERS))
    if board.starter_entries:
        buttons.append(
            button(
                "Adopt the starter answers",
                Action.ADOPT_ENTRIES,
                confirm=confirm(
                    "Adopt the starter answers?",
                    f"This records that you reviewed {counted(board.starter_entries, 'entry', 'entries')} and "
                    "that they speak for your company. Each of these answers then carries your name and today's date.",
                    "Adopt",
                ),
            )
        )
    return buttons
