"""Lines as they come."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlmodel import select

from bot.messenger import Found, MessageLost, TryLater, Unreachable
from bot.web.messenger import LocalMessenger, address_of
from bot.worker import Worker
from handlers.bot import Bot
from handlers.capability import Command
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Answers, Dialog, Reply
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.people.context import Context, Sender
from storage import deliveries
from storage.database import Database
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus
from tests.clock import FixedClock
from tests.everything import Small, capability, registry
from tests.web.conftest import PATIENCE, Site, answered, lines, serve
from tests.web.markup import parse
from tests.web.test_page import locked
from tests.world import World


async def test_a_message_arrives_by_itself_and_is_updated_in_place(site: Site) -> None:
    window = site.window("member")
    address = address_of(window.person_id)
    async with window.listening(0) as stream:
        ref = await site.chat.messenger.send(address, Message(title="Frist i morgen <3"))
        came = await stream.next()
        assert parse(came["html"]).one("h2").text == "Frist i morgen <3"
        assert (came["id"], came["revision"], stream.last_id) == (ref["entry"], 1, "1")
        assert await site.chat.messenger.update(address, ref, Message(title="Fristen er flyttet")) == ref
        changed = await stream.next()
        assert parse(changed["html"]).one("h2").text == "Fristen er flyttet"
        assert (changed["id"], changed["revision"]) == (ref["entry"], 2)


async def test_what_one_does_is_seen_in_ones_other_windows_and_nobody_elses(site: Site) -> None:
    member, colleague = site.window("member"), site.window("colleague")
    async with member.listening(0) as mine, member.listening(0) as also_mine, colleague.listening(0) as other:
        line = await member.say("/vis")
        for stream in (mine, also_mine):
            assert "/vis" in (await stream.next())["html"]
            assert (await stream.next())["id"] == int(line["data-entry"])
        await colleague.say("/hjelp")
        assert "/hjelp" in (await other.next())["html"]


async def test_a_page_that_lost_its_connection_gets_the_rest(site: Site) -> None:
    window = site.window("member")
    address = address_of(window.person_id)
    first, second = [await site.chat.messenger.send(address, Message(title=f"Melding {i}")) for i in (1, 2)]
    await site.chat.messenger.update(address, first, Message(title="Melding 1, rettet"))
    async with window.listening(0, **{"Last-Event-ID": "1"}) as stream:
        came = [await stream.next(), await stream.next()]
    assert [(item["id"], item["revision"]) for item in came] == [(second["entry"], 2), (first["entry"], 3)]


async def test_a_page_is_sent_no_more_than_it_lacks(site: Site) -> None:
    window = site.window("member")
    await window.say("/vis")
    seen = int((await window.page()).one("ol", id="log")["data-seen"])
    async with window.listening(seen) as stream:
        await stream.comment()
        await window.say("/hjelp")
        assert "/hjelp" in (await stream.next())["html"]


@pytest.mark.parametrize("seen", ["x", "-1", "", "1_0", "9" * 40])
async def test_a_number_that_is_none_means_from_the_beginning(small_site: Site, seen: str) -> None:
    window = small_site.window("member")
    await window.say("/hjelp")
    async with window.listening(0, **{"Last-Event-ID": seen}) as stream:
        assert (await stream.next())["revision"] == 1


async def test_more_than_one_helping(small_site: Site) -> None:
    window = small_site.window("member")
    for number in range(230):
        await small_site.chat.messenger.send(address_of(window.person_id), Message(title=f"Melding {number}"))
    async with window.listening(0) as stream:
        assert [(await stream.next())["revision"] for _i in range(230)] == list(range(1, 231))


async def test_a_page_made_from_another_database_is_told_to_reload(small_site: Site) -> None:
    async with small_site.window("member").listening(57) as stream:
        assert (await stream.next())["event"] == "reload"


async def test_a_worker_in_another_process_is_heard_too(database: Database, world: World, clock: FixedClock) -> None:
    """Its messenger has no bell that this process hears: the page looks for itself."""
    async with serve(database, world, clock, poll_seconds=0.01) as site:
        window = site.window("member")
        elsewhere = LocalMessenger(database, clock)
        async with window.listening(0) as stream:
            await elsewhere.send(address_of(window.person_id), Message(title="Påminning"))
            assert "Påminning" in (await stream.next())["html"]


async def test_nothing_is_skipped_when_many_write_at_once(site: Site) -> None:
    """Numbers are seen in the order they are given, also when transactions overlap."""
    window = site.window("member")
    address = address_of(window.person_id)
    async with window.listening(0) as stream:
        sent = await asyncio.gather(
            *(site.chat.messenger.send(address, Message(title=f"Melding {number}")) for number in range(20))
        )
        came = [await stream.next() for _i in range(20)]
    assert [item["revision"] for item in came] == list(range(1, 21))
    assert {item["id"] for item in came} == {ref["entry"] for ref in sent}


async def test_signs_of_life_go_on_while_the_database_is_away(
    sqlite: Database, small_world: World, clock: FixedClock
) -> None:
    impatient = Database(sqlite.url.render_as_string(), patience=0.01)
    async with serve(impatient, small_world, clock, poll_seconds=0.01) as site:
        window = site.window("member")
        async with window.listening(0) as stream:
            await stream.comment()
            with locked(sqlite.url.database):  # type: ignore[arg-type]  # a file here
                for _i in range(5):
                    await stream.comment()
            await window.say("/hjelp")
            assert "/hjelp" in (await stream.next())["html"]
    await impatient.close()


async def test_open_streams_end_at_once_when_the_process_stops(
    sqlite: Database, small_world: World, clock: FixedClock
) -> None:
    async with serve(sqlite, small_world, clock, poll_seconds=3600) as site:
        async with site.window("member").listening(0) as one, site.window("deputy").listening(0) as two:
            await one.comment()
            await two.comment()
            await site.chat.close()
            await one.rest()
            await two.rest()
        # A page that connects now is let go at once too.
        async with site.window("member").listening(0) as late:
            assert await late.rest() == b"retry: 1000\n\n"


async def test_shutting_down_does_not_wait_for_open_pages(
    sqlite: Database, small_world: World, clock: FixedClock
) -> None:
    async with aiohttp.ClientSession() as http:
        async with asyncio.timeout(PATIENCE):
            async with serve(sqlite, small_world, clock, poll_seconds=3600) as site:
                response = await http.get(f"{site.window('member').path}/events")
                await response.content.readline()
        response.close()


async def test_a_page_that_went_away_is_forgotten(sqlite: Database, small_world: World, clock: FixedClock) -> None:
    async with serve(sqlite, small_world, clock, poll_seconds=0.01) as site:
        async with site.window("member").listening(0) as stream:
            await stream.comment()
            assert site.chat.open_pages == 1
        async with asyncio.timeout(PATIENCE):
            while site.chat.open_pages:
                await site.chat.messenger.send(address_of(site.world.people["member"]), Message(title="Hei"))
    assert site.chat.open_pages == 0


# --- the messenger -----------------------------------------------------------------------------------------


async def meld(context: Context, _text: str) -> Reply:
    wish = Wish(
        key="item:1",
        subject="item:1",
        person_id=context.actor.person_id,
        message=Message(title="Sendt inn").model_dump(mode="json"),
        due_at=context.now,
        held_until=context.now + timedelta(minutes=1),
    )
    await deliveries.wish(context.session, [wish])
    return Message(title="Sendt inn", delivery_key="item:1")


async def test_a_reply_that_is_a_delivery_is_updated_where_it_stands(
    database: Database, world: World, clock: FixedClock
) -> None:
    more = capability(commands=[Command(name="meld", summary="Meld", run=meld)])
    async with serve(database, world, clock, registry=registry(more)) as site:
        window = site.window("member")
        line = await window.say("/meld")
        async with database.transaction() as session:
            delivery = (await session.scalars(select(Delivery))).one()
        assert (delivery.status, delivery.ref) == (DeliveryStatus.SENT, {"entry": int(line["data-entry"])})
        assert delivery.ref is not None
        await site.chat.messenger.update(address_of(window.person_id), delivery.ref, Message(title="Godtatt"))
        assert (await window.page()).one("li", id=line["id"]).one("h2").text == "Godtatt"


class KilledTooEarly(Bot):
    """Of a process that is killed when it has shown a reply, and before it has noted that."""

    async def shown(self, sender: Sender, delivery_key: str, ref: Mapping[str, Any]) -> None:
        return None


async def meld_by_form(context: Context, _answers: Answers) -> Message:
    reply = await meld(context, "")
    assert isinstance(reply, Message)
    return reply


FORM = Dialog(name="mer.meld", steps=(Small,), finish=meld_by_form)


async def open_form(context: Context, _text: str) -> Reply:
    return await conversation.start(context, FORM, {})


@pytest.mark.parametrize("long_open", [timedelta(0), timedelta(hours=1)])
async def test_a_reply_that_was_shown_and_not_noted_is_not_said_twice(
    database: Database, world: World, clock: FixedClock, long_open: timedelta
) -> None:
    """Neither below a command nor in the place of a form, however long that stood there."""
    more = capability(commands=[Command(name="meld", summary="Meld", run=open_form)], dialogs=[FORM])
    async with serve(database, world, clock, registry=registry(more), bot=KilledTooEarly) as site:
        window = site.window("member")
        opened = await window.say("/meld")
        clock.forward(long_open)
        line = answered(await window.send_form(opened, question="Hva?"))
        assert line.one("h2").text == "Sendt inn"
        worker = Worker(database, {"local": site.chat.messenger}, clock)
        assert await worker.deliver_due() == 0, "it is held for the page"
        clock.forward(timedelta(minutes=2))
        await worker.deliver_due()
        async with database.transaction() as session:
            delivery = (await session.scalars(select(Delivery))).one()
        assert [item["id"] for item in lines(await window.page()) if "Sendt inn" in item.words] == [line["id"]]
        assert (delivery.status, delivery.ref) == (DeliveryStatus.SENT, {"entry": int(line["data-entry"])})


async def test_what_cannot_be_reached(site: Site) -> None:
    messenger, message = site.chat.messenger, Message(title="Hei")
    member, deputy = [address_of(site.world.people[name]) for name in ("member", "deputy")]
    with pytest.raises(Unreachable):
        await messenger.send(address_of(999999), message)
    with pytest.raises(Unreachable):
        await messenger.send(Address("local", "local", "1", {"user": "1"}), message)
    with pytest.raises(MessageLost):
        await messenger.update(member, {"entry": 999999}, message)
    ref = await messenger.send(member, message)
    with pytest.raises(MessageLost):
        await messenger.update(deputy, ref, message)


async def test_everybody_is_found(small_site: Site) -> None:
    person_id = small_site.world.people["clinician"]
    found = await small_site.chat.messenger.find([], None, person_id)
    assert found == Found(Address("local", "local", str(person_id), {"person_id": person_id}))


async def test_a_database_that_is_away_means_later(sqlite: Database, small_world: World, clock: FixedClock) -> None:
    impatient = Database(sqlite.url.render_as_string(), patience=0.01)
    messenger = LocalMessenger(impatient, clock)
    with locked(sqlite.url.database), pytest.raises(TryLater):  # type: ignore[arg-type]  # a file here
        await messenger.send(address_of(small_world.people["member"]), Message(title="Hei"))
    await impatient.close()
