"""Answers to invitations as calendars write them: the forms are those of Outlook with Exchange, of Google Calendar, of
Apple's Calendar and of Thunderbird, with names of examples in them."""

import base64
from dataclasses import dataclass, replace
from datetime import UTC, datetime

_OUTER, _INNER = "_000_ytterst", "_000_innerst"
_ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Said:
    """What somebody answers. `sender`: of the e-mail; `attendee`: whose answer it says it is. `starts_at`, `ends_at`:
    of the entry, or what they would rather have (UTC)."""

    uid: str
    sender: str
    attendee: str = ""
    says: str = "ACCEPTED"
    sequence: int | None = 0
    at: datetime = datetime(2026, 9, 1, 8, 15, tzinfo=UTC)
    starts_at: datetime = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
    ends_at: datetime = datetime(2026, 9, 21, 11, 0, tzinfo=UTC)
    method: str = "REPLY"
    comment: str = ""
    headers: str = ""
    name: str = "Eksempel Member"

    @property
    def who(self) -> str:
        return self.attendee or self.sender

    def but(self, **values: object) -> "Said":
        return replace(self, **values)  # type: ignore[arg-type]


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _crlf(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _base64(text: str) -> str:
    return base64.encodebytes(_crlf(text)).decode()


def _sequence(said: Said) -> str:
    return f"SEQUENCE:{said.sequence}\n" if said.sequence is not None else ""


def _event(said: Said, attendee: str, *more: str) -> str:
    comment = f"COMMENT:{said.comment}\n" if said.comment else ""
    return (
        f"BEGIN:VEVENT\n{attendee}\n{comment}UID:{said.uid}\nDTSTAMP:{_utc(said.at)}\n{_sequence(said)}"
        + "".join(f"{line}\n" for line in more)
        + "END:VEVENT\n"
    )


def calendar(said: Said, event: str = "") -> str:
    """A calendar with one entry, in the shortest form (RFC 5546, 3.2.3)."""
    attendee = f"ATTENDEE;PARTSTAT={said.says}:mailto:{said.who}"
    times = f"DTSTART:{_utc(said.starts_at)}", f"DTEND:{_utc(said.ends_at)}"
    event = event or _event(said, attendee, "ORGANIZER:mailto:bot@example.org", *times)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Eksempel//NO\nMETHOD:{said.method}\n{event}END:VCALENDAR\n"


def outlook(said: Said) -> bytes:
    """Outlook, through Exchange: the text and the calendar beside each other, with Windows' name of the zone."""
    attendee = f"ATTENDEE;PARTSTAT={said.says};CN={said.name}:MAILTO:{said.who}"
    event = (
        f"BEGIN:VEVENT\n{attendee}\nCOMMENT;LANGUAGE=nb-NO:{said.comment}\\n\nUID:{said.uid}\n"
        "SUMMARY;LANGUAGE=nb-NO:Godtatt: Møte i utvalget\n"
        f"DTSTART;TZID=W. Europe Standard Time:{said.starts_at.hour + 2:02}0000\n".replace(
            "Time:", f"Time:{said.starts_at:%Y%m%d}T"
        )
        + f"DTEND;TZID=W. Europe Standard Time:{said.ends_at:%Y%m%d}T{said.ends_at.hour + 2:02}0000\n"
        f"CLASS:PUBLIC\nPRIORITY:5\nDTSTAMP:{_utc(said.at)}\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\n{_sequence(said)}"
        "LOCATION;LANGUAGE=nb-NO:Eksempelsalen\nX-MICROSOFT-CDO-APPT-SEQUENCE:0\n"
        "X-MICROSOFT-CDO-OWNERAPPTID:0\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\n"
        "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE\nX-MICROSOFT-CDO-IMPORTANCE:1\nX-MICROSOFT-CDO-INSTTYPE:0\n"
        "X-MICROSOFT-DISALLOW-COUNTER:FALSE\nEND:VEVENT\n"
    )
    text = (
        f"BEGIN:VCALENDAR\nMETHOD:{said.method}\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\n{_ZONE}{event}"
        "END:VCALENDAR\n"
    )
    return _crlf(
        f"{said.headers}From: {said.name} <{said.sender}>\nTo: Helsefellesskap <bot@example.org>\n"
        "Subject: =?iso-8859-1?Q?Godtatt:_M=F8te_i_utvalget?=\nThread-Topic: Eksempel\nAccept-Language: nb-NO, en-US\n"
        "Content-Language: nb-NO\nX-MS-Has-Attach:\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/alternative; boundary="{_OUTER}"\n\n'
        f'--{_OUTER}\nContent-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n\n'
        f'Vi ses p=E5 m=F8tet\n\n--{_OUTER}\nContent-Type: text/calendar; charset="utf-8"; method={said.method}\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(text)}\n--{_OUTER}--\n"
    )


def google(said: Said) -> bytes:
    """Google Calendar: sent by a machine in somebody's name, with the calendar once more as a file."""
    attendee = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.says};CN={said.name};X-NUM-GUESTS=0"
        f":mailto:\n {said.who}"
    )
    event = _event(
        said,
        attendee,
        f"DTSTART:{_utc(said.starts_at)}",
        f"DTEND:{_utc(said.ends_at)}",
        "ORGANIZER;CN=Helsefellesskap:mailto:bot@example.org",
        f"CREATED:{_utc(said.at)}",
        f"LAST-MODIFIED:{_utc(said.at)}",
        "STATUS:CONFIRMED",
        "SUMMARY:Møte i utvalget",
        "TRANSP:OPAQUE",
    )
    text = (
        "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\n"
        f"METHOD:{said.method}\n{event}END:VCALENDAR\n"
    )
    return _crlf(
        f"{said.headers}Sender: Google Calendar <calendar-notification@google.com>\n"
        f"Reply-To: {said.name} <{said.sender}>\nAuto-Submitted: auto-generated\n"
        f"From: {said.name} <{said.sender}>\nTo: bot@example.org\nSubject: Accepted: Eksempel\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="{_OUTER}"\n\n'
        f'--{_OUTER}\nContent-Type: multipart/alternative; boundary="{_INNER}"\n\n'
        f'--{_INNER}\nContent-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64('Svarte ja')}\n"
        f'--{_INNER}\nContent-Type: text/html; charset="UTF-8"\n\n<p>Svarte ja</p>\n'
        f'--{_INNER}\nContent-Type: text/calendar; charset="UTF-8"; method={said.method}\n'
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n--{_INNER}--\n"
        f'--{_OUTER}\nContent-Type: text/calendar; charset="UTF-8"; name="invite.ics"\n'
        'Content-Disposition: attachment; filename="invite.ics"\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(text)}\n--{_OUTER}--\n"
    )


