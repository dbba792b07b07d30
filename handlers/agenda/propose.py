"""`/sak`: proposing a case, changing it and withdrawing it."""

from collections.abc import Mapping
from typing import Any

from handlers import conversation
from handlers.agenda import forms, listing, views, wishes
from handlers.agenda.announce import announce, receipt_key
from handlers.agenda.forms import How, What
from handlers.agenda.wishes import WantedMeeting, is_open
from handlers.context import Context
from handlers.dialog import Answers, Dialog, Raw, Reply, Summary
from handlers.errors import AlreadyDone, BadInput, Gone, NotAllowed
from handlers.language import _
from handlers.message import Message
from storage import agenda, committees
from storage.agenda import Case, Proposer, Step
from storage.tables import ItemStatus, Meeting

_PURPOSE_LENGTH = 3000


async def command(context: Context, text: str) -> Reply:
    """`/sak [tittel]`, `/sak mine`, `/sak liste [utvalg]`."""
    word, _space, rest = text.partition(" ")
    if text.casefold() == "mine":
        return await listing.mine(context, {})
    if word.casefold() == "liste":
        found = await listing.agenda_of(context, rest)
        # «liste over …» is a title: only a committee's name makes the words a command.
        if found is not None:
            return found
    if not await forms.open_committees(context):
        return Message(
            title=_("Du kan ikke melde saker ennå"),
            text=_(
                "Du er ikke medlem av noe utvalg i helsefellesskapet. Be koordinatoren føre deg opp, "
                "eller be et medlem melde saken."
            ),
            small=text,
        )
    return await conversation.start(context, PROPOSE, {}, _typed_after_command(text))


def _typed_after_command(text: str) -> Raw:
    """The title typed after the command. What is too long for a title is taken as the purpose; nothing is cut."""
    title = " ".join(text.split())
    if not title:
        return {}
    return {"title": title} if len(title) <= forms.TITLE_LENGTH else {"purpose": text}


async def _summary(context: Context, answers: Answers) -> Summary:
    return Summary(title=_("Se over saken"), facts=await forms.facts(context, answers), submit=_("Send inn"))


async def _proposed(context: Context, answers: Answers) -> Message:
    """Store the case, and tell the committee's secretariat and the proposer."""
    what = answers[What]
    committee = await committees.committee(context.session, int(what.committee))
    if committee is None:
        raise BadInput({"committee": _("Utvalget finnes ikke lenger. Velg et annet.")})
    meeting = await _meeting(context, answers)
    item = await agenda.add_case(
        context.session,
        {
            "draft_id": answers.draft_id,
            "committee_id": int(what.committee),
            **_written(answers),
        },
        proposer_id=context.actor.person_id,
        at=context.now,
    )
    proposer = Proposer(context.actor.person_id, context.actor.name, context.actor.language)
    receipt = await announce(
        context,
        Case(item, committee, proposer, meeting),
        Step("proposed", context.actor.name, context.now, "", {}),
        receipt_shown_by_surface=True,
        coming=await wishes.coming(context, answers),
    )
    return receipt.model_copy(update={"delivery_key": receipt_key(item)})


def _written(answers: Answers) -> dict[str, Any]:
    """What the person wrote, by the case's columns."""
    what, how = answers[What], answers[How]
    wanted = WantedMeeting.parse(how.meeting)
    return {
        "title": what.title,
        "purpose": what.purpose,
        "types": what.types,
        "presenter_ids": [int(value) for value in how.presenters],
        "presenters_text": how.others,
        "minutes": how.minutes,
        "conclusion": how.conclusion,
        "links": how.links.split(),
        "meeting_id": wanted.meeting_id,
        "late": wanted.late,
    }


async def _meeting(context: Context, answers: Answers) -> Meeting | None:
    wanted = WantedMeeting.parse(answers[How].meeting)
    return await committees.meeting(context.session, wanted.meeting_id) if wanted.meeting_id else None


PROPOSE = Dialog(name="sak", steps=(What, How), finish=_proposed, summary=_summary, resumable=True)


# --- changing and withdrawing ------------------------------------------------------------------------------


async def _own_case(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    """The actor's own case, which can still be changed.

    Raises:
        Gone, NotAllowed, AlreadyDone: says why not.
    """
    case = await agenda.case(context.session, int(arguments["item"]), lock=lock)
    if case is None:
        raise Gone(_("Saken finnes ikke lenger."))
    if case.item.proposer_id != context.actor.person_id:
        raise NotAllowed(_("Bare den som meldte saken, kan gjøre dette."))
    if case.item.status == ItemStatus.WITHDRAWN:
        raise AlreadyDone(_("Saken er allerede trukket."))
    if not views.may_change(case, context.now):
        raise NotAllowed(
            _("Fristen for å endre saken gikk ut {deadline}. Ta kontakt med sekretariatet for {committee}.").format(
                deadline=views.deadline(case), committee=case.committee.name
            )
        )
    return case


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    case = await _own_case(context, arguments)
    item = case.item
    wanted = WantedMeeting(item.meeting_id, late=case.meeting is not None and not is_open(case.meeting, context.now))
    return {
        "committee": str(item.committee_id),
        "title": item.title,
        "purpose": item.purpose,
        "types": item.types,
        "meeting": str(wanted),
        "presenters": [str(person_id) for person_id in item.presenter_ids],
        "others": item.presenters_text,
        "minutes": str(item.minutes) if item.minutes else "",
        "conclusion": item.conclusion,
        "links": "\n".join(item.links),
    }


async def _change_summary(context: Context, answers: Answers) -> Summary:
    return Summary(title=_("Se over endringen"), facts=await forms.facts(context, answers), submit=_("Lagre"))


async def _changed(context: Context, answers: Answers) -> Message:
    case = await _own_case(context, answers.arguments, lock=True)
    accepted = case.item.status == ItemStatus.ACCEPTED
    meeting = await _meeting(context, answers)
    if accepted and (meeting is None or meeting.id != case.item.meeting_id):
        raise BadInput(
            {
                "meeting": _(
                    "Saken står på sakslisten for møtet {day}. Skal den flyttes, må sekretariatet gjøre det."
                ).format(day=views.meeting_day(case))
            }
        )
    again = case.item.status == ItemStatus.RETURNED
    for column, value in _written(answers).items():
        setattr(case.item, column, value)
    if again:
        case.item.status = ItemStatus.PROPOSED
    case.item.changed_at = context.now
    kind = "resubmitted" if again else "changed"
    await agenda.add_step(
        context.session,
        case.item.id or 0,
        kind,
        context.actor.person_id,
        context.now,
        draft_id=answers.draft_id,
    )
    step = Step(kind, context.actor.name, context.now, "", {})
    return await announce(context, Case(case.item, case.committee, case.proposer, meeting), step)


CHANGE = Dialog(name="endre", steps=(What, How), finish=_changed, prefill=_current, summary=_change_summary)


async def change(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, CHANGE, {"item": arguments["item"]})


async def withdraw(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The proposer takes the case back. A number that was issued stays with it."""
    case = await _own_case(context, arguments, lock=True)
    case.item.status = ItemStatus.WITHDRAWN
    case.item.changed_at = context.now
    await agenda.add_step(context.session, case.item.id or 0, "withdrawn", context.actor.person_id, context.now)
    receipt = await announce(context, case, Step("withdrawn", context.actor.name, context.now, "", {}))
    return receipt.model_copy(update={"replace": True})
