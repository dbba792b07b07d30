"""Deadlines as they are said in a meeting: what they come to, and what is said of it."""

from datetime import date

import pytest

from handlers.calendar.due import Kind, understand
from handlers.calendar.working_days import is_working_day

SAID_ON = date(2026, 12, 3)
"""A Thursday. Easter Sunday of 2027 is 28 March."""


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12.3.", "2027-03-12"),
        ("12.3", "2027-03-12"),
        ("12. mars", "2027-03-12"),
        ("innen 12. mars", "2027-03-12"),
        ("innan 12. mars", "2027-03-12"),
        ("senest 12. mars kl. 12.00", "2027-03-12"),
        ("Frist: 12/3", "2027-03-12"),
        ("25.01.27", "2027-01-25"),
        ("3.2.27", "2027-02-03"),
        ("9/3 2027", "2027-03-09"),
        ("12. mars 2027", "2027-03-12"),
        ("2027-03-12", "2027-03-12"),
        ("20270312", "2027-03-12"),
        ("fredag 12. mars", "2027-03-12"),
        ("fredag den 12.3.2027", "2027-03-12"),
        ("tysdag 9. mars", "2027-03-09"),
        ("3. desember", "2026-12-03"),
    ],
)
def test_a_written_date_is_certain(words: str, day: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.day, due.remarks) == (Kind.DATE, _day(day), ())
    assert due.is_certain


@pytest.mark.parametrize(
    ("words", "day"),
    [
        # Months, and parts of them.
        ("mars", "2027-03-31"),
        ("i mars", "2027-03-31"),
        ("mars måned", "2027-03-31"),
        ("innen utgangen av mars", "2027-03-31"),
        ("innan utgangen av mars", "2027-03-31"),
        ("ut mars", "2027-03-31"),
        ("desember", "2026-12-31"),
        ("november", "2027-11-30"),
        ("medio februar", "2027-02-15"),
        ("midten av februar", "2027-02-15"),
        ("ultimo september", "2027-09-30"),
        ("slutten av januar", "2027-01-29"),
        ("primo mars", "2027-03-01"),
        ("begynnelsen av mars", "2027-03-10"),
        ("byrjinga av mars", "2027-03-10"),
        ("tidlig i mars", "2027-03-10"),
        ("månedsskiftet mars/april", "2027-03-31"),
        ("mars/april", "2027-04-30"),
        ("april–mai", "2027-05-31"),
        ("desember-januar", "2027-01-29"),
        ("før mars", "2027-02-26"),
        ("neste måned", "2027-01-29"),
        ("utgangen av måneden", "2026-12-31"),
        ("medio", "2026-12-15"),
        ("ultimo", "2026-12-31"),
        # Weeks are those of ISO 8601.
        ("uke 8", "2027-02-26"),
        ("veke 8", "2027-02-26"),
        ("i veke 8", "2027-02-26"),
        ("uke 12", "2027-03-24"),
        ("innen uke 12", "2027-03-24"),
        ("før uke 12", "2027-03-19"),
        ("uke 7-8", "2027-02-26"),
        ("uke 7 og 8", "2027-02-26"),
        ("uke 52-1", "2027-01-08"),
        ("uke 12 2028", "2028-03-24"),
        ("uke 53", "2026-12-31"),
        ("uke 1", "2027-01-08"),
        ("denne uka", "2026-12-04"),
        ("i løpet av veka", "2026-12-04"),
        ("neste uke", "2026-12-11"),
        ("fredag i uke 8", "2027-02-26"),
        # Parts of a year.
        ("i løpet av 1. kvartal", "2027-03-31"),
        ("første kvartal 2028", "2028-03-31"),
        ("Q1", "2027-03-31"),
        ("1. tertial", "2027-04-30"),
        ("innen utgangen av 2. tertial", "2027-08-31"),
        ("1. halvår", "2027-06-30"),
        ("andre halvår 2027", "2027-12-31"),
        ("4. kvartal", "2026-12-31"),
        ("ut året", "2026-12-31"),
        ("innen utgangen av 2027", "2027-12-31"),
        ("neste år", "2027-12-31"),
        ("i løpet av våren", "2027-05-31"),
        ("våren 2028", "2028-05-31"),
        ("til høsten", "2027-11-30"),
        ("til hausten", "2027-11-30"),
        ("innen høsten", "2027-08-31"),
        ("vinteren", "2027-02-26"),
        ("i løpet av sommeren", "2027-08-31"),
        # The holidays.
        ("før sommeren", "2027-06-30"),
        ("føre sommaren", "2027-06-30"),
        ("før sommeren 2028", "2028-06-30"),
        ("innen sommerferien", "2027-06-30"),
        ("over sommeren", "2027-08-20"),
        ("etter sommerferien", "2027-08-20"),
        ("innen jul", "2026-12-23"),
        ("innan jul", "2026-12-23"),
        ("før jol", "2026-12-23"),
        ("jul", "2026-12-23"),
        ("over jul", "2027-01-08"),
        ("over nyttår", "2027-01-08"),
        ("innen nyttår", "2026-12-31"),
        ("ved årsskiftet", "2026-12-31"),
        ("før påske", "2027-03-24"),
        ("påske", "2027-03-24"),
        ("i påska", "2027-03-24"),
        ("over påske", "2027-04-02"),
        ("etter pinse", "2027-05-21"),
        ("før 17. mai", "2027-05-14"),
        ("før 1.3.", "2027-02-26"),
        # So long from the day of the meeting.
        ("om tre uker", "2026-12-24"),
        ("innen 14 dager", "2026-12-17"),
        ("innan fjorten dagar", "2026-12-17"),
        ("to ukers frist", "2026-12-17"),
        ("et par uker", "2026-12-17"),
        ("10 virkedager", "2026-12-17"),
        ("om ein månad", "2027-01-03"),
        ("om et halvt år", "2027-06-03"),
        ("om ett år", "2027-12-03"),
        ("fredag", "2026-12-04"),
        ("torsdag", "2026-12-10"),
        ("neste fredag", "2026-12-11"),
        ("i morgen", "2026-12-04"),
        ("ca. 1. mars", "2027-03-01"),
    ],
)
def test_what_is_vague_is_proposed_with_its_reason(words: str, day: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.day) == (Kind.PROPOSED, _day(day))
    assert not due.is_certain
    assert str(int(day[-2:])) in due.reason


