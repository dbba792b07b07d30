"""In which language somebody is spoken to: what their platform says at first, and what they choose."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from config.translations import catalogs
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.context import Profile, Sender
from handlers.writing import language
from handlers.writing.language import of_locale
from storage.tables import LanguageFrom, Meeting, Person
from tests.clock import FixedClock
from tests.surface import FakeSurface, form, labels, message
from tests.world import HOSPITAL_TEAM, World


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    language.install(catalogs())
    return FakeSurface(small_world, clock, registry())


def newcomer(locale: str, email: str | None = None, workspace: str = HOSPITAL_TEAM) -> Sender:
    async def profile() -> Profile:
        return Profile("Eksempel Ny", email, locale)

    return Sender("slack", workspace, "U-new", profile, reach={"user": "U-new"}, lasting=False)


async def person(world: World, name: str) -> Person:
    async with world.database.transaction() as session:
        found: Person = (await session.scalars(select(Person).where(col(Person.name) == name))).one()
        return found


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("nn-NO", "nn"), ("nn_NO", "nn"), ("nn", "nn"), ("nb-NO", "nb"), ("no", "nb"), ("no-NO", "nb"),
        ("en-US", "en"), ("EN-gb", "en"), ("sv-SE", ""), ("de", ""), ("", ""), ("x", ""), ("-", ""),
    ],
)  # fmt: skip
def test_the_language_that_a_platform_s_tag_asks_for(tag: str, spoken: str) -> None:
    assert of_locale(tag) == spoken


@pytest.mark.parametrize(
    ("locale", "title", "spoken", "said_by"),
    [
        ("nn-NO", "Komande møte", "nn", LanguageFrom.PLATFORM),
        ("en-GB", "Coming meetings", "en", LanguageFrom.PLATFORM),
        ("no", "Kommende møter", "nb", LanguageFrom.PLATFORM),
        ("pl-PL", "Kommende møter", "nb", LanguageFrom.NOBODY),
        ("", "Kommende møter", "nb", LanguageFrom.NOBODY),
    ],
)
async def test_somebody_new_is_spoken_to_as_their_platform_does(
    surface: FakeSurface, locale: str, title: str, spoken: str, said_by: str
) -> None:
    async with surface.world.database.transaction() as session:
        for meeting in await session.scalars(select(Meeting)):
            meeting.committee_id = surface.world.committees["forum"]
    assert message(await surface.bot.command(newcomer(locale), "mote")).title == title
    stored = await person(surface.world, "Eksempel Ny")
    assert (stored.language, stored.language_from) == (spoken, said_by)


async def test_whoever_the_file_names_without_a_language_learns_theirs_too(surface: FakeSurface) -> None:
    await surface.bot.command(newcomer("nn-NO", "member@example.org"), "mote")
    assert (await person(surface.world, "Eksempel Member")).language == "nn"


async def test_what_the_file_says_is_not_overruled_by_a_platform(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["member"])).language_from = LanguageFrom.FILE
    await surface.bot.command(newcomer("en-US", "member@example.org"), "mote")
    assert (await person(surface.world, "Eksempel Member")).language == "nb"


async def test_whoever_is_refused_reads_why_in_their_own_language(surface: FakeSurface) -> None:
    refused = message(await surface.bot.command(newcomer("en-US", workspace="T-ELSEWHERE"), "mote"))
    assert refused.title.startswith("I am only for")


# --- /sprak ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["sprak", "/språk", "SPRÅK", "/sprak ", "sprak klingon"])
async def test_the_languages_are_shown_to_choose_from(surface: FakeSurface, line: str) -> None:
    shown = message(await surface.say("member", line))
    assert (shown.title, labels(shown)) == ("Hvilket språk vil du ha?", ["Nynorsk", "English"])
    assert ("«klingon»" in shown.text) == ("klingon" in line)
    assert (await person(surface.world, "Eksempel Member")).language == "nb"


async def test_a_button_changes_the_language_at_once_and_for_good(surface: FakeSurface) -> None:
    shown = message(await surface.say("member", "sprak"))
    changed = message(await surface.press("member", shown, "Nynorsk"))
    assert changed.title == "No skriv eg nynorsk"
    assert changed.replace
    assert labels(changed) == ["Bokmål", "English"]
    assert form(await surface.say("member", "sak")).title == "Kva gjeld saka?"
    back = message(await surface.press("member", changed, "Bokmål"))
    assert back.title == "Nå skriver jeg bokmål"
    # The old button again: it does what it says, whenever it is pressed.
    assert message(await surface.press("member", shown, "English")).title == "I now write English"


@pytest.mark.parametrize(
    ("word", "spoken"),
    [("nynorsk", "nn"), ("NYNORSK.", "nn"), ("nn", "nn"), ("bokmål", "nb"), ("bokmal", "nb"), ("norsk", "nb"),
     ("engelsk", "en"), ("english", "en"), ("«en»", "en"), ("nn-NO", "nn")],
)  # fmt: skip
async def test_a_language_that_is_written_is_chosen(surface: FakeSurface, word: str, spoken: str) -> None:
    await surface.say("member", f"sprak {word}")
    stored = await person(surface.world, "Eksempel Member")
    assert (stored.language, stored.language_from) == (spoken, LanguageFrom.PERSON)


@pytest.mark.parametrize("arguments", [{}, {"language": "xx"}, {"language": "../nn"}])
async def test_a_button_that_is_none_of_ours_changes_nothing(surface: FakeSurface, arguments: dict[str, str]) -> None:
    reply = await surface.bot.press(surface.world.sender("member"), "sprak.velg", arguments)
    assert message(reply).title == "Hvilket språk vil du ha?"
    assert (await person(surface.world, "Eksempel Member")).language_from == LanguageFrom.NOBODY


async def test_what_is_written_to_somebody_from_then_on_is_in_their_language(surface: FakeSurface) -> None:
    """News that somebody else causes, and reminders: they are written in the reader's language."""
    await surface.say("secretary", "sprak en")
    shown = await surface.open("member", "sak Felles opplæring")
    given = {"committee": str(surface.world.committees["fsu"]), "purpose": "Bli enige", "types": ["D"]}
    shown = form(await surface.submit("member", shown, given))
    shown = form(await surface.submit("member", shown))
    await surface.submit("member", shown)
    assert "Proposed case: Felles opplæring" in [each.title for each in await surface.inbox("secretary")]
    assert "Forslag til sak: Felles opplæring" in [each.title for each in await surface.inbox("deputy")]


async def test_the_help_tells_how_to_get_another_language_in_that_language(surface: FakeSurface) -> None:
    await surface.say("member", "sprak en")
    shown = message(await surface.say("member", "hjelp"))
    assert "Vil du ha bokmål?" in shown.small
    assert "Vil du ha nynorsk?" in shown.small


async def test_the_choice_is_not_asked_of_the_platform_again(surface: FakeSurface) -> None:
    await surface.say("member", "sprak nn")
    other = await surface.bot.command(newcomer("en-US", "member@example.org"), "sprak")
    assert isinstance(other, Message)
    assert other.title == "Kva språk vil du ha?"


async def test_two_people_at_once_each_get_their_own(surface: FakeSurface) -> None:
    await surface.say("member", "sprak en")
    assert message(await surface.say("colleague", "sprak")).title == "Hvilket språk vil du ha?"
