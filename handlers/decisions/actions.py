"""What buttons do in the register of decisions. The values stand on buttons that were sent long ago, so they never
change. What is done with a follow-up is in `handlers.meetings.follow_up_actions`."""

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from handlers.writing.language import _
from storage.decisions import Decision


class Do(Does):
    """All that is done by buttons."""

    LIST = "vedtak.liste"
    MINE = "vedtak.mine"
    OVERDUE = "vedtak.forfalt"
    SHOW = "vedtak.vis"
    CASE = "vedtak.sak"
    LACKING = "vedtak.mangler"
    STATUS = "vedtak.status"
    FOLLOW_CASE = "vedtak.folg"
    LEAVE_CASE = "vedtak.folgikke"
    SETTLE = "vedtak.avklar"
    UNSETTLE = "vedtak.ikkeavklart"
    ADD = "vedtak.oppfolging"
    REVOKE = "vedtak.opphev"
    UNREVOKE = "vedtak.gjelder"


def about(decision: Decision) -> Arguments:
    """What a button about the decision carries; with its case, so that the page of that one leads to it."""
    item = decision.at.item
    return {"decision": str(decision.row.id), **({"item": str(item.id)} if item is not None else {})}


def button(
    do: Do,
    label: str,
    decision: Decision,
    *,
    style: Style = "default",
    confirm: Confirm | None = None,
    **more: object,
) -> Button:
    """A button about the decision. `more`: what it carries besides."""
    arguments = {**about(decision), **{name: str(value) for name, value in more.items()}}
    return Button(label=label, action=do, arguments=arguments, style=style, confirm=confirm)


def decision_button(decision: Decision) -> Button:
    """«Vis vedtaket»: the decision, with what became of it."""
    return button(Do.SHOW, _("Vis vedtaket"), decision)


def case_button(item_id: int, label: str = "") -> Button:
    """To the page of the case in the register: «Vis saken», unless it is called otherwise."""
    return Button(label=label or _("Vis saken"), action=Do.CASE, arguments={"item": str(item_id)})
