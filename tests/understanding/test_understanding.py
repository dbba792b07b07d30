"""What a line leads to, that is no command as it is called: the table is what is promised."""

import random
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.slack.blocks import message_blocks
from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.understanding.meaning import Hit, fits, slip_of, what_follows, words_of
from handlers.writing.identity import REMOVED
from storage.tables import AgendaItem, Committee, Deviation, Draft, Meeting
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.identity_numbers import KINDS
from tests.slack.limits import broken_by_message
from tests.surface import FakeSurface, form, labels, message, values
from tests.world import World

# What is shown, by the title that it has.
MEETINGS = "Kommende møter"
OWED = "Dette skal du gjøre"
MINE = "Du har ikke meldt noen saker"
LISTS = "Saksliste for Faglig samarbeidsutvalg (FSU)"
OWN_DEVIATIONS = "Du har ikke meldt noen avvik"
QUEUE = "Du behandler ikke avvik for noen enhet"
LANGUAGES = "Hvilket språk vil du ha?"
HELP = "Dette kan jeg hjelpe deg med"

SHOWN = [
    # plain sentences, in both forms of Norwegian and in English
    ("når er neste møte?", MEETINGS),
    ("Når er neste møte i FSU?", MEETINGS),
    ("kor tid er neste møte", MEETINGS),
    ("hva er fristen", OWED),
    ("når er fristene mine?", OWED),
    ("kva må eg gjere", OWED),
    ("Hva skal jeg gjøre?", OWED),
    ("what should I do", OWED),
    ("hva er fristen for å melde en sak?", MEETINGS),
    ("kva er fristen for å melde ei sak", MEETINGS),
    ("frister", OWED),
    ("frist", OWED),
    ("vis meg møteplanen", MEETINGS),
    ("Hei! Når er det møte?", MEETINGS),
    ("when is the next meeting", MEETINGS),
    ("mine saker", MINE),
    ("sakene mine", MINE),
    ("hva skjer med saken min?", MINE),
    ("kva skjer med saka mi", MINE),
    ("jeg vil trekke saken min", MINE),
    ("slett saken", MINE),
    ("hvilke saker har jeg meldt", MINE),
    ("sakslisten", LISTS),
    ("vis saksliste", LISTS),
    ("hva står på dagsorden?", LISTS),
    ("hvilke saker tas opp i neste møte", LISTS),
    ("avvikene mine", OWN_DEVIATIONS),
    ("avvika mine", OWN_DEVIATIONS),
    ("hva skjer med avviket mitt", OWN_DEVIATIONS),
    ("køen", QUEUE),
    ("hvilke avvik venter", QUEUE),
    ("hjelp meg", HELP),
    ("kan du hjelpe meg?", HELP),
    ("hva kan du", HELP),
    ("korleis verkar du", HELP),
    ("hjelp!", HELP),
    ("bytt språk", LANGUAGES),
    ("nynorsk", LANGUAGES),
    ("do you speak english?", LANGUAGES),
    # slips of the hand, where it only shows something
    ("mtøe", MEETINGS),
    ("møtte", MEETINGS),
    ("/motr", MEETINGS),
    ("MØTE.", MEETINGS),
    ("mote?", MEETINGS),
    ("sakk mine", MINE),
    ("/avik mine", OWN_DEVIATIONS),
    ("avvikk kø", QUEUE),
    ("hjlep", HELP),
    ("sprk", LANGUAGES),
    ("/sak mine.", MINE),
]


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


async def rows(surface: FakeSurface, *tables: Any) -> int:
    async with surface.world.database.transaction() as session:
        counts = [await session.scalar(select(func.count()).select_from(table)) for table in tables]
        return sum(count or 0 for count in counts)


@pytest.mark.parametrize(("line", "title"), SHOWN)
async def test_what_only_shows_something_is_done_at_once(surface: FakeSurface, line: str, title: str) -> None:
    assert message(await surface.say("member", line)).title == title


async def test_numbers_are_asked_for_in_plain_words(surface: FakeSurface) -> None:
    for line in ("statistikk", "hvor mange avvik er meldt?", "vis tallene for avvik", "avvik tal"):
        shown = message(await surface.say("member", line))
        assert shown.title.startswith("Avvik i tall") or labels(shown)[0] == "Vis tallene", line


