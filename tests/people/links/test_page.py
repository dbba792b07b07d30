"""The page of one case: seen, handled and refused, in a browser without script."""

import base64
import dataclasses
import io
import json
import random
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlmodel import col

from bot.web.guard import LINKED_HEADERS
from handlers import capabilities
from handlers.capability import Command, Document, File
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, FileRef, Image
from handlers.people.context import Context
from handlers.registry import Registry
from handlers.writing.identity import REMOVED
from storage.database import Database
from storage.tables import (
    Account,
    AgendaItem,
    AgendaItemEvent,
    DatePoll,
    DatePollTime,
    Delivery,
    Draft,
    ItemStatus,
    Membership,
    Person,
    PollStatus,
)
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.everything import DIALOG, MESSAGE, capability, do_action, help_command
from tests.identity_numbers import KINDS
from tests.people.links.conftest import Served, serve
from tests.people.links.visitor import Visitor, pressing
from tests.surface import FakeSurface
from tests.world import World

WHOLE = dataclasses.replace(DIALOG, resumed_by="")
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==")
done: list[Mapping[str, str]] = []


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Everything a message can have: buttons about this case, and about another."""
    mine = [button.model_copy(update={"arguments": {**button.arguments, **arguments}}) for button in MESSAGE.buttons]
    form = Button(label="Skjema", action="skjema", arguments=dict(arguments))
    picture = Image(file=FileRef(document="bilde", arguments=dict(arguments)), alt="En hvit prikk")
    return MESSAGE.model_copy(update={"buttons": (*mine, form), "image": picture})


async def dot(_context: Context, _arguments: Mapping[str, str]) -> File:
    return File("prikk.png", "image/png", lambda: DOT)


async def fill_in(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, WHOLE, arguments)


async def count(context: Context, arguments: Mapping[str, str]) -> Reply:
    done.append(arguments)
    return await do_action(context, arguments)


SAMPLE = Registry(
    [
        capability(
            "prove",
            commands=(Command(name="hjelp", summary="Hjelp", run=help_command),),
            dialogs=(WHOLE,),
            actions={"vis": show, "gjor": count, "skjema": fill_in},
            documents=(Document("bilde", dot),),
        )
    ]
)


@pytest.fixture
async def served(world: World, clock: FixedClock) -> AsyncIterator[Served]:
    """The bot's own actions, on both databases."""
    async with serve(world, clock, capabilities.registry()) as found:
        yield found


@pytest.fixture
async def sample(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    done.clear()
    async with serve(small_world, clock, SAMPLE) as found:
        yield found


def visitor(served: Served, who: str, action: str, **arguments: str) -> Visitor:
    return Visitor(served.http, str(served.links.page(served.world.people[who], action, arguments)))


async def on_sample(sample: Served, label: str = "") -> Visitor:
    """`mailbox`, who is on no chat, on the page of everything."""
    found = visitor(sample, "mailbox", "vis", case="1")
    await found.open()
    if label:
        await found.press(label)
    return found


async def count_of(served: Served, table: Any) -> int:
    async with served.world.database.transaction() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


PREVIEWS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
)


async def test_what_looks_behind_a_link_to_show_some_of_it_elsewhere_sees_nothing(sample: Served) -> None:
    """It comes with the link, so it would see what the owner of the link does, and show it to whoever is there."""
    address = visitor(sample, "mailbox", "vis", case="1").address
    for agent in PREVIEWS:
        async with sample.http.get(address, headers={"User-Agent": agent}) as response:
            assert (response.status, await response.text()) == (403, ""), agent
            assert response.headers["X-Robots-Tag"] == LINKED_HEADERS["X-Robots-Tag"]
    async with sample.http.get(address, headers={"User-Agent": "Mozilla/5.0 Firefox/130.0"}) as response:
        assert response.status == 200
        assert "Liten skrift" in await response.text()


# --- a case from question to decision ----------------------------------------------------------------------


