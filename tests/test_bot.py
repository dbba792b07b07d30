"""The one door, with the sample dialog."""

from dataclasses import replace

import pytest

from handlers.bot import Bot
from handlers.capability import Command
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Form, Reply
from handlers.errors import NotAllowed, Repeated
from handlers.messages.message import Message
from handlers.people.context import Context, Profile, Sender
from handlers.registry import Registry
from handlers.writing.typed import typed
from storage import people
from storage.tables import Person
from tests.clock import FixedClock
from tests.everything import DIALOG, capability, registry
from tests.world import World


@pytest.fixture
def bot(world: World, clock: FixedClock) -> Bot:
    return Bot(world.database, registry(), clock)


async def test_a_dialog_is_walked_to_its_end(bot: Bot, world: World) -> None:
    me = world.sender("member")
    form = await bot.command(me, "alt Hei du")
    assert isinstance(form, Form)
    assert {field.name: field.value for field in form.fields}["line"] == "Hei du"
    assert (form.step_number, form.step_count) == (1, 3)
    form = await bot.submit(me, form.token, {"line": "Hei du", "one": "a"})
    assert isinstance(form, Form)
    assert form.title == "Litt til"
    form = await bot.submit(me, form.token, {"more": "mer"})
    assert isinstance(form, Form)
    assert [fact.value for fact in form.facts] == ["Hei du", "mer"]
    done = await bot.submit(me, form.token, {})
    assert isinstance(done, Message)
    assert done.title == "Takk"
    assert await bot.submit(me, form.token, {}) == done


async def test_errors_keep_what_was_typed(bot: Bot, world: World) -> None:
    me = world.sender("member")
    form = await bot.command(me, "alt")
    assert isinstance(form, Form)
    form = await bot.submit(me, form.token, {"line": "x" * 251, "number": "tjue", "one": "z", "some": ["a"]})
    assert isinstance(form, Form)
    fields = {field.name: field for field in form.fields}
    assert "251 tegn" in fields["line"].error
    assert "finnes ikke lenger" in fields["one"].error
    assert fields["number"].value == "tjue"
    form = await bot.submit(me, form.token, {"line": "ok", "number": "tjue", "one": "a", "some": ["a"]})
    assert isinstance(form, Form)
    assert [(field.name, field.error) for field in form.fields if field.error] == [
        ("number", "Skriv et helt tall, for eksempel 20.")
    ]


async def test_an_unfinished_draft_is_offered_again(bot: Bot, world: World) -> None:
    me = world.sender("member")
    form = await bot.command(me, "alt")
    assert isinstance(form, Form)
    await bot.submit(me, form.token, {"line": "halvferdig"}, "save")
    form = await bot.command(me, "alt Ny")
    assert isinstance(form, Form)
    assert form.title == "Fortsett der du slapp?"
    assert form.facts[0].value == "halvferdig"
    resumed = await bot.submit(me, form.token, {}, "next")
    assert isinstance(resumed, Form)
    assert {field.name: field.value for field in resumed.fields}["line"] == "halvferdig"
    fresh = await bot.submit(me, form.token, {}, "restart")
    assert isinstance(fresh, Form)
    assert {field.name: field.value for field in fresh.fields}["line"] == "Ny"


async def test_what_is_put_away_says_by_which_command_it_is_gone_on_with(world: World, clock: FixedClock) -> None:
    """The form's own name is the program's."""
    called = replace(DIALOG, name="prove.noe-annet")

    async def run(context: Context, _text: str) -> Reply:
        return await conversation.start(context, called, {})

    bot = Bot(
        world.database, Registry([capability("prove", commands=[Command("alt", "Alt", run)], dialogs=[called])]), clock
    )
    me = world.sender("member")
    form = await bot.command(me, "alt")
    assert isinstance(form, Form)
    put_away = await bot.submit(me, form.token, {"line": "halvferdig"}, "cancel")
    assert isinstance(put_away, Message)
    assert f"Skriv {typed('alt')} for å fortsette" in put_away.text
    again = await bot.command(me, "alt")
    assert isinstance(again, Form)
    assert [fact.value for fact in again.facts] == ["halvferdig"]


async def test_what_was_typed_after_the_command_is_kept_at_once(bot: Bot, world: World) -> None:
    """Also if the window is closed before anything else is typed, and by another process."""
    await bot.command(world.sender("member"), "alt Bare dette")
    again = await Bot(world.database, registry(), bot.clock).command(world.sender("member"), "alt")
    assert isinstance(again, Form)
    assert [fact.value for fact in again.facts] == ["Bare dette"]


