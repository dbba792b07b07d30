"""A card that is drawn. What draws cards (`bot.teams.cards`) is imported with the first one: Microsoft's package of
their parts takes a tenth of a second and 10 MB, which a start, and an organisation without Teams, need not pay."""

from typing import Any

from bot.teams.answers import VERB

Card = dict[str, Any]
"""A whole Adaptive Card, ready to be sent as JSON."""


def for_dialog(drawn: Card) -> Card:
    """The same card for a dialog («task module»), which knows no Action.Execute: its buttons are Action.Submit, and
    what they call stands in their data. It is no larger than before."""
    return {name: _for_dialog(part) for name, part in drawn.items()}


def _for_dialog(part: Any) -> Any:
    if isinstance(part, list):
        return [_for_dialog(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") != "Action.Execute":
        return for_dialog(part)
    kept = {name: value for name, value in part.items() if name != "verb"}
    return {**kept, "type": "Action.Submit", "data": {VERB: part["verb"], **part.get("data", {})}}
