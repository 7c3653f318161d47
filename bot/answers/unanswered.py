"""The queue of what people asked in vain: a lead answers a whole group, and each who asked gets it once."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.answers.answering import settle
from bot.answers.proposals import LeadReply, informed, keep_reply
from bot.answers.rules import unanswered
from bot.answers.rules.unanswered import Answered, Gap, Unanswered
from bot.desk import Desk, real_now
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import show_boards
from bot.people import acting_lead, name_of
from content.models import KnowledgeEntry
from storage import outbox, people, questions
from storage.people import Person
from storage.questions import Question
from storage.terms import DeliveryKind, QuestionState

LOOK_BACK = timedelta(days=90)
ANSWERED_AT_ONCE = 150
"""Questions of one group that a form can name; the others stay in the queue."""


async def open_gaps(session: AsyncSession, desk: Desk) -> list[Gap]:
    since = desk.now() - LOOK_BACK
    asked = await questions.unanswered_since(session, since)
    read = await questions.answered_since(session, since, {row.asker_id for row in asked})
    answered = [Answered(row.asker_id, row.asked_at, row.offered_ids[0]) for row in read]
    index = (await informed(session, desk)).index
    return unanswered.gaps(unanswered.still_open([_unanswered(row) for row in asked], answered), index.mass)


async def gap_to_answer(
    desk: Desk, lead_id: str, question_id: str
) -> tuple[Gap, dict[str, Person], tuple[KnowledgeEntry, ...]]:
    """For the form: the group that this question is in, who asked, and the entries that may answer it already."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        for gap in await open_gaps(session, desk):
            if question_id in {question.id for question in gap.questions}:
                askers = await people.people_by_id(session, {question.asker for question in gap.questions})
                return gap, askers, (await informed(session, desk)).library.knowledge
        question = await questions.question(session, question_id)
        if question and question.state is QuestionState.ANSWERED:
            raise AlreadyDone(f"{await name_of(session, question.answered_by)} has already answered this.")
        raise RequestClosed


async def answer_gap(desk: Desk, lead_id: str, question_ids: Sequence[str], reply: LeadReply) -> None:
    """The lead's answer to these questions, in each asker's direct conversation, once for each of them."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        found = [
            await questions.question(session, question_id, to_change=True)
            for question_id in sorted(set(question_ids))
        ]
        rows = sorted((row for row in found if row and row.may_be_answered), key=lambda row: row.asked_at)
        if not rows:
            by = next((row.answered_by for row in found if row and row.answered_by), None)
            raise (
                AlreadyDone(f"{await name_of(session, by)} has already answered this.")
                if by
                else RequestClosed()
            )
        answer = await keep_reply(session, desk, lead, reply, rows)
        for row in rows:
            await settle(session, desk, lead, row, answer)
        for asker_id, newest in {row.asker_id: row for row in rows}.items():
            await _tell(session, desk, asker_id, newest)
        await show_boards(session, desk)


async def _tell(session: AsyncSession, desk: Desk, asker_id: str, question: Question) -> None:
    asker = await people.person(session, asker_id)
    if asker is None or not asker.may_act:
        return
    await outbox.queue(
        session,
        DeliveryKind.LEAD_ANSWER,
        asker_id,
        question.id,
        once=f"{DeliveryKind.LEAD_ANSWER}:{question.id}",
        queued_at=desk.now(),
        real_now=real_now(),
    )


def _unanswered(row: Question) -> Unanswered:
    return Unanswered(
        id=row.id,
        asker=row.asker_id,
        text=row.text,
        asked_at=row.asked_at,
        outcome=row.outcome,
        offered=tuple(row.offered_ids),
        routed=row.state is QuestionState.ROUTED,
    )