async def test_a_shortcut_begins_with_what_the_message_says(bot: Bot, world: World) -> None:
    me = world.sender("member")
    form = await bot.shortcut(me, "merk", "  Epikrisen\r\nmangler\x00 ")
    assert isinstance(form, Form)
    assert {field.name: field.value for field in form.fields}["lines"] == "Epikrisen\nmangler"
    again = await bot.shortcut(me, "merk", "En annen melding")
    assert isinstance(again, Form)
    assert again.title == "Fortsett der du slapp?"


async def test_a_shortcut_that_is_no_more_gets_the_help(bot: Bot, world: World) -> None:
    reply = await bot.shortcut(world.sender("member"), "forsvunnet", "Epikrisen mangler")
    assert isinstance(reply, Message)
    assert (reply.title, reply.text) == ("Hjelp", "")


async def test_a_form_in_other_hands_opens_nothing(bot: Bot, world: World) -> None:
    form = await bot.command(world.sender("member"), "alt")
    assert isinstance(form, Form)
    with pytest.raises(NotAllowed):
        await bot.submit(world.sender("colleague"), form.token, {"line": "min"})


async def test_the_same_request_has_one_effect(bot: Bot, world: World) -> None:
    me = world.sender("member")
    await bot.command(me, "vis", request_key="r1")
    with pytest.raises(Repeated):
        await bot.command(me, "vis", request_key="r1")


async def test_somebody_unknown_becomes_a_person_of_the_workspace_owner(bot: Bot, world: World) -> None:
    reply = await bot.command(world.sender("stranger", "slack"), "alt")
    assert isinstance(reply, Form)
    assert "Eksempel Stranger" in reply.fields[0].label


async def test_the_same_email_is_one_person(bot: Bot, world: World) -> None:
    form = await bot.command(world.sender("member"), "alt")
    assert isinstance(form, Form)
    await bot.submit(world.sender("member"), form.token, {"line": "fra siden"}, "save")
    again = await bot.command(world.sender("member", "slack"), "alt")
    assert isinstance(again, Form)
    assert again.title == "Fortsett der du slapp?"


async def test_an_email_of_another_organisation_opens_nothing(bot: Bot, world: World) -> None:
    reply = await bot.command(world.sender("member", "teams"), "alt")
    assert isinstance(reply, Message)
    assert "annen virksomhet" in reply.title


async def test_other_workspaces_are_refused(bot: Bot) -> None:
    async def profile() -> Profile:
        return Profile("Eksempel Fremmed", "fremmed@example.org")

    reply = await bot.command(Sender("slack", "T-OTHER", "U1", profile), "alt")
    assert isinstance(reply, Message)
    assert "helsefellesskap" in reply.title


async def test_an_account_counts_only_where_its_person_works(bot: Bot, world: World) -> None:
    """Whoever came first with an address, before the partnership file said whose it is, or before a new employer."""
    assert isinstance(await bot.command(world.sender("member", "slack"), "alt"), Form)
    async with world.database.transaction() as session:
        member = await session.get_one(Person, world.people["member"])
        colleague = await session.get_one(Person, world.people["colleague"])
        member.organisation_id = colleague.organisation_id
    reply = await bot.command(world.sender("member", "slack"), "alt")
    assert isinstance(reply, Message)
    assert "annen virksomhet" in reply.title
    assert "Eksempel sykehus" in reply.title
    async with world.database.transaction() as session:
        (await session.get_one(Person, world.people["member"])).also_at = ["hospital"]
    assert isinstance(await bot.command(world.sender("member", "slack"), "alt"), Form)


async def test_what_cannot_be_stored_is_taken_out(bot: Bot, world: World) -> None:
    me = world.sender("member")
    form = await bot.command(me, "alt\nHei\x00 \ud83ddu")
    assert isinstance(form, Form)
    assert {field.name: field.value for field in form.fields}["line"] == "Hei du"
    form = await bot.submit(me, form.token, {"line": "a\ud83d", "one": "a"})
    assert isinstance(form, Form)
    form = await bot.submit(me, form.token, {"more": "b\udc00\x00"})
    assert isinstance(form, Form)
    assert [fact.value for fact in form.facts] == ["a", "b"]
    assert isinstance(await bot.submit(me, form.token, {}), Message)


async def test_people_are_found_by_letters_beyond_z(world: World) -> None:
    async with world.database.transaction() as session:
        organisation_id = (await session.get_one(Person, world.people["member"])).organisation_id
        session.add(Person(organisation_id=organisation_id, name="Åse Øvrebø Eksempel"))
        await session.flush()
        for query in ("åse", "Øvrebø", "ØVREBØ", "vreb"):
            assert [row.name for row in await people.people(session, query=query)] == ["Åse Øvrebø Eksempel"]
