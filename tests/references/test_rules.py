"""Which references stand in a text, and which of what looks like one is none."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cases.numbers import as_written
from handlers.references.dated import dates, months
from handlers.references.rules import Form, Known, Name, Reading, Reference, meant, references

FSU, SSU, OLD, LSU_NORTH, LSU_SOUTH = 1, 2, 3, 4, 5
NAMES = (
    Name("FSU", FSU),
    Name("Faglig samarbeidsutvalg (FSU)", FSU),
    Name("SSU", SSU),
    Name("FSU-KT", OLD, None, date(2022, 12, 31)),
    Name("LSU", LSU_NORTH, None, date(2019, 12, 31)),
    Name("LSU", LSU_SOUTH, date(2020, 1, 1)),
)
KNOWN = Known(NAMES, (), 2026)


def known(*templates: str) -> Known:
    """With committees that write their numbers like this."""
    return Known(NAMES, tuple(_form(place, each) for place, each in enumerate(templates, 1)), 2026)


def _form(committee_id: int, template: str) -> Form:
    letters = template.split("{", maxsplit=1)[0].strip()
    return Form(committee_id, as_written(template), letters, endless="{running" in template)


def only(text: str, there: Known = KNOWN, *, alone: bool = False) -> Reference:
    found = references(text, there, alone=alone)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "n", "year"),
    [
        ("sak 38/24", 38, 2024),
        ("vedtak sak 38/24", 38, 2024),
        ("jf. sak 38/24.", 38, 2024),
        ("saksnr. 38/24", 38, 2024),
        ("Sak nr 38/24:", 38, 2024),
        ("Vi viser til saken 38/24 om opplæring", 38, 2024),
        ("38/24", 38, 2024),
        ("Se 38/24, der vi ble enige.", 38, 2024),
        ("1/2026 (O/D)", 1, 2026),
        ("50/15 O", 50, 2015),
        ("sak 033/04 B", 33, 2004),
        ("Sak 2014/15", 15, 2014),
        ("2024.1", 1, 2024),
        ("2023/07", 7, 2023),
        ("28-2025", 28, 2025),
        ("28–2025", 28, 2025),
        ("sak 2024. 2", 2, 2024),
        ("Sak 4", 4, None),
        ("som vedtatt i sak 4.", 4, None),
        ("sak nr. 268", 268, None),
    ],
)
def test_a_number_is_read(text: str, n: int, year: int | None) -> None:
    assert only(text).readings[0] == Reading(n, year)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("sak 08/01", {(8, 2001), (1, 2008)}),
        ("sak 01-21", {(1, 2021), (21, 2001)}),
        ("sak 15/14", {(15, 2014), (14, 2015)}),
        ("sak 7/98", {(7, 1998)}),
    ],
)
def test_what_may_be_meant_in_two_ways_is_read_in_both(text: str, readings: set[tuple[int, int]]) -> None:
    assert {(reading.n, reading.year) for reading in only(text).readings} == readings


@pytest.mark.parametrize(
    ("text", "committees", "day"),
    [
        ("2023.34, SSU 28.09.23", {SSU}, date(2023, 9, 28)),
        ("sak 2023.34 i SSU", {SSU}, None),
        ("SSU 28.09.23, sak 34", {SSU}, date(2023, 9, 28)),
        ("SSU 28. september 2023 sak 2023.34", {SSU}, date(2023, 9, 28)),
        ("Sak 4, SSU 28.09.23", {SSU}, date(2023, 9, 28)),
        ("FSU-KT sak 2022.18", {OLD}, None),
        ("fsu-kt 2022.18", {OLD}, None),
        ("FSU 33/24", {FSU}, None),
        ("sak 33/24 (FSU)", {FSU}, None),
        ("Faglig samarbeidsutvalg (FSU), sak 4/24", {FSU}, None),
        ("sak 33/24, 28.09.24", None, date(2024, 9, 28)),
        ("UFSU 33/24", None, None),
    ],
)
def test_the_committee_and_the_day_beside_it(text: str, committees: set[int] | None, day: date | None) -> None:
    found = only(text)
    assert (found.committees and set(found.committees), found.day) == (committees, day)


@pytest.mark.parametrize(
    ("text", "letters", "committees"),
    [
        ("PS 6/26", "PS", None),
        ("sak RS 4/26", "RS", None),
        ("FSU, sak PS 6/26", "PS", {FSU}),
        ("FSU FO 2/26", "FO", {FSU}),
    ],
)
def test_a_series_by_its_letters(text: str, letters: str, committees: set[int] | None) -> None:
    found = only(text)
    assert (found.letters, found.committees and set(found.committees)) == (letters, committees)


@pytest.mark.parametrize(
    ("template", "text", "readings"),
    [
        ("PS {n}/{yy}", "ps 6/2026", {(6, 2026, None)}),
        ("PS {n}/{yy}", "sak 6/26", {(6, 2026, None)}),
        ("{n:03}/{yy} {types}", "33/26 B", {(33, 2026, None)}),
        ("{types} {n}/{yy}", "B 33/26", {(33, 2026, None)}),
        ("{yy}/{meeting}/{n}", "26/2/1", {(1, 2026, 2)}),
        ("{running}", "268", {(268, None, None)}),
        ("{n}.{yy}", "33.26", {(33, 2026, None)}),
        ("{n}/{yy}", "12/10", {(12, 2010, None)}),
    ],
)
def test_typed_alone_a_number_is_one_however_it_is_written(
    template: str, text: str, readings: set[tuple[int, int | None, int | None]]
) -> None:
    assert readings <= set(only(text, known(template), alone=True).readings)


@pytest.mark.parametrize(
    "text",
    [
        "12.3.24",
        "12. mars 2024",
        "2024-03-12",
        "9/3 2023",
        "20241205",
        "Frist 2/5",
        "Møtet 12/10 ble avlyst",
        "vedtak 12.3.24",
        "saken 12.3.",
        "kr 24/25",
        "1200/24 kr",
        "120/80",
        "blodtrykk 140/90",
        "24/7",
        "1/2 stilling",
        "50/50",
        "§ 3-3 a",
        "helse- og omsorgstjenesteloven § 12-3 a",
        "§§ 38/24",
        "kap. 38/24",
        "punkt 2024.1",
        "versjon 2024.1",
        "v2024.1",
        "tlf. 22 33 44 55",
        "tlf 22/24",
        "2024-2025",
        "2024–2025",
        "skoleåret 24/25",
        "skoleåret 2024/2025",
        "Prop. 121 L (2024–2025)",
        "Meld. St. 9/24",
        "uke 33/24",
        "kl. 12.30–15.30",
        "side 4/24",
        "protokoll nr. 03/2014",
        "AVV-2026-0007",
        "1.200.000",
        "10,5/24",
        "https://example.org/38/24",
        "38/24/2",
        "sak 4 minutter",
        "4 saker",
        "i sak",
        "",
        "2.24 prosent",
        "0/24",
        "38/40",
        "ISO 9001-2015",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert references(text, KNOWN) == []


def test_several_in_one_text_each_once() -> None:
    text = "Jf. sak 12/24 og 13/24 i SSU, og vedtak i PS 6/26 (12.3.26). Sak 4 utsettes."
    assert [each.text for each in references(text, KNOWN)] == ["12/24", "13/24", "6/26", "4"]


@pytest.mark.parametrize(
    ("text", "committee"),
    [("LSU sak 4/18", LSU_NORTH), ("LSU sak 4/24", LSU_SOUTH), ("LSU 12.3.2019, sak 4", LSU_NORTH)],
)
def test_a_name_that_two_had_is_of_the_one_that_had_it_then(text: str, committee: int) -> None:
    assert meant(only(text), KNOWN, NAMES) == {committee}


def test_an_old_name_is_known_also_for_what_came_later() -> None:
    """People go on using it."""
    assert meant(only("FSU-KT sak 4/25"), KNOWN, NAMES) == {OLD}
    assert meant(only("sak 4/25"), KNOWN, NAMES) is None


@given(st.text(alphabet="sak 0123456789/.-–§FSUPde,()\n", max_size=60), st.booleans())
def test_any_text_is_read(text: str, alone: bool) -> None:
    found = references(text, known("{n}/{yy}", "PS {n}/{yyyy}", "{running}", "{yy}/{meeting}/{n}"), alone=alone)
    for one, other in itertools.pairwise(found):
        assert one.end <= other.start
    for each in found:
        assert each.text
        assert each.readings
        assert all(reading.n > 0 for reading in each.readings)


def test_a_long_text_takes_no_time_to_speak_of() -> None:
    assert len(references("sak 38/24 " * 5000, KNOWN)) == 30
    assert references("1" * 20_000, KNOWN) == []
    assert references("1/" * 10_000, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12.3.24", date(2024, 3, 12)),
        ("12.03.2024", date(2024, 3, 12)),
        ("12. mars 2024", date(2024, 3, 12)),
        ("12 mars 24", date(2024, 3, 12)),
        ("12. mar. 2024", date(2024, 3, 12)),
        ("2024-03-12", date(2024, 3, 12)),
        ("20240312", date(2024, 3, 12)),
        ("12-03-2024", date(2024, 3, 12)),
        ("12/3-24", date(2024, 3, 12)),
        ("12/3 2024", date(2024, 3, 12)),
        ("2024.03.12", date(2024, 3, 12)),
    ],
)
def test_a_date_in_any_form(text: str, day: date) -> None:
    assert [each.day for each in dates(f"Møtet {text}, i Eksempelby")] == [day]


@pytest.mark.parametrize("text", ["31.2.24", "12.13.24", "1.2", "2024-3", "120324", "12.3.24.5"])
def test_what_is_no_date(text: str) -> None:
    assert list(dates(text)) == []


def test_months_with_their_year() -> None:
    assert [(each.year, each.month) for each in months("i mars 2024, og 3. des. 2025")] == [(2024, 3), (2025, 12)]
