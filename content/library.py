"""Everything Socrates knows, loaded from one folder and checked as a whole.

A broken file raises `ContentError` with its file, line and reason. Criteria ids and series are those of
TSP section 100 (2017 Trust Services Criteria); every gist is our own paraphrase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from content.building import build_model, check_name, check_unique, items_of
from content.models import (
    OWN_ID_PREFIX,
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
from content.reading import ContentError, ContentFolder, ParsedFile, Place

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
KNOWLEDGE, THRESHOLDS = "knowledge", "thresholds.yaml"
_DECOYS_FILE, _VOCABULARY_FILE, _REQUESTS_FILE = "decoys.yaml", "vocabulary.yaml", "requests.yaml"
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

    ``catalogue`` holds every control of the folder, ``controls`` those that programme.yaml says the company runs.
    ``knowledge_version`` changes with entries, decoys and vocabulary, ``version`` with everything but the
    thresholds: they are chosen for a version, and so cannot be part of one.
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
        run_by_company = self.programme.controls
        if run_by_company is None:
            return self.catalogue
        return tuple(control for control in self.catalogue if control.id in run_by_company)

    def entry(self, entry_id: str) -> KnowledgeEntry:
        return self._entries[entry_id]

    def decoy(self, decoy_id: str) -> Decoy:
        return next(decoy for decoy in self.decoys if decoy.id == decoy_id)

    def control(self, control_id: str) -> ControlSpec:
        """Any control of the catalogue, whether the company runs it or not."""
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
    """Reads and checks all content of a folder, or of the content that is packaged with Socrates.

    Raises ContentError.
    """
    shelf = ContentFolder(folder or PACKAGED)
    programme_page = shelf.yaml("programme.yaml")
    programme = _programme(programme_page)
    criteria = _criteria(shelf)
    requests = _requests(shelf, criteria)
    catalogue = _catalogue(shelf, criteria, requests, programme)
    _check_controls(programme_page, programme, catalogue)
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
        knowledge_version=shelf.version(f"{KNOWLEDGE}/", _DECOYS_FILE, _VOCABULARY_FILE),
        thresholds=_thresholds(shelf),
    )


def _knowledge(shelf: ContentFolder) -> tuple[KnowledgeEntry, ...]:
    pages = [shelf.markdown(name) for name in shelf.names(KNOWLEDGE, ".md")]
    entries = [read_entry(page) for page in pages]
    ids = [entry.id for entry in entries]
    for page, entry in zip(pages, entries, strict=True):
        _check_id(page, entry, ids)
        for index, related in enumerate(entry.related):
            if related == entry.id or related not in ids:
                raise page.error(("related", index), f'there is no other entry with the id "{related}"')
    return tuple(entries)


def _check_id(page: ParsedFile, entry: KnowledgeEntry, ids: Sequence[str]) -> None:
    """An answer of the company's own may have any file name, since its id says nothing to people."""
    if not entry.id.startswith(OWN_ID_PREFIX):
        check_name(page, entry.id)
    elif ids.count(entry.id) > 1:
        raise page.error(("id",), f'the id "{entry.id}" stands in another file too')


def read_entry(page: ParsedFile) -> KnowledgeEntry:
    answer, _, detail = page.body.partition("\n\n")
    return build_model(
        KnowledgeEntry, page, derived={"answer": " ".join(answer.split()), "detail": detail.strip()}
    )


def _decoys(shelf: ContentFolder) -> tuple[Decoy, ...]:
    page = shelf.yaml(_DECOYS_FILE)
    decoys = [build_model(Decoy, page, (index,)) for index, _ in enumerate(items_of(page))]
    check_unique(page, [decoy.id for decoy in decoys], lambda index: (index, "id"))
    return tuple(decoys)


def _vocabulary(shelf: ContentFolder) -> Vocabulary:
    """A folder without a vocabulary gets the packaged one. No term may be in two lines of synonyms."""
    page = (shelf if shelf.has(_VOCABULARY_FILE) else ContentFolder(PACKAGED)).yaml(_VOCABULARY_FILE)
    vocabulary = build_model(Vocabulary, page)
    lines: dict[str, int] = {}
    for index, group in enumerate(vocabulary.synonyms):
        for number, term in enumerate(group):
            place = ("synonyms", index, number)
            if term in lines:
                raise page.error(place, f'"{term}" stands on line {lines[term]} already')
            lines[term] = page.lines[place]
    return vocabulary


