"""The field's fixed vocabulary: every status, kind and cadence, each named once and spelled as it is stored."""

from enum import StrEnum


class Category(StrEnum):
    """The five Trust Services categories; Security is the common criteria and always present."""

    SECURITY = "security"
    AVAILABILITY = "availability"
    CONFIDENTIALITY = "confidentiality"
    PROCESSING_INTEGRITY = "processing_integrity"
    PRIVACY = "privacy"


class ReportKind(StrEnum):
    SOC1 = "soc1"
    SOC2 = "soc2"


class ReportType(StrEnum):
    """A Type 1 report speaks of one date, a Type 2 report of a window."""

    TYPE1 = "type1"
    TYPE2 = "type2"


class Cadence(StrEnum):
    """How often a control is performed, anchored to calendar periods in the company's zone.

    Continuous is an automated control or a configuration, evidenced once in each quarter. Source: practice; an
    auditor looks at one setting and at the evidence of changes to it. A control on event has an SLA from each event;
    its owner also hands in a full listing of the events each quarter, from which an auditor draws samples. A one-off
    control is performed once.
    """

    CONTINUOUS = "continuous"
    DAILY = "daily"
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    SEMI_ANNUAL = "semi_annual"
    ANNUAL = "annual"
    BIENNIAL = "biennial"
    ON_EVENT = "on_event"
    ONE_OFF = "one_off"


class TriggerKind(StrEnum):
    """The kinds of events; each control with the cadence on event names the one that sets it off."""

    JOINER = "joiner"
    LEAVER = "leaver"
    ROLE_CHANGE = "role_change"
    ACCESS_GRANT = "access_grant"
    CHANGE = "change"
    EMERGENCY_CHANGE = "emergency_change"
    MAJOR_CHANGE = "major_change"
    RATE_CHANGE = "rate_change"
    INCIDENT = "incident"
    SERIOUS_INCIDENT = "serious_incident"
    DATA_BREACH = "data_breach"
    CUSTOMER_IMPACT = "customer_impact"
    PRIVACY_REQUEST = "privacy_request"
    NEW_CUSTOMER = "new_customer"
    CONTRACT_END = "contract_end"
    NEW_VENDOR = "new_vendor"
    DISPOSAL = "disposal"


class TriggerSource(StrEnum):
    """Who or what reported an event."""

    FORM = "form"
    COMMAND = "command"
    SHEET = "sheet"
    SLACK = "slack"


class OwnershipRole(StrEnum):
    PRIMARY = "primary"
    BACKUP = "backup"


class OwnershipState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


class HandoverState(StrEnum):
    """ASKED: the named person, or the leads, have yet to answer. RETURNED: the named person declined, and the owner
    has yet to decide. KEPT: the owner keeps the control after all. ENDED: settled otherwise.
    """

    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    KEPT = "kept"
    ENDED = "ended"


class OccurrenceState(StrEnum):
    """The state of an occurrence. A missed occurrence stays open; only its `Disposition` tells that it was missed.

    REJECTED: it waits for its owner as an open one does, until they hand in evidence again. WITHDRAWN: its schedule
    changed, or its event was withdrawn, before its owner handed anything in; it counts nowhere.
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class EvidenceKind(StrEnum):
    """A statement has no file: its words say that nothing happened in a period."""

    FILE = "file"
    STATEMENT = "statement"


class WaiverState(StrEnum):
    """WITHDRAWN: the request was taken back, or its occurrence was. ENDED: a lead ended an approved waiver early."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class EvidenceState(StrEnum):
    """FETCHING: a person submitted the file, and we do not have its bytes yet. REFUSED: the bytes were unusable."""

    FETCHING = "fetching"
    REFUSED = "refused"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Disposition(StrEnum):
    """What an auditor counts an occurrence as: the first of these that matches. Computed, never stored."""

    WAIVED = "waived"
    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    OPEN = "open"


class AuditFinding(StrEnum):
    """What an auditor would note about a sampled occurrence."""

    MISSING = "missing"
    PERFORMED_LATE = "performed_late"
    FILE_BROKEN = "file_broken"
    UNREVIEWED = "unreviewed"
    WAIVED = "waived"
    NOT_YET_DUE = "not_yet_due"
    EVIDENCE_LATE = "evidence_late"
    NOBODY_ACCOUNTABLE = "nobody_accountable"


class ObligationKind(StrEnum):
    """What one person owes by a date."""

    ACCEPT_OWNERSHIP = "accept_ownership"
    EVIDENCE = "evidence"
    ACKNOWLEDGE = "acknowledge"
    REVIEW = "review"
    ANSWER = "answer"
    ASSIGN = "assign"
    DECIDE_PROPOSAL = "decide_proposal"
    DECIDE_WAIVER = "decide_waiver"
    VERIFY_ENTRY = "verify_entry"
    DECIDE_HANDOVER = "decide_handover"
    COVER = "cover"


