"""The shape of everything Socrates knows: frozen models, with the rules that each item keeps by itself.

Rules between items (does a related entry exist?) are in `content.library`.
"""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)


def _iso_day(value: object) -> object:
    """Accepts only year-month-day: pydantic would take a bare number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a date such as 2026-11-02")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
Day = Annotated[date, BeforeValidator(_iso_day)]
Share = Annotated[float, Field(ge=0, le=1)]
CategoryName = Literal["security", "availability", "confidentiality", "processing_integrity", "privacy"]
CadenceName = Literal[
    "continuous",
    "daily",
    "weekly",
    "biweekly",
    "monthly",
    "bimonthly",
    "quarterly",
    "semi_annual",
    "annual",
    "biennial",
    "on_event",
    "one_off",
]

TriggerName = Literal[
    "joiner",
    "leaver",
    "role_change",
    "access_grant",
    "change",
    "emergency_change",
    "major_change",
    "rate_change",
    "incident",
    "serious_incident",
    "data_breach",
    "customer_impact",
    "privacy_request",
    "new_customer",
    "contract_end",
    "new_vendor",
    "disposal",
]


def _plain_words(term: str) -> str:
    if not re.fullmatch(r"[^\W_]+( [^\W_]+)*", term) or term != term.lower():
        raise ValueError("must be small letters and digits, one space between words, such as multi factor")
    return term


def _single_word(word: str) -> str:
    if not re.fullmatch(r"[^\W_]+", word) or word != word.lower():
        raise ValueError("must be one word of small letters and digits, such as dont")
    return word


Word = Annotated[str, AfterValidator(_single_word)]
Term = Annotated[str, AfterValidator(_plain_words)]

OWN_ID_PREFIX = "own-"
"""The beginning of the id of an answer that the company's leads wrote; the rest of such an id is random."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KnowledgeEntry(Model):
    """One curated answer. ``answer`` is complete by itself; ``detail`` is Markdown and may be empty.

    An answer of a lead begins with one phrasing, the question; `socrates check` wants six for each entry.
    """

    id: Slug
    title: Text
    answer: Text
    detail: str
    phrasings: Annotated[tuple[Text, ...], Field(min_length=1)]
    aliases: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    related: tuple[Slug, ...] = ()
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    written_on: Day
    review_every: Annotated[int, Field(ge=1, description="days")]
    version: Annotated[int, Field(ge=1)]


class Decoy(Model):
    """A topic that sounds like ours and is not; ``say`` declines the question and names the right place."""

    id: Slug
    title: Text
    phrasings: Annotated[tuple[Text, ...], Field(min_length=5)]
    say: Text


class Vocabulary(Model):
    """What the words mean that people type. The first term of a line of synonyms is the key of the whole line.

    Attribute words ask for one side of a topic ("how long"); light and ordinary words say little, stop words nothing.
    """

    synonyms: tuple[Annotated[tuple[Term, ...], Field(min_length=1)], ...]
    field_words: tuple[Term, ...]
    light_words: tuple[Term, ...]
    attribute_words: tuple[Term, ...]
    ordinary_words: tuple[Term, ...]
    stop_words: tuple[Word, ...]


class Thresholds(Model):
    """The confidence from which a question is answered, asked back, or known to belong to another field.

    ``calibrated_for`` is the version of the knowledge with which these were chosen.
    """

    answer_from: Share
    ask_back_from: Share
    foreign_from: Share
    calibrated_for: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]

    @model_validator(mode="after")
    def _asks_back_before_it_answers(self) -> Self:
        if self.ask_back_from > self.answer_from:
            raise ValueError("ask_back_from must not be above answer_from")
        return self


class Criterion(Model):
    id: str
    category: CategoryName
    series: str
    gist: Text


