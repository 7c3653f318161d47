"""Answers about the company itself: what people owe, who owns which control, how ready an examination is.

Each names the company's records as its source, and the day of which it speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks import limits
from bot.blocks.ids import Action
from bot.blocks.kit import Block, Message, actions, button, context, day, lines, local_moment, md, section
from bot.blocks.wording import CADENCE_WORDS, control_name, counted, days, due_words
from bot.owners.views.ownership import next_due_words
from bot.policies.views import version_name
from content.models import ControlSpec
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.programme import Control, Examination
from storage.terms import Cadence, OwnershipState, ReportType

SHOWN = 12
_LINE = 600
_REQUEST_BLOCKS = 20
_DO_IT = "Each has its buttons in my Home tab and in my reminder."


@dataclass(frozen=True)
class Facts:
    """``lead`` answers in one sentence, ``lines`` stand below it; ``requests`` are blocks with buttons.

    ``left_out`` counts lines that there would be besides.
    """

    lead: str
    lines: Sequence[str] = ()
    note: str = ""
    requests: Sequence[Block] = ()
    left_out: int = 0


@dataclass(frozen=True)
class AcknowledgementState:
    """A policy for one person: the ``receipt`` of their last acknowledgement, the open ``request`` for another."""

    title: str
    published: bool
    receipt: str
    request: Message | None


def facts_message(facts: Facts, company: str, today: date, question_id: str) -> Message:
    sentences = [limits.shorten(line, _LINE) for line in facts.lines[:SHOWN]]
    if more := len(facts.lines) - len(sentences) + facts.left_out:
        sentences.append(f"and {more:,} more")
    source = f"From the records of {company} as of {day(today)}, not from a curated entry."
    says = "Ask compliance: a person answers your question"
    return Message(
        lines(facts.lead, *sentences, facts.note, source, "Not what you needed? Press Ask compliance."),
        [
            section(md("*{lead}*", lead=facts.lead)),
            *([section(lines(*sentences))] if sentences else []),
            *facts.requests[:_REQUEST_BLOCKS],
            context(lines(facts.note, source)),
            actions(button("Ask compliance", Action.ASK_COMPLIANCE, question_id, says=says)),
        ],
    )


def only_for_leads(what: str, leads: Sequence[str]) -> Facts:
    note = f"You can ask {' or '.join(leads)}." if leads else ""
    return Facts(f"Only compliance leads see {what}.", note=note)


def not_in_a_channel(what: str) -> Facts:
    return Facts(f"{what} is not for a channel. Ask me in a direct message, or look into my Home tab.")


def my_duties(duties: Sequence[str]) -> Facts:
    if not duties:
        return Facts("You owe nothing at the moment.")
    return Facts(f"You owe {counted(len(duties), 'thing')}.", duties, _DO_IT)


def duties_of(people: Sequence[tuple[str, Sequence[str]]]) -> Facts:
    """The name and the duties of each person; several people share an ambiguous name."""
    counts = [
        f"{name} owes {counted(len(duties), 'thing') if duties else 'nothing'}" for name, duties in people
    ]
    lines_of_duties = [
        duty if len(people) == 1 else f"{name}: {duty}" for name, duties in people for duty in duties
    ]
    return Facts(f"{'; '.join(counts)}.", lines_of_duties)


def duty_line(what: str, due_on: date, today: date) -> str:
    return f"{what}. {due_words(due_on, today)}."


def owner_name(name: str, state: OwnershipState) -> str:
    return name if state is OwnershipState.ACCEPTED else f"{name}, who has not accepted yet"


def owners(codes: Sequence[str], controls: Sequence[tuple[Control, str, str]]) -> Facts:
    """Each control with its owner and its backup, empty where there is none.

    ``codes`` are the criteria or objectives of the question, which no control serves if there are no controls.
    """
    if not controls:
        return Facts(_unserved(codes), note="A compliance lead can say why, or add one.")
    sentences = [
        f"{control_name(control)}: {_owner_and_backup(owner, backup)}" for control, owner, backup in controls
    ]
    if len(sentences) == 1:
        return Facts(sentences[0])
    return Facts(f"{counted(len(sentences), 'control')} of ours come under this.", sentences)


def _owner_and_backup(owner: str, backup: str) -> str:
    first = f"owned by {owner}" if owner else "nobody owns it yet"
    return f"{first}; the backup is {backup}." if backup else f"{first}."


def auditor_asks(controls: Sequence[tuple[Control, str, date | None]]) -> Facts:
    """Each control with its owner and the day on which its evidence is due next."""
    sentences = []
    for control, owner, due_on in controls:
        when = next_due_words(control, due_on)
        sentences.append(
            f"{control_name(control)}: {control.evidence} Done {CADENCE_WORDS[control.cadence]}, {when}. "
            f"{_owner_and_backup(owner, '')}"
        )
    return Facts(
        f"For this the auditor can test {counted(len(sentences), 'control')} of ours and ask for the evidence.",
        sentences,
        "The auditor chooses what to request and which samples; expect the full population too.",
    )


def suggested_controls(codes: Sequence[str], specs: Sequence[ControlSpec]) -> Facts:
    """For criteria or objectives that no control of ours serves: the catalogue's controls that would."""
    if not specs:
        return Facts(_unserved(codes), note="A compliance lead can say why, or add one.")
    return Facts(
        f"{_unserved(codes)} The catalog suggests {counted(len(specs), 'control')}.",
        [_suggestion(spec) for spec in specs],
        "We do not run these. A compliance lead can say why, or decide for one.",
    )


