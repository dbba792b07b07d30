"""Invitations by e-mail: who gets them, what a calendar makes of them, and what follows when a meeting changes."""

import ssl
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlmodel import col

from handlers.chore import Item
from handlers.meetings.invitations.inviting import INVITE
from handlers.people.roles import Role
from storage import invitations, looks
from storage.tables import AgendaItem, Attendance, Committee, Delivery, DeliveryStatus, Membership, Person
from tests.clock import FixedClock
from tests.mail.invited import FSU, Scene
from tests.mail.invited import scene as made
from tests.mail.standin import MailServer
from tests.meetings.attendance import steps
from tests.meetings.steps import accepted
from tests.world import World, email_of


@pytest.fixture
async def scene(world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext) -> Scene:
    found = made(world, clock, post_office, trusted)
    await found.only("fsu-1")
    return found


@pytest.fixture
async def small(small_world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext) -> Scene:
    """The same in SQLite only, for what is not about storing."""
    found = made(small_world, clock, post_office, trusted)
    await found.only("fsu-1")
    return found


async def test_nobody_gets_any_where_nobody_wants_them_and_no_meeting_is_looked_at(scene: Scene) -> None:
    await scene.lay()
    await accepted(scene.surface, "En sak")
    async with scene.world.database.transaction() as session:
        await session.execute(update(AgendaItem).values(presenter_ids=[scene.world.people["chief"]]))
    await scene.move()
    async with scene.world.database.reading() as session:
        changed = (await looks.found(session, INVITE.name, scene.clock.now())).changed
    assert f"m{scene.world.meetings['fsu-1']}" in changed
    looked_at = await _looked_at(scene)
    assert looked_at == set()
    # One who wants them, and presents a case, is at the meeting, whoever else wants none.
    await scene.wishes("chief", True)
    assert sorted(await scene.mailed()) == ["chief"]


async def _looked_at(scene: Scene) -> set[str]:
    """The meetings that are to be looked at, once what has changed is gone through."""
    async with scene.world.database.transaction() as session:
        now = scene.clock.now()
        found = await looks.found(session, INVITE.name, now)
        await INVITE.do(session, [Item("what has changed:", each) for each in found.changed], now)
        return set((await looks.found(session, INVITE.name, now)).due)


async def test_from_the_first_invitation_to_the_last_word_of_the_meeting(scene: Scene) -> None:
    """New, moved twice, with another place, cancelled, held after all, cancelled, over: each calendar hears once."""
    await scene.wants()
    meeting = await scene.meeting()
    first = await scene.mailed()
    assert tuple(sorted(first)) == FSU
    for who, entry in first.items():
        assert entry.said == ("REQUEST", meeting.sequence)
        assert str(entry.event["UID"]) == meeting.uid
        assert entry.event.decoded("dtstart") == meeting.starts_at
        assert str(entry.event["ATTENDEE"]) == f"mailto:{email_of(who)}"
        assert entry.event["ATTENDEE"].params["RSVP"] == "TRUE"
        others = {email_of(other) for other in scene.world.people} - {email_of(who)}
        assert not [address for address in others if address in entry.received.everything_within]
    assert await scene.mailed() == {}

    for step, method in (
        (scene.move(), "REQUEST"),
        (scene.move(timedelta(), "Rådhuset"), "REQUEST"),
        (scene.cancel(), "CANCEL"),
        (scene.reinstate(), "REQUEST"),
        (scene.cancel(), "CANCEL"),
    ):
        before = (await scene.meeting()).sequence
        await step
        now = await scene.meeting()
        assert now.sequence > before
        told = await scene.mailed()
        assert tuple(sorted(told)) == FSU
        assert {entry.said for entry in told.values()} == {(method, now.sequence)}
        assert {str(entry.event["UID"]) for entry in told.values()} == {meeting.uid}
        assert await scene.mailed() == {}
    async with scene.world.database.transaction() as session:
        count = await session.scalar(
            select(func.count()).select_from(Delivery).where(col(Delivery.subject).endswith(":invitation"))
        )
    assert count == len(FSU)


async def test_the_e_mail_is_itself_an_invitation(small: Scene) -> None:
    """Outlook, Google and Apple's Calendar look for a part of the e-mail itself, and not for a file."""
    await small.wants()
    await accepted(small.surface, "En sak som ikke skal i noen kalender")
    entry = (await small.mailed())["member"]
    email = entry.received.email
    assert email.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in entry.parts] == ["text/plain", "text/calendar"]
    assert entry.part.get_param("method") == "REQUEST"
    assert entry.part.get_content_charset() == "utf-8"
    assert entry.part.get_content_disposition() is None
    assert email["Subject"] == "Invitasjon: Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert str(email["From"]) == "Helsefellesskap <bot@example.org>"
    assert email["Reply-To"] is None
    assert email["Content-Class"] == "urn:content-classes:calendarmessage"
    assert str(entry.event["ORGANIZER"]) == "mailto:bot@example.org"
    assert (str(entry.event["SUMMARY"]), str(entry.event["LOCATION"])) == (
        "Møte i Faglig samarbeidsutvalg (FSU)",
        "Eksempelsalen",
    )
    assert entry.text == (
        "Møte: mandag 21. september 2026 kl. 10.00–13.00\nSted: Eksempelsalen\n\n"
        "Svar i kalenderen, så får sekretariatet vite det. Du kan også svare i boten, som du pleier.\n"
    )
    assert "En sak" not in entry.received.everything_within
    assert "https://" not in entry.received.everything_within


