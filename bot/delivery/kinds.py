"""Every kind of message, collected from the domains that compose them."""

from collections.abc import Mapping

from bot.answers.message_kinds import ANSWER_MESSAGES
from bot.delivery.notes import NOTE
from bot.evidence.message_kinds import EVIDENCE_MESSAGES
from bot.outgoing import Lane, MessageKind
from bot.policies.message_kinds import POLICY_MESSAGES
from bot.reminders.message_kinds import REMINDER_MESSAGES
from storage.terms import DeliveryKind

EVERY_MESSAGE = (NOTE, *ANSWER_MESSAGES, *EVIDENCE_MESSAGES, *POLICY_MESSAGES, *REMINDER_MESSAGES)
MESSAGES: Mapping[DeliveryKind, MessageKind] = {row.kind: row for row in EVERY_MESSAGE}
LANES: Mapping[DeliveryKind, Lane] = {row.kind: row.lane for row in EVERY_MESSAGE}
