"""What there is to say of one kind of obligation: each domain exports a row for each kind that it opens."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.blocks.kit import Message
from bot.work import Work
from storage.obligations import Obligation
from storage.people import Person
from storage.terms import ObligationKind

Words = Callable[[Work, Obligation], Awaitable[str]]
WordsBySubject = Callable[[Work, Collection[str]], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True)
class Matter:
    """One thing that leads have to settle. ``asked_by`` is the id of the person whose request it is, if it is one.

    ``involved`` are the ids of people who settle it only if nobody else can.
    """

    subject: str
    asked_by: str | None = None
    involved: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AnyLead:
    """Each lead owes all that ``waiting`` gives, for as long as they lead; the first who settles it settles it for all.

    Without ``waiting`` each lead owes whatever one lead owes. ``within`` runs from the request to the deadline.
    ``alone``: an asker who is the only lead decides.
    """

    waiting: Callable[[Work], Awaitable[Sequence[Matter]]] | None
    within: timedelta
    alone: bool = False

    def among(
        self, leads: Iterable[Person], asked_by: str | None, involved: Collection[str] = ()
    ) -> list[Person]:
        """Four eyes: every lead but the asker; without another lead the asker if ``alone``, else nobody.

        Whoever is ``involved`` is left out too, while a lead is left who is not.
        """
        everyone = list(leads)
        others = [lead for lead in everyone if lead.id != asked_by]
        independent = [lead for lead in others if lead.id not in involved]
        return independent or others or (everyone if self.alone else [])


@dataclass(frozen=True)
class OnePerson:
    """``within`` runs from the request to the deadline. Without it the date comes from elsewhere: the schedule, the
    campaign, the leave, the week; with ``company_date`` it is a date of the company's zone, not of the person's.

    ``digest_words`` name each subject to leads, who read in the digest what is late; without them it is not in there.
    """

    within: timedelta | None = None
    company_date: bool = False
    digest_words: WordsBySubject | None = None


@dataclass(frozen=True)
class Duty:
    """``message`` shows the obligation in a bundle, a digest and Home; None when there is nothing to show.

    ``words`` name what is owed in one phrase: "Evidence for AC-01 Access review, Q3 2026".
    """

    kind: ObligationKind
    message: Callable[[Work, Obligation], Awaitable[Message | None]]
    words: Words
    owed_by: AnyLead | OnePerson
