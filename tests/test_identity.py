"""What in a text could tell who a patient is. All numbers are made up when the tests run."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer

from handlers.identity import REMOVED, Doubt, Kind, doubts, without_numbers
from tests.identity_numbers import KINDS, SCRIPTS, SEPARATORS, account_number, written

EACH = 10_000


def digits_of(text: str) -> str:
    """Every digit of a text, in any script, as one row."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if unicodedata.digit(letter, None) is not None)


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_of_any_kind_is_left_however_it_is_written(kind: str) -> None:
    draw = random.Random(kind)
    surroundings = ("", "Pasienten ", "fnr. "), ("", " falt på badet.", "\nog så videre")
    left = []
    for _each in range(EACH):
        number = KINDS[kind](draw)
        text = draw.choice(surroundings[0]) + written(number, draw) + draw.choice(surroundings[1])
        if number in digits_of(without_numbers(text)):
            left.append(text)
    assert left == []


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_taken_out_is_the_number(kind: str) -> None:
    draw = random.Random(kind)
    for _each in range(200):
        text = written(KINDS[kind](draw), draw).rstrip("".join(SEPARATORS))
        assert without_numbers(f"Før: {text}, etter") == f"Før: {REMOVED}, etter"


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_within_a_longer_row_of_digits(kind: str) -> None:
    draw = random.Random(kind)
    for _each in range(200):
        number = KINDS[kind](draw)
        text = f"{draw.randrange(1000)}{number}{draw.randrange(1000)}"
        assert number not in digits_of(without_numbers(text))
        text = f"kl. 12.30 {written(number, draw)} 14.45, rom {draw.randrange(20)}"
        assert number not in digits_of(without_numbers(text))


def test_several_numbers_in_one_text() -> None:
    draw = random.Random(5)
    numbers = [make(draw) for make in KINDS.values()]
    text = "Disse: " + ", ".join(written(number, draw) for number in numbers) + ". Ferdig."
    cleared = without_numbers(text)
    assert not any(number in digits_of(cleared) for number in numbers)
    assert cleared.startswith("Disse: ")
    assert cleared.endswith(". Ferdig.")


@pytest.mark.parametrize("script", SCRIPTS)
def test_digits_of_other_scripts(script: str) -> None:
    number = KINDS["fødselsnummer"](random.Random(3))
    text = number.translate(str.maketrans("0123456789", script))
    assert without_numbers(f"{text[:6]} {text[6:]} og mer") == f"{REMOVED} og mer"


def born(number: str) -> str:
    """The four digits of the year in a fødselsnummer."""
    century = "20" if 500 <= int(number[6:9]) < 900 or (number[6] == "9" and int(number[4:6]) < 40) else "19"
    return century + number[4:6]


@pytest.mark.parametrize(
    "form",
    [
        "{day}.{month}.{whole_year}-{rest}",
        "{day}.{month}.{whole_year} {rest}",
        "f. {day}/{month} {whole_year}, {rest}",
        "{day}{month}{whole_year}{rest}",
        "{first}&nbsp;{rest}",
        "{first}&#8211;{rest}",
        "https://example.org/?q={first}%20{rest}",
        "https://example.org/?q={day}%20%20{month}%20{year}%2D{rest}",
        "1. {first}\n2. {rest}",
        "- {first}\n- {rest}",
        "{first} pnr. {rest}",
        "{day}.{month}.{year}, personnr: {rest}",
        "født {day}.{month}.{whole_year}, personnummer {rest}",
    ],
)
def test_what_stands_aside_of_the_digits(form: str) -> None:
    draw = random.Random(form)
    for _each in range(50):
        number = KINDS["fødselsnummer"](draw)
        text = form.format(
            day=number[:2],
            month=number[2:4],
            year=number[4:6],
            whole_year=born(number),
            first=number[:6],
            rest=number[6:],
        )
        cleared = without_numbers(f"Før {text} etter")
        assert number[6:] not in cleared
        assert cleared.startswith("Før ")
        assert cleared.endswith(f"{REMOVED} etter")


@given(st.text(), st.sampled_from(list(KINDS)), st.text(), st.integers())
def test_whatever_stands_around_it(before: str, kind: str, after: str, seed: int) -> None:
    number = KINDS[kind](random.Random(seed))
    assert number not in digits_of(without_numbers(f"{before} {number} {after}"))


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789 .-\n"))))
def test_taking_out_leaves_nothing_more_to_take_out(text: str) -> None:
    cleared = without_numbers(text)
    assert without_numbers(cleared) == cleared
    assert all(doubt.text in cleared for doubt in doubts(cleared))


