"""Answering a question from curated knowledge, and passing it to a person when that is not enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.answers import company_facts
from bot.answers.adopted_entries import entry_hash
from bot.answers.duties import ANSWER_WITHIN
from bot.answers.incoming import IncomingQuestion, earlier_texts
from bot.answers.proposals import LeadReply, keep_reply
from bot.answers.rules.content_checks import review_due
from bot.answers.rules.message_questions import MOST_ANSWERED, THREE_AT_MOST, RankedQuestion, rank_each
from bot.answers.views import answers, replies, routed_questions
from bot.answers.views.answers import ReviewState
from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.deadlines import deadline
from bot.desk import Desk
from bot.errors import AlreadyDone, NobodyToAsk, NotTheAsker, RequestClosed
from bot.obligations import close_obligations_about, open_obligation
from bot.outgoing import Outgoing, Post
from bot.people import acting_lead, acting_person, check_member, name_of
from bot.search.rank import Match, Ranking
from bot.work import Work, real_now
from content.library import Library
from content.models import KnowledgeEntry
from storage import inbox, knowledge, people, programme, questions
from storage.columns import fresh_id
from storage.outbox import Delivery
from storage.people import Person
from storage.questions import Question
from storage.record.recorded import NewRow, changed_row, new_row
from storage.terms import DeliveryKind, Event, Feedback, ObligationKind, Outcome, QuestionState, Via


@dataclass(frozen=True)
class Answered:
    """What is stored of a message: the id of its first question; ``closing`` is the last line of the reply."""

    first_id: str
    closing: str = ""


@dataclass(frozen=True)
class Reply:
    """The questions of one message in their order; ``closing`` is the last line of the reply."""

    questions: Sequence[Question]
    closing: str = ""


async def answer_command(desk: Desk, incoming: IncomingQuestion) -> Message:
    """The body of the response to a slash command. Each command is new, since it has no event id."""
    answered = await answer_question(desk, incoming)
    if answered is None:
        raise LookupError("a command has no event id and is always new")
    async with desk.reading() as work:
        stored = await questions.questions_of_message(work.session, answered.first_id, MOST_ANSWERED)
        return await present_reply(work, Reply(stored, answered.closing))


async def answer_question(desk: Desk, incoming: IncomingQuestion) -> Answered | None:
    """Rank and record each question of the message, and queue one reply; a command's reply is not queued.

    None when this event was answered before.
    """
    async with desk.work() as work:
        await check_member(work, incoming.person_id)
        if incoming.event_id and not await inbox.take_in_event(work.session, incoming.event_id, real_now()):
            return None
        parts, more = [RankedQuestion("", Ranking(Outcome.CLARIFY))], False
        if incoming.text:
            earlier = await earlier_texts(work, incoming)
            parts, more = rank_each(incoming.text, await work.index(), earlier)
        answered = Answered(fresh_id(), closing=THREE_AT_MOST if more else "")
        rows: list[NewRow] = []
        for number, part in enumerate(parts, start=1):
            question_id = questions.id_in_message(answered.first_id, number)
            facts = (
                await company_facts.look_up(work, incoming.person_id, part.intent) if part.intent else None
            )
            rows.append(await _new_question(work, incoming, question_id, part, facts))
        await _record_and_queue(work, incoming, rows, answered.closing)
    return answered


async def answer_from_entry(desk: Desk, incoming: IncomingQuestion, entry_id: str, once: str) -> None:
    """The person pressed an offered entry, which answers now: once for each message that offers it."""
    async with desk.work() as work:
        await check_member(work, incoming.person_id)
        library = await work.library()
        if entry_id not in {entry.id for entry in library.knowledge}:
            raise RequestClosed
        if not await inbox.take_in_event(work.session, once, real_now()):
            where = "below" if incoming.thread_ts else "in our direct messages"
            raise AlreadyDone(f"I have answered this {where} already.")
        entry = library.entry(entry_id)
        ranking = Ranking(Outcome.ANSWERED, (Match(entry, 1.0),), confidence=1.0)
        part = RankedQuestion(entry.title, ranking)
        question = await _new_question(work, incoming, fresh_id(), part)
        await _record_and_queue(work, incoming, [question])


async def rate_answer(desk: Desk, person_id: str, question_id: str, feedback: Feedback) -> None:
    """Keep the asker's opinion. No opinion changes how entries are ranked."""
    async with desk.work() as work:
        await check_member(work, person_id)
        question = await questions.question_columns(work.session, question_id)
        if question is None:
            raise RequestClosed
        if person_id != question["asker_id"]:
            raise NotTheAsker("Only the person who asked can rate this answer.")
        if question["feedback"] is not feedback:
            rated = changed_row(Question, question, feedback=feedback)
            work.record(Event.QUESTION_RATED, person_id, rated)