def apple(said: Said) -> bytes:
    """Apple's Calendar: the calendar is a file beside an empty text, and the address stands twice."""
    attendee = (
        f'ATTENDEE;CN="{said.name}";CUTYPE=INDIVIDUAL;EMAIL="{said.who}";PARTSTAT={said.says}'
        f";ROLE=REQ-PARTICIPANT:mailto:{said.who}"
    )
    event = _event(said, attendee, "DTSTART;TZID=Europe/Oslo:20260921T100000", "DTEND;TZID=Europe/Oslo:20260921T130000")
    text = (
        f"BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nMETHOD:{said.method}\nPRODID:-//Apple Inc.//macOS 14.0//EN\n"
        f"VERSION:2.0\n{event}END:VCALENDAR\n"
    )
    return _crlf(
        f"{said.headers}From: {said.name} <{said.sender}>\n"
        "Mime-Version: 1.0 (Mac OS X Mail 16.0)\nSubject: =?utf-8?Q?Avsl=C3=A5tt=3A_M=C3=B8te?=\n"
        'To: "Helsefellesskap" <bot@example.org>\nX-Mailer: Apple Mail (2.3774.100)\n'
        f'Content-Type: multipart/mixed; boundary="{_OUTER}"\n\n'
        f"--{_OUTER}\nContent-Transfer-Encoding: 7bit\nContent-Type: text/plain; charset=us-ascii\n\n\n\n"
        f"--{_OUTER}\nContent-Disposition: attachment; filename=iCal-20260901-101500.ics\n"
        f"Content-Type: text/calendar; charset=utf-8; x-unix-mode=0644; method={said.method}; "
        'name="iCal-20260901-101500.ics"\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{text.replace('=', '=3D')}\n--{_OUTER}--\n"
    )


def thunderbird(said: Said) -> bytes:
    """Thunderbird: with what it was sent first of all noted in properties of its own."""
    attendee = f"ATTENDEE;RSVP=TRUE;CN={said.name};PARTSTAT={said.says};ROLE=REQ-PARTICIPANT:mailto:{said.who}"
    event = _event(
        said,
        attendee,
        "X-MOZ-RECEIVED-SEQUENCE:0",
        f"X-MOZ-RECEIVED-DTSTAMP:{_utc(said.at)}",
        f"DTSTART:{_utc(said.starts_at)}",
        f"DTEND:{_utc(said.ends_at)}",
    )
    text = (
        "BEGIN:VCALENDAR\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\nVERSION:2.0\n"
        f"METHOD:{said.method}\n{event}END:VCALENDAR\n"
    )
    return _crlf(
        f"{said.headers}To: bot@example.org\nFrom: {said.name} <{said.sender}>\nSubject: Svar\nMIME-Version: 1.0\n"
        f'Content-type: multipart/mixed; boundary="{_OUTER}"\n\n'
        f"--{_OUTER}\nContent-type: text/plain;charset=utf-8\nContent-transfer-encoding: 8BIT\n\nSvarte ja\n"
        f"--{_OUTER}\nContent-type: text/calendar; method={said.method}; charset=utf-8\n"
        f"Content-transfer-encoding: base64\n\n{_base64(text)}\n--{_OUTER}--\n"
    )


WRITTEN_BY = {"outlook": outlook, "google": google, "apple": apple, "thunderbird": thunderbird}


def plain(said: Said, text: str, *, content: bytes | None = None, kind: str = "text/calendar; charset=utf-8") -> bytes:
    """An e-mail that is the calendar and nothing else. `content`: its bytes, if not UTF-8."""
    head = f"{said.headers}From: {said.name} <{said.sender}>\nTo: bot@example.org\nMIME-Version: 1.0\n"
    return _crlf(f"{head}Content-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n") + (
        content if content is not None else _crlf(text)
    )


def absence(said: Said) -> bytes:
    """An absence note, which quotes what it answers to: the invitation."""
    note = said.but(headers=f"{said.headers}Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n")
    return plain(note, calendar(said))


def without_calendar(said: Said) -> bytes:
    return plain(said, "Jeg kommer!", kind="text/plain; charset=utf-8")
