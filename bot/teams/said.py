"""What a message that stands in Teams says, read out of its HTML without the people in it.

Teams sends it along when somebody chooses an action in the message's menu (Teams: «Define message extension action
commands», `messagePayload`). Mentions are `<at>`, in older clients a span with an item type; an answer carries what it
answers, with the name of who wrote that, as a quotation with an item type; emoji are pictures with a text alternative.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

_LINES = frozenset({
    "address", "article", "blockquote", "codeblock", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_MENTIONS = frozenset({"at", "readonly", "span"})
_UNREAD = frozenset({"attachment", "script", "style", "title"})
_EMOJI = frozenset({"emoji", "customemoji"})
_OWN = "schema.skype.com/"
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MENTION_IN_PLAIN_TEXT = re.compile(r"[ \t]*<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)


def said(message: Mapping[str, Any]) -> str:
    """What the message says: its subject if it has one, and its text. Nothing of who wrote it, of files or of
    messages that it answers or passes on."""
    body = message.get("body")
    content = body.get("content") if isinstance(body, Mapping) else None
    text = content if isinstance(content, str) else ""
    is_plain = isinstance(body, Mapping) and body.get("contentType") == "text"
    text = _MENTION_IN_PLAIN_TEXT.sub("", text) if is_plain else plain_text(text)
    subject = message.get("subject")
    return "\n".join(part for part in (subject if isinstance(subject, str) else "", text) if part.strip())


def plain_text(html: str) -> str:
    """The text of a message in HTML: one line for each paragraph, without mentions and quotations."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._pre = 0
        self._link: tuple[str, int] | None = None
        """The address of the link that is open, and where on the line it began."""
        self._left_out: list[str] = []
        """The element that is being left out, and those of the same name in it."""

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._is_left_out(tag, opens=True):
            return
        kind = given.get("itemtype", "").partition(_OWN)[2]
        if tag in _EMOJI or (tag == "img" and kind == "Emoji"):
            self._line += given.get("alt", "")
        elif tag == "at" or tag in _UNREAD or (kind and kind != "Emoji" and tag != "img"):
            self._left_out = [tag]
            if tag in _MENTIONS:
                # «Hei Kari, …» becomes «Hei, …».
                self._line = self._line.rstrip()
        elif tag == "br":
            self._push()
        elif tag in _LINES:
            self._end_line()
            self._pre += tag in ("pre", "codeblock")
        elif tag in _CELLS and self._line:
            self._line += " "
        elif tag == "a":
            self._link = given.get("href", ""), len(self._line)

    def handle_endtag(self, tag: str) -> None:
        if self._is_left_out(tag, opens=False):
            return
        if tag in _LINES:
            self._end_line()
            self._pre -= tag in ("pre", "codeblock") and self._pre > 0
        elif tag == "a" and self._link is not None:
            self._end_link(*self._link)

    def handle_data(self, data: str) -> None:
        if self._left_out:
            return
        first, *rest = data.split("\n") if self._pre else [_SPACE.sub(" ", data)]
        self._line += first if self._line or self._pre else first.lstrip(" ")
        for line in rest:
            self._push()
            self._line = line

    def _is_left_out(self, tag: str, *, opens: bool) -> bool:
        """Whether this tag belongs to what is left out. A mention that is never closed ends with its paragraph."""
        if not self._left_out:
            return False
        if tag == self._left_out[0]:
            if opens:
                self._left_out.append(tag)
            else:
                self._left_out.pop()
            return True
        if tag in _LINES and self._left_out[0] in _MENTIONS:
            self._left_out = []
            return False
        return True

    def _end_line(self) -> None:
        if self._line:
            self._push()

    def _push(self) -> None:
        self._lines.append(self._line.replace("\u00a0", " ").rstrip())
        self._line = ""
        self._link = None

    def _end_link(self, address: str, start: int) -> None:
        """A link is read with its address, unless that is what it is called."""
        label = self._line[start:].strip()
        self._link = None
        called = label.rstrip("/")
        if address.startswith(("http://", "https://")) and called not in (
            address.rstrip("/"),
            address.partition("//")[2].rstrip("/"),
        ):
            self._line += f" ({address})" if label else address
