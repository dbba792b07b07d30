"""Somebody's home, with nothing taken to be there or not, and nothing asked beforehand."""

from dataclasses import replace

from handlers.capabilities import CAPABILITIES, registry
from handlers.home.composing import Home
from handlers.messages.message import Message
from handlers.people.context import Context
from storage.asking import AskingSession

_ASKING_EVERYBODY = Home([replace(each, thing=None, foresees=lambda _context: ()) for each in CAPABILITIES])


async def drawn_home(context: Context) -> Message:
    """What stands there; the same as if every capability was asked, whatever there is, when it is its turn."""
    drawn = await registry().drawn_home(context)
    if isinstance(context.session, AskingSession) and context.session.asking is not None:
        assert not context.session.asking.foreseen, "asked beforehand, and then not wanted"
    assert drawn == await _ASKING_EVERYBODY.drawn(context)
    return drawn