ASKED = [
    # line, title, first button, what the form then begins with (None: empty)
    ("jeg vil melde en sak", "Mente du /sak?", "Meld en sak", None),
    ("eg vil melde ei sak", "Mente du /sak?", "Meld en sak", None),
    ("I want to propose a case", "Mente du /sak?", "Meld en sak", None),
    ("sak?", "Mente du /sak?", "Meld en sak", None),
    ("/sakk", "Mente du /sak?", "Meld en sak", None),
    ("saak", "Mente du /sak?", "Meld en sak", None),
    ("/sakk Felles opplæring", "Mente du /sak?", "Meld sak: Felles opplæring", "Felles opplæring"),
    (
        "jeg vil melde en sak om felles opplæring i utskrivning",
        "Mente du /sak?",
        "Meld sak: Felles opplæring i utskrivning",
        "Felles opplæring i utskrivning",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("line", "title", "label", "begins"), ASKED)
async def test_what_would_open_a_form_is_asked_about_and_carries_on(
    surface: FakeSurface, line: str, title: str, label: str, begins: str | None
) -> None:
    asked = message(await surface.say("member", line))
    assert (asked.title.replace("\u2060", ""), labels(asked)[0]) == (title, label)
    assert await rows(surface, Draft) == 0
    opened = form(await surface.press("member", asked, label))
    assert opened.title == "Hva gjelder saken?"
    assert values(opened)["title"] == begins


@pytest.mark.parametrize(
    ("line", "label", "begins"),
    [
        ("avvik?", "Meld et avvik", None),
        ("/avik", "Meld et avvik", None),
        ("avikk", "Meld et avvik", None),
        ("jeg vil melde et avvik", "Meld et avvik", None),
        ("hvordan melder jeg avvik?", "Meld et avvik", None),
        ("hjelp meg å melde et avvik", "Meld et avvik", None),
        ("/avik Epikrisen kom ikke", "Meld avvik: Epikrisen kom ikke", "Epikrisen kom ikke"),
        ("meld avvik: epikrisen mangler", "Meld avvik: Epikrisen mangler", "Epikrisen mangler"),
        ("avik direkte", "Tell noe som ble ordnet", None),
    ],
)
async def test_the_same_of_deviations(surface: FakeSurface, line: str, label: str, begins: str | None) -> None:
    asked = message(await surface.say("clinician", line))
    assert labels(asked)[0] == label
    assert await rows(surface, Draft, Deviation) == 0
    opened = await surface.press("clinician", asked, label)
    if begins is not None:
        opened = form(opened)
        chosen = {"unit": str(surface.world.units["homecare"]), "categories": ["medication"]}
        opened = form(await surface.submit("clinician", opened, chosen))
        assert values(opened)["description"] == begins


COMMANDS = [
    ("sak.", None), ("SAK", None), ("/SAK", None), ("«sak»", None), ("sak:", None), ("sak: Felles kurs", "Felles kurs"),
    ("Sak – felles kurs", "felles kurs"), ("sak Slett journaltilganger", "Slett journaltilganger"),
    ("sak Mine erfaringer", "Mine erfaringer"), ("sak Liste over felles rutiner", "Liste over felles rutiner"),
    ("sak Møte mellom leger og sykepleiere", "Møte mellom leger og sykepleiere"),
    ("sak Når er pasienten ferdig?", "Når er pasienten ferdig?"),
    ("sak 33/24 bør tas opp igjen", "33/24 bør tas opp igjen"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "title"), COMMANDS)
async def test_a_command_is_one_whatever_signs_stand_around_it_and_a_title_is_a_title(
    surface: FakeSurface, line: str, title: str | None
) -> None:
    assert values(await surface.open("member", line))["title"] == title


UNKNOWN = [
    "kaffe", "kaffe der", "takk", "takk for hjelpa", "ok", "smak", "tak", "asdf qwer", "42", "🙂", "...", "—",
    "Felles opplæring i møte med pasienter og pårørende", "Pasienten kom hjem uten epikrise",
    "Hjemmetjenesten fikk ingen beskjed om utskrivningen i går", "måltider", "sal", "avlyst", "1/2/3/4", "12.30–15.30",
]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["Avvikene blir ikke besvart i tide av sykehuset", "Møtet ble avlyst uten at vi fikk beskjed",
     "Språket i epikrisene er uforståelig for oss", "Sakene hoper seg opp hos oss"],
)  # fmt: skip
async def test_a_text_keeps_its_first_word_also_if_that_resembles_a_command(surface: FakeSurface, line: str) -> None:
    shown = message(await surface.say("member", line))
    labelled = labels(shown)
    label = "Meld en sak" if "Meld en sak" in labelled else labelled[0]
    begun = form(await surface.press("member", shown, label))
    texts = [value for value in values(begun).values() if isinstance(value, str)]
    assert line in texts, labelled


