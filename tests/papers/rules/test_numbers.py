"""Numbers of cases that are no figures, and which line they belong to."""

from datetime import date

import pytest

from handlers.papers.numbers import wanted_number
from handlers.papers.record import CaseRead
from handlers.papers.rules import numbers
from storage.tables import Committee
from tests.papers.rules.texts import minutes


@pytest.mark.parametrize(
    ("line", "text", "value"),
    [("IV. Eventuelt", "IV", 4), ("XII. Ymse", "XII", 12), ("Sak B – Vaktplan", "B", 2), ("Sak 7: Rusteam", "7", 7)],
)
def test_a_number_counts_as_what_it_stands_for(line: str, text: str, value: int) -> None:
    found = numbers.at_start(line)
    assert found is not None
    assert (found.text, found.value) == (text, value)


@pytest.mark.parametrize("line", ["I går ble saken utsatt", "Sak om legevakt", "V Eksempel", "I. kvartal"])
def test_a_letter_in_a_sentence_is_no_number(line: str) -> None:
    assert numbers.at_start(line) is None


def test_a_letter_is_called_by_the_day_of_its_meeting_as_small_numbers_are() -> None:
    committee = Committee(key="lsu", name="Lokalt samarbeidsutvalg", number_template="{n}/{yy}")
    first, other = (wanted_number(CaseRead(number="I"), committee, date(2025, month, 3)) for month in (5, 6))
    assert first is not None
    assert other is not None
    assert first.text == "I (3.5.2025)"
    assert (first.text, first.series) != (other.text, other.series)


def test_initials_of_people_are_no_cases() -> None:
    result = minutes("Til stede:\nI. Eksempel\nV. Prøve\n\n1. Budsjett\nVedtak: Godkjent.\n\n2. Plan\nUtsatt.")
    assert [case.number for case in result.cases] == ["1", "2"]


def test_a_reference_at_the_beginning_of_a_line_is_no_case() -> None:
    text = "Sak 5/25 Budsjett\n\nVedtak: Utvalget ber om ny status i sak\n\n7/25.\n\nSak 6/25 Eventuelt\n\nIngen saker."
    assert [case.number for case in minutes(text).cases] == ["5/25", "6/25"]
