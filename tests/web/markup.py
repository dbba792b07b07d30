"""Reads HTML as a browser does, as far as the tests need: elements, their text, and what a form would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"input", "br", "meta", "link", "hr", "img"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    def all(self, tag: str = "", **attributes: str) -> "Iterator[Element]":
        """Elements within, in order. `data_x` stands for `data-x`; what is in a <template> is not on the page."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        for child in self.children:
            if isinstance(child, str) or child.tag == "template":
                continue
            if tag in ("", child.tag) and all(child.attributes.get(name) == value for name, value in wanted.items()):
                yield child
            yield from child.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> "Element":
        found = list(self.all(tag, **attributes))
        assert len(found) == 1, f"{len(found)} × <{tag} {attributes}>"
        return found[0]

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def said(self) -> list[str]:
        """The text of its own, outside other elements."""
        return [child for child in self.children if isinstance(child, str)]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def sends(self) -> list[tuple[str, str]]:
        """What this form sends, by the rules of HTML («constructing the entry list»)."""
        sent: list[tuple[str, str]] = []
        for element in self.all():
            name = element.attributes.get("name")
            if not name:
                continue
            match element.tag, element.attributes.get("type", ""):
                case "input", "checkbox" | "radio":
                    if "checked" in element.attributes:
                        sent.append((name, element["value"]))
                case "input", _kind:
                    sent.append((name, element.attributes.get("value", "")))
                case "textarea", _kind:
                    # The first line break after the tag is not part of the text; line breaks are sent as CRLF.
                    sent.append((name, element.text.removeprefix("\n").replace("\n", "\r\n")))
                case "select", _kind:
                    options = list(element.all("option"))
                    chosen = [option for option in options if "selected" in option.attributes] or options[:1]
                    sent += [(name, option["value"]) for option in chosen]
        return sent


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(element)
        if tag not in _VOID:
            self._at = element

    def handle_endtag(self, tag: str) -> None:
        assert self._at.tag == tag, f"</{tag}> closes <{self._at.tag}>"
        assert self._at.parent is not None
        self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)


def parse(html: str) -> Element:
    """The document. Fails if a tag is not closed where it should be."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder._at is builder.root, f"<{builder._at.tag}> is not closed"
    return builder.root
