"""Working on an agenda with buttons: the order, and who was first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.messages.message import Message
from storage.tables import AgendaItem, ItemStatus, Meeting, MeetingEvent
from tests.clock import FixedClock
from tests.meetings.steps import accepted, read, titles, with_standing
from tests.surface import FakeSurface, facts, labels, message
from tests.world import World

STANDING = ("Godkjenning av innkalling", "Eventuelt")
LONG = "Felles opplæring i utskrivning mellom sykehus og kommune "


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def on_agenda(
    world: World, count: int, *, first: int = 1, minutes: int | None = None, title: str = "Sak"
) -> None:
    """So many cases on the agenda of FSU's next meeting, straight into the tables."""
    async with world.database.transaction() as session:
        session.add_all(
            AgendaItem(
                committee_id=world.committees["fsu"],
                meeting_id=world.meetings["fsu-1"],
                proposer_id=world.people["member"],
                status=ItemStatus.ACCEPTED,
                title=f"{title} {number}",
                minutes=minutes,
                number=f"{number}/2026",
                number_year=2026,
                number_in_year=number,
                created_at=FixedClock().now(),
                changed_at=FixedClock().now(),
                draft_id=f"draft-{number}",
            )
            for number in range(first, first + count)
        )


async def work(surface: FakeSurface, who: str = "secretary", page: int = 0) -> Message:
    meeting = str(surface.world.meetings["fsu-1"])
    return message(
        await surface.bot.press(surface.world.sender(who), "saksliste.arbeid", {"meeting": meeting, "page": str(page)})
    )


async def on_line(surface: FakeSurface, shown: Message, title: str, label: str, who: str = "secretary") -> Any:
    """Press this button of the line with this title."""
    with_title = [each for each in shown.sections if title in each.title]
    button = next(button for each in with_title for button in each.buttons if button.label == label)
    return await surface.bot.press(surface.world.sender(who), button.action, button.arguments)


def order_of(shown: Message) -> list[str]:
    return [section.title for section in shown.sections if "Mer" in labels_of(section)]


def labels_of(section: Any) -> list[str]:
    return [button.label for button in section.buttons]


