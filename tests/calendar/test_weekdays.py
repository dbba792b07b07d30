"""Dates with a weekday before them."""

from datetime import date

import pytest

from handlers.calendar.weekdays import misfits

NEAR = date(2026, 9, 21)


@pytest.mark.parametrize(
    "text",
    [
        "Høring fredag 9. oktober, og tirsdag 29/9",
        "torsdag 1. januar 2026, Torsdag den 24. september",
        "på fredag 9 okt",
        "mandag 4. januar",
        "tysdag 29.9.2026",
        "torsdag 31. februar",
        "fredag 13 deltakere",
        "uke 39, 21. september",
        "onsdag kl. 12",
    ],
)
def test_those_that_fit_or_are_none(text: str) -> None:
    assert list(misfits(text, NEAR)) == []


@pytest.mark.parametrize(
    ("text", "written", "day"),
    [
        ("Høring på torsdag 9. oktober.", "torsdag 9. oktober", date(2026, 10, 9)),
        ("Laurdag den 24. september er fri", "Laurdag den 24. september", date(2026, 9, 24)),
        ("mandag 1/1/27 og", "mandag 1/1/27", date(2027, 1, 1)),
        # Without a year it is the nearest one.
        ("tirsdag 4. januar", "tirsdag 4. januar", date(2027, 1, 4)),
    ],
)
def test_those_that_do_not(text: str, written: str, day: date) -> None:
    assert list(misfits(text, NEAR)) == [(written, day)]
