"""Asking by a form: a follow-up under an answer in a channel, and a question from Home."""

from bot.answers.answering import answer_question
from bot.answers.incoming import IncomingQuestion
from bot.blocks.ids import Field
from bot.desk import Desk
from bot.errors import EmptyQuestion, RequestClosed
from bot.people import acting_person
from storage import questions
from storage.questions import Question
from storage.terms import Via


async def question_to_follow(desk: Desk, person_id: str, question_id: str) -> Question:
    """The question that the form names. Raises RequestClosed unless its answer is in a channel's thread."""
    async with desk.reading() as work:
        await acting_person(work, person_id)
        question = await questions.question(work.session, question_id)
        if question is None or not question.is_public:
            raise RequestClosed
        return question


async def ask_follow_up(desk: Desk, person_id: str, question_id: str, text: str, once: str) -> None:
    """Answer in the thread where the question ``question_id`` was answered. Any member may ask there."""
    text = _required(text)
    question = await question_to_follow(desk, person_id, question_id)
    place = (question.channel, question.thread_ts)
    await answer_question(desk, IncomingQuestion(person_id, text, Via.FOLLOW_UP, *place, once, question.id))


async def ask_from_home(desk: Desk, person_id: str, text: str, once: str) -> None:
    """Answer in the person's direct conversation."""
    await answer_question(
        desk, IncomingQuestion(person_id, _required(text), Via.HOME, person_id, event_id=once)
    )


def _required(text: str) -> str:
    if not text.strip():
        raise EmptyQuestion(field=Field.QUESTION)
    return text.strip()
