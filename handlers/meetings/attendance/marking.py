"""Marking who was there: one click for each, and one for all who said that they come.

Each mark says what is so, not what is to be turned around, and changes what it is about and nothing else. So two who
mark at once both keep what they marked, and the same click twice is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
    Dialog,
    Note,
    Option,
    Person,
    Raw,
    Reply,
    Step,
    Text,
)
from handlers.errors import AlreadyDone, BadInput
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.at_hand import about
from handlers.meetings.attendance import access, answering, buttons, news, overview
from handlers.meetings.attendance.access import WHO, Marking
from handlers.meetings.attendance.actions import Do
from handlers.meetings.attendance.roll import Attendee, Roll, items, named
from handlers.messages import paging
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Button, Confirm, Fact, Message, Section
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage import agenda, attendance, people
from storage.history import Event
from storage.tables import Attendance, Meeting

_NONE = "0"
_PRESENT = {"yes": True, "no": False, "unknown": None}
_LABEL = 70
"""So much of an item's title stands beside its number in a list to choose from."""


async def _note(
    context: Context, meeting: Meeting, kind: str, data: Mapping[str, object], draft_id: str | None = None
) -> Event:
    return await agenda.HISTORY.add(
        context.session,
        meeting.id,
        kind,
        context.actor.person_id,
        context.now,
        actor=context.actor.name,
        data=data,
        draft_id=draft_id,
    )


# --- the list ----------------------------------------------------------------------------------------------


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Everybody at the meeting, eight at a time, with how it stands."""
    return listed(await access.to_mark(context, arguments), arguments)


def listed(at: Marking, arguments: Mapping[str, str], *, told: str = "", undo: Event | None = None) -> Message:
    """`told`: what was just done; `undo`: and can be undone."""
    meeting, everybody = at.meeting, at.roll
    page = arguments.get("page", "0")
    first = paging.offset(arguments)
    shown = everybody.attendees[first : first + paging.SIZE + 1]
    carried = about(meeting, page=page)
    unmarked_coming = any(each.comes and each.present is None for each in everybody.attendees)
    offered = [
        (Do.ALL_CAME, _("Alle som sa ja, kom"), unmarked_coming),
        (Do.ADD, _("Legg til"), True),
        (Do.DISQUALIFY, _("Inhabil i en sak"), bool(items(everybody.read))),
        (Do.REMIND, _("Minn dem som ikke har svart"), bool(everybody.unanswered) and not everybody.is_marked),
        (Meetings.PAGE, _("Til møtet"), True),
    ]
    undoing = {"event": str(undo.id)} if undo is not None else {}
    return Message(
        title=told
        or _("Oppmøte: {committee} {day}").format(
            committee=at.committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
        ),
        facts=overview.facts(everybody),
        sections=(
            *(_section(at, each, page) for each in paging.page_of(shown)),
            *(_out_of(at, page) if not first else ()),
        ),
        buttons=(
            *((Button(label=_("Angre"), action=Do.UNDO, arguments={**carried, **undoing}),) if undo else ()),
            *(Button(label=label, action=do, arguments=carried) for do, label, offer in offered if offer),
            *paging.buttons(shown, Do.ROLL, carried),
        ),
        small=paging.place(first, len(paging.page_of(shown)), len(everybody.attendees)),
        replace="page" in arguments,
    )


def _section(at: Marking, each: Attendee, page: str) -> Section:
    carried = about(at.meeting, page=page, **{WHO: each.key})
    marks = [
        Button(label=label, action=Do.MARK, arguments={**carried, "present": present})
        for present, label in (("yes", _("Kom")), ("no", _("Kom ikke")))
        if each.present is not _PRESENT[present]
    ]
    more = Button(label=_("Mer"), action=Do.PERSON, arguments=carried)
    return Section(title=each.name, text=_state(each), buttons=(*marks, more))


def _state(each: Attendee) -> str:
    marked = {True: _("Kom"), False: _("Kom ikke"), None: buttons.in_words(each)}[each.present]
    _name, _dot, more = overview.line(replace(each, organisation="", substitute="", outdated=False)).partition(" · ")
    said = each.present is None and each.comes
    place = _("for {member}").format(member=each.stands_in_for) if each.stands_in_for and not said else ""
    return " · ".join(filter(None, (marked, place, more, each.organisation)))


def _out_of(at: Marking, page: str) -> Sequence[Section]:
    """Who took no part in an item, a section for each such item, with what takes it back."""
    found = []
    for line in items(at.roll.read):
        out = at.roll.out_of(line)
        if not out:
            continue
        each_alone = tuple(
            Button(
                label=_("Ta bort {name}").format(name=each.name),
                action=Do.QUALIFY,
                arguments=about(at.meeting, page=page, out=each.id),
            )
            for each in out[:4]
        )
        slot_id = line.slot.id if line.slot is not None else 0
        together = Button(
            label=_("Ta bort alle"), action=Do.QUALIFY, arguments=about(at.meeting, page=page, slot=slot_id)
        )
        text = "\n".join(
            _("{name} ({substitute} møter)").format(name=each.name, substitute=each.substitute)
            if each.substitute
            else each.name
            for each in out
        )
        title = _("Inhabile i sak {item}").format(item=named(line))
        found.append(Section(title=title, text=text, buttons=(*each_alone, *((together,) if len(out) > 1 else ()))))
    return found


# --- one click ---------------------------------------------------------------------------------------------


async def mark(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Kom» or «Kom ikke». A substitute who came took the place of somebody: that is asked, where it does not
    follow."""
    at = await access.to_mark(context, arguments, lock=True)
    who = at.roll.called(arguments.get(WHO, ""))
    wanted = arguments.get("present", "")
    if who is None or wanted not in _PRESENT:
        raise access.gone()
    present = _PRESENT[wanted]
    row = await answering.entry_of(context, at.meeting, who)
    row.present = present
    if not present:
        row.from_slot_id, row.to_slot_id = None, None
    if present and who.capacity is Role.SUBSTITUTE and who.stands_in_for_id is None and who.linked_to:
        absent = [
            each for each in answering.to_stand_in_for(at.roll, who) if each.person_id is not None and not each.present
        ]
        if len(absent) == 1:
            row.stands_in_for_id = absent[0].person_id
        elif absent:
            await _marked(context, at, row, who)
            return await details(context, arguments)
    await _marked(context, at, row, who)
    return listed(await access.to_mark(context, arguments), arguments)