# --- what must stay ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Epikrisen kom ikke fram.",
        "AVV-2026-0007, sak 2023.34 og sak 38/24",
        "Møtet 25.11.2026 14:30 ble flyttet til 02.12.2026 12.00-15.00",
        "/avvik tall 01.01.2026-30.06.2026",
        "1.1.2026 – 30.6.2026",
        "2026-11-25 14:30:05",
        "Fra 01.01.2026 til 31.12.2026, og 2025-01-01 - 2025-12-31",
        "Org.nr. 923 456 789, HPR 1234567",
        "Blodtrykk 120/80, puls 72, temp 38,2, saturasjon 94 %",
        "https://example.org/sak/2026/11/25?id=42",
        "Møtet 25.11.2026 14:30-16:00",
        "1. 24.10.2026\n2. 3.2.2026\n3. 31.7.2026",
        "22.11.26 18.09\n23.11.26 07.16\n24.11.26 17.04",
        "22.11.26 - 24.12.26",
        "08.15\n12.30\n18.45\n22.10",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert without_numbers(text) == text


@given(st.dates(), st.times(), st.dates())
def test_dates_and_times_are_no_numbers(day: object, clock: object, other: object) -> None:
    for text in (f"{day:%d.%m}.20{day:%y} {clock:%H.%M}", f"{day:%d.%m}.20{day:%y} - {other:%d.%m}.20{other:%y}"):
        assert without_numbers(text) == text


def test_telephone_numbers_are_no_numbers() -> None:
    draw = random.Random(12)
    for _each in range(500):
        numbers = [f"{draw.randrange(2, 10)}{draw.randrange(10**7):07}" for _number in range(4)]
        spaced = [f"{each[:2]} {each[2:4]} {each[4:6]} {each[6:]}" for each in numbers]
        for text in (", ".join(spaced), "\n".join(numbers), f"{spaced[0]} / {spaced[1]}"):
            assert without_numbers(text) == text
            assert all(doubt.kind == Kind.PHONE for doubt in doubts(text))


def as_account(number: str, draw: random.Random) -> str:
    grouped = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    called = ("konto {}", "Kontonr.: {}", "kontonummeret er {}", "konto nr {}")
    return draw.choice(called).format(draw.choice((grouped, grouped.replace(".", " "), number)))


def test_an_account_number_passes_when_it_is_called_one() -> None:
    """At most 1.1 % of valid account numbers are a person's by today's rules; those never pass."""
    draw = random.Random(7)
    texts = [as_account(account_number(draw), draw) for _each in range(20_000)]
    passed = [text for text in texts if without_numbers(text) == text]
    assert 1 - len(passed) / len(texts) <= 0.011
    # And each is asked about once.
    assert all([doubt.kind for doubt in doubts(text)] == [Kind.LONG_NUMBER] for text in passed)


def test_an_account_number_that_is_not_called_one_stays_unless_it_may_be_a_patients() -> None:
    """Every identity number is a valid account number, so no calculation tells them apart."""
    draw = random.Random(8)
    numbers = [account_number(draw) for _each in range(5_000)]
    taken = [number for number in numbers if without_numbers(f"Beløpet gikk til {number}.").endswith(f"{REMOVED}.")]
    assert 0.16 < len(taken) / len(numbers) < 0.20
    called = [text for text in (f"konto {number}" for number in taken) if without_numbers(text) == text]
    assert (len(taken) - len(called)) / len(numbers) <= 0.011, "the word «konto» is enough for the rest"


@pytest.mark.parametrize("kind", ["fødselsnummer", "D-nummer", "H-nummer"])
def test_calling_a_persons_number_an_account_does_not_help(kind: str) -> None:
    draw = random.Random(9)
    for _each in range(200):
        number = KINDS[kind](draw)
        assert number not in digits_of(without_numbers(f"konto {number[:4]}.{number[4:6]}.{number[6:]}"))


def test_all_that_a_library_knows_is_taken_out() -> None:
    """python-stdnum knows the numbers of today's rules."""
    draw = random.Random(10)
    found = 0
    while found < 300:
        number = f"{draw.randrange(10**11):011}"
        if fodselsnummer.is_valid(number):
            found += 1
            assert without_numbers(number) == REMOVED


# --- while it is being typed -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["fødselsnummer", "D-nummer", "H-nummer", "syntetisk +80"])
@pytest.mark.parametrize("between", ["", " ", "-"])
def test_the_beginning_of_a_number_is_not_kept(kind: str, between: str) -> None:
    """The check digits follow from the nine digits before them."""
    number = KINDS[kind](random.Random(11))
    for typed in (number[:9], number[:10]):
        text = f"Pasient {typed[:6]}{between}{typed[6:]}"
        assert without_numbers(text, being_typed=True) == f"Pasient {REMOVED}"
        assert without_numbers(text) == text
        assert Kind.LONG_NUMBER in [doubt.kind for doubt in doubts(text)]


