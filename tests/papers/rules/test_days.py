"""Dates and times as old papers write them."""

from datetime import date, time

import pytest

from handlers.papers.rules import days
from tests.papers.rules.texts import minutes, read


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25.01.24", date(2024, 1, 25)),
        ("3.2.25", date(2025, 2, 3)),
        ("3.2.25.", date(2025, 2, 3)),
        ("12. mars 2026", date(2026, 3, 12)),
        ("9/3 2023", date(2023, 3, 9)),
        ("20241205", date(2024, 12, 5)),
        ("2024-12-05", date(2024, 12, 5)),
        ("4/12-24", date(2024, 12, 4)),
        ("3. 2. 2025", date(2025, 2, 3)),
        ("torsdag den 5. juni 2025", date(2025, 6, 5)),
        ("20.–21. april 2026", date(2026, 4, 20)),
        ("14. januar 1998", date(1998, 1, 14)),
        ("den tolvte mars 2026", date(2026, 3, 12)),
        ("tjueførste mai 2025", date(2025, 5, 21)),
    ],
)
def test_a_date_is_read_as_it_is_written(text: str, day: date) -> None:
    found = days.first(f"Møtet er {text}, kl. 9")
    assert found is not None
    assert found.date == day
    assert found.year_given


@pytest.mark.parametrize("text", ["2/5", "2.5.", "2. mai"])
def test_a_date_without_a_year_is_of_the_year_that_is_said_and_none_without(text: str) -> None:
    assert days.first(text) is None
    found = days.first(text, 2024)
    assert found is not None
    assert found.date == date(2024, 5, 2)
    assert not found.year_given


@pytest.mark.parametrize(
    "text",
    ["20204.6", "2024. 2", "§ 3-3", "kr 1.250.000", "31.02.2024", "kl. 12.30", "12.30–15.00", "1/2026", "NOU 2023:4"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert days.first(text) is None


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("12.30-15.30", time(12, 30), time(15, 30)),
        ("kl. 13.00 – 15.00", time(13), time(15)),
        ("kl 0900-1130", time(9), time(11, 30)),
        ("kl. 12–14", time(12), time(14)),
        ("fra kl 9 til 11", time(9), time(11)),
        ("kl. 14", time(14), None),
        ("3.2.25. kl. 13.00 – 15.00", time(13), time(15)),
        ("Kl. 9:00 til kl. 11:00", time(9), time(11)),
    ],
)
def test_times_are_read_beside_dates_and_not_out_of_them(text: str, begins: time, ends: time | None) -> None:
    found = days.times(text)
    assert found is not None
    assert (found.begins, found.ends) == (begins, ends)


@pytest.mark.parametrize("text", ["25.01.24", "12-14 prosent", "2024.6", "uke 12"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert days.times(text) is None


def test_the_date_of_the_meeting_is_not_that_of_the_letter() -> None:
    paper = read(
        "INNKALLING\n\nDato: 10.02.2024\n\nDet innkalles til møte i Strategisk samarbeidsutvalg (SSU)\n"
        "Møtedato: 29.02.2024 kl. 13.00-15.30\n\nSaksliste\n\n1/24 Innkalling\n2/24 Plan\n"
    )
    assert paper.date == date(2024, 2, 29)


def test_a_year_that_is_not_written_comes_from_the_numbers_and_is_said() -> None:
    paper = read(
        "Referat fra møte i FSU\n\nMøtedato: torsdag 2/5 kl. 12.30\n\nTil stede: Kari Eksempel, Ola Eksempel\n\n"
        "2024.7 Godkjenning av innkalling\n\nKonklusjon: Godkjent\n\n2024.8 Plan\n\nKonklusjon: Tas til orientering.\n"
    )
    assert paper.date == date(2024, 5, 2)
    assert "year_not_written" in paper.warnings


def test_a_weekday_that_does_not_fit_is_warned_of_and_the_date_stands() -> None:
    paper = minutes("Sak 1/25 Plan\n\nVedtak: Planen vedtas.", date="søndag 24.3.25")
    assert paper.date == date(2025, 3, 24)
    assert "weekday_date_conflict" in paper.warnings
    fits = minutes("Sak 1/25 Plan\n\nVedtak: Planen vedtas.", date="mandag 24.3.25")
    assert "weekday_date_conflict" not in fits.warnings


def test_a_deadline_on_a_holiday_is_warned_of() -> None:
    paper = minutes("Sak 1/26 Plan\n\nVedtak: Planen sendes på høring med frist 17. mai 2026.")
    assert [each.date for each in paper.deadlines] == [date(2026, 5, 17)]
    assert "deadline_on_holiday" in paper.warnings
    workday = minutes("Sak 1/26 Plan\n\nVedtak: Planen sendes på høring med frist 19. mai 2026.")
    assert "deadline_on_holiday" not in workday.warnings


@pytest.mark.parametrize(
    ("said", "due", "words"),
    [
        ("innen 1. april 2026", date(2026, 4, 1), "innen 1. april 2026"),
        ("innen utgangen av mars 2026", None, "innen utgangen av mars 2026"),
        ("før sommeren", None, "før sommeren"),
        ("medio februar", None, "medio februar"),
        ("snarest", None, "snarest"),
        ("i løpet av 1. kvartal", None, "i løpet av 1. kvartal"),
        ("uke 12", None, "uke 12"),
    ],
)
def test_a_vague_deadline_keeps_its_words_and_gets_no_date(said: str, due: date | None, words: str) -> None:
    paper = minutes(f"Sak 1/26 Plan\n\nVedtak: Sekretariatet sender planen {said}.", date="12.01.2026")
    (task,) = paper.cases[0].followups
    assert (task.owner, task.due, task.due_text) == ("Sekretariatet", due, words)


def test_the_next_meeting_is_read_and_the_meeting_itself_is_none() -> None:
    paper = minutes(
        "Sak 1/26 Referat fra 12.03.2026\n\nVedtak: Godkjent.\n\nNeste møte: torsdag 7. mai 2026 kl. 12.30-15.00"
    )
    (following,) = paper.next_meetings
    assert (following.date, following.begins, following.ends) == (date(2026, 5, 7), time(12, 30), time(15))
