"""What buttons do about meeting plans. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Button, Confirm, Does, Style


class Do(Does):
    """All that is done by buttons."""

    YEAR = "moteplan.ar"
    """The year as it stands."""
    WRITE = "moteplan.skriv"
    HAND_IN = "moteplan.fil"
    SHOW = "moteplan.vis"
    """A plan that waits."""
    IS = "moteplan.er"
    """A body in it is this committee."""
    WHOSE = "moteplan.utvalg"
    """To choose which committee a body in it is."""
    WITHOUT = "moteplan.uten"
    """A body, or a meeting, is left out."""
    CORRECT = "moteplan.rett"
    USUAL = "moteplan.vanlig"
    """The times and the place of a committee's meetings that have none."""
    TAKE = "moteplan.flytt"
    """The day that was suggested."""
    APART = "moteplan.annet"
    """A meeting is not that stored one, on another day."""
    STORE = "moteplan.lagre"
    THROW = "moteplan.forkast"


def about(year: int, **more: object) -> dict[str, str]:
    """What every button and form about plans carries: a page of them is confined to a year."""
    return {"year": str(year), **{name: str(value) for name, value in more.items()}}


def button(
    do: Do, label: str, year: int, *, style: Style = "default", confirm: Confirm | None = None, **more: object
) -> Button:
    return Button(label=label, action=do, arguments=about(year, **more), style=style, confirm=confirm)