class ObligationState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Outcome(StrEnum):
    """ANSWERED: by a curated entry. LIVE: by facts of the company. CLARIFY: by a question back. UNKNOWN: by nothing.

    FOREIGN: it is about another field than SOC. ABOUT_US: about a fact of the company that no record has.
    """

    ANSWERED = "answered"
    LIVE = "live"
    CLARIFY = "clarify"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    ABOUT_US = "about_us"


class AccountKind(StrEnum):
    """What a workspace account is; only a member may act."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    OUTSIDE = "outside"
    DEACTIVATED = "deactivated"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Via(StrEnum):
    """Where a question was asked."""

    DM = "dm"
    MENTION = "mention"
    COMMAND = "command"
    SHORTCUT = "shortcut"
    FOLLOW_UP = "follow_up"
    HOME = "home"


class QuestionState(StrEnum):
    """ROUTED: a lead still owes the asker an answer. ANSWERED: a lead has answered. SETTLED: no lead need answer."""

    SETTLED = "settled"
    ROUTED = "routed"
    ANSWERED = "answered"


class Feedback(StrEnum):
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


class ProposalKind(StrEnum):
    """A lead proposes an entry of the company's own, or more phrasings of an existing entry."""

    ENTRY = "entry"
    PHRASINGS = "phrasings"


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class DeliveryKind(StrEnum):
    """What a queued message says; each kind has one composer."""

    ANSWER = "answer"
    ROUTED = "routed"
    LEAD_ANSWER = "lead_answer"
    NOTE = "note"
    BUNDLE = "bundle"
    DIGEST = "digest"
    REFRESH = "refresh"
    HOME = "home"
    FILE = "file"
    RECEIPT = "receipt"
    EVIDENCE_RECEIPT = "evidence_receipt"
    REFUSAL = "refusal"


class DeliveryState(StrEnum):
    """WAITING → SENDING → SENT. UNKNOWN: Slack may have accepted it. CANCELLED: the composer had nothing to say."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Event(StrEnum):
    """Every kind of record entry."""

    RECORD_OPENED = "record.opened"
    CONTENT_ADOPTED = "content.adopted"
    ENTRY_REVIEWED = "knowledge.reviewed"
    PROPOSAL_MADE = "knowledge.proposed"
    PROPOSAL_APPROVED = "knowledge.approved"
    PROPOSAL_DECLINED = "knowledge.declined"
    PERSON_SEEN = "person.seen"
    LEAD_GRANTED = "lead.granted"
    LEAD_REMOVED = "lead.removed"
    OWNERSHIP_OFFERED = "ownership.offered"
    OWNERSHIP_ACCEPTED = "ownership.accepted"
    OWNERSHIP_DECLINED = "ownership.declined"
    OWNERSHIP_ENDED = "ownership.ended"
    HANDOVER_ASKED = "handover.asked"
    HANDOVER_ACCEPTED = "handover.accepted"
    HANDOVER_RETURNED = "handover.returned"
    HANDOVER_KEPT = "handover.kept"
    HANDOVER_ENDED = "handover.ended"
    LEAVE_NOTED = "leave.noted"
    LEAVE_ENDED = "leave.ended"
    OCCURRENCES_SCHEDULED = "occurrences.scheduled"
    CONTROL_ADDED = "control.added"
    CONTROL_CHANGED = "control.changed"
    CONTROL_RESCHEDULED = "control.rescheduled"
    TRIGGER_RAISED = "trigger.raised"
    TRIGGER_WITHDRAWN = "trigger.withdrawn"
    EXAMINATION_ADDED = "examination.added"
    EXAMINATION_CHANGED = "examination.changed"
    OBLIGATION_OPENED = "obligation.opened"
    OBLIGATION_MOVED = "obligation.moved"
    OBLIGATION_CLOSED = "obligation.closed"
    POLICY_PROPOSED = "policy.proposed"
    EVIDENCE_PROMISED = "evidence.promised"
    EVIDENCE_SUBMITTED = "evidence.submitted"
    EVIDENCE_REFUSED = "evidence.refused"
    EVIDENCE_VIEWED = "evidence.viewed"
    EVIDENCE_ACCEPTED = "evidence.accepted"
    EVIDENCE_REJECTED = "evidence.rejected"
    WAIVER_REQUESTED = "waiver.requested"
    WAIVER_APPROVED = "waiver.approved"
    WAIVER_DECLINED = "waiver.declined"
    WAIVER_WITHDRAWN = "waiver.withdrawn"
    WAIVER_ENDED = "waiver.ended"
    POLICY_PUBLISHED = "policy.published"
    POLICY_SUPERSEDED = "policy.superseded"
    POLICY_ACKNOWLEDGED = "policy.acknowledged"
    QUESTION_ANSWERED = "question.answered"
    QUESTION_ROUTED = "question.routed"
    QUESTION_SETTLED = "question.settled"
    QUESTION_RATED = "question.rated"
    SELF_ASSESSMENT_MADE = "self_assessment.made"
    SELF_ASSESSMENT_FILES_READ = "self_assessment.files_read"
    MESSAGE_SENT = "message.sent"
    MESSAGE_FAILED = "message.failed"
