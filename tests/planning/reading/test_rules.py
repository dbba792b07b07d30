"""Meetings by a rule in words. The days stand as a calendar on the wall has them."""

from datetime import date

import pytest

from handlers.planning.planned import Wrong
from tests.planning.reading.shown import problems, rows, text, wrong


def days(written: str, year: int = 2026) -> list[str]:
    plan = text(f"AU: {written}", year=year)
    assert plan.problems == ()
    return [f"{each.day.day}/{each.day.month}" for each in plan.rows]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "siste torsdag i måneden 13.00–15.30, ikke juli",
            "29/1 26/2 26/3 30/4 28/5 25/6 27/8 24/9 29/10 26/11 31/12",
        ),
        (
            "den siste torsdagen i hver måned, men ikke i juli og desember",
            "29/1 26/2 26/3 30/4 28/5 25/6 27/8 24/9 29/10 26/11",
        ),
        ("første mandag i annenhver måned", "5/1 2/3 4/5 6/7 7/9 2/11"),
        ("første mandag i annenhver måned fra februar", "2/2 6/4 1/6 3/8 5/10 7/12"),
        ("første mandag i hver tredje måned", "5/1 6/4 6/7 5/10"),
        (
            "hver tredje onsdag i måneden fra februar til november",
            "18/2 18/3 15/4 20/5 17/6 15/7 19/8 16/9 21/10 18/11",
        ),
        ("tredje onsdag i måneden, februar–april", "18/2 18/3 15/4"),
        ("tredje onsdag i måneden fra 1. september", "16/9 21/10 18/11 16/12"),
        ("første og tredje tirsdag i mars og september", "3/3 17/3 1/9 15/9"),
        ("nest siste fredag i kvartalet", "20/3 19/6 18/9 18/12"),
        ("andre tirsdag i kvartalet", "13/1 14/4 14/7 13/10"),
        ("femte torsdag i måneden", "29/1 30/4 30/7 29/10 31/12"),
        ("2. torsdag hver måned til og med april", "8/1 12/2 12/3 9/4"),
        ("torsdag i partallsuker kl. 9–11, fra uke 2 til uke 10", "8/1 22/1 5/2 19/2 5/3"),
        ("torsdag i oddetallsuker i 2026 fra 1. februar til 15. mars", "12/2 26/2 12/3"),
        ("annenhver mandag fra 12. januar til 1. mars", "12/1 26/1 9/2 23/2"),
        ("hver tredje onsdag fra uke 3 til mars", "14/1 4/2 25/2 18/3"),
        ("hver torsdag i januar til februar, ikke uke 2, 8 og 29. januar", "1/1 15/1 22/1 5/2 12/2 26/2"),
        ("hver fredag fra mars til april, ikke påske", "6/3 13/3 20/3 27/3 10/4 17/4 24/4"),
        ("tirsdag og torsdag i partallsuker fra uke 4 til uke 6", "20/1 22/1 3/2 5/2"),
        ("siste torsdag kl. 13–15 i mars, juni og september", "26/3 25/6 24/9"),
        ("mandag hver uke i uke 4 til uke 6", "19/1 26/1 2/2"),
        ("siste torsdag i månaden, ikkje juli, frå august", "27/8 24/9 29/10 26/11 31/12"),
        ("annankvar måndag frå 12. januar til 10. februar", "12/1 26/1 9/2"),
    ],
)  # fmt: skip
def test_a_rule(written: str, expected: str) -> None:
    assert days(written) == expected.split()


def test_the_weeks_are_counted_on_over_a_year_with_53() -> None:
    """ISO 8601: 2026 has 53 weeks, and 2027 begins with week 53's last days."""
    assert days("fredag i oddetallsuker fra 1. desember") == ["4/12", "18/12"]
    assert days("fredag i oddetallsuker til 20. januar", year=2027) == ["1/1", "8/1"]
    assert days("siste torsdag i februar", year=2024) == ["29/2"]


def test_a_period_can_go_on_into_the_next_year() -> None:
    plan = text("FSU: første mandag i måneden fra november 2026 til februar 2027", year=None)
    assert rows(plan) == ["FSU 02.11.26", "FSU 07.12.26", "FSU 04.01.27", "FSU 01.02.27"]
    assert rows(text("FSU: første mandag i måneden fra november til februar")) == rows(plan)


def test_what_else_is_said_holds_for_each_meeting() -> None:
    plan = text("FSU: siste torsdag i kvartalet kl. 13.00–15.30, på Rådhuset, møteleder: Eksempel Leder")
    assert rows(plan) == [
        f"FSU {day}.26 13.00-15.30 @Rådhuset leder Eksempel Leder" for day in ("26.03", "25.06", "24.09", "31.12")
    ]
    assert {each.where for each in plan.rows} == {"linje 1"}


