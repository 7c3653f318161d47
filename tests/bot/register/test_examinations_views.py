"""The list of examinations and its forms: that they fit, and show what they are about."""

from datetime import date

from bot.blocks.ids import Field
from bot.register.views import examinations
from bot.schedule.rules.examinations import ExaminationTerms, terms_of
from bot.schedule.rules.schedule_changes import ScheduleEffect
from storage.programme import Examination
from storage.terms import Category, ReportKind, ReportType
from tests.bot.samples import LONG, Faults, read, sound


def examination(title: str = "SOC 2 Type 2", number: int = 1) -> Examination:
    return Examination(
        id=f"soc2-{number}",
        title=title,
        kind=ReportKind.SOC2,
        type=ReportType.TYPE2,
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 12, 31),
        categories=[Category.SECURITY, Category.PRIVACY],
    )


def test_the_worst_words_and_counts_fit(faults: Faults):
    longest = examination(LONG)
    for view in (
        examinations.examinations_modal(
            [examination(LONG, number) for number in range(60)], [("key", LONG)] * 60
        ),
        examinations.examinations_modal([]),
        examinations.add_examination_modal(
            LONG, ReportKind.SOC2, ReportType.TYPE2, terms_of(longest), ScheduleEffect(1, 2, 3), "t"
        ),
        examinations.change_examination_modal(longest, terms_of(longest), LONG, ScheduleEffect(), "t"),
    ):
        sound(view, faults)
    assert "and 20 more, not shown here" in read(examinations.examinations_modal([longest] * 60))


def test_a_type_1_of_soc_1_asks_for_its_date_only():
    soc1 = Examination(
        id="soc1", title="SOC 1", kind=ReportKind.SOC1, type=ReportType.TYPE1, as_of=date(2026, 12, 31)
    )
    form = examinations.change_examination_modal(soc1, ExaminationTerms(as_of=date(2026, 12, 31)))

    inputs = [block["block_id"] for block in form["blocks"] if block["type"] == "input"]
    assert inputs == [Field.AS_OF, Field.REASON]
