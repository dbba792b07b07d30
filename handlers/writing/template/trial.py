"""A template filled in for trial: what comes out is opened again, and compared with what was put in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from handlers.writing.language import _
from handlers.writing.template.fields import Field, Kind, Rows, Text, Texts
from handlers.writing.template.filling import Broken, fill
from handlers.writing.template.findings import Finding
from handlers.writing.template.places import text_of
from handlers.writing.text import visible


def tried(content: bytes, kind: Kind, at: datetime) -> Iterator[Finding]:
    """What goes wrong with values that are hard to keep whole, with an ordinary example, and with nothing."""
    hard = _Hard()
    values = {name: hard.value(field) for name, field in kind.fields.items()}
    empty = {name: "" if isinstance(field, Text) else [] for name, field in kind.fields.items()}
    try:
        full = text_of(fill(content, values, title="", at=at))
        left = [text_of(fill(content, each, title="", at=at)) for each in (kind.examples(), empty)]
    except Broken:
        yield Finding(
            _(
                "Malen kan ikke fylles ut. Se etter felter i lenker, tekstbokser og figurer, og skriv dem på nytt som "
                "vanlig tekst."
            )
        )
        return
    for means in hard.lost_in(full):
        yield Finding(_("Dette kommer ikke helt med når malen fylles ut: {field}.").format(field=_(means)))
    if any(sign in text for text in left for sign in ("{{", "{%", "{#")):
        yield Finding(_("Noe i malen blir ikke fylt ut, men står igjen som det er skrevet."))


class _Hard:
    """Values with all in them that documents have ever lost or been broken by, each with a beginning of its own."""

    def __init__(self) -> None:
        self._made: list[tuple[str, str]] = []

    def value(self, field: Field) -> Any:
        match field:
            case Text():
                return self._text(field.means)
            case Texts():
                return [self._text(field.means), self._text(field.means)]
            case Rows():
                return [{name: self.value(each) for name, each in field.each.items()} for _number in range(2)]

    def _text(self, means: str) -> str:
        number = len(self._made)
        made = f"[{number}: <b>A & B</b> {{{{ x }}}} {{_{{ {{% if %}} \"'\x0c\x07\tny linje\n{'ord ' * 60}:{number}]"
        self._made.append((made, means))
        return made

    def lost_in(self, text: str) -> Iterator[str]:
        """What the values mean that came in by half only."""
        shown = text.casefold()
        lost = [
            means
            for number, (made, means) in enumerate(self._made)
            if shown.count(f"[{number}:") != shown.count(visible(made).casefold())
        ]
        yield from dict.fromkeys(lost)
