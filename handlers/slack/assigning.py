"""Assigning by /soc assign, and many controls at once: first what it would do, then the press that does it."""

import re
from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import NoSuchControl, RequestClosed
from bot.register import assigning
from bot.register.assigning import Selection
from bot.register.views import assigning as view
from handlers.slack import notices
from handlers.slack.cadence import digest
from handlers.slack.pages import open_page
from handlers.slack.payloads import MENTION, Click, Ordered, Submission

# What an offer's button carries: a criterion or objective, and a person's id.
OFFERED = re.compile(r"(\S+) ([UW][A-Z0-9]+)")
HOW = (
    "Name a control and a person: assign AC-01 @Ada. A second person becomes the backup. "
    "With a criterion or objective in its place, such as CC6.1, all of its controls are meant."
)


async def assign_ordered(order: Ordered, desk: Desk) -> Message:
    """/soc assign CONTROL @owner [@backup], or /soc assign CRITERION [@owner]"""
    target, _, names = order.rest.partition(" ")
    control = await assigning.control_named(desk, order.person_id, target) if target else None
    if not target:
        raise NoSuchControl(HOW)
    asked = await _people(order, desk, names.strip())
    if control is None:
        return await _offer(order, desk, target, asked[0] if asked else None)
    if not asked:
        return view.who(control)
    backup_id = asked[1] if len(asked) > 1 else None
    control, owner, backup = await assigning.assign_named(
        desk, order.person_id, control.id, asked[0], backup_id
    )
    return view.assigned(control, owner.name, backup.name if backup else None)


async def assign_all(click: Click, desk: Desk) -> None:
    """The offer under a command was confirmed."""
    offered = OFFERED.fullmatch(click.value)
    if offered is None:
        raise RequestClosed
    reference, owner_id = offered.groups()
    done = await assigning.assign_many(desk, click.person_id, Selection(serves=reference), owner_id)
    await notices.tell(desk, click, view.done(done.controls, done.owner.name if done.owner else ""))


async def open_form(click: Click, desk: Desk) -> None:
    known = await assigning.references(desk, click.person_id)
    await open_page(desk, click, view.many_modal(known, reference=click.value))


async def assign(form: Submission, desk: Desk) -> dict[str, Any]:
    """First what it means, then, sent once more unchanged, the assignment."""
    selection = Selection(
        owned_by=form.person(Field.OWNED_BY),
        serves=form.choice(Field.SERVES) or None,
        only_unowned=view.UNOWNED in form.choices(Field.ONLY_UNOWNED),
    )
    owner_id = form.person(Field.OWNER) or ""
    offer = await assigning.many_to_assign(desk, form.person_id, selection, owner_id)
    owner = offer.owner.name if offer.owner else ""
    token = digest(selection, owner_id, [each.control.id for each in offer.controls])
    if form.subject != token:
        known = await assigning.references(desk, form.person_id)
        return view.many_modal(known, controls=offer.controls, owner=owner, token=token)
    done = await assigning.assign_many(desk, form.person_id, selection, owner_id)
    return view.done_modal(done.controls, owner)


async def _offer(order: Ordered, desk: Desk, reference: str, owner_id: str | None) -> Message:
    selection = Selection(serves=reference)
    offer = await assigning.many_to_assign(desk, order.person_id, selection, owner_id)
    owner = offer.owner.name if offer.owner else None
    return view.offer(reference.upper(), offer.controls, owner_id, owner)


async def _people(order: Ordered, desk: Desk, names: str) -> list[str]:
    """Mentions, or one typed name."""
    mentioned = MENTION.findall(names)
    if mentioned or not names:
        return mentioned
    return [await assigning.person_named(desk, order.person_id, names)]
