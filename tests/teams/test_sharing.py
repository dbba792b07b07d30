"""Cases and decisions that are sought from where a message is written, and links of our own that are put into one:
what those who read the conversation get. Invokes through the real surface."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.teams.readers import MOST
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.meetings.actions import Do
from handlers.people.links import Links
from storage.tables import AgendaItem, Conclusion, MinutesStatus
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.cast import OPEN_CONCLUDED
from tests.meetings.cast import OF_CASE, OF_MINUTES, OPEN_TITLE, TITLE, Scene
from tests.meetings.convocation.steps import change, put
from tests.people.links.conftest import KEY
from tests.sharing.steps import MUNICIPALITY, on_platforms
from tests.teams.client import Client, buttons, texts
from tests.teams.conftest import Running, Start
from tests.teams.schema import assert_valid
from tests.teams.standin import Answer, Connector
from tests.world import MUNICIPALITY_TENANT, World

GROUP, CHANNEL = "19:gruppe@thread.v2", "19:kanal@thread.tacv2"
SECRET = (*OF_CASE, *OF_MINUTES)


def member(name: str, **more: Any) -> dict[str, Any]:
    """Somebody in a roster, as Teams tells of them."""
    user = {"id": f"29:{name}", "aadObjectId": f"aad-{name}", "name": name, "email": f"{name}@example.org"}
    return {**user, "userPrincipalName": f"{name}@example.org", "tenantId": MUNICIPALITY_TENANT.upper(), **more}


@pytest.fixture
async def scene(small_world: World, clock: FixedClock) -> Scene:
    found = await cast.decided(small_world, clock, MinutesStatus.PUBLISHED)
    await found.surface.worker.do_chores()
    await on_platforms(small_world, *MUNICIPALITY, seen_at=clock.now())
    return found


@pytest.fixture
async def running(scene: Scene, start: Start, clock: FixedClock) -> Running:
    links = Links("https://bot.example.org/", KEY, clock)
    return await start(Bot(scene.surface.world.database, registry(), clock, links=links), dialog_seconds=5.0)


@pytest.fixture
def client(running: Running, http: aiohttp.ClientSession, connector: Connector) -> Client:
    """The colleague, who writes in a group with another member of the committee."""
    connector.rosters[GROUP] = [member("colleague"), member("deputy")]
    return Client(http, running.url, connector, conversation=GROUP, kind="groupChat")


async def sought(client: Client, text: str | None, command: str = "sak", **options: Any) -> dict[str, Any]:
    """What comes of a search; the text None: it was just opened."""
    parameter = {"name": "initialRun", "value": "true"} if text is None else {"name": "text", "value": text}
    value = {
        "commandId": f"finn.{command}",
        "parameters": [parameter],
        "queryOptions": {"skip": 0, "count": 25, **options},
    }
    return await asked(client, "query", value)


async def asked(client: Client, what: str, value: Any, **more: Any) -> dict[str, Any]:
    status, body = await client.post(
        client.activity(type="invoke", name=f"composeExtension/{what}", value=value, **more)
    )
    assert status == 200
    assert body["cacheInfo"] == {"cacheType": "no_cache"}
    found: dict[str, Any] = body["composeExtension"]
    assert not any(each in str(found) for each in SECRET)
    return found


def listed(found: dict[str, Any]) -> list[str]:
    assert (found["type"], found["attachmentLayout"]) == ("result", "list"), found
    return [each["preview"]["content"]["title"] for each in found["attachments"]]


async def chosen(client: Client, found: dict[str, Any], number: int = 0) -> dict[str, Any] | str:
    """The card of one of what was found, or what is said instead."""
    tap = found["attachments"][number]["preview"]["content"]["tap"]
    assert tap["type"] == "invoke"
    return card_in(await asked(client, "selectItem", tap["value"]))


def card_in(answer: dict[str, Any]) -> dict[str, Any] | str:
    if answer["type"] == "message":
        return str(answer["text"])
    (attached,) = answer["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: dict[str, Any] = attached["content"]
    assert_valid(card)
    return card


def read(card: dict[str, Any] | str) -> str:
    assert isinstance(card, dict), card
    return "\n".join(texts(card))


async def test_a_case_is_found_by_number_and_by_words_and_stands_as_a_card(client: Client) -> None:
    for text in ("1/2026", "1/2026 ", "opplæring", "felles Opplæring", None, ""):
        assert listed(await sought(client, text)) == [f"1/2026 {OPEN_TITLE}"], text
    card = await chosen(client, await sought(client, "opplæring"))
    told = read(card)
    assert OPEN_TITLE in told
    assert OPEN_CONCLUDED in told
    assert "Kortet viser det alle som leser her, kan se." in told
    assert isinstance(card, dict)
    (button,) = buttons(card)
    assert button["title"] == "Vis saken"
    assert client.connector.sent == [], "nothing but the answers"


async def test_a_decision_is_found_the_same_way(client: Client) -> None:
    for text in ("1/2026", "slutter seg til", None):
        found = await sought(client, text, "vedtak")
        assert listed(found) == [f"1/2026 {OPEN_TITLE}"], text
    told = read(await chosen(client, found))
    assert OPEN_CONCLUDED in told
    assert "Vis vedtaket" in [each["title"] for each in buttons(await chosen(client, found))]  # type: ignore[arg-type]


async def test_what_is_pressed_on_the_card_is_done_by_whoever_presses_it(
    client: Client, http: aiohttp.ClientSession, running: Running, connector: Connector
) -> None:
    card = await chosen(client, await sought(client, "opplæring"))
    assert isinstance(card, dict)
    for name, sees in (("deputy", True), ("nurse", False)):
        somebody = Client(http, running.url, connector, name=name, conversation=GROUP, kind="groupChat")
        await somebody.press(card, "Vis saken")
        await running.background.drain()
        assert connector.sent[-1].path == f"/v3/conversations/private-29%3A{name}/activities"
        assert (OPEN_TITLE in read(connector.sent[-1].card)) == sees


async def test_where_not_all_may_see_it_only_what_is_public_is_shown(
    client: Client, connector: Connector, scene: Scene
) -> None:
    """A stranger, a guest, somebody of another tenant, a channel that teams share, one that the bot is not in."""
    await change(
        scene.surface.world, Conclusion, scene.ids["open_decision"], text="Eksempel Deputy ringer 22 33 44 55."
    )
    everybody = [member("colleague"), member("deputy")]
    for there in (
        [*everybody, member("nurse")],
        [*everybody, member("nobody-knows")],
        [*everybody, member("guest", userRole="guest")],
        [*everybody, member("guest", userPrincipalName="guest_example.org#EXT#@tenant", email="")],
        [*everybody, member("elsewhere", tenantId="another-tenant")],
        [*everybody, *(member(f"n{number}") for number in range(MOST))],
        [],
        None,
    ):
        if there is None:
            del connector.rosters[GROUP]
        else:
            connector.rosters[GROUP] = there
        card = await chosen(client, await sought(client, "opplæring"))
        told = read(card)
        assert "bare det som er offentlig" in told
        assert "Eksempel kommune ringer" in told
        for hidden in ("Deputy", "22 33", "Bli enige"):
            assert hidden not in told
        assert isinstance(card, dict)
        assert buttons(card) == []


async def test_a_shared_channel_is_not_even_asked_for_its_members(client: Client, connector: Connector) -> None:
    client.kind, client.conversation = "channel", f"{CHANNEL};messageid=1"
    connector.rosters[CHANNEL] = [member("colleague"), member("deputy")]
    card = await chosen(client, await sought(client, "opplæring"))
    assert isinstance(card, dict)
    assert buttons(card), "of an ordinary channel, whose threads have the same members"
    shared = {"tenant": {"id": MUNICIPALITY_TENANT}, "channel": {"id": CHANNEL, "type": "shared"}}
    before = len(connector.of("GET"))
    value = {"commandId": "sak", "parameters": [{"name": "text", "value": "opplæring"}]}
    found = await asked(client, "query", value, channelData=shared)
    tap = found["attachments"][0]["preview"]["content"]["tap"]["value"]
    assert "bare det som er offentlig" in read(card_in(await asked(client, "selectItem", tap, channelData=shared)))
    assert len(connector.of("GET")) == before


async def test_a_conversation_of_two_is_none_with_the_bot(client: Client, connector: Connector) -> None:
    """Both come as personal; of that of two people the bot is told nothing, and where it is, nothing can be pressed."""
    client.kind, client.conversation = "personal", "a:of-two"
    assert "bare det som er offentlig" in read(await chosen(client, await sought(client, "opplæring")))
    connector.rosters["a:of-two"] = [member("colleague"), member("deputy")]
    card = await chosen(client, await sought(client, "opplæring"))
    assert "alle som leser her" in read(card)
    assert isinstance(card, dict)
    assert buttons(card) == []
    client.conversation, connector.rosters["a:own"] = "a:own", [member("colleague")]
    card = await chosen(client, await sought(client, "opplæring"))
    assert isinstance(card, dict)
    assert buttons(card)


async def test_a_closed_case_is_never_put_before_others(client: Client, scene: Scene, connector: Connector) -> None:
    """Though its members find it: it is said that there is something, and no more."""
    for text in ("2/2026", "hemmelig"):
        for command in ("sak", "vedtak"):
            found = await sought(client, text, command)
            assert found["type"] == "message", found
            assert found["text"].startswith("Jeg fant 1 treff, men ikke alle som leser her, kan se det")
    found = await sought(client, "opplæring")
    await change(scene.surface.world, AgendaItem, scene.ids["open_item"], closed_under="offl. § 13")
    assert await chosen(client, found) == "Ikke alle som leser her, kan se dette, så jeg kan ikke legge det inn."
    assert TITLE not in str(connector.calls)


async def test_what_nobody_may_see_is_as_what_is_not_there(
    client: Client, http: aiohttp.ClientSession, running: Running, connector: Connector
) -> None:
    observer = Client(http, running.url, connector, name="observer", conversation=GROUP, kind="groupChat")
    connector.rosters[GROUP].append(member("observer"))
    for text in ("2/2026", "hemmelig", "xylofonist"):
        assert await sought(observer, text) == {"type": "message", "text": f"Ingen treff på «{text}»"}
    nurse = Client(http, running.url, connector, name="nurse", conversation=GROUP, kind="groupChat")
    connector.rosters[GROUP].append(member("nurse"))
    assert await sought(nurse, "opplæring") == {"type": "message", "text": "Ingen treff på «opplæring»"}
    nothing = {"type": "message", "text": "Skriv et saksnummer, eller noen ord fra saken."}
    assert await sought(nurse, None) == nothing


async def test_more_is_shown_a_page_at_a_time(client: Client, scene: Scene) -> None:
    for number in range(3, 9):
        await put(scene.surface.world, f"Opplæring {number}", number)
    await scene.surface.worker.do_chores()
    for text in ("opplæring", None):
        whole = listed(await sought(client, text))
        assert len(whole) == 7
        pages = [listed(await sought(client, text, skip=skip, count=3)) for skip in (0, 3, 6, 9, 10_000)]
        assert [len(page) for page in pages] == [3, 3, 1, 0, 0]
        assert [title for page in pages for title in page] == whole
    assert len(listed(await sought(client, "opplæring", skip=-1, count=0))) == 1


async def test_who_is_not_let_in_is_told_why(
    http: aiohttp.ClientSession, running: Running, connector: Connector, client: Client
) -> None:
    guest = Client(http, running.url, connector, name="guest", conversation=GROUP, kind="groupChat")
    connector.members["29%3Aguest"] = member("guest", userRole="guest")
    connector.rosters[GROUP].append(member("guest", userRole="guest"))
    assert "Du er gjest" in (await sought(guest, "opplæring"))["text"]
    stranger = Client(http, running.url, connector, name="stranger", conversation=GROUP, kind="groupChat")
    connector.members.pop("29%3Astranger")
    assert "Jeg kjenner deg ikke ennå" in (await sought(stranger, "opplæring"))["text"]


async def test_odd_invokes_and_a_late_answer_are_told_of(
    scene: Scene, start: Start, http: aiohttp.ClientSession, connector: Connector, clock: FixedClock, client: Client
) -> None:
    for value in (None, [], {}, {"share": 1}, {"share": {"item": "x"}}, {"share": {"deviation": "1"}}, {"x": 1}):
        assert isinstance(card_in(await asked(client, "selectItem", value)), str), value
    for value in (None, {}, {"commandId": "annet"}):
        assert "Dette kjenner jeg ikke igjen" in (await asked(client, "query", value))["text"]
    odd = {"commandId": "sak", "parameters": [1, {"name": "text", "value": 2}], "queryOptions": {"skip": "x"}}
    assert listed(await asked(client, "query", odd)) == [f"1/2026 {OPEN_TITLE}"]
    connector.next.append(Answer(status=503))
    assert "bare det som er offentlig" in read(
        card_in(await asked(client, "selectItem", {"share": {"item": str(scene.ids["open_item"])}}))
    )
    connector.gate = asyncio.Event()
    late = await start(Bot(scene.surface.world.database, registry(), clock), dialog_seconds=0.0)
    waiting = Client(http, late.url, connector, conversation=GROUP, kind="groupChat")
    assert "lengre tid" in (await sought(waiting, "opplæring"))["text"]
    connector.gate.set()


async def test_a_link_that_is_put_into_a_message_shows_what_is_public(
    client: Client, running: Running, connector: Connector, scene: Scene, clock: FixedClock
) -> None:
    """Teams keeps it, and shows it wherever the link is put. Whoever has put it there is told what it is, once."""
    links, people = Links("https://bot.example.org/", KEY, clock), scene.surface.world.people
    url = str(links.page(people["colleague"], Do.PAGE, {"item": str(scene.ids["open_item"])}))
    for _time in range(2):
        card = card_in(await asked(client, "queryLink", {"url": url}))
        told = read(card)
        assert OPEN_CONCLUDED in told
        assert "bare det som er offentlig" in told
        assert isinstance(card, dict)
        assert buttons(card) == []
        await running.background.drain()
    (note,) = connector.sent
    assert note.path == "/v3/conversations/private-29%3Acolleague/activities"
    assert "Lenken er din alene" in read(note.card)
    closed = str(links.page(people["colleague"], Do.PAGE, {"item": str(scene.ids["item"])}))
    for other in (closed, "https://bot.example.org/side/x", "https://example.org/", None):
        assert (await asked(client, "queryLink", {"url": other}))["attachments"] == []
    await running.background.drain()
    assert len(connector.sent) == 2, "also of what nobody is shown"