@pytest.mark.parametrize("length", [9, 10])
def test_nor_is_one_that_is_written_as_a_date(length: int) -> None:
    number = KINDS["fødselsnummer"](random.Random(13))
    day, month, year, rest = number[:2], number[2:4], number[4:6], number[6:length]
    for typed in (
        f"{day}.{month}.{year}-{rest}",
        f"{day} {month} {year} - {rest}",
        f"{day}.{month}.{born(number)} {rest}",
    ):
        assert without_numbers(f"Pasient {typed}", being_typed=True) == f"Pasient {REMOVED}"


@pytest.mark.parametrize("text", ["i går 14.30", "22.11.26 kl. 14.30", "25.11.2026 14:30", "ring 22334455"])
def test_what_is_typed_otherwise_is_kept(text: str) -> None:
    assert without_numbers(text, being_typed=True) == text


# --- doubts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Ring 22 33 44 55.", Kind.PHONE, "22 33 44 55"),
        ("mob. 912 34 567", Kind.PHONE, "912 34 567"),
        ("22334455", Kind.PHONE, "22334455"),
        ("tlf. +47 22334455", Kind.PHONE, "+47 22334455"),
        ("２２３３４４５５", Kind.PHONE, "２２３３４４５５"),
        ("22\u00a033\u00a044\u00a055", Kind.PHONE, "22\u00a033\u00a044\u00a055"),
        ("Skriv til vakt@example.org!", Kind.EMAIL, "vakt@example.org"),
        ("Pasient Eksempel Eksempelsen falt", Kind.NAME, "Pasient Eksempel Eksempelsen"),
        ("pasienten Eksempel Person", Kind.NAME, "pasienten Eksempel Person"),
        ("pasient X Y", Kind.NAME, "pasient X Y"),
        ("Pas. A.B. kom", Kind.NAME, "Pas. A.B."),
        ("PASIENT EKSEMPEL PERSON", Kind.NAME, "PASIENT EKSEMPEL PERSON"),
        ("pasientens datter Eksempla ringte", Kind.NAME, "datter Eksempla"),
        ("fru Eksempelsen", Kind.NAME, "fru Eksempelsen"),
        ("en mann som heter Eksempel Åsen-Ås", Kind.NAME, "heter Eksempel Åsen-Ås"),
        ("f. 12.03.1950", Kind.BIRTH, "f. 12.03.1950"),
        ("født 1/2 50", None, ""),
        ("født 1.2.50", Kind.BIRTH, "født 1.2.50"),
        ("født 12. mars 1945", Kind.BIRTH, "født 12. mars 1945"),
        ("kvinne 120345 ble lagt inn", Kind.BIRTH, "kvinne 120345"),
        ("personnummer 12345", Kind.BIRTH, "personnummer 12345"),
        ("12345678901", Kind.LONG_NUMBER, "12345678901"),
        ("123456 78901", Kind.LONG_NUMBER, "123456 78901"),
        ("1234.56.78901", Kind.LONG_NUMBER, "1234.56.78901"),
    ],
)
def test_what_may_be_about_a_patient(text: str, kind: Kind | None, found: str) -> None:
    assert without_numbers(text) == text
    assert list(doubts(text)) == ([Doubt(kind, found)] if kind else [])


@pytest.mark.parametrize(
    "text",
    [
        "Pasienten kom hjem fredag kl. 14.30 uten epikrise.",
        "Pasienten ble sendt til Ortopedisk avdeling ved Eksempel sykehus.",
        "Kommunen bruker Eksempelsystem til meldinger.",
        "Møtet 20.11.2026 ble flyttet. Sak 20261125.",
        "Pasient ØH innlagt. KAD fullt.",
        "Pasienten 12.11 utskrevet, mann 50 år, 120 mg",
        "Mor og barn ble sendt hjem, far var med.",
        "Beløp 1 200 000 kroner, 12 345 678,50",
        "2 av 10 fikk svar i 2024, 25 % i 2025",
        "AVV-2026-0007",
        "@kanalen",
        "",
    ],
)
def test_what_is_nobodys(text: str) -> None:
    assert list(doubts(text)) == []


def test_each_doubt_once() -> None:
    assert list(doubts("22334455 og 22334455")) == [Doubt(Kind.PHONE, "22334455")]
