"""Kind, type, dates and categories of an examination fit together, or the field that does not is named."""

from datetime import date

import pytest

from bot.schedule.rules.scope import Terms, fault, fresh_key, sound
from storage.terms import Category, ReportKind, ReportType

FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)
PRIVACY = (Category.PRIVACY,)
TYPE1, TYPE2 = ReportType.TYPE1, ReportType.TYPE2
SOC1, SOC2 = ReportKind.SOC1, ReportKind.SOC2


@pytest.mark.parametrize(
    ("kind", "report_type", "terms", "field"),
    [
        (SOC2, TYPE2, Terms(None, FIRST, LAST, PRIVACY), None),
        (SOC1, TYPE1, Terms(LAST), None),
        (SOC1, TYPE2, Terms(None, FIRST, LAST, PRIVACY), "categories"),
        (SOC2, TYPE1, Terms(), "as_of"),
        (SOC2, TYPE1, Terms(LAST, FIRST), "starts_on"),
        (SOC2, TYPE1, Terms(LAST, None, LAST), "ends_on"),
        (SOC2, TYPE2, Terms(LAST, FIRST, LAST), "as_of"),
        (SOC2, TYPE2, Terms(None, None, LAST), "starts_on"),
        (SOC2, TYPE2, Terms(None, FIRST), "ends_on"),
        (SOC2, TYPE2, Terms(None, LAST, FIRST), "ends_on"),
        (SOC2, TYPE2, Terms(None, FIRST, date(2066, 12, 31)), "ends_on"),
    ],
)
def test_what_does_not_fit_is_named(
    kind: ReportKind, report_type: ReportType, terms: Terms, field: str | None
):
    wrong = fault(kind, report_type, terms)
    assert (wrong[0] if wrong else None) == field


def test_security_belongs_to_every_soc_2():
    assert sound(SOC2, Terms(categories=PRIVACY)).categories == (Category.SECURITY, Category.PRIVACY)
    assert sound(SOC1, Terms()).categories == ()


def test_an_id_is_made_of_the_title_and_is_free():
    assert fresh_key("SOC 2 Type 2, 2027", []) == "soc-2-type-2-2027"
    assert fresh_key("SOC 2", ["soc-2", "soc-2-2"]) == "soc-2-3"
    assert fresh_key("監査", []) == "examination"
    assert len(fresh_key("very long " * 9, ["very-long-very-long-very-long-very-l"])) <= 40
