"""Files that signed links open: for whom, how they arrive, and what is said when they do not."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.web.guard import LINKED_HEADERS
from handlers.capability import Document, File
from handlers.errors import NotAllowed
from handlers.people.context import Context
from handlers.registry import Registry
from handlers.writing.language import _
from storage.tables import Account, Membership, Person
from tests.clock import FixedClock
from tests.everything import capability
from tests.people.links.conftest import Served, serve
from tests.web.markup import parse
from tests.world import World

PICTURE = b"\x89PNG not really"
drawn_in: list[threading.Thread] = []


async def numbers(context: Context, arguments: Mapping[str, str]) -> File:
    """For those who have a role in a committee today."""
    if not context.actor.roles:
        raise NotAllowed("Tallene er for utvalget.")
    name = context.actor.name

    def draw() -> bytes:
        drawn_in.append(threading.current_thread())
        return f"{name};{arguments['year']};{_('Møte')}".encode()

    return File("Tall på «avvik» 2026.csv", "text/csv; charset=utf-8", draw)


async def picture(_context: Context, _arguments: Mapping[str, str]) -> File:
    return File("søyler.png", "image/png", lambda: PICTURE)


async def broken(_context: Context, _arguments: Mapping[str, str]) -> File:
    def draw() -> bytes:
        raise ValueError("hemmelig innhold")

    return File("x.csv", "text/csv", draw)


async def writing(context: Context, _arguments: Mapping[str, str]) -> File:
    await context.session.execute(update(Person).values(name="Skrevet over"))
    return await picture(context, {})


REGISTRY = Registry(
    [
        capability(
            documents=(
                Document("tall", numbers),
                Document("bilde", picture),
                Document("feil", broken),
                Document("skriver", writing),
            )
        )
    ]
)


@pytest.fixture
async def served(world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(world, clock, REGISTRY) as found:
        yield found


@pytest.fixture
async def small(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(small_world, clock, REGISTRY) as found:
        yield found


async def get(served: Served, address: str, method: str = "GET") -> tuple[int, str, Mapping[str, str]]:
    async with served.http.request(method, address) as response:
        for name, value in LINKED_HEADERS.items():
            assert response.headers[name] == value
        return response.status, await response.text(errors="replace"), response.headers


async def test_a_file_is_drawn_in_a_thread_for_whoever_it_was_made_for(served: Served) -> None:
    drawn_in.clear()
    status, text, headers = await get(served, served.file("member", "tall", {"year": "2026"}))
    assert (status, text) == (200, "Eksempel Member;2026;Møte")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    name = quote("Tall på «avvik» 2026.csv", safe="")
    assert headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert drawn_in[0] is not threading.main_thread()


async def test_a_picture_is_shown_in_the_browser(small: Served) -> None:
    async with small.http.get(small.file("member", "bilde", {})) as response:
        assert await response.read() == PICTURE
        assert response.content_type == "image/png"
        assert response.headers["Content-Disposition"] == f"inline; filename*=UTF-8''{quote('søyler.png')}"


async def test_access_is_asked_again_when_the_link_is_opened(served: Served) -> None:
    address = served.file("member", "tall", {"year": "2026"})
    async with served.world.database.transaction() as session:
        await session.execute(
            update(Membership)
            .where(col(Membership.person_id) == served.world.people["member"])
            .values(valid_to=served.bot.clock.now().date() - timedelta(days=1))
        )
    status, text, _headers = await get(served, address)
    assert status == 403
    assert "Tallene er for utvalget." in text


async def test_whoever_has_left_gets_nothing(served: Served) -> None:
    address = served.file("member", "bilde", {})
    async with served.world.database.transaction() as session:
        person = col(Person.id) == served.world.people["member"]
        await session.execute(update(Person).where(person).values(removed_at=served.bot.clock.now()))
    status, text, _headers = await get(served, address)
    assert status == 403
    assert "ikke lenger registrert" in text


async def test_somebody_who_never_was(small: Served) -> None:
    small.world.people["nobody"] = 987_654
    status, text, _headers = await get(small, small.file("nobody", "bilde", {}))
    assert status == 403
    assert "ikke lenger registrert" in text


async def test_an_old_link_says_how_to_get_a_new_one(small: Served, clock: FixedClock) -> None:
    address = small.file("member", "bilde", {})
    clock.forward(timedelta(hours=1))
    status, text, _headers = await get(small, address)
    assert status == 410
    assert "Be om filen på nytt" in parse(text).one("main").words
    assert (await get(small, address, "HEAD"))[0] == 410


@pytest.mark.parametrize("end", ["x", "", "/x", "?x=1", "%00"])
async def test_a_damaged_link(small: Served, end: str) -> None:
    address = small.file("member", "bilde", {})
    async with small.http.get((address[:-3] if end != "?x=1" else address) + end) as response:
        # What follows a question mark is nothing to us: mail scanners like to add something there.
        assert response.status == {"/x": 404, "?x=1": 200}.get(end, 403)


async def test_a_document_that_is_no_more(small: Served) -> None:
    assert (await get(small, small.file("member", "gammelt", {})))[0] == 410


async def test_a_drawing_that_fails_tells_a_reference_and_nothing_else(
    small: Served, caplog: pytest.LogCaptureFixture
) -> None:
    status, text, _headers = await get(small, small.file("member", "feil", {}))
    assert status == 500
    assert "referansen" in text
    assert "ValueError" in caplog.text
    assert "hemmelig" not in text + caplog.text


async def test_opening_a_link_changes_nothing(served: Served) -> None:
    assert (await get(served, served.file("member", "skriver", {})))[0] == 200
    async with served.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).where(col(Person.name) == "Skrevet over")) == 0


async def test_a_robot_that_only_looks_draws_nothing_and_meets_nobody(small: Served) -> None:
    drawn_in.clear()
    status, text, _headers = await get(small, small.file("mailbox", "tall", {"year": "2026"}), "HEAD")
    assert (status, text, drawn_in) == (200, "", [])
    async with small.world.database.transaction() as session:
        person = col(Account.person_id) == small.world.people["mailbox"]
        assert await session.scalar(select(func.count(col(Account.id))).where(person)) == 0


async def test_many_at_once_are_the_same_person(served: Served) -> None:
    """Somebody who is new, in ten tabs."""
    address = served.file("mailbox", "bilde", {})
    found = await asyncio.gather(*(get_bytes(served, address) for _tab in range(10)))
    assert found == [PICTURE] * 10


async def get_bytes(served: Served, address: str) -> bytes:
    async with served.http.get(address) as response:
        return await response.read()


async def test_neither_token_nor_key_is_logged(small: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    address = small.file("member", "bilde", {})
    await get_bytes(small, address)
    await get_bytes(small, address[:-1])
    assert address.rpartition("/")[2][:-1] not in caplog.text
