"""Somebody on both Slack and Teams is asked, once, on which of them the bot is to write to them.

They are asked where they have just written, when it is first seen that they are on both. Until they answer, messages
come where they wrote last, as for everybody (docs/decisions/056). An answer is a wish like the others of
`/paminnelser`, and changed there; whoever has chosen already is not asked.
"""

from handlers.messages.deliveries import as_json, in_language
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.reminders import channels
from handlers.reminders.actions import Do
from handlers.reminders.wishes import Wishes, read
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import accounts, deliveries, reminders
from storage.deliveries import Wish
from storage.recipients import recipients

CHATS = ("slack", "teams")
"""The platforms of organisations. Nobody is at work on the local page."""
LAST = "sist"
"""The answer that messages come where they wrote last."""


def _key(person_id: int) -> str:
    return f"chat:{person_id}"


async def ask(context: Context) -> None:
    """Ask whoever is speaking, if they are on both and were never asked. Where they are on one of them, one statement.

    Only accounts at which they may be written to count: an old one in a workspace that left the partnership is none.
    """
    session, person_id = context.session, context.actor.person_id
    if not set(CHATS).issubset(context.channels):
        return
    if not (await accounts.surfaces_of(session, person_id)).issuperset(CHATS):
        return
    found = (await recipients(session, [person_id])).get(person_id)
    if found is None or not {account.surface for account in found.accounts}.issuperset(CHATS):
        return
    wishes = read((await reminders.wishes(session, [person_id])).get(person_id))
    if wishes.asked or wishes.channels:
        return
    asked = wishes.model_copy(update={"asked": True})
    await reminders.wish(session, person_id, asked.model_dump(mode="json", exclude_defaults=True), context.now)
    message = in_language(context.actor.language, question)
    where = context.actor.account_id
    await deliveries.wish_once(session, [Wish(_key(person_id), "", person_id, message, context.now, account_id=where)])


def question() -> Message:
    """What somebody on both is asked."""
    first, second = map(channels.name, CHATS)
    return Message(
        title=_("Hvor vil du ha meldingene mine?"),
        text=_(
            "Du er både i {first} og i {second}. Hver melding kommer bare ett sted. Nå kommer de der du skrev til meg "
            "sist."
        ).format(first=first, second=second),
        buttons=(
            *(
                Button(label=channels.name(surface), action=Do.WHERE, arguments={"surface": surface})
                for surface in CHATS
            ),
            Button(label=_("Der jeg skrev sist"), action=Do.WHERE, arguments={"surface": LAST}),
        ),
        small=_("Jeg spør bare denne gangen. Du kan velge om igjen med {command}.").format(
            command=typed("paminnelser endre")
        ),
    )


def answered(wishes: Wishes) -> Message:
    """What stands in the place of the question once it is settled, here or in the settings."""
    change = _("Skriv {command} hvis du vil endre det.").format(command=typed("paminnelser endre"))
    if not wishes.channels:
        return Message(title=_("Meldingene mine kommer der du skrev sist"), text=change)
    tried = _("Virker det ikke der, prøver jeg de andre stedene.")
    return Message(
        title=_("Meldingene mine kommer her: {surface}").format(surface=channels.name(wishes.channels[0])),
        text=f"{tried} {change}",
    )


async def settle(context: Context, wishes: Wishes) -> None:
    """The question, if it was asked, is one no more, wherever it stands."""
    person_id = context.actor.person_id
    held = await deliveries.held(context.session, _key(person_id))
    if held is not None:
        wish = Wish(held.key, held.subject, person_id, as_json(answered(wishes)), context.now)
        await deliveries.wish(context.session, [wish])


def not_there(surface: str) -> str:
    """Said where they cannot be reached there (any more)."""
    return _("Der når jeg deg ikke nå: {surface}. Velg et annet sted.").format(surface=channels.name(surface))
