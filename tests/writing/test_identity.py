"""What in a text could tell who a patient is. All numbers are made up when the tests run."""

import random
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer

from handlers.writing.identity import REMOVED, Doubt, Kind, doubts, take_out, without_numbers, without_possible_numbers
from tests.identity_numbers import KINDS, SCRIPTS, SEPARATORS, account_number, written
from tests.no_identity_numbers import NO_NUMBERS

EACH = 10_000
SIGNS_OF_TABLES = ("|", "\t", ";")


def digits_of(text: str) -> str:
    """Every digit of a text, in any script, as one row."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if unicodedata.digit(letter, None) is not None)


def is_asked_about(number: str, text: str) -> bool:
    return any(number in digits_of(doubt.text) for doubt in doubts(text) if doubt.kind == Kind.NUMBER)


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_any_kind_is_taken_out_or_asked_about_however_it_is_written(kind: str) -> None:
    draw = random.Random(kind)
    surroundings = ("", "Pasienten ", "fnr. "), ("", " falt på badet.", "\nog så videre")
    left = []
    for _each in range(EACH):
        number = KINDS[kind](draw)
        text = draw.choice(surroundings[0]) + written(number, draw) + draw.choice(surroundings[1])
        cleared = without_numbers(text)
        if number in digits_of(cleared) and not is_asked_about(number, cleared):
            left.append(text)
        if number in digits_of(without_possible_numbers(text)):
            left.append(text)
    assert left == []


def as_such(number: str, draw: random.Random) -> str:
    """As people write such a number: in one piece, six and five, or with a word that says what it is."""
    between = draw.choice([separator for separator in SEPARATORS if separator not in SIGNS_OF_TABLES])
    said = draw.choice(("fnr", "Fnr.", "f.nr.", "pnr:", "fødselsnummer", "fødselsnummeret er", "Personnummer:", "ID"))
    spread = " ".join((number[:2], number[2:4], number[4:6], number[6:]))
    return draw.choice((number, number[:6] + between + number[6:], f"{said} {number}", f"{said} {spread}"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_written_as_such_is_taken_out_unasked(kind: str) -> None:
    draw = random.Random(f"as such {kind}")
    before = ("", "Pasienten ", "Gjelder: ", "(", "Han falt. ", "Møte 3.12.2026 om ", "2 pasienter, den ene er ")
    after = ("", " falt på badet.", ", 90 år", ")", "\nog så videre", ". Ferdig kl. 12.30", " ble lagt inn 3.12.2026")
    left = []
    for _each in range(EACH):
        number = KINDS[kind](draw)
        text = draw.choice(before) + as_such(number, draw) + draw.choice(after)
        if number in digits_of(without_numbers(text)):
            left.append(text)
    assert left == []


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_taken_out_is_the_number(kind: str) -> None:
    draw = random.Random(kind)
    for _each in range(200):
        number = KINDS[kind](draw)
        for text in (number, f"{number[:6]} {number[6:]}", f"{number[:6]}\n{number[6:]}"):
            assert without_numbers(f"Før: {text}, etter") == f"Før: {REMOVED}, etter"
        text = written(number, draw).rstrip("".join(SEPARATORS))
        assert without_possible_numbers(f"Før: {text}, etter") == f"Før: {REMOVED}, etter"


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_within_a_longer_row_of_digits(kind: str) -> None:
    """Which digits of it are meant is not known, so it is asked about as a whole."""
    draw = random.Random(kind)
    for _each in range(200):
        number = KINDS[kind](draw)
        text = f"{draw.randrange(1000)}{number}{draw.randrange(1000)}"
        assert without_numbers(text) == text
        assert text in [doubt.text for doubt in doubts(text)]
        text = f"kl. 12.30 {written(number, draw)} 14.45, rom {draw.randrange(20)}"
        cleared = without_numbers(text)
        assert number not in digits_of(cleared) or is_asked_about(number, cleared)
        assert number not in digits_of(without_possible_numbers(text))


@pytest.mark.parametrize(
    "form",
    [
        "{a} {b}, {a} {b}",
        "{a} {b}\n{a} {b}\n{a} {b}",
        "{a}-{b} {a}-{b}",
        "1. {a} {b}\n2. {a} {b}",
        "{a}{b} {a}{b} {a} {b}",
        "{a}{b},{a}{b};{a}{b}",
        "kl. 12.30 {a}-{b} 14.45",
        "født 12.3.1990, {a} {b}",
        "Avdeling 3\n{a}-{b}\n4 døgn",
    ],
)
def test_several_in_a_row_and_beside_other_numbers(form: str) -> None:
    number = KINDS["fødselsnummer"](random.Random(form))
    assert number not in digits_of(without_numbers(form.format(a=number[:6], b=number[6:])))


def test_several_numbers_in_one_text() -> None:
    draw = random.Random(5)
    numbers = [make(draw) for make in KINDS.values()]
    text = "Disse: " + ", ".join(written(number, draw) for number in numbers) + ". Ferdig."
    cleared = without_possible_numbers(text)
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
        "{first}&nbsp;{rest}",
        "{first}&#8211;{rest}",
        "https://example.org/?fnr={first}%20{rest}",
        "1. {first}\n2. {rest}",
        "- {first}\n- {rest}",
        "{first} pnr. {rest}",
        "{day}.{month}.{year}, personnr: {rest}",
        "født {day}.{month}.{whole_year}, personnummer {rest}",
        "fnr {whole_year}-{month}-{day} {rest}",
        "{day} {month} {year} {rest} (fnr)",
    ],
)
def test_what_stands_aside_of_the_digits(form: str) -> None:
    draw = random.Random(form)
    for _each in range(50):
        number = KINDS["fødselsnummer"](draw)
        cleared = without_numbers(f"Før {filled(form, number)} etter")
        assert number[6:] not in cleared
        assert cleared.startswith("Før ")


@pytest.mark.parametrize(
    "form",
    [
        "{day}.{month}.{whole_year}-{rest}",
        "{day}.{month}.{whole_year} {rest}",
        "{day}{month}{whole_year}{rest}",
        "{day}.{month}.{year}-{rest}",
        "{whole_year}-{month}-{day} {rest}",
        "{whole_year}/{month}/{day}-{rest}",
        "{whole_year}{month}{day}{rest}",
        "{year}-{month}-{day} {rest}",
        "{one_day}.{one_month}.{year} {rest}",
        "{one_day}/{one_month}-{year}, {rest}",
        "{one_day}. {word} {whole_year}, {rest}",
        "{day}. {word} {year} – {rest}",
        "<b>{first}</b>{rest}",
        "<td>{first}</td><td>{rest}</td>",
        "{first}<br/>{rest}",
        '<span style="color: #123456">{day}</span>.{month}.{year}&nbsp;{rest}',
        "{day}&#46;{month}&#46;{year}&#32;{rest}",
        "https://example.org/?q={day}%20%20{month}%20{year}%2D{rest}",
        "https://example.org/{first}{rest}",
        "konto {first}{rest}",
        "kto. {first} {rest}",
    ],
)
def test_what_may_be_one_is_asked_about_with_all_of_it(form: str) -> None:
    draw = random.Random(form)
    for _each in range(50):
        number = KINDS["fødselsnummer"](draw)
        text = f"Før {filled(form, number)} etter"
        assert without_numbers(text) == text
        asked = [doubt.text for doubt in doubts(text) if doubt.kind == Kind.NUMBER]
        assert [each for each in asked if each.endswith(number[6:])]
        cleared = without_possible_numbers(text)
        assert number[6:] not in cleared
        assert cleared.startswith("Før ")
        assert cleared.endswith(" etter")


def filled(form: str, number: str) -> str:
    months = ("januar", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "september", "okt", "november", "des.")
    return form.format(
        day=number[:2],
        month=number[2:4],
        year=number[4:6],
        whole_year=born(number),
        one_day=int(number[:2]),
        one_month=int(number[2:4]),
        word=months[int(number[2:4]) - 1],
        first=number[:6],
        rest=number[6:],
    )


@given(st.text(), st.sampled_from(list(KINDS)), st.text(), st.integers())
def test_whatever_stands_around_it(before: str, kind: str, after: str, seed: int) -> None:
    number = KINDS[kind](random.Random(seed))
    text = f"{before} {number} {after}"
    cleared = without_numbers(text)
    assert number not in digits_of(cleared) or is_asked_about(number, cleared)
    assert number not in digits_of(without_possible_numbers(text))


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789 .-\n"))))
def test_taking_out_leaves_nothing_more_to_take_out(text: str) -> None:
    cleared = without_numbers(text)
    assert without_numbers(cleared) == cleared
    assert all(doubt.text in cleared for doubt in doubts(cleared))
    for being_typed in (False, True):
        nothing = without_possible_numbers(text, being_typed=being_typed)
        assert without_possible_numbers(nothing, being_typed=being_typed) == nothing
        assert Kind.NUMBER not in [doubt.kind for doubt in doubts(nothing)]


@given(st.text(), st.sampled_from(list(KINDS)), st.integers(), st.text())
def test_what_was_taken_out_can_be_put_back_and_then_stays(before: str, kind: str, seed: int, after: str) -> None:
    draw = random.Random(seed)
    text = f"{before} {written(KINDS[kind](draw), draw)} {after}"
    for possible in (False, True):
        cleared, taken = take_out(text, possible=possible)
        pieces = take_out(text, possible=possible).text.split(REMOVED)
        # Unless somebody wrote the mark themselves.
        if len(pieces) == len(taken) + 1:
            assert "".join(each for pair in zip(pieces, [*taken, ""], strict=True) for each in pair) == text
        assert take_out(text, possible=possible, but=taken).text == text
        assert (cleared == text) == (not taken)


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


def planned_days(draw: random.Random) -> str:
    """A committee's line of a year's plan, as people write one."""
    day = draw.choice(("{0}/{1}", "{0:02}.{1:02}", "{0}.{1}.", "{0}.{1}.27", "{0:02}.{1:02}.2027"))
    hours = draw.choice((" 8.00–9.00", " 12.30–15.30", " (13.00-15.30)", ", 09:00 – 11:00"))
    months = sorted(draw.sample(range(1, 13), draw.randrange(3, 9)))
    between = draw.choice((", ", " ", "; ", "\n", "\t"))
    if draw.random() < 0.2:
        cells = ";".join(str(draw.randrange(1, 32)) if month in months else "" for month in range(1, 13))
        return f"FSU (12.30-15.30);{cells}"
    days = [day.format(draw.randrange(1, 29), month) for month in months]
    return f"FSU: {between.join(days)}{hours if draw.random() < 0.8 else ''}"


def test_a_years_plan_is_no_number() -> None:
    draw = random.Random("møteplan")
    for _each in range(3_000):
        text = "\n".join(planned_days(draw) for _line in range(3))
        assert doubts(text) == [], text


@pytest.mark.parametrize("form", ["28/1, 25/2, 6/5, {}", "28/1 12.30–15.30 {}", "{}, 28/1, 25/2, 6/5 8.00–9.00"])
def test_a_number_within_a_years_plan(form: str) -> None:
    draw = random.Random(form)
    for _each in range(300):
        number = KINDS["fødselsnummer"](draw)
        d, m, y, rest = number[:2], number[2:4], number[4:6], number[6:]
        for written_so in (number, f"{d}{m}{y} {rest}", f"{d}.{m}.{y} {rest}", f"{d}/{m}/{y}-{rest}"):
            text = form.format(written_so)
            cleared = without_numbers(text)
            assert number not in digits_of(cleared) or is_asked_about(number, cleared), text


def test_telephone_numbers_are_no_numbers() -> None:
    draw = random.Random(12)
    for _each in range(500):
        numbers = [f"{draw.randrange(2, 10)}{draw.randrange(10**7):07}" for _number in range(4)]
        spaced = [f"{each[:2]} {each[2:4]} {each[4:6]} {each[6:]}" for each in numbers]
        for text in (", ".join(spaced), "\n".join(numbers), f"{spaced[0]} / {spaced[1]}"):
            assert without_numbers(text) == text
            assert all(doubt.kind == Kind.PHONE for doubt in doubts(text))


def test_the_address_of_a_message_is_no_number() -> None:
    """It has a moment in it, which is as good as a number one time in many."""
    draw = random.Random(31)
    for _each in range(2000):
        moment = draw.randrange(1_500_000_000_000, 1_999_999_999_999)
        thread, micros = draw.choice(["v2", "tacv2", "skype"]), f"{draw.randrange(10**6):06}"
        for text in (
            f"https://teams.example.org/l/message/19%3Aab%40thread.{thread}/{moment}?groupId=ab-1".replace("%40", "@"),
            f"https://teams.example.org/l/message/ab?tenantId=ab&parentMessageId={moment}&createdTime={moment}",
            f"https://ab.slack.example.org/archives/C0AB/p{moment}{micros[:3]}",
            f"https://ab.slack.example.org/archives/C0AB/p1?thread_ts={moment // 1000}.{micros}&cid=C",
        ):
            assert without_possible_numbers(text) == text
            assert list(doubts(text)) == []


@pytest.mark.parametrize("form", ["https://ab.example.org/archives/C0AB/p{}", "https://ab.example.org/?createdTime={}"])
def test_a_number_in_the_address_of_a_message(form: str) -> None:
    draw = random.Random(form)
    for _each in range(300):
        number = KINDS["fødselsnummer"](draw)
        assert number not in digits_of(without_possible_numbers(form.format(number)))
        assert number not in digits_of(without_possible_numbers(form.format(f"{number[:6]}-{number[6:]}")))


@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_other_numbers_are_not_taken_out(kind: str) -> None:
    """At most one text in a thousand: one in ten of them is a valid number by accident, and is asked about."""
    draw = random.Random(f"held out {kind}")
    gone = []
    for _each in range(5_000):
        text = NO_NUMBERS[kind](draw)
        cleared = without_numbers(text)
        if cleared != text:
            gone.append(text)
    assert len(gone) <= 5, gone[:5]


@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_what_is_asked_about_is_never_cut_in_the_middle_of_a_number(kind: str) -> None:
    draw = random.Random(f"whole {kind}")
    cut = []
    for _each in range(1_000):
        text = NO_NUMBERS[kind](draw)
        for doubt in doubts(text):
            before, _found, after = text.partition(doubt.text)
            if doubt.kind == Kind.NUMBER and (before[-1:].isdecimal() or after[:1].isdecimal()):
                cut.append(text)
    assert cut == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Sak 2021/61237 2019/12310", "2021/61237 2019/12310"),
        ("Kr 38 139 256 – 49 613 984 i alt", "38 139 256 – 49 613 984"),
    ],
)
def test_the_whole_expression_is_shown(text: str, asked: str) -> None:
    """With other digits until they happen to be a number."""
    draw = random.Random(asked)
    for _each in range(10_000):
        other = "".join(str(draw.randrange(1, 10)) if sign.isdecimal() else sign for sign in asked)
        found = [doubt.text for doubt in doubts(text.replace(asked, other)) if doubt.kind == Kind.NUMBER]
        assert found in ([], [other])
        if found:
            return
    pytest.fail("none of them was a number")


def as_account(number: str, draw: random.Random) -> str:
    grouped = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    called = ("konto {}", "Kontonr.: {}", "kontonummeret er {}", "konto nr {}", "kto. {}", "bankkonto: {}", "Kto {}")
    return draw.choice(called).format(draw.choice((grouped, grouped.replace(".", " "), number)))


def test_an_account_number_passes_when_it_is_called_one_and_is_asked_about_once() -> None:
    draw = random.Random(7)
    for _each in range(20_000):
        text = as_account(account_number(draw), draw)
        assert without_numbers(text) == text
        assert [doubt.kind for doubt in doubts(text)] in ([Kind.LONG_NUMBER], [Kind.NUMBER])


def test_an_account_number_that_is_not_called_one_stays_unless_it_may_be_a_patients() -> None:
    """Every identity number is a valid account number, so no calculation tells them apart."""
    draw = random.Random(8)
    numbers = [account_number(draw) for _each in range(5_000)]
    taken = [number for number in numbers if without_numbers(f"Beløpet gikk til {number}.").endswith(f"{REMOVED}.")]
    assert 0.16 < len(taken) / len(numbers) < 0.20
    assert [number for number in taken if without_numbers(f"konto {number}") != f"konto {number}"] == []


@pytest.mark.parametrize("kind", ["fødselsnummer", "D-nummer", "H-nummer"])
def test_a_persons_number_that_is_called_an_account_is_asked_about_as_what_it_may_be(kind: str) -> None:
    draw = random.Random(9)
    for _each in range(200):
        number = KINDS[kind](draw)
        text = f"konto {number[:4]}.{number[4:6]}.{number[6:]}"
        assert [doubt.kind for doubt in doubts(text)] == [Kind.NUMBER]
        assert number not in digits_of(without_possible_numbers(text))


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
        assert without_possible_numbers(text, being_typed=True) == f"Pasient {REMOVED}"
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
        assert without_possible_numbers(f"Pasient {typed}", being_typed=True) == f"Pasient {REMOVED}"


@pytest.mark.parametrize("text", ["i går 14.30", "22.11.26 kl. 14.30", "25.11.2026 14:30", "ring 22334455"])
def test_what_is_typed_otherwise_is_kept(text: str) -> None:
    assert without_possible_numbers(text, being_typed=True) == text


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
        ("1990-01-31 12345", Kind.LONG_NUMBER, "1990-01-31 12345"),
        ("1990/01/31, 12345", Kind.LONG_NUMBER, "1990/01/31, 12345"),
        ("31.01.1990 12345", Kind.LONG_NUMBER, "31.01.1990 12345"),
        ("31/01/1990 - 12345", Kind.LONG_NUMBER, "31/01/1990 - 12345"),
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


@pytest.mark.parametrize(
    "words",
    [
        "pasient pasienten pasientens pas pt brukeren",
        "beboer beboeren beboerens fru frue herr hr",
        "heter navn datter datteren dattera sønn sønnen",
        "mor moren mora far faren kone kona",
        "ektemann ektemannen ektefelle ektefellen samboer samboeren",
        "søster søsteren søstera bror broren verge vergen",
    ],
)
@pytest.mark.parametrize("write", [str.lower, str.capitalize, str.upper])
def test_each_word_that_says_whose_name_comes(words: str, write: Callable[[str], str]) -> None:
    for word in map(write, words.split()):
        for between in (" ", ". ", ":  "):
            named = f"{word}{between}Nordmann"
            assert list(doubts(f"Ring ({named}) i morgen, om Plan")) == [Doubt(Kind.NAME, named)], named


def test_each_doubt_once() -> None:
    assert list(doubts("22334455 og 22334455")) == [Doubt(Kind.PHONE, "22334455")]