def _suggestion(spec: ControlSpec) -> str:
    population = f" The auditor draws samples from {spec.population_of}." if spec.population_of else ""
    return f"{spec.id} {spec.title}: {spec.evidence} Done {CADENCE_WORDS[Cadence(spec.cadence)]}.{population}"


def _unserved(codes: Sequence[str]) -> str:
    return f"No control of ours is mapped to {' or '.join(codes)}."


def readiness(examinations: Sequence[str]) -> Facts:
    return Facts(
        "This is where we stand.",
        examinations,
        "A self-assessment: only the service auditor concludes whether criteria are met.",
    )


def windows(examinations: Sequence[tuple[Examination, date, date]], today: date) -> Facts:
    """Each examination with the first and the last day of its window."""
    sentences = [_window(each, starts_on, ends_on, today) for each, starts_on, ends_on in examinations]
    return Facts(sentences[0]) if len(sentences) == 1 else Facts("These are our dates.", sentences)


def _window(examination: Examination, starts_on: date, ends_on: date, today: date) -> str:
    if examination.type is ReportType.TYPE1:
        return f"{examination.title} has no window: it speaks as of {day(ends_on)}."
    left = (ends_on - today).days
    state = f"{days(left)} are left" if left > 1 else "it ends tomorrow" if left == 1 else "it ends today"
    if left < 0:
        state = "it is over"
    elif today < starts_on:
        state = f"it begins in {days((starts_on - today).days)}"
    return f"Our {examination.title} window runs from {day(starts_on)} to {day(ends_on)}; {state}."


def acknowledgement_receipt(
    policy: Policy, version: PolicyVersion, row: Acknowledgement, record_number: int | None, zone: str
) -> str:
    """``zone`` is the reader's."""
    number = f", record no. {record_number:,}" if record_number else ""
    return f"You acknowledged {version_name(policy, version)} on {local_moment(row.at, zone)}{number}."


def acknowledgements(policies: Sequence[AcknowledgementState]) -> Facts:
    sentences = [_acknowledgement(policy) for policy in policies]
    requests = [block for policy in policies if policy.request for block in policy.request.blocks]
    if len(sentences) == 1:
        return Facts(sentences[0], requests=requests)
    up_to_date = sum(bool(policy.receipt) and policy.request is None for policy in policies)
    lead = f"{up_to_date} of {len(sentences)} policies are acknowledged by you."
    return Facts(lead, sentences, requests=requests)


def _acknowledgement(policy: AcknowledgementState) -> str:
    if policy.request:
        newer = f"{policy.receipt} A newer version waits for you" if policy.receipt else "Not yet"
        return f"{policy.title}: {newer}. Press Acknowledge here, in my Home tab or in my reminder."
    if policy.receipt:
        return policy.receipt
    if policy.published:
        return f"{policy.title}: you have not, and you were not asked to."
    return f"{policy.title}: no version is published yet, so there is nothing to acknowledge."
