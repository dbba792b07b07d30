"""Slack's rules for views and messages (platforms.md, «Limits»; Block Kit reference), as a list of what breaks them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from handlers.writing.text import length

Json = dict[str, Any]


def broken_by_view(view: Json) -> list[str]:
    """What Slack would refuse this modal for."""
    return list(_view(view))


def broken_by_home(view: Json) -> list[str]:
    """What Slack would refuse this home for (Slack: «Home tab views»)."""
    names = {"type", "callback_id", "private_metadata", "blocks"}
    broken = [f"a home with {name}" for name in view.keys() - names]
    blocks = view["blocks"]
    if view["type"] != "home" or not 1 <= len(blocks) <= 100:
        broken.append(f"{view['type']} of {len(blocks)} blocks")
    if len(json.dumps(view)) > 250_000:
        broken.append("a home of more than 250 KB")
    if any(block["type"] == "image" for block in blocks):
        broken.append("a picture, which Slack refuses the whole home for when it cannot fetch it")
    twice = Counter(each["action_id"] for block in blocks if block["type"] == "actions" for each in block["elements"])
    broken += [f"{action_id} twice" for action_id, times in twice.items() if times > 1]
    return [*broken, *_blocks(blocks)]


def broken_by_message(blocks: list[Json], text: str) -> list[str]:
    """What Slack would refuse this message for, or show in another way than it is meant."""
    return list(_message(blocks, text))


def broken_by_metadata(arguments: Json) -> list[str]:
    """What Slack would refuse what a message carries for (Slack: «Using message metadata», `invalid_metadata_format`):
    a name of letters, digits and underscores, and values that hold nothing more than a level of others."""
    metadata = arguments.get("metadata")
    if metadata is None:
        return []
    named = set(metadata) == {"event_type", "event_payload"} and re.fullmatch(r"\w+", metadata["event_type"])
    plain = all(isinstance(value, str | int | bool) for value in metadata["event_payload"].values())
    return [] if named and plain else ["metadata"]


def shown_text(part: Any) -> str:
    """All text that a view or message shows, one piece per line."""
    return "\n".join(_texts(part))


def _view(view: Json) -> Iterator[str]:
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _plain(view[name], 24, name)
    blocks = view["blocks"]
    if not 1 <= len(blocks) <= 100:
        yield f"{len(blocks)} blocks"
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata"
    if "submit" not in view and any(block["type"] == "input" for block in blocks):
        yield "input without submit"
    if any(block["type"] == "image" for block in blocks):
        yield "a picture in a window, which Slack refuses as a whole when it cannot fetch it"
    yield from _blocks(blocks)


def _message(blocks: list[Json], text: str) -> Iterator[str]:
    if not 1 <= len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    if not text or re.search(r"[<>]|&(?!(?:amp|lt|gt);)", text):
        yield "fallback text that is empty or not escaped"
    if sum(map(length, _texts(blocks))) > 13_000:
        yield "too much text"
    action_ids = Counter(
        element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]
    )
    yield from (f"{action_id} twice" for action_id, times in action_ids.items() if times > 1)
    yield from _blocks(blocks)


def _blocks(blocks: list[Json]) -> Iterator[str]:
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {name} twice" for name, times in ids.items() if times > 1 or not 1 <= len(name) <= 255)
    for block in blocks:
        match block["type"]:
            case "section":
                yield from _plain(block["text"], 3000, "section")
            case "context":
                for element in block["elements"]:
                    yield from _plain(element, 3000, "context")
            case "rich_text":
                yield from _rich(block)
            case "image":
                if not re.match("https?://", block["image_url"]) or len(block["image_url"]) > 3000:
                    yield "the address of a picture"
                if not 1 <= length(block["alt_text"]) <= 2000:
                    yield "the text alternative of a picture"
            case "actions":
                if not 1 <= len(block["elements"]) <= 25:
                    yield "number of buttons"
                for element in block["elements"]:
                    yield from _button(element)
            case "input":
                yield from _input(block)
            case other:
                yield f"a block of type {other}"


def _plain(text: Json, limit: int, what: str) -> Iterator[str]:
    if text["type"] != "plain_text":
        yield f"{what}: interpreted text"
    if not 1 <= length(text["text"]) <= limit:
        yield f"{what}: {length(text['text'])} of {limit}"


def _rich(block: Json) -> Iterator[str]:
    for section in block["elements"]:
        for element in section["elements"]:
            if element["type"] not in ("text", "link") or not element["text"]:
                yield "rich text element"
            if element["type"] == "link" and not re.match("https?://", element["url"]):
                yield "a link to something else than a web page"
    if sum(map(length, _texts(block))) > 3000:
        yield "a rich text block of more than 3000"


def _button(button: Json) -> Iterator[str]:
    yield from _plain(button["text"], 75, "button")
    if len(button.get("value", "")) > 2000 or not 1 <= len(button["action_id"]) <= 255:
        yield "value or action_id of a button"
    if button.get("style", "primary") not in ("primary", "danger"):
        yield "style of a button"
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if "confirm" in button:
            yield from _plain(button["confirm"][name], limit, f"confirm {name}")


def _input(block: Json) -> Iterator[str]:
    yield from _plain(block["label"], 2000, "label")
    if "hint" in block:
        yield from _plain(block["hint"], 2000, "hint")
    element = block["element"]
    match element["type"]:
        case "plain_text_input":
            value = element.get("initial_value", "")
            if length(value) > element["max_length"] or not 1 <= element["max_length"] <= 3000:
                yield "initial_value"
            if "placeholder" in element:
                yield from _plain(element["placeholder"], 150, "placeholder")
        case "static_select" | "multi_static_select" | "checkboxes":
            if not 1 <= len(element["options"]) <= (10 if element["type"] == "checkboxes" else 100):
                yield "number of options"
            yield from _options(element["options"])
            if any(chosen not in element["options"] for chosen in _initial(element)):
                yield "an initial option that is none of the options"
        case "external_select" | "multi_external_select":
            yield from _options(_initial(element))
        case "datepicker":
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2026-01-01")):
                yield "initial_date"
        case "timepicker":
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", element.get("initial_time", "00:00")):
                yield "initial_time"
        case other:
            yield f"an input of type {other}"


def _initial(element: Json) -> list[Json]:
    if "initial_options" in element:
        return list(element["initial_options"]) or [{"text": {"type": "plain_text", "text": ""}, "value": "none"}]
    return [element["initial_option"]] if "initial_option" in element else []


def _options(options: list[Json]) -> Iterator[str]:
    for option in options:
        yield from _plain(option["text"], 75, "option")
        if not 1 <= length(option["value"]) <= 150:
            yield "value of an option"


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "alt_text") and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from _texts(value)
