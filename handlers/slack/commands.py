"""What ``/soc`` does: each first word that means something else than a question, with its listener."""

from collections.abc import Awaitable, Callable

from bot.blocks.kit import Message, md, section
from bot.desk import Desk
from handlers.slack import answers, events, owners, readiness, register
from handlers.slack.payloads import SlashCommand

HELP = md(
    "*What I do*\nAsk me about SOC 1 and SOC 2: here with `/soc how long is a type 2 window?`, in a direct "
    "message, or by mentioning me in a channel. I answer only from curated entries, and say so when I do not "
    "know.\n*What is waiting for you* stands in my Home tab.\n*Compliance leads* see how ready we are with "
    "`/soc status`, or were with `/soc status 2026-08-05`, and who was in charge of a control then with "
    "`/soc status 2026-08-05 AC-01`; they see what an auditor would find with `/soc sample`, find controls with "
    "`/soc controls access`, assign them with `/soc assign AC-01 @Ada` or, all of a criterion, with "
    "`/soc assign CC6.1 @Ada`, and report what sets a control off with `/soc event leaver today Ada Nguyen`.\n"
    "*Away?* Say `/soc away 2026-12-21 2027-01-02`: I do not remind you then, and your backups stand in."
)


async def show_help(command: SlashCommand, _desk: Desk) -> Message | None:
    return None if command.rest else Message(HELP, [section(HELP)])


# None for words that are a question after all, such as "sample sizes of a weekly control".
WORDS: dict[str, Callable[[SlashCommand, Desk], Awaitable[Message | None]]] = {
    "": show_help,
    "help": show_help,
    "status": readiness.command_status,
    "sample": readiness.command_sample,
    "controls": register.command_controls,
    "assign": register.command_assign,
    "event": events.command_event,
    "away": owners.command_away,
}


async def command_soc(command: SlashCommand, desk: Desk) -> Message:
    """What ends in a question mark is a question, whatever its first word."""
    listener = None if command.text.endswith("?") else WORDS.get(command.word)
    message = await listener(command, desk) if listener else None
    return await answers.command_question(command, desk) if message is None else message
