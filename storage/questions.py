"""Questions that people asked, how each was answered, and which of them wait for a lead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Text, bindparam
from sqlmodel import Field, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import TermColumn, id_field, term
from storage.locks import row_by_key
from storage.prepared import Prepared
from storage.record.recorded import Recorded
from storage.record.rows import row_by_key_to_change
from storage.terms import Feedback, Outcome, QuestionState, Via

WITHOUT_ANSWER = (Outcome.UNKNOWN, Outcome.CLARIFY, Outcome.ABOUT_US)


class Question(Recorded, table=True):
    """``offered`` has ids, best first: of the entries that we showed or, with UNKNOWN, of those that only came near.

    With ANSWERED the first of them is the answer. With FOREIGN ``offered`` is the id of the foreign topic; with LIVE it
    is the kind of company fact, then the ids that the question is about. ``channel`` and ``thread_ts`` are where the
    asker reads; a slash command has no thread. The second and third question of one message have the id of the first
    with their number: x, x.2, x.3.
    """

    __tablename__ = "question"
    personal: ClassVar[frozenset[str]] = frozenset({"text", "answer"})
    id: str = id_field()
    asker_id: str = Field(index=True)
    via: Via = term(Via)
    channel: str = Field(max_length=40)
    thread_ts: str | None = Field(default=None, max_length=40)
    text: str = Field(sa_type=Text)
    asked_at: datetime = Field(index=True)
    outcome: Outcome = term(Outcome)
    offered: str = ""
    entry_version: int | None = None
    content_version: str = Field(max_length=24)
    state: QuestionState = term(QuestionState, QuestionState.SETTLED, index=True)
    feedback: Feedback | None = Field(default=None, sa_type=TermColumn(Feedback))
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str | None = Field(default=None, sa_type=Text)

    @property
    def offered_ids(self) -> list[str]:
        return self.offered.split()

    @property
    def is_public(self) -> bool:
        """Whether everyone in a channel can read the reply."""
        return self.via in (Via.MENTION, Via.FOLLOW_UP)

    @property
    def may_be_answered(self) -> bool:
        """Whether a lead's answer would help: we had no answer or an unhelpful one, and no lead has answered yet."""
        is_unhelped = self.outcome in WITHOUT_ANSWER or self.feedback is Feedback.NOT_HELPFUL
        return is_unhelped and self.state is not QuestionState.ANSWERED


_NEWEST_IN_THREAD = (
    select(Question.text)
    .where(
        Question.asker_id == bindparam("from_id"),
        Question.channel == bindparam("at_channel"),
        col(Question.thread_ts).is_not_distinct_from(bindparam("in_thread")),
    )
    .order_by(col(Question.asked_at).desc(), col(Question.id).desc())
    .limit(3)
)
EARLIER = Prepared(_NEWEST_IN_THREAD)
EARLIER_UNTIL = Prepared(_NEWEST_IN_THREAD.where(Question.asked_at <= bindparam("until")))


def id_in_message(first_id: str, number: int) -> str:
    """The id of the question with this number in its message, counted from 1."""
    return first_id if number == 1 else f"{first_id}.{number}"


async def question(session: AsyncSession, question_id: str, *, to_change: bool = False) -> Question | None:
    return await row_by_key(session, Question, question_id, to_change=to_change)


async def question_columns(session: AsyncSession, question_id: str) -> dict[str, Any] | None:
    """Its columns by name, locked, for a verb that changes few of them."""
    return await row_by_key_to_change(session, Question, question_id)


async def questions_of_message(session: AsyncSession, first_id: str, most: int) -> list[Question]:
    """The questions of one message in their order, ``most`` at the most."""
    ids = [id_in_message(first_id, number) for number in range(1, most + 1)]
    rows = (await session.exec(select(Question).where(col(Question.id).in_(ids)))).all()
    return sorted(rows, key=lambda row: row.id)


async def earlier_texts(
    session: AsyncSession,
    asker_id: str,
    channel: str,
    thread_ts: str | None,
    until: datetime | None = None,
) -> list[str]:
    """The asker's last three questions in this thread up to ``until``, the oldest first."""
    place = {"from_id": asker_id, "at_channel": channel, "in_thread": thread_ts}
    newest = EARLIER if until is None else EARLIER_UNTIL
    rows = await newest.rows(session, **place, **({"until": until} if until else {}))
    return [text for (text,) in reversed(rows)]


async def routed_questions(session: AsyncSession) -> list[Question]:
    """The questions that wait for a lead, the oldest first."""
    rows = select(Question).where(Question.state == QuestionState.ROUTED).order_by(col(Question.asked_at))
    return list((await session.exec(rows)).all())


async def unanswered_questions_since(session: AsyncSession, since: datetime) -> list[Question]:
    """The questions that `Question.may_be_answered` is true of, the oldest first."""
    rows = select(Question).where(
        Question.asked_at >= since,
        or_(col(Question.outcome).in_(WITHOUT_ANSWER), Question.feedback == Feedback.NOT_HELPFUL),
        Question.state != QuestionState.ANSWERED,
    )
    return list((await session.exec(rows.order_by(col(Question.asked_at), col(Question.id)))).all())


async def answered_questions_since(
    session: AsyncSession, since: datetime, asker_ids: Iterable[str]
) -> list[Question]:
    """These people's questions that an entry answered, without those that the asker rated not helpful."""
    rows = select(Question).where(
        Question.asked_at >= since,
        col(Question.asker_id).in_(set(asker_ids)),
        Question.outcome == Outcome.ANSWERED,
        or_(col(Question.feedback).is_(None), Question.feedback == Feedback.HELPFUL),
    )
    return list((await session.exec(rows)).all())


async def questions_since(session: AsyncSession, since: datetime) -> list[Question]:
    rows = select(Question).where(Question.asked_at >= since).order_by(col(Question.asked_at))
    return list((await session.exec(rows)).all())
