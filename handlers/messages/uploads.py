"""Files that are put into the conversation itself, where there is no address to link to them at.

A picture comes by itself, as a message of its own; its words stand where it would have stood. In an answer a file has a
button where its link would have stood, which has it come. What reaches somebody by itself brings its files along, if
they are few. Each comes as a delivery, so that it is not lost, and is made then, for whoever may see it then.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from handlers.messages.deliveries import as_json
from handlers.messages.message import Button, Does, FileLink, FileRef, Message, Section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import deliveries
from storage.deliveries import Wish


class Do(Does):
    """What a file's button does. The value stands on buttons that were sent: it stays."""

    FETCH = "fil.hent"


BY_THEMSELVES = 2
"""So many files at most come along with a message; more of them have buttons."""

NameOf = Callable[[Context, str, Mapping[str, str]], Awaitable[str]]
"""What a document with these arguments is called, for whoever may see it. Raises `BotError`."""

_SUBJECT = "fil"
_DOCUMENT = "fil"
_WORTH_SHOWING = timedelta(days=1)
"""Whoever was not reached by then asks for it again."""


def instead_of_links(message: Message, *, by_themselves: int) -> tuple[Message, Sequence[Message]]:
    """(the message as it is shown, the files that come after it, each a message).

    Args:
        by_themselves: so many files at most come without being asked for.
    """
    parts = (message, *message.sections)
    files = [each for part in parts for each in part.files]
    coming = pictures_of(message)
    if not files and not coming:
        return message, ()
    pictures = len(coming)
    buttons = len(files) > by_themselves
    if not buttons:
        coming += [Message(title=each.label, attached=each.file) for each in files]

    def of(part: Section) -> dict[str, object]:
        asked_for = tuple(_button(each) for each in part.files) if buttons else ()
        return {"files": (), "buttons": (*asked_for, *part.buttons)}

    shown = message.model_copy(
        update={**of(message), "sections": tuple(part.model_copy(update=of(part)) for part in message.sections)}
    )
    if coming:
        said = _that_pictures_come(pictures) if pictures == len(coming) else _that_files_come(len(coming))
        shown = shown.model_copy(update={"small": "\n".join(filter(None, (shown.small, said)))})
    return shown, coming


def pictures_of(message: Message) -> list[Message]:
    """The pictures in it, each as a message."""
    return [
        Message(title=part.title or message.title, text=part.image.alt, attached=part.image.file)
        for part in (message, *message.sections)
        if part.image is not None and part.image.file is not None
    ]


def _that_pictures_come(count: int) -> str:
    return ngettext(
        "Bildet kommer som en egen melding i samtalen din med meg.",
        "Bildene kommer som egne meldinger i samtalen din med meg.",
        count,
    )


def _that_files_come(count: int) -> str:
    return ngettext(
        "Filen kommer som en egen melding i samtalen din med meg.",
        "Filene kommer som egne meldinger i samtalen din med meg.",
        count,
    )


def _button(link: FileLink) -> Button:
    return Button(label=link.label, action=Do.FETCH, arguments={**link.file.arguments, _DOCUMENT: link.file.document})


def again(label: str, file: FileRef) -> Button:
    """A button that has a file come once more."""
    return _button(FileLink(label=label, file=file))


def wishes(coming: Sequence[Message], key: str, person_id: int, now: datetime) -> list[Wish]:
    """That these come to somebody, each once under `key`."""
    found = {f"{key}:fil:{_mark(each.attached)}": each for each in coming if each.attached is not None}
    return [
        Wish(its_key, _SUBJECT, person_id, as_json(each), now, expires_at=now + _WORTH_SHOWING)
        for its_key, each in found.items()
    ]


def _short(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]


def _mark(file: FileRef) -> str:
    whole = json.dumps([file.document, file.arguments], sort_keys=True)
    return sha256(whole.encode()).hexdigest()[:16]


async def put(context: Context, message: Message, key: str) -> Message:
    """An answer as it is shown, and the pictures in it on their way to whoever is speaking, where they are speaking
    from. `key`: the same for the same answer."""
    shown, coming = instead_of_links(message, by_themselves=0)
    if coming:
        due = wishes(coming, message.delivery_key or _short(key), context.actor.person_id, context.now)
        await deliveries.wish_once_at(context.session, due, context.actor.account_id)
    return shown


async def bring_pictures(context: Context, message: Message, key: str) -> None:
    """The pictures of an answer that the platform could not fetch are on their way to whoever is speaking."""
    due = wishes(pictures_of(message), _short(key), context.actor.person_id, context.now)
    await deliveries.wish_once_at(context.session, due, context.actor.account_id)


async def promise(context: Context, key: str, document: str, arguments: Mapping[str, str], until: datetime) -> None:
    """Whoever is speaking has said where this file may be put, and it is on its way until then. Came it to nothing (the
    process was killed), they are asked once more: where it may be put is a secret, and kept nowhere. `key`: the same
    for the same answer of theirs; see `Message.delivery_key`."""
    message = Message(
        title=_("Filen kom ikke fram til OneDrive. Si ja en gang til, så lagrer jeg den."),
        attached=FileRef(document=document, arguments=dict(arguments)),
    )
    (wish,) = wishes([message], key, context.actor.person_id, context.now)
    due = wish._replace(key=key, due_at=until, held_until=until)
    await deliveries.wish_once_at(context.session, [due], context.actor.account_id)


async def fetch(find: NameOf, context: Context, arguments: Mapping[str, str]) -> Message:
    """What a file's button does. Whether they may see it is asked now (`find`), and again when it is made."""
    rest = {name: value for name, value in arguments.items() if name != _DOCUMENT}
    document = arguments.get(_DOCUMENT, "")
    name = await find(context, document, rest)
    message = Message(title=name, attached=FileRef(document=document, arguments=rest))
    due = wishes([message], uuid4().hex, context.actor.person_id, context.now)
    await deliveries.wish_once_at(context.session, due, context.actor.account_id)
    return Message(title=_("{name} kommer i samtalen din med meg.").format(name=name))