async def test_a_secretary_who_is_not_on_chat_handles_a_case(served: Served, clock: FixedClock) -> None:
    surface = FakeSurface(served.world, clock, capabilities.registry())
    await propose(surface)
    async with served.world.database.transaction() as session:
        await session.execute(delete(Account).where(col(Account.person_id) == served.world.people["secretary"]))
    desk = visitor(served, "secretary", "sak.vis", item="1")
    page = await desk.open()
    assert page.one("h1").words == "Forslag til sak: Felles opplæring i utskrivning"
    assert "Til Eksempel Secretary" in page.words
    decisions = ["Sett på sakslisten", "Be om mer", "Ta senere", "Send til annet utvalg", "Send tilbake"]
    assert desk.buttons() == [*decisions, "Endre teksten", "Innsyn og arkiv"]

    await desk.press("Be om mer")
    page = await desk.press("Send spørsmålet", question="  ")
    assert page.one("div", role="alert").words == "Fyll ut «Hva trenger dere å vite?»."
    page = await desk.press("Send spørsmålet", question="Hvem skal delta?")
    assert desk.link("Tilbake") == desk.address
    page = await desk.open()
    assert "Venter på svar fra forslagsstilleren" in page.words

    await desk.press("Sett på sakslisten")
    async with served.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        assert item.status == ItemStatus.ACCEPTED
        events = await session.scalars(select(AgendaItemEvent).order_by(col(AgendaItemEvent.id)))
        assert [event.actor_id for event in events][1:] == [served.world.people["secretary"]] * 2
    # What was just done can be undone there, and what stands can be taken off again.
    undone = await desk.press("Angre")
    assert undone.one("h1").words == "Angret: Felles opplæring i utskrivning"
    await desk.press("Sett på sakslisten")
    await desk.open()
    assert desk.buttons()[:3] == ["Flytt til et annet møte", "Send til annet utvalg", "Ta av sakslisten"]
    page = await desk.press("Ta av sakslisten")
    assert "Saken: 1/2026 (O/D) Felles opplæring i utskrivning" in page.words
    assert desk.buttons() == ["Ta av sakslisten", "Avbryt"]


async def test_a_role_that_was_taken_away_takes_the_page_with_it(served: Served, clock: FixedClock) -> None:
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    desk = visitor(served, "secretary", "sak.vis", item="1")
    await desk.open()
    async with served.world.database.transaction() as session:
        await session.execute(delete(Membership).where(col(Membership.person_id) == served.world.people["secretary"]))
    page = await desk.press("Sett på sakslisten")
    assert page.one("h1").words.startswith("Bare sekretariatet")
    page = await desk.open()
    assert desk.status == 403
    assert "Bare sekretariatet kan åpne saken herfra." in page.words


async def test_whoever_has_left_is_refused(served: Served, clock: FixedClock) -> None:
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    desk = visitor(served, "secretary", "sak.vis", item="1")
    await desk.open()
    async with served.world.database.transaction() as session:
        person = col(Person.id) == served.world.people["secretary"]
        await session.execute(update(Person).where(person).values(removed_at=clock.now()))
    page = await desk.press("Sett på sakslisten")
    assert "ikke lenger registrert" in page.words
    page = await desk.open()
    assert desk.status == 403
    assert "ikke lenger registrert" in page.words


# --- one case only -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("sak.vis", {"item": "2"}),
        ("sak.vis", {"item": "01"}),
        ("sak.vis", {}),
        ("sak.ubehandlet", {}),
        ("sak.mine", {}),
        ("sak.mine", {"page": "1"}),
        ("sak.godta", {"item": "2", "step": "2"}),
        ("mote.vis", {}),
        ("finnes.ikke", {}),
    ],
)
async def test_a_button_about_something_else_is_refused(
    served: Served, clock: FixedClock, action: str, arguments: dict[str, str]
) -> None:
    surface = FakeSurface(served.world, clock, capabilities.registry())
    await propose(surface)
    await propose(surface)
    desk = visitor(served, "secretary", "sak.vis", item="1")
    page = await desk.post(pressing(action, **arguments))
    assert page.one("h1").words.startswith("Denne siden gjelder én sak.")


