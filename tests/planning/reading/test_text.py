"""A meeting plan as it is typed or pasted."""

import random
from datetime import date

import pytest

from handlers.papers.reading.cannot import CannotRead
from handlers.planning.planned import Wrong
from tests.identity_numbers import KINDS
from tests.planning.reading.shown import problems, rows, text, wrong

PLAN_OF_2024 = (
    "FSU 25/1, 2/5, 5/9, 7/11 (12.30–15.30) · AU 8/2, 13/5, 12/9, 14/11 (14.00–16.00; 13.05 er en mandag, 08.30–10.30)"
    " · SSU 29/2, 23/5, 26/9, 28/11 (13.00–15.30) · PM 30/5; torsdager; år 2024."
)
ROWS_OF_2024 = [
    "FSU 25.01.24 12.30-15.30",
    "FSU 02.05.24 12.30-15.30",
    "FSU 05.09.24 12.30-15.30",
    "FSU 07.11.24 12.30-15.30",
    "AU 08.02.24 14.00-16.00",
    "AU 13.05.24 08.30-10.30",
    "AU 12.09.24 14.00-16.00",
    "AU 14.11.24 14.00-16.00",
    "SSU 29.02.24 13.00-15.30",
    "SSU 23.05.24 13.00-15.30",
    "SSU 26.09.24 13.00-15.30",
    "SSU 28.11.24 13.00-15.30",
    "PM 30.05.24",
]


def test_a_real_plan_on_a_line() -> None:
    plan = text(PLAN_OF_2024, year=None, today=date(2023, 11, 27))
    assert rows(plan) == ROWS_OF_2024
    assert (plan.year, plan.year_said, plan.problems) == (2024, True, ())
    assert [each.weekday for each in plan.rows] == [None] * 5 + [0] + [None] * 6 + [3]
    assert all(each.weekday_fits for each in plan.rows)
    # The same on lines, with a heading that says the year.
    lines = "Møteplan 2024\n\n" + PLAN_OF_2024.removesuffix("; år 2024.").replace(" · ", "\n")
    again = text(lines, year=None, today=date(2023, 11, 27))
    assert rows(again) == ROWS_OF_2024
    assert [each.where for each in again.rows][::4] == ["linje 3", "linje 4", "linje 5", "linje 6"]
    assert again.title == "Møteplan 2024"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "FSU: 25. januar, 2. mai kl. 12.30–15.30, Kommunehuset",
            ["FSU 25.01.26 12.30-15.30 @Kommunehuset", "FSU 02.05.26 12.30-15.30 @Kommunehuset"],
        ),
        ("FSU (12.30–15.30): 25/1, 2/5 09.00–10.00", ["FSU 25.01.26 12.30-15.30", "FSU 02.05.26 09.00-10.00"]),
        (
            "AU 8/2 9–11, 13/5, 12/9 kl. 14–16",
            ["AU 08.02.26 09.00-11.00", "AU 13.05.26 14.00-16.00", "AU 12.09.26 14.00-16.00"],
        ),
        ("FSU\t22.1.\t9.10\t10.05\nFSU\t5.3.\t9–11", ["FSU 22.01.26 09.10-10.05", "FSU 05.03.26 09.00-11.00"]),
        ("AU 8.2. kl 9, 13.5. kl. 10.15", ["AU 08.02.26 09.00", "AU 13.05.26 10.15"]),
        ("LSU 5., 12. og 19. mars 1230-1530", [f"LSU {day}.03.26 12.30-15.30" for day in ("05", "12", "19")]),
        ("SSU: torsdag 2026-02-26 13:00-15:30 (Teams)", ["SSU 26.02.26 13.00-15.30 @Teams"]),
        ("to 26.02.26 13.00 til 15.30: SSU, Rådhuset", ["SSU 26.02.26 13.00-15.30 @Rådhuset"]),
        (
            "FSU 25/1 (Drammen), 2/5 (Rådhuset, sal 2) kl. 12–15",
            ["FSU 25.01.26 12.00-15.00 @Drammen", "FSU 02.05.26 12.00-15.00 @Rådhuset, sal 2"],
        ),
        (
            "FSU 25/1 kl. 12–15, sted: Rådhuset, møteleder: Eksempel Leder, vert: Eksempel kommune",
            ["FSU 25.01.26 12.00-15.00 @Rådhuset leder Eksempel Leder vert Eksempel kommune"],
        ),
        ("FSU – fagseminar: 25/1 kl. 9–15", ["FSU 25.01.26 09.00-15.00 «fagseminar»"]),
        ("FSU 25/1, 2/5 avlyst, 5/9", ["FSU 25.01.26", "FSU 02.05.26 cancelled", "FSU 05.09.26"]),
        ("Avlyst: FSU 25/1", ["FSU 25.01.26 cancelled"]),
        (
            "SSU 26/2 (flyttet fra 19/2), 23/5 flyttet til 28/5 kl. 13–15",
            ["SSU 26.02.26 13.00-15.00 moved fra 19.02", "SSU 28.05.26 13.00-15.00 moved fra 23.05"],
        ),
        ("Møteplan for FSU 2026: 25/1, 3/3", ["FSU 25.01.26", "FSU 03.03.26"]),
        (
            "Vårens møter i FSU: 22/1 og 5/3. Alle møter er kl. 12.30–15.30 på Rådhuset.",
            ["FSU 22.01.26 12.30-15.30 @Rådhuset", "FSU 05.03.26 12.30-15.30 @Rådhuset"],
        ),
        (
            "SSU skal ha møter 26. februar og 28. mai 2026, alle kl. 13.00-15.30.",
            ["SSU 26.02.26 13.00-15.30", "SSU 28.05.26 13.00-15.30"],
        ),
        (
            "FSU (møteleder Eksempel Leder) 22/1 kl 12.30-15.30, AU 5/2 kl 9-10 og SSU to 26/2",
            ["FSU 22.01.26 12.30-15.30 leder Eksempel Leder", "AU 05.02.26 09.00-10.00", "SSU 26.02.26"],
        ),
        (
            "FSU - 22.01.26 - 12.30-15.30 - sted: Rådhuset - sal 2",
            ["FSU 22.01.26 12.30-15.30 @Rådhuset, sal 2"],
        ),
        ("1. FSU 22/1\n2. AU 5/2", ["FSU 22.01.26", "AU 05.02.26"]),
        ("Uke 4: FSU torsdag 22.01 kl 12–15", ["FSU 22.01.26 12.00-15.00"]),
        ("FSU January 22, March 5", ["FSU 22.01.26", "FSU 05.03.26"]),
        ("Kl. 12.30–15.30:\nFSU 22/1\nAU 5/2", ["FSU 22.01.26 12.30-15.30", "AU 05.02.26 12.30-15.30"]),
        ("Måned | FSU | AU\nJanuar | 22. | 8.\nFebruar | | 12.", ["FSU 22.01.26", "AU 08.01.26", "AU 12.02.26"]),
        ("- FSU: 25/1\n• AU: 3/3\n* SSU | PM 4/4", ["FSU 25.01.26", "AU 03.03.26", "PM 04.04.26"]),
    ],
)
def test_a_line(written: str, expected: list[str]) -> None:
    plan = text(written)
    assert rows(plan) == expected
    assert plan.problems == ()