async def route_question(desk: Desk, person_id: str, question_id: str) -> None:
    """Ask compliance: every lead owes an answer within two days; the first one counts."""
    async with desk.work() as work:
        asker = await acting_person(work, person_id)
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
        await _queue_reply(work, question, DeliveryKind.ROUTED)


async def answer_routed(desk: Desk, lead_id: str, question_id: str, reply: LeadReply) -> None:
    """A lead answers: the asker reads it in the same thread, and other leads may approve it for everybody."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        question = await _routed_question(work, question_id)
        await settle_question(work, lead, question, await keep_reply(work, lead, reply, [question]))
        await _queue_reply(work, question, DeliveryKind.LEAD_ANSWER)


async def settle_question(work: Work, lead: Person, question: Question, answer: str) -> None:
    """Store this lead's answer, and close what every lead owed about the question."""
    question.state, question.answer = QuestionState.ANSWERED, answer
    question.answered_by, question.answered_at = lead.id, work.now
    work.record(Event.QUESTION_SETTLED, lead.id, question)
    await close_obligations_about(work, ObligationKind.ANSWER, question.id, done_by=lead.id)


async def routed_question(
    desk: Desk, lead_id: str, question_id: str
) -> tuple[Question, str, tuple[KnowledgeEntry, ...]]:
    """For the modal: the question, its asker's name, and the entries that may answer it already."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        question = await _routed_question(work, question_id)
        entries = (await work.library()).knowledge
        return question, await name_of(work, question.asker_id), entries


async def present_reply(work: Work, reply: Reply) -> Message:
    """The message that answers all questions of the reply, each with the outcome that is stored for it."""
    first, room = reply.questions[0], answers.ROOMS[len(reply.questions) - 1]
    asked_by = {Via.HOME: "You asked", Via.SHORTCUT: "You asked about"}.get(first.via, "")
    if first.via is Via.FOLLOW_UP:
        asked_by = f"{await name_of(work, first.asker_id)} asked"
    parts = [
        replies.ReplyPart(question.text, await _present_question(work, question, room))
        for question in reply.questions
    ]
    follow_up = first.id if first.is_public else ""
    return replies.reply_message(parts, asked_by=asked_by, closing=reply.closing, follow_up=follow_up)


async def _present_question(work: Work, question: Question, room: answers.Room) -> Message:
    if question.outcome is Outcome.LIVE:
        return await company_facts.present_facts(work, question)
    if question.outcome is Outcome.ANSWERED:
        library = await work.library()
        entry, *also = map(library.entry, question.offered_ids)
        related = [other for other in map(library.entry, entry.related) if other not in also]
        offers = [(other.id, other.title) for other in (*also, *related)]
        asker = await people.person(work.session, question.asker_id)
        today = local_date(work.now, work.zone_of(asker))
        review = await review_state(work, work.content, entry, today)
        return answers.entry_answer(entry, review, offers, question.id, room, also=next(iter(also), None))
    if question.outcome is Outcome.CLARIFY:
        entries = map((await work.library()).entry, question.offered_ids)
        return answers.did_you_mean([(entry.id, entry.title) for entry in entries], question.id)
    if question.outcome is Outcome.ABOUT_US:
        entries = map((await work.library()).entry, question.offered_ids)
        return answers.about_us_answer(list(entries), question.id)
    if question.outcome is Outcome.FOREIGN:
        return answers.foreign_answer(work.content.decoy(question.offered), question.id)
    return answers.unknown_answer(question.id)


async def review_state(work: Work, library: Library, entry: KnowledgeEntry, as_of: date) -> ReviewState:
    review = await programme.entry_review(work.session, entry.id, entry_hash(entry))
    if review is None:
        return ReviewState(overdue_since=_if_overdue(review_due(entry), as_of))
    reviewer = await people.person(work.session, review.reviewed_by)
    reviewed_on = local_date(review.reviewed_at, work.zone_of(reviewer))
    approval = await knowledge.approved_version(work.session, entry.id, entry.version)
    approved = approval is not None and approval.decided_at == review.reviewed_at
    return ReviewState(
        await name_of(work, review.reviewed_by),
        reviewed_on,
        overdue_since=_if_overdue(review_due(entry, reviewed_on), as_of),
        approved=approved,
        alone=approved and approval.proposed_by == approval.decided_by,
    )


def _if_overdue(due: date, as_of: date) -> date | None:
    return due if due < as_of else None


async def compose_answer(work: Work, delivery: Delivery) -> Outgoing | None:
    answered = await questions.questions_of_message(work.session, delivery.subject, MOST_ANSWERED)
    if not answered:
        return None
    return Outgoing(Post(await present_reply(work, Reply(answered, delivery.said or ""))))


async def compose_routing_receipt(_work: Work, _delivery: Delivery) -> Outgoing:
    return Outgoing(Post(routed_questions.routing_receipt()))


async def compose_lead_answer(work: Work, delivery: Delivery) -> Outgoing | None:
    question = await questions.question(work.session, delivery.subject)
    if question is None or question.answer is None:
        return None
    lead = await name_of(work, question.answered_by)
    return Outgoing(Post(routed_questions.lead_answer(question.text, question.answer, lead)))


async def _new_question(
    work: Work, incoming: IncomingQuestion, question_id: str, part: RankedQuestion, facts: str | None = None
) -> NewRow:
    """The row of one question. A foreign topic keeps the decoy's id in place of entries, and a question that the
    company's own ``facts`` answer keeps their kind and ids.
    """
    ranking = part.ranking
    foreign = ranking.decoy if part.outcome is Outcome.FOREIGN else None
    topics = [foreign.id] if foreign else [entry.id for entry in ranking.told]
    has_answer = part.entry_id and not facts
    return new_row(
        Question,
        id=question_id,
        asker_id=incoming.person_id,
        via=incoming.via,
        channel=incoming.channel,
        thread_ts=incoming.thread_ts,
        text=part.text,
        asked_at=work.now,
        outcome=Outcome.LIVE if facts else part.outcome,
        offered=facts or " ".join(topics),
        entry_version=ranking.matches[0].entry.version if has_answer else None,
        content_version=(await work.library()).version,
    )


async def _record_and_queue(
    work: Work, incoming: IncomingQuestion, rows: Sequence[NewRow], closing: str = ""
) -> None:
    """Store each question with its outcome, and queue the reply unless a command's response carries it."""
    for row in rows:
        work.record(Event.QUESTION_ANSWERED, incoming.person_id, row)
    if incoming.via is not Via.COMMAND:
        first_id = rows[0].values["id"]
        await work.queue(
            DeliveryKind.ANSWER,
            incoming.channel,
            first_id,
            once=f"{DeliveryKind.ANSWER}:{first_id}",
            thread_ts=incoming.thread_ts,
            said=closing or None,
        )


async def _queue_reply(work: Work, question: Question, kind: DeliveryKind) -> None:
    in_thread = question.via is not Via.COMMAND
    await work.queue(
        kind,
        question.channel if in_thread else question.asker_id,
        question.id,
        once=f"{kind}:{question.id}",
        thread_ts=question.thread_ts if in_thread else None,
    )


async def _question_or_closed(work: Work, question_id: str) -> Question:
    question = await questions.question(work.session, question_id, to_change=True)
    if question is None:
        raise RequestClosed
    return question


async def _routed_question(work: Work, question_id: str) -> Question:
    """Raises AlreadyDone or RequestClosed unless the question waits for a lead's answer."""
    question = await _question_or_closed(work, question_id)
    await _refuse_answered(work, question)
    if question.state is not QuestionState.ROUTED:
        raise RequestClosed
    return question


async def _refuse_answered(work: Work, question: Question) -> None:
    if question.state is QuestionState.ANSWERED:
        lead = await name_of(work, question.answered_by)
        raise AlreadyDone(f"{lead} has already answered this question.")
