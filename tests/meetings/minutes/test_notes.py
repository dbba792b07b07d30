"""Notes of another tool: read without times and speakers, held against the record, and taken over case by case."""

import io
import random

import pytest
from docx import Document

from handlers.capability import Handed
from handlers.errors import BotError
from handlers.meetings.minutes.notes.files import text_of
from handlers.meetings.minutes.notes.marks import NOT_FOUND
from handlers.meetings.minutes.notes.matching import Target, by_case
from handlers.meetings.minutes.notes.reading import Kind, Line, lines_in
from handlers.writing.identity import REMOVED
from tests.clock import FixedClock
from tests.identity_numbers import KINDS
from tests.meetings.minutes.steps import begun, in_meeting, press_at, written
from tests.surface import errors, facts, form, labels, message, values
from tests.world import World

VTT = """WEBVTT

NOTE laget av et møteverktøy

1
00:00:03.120 --> 00:00:06.480
<v Eksempel Leder>Da går vi til sak 1, felles opplæring, og</v>

2
00:00:06.480 --> 00:00:09.000
<v Eksempel Leder>vi begynner med forslaget. Alle er enige.</v>

3
00:00:09.500 --> 00:00:12.000
<v Eksempel Kliniker>Vi trenger en plan.</v>
"""
SPOKEN = """Eksempel Leder   0:03
Da går vi til sak 1.

Eksempel Kliniker (gjest)   1:02:41
[01:02:41] Vi trenger en plan.
Kari: Ja.
Kari: Helt enig.
Eksempel Leder stopped transcription
"""
SUMMARY = """# Sammendrag

## 1/2026 Felles opplæring
- **Eksempel Leder:** Felles opplæring i utskrivning skal begynne våren 2031.
* Felles opplæring ble ønsket velkommen
Vedtak: Utvalget godkjenner planen.

### Sak 2: Nye rutiner
1) Rutinene for utskrivning tas i bruk.
Konklusjon:
Rutinene innføres.
Oppfølging
Noen lager et utkast.
"""


def texts(pasted: str) -> list[str]:
    return [line.text for line in lines_in(pasted)]


def test_a_recording_is_read_without_times_and_speakers() -> None:
    assert texts(VTT) == [
        "Da går vi til sak 1, felles opplæring, og vi begynner med forslaget.",
        "Alle er enige.",
        "Vi trenger en plan.",
    ]


def test_a_transcript_is_read_without_times_and_speakers() -> None:
    assert texts(SPOKEN) == ["Da går vi til sak 1.", "Vi trenger en plan.", "Ja.", "Helt enig."]


def test_a_summary_is_read_with_what_was_concluded() -> None:
    assert list(lines_in(SUMMARY)) == [
        Line("1/2026 Felles opplæring", heading=True),
        Line("Felles opplæring i utskrivning skal begynne våren 2031."),
        Line("Felles opplæring ble ønsket velkommen"),
        Line("Utvalget godkjenner planen.", Kind.CONCLUDED),
        Line("Sak 2: Nye rutiner", heading=True),
        Line("Rutinene for utskrivning tas i bruk."),
        Line("Rutinene innføres.", Kind.CONCLUDED),
        Line("Noen lager et utkast."),
    ]


@pytest.mark.parametrize("pasted", ["", "  \n\t\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n", "12\n34\n---", "Vedtak:"])
def test_nothing_is_read_where_nothing_is_said(pasted: str) -> None:
    assert texts(pasted) == []


@pytest.mark.parametrize(
    "line", ["Frist: 1. mai.", "Møtet 13:00 ble flyttet.", "Vedtak i 2024: ja.", "Se https://example.org/a:b"]
)
def test_what_only_looks_like_a_speaker_stays(line: str) -> None:
    assert texts(line) == [line]


TARGETS = [
    Target(11, "1/2026 (O/D)", 1, "Felles opplæring i utskrivning", "Felles opplæring i utskrivning\nVåren 2027."),
    Target(12, "12/2026 (O)", 12, "Nye rutiner", "Nye rutiner\nRutinene innføres fra 1. mars."),
    Target(13, "", None, "Eventuelt", "Eventuelt"),
]


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("1/2026 Felles opplæring i utskrivning", 11),
        ("Sak 1/2026: Felles opplæring i utskrivning", 11),
        ("Sak 12", 12),
        ("saksnr. 12/2026 (O) – Nye rutiner", 12),
        ("Felles opplæring i utskriving", 11),
        ("EVENTUELT", 13),
        ("3. Eventuelt", 13),
    ],
)
def test_a_case_is_known_by_its_number_or_its_title(heading: str, about: int) -> None:
    found = by_case([Line(heading), Line("Dette ble sagt.")], TARGETS)
    assert {slot_id: [each.line.text for each in noted] for slot_id, noted in found.items()} == {
        about: ["Dette ble sagt."]
    }


