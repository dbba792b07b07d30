"""`/sok`: what is shown of what was found, to whom; what has changed since it was indexed is never shown as it was."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.searching.index import KEEP
from storage.tables import (
    AgendaItem,
    Committee,
    Conclusion,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    SearchDoc,
)
from tests.cases.steps import propose
from tests.chores import done
from tests.meetings.steps import accepted
from tests.searching.archive import Old, meeting_of
from tests.searching.papers import filed
from tests.surface import FakeSurface, labels, message


async def indexed(surface: FakeSurface) -> None:
    assert await done(KEEP, surface.world.database, surface.clock) == 0


async def searched(surface: FakeSurface, who: str, text: str) -> Message:
    return message(await surface.say(who, f"sok {text}"))


async def titles(surface: FakeSurface, who: str, text: str) -> list[str]:
    return [section.title for section in (await searched(surface, who, text)).sections]


async def change(surface: FakeSurface, statement: Any) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(statement)


# --- what is shown -----------------------------------------------------------------------------------------


async def test_what_is_shown_of_what_was_found(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    shown = await searched(surface, "member", "epikriser")
    assert shown.title == "Treff på «epikriser»"
    (section,) = shown.sections
    assert section.title == "38/24 Pasientsikkerhet i overganger"
    assert section.text.splitlines() == [
        "Faglig samarbeidsutvalg (FSU), møtet 12. mars 2024",
        "Referat: ‹Epikrisen› skal følge pasienten. Se sak 2022.18.",
    ]
    opened = message(await surface.press("member", shown, "Vis saken"))
    assert opened.title == "38/24 Pasientsikkerhet i overganger"
    assert "2022.18 Legemiddelhåndtering ved utskrivning" in labels(opened)


async def test_a_day_leads_to_its_cases_without_their_titles_twice(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    shown = await searched(surface, "member", "12. mars 2024")
    case = next(each for each in shown.sections if each.title == "38/24 Pasientsikkerhet i overganger")
    assert case.text == "Faglig samarbeidsutvalg (FSU), møtet 12. mars 2024"
    assert shown.small == "Det som ble funnet, står mellom ‹ og ›."
    other = await searched(surface, "member", "21. september 2023")
    assert (bool(other.sections), other.small) == (True, "")


async def test_what_has_all_of_it_in_its_title_comes_first(surface: FakeSurface) -> None:
    """Then the newest."""
    await filed(surface.world)
    await indexed(surface)
    assert [title.split()[0] for title in await titles(surface, "colleague", "avvik")] == ["2022.19", "2024.1"]


async def test_of_a_long_text_what_stands_around_it_is_shown(surface: FakeSurface) -> None:
    long = "Ord om noe annet. " * 30 + "Her nevnes en ambulanse midt i alt. " + "Mer om noe annet. " * 30
    await meeting_of(surface.world, "fsu", date(2024, 5, 2), Old("Lang sak", "1/24", 1, discussion=long))
    await indexed(surface)
    (section,) = (await searched(surface, "member", "ambulanser")).sections
    found = section.text.splitlines()[1]
    assert "‹ambulanse›" in found
    assert found.startswith("Referat: …")
    assert found.endswith("…")
    assert len(found) < 300


async def test_pages_are_full_and_end(surface: FakeSurface) -> None:
    cases = [Old(f"Beredskap {number}", f"{number}/24", number) for number in range(1, 21)]
    await meeting_of(surface.world, "fsu", date(2024, 5, 2), *cases)
    closed = [Old(f"Hemmelig beredskap {n}", f"{n}/24", n, more={"closed_under": "offl. § 13"}) for n in range(21, 31)]
    await meeting_of(surface.world, "fsu", date(2024, 6, 2), *closed)
    await indexed(surface)
    shown = await searched(surface, "observer", "beredskap")
    counts, seen = [], list[str]()
    while True:
        counts.append(len(shown.sections))
        seen += [section.title for section in shown.sections]
        if "Neste" not in labels(shown):
            break
        shown = message(await surface.press("observer", shown, "Neste"))
    assert counts == [8, 8, 4]
    assert len(set(seen)) == 20
    assert not [title for title in seen if "Hemmelig" in title]
    assert "Forrige" in labels(shown)
    assert shown.text == "Nummer 17 til 20."


@pytest.mark.parametrize("line", ["sok 38/24", "søk sak 38/24", "/søk FSU 38/24", "sok 38/24?"])
async def test_a_reference_is_shown_at_once(surface: FakeSurface, line: str) -> None:
    await filed(surface.world)
    assert message(await surface.say("member", line)).title == "38/24 Pasientsikkerhet i overganger"


async def test_a_number_that_is_no_case_is_looked_for_in_the_texts(surface: FakeSurface) -> None:
    await meeting_of(surface.world, "fsu", date(2024, 5, 2), Old("Ny sak", "1/24", 1, discussion="Jf. PS 77/19."))
    await indexed(surface)
    assert await titles(surface, "member", "77/19") == ["1/24 Ny sak"]


# --- who may see what --------------------------------------------------------------------------------------


async def test_each_finds_what_they_may_read(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    assert await titles(surface, "member", "avvik") == ["2022.19 Samhandlingsavvik første halvår"]
    assert len(await titles(surface, "colleague", "avvik")) == 2
    # Whoever is in no committee reads those that are open for all.
    assert await titles(surface, "nurse", "avvik") == []
    assert await titles(surface, "nurse", "pasienttryggleik") == ["3/23 Målbilete for pasienttryggleik"]


async def test_a_proposal_is_its_proposers_and_the_secretariats(surface: FakeSurface) -> None:
    await propose(surface)
    await indexed(surface)
    assert await titles(surface, "member", "opplæring") == ["Felles opplæring i utskrivning"]
    assert await titles(surface, "secretary", "opplæring") == ["Felles opplæring i utskrivning"]
    for who in ("colleague", "observer", "nurse"):
        assert await titles(surface, who, "opplæring") == []


async def test_what_a_case_is_for_is_read_by_members(surface: FakeSurface) -> None:
    await accepted(surface, "Ny sak", purpose="Få på plass helikopter")
    await indexed(surface)
    for who in ("member", "colleague", "secretary"):
        assert await titles(surface, who, "helikopter") == ["1/2026 (O/D) Ny sak"]
    assert await titles(surface, "observer", "helikopter") == []
    assert await titles(surface, "observer", "ny sak") == ["1/2026 (O/D) Ny sak"]
    # Each document once, also for whoever proposed it.
    assert await titles(surface, "member", "ny sak") == ["1/2026 (O/D) Ny sak"]


async def test_minutes_that_are_written_or_commented_on_are_not_found(surface: FakeSurface) -> None:
    for number, status in enumerate(MinutesStatus, 1):
        old = Old(f"Sak {status}", f"{number}/24", number, discussion="Her står beredskapsplan.")
        await meeting_of(surface.world, "fsu", date(2024, 5, number), old, status=status)
    await indexed(surface)
    assert sorted(await titles(surface, "secretary", "beredskapsplan")) == ["4/24 Sak published", "5/24 Sak approved"]


async def test_a_closed_case_is_found_by_members(surface: FakeSurface) -> None:
    closed = Old("Personalsak", "9/24", 9, discussion="Om helikopter.", more={"closed_under": "offl. § 13"})
    await meeting_of(surface.world, "fsu", date(2024, 3, 1), closed)
    await indexed(surface)
    assert await titles(surface, "member", "helikopter") == ["9/24 Personalsak"]
    shown = await searched(surface, "observer", "helikopter personalsak")
    assert shown.sections == ()
    assert "9/24" not in shown.model_dump_json()


async def test_what_one_committee_said_of_a_case_is_not_told_in_another(surface: FakeSurface) -> None:
    """A case that went on from FSU to AU: each reads its own minutes of it."""
    ids = await meeting_of(
        surface.world, "fsu", date(2024, 3, 1), Old("Vandrende sak", "1/24", 1, discussion="FSU vil ha helikopter.")
    )
    item, au = ids["Vandrende sak"], surface.world.committees["au"]
    await change(surface, update(AgendaItem).where(col(AgendaItem.id) == item).values(committee_id=au))
    await indexed(surface)
    assert await titles(surface, "member", "helikopter") == ["1/24 Vandrende sak"]
    async with surface.world.database.transaction() as session:
        found = await session.scalars(select(SearchDoc).where(col(SearchDoc.item_id) == item))
        by_committee = {each.committee_id: each.terms for each in found}
    assert "helikopter" not in str(by_committee[au])
    assert await titles(surface, "colleague", "helikopter") == ["1/24 Vandrende sak"], "they are in both"


# --- the index is a moment behind --------------------------------------------------------------------------


async def test_what_is_closed_withdrawn_or_corrected_is_gone_at_once(surface: FakeSurface) -> None:
    """Before the index is brought in step, and after."""
    ids = await meeting_of(
        surface.world,
        "fsu",
        date(2024, 3, 1),
        Old("Stenges", "1/24", 1, discussion="helikopter en"),
        Old("Trekkes", "2/24", 2, discussion="helikopter to"),
        Old("Rettes", "3/24", 3, discussion="helikopter tre"),
        Old("Står", "4/24", 4, discussion="helikopter fire", decisions=["Det kjøpes en sykkel."]),
        Old("Eventuelt", line=True, discussion="helikopter fem"),
    )
    await indexed(surface)
    assert len(await titles(surface, "observer", "helikopter")) == 5
    item = col(AgendaItem.id)
    await change(surface, update(AgendaItem).where(item == ids["Stenges"]).values(closed_under="offl. § 13"))
    await change(surface, update(AgendaItem).where(item == ids["Trekkes"]).values(status="withdrawn"))
    await change(
        surface,
        update(MinutesEntry).where(col(MinutesEntry.discussion) == "helikopter tre").values(discussion="ballong tre"),
    )
    await change(surface, delete(Conclusion))
    for _time in range(2):
        assert sorted(await titles(surface, "observer", "helikopter")) == ["4/24 Står", "Eventuelt"]
        assert await titles(surface, "observer", "sykkel") == []
        await indexed(surface)
    assert await titles(surface, "observer", "ballong") == ["3/24 Rettes"]
    # Minutes that go back to their minute taker take all with them.
    await change(surface, update(Minutes).values(status=MinutesStatus.REFUSED))
    for _time in range(2):
        assert await titles(surface, "observer", "helikopter") == []
        await indexed(surface)


async def test_a_case_that_goes_to_another_committee_is_that_ones(surface: FakeSurface) -> None:
    await accepted(surface, "Flyttes snart")
    await indexed(surface)
    assert await titles(surface, "observer", "flyttes") == ["1/2026 (O/D) Flyttes snart"]
    await change(surface, update(AgendaItem).values(committee_id=surface.world.committees["forum"]))
    assert await titles(surface, "observer", "flyttes") == []
    await indexed(surface)
    assert await titles(surface, "nurse", "flyttes") == ["1/2026 (O/D) Flyttes snart"]


async def test_what_is_taken_away_leaves_the_index(surface: FakeSurface) -> None:
    await propose(surface)
    await indexed(surface)
    await change(surface, text("DELETE FROM search_doc"))
    assert await titles(surface, "member", "opplæring") == []
    # Everything is looked at once a day.
    surface.clock.forward(timedelta(days=1))
    await indexed(surface)
    assert await titles(surface, "member", "opplæring") == ["Felles opplæring i utskrivning"]


async def test_what_has_not_changed_is_not_written(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    await change(surface, text("UPDATE search_doc SET digest = digest"))
    before = await _rows(surface)
    await change(surface, update(Committee).values(settings=Committee.settings))
    await change(surface, update(AgendaItem).values(minutes=20))
    await indexed(surface)
    assert await _rows(surface) == before
    async with surface.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(SearchDoc)) == len(before)


async def _rows(surface: FakeSurface) -> Sequence[Any]:
    async with surface.world.database.transaction() as session:
        return (await session.execute(select(SearchDoc.place, SearchDoc.digest).order_by(col(SearchDoc.place)))).all()  # type: ignore[call-overload]


# --- what cannot be searched for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", "Hva vil du finne?"),
        ("og", "«og» står nesten overalt"),
        ("og i på", "«og i på» står nesten overalt"),
        ("x", "Jeg trenger et ord på minst to bokstaver, et tall eller en dato"),
        ("?!*", "Jeg trenger et ord på minst to bokstaver, et tall eller en dato"),
        ("'; DROP TABLE person; --", "Ingen treff på «'; DROP TABLE person; --»"),
        ("NEAR(a b) AND NOT (", "«NEAR(a b) AND NOT (» står nesten overalt"),
        ('"""""', "Jeg trenger et ord på minst to bokstaver, et tall eller en dato"),
        ("helikopter & ! | :*", "Ingen treff på «helikopter & ! | :*»"),
        ("Ĳsselmeer 漢字 🚑", "Ingen treff på «Ĳsselmeer 漢字 🚑»"),
        ("99999999999999999999999999999999999999", "Ingen treff på «99999999999999999999999999999999999999»"),
    ],
)
async def test_what_people_type_and_mean_nothing_by(surface: FakeSurface, text: str, title: str) -> None:
    await filed(surface.world)
    await indexed(surface)
    shown = await searched(surface, "member", text)
    assert shown.title == title
    assert shown.text
    assert shown.sections == ()


