"""What the documents of a disagreement are filled in with, and what the anonymised copy leaves out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.decisions.disagreement import anonymise, page, words
from handlers.decisions.disagreement.anonymise import Masked, Names
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.decisions.disagreement.parties import KINDS
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.template.fields import Values
from storage import disagreements, people
from storage.disagreements import Known, ViewOf

_SAID = ("opened", "wrote", "shown", "step", "closed", "reopened")
"""The events that a document tells of."""


class Whole(NamedTuple):
    """A protocol with what its documents say besides. `conclusions`: of its item in the minutes."""

    protocol: Protocol
    conclusions: Sequence[str]


async def gather(session: AsyncSession, protocol: Protocol) -> Whole:
    """One statement."""
    return Whole(protocol, await disagreements.conclusions(session, protocol.row.entry_id))


def values(context: Context, whole: Whole, *, to: ViewOf | None = None) -> Values:
    """What the template is filled in with, in the language that is spoken. `to`: the party that gets a copy."""
    protocol = whole.protocol
    row, zone, rule = protocol.row, protocol.meeting.zone, protocol.rule
    due = dates.short_date(row.due_on) if row.due_on is not None and protocol.of.is_open else ""
    found: dict[str, Any] = {
        "tema": heading() if to is None else _("Kopi av uenighetsprotokoll"),
        "sak": protocol.called,
        "utvalg": protocol.committee.name,
        "dato": dates.day(protocol.meeting.starts_at, zone),
        "vedtak": list(whole.conclusions),
        "parter": [_party(protocol, each, words.party(each)) for each in protocol.views],
        "forsokt": row.tried,
        "trinn": rule.called(row.step) if protocol.of.is_open else words.status(protocol),
        "frist": due,
        "grunnlag": rule.step(row.step).basis if due else "",
        "forlop": _life(protocol),
        "utfall": row.outcome if not protocol.of.is_open else "",
        "skrevet_ut": dates.short_day(context.now, zone),
    }
    if to is not None:
        found |= {"mottaker": words.party(to), "fra": words.party(protocol.other(to))}
    return found


def heading() -> str:
    return _("Uenighetsprotokoll")


def _party(protocol: Protocol, view: ViewOf, called: str) -> dict[str, str]:
    said = words.written(view, protocol.meeting.zone)
    return {
        "part": called,
        "syn": view.row.text,
        "krav": view.row.wishes,
        "skrevet": said[:1].upper() + said[1:] if view.row.revision else "",
    }


def _life(protocol: Protocol) -> list[str]:
    zone = protocol.meeting.zone
    return [
        f"{dates.short_day(event.at, zone)}: {page.said_of(protocol, event)}"
        for event in protocol.events
        if event.kind in _SAID
    ]


# --- without who and where --------------------------------------------------------------------------------------


class Anonymous(NamedTuple):
    """What the anonymised copy is filled in with, and what in it may be a name, each once, in order."""

    values: Values
    doubtful: Sequence[str]


async def names(context: Context, protocol: Protocol) -> Names:
    """What is taken out of the anonymised copy: seven statements. Of people, everybody's whole name, and each name
    alone of those who have to do with the case."""
    session = context.session
    known = await disagreements.known_names(session)
    holders = await people.holding_roles(session, protocol.committee.id, context.today)
    item = protocol.of.item
    ids = {holder.person_id for holder in holders} | set(item.presenter_ids if item is not None else ())
    ids |= {writer.person_id for view in protocol.views for writer in view.writers}
    ids |= {view.row.written_by_id for view in protocol.views if view.row.written_by_id is not None}
    concerned = await people.names(session, ids)
    return anonymise.names(
        parties=_roles(protocol, known),
        organisations=[(name, kind) for _id, name, kind in known.organisations],
        people=known.people,
        concerned=concerned.values(),
        units=known.units,
        committees=known.committees,
        places=protocol.rule.places,
        chosen=protocol.row.masked_words or (),
    )


def _roles(protocol: Protocol, known: Known) -> Mapping[str, str]:
    """What the parties are called, by each name of theirs. A side of several is all of its kind."""
    first, second = protocol.views
    found: dict[str, str] = {}
    for view, other in ((first, second), (second, first)):
        role = words.role_of(view, other)
        for name in (view.row.party, view.became):
            if name:
                found[name] = role
        for organisation_id, name, kind in known.organisations:
            if organisation_id == view.row.organisation_id:
                found[name] = role
            elif view.row.organisation_id is None and KINDS.get(kind) == view.row.kind:
                found.setdefault(name, role)
    return found


def without_who(context: Context, whole: Whole) -> Values:
    """What the anonymised copy is filled in with before it is `masked`: parties by their role, and without who wrote,
    the number of the case, and the day of the meeting. The days of the steps stay: deadlines are counted from them."""
    protocol = whole.protocol
    first, second = protocol.views
    roles = {first.row.id: words.role_of(first, second), second.row.id: words.role_of(second, first)}
    parties = [
        {
            "part": roles[each.row.id][:1].upper() + roles[each.row.id][1:],
            "syn": each.row.text,
            "krav": each.row.wishes,
            "skrevet": _("Skrevet {day}").format(day=dates.short_day(each.row.written_at, protocol.meeting.zone))
            if each.row.written_at is not None
            else "",
        }
        for each in protocol.views
    ]
    return {
        **values(context, whole),
        "tema": _("Anonymisert uenighetsprotokoll"),
        "sak": protocol.of.title,
        "utvalg": _("samarbeidsutvalg mellom sykehus og kommuner"),
        "dato": "",
        "parter": parties,
    }


_MASKED = ("sak", "vedtak", "forsokt", "utfall", "forlop", "trinn", "grunnlag")
_MASKED_OF_PARTY = ("syn", "krav")


def masked(found: Values, known: Names) -> Anonymous:
    """The same without the names that are known. It takes a while with long texts: not on the event loop."""
    doubtful: list[str] = []

    def of(value: Any) -> Any:
        if isinstance(value, str):
            made: Masked = anonymise.mask(value, known)
            doubtful.extend(made.doubtful)
            return made.text
        return [of(each) for each in value]

    own = {name: of(found[name]) for name in _MASKED}
    parties = [{**each, **{name: of(each[name]) for name in _MASKED_OF_PARTY}} for each in found["parter"]]
    return Anonymous({**found, **own, "parter": parties}, list(dict.fromkeys(doubtful)))
