"""What leads owe about answers: answering a question, reviewing entries, deciding on a proposal."""

from datetime import timedelta

from bot.answers import entry_reviews, proposals
from bot.answers.rules.entry_reviews import week_label
from bot.answers.views.routed_questions import question_receipt, question_request
from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.duties import AnyLead, Duty, Matter, OnePerson
from bot.people import name_of
from bot.work import Work
from storage import knowledge, people, questions
from storage.obligations import Obligation
from storage.terms import ObligationKind, QuestionState

ANSWER_WITHIN = timedelta(days=2)


async def routed_question_message(work: Work, obligation: Obligation) -> Message | None:
    """How a routed question stands in a lead's bundle."""
    question = await questions.question(work.session, obligation.subject)
    if question is None:
        return None
    if question.state is QuestionState.ANSWERED:
        return question_receipt(question, await name_of(work, question.answered_by))
    zone = work.zone_of(await people.person(work.session, obligation.person_id))
    asked_on, today = local_date(question.asked_at, zone), local_date(work.now, zone)
    return question_request(question, await name_of(work, question.asker_id), asked_on, today)


async def _question_words(work: Work, obligation: Obligation) -> str:
    question = await questions.question(work.session, obligation.subject)
    return f"An answer to {await name_of(work, question.asker_id if question else None)}"


async def _routed_questions(work: Work) -> list[Matter]:
    return [Matter(row.id) for row in await questions.routed_questions(work.session)]


async def _reviews_words(_work: Work, obligation: Obligation) -> str:
    return f"A second look at the entries whose review is due in {week_label(obligation.subject)}"


async def _proposal_words(work: Work, obligation: Obligation) -> str:
    proposal = await knowledge.proposal(work.session, obligation.subject)
    author = await name_of(work, proposal.proposed_by if proposal else None)
    return f"A decision on what {author} proposed"


ANSWER_DUTIES = (
    Duty(
        ObligationKind.ANSWER,
        message=routed_question_message,
        words=_question_words,
        owed_by=AnyLead(_routed_questions, ANSWER_WITHIN),
    ),
    Duty(
        ObligationKind.VERIFY_ENTRY,
        message=entry_reviews.entry_review_message,
        words=_reviews_words,
        owed_by=OnePerson(),
    ),
    Duty(
        ObligationKind.DECIDE_PROPOSAL,
        message=proposals.proposal_message,
        words=_proposal_words,
        owed_by=proposals.PROPOSAL_DECIDERS,
    ),
)