@pytest.mark.parametrize("line", ["112/2026 er et annet nummer", "Sak 2", "1/2027", "Vi har nye rutiner på plass nå"])
def test_what_names_no_case_is_of_none(line: str) -> None:
    assert list(by_case([Line(line)], TARGETS)) == [None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Opplæringen i utskrivning begynner våren 2027.", True),
        ("Opplæringen i utskrivning begynner våren 2031.", False),
        ("Budsjettet ble kraftig kritisert.", False),
        ("Felles opplæring.", True),
        ("Ja.", False),
    ],
)
def test_a_line_is_held_against_the_record_of_its_case(text: str, found: bool) -> None:
    noted = by_case([Line("Sak 1"), Line(text)], TARGETS)[11]
    assert [each.found for each in noted] == [found]


async def test_notes_become_drafts_and_the_referent_takes_over_or_throws_away(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", "Nye rutiner", standing=False)
    shown = await begun(surface)
    await written(surface, shown, "Felles", discussion="Dette skrev jeg selv.")
    opened = form(await surface.press("secretary", shown, "Lim inn notater"))
    drafts = message(await surface.submit("secretary", opened, {"text": SUMMARY, "source": "Møteassistenten"}))
    assert [section.title for section in drafts.sections] == [
        "1/2026 (O/D) Felles opplæring",
        "2/2026 (O/D) Nye rutiner",
    ]
    assert drafts.sections[0].text.splitlines() == [
        "3 linjer, 2 ikke funnet i saken, fra Møteassistenten",
        f"Felles opplæring i utskrivning skal begynne våren 2031. {NOT_FOUND}",
        "Felles opplæring ble ønsket velkommen",
        f"Utvalget godkjenner planen. {NOT_FOUND}",
    ]
    # Nothing of it is in the minutes.
    at = message(await press_at(surface, "secretary", shown, "Felles", "Se mer"))
    assert at.text == "Dette skrev jeg selv."
    assert "Se notatene" in labels(at)
    form_of_case = form(await surface.press("secretary", drafts, "Se over og ta inn"))
    assert str(values(form_of_case)["discussion"]).splitlines() == [
        "Dette skrev jeg selv.",
        f"Felles opplæring i utskrivning skal begynne våren 2031. {NOT_FOUND}",
        "Felles opplæring ble ønsket velkommen",
    ]
    assert values(form_of_case)["conclusions"] == f"Utvalget godkjenner planen. {NOT_FOUND}"
    kept = {
        "discussion": "Dette skrev jeg selv.\nOpplæring er ønsket.",
        "conclusions": "Planen godkjennes.",
    }
    done = message(await surface.submit("secretary", form_of_case, kept))
    assert facts(done)["Konklusjon"] == "Planen godkjennes."
    assert "Se notatene" not in labels(done)
    left = message(
        await surface.press("secretary", message(await surface.say("secretary", "referat FSU")), "Se notatene")
    )
    assert [section.title for section in left.sections] == ["2/2026 (O/D) Nye rutiner"]
    waiting = "• Det ligger notater som ingen har sett over. Ta dem inn, eller forkast dem."
    check = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert waiting in check.sections[0].text.splitlines()
    gone = message(await surface.press("secretary", left, "Forkast"))
    assert gone.text == "Forkastet.\nDet er ingen notater som venter."
    again = message(await surface.press("secretary", left, "Forkast"))
    assert again.title == "Notatene er allerede tatt inn eller forkastet."
    check = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert waiting not in check.sections[0].text.splitlines()


async def test_a_mark_that_was_left_is_found_by_the_check(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    shown = await begun(surface)
    opened = form(await surface.press("secretary", shown, "Lim inn notater"))
    drafts = message(await surface.submit("secretary", opened, {"text": "Sak 1\nNoe helt annet ble bestemt."}))
    await surface.submit("secretary", form(await surface.press("secretary", drafts, "Se over og ta inn")))
    found = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert found.sections[1].text == f"• En linje fra notatene er fortsatt merket «{NOT_FOUND}»."


async def test_notes_that_name_no_case_are_given_one(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    opened = form(await surface.press("secretary", await begun(surface), "Lim inn notater"))
    empty = form(await surface.submit("secretary", opened, {"text": "00:01\n---"}))
    assert errors(empty)["text"].startswith("Jeg finner ingen setninger i dette")
    drafts = message(await surface.submit("secretary", empty, {"text": "Felles opplæring er ønsket av mange."}))
    assert drafts.sections[0].title == "Uten sak"
    assert "Se over og ta inn" not in labels(drafts)
    choose = form(await surface.press("secretary", drafts, "Velg sak"))
    case = next(field for field in choose.fields if field.name == "case").options[0].value
    drafts = message(await surface.submit("secretary", choose, {"case": case}))
    assert drafts.sections[0].title == "1/2026 (O/D) Felles opplæring"
    assert drafts.sections[0].text.splitlines() == ["1 linje", "Felles opplæring er ønsket av mange."]


async def test_notes_that_do_not_fit_are_taken_over_in_turn(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    shown = await begun(surface)
    opened = form(await surface.press("secretary", shown, "Lim inn notater"))
    text = "\n".join(f"Dette er linje {number} av {'mange ord ' * 8}." for number in range(28))
    more = {"text": f"Sak 1\n{text}"[:3000], "more": text[:2900], "rest": text[:2900]}
    drafts = message(await surface.submit("secretary", opened, more))
    seen = ""
    for _turn in range(2):
        opened = form(await surface.press("secretary", drafts, "Se over og ta inn"))
        seen += f"{values(opened)['discussion']}\n{values(opened).get('more') or ''}\n"
        await surface.submit(
            "secretary", opened, {"discussion": "Tatt inn.", **({"more": ""} if "more" in values(opened) else {})}
        )
        left = message(await surface.say("secretary", "referat FSU"))
        if "Se notatene" in labels(left):
            drafts = message(await surface.press("secretary", left, "Se notatene"))
    assert "Se notatene" not in labels(left)
    assert seen.count("Dette er linje 5 av") == 3


async def test_an_identity_number_in_notes_is_taken_out(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    opened = form(await surface.press("secretary", await begun(surface), "Lim inn notater"))
    asked = form(await surface.submit("secretary", opened, {"text": "Sak 1\nPasient Eksempel Eksempelsen ble nevnt."}))
    assert "Er dette en pasientopplysning?" in errors(asked)["text"]


async def test_what_two_take_over_at_once_is_taken_once(world: World, clock: FixedClock) -> None:
    """Both have the first lines in their form: what had no room in it stays for the one who comes last, too."""
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    shown = await begun(surface)
    opened = form(await surface.press("secretary", shown, "Lim inn notater"))
    text = "\n".join(f"Dette er linje {number} av {'mange ord ' * 8}." for number in range(28))
    more = {"text": f"Sak 1\n{text}"[:3000], "more": text[:2900], "rest": text[:2900]}
    drafts = message(await surface.submit("secretary", opened, more))
    own = form(await surface.press("secretary", drafts, "Se over og ta inn"))
    theirs = form(await surface.press("deputy", drafts, "Se over og ta inn"))
    nothing = {"discussion": "Tatt inn.", "more": ""}
    await surface.submit("secretary", own, nothing)
    await surface.submit("deputy", theirs, nothing)
    left = message(await surface.say("secretary", "referat FSU"))
    assert "Se notatene" in labels(left)


def word(*paragraphs: str, cell: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        document.add_table(1, 1).rows[0].cells[0].text = cell
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("notat.txt", "Sak 1\nBlåbær.".encode(), "Sak 1\nBlåbær."),
        ("notat.TXT", "Blåbær.".encode("utf-16"), "Blåbær."),
        ("notat.txt", "Blåbær.".encode("cp1252"), "Blåbær."),
        ("opptak.vtt", b"\xef\xbb\xbfWEBVTT", "WEBVTT"),
        ("notat.docx", word("Sak 1", "Det første.", cell="I en tabell."), "Sak 1\nDet første.\nI en tabell."),
    ],
)
def test_a_file_is_read(name: str, content: bytes, text: str) -> None:
    assert text_of(Handed(name, content)) == text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notat.pdf", b"%PDF-1.7"),
        ("notat.docx", b"PK\x03\x04"),
        ("notat.txt", b"\0\1"),
        ("notat", b"a"),
        ("a.docx", b""),
    ],
)
def test_a_file_that_cannot_be_read_says_what_can(name: str, content: bytes) -> None:
    with pytest.raises(BotError, match=r"docx"):
        text_of(Handed(name, content))


async def test_notes_as_a_file_become_drafts(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", standing=False)
    shown = await begun(surface)
    assert shown.upload is not None
    number = KINDS["fødselsnummer"](random.Random(22))
    file = Handed("Sammendrag.docx", word("Sak 1", "Felles opplæring er bra.", f"Nummeret er {number}."))
    arguments = shown.upload.arguments
    refused = message(await surface.bot.hand_in(world.sender("member"), shown.upload.action, arguments, file))
    assert refused.title.startswith("Bare referenten og sekretariatet")
    drafts = message(await surface.bot.hand_in(world.sender("secretary"), shown.upload.action, arguments, file))
    assert drafts.sections[0].text.splitlines() == [
        "2 linjer, 1 ikke funnet i saken, fra Sammendrag.docx",
        "Felles opplæring er bra.",
        f"Nummeret er {REMOVED}. {NOT_FOUND}",
    ]
