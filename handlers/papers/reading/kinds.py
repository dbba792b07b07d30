"""What kind of file some bytes are. The content says so; the name's ending tells only text from text. Pure."""

from enum import StrEnum
from pathlib import PurePath


class Kind(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"


_MARKDOWN = frozenset({".md", ".markdown", ".mdown"})


def kind_of(name: str, content: bytes) -> Kind:
    return Kind.MARKDOWN if PurePath(name).suffix.casefold() in _MARKDOWN else Kind.TEXT
