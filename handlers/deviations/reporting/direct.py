"""«Løst direkte»: one message that counts an event fixed on the spot. No form, no text, no patient, and not who."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers.deviations.actions import Do
from handlers.deviations.reporting import choosing
from handlers.deviations.words import CATEGORIES, DIRECTIONS, QUICK_CATEGORIES
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import deviations, seen, units

_MAY_UNDO = timedelta(days=1)


async def count(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The message with a button for each category; before that, where it does not follow, which way it went."""
    direction = await _direction(context, arguments)
    again = bool(arguments.get("again"))
    if not direction:
        return Message(
            title=_("Ordnet der og da: hvilken vei gikk det?"),
            buttons=tuple(
                Button(label=_(name), action=Do.DIRECT, arguments={"direction": key, "again": "1"})
                for key, name in DIRECTIONS.items()
            ),
            replace=again,
        )
    # What tells one message from the next: a double press is one event.
    ticket = uuid.uuid4().hex
    return Message(
        title=_("Ordnet der og da: hva gjaldt det?"),
        text=_(
            "Ett trykk teller hendelsen. Jeg lagrer kategori, retning, virksomhet og tidspunkt, "
            "men ikke hvem som trykket."
        ),
        buttons=tuple(
            Button(
                label=_(CATEGORIES[category]),
                action=Do.COUNT,
                arguments={"category": category, "direction": direction, "ticket": ticket},
            )
            for category in QUICK_CATEGORIES
        ),
        replace=again,
    )


async def add(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Count one. The same message counts once, however often its buttons are pressed."""
    category, ticket = arguments.get("category", ""), arguments.get("ticket", "")
    direction = await _direction(context, arguments)
    if category not in QUICK_CATEGORIES or not direction or not 0 < len(ticket) <= len(uuid.uuid4().hex):
        raise _old_button()
    if not await seen.first_time(context.session, f"direct:{ticket}", context.now):
        raise AlreadyDone(
            _("Denne er telt allerede. Skriv {command} for å telle en til.").format(command=typed("avvik direkte"))
        )
    added = await deviations.add_direct_fix(
        context.session,
        organisation_id=context.actor.organisation_id,
        direction=direction,
        category=category,
        month=f"{context.today:%Y-%m}",
        at=context.now,
    )
    one_more = _one_more(arguments)
    undo = Button(
        label=_("Angre"),
        action=Do.UNDO_COUNT,
        # The moment, which nobody else knows, since it is not stored who counted.
        arguments={**one_more.arguments, "counted": str(added), "at": context.now.isoformat()},
    )
    return Message(
        title=_("Registrert: {category}. Takk!").format(category=_(CATEGORIES[category])),
        buttons=(one_more, undo),
        replace=True,
    )


async def undo(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Take back what was just counted."""
    try:
        at = datetime.fromisoformat(arguments.get("at", ""))
        since = context.now - at
    except (ValueError, TypeError):
        raise _old_button() from None
    if since > _MAY_UNDO:
        raise Gone(_("Det er for lenge siden til å angre nå."))
    removed = await deviations.remove_direct_fix(
        context.session, id_of(arguments, "counted"), organisation_id=context.actor.organisation_id, at=at
    )
    if not removed:
        raise AlreadyDone(_("Denne er angret allerede."))
    return Message(title=_("Angret. Den telles ikke."), buttons=(_one_more(arguments),), replace=True)


def _one_more(arguments: Mapping[str, str]) -> Button:
    said = arguments.get("direction", "")
    carried = {"direction": said} if said in DIRECTIONS else {}
    return Button(label=_("Tell en til"), action=Do.DIRECT, arguments={**carried, "again": "1"})


async def _direction(context: Context, arguments: Mapping[str, str]) -> str:
    """The way reports go from the actor's side; for one that is on neither, as they have said."""
    organisation = await units.organisation(context.session, context.actor.organisation_id)
    direction = choosing.direction_from(organisation.kind) if organisation else ""
    said = arguments.get("direction", "")
    return direction or (said if said in DIRECTIONS else "")


def _old_button() -> Gone:
    return Gone(
        _("Knappen virker ikke lenger. Skriv {command} for å begynne på nytt.").format(command=typed("avvik direkte"))
    )
