"""«Lenke til nettmøte»: where those who are not in the room join a meeting, and how that is said.

Whatever tells of a meeting (its page, reminders, convocations, calendars) has it from here.
"""

import re
from urllib.parse import urlsplit

from handlers.messages.message import Fact, Link
from handlers.patterns import pattern_of
from handlers.writing.language import _
from storage.tables import Meeting

LONGEST = 1000
_ADDRESS = pattern_of(r"https?://[^\s<>\"'|]+", re.IGNORECASE)
_AROUND = "<>,;«»\"'"


def parse(text: str) -> str:
    """The address, as it is stored; empty where nothing is written. What is written without a scheme is https.

    Only http and https: others could run something. None with a name and password in it: everybody who is told of the
    meeting would read these.

    Raises:
        ValueError: says how to write it.
    """
    bare = text.strip().strip(_AROUND)
    if not bare:
        return ""
    if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", bare):
        bare = f"https://{bare}"
    if len(bare) > LONGEST or not _ADDRESS.fullmatch(bare) or not _host(bare):
        raise ValueError(
            _("«{link}» er ikke en nettadresse. Kopier lenken fra nettmøtet; den begynner med https://.").format(
                link=text.strip()[:60]
            )
        )
    return bare


def _host(address: str) -> str:
    """The host that it leads to; empty: to none, or with somebody's name and password."""
    try:
        found = urlsplit(address)
        return (found.hostname or "") if found.username is None and found.password is None else ""
    except ValueError:
        return ""


def facts(meeting: Meeting) -> tuple[Fact, ...]:
    """For a message that tells of the meeting: the address, to be opened or copied; nothing where there is none."""
    return (Fact(label=_("Nettmøte"), value=meeting.join_url),) if meeting.join_url else ()


def links(meeting: Meeting) -> tuple[Link, ...]:
    """For a page: a link to open."""
    return (Link(label=_("Bli med på nettmøtet"), url=meeting.join_url),) if meeting.join_url else ()


def line(meeting: Meeting) -> str:
    """For plain text, as in a calendar entry; empty where there is none."""
    return line_of(meeting.join_url)


def line_of(address: str) -> str:
    """The same, where only the address is known."""
    return _("Nettmøte: {link}").format(link=address) if address else ""