@pytest.mark.parametrize(
    ("words", "before", "committee"),
    [
        ("neste møte", False, ""),
        ("Neste møte.", False, ""),
        ("til neste møte", False, ""),
        ("på neste møte", False, ""),
        ("førstkommende møte", False, ""),
        ("nestkommande møte", False, ""),
        ("neste ordinære møte", False, ""),
        ("neste gang", False, ""),
        ("før neste møte", True, ""),
        ("føre neste møte", True, ""),
        ("neste SSU-møte", False, "ssu"),
        ("før neste møte i arbeidsutvalget", True, "arbeidsutvalget"),
    ],
)
def test_the_next_meeting_is_no_day_yet(words: str, before: bool, committee: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.day, due.before, due.committee) == (Kind.MEETING, None, before, committee)


@pytest.mark.parametrize(
    "words",
    [
        "snarest", "Snarest mulig", "snarast råd", "så snart som mulig", "straks", "løpende", "løpande", "fortløpende",
        "fortløpande", "løpende, med rapport hver måned", "ved behov", "frist snarest", "høstferien", "vinterferien",
    ],
)  # fmt: skip
def test_these_set_no_date_and_ask_for_one(words: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.day) == (Kind.ASKS, None)
    assert words in due.reason


@pytest.mark.parametrize(
    "words",
    ["når prosjektet er ferdig", "20204.6", "2024. 2", "14", "12. mars eller 13. mars", "neste styre", "hver måned",
     "14 dager før møtet", "5. kvartal", "uke", "møte", "sak 12/24", "0 mars", "12345678 uker", "(ingen)"],
)  # fmt: skip
def test_what_is_not_understood_is_not_guessed(words: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.day) == (Kind.UNKNOWN, None)
    assert due.reason