@pytest.mark.parametrize("line", UNKNOWN)
async def test_what_means_nothing_here_gets_the_help(surface: FakeSurface, line: str) -> None:
    shown = message(await surface.say("member", line))
    assert shown.title.startswith(("Jeg kjenner ikke", HELP)), shown.title
    assert len(shown.sections) >= 4
    assert await rows(surface, Draft, AgendaItem, Deviation) == 0


async def test_a_text_that_may_be_a_report_is_taken_along_by_a_button(surface: FakeSurface) -> None:
    said = "Hjemmetjenesten fikk ingen beskjed om utskrivningen i går"
    shown = message(await surface.say("member", said))
    assert labels(shown)[:2] == ["Meld en sak", "Meld et avvik"]
    assert values(form(await surface.press("member", shown, "Meld en sak")))["title"] == said


async def test_a_text_that_is_too_long_for_a_button_is_not_cut(surface: FakeSurface) -> None:
    said = "Pasienten kom hjem uten epikrise og uten beskjed. " * 60
    shown = message(await surface.say("member", said))
    assert labels(shown) == []
    slip = message(await surface.say("member", f"/sakk {said}"))
    assert "for langt" in slip.text
    assert not values(form(await surface.press("member", slip, labels(slip)[0])))["title"]


async def test_nothing_in_a_button_is_longer_than_slack_takes(surface: FakeSurface) -> None:
    for said in ('"' * 700 + " a b c", "æ🙂 " * 400, "ord " * 374, "\\" * 740 + " a b"):
        for line in (said, f"/sakk {said}", f"jeg vil melde en sak om {said}"):
            shown = message(await surface.say("member", line))
            assert broken_by_message(message_blocks(shown), shown.title) == []


@pytest.mark.parametrize(
    "line", ["møte " * 20_000, "x" * 200_000, "sak" * 50_000, "jeg vil melde en sak " + "om " * 50_000, "- " * 90_000]
)
async def test_a_long_text_takes_no_longer_than_a_short_one_to_understand(surface: FakeSurface, line: str) -> None:
    """Bounded work: some milliseconds, where comparing all of it would take seconds."""
    await surface.say("member", "kaffe")
    began = time.process_time()
    await surface.say("member", line)
    assert time.process_time() - began < 1.0


# --- words that look like an order -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("sak slett", ["Vis sakene mine", "Meld sak: slett"]),
        ("sak trekk", ["Vis sakene mine", "Meld sak: trekk"]),
        ("sak Trekk saken", ["Vis sakene mine", "Meld sak: Trekk saken"]),
        ("sak endre", ["Vis sakene mine", "Meld sak: endre"]),
        ("sak status", ["Vis sakene mine", "Meld sak: status"]),
        ("sak minne", ["Vis sakene mine", "Meld sak: minne"]),
        ("sak dagsorden", ["Vis sakslister", "Meld sak: dagsorden"]),
        ("sak listen", ["Vis sakslister", "Meld sak: listen"]),
        ("sak ny", ["Meld en sak", "Meld sak: ny"]),
        ("sak statistikk", ["Vis tallene", "Meld sak: statistikk"]),
        ("sak frist", ["Vis fristene mine", "Meld sak: frist"]),
        ("avvik statistikk", ["Vis tallene", "Meld avvik: statistikk"]),
        ("avvik tal", ["Vis tallene", "Meld avvik: tal"]),
        ("avvik slett", ["Vis avvikene mine", "Meld avvik: slett"]),
        ("avvik trekk avviket", ["Vis avvikene mine", "Meld avvik: trekk avviket"]),
        ("avvik minne", ["Vis avvikene mine", "Meld avvik: minne"]),
        ("avvik diretke", ["Tell noe som ble ordnet", "Meld avvik: diretke"]),
        ("avvik køn", ["Vis køen", "Meld avvik: køn"]),
    ],
)
async def test_a_word_that_looks_like_an_order_is_asked_about(
    surface: FakeSurface, line: str, offers: list[str]
) -> None:
    asked = message(await surface.say("member", line))
    assert labels(asked) == offers
    assert f"«{line.partition(' ')[2]}»" in asked.text
    assert await rows(surface, Draft) == 0


