"""«Husk dette for neste gang»: after a hand-over, the name that led to the wrong unit leads to the right one."""

from collections.abc import Mapping
from typing import Annotated

from handlers.deviations.at_hand import not_yours
from handlers.deviations.handling.questions import opened
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, Note, Reply, Text
from handlers.dialogs.dialog import Step as Screen
from handlers.errors import BadInput, Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import deviations, units
from storage.tables import Unit


async def _sent_to(context: Context, arguments: Mapping[str, str]) -> Unit:
    """The unit that the actor sent the report to, in the event that the button names.

    Raises:
        NotAllowed: they did not.
        Gone: the unit is no longer there.
    """
    event_id = id_of(arguments, "step")
    found = await deviations.HISTORY.events(context.session, id_of(arguments, "deviation"), internal=False)
    for event in found:
        if (event.id, event.kind, event.actor_id) == (event_id, "forwarded", context.actor.person_id):
            unit = await units.unit(context.session, event.data["to_id"])
            if unit is None or unit.removed_at is not None:
                raise Gone(_("Enheten finnes ikke lenger, så det er ingenting å huske."))
            return unit
    raise not_yours()


async def _what_for(context: Context, answers: Answers) -> str:
    unit = await _sent_to(context, answers.arguments)
    return _(
        "Lette melderen etter et annet navn, for eksempel et gammelt? Neste gang noen søker på det, finner de {unit}."
    ).format(unit=unit.name)


class Remember(Screen):
    """Et navn til på enheten."""

    about = About(title=N_("Husk for neste gang"), submit=N_("Husk navnet"))
    what_for: Annotated[None, Note("", text=_what_for)] = None
    alias: Annotated[str, Text(N_("Navnet folk leter etter"), max_length=100)]


async def _remembered(context: Context, answers: Answers) -> Message:
    unit = await _sent_to(context, answers.arguments)
    alias = answers[Remember].alias
    known = await units.called(context.session, unit.organisation_id, alias)
    if known is not None and known.id != unit.id:
        raise BadInput(
            {
                "alias": _("«{alias}» er allerede et navn på {unit}. Velg et navn som bare passer på én enhet.").format(
                    alias=alias, unit=known.name
                )
            }
        )
    shown = Message(title=_("{unit} finnes nå også som «{alias}»").format(unit=unit.name, alias=alias))
    if known is not None:
        return shown
    await units.learn_alias(context.session, unit.id, alias, context.actor.person_id)
    await deviations.HISTORY.add(
        context.session,
        id_of(answers.arguments, "deviation"),
        "alias_learnt",
        context.actor.person_id,
        context.now,
        data={"unit": unit.name, "alias": alias},
        internal=True,
        draft_id=answers.draft_id,
    )
    return shown


REMEMBER = Dialog(name="avvik.husk", formerly="avvik-husk", steps=(Remember,), finish=_remembered, prefill=opened)


async def remember(context: Context, arguments: Mapping[str, str]) -> Reply:
    await _sent_to(context, arguments)
    about = {name: arguments.get(name, "") for name in ("deviation", "step")}
    return await conversation.start(context, REMEMBER, about)
