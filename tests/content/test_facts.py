"""Every fact of the primer article is stated, with its correction where practice differs, and in our own house words.

A case names an entry and the words that its answer or detail must hold.
"""

import re

import pytest

from content.library import KnowledgeEntry, Library, load_library

ARTICLE = "SOC primer article"

FACTS = [
    ("soc-purpose", ["customer information", "duty", "secure and confidential"]),
    ("soc-purpose", ["controls over business processes and over information technology"]),
    ("soc-purpose", ["[Uu]niform standards", "structured way to review"]),
    ("soc-purpose", ["demonstrate good practice", "customers verify"]),
    (
        "what-is-soc",
        ["Service Organization Controls", "oversight of information security across the organiz"],
    ),
    ("soc-transparency", ["internal and external stakeholders"]),
    ("who-may-perform", ["independent", "Certified Public Accountant", "accountancy organization"]),
    ("sectors", ["[Tt]echnology, [Ff]inance, and healthcare IT"]),
    ("sectors", ["not-for-profit", "specialized services", "benefit plan administrators"]),
    ("kinds-of-soc-reports", ["most common SOC reports are SOC 1 and SOC 2"]),
    ("soc-1", ["financial controls", "processing and securing customers' financial information"]),
    (
        "soc1-examples",
        ["payroll provider", "only authorized users", "logical and physical access", "permission"],
    ),
    ("soc1-type1-vs-type2", ["snapshot", '"as of" a particular date', "operated effectively over a period"]),
    ("soc1-users", ["company's management and auditors", "financial reporting", "improvements early"]),
    ("proactive-insight", ["healthcare", "medical billing", "180", "losing money"]),
    (
        "soc1-benefits",
        ["effectiveness of internal controls", "[Cc]ompetitive advantage", "continuous improvement"],
    ),
    (
        "checklist",
        ["organizational structure", "Designated employees", "background screening", "conduct standards"],
    ),
    ("checklist", ["clients and employees understand their roles", "communication of system changes"]),
    (
        "checklist",
        ["formal risk assessment", "potential threats", "significant the risks", "Mitigation strategies"],
    ),
    ("org-structure", ["defined organizational structure"]),
    ("designated-employees", ["designated employees who implement secure policies"]),
    ("background-checks", ["background screening procedure"]),
    ("code-of-conduct", ["workplace conduct standards"]),
    ("roles-understood", ["clients and employees understand their roles"]),
    ("system-change-communication", ["system changes are communicated in time to the employees"]),
    ("risk-assessment", ["formal risk assessment"]),
    ("threats-and-gaps", ["potential threats to systems", "gaps in security procedures"]),
    ("risk-significance", ["how significant the risks of each identified threat"]),
    ("risk-mitigation", ["mitigation strategies for significant risks"]),
    (
        "soc-2",
        [
            "security, availability, processing integrity, confidentiality, and privacy",
            "common for customers",
        ],
    ),
    (
        "trust-services-categories",
        ["Security, Availability, Processing Integrity, Confidentiality, and Privacy"],
    ),
    ("which-categories", ["need not address all five", "Security is audited most frequently"]),
    ("type1-vs-type2", ["current systems and controls", "administrative, technical, and logical controls"]),
    ("type-2", ["similar to Type 1", "operating effectiveness", "minimum period of six months"]),
    ("window-length", ["minimum of six months"]),
    ("soc2-users", ["mostly shared with customers and stakeholders"]),
    (
        "soc2-voluntary",
        ["even when customers do not ask", "additional level of security", "PCI DSS", "credibility"],
    ),
    ("b2b-saas", ["pretty much a must-have for B2B SaaS"]),
    ("insurance-example", ["B2C", "confidence and trust", "single database", "easy target for hackers"]),
    ("insurance-example", ["monitors malicious activity", "timely manner"]),
    (
        "soc2-benefits",
        ["risks to information are addressed", "[Pp]referential status", "contractual obligations"],
    ),
    ("soc2-requested-more", ["SOC 2 more often", "focus on undergoing"]),
    ("scope", ["scope of the report is up to the company", "assistance of a CPA is vital"]),
    ("cpa-help", ["right claims", "stakeholders' trust"]),
]

