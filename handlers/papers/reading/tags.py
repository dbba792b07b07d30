"""Text with tags of HTML in it (`<p>`, `<b>`, `<br>`, `<ul><li>`), as exports of minutes have in their cells. Pure.

Such exports lose the ends of lines: «<b>Title</b> What it is about <u>Conclusion:</u> …» stands on one. So what is
emphasised begins a paragraph of its own where it begins as a sentence does.
"""

import re
from html import unescape
from html.parser import HTMLParser

from handlers.papers.reading.blocks import Paragraph
from handlers.papers.reading.tidying import one_line, tidy
from handlers.patterns import pattern_of

_KNOWN = "p|b|i|u|br|strong|em|ul|ol|li|div|span|a|h[1-6]|sub|sup|s|strike|del|ins|font|table|tbody|tr|td|th|hr"
_TAG = pattern_of(rf"</?(?:{_KNOWN})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "table", "tbody", "tr", "td", "th", "hr"})
_STRONG = frozenset({"b", "strong"})
_UNDERLINED = frozenset({"u"})
_GONE = frozenset({"s", "strike", "del"})
_BETWEEN_POINTS = pattern_of(r"\s*(?<!\S)[•●○◦▪■](?!\S)\s*")
"""Bullets that stand inside a line, since the ends of lines were lost."""
_OWN_BULLET = pattern_of(r"([•·●○◦▪■–—*-])\s+")


def has_tags(text: str) -> bool:
    return bool(_TAG.search(text))


def paragraphs_in(text: str) -> list[Paragraph]:
    """What stands in text with tags. `<` that begins no known tag is a sign like another."""
    reader = _Reader()
    end = 0
    for tag in _TAG.finditer(text):
        reader.say(text[end : tag.start()])
        reader.feed(tag[0])
        end = tag.end()
    reader.say(text[end:])
    reader.break_off()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph] = []
        self._said: list[tuple[str, bool]] = []
        """Pieces of the paragraph, each with whether it is bold."""
        self._bold = self._underlined = self._gone = self._heading = 0
        self._lists: list[int | None] = []
        """Of each list that is open, the number of its last point, or None where it has bullets."""
        self._number = ""

    def say(self, text: str) -> None:
        """What stands between tags: entities are read, and `<` is a sign like another."""
        text = tidy(unescape(text)).replace("\n", " ")
        if self._gone or not text:
            return
        emphasised = bool(self._bold or self._underlined)
        if emphasised and text.lstrip()[:1].isupper() and self._may_begin_anew():
            self._end()
        elif self._only_bold() and not emphasised and text.lstrip()[:1].isupper() and self._may_begin_anew():
            # A title, and then what it is about; not «Vedtak: …», whose label is bold.
            self._end()
        self._said.append((text, bool(self._bold)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.break_off()
        if tag == "br":
            self._end()
        elif tag in _STRONG:
            self._bold += 1
        elif tag in _UNDERLINED:
            self._underlined += 1
        elif tag in _GONE:
            self._gone += 1
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._number = self._next_number()
        elif _is_heading(tag):
            self.break_off()
            self._heading = int(tag[1])

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or _is_heading(tag):
            self.break_off()
        if tag in _STRONG:
            self._bold = max(0, self._bold - 1)
        elif tag in _UNDERLINED:
            self._underlined = max(0, self._underlined - 1)
        elif tag in _GONE:
            self._gone = max(0, self._gone - 1)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif _is_heading(tag):
            self._heading = 0

    def break_off(self) -> None:
        """The paragraph ends here, and a point of a list with it."""
        self._end()
        self._number = ""

    def _next_number(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "•"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."

    def _text(self) -> str:
        return one_line("".join(text for text, _bold in self._said))

    def _only_bold(self) -> bool:
        said = [bold for text, bold in self._said if text.strip()]
        return bool(said) and all(said)

    def _may_begin_anew(self) -> bool:
        text = self._text()
        return len(text) > 1 and not text.endswith((":", ",", "«", "(", "–", "-", "/"))

    def _end(self) -> None:
        text, bold = self._text(), self._only_bold()
        self._said = []
        if not text:
            return
        number = self._number
        if number and (own := _OWN_BULLET.match(text)):
            # The bullet was written into the text as well, and of two the inner one says more.
            number, text = own[1], text[own.end() :]
        indent = max(0, len(self._lists) - 1)
        first, *points = _BETWEEN_POINTS.split(text)
        if first:
            self.found.append(Paragraph(first, heading=self._heading, number=number, indent=indent, bold=bold))
        self.found.extend(Paragraph(point, number="•", indent=indent, bold=bold) for point in points if point)
        self._number = ""


def _is_heading(tag: str) -> bool:
    return len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()
