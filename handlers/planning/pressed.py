"""What buttons do with a plan that waits. Nothing but storing changes a meeting."""

from collections.abc import Mapping
from datetime import date

from handlers.dialogs.dialog import Reply
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.people.access import require_planner
from handlers.people.context import Context
from handlers.planning import at_hand, page, storing, year
from handlers.planning.answers import LEFT_OUT, RowAnswer
from handlers.planning.considering import Considered
from handlers.planning.kept import from_json
from handlers.writing.language import _, ngettext
from storage import agenda, committees
from storage.tables import MeetingPlan, PlanStatus


async def is_committee(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A body in the plan is this committee."""
    found = await at_hand.waiting(context, arguments, lock=True)
    committee = await committees.committee(context.session, id_of(arguments, "committee"))
    if committee is None or committee.removed_at is not None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    return await meant(context, found, number_of(found, arguments), committee.id)


async def may_change(context: Context, found: MeetingPlan, number: int) -> None:
    """Whoever handed the plan in changes all of it, and others what is of their own committees, or of nobody's yet.

    Raises:
        NotAllowed: others plan the committee whose meeting stands at that place.
    """
    if found.by_id != context.actor.person_id:
        row = (await page.considered(context, found)).row(number)
        if row is not None and row.body is not None:
            await require_own(context, found, row.body.id)


async def require_own(context: Context, found: MeetingPlan, committee_id: int) -> None:
    """The same of a committee in the plan. Raises `NotAllowed`."""
    committee = await committees.committee(context.session, committee_id)
    if committee is not None and found.by_id != context.actor.person_id:
        require_planner(context, committee)


async def meant(context: Context, found: MeetingPlan, number: int, committee_id: int) -> Message:
    """The body that stands at that meeting is this committee, wherever in the plan it stands."""
    await may_change(context, found, number)
    name = from_json(found.read).rows[number].committee.strip()
    answers = at_hand.answers(found)
    at_hand.answer(found, answers.model_copy(update={"bodies": {**answers.bodies, name: committee_id}}))
    return await page.drawn(context, found, {})


def number_of(found: MeetingPlan, arguments: Mapping[str, str]) -> int:
    """The place of the meeting that a button is about, which is in the plan. Raises `Gone`."""
    number = id_of(arguments, "row")
    if number >= len(found.read.get("rows", ())):
        raise Gone(_("Møtet står ikke i planen lenger."))
    return number


async def without(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A meeting is left out, or with `whole` all of its body."""
    found = await at_hand.waiting(context, arguments, lock=True)
    number = number_of(found, arguments)
    answers = at_hand.answers(found)
    if arguments.get("whole"):
        return await meant(context, found, number, LEFT_OUT)
    await may_change(context, found, number)
    row = answers.rows.get(number, RowAnswer()).model_copy(update={"out": True})
    at_hand.answer(found, answers.model_copy(update={"rows": {**answers.rows, number: row}}))
    return await page.drawn(context, found, {}, said=_("Møtet er tatt ut av planen."))


async def take(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The meeting is on the day that was suggested."""
    found = await at_hand.waiting(context, arguments, lock=True)
    number = number_of(found, arguments)
    await may_change(context, found, number)
    try:
        day = date.fromisoformat(arguments.get("day", ""))
    except ValueError:
        raise Gone(_("Møtet står ikke i planen lenger.")) from None
    answers = at_hand.answers(found)
    row = answers.rows.get(number, RowAnswer()).model_copy(update={"day": day})
    at_hand.answer(found, answers.model_copy(update={"rows": {**answers.rows, number: row}}))
    return await page.drawn(context, found, {}, said=_("Datoen er rettet i planen."))


async def apart(context: Context, arguments: Mapping[str, str]) -> Reply:
    """No meeting of the plan is that stored one on another day."""
    found = await at_hand.waiting(context, arguments, lock=True)
    meeting = await agenda.meeting(context.session, id_of(arguments, "meeting"))
    if meeting is None:
        raise Gone(_("Møtet finnes ikke lenger."))
    await require_own(context, found, meeting[1].id)
    answers = at_hand.answers(found)
    ids = tuple(dict.fromkeys((*answers.apart, meeting[0].id)))
    at_hand.answer(found, answers.model_copy(update={"apart": ids}))
    return await page.drawn(context, found, {})


async def throw(context: Context, arguments: Mapping[str, str]) -> Reply:
    found = await at_hand.waiting(context, arguments, lock=True)
    await _theirs(context, found)
    found.status, found.settled_at, found.settled_by_id = PlanStatus.THROWN, context.now, context.actor.person_id
    shown = await year.drawn(context, found.year, said=_("Møteplanen er forkastet. Ingen møter er endret."))
    return shown.model_copy(update={"replace": True})


async def _theirs(context: Context, found: MeetingPlan) -> None:
    """Raises `NotAllowed` for whoever neither handed it in nor plans all of it."""
    if found.by_id == context.actor.person_id:
        return
    of = await page.considered(context, found)
    if of.others or of.laid.unknown:
        raise NotAllowed(_("Bare den som la inn planen, eller som planlegger alle utvalgene i den, kan forkaste den."))


async def store(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Store what the actor may, as they saw it. What others have to store goes on waiting."""
    found = await at_hand.waiting(context, arguments, lock=True)
    of = await page.considered(context, found, hold=True)
    if not of.may_be_stored or arguments.get("seen") != of.compared.seen:
        said = _("Noe er endret siden du så planen. Se over en gang til, og lagre så.")
        return await page.drawn(context, found, {}, said=said, of=of)
    done = await storing.put(
        context.session,
        of.compared,
        of.known,
        context.now,
        plan_id=found.id,
        cancel_gone=arguments.get("gone") == "cancel",
        actor_id=context.actor.person_id,
    )
    settle(found, of, context)
    said = stored_line(done)
    if found.status == PlanStatus.WAITING:
        return await page.drawn(context, found, {}, said=said)
    shown = await year.drawn(context, found.year, said=said)
    return shown.model_copy(update={"replace": True})


def settle(found: MeetingPlan, of: Considered, context: Context) -> None:
    """Note what is done. The plan is stored once nothing in it waits for anybody else."""
    answers = at_hand.answers(found)
    done = {*answers.done, *(each.row.number for each in of.compared.changes)}
    changed = {"done": tuple(sorted(done)), "others": tuple(sorted(of.others))}
    at_hand.answer(found, answers.model_copy(update=changed))
    if not of.others:
        found.status, found.settled_at, found.settled_by_id = PlanStatus.STORED, context.now, context.actor.person_id


def stored_line(done: storing.Stored) -> str:
    """«Lagret: 13 nye møter, 1 flyttet. 20 personer får beskjed om de nye møtene.»"""
    counts = (
        (len(done.made), ngettext("{count} nytt møte", "{count} nye møter", len(done.made))),
        (done.moved, ngettext("{count} flyttet", "{count} flyttet", done.moved)),
        (
            done.details,
            ngettext(
                "{count} med nytt vertskap eller ny møteleder",
                "{count} med nytt vertskap eller ny møteleder",
                done.details,
            ),
        ),
        (done.back, ngettext("{count} holdes likevel", "{count} holdes likevel", done.back)),
        (done.cancelled, ngettext("{count} avlyst", "{count} avlyst", done.cancelled)),
    )
    said = _("Lagret: {what}.").format(what=", ".join(text.format(count=count) for count, text in counts if count))
    if not done.told:
        return said
    told = ngettext(
        "{count} person får beskjed om de nye møtene.", "{count} personer får beskjed om de nye møtene.", done.told
    ).format(count=done.told)
    return f"{said} {told}"
