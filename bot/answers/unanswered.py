"""The queue of questions without a helpful answer: a lead answers a whole group, and each asker reads it once."""

from collections.abc import Sequence
from datetime import timedelta

from bot.answers.answering import settle_question
from bot.answers.proposals import LeadReply, keep_reply
from bot.answers.rules.unanswered import (
    EntryRead,
    UnansweredGroup,
    UnansweredQuestion,
    group_questions,
    still_unanswered,
)
from bot.desk import Desk
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import refresh_lead_homes
from bot.people import acting_lead, name_of
from bot.work import Work
from content.models import KnowledgeEntry
from storage import people, questions
from storage.people import Person
from storage.questions import Question
from storage.terms import DeliveryKind, QuestionState

LOOK_BACK = timedelta(days=90)
ANSWERED_AT_ONCE = 150
"""Questions of one group that a form can name; the others stay in the queue."""


async def unanswered_groups(work: Work) -> list[UnansweredGroup]:
    since = work.now - LOOK_BACK
    rows = await questions.unanswered_questions_since(work.session, since)
    answered = await questions.answered_questions_since(work.session, since, {row.asker_id for row in rows})
    reads = [EntryRead(row.asker_id, row.asked_at, row.offered_ids[0]) for row in answered]
    unanswered = still_unanswered([_unanswered(row) for row in rows], reads)
    return group_questions(unanswered, await work.index())


async def group_to_answer(
    desk: Desk, lead_id: str, question_id: str
) -> tuple[UnansweredGroup, dict[str, Person], tuple[KnowledgeEntry, ...]]:
    """For the form: the group of this question, its askers by id, and the entries that may answer it already."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        for group in await unanswered_groups(work):
            if question_id in {question.id for question in group.questions}:
                asker_ids = {question.asker_id for question in group.questions}
                askers = await people.people_by_id(work.session, asker_ids)
                return group, askers, (await work.library()).knowledge
        question = await questions.question(work.session, question_id)
        if question and question.state is QuestionState.ANSWERED:
            raise AlreadyDone(f"{await name_of(work, question.answered_by)} has already answered this.")
        raise RequestClosed


async def answer_group(desk: Desk, lead_id: str, question_ids: Sequence[str], reply: LeadReply) -> None:
    """Answer these questions, once for each asker, in their direct conversation with us."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        rows = [
            await questions.question(work.session, question_id, to_change=True)
            for question_id in sorted(set(question_ids))
        ]
        unanswered = sorted(
            (row for row in rows if row and row.may_be_answered), key=lambda row: row.asked_at
        )
        if not unanswered:
            answered_by = next((row.answered_by for row in rows if row and row.answered_by), None)
            if answered_by is None:
                raise RequestClosed
            raise AlreadyDone(f"{await name_of(work, answered_by)} has already answered this.")
        answer = await keep_reply(work, lead, reply, unanswered)
        for question in unanswered:
            await settle_question(work, lead, question, answer)
        for asker_id, newest in {question.asker_id: question for question in unanswered}.items():
            await _queue_answer(work, asker_id, newest)
        await refresh_lead_homes(work)


async def _queue_answer(work: Work, asker_id: str, question: Question) -> None:
    """For an asker who has left, nothing."""
    asker = await people.person(work.session, asker_id)
    if asker is None or not asker.may_act:
        return
    await work.queue(
        DeliveryKind.LEAD_ANSWER,
        asker_id,
        question.id,
        once=f"{DeliveryKind.LEAD_ANSWER}:{question.id}",
    )


def _unanswered(row: Question) -> UnansweredQuestion:
    return UnansweredQuestion(
        id=row.id,
        asker_id=row.asker_id,
        text=row.text,
        asked_at=row.asked_at,
        outcome=row.outcome,
        offered=tuple(row.offered_ids),
        routed=row.state is QuestionState.ROUTED,
    )
