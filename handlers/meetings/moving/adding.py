"""A meeting that is not in the plan: written in one form, seen over, and made."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LookOver, Raw, Reply
from handlers.errors import Gone, NotAllowed
from handlers.meetings import making
from handlers.meetings.at_hand import meeting_button
from handlers.meetings.life import By, MeetingTimes, in_words
from handlers.meetings.moving import effects, forms
from handlers.meetings.moving.forms import New
from handlers.meetings.moving.remarks import Remarks
from handlers.messages.arguments import id_in
from handlers.messages.message import Fact, Message
from handlers.people.access import may_plan, require_planner
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import N_, _
from storage import committees, people
from storage.tables import Committee


def dialog(remarks: Remarks) -> Dialog:
    """`remarks`: what whoever makes it should have seen."""

    async def preview(context: Context, answers: Answers) -> tuple[Fact, ...]:
        return await _preview(remarks, context, answers)

    class LookNew(LookOver):
        """Se over møtet før det settes opp."""

        about = About(title=N_("Se over møtet"), submit=N_("Sett opp møtet"), facts=preview)

    return Dialog(name="motetid.ny", steps=(New, LookNew), finish=_made, prefill=_begin)


async def start(dialog: Dialog, context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form, with the committee called `committee` chosen, as an extraordinary meeting where `extraordinary` says
    so."""
    _require_some(context)
    given: Raw = {}
    if arguments.get("extraordinary"):
        given["extraordinary"] = "true"
    if id_in(arguments.get("committee", "")) is not None:
        given["committee"] = arguments["committee"]
    return await conversation.start(context, dialog, {}, given or None)


def _require_some(context: Context) -> None:
    if not any(may_plan(context.actor, each) for each in context.actor.roles):
        raise NotAllowed(_("Bare sekretariatet og møtelederen for et utvalg kan sette opp møter."))


async def _begin(context: Context, _arguments: Mapping[str, str]) -> Raw:
    _require_some(context)
    own = [each for each in context.actor.committees if may_plan(context.actor, each.id)]
    chosen = {"committee": str(own[0].id)} if len(own) == 1 else {}
    return {**chosen, "deadline": forms.RULE}


async def _preview(remarks: Remarks, context: Context, answers: Answers) -> tuple[Fact, ...]:
    step = answers[New]
    committee = await _committee(context, step)
    to_be = await forms.to_be_new(context, committee, step)
    zone = committee.zone
    holders = await people.holding_roles(context.session, committee.id, dates.local_date(to_be.times.starts_at, zone))
    told = {holder.person_id for holder in holders if holder.role != Role.GUEST}
    said = [*to_be.times.remarks, *await remarks(context, to_be.wanted, None)]
    facts = (
        (_("Utvalg"), committee.name),
        (_("Slag"), _("Ekstraordinært møte") if step.extraordinary else ""),
        (_("Møte"), in_words(to_be.after, zone)),
        (_("Nettmøte"), to_be.after.join_url),
        (_("Frist for å melde saker"), dates.day_and_clock(to_be.times.deadline_at, zone)),
        (_("Får beskjed"), effects.people(len(told))),
        (_("Legg merke til"), "\n".join(said)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


async def _committee(context: Context, step: New) -> Committee:
    """Raises `Gone` or `NotAllowed`."""
    found = await committees.committee(context.session, id_in(step.committee))
    if found is None or found.removed_at is not None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    require_planner(context, found)
    return found


async def _made(context: Context, answers: Answers) -> Message:
    step = answers[New]
    committee = await _committee(context, step)
    to_be = await forms.to_be_new(context, committee, step)
    by = By(context.actor.person_id, draft_id=answers.draft_id)
    meeting = (await making.make(context.session, to_be.wanted, context.now, by)).meeting
    return Message(
        title=_("Møtet i {committee} er satt opp").format(committee=committee.name),
        facts=(
            Fact(label=_("Møte"), value=in_words(MeetingTimes.of(meeting), meeting.zone)),
            Fact(label=_("Frist for å melde saker"), value=dates.day_and_clock(meeting.deadline_at, meeting.zone)),
        ),
        buttons=(meeting_button(meeting),),
        replace=True,
    )
