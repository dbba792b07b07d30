"""What a button carries back. A client may send anything, so nothing in it is taken for granted."""

from collections.abc import Mapping

from handlers.errors import Gone
from handlers.writing.language import _
from handlers.writing.typed import typed

_DIGITS = 18
"""So many digits always fit in the database's ids."""


def carries(arguments: Mapping[str, object], only: Mapping[str, str]) -> bool:
    """Whether `arguments` are about just what `only` says."""
    return all(arguments.get(name) == value for name, value in only.items())


def id_in(text: object) -> int | None:
    """The id that `text` is, if it is one."""
    written = str(text)
    return int(written) if written.isdecimal() and len(written) <= _DIGITS else None


def id_of(arguments: Mapping[str, str], name: str) -> int:
    """The id called `name` among a button's arguments.

    Raises:
        Gone: it is missing, or no id: the button is not one of ours, or is of an older version.
    """
    found = id_in(arguments.get(name, ""))
    if found is None:
        raise Gone(
            _(
                "Knappen virker ikke lenger. Skriv kommandoen på nytt for å finne saken igjen, for eksempel {command}."
            ).format(command=typed("sak mine"))
        )
    return found
