"""What one room of the meetings has to say on a meeting's page (see `handlers.meetings.page`)."""

from typing import NamedTuple

from handlers.messages.message import Button, Fact, FileLink, Section


class Part(NamedTuple):
    """Of a meeting, for whoever reads its page: each room's own."""

    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    files: tuple[FileLink, ...] = ()
    buttons: tuple[Button, ...] = ()


NOTHING = Part()
