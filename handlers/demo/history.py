"""Three months of the demo company: calls the real verbs while the sandbox's clock moves."""

from collections.abc import AsyncGenerator, Mapping
from datetime import date, datetime, time, timedelta

from bot.answers import answering, proposals
from bot.answers.adopted_entries import adopt_entries
from bot.answers.proposals import LeadReply
from bot.calendar.periods import local_date, local_instant
from bot.desk import Desk
from bot.evidence import handing_in, reviewing, statements
from bot.evidence.handing_in import UploadedFile
from bot.evidence.rules.listings import Listing
from bot.owners import ownership
from bot.policies import policies
from handlers.demo.events import EPISODES
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage import evidence as occurrences
from storage import obligations, questions
from storage.evidence import Evidence, Occurrence
from storage.evidence_reviews import evidence_to_review
from storage.policies import draft_versions, published_versions
from storage.terms import ObligationKind

BEGINS_ON = date(2026, 7, 6)
ENDS_ON = date(2026, 10, 5)
ZONE = "Europe/Berlin"
WEEK = timedelta(days=7)
CLEO, DAN = "U0CLEO", "U0DAN"
OWNERS: Mapping[str, tuple[str, str]] = {
    "AC-01": ("U0BEN", "U0FARID"),
    "BK-01": ("U0FARID", "U0BEN"),
    "CM-02": ("U0BEN", "U0FARID"),
    "GV-01": ("U0CLEO", "U0DAN"),
    "GV-02": ("U0DAN", "U0CLEO"),
    "HR-01": ("U0EVA", "U0CLEO"),
    "HR-02": ("U0EVA", "U0CLEO"),
    "IR-01": ("U0BEN", "U0FARID"),
    "PR-01": ("U0GRACE", "U0EVA"),
    "RA-01": ("U0CLEO", "U0DAN"),
    "RA-02": ("U0FARID", "U0BEN"),
    "RA-03": ("U0DAN", "U0CLEO"),
    "VM-01": ("U0FARID", "U0BEN"),
}
# How the listing behind each population was produced.
QUERIES: Mapping[str, str] = {
    "AC-01": "Identity provider, report “All accounts”: every status, every application in scope",
    "AC-07": "HR system, report “Leavers”: last day in the quarter, contractors included",
    "BK-01": "Backup console, job history: all jobs of the week, any result",
    "CM-02": "Deployment pipeline, project payroll: released in the month, target production",
    "HR-01": "HR system, report “Joiners”: start date in the quarter, all entities",
    "HR-02": "HR system, report “Roster”: active on the day of the report",
    "IR-01": "Ticket system: type incident or security event, created in the quarter, any state",
    "PR-01": "Payroll system, change journal: object master data or pay run, posted in the month",
    "VM-01": "Vulnerability scanner: findings open on any day of the month, all assets",
}
# The number of items in those listings.
USUAL_ITEMS = 24
ITEMS: Mapping[str, int] = {"AC-07": 1}
NOTHING = {("IR-01", "Q3 2026")}
# What did not go well, so that the reports have something to say.
FORGOTTEN = {("BK-01", "week 38 of 2026")}
LATE_BY: Mapping[tuple[str, str], timedelta] = {("VM-01", "July 2026"): timedelta(days=6)}
REJECTED = {("CM-02", "August 2026"): "The export has no run time. Please add the query and when it was run."}
PUBLISHED_AT_FIRST = ("information-security", "code-of-conduct")
PUBLISHED_LATER = ("acceptable-use",)
LATER_ON = date(2026, 9, 14)
SLOW_READERS = {"acceptable-use": {"U0FARID", "U0GRACE"}}
QUESTIONS = (
    ("Ada", "what is the difference between soc 1 and soc 2?"),
    ("Ben", "how many samples will the auditor take of a weekly control"),
    ("Grace", "is payroll part of soc 1?"),
    ("Eva", "what makes good evidence"),
    ("Farid", "who may read our soc 2 report?"),
)
ROUTED = "may we name our auditor in a tender for the city of Lisbon?"
WAITING = "does the new office in Lisbon belong to the system boundary?"


