"""Answers that are given in a calendar: from the mailbox to the roll, and what is nobody's answer."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, select

from bot.mail import imap
from bot.mail.imap import LARGEST, Encryption, encryption_on
from bot.mail.inbox import EVERY
from handlers.people.roles import Role
from storage import agenda, leases
from storage.history import Event
from storage.tables import Answer, Attendance, Delivery, MeetingInvitation, ReadMailbox
from tests.clock import FixedClock
from tests.identity_numbers import KINDS
from tests.mail import replies
from tests.mail.imap_standin import Mailboxes, mailboxes
from tests.mail.invited import Scene
from tests.mail.invited import scene as made
from tests.mail.replies import WRITTEN_BY, calendar, plain
from tests.mail.standin import HANG, HANG_UP, MailServer
from tests.meetings.attendance import steps
from tests.surface import facts, labels
from tests.world import World, email_of

Log = pytest.LogCaptureFixture


@pytest.fixture
async def scene(world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext) -> Scene:
    return await _set_up(made(world, clock, post_office, trusted))


@pytest.fixture
async def small(small_world: World, clock: FixedClock, post_office: MailServer, trusted: ssl.SSLContext) -> Scene:
    """The same in SQLite only, for what is not about storing."""
    return await _set_up(made(small_world, clock, post_office, trusted))


async def _set_up(found: Scene) -> Scene:
    await found.only("fsu-1")
    await found.wants()
    await found.lay()
    # They have got it, for all that the mailbox knows: how it is sent is tried elsewhere.
    async with found.world.database.transaction() as session:
        await session.execute(delete(Delivery))
    return found


@pytest.fixture
async def mailbox(serving: ssl.SSLContext) -> AsyncIterator[Mailboxes]:
    async with mailboxes(serving) as found:
        yield found


@pytest.fixture(autouse=True)
def noted(caplog: Log) -> None:
    caplog.set_level(logging.INFO, logger="bot.mail.inbox")


async def events(scene: Scene, *kinds: str) -> list[Event]:
    async with scene.world.database.transaction() as session:
        found = await agenda.HISTORY.events(session, scene.world.meetings["fsu-1"])
    return [each for each in found if each.kind in kinds]


def outcome(caplog: Log) -> str:
    """What the log says of the last message."""
    said = [each.message for each in caplog.records if each.name == "bot.mail.inbox"]
    return said[-1].partition(": ")[2]


# --- what counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", WRITTEN_BY)
async def test_an_answer_of_each_mail_program_is_that_of_the_buttons(
    small: Scene, mailbox: Mailboxes, program: str
) -> None:
    await steps.remind(small.surface)
    assert "Svaret ditt" not in facts(await steps.newest(small.surface, "member", "Påminnelse"))
    write = WRITTEN_BY[program]
    mailbox.put(write(await small.said("member")))
    assert await small.inbox(mailbox).look() == 1
    assert (await small.answer_of("member")).answer is Answer.COMING
    assert facts(await steps.newest(small.surface, "member", "Påminnelse"))["Svaret ditt"] == "Kommer"
    assert "1 kommer" in facts(await steps.page(small.surface, "secretary"))["Oppmøte"]

    mailbox.put(write(await small.said("member", "DECLINED", comment="Er på reise")))
    await small.inbox(mailbox).look()
    away = await small.answer_of("member")
    assert (away.answer, away.note.strip()) == (Answer.ABSENT, "Er på reise")
    assert facts(await steps.newest(small.surface, "member", "Påminnelse"))["Svaret ditt"] == "Forfall"

    mailbox.put(write(await small.said("member", "TENTATIVE")))
    await small.inbox(mailbox).look()
    undecided = await small.answer_of("member")
    assert (undecided.answer, undecided.undecided) == (None, True)
    assert facts(await steps.newest(small.surface, "member", "Påminnelse"))["Svaret ditt"] == "Kanskje"
    silent = next(
        each for each in (await steps.page(small.surface, "secretary")).sections if each.title == "Har ikke svart"
    )
    assert "Eksempel Member, Eksempel sykehus · kanskje" in silent.text


async def test_both_databases_and_a_restart_between_each_message(scene: Scene, mailbox: Mailboxes) -> None:
    mailbox.put(replies.outlook(await scene.said("member")))
    mailbox.put(replies.google(await scene.said("colleague", "DECLINED")))
    mailbox.put(replies.apple(await scene.said("observer", "TENTATIVE")))
    for left in (3, 0, 0):
        assert await scene.inbox(mailbox).look() == left
    answers = [(await scene.answer_of(who)).answer for who in ("member", "colleague", "observer")]
    assert answers == [Answer.COMING, Answer.ABSENT, None]
    assert [each.kind for each in await events(scene, "answered", "undecided")] == ["answered", "answered", "undecided"]
    mailbox.put(replies.outlook(await scene.said("member", "DECLINED")))
    assert await scene.inbox(mailbox).look() == 1
    assert (await scene.answer_of("member")).answer is Answer.ABSENT
    async with scene.world.database.transaction() as session:
        (row,) = await session.scalars(select(ReadMailbox))
        assert (row.validity, row.last_uid) == (mailbox.validity, 4)


async def test_the_later_of_the_calendars_and_the_buttons_answers_holds(small: Scene, mailbox: Mailboxes) -> None:
    early = await small.said("member")
    small.clock.forward(timedelta(minutes=5))
    await steps.stays_away(small.surface, "member")
    mailbox.put(replies.outlook(early))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.ABSENT
    mailbox.put(replies.outlook(await small.said("member")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.COMING


async def test_two_answers_that_are_taken_in_together_count_in_their_order(small: Scene, mailbox: Mailboxes) -> None:
    """What the second one says is older than when the first one was taken in."""
    first, second = await small.said("member"), await small.said("member", "DECLINED")
    small.clock.forward(timedelta(minutes=1))
    mailbox.put(replies.outlook(first))
    mailbox.put(replies.outlook(second))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.ABSENT


async def test_a_clock_that_is_wrong_shuts_nobody_out(small: Scene, mailbox: Mailboxes) -> None:
    ahead = await small.said("member")
    mailbox.put(replies.outlook(ahead.but(at=ahead.at + timedelta(days=300))))
    await small.inbox(mailbox).look()
    small.clock.forward(timedelta(minutes=5))
    mailbox.put(replies.outlook(await small.said("member", "DECLINED")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.ABSENT


async def test_whoever_has_sent_a_substitute_and_declines_does_not_send_them_home(
    small: Scene, mailbox: Mailboxes
) -> None:
    await steps.sends(small.surface, "member", "carer")
    mailbox.put(replies.outlook(await small.said("member", "DECLINED")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.SUBSTITUTE
    mailbox.put(replies.outlook(await small.said("member", "TENTATIVE")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.SUBSTITUTE
    assert "Du har meldt stedfortreder." in (await steps.newest(small.surface, "member", "Svaret ditt i kalend")).text


async def test_a_substitute_answers_for_whoever_asked_them(small: Scene, mailbox: Mailboxes) -> None:
    await steps.sends(small.surface, "member", "carer")
    await small.mailed()
    mailbox.put(replies.outlook(await small.said("carer")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("carer")).answer is Answer.COMING
    mailbox.put(replies.outlook(await small.said("carer", "DECLINED")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.ABSENT
    assert "kan ikke møte" in (await steps.newest(small.surface, "member", "Eksempel Carer")).title


async def test_an_identity_number_in_a_comment_is_taken_out(small: Scene, mailbox: Mailboxes) -> None:
    number = KINDS["fødselsnummer"](Random(1))
    mailbox.put(replies.google(await small.said("member", "DECLINED", comment=f"Følger pasient {number}")))
    await small.inbox(mailbox).look()
    note = (await small.answer_of("member")).note
    assert "Følger pasient" in note
    assert number not in note


# --- what does not count, and what they are told ----------------------------------------------------------------


async def test_what_was_answered_has_moved_since(small: Scene, mailbox: Mailboxes) -> None:
    old = await small.said("member")
    await small.move()
    mailbox.put(replies.outlook(old))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is None
    told = await steps.newest(small.surface, "member", "Svaret ditt i kalenderen er ikke tatt imot")
    assert told.text == "Møtet er endret siden invitasjonen som du svarte på. Kommer du?"
    assert labels(told) == ["Kommer", "Forfall", "Stedfortreder"]
    await small.surface.press("member", told, "Kommer")
    assert (await small.answer_of("member")).answer is Answer.COMING


async def test_without_a_sequence_what_counts_is_when_it_began(small: Scene, mailbox: Mailboxes) -> None:
    old = await small.said("member", sequence=None)
    await small.move()
    mailbox.put(replies.google(old))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is None
    mailbox.put(replies.google(await small.said("member", sequence=None)))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is Answer.COMING


async def test_somebody_wants_another_time(small: Scene, mailbox: Mailboxes) -> None:
    said = await small.said("member", "TENTATIVE", method="COUNTER", comment="Da er jeg i retten")
    later = said.but(starts_at=said.starts_at + timedelta(days=1), ends_at=said.ends_at + timedelta(days=1))
    for _twice in range(2):
        mailbox.put(replies.google(later))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is None
    for who in ("secretary", "deputy"):
        told = [each for each in await small.surface.inbox(who) if "vil ha et annet tidspunkt" in each.title]
        assert [each.title for each in told] == [
            "Eksempel Member vil ha et annet tidspunkt for møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
        ]
        assert facts(told[0])["Foreslått tid"] == "tirsdag 22. september 2026 kl. 10.00–13.00"
        assert told[0].text == "Da er jeg i retten"
    assert not [each for each in await small.surface.inbox("colleague") if "tidspunkt" in each.title]


async def test_nobody_can_be_delegated_to_from_a_calendar(small: Scene, mailbox: Mailboxes) -> None:
    mailbox.put(replies.outlook(await small.said("member", "DELEGATED")))
    await small.inbox(mailbox).look()
    assert (await small.answer_of("member")).answer is None
    told = await steps.newest(small.surface, "member", "Svaret ditt i kalenderen er ikke tatt imot")
    assert "Skal en annen møte for deg, svar her." in told.text


async def test_a_substitute_of_several_has_to_say_for_whom(small: Scene, mailbox: Mailboxes) -> None:
    await steps.seat(small.world, "carer", Role.SUBSTITUTE, "member", also_of="colleague")
    async with small.world.database.transaction() as session:
        carer = small.world.people["carer"]
        session.add(
            MeetingInvitation(
                meeting_id=small.world.meetings["fsu-1"],
                person_id=carer,
                address=email_of("carer"),
                written_at=small.clock.now(),
            )
        )
    mailbox.put(replies.outlook(await small.said("carer")))
    await small.inbox(mailbox).look()
    told = await steps.newest(small.surface, "carer", "Svaret ditt i kalenderen er ikke tatt imot")
    assert told.text == "Si hvem du møter for. Da må du svare her, og ikke i kalenderen."
    assert labels(told) == ["Kommer", "Forfall"]


async def test_nobody_answers_for_another(small: Scene, mailbox: Mailboxes, caplog: Log) -> None:
    member, colleague = email_of("member"), email_of("colleague")
    said = await small.said("member")
    before = len(await small.surface.inbox("member"))
    nobodys, anothers = "left, nobody with that address is invited", "left, it says that it is somebody else's"
    for change, why in (
        (said.but(sender="stranger@example.org"), nobodys),
        (said.but(sender=email_of("clinician")), nobodys),
        (said.but(uid="other@helsefellesskap-bot"), nobodys),
        # From another's address, from another one of their own, and of another in their own name.
        (said.but(sender=colleague, attendee=member), anothers),
        (said.but(sender="privat@example.com", attendee=member), nobodys),
        (said.but(attendee=colleague), anothers),
    ):
        mailbox.put(replies.outlook(change))
        await small.inbox(mailbox).look()
        assert outcome(caplog).startswith(why)
    assert [(await small.answer_of(who)).answer for who in ("member", "colleague")] == [None, None]
    assert len(await small.surface.inbox("member")) == before
    async with small.world.database.transaction() as session:
        assert list(await session.scalars(select(Attendance))) == []


async def test_the_same_answer_twice_is_one(small: Scene, mailbox: Mailboxes, caplog: Log) -> None:
    said = await small.said("member")
    mailbox.put(replies.outlook(said))
    mailbox.put(replies.outlook(said))
    await small.inbox(mailbox).look()
    assert len(await events(small, "answered")) == 1
    assert outcome(caplog) == "left, they have answered since"


@pytest.mark.parametrize("when", ["cancelled", "over", "left"])
async def test_there_is_nothing_to_answer_any_more(small: Scene, mailbox: Mailboxes, caplog: Log, when: str) -> None:
    said = await small.said("member")
    if when == "cancelled":
        await small.cancel()
    elif when == "left":
        await small.leaves("member")
        await small.mailed()
    else:
        small.clock.go_to((await small.meeting()).ends_at)
    mailbox.put(replies.outlook(said))
    await small.inbox(mailbox).look()
    assert outcome(caplog).startswith("left, the meeting is over or cancelled, or does not concern them")
    assert await events(small, "answered") == []


async def test_where_the_receiving_servers_word_is_demanded_a_forged_sender_counts_for_nothing(
    small: Scene, mailbox: Mailboxes, caplog: Log
) -> None:
    server = "mx.example.org"
    forged = await small.said(
        "member", headers=f"Authentication-Results: {server}; dmarc=fail header.from=example.org\n"
    )
    mailbox.put(replies.outlook(forged))
    await small.inbox(mailbox, trusted=server).look()
    assert outcome(caplog) == "left, a sender that the receiving server does not vouch for"
    assert (await small.answer_of("member")).answer is None
    true = forged.but(headers=forged.headers.replace("dmarc=fail", "dmarc=pass"))
    mailbox.put(replies.outlook(true))
    await small.inbox(mailbox, trusted=server).look()
    assert (await small.answer_of("member")).answer is Answer.COMING


# --- what stands in a mailbox besides, and a server that is in trouble -------------------------------------------


async def test_what_cannot_be_read_is_left_and_holds_back_nothing(
    small: Scene, mailbox: Mailboxes, caplog: Log
) -> None:
    said = await small.said("member")
    secret = "Hemmelig emne"
    huge = mailbox.put(plain(said, secret + "x" * 10_000_000))
    lying = mailbox.put(plain(said, secret + "x" * 10_000_000), claims=1000)
    for content in (
        replies.absence(said),
        replies.without_calendar(said),
        plain(said, secret),
        plain(said, calendar(said) + calendar(said.but(says="DECLINED"))),
        b"\x00\xff" * 50,
        b"",
    ):
        mailbox.put(content)
    last = mailbox.put(replies.outlook(said))
    assert await small.inbox(mailbox).look() == last
    assert (await small.answer_of("member")).answer is Answer.COMING
    assert huge not in mailbox.given
    assert mailbox.given[lying] == LARGEST
    said_of = [each.message for each in caplog.records if each.name == "bot.mail.inbox"]
    assert len(said_of) == last
    assert said_of[0] == "message 1 of the mailbox: left, too large"
    assert not [each for each in said_of if "Hemmelig" in each or "example.org" in each]
    # Nothing of it is changed: whoever reads the mailbox finds it as it was.
    assert {each.split(" ")[0] for each in mailbox.heard} <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}


async def test_many_messages_are_fetched_some_at_a_time(small: Scene, mailbox: Mailboxes) -> None:
    said = await small.said("member")
    for _number in range(120):
        mailbox.put(replies.without_calendar(said))
    mailbox.put(replies.outlook(said))
    assert await small.inbox(mailbox).look() == 121
    assert (await small.answer_of("member")).answer is Answer.COMING
    assert len([each for each in mailbox.heard if each == "LOGIN"]) == 3


async def test_a_mailbox_that_is_new_is_read_from_a_fortnight_ago_and_one_that_is_another_too(
    small: Scene, mailbox: Mailboxes
) -> None:
    await small.inbox(mailbox).look()
    said = await small.said("member")
    mailbox.put(replies.outlook(said))
    await small.inbox(mailbox).look()
    assert mailbox.dates == ["18-Aug-2026"] * 2
    mailbox.validity += 1
    assert await small.inbox(mailbox).look() == 1
    assert mailbox.dates == ["18-Aug-2026"] * 3
    assert len(await events(small, "answered")) == 1


async def test_only_one_worker_reads_and_another_takes_over(small: Scene, mailbox: Mailboxes) -> None:
    mailbox.put(replies.outlook(await small.said("member")))
    async with small.world.database.transaction() as session:
        now = small.clock.now()
        await leases.keep(session, "mail.inbox", "another worker", now, now + timedelta(minutes=3))
    assert await small.inbox(mailbox).look() == 0
    assert mailbox.heard == []
    small.clock.forward(timedelta(minutes=3))
    assert await small.inbox(mailbox).look() == 1


async def test_a_fault_with_one_message_holds_back_no_other(small: Scene, mailbox: Mailboxes, caplog: Log) -> None:
    seen = []

    async def take(_session: object, sender: str, *_more: object) -> str:
        seen.append(sender)
        if len(seen) == 1:
            raise RuntimeError("Hemmelig")
        return "taken in"

    inbox = small.inbox(mailbox)
    inbox._take = take
    mailbox.put(replies.outlook(await small.said("member")))
    mailbox.put(replies.outlook(await small.said("colleague")))
    assert await inbox.look() == 2
    assert await inbox.look() == 0
    assert seen == [email_of("member"), email_of("colleague")]
    assert "Hemmelig" not in caplog.text
    assert "could not be seen to, reference " in caplog.text


async def test_a_server_in_trouble_is_told_of_once_and_tried_again(
    small: Scene, mailbox: Mailboxes, caplog: Log
) -> None:
    inbox = small.inbox(mailbox)
    for command, answer, step in (
        ("LOGIN", "NO [AUTHENTICATIONFAILED] Hemmelig", "logging in: error"),
        ("EXAMINE", "NO Hemmelig", "opening the folder: error"),
        ("UID SEARCH", "BAD Hemmelig", "searching: error"),
        ("UID FETCH", HANG_UP, "fetching: abort"),
        ("CAPABILITY", HANG_UP, "connecting: abort"),
    ):
        caplog.clear()
        mailbox.put(replies.outlook(await small.said("member")))
        for _time in range(2):
            mailbox.will_answer(command, answer)
            assert await inbox.look() == 0
        assert [each.message for each in caplog.records if each.levelno == logging.WARNING] == [
            f"the mailbox cannot be looked into: {step}"
        ]
        assert await inbox.look() == 1
        assert "the mailbox can be looked into again" in caplog.text
        assert "Hemmelig" not in caplog.text


async def test_a_server_that_says_nothing_is_not_waited_for(small: Scene, mailbox: Mailboxes, caplog: Log) -> None:
    mailbox.will_answer("UID SEARCH", HANG)
    assert await small.inbox(mailbox, seconds=0.2).look() == 0
    assert "the mailbox cannot be looked into: searching: TimeoutError" in caplog.text


async def test_it_stops_at_once_also_while_the_server_says_nothing(small: Scene, mailbox: Mailboxes) -> None:
    mailbox.will_answer("UID SEARCH", HANG)
    inbox = small.inbox(mailbox)
    inbox.start()
    async with asyncio.timeout(5):
        await mailbox.hung.wait()
        await inbox.stop()


async def test_it_looks_by_itself(small: Scene, mailbox: Mailboxes) -> None:
    came = asyncio.Event()
    mailbox.put(replies.outlook(await small.said("member")))
    inbox = small.inbox(mailbox, changed=came.set)
    inbox.start()
    async with asyncio.timeout(5):
        await came.wait()
        await inbox.stop()
    assert (await small.answer_of("member")).answer is Answer.COMING
    assert timedelta(seconds=10) < EVERY < timedelta(minutes=5)


async def test_encrypted_from_the_first_byte_or_by_starttls_and_never_not(
    small: Scene, serving: ssl.SSLContext, caplog: Log
) -> None:
    async with mailboxes(serving, at_once=False, folder='Svar "her"') as standin:
        standin.put(replies.outlook(await small.said("member")))
        assert await small.inbox(standin).look() == 1
        assert standin.heard.index("STARTTLS") < standin.heard.index("LOGIN")
        standin.will_answer("STARTTLS", "NO not now")
        await small.inbox(standin).look()
        assert standin.heard.count("LOGIN") == 1
    assert "connecting: error" in caplog.text
    async with mailboxes(serving) as standin:
        small.trusted = ssl.create_default_context()
        await small.inbox(standin).look()
        assert standin.heard == []
    assert "connecting: SSLCertVerificationError" in caplog.text
    assert (encryption_on(993), encryption_on(143)) == (Encryption.AT_ONCE, Encryption.STARTTLS)
    assert imap.LARGEST <= 1_000_000
