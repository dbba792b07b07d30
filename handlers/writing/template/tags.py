"""The tags of a template, read where they stand: fields, loops and conditions.

Word shows nothing of what breaks a template: that a field is written in pieces, that a loop begins in one cell and ends
in another. docxtpl cuts the document where the tags are, so what stands between a tag and its end must be whole.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.language import _
from handlers.writing.template import expressions
from handlers.writing.template.expressions import Scope, Unreadable, Wrong
from handlers.writing.template.fields import Kind
from handlers.writing.template.findings import Finding, remark
from handlers.writing.template.places import Paragraph, W

_TAG = pattern_of(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LOOSE = pattern_of(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_STATEMENT = pattern_of(r"\{%-?(?P<prefix>tr|tc|p|r)?(?=[ \t\n])\s*(?P<body>.*?)\s*-?%\}", re.DOTALL)
_PREFIXED = pattern_of(r"\{\{(?P<prefix>tr|tc|p|r)\s+(?P<body>.*?)\s*\}\}", re.DOTALL)
_DEEPEST = 3
"""Loops within each other: more, and a small template makes an endless document."""


class _Open(NamedTuple):
    """A loop or condition that has begun. `scope`: what is known in it."""

    keyword: str
    prefix: str
    body: str
    tag: str
    at: Paragraph
    scope: Scope

    def written(self, body: str, prefix: str | None = None) -> str:
        return f"{{%{self.prefix if prefix is None else prefix} {body} %}}"

    @property
    def end(self) -> str:
        return f"end{self.keyword}"


class Tags:
    """Reads one part of a template after another; what it uses is in `used`."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._open: list[_Open] = []
        self._whole: Counter[Any] = Counter()
        """How many tags take each row, cell or paragraph with them."""
        self.used: set[str] = set()

    def paragraph(self, paragraph: Paragraph) -> Iterator[Finding]:
        """What is wrong with the tags in the next paragraph."""
        text = paragraph.text
        if "{" not in text and "}" not in text:
            return
        for found in _TAG.finditer(text):
            yield from _split(paragraph, found)
            if found[0].startswith("{%"):
                yield from self._statement(paragraph, found[0])
            elif found[0].startswith("{{"):
                yield from self._shown(paragraph, found[0])
        loose = _LOOSE.search(_TAG.sub("", text))
        if loose is not None:
            yield Finding(
                _(
                    "«{sign}» står alene. Et felt begynner med {open}, slutter med {close}, og står i ett avsnitt."
                ).format(sign=loose[0], open="{{", close="}}"),
                paragraph.place,
            )

    def end(self) -> Iterator[Finding]:
        """What is left open at the end of a part."""
        for left in self._open:
            yield Finding(
                _("{tag} blir aldri avsluttet. Skriv {end} der den skal slutte.").format(
                    tag=left.tag, end=left.written(left.end)
                ),
                left.at.place,
            )
        self._open.clear()

    # --- each kind -----------------------------------------------------------------------------------------

    def _scope(self) -> Scope:
        return self._open[-1].scope if self._open else self._kind.fields

    def _shown(self, paragraph: Paragraph, tag: str) -> Iterator[Finding]:
        prefixed = _PREFIXED.fullmatch(tag)
        if prefixed is not None:
            yield Finding(
                _("Skriv {tag} uten «{prefix}»: feltene her er ren tekst.").format(
                    tag=f"{{{{ {prefixed['body']} }}}}", prefix=prefixed["prefix"]
                ),
                paragraph.place,
            )
            return
        try:
            self.used |= expressions.shown(tag, self._scope())
        except Wrong as error:
            yield Finding(str(error), paragraph.place)
        except Unreadable:
            yield self._unreadable(paragraph, tag)

    def _statement(self, paragraph: Paragraph, tag: str) -> Iterator[Finding]:
        found = _STATEMENT.fullmatch(tag)
        if found is None or not found["body"]:
            yield self._unreadable(paragraph, tag)
            return
        prefix, body = found["prefix"] or "", found["body"]
        keyword = body.split(maxsplit=1)[0]
        yield from self._alone(paragraph, tag, prefix)
        try:
            match keyword:
                case "for":
                    yield from self._begin(paragraph, tag, prefix, body)
                case "if":
                    self._opened(paragraph, tag, prefix, body, self._scope())
                    self.used |= expressions.condition(body[2:], self._scope())
                case "elif" | "else" if self._open:
                    yield from _goes_on(self._open[-1], paragraph, tag, prefix, body)
                    if keyword == "elif":
                        self.used |= expressions.condition(body[4:], self._scope())
                case "endfor" | "endif":
                    yield from self._close(paragraph, tag, prefix, keyword)
                case "elif" | "else":
                    yield Finding(_("{tag} hører ikke til noe som er begynt.").format(tag=tag), paragraph.place)
                case _:
                    yield Finding(
                        _("Jeg kjenner ikke «{word}» i {tag}. En mal kan ha felter, {loop} og {condition}.").format(
                            word=keyword, tag=tag, loop="{% for … %}", condition="{% if … %}"
                        ),
                        paragraph.place,
                    )
        except Wrong as error:
            yield Finding(str(error), paragraph.place)
        except Unreadable:
            yield self._unreadable(paragraph, tag)

    def _opened(self, paragraph: Paragraph, tag: str, prefix: str, body: str, scope: Scope) -> None:
        self._open.append(_Open(body.split(maxsplit=1)[0], prefix, body, tag, paragraph, scope))

    def _begin(self, paragraph: Paragraph, tag: str, prefix: str, body: str) -> Iterator[Finding]:
        """A loop. One that cannot stand has begun all the same: its end is no further finding."""
        scope, wrong = self._scope(), ""
        try:
            used, scope = expressions.loop(body, scope)
            self.used |= used
        except Wrong as error:
            wrong = str(error)
        except Unreadable:
            yield self._unreadable(paragraph, tag)
        self._opened(paragraph, tag, prefix, body, scope)
        if wrong:
            yield Finding(wrong, paragraph.place)
        elif sum(one.keyword == "for" for one in self._open) > _DEEPEST:
            yield Finding(_("Det er for mange løkker inni hverandre. Bruk høyst tre."), paragraph.place)

    def _close(self, paragraph: Paragraph, tag: str, prefix: str, keyword: str) -> Iterator[Finding]:
        if self._open and self._open[-1].end == keyword:
            yield from _goes_on(self._open.pop(), paragraph, tag, prefix, keyword)
            return
        last = self._open[-1].tag if self._open else ""
        yield Finding(
            _("{tag} kommer før {last} er avsluttet.").format(tag=tag, last=last)
            if last
            else _("{tag} avslutter ikke noe.").format(tag=tag),
            paragraph.place,
        )
        begun = [place for place, one in enumerate(self._open) if one.end == keyword]
        if begun:
            del self._open[begun[-1] :]

    def _unreadable(self, paragraph: Paragraph, tag: str) -> Finding:
        example = "{%tr for sak in saker %}" if tag.startswith("{%") else f"{{{{ {next(iter(self._kind.fields))} }}}}"
        return Finding(
            _("{tag} kan ikke leses. Skriv for eksempel {example}, med vanlige mellomrom.").format(
                tag=tag, example=example
            ),
            paragraph.place,
        )

    def _alone(self, paragraph: Paragraph, tag: str, prefix: str) -> Iterator[Finding]:
        """What stands beside a tag that takes its whole row, cell or paragraph with it."""
        if prefix in ("tr", "tc") and paragraph.row is None:
            yield Finding(
                _("{tag} står utenfor en tabell. Bruk «p» i stedet for «{prefix}» for avsnitt.").format(
                    tag=tag, prefix=prefix
                ),
                paragraph.place,
            )
            return
        holder = {"tr": paragraph.row, "tc": paragraph.cell, "p": paragraph.element}.get(prefix)
        if holder is None:
            return
        what = {"tr": _("raden"), "tc": _("cellen"), "p": _("avsnittet")}[prefix]
        self._whole[holder] += 1
        others = _TAG.sub("", whole := "".join(str(each.text or "") for each in holder.iter(f"{W}t"))).strip()
        if self._whole[holder] > 1:
            yield Finding(
                _("{tag} må stå i {what} alene: her er det flere slike.").format(tag=tag, what=what), paragraph.place
            )
        elif others or "{{" in whole:
            yield Finding(
                _("{tag} må stå i {what} alene: det som ellers står der, blir borte.").format(tag=tag, what=what),
                paragraph.place,
            )


