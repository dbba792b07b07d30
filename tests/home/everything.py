"""Somebody's home, with nothing taken to be there or not."""

from dataclasses import replace

from handlers.capabilities import CAPABILITIES, registry
from handlers.home.composing import Home
from handlers.messages.message import Message
from handlers.people.context import Context

_ASKING_EVERYBODY = Home([replace(each, thing=None) for each in CAPABILITIES])


async def drawn_home(context: Context) -> Message:
    """What stands there; the same as if every capability was asked, whatever there is."""
    drawn = await registry().drawn_home(context)
    assert drawn == await _ASKING_EVERYBODY.drawn(context)
    return drawn
