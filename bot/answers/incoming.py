"""A question as a person asks it, and the earlier questions that it goes on from."""

from dataclasses import dataclass

from bot.answers.rules.message_questions import MOST_ANSWERED
from bot.errors import RequestClosed
from bot.work import Work
from storage import outbox, questions
from storage.terms import Via


@dataclass(frozen=True)
class IncomingQuestion:
    """A message with a question. The answer goes to ``channel`` and ``thread_ts``.

    A message with the same ``event_id`` is answered once. ``goes_on_from`` is the id of the question whose answer
    the person presses "Ask a follow-up" under. A message that ``begins_thread`` goes on from nothing.
    """

    person_id: str
    text: str
    via: Via
    channel: str
    thread_ts: str | None = None
    event_id: str | None = None
    goes_on_from: str | None = None
    begins_thread: bool = False


async def earlier_texts(work: Work, incoming: IncomingQuestion) -> list[str]:
    """The questions that this one goes on from, oldest first; none without a thread.

    A form names the last of them. A message goes on from the person's own questions in the thread, and from our
    message above it.
    """
    if incoming.goes_on_from:
        last = await questions.question(work.session, incoming.goes_on_from)
        if last is None:
            raise RequestClosed
        return await questions.earlier_texts(
            work.session, last.asker_id, last.channel, last.thread_ts, until=last.asked_at
        )
    person_id, channel, thread_ts = incoming.person_id, incoming.channel, incoming.thread_ts
    if thread_ts is None or incoming.begins_thread:
        return []
    own = await questions.earlier_texts(work.session, person_id, channel, thread_ts)
    return [*await _texts_above(work, person_id, channel, thread_ts), *own]


async def _texts_above(work: Work, person_id: str, channel: str, ts: str) -> list[str]:
    """The questions that the first message of the thread answers, if we sent it: after a question from Home, say."""
    first = await outbox.delivery_at(work.session, person_id, channel, ts)
    if first is None:
        return []
    above = await questions.questions_of_message(work.session, first.subject, MOST_ANSWERED)
    return [question.text for question in above]
