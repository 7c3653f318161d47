"""The messages to people who asked a question: the answer, that it waits for a lead, and what the lead answered."""

from bot.answers.answering import compose_answer, compose_lead_answer, compose_routed
from bot.outgoing import MessageKind
from storage.terms import DeliveryKind

ANSWER_MESSAGES = (
    MessageKind(DeliveryKind.ANSWER, compose_answer),
    MessageKind(DeliveryKind.ROUTED, compose_routed),
    MessageKind(DeliveryKind.LEAD_ANSWER, compose_lead_answer),
)
