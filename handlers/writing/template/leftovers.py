"""What else is left in a template that would be in each document made from it: tracked changes, comments, styles that
are not there."""

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.writing.language import _
from handlers.writing.template.fields import Kind
from handlers.writing.template.findings import Finding, remark
from handlers.writing.template.places import Paragraph, Place, W

_TRACKED = tuple(
    f"{W}{name}"
    for name in (
        *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange"),
        *("tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange"),
        "numberingChange",
    )
)


def tracked(document: Any, parts: Sequence[tuple[Any, str, Sequence[Paragraph]]]) -> Iterator[Finding]:
    """Tracked changes: in a paragraph, a row or a cell, or only in how something looks.

    Args:
        parts: root element, name and paragraphs of each part.
    """
    where: list[Place] = []
    for root, name, paragraphs in parts:
        here = [paragraph.place for paragraph in paragraphs if _is_tracked(paragraph)]
        if not here and next(root.iter(*_TRACKED), None) is not None:
            here = [Place((name or _("dokumentet"),))]
        where += here
    if where:
        more = _(" Det samme gjelder {count} steder til.").format(count=len(where) - 1) if len(where) > 1 else ""
        yield Finding(
            _("Her står det en sporet endring. Godta eller avvis alle i Word (Se gjennom), og lagre.{more}").format(
                more=more
            ),
            where[0],
        )
    if document.settings.element.find(f"{W}trackRevisions") is not None:
        yield remark(_("Word sporer endringer i filen. Slå det av (Se gjennom, Spor endringer), og lagre."))


def comments(paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    for paragraph in paragraphs:
        if next(paragraph.element.iter(f"{W}commentReference"), None) is not None:
            yield remark(
                _("Her er det en kommentar, som blir med i hvert dokument. Slett den i Word."), paragraph.place
            )


def styles(document: Any, kind: Kind, paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """Styles that the kind wants, and styles that are used, that the file does not have."""
    there = list(document.styles.element.iter(f"{W}style"))
    ids = {str(style.get(f"{W}styleId")) for style in there}
    # Word writes `heading 1`, whatever language it is shown in.
    names = {str(name.get(f"{W}val")).casefold() for style in there for name in style.findall(f"{W}name")}
    for wanted in kind.styles:
        if wanted.casefold() not in names:
            yield remark(
                _(
                    "Stilen «{style}» mangler. Gi overskriften den i Word (Hjem, Stiler), så finner også skjermlesere "
                    "fram i dokumentet."
                ).format(style=wanted)
            )
    said: set[str] = set()
    for paragraph in paragraphs:
        for used in _styles_of(paragraph):
            if used not in ids and used not in said:
                said.add(used)
                yield remark(
                    _("Stilen «{style}» brukes her, men finnes ikke i filen. Velg en annen i Word.").format(style=used),
                    paragraph.place,
                )


def _is_tracked(paragraph: Paragraph) -> bool:
    if next(paragraph.element.iter(*_TRACKED), None) is not None:
        return True
    if any(above.tag in _TRACKED for above in paragraph.element.iterancestors()):
        return True
    properties = [
        each
        for holder, name in ((paragraph.row, "trPr"), (paragraph.cell, "tcPr"))
        if holder is not None
        for each in holder.findall(f"{W}{name}")
    ]
    return any(next(each.iter(*_TRACKED), None) is not None for each in properties)


def _styles_of(paragraph: Paragraph) -> Iterator[str]:
    if paragraph.table is not None:
        for each in paragraph.table.findall(f"{W}tblPr/{W}tblStyle"):
            yield str(each.get(f"{W}val"))
    for each in paragraph.element.iter(f"{W}pStyle", f"{W}rStyle"):
        yield str(each.get(f"{W}val"))
