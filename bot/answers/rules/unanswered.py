"""Questions without a helpful answer, grouped by topic: the queue of answers that leads still have to write.

Pure and deterministic. Counts order this queue for a lead; they never change which entry answers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.search.index import Index
from storage.terms import Outcome

ALIKE = 0.6
"""From this Dice coefficient of the masses of their words on, two questions ask about the same.

The lead who answers reads every wording first.
"""


@dataclass(frozen=True)
class UnansweredQuestion:
    """A question that no entry answered helpfully. ``offered`` are the ids of the entries that came near.

    ``routed``: the asker passed it to the leads, who have a request of its own for it.
    """

    id: str
    asker_id: str
    text: str
    asked_at: datetime
    outcome: Outcome
    offered: tuple[str, ...]
    routed: bool


@dataclass(frozen=True)
class EntryRead:
    """An entry that answered this asker at that time."""

    asker_id: str
    asked_at: datetime
    entry_id: str


@dataclass(frozen=True)
class UnansweredGroup:
    """Questions that are alike, the newest first; ``text`` is the most frequent wording."""

    text: str
    questions: tuple[UnansweredQuestion, ...]

    @property
    def people(self) -> int:
        return len({question.asker_id for question in self.questions})


@dataclass(frozen=True, slots=True)
class UnansweredTopic:
    """A group as the digest keeps it: the number of ``people`` who asked, and the ``times`` that they asked."""

    text: str
    people: int
    times: int


def still_unanswered(
    questions: Iterable[UnansweredQuestion], reads: Iterable[EntryRead]
) -> list[UnansweredQuestion]:
    """The questions whose asker has not read, later on, an entry that came near."""
    read_at = defaultdict(list)
    for read in reads:
        read_at[read.asker_id, read.entry_id].append(read.asked_at)
    return [
        question
        for question in questions
        if question.outcome in (Outcome.ANSWERED, Outcome.ABOUT_US)
        or not any(
            at > question.asked_at
            for entry_id in question.offered
            for at in read_at[question.asker_id, entry_id]
        )
    ]


def group_questions(questions: Iterable[UnansweredQuestion], index: Index) -> list[UnansweredGroup]:
    """Groups ordered by the number of people who asked, then of questions; ``index`` gives the masses of words.

    Leaves out questions that name no topic, and groups of which every question was passed to the leads.
    """
    groups = [_group(questions) for questions in _alike(questions, index)]
    not_routed = [group for group in groups if not all(question.routed for question in group.questions)]
    return sorted(
        not_routed,
        key=lambda group: (
            -group.people,
            -len(group.questions),
            group.questions[0].asked_at,
            group.questions[0].id,
        ),
    )


def _alike(all_questions: Iterable[UnansweredQuestion], index: Index) -> list[list[UnansweredQuestion]]:
    """Each wording, the most frequent first, joins the group whose first wording is most like it."""
    lexicon, mass = index.lexicon, index.mass
    wordings: defaultdict[frozenset[str], list[UnansweredQuestion]] = defaultdict(list)
    for question in sorted(all_questions, key=lambda each: (each.asked_at, each.id)):
        words = lexicon.words(question.text)
        if lexicon.topical(words):
            wordings[frozenset(word for word in words if word not in lexicon.stops)].append(question)
    groups: list[list[UnansweredQuestion]] = []
    weights: list[float] = []
    groups_with: defaultdict[str, list[int]] = defaultdict(list)
    for keys, questions in sorted(wordings.items(), key=lambda each: _frequent_first(each[1])):
        weight, shared = sum(mass(key) for key in sorted(keys)), defaultdict[int, float](float)
        for key in sorted(keys):
            for number in groups_with[key]:
                shared[number] += mass(key)
        likeness = {number: 2 * both / (weight + weights[number]) for number, both in shared.items()}
        nearest = max(likeness, key=lambda number: (likeness[number], -number), default=None)
        if nearest is not None and likeness[nearest] >= ALIKE:
            groups[nearest] += questions
            continue
        for key in keys:
            groups_with[key].append(len(groups))
        weights.append(weight)
        groups.append(questions)
    return groups


def _frequent_first(questions: Sequence[UnansweredQuestion]) -> tuple[int, datetime, str]:
    first = min(questions, key=lambda each: (each.asked_at, each.id))
    return -len(questions), first.asked_at, first.id


def _group(questions: Sequence[UnansweredQuestion]) -> UnansweredGroup:
    """``questions`` begin with the most frequent wording."""
    newest_first = sorted(questions, key=lambda each: (each.asked_at, each.id), reverse=True)
    return UnansweredGroup(questions[0].text, tuple(newest_first))