@pytest.mark.parametrize(
    "written",
    [
        "FSU: siste torsdag i kvartalet 13.00–15.30. AU: første mandag i annenhver måned kl. 9–10, ikke juli",
        "FSU siste torsdag i kvartalet 13.00–15.30 og AU første mandag i annenhver måned kl. 9–10, ikke juli",
        "FSU siste torsdag i kvartalet kl. 13–15.30; AU første mandag i annenhver måned; kl. 9–10; ikke juli",
        "FSU: siste torsdag i kvartalet 13.00–15.30\nAU: første mandag i annenhver måned kl. 9–10, ikke juli",
        "FSU møtes siste torsdag i kvartalet 13.00–15.30 · AU møtes første mandag i annenhver måned 9–10, ikke juli",
    ],
)
def test_several_rules_in_one_text(written: str) -> None:
    plan = text(written)
    assert rows(plan) == [
        *(f"FSU {day}.26 13.00-15.30" for day in ("26.03", "25.06", "24.09", "31.12")),
        *(f"AU {day}.26 09.00-10.00" for day in ("05.01", "02.03", "04.05", "07.09", "02.11")),
    ]
    assert plan.understood == (
        "FSU: siste torsdag i mars, juni, september og desember i 2026, kl. 13.00–15.30. Det blir 4 møter, det første "
        "torsdag 26. mars 2026.",
        "AU: første mandag i annenhver måned fra og med januar i 2026, kl. 09.00–10.00, ikke juli. Det blir 5 "
        "møter, det første mandag 5. januar 2026.",
    )


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        (
            "siste torsdag i måneden 13.00–15.30, ikke juli",
            "Uten utvalg: siste torsdag i hver måned i 2026, kl. 13.00–15.30, ikke juli. Det blir 11 møter, det "
            "første torsdag 29. januar 2026.",
        ),
        (
            "AU: torsdag i partallsuker kl. 9, Teams, fra 1. februar",
            "AU: torsdag i partallsuker, fra 1. februar 2026 til 31. desember 2026, kl. 09.00, sted: Teams. Det blir "
            "24 møter, det første torsdag 5. februar 2026.",
        ),
        (
            "AU: annenhver mandag fra 12. januar til mars",
            "AU: annenhver mandag fra og med 12. januar 2026, til 31. mars 2026, uten klokkeslett. Det blir 6 møter, "
            "det første mandag 12. januar 2026.",
        ),
        (
            "AU: hver femte onsdag",
            "AU: onsdag hver 5. uke fra og med 7. januar 2026 i 2026, uten klokkeslett. Det blir 11 møter, det "
            "første onsdag 7. januar 2026.",
        ),
        (
            "AU: hver fredag i mars til mars",
            "AU: hver fredag, fra 1. mars 2026 til 31. mars 2026, uten klokkeslett. Det blir 4 møter, det første "
            "fredag 6. mars 2026.",
        ),
        (
            "AU: første fredag i hver fjerde måned",
            "AU: første fredag i hver 4. måned fra og med januar i 2026, uten klokkeslett. Det blir 3 møter, det "
            "første fredag 2. januar 2026.",
        ),
        (
            "PM: første fredag i juni",
            "PM: første fredag i juni i 2026, uten klokkeslett. Det blir 1 møte, det første fredag 5. juni 2026.",
        ),
        (
            "PM: fredag i oddetallsuker i 2027",
            "PM: fredag i oddetallsuker i 2027, uten klokkeslett. Det blir 27 møter, det første fredag 1. januar 2027.",
        ),
    ],
)
def test_how_a_rule_was_understood_is_read_back(written: str, understood: str) -> None:
    assert text(written).understood == (understood,)


@pytest.mark.parametrize(
    ("written", "kind", "says"),
    [
        ("siste torsdag i måneden, ikke vinterferien", Wrong.NOT_UNDERSTOOD, "ikke samtidig overalt.*ikke uke 8"),
        ("siste torsdag i måneden, ikke når det passer dårlig", Wrong.NOT_UNDERSTOOD, "forstår ikke unntaket"),
        ("sjette torsdag i måneden", Wrong.NOT_UNDERSTOOD, "høyst fem uker"),
        ("femte mandag i februar", Wrong.NO_DATE, "ingen møter i 2026"),
        ("siste torsdag i måneden 15.30–13.00", Wrong.ENDS_BEFORE, "slutter 13.00, og begynner 15.30"),
        ("siste torsdag i måneden kl. 25.00", Wrong.NOT_UNDERSTOOD, "Klokkeslettet"),
        ("siste torsdag i måneden fra 30. februar", Wrong.NOT_UNDERSTOOD, "30. februar finnes ikke i 2026"),
        ("siste torsdag i måneden fra uke 54", Wrong.NOT_UNDERSTOOD, "«uke 54» finnes ikke i 2026"),
        ("torsdag i partallsuker fra uke 3 til uke 3", Wrong.NO_DATE, "ingen møter"),
    ],
)
def test_a_rule_that_cannot_be_is_said(written: str, kind: Wrong, says: str) -> None:
    import re

    plan = text(f"FSU 22/1\nFSU: {written}")
    assert rows(plan) == ["FSU 22.01.26"]
    assert wrong(plan) == [(kind, "linje 2")]
    assert re.search(says, plan.problems[0].text), plan.problems[0].text


def test_what_was_not_taken_into_account_is_said() -> None:
    plan = text("AU: siste torsdag i kvartalet 9–11, dagen etter hvis det er helligdag")
    assert len(plan.rows) == 4
    assert problems(plan) == [
        (
            Wrong.NOT_UNDERSTOOD,
            "Linje 1: Jeg har ikke tatt hensyn til «dagen etter hvis det er helligdag». Rett de møtene det gjelder, "
            "for seg.",
        )
    ]


def test_a_rule_without_a_year_is_of_the_likeliest() -> None:
    plan = text("FSU: siste torsdag i måneden", year=None, today=date(2026, 11, 27))
    assert (plan.year, plan.year_said, plan.rows[0].day) == (2027, False, date(2027, 1, 28))
    plan = text("FSU: siste torsdag i måneden i 2028", year=None, today=date(2026, 11, 27))
    assert (plan.year_said, plan.rows[0].day) == (True, date(2028, 1, 27))


def test_a_rule_may_stand_in_a_document_below_a_bodys_name() -> None:
    assert rows(text("FSU\nSiste torsdag i kvartalet kl. 9–11\nAU\n22/1")) == [
        *(f"FSU {day}.26 09.00-11.00" for day in ("26.03", "25.06", "24.09", "31.12")),
        "AU 22.01.26",
    ]
