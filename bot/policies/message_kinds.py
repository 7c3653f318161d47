"""The kind of message to a person who acknowledged a policy."""

from bot.outgoing import MessageKind
from bot.policies.policies import compose_policy_receipt
from storage.terms import DeliveryKind

POLICY_MESSAGES = (MessageKind(DeliveryKind.RECEIPT, compose_policy_receipt),)
