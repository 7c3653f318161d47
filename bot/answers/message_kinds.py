"""The kinds of message to an asker: the answer, that the question waits for a lead, and what the lead answered."""

from bot.answers.answering import compose_answer, compose_lead_answer, compose_routing_receipt
from bot.outgoing import MessageKind
from storage.terms import DeliveryKind

ANSWER_MESSAGES = (
    MessageKind(DeliveryKind.ANSWER, compose_answer),
    MessageKind(DeliveryKind.ROUTED, compose_routing_receipt),
    MessageKind(DeliveryKind.LEAD_ANSWER, compose_lead_answer),
)
