"""Kind, type, dates and categories of an examination fit together, or the field that does not is named."""

from datetime import date

import pytest

from bot.schedule.rules.examinations import (
    ExaminationTerms,
    new_examination_id,
    normalized_terms,
    terms_fault,
)
from storage.terms import Category, ReportKind, ReportType

FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)
PRIVACY = (Category.PRIVACY,)
TYPE1, TYPE2 = ReportType.TYPE1, ReportType.TYPE2
SOC1, SOC2 = ReportKind.SOC1, ReportKind.SOC2


@pytest.mark.parametrize(
    ("kind", "report_type", "terms", "field"),
    [
        (SOC2, TYPE2, ExaminationTerms(None, FIRST, LAST, PRIVACY), None),
        (SOC1, TYPE1, ExaminationTerms(LAST), None),
        (SOC1, TYPE2, ExaminationTerms(None, FIRST, LAST, PRIVACY), "categories"),
        (SOC2, TYPE1, ExaminationTerms(), "as_of"),
        (SOC2, TYPE1, ExaminationTerms(LAST, FIRST), "starts_on"),
        (SOC2, TYPE1, ExaminationTerms(LAST, None, LAST), "ends_on"),
        (SOC2, TYPE2, ExaminationTerms(LAST, FIRST, LAST), "as_of"),
        (SOC2, TYPE2, ExaminationTerms(None, None, LAST), "starts_on"),
        (SOC2, TYPE2, ExaminationTerms(None, FIRST), "ends_on"),
        (SOC2, TYPE2, ExaminationTerms(None, LAST, FIRST), "ends_on"),
        (SOC2, TYPE2, ExaminationTerms(None, FIRST, date(2066, 12, 31)), "ends_on"),
    ],
)
def test_what_does_not_fit_is_named(
    kind: ReportKind, report_type: ReportType, terms: ExaminationTerms, field: str | None
):
    wrong = terms_fault(kind, report_type, terms)
    assert (wrong[0] if wrong else None) == field


def test_security_belongs_to_every_soc_2():
    assert normalized_terms(SOC2, ExaminationTerms(categories=PRIVACY)).categories == (
        Category.SECURITY,
        Category.PRIVACY,
    )
    assert normalized_terms(SOC1, ExaminationTerms()).categories == ()


def test_an_id_is_made_of_the_title_and_is_free():
    assert new_examination_id("SOC 2 Type 2, 2027", []) == "soc-2-type-2-2027"
    assert new_examination_id("SOC 2", ["soc-2", "soc-2-2"]) == "soc-2-3"
    assert new_examination_id("監査", []) == "examination"
    assert len(new_examination_id("very long " * 9, ["very-long-very-long-very-long-very-l"])) <= 40