def _criteria(shelf: ContentFolder) -> tuple[Criterion, ...]:
    """The file has one gist for each of the 61 criteria of TSP section 100, by category and id."""
    page = shelf.yaml("criteria.yaml")
    criteria = []
    for category, series_sizes in SERIES_SIZES.items():
        gists = page.values.get(category) if isinstance(page.values, dict) else None
        if not isinstance(gists, dict):
            raise page.error((), f'the category "{category}" must be here, with its criteria under it')
        ids = {f"{series}.{n}": series for series, size in series_sizes.items() for n in range(1, size + 1)}
        for unknown in gists.keys() - ids.keys():
            raise page.error(
                (category, unknown), f"TSP section 100 has no criterion {unknown} in this category"
            )
        for criterion_id, series in ids.items():
            if not isinstance(gists.get(criterion_id), str) or not gists[criterion_id].strip():
                raise page.error(
                    (category, criterion_id), f"{criterion_id} needs one line that says what it is"
                )
            gist = gists[criterion_id]
            criteria.append(Criterion(id=criterion_id, category=category, series=series, gist=gist))
    for unknown in page.values.keys() - SERIES_SIZES.keys():
        raise page.error((unknown,), f'there is no category "{unknown}"')
    return tuple(criteria)


def _requests(shelf: ContentFolder, criteria: Sequence[Criterion]) -> tuple[Request, ...]:
    """A folder without requests gets the packaged ones."""
    page = (shelf if shelf.has(_REQUESTS_FILE) else ContentFolder(PACKAGED)).yaml(_REQUESTS_FILE)
    requests = []
    for index, _ in enumerate(items_of(page)):
        request = build_model(Request, page, (index,))
        if request.number != index + 1:
            raise page.error(
                (index, "number"), f"requests are numbered in order, and this is number {index + 1}"
            )
        _check_criteria(page, (index, "criteria"), request.criteria, criteria)
        requests.append(request)
    return tuple(requests)


def _catalogue(
    shelf: ContentFolder, criteria: Sequence[Criterion], requests: Sequence[Request], programme: Programme
) -> tuple[ControlSpec, ...]:
    known_objectives = {objective.id for objective in programme.objectives}
    known_requests = {request.number for request in requests}
    controls = []
    for page in (shelf.yaml(name) for name in shelf.names("controls", ".yaml")):
        control = build_model(ControlSpec, page)
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
    page: ParsedFile, place: Place, ids: Sequence[str], criteria: Sequence[Criterion]
) -> None:
    known_ids = {criterion.id for criterion in criteria}
    for index, criterion_id in enumerate(ids):
        if criterion_id not in known_ids:
            raise page.error((*place, index), f"TSP section 100 has no criterion {criterion_id}")


def _check_controls(page: ParsedFile, programme: Programme, catalogue: Sequence[ControlSpec]) -> None:
    """Each control that the company runs must be in the catalogue, and be listed once."""
    ids, catalogue_ids = programme.controls or (), {control.id for control in catalogue}
    check_unique(page, ids, lambda index: ("controls", index))
    for index, control_id in enumerate(ids):
        if control_id not in catalogue_ids:
            raise page.error(("controls", index), f"there is no file controls/{control_id}.yaml")


def _policies(shelf: ContentFolder) -> tuple[PolicyText, ...]:
    policies = []
    for page in (shelf.markdown(name) for name in shelf.names("policies", ".md")):
        policy = build_model(PolicyText, page, derived={"text": page.body})
        check_name(page, policy.id)
        policies.append(policy)
    return tuple(policies)


def _programme(page: ParsedFile) -> Programme:
    programme = build_model(Programme, page)
    check_unique(page, [item.id for item in programme.objectives], lambda index: ("objectives", index, "id"))
    check_unique(
        page, [item.id for item in programme.examinations], lambda index: ("examinations", index, "id")
    )
    return programme


def _thresholds(shelf: ContentFolder) -> Thresholds:
    """A folder without thresholds gets the packaged ones."""
    return build_model(
        Thresholds, (shelf if shelf.has(THRESHOLDS) else ContentFolder(PACKAGED)).yaml(THRESHOLDS)
    )
