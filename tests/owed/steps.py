"""What somebody reads in `/frister`."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.surface import FakeSurface, message


class Line(NamedTuple):
    """`by`: «Frist torsdag 10. september 2026 (om 9 dager)». `labels`: of what does it, where it stands."""

    what: str
    by: str
    labels: Sequence[str]


async def owed(surface: FakeSurface, who: str) -> list[Line]:
    """Each line. Each of its buttons leads somewhere."""
    found = []
    for section in message(await surface.say(who, "frister")).sections:
        found.append(Line(section.title, section.text, [button.label for button in section.buttons]))
    return found