@pytest.mark.parametrize(
    ("page", "action", "arguments"),
    [
        # What is added to the arguments makes no list of everything, and no report of a patient, a part of this page.
        ("sak.vis", "sak.ubehandlet", {"item": "1"}),
        ("sak.vis", "sak.mine", {"item": "1"}),
        ("sak.vis", "avvik.mine", {"item": "1"}),
        ("sak.vis", "sprak.velg", {"item": "1", "language": "en"}),
        ("mote.side", "sak.vis", {"item": "1"}),
        ("mote.side", "sak.ubehandlet", {}),
        ("mote.side", "mote.vis", {}),
        ("mote.side", "avvik.ko", {}),
        ("mote.side", "kalender.lag", {}),
        ("mote.side", "kalender.slett", {}),
        ("mote.side", "paminnelser.vis", {}),
        ("mote.side", "paminnelser.endre", {}),
        ("mote.side", "paminnelser.utsett", {"reminder": "1", "later": "morgen"}),
        ("mote.side", "frister.vis", {}),
        ("mote.side", "arsplikt.gjort", {"committee": "1", "duty": "0", "year": "2026"}),
        ("mote.side", "motetid.ny", {}),
        ("mote.side", "moteplan.lagre", {"year": "2026", "plan": "1"}),
        ("mote.side", "datovalg.liste", {}),
        ("mote.side", "datovalg.ny", {}),
    ],
)
async def test_a_button_of_another_kind_is_refused_whatever_it_carries(
    served: Served, clock: FixedClock, page: str, action: str, arguments: dict[str, str]
) -> None:
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    meeting = {"meeting": str(served.world.meetings["fsu-1"])}
    about = meeting if page == "mote.side" else {"item": "1"}
    assert capabilities.registry().action(action) is not None
    desk = visitor(served, "secretary", page, **about)
    shown = await desk.post(pressing(action, **{**about, **arguments}))
    assert shown.one("h1").words.startswith("Denne siden gjelder én sak.")


async def test_a_form_about_another_case_is_refused(served: Served, clock: FixedClock) -> None:
    surface = FakeSurface(served.world, clock, capabilities.registry())
    await propose(surface)
    await propose(surface)
    other = visitor(served, "secretary", "sak.vis", item="2")
    await other.open()
    await other.press("Be om mer")
    desk = visitor(served, "secretary", "sak.vis", item="1")
    desk.page = other.page
    for label in ("Send spørsmålet",):
        page = await desk.press(label, question="Til feil sak?")
        assert desk.status == 403
        assert "Denne siden gjelder én sak." in page.words
    async with served.world.database.transaction() as session:
        statuses = set(await session.scalars(select(AgendaItem.status)))
    assert statuses == {ItemStatus.PROPOSED}


async def test_a_form_of_the_persons_own_from_chat_is_refused(served: Served, clock: FixedClock) -> None:
    """Half a proposal, begun on Slack: nothing to do with this case."""
    surface = FakeSurface(served.world, clock, capabilities.registry())
    await propose(surface)
    started = await surface.open("secretary", "sak Min egen sak")
    desk = visitor(served, "secretary", "sak.vis", item="1")
    page = await desk.post([("form", started.token), ("intent", "next")])
    assert desk.status == 403
    assert "Denne siden gjelder én sak." in page.words
    fresh = await surface.open("member", "sak")
    for intent in ("next", "save", "discard", "resume"):
        assert "Min egen sak" not in (await desk.post([("form", fresh.token), ("intent", intent)])).words
        assert desk.status == 403