CORRECTIONS = [
    ("what-is-soc", ["until 2017", "now says System and Organization Controls", "not a certificate"]),
    ("who-may-perform", ["In practice it must be a licensed CPA firm", "peer review"]),
    ("sectors", ["no law demands"]),
    ("soc1-users", ["In practice", "user entities and their auditors"]),
    ("soc1-type1-vs-type2", ["description is fair", "suitably designed and in place"]),
    ("type-1", ["fair presentation of the description and the suitability of design"]),
    ("window-length", ["no mandated minimum", "3 months", "6 months", "12 months"]),
    ("type-2", ["no rule sets that minimum"]),
    ("type1-vs-type2", ["no minimum is mandated"]),
    ("which-categories", ["wider scope, not stronger controls", "Security is always included"]),
    ("insurance-example", ["no report guarantees that", "reasonable assurance, based on samples"]),
    ("reasonable-assurance", ["does not guarantee"]),
    ("checklist", ["puts this under SOC 1", "CC1 to CC5", "management's own control objectives"]),
    ("proactive-insight", ["presumably days", "not by itself a control objective"]),
    ("b2b-saas", ["No law requires it"]),
    ("certified-or-attested", ['no company is "SOC 2 certified"', "attestation"]),
]

PRACTICE = [
    ("soc-3", ["general-use", "published on a website"]),
    ("opinions", ["unmodified", "unqualified", "qualified", "adverse", "disclaimer"]),
    ("exceptions", ["unmodified opinion with exceptions is normal"]),
    ("cuec", ["complementary user entity controls"]),
    ("csoc", ["complementary subservice organization controls"]),
    ("carve-out-inclusive", ["left out of the report", "included and tested"]),
    ("bridge-letter", ["Management signs it", "not the auditor", "three months"]),
    ("readiness-assessment", ["optional, not required", "not an attestation"]),
    ("report-parts", ["opinion", "assertion", "description", "tests", "[Oo]ther information"]),
    ("icfr", ["internal control over financial reporting"]),
    ("control-objectives", ["written by management"]),
    ("trust-services-criteria", ["61 criteria", "33", "36", "35", "38", "51"]),
    ("points-of-focus", ["not requirements"]),
    ("sharing-the-report", ["non-disclosure agreement", "never publish"]),
    ("renewal", ["no expiration date", "12 months"]),
    ("sampling", ["No standard fixes the number"]),
    ("population", ["complete list", "query or filter", "number of rows"]),
    ("missed-control", ["never make it look on time"]),
    ("backdating", ["Never backdate"]),
    ("iso-27001", ["ISMS", "attestation"]),
    ("attestation-standards", ["AT-C sections 105, 205, and 320", "AT-C sections 105 and 205", "ISAE 3402"]),
    ("subservice-organizations", ["needed, together with your own"]),
    ("cost", ["[Vv]aries"]),
    ("timeline", ["[Vv]aries"]),
    ("about-socrates", ["I answer only from the library", "/soc"]),
]

SOURCES = {
    ARTICLE,
    "TSP section 100 (2017 Trust Services Criteria)",
    "DC section 200 (description criteria for SOC 2)",
    "AT-C section 105 (attestation engagements)",
    "AT-C section 205 (examinations)",
    "AT-C section 320 (SSAE 18)",
    "COSO Internal Control framework (2013)",
    "Practitioner guidance",
    "How Socrates works",
}