def _split(paragraph: Paragraph, found: "re.Match[str]") -> Iterator[Finding]:
    """A tag that is written in pieces. Pieces that look alike are put together without anybody noticing."""
    begins, pieces = 0, []
    for piece in paragraph.pieces:
        ends = begins + len(piece.text)
        if piece.text and begins < found.end() and ends > found.start():
            pieces.append(piece)
        begins = ends
    if len({piece.within for piece in pieces}) > 1:
        yield Finding(
            _(
                "{tag} er delt: en del av det står i en lenke, en sporet endring eller et innholdsfelt. Slett det, og "
                "skriv det på nytt i ett strekk."
            ).format(tag=found[0]),
            paragraph.place,
        )
    elif len({piece.look for piece in pieces if piece.text.strip()}) > 1:
        yield remark(
            _("{tag} er delt i biter med ulik skrift. Slett det, og skriv det på nytt i ett strekk.").format(
                tag=found[0]
            ),
            paragraph.place,
        )


def _goes_on(begun: _Open, paragraph: Paragraph, tag: str, prefix: str, body: str) -> Iterator[Finding]:
    """Whether a loop or condition ends, or goes on, where it can."""
    if prefix != begun.prefix:
        yield Finding(
            _("{begun} og {tag} må skrives på samme måte: {right}.").format(
                begun=begun.tag, tag=tag, right=begun.written(body)
            ),
            paragraph.place,
        )
    elif prefix == "tr":
        if paragraph.table is not begun.at.table:
            yield Finding(
                _("{begun} og {tag} må stå i samme tabell.").format(begun=begun.tag, tag=tag), paragraph.place
            )
    elif prefix == "tc":
        if paragraph.row is not begun.at.row:
            yield Finding(_("{begun} og {tag} må stå i samme rad.").format(begun=begun.tag, tag=tag), paragraph.place)
    elif paragraph.holder is begun.at.holder:
        return
    elif paragraph.table is not None and paragraph.table is begun.at.table:
        yield Finding(
            _(
                "{begun} begynner i én celle og slutter i en annen. Skal rader gjentas, så skriv {first} i en rad for "
                "seg over dem, og {last} i en rad for seg under."
            ).format(begun=begun.tag, first=begun.written(begun.body, "tr"), last=begun.written(begun.end, "tr")),
            paragraph.place,
        )
    else:
        yield Finding(
            _("{begun} og {tag} må stå i samme celle, eller begge utenfor tabeller.").format(begun=begun.tag, tag=tag),
            paragraph.place,
        )
