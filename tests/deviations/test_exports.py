"""Files that leave the bot: no formula hides in them, nothing in them tells who, and zero reports are a file too."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from handlers.capabilities import registry
from handlers.deviations.learning import exports
from handlers.deviations.learning.files import nothing_in
from handlers.deviations.learning.numbers import Numbers, View, built
from handlers.deviations.learning.period import parse
from handlers.deviations.learning.tables import Table, tables
from handlers.errors import BotError
from handlers.messages.message import Message
from handlers.people.links import Links
from handlers.writing.spreadsheet import safe
from storage.deviation_numbers import Counted, ReportRow, What
from tests.clock import FixedClock
from tests.deviations.figures import TODAY, UNITS, figures
from tests.deviations.seed import Places, oslo, random_reports, report, store
from tests.surface import FakeSurface, message
from tests.world import World

AT = oslo(2026, 11, 24)
SENTENCE = "Ingen avvik er meldt i perioden 2025."
ROW = ReportRow(
    "2026-03",
    "to_hospital",
    "Ortopedisk avdeling",
    "Eksempel sykehus",
    "home_care",
    ("communication", "medication"),
    "major",
    near_miss=False,
    consent="not_asked",
    state="answered",
    seconds_to_answer=9 * 86400 + 5,
    in_time=True,
    rating="helpful",
)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "\u00a0=1", "\tx", "\rx"]


def lines(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def cells(content: bytes) -> list[list[list[Any]]]:
    book = load_workbook(io.BytesIO(content))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


# --- formulas ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_a_formula(text: str) -> None:
    table = Table(text, (text, "Antall"), ((text, 3), ("vanlig", 4)))
    for row in lines(exports.tables_as_csv(text, [table], "")) + lines(exports.rows_as_csv(table, "")):
        assert all(not value or value.isdigit() or value[0] not in "=+-@\t\r\n \u00a0＝＋" for value in row)
    book = load_workbook(io.BytesIO(exports.as_xlsx([table], "", title="t", at=AT)))
    for row in book.worksheets[0].iter_rows():
        assert all(cell.data_type in "sn" for cell in row)
    assert book.worksheets[0]["A2"].value.startswith("'")


@given(st.text(max_size=30))
def test_a_cell_never_begins_as_a_formula_does(text: str) -> None:
    found = safe(text).lstrip()
    assert not found or found[0] not in "=+-@"
    assert text.lstrip("'") == text or safe(text).startswith("'") or safe(text) in text


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\ufffe", "\uffff", "\ud800"])
def test_what_no_file_may_hold_is_left_out(text: str) -> None:
    table = Table("t", ("Enhet",), ((f"Lege{text}vakt",),))
    assert cells(exports.as_xlsx([table], "", title="t", at=AT))[0][1] == ["Legevakt"]
    assert ["Legevakt"] in lines(exports.rows_as_csv(table, ""))


@pytest.mark.parametrize("text", ["Legevakt", "Kommunikasjon/dokumentasjon", "3–5", "8 av 12 (67 %)", "", "a=b"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert safe(text) == text


# --- figures -----------------------------------------------------------------------------------------------


def test_a_csv_as_excel_wants_it_here() -> None:
    content = exports.tables_as_csv("Avvik", tables(figures("2026", {"2026-03": 12}, {"2026-04": 3})), "")
    assert content.startswith(b"\xef\xbb\xbfAvvik\r\n")
    found = lines(content)
    assert ["Meldte avvik", "12", "3"] in found
    assert ["mar 2026", "12", "0"] in found
    assert ["apr 2026", "0", "3"] in found
    assert ["Legemidler", "under 3", "0"] in found
    assert ["Legevakten", "Nordre Eksempel kommune"] in found


def test_in_a_spreadsheet_numbers_are_numbers_and_the_head_stays() -> None:
    content = exports.as_xlsx(tables(figures("2026", {"2026-03": 12}, {"2026-04": 1})), "", title="Avvik", at=AT)
    book = load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == len(set(book.sheetnames)) == 12
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert all(sheet.freeze_panes == "A2" for sheet in book.worksheets)
    assert ["Meldte avvik", 12, "under 3"] in cells(content)[0]
    assert book.worksheets[1]["A1"].font.bold


def test_for_handlers_nothing_is_masked() -> None:
    content = exports.as_xlsx(tables(figures("2026", {"2026-03": 1}, {}, below=1)), "", title="Avvik", at=AT)
    assert ["Meldte avvik", 1, 0] in cells(content)[0]


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_of_one_report_in_all_no_file_tells_of_which_kind_or_when(name: str) -> None:
    """Whichever it was, every byte is the same, but for the time that a spreadsheet is packed with."""

    def made(month: str, rest: dict[str, str]) -> list[list[Any]]:
        kinds = {What.MONTH: month, **rest}
        found = [Counted("to_hospital", what, key, 1) for what, key in kinds.items()]
        whole = built(Numbers(found), UNITS, parse("2025", TODAY), View(), below=3, of="", units_told=False)
        silent = replace(whole, silent=(), silent_in="2025")
        if name == "csv":
            return lines(exports.tables_as_csv("", tables(silent), ""))
        return [row for sheet in cells(exports.as_xlsx(tables(silent), "", title="", at=AT)) for row in sheet]

    one = {
        What.CATEGORY: "medication",
        What.CONSEQUENCE: "death",
        What.SERVICE: "gp",
        What.STATE: "answered",
        What.NEAR_MISS: "no",
        What.HOURS: "24",
        What.RATING: "helpful",
    }
    other = {
        What.CATEGORY: "logistics",
        What.CONSEQUENCE: "none",
        What.SERVICE: "",
        What.STATE: "waiting",
        What.NEAR_MISS: "yes",
    }
    assert made("2025-03", one) == made("2025-11", other)


def test_half_years_tell_nothing_that_the_months_do_not() -> None:
    found = lines(
        exports.tables_as_csv("", tables(figures("2025", {"2025-01": 1, "2025-08": 9, "2025-02": 5}, {})), "")
    )
    assert ["1. halvår 2025", "5–7", "0"] in found or ["1. halvår 2025", "5–9", "0"] in found


def test_no_half_year_is_more_than_a_masked_total() -> None:
    found = lines(exports.tables_as_csv("", tables(figures("2025", {"2025-01": 1, "2025-08": 1}, {})), ""))
    for half in ("1. halvår 2025", "2. halvår 2025"):
        assert [half, "under 3", "0"] in found


def test_of_a_masked_total_no_units_are_listed() -> None:
    found = lines(exports.tables_as_csv("", tables(figures("2025", {"2025-01": 1}, {"2025-01": 9})), ""))
    listed = [row[0] for row in found if len(row) == 4 and row[2].startswith("Fra ")]
    assert listed == ["Hjemmetjenesten", "Ortopedisk avdeling"]


def test_figures_of_zero_reports_have_their_heads_and_a_sentence() -> None:
    empty = figures("2025", {}, {})
    nothing = nothing_in(parse("2025", TODAY), empty=empty.empty)
    found = lines(exports.tables_as_csv("Avvik", tables(empty), nothing))
    assert [SENTENCE] in found
    assert ["Kategori", "Fra kommune til sykehus", "Fra sykehus til kommune"] in found
    book = cells(exports.as_xlsx(tables(empty), nothing, title="Avvik", at=AT))
    assert book[0][-1][0] == SENTENCE
    assert book[1][0][0] == "Måned"


async def test_of_a_unit_it_is_not_known_what_was_fixed_on_the_spot(surface: FakeSurface) -> None:
    for name, of, told in (("avvik.csv", "units", False), ("avvik.csv", "all", True)):
        content = await fetch(surface, "surgeon", name, of)
        assert ("Løst direkte" in content.decode()) is told


@pytest.mark.parametrize(("months", "told"), [(("01", "12"), True), (("02", "12"), False), (("01", "06"), False)])
async def test_numbers_of_single_units_are_told_of_one_calendar_year(
    surface: FakeSurface, months: tuple[str, str], told: bool
) -> None:
    arguments = {"from": f"2026-{months[0]}", "to": f"2026-{months[1]}", "of": "all"}
    found = lines(await opened(surface, "member", "avvik.csv", arguments))
    assert (["Enheter som fikk avvik"] in found) is told
    assert ("ett kalenderår om gangen" in found[0][0]) is not told
    own = lines(await opened(surface, "surgeon", "avvik.csv", {**arguments, "of": "units"}))
    assert ["Enheter som fikk avvik"] in own


# --- rows --------------------------------------------------------------------------------------------------


def test_a_row_holds_no_more_than_numbers_are_made_of() -> None:
    head, row = lines(exports.rows_as_csv(exports.rows_table([ROW]), ""))
    assert dict(zip(head, row, strict=True)) == {
        "Måned": "2026-03",
        "Retning": "Fra kommune til sykehus",
        "Enhet": "Ortopedisk avdeling",
        "Virksomhet": "Eksempel sykehus",
        "Tjeneste": "Hjemmebasert pleie og omsorgstjeneste",
        "Kategorier": "Kommunikasjon/dokumentasjon, Legemidler",
        "Konsekvens": "Betydelig",
        "Nesten-hendelse": "nei",
        "Samtykke": "Pasienten er ikke spurt: meldes uten kjennetegn",
        "Status": "Besvart",
        "Dager til svar": "9",
        "Besvart innen fristen": "ja",
        "Vurdering av svaret": "Svaret var nyttig",
    }


def test_rows_of_zero_reports_have_a_head_and_a_sentence() -> None:
    table = exports.rows_table([])
    found = lines(exports.rows_as_csv(table, SENTENCE))
    assert found[0][0] == "Måned"
    assert found[1:] == [[SENTENCE]]
    assert cells(exports.as_xlsx([table], SENTENCE, title="", at=AT))[0][1][0] == SENTENCE


# --- FHIR --------------------------------------------------------------------------------------------------


def resources(content: bytes) -> list[dict[str, Any]]:
    """The events, read back and checked by the package."""
    bundle = Bundle.model_validate_json(content)
    assert bundle.type == "collection"
    return [entry["resource"] for entry in json.loads(content).get("entry", [])]


def codes(concept: dict[str, Any]) -> list[str]:
    return [coding["code"] for coding in concept["coding"]]


def test_an_event_in_fhir() -> None:
    (found,) = resources(exports.as_fhir([ROW], "", at=AT))
    assert found["resourceType"] == "AdverseEvent"
    assert found["actuality"] == "actual"
    assert found["date"] == "2026-03"
    assert codes(found["event"]) == ["to_hospital"]
    assert [codes(concept) for concept in found["category"]] == [["communication"], ["medication"], ["home_care"]]
    assert codes(found["seriousness"]) == ["Serious", "major"]
    assert codes(found["severity"]) == ["severe"]
    assert codes(found["outcome"]) == ["unknown"]
    assert found["subject"]["extension"][0]["valueCode"] == "masked"
    (consent,) = found["extension"]
    assert consent["valueCoding"]["code"] == "not_asked"
    assert consent["valueCoding"]["display"] == "Pasienten er ikke spurt: meldes uten kjennetegn"
    # Who reported, who answered, and where.
    assert not found.keys() & {"recorder", "contributor", "location", "identifier", "id", "detected", "recordedDate"}
    assert "Ortopedisk" not in json.dumps(found)


@pytest.mark.parametrize(
    ("consequence", "seriousness", "severity", "outcome"),
    [
        ("none", "Non-serious", None, None),
        ("minor", "Non-serious", "mild", "resolved"),
        ("moderate", "Non-serious", "moderate", "unknown"),
        ("major", "Serious", "severe", "unknown"),
        ("death", "SeriousResultsInDeath", "severe", "fatal"),
    ],
)
def test_how_each_consequence_is_mapped(
    consequence: str, seriousness: str, severity: str | None, outcome: str | None
) -> None:
    (found,) = resources(exports.as_fhir([ROW._replace(consequence=consequence)], "", at=AT))
    assert codes(found["seriousness"])[0] == seriousness
    for name, code in (("severity", severity), ("outcome", outcome)):
        assert (codes(found[name])[0] if name in found else None) == code


def test_a_near_miss_is_a_potential_event() -> None:
    (found,) = resources(exports.as_fhir([ROW._replace(near_miss=True)], "", at=AT))
    assert found["actuality"] == "potential"


def test_a_bundle_of_zero_reports_says_so() -> None:
    content = exports.as_fhir([], SENTENCE, at=AT)
    assert resources(content) == []
    assert json.loads(content)["meta"]["tag"][0]["display"] == SENTENCE


# --- who gets them -----------------------------------------------------------------------------------------

ROWS = ("avvik.rader.csv", "avvik.rader.xlsx", "avvik.fhir")
FIGURES = ("avvik.csv", "avvik.xlsx", "avvik.bilde", "avvik.arsmelding")


@pytest.fixture
async def surface(world: World, clock: FixedClock) -> FakeSurface:
    clock.go_to(AT)
    links = Links("https://bot.example.org/", "a secret that is long enough for a test", clock)
    found = FakeSurface(world, clock, registry(), links=links)
    async with world.database.transaction() as session:
        places = await Places.of(session)
        await store(
            session,
            [
                report(places, oslo(2026, 3, 5), description="HEMMELIG", finding="HEMMELIG", service_other="HEMMELIG"),
                *random_reports(places, 60, oslo(2026, 1), oslo(2026, 11)),
            ],
        )
    return found


async def fetch(surface: FakeSurface, who: str, name: str, of: str, year: str = "2026") -> bytes:
    """The file behind a link that was made for `who`, whether they were ever offered it or not."""
    return await opened(surface, who, name, {"from": f"{year}-01", "to": f"{year}-11", "of": of})


async def opened(surface: FakeSurface, who: str, name: str, arguments: dict[str, str]) -> bytes:
    url = await link(surface, who, name, arguments)
    file = await surface.bot.document(url.removeprefix("https://bot.example.org/fil/"))
    return file.draw()


async def link(surface: FakeSurface, who: str, name: str, arguments: dict[str, str]) -> str:
    from handlers.people.links import FILE_LIFETIME
    from handlers.people.ticket import Purpose, Ticket

    ticket = Ticket(surface.world.people[who], name, arguments)
    found = surface.bot.links._address(Purpose.FILE, ticket, FILE_LIFETIME)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ROWS)
async def test_rows_are_for_those_whose_own_they_are(surface: FakeSurface, name: str) -> None:
    assert await fetch(surface, "surgeon", name, "units")
    for who in ("member", "secretary", "clinician"):
        for of in ("all", "units", "organisation:1", "organisation:2"):
            with pytest.raises(BotError, match="for dem som behandler avvikene"):
                await fetch(surface, who, name, of)
    # Nor for handlers, of all there is.
    with pytest.raises(BotError, match="for dem som behandler avvikene"):
        await fetch(surface, "surgeon", name, "all")


async def test_a_handler_gets_the_units_own_rows_and_a_leader_the_organisations(surface: FakeSurface) -> None:
    _head, *own = lines(await fetch(surface, "surgeon", "avvik.rader.csv", "units"))
    assert {row[2] for row in own} == {"Ortopedisk avdeling"}
    async with surface.world.database.transaction() as session:
        places = await Places.of(session)
    hospital = places.hospital[0].organisation_id
    _head, *led = lines(await fetch(surface, "chief", "avvik.rader.csv", f"organisation:{hospital}"))
    assert len(led) > len(own)
    assert led == sorted(led, key=lambda row: row[0])


@pytest.mark.parametrize("name", [*ROWS, *FIGURES])
async def test_nothing_that_anybody_wrote_is_in_any_file(surface: FakeSurface, name: str) -> None:
    content = await fetch(surface, "surgeon", name, "units" if name in ROWS else "all")
    for secret in (b"HEMMELIG", b"AVV-", b"Eksempel Nurse", b"Et eksempel"):
        assert secret not in content


@pytest.mark.parametrize("name", [*ROWS, *FIGURES])
async def test_every_file_of_a_year_without_reports_is_a_file(surface: FakeSurface, name: str) -> None:
    assert len(await fetch(surface, "surgeon", name, "units" if name in ROWS else "all", "2024")) > 50


async def test_the_yearly_report_is_masked_for_whoever_asks(surface: FakeSurface) -> None:
    with pytest.raises(BotError, match="hele helsefellesskapet"):
        await fetch(surface, "surgeon", "avvik.arsmelding", "units")


async def test_a_link_ends_after_an_hour(surface: FakeSurface) -> None:
    shown: Message = message(await surface.say("member", "avvik tall"))
    surface.clock.forward(timedelta(hours=2))
    with pytest.raises(BotError, match="for gammel"):
        await surface.bot.document(shown.addresses()[0].url.removeprefix("https://bot.example.org/fil/"))
