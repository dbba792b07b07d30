"""How decisions on their way are read: one picture of where each leg stands, and where it stopped.

All of it stands in words: nothing is told by a colour or a sign alone, and the numbers («2.1») say what hangs on what.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.cases import closed
from handlers.decisions import access
from handlers.decisions.chain.actions import Do, button
from handlers.decisions.chain.picture import Decided, Leg, Stand, Tally, Whose, tally
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.access import may_decide
from handlers.people.context import Actor, Context
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage.chain import CaseThere, Told
from storage.decided_at import At
from storage.decisions import ItemOf
from storage.tables import DeliveryStatus

_TEXT = 200
"""As much of what is to be done as stands in the picture."""
_WORDING = 600
_NOTE = 300
_LINES = 2500
"""As much text as stands in one part of a message, well within what every platform shows of it."""

STANDS: Mapping[Stand, str] = {
    Stand.NOT_SENT: N_("Sendes til utvalget"),
    Stand.CIRCLE: N_("Ikke sendt: saken kom derfra, og ville gått i ring"),
    Stand.COMMITTEE_GONE: N_("Ikke sendt: utvalget er lagt ned"),
    Stand.PROPOSED: N_("Foreslått som sak, venter på sekretariatet"),
    Stand.QUESTIONED: N_("Sekretariatet har spurt den som meldte saken"),
    Stand.DEFERRED: N_("Tas i et senere møte"),
    Stand.ON_AGENDA: N_("På sakslisten"),
    Stand.HELD: N_("Møtet har vært, referatet er ikke publisert"),
    Stand.CANCELLED: N_("Møtet er avlyst"),
    Stand.CARRIED_ON: N_("Behandlet, følges opp videre"),
    Stand.RETURNED: N_("Sendt tilbake"),
    Stand.WITHDRAWN: N_("Saken er trukket"),
    Stand.REMOVED: N_("Tatt av sakslisten"),
    Stand.UNANSWERED: N_("Har ikke svart"),
    Stand.YES: N_("Ja"),
    Stand.NO: N_("Nei"),
    Stand.CHANGES: N_("Ja, med endringer"),
    Stand.NOT_A_PARTY: N_("Er ikke lenger med i helsefellesskapet"),
    Stand.OPEN: N_("Ikke bekreftet"),
    Stand.RECEIVED: N_("Mottatt"),
    Stand.TAKEN: N_("Under arbeid"),
    Stand.HAS_LEFT: N_("Den som har ansvaret, er ikke lenger med"),
    Stand.NO_OWNER: N_("Ingen har ansvaret"),
    Stand.HISTORY: N_("Fra gamle papirer, ikke kjent"),
    Stand.DONE: N_("Gjort"),
    Stand.DROPPED: N_("Bortfalt"),
    Stand.REVOKED: N_("Vedtaket er opphevet"),
}
ANSWERED = (Stand.NO, Stand.CHANGES, Stand.UNANSWERED, Stand.YES, Stand.NOT_A_PARTY, Stand.DROPPED, Stand.REVOKED)
"""Parties stand in this order: what needs somebody to look at it first."""


def case_name(at: At, *, sees: bool = True) -> str:
    """«Strategisk samarbeidsutvalg (SSU), sak 4/26: Felles plan»."""
    title = at.title if sees or at.item is None else closed.title(at.item)
    if at.number:
        return _("{committee}, sak {number}: {title}").format(
            committee=at.committee.name, number=at.number, title=title
        )
    return f"{at.committee.name}: {title}"


def from_where(at: At, *, sees: bool = True) -> str:
    """«Fra Strategisk samarbeidsutvalg (SSU), sak 4/26: Felles plan»."""
    return _("Fra {case}").format(case=case_name(at, sees=sees))


def day_of(moment: datetime) -> str:
    """The local day of a moment."""
    return dates.short_day(moment, LOCAL_ZONE.key)


# --- one leg --------------------------------------------------------------------------------------------------------


class Known(NamedTuple):
    """Who reads the picture, and what is known besides of the messages that ask parties. `told`: by leg."""

    actor: Actor
    now: datetime
    told: Mapping[int, Sequence[Told]]


def _sees_case(actor: Actor, case: CaseThere) -> bool:
    return access.sees_item(actor, ItemOf(case.item, case.committee, case.meeting))


def _where(leg: Leg) -> str:
    """Where the case is by now, or when the party answered."""
    case, row = leg.case, leg.task.row
    if leg.stand in (Stand.YES, Stand.NO, Stand.CHANGES) and row.answered_on is not None:
        return dates.short_date(row.answered_on)
    if case is None:
        return ""
    number = _("sak {number}").format(number=case.item.number) if case.item.number else ""
    meeting = ""
    if leg.stand in (Stand.ON_AGENDA, Stand.HELD, Stand.CANCELLED, Stand.DEFERRED) and case.meeting is not None:
        meeting = _("møtet {day}").format(day=dates.short_day(case.meeting.starts_at, case.meeting.zone))
    elsewhere = ""
    if leg.task.row.owner_committee_id != case.committee.id:
        elsewhere = _("sendt videre til {committee}").format(committee=case.committee.name)
    return ", ".join(filter(None, (elsewhere, number, meeting)))


def stands(leg: Leg) -> str:
    """«På sakslisten (sak 3/26, møtet 3. des. 2026)»."""
    where = _where(leg)
    return f"{_(STANDS[leg.stand])} ({where})" if where else _(STANDS[leg.stand])


def turn(leg: Leg, at: At) -> str:
    """Whose turn it is, as people read it; empty: nobody's."""
    committee = leg.case.committee.name if leg.case is not None else leg.task.owner
    match leg.turn:
        case Whose.NOBODY:
            return ""
        case Whose.SECRETARIAT:
            return _("sekretariatet i {committee}").format(committee=committee)
        case Whose.PROPOSER:
            return leg.case.proposer if leg.case is not None else ""
        case Whose.COMMITTEE:
            return committee
        case Whose.MINUTE_TAKER:
            return _("referenten i {committee}").format(committee=committee)
        case Whose.OWNER:
            return leg.task.owner
        case Whose.SENDER:
            return _("sekretariatet i {committee}").format(committee=at.committee.name)
        case Whose.CLOCK:
            return _("boten")


