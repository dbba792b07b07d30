"""A new link to a page, for somebody whose link has become too old. It goes where their messages go."""

from handlers.messages.deliveries import as_json
from handlers.messages.message import Button, Message, Page
from handlers.people.context import Context
from handlers.people.ticket import Ticket
from handlers.writing.language import _
from storage import deliveries
from storage.deliveries import Wish


async def send(context: Context, ticket: Ticket) -> None:
    """At most one an hour for each page, however often somebody asks."""
    about = ":".join(f"{name}={value}" for name, value in sorted(ticket.arguments.items()))
    # Named by the link, which may be from before the action was taken away.
    action = {"action": ticket.name, "arguments": dict(ticket.arguments)}
    message = Message(
        title=_("Her er en ny lenke"),
        text=_("Du ba om en ny lenke, siden den forrige var for gammel."),
        buttons=(Button.model_validate({"label": _("Vis"), **action}),),
        page=Page.model_validate({"reference": "", **action}),
        mailable=True,
    )
    key = f"link:{context.actor.person_id}:{ticket.name}:{about}:{context.now:%Y-%m-%dT%H}"
    wish = Wish(key, "", context.actor.person_id, as_json(message), context.now)
    await deliveries.wish_once(context.session, [wish])
