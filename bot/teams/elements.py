"""The pieces that cards are built of.

Text is always a RichTextBlock, never a TextBlock or a Fact: those render Markdown, and the backslash that escapes it
is honoured by Teams' web client but not by the one on telephones (microsoft/AdaptiveCards#5590), where
`\\[x\\](http://evil)` is a link. A TextRun has no Markdown anywhere (Adaptive Cards: «Text features»), so what people
wrote is shown as they wrote it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from microsoft_teams.cards.core import (
    Action,
    ActionSet,
    AdaptiveCard,
    CardElement,
    Choice,
    ExecuteAction,
    OpenUrlAction,
    RefreshDefinition,
    RichTextBlock,
    ShowCardAction,
    TextRun,
)
from microsoft_teams.cards.core import Image as Drawing

from bot.teams.answers import REFRESH
from bot.teams.card import Card
from handlers.dialogs.dialog import Option
from handlers.limits import TEAMS
from handlers.messages.heard import heard
from handlers.messages.message import Button, Fact, Image, Link, Shared
from handlers.writing.language import _, current
from handlers.writing.text import apart, shorten

ActionStyle = Literal["default", "positive", "destructive"]
STYLES: Mapping[str, ActionStyle] = {"default": "default", "primary": "positive", "danger": "destructive"}

VERSION: Literal["1.5"] = "1.5"
_BRACKET = re.compile(r"\](?!/)")


def text(
    content: str,
    *,
    weight: Literal["Default", "Bolder"] | None = None,
    size: Literal["Small", "Medium", "Large"] | None = None,
    color: Literal["Attention"] | None = None,
    subtle: bool = False,
    spacing: Literal["None", "Small", "Medium"] | None = None,
) -> RichTextBlock:
    """Plain text; line breaks are kept."""
    run = TextRun(text=content, weight=weight, size=size, color=color, is_subtle=subtle or None)
    return RichTextBlock(inlines=[run], spacing=spacing)


def title(content: str) -> RichTextBlock:
    return text(content, weight="Bolder", size="Large")


def warning(content: str) -> RichTextBlock:
    """What is wrong: marked with a sign too, for those who do not see red."""
    return text(f"⚠ {content}", color="Attention", weight="Bolder", spacing="Small")


def remark(content: str) -> RichTextBlock:
    """Small print."""
    return text(content, size="Small", subtle=True, spacing="Small")


def fact(shown: Fact, limit: int) -> RichTextBlock:
    return RichTextBlock(
        inlines=[
            TextRun(text=f"{shorten(shown.label, limit)}: ", weight="Bolder"),
            TextRun(text=shorten(shown.value, limit)),
        ],
        spacing="Small",
    )


def picture(shown: Image, limit: int) -> CardElement:
    """As wide as the card. What it shows is told in words where nobody's client could fetch it."""
    url = shown.address
    if url is None:
        return text(shorten(shown.alt, limit), spacing="Small")
    # What is in it is small on a telephone.
    larger = OpenUrlAction(title=_("Åpne bildet"), url=url)
    return Drawing(url=url, alt_text=shorten(shown.alt, limit), size="Stretch", select_action=larger)


def drawing(data: str, alt: str) -> CardElement:
    """A picture that is in the card itself (`data:…`)."""
    return Drawing(url=data, alt_text=alt, size="Stretch")


def execute(
    label: str, verb: str, data: Mapping[str, Any], style: ActionStyle = "default", what: str = ""
) -> ExecuteAction:
    """A button that calls the bot, with all that is filled in on the card. `what`: see `press`."""
    return ExecuteAction(
        title=shorten(label, TEAMS.button),
        verb=verb,
        data=dict(data),
        associated_inputs="auto",
        style=None if style == "default" else style,
        tooltip=heard(label, what, TEAMS.button_heard) or None,
    )


def press(button: Button, what: str = "") -> Action:
    """A message's button. One that asks first unfolds the question, with the button that does it: Adaptive Cards
    have no confirmation of their own. `what`: what it is about, where others in the message are about something else;
    a screen reader says it too."""
    style = STYLES[button.style]
    data = {"action": button.action, "arguments": button.arguments}
    if button.confirm is None:
        return execute(button.label, "press", data, style, what)
    question = AdaptiveCard(
        body=[text(button.confirm.text)],
        actions=[execute(button.confirm.yes, "press", data, style, f"{what} {button.confirm.text}".strip())],
    )
    told = heard(button.label, what, TEAMS.button_heard) or None
    return ShowCardAction(title=shorten(button.label, TEAMS.button), card=question, tooltip=told)


def links(shown: Sequence[Link]) -> list[CardElement]:
    return action_sets([OpenUrlAction(title=shorten(link.label, TEAMS.button), url=link.url) for link in shown])


def action_sets(actions: Sequence[Action]) -> list[CardElement]:
    """Buttons, as many in a row as every client shows."""
    return [
        ActionSet(actions=list(actions[start : start + TEAMS.buttons_together]))
        for start in range(0, len(actions), TEAMS.buttons_together)
    ]


def choices(options: Sequence[Option]) -> list[Choice]:
    """Options to choose from; long ones are cut so that they can be told apart."""
    labels = apart([option.label for option in options], TEAMS.option)
    return [_choice(option.value, label) for option, label in zip(options, labels, strict=True)]


def _choice(value: str, label: str) -> Choice:
    """An option. Some clients render Markdown beside check boxes and radio buttons, some do not and would show a
    backslash: a word joiner, which nobody sees, keeps `]` and `(` from making a link in either. (Before a slash, where
    no link begins, it would be the mark of a command.)"""
    return Choice(title=_BRACKET.sub("]\u2060", label), value=value)


def refreshed(shared: Shared) -> RefreshDefinition:
    """How a card is drawn anew for whoever looks at it (Teams: «User Specific Views»).

    Without a list of users, which takes at most 60, it is so for everybody where there are no more than these, and for
    whoever asks for it elsewhere (Teams: `IRefreshDefinition.userIds`): all others see the card as it was sent.
    """
    return RefreshDefinition(action=ExecuteAction(title=_("Oppdater"), verb=REFRESH, data=of_shared(shared)))


def of_shared(shared: Shared) -> dict[str, Any]:
    """As it stands in a card's data."""
    return {"card": shared.name, "arguments": shared.arguments}


def card(body: Sequence[CardElement], shared: Shared | None = None) -> Card:
    """A card; `shared`: which one that several read it is."""
    drawn = AdaptiveCard(
        version=VERSION,
        lang=current(),
        fallback_text=_("Du trenger en nyere utgave av Teams for å se denne meldingen."),
        body=list(body),
        refresh=refreshed(shared) if shared is not None else None,
    )
    return drawn.model_dump(mode="json", by_alias=True, exclude_none=True)


def fits(drawn: Card) -> bool:
    """Whether Teams takes the card."""
    whole = json.dumps(drawn, ensure_ascii=False)
    return len(whole.encode()) <= TEAMS.bytes and len(whole.encode("utf-16-le")) <= TEAMS.bytes_as_utf16
