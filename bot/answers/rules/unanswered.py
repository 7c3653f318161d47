"""What people asked and got no use from, grouped by what it is about: the queue of answers to be written.

Pure and deterministic. Votes and counts order this queue for a lead; they never change what is answered.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.search.index import Index
from storage.terms import Outcome

ALIKE = 0.6
"""Dice coefficient of the masses of two questions' words from which they ask about the same. The lead who answers
reads every wording first.
"""


@dataclass(frozen=True)
class Unanswered:
    """A question that was not answered, or not helpfully. `offered` are the entries that came near.

    `routed` when the asker passed it on, so that leads have a request of their own for it.
    """

    id: str
    asker: str
    text: str
    asked_at: datetime
    outcome: Outcome
    offered: tuple[str, ...]
    routed: bool


@dataclass(frozen=True)
class Answered:
    """What this asker read at some time: the entry that answered."""

    asker: str
    asked_at: datetime
    entry_id: str


@dataclass(frozen=True)
class UnansweredGroup:
    """Questions that are alike, the newest first; `text` is how it was asked most often."""

    text: str
    questions: tuple[Unanswered, ...]

    @property
    def people(self) -> int:
        return len({question.asker for question in self.questions})


@dataclass(frozen=True, slots=True)
class UnansweredTopic:
    """A gap as a digest keeps it: what `people` asked in vain, as it was asked most often, and `times` altogether."""

    text: str
    people: int
    times: int


def still_open(asked: Iterable[Unanswered], answered: Iterable[Answered]) -> list[Unanswered]:
    """Without those whose asker went on to read an entry that came near, by a press or in other words."""
    read = defaultdict(list)
    for each in answered:
        read[each.asker, each.entry_id].append(each.asked_at)
    return [
        question
        for question in asked
        if question.outcome is Outcome.ANSWERED
        or not any(
            at > question.asked_at for entry_id in question.offered for at in read[question.asker, entry_id]
        )
    ]


def gaps(asked: Iterable[Unanswered], index: Index) -> list[UnansweredGroup]:
    """By how many people asked, then how often; the index knows how much a word says. What names no topic is
    no gap, nor is what everybody who asked it has passed on to the leads.
    """
    alike = [_gap(group) for group in _groups(asked, index)]
    found = [gap for gap in alike if not all(question.routed for question in gap.questions)]
    return sorted(
        found,
        key=lambda gap: (-gap.people, -len(gap.questions), gap.questions[0].asked_at, gap.questions[0].id),
    )


def _groups(asked: Iterable[Unanswered], index: Index) -> list[list[Unanswered]]:
    """Each wording joins the group whose first wording it is most like, the most frequent wordings first."""
    lexicon, mass = index.lexicon, index.mass
    wordings: defaultdict[frozenset[str], list[Unanswered]] = defaultdict(list)
    for question in sorted(asked, key=lambda each: (each.asked_at, each.id)):
        found = lexicon.words(question.text)
        if lexicon.topical(found):
            wordings[frozenset(word for word in found if word not in lexicon.stops)].append(question)
    groups: list[list[Unanswered]] = []
    weights: list[float] = []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for keys, questions in sorted(wordings.items(), key=lambda each: _frequent_first(each[1])):
        weight, shared = sum(mass(key) for key in sorted(keys)), defaultdict[int, float](float)
        for key in sorted(keys):
            for number in holders[key]:
                shared[number] += mass(key)
        likeness = {number: 2 * held / (weight + weights[number]) for number, held in shared.items()}
        nearest = max(likeness, key=lambda number: (likeness[number], -number), default=None)
        if nearest is not None and likeness[nearest] >= ALIKE:
            groups[nearest] += questions
            continue
        for key in keys:
            holders[key].append(len(groups))
        weights.append(weight)
        groups.append(questions)
    return groups


def _frequent_first(questions: Sequence[Unanswered]) -> tuple[int, datetime, str]:
    first = min(questions, key=lambda each: (each.asked_at, each.id))
    return -len(questions), first.asked_at, first.id


def _gap(questions: Sequence[Unanswered]) -> UnansweredGroup:
    """The first wording of a group is its most frequent one."""
    newest_first = sorted(questions, key=lambda each: (each.asked_at, each.id), reverse=True)
    return UnansweredGroup(questions[0].text, tuple(newest_first))