@pytest.mark.parametrize("text", ["legemidler " * 50, "a" * 500, "ord " * 125, "«" * 500, "legemidler " + "x" * 480])
async def test_five_hundred_characters(surface: FakeSurface, text: str) -> None:
    await filed(surface.world)
    await indexed(surface)
    shown = await searched(surface, "member", text)
    assert len(shown.title) < 150
    assert bool(shown.sections) == (text == "legemidler " * 50)


async def test_more_words_than_are_used(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    words = "felles rutine medisinlister utskrivning pasient hjem oppdatert utkast sommer skrive lages håndtering"
    shown = await searched(surface, "member", f"{words} helikopter")
    assert [section.title for section in shown.sections] == ["2022.18 Legemiddelhåndtering ved utskrivning"]
    assert shown.text == "Jeg søkte med de 12 første ordene."


async def test_nothing_found_says_what_to_try(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    shown = await searched(surface, "member", "legemidler helikopter")
    assert shown.title == "Ingen treff på «legemidler helikopter»"
    assert "Faglig samarbeidsutvalg (FSU)" in shown.text
    assert "Arbeidsutvalget" not in shown.text
    assert labels(shown) == ["Søk bare etter «legemidler»"]
    led = message(await surface.press("member", shown, "Søk bare etter «legemidler»"))
    assert [section.title for section in led.sections] == ["2022.18 Legemiddelhåndtering ved utskrivning"]


async def test_what_is_near_is_shown_and_called_so(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    shown = await searched(surface, "member", "arsmelding")
    assert shown.title == "Ingen treff på akkurat «arsmelding». Dette ligner"
    assert "‹Årsmeldingen› godkjennes." in shown.sections[0].text
    assert await titles(surface, "member", "legemiddelh") == ["2022.18 Legemiddelhåndtering ved utskrivning"]


async def test_a_button_may_carry_anything(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    sender = surface.world.sender("member")
    for arguments in ({}, {"text": "x" * 5000}, {"text": "legemidler", "page": "-1"}, {"text": "og", "page": "99999"}):
        assert message(await surface.bot.press(sender, "sok.sok", arguments)).title
    # Nobody gets to know by a client of theirs what others read.
    reply = await surface.bot.press(surface.world.sender("nurse"), "sok.sok", {"text": "legemidler", "page": "0"})
    assert message(reply).sections == ()


async def test_the_log_does_not_hold_what_was_searched_for(
    surface: FakeSurface, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="handlers")
    await searched(surface, "member", "hemmeligeord")
    assert "hemmeligeord" not in caplog.text


def test_the_command_is_known_by_what_people_call_it() -> None:
    for word in ("sok", "søk", "/søk", "SØK"):
        command = registry().command(word)
        assert command is not None
        assert command.name == "sok"


async def test_what_is_near_has_pages_too(surface: FakeSurface) -> None:
    cases = [Old(f"Øyehelse {number}", f"{number}/24", number) for number in range(1, 11)]
    await meeting_of(surface.world, "fsu", date(2024, 5, 2), *cases)
    await indexed(surface)
    shown = await searched(surface, "member", "oyehelse")
    assert len(shown.sections) == 8
    assert shown.title.startswith("Ingen treff på akkurat")
    after = message(await surface.press("member", shown, "Neste"))
    assert len(after.sections) == 2
    assert after.title == shown.title


async def test_of_several_words_only_what_is_nowhere_is_looked_for_nearby(surface: FakeSurface) -> None:
    await filed(surface.world)
    await indexed(surface)
    assert await titles(surface, "member", "arsmelding godkjennes") == ["2023.5 Årsmelding for utvalget"]
    assert await titles(surface, "member", "arsmelding 1.1.2031") == []
