""" "Which report do we need?": the questions on one page, and the advice with its reasons."""

from typing import Any

from bot.answers.rules.chooser import Advice, Asker, Caution, Deadline, Needs, Reliance, ReportChoice
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Element,
    Mrkdwn,
    button,
    checks,
    context,
    header,
    lines,
    md,
    modal,
    radios,
    section,
)
from storage.terms import Category, ReportType

TITLE = "Which report do we need?"
ENTRY = "which-report"
"""Id of the curated entry whose answer has the button."""
YES, NO = "yes", "no"

_RELIANCES = {
    Reliance.FIGURES: "Figures in their own financial reporting: payroll, billing, claims",
    Reliance.DATA: "Security: keeping their data and systems safe",
}
_ASKERS = {
    Asker.AUDITORS: "Customers' financial auditors or finance teams",
    Asker.SECURITY: "Customers' security, procurement or vendor-risk teams",
    Asker.PUBLIC: "Anybody: we want something to publish",
}
_PROMISES = {
    Category.AVAILABILITY: "We promise uptime or recovery within a time",
    Category.CONFIDENTIALITY: "We hold data that is confidential by agreement",
    Category.PROCESSING_INTEGRITY: "Customers rely on our processing being complete and correct",
    Category.PRIVACY: "We collect personal data from individuals ourselves",
}
_DEADLINES = {
    Deadline.QUARTER: "Within three months",
    Deadline.HALF_YEAR: "In three to six months",
    Deadline.YEAR: "In six to twelve months",
    Deadline.OPEN: "Later, or no date is set",
}
_RUNNING = {YES: "Yes, for three months or more", NO: "No, or only some of them"}

_NAMES = {ReportChoice.SOC1: "SOC 1", ReportChoice.SOC2: "SOC 2", ReportChoice.SOC3: "SOC 3"}
_CATEGORIES = {
    Category.SECURITY: "always included; its common criteria carry every SOC 2",
    Category.AVAILABILITY: "you promise uptime or recovery",
    Category.CONFIDENTIALITY: "you hold data that is confidential by agreement",
    Category.PROCESSING_INTEGRITY: "customers rely on complete and correct processing",
    Category.PRIVACY: "you collect personal data from individuals yourselves",
}
_CAUTIONS = {
    Caution.AUDITORS_WITHOUT_FIGURES: (
        "Financial auditors usually ask for a SOC 1. You say that no customer's figures depend on you, so ask "
        "them which figures they mean before you commission one."
    ),
    Caution.PROMISES_WITHOUT_SOC2: (
        "A SOC 1 has control objectives that management writes, and no categories. If customers want assurance "
        "on uptime, confidentiality, processing or privacy beyond their figures, that is a SOC 2."
    ),
    Caution.PRIVACY_OR_CONFIDENTIALITY: (
        "Privacy adds 18 criteria and is about people you answer to yourself. If you only process their data for "
        "business customers, Security and Confidentiality often suffice."
    ),
    Caution.SOC1_WANTS_SIX_MONTHS: (
        "For SOC 1, customers' auditors want the window to overlap at least about six months of their fiscal "
        "year, so three months may not serve them."
    ),
    Caution.THREE_MONTHS_DEBATED: (
        "The SOC primer article calls six months the minimum for a Type 2. In practice there is no mandated "
        "minimum, and three months is common for a first report. Ask who will read it."
    ),
}


def chooser_button() -> Element:
    return button(TITLE, Action.OPEN_CHOOSER, says=f"{TITLE} Five questions")


def chooser_modal() -> dict[str, Any]:
    return modal(
        TITLE,
        Callback.CHOOSER,
        [
            checks(Field.RELIED_ON, "What do your customers rely on you for?", list(_RELIANCES.items())),
            checks(Field.ASKED_BY, "Who asks for a report?", list(_ASKERS.items()), optional=True),
            checks(Field.PROMISES, "What is true of your service?", list(_PROMISES.items()), optional=True),
            radios(Field.NEEDED_BY, "How soon is it needed?", list(_DEADLINES.items())),
            radios(Field.RUNNING, "Have your controls been running?", list(_RUNNING.items())),
        ],
        submit="See what fits",
    )


