"""`/sak`: proposing a case, changing it and withdrawing it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.calendar.zone import local_day
from handlers.cases import at_hand, changed, forms, listing, views, wishes
from handlers.cases.announce import (
    proposed,
    receipt_key,
    receipt_now,
    record,
    show_presenters,
    take_back_news,
    tell_people,
    tell_presenters,
    tell_secretariat,
    unaware_presenters,
)
from handlers.cases.forms import How, LookOverCase, LookOverChange, What
from handlers.cases.wishes import WantedMeeting, is_open
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Answers, Dialog, Form, Raw, Reply
from handlers.dialogs.foresight import Foresight, Id
from handlers.dialogs.remarks import joined, with_remark
from handlers.dialogs.token import RESUME, Token
from handlers.errors import BadInput, NotAllowed
from handlers.messages.message import Fact, Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.understanding.meaning import slip_of
from handlers.understanding.suggestions import Suggestion, buttons, carried, named
from handlers.writing.language import _
from handlers.writing.text import clean
from storage import cases, committees, people
from storage.cases import Case, Proposer
from storage.direct import Question
from storage.history import Event
from storage.tables import ItemStatus

_WORDS_OF_A_NAME = 2
"""What is longer, after `/sak liste`, and is no committee's name, is a title."""
_READS_AS_A_TITLE = 100
"""So many characters at most."""


async def command(context: Context, text: str) -> Reply:
    """`/sak [tittel]`, `/sak mine`, `/sak liste [utvalg]`."""
    text = clean(text)
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    if text.casefold() == "mine":
        return await listing.mine(context, {})
    if word.casefold() == forms.LIST:
        found = await listing.agenda_of(context, rest)
        # «liste over …» is a title: only a committee's name makes the words a command. The form says so.
        if found is not None:
            return found
        if len(rest.split()) <= _WORDS_OF_A_NAME:
            return _no_such_committee(context, rest, text)
    return await begin(context, text)


