"""What ``/soc`` does: each first word that means something else than a question, with its listener."""

from collections.abc import Awaitable, Callable

from bot.blocks.kit import Message, lines, md, section
from bot.desk import Desk
from bot.people import leads_compliance
from handlers.slack import answers, events, owners, readiness, register
from handlers.slack.payloads import SlashCommand

HELP = md(
    "*What I do*\nAsk me about SOC 1 and SOC 2: here with `/soc how long is a type 2 window?`, in a direct "
    "message, or by mentioning me in a channel. I answer only from curated entries and from what is recorded here, "
    "and say so when I do not know.\n*What is waiting for you* stands in my Home tab.\n"
    "*Away?* Say `/soc away 2026-12-21 2027-01-02`: I do not remind you then, and your backups stand in."
)
LEADS_HELP = md(
    "*As a compliance lead* you see how ready we are with "
    "`/soc status`, or were with `/soc status 2026-08-05`, and who was in charge of a control then with "
    "`/soc status 2026-08-05 AC-01`; they see what an auditor would find with `/soc sample`, find controls with "
    "`/soc controls access`, assign them with `/soc assign AC-01 @Ada` or, all of a criterion, with "
    "`/soc assign CC6.1 @Ada`, and report what sets a control off with `/soc event leaver today Ada Nguyen`."
)


async def show_help(command: SlashCommand, desk: Desk) -> Message:
    """What the person may do."""
    leads = await leads_compliance(desk, command.person_id)
    parts = [HELP, LEADS_HELP] if leads else [HELP]
    return Message(lines(*parts), [section(part) for part in parts])


WORDS: dict[str, Callable[[SlashCommand, Desk], Awaitable[Message]]] = {
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
    return await (listener or answers.command_question)(command, desk)
