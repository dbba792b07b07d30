"""What people read about disagreements, in words."""

from collections.abc import Sequence
from datetime import date, datetime

from handlers.calendar import dates
from handlers.cases import closed
from handlers.cases import views as cases
from handlers.decisions.disagreement.actions import Do, about, button
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.decisions.disagreement.parties import HOSPITAL, MUNICIPALITY, SIDES
from handlers.messages.message import Button, Fact, Message, Page
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage.disagreements import ViewOf
from storage.tables import ClosedHow

_TITLE = 120
"""As much of a case's title as stands in the title of a message."""


def title(protocol: Protocol, text: str = "{case}", **more: str) -> str:
    """A title about the protocol: `text` has `{case}` in it, and the names of `more`."""
    item = protocol.of.item
    if protocol.of.number:
        case = _("uenighet i sak {number}: {title}").format(
            number=protocol.of.number, title=shorten(protocol.of.title, _TITLE)
        )
    else:
        case = _("uenighet i saken {title}").format(title=shorten(protocol.of.title, _TITLE))
    if item is not None and item.closed_under:
        case = f"{case} [{closed.title(item)}]"
    filled = text.format(case=case, **more)
    return filled[:1].upper() + filled[1:]


def named(protocol: Protocol) -> str:
    """«uenighet i sak 12/2026», where nothing may tell what the case is about."""
    if protocol.of.number:
        return _("uenighet i sak {number}").format(number=protocol.of.number)
    return _("uenighet i en sak uten nummer")


def party(view: ViewOf) -> str:
    """«Eksempel kommune», and what it is part of by now."""
    if view.became:
        return _("{party} (nå {became})").format(party=view.row.party, became=view.became)
    return view.row.party


def party_in_text(view: ViewOf) -> str:
    """The same inside a sentence, in the language that is spoken: «kommunesiden», «Eksempel kommune»."""
    named = view.row.party
    return in_text(_(named)) + party(view)[len(named) :] if named in SIDES.values() else party(view)


def in_text(named: str) -> str:
    """A word that is no name, as it stands inside a sentence."""
    return named[:1].lower() + named[1:]


def role_of(view: ViewOf, other: ViewOf) -> str:
    """What a party is called where none is named: «sykehuset», «kommunen»; or by its place, where both are the same."""
    kinds = {HOSPITAL: _("sykehuset"), MUNICIPALITY: _("kommunen")}
    if view.row.kind in kinds and view.row.kind != other.row.kind:
        return kinds[view.row.kind]
    return _("part A") if view.row.ordinal == 1 else _("part B")


def status(protocol: Protocol) -> str:
    """Where it stands: open at a step, or closed."""
    row = protocol.row
    if row.closed_how == ClosedHow.OPEN:
        return protocol.rule.called(row.step)
    day = dates.short_day(row.closed_at or row.opened_at, protocol.meeting.zone)
    return _("Lukket {day}").format(day=day)


def deadline(day: date | None, now: datetime, zone: str) -> str:
    """«3. des. 2026», and that it is over; empty: there is none."""
    if day is None:
        return ""
    if day < dates.local_date(now, zone):
        return _("{day} (gått ut)").format(day=dates.short_date(day))
    return dates.short_date(day)


def written(view: ViewOf, zone: str) -> str:
    """«Skrevet av Eksempel Leder 3. des. 2026», or that nobody has written."""
    if not view.row.revision or view.row.written_at is None:
        return _("ikke skrevet ennå")
    day = dates.short_day(view.row.written_at, zone)
    return (
        _("skrevet av {person} {day}").format(person=view.by, day=day)
        if view.by
        else _("skrevet {day}").format(day=day)
    )


def writers(view: ViewOf) -> str:
    """Who writes for the party; those who have left are said to have."""
    names = [_("{name} (har sluttet)").format(name=each.name) if each.left else each.name for each in view.writers]
    return ", ".join(names)


def nobody_writes(view: ViewOf) -> bool:
    """Nobody is left who could write for the party."""
    return all(each.left for each in view.writers)


def facts(protocol: Protocol, now: datetime) -> tuple[Fact, ...]:
    """What stands above the protocol, wherever it is shown."""
    row, zone, rule = protocol.row, protocol.meeting.zone, protocol.rule
    is_open = protocol.of.is_open
    basis = rule.step(row.step).basis
    due = deadline(row.due_on, now, zone)
    found = (
        (_("Utvalg"), protocol.committee.name),
        (_("Møte"), dates.short_day(protocol.meeting.starts_at, zone)),
        (_("Står nå hos"), status(protocol) if is_open else ""),
        (_("Status"), "" if is_open else status(protocol)),
        (_("Frist for dette trinnet"), (f"{due} ({basis})" if due and basis else due) if is_open else ""),
        (_("Frist for å skrive"), deadline(row.views_due_on, now, zone) if is_open and protocol.unwritten else ""),
        (_("Sak meldt til {committee}").format(committee=protocol.of.raised_to), _raised(protocol)),
    )
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def _raised(protocol: Protocol) -> str:
    item = protocol.of.raised
    return (cases.number(item) or _("ikke behandlet ennå")) if item is not None else ""


def page_of(protocol: Protocol) -> Page:
    """Where whoever is not on chat reads it, and writes."""
    return Page(reference="", action=Do.SHOW, arguments=about(protocol.row))


def show(protocol: Protocol, label: str = "") -> Button:
    return button(Do.SHOW, label or _("Vis protokollen"), protocol.row)


def to_write(protocol: Protocol, view: ViewOf) -> Button:
    label = _("Endre synet til {party}") if view.row.revision else _("Skriv synet til {party}")
    return button(
        Do.WRITE,
        shorten(label.format(party=party_in_text(view)), 70),
        protocol.row,
        view=view.row.id,
        style="default" if view.row.revision else "primary",
    )


def news(
    protocol: Protocol, said: str, now: datetime, *, text: str = "", more: Sequence[Button] = (), **named: str
) -> Message:
    """Something that has happened. `said` has `{case}` in it, and the names of `named`."""
    return Message(
        title=title(protocol, said, **named),
        text=text,
        facts=facts(protocol, now),
        buttons=(*more, show(protocol)),
        page=page_of(protocol),
    )