async def propose(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Meld sak» below a deadline: the form of a new case, for that committee."""
    committee = arguments.get("committee", "")
    return await begin(context, "", {"committee": committee} if forms.open_committees(context, [committee]) else {})


async def begin(context: Context, text: str, chosen: Raw | None = None) -> Reply:
    """The form of a new case, with `text` as its title. `chosen`: what it begins with."""
    return await _form(context, _typed_after_command(text), text, chosen)


async def _form(context: Context, given: Raw, text: str, chosen: Raw | None = None) -> Reply:
    """`given`: what is known of it; `text`: what is shown again to whoever may not propose."""
    if not forms.open_committees(context):
        return Message(
            title=_("Du kan ikke melde saker ennå"),
            text=_(
                "Du er ikke medlem av noe utvalg i helsefellesskapet. Be koordinatoren føre deg opp, "
                "eller be et medlem melde saken."
            ),
            small=text,
        )
    return await conversation.start(context, PROPOSE, {}, given, begins=chosen)


async def from_message(context: Context, text: str) -> Reply:
    """«Lag sak av dette» on a message: its text comes along, and nothing about who wrote it; and its address, where the
    platform gives it."""
    text = clean(text)
    given = _said_in_message(text)
    link = context.link if len(context.link) <= forms.LINK_LENGTH else ""
    reply = await _form(context, {**given, **({"links": link} if link else {})}, text)
    if not isinstance(reply, Form):
        return reply
    none = "" if text else _("Meldingen hadde ingen tekst jeg kunne ta med. Skriv selv hva saken gjelder.")
    linked = _("Lenken til meldingen er med. Bare de som kan lese meldingen der den står, kan åpne den.")
    # Where something was begun before, the person is asked first, and sees what would come along.
    is_begun = Token.parse(reply.token).step != RESUME
    return with_remark(reply, joined(none, linked if link and is_begun else ""))


def _said_in_message(text: str) -> Raw:
    """A short line reads as a title; anything else tells what the case is about."""
    if not text:
        return {}
    return {"title": text} if "\n" not in text and len(text) <= _READS_AS_A_TITLE else {"purpose": text}


def _no_such_committee(context: Context, name: str, text: str) -> Message:
    """What was typed after `/sak liste` is none of the committees' names: a slip, or a title."""
    known = {word: each.name for each in context.actor.committees for word in (each.name, *_initials(each.name))}
    near = known.get(slip_of(name, known), "")
    offers = [Suggestion(_("Saksliste for {committee}").format(committee=near), "sak", f"liste {near}")] if near else []
    offers.append(Suggestion(_("Vis sakslistene mine"), "sak", "liste"))
    if carried(text):
        offers.append(Suggestion(_("Meld sak: {text}").format(text=named(text)), "sak", text=text))
    said = _("Jeg kjenner ikke noe utvalg som heter «{name}».").format(name=named(name))
    return Message(title=said, text=_("Skulle du se en saksliste, eller melde en sak?"), buttons=buttons(offers))


def _initials(name: str) -> Sequence[str]:
    """What stands in brackets after a committee's name: `Faglig samarbeidsutvalg (FSU)`."""
    return re.findall(r"\((\w+)\)", name)


def _typed_after_command(text: str) -> Raw:
    """The title typed after the command. What is too long for a title is taken as the purpose; nothing is cut."""
    title = " ".join(text.split())
    if not title:
        return {}
    return {"title": title} if len(title) <= forms.TITLE_LENGTH else {"purpose": text}


async def _proposed(context: Context, answers: Answers) -> Message:
    """Store the case, and tell the committee's secretariat and the proposer."""
    what = answers[What]
    committee = await committees.committee(context.session, int(what.committee))
    if committee is None or committee.removed_at is not None:
        raise BadInput({"committee": _("Utvalget finnes ikke lenger. Velg et annet.")})
    meeting = await wishes.chosen(context, answers, forms.wanted(answers))
    item, event_id = await cases.add_case(
        context.session,
        {
            "draft_id": answers.draft_id,
            "committee_id": int(what.committee),
            **forms.columns(answers),
        },
        proposer_id=context.actor.person_id,
        at=context.now,
    )
    proposer = Proposer(context.actor.person_id, context.actor.name, context.actor.language, context.actor.guest)
    receipt = await proposed(
        context,
        Case(item, committee, proposer, meeting),
        Event(event_id, "proposed", context.actor.person_id, context.actor.name, context.now, "", {}),
        await wishes.coming(context, answers),
    )
    return receipt.model_copy(update={"delivery_key": receipt_key(item)})


def _foreseen(ids: Mapping[str, Id], now: datetime) -> Sequence[Question]:
    """What it takes to check a new case, store it and show it."""
    committee_id = ids["committee"]
    return (
        committees.asked_committee(committee_id),
        committees.asked_coming_meetings(committee_id, now),
        people.asked_holding_roles(committee_id, local_day(now)),
        *cases.asked_for_new(),
    )


PROPOSE = Dialog(
    name="sak.meld",
    formerly="sak",
    steps=(What, How, LookOverCase),
    finish=_proposed,
    resumed_by="sak",
    foresee=Foresight(("committee",), _foreseen),
)


# --- changing and withdrawing ------------------------------------------------------------------------------


async def _own_case(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    """The actor's own case, which can still be changed.

    Raises:
        Gone, NotAllowed, AlreadyDone: says why not.
    """
    case = await at_hand.own(context, arguments, lock=lock)
    if case.item.status == ItemStatus.WITHDRAWN:
        raise _withdrawn()
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


async def _changed(context: Context, answers: Answers) -> Message:
    """Store what was changed. Those who count on a case that is on an agenda hear what it was, old and new."""
    case = await _own_case(context, answers.arguments, lock=True)
    meeting = await wishes.chosen(context, answers, forms.wanted(answers))
    if (meeting.id if meeting else None) != case.item.meeting_id:
        _may_choose_meeting(case)
    again = case.item.status in views.SENT_BACK
    presented = set(case.item.presenter_ids)
    written = forms.columns(answers)
    names = await people.names(context.session, presented.union(written["presenter_ids"]))
    before, number = changed.as_it_is(case, case.meeting, names), views.number(case.item)
    for column, value in written.items():
        setattr(case.item, column, value)
    if again:
        case.item.status = ItemStatus.PROPOSED
    case = case._replace(meeting=meeting)
    changes = changed.between(before, changed.as_it_is(case, meeting, names))
    if not changes and not again:
        receipt = await receipt_now(context, case)
        return receipt.model_copy(update={"small": _("Ingenting er endret.")})
    on_agenda = case.item.status == ItemStatus.ACCEPTED
    event, receipt = await record(
        context,
        case,
        "resubmitted" if again else "changed",
        # What stood there before is kept only where somebody counts on it: it may be what had to go.
        data={"changed": [name for name, *_values in changes], **({"changes": changes} if on_agenda else {})},
        draft_id=answers.draft_id,
    )
    if again:
        await tell_secretariat(
            context, case, event, lambda: _("Saken er sendt inn på nytt: {title}").format(title=case.item.title)
        )
    if on_agenda:
        await _tell_of_changes(context, case, event, number, presented)
    return receipt


async def _tell_of_changes(context: Context, case: Case, event: Event, number: str, presented: set[int]) -> None:
    """`number`: as it read before; `presented`: those who were to present the case until now."""
    named, changes = views.named(case.item), event.data["changes"]

    def what() -> tuple[Fact, ...]:
        now = views.number(case.item)
        reads = (Fact(label=_("Saksnummer"), value=_("{before} → {after}").format(before=number, after=now)),)
        return (*(reads if now != number else ()), *changed.facts(changes))

    await tell_secretariat(
        context,
        case,
        event,
        lambda: _("En sak på sakslisten er endret: {title}").format(title=named),
        facts=what,
    )
    gone = await people.languages(
        context.session, presented.difference(case.item.presenter_ids, [case.item.proposer_id])
    )
    await tell_people(
        context,
        case,
        event,
        gone,
        lambda: Message(title=_("Du skal ikke lenger legge fram saken: {title}").format(title=named)),
    )
    await show_presenters(context, case, named)


def _may_choose_meeting(case: Case) -> None:
    """Raises `BadInput` if the secretariat has decided on the meeting already."""
    day = views.meeting_day(case)
    if case.item.status == ItemStatus.ACCEPTED:
        sentence = _("Saken står på sakslisten for møtet {day}. Skal den flyttes, må sekretariatet gjøre det.")
    elif case.item.status == ItemStatus.DEFERRED and case.meeting is not None and case.meeting.cancelled_at is None:
        sentence = _("Sekretariatet har utsatt saken til møtet {day}. Skal den flyttes, må sekretariatet gjøre det.")
    else:
        return
    raise BadInput({"meeting": sentence.format(day=day)})


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    if (await at_hand.own(context, arguments)).item.status == ItemStatus.WITHDRAWN:
        raise _withdrawn()


def _withdrawn() -> Settled:
    return Settled(_("Saken er allerede trukket."))


CHANGE = Dialog(
    name="sak.endre",
    formerly="endre",
    steps=(What, How, LookOverChange),
    finish=_changed,
    prefill=_current,
    still=_still,
)


async def change(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, CHANGE, {"item": arguments.get("item", "")})


async def withdraw(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The proposer takes the case back. A number that was issued stays with it."""
    case = await _own_case(context, arguments, lock=True)
    accepted = case.item.status == ItemStatus.ACCEPTED
    await take_back_news(context, case)
    case.item.status = ItemStatus.WITHDRAWN
    event, receipt = await record(context, case, "withdrawn")
    if accepted:
        await _tell_of_withdrawal(context, case, event)
    return receipt.model_copy(update={"replace": True})


async def _tell_of_withdrawal(context: Context, case: Case, event: Event) -> None:
    """A case that stood on the agenda is gone from it: those who counted on it hear of it."""
    named = views.named(case.item)
    await tell_secretariat(context, case, event, lambda: _("Saken er trukket: {title}").format(title=named))
    unaware = await unaware_presenters(context, case)
    await tell_presenters(context, case, event, lambda: views.not_to_present(case, named), besides=unaware)
    await show_presenters(context, case, named)