def test_nothing_said_is_nothing() -> None:
    assert understand("  ", SAID_ON) == (Kind.UNKNOWN, None, "", (), False, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("31. februar", "31. februar finnes ikke i 2026. Rett datoen."),
        ("12.13", "12.13 finnes ikke i 2026. Rett datoen."),
        ("uke 53 2027", "Det er ingen slik uke i 2027."),
        ("uke 60", "Det er ingen slik uke i 2026."),
    ],
)
def test_a_day_or_week_that_does_not_exist_is_said(words: str, said: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.reason) == (Kind.UNKNOWN, said)


def test_a_leap_day_that_is_past_is_not_taken_for_the_one_that_was() -> None:
    assert understand("29.2.", date(2028, 2, 29)).day == date(2028, 2, 29)
    due = understand("29. februar", date(2028, 3, 1))
    assert (due.kind, due.reason) == (Kind.UNKNOWN, "29. februar finnes ikke i 2029. Rett datoen.")


@pytest.mark.parametrize(
    ("words", "kind", "day", "said"),
    [
        ("2/5", Kind.DATE, "2027-05-02", "Merk: søndag 2. mai 2027 er ikke en arbeidsdag."),
        ("17. mai 2028", Kind.DATE, "2028-05-17", "Merk: onsdag 17. mai 2028 er en helligdag (grunnlovsdag)."),
        ("langfredag", Kind.PROPOSED, "2027-03-26", "Merk: fredag 26. mars 2027 er en helligdag (langfredag)."),
        ("medio august", Kind.PROPOSED, "2027-08-15", "Merk: søndag 15. august 2027 er ikke en arbeidsdag."),
        ("innen 12.3.2024", Kind.DATE, "2024-03-12", "Merk: tirsdag 12. mars 2024 er før dagen det ble sagt."),
        ("torsdag 12. mars", Kind.PROPOSED, "2027-03-12", "Ukedagen passer ikke: fredag 12. mars 2027."),
        ("1. desember", Kind.DATE, "2027-12-01", "Uten årstall er «1. desember» lest som onsdag 1. desember 2027."),
    ],
)
def test_what_is_odd_about_the_day_is_said_and_the_day_stays(words: str, kind: Kind, day: str, said: str) -> None:
    due = understand(words, SAID_ON)
    assert (due.kind, due.day, due.remarks) == (kind, _day(day), (said,))
    assert not due.is_certain


def test_the_end_of_a_month_that_ends_at_easter_is_its_last_working_day() -> None:
    due = understand("innen utgangen av mars 2024", date(2024, 2, 1))
    assert due == (
        Kind.PROPOSED,
        date(2024, 3, 27),
        "«innen utgangen av mars 2024»: siste arbeidsdag er onsdag 27. mars 2024.",
        (),
        False,
        "",
    )


@pytest.mark.parametrize(
    ("said_on", "day"),
    [("2027-06-30", "2027-06-30"), ("2027-07-01", "2028-06-30"), ("2027-01-04", "2027-06-30")],
)
def test_before_the_summer_is_the_one_that_is_yet_to_come(said_on: str, day: str) -> None:
    assert understand("før sommeren", _day(said_on)).day == _day(day)


@pytest.mark.parametrize("year", range(2024, 2040))
def test_a_period_never_ends_on_a_day_when_nobody_is_at_work(year: int) -> None:
    for words in (f"uke 12 {year}", f"mars {year}", f"1. kvartal {year}", f"før påske {year}", f"over nyttår {year}"):
        due = understand(words, date(year, 1, 1))
        assert due.day is not None
        assert (due.kind, is_working_day(due.day), due.remarks) == (Kind.PROPOSED, True, ())
