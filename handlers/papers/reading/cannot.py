"""A file that cannot be read, and what to do about it."""

from enum import StrEnum

from handlers.errors import BotError


class Why(StrEnum):
    """Why, in a word for programs: it stands among the warnings of the JSON."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PASSWORD = "password"  # noqa: S105 - the word, not one
    DAMAGED = "damaged"
    OTHER_FORMAT = "other_format"
    """One that is known and not read: `.xls`, `.doc`, `.msg`, a picture."""
    UNKNOWN_FORMAT = "unknown_format"
    NO_TEXT = "no_text"
    """A scan, or a PDF whose letters cannot be told."""


class CannotRead(BotError):
    """`str` says why, and what to do, to whoever handed the file in. Nothing was stored."""

    def __init__(self, why: Why, sentence: str) -> None:
        self.why = why
        super().__init__(sentence)
