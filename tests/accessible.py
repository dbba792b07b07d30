"""What keeps somebody who does not see, does not see colours or uses the keyboard from what is drawn, as a list.

Sources: WCAG 2.2, 1.1.1 (alternatives on pictures), 1.3.1 and 4.1.2 (names of fields and buttons), 1.3.2 (the order of
reading), 1.4.1 (no meaning by colour alone), 2.4.6 (headings), 3.1.1 (the language of the page).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.web.markup import Element, parse

Json = Mapping[str, Any]
_EMPTY = "–"
"""What is shown where there is nothing."""
_FILE = re.compile(r"[\w-]+\.(?:png|jpe?g|gif|svg)", re.IGNORECASE)
_LEVEL = re.compile(r"h([1-6])")


def says(text: str) -> bool:
    """Whether it has words: signs and emoji alone are read as something else, or not at all."""
    return any(letter.isalnum() for letter in text)


def _silent(kind: str, text: str) -> Iterator[str]:
    if text.strip() and text.strip() != _EMPTY and not says(text):
        yield f"{kind} says only «{text.strip()}»"


def _alternative(text: str) -> Iterator[str]:
    if not says(text) or _FILE.fullmatch(text.strip()):
        yield f"a picture's alternative is «{text}»"


def _told_apart(kind: str, names: Iterable[str]) -> Iterator[str]:
    yield from (f"{times} {kind} are called «{name}»" for name, times in Counter(names).items() if times > 1)


# --- Slack -------------------------------------------------------------------------------------------------


def slack(blocks: Sequence[Json]) -> list[str]:
    """Of a message's or a window's blocks (Slack: «Designing accessible apps»)."""
    return list(_slack(blocks))


def _slack(blocks: Sequence[Json]) -> Iterator[str]:
    labels, buttons = [], []
    for block in blocks:
        match block["type"]:
            case "image":
                yield from _alternative(block["alt_text"])
            case "input":
                labels.append(block["label"]["text"])
                if not says(block["label"]["text"]):
                    yield "a field without a label"
            case "actions":
                for element in block["elements"]:
                    text = element["text"]["text"]
                    buttons.append(element.get("accessibility_label", text))
                    if not says(text):
                        yield f"a button says only «{text}»"
                    if not says(element.get("accessibility_label", text)):
                        yield "a button is read as nothing"
            case "section":
                yield from _silent("a text", block["text"]["text"])
            case "context":
                for element in block["elements"]:
                    yield from _silent("small print", element["text"])
            case "rich_text":
                for line in _rich_lines(block):
                    yield from _silent("a line", line)
    yield from _told_apart("fields", labels)
    yield from _told_apart("buttons", buttons)


def _rich_lines(block: Json) -> Sequence[str]:
    whole = "".join(run.get("text", "") for section in block["elements"] for run in section["elements"])
    return whole.split("\n")


# --- Teams -------------------------------------------------------------------------------------------------


def teams(card: Json) -> list[str]:
    """Of a card (Adaptive Cards: «Input label, error and validation», `altText`, `lang`)."""
    return list(_teams(card))


def _teams(card: Json) -> Iterator[str]:
    if not card.get("lang"):
        yield "it does not say which language it is in"
    labels, buttons = [], []
    for part in _parts(card):
        kind = part["type"]
        if kind == "Image":
            yield from _alternative(part.get("altText", ""))
        elif kind.startswith("Input."):
            label = part.get("title", "") if kind == "Input.Toggle" else part.get("label", "")
            labels.append(label)
            if not says(label):
                yield "a field without a label"
        elif kind.startswith("Action."):
            buttons.append(f"{part['title']}\n{part.get('tooltip', '')}")
            if not says(part["title"]):
                yield f"a button says only «{part['title']}»"
        elif kind == "RichTextBlock":
            runs = part["inlines"]
            for line in "".join(run["text"] for run in runs).split("\n"):
                yield from _silent("a line", line)
            if any(run.get("color", "default").casefold() == "attention" for run in runs) and not _marked(runs):
                yield "it is told by its colour alone that it is wrong"
    yield from _told_apart("fields", labels)
    yield from _told_apart("buttons", buttons)


def _marked(runs: Sequence[Json]) -> bool:
    return runs[0]["text"].startswith("⚠ ")


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


# --- pages -------------------------------------------------------------------------------------------------


def page(html: str) -> list[str]:
    """Of a whole page, or of a line on one."""
    return list(_page(parse(html), whole="<html" in html))


def _page(root: Element, *, whole: bool) -> Iterator[str]:
    elements = list(root.all())
    ids = [each["id"] for each in elements if "id" in each.attributes]
    yield from (f"two have the id {name}" for name, times in Counter(ids).items() if times > 1)
    labelled = {each["for"] for each in elements if each.tag == "label" and "for" in each.attributes}
    for each in elements:
        yield from _element(each, labelled)
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            for pointed in each.attributes.get(name, "").split():
                if pointed not in ids:
                    yield f"{name} points at nothing: {pointed}"
    yield from _headings(elements, whole=whole)
    if whole:
        (html,) = root.all("html")
        if not html.attributes.get("lang"):
            yield "it does not say which language it is in"
        if len(list(root.all("main"))) != 1:
            yield "not one main part"


def _element(each: Element, labelled: set[str]) -> Iterator[str]:
    match each.tag:
        case "img":
            yield from _alternative(each.attributes.get("alt", ""))
        case "input" | "select" | "textarea" if each.attributes.get("type") != "hidden":
            named = each.attributes.get("id") in labelled or says(each.attributes.get("aria-label", ""))
            if not named and not _within(each, "label"):
                yield f"a field without a label: {each.attributes.get('name')}"
        case "button" | "a" | "summary" | "legend" | "label" if "aria-hidden" not in each.attributes:
            if not says(_read(each)) and not says(each.attributes.get("aria-label", "")):
                yield f"{each.tag} is read as nothing: «{each.words}»"


def _within(each: Element, tag: str) -> bool:
    above = each.parent
    while above is not None:
        if above.tag == tag:
            return says(above.text)
        above = above.parent
    return False


def _read(each: Element) -> str:
    """What a screen reader says of it."""
    if each.attributes.get("aria-hidden") == "true":
        return ""
    inner = [child if isinstance(child, str) else _read(child) for child in each.children]
    return "".join([*inner, each.attributes.get("alt", "")])


def _headings(elements: Sequence[Element], *, whole: bool) -> Iterator[str]:
    levels = [int(found[1]) for each in elements if (found := _LEVEL.fullmatch(each.tag))]
    if whole and levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"h{below} comes after h{above}"
