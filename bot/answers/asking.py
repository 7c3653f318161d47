"""Asking by a form: a follow-up under an answer in a channel, and a question from Home."""

from bot.answers.answering import IncomingQuestion, answer_question
from bot.desk import Desk
from bot.errors import EmptyQuestion, RequestClosed
from bot.people import acting
from storage import questions
from storage.questions import Question
from storage.terms import Via


async def question_to_follow(desk: Desk, person_id: str, question_id: str) -> Question:
    """For the form. Raises RequestClosed unless the answer stands in a channel's thread."""
    async with desk.reading() as work:
        await acting(work, person_id)
        question = await questions.question(work.session, question_id)
        if question is None or not question.is_public:
            raise RequestClosed
        return question


async def ask_follow_up(desk: Desk, person_id: str, question_id: str, text: str, once: str) -> None:
    """Answer in the thread in which the answer to ``question_id`` stands; any member may ask there."""
    asked = _written(text)
    question = await question_to_follow(desk, person_id, question_id)
    place = (question.channel, question.thread_ts)
    await answer_question(desk, IncomingQuestion(person_id, asked, Via.FOLLOW_UP, *place, once, question.id))


async def ask_from_home(desk: Desk, person_id: str, text: str, once: str) -> None:
    """Answer in the person's direct conversation."""
    await answer_question(
        desk, IncomingQuestion(person_id, _written(text), Via.HOME, person_id, event_id=once)
    )


def _written(text: str) -> str:
    if not text.strip():
        raise EmptyQuestion(field="question")
    return text.strip()