async def test_the_secretariat_gets_there_from_the_meeting(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    page = message(await surface.say("secretary", "saksliste FSU"))
    shown = message(await surface.press("secretary", page, "Arbeid med sakslisten"))
    assert shown.title == "Sakslisten for Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert order_of(shown) == ["1/2026  Sak 1", "2/2026  Sak 2"]
    back = message(await surface.press("secretary", shown, "Vis møtet"))
    assert back.title == page.title


async def test_members_read_and_change_nothing(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    page = message(await surface.say("member", "saksliste"))
    assert not [button for button in page.buttons_within() if button.action.startswith("saksliste.")]
    assert page.orders_within() == ()
    assert "Bare sekretariatet" in (await work(surface, "member")).title
    meeting = str(surface.world.meetings["fsu-1"])
    arguments = {"meeting": meeting, "line": "c1", "seen": "0", "order": "c2,c1"}
    for action in ("saksliste.opp", "saksliste.rekkefolge", "saksliste.begynn", "saksliste.linje", "saksliste.fjern"):
        refused = message(await surface.bot.press(surface.world.sender("member"), action, arguments))
        assert "Bare sekretariatet" in refused.title
    assert titles(await read(surface.world)) == ["Sak 1", "Sak 2"]


async def test_up_down_and_to_the_top(surface: FakeSurface) -> None:
    await with_standing(surface.world, *STANDING)
    await on_agenda(surface.world, 3)
    shown = await work(surface)
    shown = message(await on_line(surface, shown, "Sak 3", "Opp"))
    assert shown.sections[0].title == "Flyttet til plass 3: 3/2026  Sak 3"
    assert titles(await read(surface.world)) == [STANDING[0], "Sak 1", "Sak 3", "Sak 2", STANDING[1]]
    shown = message(await on_line(surface, shown, "Sak 1", "Ned"))
    assert titles(await read(surface.world)) == [STANDING[0], "Sak 3", "Sak 1", "Sak 2", STANDING[1]]
    shown = message(await on_line(surface, shown, "Sak 2", "Til topps"))
    assert titles(await read(surface.world)) == ["Sak 2", STANDING[0], "Sak 3", "Sak 1", STANDING[1]]
    assert shown.replace
    # A new case stands after the other cases, wherever these were put.
    await accepted(surface, "Ny sak")
    assert titles(await read(surface.world))[-2:] == ["Ny sak", STANDING[1]]


async def test_the_first_and_the_last_have_no_way_on(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 3)
    shown = await work(surface)
    assert [labels_of(section) for section in shown.sections] == [
        ["Ned", "Mer"],
        ["Opp", "Ned", "Mer"],
        ["Opp", "Til topps", "Mer"],
    ]


async def test_whoever_comes_second_is_told_and_sees_the_agenda_as_it_is(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 3)
    first, second = await work(surface), await work(surface, "deputy")
    await on_line(surface, first, "Sak 3", "Opp")
    late = message(await on_line(surface, second, "Sak 1", "Ned", "deputy"))
    assert late.sections[0].title.startswith(
        "Sakslisten er endret siden du så den. Eksempel Secretary flyttet «Sak 3» (1. sep. 2026"
    )
    assert late.sections[0].title.endswith("Slik er den nå; det du trykket, er ikke gjort.")
    assert [line.split("  ")[1] for line in order_of(late)] == ["Sak 1", "Sak 3", "Sak 2"]
    assert titles(await read(surface.world)) == ["Sak 1", "Sak 3", "Sak 2"]
    # From what they see now it works.
    await on_line(surface, late, "Sak 1", "Ned", "deputy")
    assert titles(await read(surface.world)) == ["Sak 3", "Sak 1", "Sak 2"]


async def test_two_at_the_same_moment(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 3)
    first, second = await work(surface), await work(surface, "deputy")
    replies = await asyncio.gather(
        on_line(surface, first, "Sak 3", "Opp"), on_line(surface, second, "Sak 1", "Ned", "deputy")
    )
    told = [message(reply).sections[0].title for reply in replies]
    assert len([text for text in told if text.startswith("Sakslisten er endret siden du så den.")]) == 1
    shown = await read(surface.world)
    assert shown.revision == 1
    assert titles(shown) in (["Sak 1", "Sak 3", "Sak 2"], ["Sak 2", "Sak 1", "Sak 3"])


async def test_a_double_click_is_one(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 4)
    shown = await work(surface)
    await on_line(surface, shown, "Sak 4", "Opp")
    again = message(await on_line(surface, shown, "Sak 4", "Opp"))
    assert titles(await read(surface.world)) == ["Sak 1", "Sak 2", "Sak 4", "Sak 3"]
    # Nobody is reproached for it.
    assert order_of(again)[0] == again.sections[0].title
    async with surface.world.database.reading() as session:
        kinds = list(await session.scalars(select(col(MeetingEvent.kind))))
    assert kinds == ["agenda.moved"]


async def test_a_case_that_left_meanwhile(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    shown = await work(surface)
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem).where(col(AgendaItem.title) == "Sak 2"))).one()
        item.meeting_id = surface.world.meetings["fsu-2"]
    late = message(await on_line(surface, shown, "Sak 2", "Opp"))
    assert late.sections[0].title.startswith("Linjen står ikke lenger på sakslisten")
    assert len(order_of(late)) == 1


