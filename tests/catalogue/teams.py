"""Adaptive Cards as HTML, near what Teams makes of them. All text is escaped."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tests.catalogue.slack import box, choice, ticks

Part = Mapping[str, Any]
_STYLES = {"positive": "primary", "destructive": "danger"}


def card(drawn: Part) -> Markup:
    return Markup('<div class="adaptive">{}</div>').format(_parts(drawn["body"]))


def consent(drawn: Part) -> Markup:
    """The question whether a file may be put into OneDrive; the buttons are Teams' own, in the reader's language."""
    return Markup('<div class="adaptive"><p class="text"><b>{}</b></p><p class="text">{}</p></div>').format(
        drawn["name"], drawn["content"]["description"]
    )


def _parts(parts: Sequence[Part]) -> Markup:
    return Markup("").join(_part(part) for part in parts)


def _part(part: Part) -> Markup:
    match part["type"]:
        case "RichTextBlock":
            return Markup('<p class="text">{}</p>').format(Markup("").join(_run(run) for run in part["inlines"]))
        case "Container":
            return Markup('<div class="container">{}</div>').format(_parts(part["items"]))
        case "Image":
            return Markup('<p class="picture">{}</p>').format(part.get("altText", ""))
        case "ActionSet":
            return Markup('<div class="buttons">{}</div>').format(Markup(" ").join(map(_action, part["actions"])))
        case "Input.Toggle":
            return ticks([(part["title"], part.get("value") == "true")])
        case "Input.Text" | "Input.Date" | "Input.Time" | "Input.ChoiceSet":
            return Markup('<div class="field"><b>{}</b>{}</div>').format(part.get("label", ""), _input(part))
        case other:
            raise ValueError(f"a part of a card of type {other}")


def _run(run: Part) -> Markup:
    kinds = {
        "bold": run.get("weight") == "Bolder",
        "large": run.get("size") == "Large",
        "context": run.get("isSubtle"),
        "error": run.get("color") == "Attention",
    }
    classes = " ".join(name for name, there in kinds.items() if there)
    return Markup('<span class="{}">{}</span>').format(classes, run["text"])


def _action(action: Part) -> Markup:
    drawn = Markup('<span class="button {}">{}</span>').format(
        _STYLES.get(action.get("style", ""), ""), action["title"]
    )
    if action["type"] != "Action.ShowCard":
        return drawn
    question = Markup(" ").join(map(_action, action["card"].get("actions", ())))
    return drawn + Markup('<div class="asked">{} {}</div>').format(_parts(action["card"]["body"]), question)


def _input(part: Part) -> Markup:
    if part["type"] != "Input.ChoiceSet":
        return box(part.get("value", ""), part.get("placeholder", ""), tall=part.get("isMultiline", False))
    chosen = part.get("value", "").split(",")
    options = [(each["title"], each["value"] in chosen) for each in part["choices"]]
    if part.get("style") == "expanded":
        return ticks(options)
    return choice([title for title, ticked in options if ticked], [title for title, _ticked in options])