def line(known: Known, leg: Leg, at: At, *, grouped: bool = False) -> str:
    """Everything about where one leg stands, in a line: since when, whose turn it is, what is overdue, where it
    stopped. `grouped`: what stands above it says how it stands."""
    parts = [_where(leg)] if grouped else [stands(leg)]
    if leg.since is not None and leg.is_open:
        days = (known.now - leg.since).days
        since = ngettext("siden {day} ({count} dag)", "siden {day} ({count} dager)", days) if days else _("siden {day}")
        parts.append(since.format(day=day_of(leg.since), count=days))
    if whose := turn(leg, at):
        parts.append(_("neste: {who}").format(who=whose))
    if leg.task.due is not None and leg.is_open:
        day = dates.short_date(leg.task.due)
        overdue = _("forfalt, fristen var {day}") if leg.is_overdue else _("frist {day}")
        parts.append(overdue.format(day=day))
    if leg.has_stopped:
        parts.append(_("stopper her"))
    return " ".join(f"{part[:1].upper()}{part[1:].removesuffix('.')}." for part in parts if part)


def not_reached(known: Known, leg: Leg) -> str:
    """Why a party that has not answered may not even know that it was asked, and what to do; empty: it does."""
    if leg.stand is not Stand.UNANSWERED:
        return ""
    contacts = leg.party.contacts if leg.party is not None else ()
    if not contacts:
        return _(
            "Ingen kontaktperson er ført opp. Be koordinatoren føre opp en, eller send brev og før inn svaret selv."
        )
    told = {each.person_id: each.status for each in known.told.get(leg.task.row.id, ())}
    if any(told.get(each.person_id) is DeliveryStatus.SENT for each in contacts):
        return ""
    names = ", ".join(each.name for each in contacts)
    if not any(each.on_chat for each in contacts):
        return _(
            "{names} er ikke på noen chat og har ikke fått den. Ta kontakt på en annen måte, og før inn svaret selv."
        ).format(names=names)
    if any(told.get(each.person_id) in (DeliveryStatus.WAITING, DeliveryStatus.FAILED) for each in contacts):
        return _("Meldingen er ikke kommet fram til {names}. Ta kontakt på en annen måte.").format(names=names)
    return ""


def _said(leg: Leg, *, sees: bool) -> str:
    """What was said with it: a reason, a wish for changes."""
    said = leg.task.row.answer_text if leg.task.row.answer is not None else leg.note
    return f"«{shorten(said, _NOTE)}»" if said and sees else ""


# --- the picture ------------------------------------------------------------------------------------------------------


def summary(decided: Decided) -> str:
    """Where it stands in all, in a sentence or two."""
    found = []
    if decided.recommended:
        found.append(counted(tally(decided.recommended)))
    others = [leg for leg in decided.legs if not leg.task.row.recommended]
    if others:
        done = sum(not leg.is_open for leg in others)
        found.append(
            ngettext(
                "{done} av {count} oppfølging er avsluttet.",
                "{done} av {count} oppfølginger er avsluttet.",
                len(others),
            ).format(done=done, count=len(others))
        )
    every = list(decided.all_legs())
    overdue, stopped = sum(leg.is_overdue for leg in every), sum(leg.has_stopped for leg in every)
    if overdue:
        found.append(ngettext("{count} er forfalt.", "{count} er forfalt.", overdue).format(count=overdue))
    if stopped:
        found.append(ngettext("{count} har stoppet.", "{count} har stoppet.", stopped).format(count=stopped))
    return " ".join(found)


def counted(found: Tally) -> str:
    """«3 ja, 1 nei, 0 ja med endringer. 2 har ikke svart.»"""
    answers = _("{yes} ja, {no} nei, {changes} ja med endringer.").format(
        yes=found.yes, no=found.no, changes=found.changes
    )
    if not found.waiting:
        return answers
    waiting = ngettext("{count} har ikke svart.", "{count} har ikke svart.", found.waiting)
    return f"{answers} {waiting.format(count=found.waiting)}"