async def test_the_page_of_a_meeting_leads_to_its_poll_and_to_no_other(served: Served, clock: FixedClock) -> None:
    """Nor does anything stand on it that would be refused there."""
    meeting_id, now = served.world.meetings["fsu-1"], clock.now()
    async with served.world.database.transaction() as session:
        fsu, by = served.world.committees["fsu"], served.world.people["secretary"]
        made = {"committee_id": fsu, "zone": "Europe/Oslo", "asks": "named", "created_by_id": by, "created_at": now}
        for number, status, of in ((1, PollStatus.CHOSEN, meeting_id), (2, PollStatus.OPEN, None)):
            poll = DatePoll(draft_id=f"{number}", closes_at=now, status=status, meeting_id=of, **made)
            session.add(poll)
            await session.flush()
            span = {"starts_at": now + timedelta(days=5), "ends_at": now + timedelta(days=5, hours=1)}
            session.add(DatePollTime(poll_id=poll.id, chosen=of is not None, **span))
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    desk = visitor(served, "secretary", "mote.side", meeting=str(meeting_id))
    await desk.open()
    known, only = capabilities.registry(), {"meeting": str(meeting_id)}
    actions = [json.loads(each["value"])["action"] for each in desk.page.all("button") if each["value"].startswith("{")]
    assert "datovalg.vis" in actions
    assert [each for each in actions if not known.may_be_done_from(only, each)] == []
    assert (await desk.press("Se datovalget")).one("h1").words.startswith("Datovalg: møte i")
    other = await desk.post(pressing("datovalg.vis", **only, poll="2"))
    assert other.one("h1").words == "Datovalget finnes ikke lenger."


async def test_buttons_about_something_else_are_not_drawn(sample: Served) -> None:
    page = await on_sample(sample)
    assert page.buttons() == ["Gjør det", "Spør om mer", "Slett alt", "Ja, slett", "Skjema"]


# --- reading changes nothing -------------------------------------------------------------------------------


async def test_opening_changes_nothing_but_that_they_are_known(served: Served, clock: FixedClock) -> None:
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    desk = visitor(served, "secretary", "sak.vis", item="1")
    before = [await count_of(served, table) for table in (AgendaItemEvent, Draft, Delivery)]
    async with served.http.head(desk.address) as response:
        assert response.status == 200
        assert await response.read() == b""
        assert response.headers["Referrer-Policy"] == LINKED_HEADERS["Referrer-Policy"]
    accounts = await count_of(served, Account)
    for _scanner in range(3):
        await desk.open()
    assert await count_of(served, Account) == accounts + 1
    assert [await count_of(served, table) for table in (AgendaItemEvent, Draft, Delivery)] == before


async def test_a_button_that_is_sent_twice_counts_once(sample: Served) -> None:
    page = await on_sample(sample)
    drawn = page.page
    assert (await page.press("Gjør det")).one("h1").words == "Gjort 7"
    page.page = drawn
    again = await page.press("Gjør det")
    assert again.one("h1").words == MESSAGE.title
    assert len(done) == 1


# --- forms -------------------------------------------------------------------------------------------------


async def test_every_field_is_filled_in_and_a_mistake_keeps_what_was_typed(sample: Served) -> None:
    page = await on_sample(sample, "Skjema")
    shown = await page.press(
        "Neste",
        line="Første  linje",
        lines="a\nb",
        number="0",
        some=["a", "b"],
        day="2026-12-03",
        clock="13:00",
        agreed=["false", "true"],
    )
    links = [(item["href"], item.words) for item in shown.one("div", role="alert").all("a")]
    assert links == [("#at-number", "Tallet må være minst 1."), ("#at-one", "Velg noe under «Ett valg».")]
    assert shown.one("div", id="at-one").one("p", class_="error").words.endswith("Velg noe under «Ett valg».")
    sent = dict(shown.one("form").sends())
    assert (sent["value.line"], sent["value.number"], sent["value.day"]) == ("Første linje", "0", "2026-12-03")
    assert sent["value.agreed"] == "true"
    await page.press("Neste", one="a", number="20")
    await page.press("Se over", more="Mer")
    assert page.buttons() == ["Send inn", "Endre", "Avbryt"]
    shown = await page.press("Endre")
    assert dict(shown.one("form").sends())["value.line"] == "Første linje"
    await page.press("Neste")
    await page.press("Se over")
    assert (await page.press("Send inn")).one("h1").words == "Takk"
    assert (await page.open()).one("h1").words == MESSAGE.title


