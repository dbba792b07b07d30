"""What a line of a local conversation can be, as it is kept in the database and drawn from there.

A form is kept as it was drawn, with what has been typed since, so that a reload shows it just as it was.
"""

import base64
import logging
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from bot.web.forms_of_before import read
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from storage.types import JsonObject

log = logging.getLogger(__name__)


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


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
    form: Form

    @field_validator("form", mode="before")
    @classmethod
    def _of_before(cls, form: Any) -> Any:
        return read(form) if isinstance(form, dict) else form


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
    """The line as it is kept: without what its reader is told this one time."""
    stored: JsonObject = content.model_dump(mode="json", exclude_defaults=True)
    return {**stored, "kind": content.kind}


def dump_whole(content: Content) -> JsonObject:
    """The line as it is shown now (see `handlers.messages.message.Secret`)."""
    made = dump(content)
    if isinstance(content, Told) and content.message.secrets:
        told = [{**each.model_dump(mode="json"), "value": each.value} for each in content.message.secrets]
        made["message"] = {**made["message"], "secrets": told}
    return made
