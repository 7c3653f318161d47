"""Answering a question from curated knowledge, and passing it to a person when that is not enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.answers import company_facts
from bot.answers.adopted_entries import entry_hash
from bot.answers.duties import ANSWER_WITHIN
from bot.answers.proposals import LeadReply, keep_reply
from bot.answers.rules.content_checks import review_due
from bot.answers.rules.several import LEFT, MOST_ANSWERED, RankedQuestion, rank_each
from bot.answers.views import answers, replies
from bot.answers.views.answers import ReviewState
from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.deadlines import deadline
from bot.desk import Desk
from bot.errors import AlreadyDone, NobodyToAsk, NotTheAsker, RequestClosed
from bot.obligations import close_all, open_obligation
from bot.outgoing import Outgoing, Post
from bot.people import acting, acting_lead, name_of
from bot.search.rank import Match, Ranking
from bot.work import Work, real_now
from content.library import Library
from content.models import KnowledgeEntry
from storage import inbox, knowledge, outbox, people, programme, questions
from storage.outbox import Delivery
from storage.people import Person
from storage.questions import Question
from storage.terms import DeliveryKind, Event, Feedback, ObligationKind, Outcome, QuestionState, Via


@dataclass(frozen=True)
class IncomingQuestion:
    """A message as it was heard. ``channel`` and ``thread_ts`` are where the answer goes.

    ``event_id`` makes it heard once; ``goes_on_from`` is the question whose answer a follow-up was asked under.
    """

    person_id: str
    text: str
    via: Via
    channel: str
    thread_ts: str | None = None
    event_id: str | None = None
    goes_on_from: str | None = None


@dataclass(frozen=True)
class Reply:
    """The questions of one message in their order, and what the reply says last."""

    questions: Sequence[Question]
    closing: str = ""


async def answer_command(desk: Desk, asked: IncomingQuestion) -> Message:
    """For the body of the command's own 200; ``asked`` has no event id, so that it is always new."""
    reply = await answer_question(desk, asked)
    if reply is None:
        raise LookupError("a command has no event id and is always new")
    async with desk.reading() as work:
        return await present(work, reply)


async def answer_question(desk: Desk, asked: IncomingQuestion) -> Reply | None:
    """Rank, record and queue the reply; None when this event was answered before. A command gets no Delivery."""
    async with desk.work() as work:
        await acting(work, asked.person_id)
        if asked.event_id and not await inbox.take_in(work.session, asked.event_id, real_now()):
            return None
        earlier = await _earlier(work, asked)
        parts, more = [RankedQuestion("", Ranking(Outcome.CLARIFY))], False
        if asked.text:
            parts, more = rank_each(asked.text, await work.index(), [question.text for question in earlier])
        told = [await _question(work, asked, part.text, part.ranking) for part in parts]
        for number, question in enumerate(told, start=1):
            question.id = questions.id_in_message(told[0].id, number)
            if live := await company_facts.look_up(work, question):
                question.outcome, question.offered, question.entry_version = Outcome.LIVE, live, None
        reply = Reply(told, closing=LEFT if more else "")
        await _tell(work, reply)
    return reply


async def answer_from_entry(desk: Desk, asked: IncomingQuestion, entry_id: str, once: str) -> None:
    """The person pressed an offered entry: answer from it, once for each message in which it stands."""
    async with desk.work() as work:
        await acting(work, asked.person_id)
        library = await work.library()
        if entry_id not in {entry.id for entry in library.knowledge}:
            raise RequestClosed
        if not await inbox.take_in(work.session, once, real_now()):
            where = "below" if asked.thread_ts else "in our direct messages"
            raise AlreadyDone(f"I have answered this {where} already.")
        entry = library.entry(entry_id)
        chosen = Ranking(Outcome.ANSWERED, (Match(entry, 1.0),), confidence=1.0)
        await _tell(work, Reply([await _question(work, asked, entry.title, chosen)]))


async def rate_answer(desk: Desk, person_id: str, question_id: str, feedback: Feedback) -> None:
    """Keep the asker's opinion; ranking never follows it by itself."""
    async with desk.work() as work:
        await acting(work, person_id)
        question = await _question_or_closed(work, question_id)
        if person_id != question.asker_id:
            raise NotTheAsker("Only the person who asked can rate this answer.")
        if question.feedback is not feedback:
            question.feedback = feedback
            work.record(Event.QUESTION_RATED, person_id, question)


