"""How commands stand in what surfaces send."""

import re

from handlers.capabilities import registry

MARK = "\u2060"

_WORDS = sorted(
    {word for command in registry().commands.values() for word in (command.name, *command.aliases) if word.isalpha()},
    key=len,
    reverse=True,
)
_SLASHED = re.compile(rf"(?<![\w/.:]){MARK}?/(?:{'|'.join(_WORDS)})(?!\w)")


def slashed(text: str) -> list[str]:
    """The commands that stand with a slash in `text`. `/sak/` in an address is none."""
    return _SLASHED.findall(text)
