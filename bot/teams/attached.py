"""Files in messages on Teams: a picture in the message itself, and for any other the question whether it may be put
into its reader's OneDrive (Teams: «Send and receive files using bot»)."""

import base64

from bot.messenger import Attached
from bot.teams.connector import Activity
from handlers.limits import TEAMS
from handlers.writing.text import shorten

_ASKS = "application/vnd.microsoft.teams.card.file.consent"
_IS_THERE = "application/vnd.microsoft.teams.card.file.info"
CARD = "application/vnd.microsoft.card.adaptive"

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


def pictured(file: Attached) -> Activity | None:
    """A message with the picture in it: on a card, with what it shows in words, if it is small enough for one. None:
    Teams shows no such picture."""
    if file.media_type not in _PICTURES or len(file.content) > TEAMS.picture_bytes:
        return None
    data = f"data:{file.media_type};base64,{base64.b64encode(file.content).decode()}"
    if len(data) < TEAMS.bytes:
        from bot.teams.elements import card, drawing, fits, title  # noqa: PLC0415 - see bot.teams.card

        drawn = card([title(file.title), drawing(data, file.alt or file.title)])
        if fits(drawn):
            return {
                "summary": shorten(file.title, TEAMS.notification),
                "attachments": [{"contentType": CARD, "content": drawn}],
            }
    picture = {"contentType": file.media_type, "contentUrl": data, "name": file.name}
    text = "\n\n".join(filter(None, (file.title, file.alt)))
    return {"text": text, "textFormat": "plain", "attachments": [picture]}


def asked(file: Attached) -> Activity:
    """The question whether the file may be put into the reader's OneDrive."""
    context = {"file": file.reference}
    content = {
        "description": shorten(file.title, TEAMS.notification),
        "sizeInBytes": len(file.content),
        "acceptContext": context,
        "declineContext": context,
    }
    return {
        "summary": shorten(file.title, TEAMS.notification),
        "attachments": [{"contentType": _ASKS, "name": file.name, "content": content}],
    }


def there(upload: dict[str, str]) -> Activity:
    """The file where it is now."""
    content = {"uniqueId": upload["uniqueId"], "fileType": upload["fileType"]}
    shown = {"contentType": _IS_THERE, "contentUrl": upload["contentUrl"], "name": upload["name"], "content": content}
    return {"summary": upload["name"], "attachments": [shown]}
