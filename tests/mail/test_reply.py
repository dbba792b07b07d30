"""Reading the answers of calendars: as they are written, and as nobody should write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import reply
from bot.mail.vouched import is_vouched_for
from handlers.calendar import answer
from handlers.calendar.answer import Moments, NotAnAnswer, Says
from tests.mail import replies
from tests.mail.replies import WRITTEN_BY, Said, calendar, plain

SAID = Said("abc@helsefellesskap-bot", "member@example.org")
SERVER = "mx.example.org"


def why_not(content: bytes, trusted: str | None = None) -> str:
    with pytest.raises(NotAnAnswer) as caught:
        reply.read(content, trusted)
    return str(caught.value)


@pytest.mark.parametrize("program", WRITTEN_BY)
@pytest.mark.parametrize("says", [Says.ACCEPTED, Says.DECLINED, Says.TENTATIVE])
def test_as_mail_programs_write_it(program: str, says: Says) -> None:
    said = SAID.but(says=says.value, sequence=3, comment="Er på reise")
    found = reply.read(WRITTEN_BY[program](said), None)
    assert found.sender == "member@example.org"
    assert (found.answer.uid, found.answer.sequence) == (SAID.uid, 3)
    assert (found.answer.attendee, found.answer.says, found.answer.at) == ("member@example.org", says, SAID.at)
    assert found.answer.starts_at == SAID.starts_at
    assert found.answer.comment.strip() == "Er på reise"
    assert not found.answer.counters


def test_another_time_is_proposed() -> None:
    later = SAID.but(method="COUNTER", starts_at=datetime(2026, 9, 28, 8, tzinfo=UTC), says="TENTATIVE")
    later = later.but(ends_at=datetime(2026, 9, 28, 11, tzinfo=UTC))
    for program in ("outlook", "google"):
        found = reply.read(WRITTEN_BY[program](later), None).answer
        assert found.counters, program
        assert found.proposed == Moments(later.starts_at, later.ends_at), program


def test_without_a_sequence() -> None:
    assert reply.read(replies.google(SAID.but(sequence=None)), None).answer.sequence is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (replies.without_calendar(SAID), "no calendar in it"),
        (replies.absence(SAID), "an automatic reply"),
        (plain(SAID, calendar(SAID.but(method="REQUEST"))), "another method"),
        (plain(SAID, "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\nEND:VCALENDAR\n"), "0 entries"),
        (plain(SAID, calendar(SAID) + calendar(SAID.but(says="DECLINED"))), "2 calendars"),
        (plain(SAID, ""), "0 calendars"),
        (plain(SAID, "hei"), "no calendar (ValueError)"),
        (plain(SAID, calendar(SAID) + "x" * 200_000), "too long"),
        (plain(SAID, calendar(SAID).replace(f"UID:{SAID.uid}\n", "")), "no UID"),
        (plain(SAID, calendar(SAID).replace("mailto:member", "tel:")), "an attendee without an address"),
        (
            plain(SAID, calendar(SAID).replace("UID:", "ATTENDEE:mailto:other@example.org\nUID:")),
            "not of one attendee",
        ),
        (plain(SAID, calendar(SAID).replace("DTSTAMP:2026", "DTSTAMP:2x26")), "no moment at which it was given"),
        (plain(SAID, calendar(SAID).replace("SEQUENCE:0", "SEQUENCE:mange")), "a sequence that is no number"),
        (plain(SAID, calendar(SAID).replace("UID:", "RECURRENCE-ID:20260921T080000Z\nUID:")), "about one of a series"),
        (plain(SAID.but(sender="a@example.org, b@example.org"), calendar(SAID)), "not of one sender"),
        (plain(SAID, calendar(SAID)).replace(b"To: bot", b"From: x@example.org\r\nTo: bot"), "not of one sender"),
        (plain(SAID, calendar(SAID)).replace(b"From: ", b"X-From: "), "not of one sender"),
        (b"", "not of one sender"),
    ],
)
def test_what_is_no_answer(content: bytes, why: str) -> None:
    assert why_not(content) == why


def test_two_parts_that_say_different_things() -> None:
    once = replies.google(SAID)
    file = once.index(b'name="invite.ics"')
    other = replies.google(SAID.but(says="DECLINED"))
    assert why_not(once[:file] + other[other.index(b'name="invite.ics"') :]) == "2 different answers"


def test_other_encodings_than_are_said() -> None:
    said = SAID.but(comment="Blåbærsyltetøy")
    for content in (calendar(said).encode("latin-1"), b"\xef\xbb\xbf" + calendar(said).encode()):
        for charset in ("utf-8", "iso-8859-1", "no-such-charset"):
            mail = plain(said, "", content=content, kind=f"text/calendar; charset={charset}")
            assert reply.read(mail, None).answer.comment == "Blåbærsyltetøy", charset


def test_somebody_answered_for_another_with_a_delegates_address() -> None:
    found = reply.read(
        plain(
            SAID.but(sender="assistant@example.org", attendee="member@example.org"),
            "" + calendar(SAID.but(sender="assistant@example.org", attendee="member@example.org")),
        ),
        None,
    )
    assert (found.sender, found.answer.attendee) == ("assistant@example.org", "member@example.org")


def test_many_parts_inside_each_other_come_to_an_end() -> None:
    deep = b"From: a@example.org\r\n" + b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(400)
    )
    with pytest.raises((NotAnAnswer, RecursionError)):
        reply.read(deep, None)


@given(st.binary(max_size=400))
def test_whatever_stands_in_a_calendar_it_is_read_or_it_is_no_answer(content: bytes) -> None:
    text = calendar(SAID).encode()
    place = text.index(b"BEGIN:VEVENT") + 14
    mail = plain(SAID, "", content=text[:place] + content + text[place:])
    try:
        found = reply.read(mail, None)
    except NotAnAnswer:
        return
    assert found.answer.attendee


@given(st.text(max_size=300))
def test_any_text_is_an_answer_or_none(text: str) -> None:
    with pytest.raises(NotAnAnswer):
        answer.read(text)


# --- who says that it is they ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "is_vouched"),
    [
        (f"{SERVER}; dmarc=pass header.from=example.org", True),
        (f"{SERVER} 1; spf=fail smtp.mailfrom=x.example; dkim=pass (2048-bit key) header.d=example.org", True),
        (f"{SERVER.upper()}; dkim=pass header.i=@post.example.org", True),
        (f"{SERVER}; spf=pass (sender IP is 1) smtp.mailfrom=bounce.example.org;\n\tdkim=none", True),
        (f"{SERVER}; dmarc=fail (p=none) header.from=example.org; spf=pass smtp.mailfrom=evil.example", False),
        (f"{SERVER}; dkim=pass header.d=evil.example", False),
        (f"{SERVER}; dkim=pass header.d=org", False),
        (f"{SERVER}; dkim=pass header.d=notexample.org", False),
        (f"{SERVER}; none (dmarc=pass header.from=example.org)", False),
        (f"{SERVER}; auth=pass smtp.auth=member@example.org", False),
        ("mx.evil.example; dmarc=pass header.from=example.org", False),
        ("", False),
    ],
)
def test_what_the_receiving_server_says(header: str, is_vouched: bool) -> None:
    assert is_vouched_for([header], SERVER, "example.org") is is_vouched
    mail = replies.outlook(SAID.but(headers=f"Authentication-Results: {header}\n"))
    if is_vouched:
        assert reply.read(mail, SERVER).sender == "member@example.org"
    else:
        assert why_not(mail, SERVER) == "a sender that the receiving server does not vouch for"
    # Where nobody's word is demanded, what stands there makes no difference.
    assert reply.read(mail, None).sender == "member@example.org"


def test_only_the_topmost_word_of_the_server_counts() -> None:
    """Below stands what came with the e-mail, which anybody can write."""
    forged = f"{SERVER}; dmarc=pass header.from=example.org"
    assert not is_vouched_for([f"{SERVER}; dmarc=fail header.from=example.org", forged], SERVER, "example.org")
    assert is_vouched_for(["other.example; x=y", forged], SERVER, "example.org")


def test_without_any_word_of_it() -> None:
    assert why_not(replies.outlook(SAID), SERVER) == "a sender that the receiving server does not vouch for"
