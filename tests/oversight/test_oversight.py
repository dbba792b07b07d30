"""Who was reminded of what about a meeting, and whether it arrived: on its page, in a message, and in plain words."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, event, select, update
from sqlmodel import col

from bot.messenger import Misconfigured, Rejected, TryLater
from bot.slack.blocks import message_blocks
from bot.teams.cards import message_card
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.oversight.actions import Do
from storage import deliveries, oversight
from storage.tables import Account, Delivery, DeliveryStatus, Membership, Person, Reminder, ReminderStatus
from tests.chores import done
from tests.clock import FixedClock
from tests.surface import facts, labels, message
from tests.worker.test_undelivered import ChoosySurface
from tests.world import World

MINUTES_15 = timedelta(minutes=15)
FSU = "Faglig samarbeidsutvalg (FSU)"


class Overseen(ChoosySurface):
    """Everybody, some of whom a message may not reach."""

    async def tick(self) -> None:
        for chore in registry().chores:
            await done(chore, self.world.database, self.clock)
        await self.arrive()

    async def listed(self, who: str = "secretary", **arguments: str) -> Message:
        carried = {"meeting": str(self.world.meetings["fsu-1"]), **arguments}
        return message(await self.bot.press(self.world.sender(who), Do.SHOW, carried))

    async def page(self, who: str = "secretary") -> Message:
        carried = {"meeting": str(self.world.meetings["fsu-1"])}
        return message(await self.bot.press(self.world.sender(who), "mote.side", carried))

    async def told(self, who: str = "secretary") -> list[Message]:
        """What is told of reminders that did not arrive."""
        return [
            each
            for each in await self.inbox(who)
            if each.title.startswith("Ikke levert") or "venter på å bli levert" in each.title
        ]


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> Overseen:
    return Overseen(small_world, clock)


@pytest.fixture
def on_both(world: World, clock: FixedClock) -> Overseen:
    """On each kind of database, where it may make a difference."""
    return Overseen(world, clock)


async def nowhere(surface: Overseen, who: str) -> None:
    """Nobody has met them on any chat."""
    async with surface.world.database.transaction() as session:
        await session.execute(delete(Account).where(col(Account.person_id) == surface.world.people[who]))


async def comes(surface: Overseen, who: str) -> None:
    """They are met on the chat, where what has waited for them arrives."""
    async with surface.world.database.transaction() as session:
        user, now = str(surface.world.people[who]), surface.clock.now()
        reach = {"user": user, "channel": user}
        session.add(
            Account(person_id=int(user), surface="local", workspace="local", user_id=user, reach=reach, seen_at=now)
        )
        await deliveries.release_waiting(session, int(user), now)


# --- on the meeting's page -------------------------------------------------------------------------------------


async def test_the_page_says_how_many_and_the_list_who_with_those_first_who_got_nothing(on_both: Overseen) -> None:
    on_both.refuse(Rejected("user_is_restricted"), "member")
    await on_both.tick()
    await on_both.tick()
    async with on_both.world.database.reading() as session:
        rows = list(await session.scalars(select(Reminder).where(col(Reminder.meeting_id).is_not(None))))
        fsu = [row for row in rows if row.meeting_id == on_both.world.meetings["fsu-1"]]
        sent = sum(row.status == ReminderStatus.HANDED for row in fsu) - 1
        coming = sum(row.status == ReminderStatus.PENDING for row in fsu)
    assert sent > 1
    shown = await on_both.page()
    assert facts(shown)["Påminnelser"] == f"{sent} sendt, 1 ikke levert, {coming} kommer"
    shown = message(await on_both.press("secretary", shown, "Hvem er påminnet"))
    assert shown.title == f"Påminnelser: {FSU}, møtet 21. sep. 2026"
    assert facts(shown)["Ikke levert"] == "1"
    first = shown.sections[0]
    assert first.title == "Ikke levert"
    name, kind, how = first.text.split(" · ")
    assert (name, kind) == ("Eksempel Member", "Frist for å melde saker")
    assert how.startswith("skulle vært sendt 1. sep. 2026 kl. 10.00: meldingen ble avvist der den skulle leveres (ref")
    assert shown.sections[1].title == "Sendt"
    assert all(
        line.endswith("sendt 1. sep. 2026 kl. 10.00, Den lokale siden") for line in shown.sections[1].text.split("\n")
    )
    seen = [line for section in shown.sections for line in section.text.split("\n")]
    while "Neste" in labels(shown):
        shown = message(await on_both.press("secretary", shown, "Neste"))
        assert shown.replace
        seen += [line for section in shown.sections for line in section.text.split("\n")]
    skipped = sum(row.status == ReminderStatus.SKIPPED for row in fsu)
    assert len(seen) == len(set(seen)) == sent + 1 + coming + skipped
    assert "Til møtet" in labels(shown)


async def test_only_those_who_plan_the_meetings_see_it(surface: Overseen) -> None:
    await surface.tick()
    async with surface.world.database.transaction() as session:
        fsu = surface.world.committees["fsu"]
        session.add(Membership(committee_id=fsu, person_id=surface.world.people["nurse"], role="møteleder"))
    for who in ("secretary", "deputy", "nurse"):
        assert "Påminnelser" in facts(await surface.page(who))
        assert (await surface.listed(who)).sections
    for who in ("member", "observer"):
        assert "Påminnelser" not in facts(await surface.page(who))
        assert "Hvem er påminnet" not in labels(await surface.page(who))
    for who in ("member", "observer", "clinician"):
        refused = await surface.listed(who)
        assert refused.title.startswith("Bare sekretariatet og møtelederen for ")
        assert refused.sections == ()


async def test_a_meeting_that_nobody_is_reminded_of_says_so(surface: Overseen) -> None:
    assert "Påminnelser" not in facts(await surface.page())
    shown = await surface.listed()
    assert shown.text == "Ingen er påminnet om dette møtet, og ingen påminnelser er lagt inn."
    assert labels(shown) == ["Til møtet"]


async def test_what_was_not_needed_is_shown_with_the_reason(surface: Overseen) -> None:
    await surface.tick()
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Reminder)
            .where(col(Reminder.status) == ReminderStatus.PENDING, col(Reminder.kind) == "mote.frist")
            .values(status=ReminderStatus.SKIPPED, reason="done")
        )
    shown = await surface.listed()
    while "Neste" in labels(shown):
        shown = message(await surface.press("secretary", shown, "Neste"))
    assert shown.sections[-1].title == "Ikke sendt, siden det ikke trengtes"
    assert shown.sections[-1].text.split("\n")[-1].endswith(": har gjort det")


async def test_400_members_cost_what_few_do_and_fit_on_every_surface(on_both: Overseen) -> None:
    await on_both.tick()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        statements.append(statement)

    async def asked(**arguments: str) -> tuple[int, Message]:
        statements.clear()
        shown = await on_both.listed(**arguments)
        return len(statements), shown

    sync = on_both.world.database.engine.sync_engine
    event.listen(sync, "before_cursor_execute", note)
    few, shown = await asked()
    event.remove(sync, "before_cursor_execute", note)
    async with on_both.world.database.transaction() as session:
        member = await session.get_one(Person, on_both.world.people["member"])
        people = [
            Person(organisation_id=member.organisation_id, name=f"Eksempel Medlem med et langt navn {number}")
            for number in range(400)
        ]
        session.add_all(people)
        await session.flush()
        now = on_both.clock.now()
        session.add_all(
            Reminder(
                kind="mote.frist",
                occurrence=f"x{number}",
                person_id=person.id,
                subject="meeting:1",
                meeting_id=on_both.world.meetings["fsu-1"],
                due_at=now,
                send_at=now,
                created_at=now,
                delivery_key=f"reminders:{number}:x",
                status=ReminderStatus.HANDED,
            )
            for number, person in enumerate(people)
        )
        session.add_all(
            Delivery(
                key=f"reminders:{number}:x",
                person_id=person.id,
                message={"title": "Noe"},
                status=DeliveryStatus.WAITING,
                due_at=now,
                created_at=now,
                error="Absent: asked",
            )
            for number, person in enumerate(people)
        )
    event.listen(sync, "before_cursor_execute", note)
    count, shown = await asked()
    assert count == few
    count, last = await asked(page="49")
    assert count == few
    event.remove(sync, "before_cursor_execute", note)
    assert facts(shown)["Ikke levert"] == "400"
    assert "Medlem med et langt navn" in last.sections[0].text
    assert len(message_blocks(shown)) <= 50
    assert "Medlem med et langt navn" in str(message_card(shown))
    async with on_both.world.database.transaction() as session:
        await oversight.note(session, "reminders:7:x")
    # Whoever is told of all of them reads of the first, and how many there are.
    await on_both.tick()
    (told,) = await on_both.told()
    assert told.title.startswith("Ikke levert: 400 personer har ikke fått påminnelser om møtet i ")
    assert "og 380 til" in told.text
    assert len(told.text) < 2900


# --- told ------------------------------------------------------------------------------------------------------


async def test_the_secretariat_has_one_message_of_a_meeting_that_follows_how_it_stands(on_both: Overseen) -> None:
    on_both.refuse(Rejected("user_is_restricted"), "member")
    await nowhere(on_both, "colleague")
    await on_both.tick()
    await on_both.tick()
    for who in ("secretary", "deputy"):
        (told,) = await on_both.told(who)
        assert (
            told.title
            == f"Ikke levert: 2 personer har ikke fått påminnelser om møtet i {FSU} mandag 21. september 2026"
        )
        lines = told.text.split("\n")
        assert lines[0] == "Eksempel Colleague (Frist for å melde saker): er ikke på chat, og har ingen e-post vi når"
        assert lines[1].startswith(
            "Eksempel Member (Frist for å melde saker): meldingen ble avvist der den skulle leveres (referanse "
        )
        assert message(await on_both.press(who, told, "Hvem er påminnet")).sections[0].title == "Ikke levert"
    # Nobody else hears of it, and nothing is said twice.
    assert await on_both.told("observer") == await on_both.told("member") == []
    revisions = await _revisions(on_both)
    on_both.clock.forward(MINUTES_15)
    await on_both.tick()
    assert await _revisions(on_both) == revisions
    # One of them comes to the chat.
    await comes(on_both, "colleague")
    await on_both.tick()
    on_both.clock.forward(MINUTES_15)
    await on_both.tick()
    (told,) = await on_both.told()
    assert told.title.startswith("Ikke levert: 1 person har ikke fått påminnelser om møtet i ")
    assert "Colleague" not in told.text
    on_both.mend()
    await on_both.released(starting=True)
    await on_both.tick()
    for who in ("secretary", "deputy"):
        (told,) = await on_both.told(who)
        assert told.title.startswith(f"Ingen påminnelser om møtet i {FSU}")
        assert told.title.endswith("venter på å bli levert lenger")


async def _revisions(surface: Overseen) -> list[tuple[str, int]]:
    async with surface.world.database.reading() as session:
        rows = await session.execute(
            select(col(Delivery.key), col(Delivery.revision))
            .where(col(Delivery.subject).startswith(oversight.ABOUT))
            .order_by(col(Delivery.key))
        )
        return [(key, revision) for key, revision in rows]


async def test_when_it_is_too_late_nothing_is_missing_any_more(surface: Overseen) -> None:
    surface.refuse(Misconfigured("invalid_auth"), "member")
    await surface.tick()
    await surface.tick()
    (told,) = await surface.told()
    assert "boten får ikke sendt meldinger dit nå" in told.text
    # The deadline has passed.
    surface.clock.forward(timedelta(days=6, hours=1))
    await surface.tick()
    (told,) = await surface.told()
    assert told.title.startswith("Ingen påminnelser om møtet i ")


async def test_a_notice_that_nobody_has_read_yet_goes_when_it_is_mended(surface: Overseen) -> None:
    surface.refuse(Rejected("user_is_restricted"), "member")
    await surface.tick()
    surface.refuse(TryLater("503"), "secretary", "deputy")
    await surface.tick()
    surface.mend()
    surface.refuse(TryLater("503"), "secretary", "deputy")
    await surface.released(starting=True)
    await surface.tick()
    surface.mend()
    surface.clock.forward(timedelta(minutes=1))
    await surface.tick()
    assert await surface.told("secretary") == await surface.told("deputy") == []
    assert any("Frist for å melde saker" in each.title for each in await surface.inbox("member"))


async def test_an_hour_of_trouble_with_a_platform_is_no_news(surface: Overseen) -> None:
    surface.refuse(TryLater("503"), "member")
    await surface.tick()
    await surface.tick()
    assert await surface.told() == []
    assert facts(await surface.page())["Påminnelser"].count("ikke levert") == 0


async def test_whoever_is_not_reached_is_not_told_that_they_are_not(surface: Overseen) -> None:
    surface.refuse(Rejected("user_is_restricted"), "secretary")
    await surface.tick()
    await surface.tick()
    surface.mend()
    (told,) = await surface.told("deputy")
    assert "Eksempel Secretary" in told.text
    assert await surface.told("secretary") == []
