"""Somebody who is on no chat: what reaches them by e-mail, what does not, and what they can do from there."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from bot.delivering.deliverer import LEASE
from bot.mail.messenger import MailMessenger, address_of
from bot.messenger import MAIL, Attached, Found, Messenger, Misconfigured, Ref, SendError, TryLater
from bot.worker import Worker
from handlers import capabilities
from handlers.calendar.zone import LOCAL_ZONE
from handlers.messages.message import Message, Page
from handlers.people.address import Address
from storage import deliveries, units
from storage.deliveries import Wish
from storage.tables import Account, Delivery, DeliveryStatus, DeviationStatus, Meeting, Person
from tests.cases.steps import WHAT, propose, too_late_to_undo
from tests.clock import FixedClock
from tests.deviations import steps
from tests.mail.conftest import reached
from tests.mail.standin import HANG_UP, TAKEN, MailServer, Received
from tests.people.links.conftest import Served, serve
from tests.people.links.visitor import Visitor
from tests.surface import FakeMessenger, FakeSurface
from tests.world import OFF_CHAT, UNITS, World, email_of

SENDER = "Helsefellesskap <bot@example.org>"
WHO = "mailbox"
PATIENCE = 10.0
"""Seconds a test waits for what should come at once."""
UNREADABLE = Message(title="Hemmelig tittel", text="Hemmelig tekst")
"""What has no page."""


@dataclass
class Scene:
    """The small partnership, with chat for all but one (see `tests.world.OFF_CHAT`), and a mail server."""

    surface: FakeSurface
    served: Served
    mail: MailMessenger
    post_office: MailServer

    @property
    def world(self) -> World:
        return self.surface.world

    @property
    def clock(self) -> FixedClock:
        return self.surface.clock

    def on(self, **messengers: Messenger) -> None:
        """These chats are on too. E-mail stands first, and comes last all the same."""
        chats = {"local": self.surface.messenger, **messengers}
        known = self.surface.bot.registry
        self.surface.worker = Worker(
            self.world.database, {MAIL: self.mail, **chats}, self.clock, known.chores, subjects=known.subjects
        )

    async def mailed(self) -> list[Received]:
        """The e-mails that came of what is due now."""
        before = len(self.post_office.received)
        await self.surface.arrive()
        return self.post_office.received[before:]

    async def wish(self, said: Message, key: str = "k", who: str = WHO) -> None:
        content = said.model_dump(mode="json", exclude_defaults=True)
        async with self.world.database.transaction() as session:
            await deliveries.wish(session, [Wish(key, "s", self.world.people[who], content, self.clock.now())])

    async def row(self, key: str = "k") -> Delivery:
        async with self.world.database.transaction() as session:
            return (await session.scalars(select(Delivery).where(col(Delivery.key) == key))).one()

    async def change(self, who: str = WHO, **values: Any) -> None:
        """As the partnership file does."""
        person = col(Person.id) == self.world.people[who]
        async with self.world.database.transaction() as session:
            await session.execute(update(Person).where(person).values(**values))

    async def retry(self) -> None:
        """What the worker does at its start and each hour."""
        async with self.world.database.transaction() as session:
            await deliveries.retry_waiting(session, self.clock.now())

    async def open(self, link: str) -> Visitor:
        visitor = Visitor(self.served.http, link)
        await visitor.open()
        return visitor


def about(number: int, reference: str = "AVV-2026-0007") -> Message:
    """A message about a case, with a page."""
    page = Page(reference=reference, action="avvik.vis", arguments={"deviation": str(number)})
    return UNREADABLE.model_copy(update={"page": page})


@asynccontextmanager
async def set_up(
    world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext
) -> AsyncIterator[Scene]:
    async with world.database.transaction() as session:
        # Meetings have reminders of their own.
        await session.execute(delete(Meeting).where(col(Meeting.key) != "fsu-1"))
    async with serve(world, clock, capabilities.registry()) as served:
        mail = MailMessenger(world.database, served.links, clock, reached(post_office, trusted), SENDER)
        found = Scene(FakeSurface(world, clock, capabilities.registry()), served, mail, post_office)
        found.on()
        yield found


@pytest.fixture
async def scene(
    world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext
) -> AsyncIterator[Scene]:
    async with set_up(world, clock, post_office, trusted) as found:
        yield found


@pytest.fixture
async def small(
    small_world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext
) -> AsyncIterator[Scene]:
    """The same in SQLite only, for what is not about storing."""
    async with set_up(small_world, clock, post_office, trusted) as found:
        yield found


# --- a report, from the e-mail to the answer ---------------------------------------------------------------

SECRETS = (
    steps.DESCRIPTION,
    *("Legemidler", "Alvorlig", "Surgeon", "Nurse", "Sykehjemmet", "Hjemmetjenesten"),
    *("sykehus", "kommune", "avvik", "Ta saken"),
)
"""What stands in the message or beside it, and is not for e-mail."""


async def test_a_handler_who_is_on_no_chat_answers_from_an_e_mail(scene: Scene) -> None:
    added = await steps.report(scene.surface, "surgeon", "nursinghome")
    (received,) = await scene.mailed()
    assert (received.sender, received.readers) == ("bot@example.org", (email_of(WHO),))
    assert received.subject == "Du har fått en melding om AVV-2026-0001"
    assert received.email["To"] == f"Eksempel Mailbox <{email_of(WHO)}>"
    assert "Eksempel Mailbox" in received.text
    assert "tirsdag 15. september 2026 kl. 10.00" in received.text
    said = received.everything.replace(received.links[0], "")
    assert [secret for secret in SECRETS if secret.casefold() in said.casefold()] == []

    desk = await scene.open(received.links[0])
    assert steps.DESCRIPTION in desk.page.words
    await desk.press("Ta saken")
    await desk.open()
    await desk.press("Svar og avslutt")
    await desk.press("Send svaret", finding="Den lå i feil innkurv.", measure="Ny rutine.")
    assert (await steps.stored(scene.surface, added)).deviation.status == DeviationStatus.ANSWERED
    assert "har svart" in (await steps.news(scene.surface, "surgeon")).title
    # The handler's own message has changed three times since; that is no news to anybody.
    assert await scene.mailed() == []
    row = await scene.row(f"deviation:{added}:unit:{scene.world.units['nursinghome']}:{scene.world.people[WHO]}")
    assert (row.status, row.shown_revision) == (DeliveryStatus.SENT, row.revision)
    assert row.revision >= 3


async def test_news_are_e_mails_of_their_own_and_changes_are_none(scene: Scene) -> None:
    await steps.report(scene.surface, "surgeon", "nursinghome")
    (first,) = await scene.mailed()
    form = "Legg til opplysninger"
    await steps.fill_in(scene.surface, "surgeon", await steps.receipt(scene.surface, "surgeon"), form, text="Mer")
    (news,) = await scene.mailed()
    assert news.subject == first.subject
    assert "Mer" not in news.text
    assert news.email["Message-ID"] != first.email["Message-ID"]
    assert (await scene.open(news.links[0])).page.one("h1").words == (await scene.open(first.links[0])).page.one(
        "h1"
    ).words


async def test_opening_and_pressing_makes_nobody_be_on_chat(scene: Scene) -> None:
    await scene.change("nurse", removed_at=scene.clock.now())
    await steps.report(scene.surface, "surgeon", "nursinghome")
    (received,) = await scene.mailed()
    desk = await scene.open(received.links[0])
    await scene.wish(UNREADABLE, "waits")
    assert await scene.mailed() == []
    await desk.press("Ta saken")
    # On the page nothing can be shown that waits for a chat.
    assert (await scene.row("waits")).status == DeliveryStatus.WAITING
    async with scene.world.database.transaction() as session:
        mine = select(Account.surface).where(col(Account.person_id) == scene.world.people[WHO])
        assert set(await session.scalars(mine)) == {"mail", "page"}
        (staff,) = await units.staff(session, [scene.world.units["nursinghome"]], scene.clock.now().date())
    assert not staff.on_chat
    assert "Ingen i enheten er på chat. De får en e-post" in (await steps.receipt(scene.surface, "surgeon")).text


async def test_a_secretary_decides_on_a_proposal_from_an_e_mail(scene: Scene) -> None:
    async with scene.world.database.transaction() as session:
        await session.execute(delete(Account).where(col(Account.person_id) == scene.world.people["secretary"]))
    await propose(scene.surface)
    (received,) = await scene.mailed()
    assert received.readers == (email_of("secretary"),)
    assert received.subject == "Du har fått en melding om en sak"
    assert WHAT["title"] not in received.everything
    desk = await scene.open(received.links[0])
    assert desk.page.one("h1").words == f"Forslag til sak: {WHAT['title']}"
    await desk.press("Sett på sakslisten")
    too_late_to_undo(scene.surface)
    assert "er satt på sakslisten" in (await steps.news(scene.surface, "member")).title


async def test_a_reminder_has_a_link_to_each_report(scene: Scene) -> None:
    await scene.change("nurse", removed_at=scene.clock.now())
    for _number in range(2):
        await steps.report(scene.surface, "surgeon", "nursinghome")
    assert len(await scene.mailed()) == 2
    scene.clock.go_to(datetime(2026, 9, 21, 8, 0, tzinfo=LOCAL_ZONE).astimezone(UTC))
    await scene.surface.worker.do_chores()
    (received,) = [item for item in await scene.mailed() if item.readers == (email_of(WHO),)]
    assert received.subject == "Du har fått en melding om 2 saker"
    assert steps.DESCRIPTION not in received.text
    for number, link in enumerate(received.links, start=1):
        assert f"AVV-2026-000{number}" in received.text
        assert f"AVV-2026-000{number}" in (await scene.open(link)).page.words


async def test_an_old_link_is_replaced_by_a_new_one_in_an_e_mail(scene: Scene) -> None:
    await steps.report(scene.surface, "surgeon", "nursinghome")
    (first,) = await scene.mailed()
    scene.clock.forward(timedelta(days=14))
    desk = await scene.open(first.links[0])
    assert desk.status == 410
    await desk.press("Send meg en ny lenke")
    (second,) = await scene.mailed()
    assert second.subject == "Her er en ny lenke"
    assert second.text.startswith("Du ba om en ny lenke")
    assert steps.DESCRIPTION in (await scene.open(second.links[0])).page.words
    # An hour later it may be asked for once more; that is another e-mail, not the same one again.
    scene.clock.forward(timedelta(hours=1))
    await (await scene.open(first.links[0])).press("Send meg en ny lenke")
    (third,) = await scene.mailed()
    assert third.email["Message-ID"] != second.email["Message-ID"]


@pytest.mark.parametrize(
    ("language", "ends"), [("nn", "tysdag 15. september 2026"), ("en", "Tuesday 15 September 2026")]
)
async def test_an_e_mail_is_in_its_readers_language(small: Scene, language: str, ends: str) -> None:
    await small.change(language=language)
    await small.wish(about(1))
    (received,) = await small.mailed()
    assert received.email["Content-Language"] == language
    assert ends in received.text


# --- what is not mailed, and when it is --------------------------------------------------------------------


async def test_what_has_no_page_waits_quietly_until_they_are_on_chat(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    teams = FakeMessenger()
    scene.on(teams=teams)
    await scene.wish(UNREADABLE)
    for _hour in range(3):
        assert await scene.mailed() == []
        assert (await scene.row()).status == DeliveryStatus.WAITING
        await scene.retry()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    await scene.surface.bot.command(scene.world.sender(WHO, "teams"), "hjelp")
    assert await scene.mailed() == []
    assert [item.title for item in teams.seen[f"aad-{WHO}"].values()] == [UNREADABLE.title]


async def test_what_may_be_mailed_needs_no_page(small: Scene) -> None:
    await small.wish(Message(title="Velkommen", text="Slik virker boten.", mailable=True))
    (received,) = await small.mailed()
    assert (received.subject, received.text) == ("Velkommen", "Slik virker boten.\n")


async def test_what_lost_its_page_after_it_was_mailed_is_settled(scene: Scene) -> None:
    await scene.wish(about(1))
    assert len(await scene.mailed()) == 1
    for said in (UNREADABLE, about(1)):
        await scene.wish(said)
        assert await scene.mailed() == []
        assert (await scene.row()).status == DeliveryStatus.SENT


async def test_whoever_has_no_address_waits(scene: Scene) -> None:
    await scene.change(email=None)
    await scene.wish(about(1))
    assert await scene.mailed() == []
    assert (await scene.row()).status == DeliveryStatus.WAITING
    await scene.change(email="ny@example.org")
    await scene.retry()
    assert [item.readers for item in await scene.mailed()] == [("ny@example.org",)]


@pytest.mark.parametrize("before", [False, True])
async def test_whoever_was_removed_gets_nothing(scene: Scene, *, before: bool) -> None:
    if before:
        await scene.wish(about(1), "earlier")
        assert len(await scene.mailed()) == 1
    await scene.change(removed_at=scene.clock.now())
    await scene.wish(about(1))
    assert await scene.mailed() == []
    assert (await scene.row()).status == DeliveryStatus.CANCELLED


async def test_whoever_is_removed_between_the_look_up_and_the_e_mail(small: Scene) -> None:
    found = await small.mail.find([], None, small.world.people[WHO])
    assert found is not None
    await small.change(removed_at=small.clock.now())
    with pytest.raises(SendError, match="removed"):
        await small.mail.send(found.address, about(1))
    assert small.post_office.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org>\r\nRCPT TO:<evil@example.org",
        "a@example.org,evil@example.org",
        "<a@example.org>",
        '"a b"@example.org',
        "å@example.org",
        "a@@example.org",
        "a",
        "",
    ],
)
async def test_an_address_that_is_none_is_not_tried(small: Scene, address: str) -> None:
    await small.change(email=address)
    await small.wish(about(1))
    assert await small.mailed() == []
    assert (await small.row()).status == DeliveryStatus.WAITING
    assert small.post_office.heard == []


async def test_a_domain_with_norwegian_letters(small: Scene) -> None:
    await small.change(email="post@bærum.example")
    await small.wish(about(1))
    assert [item.readers for item in await small.mailed()] == [("post@xn--brum-voa.example",)]


async def test_an_address_that_changed_counts_from_then_on(scene: Scene) -> None:
    await scene.wish(about(1), "before")
    await scene.mailed()
    await scene.change(email="ny@example.org", name="Eksempel Nyheten")
    await scene.wish(about(2), "after")
    (received,) = await scene.mailed()
    assert received.email["To"] == "Eksempel Nyheten <ny@example.org>"
    # What the old address got is not mailed once more because it changed.
    await scene.wish(about(3), "before")
    assert await scene.mailed() == []


async def test_a_name_is_no_way_into_the_headers(small: Scene) -> None:
    await small.change(name="=?utf-8?q?E=0D=0ABcc:_evil@example.org?=\r\nBcc: evil@example.org")
    await small.wish(about(1, "AVV\r\nBcc: evil@example.org"))
    (received,) = await small.mailed()
    assert received.readers == (email_of(WHO),)
    assert "Bcc" not in received.email
    assert [one.addr_spec for one in received.email["To"].addresses] == [email_of(WHO)]


# --- chat goes first ---------------------------------------------------------------------------------------


class Directory(FakeMessenger):
    """A chat where people are found by e-mail address, once they are there, and if nothing is the matter."""

    def __init__(self) -> None:
        super().__init__()
        self.there: set[str | None] = set()
        self.wrong: SendError | None = None

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        if self.wrong is not None:
            raise self.wrong
        if email not in self.there:
            return None
        return Found(Address("slack", "T-HOSPITAL", f"U-{person_id}", {"user": str(person_id)}))


async def test_whoever_has_come_to_a_chat_gets_everything_there(scene: Scene) -> None:
    teams = FakeMessenger()
    scene.on(teams=teams)
    await scene.wish(about(1), "first")
    assert len(await scene.mailed()) == 1
    await scene.surface.bot.command(scene.world.sender(WHO, "teams"), "hjelp")
    await scene.wish(about(2), "second")
    # What was mailed before, and changes, comes to the chat as a message that can be pressed on.
    await scene.wish(about(3), "first")
    assert await scene.mailed() == []
    assert len(teams.seen[f"aad-{WHO}"]) == 2
    await scene.wish(about(4), "first")
    assert await scene.mailed() == []
    assert (teams.sends, teams.updates) == (2, 1)


async def test_whoever_can_be_found_on_a_chat_now_is_not_mailed_for_having_been_mailed_before(scene: Scene) -> None:
    slack = Directory()
    scene.on(slack=slack)
    await scene.wish(about(1), "first")
    assert len(await scene.mailed()) == 1
    slack.there.add(email_of(WHO))
    await scene.change(also_at=["hospital"])
    await scene.wish(about(2), "second")
    assert await scene.mailed() == []
    assert slack.sends == 1


async def test_while_a_chat_does_not_say_who_is_there_nothing_is_mailed_for_a_while(small: Scene) -> None:
    slack = Directory()
    slack.wrong = TryLater("503")
    small.on(slack=slack)
    await small.wish(about(1))
    begun = small.clock.now()
    while not (received := await small.mailed()):
        small.clock.go_to((await small.row()).due_at)
        assert small.clock.now() - begun < timedelta(hours=1)
    assert len(received) == 1
    assert small.clock.now() - begun > timedelta(minutes=10)


async def test_a_chat_that_the_bot_may_not_ask_keeps_nobody_waiting(small: Scene) -> None:
    slack = Directory()
    slack.wrong = Misconfigured("users:read.email is missing")
    small.on(slack=slack)
    await small.wish(about(1), who=WHO)
    assert len(await small.mailed()) == 1
    # Without an address it is the chat's trouble that is told.
    await small.change(email=None)
    await small.wish(about(2), "second")
    assert await small.mailed() == []
    assert (await small.row("second")).error.startswith("Misconfigured")


async def test_whoever_has_an_account_on_a_chat_that_is_off_is_mailed(scene: Scene) -> None:
    async with scene.world.database.transaction() as session:
        mine = col(Account.person_id) == scene.world.people["nurse"]
        await session.execute(update(Account).where(mine).values(surface="teams", workspace="tenant-municipality"))
    await scene.wish(about(1), who="nurse")
    assert [item.readers for item in await scene.mailed()] == [(email_of("nurse"),)]


# --- trouble -----------------------------------------------------------------------------------------------


class DiesAfterSending:
    """A worker's way out that is cut off when the e-mail has gone, before that can be written down."""

    at_once = MailMessenger.at_once
    apart = MailMessenger.apart

    def __init__(self, mail: MailMessenger) -> None:
        self._mail = mail
        self.sent = asyncio.Event()

    async def send(self, address: Address, message: Message) -> Ref:
        await self._mail.send(address, message)
        self.sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        return await self._mail.update(address, ref, message)

    async def send_file(self, address: Address, file: Attached) -> Ref:
        return await self._mail.send_file(address, file)

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        return await self._mail.sent(address, keys, since)

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        return await self._mail.find(workspaces, email, person_id, user_id)


