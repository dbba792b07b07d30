"""The decision on its way, or the party's answer, that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping
from typing import NamedTuple

from handlers.decisions.chain import steps, told, views
from handlers.decisions.chain.picture import Decided, Leg, Stand
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from storage import chain, follow_ups
from storage.follow_ups import Task


async def find(context: Context, arguments: Mapping[str, str]) -> Decided:
    """What was decided in the line called `entry`, whoever asks. Raises `Gone`: there is none in force."""
    found = await steps.read(context.session, [id_of(arguments, "entry")], context.now)
    if not found or not found[0].at.is_in_force:
        raise Gone(_("Vedtaket gjelder ikke: referatet finnes ikke lenger, eller rettes."))
    # A button of the page of a case leads to that case alone.
    item = found[0].at.item
    if "item" in arguments and (item is None or str(item.id) != arguments["item"]):
        raise Gone(_("Vedtaket hører ikke til denne saken."))
    return found[0]


async def to_read(context: Context, arguments: Mapping[str, str]) -> Decided:
    """The same, for whoever may read what the committee decides.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found = await find(context, arguments)
    if not may_read_agenda(context.actor, found.at.committee):
        raise NotAllowed(
            _("Bare de som kan lese vedtakene til {committee}, kan se dette.").format(committee=found.at.committee.name)
        )
    return found


async def to_steer(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Decided:
    """The same, for the committee's secretariat. `lock`: nobody else changes what goes out from it until the
    transaction ends. Raises as `to_read`."""
    if lock:
        await chain.hold(context.session, id_of(arguments, "entry"))
    found = await find(context, arguments)
    if not may_decide(context.actor, found.at.committee.id):
        raise NotAllowed(
            _("Bare sekretariatet for {committee} kan gjøre dette. Ta kontakt med dem om saken.").format(
                committee=found.at.committee.name
            )
        )
    return found


def which(found: Decided, *, sees: bool = True) -> str:
    """The case that a form is about."""
    return _("Saken: {title}").format(title=views.case_name(found.at, sees=sees))


async def shown(context: Context, found: Decided, *, said: str = "") -> Message:
    """The picture of it. `said`: what has just been done."""
    known = await chain.told(context.session, [told.subject(found.at.entry.id)], told.ASK)
    return views.picture(context, found, known, said=said)


async def after(context: Context, entry_id: int, *, said: str) -> Message:
    """Let what follows happen, and show how it stands then."""
    await context.session.flush()
    await steps.bring_up(context.session, [entry_id], context.now)
    (found,) = await steps.read(context.session, [entry_id], context.now)
    return await shown(context, found, said=said)


class Asked(NamedTuple):
    """A leg that a party is to answer, and what it follows from."""

    decided: Decided
    leg: Leg


async def to_answer(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Asked:
    """The leg called `leg`, for whoever answers for its party.

    Raises:
        Gone, NotAllowed: says why not.
    """
    task = await follow_ups.task(context.session, id_of(arguments, "leg"))
    if task is None or not task.row.recommended:
        raise Gone(_("Tilrådingen finnes ikke lenger."))
    await _require_contact(context, task)
    if lock:
        await chain.hold(context.session, task.row.entry_id)
    (decided,) = await steps.read(context.session, [task.row.entry_id], context.now)
    leg = next((each for each in decided.legs if each.task.row.id == task.row.id), None)
    if leg is None:
        raise Gone(_("Referatet rettes. Dere får beskjed når det gjelder igjen."))
    return Asked(decided, leg)


async def _require_contact(context: Context, task: Task) -> None:
    answers_for = await chain.answers_for(context.session, context.actor.person_id, context.today)
    if task.row.owner_organisation_id not in answers_for:
        raise NotAllowed(
            _(
                "Bare kontaktpersonen for {party} kan svare på tilrådingen. Er det deg? Be koordinatoren føre deg opp."
            ).format(party=task.owner)
        )


def require_open(leg: Leg) -> None:
    """Raises `Settled`: nobody waits for the answer any more."""
    if leg.stand in (Stand.REVOKED, Stand.DROPPED):
        why = leg.note or _("Utvalget venter ikke lenger på svaret.")
        if leg.stand is Stand.REVOKED:
            why = _("Vedtaket er opphevet.")
        raise Settled(_("Tilrådingen er trukket tilbake. {why}").format(why=why))
