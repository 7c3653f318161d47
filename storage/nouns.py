"""Every table in one place: the migrations read the schema from here, and the proof walks all recorded nouns.

A noun that is in neither list has no table in a new database, and its rows are never proved.
"""

from sqlmodel import SQLModel

from storage.evidence import Evidence, Occurrence
from storage.evidence_reviews import Review, Viewing
from storage.handovers import Handover
from storage.inbox import HeardEvent
from storage.knowledge import Proposal
from storage.leave import Leave
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.ownership import Ownership
from storage.people import Person, Workspace
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.programme import Control, EntryReview, Examination
from storage.questions import Question
from storage.rate_budgets import RateBudget
from storage.record.entries import Checkpoint, RecordEntry, RecordHead, RecordText
from storage.record.recorded import Recorded
from storage.sampling import SelfAssessment
from storage.triggers import Trigger
from storage.waivers import Waiver

RECORDED: tuple[type[Recorded], ...] = (
    Workspace,
    Person,
    Control,
    Examination,
    EntryReview,
    Ownership,
    Trigger,
    Handover,
    Leave,
    Occurrence,
    Waiver,
    Evidence,
    Viewing,
    Review,
    Policy,
    PolicyVersion,
    Acknowledgement,
    Obligation,
    Question,
    Proposal,
    SelfAssessment,
)
UNRECORDED: tuple[type[SQLModel], ...] = (
    HeardEvent,
    Delivery,
    RateBudget,
    RecordEntry,
    RecordHead,
    RecordText,
    Checkpoint,
)
metadata = SQLModel.metadata
