"""Evidence as its owner gives it: what is asked for, promised in the message, and received or refused."""

from dataclasses import dataclass
from datetime import date

from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import (
    AlreadyDone,
    BadDate,
    FileMissing,
    FileTooLarge,
    NotTheOwner,
    RequestClosed,
)
from bot.events.reporting import event_words
from bot.evidence import waiver_messages
from bot.evidence.listings import required_listing
from bot.evidence.requests import control_of, occurrence_of, the_occurrence
from bot.evidence.rules.listings import Listing
from bot.evidence.rules.timeliness import misdated, refusal_at_submission, timeliness
from bot.evidence.views import handing_in
from bot.obligations import show_to_all
from bot.outgoing import Outgoing, Post
from bot.owners.stand_ins import passed_on, who_answers, why_asked
from bot.people import acting, name_of
from bot.work import Work
from storage import evidence, people, under_review
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.people import Person
from storage.programme import Control
from storage.record import entries
from storage.record.recorded import subject_of
from storage.terms import (
    Event,
    EvidenceState,
    ObligationKind,
    ObligationState,
    OccurrenceState,
)


@dataclass(frozen=True)
class GivenFile:
    """A file as the modal's submission describes it; the bytes are fetched later."""

    id: str
    name: str
    size: int
    type: str


async def submit_evidence(
    desk: Desk,
    person_id: str,
    occurrence_id: str,
    file: GivenFile | None,
    performed_on: date | None,
    note: str | None = None,
    listing: Listing | None = None,
) -> None:
    """Record the promise of a file. It counts once the worker has fetched, checked and stored it."""
    async with desk.work() as work:
        person = await acting(work, person_id)
        occurrence, control = await owed_occurrence(work, person, occurrence_id)
        if file is None:
            raise FileMissing(field="file")
        if unusable := refusal_at_submission(file.name, file.size):
            raise FileTooLarge(unusable, field="file")
        stated = required_listing(work, control, occurrence, listing or Listing())
        promised = Evidence(
            occurrence_id=occurrence.id,
            submitted_by=person.id,
            slack_file_id=file.id,
            name=file.name,
            declared_size=file.size,
            declared_type=file.type,
            note=note,
            item_count=stated.item_count,
            query=stated.query,
            as_of=stated.as_of,
            performed_on=require_performance(work, person, occurrence, performed_on),
            received_at=work.now,
        )
        work.record(Event.EVIDENCE_PROMISED, person.id, promised)
        await show_to_all(work, ObligationKind.EVIDENCE, occurrence.id)


async def request_to_answer(
    desk: Desk, person_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, date]:
    """For the upload modal: the occurrence, its control, and today where the company is."""
    async with desk.reading() as work:
        person = await acting(work, person_id)
        occurrence, control = await owed_occurrence(work, person, occurrence_id)
        return occurrence, control, work.today


async def compose_refusal(work: Work, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(work.session, delivery.subject)
    if given is None or given.refusal is None:
        return None
    occurrence = await occurrence_of(work, given)
    control = await control_of(work, occurrence)
    answering = await who_answers(work, occurrence)
    theirs = answering is not None and given.submitted_by in answering.people
    return Outgoing(Post(handing_in.refused(occurrence, control, given.refusal, theirs=theirs)))


async def compose_receipt(work: Work, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(work.session, delivery.subject)
    if given is None:
        return None
    occurrence = await occurrence_of(work, given)
    return Outgoing(Post(await _receipt(work, given, occurrence, delivery.recipient)))


async def owner_item(work: Work, owed: Obligation) -> Message | None:
    """How a request for evidence stands in the owner's bundle."""
    occurrence = await the_occurrence(work, owed.subject)
    control = await control_of(work, occurrence)
    event = await event_words(work, occurrence, control)
    given = (await evidence.newest_evidence(work.session, [occurrence.id])).get(occurrence.id)
    if given and given.state is EvidenceState.FETCHING:
        return handing_in.receiving(occurrence, control, given)
    if occurrence.state is OccurrenceState.WAIVED:
        waived = await waiver_messages.waived_item(work, owed.person_id, occurrence, control)
        if waived:
            return waived
    if given and occurrence.state not in AWAITED:
        return await _receipt(work, given, occurrence, owed.person_id)
    answering = await who_answers(work, occurrence)
    if owed.state is ObligationState.WITHDRAWN:
        return handing_in.closed(occurrence, control, await passed_on(work, answering, owed.person_id))
    told = handing_in.Asking(
        fault=await _fault(work, given),
        last=handing_in.kind_word(given) if given else "",
        event=event,
        why_you=await why_asked(work, answering, owed.person_id, control.id),
        waiver=await waiver_messages.note_for_owner(work, owed.person_id, occurrence),
    )
    return handing_in.ask(occurrence, control, work.today, told)


def require_performance(
    work: Work, person: Person, occurrence: Occurrence, performed_on: date | None
) -> date:
    """The day on which the owner says that the control was performed. Raises BadDate."""
    if performed_on is None:
        raise BadDate(field="performed_on")
    earliest = None if occurrence.trigger_id else occurrence.starts_on
    if wrong := misdated(performed_on, earliest, local_date(work.now, person.zone)):
        raise BadDate(wrong, field="performed_on")
    return performed_on


async def owed_occurrence(work: Work, person: Person, occurrence_id: str) -> tuple[Occurrence, Control]:
    """What this person may hand in evidence for; held while a verb decides on it."""
    occurrence = await evidence.occurrence(work.session, occurrence_id, to_change=True)
    if occurrence is None:
        raise RequestClosed
    answering = await who_answers(work, occurrence)
    if answering is None or person.id not in answering.people:
        raise NotTheOwner
    newest = (await evidence.newest_evidence(work.session, [occurrence.id])).get(occurrence.id)
    if occurrence.state is OccurrenceState.WITHDRAWN:
        why = "The event was withdrawn" if occurrence.trigger_id else "The schedule has changed"
        raise RequestClosed(f"{why}, and nothing is asked for this period any more.")
    if occurrence.state not in AWAITED:
        raise AlreadyDone(f"Evidence for this period is already {occurrence.state}.", field="file")
    if newest and newest.state is EvidenceState.FETCHING:
        raise AlreadyDone(await _on_its_way(work, newest, person), field="file")
    return occurrence, await control_of(work, occurrence)


async def _receipt(work: Work, given: Evidence, occurrence: Occurrence, reader_id: str) -> Message:
    control, reader = await control_of(work, occurrence), await people.person(work.session, reader_id)
    entry = await entries.entry_of_kind(work.session, Event.EVIDENCE_SUBMITTED, subject_of(given))
    dated = timeliness(occurrence, given, work.zone)
    number, zone = entry.seq if entry else None, work.zone_of(reader)
    event = await event_words(work, occurrence, control)
    return handing_in.receipt(occurrence, control, given, dated, number, zone, event)


async def _on_its_way(work: Work, given: Evidence, reader: Person) -> str:
    if given.submitted_by == reader.id:
        return "Your file has been received and is being checked."
    sender = await name_of(work, given.submitted_by)
    return f"{sender} has handed in a file for this already, and it is being checked."


async def _fault(work: Work, given: Evidence | None) -> str | None:
    """Why the last file or statement did not count."""
    if given is None or given.state is EvidenceState.REFUSED:
        return given.refusal if given else None
    review = await under_review.review_of(work.session, given.id)
    if review is None:
        return None
    return f"{await name_of(work, review.reviewer_id)} rejected {handing_in.named(given)}: {review.reason}"
