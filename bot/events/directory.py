"""The workspace's directory: whose database this is, who works here, and who leads compliance."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.desk import Desk, SlackRefused
from bot.events.raising import raise_for_person
from bot.events.rules.directory import Account, account, named_as_lead
from bot.work import Work, real_now
from storage import inbox, people
from storage.people import Person, Workspace
from storage.record import entries, past
from storage.record.recorded import subject_name
from storage.terms import AccountKind, Event

PAGE = 200


class WrongWorkspace(Exception):
    """This database belongs to another workspace or another key; the message is for the terminal."""


async def meet_workspace(desk: Desk) -> None:
    """Bind an empty database to this workspace, or refuse another's. Raises WrongWorkspace."""
    async with desk.work() as work:
        known = await people.workspace(work.session)
        if known is None:
            met = Workspace(id=desk.identity.team_id, name=desk.identity.team, sandbox=desk.sandbox)
            work.record(Event.RECORD_OPENED, "setup", met, key=desk.key.verifier)
        elif not await _signed_with(work, desk.key.verifier):
            raise WrongWorkspace(
                f"The key {desk.settings.record_key} is not the one that this record was begun with. "
                "Put the first key back; without it no signed head can be checked."
            )
        elif (known.id, known.sandbox) != (desk.identity.team_id, desk.sandbox):
            raise WrongWorkspace(
                f"This database belongs to the workspace {known.name} ({known.id}). "
                f"Slack says that the token is for {desk.identity.team} ({desk.identity.team_id})."
            )


async def _signed_with(work: Work, verifier: str) -> bool:
    """Whether our key is the one that the record names in its first entry."""
    [first] = await entries.entries_from(work.session, 0, page=1)
    return json.loads(first.leaf)["facts"]["key"] == verifier


async def sync_people(desk: Desk) -> None:
    """Read the whole directory from Slack, then write what differs; leads follow COMPLIANCE_LEADS.

    Who is found to have joined or left meanwhile is an event, but nobody whom the first reading finds. What Slack told
    of somebody while the directory was being read is newer than the directory, and stays.
    """
    begun = desk.now()
    accounts = [
        account(user, desk.identity.team_id, desk.library.programme.zone) for user in await _directory(desk)
    ]
    async with desk.work() as work:
        known = {person.id: person for person in await people.everyone(work.session)}
        newer = await past.stated_after(work.session, Person, begun)
        for seen in accounts:
            if subject_name(Person, [seen.id]) in newer:
                continue
            before = known[seen.id].standing if seen.id in known else None
            person = await _write(work, seen, known.get(seen.id))
            if known:
                await raise_for_person(work, before, person, discovered=True)


async def see_person(desk: Desk, user: Mapping[str, Any], event_id: str, *, joined: bool) -> None:
    """Somebody joined, changed or left: team_join, when ``joined``, and user_change."""
    seen = account(user, desk.identity.team_id, desk.library.programme.zone)
    async with desk.work() as work:
        if await inbox.take_in(work.session, event_id, real_now()):
            known = await people.person(work.session, seen.id)
            before = known.standing if known else None
            person = await _write(work, seen, known)
            missed = known is None and not joined
            await raise_for_person(work, before, person, discovered=missed)


async def _directory(desk: Desk) -> Sequence[Mapping[str, Any]]:
    users: list[Mapping[str, Any]] = []
    cursor = ""
    while True:
        try:
            page = await desk.slack.users_list(limit=PAGE, cursor=cursor or None)
        except SlackApiError as refusal:
            error = refusal.response.get("error")
            raise SlackRefused(f"Slack did not hand out the list of people ({error}).") from refusal
        users += page["members"]
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return users


async def _write(work: Work, seen: Account, known: Person | None) -> Person:
    person = known or Person(id=seen.id, name="", zone="", standing=AccountKind.GUEST)
    lead_by = named_as_lead(seen.id, seen.email, work.settings.compliance_leads)
    is_lead = lead_by is not None and seen.standing is AccountKind.MEMBER
    was_lead = person.is_lead
    before = (person.name, person.email, person.zone, person.standing, person.is_lead, person.lead_by)
    person.name, person.email, person.zone, person.standing = seen.name, seen.email, seen.zone, seen.standing
    person.is_lead, person.lead_by = is_lead, lead_by if is_lead else None
    if before == (person.name, person.email, person.zone, person.standing, person.is_lead, person.lead_by):
        return person
    work.session.add(person)
    kind = Event.PERSON_SEEN
    if is_lead != was_lead:
        kind = Event.LEAD_GRANTED if is_lead else Event.LEAD_REMOVED
    work.record(
        kind,
        "setup",
        person,
        source="COMPLIANCE_LEADS" if is_lead != was_lead else "Slack",
    )
    return person