async def _marked(context: Context, at: Marking, row: Attendance, who: Attendee) -> None:
    row.revision += 1
    await _note(context, at.meeting, "marked", {"name": who.name, "present": row.present})
    await context.session.flush()


async def all_came(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Everybody who said that they come did, but for those of whom somebody has said what is so."""
    at = await access.to_mark(context, arguments, lock=True)
    coming = [each for each in at.roll.attendees if each.comes and each.present is None]
    if not coming:
        raise AlreadyDone(_("Alle som sa at de kommer, er ført."))
    rows = [await answering.entry_of(context, at.meeting, each) for each in coming]
    for row in rows:
        row.present = True
        row.revision += 1
    seen = {str(row.id): row.revision for row in rows}
    event = await _note(context, at.meeting, "all_came", {"rows": seen})
    await context.session.flush()
    told = _("{count} er ført som til stede").format(count=len(rows))
    return listed(await access.to_mark(context, arguments), arguments, told=told, undo=event)


async def undo(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Take back what one press or one form marked for several; what somebody has changed since stays."""
    at = await access.to_mark(context, arguments, lock=True)
    event_id = id_of(arguments, "event")
    events = await agenda.HISTORY.events(context.session, at.meeting.id)
    event = next((each for each in events if each.id == event_id and each.kind in ("all_came", "disqualified")), None)
    if event is None or any(each.kind == "undone" and each.data.get("undone") == event_id for each in events):
        raise AlreadyDone(_("Det er angret allerede."))
    if event.kind == "all_came":
        for row in await attendance.rows(context.session, at.meeting.id):
            if event.data["rows"].get(str(row.id)) == row.revision:
                row.present = None
                row.revision += 1
    else:
        was = event.data.get("was", {})
        for out in await attendance.disqualifications(context.session, at.meeting.id):
            if str(out.id) in was:
                out.substitute_id, out.substitute_name, out.reason = was[str(out.id)]
        await attendance.qualify(context.session, at.meeting.id, event.data["rows"])
    await _note(context, at.meeting, "undone", {"undone": event_id})
    await context.session.flush()
    return listed(await access.to_mark(context, arguments), arguments, told=_("Angret"))


# --- one person --------------------------------------------------------------------------------------------


async def person(context: Context, arguments: Mapping[str, str]) -> Reply:
    """All there is to say of one person at the meeting, and to do about it."""
    at = await access.to_mark(context, arguments)
    who = at.roll.called(arguments.get(WHO, ""))
    if who is None:
        raise access.gone()
    return _person(context, at, who, arguments)


def _person(context: Context, at: Marking, who: Attendee, arguments: Mapping[str, str]) -> Message:
    page = arguments.get("page", "0")
    carried = about(at.meeting, page=page, **{WHO: who.key})
    facts = (
        (_("Arbeidssted"), who.organisation),
        (_("Svar"), buttons.in_words(who)),
        (_("Grunn"), who.note),
        (_("Til stede"), {True: _("Ja"), False: _("Nei"), None: ""}[who.present]),
        (_("Møter for"), who.stands_in_for),
        (_("Kom til sak"), named(who.since) if who.since else ""),
        (_("Gikk etter sak"), named(who.until) if who.until else ""),
        (_("Gjest i sak"), ", ".join(map(named, who.guest_in))),
        (_("Rettigheter"), overview.rights_in_words(at.roll, who)),
    )
    marks = [
        Button(label=label, action=Do.MARK, arguments={**carried, "present": present})
        for present, label in (("yes", _("Kom")), ("no", _("Kom ikke")), ("unknown", _("Nullstill")))
        if who.present is not _PRESENT[present]
    ]
    open_to_answer = at.meeting.ends_at > context.now and who.person_id is not None
    removable = who.entry_id is not None and not who.roles
    return Message(
        title=who.name,
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(
            *marks,
            Button(label=_("Kom senere, gikk tidligere"), action=Do.DETAILS, arguments=carried),
            *(
                (
                    Button(
                        label=_("Ta bort fra listen"),
                        action=Do.REMOVE,
                        arguments=carried,
                        style="danger",
                        confirm=Confirm(text=_("Ta bort {name}?").format(name=who.name), yes=_("Ta bort")),
                    ),
                )
                if removable
                else ()
            ),
            Button(label=_("Til oppmøtet"), action=Do.ROLL, arguments=about(at.meeting, page=page)),
        ),
        sections=(
            (Section(title=_("Svar for {name}").format(name=who.name), buttons=_answers(at, who)),)
            if open_to_answer and who.present is None
            else ()
        ),
        replace="page" in arguments,
    )


def _answers(at: Marking, who: Attendee) -> tuple[Button, ...]:
    return buttons.of(at.meeting, who, page="0", **{WHO: who.key})


async def remove(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Somebody without a role in the committee is not to be on the list after all."""
    at = await access.to_mark(context, arguments, lock=True)
    who = at.roll.called(arguments.get(WHO, ""))
    entry_id = who.entry_id if who is not None else None
    row = await attendance.entry(context.session, at.meeting.id, entry_id) if entry_id is not None else None
    if who is None or row is None or who.roles:
        raise access.gone()
    await attendance.remove(context.session, row)
    await _note(context, at.meeting, "taken_off", {"name": who.name})
    await context.session.flush()
    told = _("{name} er tatt bort fra listen").format(name=who.name)
    return listed(await access.to_mark(context, arguments), arguments, told=told)


def _kept(arguments: Mapping[str, str], who: Attendee | None = None) -> dict[str, str]:
    kept = {name: arguments[name] for name in ("meeting", WHO, "page") if name in arguments}
    return {**kept, **({"guest": "1"} if who is not None and who.is_guest else {})}


def item_option(line_of: Roll) -> list[Option]:
    """The items of the agenda, by their places."""
    return [
        Option(str(line.slot.id), shorten(f"{line.number}  {line.title}".strip(), _LABEL))
        for line in items(line_of.read)
        if line.slot is not None
    ]


async def items_to_choose(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    return item_option((await access.to_mark(context, answers.arguments)).roll)


async def _from_items(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    return [Option(_NONE, _("Var der fra begynnelsen")), *await items_to_choose(context, answers, values, query)]


async def _to_items(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    return [Option(_NONE, _("Var der til slutten")), *await items_to_choose(context, answers, values, query)]


async def _members(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    at = await access.to_mark(context, answers.arguments)
    own = answers.arguments.get(WHO, "")
    return [
        Option(_NONE, _("Ingen")),
        *(Option(each.key, each.name) for each in at.roll.attendees if at.roll.has_seat(each) and each.key != own),
    ]


async def which(context: Context, answers: Answers) -> str:
    """Which meeting a form is about, and whom."""
    at = await access.to_mark(context, answers.arguments)
    who = at.roll.called(answers.arguments.get(WHO, ""))
    where = answering.title(at.meeting, at.committee)
    return f"{who.name}: {where}" if who is not None else where


class Details(Step):
    """Når noen kom og gikk, og hvem de møtte for."""

    about = About(title=N_("Oppmøte"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=which)] = None
    since: Annotated[str, Choice(N_("Kom til sak"), options=_from_items)]
    until: Annotated[str, Choice(N_("Gikk etter sak"), options=_to_items)]
    stands_in_for: Annotated[str, Choice(N_("Møtte for"), options=_members)]

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        at = await access.to_mark(context, answers.arguments)
        places = {option.value: place for place, option in enumerate(item_option(at.roll))}
        if self.since in places and self.until in places and places[self.until] < places[self.since]:
            return {"until": _("Velg en sak som kom etter den personen kom til.")}
        return {}


class GuestDetails(Details):
    """Det samme for en gjest, og hvilke saker gjesten er med i."""

    guest_in: Annotated[
        list[str], Choices(N_("Gjest i sak"), help=N_("Ingen valgt: hele møtet."), options=items_to_choose)
    ] = Field(default_factory=list)


async def _details_prefill(context: Context, arguments: Mapping[str, str]) -> Raw:
    at = await access.to_mark(context, arguments, lay=True)
    who = at.roll.called(arguments.get(WHO, ""))
    if who is None:
        raise access.gone()
    return {**_as_raw(who), **({"guest_in": _slots(who)} if who.is_guest else {})}


def _as_raw(who: Attendee) -> dict[str, str]:
    return {
        "since": str(who.since.slot.id) if who.since is not None and who.since.slot is not None else _NONE,
        "until": str(who.until.slot.id) if who.until is not None and who.until.slot is not None else _NONE,
        "stands_in_for": f"p{who.stands_in_for_id}" if who.stands_in_for_id is not None else _NONE,
    }


def _slots(who: Attendee) -> list[str]:
    return [str(line.slot.id) for line in who.guest_in if line.slot is not None]


async def _detailed(context: Context, answers: Answers) -> Message:
    at = await access.to_mark(context, answers.arguments, lock=True)
    who = at.roll.called(answers.arguments.get(WHO, ""))
    if who is None:
        raise access.gone()
    chosen: Details = answers[GuestDetails] if "guest" in answers.arguments else answers[Details]
    # What the form had when it was opened is not written once more: somebody may have changed it meanwhile.
    before = {name: answers.arguments.get(f"was_{name}") for name in ("since", "until", "stands_in_for")}
    row = await answering.entry_of(context, at.meeting, who)
    if chosen.since != before["since"]:
        row.from_slot_id = id_in(chosen.since) or None
    if chosen.until != before["until"]:
        row.to_slot_id = id_in(chosen.until) or None
    if chosen.stands_in_for != before["stands_in_for"]:
        row.stands_in_for_id = _member_id(at, who, chosen.stands_in_for)
    if isinstance(chosen, GuestDetails):
        row.guest_in = [found for text in chosen.guest_in if (found := id_in(text)) is not None]
    if (row.from_slot_id or row.to_slot_id) and row.present is None:
        row.present = True
    row.revision += 1
    data = {"name": who.name, "since": _item(at, row.from_slot_id), "until": _item(at, row.to_slot_id)}
    await _note(context, at.meeting, "detailed", data, answers.draft_id)
    await context.session.flush()
    told = _("Oppmøtet til {name} er lagret").format(name=who.name)
    return listed(await access.to_mark(context, answers.arguments), answers.arguments, told=told)


def _item(at: Marking, slot_id: int | None) -> str:
    found = next((line for line in at.roll.read.lines if line.slot is not None and line.slot.id == slot_id), None)
    return named(found) if found is not None else ""


def _member_id(at: Marking, who: Attendee | None, key: str) -> int | None:
    """Whose place is taken. Raises `BadInput`: somebody else does that, or they have a vote of their own."""
    if key == _NONE:
        return None
    member = at.roll.called(key)
    if member is None or member.person_id is None:
        raise BadInput({"stands_in_for": _("Medlemmet står ikke på listen lenger. Velg et annet.")})
    if who is not None and at.roll.has_seat(who):
        raise BadInput({"stands_in_for": _("{name} er selv med i utvalget og har én stemme.").format(name=who.name)})
    other = at.roll.standing_in_for(member.person_id, besides=who.person_id if who is not None else None)
    if other is not None and other.present is not False and (who is None or other.key != who.key):
        raise BadInput(
            {
                "stands_in_for": _("{substitute} møter allerede for {member}.").format(
                    substitute=other.name, member=member.name
                )
            }
        )
    return member.person_id


def _details_path(answers: Answers) -> Sequence[type[Step]]:
    return (GuestDetails,) if "guest" in answers.arguments else (Details,)


async def _may_mark(context: Context, arguments: Mapping[str, str]) -> Raw:
    await access.to_mark(context, arguments)
    return {}


DETAILS = Dialog(
    name="oppmote.detaljer",
    steps=_details_path,
    all_steps=(Details, GuestDetails),
    finish=_detailed,
    prefill=_details_prefill,
    still=_may_mark,
)


async def details(context: Context, arguments: Mapping[str, str]) -> Reply:
    at = await access.to_mark(context, arguments)
    who = at.roll.called(arguments.get(WHO, ""))
    if who is None:
        raise access.gone()
    was = {f"was_{name}": value for name, value in _as_raw(who).items()}
    return await conversation.start(context, DETAILS, {**_kept(arguments, who), **was})


# --- somebody who is not on the list -----------------------------------------------------------------------


async def everybody_to_choose(
    context: Context, _answers: Answers, values: Sequence[str] | None, query: str
) -> Sequence[Option]:
    """Everybody in the partnership, with their workplace."""
    ids = None if values is None else [each for value in values if (each := id_in(value)) is not None]
    found = await people.people(context.session, ids=ids, query=query)
    return [Option(str(each.id), f"{each.name}, {each.organisation}") for each in found]


class Add(Step):
    """En gjest, en stedfortreder eller en annen som ikke står på listen."""

    about = About(title=N_("Legg til i møtet"), submit=N_("Legg til"))
    meeting: Annotated[None, Note("", text=which)] = None
    who: Annotated[str | None, Person(N_("Person"), options=everybody_to_choose)] = None
    other: Annotated[str, Text(N_("Eller skriv navnet"), max_length=100)] = ""
    organisation: Annotated[str, Text(N_("Arbeidssted"), help=N_("For en som ikke står i listen."), max_length=100)] = (
        ""
    )
    guest_in: Annotated[
        list[str], Choices(N_("Gjest i sak"), help=N_("Ingen valgt: hele møtet."), options=items_to_choose)
    ] = Field(default_factory=list)
    stands_in_for: Annotated[str, Choice(N_("Møter for"), options=_members)] = _NONE

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if bool(self.who) == bool(self.other):
            return {"who": _("Velg en person, eller skriv et navn under. Ikke begge deler.")}
        if self.guest_in and self.stands_in_for != _NONE:
            return {"stands_in_for": _("En stedfortreder er med i hele møtet. Ta bort sakene, eller velg «Ingen».")}
        return {}


async def _add_prefill(context: Context, arguments: Mapping[str, str]) -> Raw:
    await access.to_mark(context, arguments, lay=True)
    return {"stands_in_for": _NONE}


async def _added(context: Context, answers: Answers) -> Message:
    at = await access.to_mark(context, answers.arguments, lock=True)
    chosen = answers[Add]
    who = None
    if chosen.who:
        who = await answering.of_register(context, at.roll, id_in(chosen.who))
        if who is None:
            raise BadInput({"who": _("Personen er ikke lenger i registeret. Velg en annen.")})
        if who.asked and not who.is_guest and who.stands_in_for_id is None:
            raise BadInput({"who": _("{name} står på listen fra før.").format(name=who.name)})
    member_id = _member_id(at, who, chosen.stands_in_for)
    slots = [found for text in chosen.guest_in if (found := id_in(text)) is not None]
    if who is not None:
        row = await answering.entry_of(context, at.meeting, who)
    else:
        row = Attendance(meeting_id=at.meeting.id, name=chosen.other, organisation=chosen.organisation)
        context.session.add(row)
    row.capacity = Role.SUBSTITUTE if member_id is not None else Role.GUEST
    row.stands_in_for_id = member_id
    row.guest_in = list(dict.fromkeys((*row.guest_in, *slots)))
    begun = at.meeting.starts_at <= context.now
    if begun:
        row.present = True
    row.revision += 1
    name = who.name if who is not None else chosen.other
    await _note(context, at.meeting, "added", {"name": name}, answers.draft_id)
    await context.session.flush()
    after = await access.to_mark(context, answers.arguments)
    invited = after.roll.person(row.person_id)
    if invited is not None and not begun:
        member = after.roll.person(member_id)
        if member is not None and invited.person_id is not None:
            await news.ask_substitute(context, at.meeting, at.committee, invited.person_id, invited.language, member)
        else:
            await news.invite(context, at.meeting, at.committee, invited)
    told = _("{name} står nå på listen").format(name=name)
    return listed(after, answers.arguments, told=told)


ADD = Dialog(name="oppmote.ny", steps=(Add,), finish=_added, prefill=_add_prefill, still=_may_mark)


async def add(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, ADD, _kept(arguments))
