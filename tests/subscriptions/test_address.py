"""A calendar address: made, shown once, fetched, taken away; and what whoever has none gets."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.people.links import NO_LINKS
from handlers.subscriptions.actions import Do
from storage import joining
from storage.tables import CalendarFeed, Meeting, Person
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.subscriptions.calendars import Calendars, address_in, served, values
from tests.surface import FakeSurface, labels, message
from tests.world import World


@pytest.fixture
async def calendars(world: World, clock: FixedClock) -> AsyncIterator[Calendars]:
    async with served(world, clock) as found:
        yield found


@pytest.fixture
async def small(small_world: World, clock: FixedClock) -> AsyncIterator[Calendars]:
    async with served(small_world, clock) as found:
        yield found


async def test_from_the_first_question_to_the_calendar(calendars: Calendars, clock: FixedClock) -> None:
    surface = calendars.surface
    shown = message(await surface.say("member", "mote kalender"))
    assert labels(shown) == ["Lag en kalenderadresse"]
    made = message(await surface.press("member", shown, "Lag en kalenderadresse"))
    url, webcal = values(made)
    assert url.startswith(calendars.base + "kalender/")
    assert url.endswith(".ics")
    assert webcal == "webcal" + url.removeprefix("http")
    got = await calendars.get(url)
    assert (got.status, got.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert len(got.events) == 2 * 1, "both meetings have the same title, and so have their deadlines"
    # Only a hash of it is kept, and how the address stands says when a calendar was there, but not what it is.
    async with surface.world.database.transaction() as session:
        row = (await session.execute(text("SELECT * FROM calendar_feed"))).one()
    secret = url.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in str(tuple(row))
    assert row.secret_hash not in url
    told = message(await surface.say("member", "mote kalender"))
    assert "Sist hentet av en kalender tirsdag 1. september 2026 kl. 10.00." in told.text
    assert secret not in told.model_dump_json()
    assert not told.secrets
    assert labels(told) == ["Lag en ny", "Slett adressen"]
    renewed = address_in(message(await surface.press("member", told, "Lag en ny")))
    assert (await calendars.get(url)).status == 404
    assert (await calendars.get(renewed)).status == 200
    gone = message(await surface.press("member", told, "Slett adressen"))
    assert "slettet" in gone.title
    assert (await calendars.get(renewed)).status == 404
    assert "ingen kalenderadresse" in message(await surface.say("member", "mote kalender slett")).title


async def test_the_list_of_meetings_leads_there(small: Calendars) -> None:
    shown = message(await small.surface.say("member", "mote"))
    assert "Få møtene i kalenderen" in labels(shown)
    led = message(await small.surface.press("member", shown, "Få møtene i kalenderen"))
    assert led.title == "Møtene i kalenderen din"
    assert "mote kalender" in message(await small.surface.say("member", "hjelp")).model_dump_json()


@pytest.mark.parametrize(
    "line", ["mote kalender", "kan jeg få møtene i outlook?", "hvordan abonnere på møtene", "kalenderadresse"]
)
async def test_it_is_found_by_other_words_too(small: Calendars, line: str) -> None:
    assert message(await small.surface.say("member", line)).title == "Møtene i kalenderen din"


async def test_a_stored_message_has_no_address(small: Calendars) -> None:
    made = message(await small.surface.say("member", "mote kalender ny"))
    url, webcal = values(made)
    kept = type(made).model_validate_json(made.model_dump_json())
    assert url not in kept.model_dump_json()
    assert webcal not in kept.model_dump_json()
    assert [fact.value for fact in made.to_read()] == [url, webcal]
    assert {fact.value for fact in kept.to_read()} == {"Ble vist da den ble laget. Lag en ny hvis du trenger den."}


async def test_without_a_web_address_it_says_what_to_do(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    assert not surface.bot.links.are_made
    assert surface.bot.links is NO_LINKS
    for line in ("mote kalender", "mote kalender ny"):
        assert "PUBLIC_URL" in message(await surface.say("member", line)).title


async def test_all_that_leads_nowhere_gets_the_same_answer(calendars: Calendars, clock: FixedClock) -> None:
    """In the same bytes, after the same one statement, which says nothing of whose it was or might be."""
    world = calendars.surface.world
    revoked = await calendars.make("member")
    own, other, gone = [await calendars.make(who) for who in ("member", "colleague", "observer")]
    folder, handle, secret = own.rsplit("/", 2)
    async with world.database.transaction() as session:
        await session.execute(
            update(Person).where(col(Person.id) == world.people["observer"]).values(removed_at=clock.now())
        )
    nowhere = {
        "revoked": revoked,
        "of somebody who is removed": gone,
        "guessed": f"{folder}/{'a' * 12}/{'b' * 43}.ics",
        "guessed with a handle that is there": f"{folder}/{handle}/{'b' * 43}.ics",
        "another's secret": f"{folder}/{handle}/{other.rsplit('/', 1)[1]}",
        "another's handle": f"{folder}/{other.rsplit('/', 2)[1]}/{secret}",
        "without its end": own.removesuffix(".ics"),
        "without a secret": f"{folder}/{handle}/",
        "the folder": f"{folder}/",
        "too long": f"{folder}/{'x' * 4000}",
        "not a text": f"{folder}/%00%ff/%00.ics",
        "more behind it": f"{own}/more",
        "not ours": f"{folder}/%F0%9F%93%85/passwd.ics",
    }
    answers, statements = {}, {}
    for what, url in nowhere.items():
        answers[what] = await calendars.get(url)
        statements[what] = list(calendars.asked)
    first = answers["revoked"]
    assert first.status == 404
    assert b"mote kalender" in first.body
    for what, answer in answers.items():
        same = {**answer.headers, "Date": ""} == {**first.headers, "Date": ""}
        assert (answer.status, answer.body, same) == (404, first.body, True), what
        assert statements[what] == statements["revoked"], what
        assert len(statements[what]) == 1, what
        assert "ETag" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    assert (await calendars.get(own)).status == 200


async def test_what_has_not_changed_is_not_sent_again(calendars: Calendars, clock: FixedClock) -> None:
    url = await calendars.make("member")
    first = await calendars.get(url)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "noindex" in first.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in first.headers
    for same in (tag, f"W/{tag}", f'"x", {tag}', f'W/"y",W/{tag} , "z"', "*"):
        answer = await calendars.get(url, If_None_Match=same)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag), same
        assert answer.headers["Last-Modified"] == first.headers["Last-Modified"]
        assert len(calendars.asked) == 1, "it is told by what one statement finds"
    for other in ('"x"', 'W/"x", "y"', tag.strip('"')):
        assert (await calendars.get(url, If_None_Match=other)).status == 200, other
    modified = first.headers["Last-Modified"]
    assert (await calendars.get(url, If_Modified_Since=modified)).status == 304
    # Where both are said, the tag decides.
    assert (await calendars.get(url, If_Modified_Since=modified, If_None_Match='"x"')).status == 200
    head = await calendars.get(url, "HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", tag)
    assert head.headers["Content-Length"] == str(len(first.body))
    assert (await calendars.get(url, "HEAD", If_None_Match=tag)).status == 304
    assert (await calendars.get(url, "POST")).status == 405
    # Byte for byte the same, at another time of another day.
    clock.forward(timedelta(days=1, hours=3))
    again = await calendars.get(url)
    assert (again.body, again.headers["ETag"]) == (first.body, tag)

    async with calendars.surface.world.database.transaction() as session:
        await session.execute(update(Meeting).where(col(Meeting.key) == "fsu-1").values(place="Et annet sted"))
    changed = await calendars.get(url, If_None_Match=tag)
    assert changed.status == 200
    assert changed.headers["ETag"] != tag
    assert changed.headers["Last-Modified"] != modified
    assert b"Et annet sted" in changed.body
    assert (await calendars.get(url, If_Modified_Since=modified)).status == 200
    assert (await calendars.get(url, If_None_Match=changed.headers["ETag"])).status == 304


async def test_that_it_was_read_is_noted_once_an_hour(small: Calendars, clock: FixedClock) -> None:
    url = await small.make("member")
    for minutes, noted in ((0, True), (30, False), (29, False), (1, True), (59, False)):
        clock.forward(timedelta(minutes=minutes))
        await small.get(url)
        assert (len(small.asked) > 1) is noted, minutes
    async with small.surface.world.database.transaction() as session:
        (row,) = await session.scalars(select(CalendarFeed))
    assert row.read_at == clock.now() - timedelta(minutes=59)


async def test_the_secret_is_in_no_log(small: Calendars, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = await small.make("member")
    secret = url.rsplit("/", 1)[1].removesuffix(".ics")
    await small.get(url)
    await small.get(url.replace(secret, secret[:-1] + "x"))
    await small.surface.world.database.close()
    async with small.surface.world.database.engine.begin() as connection:
        await connection.execute(text("DROP TABLE minutes_approval"))
    assert (await small.get(url)).status == 500
    assert caplog.records
    assert secret not in caplog.text
    assert secret[:20] not in caplog.text


async def test_everybody_has_their_own_and_nobody_anothers(small: Calendars) -> None:
    """Whatever a button's arguments say. Who is not in the partnership any more gets none."""
    surface, world = small.surface, small.surface.world
    sender = world.sender("clinician")
    stranger = {"person": str(world.people["member"]), "person_id": str(world.people["member"])}
    theirs = await small.make("member")
    mine = address_in(message(await surface.bot.press(sender, Do.MAKE, stranger)))
    assert not (await small.get(mine)).events
    assert message(await surface.bot.press(sender, Do.SHOW, stranger)).title == "Du har en kalenderadresse"
    await surface.bot.press(sender, Do.REMOVE, stranger)
    assert (await small.get(theirs)).status == 200
    async with world.database.transaction() as session:
        await session.execute(update(Person).values(removed_at=FixedClock().now()))
    bound = {each.name for room in registry().capabilities if room.name == "kalender" for each in room.actions}
    assert bound == set(Do)
    for action in Do:
        refused = message(await surface.bot.press(sender, action, {}))
        assert "ikke lenger registrert" in refused.title
        assert not refused.secrets
    assert (await small.get(theirs)).status == 404


async def test_somebody_who_turns_out_to_be_somebody_else_keeps_one(small: Calendars, clock: FixedClock) -> None:
    world = small.surface.world
    former, kept = await small.make("observer"), await small.make("member")
    await steps.put(world, "Egen sak", 1, presenter_ids=[world.people["observer"], world.people["colleague"]])
    async with world.database.transaction() as session:
        ids = world.people["observer"], world.people["member"]
        await joining.join(session, *ids, clock.now(), keys={}, answers=())
    got = await small.get(kept)
    assert (got.status, b"Egen sak" in got.body) == (200, True)
    assert (await small.get(former)).status == 404