class ControlSpec(Model):
    """A control as content proposes it. ``due_days`` count from the end of a period until its evidence is due.

    ``triggered_by`` is the event that sets off a control that is performed on event, and ``sla_days`` are the days
    from the event within which it must be performed; its ``due_days`` are those of its quarterly listing of events.
    ``population_of`` says of what, and from which system, an auditor draws samples by a full listing.
    """

    id: Code
    title: Text
    does: Text
    why: Text
    owner_role: Text
    cadence: CadenceName
    due_days: Annotated[int, Field(ge=0, le=90)]
    grace_days: Annotated[int, Field(ge=0, le=90)]
    triggered_by: TriggerName | None = None
    sla_days: Annotated[int, Field(ge=0, le=365)] | None = None
    evidence: Text
    population_of: Text | None = None
    criteria: tuple[str, ...] = ()
    objectives: tuple[Code, ...] = ()
    checklist: Annotated[int, Field(ge=1, le=10)] | None = None
    requests: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _serves_something(self) -> Self:
        if not self.criteria and not self.objectives:
            raise ValueError(
                "the control must name at least one criterion or control objective that it serves"
            )
        return self

    @model_validator(mode="after")
    def _an_sla_belongs_to_events(self) -> Self:
        if self.cadence == "on_event" and self.sla_days is None:
            raise ValueError("a control with the cadence on_event needs sla_days, counted from the event")
        if self.cadence != "on_event" and self.sla_days is not None:
            raise ValueError("sla_days belongs only to a control with the cadence on_event")
        return self

    @model_validator(mode="after")
    def _what_sets_it_off_belongs_to_events(self) -> Self:
        if self.cadence == "on_event" and self.triggered_by is None:
            raise ValueError(
                "a control with the cadence on_event needs triggered_by, the event that sets it off"
            )
        if self.cadence != "on_event" and self.triggered_by is not None:
            raise ValueError("triggered_by belongs only to a control with the cadence on_event")
        return self


class Request(Model):
    """What an auditor typically asks for. A request that concerns only SOC 1 objectives has no criteria."""

    number: Annotated[int, Field(ge=1)]
    ask: Text
    criteria: tuple[str, ...] = ()


class PolicyText(Model):
    """A policy as content proposes it: people read the ``text``, and agree to the sentence in ``consent``."""

    id: Slug
    title: Text
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
    text: Text
    summary: Text
    consent: Text
    due_days: Annotated[int, Field(ge=1, le=90)]
    owner_role: Text


class Objective(Model):
    """A SOC 1 control objective, written by management."""

    id: Code
    title: Text


class ExaminationSpec(Model):
    """Type 1 has ``as_of``; Type 2 has a window, both days included. SOC 1 has no categories."""

    id: Slug
    title: Text
    kind: Literal["soc1", "soc2"]
    type: Literal["type1", "type2"]
    as_of: Day | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    categories: tuple[CategoryName, ...] = ()

    @model_validator(mode="after")
    def _dates_fit_the_type(self) -> Self:
        window = (self.starts_on, self.ends_on)
        if self.type == "type1" and (self.as_of is None or window != (None, None)):
            raise ValueError("a Type 1 examination has as_of, and neither starts_on nor ends_on")
        if self.type == "type2" and (self.as_of is not None or None in window):
            raise ValueError("a Type 2 examination has starts_on and ends_on, and no as_of")
        if self.starts_on and self.ends_on and self.ends_on <= self.starts_on:
            raise ValueError("ends_on must be after starts_on")
        return self

    @model_validator(mode="after")
    def _categories_fit_the_kind(self) -> Self:
        if self.kind == "soc1" and self.categories:
            raise ValueError("a SOC 1 examination uses control objectives and has no categories")
        if self.kind == "soc2" and "security" not in self.categories:
            raise ValueError("a SOC 2 examination always includes the category security")
        return self


class Programme(Model):
    """The company and its examinations. ``zone`` is the IANA zone in which its periods begin and end.

    ``country`` is the ISO 3166 code of the country, or of its region (DE-BY), whose working week and public holidays
    the company keeps.
    ``controls`` are the ids of the controls that the company runs; None means all controls of the folder.
    """

    company: Text
    zone: Text
    country: Text | None = None
    controls: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    objectives: tuple[Objective, ...] = ()
    examinations: Annotated[tuple[ExaminationSpec, ...], Field(min_length=1)]

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError("must be a time zone such as Europe/Berlin") from error
        return zone

    @field_validator("country")
    @classmethod
    def _country_exists(cls, country: str | None) -> str | None:
        if country is None:
            return None
        code, dash, region = country.partition("-")
        if code not in countries():
            raise ValueError(
                "must be a country's two capital letters, such as DE, or a region of it, such as DE-BY"
            )
        if dash and region not in regions(code):
            known = ", ".join(f"{code}-{each}" for each in sorted(regions(code))) or "none"
            raise ValueError(
                f"names a region whose public holidays are not known; of {code} there are: {known}"
            )
        return country


def regions(country: str) -> frozenset[str]:
    """The regions of a country that have public holidays of their own, by the second part of ISO 3166-2."""
    from holidays import (
        list_supported_countries,  # takes a tenth of a second, and few companies name a region
    )

    return frozenset(list_supported_countries()[country])


@cache
def countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1, from the table that comes with the time zones."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))