async def route_question(desk: Desk, person_id: str, question_id: str) -> None:
    """Ask compliance: every lead owes an answer within two days; the first one counts."""
    async with desk.work() as work:
        asker = await acting(work, person_id)
        question = await _question_or_closed(work, question_id)
        if question.asker_id != asker.id:
            raise NotTheAsker
        if question.state is QuestionState.ROUTED:
            raise AlreadyDone("Your question is already with the compliance team.")
        await _refuse_answered(work, question)
        leads = await people.leads(work.session)
        if not leads:
            raise NobodyToAsk
        question.state = QuestionState.ROUTED
        work.record(Event.QUESTION_ROUTED, asker.id, question)
        for lead in leads:
            due_on = await deadline(work, lead, ANSWER_WITHIN)
            await open_obligation(work, lead, ObligationKind.ANSWER, question.id, due_on)
        await _reply(work, question, DeliveryKind.ROUTED)


async def answer_routed(desk: Desk, lead_id: str, question_id: str, reply: LeadReply) -> None:
    """A lead answers; the asker gets it in the same thread, and it is proposed as an answer for everybody."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        question = await _routed(work, question_id)
        await settle(work, lead, question, await keep_reply(work, lead, reply, [question]))
        await _reply(work, question, DeliveryKind.LEAD_ANSWER)


async def settle(work: Work, lead: Person, question: Question, answer: str) -> None:
    """A lead has answered it, and no lead owes an answer any more."""
    question.state, question.answer = QuestionState.ANSWERED, answer
    question.answered_by, question.answered_at = lead.id, work.now
    work.record(Event.QUESTION_SETTLED, lead.id, question)
    await close_all(work, ObligationKind.ANSWER, question.id, done_by=lead.id)


async def routed_question(
    desk: Desk, lead_id: str, question_id: str
) -> tuple[Question, str, tuple[KnowledgeEntry, ...]]:
    """For the modal: the question, its asker's name, and the entries that may answer it already."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        question = await _routed(work, question_id)
        entries = (await work.library()).knowledge
        return question, await name_of(work, question.asker_id), entries


async def present(work: Work, told: Reply) -> Message:
    """The reply to a message, from its questions as they stand in storage."""
    first, room = told.questions[0], answers.ROOMS[len(told.questions) - 1]
    asked_by = {Via.HOME: "You asked", Via.SHORTCUT: "You asked about"}.get(first.via, "")
    if first.via is Via.FOLLOW_UP:
        asked_by = f"{await name_of(work, first.asker_id)} asked"
    parts = [replies.ReplyPart(each.text, await _part(work, each, room)) for each in told.questions]
    follow_up = first.id if first.is_public else ""
    return replies.reply(parts, asked_by=asked_by, closing=told.closing, follow_up=follow_up)


async def _part(work: Work, question: Question, room: answers.Room) -> Message:
    if question.outcome is Outcome.LIVE:
        return await company_facts.present(work, question)
    if question.outcome is Outcome.ANSWERED:
        library = await work.library()
        entry, *also = map(library.entry, question.offered_ids)
        related = [other for other in map(library.entry, entry.related) if other not in also]
        offers = [(other.id, other.title) for other in (*also, *related)]
        asker = await people.person(work.session, question.asker_id)
        today = local_date(work.now, work.zone_of(asker))
        review = await review_state(work, work.content, entry, today)
        return answers.answer(entry, review, offers, question.id, room, also=next(iter(also), None))
    if question.outcome is Outcome.CLARIFY:
        offered = map((await work.library()).entry, question.offered_ids)
        return answers.did_you_mean([(entry.id, entry.title) for entry in offered], question.id)
    if question.outcome is Outcome.FOREIGN:
        return answers.foreign(work.content.decoy(question.offered), question.id)
    return answers.unknown(question.id)


async def review_state(work: Work, library: Library, entry: KnowledgeEntry, as_of: date) -> ReviewState:
    review = await programme.entry_review(work.session, entry.id, entry_hash(entry))
    if review is None:
        return ReviewState(overdue_since=_passed(review_due(entry), as_of))
    reviewer = await people.person(work.session, review.reviewed_by)
    on = local_date(review.reviewed_at, work.zone_of(reviewer))
    approval = await knowledge.approved_version(work.session, entry.id, entry.version)
    approved = approval is not None and approval.decided_at == review.reviewed_at
    return ReviewState(
        await name_of(work, review.reviewed_by),
        on,
        overdue_since=_passed(review_due(entry, on), as_of),
        approved=approved,
        alone=approved and approval.proposed_by == approval.decided_by,
    )