async def play_history(stage: Stage, cast: Cast, until: date = ENDS_ON) -> AsyncGenerator[date]:
    """From the first Monday of the window to the Monday on which the demo begins; yields the Monday of each week."""
    history = History(stage, cast, until)
    yield BEGINS_ON
    await history.begin()
    monday = BEGINS_ON + WEEK
    while monday < until:
        yield monday
        await history.week(monday)
        monday += WEEK
    await history.at(until, time(9, 0))


class History:
    def __init__(self, stage: Stage, cast: Cast, until: date) -> None:
        self.sandbox = stage.sandbox
        self.service = stage.service
        self.desk: Desk = stage.service.desk
        self.cast = cast
        self.until = until
        self.questions = iter(QUESTIONS)

    async def at(self, day: date, hour: time) -> None:
        await self.cast.clock.to(local_instant(day, hour, ZONE))

    async def begin(self) -> None:
        async with self.service.paused():
            await adopt_entries(self.desk, CLEO)
            for control_id, (owner, backup) in OWNERS.items():
                await ownership.assign_control(self.desk, CLEO, control_id, owner, backup)
            await self._accept_everything()
        await self.at(BEGINS_ON, time(15, 0))
        await self._publish(PUBLISHED_AT_FIRST)
        await self.at(BEGINS_ON + timedelta(days=3), time(14, 0))
        async with self.service.paused():
            await self._acknowledge()
        await self.service.settle()

    async def week(self, monday: date) -> None:
        """Leads review on Monday, a colleague asks on Tuesday, an episode may follow, owners hand in on Thursday."""
        await self.at(monday, time(11, 0))
        await self._review()
        for lead, proposal_id in await self._open_obligations(ObligationKind.DECIDE_PROPOSAL):
            await proposals.approve_proposal(self.desk, lead, proposal_id)
        await self.at(monday + timedelta(days=1), time(11, 30))
        await self._ask(monday)
        if episode := EPISODES.get(monday):
            await self.at(monday + timedelta(days=2), time(14, 0))
            await episode(self.desk)
            await self.service.settle()
        await self.at(monday + timedelta(days=3), time(10, 30))
        async with self.service.paused():
            await self._hand_in()
            await self._acknowledge()
            if monday == LATER_ON:
                await self._publish(PUBLISHED_LATER)
        await self.service.settle()

    async def _accept_everything(self) -> None:
        for person_id, ownership_id in await self._open_obligations(ObligationKind.ACCEPT_OWNERSHIP):
            await ownership.accept_ownership(self.desk, person_id, ownership_id)

    async def _publish(self, policy_ids: tuple[str, ...]) -> None:
        async with self.desk.reading() as work:
            drafts = await draft_versions(work.session)
        for draft in drafts:
            if draft.policy_id in policy_ids:
                await policies.publish_policy(self.desk, CLEO, draft.id)

    async def _acknowledge(self) -> None:
        async with self.desk.reading() as work:
            published = {row.id: row.policy_id for row in await published_versions(work.session)}
        for person_id, version_id in await self._open_obligations(ObligationKind.ACKNOWLEDGE):
            if person_id not in SLOW_READERS.get(published[version_id], ()):
                await policies.acknowledge_policy(self.desk, person_id, version_id)

    async def _hand_in(self) -> None:
        for person_id, occurrence_id in await self._open_obligations(ObligationKind.EVIDENCE):
            async with self.desk.reading() as work:
                occurrence = await occurrences.occurrence(work.session, occurrence_id)
                today = local_date(work.now, ZONE)
            if occurrence and self._is_ready(occurrence, today):
                await self._submit(person_id, occurrence, today)

    def _is_ready(self, occurrence: Occurrence, today: date) -> bool:
        name = (occurrence.control_id, occurrence.label)
        if name in FORGOTTEN or occurrence.ends_on >= today:
            return False
        return today >= occurrence.due_on + LATE_BY.get(name, -WEEK)

    async def _submit(self, person_id: str, occurrence: Occurrence, today: date) -> None:
        query = QUERIES.get(occurrence.control_id)
        if (occurrence.control_id, occurrence.label) in NOTHING:
            listing = Listing(query=query, as_of=self.desk.now())
            await statements.submit_statement(self.desk, person_id, occurrence.id, listing, today)
            return
        name = f"{occurrence.control_id} {occurrence.label}.csv".replace(" ", "-").lower()
        rows = [
            f"{occurrence.control_id},{occurrence.label},row {number}"
            for number in range(1, ITEMS.get(occurrence.control_id, USUAL_ITEMS) + 1)
        ]
        content = "\n".join(["control,period,item", *rows, f"run,{self.desk.now().isoformat()},"]).encode()
        file_id = await self.cast.person(person_id).uploads(name, content)
        # In Slack a submitted form lets the app read the file; this verb is called without a form.
        self.sandbox.workspace.files[file_id].given_to_app = True
        performed_on = today if (occurrence.control_id, occurrence.label) in LATE_BY else occurrence.ends_on
        file = UploadedFile(file_id, name, len(content), "text/csv")
        listing = Listing(len(rows), query, self._listed_at(occurrence))
        await handing_in.submit_evidence(
            self.desk, person_id, occurrence.id, file, performed_on, listing=listing
        )

    def _listed_at(self, occurrence: Occurrence) -> datetime:
        """Early on the day after the period."""
        return local_instant(occurrence.ends_on + timedelta(days=1), time(6, 0), ZONE)

    async def _review(self) -> None:
        async with self.desk.reading() as work:
            evidence = await evidence_to_review(work.session)
        reviewers = {each.id: DAN if each.submitted_by == CLEO else CLEO for each in evidence}
        for each in evidence:
            await reviewing.show_file(self.desk, reviewers[each.id], each.id)
        await self.service.settle()
        async with self.service.paused():
            for each in evidence:
                await self._judge(each, reviewers[each.id])
        await self.service.settle()

    async def _judge(self, evidence: Evidence, lead: str) -> None:
        async with self.desk.reading() as work:
            occurrence = await occurrences.occurrence(work.session, evidence.occurrence_id)
            attempts = await occurrences.evidence_of(work.session, evidence.occurrence_id)
        reason = REJECTED.get((occurrence.control_id, occurrence.label)) if occurrence else None
        if reason and len(attempts) == 1:
            await reviewing.reject_evidence(self.desk, lead, evidence.id, reason)
        else:
            await reviewing.accept_evidence(self.desk, lead, evidence.id)

    async def _ask(self, monday: date) -> None:
        """A lead answers the second week's question; the last week's still waits for a lead."""
        if monday == BEGINS_ON + WEEK:
            question_id = await self._route("Ada", ROUTED)
            answer = "Only with the firm's written consent; write to me before the tender goes out."
            await answering.answer_routed(
                self.desk, CLEO, question_id, LeadReply(answer, "Naming our auditor in a tender")
            )
        elif monday == self.until - WEEK:
            await self._route("Grace", WAITING)
        elif question := next(self.questions, None):
            await self._say(*question)
        await self.service.settle()

    async def _route(self, name: str, text: str) -> str:
        person_id = await self._say(name, text)
        async with self.desk.reading() as work:
            since = work.now - timedelta(minutes=5)
            question = (await questions.questions_since(work.session, since))[-1]
        await answering.route_question(self.desk, person_id, question.id)
        return question.id

    async def _say(self, name: str, text: str) -> str:
        person = self.cast.person(name)
        ts = await person.says(text)
        await person.hears("", thread=ts)
        return person.id

    async def _open_obligations(self, kind: ObligationKind) -> list[tuple[str, str]]:
        """The person and the subject of each."""
        async with self.desk.reading() as work:
            rows = await obligations.open_obligations(work.session)
        return [(row.person_id, row.subject) for row in rows if row.kind is kind]


def begins_at() -> datetime:
    return local_instant(BEGINS_ON, time(9, 0), ZONE)
