"""The workspace and its directory: which workspace this database is of, who works there, and who leads compliance."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.desk import Desk, SlackRefused
from bot.events.raising import raise_joiner_or_leaver
from bot.events.rules.directory import Account, account_from_slack, lead_entry_for
from bot.work import Work, real_now
from storage import inbox, people
from storage.people import Person, Workspace
from storage.record import entries, past
from storage.record.recorded import Actor, subject_name
from storage.terms import AccountKind, Event

PEOPLE_A_PAGE = 200


class WrongWorkspace(Exception):
    """This database belongs to another workspace or another key; the message is for the terminal."""


async def bind_workspace(desk: Desk) -> None:
    """Bind an empty database to this workspace, or refuse another's. Raises WrongWorkspace."""
    async with desk.work() as work:
        workspace = await people.workspace(work.session)
        if workspace is None:
            workspace = Workspace(id=desk.identity.team_id, name=desk.identity.team, sandbox=desk.sandbox)
            work.record(Event.RECORD_OPENED, Actor.SETUP, workspace, key=desk.key.verifier)
        elif not await _signed_with(work, desk.key.verifier):
            raise WrongWorkspace(
                f"The key {desk.settings.record_key} is not the one that this record was begun with. "
                "Put the first key back; without it no signed head can be checked."
            )
        elif (workspace.id, workspace.sandbox) != (desk.identity.team_id, desk.sandbox):
            raise WrongWorkspace(
                f"This database belongs to the workspace {workspace.name} ({workspace.id}). "
                f"Slack says that the token is for {desk.identity.team} ({desk.identity.team_id})."
            )


async def _signed_with(work: Work, verifier: str) -> bool:
    """Whether the first entry of the record names this key."""
    first = await entries.first_entry(work.session)
    return json.loads(first.leaf)["facts"]["key"] == verifier


async def sync_people(desk: Desk) -> None:
    """Read the whole directory from Slack, then write what differs; COMPLIANCE_LEADS names the leads.

    Somebody who has joined or left since the last reading is an event; the first reading raises none. A change that
    Slack reports while the directory is being read is newer than the directory, and is kept.
    """
    begun = desk.now()
    accounts = [
        account_from_slack(user, desk.identity.team_id, desk.library.programme.zone)
        for user in await _slack_users(desk)
    ]
    async with desk.work() as work:
        people_by_id = {person.id: person for person in await people.everyone(work.session)}
        newer = await past.stated_after(work.session, Person, begun)
        for each in accounts:
            if subject_name(Person, [each.id]) in newer:
                continue
            person = people_by_id.get(each.id)
            before = person.standing if person else None
            person = await _write(work, each, person)
            if people_by_id:
                await raise_joiner_or_leaver(work, before, person, discovered=True)


async def see_person(desk: Desk, user: Mapping[str, Any], event_id: str, *, joined: bool) -> None:
    """Slack's event of a person: team_join, when ``joined``, or user_change, which also tells that somebody left."""
    slack_account = account_from_slack(user, desk.identity.team_id, desk.library.programme.zone)
    async with desk.work() as work:
        if await inbox.take_in_event(work.session, event_id, real_now()):
            person = await people.person(work.session, slack_account.id)
            before = person.standing if person else None
            join_missed = person is None and not joined
            person = await _write(work, slack_account, person)
            await raise_joiner_or_leaver(work, before, person, discovered=join_missed)


async def _slack_users(desk: Desk) -> Sequence[Mapping[str, Any]]:
    users: list[Mapping[str, Any]] = []
    cursor = ""
    while True:
        try:
            page = await desk.slack.users_list(limit=PEOPLE_A_PAGE, cursor=cursor or None)
        except SlackApiError as refusal:
            error = refusal.response.get("error")
            raise SlackRefused(f"Slack did not hand out the list of people ({error}).") from refusal
        users += page["members"]
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return users


async def _write(work: Work, slack_account: Account, person: Person | None) -> Person:
    """Store what the account says, and record it if that differs from what is stored."""
    person = person or Person(id=slack_account.id, name="", zone="", standing=AccountKind.GUEST)
    before, was_lead = _facts(person), person.is_lead
    lead_by = lead_entry_for(slack_account.id, slack_account.email, work.settings.compliance_leads)
    person.name, person.email, person.zone = slack_account.name, slack_account.email, slack_account.zone
    person.standing = slack_account.standing
    person.is_lead = lead_by is not None and person.standing is AccountKind.MEMBER
    person.lead_by = lead_by if person.is_lead else None
    if _facts(person) == before:
        return person
    if person.is_lead == was_lead:
        work.record(Event.PERSON_SEEN, Actor.SETUP, person, source="Slack")
    else:
        kind = Event.LEAD_GRANTED if person.is_lead else Event.LEAD_REMOVED
        work.record(kind, Actor.SETUP, person, source="COMPLIANCE_LEADS")
    return person


def _facts(person: Person) -> tuple[str, str | None, str, AccountKind, bool, str | None]:
    return person.name, person.email, person.zone, person.standing, person.is_lead, person.lead_by
