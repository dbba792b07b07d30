"""What buttons do for whoever answers for a party. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.messages.message import Arguments, Button, Does, Page, Style
from storage.tables import FollowUp


class Do(Does):
    """All that is done by buttons."""

    MINE = "tilrading.mine"
    SHOW = "tilrading.vis"
    ANSWER = "tilrading.svar"


def about_leg(row: FollowUp) -> Arguments:
    """What a button or a page about a party's answer carries."""
    return {"leg": str(row.id)}


def to_answer(label: str, row: FollowUp, *, style: Style = "default") -> Button:
    """To the form of the answer. `seen`: as it was when the button was drawn."""
    arguments = {**about_leg(row), "seen": str(row.revision)}
    return Button(label=label, action=Do.ANSWER, arguments=arguments, style=style)


def page_of(row: FollowUp) -> Page:
    """The page of a party's answer, for whoever is not on chat."""
    return Page(reference=f"T-{row.id}", action=Do.SHOW, arguments=about_leg(row))
