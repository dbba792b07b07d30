"""An offset as somebody wrote it in the partnership file."""

from typing import Annotated

from pydantic import AfterValidator

from handlers.meetings.offsets import Offset
from handlers.writing.language import _


def _offset(text: str) -> str:
    try:
        return str(Offset.parse(text))
    except ValueError:
        raise ValueError(
            _("«{text}» kan ikke leses som tid før møtet. Skriv 14d, 14d 12:00, 2h eller 30m.").format(text=text)
        ) from None


OffsetText = Annotated[str, AfterValidator(_offset)]
"""An offset as text, checked: `14d`, `14d 12:00`, `2h`, `30m`."""
