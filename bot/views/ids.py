"""Every name by which Slack tells us what a person did: actions, forms, fields, commands; each named once."""

from enum import StrEnum


class Action(StrEnum):
    """What a button does."""

    ASK_RELATED = "ask_related"
    DID_YOU_MEAN = "did_you_mean"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    ASK_COMPLIANCE = "ask_compliance"
    OPEN_ASK = "open_ask"
    OPEN_FOLLOW_UP = "open_follow_up"
    OPEN_ANSWER = "open_answer"
    ACCEPT_OWNERSHIP = "accept_ownership"
    DECLINE_OWNERSHIP = "decline_ownership"
    OPEN_ASSIGN = "open_assign"
    OPEN_EVIDENCE = "open_evidence"
    SHOW_FILE = "show_file"
    ACCEPT_EVIDENCE = "accept_evidence"
    OPEN_REJECT = "open_reject"
    READ_POLICY = "read_policy"
    ACKNOWLEDGE_POLICY = "acknowledge_policy"
    OPEN_PUBLISH = "open_publish"
    OPEN_LINK = "open_link"
    ADOPT_ENTRIES = "adopt_entries"
    APPROVE_PROPOSAL = "approve_proposal"
    OPEN_DECLINE_PROPOSAL = "open_decline_proposal"
    OPEN_OWN_ANSWERS = "open_own_answers"
    OPEN_EDIT_ANSWER = "open_edit_answer"
    OPEN_GAP = "open_gap"
    STILL_RIGHT = "still_right"
    READ_ENTRIES = "read_entries"
    OPEN_CHOOSER = "open_chooser"


class Callback(StrEnum):
    """Which form was submitted, or which shortcut was chosen."""

    ASSIGN = "assign"
    DECLINE = "decline"
    EVIDENCE = "evidence"
    REJECT = "reject"
    PUBLISH = "publish"
    ANSWER = "answer"
    ASK = "ask"
    FOLLOW_UP = "follow_up"
    ANSWER_GAP = "answer_gap"
    DECLINE_PROPOSAL = "decline_proposal"
    EDIT_ANSWER = "edit_answer"
    CHOOSER = "chooser"
    NOTICE = "notice"
    ASK_SHORTCUT = "ask_about_message"


class Field(StrEnum):
    """An input of a form; it is both the block id and the action id of its input."""

    CONTROL = "control"
    OWNER = "owner"
    BACKUP = "backup"
    REASON = "reason"
    FILE = "file"
    PERFORMED_ON = "performed_on"
    NOTE = "note"
    POLICY = "policy"
    KIND = "kind"
    DUE_DAYS = "due_days"
    ANSWER = "answer"
    QUESTION = "question"
    KEEP = "keep"
    TITLE = "title"
    ENTRY = "entry"
    PHRASINGS = "phrasings"
    RELIED_ON = "relied_on"
    ASKED_BY = "asked_by"
    PROMISES = "promises"
    NEEDED_BY = "needed_by"
    RUNNING = "running"


class Command(StrEnum):
    SOC = "/soc"
