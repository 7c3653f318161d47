"""What people owe about owning a control: a yes or no, an owner, a stand-in, a decision on a hand-over."""

from collections.abc import Collection

from bot.blocks.wording import control_name
from bot.duties import AnyLead, Duty, OnePerson
from bot.owners.cover import cover_message
from bot.owners.handovers import returned_handover_message
from bot.owners.offers import DECIDE_WITHIN
from bot.owners.ownership_messages import offer_message, unowned_message
from bot.work import Work
from storage import handovers, ownership, programme
from storage.obligations import Obligation
from storage.terms import ObligationKind


async def control_words(work: Work, control_id: str) -> str:
    control = await programme.control(work.session, control_id)
    return control_name(control) if control else control_id


async def _offer_words(work: Work, obligation: Obligation) -> str:
    offer = await ownership.ownership(work.session, obligation.subject)
    return f"A yes or no to owning {await control_words(work, offer.control_id if offer else '')}"


async def _offer_in_digest(_work: Work, subjects: Collection[str]) -> dict[str, str]:
    return dict.fromkeys(subjects, "an ownership to accept")


async def _assignment_words(work: Work, obligation: Obligation) -> str:
    return f"An owner for {await control_words(work, obligation.subject)}"


async def _cover_words(work: Work, obligation: Obligation) -> str:
    return f"Somebody who stands in at {await control_words(work, obligation.subject)}"


async def _handover_words(work: Work, obligation: Obligation) -> str:
    handover = await handovers.handover(work.session, obligation.subject)
    control_id = handover.control_id if handover else ""
    return f"A decision on handing over {await control_words(work, control_id)}"


OWNER_DUTIES = (
    Duty(
        ObligationKind.ACCEPT_OWNERSHIP,
        message=offer_message,
        words=_offer_words,
        owed_by=OnePerson(DECIDE_WITHIN, digest_words=_offer_in_digest),
    ),
    Duty(
        ObligationKind.ASSIGN,
        message=unowned_message,
        words=_assignment_words,
        owed_by=AnyLead(None, DECIDE_WITHIN),
    ),
    Duty(ObligationKind.COVER, message=cover_message, words=_cover_words, owed_by=OnePerson()),
    Duty(
        ObligationKind.DECIDE_HANDOVER,
        message=returned_handover_message,
        words=_handover_words,
        owed_by=OnePerson(DECIDE_WITHIN),
    ),
)
