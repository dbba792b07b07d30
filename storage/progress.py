"""What is known of a half-filled form beside its answers and what it is about: how it came to stand as it does."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator

from storage.types import JSON_TYPE, JsonObject


@dataclass(frozen=True)
class Held:
    """Of a text that is not stored as it is shown: the `stamp` of what is held of it in memory, and whether something
    was `kept_out` that its person is yet to answer for."""

    stamp: str = ""
    kept_out: bool = False


@dataclass(frozen=True)
class Progress:
    """By field of the form, but for `filled_in`.

    Args:
        prefilled: what the form began with, to tell what the person changed.
        pending: what was typed after the command that led to «Fortsett der du slapp?».
        filled_in: whether that has been put where nothing stood.
        queries: what was typed to search for options, and is not settled.
        asked: what the form on the screen asks about, whether it is about a patient. Not the numbers.
        confirmed: what the person has said is not.
        held: the texts that are not stored as they are shown.
    """

    prefilled: JsonObject = field(default_factory=dict)
    pending: JsonObject = field(default_factory=dict)
    filled_in: bool = False
    queries: dict[str, str] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    confirmed: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)


_progress = TypeAdapter(Progress)


class ProgressType(TypeDecorator[Progress]):
    """A `Progress` in a column, as JSON without what is as it was in the beginning."""

    impl = JSON_TYPE
    cache_ok = True

    def process_bind_param(self, value: Progress | None, dialect: Dialect) -> Any:
        return _progress.dump_python(value or Progress(), mode="json", exclude_defaults=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> Progress:
        try:
            return _progress.validate_python(value or {})
        except ValidationError as error:
            # Its own words tell what somebody wrote.
            where = ", ".join(sorted({str(item["loc"][0]) for item in error.errors(include_input=False)}))
            raise ValueError(f"the progress of a draft is not understood: {where}") from None
