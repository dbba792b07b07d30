"""Forms in lines that were stored before a line held the `Form` itself.

A field then said how it looked, instead of which widget it has, and its value was always a list.
"""

from typing import Any

from storage.types import JsonObject

_WIDGETS = {
    "text": "text",
    "lines": "longtext",
    "radios": "choice",
    "select": "choice",
    "boxes": "choices",
    "search": "choice",
    "day": "day",
    "time": "timeofday",
    "yesno": "yesno",
    "note": "note",
}


def read(form: JsonObject) -> JsonObject:
    """The form as it is stored now; as it is if it was stored so.

    Raises:
        ValueError: it is neither.
    """
    try:
        return {
            **form,
            "fields": [_field(field) if "kind" in field else field for field in form.get("fields", ())],
            "buttons": [_button(button) if "danger" in button else button for button in form.get("buttons", ())],
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("a form is not understood") from error


def _field(field: dict[str, Any]) -> dict[str, Any]:
    stored = dict(field)
    kind, values = stored.pop("kind"), stored.pop("values", [])
    widget = {"is": _WIDGETS[kind]}
    if limit := stored.pop("limit", 0):
        widget["max_length"] = limit
    value = values if stored.get("many") else values[0] if values else None
    # A search that gave nothing said so, but for one that was answered with an error.
    hits = stored.pop("found", [])
    found = hits if stored.pop("said", "") or hits else None
    return {**stored, "widget": widget, "value": value, "searched": kind == "search", "found": found}


def _button(button: dict[str, Any]) -> dict[str, Any]:
    stored = dict(button)
    style = "danger" if stored.pop("danger") else "default"
    return {**stored, "style": style}