def test_a_body_or_a_month_on_a_line_of_its_own_holds_for_those_below() -> None:
    assert rows(
        text("FSU\nkl. 12.30–15.30\n25. januar, Rådhuset\nMøte 2: 2. mai\n\nAU\nDato: 8/2 kl 9–10\nSSU: 26/2")
    ) == [
        "FSU 25.01.26 12.30-15.30 @Rådhuset",
        "FSU 02.05.26 12.30-15.30 «Møte 2»",
        "AU 08.02.26 09.00-10.00",
        "SSU 26.02.26",
    ]
    assert rows(text("Januar 2027\n25. FSU, kl. 12–14, Rådhuset\ntor 28. AU kl. 9\nFebruar 2027\n3.: SSU")) == [
        "FSU 25.01.27 12.00-14.00 @Rådhuset",
        "AU 28.01.27 09.00",
        "SSU 03.02.27",
    ]


def test_a_weekday_is_kept_beside_a_date_that_it_does_not_fit() -> None:
    plan = text("FSU: onsdag 22/1, torsdag 5. mars")
    assert [(each.day, each.weekday, each.weekday_fits) for each in plan.rows] == [
        (date(2026, 1, 22), 2, False),
        (date(2026, 3, 5), 3, True),
    ]


def test_what_cannot_be_is_said_with_its_place_and_the_rest_is_read() -> None:
    plan = text("FSU 25/1, 30.02, 31. april, 5/13\nAU 5/3 kl. 15.30–12.00\nSSU 6/3 kl. 25.00\nPM 8/4 kl 9–10")
    assert rows(plan) == ["FSU 25.01.26", "SSU 06.03.26", "PM 08.04.26 09.00-10.00"]
    assert problems(plan) == [
        (Wrong.NO_SUCH_DAY, "Linje 1: «30.02» finnes ikke i 2026. Rett datoen."),
        (Wrong.NO_SUCH_DAY, "Linje 1: «31. april» finnes ikke i 2026. Rett datoen."),
        (Wrong.NO_SUCH_DAY, "Linje 1: «5/13» er ingen dato: det er ingen måned nummer 13. Rett datoen."),
        (
            Wrong.ENDS_BEFORE,
            "Linje 2: Møtet slutter 12.00, og begynner 15.30. Det må slutte etter at det har begynt: rett tidene.",
        ),
        (Wrong.NO_SUCH_TIME, "Linje 3: «kl. 25.00» er ikke et klokkeslett. Skriv for eksempel 12.30–15.30."),
    ]


def test_29_february_is_a_day_in_2024_only() -> None:
    assert rows(text("SSU 29/2", year=2024)) == ["SSU 29.02.24"]
    assert wrong(text("SSU 29/2", year=2026)) == [(Wrong.NO_SUCH_DAY, "linje 1")]