async def test_many_options_are_searched_without_a_script(sample: Served) -> None:
    page = await on_sample(sample, "Skjema")
    shown = await page.press("Søk", line="Skrevet")
    assert "de 100 første" in shown.words
    shown = await page.enter(**{"query.searched": "nummer 117"})
    sent = shown.one("form").sends()
    assert ("value.line", "Skrevet") in sent
    assert ("value.searched", "117") in sent, "a single hit is chosen"
    assert ("query.searched", "") in sent, "and there is nothing more to search for"
    shown = await page.enter(**{"query.searched": "nummer 12"})
    assert "«nummer 12» passer på flere. Velg blant treffene, eller tøm søkefeltet." in shown.words
    sent = shown.one("form").sends()
    assert ("query.searched", "nummer 12") in sent
    shown = await page.press("Søk", **{"query.searched": "nummer 117"})
    assert "1 treff på «nummer 117»." in shown.words

    shown = await page.press("Søk", 1, **{"query.found": "nummer 3"})
    found = [item["value"] for item in shown.all("input", name="value.found")]
    assert "3" in found
    shown = await page.press("Søk", 1, **{"query.found": "finnes ikke", "found": ["3", "31"]})
    assert "Ingen treff på «finnes ikke»." in shown.words
    sent = shown.one("form").sends()
    assert [value for name, value in sent if name == "value.found"] == ["3", "31"], "what was chosen is still there"
    assert ("value.searched", "117") in sent


async def test_an_identity_number_that_is_searched_for_is_not_shown(sample: Served) -> None:
    number = KINDS["fødselsnummer"](random.Random(23))
    page = await on_sample(sample, "Skjema")
    shown = await page.press("Søk", **{"query.searched": f"nummer {number}"})
    assert f"Ingen treff på «nummer {REMOVED}»." in shown.words


async def test_cancelling_leads_back_to_the_case(sample: Served) -> None:
    page = await on_sample(sample, "Skjema")
    await page.press("Neste", line="x", one="a")
    await page.press("Se over", more="y")
    assert (await page.press("Avbryt")).one("h1").words == "Avbrutt. Ingenting er sendt."
    assert page.link("Tilbake") == page.address


async def test_from_an_answer_there_is_a_way_back_to_the_meeting(served: Served) -> None:
    """What leads back calls nothing a case that is none."""
    meeting = visitor(served, "member", "mote.side", meeting=str(served.world.meetings["fsu-1"]))
    await meeting.open()
    page = await meeting.press("Kommer")
    assert page.one("h1").words.startswith("Du kommer til møtet")
    assert "Vis saken" not in page.words
    assert meeting.link("Tilbake") == meeting.address


# --- what can go wrong -------------------------------------------------------------------------------------


async def test_an_old_link_offers_a_new_one_once_an_hour(served: Served, clock: FixedClock) -> None:
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    before = await count_of(served, Delivery)
    desk = visitor(served, "secretary", "sak.vis", item="1")
    clock.forward(timedelta(days=14))
    page = await desk.open()
    assert desk.status == 410
    assert "Lenken er for gammel. Trykk på knappen" in page.words
    drawn = desk.page
    for _time in range(3):
        desk.page = drawn
        assert (await desk.press("Send meg en ny lenke")).one("h1").words == "En ny lenke er på vei"
    assert await count_of(served, Delivery) == before + 1
    async with served.world.database.transaction() as session:
        wished = (await session.scalars(select(Delivery).where(col(Delivery.key).startswith("link:")))).one()
    assert wished.person_id == served.world.people["secretary"]
    assert wished.message["page"] == {"reference": "", "action": "sak.vis", "arguments": {"item": "1"}}


async def test_a_form_that_was_left_open_too_long_gives_back_what_was_typed(sample: Served, clock: FixedClock) -> None:
    page = await on_sample(sample, "Skjema")
    clock.forward(timedelta(days=15))
    shown = await page.press("Neste", line="Noe som tok lang tid å skrive", one="a")
    assert page.status == 410
    assert "Noe som tok lang tid å skrive" in shown.one("section").words