async def test_an_order_is_a_title_after_all_when_the_person_says_so(surface: FakeSurface) -> None:
    asked = message(await surface.say("member", "sak slett"))
    assert values(form(await surface.press("member", asked, "Meld sak: slett")))["title"] == "slett"
    assert message(await surface.press("member", asked, "Vis sakene mine")).title == MINE


@pytest.mark.parametrize(
    "line", ["avvik fall", "avvik Fallulykke", "sak Utskrivning", "sak Slettet journal", "avvik Legemidler"]
)
async def test_a_word_of_the_trade_is_no_order(surface: FakeSurface, line: str) -> None:
    assert isinstance(await surface.say("member", line), Form)


async def test_help_with_one_command(surface: FakeSurface) -> None:
    for line in ("sak hjelp", "avvik hjelp", "sak ?"):
        shown = message(await surface.say("member", line))
        assert shown.title == "Dette kan du skrive", line
        assert line.split()[0] in shown.text


async def test_an_agenda_of_a_committee_that_is_not_known(surface: FakeSurface) -> None:
    asked = message(await surface.say("member", "sak liste FSX"))
    assert asked.title == "Jeg kjenner ikke noe utvalg som heter «FSX»."
    assert labels(asked) == ["Vis sakslistene mine", "Meld sak: liste FSX"]
    assert values(form(await surface.press("member", asked, "Meld sak: liste FSX")))["title"] == "liste FSX"
    assert message(await surface.press("member", asked, "Vis sakslistene mine")).title == LISTS
    near = message(await surface.say("member", "sak liste FFSU"))
    assert message(await surface.press("member", near, labels(near)[0])).title == LISTS


# --- references --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["AVV-2026-0001", "avv 2026 1", "AVV-2026-0001.", "avvik AVV-2026-0001", "/sak AVV-2026-0001", "vis AVV-2026-0001",
     "hva skjer med AVV-2026-0001?", "/avvik avv2026-0001", "kva er status for AVV-2026-1"],
)  # fmt: skip
async def test_a_reference_shows_its_report_to_whoever_may_see_it(surface: FakeSurface, line: str) -> None:
    await report(surface, "clinician")
    assert message(await surface.say("clinician", line)).title == "AVV-2026-0001: avviket du meldte"
    refused = message(await surface.say("surgeon", line)).title
    assert refused == message(await surface.say("surgeon", line.replace("1", "7").replace("2026-7", "2026-0007"))).title
    assert "ikke blant dem du kan se" in refused


async def test_a_reference_in_a_text_is_only_mentioned(surface: FakeSurface) -> None:
    await report(surface, "clinician")
    shown = await surface.open("clinician", "avvik Samme feil som i AVV-2026-0001, igjen i dag")
    assert shown.title == "Hva gjelder det?"


@pytest.mark.parametrize(
    "line",
    [
        "1/2026 (O/D)",
        "1/2026",
        "sak 1/2026 (O)",
        "/sak 1/26",
        "hva skjer med sak 1/2026?",
        "hva ble vedtatt i sak 1/2026",
        "kva vart bestemt i sak 1/26?",
        "saksnr. 1/2026",
        "1 / 2026",
    ],
)
async def test_a_case_number_shows_its_case_as_each_may_see_it(surface: FakeSurface, line: str) -> None:
    await propose(surface, others="Eksempel Ekstern")
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    own = message(await surface.say("member", line))
    assert own.title == "1/2026 (O/D) Felles opplæring i utskrivning"
    assert "Trekk saken" in labels(own)
    assert "Hensikt" in {fact.label for fact in own.facts}
    follower = message(await surface.say("observer", line))
    assert (follower.title, labels(follower)) == (own.title, [])
    assert {fact.label for fact in follower.facts} == {"Status", "Utvalg", "Møte", "Type", "Legges fram av"}
    assert message(await surface.say("secretary", line)).title == own.title
    outsider = message(await surface.say("clinician", line))
    assert outsider.title.startswith("Jeg finner ingen sak 1")
    assert not outsider.facts


@pytest.mark.parametrize("line", ["99/2026", "sak 99/2026 (B)", "1/1999"])
async def test_a_number_that_leads_nowhere_says_so(surface: FakeSurface, line: str) -> None:
    shown = message(await surface.say("member", line))
    assert shown.title.startswith("Jeg finner ingen sak")
    assert bool(labels(shown)) == line.startswith("sak"), "after the command it may be meant as a title"