def _passed(due: date, as_of: date) -> date | None:
    return due if due < as_of else None


async def compose_answer(work: Work, delivery: Delivery) -> Outgoing | None:
    asked = await questions.questions_of_message(work.session, delivery.subject, MOST_ANSWERED)
    if not asked:
        return None
    return Outgoing(Post(await present(work, Reply(asked, delivery.said or ""))))


async def compose_routed(_work: Work, _delivery: Delivery) -> Outgoing:
    return Outgoing(Post(answers.routed()))


async def compose_lead_answer(work: Work, delivery: Delivery) -> Outgoing | None:
    question = await questions.question(work.session, delivery.subject)
    if question is None or question.answer is None:
        return None
    by = await name_of(work, question.answered_by)
    return Outgoing(Post(answers.routed_answer(question.text, question.answer, by)))


async def _question(work: Work, asked: IncomingQuestion, text: str, ranking: Ranking) -> Question:
    """Each answer names the version of its entry; a decoy is offered to nobody, and says who to ask."""
    foreign = ranking.decoy if ranking.outcome is Outcome.FOREIGN else None
    offered = [foreign.id] if foreign else [entry.id for entry in ranking.told]
    answered = ranking.outcome is Outcome.ANSWERED
    return Question(
        asker_id=asked.person_id,
        via=asked.via,
        channel=asked.channel,
        thread_ts=asked.thread_ts,
        text=text,
        asked_at=work.now,
        outcome=ranking.outcome,
        offered=" ".join(offered),
        entry_version=ranking.matches[0].entry.version if answered else None,
        content_version=(await work.library()).version,
    )


async def _earlier(work: Work, asked: IncomingQuestion) -> list[Question]:
    """What the question goes on from: for a form the question that it names and what came before that, or else
    what this thread was about for the person; without a thread every question stands for itself.
    """
    if asked.goes_on_from:
        last = await _question_or_closed(work, asked.goes_on_from)
        return await questions.earlier_questions(
            work.session, last.asker_id, last.channel, last.thread_ts, until=last.asked_at
        )
    if asked.thread_ts is None:
        return []
    own = await questions.earlier_questions(work.session, asked.person_id, asked.channel, asked.thread_ts)
    return [*await _begun(work, asked.person_id, asked.channel, asked.thread_ts), *own]


async def _begun(work: Work, person_id: str, channel: str, ts: str) -> list[Question]:
    """What our own message answered, when the thread stands below it: after a question from Home, say."""
    first = await outbox.delivery_at(work.session, person_id, channel, ts)
    return await questions.questions_of_message(work.session, first.subject, MOST_ANSWERED) if first else []


async def _tell(work: Work, told: Reply) -> None:
    """Store each question with what the company was told, and queue the one reply."""
    for question in told.questions:
        work.record(Event.QUESTION_ANSWERED, question.asker_id, question)
    first = told.questions[0]
    if first.via is not Via.COMMAND:
        await _reply(work, first, DeliveryKind.ANSWER, told.closing)


async def _reply(work: Work, question: Question, kind: DeliveryKind, closing: str = "") -> None:
    in_thread = question.via is not Via.COMMAND
    await work.queue(
        kind,
        question.channel if in_thread else question.asker_id,
        question.id,
        once=f"{kind}:{question.id}",
        thread_ts=question.thread_ts if in_thread else None,
        said=closing or None,
    )


async def _question_or_closed(work: Work, question_id: str) -> Question:
    question = await questions.question(work.session, question_id, to_change=True)
    if question is None:
        raise RequestClosed
    return question


async def _routed(work: Work, question_id: str) -> Question:
    """A question that waits for a lead."""
    question = await _question_or_closed(work, question_id)
    await _refuse_answered(work, question)
    if question.state is not QuestionState.ROUTED:
        raise RequestClosed
    return question


async def _refuse_answered(work: Work, question: Question) -> None:
    if question.state is QuestionState.ANSWERED:
        by = await name_of(work, question.answered_by)
        raise AlreadyDone(f"{by} has already answered this question.")
