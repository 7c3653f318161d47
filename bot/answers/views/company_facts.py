"""Answers about the company itself: what is owed, who owns what, where an examination stands. Each names the
record as its source and the day of which it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks import limits
from bot.blocks.due import HOW_OFTEN, called, counted, days, due
from bot.blocks.ids import Action
from bot.blocks.kit import Block, Message, actions, button, context, day, lines, local_moment, md, section
from bot.owners.views.ownership import next_due
from bot.policies.views import called as version_called
from content.models import ControlSpec
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.programme import Control, Examination
from storage.terms import Cadence, OwnershipState, ReportType

_SHOWN = 12
_FACT = 600
_MORE_BLOCKS = 20
_DO_IT = "Each has its buttons in my Home tab and in my reminder."


@dataclass(frozen=True)
class Told:
    """`lead` answers in one sentence; `facts` are lines below it, `more` blocks that can be acted on."""

    lead: str
    facts: Sequence[str] = ()
    note: str = ""
    more: Sequence[Block] = ()


@dataclass(frozen=True)
class PolicyStanding:
    """A policy as it stands for one person: `receipt` of what they agreed to, `ask` for what waits."""

    title: str
    published: bool
    receipt: str
    ask: Message | None


def answer(told: Told, company: str, today: date, question_id: str) -> Message:
    facts = [limits.shorten(fact, _FACT) for fact in told.facts[:_SHOWN]]
    if len(told.facts) > _SHOWN:
        facts.append(f"and {len(told.facts) - _SHOWN:,} more")
    source = f"From the records of {company} as of {day(today)}, not from a curated entry."
    says = "Ask compliance: a person answers your question"
    return Message(
        lines(told.lead, *facts, told.note, source, "Not what you needed? Press Ask compliance."),
        [
            section(md("*{lead}*", lead=told.lead)),
            *([section(lines(*facts))] if facts else []),
            *told.more[:_MORE_BLOCKS],
            context(lines(told.note, source)),
            actions(button("Ask compliance", Action.ASK_COMPLIANCE, question_id, says=says)),
        ],
    )


def for_leads(what: str, leads: Sequence[str]) -> Told:
    ask = f"You can ask {' or '.join(leads)}." if leads else ""
    return Told(f"Only compliance leads see {what}.", note=ask)


def elsewhere(what: str) -> Told:
    return Told(f"{what} is not for a channel. Ask me in a direct message, or look into my Home tab.")


def my_duties(duties: Sequence[str]) -> Told:
    if not duties:
        return Told("You owe nothing at the moment.")
    return Told(f"You owe {counted(len(duties), 'thing')}.", duties, _DO_IT)


def duties_of(owed: Sequence[tuple[str, Sequence[str]]]) -> Told:
    """Each person's name with what they owe; several people when a name is ambiguous."""
    counts = [
        f"{name} owes {counted(len(duties), 'thing') if duties else 'nothing'}" for name, duties in owed
    ]
    facts = [duty if len(owed) == 1 else f"{name}: {duty}" for name, duties in owed for duty in duties]
    return Told(f"{'; '.join(counts)}.", facts)


def duty(what: str, due_on: date, today: date) -> str:
    return f"{what}. {due(due_on, today)}."


def holder(name: str, state: OwnershipState) -> str:
    return name if state is OwnershipState.ACCEPTED else f"{name}, who has not accepted yet"


def owners(asked: Sequence[str], held: Sequence[tuple[Control, str, str]]) -> Told:
    """Each control with its owner and its backup, empty where there is none; without any, what was `asked`."""
    if not held:
        return Told(_unserved(asked), note="A compliance lead can say why, or add one.")
    told = [f"{called(control)}: {_owned(owner, backup)}" for control, owner, backup in held]
    if len(told) == 1:
        return Told(told[0])
    return Told(f"{counted(len(told), 'control')} of ours come under this.", told)


def _owned(owner: str, backup: str) -> str:
    first = f"owned by {owner}" if owner else "nobody owns it yet"
    return f"{first}; the backup is {backup}." if backup else f"{first}."


def auditor_asks(controls: Sequence[tuple[Control, str, date | None]]) -> Told:
    """Each control with its owner and when its evidence is due next."""
    facts = []
    for control, owner, due_on in controls:
        when = next_due(control, due_on)
        facts.append(
            f"{called(control)}: {control.evidence} Done {HOW_OFTEN[control.cadence]}, {when}. "
            f"{_owned(owner, '')}"
        )
    return Told(
        f"For this the auditor can test {counted(len(facts), 'control')} of ours and ask for the evidence.",
        facts,
        "The auditor chooses what to request and which samples; expect the full population too.",
    )


def suggested(codes: Sequence[str], catalogue: Sequence[ControlSpec]) -> Told:
    """Nothing of ours serves these criteria or objectives, and the catalogue holds what would."""
    if not catalogue:
        return Told(_unserved(codes), note="A compliance lead can say why, or add one.")
    return Told(
        f"{_unserved(codes)} The catalog suggests {counted(len(catalogue), 'control')}.",
        [_suggestion(spec) for spec in catalogue],
        "We do not run these. A compliance lead can say why, or decide for one.",
    )


def _suggestion(spec: ControlSpec) -> str:
    drawn = f" The auditor draws samples from {spec.population_of}." if spec.population_of else ""
    return f"{spec.id} {spec.title}: {spec.evidence} Done {HOW_OFTEN[Cadence(spec.cadence)]}.{drawn}"


def _unserved(codes: Sequence[str]) -> str:
    return f"No control of ours is mapped to {' or '.join(codes)}."


def readiness(examinations: Sequence[str]) -> Told:
    return Told(
        "This is where we stand.",
        examinations,
        "A self-assessment: only the service auditor concludes whether criteria are met.",
    )


def windows(examinations: Sequence[tuple[Examination, date, date]], today: date) -> Told:
    """Each examination with the first and last day that it looks at."""
    told = [_window(each, starts_on, ends_on, today) for each, starts_on, ends_on in examinations]
    return Told(told[0]) if len(told) == 1 else Told("These are our dates.", told)


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


def received(
    policy: Policy, version: PolicyVersion, given: Acknowledgement, record_number: int | None, zone: str
) -> str:
    number = f", record no. {record_number:,}" if record_number else ""
    return f"You acknowledged {version_called(policy, version)} on {local_moment(given.at, zone)}{number}."


def acknowledged(standings: Sequence[PolicyStanding]) -> Told:
    told = [_standing(each) for each in standings]
    asks = [block for each in standings if each.ask for block in each.ask.blocks]
    if len(told) == 1:
        return Told(told[0], more=asks)
    done = sum(bool(each.receipt) and each.ask is None for each in standings)
    return Told(f"{done} of {len(told)} policies are acknowledged by you.", told, more=asks)


def _standing(standing: PolicyStanding) -> str:
    if standing.ask:
        newer = f"{standing.receipt} A newer version waits for you" if standing.receipt else "Not yet"
        return f"{standing.title}: {newer}. Press Acknowledge here, in my Home tab or in my reminder."
    if standing.receipt:
        return standing.receipt
    if standing.published:
        return f"{standing.title}: you have not, and you were not asked to."
    return f"{standing.title}: no version is published yet, so there is nothing to acknowledge."