async def test_where_answers_are_not_read_none_are_asked_for(small: Scene) -> None:
    small.send_by(answers_to=None)
    await small.wants()
    entry = (await small.mailed())["member"]
    assert entry.event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert "Svar som gis i kalenderen, blir ikke lest." in entry.text


async def test_answers_go_to_the_mailbox_that_is_read(small: Scene) -> None:
    small.send_by(answers_to="svar@example.org")
    await small.wants()
    entry = (await small.mailed())["member"]
    assert str(entry.event["ORGANIZER"]) == "mailto:svar@example.org"
    assert str(entry.received.email["Reply-To"]) == "Helsefellesskap <svar@example.org>"
    assert entry.received.sender == "bot@example.org"


async def test_each_chooses_for_themselves(small: Scene) -> None:
    await small.wishes("observer", True)
    assert sorted(await small.mailed()) == ["observer"]
    await small.wishes("member", False)
    await small.wants()
    assert sorted(await small.mailed()) == ["colleague", "deputy", "secretary"]
    await small.wishes("member", None)
    assert sorted(await small.mailed()) == ["member"]


async def test_what_is_in_a_calendar_is_kept_in_step_also_for_whoever_wants_no_more(small: Scene) -> None:
    await small.wants()
    await small.mailed()
    await small.wants(invitations=False)
    await small.wishes("member", False)
    assert await small.mailed() == {}
    await small.move()
    assert tuple(sorted(await small.mailed())) == FSU


async def test_who_leaves_the_committee_and_comes_back(scene: Scene) -> None:
    await scene.wants()
    await scene.mailed()
    await scene.leaves("member")
    told = await scene.mailed()
    assert sorted(told) == ["member"]
    assert told["member"].said[0] == "CANCEL"
    assert "ikke lenger innkalt" in told["member"].received.subject
    assert await scene.mailed() == {}
    scene.clock.forward(timedelta(minutes=5))
    await steps.seat(scene.world, "member", Role.MEMBER)
    back = await scene.mailed()
    assert sorted(back) == ["member"]
    assert back["member"].said[0] == "REQUEST"
    # Of two with the same sequence the later one holds, and no mail program takes it for the same e-mail.
    assert back["member"].event.decoded("dtstamp") > told["member"].event.decoded("dtstamp")
    assert len({each.received.email["Message-ID"] for each in (told["member"], back["member"])}) == 2


async def test_what_nobody_has_seen_is_taken_back_without_a_word(small: Scene) -> None:
    await small.wants()
    await small.lay()
    await small.cancel()
    assert await small.mailed() == {}
    await small.reinstate()
    assert {entry.said[0] for entry in (await small.mailed()).values()} == {"REQUEST"}


async def test_another_address_gets_it_anew(small: Scene) -> None:
    await small.wants()
    await small.mailed()
    member = small.world.people["member"]
    async with small.world.database.transaction() as session:
        await session.execute(update(Person).where(col(Person.id) == member).values(email="new@example.org"))
    small.world.people["new"] = member
    told = await small.mailed()
    assert list(told) == ["new"]
    assert str(told["new"].event["ATTENDEE"]) == "mailto:new@example.org"


async def test_a_substitute_is_invited_when_they_are_asked_and_not_before(small: Scene) -> None:
    await steps.seat(small.world, "carer", Role.SUBSTITUTE, "member")
    await small.wants()
    assert tuple(sorted(await small.mailed())) == FSU
    await steps.sends(small.surface, "member", "carer")
    assert sorted(await small.mailed()) == ["carer"]
    # Whoever says no has taken it out of their calendar themselves.
    asked = await steps.newest(small.surface, "carer", "Kan du møte")
    opened = await small.surface.press("carer", asked, "Forfall")
    await small.surface.submit("carer", opened)  # type: ignore[arg-type]
    assert await small.mailed() == {}


async def test_a_guest_is_invited_without_the_case(small: Scene) -> None:
    await small.wants()
    await small.mailed()
    async with small.world.database.transaction() as session:
        fsu, surgeon = small.world.meetings["fsu-1"], small.world.people["surgeon"]
        session.add(Attendance(meeting_id=fsu, person_id=surgeon, capacity=Role.GUEST, guest_in=[]))
    # Nobody has asked them to any item yet.
    assert await small.mailed() == {}
    await accepted(small.surface, "Hemmelig sak")
    async with small.world.database.transaction() as session:
        await session.execute(update(AgendaItem).values(presenter_ids=[small.world.people["chief"]]))
    told = await small.mailed()
    assert sorted(told) == ["chief"]
    assert "Hemmelig" not in told["chief"].received.everything_within


