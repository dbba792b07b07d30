"""Walking `/sak` to its end."""

from datetime import timedelta
from typing import Any

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from tests.kept_world import kept
from tests.surface import FakeSurface, form, message

WHAT: dict[str, Any] = {
    "title": "Felles opplæring i utskrivning",
    "purpose": "Bli enige om en plan",
    "types": ["O", "D"],
}


@kept
async def to_how(surface: FakeSurface, who: str = "member", committee: str = "fsu", **what: Any) -> Form:
    first = await surface.open(who, "sak")
    chosen = {"committee": str(surface.world.committees[committee]), **WHAT, **what}
    return form(await surface.submit(who, first, chosen))


@kept
async def to_summary(surface: FakeSurface, who: str = "member", committee: str = "fsu", **how: Any) -> Form:
    return form(await surface.submit(who, await to_how(surface, who, committee), how))


@kept
async def propose(surface: FakeSurface, who: str = "member", committee: str = "fsu", **how: Any) -> Message:
    """The receipt."""
    return message(await surface.submit(who, await to_summary(surface, who, committee, **how)))


def too_late_to_undo(surface: FakeSurface) -> None:
    """What was decided stands, and those concerned get to know."""
    surface.clock.forward(timedelta(minutes=2))
