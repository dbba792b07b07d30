"""When it happened, as people write it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar.when import When, parse, settle, written

NOW = datetime(2026, 11, 24, 9, 15, 40, tzinfo=UTC)
"""Tuesday 24 November 2026, 10.15 in Oslo."""


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("nå", date(2026, 11, 24), time(10, 15)),
        ("  I  DAG ", date(2026, 11, 24), None),
        ("i dag kl 9", date(2026, 11, 24), time(9)),
        ("i går 14.30", date(2026, 11, 23), time(14, 30)),
        ("i går, 14:30", date(2026, 11, 23), time(14, 30)),
        ("i går ca. kl. 14", date(2026, 11, 23), time(14)),
        ("i forgårs kl 0930", date(2026, 11, 22), time(9, 30)),
        ("22.11 kl. 14", date(2026, 11, 22), time(14)),
        ("22.11", date(2026, 11, 22), None),
        ("22.11 22.11", date(2026, 11, 22), time(22, 11)),
        ("09.30", date(2026, 11, 24), time(9, 30)),
        ("kl 23", date(2026, 11, 23), time(23)),
        ("mandag", date(2026, 11, 23), None),
        ("på mandag", date(2026, 11, 23), None),
        ("forrige fredag 08:00", date(2026, 11, 20), time(8)),
        ("tirsdag", date(2026, 11, 24), None),
        ("tirsdag 14.30", date(2026, 11, 17), time(14, 30)),
        ("mandag 23.11", date(2026, 11, 23), None),
        ("man. 23. november kl. 7", date(2026, 11, 23), time(7)),
        ("måndag 12.10", date(2026, 10, 12), None),
        ("mandag 12.20", date(2026, 11, 23), time(12, 20)),
        ("25.01.25", date(2025, 1, 25), None),
        ("3.2.25", date(2025, 2, 3), None),
        ("12. mars 2026", date(2026, 3, 12), None),
        ("2/5", date(2026, 5, 2), None),
        ("9/3 2026", date(2026, 3, 9), None),
        ("2026-03-09 14:00", date(2026, 3, 9), time(14)),
        ("for to dager siden", date(2026, 11, 22), None),
        ("2 weeks ago", date(2026, 11, 10), None),
        ("yesterday at 14", date(2026, 11, 23), time(14)),
        ("nettopp", date(2026, 11, 24), time(10, 15)),
        ("for to timer siden", date(2026, 11, 24), time(8, 15)),
        ("for en halvtime siden", date(2026, 11, 24), time(9, 45)),
        ("20 minutter siden", date(2026, 11, 24), time(9, 55)),
        ("for 12 timer siden", date(2026, 11, 23), time(22, 15)),
        ("for 30 timer siden", date(2026, 11, 23), None),
        ("kl 14 i går", date(2026, 11, 23), time(14)),
        ("08.30, i dag", date(2026, 11, 24), time(8, 30)),
        ("klokka 7 mandag", date(2026, 11, 23), time(7)),
        ("i dag tidlig kl 7", date(2026, 11, 24), time(7)),
        ("i går ettermiddag", date(2026, 11, 23), None),
        ("mandag kveld 20.30", date(2026, 11, 23), time(20, 30)),
        ("i natt 02.30", date(2026, 11, 24), time(2, 30)),
        ("i natt kl 23.30", date(2026, 11, 23), time(23, 30)),
        ("natt til søndag", date(2026, 11, 22), None),
        ("natt til søndag 03.15", date(2026, 11, 22), time(3, 15)),
        ("natt til søndag 23.30", date(2026, 11, 21), time(23, 30)),
        ("24.11.2024", date(2024, 11, 24), None),
        ("٢٢.١١", date(2026, 11, 22), None),
    ],
)  # fmt: skip
def test_what_people_write(text: str, day: date, clock: time | None) -> None:
    assert parse(text, NOW) == When(day, clock)


FRIDAY = datetime(2026, 11, 27, 9, 15, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["forrige fredag", "sist fredag", "siste fredag", "Sist fredag."])
def test_the_last_friday_is_not_today(text: str) -> None:
    assert parse(text, FRIDAY) == When(date(2026, 11, 20), None)
    assert parse(text, SATURDAY) == When(date(2026, 11, 27), None)


def test_a_weekday_alone_may_be_today() -> None:
    assert parse("fredag", FRIDAY) == When(date(2026, 11, 27), None)
    assert parse("på fredag kl 8", FRIDAY) == When(date(2026, 11, 27), time(8))


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("halv tre", date(2026, 11, 23), time(14, 30)),
        ("halv ni", date(2026, 11, 24), time(8, 30)),
        ("i går halv tre", date(2026, 11, 23), time(14, 30)),
        ("halv 3 i går", date(2026, 11, 23), time(14, 30)),
        ("i natt halv tre", date(2026, 11, 24), time(2, 30)),
        ("halv tolv i natt", date(2026, 11, 23), time(23, 30)),
        ("i morges halv åtte", date(2026, 11, 24), time(7, 30)),
        ("i går kveld halv elleve", date(2026, 11, 23), time(22, 30)),
        ("i går halv ni om kvelden", date(2026, 11, 23), time(20, 30)),
        ("kvart over åtte", date(2026, 11, 24), time(8, 15)),
        ("i går fem på halv ni", date(2026, 11, 23), time(8, 25)),
        ("ti på halv tre i går", date(2026, 11, 23), time(14, 20)),
        ("mandag halv ett", date(2026, 11, 23), time(12, 30)),
        ("i går klokka tre på natta", date(2026, 11, 23), time(3)),
        ("klokka 3 om ettermiddagen i går", date(2026, 11, 23), time(15)),
        ("lørdag natt 02.30", date(2026, 11, 22), time(2, 30)),
        ("lørdag natt 23.30", date(2026, 11, 21), time(23, 30)),
        ("tirsdag natt 02.30", date(2026, 11, 24), time(2, 30)),
        ("iforgårs", date(2026, 11, 22), None),
        ("0330", date(2026, 11, 24), time(3, 30)),
        ("i går 0330", date(2026, 11, 23), time(3, 30)),
        ("fredag i forrige uke", date(2026, 11, 20), None),
        ("2. påskedag", date(2026, 4, 6), None),
        ("andre påskedag 2025", date(2025, 4, 21), None),
        ("2. juledag kl 9", date(2025, 12, 26), time(9)),
        ("langfredag", date(2026, 4, 3), None),
        ("på 17. mai", date(2026, 5, 17), None),
        ("for halvannen time siden", date(2026, 11, 24), time(8, 45)),
        ("for en halv time siden", date(2026, 11, 24), time(9, 45)),
        ("for ti minutter siden", date(2026, 11, 24), time(10, 5)),
        ("for tolv dager siden", date(2026, 11, 12), None),
        ("tirsdag kveld", date(2026, 11, 17), None),
        ("tirsdag ettermiddag", date(2026, 11, 17), None),
        ("tirsdag formiddag", date(2026, 11, 24), None),
        ("natt til tirsdag kl 23", date(2026, 11, 23), time(23)),
        ("2.påskedag kl 9", date(2026, 4, 6), time(9)),
        ("ca. kl. 14 i går", date(2026, 11, 23), time(14)),
        ("0730 i dag", date(2026, 11, 24), time(7, 30)),
    ],
)  # fmt: skip
def test_what_people_say(text: str, day: date, clock: time | None) -> None:
    assert parse(text, NOW) == When(day, clock)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("i helga", date(2026, 11, 21), date(2026, 11, 22)),
        ("lørdag natt", date(2026, 11, 21), date(2026, 11, 22)),
        ("forrige uke", date(2026, 11, 16), date(2026, 11, 22)),
        ("denne uka", date(2026, 11, 23), date(2026, 11, 24)),
        ("uke 46", date(2026, 11, 9), date(2026, 11, 15)),
        ("uke 50", date(2025, 12, 8), date(2025, 12, 14)),
        ("i romjula", date(2025, 12, 27), date(2025, 12, 30)),
        ("i påska", date(2026, 4, 2), date(2026, 4, 6)),
        ("20.–22. november", date(2026, 11, 20), date(2026, 11, 22)),
        ("20.11-22.11", date(2026, 11, 20), date(2026, 11, 22)),
        ("fra 20.11.2026 til 22.11.2026", date(2026, 11, 20), date(2026, 11, 22)),
        ("fredag til søndag", date(2026, 11, 20), date(2026, 11, 22)),
    ],
)
def test_what_lasted_several_days_is_not_its_first_one_only(text: str, first: date, last: date) -> None:
    assert parse(text, NOW) == When(first, None, last)


@pytest.mark.parametrize(
    ("text", "day", "first", "last"),
    [
        ("mellom 12 og 14", date(2026, 11, 23), time(12), time(14)),
        ("mellom 8 og 9", date(2026, 11, 24), time(8), time(9)),
        ("i går mellom kl. 12 og kl. 14", date(2026, 11, 23), time(12), time(14)),
        ("mellom 12 og 14 i går", date(2026, 11, 23), time(12), time(14)),
        ("i går 12-14", date(2026, 11, 23), time(12), time(14)),
        ("mandag fra 12.15 til 13", date(2026, 11, 23), time(12, 15), time(13)),
        ("12.00–14.00", date(2026, 11, 23), time(12), time(14)),
    ],
)
def test_from_one_time_to_another(text: str, day: date, first: time, last: time) -> None:
    assert parse(text, NOW) == When(day, first, None, last)


def test_a_time_past_midnight_is_the_next_days() -> None:
    assert parse("lørdag 23-01.30", NOW) == When(date(2026, 11, 21), time(23), date(2026, 11, 22), time(1, 30))


def test_of_what_goes_on_still_only_the_days_that_have_been() -> None:
    assert parse("i helga", SATURDAY) == When(date(2026, 11, 28), None)


@pytest.mark.parametrize("text", ["vet ikke", "Vet ikke.", "VEIT IKKJE", "husker ikke", "usikker", "?", "-"])
def test_whoever_does_not_know_leaves_it_open(text: str) -> None:
    assert parse(text, NOW) is None
    assert settle(text, NOW) == ""


@settings(deadline=None)
@given(
    st.dates(date(2025, 1, 1), date(2026, 11, 10)),
    st.none() | st.times(),
    st.none() | st.integers(1, 13),
    st.none() | st.times(),
)
def test_what_is_written_out_is_understood_as_the_same(
    day: date, clock: time | None, days: int | None, last: time | None
) -> None:
    minutes = (each.replace(second=0, microsecond=0) if each else None for each in (clock, last))
    clock, last = minutes
    found = When(day, clock)
    if clock is None and days is not None:
        found = When(day, None, day + timedelta(days=days))
    elif clock is not None and last not in (None, clock):
        found = When(day, clock, day + timedelta(days=1) if last < clock else None, last)
    assert parse(written(found), NOW) == found


_WORDS = (
    "i",
    "går",
    "mellom",
    "halv",
    "tre",
    "og",
    "14",
    "lørdag",
    "natt",
    "på",
    "22.11",
    "kl.",
    "-",
    "0330",
    "uke",
    "47",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS)))
def test_no_words_break_it(words: list[str]) -> None:
    text = " ".join(words)
    assert settle(settle(text, NOW), NOW) == settle(text, NOW)


def test_without_a_year_the_nearest_one_is_meant() -> None:
    assert parse("30.12", datetime(2026, 1, 2, 9, tzinfo=UTC)).day == date(2025, 12, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31. februar", "31. februar finnes ikke i 2026"),
        ("31.02", "31.02 finnes ikke i 2026"),
        ("31. februar kl. 14", "31. februar finnes ikke i 2026"),
        ("29.2.2025", "29.2.2025 finnes ikke i 2025"),
        ("25.11.2026", "fram i tid"),
        ("1.12", "fram i tid"),
        ("i dag 14.30", "fram i tid"),
        ("i kveld mellom 18 og 20", "fram i tid"),
        ("uke 49 2026", "fram i tid"),
        ("uke 54", "Uke 54 finnes ikke det året"),
        ("1.9.–30.9.", "langt tidsrom"),
        ("mellom 12 og 25", "Klokka går fra 00.00 til 23.59"),
        ("halv femten", "Skriv for eksempel «i dag»"),
        ("2025", "Skriv for eksempel «i dag»"),
        ("12-14", "Skriv for eksempel «i dag»"),
        ("24.11.2023", "mer enn to år siden"),
        ("23.11.2024", "mer enn to år siden"),
        ("9.3.0001", "mer enn to år siden"),
        ("for 900 uker siden", "mer enn to år siden"),
        ("for 3 år siden", "mer enn to år siden"),
        ("for 99999 år siden", "mer enn to år siden"),
        ("i morgen kveld", "fram i tid"),
        ("i går 25.10", "Klokka går fra 00.00 til 23.59"),
        ("i går kl 14.75", "Klokka går fra 00.00 til 23.59"),
        ("14.30 26.11", "Skriv for eksempel «i dag»"),
        ("uke 47-48", "Skriv for eksempel «i dag»"),
        ("kl 24", "Klokka går fra 00.00 til 23.59"),
        ("tirsdag 23.11", "Ukedagen og datoen passer ikke sammen"),
        ("onsdag 23.11.2026", "Ukedagen og datoen passer ikke sammen"),
        ("på vakta", "Skriv for eksempel «i dag»"),
        ("i går en gang", "Skriv for eksempel «i dag»"),
        ("12 ganger i går", "Skriv for eksempel «i dag»"),
        ("kveld", "Skriv for eksempel «i dag»"),
        ("for lenge siden", "Skriv for eksempel «i dag»"),
        ("👩‍⚕️", "Skriv for eksempel «i dag»"),
    ],
)
def test_what_cannot_stand_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text, NOW)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("i går kl 14", "23.11.2026 kl. 14.00"),
        ("i går mellom 12 og 14", "23.11.2026 kl. 12.00–14.00"),
        ("i helga", "21.11.2026–22.11.2026"),
        ("mandag", "23.11.2026"),
        ("på vakta", "på vakta"),
        ("", ""),
        ("23.11.2026 kl. 14.00", "23.11.2026 kl. 14.00"),
    ],
)
def test_it_is_written_out_so_that_it_means_the_same_tomorrow(text: str, settled: str) -> None:
    assert settle(text, NOW) == settled


def test_the_day_is_the_local_one() -> None:
    assert parse("i dag", datetime(2026, 11, 23, 23, 30, tzinfo=UTC)).day == date(2026, 11, 24)