def advice_modal(advice: Advice) -> dict[str, Any]:
    return modal("What fits you", Callback.NOTICE, _advice_blocks(advice))


def _advice_blocks(advice: Advice) -> list[Block]:
    categories = [
        md("*{name}*: {why}", name=_category_name(category), why=_CATEGORIES[category])
        for category in advice.categories
    ]
    return [
        header(_headline(advice)),
        section(lines(*(_reason(report, advice.needs) for report in advice.reports))),
        *([section(lines(md("*Categories of the SOC 2*"), *categories))] if categories else []),
        section(lines(md("*Type and timing*"), *_timing(advice))),
        *([context(*(_CAUTIONS[caution] for caution in advice.cautions))] if advice.cautions else []),
        context(
            "This is a guide from your answers; nothing of it is recorded. A CPA firm and your customers' "
            "contracts decide in the end.",
            "Sources: SOC primer article; TSP section 100 (2017 Trust Services Criteria); practitioner guidance.",
        ),
    ]


def _headline(advice: Advice) -> str:
    """ "SOC 1 and SOC 2: first Type 1, then Type 2, with a SOC 3 beside"."""
    reports = " and ".join(_NAMES[report] for report in advice.reports if report is not ReportChoice.SOC3)
    beside = ", with a SOC 3 beside" if ReportChoice.SOC3 in advice.reports else ""
    types = "first Type 1, then Type 2" if advice.timing.first is ReportType.TYPE1 else "Type 2"
    return f"{reports}: {types}{beside}"


def _category_name(category: Category) -> str:
    return category.replace("_", " ").capitalize()


def _reason(report: ReportChoice, needs: Needs) -> Mrkdwn:
    match report:
        case ReportChoice.SOC1:
            return md("*SOC 1*, because your service affects figures in your customers' financial reporting.")
        case ReportChoice.SOC2:
            return md("*SOC 2*, because {why}.", why=_why_soc2(needs))
        case ReportChoice.SOC3:
            return md(
                "*SOC 3* beside it, because you want something to publish: it is for general use, and is made "
                "from the work of the SOC 2."
            )


def _why_soc2(needs: Needs) -> str:
    if Reliance.DATA in needs.relied_on:
        return "customers trust you with their data or systems"
    if Asker.SECURITY in needs.asked_by:
        return "customers' security and procurement teams ask about your controls over data and systems"
    return "a SOC 3 to publish is made from a SOC 2 examination"


def _timing(advice: Advice) -> list[str]:
    timing = advice.timing
    window = f"a window of {timing.window_months} months"
    after = "Commonly one to three months follow for fieldwork and the report; that varies."
    if timing.first is ReportType.TYPE1:
        soc3 = " The SOC 3 comes with the Type 2." if ReportChoice.SOC3 in advice.reports else ""
        return [
            f"Type 1 first: {_hurry(advice)} It speaks of the controls' design as of one date.",
            f"Then Type 2, over {window}, since customers commonly ask for it next.{soc3}",
            "Whether a Type 1 can be ready in time depends on your gaps and on the auditor's calendar: ask now.",
        ]
    start = "Your controls already run, so you can go straight to it."
    if timing.readiness:
        start = (
            "Your controls do not all run yet: begin with a readiness assessment, close the gaps, then start."
        )
    return [f"Type 2 over {window}. {start}", after]


def _hurry(advice: Advice) -> str:
    if advice.needs.needed_by is Deadline.QUARTER:
        return "within three months there is no time for a window and a report on it."
    return "your controls do not all run yet, so a Type 2 would not be done in time."
