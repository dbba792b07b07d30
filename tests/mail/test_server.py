"""Handing an e-mail over: every way a mail server can answer, as the worker understands it."""

import asyncio
import socket
import ssl

import pytest
from aiosmtplib import SMTPConnectError

from bot.mail.server import Encryption, Server, _broken, encryption_on
from bot.messenger import Misconfigured, SendError, TryLater, Uncertain, Unreachable
from tests.mail.conftest import reached
from tests.mail.standin import GREETING, HANG, HANG_UP, TAKEN, MailServer, running

SENDER, READER = "bot@example.org", "mailbox@example.org"
CONTENT = b"Subject: Hei\r\n\r\n.En linje som begynner med punktum\r\n"
PATIENCE = 10.0
"""Seconds a test waits for what should come at once."""


async def hand_over(server: Server) -> None:
    await server.hand_over(SENDER, READER, CONTENT)


async def test_an_e_mail_is_handed_over_encrypted(post_office: MailServer, trusted: ssl.SSLContext) -> None:
    await hand_over(reached(post_office, trusted))
    (received,) = post_office.received
    assert (received.sender, received.readers, received.content) == (SENDER, (READER,), CONTENT)
    assert received.encrypted
    assert post_office.heard == [GREETING, "EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_the_bot_logs_in_when_the_connection_is_encrypted(
    serving: ssl.SSLContext, trusted: ssl.SSLContext
) -> None:
    async with running(serving, logins={"bot": "hemmelig"}) as standin:
        await hand_over(reached(standin, trusted, user="bot", password="hemmelig"))
        assert standin.received[0].login == ("bot", "hemmelig")
        assert standin.heard.index("AUTH") > standin.heard.index("STARTTLS")


async def test_a_port_that_is_encrypted_from_the_first_byte(serving: ssl.SSLContext, trusted: ssl.SSLContext) -> None:
    async with running(serving, at_once=True) as standin:
        await hand_over(reached(standin, trusted, encryption=Encryption.AT_ONCE))
        assert standin.received[0].encrypted


async def test_without_encryption_only_where_it_was_said(trusted: ssl.SSLContext) -> None:
    async with running() as standin:
        await hand_over(reached(standin, trusted, encryption=Encryption.NEVER))
        assert not standin.received[0].encrypted


def test_what_a_port_expects() -> None:
    assert encryption_on(587, starttls=True) is Encryption.STARTTLS
    assert encryption_on(25, starttls=False) is Encryption.NEVER
    assert encryption_on(465, starttls=True) is encryption_on(465, starttls=False) is Encryption.AT_ONCE


# --- encryption, or nothing --------------------------------------------------------------------------------


async def test_a_server_without_starttls_gets_nothing(trusted: ssl.SSLContext) -> None:
    async with running(logins={"bot": "hemmelig"}) as standin:
        with pytest.raises(Misconfigured):
            await hand_over(reached(standin, trusted, user="bot", password="hemmelig"))
        assert standin.heard == [GREETING, "EHLO"]


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_certificate_that_is_not_believed_gets_nothing(serving: ssl.SSLContext, *, at_once: bool) -> None:
    encryption = Encryption.AT_ONCE if at_once else Encryption.STARTTLS
    async with running(serving, at_once=at_once) as standin:
        with pytest.raises(Misconfigured, match="SSLCertVerificationError"):
            await hand_over(reached(standin, None, encryption=encryption))
        assert "MAIL" not in standin.heard


async def test_a_port_that_is_not_encrypted_after_all(trusted: ssl.SSLContext) -> None:
    async with running() as standin:
        with pytest.raises(Misconfigured, match="SSLError"):
            await hand_over(reached(standin, trusted, encryption=Encryption.AT_ONCE))


# --- no, in every way --------------------------------------------------------------------------------------

REFUSALS: list[tuple[str, str, type[SendError], str]] = [
    (GREETING, "421 4.3.2 Too many connections", TryLater, "connecting: 421 4.3.2"),
    (GREETING, "554 5.7.1 Blocked", Misconfigured, "connecting: 554 5.7.1"),
    ("STARTTLS", "454 4.7.0 TLS not available", TryLater, "connecting: 454 4.7.0"),
    ("STARTTLS", "501 5.5.4 Syntax error", Misconfigured, "connecting: 501 5.5.4"),
    ("AUTH", "535 5.7.8 Wrong", Misconfigured, "connecting: 535 5.7.8"),
    ("AUTH", "454 4.7.0 Temporary authentication failure", TryLater, "connecting: 454 4.7.0"),
    ("MAIL", "451 4.3.0 Local error", TryLater, "MAIL: 451 4.3.0"),
    ("MAIL", "550 5.7.60 Not allowed to send as this sender", Misconfigured, "MAIL: 550 5.7.60"),
    ("MAIL", "553 5.1.8 Sender address rejected", Misconfigured, "MAIL: 553 5.1.8"),
    ("RCPT", "450 4.2.0 Greylisted", TryLater, "RCPT: 450 4.2.0"),
    ("RCPT", "452 Too many recipients", TryLater, "RCPT: 452"),
    ("RCPT", f"550 5.1.1 <{READER}>: no such user", Unreachable, "RCPT: 550 5.1.1"),
    ("RCPT", f"550 <{READER}> unknown", Unreachable, "RCPT: 550"),
    ("RCPT", "552 5.2.2 Mailbox full", Unreachable, "RCPT: 552 5.2.2"),
    ("RCPT", "550 5.4.4 Unable to route", Unreachable, "RCPT: 550 5.4.4"),
    ("RCPT", "553 5.1.8 Sender address rejected", Misconfigured, "RCPT: 553 5.1.8"),
    ("RCPT", "504 5.5.2 Helo command rejected", Misconfigured, "RCPT: 504 5.5.2"),
    ("RCPT", "554 5.7.1 Relay access denied", Misconfigured, "RCPT: 554 5.7.1"),
    ("RCPT", "530 Log in first", Misconfigured, "RCPT: 530"),
    ("DATA", "451 4.7.1 Try again", TryLater, "DATA: 451 4.7.1"),
    ("DATA", "554 No", Misconfigured, "DATA: 554"),
    (TAKEN, "452 4.3.1 Insufficient storage", TryLater, "DATA: 452 4.3.1"),
    (TAKEN, "550 5.1.1 No such user after all", Unreachable, "DATA: 550 5.1.1"),
    (TAKEN, "554 5.7.1 Looks like spam", Misconfigured, "DATA: 554 5.7.1"),
    (TAKEN, "552 Too large", Misconfigured, "DATA: 552"),
]


