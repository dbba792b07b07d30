"""The register: mine, my committee's, overdue, by number, by text; and what it costs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, insert

from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import cases
from storage.statements import table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    CommitteeAlias,
    Conclusion,
    FollowUp,
    HowDecided,
    ItemStatus,
    Left,
    MinutesEntry,
    SlotKind,
)
from tests.clock import FixedClock
from tests.decisions.steps import Decided, decide
from tests.meetings.convocation.steps import change, surface_with_links
from tests.surface import FakeSurface, facts, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return surface_with_links(world, clock)


async def one(surface: FakeSurface, title: str = "Felles opplæring", **more: object) -> Decided:
    due = surface.clock.now().date() + timedelta(days=30)
    given = {"owner_id": surface.world.people["surgeon"], "due_on": due, "to_do": "Lage planen.", **more}
    return await decide(surface, title, "Planen vedtas.", verb="joined", **given)  # type: ignore[arg-type]


def titles(shown: Message) -> list[str]:
    return [each.title for each in shown.sections]


async def test_the_empty_lists_say_so(surface: FakeSurface) -> None:
    for line, said in (
        ("vedtak", "Det er ingen vedtak her ennå."),
        ("vedtak mine", "Du har ingen åpne oppfølginger."),
        ("vedtak forfalt", "Ingenting er forfalt."),
        ("vedtak mangler", "Dette er en liste for sekretariatet"),
        ("vedtak FSU", "Det er ingen vedtak her ennå."),
    ):
        assert message(await surface.say("member", line)).text.startswith(said)
    assert message(await surface.say("member", "vedtak noe ukjent")).title == "Jeg finner ingen vedtak med «noe ukjent»"


async def test_a_list_says_when_more_follows_than_it_shows(surface: FakeSurface) -> None:
    made = await one(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(
            insert(FollowUp), [{"entry_id": made.entry, "ordinal": n, "text": f"Oppgave {n}."} for n in range(2, 6)]
        )
    (section,) = message(await surface.say("member", "vedtak")).sections
    lines = facts(section)["Oppfølging"].splitlines()
    assert (len(lines), lines[-1]) == (4, "… og 2 til")


async def test_overdue_of_one_committee_and_a_committee_by_the_name_that_it_had(surface: FakeSurface) -> None:
    await one(surface, due_on=surface.clock.now().date() - timedelta(days=3))
    for line in ("vedtak forfalt FSU", "vedtak FSU forfalt"):
        shown = message(await surface.say("member", line))
        assert shown.title == "Forfalte oppfølginger i Faglig samarbeidsutvalg (FSU)"
        assert titles(shown) == ["Lage planen."]
    async with surface.world.database.transaction() as session:
        session.add(
            CommitteeAlias(
                alias="Klinisk samarbeidsutvalg",
                committee_id=surface.world.committees["fsu"],
                valid_to=date(2022, 12, 31),
            )
        )
    shown = message(await surface.say("member", "vedtak klinisk samarbeidsutvalg"))
    assert titles(shown) == ["1/2026 Felles opplæring"]


async def test_a_decision_shows_all_that_stands_about_it(surface: FakeSurface) -> None:
    made = await one(surface, case={"links": ["https://example.org/plan"]})
    await change(surface.world, MinutesEntry, made.entry, how_decided=HowDecided.AGREED)
    listed = message(await surface.say("member", "vedtak"))
    (section,) = listed.sections
    assert section.title == "1/2026 Felles opplæring"
    assert section.text.startswith("Planen vedtas.\nFaglig samarbeidsutvalg (FSU), 31. aug. 2026")
    shown = message(await surface.press("member", listed, "Vis vedtaket"))
    assert facts(shown) == {
        "Utvalg": "Faglig samarbeidsutvalg (FSU)",
        "Møte": "31. aug. 2026",
        "Avgjort ved": "Enighet",
        "Status": "Følges opp",
        "Referat": "Publisert, med forbehold om godkjenning",
    }
    assert shown.text == "Planen vedtas."
    assert [each.label for each in shown.addresses()] == ["Vedlegg 1", "Referat 31. aug. 2026 (Word)"]
    assert facts(shown.sections[0])["Ansvarlig"] == "Eksempel Surgeon"
    # The owner reads that decision, and is not offered the minutes.
    own = message(
        await surface.bot.press(surface.world.sender("surgeon"), "vedtak.vis", {"decision": str(made.decision)})
    )
    assert own.text == "Planen vedtas."
    assert [each.label for each in own.addresses()] == ["Vedlegg 1"]
    assert message(await surface.say("surgeon", "vedtak")).sections == ()


async def test_mine_and_overdue(surface: FakeSurface) -> None:
    await one(surface)
    await one(surface, "En annen sak", number=2, to_do="Skrive et brev.", due_on=date(2026, 8, 1))
    mine = message(await surface.say("surgeon", "vedtak mine"))
    assert titles(mine) == ["Skrive et brev.", "Lage planen."]
    assert facts(mine.sections[0])["Status"] == "Forfalt, ikke bekreftet"
    for who in ("surgeon", "member"):
        assert titles(message(await surface.say(who, "vedtak forfalt"))) == ["Skrive et brev."]
    assert titles(message(await surface.say("nurse", "vedtak forfalt"))) == []
    assert titles(message(await surface.say("member", "vedtak mine"))) == []


@pytest.mark.parametrize("line", ["vedtak 1/2026", "vedtak 1/26", "vedtak sak 1/2026"])
async def test_by_number(surface: FakeSurface, line: str) -> None:
    await one(surface)
    shown = message(await surface.say("member", line))
    assert shown.title == "1/2026 Felles opplæring"
    assert "Vedtak Faglig samarbeidsutvalg (FSU), 31. aug. 2026" in titles(shown)


@pytest.mark.parametrize("text", ["planen", "PLANEN", "opplæring", "OPPLÆRING", "lage", "100%_\\"])
async def test_by_text(surface: FakeSurface, text: str) -> None:
    await one(surface, case={"purpose": ""})
    await one(surface, "Noe helt annet", number=2, to_do="Ringe 100%_\\ av dem.")
    found = message(await surface.say("member", f"vedtak {text}"))
    expected = {"planen": 2, "PLANEN": 2}.get(text, 1)
    assert len(found.sections) == expected


async def test_by_committee_under_an_old_name_and_nothing_of_others(surface: FakeSurface) -> None:
    await one(surface)
    assert titles(message(await surface.say("member", "vedtak fsu"))) == ["1/2026 Felles opplæring"]
    assert titles(message(await surface.say("member", "vedtak AU"))) == []
    assert titles(message(await surface.say("nurse", "vedtak FSU"))) == []


async def test_a_case_that_went_on_has_its_number_and_its_way(surface: FakeSurface) -> None:
    made = await one(surface)
    world = surface.world
    async with world.database.transaction() as session:
        item = await session.get_one(AgendaItem, made.item)
        await cases.give_up_number(session, item, Left.REFERRED, surface.clock.now())
        item.committee_id, item.meeting_id = world.committees["au"], world.meetings["au-2"]
        item.number, item.number_year, item.number_in_year = "2026.7", 2026, 7
        item.levels = [
            {
                "committee_id": world.committees["fsu"],
                "committee": "Faglig samarbeidsutvalg (FSU)",
                "title": "Felles opplæring",
                "purpose": "",
                "conclusion": "",
            }
        ]
        item.title = "Opplæring, som AU kaller den"
    assert titles(message(await surface.say("member", "vedtak"))) == ["1/2026 Felles opplæring"]
    shown = message(await surface.bot.press(world.sender("secretary"), "vedtak.sak", {"item": str(made.item)}))
    assert shown.title == "2026.7 Opplæring, som AU kaller den"
    before = next(each for each in shown.sections if each.title == "Har vært")
    assert before.text == "• 1/2026, Faglig samarbeidsutvalg (FSU) 31. aug. 2026: sendt videre"


# --- what it costs -------------------------------------------------------------------------------------------


async def fill(surface: FakeSurface, count: int) -> None:
    """FSU has decided so much more."""
    made = await one(surface)
    world, now = surface.world, datetime(2026, 8, 1, tzinfo=UTC)
    async with world.database.transaction() as session:
        entry = await session.get_one(MinutesEntry, made.entry)
        slot = await session.get_one(AgendaSlot, entry.slot_id)
        first = 1000
        for model, row in (
            (
                AgendaItem,
                lambda n: {
                    "draft_id": f"many-{n}", "committee_id": world.committees["fsu"], "meeting_id": slot.meeting_id,
                    "status": ItemStatus.HANDLED, "number": f"{first + n}/2026", "number_year": 2026,
                    "number_in_year": first + n, "title": f"Sak {n}", "types": [], "presenter_ids": [], "links": [],
                    "purpose": "", "conclusion": "", "presenters_text": "", "late": False, "created_at": now,
                    "changed_at": now, "id": first + n,
                },
            ),
            (
                AgendaSlot,
                lambda n: {
                    "id": first + n, "meeting_id": slot.meeting_id, "kind": SlotKind.CASE, "position": n,
                    "item_id": first + n, "title": "", "text": "", "presenters_text": "",
                },
            ),
            (
                MinutesEntry,
                lambda n: {
                    "id": first + n, "minutes_id": entry.minutes_id, "slot_id": first + n, "discussion": "",
                    "revision": 0, "changed_at": now,
                },
            ),
            (
                Conclusion,
                lambda n: {"id": first + n, "entry_id": first + n, "ordinal": 1, "verb": "", "text": "Vedtas."},
            ),
            (
                FollowUp,
                lambda n: {
                    "entry_id": first + n, "ordinal": 1, "text": f"Gjøre {n}.", "due_text": "",
                    "owner_text": "", "owner_id": world.people["surgeon"] if n else None,
                    "due_on": date(2026, 8, 1 + n % 28),
                },
            ),
        ):  # fmt: skip
            await session.execute(insert(table(model)), [row(n) for n in range(count)])


async def cost(surface: FakeSurface, who: str, line: str) -> int:
    """So many statements."""
    count = 0

    def counted(*_arguments: object) -> None:
        nonlocal count
        count += 1

    engine = surface.world.database.engine.sync_engine
    await surface.say(who, line)
    event.listen(engine, "before_cursor_execute", counted)
    await surface.say(who, line)
    event.remove(engine, "before_cursor_execute", counted)
    return count


async def test_the_register_costs_the_same_for_5_and_for_200(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    lines = (
        ("member", "vedtak"),
        ("surgeon", "vedtak mine"),
        ("member", "vedtak forfalt"),
        ("secretary", "vedtak mangler"),
        ("member", "vedtak vedtas"),
        ("member", "vedtak 1/2026"),
    )
    await fill(surface, 5)
    few = [await cost(surface, who, line) for who, line in lines]
    # What is seen is that many, whatever there is besides.
    first = 2000
    async with world.database.transaction() as session:
        rows = [
            {"id": first + n, "entry_id": 1000 + n % 5, "ordinal": 2 + n, "verb": "", "text": "Vedtas også."}
            for n in range(200)
        ]
        await session.execute(insert(table(Conclusion)), rows)
        more = [
            {
                "entry_id": 1000 + n % 5, "ordinal": 2 + n, "text": f"Gjøre mer {n}.", "due_text": "", "owner_text": "",
                "owner_id": world.people["surgeon"] if n % 2 else None, "due_on": date(2026, 8, 1),
                "conclusion_id": first + n,
            }
            for n in range(200)
        ]  # fmt: skip
        await session.execute(insert(table(FollowUp)), more)
    many = [await cost(surface, who, line) for who, line in lines]
    assert all(few)
    assert many == few
    assert "Neste" in labels(message(await surface.say("member", "vedtak")))
