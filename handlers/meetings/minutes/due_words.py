"""By when something is to be done, as it was said in the meeting: the words are kept, and the day that they come to is
confirmed by whoever writes the minutes (see `handlers.calendar.due`).

What has been settled about a deadline is one short text, in forms and where two writers are compared:

- `d2027-06-30`: that day
- `m12`: when the meeting 12 is held, whenever that will be
- `next`: at the next meeting, which is not planned yet
- `none`: no day, and the words stand by themselves
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from handlers.calendar import dates, due
from handlers.calendar.due import Due, Kind
from handlers.dialogs.dialog import About, Answers, Choice, Day, Note, Option, Step
from handlers.meetings import due_meetings
from handlers.meetings.minutes import at_hand
from handlers.messages.arguments import id_in
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import committees
from storage.tables import FollowUp, Meeting

SAID = "said"
"""The argument of the form that has the local day of the meeting."""
_DAY, _MEETING, _NEXT, _NONE = "d", "m", "next", "none"


# --- what is settled ---------------------------------------------------------------------------------------


def settled(row: FollowUp) -> str:
    """What has been settled about the deadline of a follow-up; empty: it has none."""
    if row.due_meeting_id is not None:
        return f"{_MEETING}{row.due_meeting_id}"
    if row.due_on is not None:
        return f"{_DAY}{row.due_on}"
    return _NONE if row.due_text else ""


async def settle(context: Context, row: FollowUp, what: str, said_in: Meeting) -> None:
    """It is due as settled from now on."""
    row.due_meeting_id = row.due_on = None
    if what.startswith(_DAY):
        row.due_on = date.fromisoformat(what.removeprefix(_DAY))
    elif what.startswith(_MEETING):
        meeting = await committees.meeting(context.session, id_in(what.removeprefix(_MEETING)))
        if meeting is not None:
            row.due_meeting_id = meeting.id
            words = due.understand(row.due_text, due_meetings.said_on(said_in))
            row.due_on = due_meetings.day_at(meeting, words)


def chosen(answers: Answers, words: str) -> str:
    """What the form comes to."""
    understood = _understood(answers, words)
    if understood is None:
        return ""
    if understood.is_certain:
        return f"{_DAY}{understood.day}"
    asked: type[Confirm | Ask] | None = next((step for step in (Confirm, Ask) if step in answers), None)
    if asked is None:
        return _NONE
    given = answers[asked]
    return f"{_DAY}{given.day}" if given.day is not None else given.when


def steps(answers: Answers) -> tuple[type[Step], ...]:
    """What is asked about the words besides."""
    understood = _understood(answers, str(answers.raw.get("due") or ""))
    if understood is None or understood.is_certain or SAID not in answers.arguments:
        return ()
    stands = str(answers.prefilled.get("when") or "") not in ("", _NONE) and not _changed(answers)
    return (Confirm,) if stands or understood.kind not in (Kind.ASKS, Kind.UNKNOWN) else (Ask,)


def _changed(answers: Answers) -> bool:
    return (answers.raw.get("due") or "") != (answers.prefilled.get("due") or "")


def _understood(answers: Answers, words: str) -> Due | None:
    """None: nothing was said of any deadline."""
    if not words.strip():
        return None
    said = answers.arguments.get(SAID)
    return due.understand(words, date.fromisoformat(said)) if said else Due(Kind.UNKNOWN)


# --- the step that asks ------------------------------------------------------------------------------------


async def which(context: Context, answers: Answers) -> str:
    """The case that a form is about."""
    at = await at_hand.line(context, answers.arguments)
    return _("Saken: {title}").format(title=at.written.called)


async def _why(context: Context, answers: Answers) -> str:
    """What was said, and what it comes to."""
    words = str(answers.raw.get("due") or "")
    understood = _understood(answers, words)
    if understood is None:
        return ""
    if understood.kind is not Kind.MEETING:
        return " ".join((understood.reason, *understood.remarks)).strip()
    meeting, known = await _meeting(context, answers, understood)
    if not known:
        return _("Fant ikke noe utvalg som heter «{name}».").format(name=understood.committee)
    if meeting is None:
        return _("«{words}»: neste møte er ikke planlagt ennå. Fristen får en dato når det er det.").format(words=words)
    return _("«{words}»: fristen følger møtet. Flyttes det, flyttes fristen også.").format(words=words)


async def _meeting(context: Context, answers: Answers, understood: Due) -> tuple[Meeting | None, bool]:
    """The meeting that is meant, and whether its committee is known."""
    said_in = await committees.meeting(context.session, id_in(answers.arguments.get("meeting", "")))
    committee = await due_meetings.committee_of(context.session, understood, said_in) if said_in is not None else None
    if said_in is None or committee is None:
        return None, False
    return await due_meetings.next_of(context.session, committee, said_in), True


async def _days(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    """What the words come to, first of all what has been settled before; and that they stand by themselves."""
    understood = _understood(answers, str(answers.raw.get("due") or ""))
    found: dict[str, str] = {}
    before = str(answers.prefilled.get("when") or "")
    if before not in ("", _NONE) and not _changed(answers):
        label = await _label(context, before, understood)
        if label:
            found[before] = _("Som nå: {day}").format(day=label)
    if understood is not None and understood.day is not None:
        found.setdefault(f"{_DAY}{understood.day}", due.in_words(understood.day))
    if understood is not None and understood.kind is Kind.MEETING:
        meeting, known = await _meeting(context, answers, understood)
        what = f"{_MEETING}{meeting.id}" if meeting is not None else _NEXT
        if known:
            # Without a date they would be due then all the same, so that is no choice.
            found.setdefault(what, await _label(context, what, understood))
            return [Option(value, label) for value, label in found.items()]
    found.setdefault(_NONE, _("Ingen dato: ordene står for seg"))
    return [Option(value, label) for value, label in found.items()]


async def _label(context: Context, what: str, understood: Due | None) -> str:
    """What is settled, in words; empty: it cannot stand any more."""
    if what == _NEXT:
        return _("Neste møte, når det er planlagt")
    if what.startswith(_DAY):
        return due.in_words(date.fromisoformat(what.removeprefix(_DAY)))
    meeting = await committees.meeting(context.session, id_in(what.removeprefix(_MEETING)))
    if meeting is None or meeting.cancelled_at is not None:
        return ""
    day = dates.short_day(meeting.starts_at, meeting.zone)
    return (_("Før møtet {day}") if understood is not None and understood.before else _("Møtet {day}")).format(day=day)


def _wrong_day(answers: Answers, day: date | None) -> Mapping[str, str]:
    said = answers.arguments.get(SAID)
    if day is not None and said and day < date.fromisoformat(said):
        return {"day": _("Datoen er før møtet. Velg en senere dato.")}
    return {}


class Confirm(Step):
    """Dagen ordene betyr, som den som skriver referatet, bekrefter."""

    about = About(title=N_("Når er fristen?"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=which)] = None
    why: Annotated[None, Note("", text=_why)] = None
    when: Annotated[
        str, Choice(N_("Frist"), help=N_("Ordene blir stående ved siden av."), options=_days, preselect=True)
    ]
    day: Annotated[
        date | None, Day(N_("Eller en annen dato"), help=N_("La feltet stå tomt når valget over er riktig."))
    ] = None

    async def problems(self, _context: Context, answers: Answers) -> Mapping[str, str]:
        return _wrong_day(answers, self.day)


class Ask(Step):
    """En dag, der ordene ikke sier noen."""

    about = About(title=N_("Når er fristen?"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=which)] = None
    why: Annotated[None, Note("", text=_why)] = None
    day: Annotated[date | None, Day(N_("Dato"), help=N_("Ordene blir stående ved siden av."))] = None
    when: Annotated[
        str,
        Choice(
            N_("Eller uten dato"),
            help=N_("Da kommer ingen påminnelse."),
            options=(Option(_NONE, N_("Ingen dato: ordene står for seg")),),
        ),
    ] = ""

    async def problems(self, _context: Context, answers: Answers) -> Mapping[str, str]:
        if self.day is None and not self.when:
            return {"day": _("Velg en dato, eller at ordene skal stå uten.")}
        if self.day is not None and self.when:
            return {"when": _("Du har valgt en dato også. Ta bort det ene.")}
        return _wrong_day(answers, self.day)