@pytest.mark.parametrize(("command", "answer", "kind", "reason"), REFUSALS)
async def test_what_a_refusal_means(
    serving: ssl.SSLContext, trusted: ssl.SSLContext, command: str, answer: str, kind: type[SendError], reason: str
) -> None:
    async with running(serving, logins={"bot": "hemmelig"}) as standin:
        standin.will_answer(command, answer)
        with pytest.raises(SendError) as raised:
            await hand_over(reached(standin, trusted, user="bot", password="hemmelig"))
        assert type(raised.value) is kind
        # What the server said may have the address in it, so its codes are all there is.
        assert str(raised.value) == reason
        assert standin.received == []
        # The next one starts afresh.
        await hand_over(reached(standin, trusted, user="bot", password="hemmelig"))
        assert len(standin.received) == 1


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        *[(command, HANG_UP, TryLater) for command in (GREETING, "EHLO", "STARTTLS", "MAIL", "RCPT")],
        *[(command, HANG, TryLater) for command in (GREETING, "EHLO", "STARTTLS", "MAIL", "RCPT")],
        ("RCPT", "what?", TryLater),
        ("DATA", HANG_UP, Uncertain),
        (TAKEN, HANG_UP, Uncertain),
        (TAKEN, HANG, Uncertain),
        (TAKEN, "what?", Uncertain),
        (TAKEN, "251 Ok, somewhere", Uncertain),
    ],
)
async def test_no_answer_or_none_that_makes_sense(
    post_office: MailServer, trusted: ssl.SSLContext, command: str, answer: str, kind: type[SendError]
) -> None:
    post_office.will_answer(command, answer)
    with pytest.raises(SendError) as raised:
        await hand_over(reached(post_office, trusted, seconds=0.3))
    assert type(raised.value) is kind
    assert READER not in str(raised.value)


@pytest.mark.parametrize("answer", [HANG, HANG_UP, "500 What?"])
async def test_a_goodbye_that_is_not_answered_makes_no_difference(
    post_office: MailServer, trusted: ssl.SSLContext, answer: str
) -> None:
    post_office.will_answer("QUIT", answer)
    await hand_over(reached(post_office, trusted))
    assert len(post_office.received) == 1


async def test_nobody_listens(trusted: ssl.SSLContext) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = Server("127.0.0.1", taken.getsockname()[1], name="example.org", trusted=trusted)
        with pytest.raises(TryLater):
            await hand_over(server)


@pytest.mark.parametrize(("number", "kind"), [(socket.EAI_NONAME, Misconfigured), (socket.EAI_AGAIN, TryLater)])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_server_whose_name_nobody_knows(number: int, kind: type[SendError], wrapped: bool) -> None:
    """By itself, or as the library passes it on. (No name is looked up: what a machine answers is its own.)"""
    error: Exception = socket.gaierror(number, "not known")
    if wrapped:
        cause, error = error, SMTPConnectError("not connected")
        error.__cause__ = cause
    assert type(_broken("connecting", error)) is kind


# --- many at once ------------------------------------------------------------------------------------------


async def test_few_connections_at_a_time(post_office: MailServer, trusted: ssl.SSLContext) -> None:
    server = reached(post_office, trusted)
    await asyncio.gather(*(hand_over(server) for _number in range(12)))
    assert len(post_office.received) == 12
    assert post_office.most_talking <= 3


async def test_whoever_gets_no_turn_is_tried_later_without_counting(
    post_office: MailServer, trusted: ssl.SSLContext
) -> None:
    server = reached(post_office, trusted)
    post_office.gate = asyncio.Event()
    busy = [asyncio.create_task(hand_over(server)) for _number in range(3)]
    async with asyncio.timeout(PATIENCE):
        while len(post_office.received) < 3:
            post_office.came.clear()
            await post_office.came.wait()
    patience, server._seconds = server._seconds, 0.05
    with pytest.raises(TryLater) as raised:
        await hand_over(server)
    assert raised.value.seconds is not None
    server._seconds = patience
    post_office.gate.set()
    await asyncio.gather(*busy)
    await hand_over(server)
    assert len(post_office.received) == 4