async def test_a_draft_that_is_gone_gives_back_what_was_typed(sample: Served) -> None:
    page = await on_sample(sample, "Skjema")
    async with sample.world.database.transaction() as session:
        await session.execute(delete(Draft))
    shown = await page.press("Neste", line="Dette var viktig", one="a")
    assert page.status == 410
    assert "Skjemaet er ikke lenger åpent" in shown.words
    assert "Dette var viktig" in shown.one("section").words
    assert page.link("Tilbake") == page.address


async def test_a_database_that_is_gone_loses_nothing(sample: Served) -> None:
    page = await on_sample(sample, "Skjema")
    database = sample.bot.database
    # Another process: those of this one take turns.
    other = Database(str(database.url.render_as_string(hide_password=False)))
    async with other.transaction() as session:
        await session.execute(text("UPDATE person SET language = language"))  # it holds the lock
        shown = await page.press("Neste", line="Dette var viktig", one="a")
        assert page.status == 503
        await session.rollback()
    await other.close()
    assert "Vent litt og prøv igjen" in shown.words
    shown = await page.press("Prøv igjen")
    assert shown.one("h1").words == "Litt til"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([], 400),
        ([("button", "x")], 400),
        ([("button", "[]")], 400),
        ([("button", '{"action": 1, "arguments": {}}')], 400),
        ([("button", '{"action": "gjor", "arguments": {"case": 1}}')], 400),
        ([("button", '{"action": "gjor"}')], 400),
        ([("button", "[" * 100_000)], 400),
        ([("form", "x"), ("intent", "anything")], 400),
        ([("form", "x")], 410),
        ([("form", "a.b.c"), ("intent", "next")], 410),
        ([("form", "alt.everything.x"), ("search", "line")], 410),
        ([("renew", "1")], 400),
    ],
)
async def test_what_no_page_of_ours_posts(sample: Served, values: list[tuple[str, str]], status: int) -> None:
    page = await on_sample(sample)
    await page.post(values)
    assert page.status == status
    assert page.page.one("h1").words


async def test_more_text_than_any_form_takes(sample: Served) -> None:
    page = await on_sample(sample)
    body = io.BytesIO(b"form=x&value.x=" + b"y" * 1_100_000)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with sample.http.post(page.address, data=body, headers=kind) as response:
        assert response.status == 413
        assert "kort den ned" in await response.text()


async def test_a_body_that_is_no_form(sample: Served) -> None:
    page = await on_sample(sample)
    async with sample.http.post(page.address, json={"button": "x"}) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "null"}, 200),
        ({}, 200),
    ],
)
async def test_only_the_page_itself_may_post(sample: Served, headers: dict[str, str], expected: int) -> None:
    page = await on_sample(sample)
    page.headers = headers
    await page.post(pressing("gjor", case="1", id="7"))
    assert page.status == expected
    assert len(done) == (expected == 200)


async def test_behind_a_proxy_the_origin_is_the_public_address(sample: Served) -> None:
    page = await on_sample(sample)
    page.headers = {"Origin": sample.links.base.rstrip("/"), "Host": "inside.example"}
    await page.post(pressing("gjor", case="1"))
    assert page.status == 200


async def test_a_link_that_is_not_one(sample: Served) -> None:
    page = await on_sample(sample)
    page.address = page.address[:-5]
    await page.open()
    assert page.status == 403
    assert "Åpne den rett fra meldingen" in page.page.words
    await page.post(pressing("gjor", case="1"))
    assert (page.status, done) == (403, [])
    page.address = sample.file("mailbox", "vis", {"case": "1"}).replace("/fil/", "/side/")
    await page.open()
    assert page.status == 403


async def test_the_style_is_there_and_nothing_else(sample: Served) -> None:
    page = await on_sample(sample)
    style = page.page.one("link", rel="stylesheet")["href"]
    assert style == "../side/static/chat.css"
    async with sample.http.get(f"{sample.links.base}side/static/chat.css") as response:
        assert response.content_type == "text/css"
    for name in ("chat.js", "..%2Fpage.py", "x"):
        async with sample.http.get(f"{sample.links.base}side/static/{name}") as response:
            assert response.status == 404
