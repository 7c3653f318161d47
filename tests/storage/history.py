"""A small history in which every recorded noun has rows: what is then tampered with."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.evidence import Evidence, Occurrence
from storage.evidence_reviews import Review, Viewing
from storage.files import FileStore
from storage.handovers import Handover
from storage.knowledge import Proposal
from storage.leave import Leave
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person, Workspace
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.programme import Control, EntryReview, Examination
from storage.questions import Question
from storage.record import entries
from storage.record.entries import Checkpoint
from storage.record.keys import RecordKey
from storage.sampling import SelfAssessment
from storage.terms import (
    AccountKind,
    Cadence,
    Category,
    Event,
    EvidenceState,
    Feedback,
    ObligationKind,
    ObligationState,
    OccurrenceState,
    Outcome,
    OwnershipRole,
    OwnershipState,
    ProposalKind,
    ProposalState,
    QuestionState,
    ReportKind,
    ReportType,
    TriggerKind,
    TriggerSource,
    Verdict,
    VersionState,
    Via,
    WaiverState,
)
from storage.triggers import Trigger
from storage.waivers import Waiver

# The number of the last entry, and the sizes whose heads were signed.
LAST = 22
FIRST_SIGNED, LAST_SIGNED = 7, 17
MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
BEN, CLEO = "U0BEN", "U0CLEO"
REPORT = b"quarterly access review, signed"
# People's own words: none of them may be readable in the record.
PERSONAL = (
    "Ben Castillo",
    "ben@northwind.example",
    "Cleo Marchetti",
    "cleo@northwind.example",
    "access review Castillo.pdf",
    "two accounts of leavers were closed late",
    "every account but those of Castillo's lab",
    "I am leaving the team in March",
    "the pages are cut off",
    "How long is a window, and does mine count?",
    "Yes, yours counts from July",
    "Does my window count",
    "Every window counts from its first day",
    "Ask Cleo about the months before July",
    "and what about mine",
    "the second sentence was put straight",
    "Mia Wong of the payroll team",
    "HR-4711-Wong",
    "she only moved to another team",
    "nobody of Castillo's team has access this winter",
    "the contractors still have theirs",
    "two accounts were opened in the new year",
)


async def live(database: Database, files: FileStore, key: RecordKey) -> None:
    """Five working days; the head is signed on the way and at the end."""
    async with database.transaction() as session:
        await _meet(session)
    async with database.transaction() as session:
        await _adopt(session)
    await sign_head(database, key, MONDAY)
    async with database.transaction() as session:
        await _own(session)
    async with database.transaction() as session:
        await _collect(session, files)
    async with database.transaction() as session:
        await _review(session)
    async with database.transaction() as session:
        await _agree(session)
    await sign_head(database, key, MONDAY + timedelta(days=3))
    async with database.transaction() as session:
        await _ask(session)
    async with database.transaction() as session:
        await _assess(session)
    async with database.transaction() as session:
        await _answer(session)


async def sign_head(database: Database, key: RecordKey, at: datetime) -> None:
    async with database.transaction() as session:
        size, root = await entries.head(session)
        session.add(Checkpoint(size=size, root=root, note=key.sign(size, root), at=at))


async def _meet(session: AsyncSession) -> None:
    company = Workspace(id="T0NORTHWIND", name="Northwind Payroll", sandbox=True)
    ben = Person(
        id=BEN,
        name="Ben Castillo",
        email="ben@northwind.example",
        zone="Europe/Berlin",
        standing=AccountKind.MEMBER,
    )
    cleo = Person(
        id=CLEO,
        name="Cleo Marchetti",
        email="cleo@northwind.example",
        zone="Europe/Berlin",
        standing=AccountKind.MEMBER,
        is_lead=True,
        lead_by="cleo@northwind.example",
    )
    session.add_all([company, ben, cleo])
    entries.append(session, Event.RECORD_OPENED, "setup", MONDAY, company)
    entries.append(session, Event.PERSON_SEEN, "setup", MONDAY, ben, source="Slack")
    entries.append(session, Event.LEAD_GRANTED, "setup", MONDAY, cleo, source="COMPLIANCE_LEADS")


async def _adopt(session: AsyncSession) -> None:
    control = Control(
        id="AC-01",
        title="Access review",
        does="Lists who has access and removes what is no longer needed.",
        why="Access that nobody needs is access that nobody watches.",
        owner_role="engineering",
        cadence=Cadence.QUARTERLY,
        due_days=10,
        grace_days=5,
        evidence="The signed list.",
        criteria=["CC6.2", "CC6.3"],
        objectives=["CO-1"],
        checklist=4,
        requests=[20],
    )
    examination = Examination(
        id="soc2-2026",
        title="SOC 2 Type 2",
        kind=ReportKind.SOC2,
        type=ReportType.TYPE2,
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 12, 31),
        categories=[Category.SECURITY, Category.AVAILABILITY],
    )
    type_1 = Examination(
        id="soc1-2026",
        title="SOC 1 Type 1",
        kind=ReportKind.SOC1,
        type=ReportType.TYPE1,
        as_of=date(2026, 12, 31),
    )
    policy = Policy(id="access", title="Access policy", owner_role="security")
    text = "Everyone has an account of their own."
    version = PolicyVersion(
        id="version-1",
        policy_id="access",
        version="1.0",
        text=text,
        text_hash=sha256(text.encode()).hexdigest(),
        summary="The first version.",
        consent="I have read it and will follow it.",
        due_days=14,
        proposed_at=MONDAY,
    )
    reviewed = EntryReview(
        entry_id="soc2-type2-window", text_hash="5" * 64, version=1, reviewed_by=CLEO, reviewed_at=MONDAY
    )
    third, fourth = _quarter("Q3 2026", 7, date(2026, 9, 30)), _quarter("Q4 2026", 10, date(2026, 12, 31))
    left = _a_leaver()
    fourth.trigger_id = left.id
    session.add_all([control, examination, type_1, policy, reviewed, left])
    await session.flush()
    session.add_all([version, third, fourth])
    entries.append(
        session, Event.CONTENT_ADOPTED, "setup", MONDAY, control, examination, type_1, subject="content/1"
    )
    entries.append(session, Event.OCCURRENCES_SCHEDULED, "setup", MONDAY, third, fourth, left, scheduled=2)
    entries.append(session, Event.POLICY_PROPOSED, "setup", MONDAY, version, policy)
    entries.append(session, Event.ENTRY_REVIEWED, CLEO, MONDAY, reviewed)


def _a_leaver() -> Trigger:
    return Trigger(
        id="leaver-1",
        kind=TriggerKind.LEAVER,
        number=1,
        happened_on=date(2026, 10, 2),
        what="Mia Wong of the payroll team",
        reference="HR-4711-Wong",
        source=TriggerSource.FORM,
        raised_by=CLEO,
        raised_at=MONDAY,
        withdrawn_by=CLEO,
        withdrawn_at=MONDAY,
        reason="she only moved to another team",
    )


def _quarter(label: str, month: int, ends_on: date) -> Occurrence:
    return Occurrence(
        id=label.replace(" ", "-"),
        control_id="AC-01",
        label=label,
        starts_on=date(2026, month, 1),
        ends_on=ends_on,
        due_on=ends_on + timedelta(days=10),
        grace_days=5,
        scheduled_at=MONDAY,
    )


async def _own(session: AsyncSession) -> None:
    ownership = Ownership(
        id="ownership-1",
        control_id="AC-01",
        person_id=BEN,
        role=OwnershipRole.PRIMARY,
        offered_by=CLEO,
        offered_at=MONDAY,
    )
    obligation = Obligation(
        id="obligation-1",
        person_id=BEN,
        kind=ObligationKind.ACCEPT_OWNERSHIP,
        subject=ownership.id,
        due_on=date(2026, 10, 9),
        opened_at=MONDAY,
        next_nag_at=MONDAY,
    )
    handover = Handover(
        id="handover-1",
        control_id="AC-01",
        from_id=BEN,
        to_id=CLEO,
        ownership_id=ownership.id,
        reason="I moved to the payments team",
        asked_at=MONDAY,
        closed_at=MONDAY + timedelta(hours=1),
    )
    leave = Leave(
        id="leave-1",
        person_id=BEN,
        starts_on=date(2026, 10, 19),
        ends_on=date(2026, 10, 23),
        told_by=CLEO,
        told_at=MONDAY + timedelta(hours=2),
    )
    session.add_all([ownership, obligation, leave])
    await session.flush()
    session.add(handover)
    entries.append(session, Event.OWNERSHIP_OFFERED, CLEO, MONDAY, ownership, handover)
    entries.append(session, Event.OBLIGATION_OPENED, "socrates", MONDAY, obligation)
    await session.flush()
    ownership.state, ownership.decided_at = OwnershipState.ENDED, MONDAY + timedelta(hours=1)
    ownership.ended_at, ownership.reason = MONDAY + timedelta(hours=2), "I am leaving the team in March"
    obligation.state, obligation.closed_at = ObligationState.DONE, MONDAY + timedelta(hours=1)
    entries.append(
        session, Event.OWNERSHIP_ENDED, BEN, MONDAY + timedelta(hours=2), ownership, obligation, leave
    )


async def _collect(session: AsyncSession, files: FileStore) -> None:
    evidence = Evidence(
        id="evidence-b",
        occurrence_id="Q3-2026",
        submitted_by=BEN,
        slack_file_id="F0REPORT",
        name="access review Castillo.pdf",
        declared_size=len(REPORT),
        declared_type="application/pdf",
        note="two accounts of leavers were closed late",
        item_count=42,
        query="every account but those of Castillo's lab",
        as_of=MONDAY,
        performed_on=date(2026, 9, 28),
        received_at=MONDAY + timedelta(days=1),
    )
    refused = Evidence(
        id="evidence-a",
        occurrence_id="Q3-2026",
        submitted_by=BEN,
        state=EvidenceState.REFUSED,
        slack_file_id="F0EMPTY",
        name="access review Castillo.pdf",
        declared_size=0,
        declared_type="application/pdf",
        performed_on=date(2026, 9, 28),
        received_at=MONDAY,
        refusal="“access review Castillo.pdf” arrived empty.",
    )
    session.add_all([evidence, refused])
    entries.append(session, Event.EVIDENCE_REFUSED, "socrates", MONDAY, refused)
    entries.append(session, Event.EVIDENCE_PROMISED, BEN, evidence.received_at, evidence)
    await session.flush()
    evidence.sha256, evidence.size, evidence.stored_at = files.put(REPORT), len(REPORT), evidence.received_at
    evidence.state = EvidenceState.SUBMITTED
    entries.append(session, Event.EVIDENCE_SUBMITTED, BEN, evidence.received_at, evidence)


async def _review(session: AsyncSession) -> None:
    at = MONDAY + timedelta(days=2)
    evidence, quarter = await session.get(Evidence, "evidence-b"), await session.get(Occurrence, "Q3-2026")
    assert evidence
    assert quarter
    viewing = Viewing(evidence_id=evidence.id, person_id=CLEO, at=at)
    review = Review(
        id="review-1",
        evidence_id=evidence.id,
        reviewer_id=CLEO,
        verdict=Verdict.ACCEPTED,
        reason="the pages are cut off",
        at=at,
    )
    evidence.state, quarter.state = EvidenceState.ACCEPTED, OccurrenceState.ACCEPTED
    quarter.performed_on = evidence.performed_on
    session.add_all([viewing, review])
    entries.append(session, Event.EVIDENCE_VIEWED, CLEO, at, viewing)
    entries.append(session, Event.EVIDENCE_ACCEPTED, CLEO, at, evidence, quarter, review)


async def _waive(session: AsyncSession, at: datetime) -> None:
    """Approved and ended early again."""
    waived = Waiver(
        id="waiver-1",
        control_id="AC-01",
        occurrence_id="Q4-2026",
        state=WaiverState.ENDED,
        asked_by=BEN,
        asked_at=MONDAY,
        reason="nobody of Castillo's team has access this winter",
        expires_on=date(2027, 1, 10),
        covers=["Q4-2026"],
        decided_by=CLEO,
        decided_at=at,
        refusal="the contractors still have theirs",
        ended_by=CLEO,
        ended_at=at,
        end_reason="two accounts were opened in the new year",
    )
    session.add(waived)
    entries.append(session, Event.WAIVER_ENDED, CLEO, at, waived)


async def _agree(session: AsyncSession) -> None:
    at = MONDAY + timedelta(days=3)
    version = await session.get(PolicyVersion, "version-1")
    assert version
    version.state, version.published_by, version.published_at = VersionState.PUBLISHED, CLEO, at
    acknowledgement = Acknowledgement(
        id="acknowledgement-1",
        version_id=version.id,
        person_id=BEN,
        text_hash=version.text_hash,
        consent=version.consent,
        at=at,
        channel="D0BEN",
        message_ts="1791014400.000100",
    )
    session.add(acknowledgement)
    entries.append(session, Event.POLICY_PUBLISHED, CLEO, at, version, roster=[BEN, CLEO])
    entries.append(session, Event.POLICY_ACKNOWLEDGED, BEN, at, acknowledgement)


async def _ask(session: AsyncSession) -> None:
    question = Question(
        id="question-1",
        asker_id=BEN,
        via=Via.DM,
        channel="D0BEN",
        thread_ts="1791100800.000100",
        text="How long is a window, and does mine count?",
        asked_at=MONDAY + timedelta(days=4),
        outcome=Outcome.UNKNOWN,
        offered="soc2-type2-window",
        entry_version=1,
        content_version="0123456789ab",
        state=QuestionState.ROUTED,
    )
    session.add(question)
    entries.append(session, Event.QUESTION_ROUTED, BEN, question.asked_at, question)


async def _assess(session: AsyncSession) -> None:
    at = MONDAY + timedelta(days=4)
    assessment = SelfAssessment(
        id="assessment-1",
        examination_id="soc2-2026",
        made_by=CLEO,
        made_at=at,
        day=at.date(),
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 12, 31),
        seed="40718253",
        population=1,
        digest=sha256(b"AC-01 quarterly Q3-2026\n").hexdigest(),
        drawn=[
            {
                "control_id": "AC-01",
                "cadence": "quarterly",
                "population": 1,
                "occurrence_ids": ["Q3-2026"],
            }
        ],
        findings={"Q3-2026": ["evidence_late"]},
        files=1,
        files_read_at=at,
    )
    session.add(assessment)
    entries.append(session, Event.SELF_ASSESSMENT_MADE, CLEO, at, assessment)


async def _answer(session: AsyncSession) -> None:
    at = MONDAY + timedelta(days=4, hours=1)
    question = await session.get(Question, "question-1")
    assert question
    question.state, question.answered_by, question.answered_at = QuestionState.ANSWERED, CLEO, at
    question.answer, question.feedback = "Yes, yours counts from July", Feedback.HELPFUL
    entries.append(session, Event.QUESTION_SETTLED, CLEO, at, question)
    proposal = Proposal(
        id="proposal-1",
        kind=ProposalKind.ENTRY,
        entry_id="does-my-window-count",
        version=1,
        title="Does my window count",
        answer="Every window counts from its first day",
        detail="Ask Cleo about the months before July",
        phrasings="How long is a window, and does mine count?\nand what about mine",
        state=ProposalState.APPROVED,
        proposed_by=CLEO,
        proposed_at=at,
        decided_by=CLEO,
        decided_at=at,
        reason="the second sentence was put straight",
    )
    session.add(proposal)
    entries.append(session, Event.PROPOSAL_APPROVED, CLEO, at, proposal, four_eyes=False)
    await _waive(session, at)
    entries.append(
        session,
        Event.MESSAGE_SENT,
        "socrates",
        at,
        subject="delivery/abc",
        texts={"said": "Yes, yours counts from July"},
        asks=[],
        attempt=1,
    )
