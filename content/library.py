"""Everything Socrates knows, loaded from one folder and checked as a whole.

A broken file raises `ContentError` with its file, line and reason. Criteria ids and series are those of
TSP section 100 (2017 Trust Services Criteria); every gist is our own paraphrase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from content.building import build, check_name, check_unique, items_of
from content.models import (
    OWN,
    CategoryName,
    ControlSpec,
    Criterion,
    Decoy,
    ExaminationSpec,
    KnowledgeEntry,
    Objective,
    PolicyText,
    Programme,
    Request,
    Thresholds,
    Vocabulary,
)
from content.reading import ContentError, ParsedFile, Place, Shelf

__all__ = [
    "SERIES_SIZES",
    "ContentError",
    "ControlSpec",
    "Criterion",
    "Decoy",
    "ExaminationSpec",
    "KnowledgeEntry",
    "Library",
    "Objective",
    "PolicyText",
    "Programme",
    "Request",
    "Thresholds",
    "Vocabulary",
    "load_library",
    "read_entry",
]

PACKAGED = Path(__file__).parent
KNOWLEDGE, DECOYS, VOCABULARY = "knowledge", "decoys.yaml", "vocabulary.yaml"
REQUESTS, THRESHOLDS = "requests.yaml", "thresholds.yaml"
SERIES_SIZES: Mapping[CategoryName, Mapping[str, int]] = {
    "security": {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2},
    "availability": {"A1": 3},
    "confidentiality": {"C1": 2},
    "processing_integrity": {"PI1": 5},
    "privacy": {"P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1, "P8": 1},
}


@dataclass(frozen=True)
class Library:
    """All content of one folder. The look-ups raise `KeyError` for an id that the folder does not hold.

    `catalogue` holds every control of the folder, `controls` those that programme.yaml says the company runs.
    `knowledge_version` follows entries, decoys and vocabulary, `version` everything but the thresholds, which are
    chosen for a version and so cannot be part of one.
    """

    knowledge: tuple[KnowledgeEntry, ...]
    decoys: tuple[Decoy, ...]
    vocabulary: Vocabulary
    criteria: tuple[Criterion, ...]
    requests: tuple[Request, ...]
    catalogue: tuple[ControlSpec, ...]
    policies: tuple[PolicyText, ...]
    programme: Programme
    thresholds: Thresholds
    version: str
    knowledge_version: str

    @cached_property
    def controls(self) -> tuple[ControlSpec, ...]:
        run = self.programme.controls
        return self.catalogue if run is None else tuple(each for each in self.catalogue if each.id in run)

    def entry(self, entry_id: str) -> KnowledgeEntry:
        return self._entries[entry_id]

    def decoy(self, decoy_id: str) -> Decoy:
        return next(decoy for decoy in self.decoys if decoy.id == decoy_id)

    def control(self, control_id: str) -> ControlSpec:
        """Any of the catalogue, whether the company runs it or not."""
        return self._catalogue[control_id]

    def policy(self, policy_id: str) -> PolicyText:
        return self._policies[policy_id]

    def criterion(self, criterion_id: str) -> Criterion:
        return self._criteria[criterion_id]

    @cached_property
    def _entries(self) -> dict[str, KnowledgeEntry]:
        return {entry.id: entry for entry in self.knowledge}

    @cached_property
    def _catalogue(self) -> dict[str, ControlSpec]:
        return {control.id: control for control in self.catalogue}

    @cached_property
    def _policies(self) -> dict[str, PolicyText]:
        return {policy.id: policy for policy in self.policies}

    @cached_property
    def _criteria(self) -> dict[str, Criterion]:
        return {criterion.id: criterion for criterion in self.criteria}


def load_library(folder: Path | None = None) -> Library:
    """Reads and checks all content; None means the content that is packaged with Socrates."""
    shelf = Shelf(folder or PACKAGED)
    programme_page = shelf.yaml("programme.yaml")
    programme = _programme(programme_page)
    criteria = _criteria(shelf)
    requests = _requests(shelf, criteria)
    catalogue = _catalogue(shelf, criteria, requests, programme)
    _check_run(programme_page, programme, catalogue)
    return Library(
        knowledge=_knowledge(shelf),
        decoys=_decoys(shelf),
        vocabulary=_vocabulary(shelf),
        criteria=criteria,
        requests=requests,
        catalogue=catalogue,
        policies=_policies(shelf),
        programme=programme,
        version=shelf.version(),
        knowledge_version=shelf.version(f"{KNOWLEDGE}/", DECOYS, VOCABULARY),
        thresholds=_thresholds(shelf),
    )


def _knowledge(shelf: Shelf) -> tuple[KnowledgeEntry, ...]:
    pages = [shelf.markdown(name) for name in shelf.names(KNOWLEDGE, ".md")]
    entries = [read_entry(page) for page in pages]
    known = {entry.id for entry in entries}
    for page, entry in zip(pages, entries, strict=True):
        _check_place(page, entry, [other.id for other in entries])
        for index, related in enumerate(entry.related):
            if related == entry.id or related not in known:
                raise page.error(("related", index), f'there is no other entry with the id "{related}"')
    return tuple(entries)


def _check_place(page: ParsedFile, entry: KnowledgeEntry, ids: Sequence[str]) -> None:
    """The file of an answer of the company's own has any name, since its id is not for people."""
    if not entry.id.startswith(OWN):
        check_name(page, entry.id)
    elif ids.count(entry.id) > 1:
        raise page.error(("id",), f'the id "{entry.id}" stands in another file too')