async def test_a_worker_that_dies_between_the_e_mail_and_its_mark_sends_the_same_one_again(scene: Scene) -> None:
    await scene.wish(about(1))
    dying = DiesAfterSending(scene.mail)
    worker = Worker(scene.world.database, {MAIL: dying}, scene.clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await dying.sent.wait()
        await worker.stop(seconds=0.01)
    assert await scene.mailed() == [], "its lease has not ended"
    scene.clock.forward(LEASE + timedelta(seconds=1))
    # Reminders may be due by then, to others, but nothing else for this person.
    (again,) = await scene.mailed()
    first = scene.post_office.received[0]
    # By this, mail programs know that they have it already.
    assert again.email["Message-ID"] == first.email["Message-ID"]
    assert again.text.splitlines()[0] == first.text.splitlines()[0]
    await scene.retry()
    assert await scene.mailed() == []


async def test_an_e_mail_that_may_have_arrived_is_sent_once_more_with_the_same_id(scene: Scene) -> None:
    scene.post_office.will_answer(TAKEN, HANG_UP)
    await scene.wish(about(1))
    assert len(await scene.mailed()) == 1
    assert (await scene.row()).uncertain == 1
    scene.clock.forward(timedelta(minutes=5))
    assert len(await scene.mailed()) == 1
    assert len({item.email["Message-ID"] for item in scene.post_office.received}) == 1
    assert (await scene.row()).status == DeliveryStatus.SENT


async def test_a_server_that_offers_no_encryption_gets_nothing_until_it_does(
    small: Scene, serving: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    small.post_office.certificate = None
    await small.wish(about(1))
    assert await small.mailed() == []
    assert "MAIL" not in small.post_office.heard
    row = await small.row()
    assert f"held until that is mended, reference {row.reference}: Misconfigured: connecting" in caplog.text
    assert (row.status, row.error.partition(":")[0]) == (DeliveryStatus.WAITING, "Misconfigured")
    small.post_office.certificate = serving
    await small.retry()
    assert len(await small.mailed()) == 1


TROUBLE = [
    ("RCPT", f"450 4.2.0 <{email_of(WHO)}> greylisted", DeliveryStatus.PENDING),
    ("RCPT", f"550 5.1.1 <{email_of(WHO)}> unknown", DeliveryStatus.WAITING),
    ("MAIL", "550 5.7.60 not you", DeliveryStatus.WAITING),
    (TAKEN, "554 5.7.1 spam", DeliveryStatus.WAITING),
    (TAKEN, HANG_UP, DeliveryStatus.PENDING),
]


@pytest.mark.parametrize(("command", "answer", "status"), TROUBLE)
async def test_neither_log_nor_database_tells_what_was_sent_to_whom(
    small: Scene, caplog: pytest.LogCaptureFixture, command: str, answer: str, status: DeliveryStatus
) -> None:
    caplog.set_level(logging.DEBUG)
    small.post_office.will_answer(command, answer)
    await small.wish(about(1))
    await small.mailed()
    row = await small.row()
    assert row.status == status
    small.clock.forward(timedelta(minutes=5))
    await small.retry()
    assert len(await small.mailed()) == 1
    told = caplog.text + row.error
    received = small.post_office.received[-1]
    token = received.links[0].rpartition("/")[2]
    for secret in (email_of(WHO), "Eksempel Mailbox", token, received.subject, UNREADABLE.title, UNREADABLE.text):
        assert secret not in told


async def test_files_are_never_mailed(small: Scene) -> None:
    with pytest.raises(SendError):
        await small.mail.send_file(address_of(small.world.people[WHO]), Attached("saker.csv", "text/csv", b"a;b", ""))
    assert small.post_office.heard == []


def test_the_one_who_is_off_chat_handles_reports() -> None:
    """What the tests above stand on."""
    assert WHO in OFF_CHAT
    assert any(WHO in people for people in UNITS["nursinghome"][4].values())