def test_the_same_meeting_twice_is_kept_once_with_what_is_known() -> None:
    plan = text("FSU 6/3\nAU 6/3 kl 9–10\nfsu: 6. mars kl. 12–14\nAU 6/3 kl 13–14")
    assert rows(plan) == ["FSU 06.03.26 12.00-14.00", "AU 06.03.26 09.00-10.00", "AU 06.03.26 13.00-14.00"]
    assert problems(plan) == [
        (Wrong.TWICE, "Linje 3: FSU 6. mars 2026 står her også, som på linje 1. Jeg har tatt det med én gang.")
    ]


def test_the_year_that_nobody_said_is_the_likeliest_and_it_is_told() -> None:
    # In November most of it has been.
    plan = text("FSU 25/1, 2/5", year=None, today=date(2026, 11, 27))
    assert (rows(plan), plan.year, plan.year_said) == (["FSU 25.01.27", "FSU 02.05.27"], 2027, False)
    assert plan.notes == ("Det står ikke årstall, så jeg har lest det som 2027. Er det et annet år, skriv årstallet.",)
    assert text("FSU 25/1, 2/5", year=None, today=date(2026, 1, 5)).year == 2026
    # A weekday tells: 26 November 2026 is a Thursday.
    assert text("FSU torsdag 26/11, tirsdag 1/12", year=None, today=date(2026, 12, 24)).year == 2026
    # A date with a year tells of those without.
    mixed = text("FSU 25.1.2025, 2/5", year=None, today=date(2026, 11, 27))
    assert (rows(mixed), mixed.year_said) == (["FSU 25.01.25", "FSU 02.05.25"], True)
    assert wrong(text("FSU 25.1.2025, 2/5", year=2026)) == [(Wrong.OTHER_YEAR, "linje 1")]


def test_nobodys_meetings_are_kept_and_asked_about() -> None:
    plan = text("25. januar kl. 12–14\n2. mai kl. 12–14")
    assert rows(plan) == ["? 25.01.26 12.00-14.00", "? 02.05.26 12.00-14.00"]
    assert wrong(plan) == [(Wrong.NO_COMMITTEE, "linje 1")]


def test_several_days_in_a_row_are_said_to_be_more_than_was_taken() -> None:
    plan = text("FSU: 25.–26. januar, Rådhuset\nAU 3.2–4.2")
    assert rows(plan) == ["FSU 25.01.26 @Rådhuset", "AU 03.02.26"]
    assert plan.notes == (
        "Linje 1: «25.–26. januar» er flere dager. Jeg har tatt med den første; legg inn de andre for seg.",
        "Linje 2: «3.2–4.2» er flere dager. Jeg har tatt med den første; legg inn de andre for seg.",
    )


def test_a_line_that_looks_like_a_meeting_and_is_not_understood_is_said() -> None:
    plan = text("FSU 25/1\nFSU: uke 9/10")
    assert rows(plan) == ["FSU 25.01.26"]
    assert problems(plan) == [
        (
            Wrong.NOT_UNDERSTOOD,
            "Linje 2: Jeg forstår ikke «FSU: uke 9/10», så det er ikke tatt med. Skriv datoen som 25.1. eller "
            "25. januar.",
        )
    ]


def test_a_deadline_is_no_meeting_and_that_is_said() -> None:
    plan = text("FSU 22/1\nFrist for saker til FSU: 8/1\nInnkalling sendes 15/1")
    assert rows(plan) == ["FSU 22.01.26"]
    assert plan.notes == (
        "Linje 2: «Frist for saker til FSU: 8/1» er lest som en frist, og ikke som et møte.",
        "Linje 3: «Innkalling sendes 15/1» er lest som en frist, og ikke som et møte.",
    )


def test_a_patients_number_is_taken_out_and_that_is_said() -> None:
    number = KINDS["fødselsnummer"](random.Random(1))
    plan = text(f"FSU 25/1 kl. 12–14, gjelder {number}")
    assert rows(plan) == ["FSU 25.01.26 12.00-14.00 @gjelder [fjernet]"]
    assert number not in repr(plan)
    assert plan.notes == (
        "Linje 1: Jeg tok bort et tall som kan være et fødselsnummer. Slett det i filen også; det hører ikke hjemme i "
        "en møteplan.",
    )


@pytest.mark.parametrize("written", ["", "  \n\t", "Hei på deg", "Møteplan 2026", "FSU"])
def test_nothing_says_what_to_write(written: str) -> None:
    with pytest.raises(CannotRead, match=r"Lim inn møteplanen|Skriv ett møte på hver linje"):
        text(written)


def test_more_than_a_plan_is_refused() -> None:
    with pytest.raises(CannotRead, match="for lang"):
        text("FSU 25/1\n" * 25_000)


def test_many_problems_are_cut_and_that_is_said() -> None:
    plan = text("\n".join(f"FSU {day}.02" for day in (30, 31) for _each in range(80)))
    assert len(plan.problems) == 101
    assert "mer å rette" in plan.problems[-1].text