def picture(context: Context, decided: Decided, told: Mapping[int, Sequence[Told]], *, said: str = "") -> Message:
    """One picture of all of it, for whoever may read what the committee decides. `said`: what has just been done."""
    actor = context.actor
    known = Known(actor, context.now, told)
    sees = access.sees(actor, decided.at)
    wording = "\n".join(shorten(each.text, _WORDING) for each in decided.conclusions) if sees else ""
    where = summary(decided) or _("Ingenting er sendt videre herfra.")
    return Message(
        title=case_name(decided.at, sees=sees),
        text="\n\n".join(filter(None, (said, wording, where))),
        sections=(*_parties(known, decided, sees=sees), *_ways(known, decided, sees=sees)),
        buttons=_buttons(actor, decided),
        replace=bool(said),
    )


def _parties(known: Known, decided: Decided, *, sees: bool) -> Sequence[Section]:
    """What the parties answered, in groups: a line for each."""
    found = []
    for stand in ANSWERED:
        legs = [leg for leg in decided.recommended if leg.stand is stand]
        facts = []
        for leg in legs:
            value = " ".join(
                filter(
                    None, (line(known, leg, decided.at, grouped=True), not_reached(known, leg), _said(leg, sees=sees))
                )
            )
            facts.append(Fact(label=leg.task.owner, value=value or _(STANDS[stand])))
        if facts:
            title = _("{stand}: {count}").format(stand=_(STANDS[stand]), count=len(facts))
            found.append(Section(title=title, facts=tuple(facts)))
    return found


def _ways(known: Known, decided: Decided, *, sees: bool) -> Sequence[Section]:
    """What went to committees and people, each with all that hangs on it."""
    found = []
    for leg in decided.legs:
        if leg.task.row.recommended:
            continue
        lines = list(_tree(known, leg, decided.at, sees=sees))
        found.append(Section(title=lines[0], text=_together(lines[1:])))
    return found


def _tree(known: Known, leg: Leg, at: At, *, sees: bool) -> Sequence[str]:
    """The leg, and what hangs on it, line by line. The first line says whose it is, the next ones how it stands."""
    what = shorten(leg.task.row.text, _TEXT) if sees else ""
    heading = f"{leg.number} {leg.task.owner or _('Ingen eier')}"
    # What another committee says of the case is about that, and it may have closed it.
    sees_case = leg.case is None or _sees_case(known.actor, leg.case)
    lines = [f"{heading}: {what}" if what else heading, line(known, leg, at), _said(leg, sees=sees and sees_case)]
    for decided in leg.below:
        sees_below = access.sees(known.actor, decided.at)
        day = dates.short_day(decided.at.meeting.starts_at, decided.at.meeting.zone)
        for conclusion in decided.conclusions if sees_below else ():
            lines.append(
                _("{number} Vedtatt {day} i {committee}: {text}").format(
                    number=leg.number,
                    day=day,
                    committee=decided.at.committee.name,
                    text=shorten(conclusion.text, _TEXT),
                )
            )
        for below in decided.legs:
            lines += _tree(known, below, decided.at, sees=sees_below)
    if leg.case is not None and not sees_case:
        lines.append(f"{leg.number} {closed.title(leg.case.item)}")
    return [each for each in lines if each]


def _together(lines: Sequence[str]) -> str:
    """As many lines as there is room for, and how many more there are."""
    shown: list[str] = []
    room = _LINES
    for place, each in enumerate(lines):
        room -= len(each) + 1
        if room < 0:
            return "\n".join([*shown, _("… og {count} til").format(count=len(lines) - place)])
        shown.append(each)
    return "\n".join(shown)


def _buttons(actor: Actor, decided: Decided) -> tuple[Button, ...]:
    at = decided.at
    if not may_decide(actor, at.committee.id) or not at.is_in_force:
        return ()
    found = []
    if any(each.revoked_by_id is None for each in decided.conclusions):
        label = _("Send til flere parter") if decided.recommended else _("Send som tilråding til parter")
        found.append(button(Do.SEND, label, at))
    if decided.recommended:
        found.append(button(Do.WRITE_IN, _("Før inn et svar"), at))
    if any(leg.stand is Stand.UNANSWERED for leg in decided.recommended):
        found.append(button(Do.WITHDRAW, _("Trekk tilbake fra en part"), at))
    if any(is_sent_back(leg) for leg in decided.legs):
        found.append(button(Do.AGAIN, _("Send på nytt"), at))
    return tuple(found)


def is_sent_back(leg: Leg) -> bool:
    """Whether another committee got it and will not have it: it can be sent to another one."""
    return leg.stand in (Stand.RETURNED, Stand.WITHDRAWN, Stand.REMOVED, Stand.CIRCLE, Stand.COMMITTEE_GONE)


def show_button(at: At) -> Button:
    """To the picture."""
    return button(Do.SHOW, _("Se hvor det står"), at)


def parties_named(legs: Collection[Leg]) -> str:
    """The parties of these legs."""
    return ", ".join(leg.task.owner for leg in legs)
