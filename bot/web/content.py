"""What a line of a local conversation can be, as it is kept in the database and drawn from there.

A form is kept as it was drawn, with what has been typed since, so that a reload shows it just as it was.
"""

import base64
import logging
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from handlers.dialogs.dialog import QUERY, Raw
from handlers.messages.message import Fact, Message
from storage.types import JsonObject

log = logging.getLogger(__name__)

FieldKind = Literal["text", "lines", "radios", "select", "boxes", "search", "day", "time", "yesno", "note"]
Labels = Mapping[str, Mapping[str, str]]
"""What options are called: field → value → label."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OptionView(_Kept):
    value: str
    label: str


class FieldView(_Kept):
    """A field as the template draws it. `values` are the chosen options, or the one text."""

    kind: FieldKind
    name: str
    label: str
    help: str = ""
    placeholder: str = ""
    error: str = ""
    required: bool = True
    many: bool = False
    limit: int = 0
    """How many characters a text may have; 0: not a text."""
    values: tuple[str, ...] = ()
    options: tuple[OptionView, ...] = ()
    query: str = ""
    """What stands in the line that searches, `found` what it gave, and `said` what is said of that."""
    found: tuple[OptionView, ...] = ()
    said: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    def holding(self, values: tuple[str, ...], labels: Mapping[str, str], query: str = "") -> Self:
        """The same field with other values. One that is searched knows its options only when they are chosen."""
        if self.kind != "search":
            return self.model_copy(update={"values": values})
        options = tuple(OptionView(value=value, label=labels.get(value, value)) for value in values)
        return self.model_copy(
            update={"values": values, "options": options, "query": query, "found": (), "said": "", "error": ""}
            if query != self.query
            else {"values": values, "options": options}
        )


class ButtonView(_Kept):
    label: str
    intent: str
    danger: bool = False


class FormView(_Kept):
    """A form as the template draws it."""

    token: str
    title: str
    submit: str
    intro: str = ""
    facts: tuple[Fact, ...] = ()
    fields: tuple[FieldView, ...] = ()
    buttons: tuple[ButtonView, ...] = ()
    errors: tuple[str, ...] = ()
    step_number: int = 0
    step_count: int = 0
    confirmed: tuple[str, ...] = ()
    """What in it is no identity number, as the person has said (see `handlers.dialogs.dialog.Form`)."""

    def holding(self, raw: Raw, labels: Labels) -> Self:
        """The same form with what was typed since it was drawn."""
        return self.model_copy(
            update={
                "fields": tuple(
                    field.holding(
                        as_values(raw[field.name]), labels.get(field.name, {}), str(raw.get(field.name + QUERY) or "")
                    )
                    if field.name in raw and field.kind != "note"
                    else field
                    for field in self.fields
                )
            }
        )


def as_values(raw: str | list[str] | None) -> tuple[str, ...]:
    """A raw answer as the texts it consists of."""
    if isinstance(raw, list):
        return tuple(raw)
    return (raw,) if raw else ()


class Said(_Kept):
    """What the person wrote."""

    kind: Literal["said"] = "said"
    text: str


class Told(_Kept):
    """A message from the bot."""

    kind: Literal["told"] = "told"
    message: Message


class Greeted(_Kept):
    """The message that met the person when they first came. `above`: the line that waited for them longest, by its
    id: the greeting stands above it (0: none waited)."""

    kind: Literal["greeted"] = "greeted"
    message: Message
    above: int = 0


class Opened(_Kept):
    """A form that waits for the person."""

    kind: Literal["opened"] = "opened"
    form: FormView


class Sent(_Kept):
    """A file from the bot, with its content in base64."""

    kind: Literal["sent"] = "sent"
    name: str
    text: str
    data: str

    @classmethod
    def of(cls, name: str, content: bytes, text: str) -> Self:
        return cls(name=name, text=text, data=base64.b64encode(content).decode("ascii"))

    def content(self) -> bytes:
        return base64.b64decode(self.data)


class Closed(_Kept):
    """Where something was that is now further down, done with, or from an older version of the program."""

    kind: Literal["closed"] = "closed"
    why: Literal["moved", "done", "old"]


Content = Said | Told | Greeted | Opened | Sent | Closed
MET = ("said", "greeted")
"""Kinds of lines of somebody who has been here. Others come by themselves."""

_content: TypeAdapter[Content] = TypeAdapter(Annotated[Content, Field(discriminator="kind")])


def load(stored: JsonObject) -> Content:
    """The line as it was kept. One that this version does not understand must not hide all the others."""
    try:
        return _content.validate_python(stored)
    except ValidationError as error:
        log.warning("a line of a local conversation is not understood: %d problems", error.error_count())
        return Closed(why="old")


def dump(content: Content) -> JsonObject:
    stored: JsonObject = content.model_dump(mode="json", exclude_defaults=True)
    return {**stored, "kind": content.kind}
