"""The kinds of message that show what people owe: bundles, digests, what keeps them true, and Home."""

from bot.outgoing import Lane, MessageKind, Repeat, SlackMethod
from bot.reminders.bundles import bundle_arrived, compose_bundle, compose_refresh
from bot.reminders.digest import compose_digest
from bot.reminders.home import compose_home
from storage.terms import DeliveryKind

REMINDER_MESSAGES = (
    MessageKind(
        DeliveryKind.BUNDLE, compose_bundle, lane=Lane.REMINDER, remembers=True, arrived=bundle_arrived
    ),
    MessageKind(
        DeliveryKind.DIGEST,
        compose_digest,
        lane=Lane.REMINDER,
        repeat=Repeat.NEVER,
        remembers=True,
        arrived=bundle_arrived,
    ),
    MessageKind(
        DeliveryKind.REFRESH,
        compose_refresh,
        lane=Lane.EDIT,
        method=SlackMethod.EDIT,
        repeat=Repeat.ALWAYS,
    ),
    MessageKind(
        DeliveryKind.HOME,
        compose_home,
        lane=Lane.EDIT,
        method=SlackMethod.PUBLISH,
        repeat=Repeat.ALWAYS,
    ),
)