async def test_once_the_meeting_has_begun_the_order_stands(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    shown = await work(surface)
    surface.clock.forward(timedelta(days=20, minutes=1))
    refused = message(await on_line(surface, shown, "Sak 1", "Ned"))
    assert refused.title.startswith("Møtet har begynt eller er holdt")
    assert (await work(surface)).title == refused.title
    page = message(await surface.say("secretary", "saksliste FSU 21.9."))
    assert "Arbeid med sakslisten" not in labels(page)
    assert page.orders_within() == ()
    assert titles(await read(surface.world)) == ["Sak 1", "Sak 2"]


async def test_a_cancelled_meeting(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    shown = await work(surface)
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.cancelled_at = surface.clock.now()
    assert "Møtet er avlyst" in message(await on_line(surface, shown, "Sak 1", "Ned")).title


async def test_a_meeting_without_cases(surface: FakeSurface) -> None:
    shown = await work(surface)
    assert shown.text == "Ingen saker på sakslisten ennå."
    assert labels(shown) == ["Ny linje", "Ny pause", "Begynn å arbeide med sakslisten", "Vis møtet"]
    page = message(await surface.say("secretary", "saksliste FSU"))
    assert page.sections[0].text == "Ingen saker på sakslisten ennå."
    assert {"Tid", "Sted"} <= facts(page).keys()
    assert "Kladd" not in facts(page)
    assert "Tid på sakslisten" not in facts(page)


@pytest.mark.parametrize(
    "arguments", [{}, {"line": "c1"}, {"line": "x", "seen": "0"}, {"line": "c1", "seen": "9" * 30}]
)
@pytest.mark.parametrize("action", ["opp", "ned", "topp", "hverforseg", "utelat", "tilbake", "fjern", "rekkefolge"])
async def test_arguments_that_are_not_ours(surface: FakeSurface, action: str, arguments: dict[str, str]) -> None:
    await on_agenda(surface.world, 2)
    meeting = {"meeting": str(surface.world.meetings["fsu-1"])}
    reply = message(
        await surface.bot.press(surface.world.sender("secretary"), f"saksliste.{action}", {**meeting, **arguments})
    )
    said = " ".join([reply.title, reply.text, *(section.title for section in reply.sections)])
    assert "endret siden du så den" in said or "ikke lenger på sakslisten" in said
    assert titles(await read(surface.world)) == ["Sak 1", "Sak 2"]


# --- as many as there are ----------------------------------------------------------------------------------


async def test_60_cases_are_all_there_a_page_at_a_time(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 60, minutes=10, title=LONG * 4)
    seen: list[str] = []
    shown = await work(surface)
    while True:
        seen += order_of(shown)
        if "Neste" not in labels(shown):
            break
        shown = message(await surface.press("secretary", shown, "Neste"))
    assert [line.split("  ")[1] for line in seen] == [f"{number}/2026" for number in range(1, 61)]
    # Read by a member, each line once too.
    page = message(await surface.say("member", "saksliste"))
    text = page.sections[0].text
    while "Neste del av sakslisten" in labels(page):
        assert len(page.sections[0].text) <= 3000
        page = message(await surface.press("member", page, "Neste del av sakslisten"))
        text += "\n" + page.sections[0].text
    assert [line.split("  ")[1] for line in text.splitlines() if "Del " not in line] == [
        f"{number}/2026" for number in range(1, 61)
    ]


async def test_moved_to_another_page_it_is_followed(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 20)
    last = await work(surface, page=2)
    shown = message(await on_line(surface, last, "Sak 20", "Til topps"))
    assert order_of(shown)[0] == "20/2026  Sak 20"
    assert shown.text.endswith("Nummer 1 til 8.")


@asynccontextmanager
async def counted(surface: FakeSurface) -> AsyncIterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def test_reordering_30_cases_takes_at_most_ten_statements(surface: FakeSurface) -> None:
    await with_standing(surface.world, *STANDING)
    await on_agenda(surface.world, 30)
    shown = await work(surface, page=3)
    async with counted(surface) as first:
        shown = message(await on_line(surface, shown, "Sak 30", "Til topps"))
    assert len(first) <= 10, first
    shown = await work(surface, page=3)
    # All of it lies in an order by now, and each line gets a new place.
    async with counted(surface) as later:
        await on_line(surface, shown, "Sak 28", "Til topps")
    assert len(later) <= 10, later
    assert titles(await read(surface.world))[:3] == ["Sak 28", "Sak 30", STANDING[0]]


async def test_all_of_it_in_a_new_order_at_once(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 30)
    page = message(await surface.say("secretary", "saksliste FSU"))
    (order,) = page.orders_within()
    keys = [place.key for place in order.places]
    assert len(keys) == 30
    arguments = {**order.arguments, "order": ",".join(reversed(keys))}
    async with counted(surface) as statements:
        await surface.bot.press(surface.world.sender("secretary"), "mote.side", {"meeting": arguments["meeting"]})
    # Who asks, the meeting, its agenda, the places, the cases; the rest is what other rooms say of the meeting.
    others = len(statements) - 5
    async with counted(surface) as statements:
        done = message(await surface.bot.press(surface.world.sender("secretary"), order.action, arguments))
    assert len(statements) - others <= 10, statements
    assert titles(await read(surface.world)) == [f"Sak {number}" for number in range(30, 0, -1)]
    assert done.title == page.title
    assert done.text.startswith("Rekkefølgen er lagret.")
    assert done.replace
    # The same once more, and one that is not of these cases.
    again = message(await surface.bot.press(surface.world.sender("secretary"), order.action, arguments))
    assert again.text == ""
    (now,) = again.orders_within()
    wrong = {**now.arguments, "order": ",".join(keys[1:])}
    assert (
        "endret siden du så den"
        in message(await surface.bot.press(surface.world.sender("secretary"), order.action, wrong)).text
    )
    assert titles(await read(surface.world))[0] == "Sak 30"


async def test_reading_takes_as_many_statements_for_60_as_for_none(surface: FakeSurface) -> None:
    meeting = {"meeting": str(surface.world.meetings["fsu-1"]), "page": "0"}
    counts = []
    for added in (0, 60):
        await on_agenda(surface.world, added)
        for action in ("mote.side", "saksliste.arbeid", "saksliste.vis"):
            async with counted(surface) as statements:
                await surface.bot.press(surface.world.sender("secretary"), action, meeting)
            counts.append(len(statements))
    assert counts[:3] == counts[3:]
    assert max(counts[1:3]) <= 5