def read_entry(page: ParsedFile) -> KnowledgeEntry:
    answer, _, detail = page.body.partition("\n\n")
    return build(KnowledgeEntry, page, derived={"answer": " ".join(answer.split()), "detail": detail.strip()})


def _decoys(shelf: Shelf) -> tuple[Decoy, ...]:
    page = shelf.yaml(DECOYS)
    decoys = [build(Decoy, page, (index,)) for index, _ in enumerate(items_of(page))]
    check_unique(page, [decoy.id for decoy in decoys], lambda index: (index, "id"))
    return tuple(decoys)


def _vocabulary(shelf: Shelf) -> Vocabulary:
    """A folder that has none of its own is read with the packaged one. A term belongs to one line of synonyms."""
    page = (shelf if shelf.has(VOCABULARY) else Shelf(PACKAGED)).yaml(VOCABULARY)
    vocabulary = build(Vocabulary, page)
    lines: dict[str, int] = {}
    for index, group in enumerate(vocabulary.synonyms):
        for number, term in enumerate(group):
            place = ("synonyms", index, number)
            if term in lines:
                raise page.error(place, f'"{term}" stands on line {lines[term]} already')
            lines[term] = page.lines[place]
    return vocabulary


def _criteria(shelf: Shelf) -> tuple[Criterion, ...]:
    """The file lists gists by category and id; the ids are fixed, so all 61 must be there and no other."""
    page = shelf.yaml("criteria.yaml")
    criteria = []
    for category, series_sizes in SERIES_SIZES.items():
        gists = page.values.get(category) if isinstance(page.values, dict) else None
        if not isinstance(gists, dict):
            raise page.error((), f'the category "{category}" must be here, with its criteria under it')
        ids = {f"{series}.{n}": series for series, size in series_sizes.items() for n in range(1, size + 1)}
        for stray in gists.keys() - ids.keys():
            raise page.error((category, stray), f"TSP section 100 has no criterion {stray} in this category")
        for criterion_id, series in ids.items():
            if not isinstance(gists.get(criterion_id), str) or not gists[criterion_id].strip():
                raise page.error(
                    (category, criterion_id), f"{criterion_id} needs one line that says what it is"
                )
            gist = gists[criterion_id]
            criteria.append(Criterion(id=criterion_id, category=category, series=series, gist=gist))
    for stray in page.values.keys() - SERIES_SIZES.keys():
        raise page.error((stray,), f'there is no category "{stray}"')
    return tuple(criteria)


def _requests(shelf: Shelf, criteria: Sequence[Criterion]) -> tuple[Request, ...]:
    """A folder that has none of its own is asked what the packaged content lists."""
    page = (shelf if shelf.has(REQUESTS) else Shelf(PACKAGED)).yaml(REQUESTS)
    requests = []
    for index, _ in enumerate(items_of(page)):
        request = build(Request, page, (index,))
        if request.number != index + 1:
            raise page.error(
                (index, "number"), f"requests are numbered in order, and this is number {index + 1}"
            )
        _check_criteria(page, (index, "criteria"), request.criteria, criteria)
        requests.append(request)
    return tuple(requests)


def _catalogue(
    shelf: Shelf, criteria: Sequence[Criterion], requests: Sequence[Request], programme: Programme
) -> tuple[ControlSpec, ...]:
    known_objectives = {objective.id for objective in programme.objectives}
    known_requests = {request.number for request in requests}
    controls = []
    for page in (shelf.yaml(name) for name in shelf.names("controls", ".yaml")):
        control = build(ControlSpec, page)
        check_name(page, control.id)
        _check_criteria(page, ("criteria",), control.criteria, criteria)
        for index, objective_id in enumerate(control.objectives):
            if objective_id not in known_objectives:
                raise page.error(
                    ("objectives", index), f"programme.yaml has no control objective {objective_id}"
                )
        for index, number in enumerate(control.requests):
            if number not in known_requests:
                raise page.error(("requests", index), f"requests.yaml has no request {number}")
        controls.append(control)
    return tuple(controls)


def _check_criteria(
    page: ParsedFile, place: Place, named: Sequence[str], criteria: Sequence[Criterion]
) -> None:
    known = {criterion.id for criterion in criteria}
    for index, criterion_id in enumerate(named):
        if criterion_id not in known:
            raise page.error((*place, index), f"TSP section 100 has no criterion {criterion_id}")


def _check_run(page: ParsedFile, programme: Programme, catalogue: Sequence[ControlSpec]) -> None:
    """What the company runs is in the catalogue, and named once."""
    run, known = programme.controls or (), {control.id for control in catalogue}
    check_unique(page, run, lambda index: ("controls", index))
    for index, control_id in enumerate(run):
        if control_id not in known:
            raise page.error(("controls", index), f"there is no file controls/{control_id}.yaml")


def _policies(shelf: Shelf) -> tuple[PolicyText, ...]:
    policies = []
    for page in (shelf.markdown(name) for name in shelf.names("policies", ".md")):
        policy = build(PolicyText, page, derived={"text": page.body})
        check_name(page, policy.id)
        policies.append(policy)
    return tuple(policies)


def _programme(page: ParsedFile) -> Programme:
    programme = build(Programme, page)
    check_unique(page, [item.id for item in programme.objectives], lambda index: ("objectives", index, "id"))
    check_unique(
        page, [item.id for item in programme.examinations], lambda index: ("examinations", index, "id")
    )
    return programme


def _thresholds(shelf: Shelf) -> Thresholds:
    """A folder that has none of its own is judged by those of the packaged content."""
    return build(Thresholds, (shelf if shelf.has(THRESHOLDS) else Shelf(PACKAGED)).yaml(THRESHOLDS))
