"""The queue of what people asked in vain: a lead answers a whole group, and each who asked gets it once."""

from collections.abc import Sequence
from datetime import timedelta

from bot.answers.answering import settle
from bot.answers.proposals import LeadReply, keep_reply
from bot.answers.rules import unanswered
from bot.answers.rules.unanswered import Answered, Unanswered, UnansweredGroup
from bot.desk import Desk
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import show_boards
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


async def open_gaps(work: Work) -> list[UnansweredGroup]:
    since = work.now - LOOK_BACK
    asked = await questions.unanswered_since(work.session, since)
    read = await questions.answered_since(work.session, since, {row.asker_id for row in asked})
    answered = [Answered(row.asker_id, row.asked_at, row.offered_ids[0]) for row in read]
    index = await work.index()
    return unanswered.gaps(unanswered.still_open([_unanswered(row) for row in asked], answered), index)


async def gap_to_answer(
    desk: Desk, lead_id: str, question_id: str
) -> tuple[UnansweredGroup, dict[str, Person], tuple[KnowledgeEntry, ...]]:
    """For the form: the group that this question is in, who asked, and the entries that may answer it already."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        for gap in await open_gaps(work):
            if question_id in {question.id for question in gap.questions}:
                askers = await people.people_by_id(
                    work.session, {question.asker for question in gap.questions}
                )
                return gap, askers, (await work.library()).knowledge
        question = await questions.question(work.session, question_id)
        if question and question.state is QuestionState.ANSWERED:
            raise AlreadyDone(f"{await name_of(work, question.answered_by)} has already answered this.")
        raise RequestClosed


async def answer_gap(desk: Desk, lead_id: str, question_ids: Sequence[str], reply: LeadReply) -> None:
    """The lead's answer to these questions, in each asker's direct conversation, once for each of them."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        found = [
            await questions.question(work.session, question_id, to_change=True)
            for question_id in sorted(set(question_ids))
        ]
        rows = sorted((row for row in found if row and row.may_be_answered), key=lambda row: row.asked_at)
        if not rows:
            by = next((row.answered_by for row in found if row and row.answered_by), None)
            raise (
                AlreadyDone(f"{await name_of(work, by)} has already answered this.")
                if by
                else RequestClosed()
            )
        answer = await keep_reply(work, lead, reply, rows)
        for row in rows:
            await settle(work, lead, row, answer)
        for asker_id, newest in {row.asker_id: row for row in rows}.items():
            await _tell(work, asker_id, newest)
        await show_boards(work)


async def _tell(work: Work, asker_id: str, question: Question) -> None:
    asker = await people.person(work.session, asker_id)
    if asker is None or not asker.may_act:
        return
    await work.queue(
        DeliveryKind.LEAD_ANSWER,
        asker_id,
        question.id,
        once=f"{DeliveryKind.LEAD_ANSWER}:{question.id}",
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
