"""The kinds of message about evidence: the copy for a lead, the receipt and the refusal for whoever handed it in."""

from collections.abc import Sequence

from bot.evidence.handing_in import compose_evidence_receipt, compose_evidence_refusal
from bot.evidence.reviewing import compose_stored_copy, record_viewing
from bot.outgoing import MessageKind, SlackMethod
from bot.work import Work
from storage.outbox import Delivery
from storage.terms import DeliveryKind


async def _file_arrived(work: Work, delivery: Delivery, _asked: Sequence[str]) -> None:
    """The lead has the file before them: their review counts from now on."""
    await record_viewing(work, delivery.subject, delivery.recipient)


EVIDENCE_MESSAGES = (
    MessageKind(DeliveryKind.FILE, compose_stored_copy, method=SlackMethod.SHARE, arrived=_file_arrived),
    MessageKind(DeliveryKind.EVIDENCE_RECEIPT, compose_evidence_receipt),
    MessageKind(DeliveryKind.REFUSAL, compose_evidence_refusal),
)
