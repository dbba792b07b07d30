"""What buttons do about old papers. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Button, Confirm, Does, Style


class Do(Does):
    """All that is done by buttons."""

    LIST = "papirer.liste"
    SHOW = "papirer.vis"
    CORRECT = "papirer.rett"
    STORE = "papirer.lagre"
    THROW = "papirer.forkast"
    UNDO = "papirer.angre"
    HAND_IN = "papirer.fil"


def about(committee_id: int, **more: object) -> dict[str, str]:
    """What every button and form about old papers carries: a page of them is confined to their committee."""
    return {"committee": str(committee_id), **{name: str(value) for name, value in more.items()}}


def button(
    do: Do,
    label: str,
    committee_id: int,
    *,
    style: Style = "default",
    confirm: Confirm | None = None,
    **more: object,
) -> Button:
    return Button(label=label, action=do, arguments=about(committee_id, **more), style=style, confirm=confirm)