SPEAKS_OF_CERTIFICATION = {
    "certified-or-attested",
    "iso-27001",
    "soc-2-plus",
    "what-is-soc",
    "who-may-perform",
    "aicpa",
    "data-disposal",
    "sharing-the-report",
    "announcing-the-report",
    "csa-star",
    "hitrust",
    "sales-do-we-have-soc2",
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def whole_text(entry: KnowledgeEntry) -> str:
    return f"{entry.answer}\n\n{entry.detail}"


@pytest.mark.parametrize(("entry_id", "words"), FACTS + CORRECTIONS + PRACTICE)
def test_a_fact_is_stated(library: Library, entry_id: str, words: list[str]) -> None:
    text = whole_text(library.entry(entry_id)).replace("**", "")
    for word in words:
        assert re.search(word, text), f"{entry_id} does not say {word!r}"


@pytest.mark.parametrize("entry_id", sorted({entry_id for entry_id, _ in FACTS}))
def test_a_fact_of_the_article_names_the_article(library: Library, entry_id: str) -> None:
    assert ARTICLE in library.entry(entry_id).sources


def test_sources_are_named_as_agreed(library: Library) -> None:
    for entry in library.knowledge:
        assert set(entry.sources) <= SOURCES, entry.id


def test_whoever_cites_the_article_lists_it_as_a_source(library: Library) -> None:
    for entry in library.knowledge:
        if re.search(r"\b(primer )?article('s)?\b", whole_text(entry), re.IGNORECASE):
            assert ARTICLE in entry.sources, entry.id


def test_answers_are_short_and_stand_alone(library: Library) -> None:
    for entry in library.knowledge:
        assert len(whole_text(entry)) <= 1500, entry.id
        assert len(entry.answer) <= 330, entry.id
        assert entry.answer.endswith("."), entry.id
        assert not entry.answer.startswith(("-", "*", "#", "|")), entry.id
        assert entry.detail, entry.id


def test_each_phrasing_and_each_alias_leads_to_one_place(library: Library) -> None:
    first: dict[str, str] = {}
    for topic in (*library.knowledge, *library.decoys):
        for phrasing in topic.phrasings:
            key = phrasing.casefold().strip(" ?.!")
            assert first.setdefault(key, topic.id) == topic.id, (key, topic.id, first[key])
    entry_by_alias: dict[str, str] = {}
    for entry in library.knowledge:
        assert len(set(entry.phrasings)) == len(entry.phrasings), entry.id
        for alias in entry.aliases:
            assert entry_by_alias.setdefault(alias.casefold(), entry.id) == entry.id, (alias, entry.id)


def test_every_criterion_is_found_by_its_id(library: Library) -> None:
    aliases = {alias for entry in library.knowledge for alias in entry.aliases}
    for criterion in library.criteria:
        assert {criterion.id, criterion.series} <= aliases, criterion.id


def test_every_entry_can_be_reached_from_another(library: Library) -> None:
    reached = {related for entry in library.knowledge for related in entry.related}
    assert {entry.id for entry in library.knowledge} - reached == set()
    assert all(entry.related for entry in library.knowledge)


def test_decoys_decline_in_one_sentence_and_claim_no_knowledge(library: Library) -> None:
    for decoy in library.decoys:
        assert re.search(r"only answer|cannot", decoy.say), decoy.id
        assert "SOC reports" in decoy.say or "System and Organization Controls" in decoy.say, decoy.id
        assert decoy.say.endswith("."), decoy.id


def _all_words_to_people(library: Library) -> dict[str, str]:
    words = {entry.id: f"{entry.title}\n{whole_text(entry)}" for entry in library.knowledge}
    words |= {decoy.id: f"{decoy.title}\n{decoy.say}" for decoy in library.decoys}
    words |= {policy.id: f"{policy.text}\n{policy.summary}\n{policy.consent}" for policy in library.policies}
    words |= {
        control.id: "\n".join(
            (control.title, control.does, control.why, control.evidence, control.population_of or "")
        )
        for control in library.catalogue
    }
    words |= {f"request {request.number}": request.ask for request in library.requests}
    words |= {criterion.id: criterion.gist for criterion in library.criteria}
    return words | {"programme": " ".join(item.title for item in library.programme.objectives)}


def test_words_are_calm_american_and_exact(library: Library) -> None:
    british = re.compile(
        r"\b\w*(organis|authoris|recognis|behaviour|colour|labour|favour|licence|centre\b|catalogue|programme"
        r"|analys(e|ed|es|ing)\b|cancell|labell)\w*",
        re.IGNORECASE,
    )
    for place, text in _all_words_to_people(library).items():
        assert not re.search(r"[\U0001F000-\U0001FAFF\u2600-\u27BF]|!", text), place
        assert not british.search(text), (place, british.search(text))
        if "Service Organization Controls" in text:
            assert place == "what-is-soc"
        if re.search(r"\bcertif(ied|ication)\b", text.replace("Certified Public Account", ""), re.IGNORECASE):
            assert place in SPEAKS_OF_CERTIFICATION, place
