"""«Mente du …?»: buttons that do what a person probably meant, and take along what they wrote."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from handlers.messages.message import Button, Message
from handlers.understanding.actions import Do
from handlers.writing.language import _
from handlers.writing.text import length, shorten
from handlers.writing.typed import typed

_CARRIED = 1500
"""UTF-16 units of text in a button, as JSON: Slack takes 2,000 in a button's value."""
_NAMED = 40


class Suggestion(NamedTuple):
    """Something to be done by a button. `rest`: what is typed after the command; `text`: what its form begins with,
    whatever it says."""

    label: str
    command: str
    rest: str = ""
    text: str = ""

    @property
    def line(self) -> str:
        return f"{self.command} {self.rest}".strip()


def carried(text: str) -> str:
    """`text` if a button can take it along, else nothing: cut it would be another text."""
    return text if length(json.dumps(text, ensure_ascii=False)) <= _CARRIED else ""


def question(suggestions: Sequence[Suggestion], *, text: str = "") -> Message:
    """What was meant, with a button for each. `text` says more."""
    named = dict.fromkeys(each.line for each in suggestions if not each.text)
    named = named or dict.fromkeys(each.line for each in suggestions)
    only = next(iter(named), "")
    title = _("Mente du {command}?").format(command=typed(only)) if len(named) == 1 else _("Hva mente du?")
    return Message(title=title, text=text, buttons=buttons(suggestions))


def buttons(suggestions: Sequence[Suggestion]) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=each.label,
            action=Do.CHOOSE,
            arguments={
                "command": each.command,
                **({"rest": each.rest} if each.rest else {}),
                **({"text": each.text} if each.text else {}),
            },
            style="default" if place else "primary",
        )
        for place, each in enumerate(suggestions)
    )


def named(text: str) -> str:
    """`text` as it is named in a sentence or on a button."""
    return shorten(text, _NAMED)
