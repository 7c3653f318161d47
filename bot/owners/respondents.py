"""Respondents: who is asked for evidence, and when. It is the owner or, while the owner is away, the backup."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.calendar.workdays import Workdays
from bot.deadlines import Staff, staff_of, workdays_by_id
from bot.desk import Desk
from bot.obligations import close_obligation, open_obligation
from bot.owners import handovers
from bot.owners.rules.leave import Respondent, respondent_for
from bot.owners.rules.ownership import answering_owners, holders
from bot.owners.views.leave import BETWEEN_OWNERS, asked_instead_words, stands_in_words
from bot.people import name_of
from bot.work import Work
from storage import evidence, obligations, ownership, people
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person
from storage.terms import ObligationKind, ObligationState, OwnershipRole, OwnershipState

ASK_AHEAD = timedelta(days=7)


async def evidence_is_asked_otherwise(work: Work, staff: Staff) -> bool:
    """Whether a request for evidence has yet to be opened or withdrawn."""
    return any(await _compare(work, staff))


async def ask_for_evidence(desk: Desk) -> None:
    """Ask the person who answers for it now, and nobody else, for all that is due within a week.

    So a request passes to the backup when the owner's leave begins, and back to the owner when it ends.
    """
    async with desk.work() as work:
        missing, misplaced = await _compare(work, await staff_of(work))
        for obligation in misplaced:
            await close_obligation(work, obligation, ObligationState.WITHDRAWN)
        for occurrence, person in missing:
            await open_obligation(work, person, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on)


async def respondent_of(work: Work, occurrence: Occurrence) -> Respondent | None:
    """None while nobody who can act has accepted to own its control."""
    ownerships = await ownership.ownerships_of_control(work.session, occurrence.control_id)
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in ownerships})
    days = await workdays_by_id(work, people_by_id.values())
    return _respondents([occurrence], ownerships, people_by_id, days, work.now).get(occurrence.id)


async def why_asked(work: Work, respondent: Respondent | None, person_id: str, control_id: str) -> str | None:
    """In words, for a backup: whom they stand in for, or that the control has no owner. None for anybody else."""
    if respondent is None or respondent.person_id != person_id:
        return None
    if respondent.until is None:
        return None if await handovers.still_owns(work, person_id, control_id) else BETWEEN_OWNERS
    return stands_in_words(await name_of(work, respondent.stands_in_for), respondent.until)


async def asked_instead(work: Work, respondent: Respondent | None, person_id: str) -> str | None:
    """In words, for an owner on leave: who is asked instead. None when nobody is."""
    if respondent is None or respondent.until is None or respondent.stands_in_for != person_id:
        return None
    return asked_instead_words(await name_of(work, respondent.person_id), respondent.until)


async def _compare(work: Work, staff: Staff) -> tuple[list[tuple[Occurrence, Person]], list[Obligation]]:
    """The requests to open, and those to withdraw since another person answers now.

    While a file is being fetched, nobody else is asked for it, and the request of the person who sent it stays.
    """
    ready = {row.id: row for row in await evidence.awaited_occurrences(work.session, work.today + ASK_AHEAD)}
    requests = await obligations.open_obligations_of_kind(work.session, ObligationKind.EVIDENCE)
    if not ready and not requests:
        return [], []
    others = {row.subject for row in requests} - ready.keys()
    requested = await evidence.occurrences_by_id(work.session, others)
    holdings = await ownership.holdings(work.session)
    ownerships = [row for row, _ in holdings]
    people_by_id = {holder.id: holder for _, holder in holdings}
    days = staff.workdays_by_id(people_by_id.values())
    respondents = _respondents(
        (*ready.values(), *requested.values()), ownerships, people_by_id, days, work.now
    )
    open_pairs = {(row.person_id, row.subject) for row in requests}
    senders = await evidence.submitter_ids_of_fetches(work.session)
    missing = [
        (occurrence, people_by_id[respondents[key].person_id])
        for key, occurrence in ready.items()
        if key in respondents and key not in senders and (respondents[key].person_id, key) not in open_pairs
    ]
    return missing, [
        row
        for row in requests
        if senders.get(row.subject) != row.person_id
        and (row.subject not in respondents or respondents[row.subject].person_id != row.person_id)
    ]


def _respondents(
    occurrences: Iterable[Occurrence],
    ownerships: Sequence[Ownership],
    people_by_id: Mapping[str, Person],
    days: Mapping[str, Workdays],
    now: datetime,
) -> dict[str, Respondent]:
    """By occurrence; ``ownerships`` are the current ones of its control, at least, with the people who have them."""
    able = {person_id for person_id, person in people_by_id.items() if person.may_act}
    owners = answering_owners(ownerships, able)
    stand_ins = {
        control_id: row.person_id
        for (control_id, role), row in holders(ownerships, able).items()
        if role is OwnershipRole.BACKUP and row.state is OwnershipState.ACCEPTED
    }
    return {
        occurrence.id: respondent_for(
            owner, stand_ins.get(occurrence.control_id), occurrence.due_on, days, now
        )
        for occurrence in occurrences
        if (owner := owners.get(occurrence.control_id))
    }
