"""What buttons do with decisions on their way, and the buttons themselves. The values stand on buttons that were sent
long ago, so they never change."""

from handlers.messages.message import Arguments, Button, Confirm, Does, Page, Style
from storage.decisions import At
from storage.tables import FollowUp


class Do(Does):
    """What is done by the committee that decided."""

    LIST = "kjede.liste"
    SHOW = "kjede.vis"
    SEND = "kjede.send"
    WRITE_IN = "kjede.svar"
    WITHDRAW = "kjede.trekk"
    AGAIN = "kjede.igjen"


class PartyDo(Does):
    """What is done by whoever answers for a party."""

    MINE = "tilrading.mine"
    SHOW = "tilrading.vis"
    ANSWER = "tilrading.svar"


def about(at: At) -> Arguments:
    """What a button about what was decided there carries; with its case, so that the page of that one leads to it."""
    return {"entry": str(at.entry.id), **({"item": str(at.item.id)} if at.item is not None else {})}


def button(do: Do, label: str, at: At, *, style: Style = "default", confirm: Confirm | None = None) -> Button:
    """A button about what was decided there."""
    return Button(label=label, action=do, arguments=about(at), style=style, confirm=confirm)


def about_leg(row: FollowUp) -> Arguments:
    """What a button or a page about a party's answer carries."""
    return {"leg": str(row.id)}


def to_answer(label: str, row: FollowUp, *, style: Style = "default") -> Button:
    """To the form of the answer. `seen`: as it was when the button was drawn."""
    arguments = {**about_leg(row), "seen": str(row.revision)}
    return Button(label=label, action=PartyDo.ANSWER, arguments=arguments, style=style)


def page_of(row: FollowUp) -> Page:
    """The page of a party's answer, for whoever is not on chat."""
    return Page(reference=f"T-{row.id}", action=PartyDo.SHOW, arguments=about_leg(row))
