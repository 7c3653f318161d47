"""Answers to leads from the record: evidence, acknowledgements, what is late, what waits, what nobody owns."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.views.company_facts import SHOWN, Facts
from bot.blocks.kit import day
from bot.blocks.wording import control_name, counted
from bot.policies.views import version_name
from storage.evidence import Evidence, Occurrence
from storage.policies import Policy, PolicyVersion
from storage.programme import Control
from storage.terms import EvidenceState

_STATES = {
    EvidenceState.SUBMITTED: "it waits for review",
    EvidenceState.ACCEPTED: "accepted",
    EvidenceState.REJECTED: "sent back",
}
_NAMES = 40
_NOT_A_VERDICT = "From what was handed in to me. What was done and not handed in is unknown to me."


@dataclass(frozen=True)
class AcknowledgedPolicy:
    """A policy with its newest published version, if any; ``names`` are those who were asked and have not yet."""

    policy: Policy
    version: PolicyVersion | None
    acknowledged: int
    names: Sequence[str]


def evidence_facts(controls: Sequence[Control], stored: Sequence[tuple[Occurrence, Evidence, str]]) -> Facts:
    """``stored`` has the newest evidence first, with the name of who handed it in."""
    names = {control.id: control_name(control) for control in controls}
    lines = [
        f"{names[occurrence.control_id]}, {occurrence.label}: performed {day(evidence.performed_on)}, handed in by "
        f"{person}, {_STATES[evidence.state]}."
        for occurrence, evidence, person in stored
    ]
    with_evidence = {occurrence.control_id for occurrence, _, _ in stored}
    lines += [f"{names[each.id]}: nothing." for each in controls if each.id not in with_evidence]
    if len(controls) == 1:
        lead = f"This was handed in for {names[controls[0].id]}." if stored else ""
        lead = lead or f"Nothing has been handed in for {names[controls[0].id]}."
        return Facts(lead, lines if stored else (), _NOT_A_VERDICT)
    return Facts(
        f"Of {counted(len(controls), 'control')} that this may mean, {len(with_evidence)} have evidence.",
        lines,
        _NOT_A_VERDICT,
    )


def not_acknowledged(policies: Sequence[AcknowledgedPolicy]) -> Facts:
    lines = [_acknowledged(each) for each in policies]
    return Facts(lines[0]) if len(lines) == 1 else Facts("This is how our policies stand.", lines)


def _acknowledged(each: AcknowledgedPolicy) -> str:
    if each.version is None:
        return f"{each.policy.title}: no version is published yet, so nobody was asked."
    name = version_name(each.policy, each.version)
    if not each.names:
        return f"{name}: all who were asked have acknowledged it ({each.acknowledged:,})."
    shown = ", ".join(each.names[:_NAMES])
    more = f" and {len(each.names) - _NAMES:,} more" if len(each.names) > _NAMES else ""
    return f"{name}: acknowledged by {each.acknowledged:,}, not yet by {len(each.names):,}: {shown}{more}."


def overdue(count: int, people: int, lines: Sequence[str]) -> Facts:
    if not count:
        return Facts("Nothing is overdue.")
    of = counted(people, "person", "people")
    lead = f"{counted(count, 'thing')} {'is' if count == 1 else 'are'} overdue, of {of}."
    return Facts(lead, lines, left_out=count - len(lines))


def to_review(count: int, waiting: Sequence[tuple[str, Occurrence, Evidence, str]]) -> Facts:
    """The oldest first, each with the name of its control and of who handed it in."""
    if not count:
        return Facts("No evidence waits for review.")
    lines = [
        f"{control}, {occurrence.label}: performed {day(evidence.performed_on)}, handed in by {person}."
        for control, occurrence, evidence, person in waiting
    ]
    waits = "piece of evidence waits" if count == 1 else "pieces of evidence wait"
    note = "Each has its buttons in the Home tab of those who may review it."
    return Facts(f"{count:,} {waits} for review.", lines, note, left_out=count - len(lines))


def without_owner(unowned: Sequence[Control], count: int) -> Facts:
    if not unowned:
        return Facts(f"Every control has an owner: {count:,} of {count:,}.")
    lines = [f"{control_name(control)}." for control in unowned[:SHOWN]]
    verb = "has" if len(unowned) == 1 else "have"
    return Facts(
        f"{len(unowned):,} of {counted(count, 'control')} {verb} no owner.",
        lines,
        "A lead assigns one with /soc assign.",
        left_out=len(unowned) - len(lines),
    )
