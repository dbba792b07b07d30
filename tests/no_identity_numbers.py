"""Texts of minutes, budgets and journals of cases, without any identity number: what must not be taken out.

By accident some of their digits in a row are a valid number. That is one in ten of the longer ones.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

from tests.identity_numbers import account_number

Draw = random.Random


def _day(draw: Draw) -> date:
    return date(2019, 1, 1) + timedelta(days=draw.randrange(3000))


def _clock(draw: Draw) -> str:
    return f"{draw.randrange(7, 20):02}{draw.choice(':.')}{draw.randrange(0, 60, 5):02}"


def _grouped(number: int, between: str = " ") -> str:
    return f"{number:,}".replace(",", between)


def _case(draw: Draw) -> str:
    return f"{draw.randrange(2015, 2027)}/{draw.randrange(1, 10 ** draw.randrange(2, 6))}"


def _cases(draw: Draw) -> str:
    between = draw.choice((" ", ", ", "; ", " / ", " – "))
    return f"Sak {_case(draw)}{between}{_case(draw)}"


def _archived(draw: Draw) -> str:
    """As an archive numbers its documents: year, case and document."""
    return ", ".join(f"{draw.randrange(2015, 2027)}{draw.randrange(10**5):05}-{draw.randrange(1, 40)}" for _ in "12")


def _references(draw: Draw) -> str:
    between = draw.choice((", ", " ", "; ", "\n"))
    return "Gjelder " + between.join(f"{draw.randrange(2020, 2027)}-{draw.randrange(10**4):04}" for _each in range(3))


def _clocks(draw: Draw) -> str:
    day = f"{_day(draw):%d.%m.%Y}" if draw.random() < 0.5 else f"{_day(draw):%d.%m.%y}"
    return f"{day} {', '.join(_clock(draw) for _each in range(draw.randrange(2, 6)))}"


def _sessions(draw: Draw) -> str:
    lines = [f"{_day(draw):%d.%m.} {_clock(draw)}-{_clock(draw)}" for _each in range(draw.randrange(2, 4))]
    return "Timeplan:\n" + "\n".join(lines)


def _blood_pressures(draw: Draw) -> str:
    between = draw.choice((", ", " ", " – ", "; "))
    return "BT " + between.join(f"{draw.randrange(90, 200)}/{draw.randrange(45, 110)}" for _each in range(3))


def _measurements(draw: Draw) -> str:
    values = ", ".join(f"{draw.randrange(35, 41)},{draw.randrange(10)}" for _each in range(5))
    return f"Temp {values}"


def _budget(draw: Draw) -> str:
    between = draw.choice((" – ", " - ", " / ", "  ", "\t"))
    return f"Budsjett {between.join(_grouped(draw.randrange(10**6, 10**8)) for _each in range(2))}"


def _amounts(draw: Draw) -> str:
    grouped = draw.choice((" ", ".", "\u00a0"))
    return "Kr " + ", ".join(
        f"{_grouped(draw.randrange(10**3, 10**7), grouped)},{draw.randrange(100):02}" for _ in "123"
    )


def _percentages(draw: Draw) -> str:
    shown = [f"{draw.randrange(1000) / 10:.1f} %".replace(".", draw.choice(",.")) for _each in range(4)]
    return f"Andeler: {draw.choice((', ', ' ', ' / ')).join(shown)}"


def _cells(draw: Draw) -> str:
    between = draw.choice((" | ", "\t", ";", "  ", " ", ", "))
    return between.join(str(draw.randrange(10 ** draw.randrange(1, 7))) for _each in range(draw.randrange(3, 8)))


def _table(draw: Draw) -> str:
    """Two columns, of which one has six digits and the other five."""
    between = draw.choice((" | ", "\t", ";", "  "))
    rows = [f"{draw.randrange(10**5, 10**6)}{between}{draw.randrange(10**4, 10**5)}" for _each in range(4)]
    return "Drift" + between + "Lønn\n" + "\n".join(rows)


def _column(draw: Draw) -> str:
    return "\n".join(str(draw.randrange(10**4, 10**6)) for _each in range(5))


def _organisation(draw: Draw) -> str:
    number = draw.randrange(8 * 10**8, 10**9)
    return f"Org.nr. {_grouped(number) if draw.random() < 0.5 else number} {_day(draw):%d.%m.%Y}"


def _timestamp(draw: Draw) -> str:
    return f"Logg {_day(draw):%Y%m%d}{draw.randrange(24):02}{draw.randrange(60):02}{draw.randrange(60):02}"


def _long_timestamps(draw: Draw) -> str:
    return f"{_day(draw)}T{_clock(draw)}:{draw.randrange(60):02}.{draw.randrange(10**6):06}+01:00"


def _kid(digits: int) -> Callable[[Draw], str]:
    return lambda draw: f"KID {draw.randrange(10 ** (digits - 1), 10**digits)}"


def _article(draw: Draw) -> str:
    grouped = f"{draw.randrange(10**6):06}{draw.choice(' -.')}{draw.randrange(10**5):05}"
    return draw.choice(("Varenr. ", "Artikkelnummer: ", "art.nr ")) + draw.choice(
        (f"{draw.randrange(10**12, 10**13)}", grouped, f"{draw.randrange(10**11):011}")
    )


def _gtin(draw: Draw) -> str:
    return f"Strekkoden {draw.randrange(7 * 10**12, 8 * 10**12)} ble ikke lest"


def _meeting(draw: Draw) -> str:
    nine = f"{draw.randrange(10**3):03} {draw.randrange(10**3):03} {draw.randrange(10**3):03}"
    eleven = f"{draw.randrange(800, 1000)} {draw.randrange(10**4):04} {draw.randrange(10**4):04}"
    ids = (f"2{draw.randrange(10, 100)} {nine}", eleven, eleven.replace(" ", ""))
    return draw.choice(("Møte-ID: ", "Meeting ID: ", "møte ID ")) + draw.choice(ids)


def _address(draw: Draw) -> str:
    number = f"{draw.randrange(10 ** draw.randrange(9, 15))}"
    return draw.choice(
        (
            f"https://example.org/artikkel/{number}",
            f"www.example.org/?id={number}&side={draw.randrange(100)}",
            f"example.org/{draw.randrange(2015, 2027)}/{draw.randrange(1, 13):02}/{draw.randrange(10**6)}",
            f"https://example.org/d/{draw.randrange(10**6):06}-{draw.randrange(10**5):05}",
        )
    )


def _machines(draw: Draw) -> str:
    return "Fra " + ", ".join(".".join(str(draw.randrange(1, 255)) for _part in range(4)) for _each in range(2))


def _account(called: str) -> Callable[[Draw], str]:
    def one(draw: Draw) -> str:
        number = account_number(draw)
        grouped = f"{number[:4]}.{number[4:6]}.{number[6:]}"
        return f"{called} {draw.choice((number, grouped, grouped.replace('.', ' ')))}"

    return one


def _iban(draw: Draw) -> str:
    number = f"NO{draw.randrange(100):02}{account_number(draw)}"
    return "IBAN " + " ".join(number[place : place + 4] for place in range(0, 15, 4))


def _phones(draw: Draw) -> str:
    numbers = [f"{draw.randrange(2, 10)}{draw.randrange(10**7):07}" for _each in range(3)]
    return "Tlf. " + ", ".join(f"+47 {each}" if draw.random() < 0.5 else each for each in numbers)


def _foreign_phone(draw: Draw) -> str:
    return f"Ring +{draw.choice((45, 46, 49))}{draw.randrange(10**8, 10**9)}"


def _decimals(draw: Draw) -> str:
    return f"Indeks {draw.randrange(10)}{draw.choice(',.')}{draw.randrange(10**11):011}"


NO_NUMBERS: dict[str, Callable[[Draw], str]] = {
    "to saksnumre": _cases,
    "arkivnumre": _archived,
    "tre referanser": _references,
    "dato og klokkeslett": _clocks,
    "timeplan": _sessions,
    "blodtrykk": _blood_pressures,
    "temperaturer": _measurements,
    "budsjett": _budget,
    "beløp": _amounts,
    "prosenter": _percentages,
    "tabellceller": _cells,
    "tabell": _table,
    "kolonne": _column,
    "organisasjonsnummer og dato": _organisation,
    "tidsstempel": _timestamp,
    "tidsstempel med desimaler": _long_timestamps,
    "KID 14": _kid(14),
    "KID 25": _kid(25),
    "artikkelnummer": _article,
    "strekkode": _gtin,
    "møte-ID": _meeting,
    "nettadresse": _address,
    "maskinadresser": _machines,
    "konto": _account("konto"),
    "kto.": _account("kto."),
    "bankkonto:": _account("bankkonto:"),
    "Kontonr.:": _account("Kontonr.:"),
    "IBAN": _iban,
    "telefonnumre": _phones,
    "utenlandsk telefon": _foreign_phone,
    "desimaltall": _decimals,
}