async def test_a_case_that_waits_for_the_secretariat_is_the_proposer_s_and_theirs(surface: FakeSurface) -> None:
    """A withdrawn case keeps its number, and stays on the agenda."""
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    own = message(await surface.say("member", "1/2026"))
    await surface.press("member", own, "Trekk saken")
    assert "Trukket" in {fact.value for fact in message(await surface.say("observer", "1/2026")).facts}


async def test_the_same_number_in_two_committees(surface: FakeSurface) -> None:
    names = {"fsu": "Årlig utvalg", "forum": "Øvrig utvalg"}
    for committee, name in names.items():
        async with surface.world.database.transaction() as session:
            found = await session.get_one(Committee, surface.world.committees[committee])
            found.number_template, found.name = "{n}/{yy}", name
            if committee == "forum":
                (
                    await session.get_one(Meeting, surface.world.meetings["fsu-2"])
                ).committee_id = surface.world.committees["forum"]
        await propose(surface, committee=committee)
    for who in ("secretary", "deputy"):
        for notice in await surface.inbox(who):
            if "Sett på sakslisten" in labels(notice):
                await surface.press(who, notice, "Sett på sakslisten")
    shown = message(await surface.say("member", "1/26"))
    assert shown.title == "Flere utvalg har en sak 1/26"
    # In the order of the alphabet.
    assert [section.text.split(",")[0] for section in shown.sections] == ["Øvrig utvalg", "Årlig utvalg"]
    first, second = (section.buttons[0] for section in shown.sections)
    opened = message(await surface.bot.press(surface.world.sender("member"), first.action, dict(first.arguments)))
    assert opened.title.startswith("1/26 ")
    refused = message(await surface.bot.press(surface.world.sender("nurse"), second.action, dict(second.arguments)))
    assert refused.title == "Saken finnes ikke lenger."


# --- the button --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [{}, {"command": "nei"}, {"command": "mote", "text": "x"}, {"command": "hjelp", "text": "x"}]
)
async def test_a_button_that_is_none_of_ours_does_nothing(surface: FakeSurface, arguments: dict[str, str]) -> None:
    reply = message(await surface.bot.press(surface.world.sender("member"), "forslag.velg", arguments))
    assert reply.title.startswith("Knappen virker ikke lenger")


async def test_no_identity_number_comes_in_by_a_button(surface: FakeSurface) -> None:
    number = next(iter(KINDS.values()))(random.Random(7))
    reply = await surface.bot.press(
        surface.world.sender("member"), "forslag.velg", {"command": "sak", "text": f"Gjelder fødselsnummer {number}"}
    )
    assert REMOVED in values(form(reply))["title"]
    assert number not in values(form(reply))["title"]


# --- the pure parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "target"),
    [("sakk", "sak"), ("saak", "sak"), ("ssak", "sak"), ("avik", "avvik"), ("avvvik", "avvik"), ("avikk", "avvik"),
     ("Avvk", "avvik"), ("mtøe", "møte"), ("hjelpp", "hjelp"), ("spraak", "sprak"), ("møtar", "møter")],
)  # fmt: skip
def test_slips(word: str, target: str) -> None:
    assert slip_of(word, ["sak", "avvik", "møte", "møter", "hjelp", "sprak"]) == target


@pytest.mark.parametrize(
    "word", ["sa", "tak", "takk", "smak", "sal", "såk" * 11, "ja", "", "kaffe", "avtale", "motor", "helg"]
)
def test_other_words_are_no_slips(word: str) -> None:
    assert slip_of(word, ["sak", "avvik", "møte", "hjelp", "sprak"]) == ""


def test_all_words_asked_for_must_be_there() -> None:
    assert fits(words_of("Jeg vil MELDE ei sak i FSU"), "melde|meld sak|saka") == Hit(words=2, besides=1, end=20)
    assert fits(words_of("Jeg vil melde"), "melde sak") is None


@pytest.mark.parametrize(
    ("text", "end", "rest"),
    [
        ("en sak om felles kurs", 6, "Felles kurs"),
        ("avvik om at epikrisen mangler", 5, "Epikrisen mangler"),
        ("sak: felles kurs.", 3, "Felles kurs"),
        ("en sak til dere", 6, ""),
        ("sak", 3, ""),
    ],
)
def test_what_is_written_besides(text: str, end: int, rest: str) -> None:
    assert what_follows(text, end) == rest