async def test_what_has_begun_is_not_sent(small: Scene) -> None:
    await small.lay()
    small.clock.go_to((await small.meeting()).starts_at)
    await small.wants()
    assert await small.mailed() == {}


async def test_what_could_not_be_sent_in_time_is_not_sent_later(small: Scene) -> None:
    await small.wants()
    await small.lay()
    small.clock.go_to((await small.meeting()).ends_at)
    assert await small.mailed() == {}
    async with small.world.database.transaction() as session:
        found = await session.scalars(
            select(Delivery.status).where(col(Delivery.subject).endswith(":invitation"))  # type: ignore[call-overload]
        )
        assert set(found) == {DeliveryStatus.CANCELLED}


async def test_a_meeting_that_is_put_off_is_told_of_for_longer(small: Scene) -> None:
    await small.wants()
    await small.mailed()
    await small.move(timedelta(days=100))
    await small.lay()
    small.clock.forward(timedelta(days=30))
    assert tuple(sorted(await small.mailed())) == FSU


async def test_whoever_is_on_chat_gets_the_invitation_by_e_mail_and_the_rest_on_chat(small: Scene) -> None:
    """An account on e-mail is where that one message goes, and no other."""
    await small.wants()
    await small.mailed()
    before = len(small.post_office.received)
    await small.move()
    await small.surface.arrive()
    assert "er flyttet" in (await steps.newest(small.surface, "member")).title
    assert len(small.post_office.received) == before


async def test_without_e_mail_it_waits_and_nobody_sees_it_on_chat(small: Scene) -> None:
    known = small.surface.bot.registry
    worker = type(small.surface.worker)
    small.surface.worker = worker(
        small.world.database, {"local": small.surface.messenger}, small.clock, known.chores, subjects=known.subjects
    )
    await small.wants()
    await small.lay()
    assert not [each for each in await small.surface.inbox("member") if "nvitasjon" in each.title]


async def test_somebody_without_an_address_is_left_out(small: Scene) -> None:
    async with small.world.database.transaction() as session:
        member = col(Person.id) == small.world.people["member"]
        await session.execute(update(Person).where(member).values(email=None))
    await small.wants()
    assert "member" not in await small.mailed()


async def test_each_reads_it_in_their_language(small: Scene) -> None:
    async with small.world.database.transaction() as session:
        member = col(Person.id) == small.world.people["member"]
        await session.execute(update(Person).where(member).values(language="en"))
    await small.wants()
    told = await small.mailed()
    assert told["member"].received.email["Content-Language"] == "en"
    assert told["colleague"].received.email["Content-Language"] == "nb"


async def test_a_tick_with_nothing_to_do_costs_one_statement(small: Scene) -> None:
    await small.wants()
    await small.mailed()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = small.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    async with small.world.database.reading() as session:
        assert await INVITE.due(session, small.clock.now()) == []
    event.remove(engine, "before_cursor_execute", note)
    assert len([each for each in asked if each.startswith("SELECT")]) == 1
    assert not [each for each in asked if each.startswith(("INSERT", "UPDATE", "DELETE"))]


async def test_four_hundred_members(small: Scene) -> None:
    async with small.world.database.transaction() as session:
        member = await session.get_one(Person, small.world.people["member"])
        fsu = await session.get_one(Committee, small.world.committees["fsu"])
        everybody = [
            Person(organisation_id=member.organisation_id, name="Eksempel", email=f"m{number}@example.org")
            for number in range(400)
        ]
        session.add_all(everybody)
        await session.flush()
        session.add_all(Membership(committee_id=fsu.id, person_id=each.id, role=Role.MEMBER) for each in everybody)
    await small.wants()
    await small.lay()
    async with small.world.database.transaction() as session:
        count = await session.scalar(
            select(func.count()).select_from(Delivery).where(col(Delivery.subject).endswith(":invitation"))
        )
    assert count == 400 + len(FSU)


async def test_thousands_of_people_who_change_at_once(scene: Scene) -> None:
    """As a load of a large partnership does; SQLite takes no condition of a thousand parts."""
    everybody = range(1, 40_000)
    now = scene.clock.now()
    async with scene.world.database.transaction() as session:
        await invitations.look_at(session, INVITE.name, now, people=everybody)
        assert (await looks.found(session, INVITE.name, now)).due == []
    await scene.wants()
    async with scene.world.database.transaction() as session:
        await invitations.look_at(session, INVITE.name, now, people=everybody)
        assert str(scene.world.meetings["fsu-1"]) in (await looks.found(session, INVITE.name, now)).due
