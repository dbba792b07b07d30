"""Notes as a file: a Word document, or text (a transcript is one)."""

import io
from collections.abc import Iterator
from pathlib import PurePath

from handlers.capability import Handed
from handlers.errors import BotError
from handlers.meetings.minutes.actions import NOTES_FILES
from handlers.writing.decoding import decoded
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from handlers.writing.template.package import NotUsable, look_at
from handlers.writing.text import clean

LIMIT = 5_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}tab", f"{_W}br", f"{_W}cr"}


def text_of(file: Handed) -> str:
    """What stands in the file, without what may be an identity number: nobody can be asked of a whole file.

    Raises:
        BotError: it is none that can be read; says which can.
    """
    ending = PurePath(file.name).suffix.casefold()
    if ending == ".docx":
        return without_possible_numbers(clean("\n".join(_paragraphs(file.content))))
    if ending in NOTES_FILES.split(","):
        return without_possible_numbers(clean(_decoded(file)))
    raise _unreadable(file)


def _unreadable(file: Handed) -> BotError:
    return BotError(
        _("Jeg kan ikke lese «{file}». Last opp en Word-fil (.docx) eller en tekstfil.").format(file=file.name)
    )


def _decoded(file: Handed) -> str:
    text = decoded(file.content)
    if text is None:
        raise _unreadable(file)
    return text


def _paragraphs(content: bytes) -> Iterator[str]:
    """Each paragraph, wherever it stands: also in tables and content controls, and what was inserted with changes
    tracked; not what was deleted so."""
    from docx import Document  # noqa: PLC0415 - slow to import, and notes are handed in seldom
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415

    try:
        look_at(content)
        body = Document(io.BytesIO(content)).element.body
    except NotUsable as error:
        raise BotError(str(error)) from None
    except (PackageNotFoundError, KeyError, ValueError):
        raise BotError(_("Filen er skadet. Åpne den i Word, og lagre den på nytt.")) from None
    for paragraph in body.iter(f"{_W}p"):
        parts = (" " if node.tag in _BREAKS else node.text or "" for node in paragraph.iter(f"{_W}t", *_BREAKS))
        yield "".join(parts)
