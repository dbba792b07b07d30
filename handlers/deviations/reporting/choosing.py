"""Choosing a unit: on the other side, by any name it has had, or where one works oneself."""

from collections.abc import Mapping, Sequence

from handlers.deviations.words import Direction
from handlers.dialogs.dialog import Answers, Option
from handlers.limits import ANYWHERE
from handlers.messages.arguments import id_in
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import length, shorten, shorten_middle
from storage import units
from storage.tables import Organisation
from storage.units import Listed

FROM = "from_organisation"
"""Among a dialog's answers, where it is not the actor who reports: the organisation that does."""

SIDES: Mapping[str, Sequence[str]] = {
    Direction.TO_HOSPITAL: ("hospital", "other"),
    Direction.TO_MUNICIPALITY: ("municipality", "district", "gp", "other"),
}
"""The kinds of organisation that a report can go to. What is neither hospital nor municipality is on both sides."""
LISTED = 10
"""So many units are seen at a glance, with as many of their other names as there is room for. More are searched."""
_ORGANISATION = 25
_ALIAS = 30


def direction_from(kind: str) -> str:
    """Which way reports go from an organisation of this kind; empty where that does not follow."""
    for direction, kinds in SIDES.items():
        if kind in kinds and kind != "other":
            return Direction.TO_HOSPITAL if direction == Direction.TO_MUNICIPALITY else Direction.TO_MUNICIPALITY
    return ""


def with_names(called: str, names: Sequence[str]) -> str:
    """A label with as many of the unit's other names as there is room for: in a list that is shown whole, people look
    for the name that they know."""
    best = called
    for count in range(1, len(names) + 1):
        longer = called + _(" (også {names})").format(names=", ".join(f"«{name}»" for name in names[:count]))
        if length(longer) > ANYWHERE.option:
            break
        best = longer
    return best


async def other_side(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    """Units of the side that the direction says, or of both before there is one; never the reporting organisation's."""
    kinds = SIDES.get(str(answers.raw.get("direction") or ""))
    reporting = id_in(answers.raw.get(FROM)) or context.actor.organisation_id
    if values is not None:
        there = await _chosen_among(context, answers, values)
        return [
            _option(unit)
            for unit in there
            if (kinds is None or unit.kind in kinds) and unit.organisation_id != reporting
        ]
    found = await _options(context, query, kinds=kinds, not_of=reporting)
    if found or query:
        return found
    # The direction may be the wrong one: a list with nothing in it would not help to see that.
    return await _options(context, query, not_of=reporting)


async def own_units(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    """The units of the actor's organisation (arbeidssted)."""
    own = context.actor.organisation_id
    if values is not None:
        there = await _chosen_among(context, answers, values)
        return [_option(unit, own=True) for unit in there if unit.organisation_id == own]
    return await _options(context, query, of=own)


async def _chosen_among(context: Context, answers: Answers, values: Sequence[str]) -> Sequence[Listed]:
    found = [await chosen(context, answers, value) for value in values]
    return [unit for unit in found if unit is not None]


async def why_not_on_other_side(context: Context, answers: Answers, value: str) -> str:
    """Why a unit cannot be reported to: it is gone, one's own, or on the other side of the direction."""
    found = await _with_id(context, value)
    if found is None:
        return _("Enheten finnes ikke lenger. Velg en annen; resten av skjemaet er tatt vare på.")
    if found.organisation_id == (id_in(answers.raw.get(FROM)) or context.actor.organisation_id):
        return _("Dette er en enhet i din egen virksomhet. Velg en enhet på den andre siden.")
    return _("Enheten og retningen passer ikke sammen. Velg en enhet på nytt, eller endre retningen.")


async def chosen(context: Context, answers: Answers, value: str) -> Listed | None:
    """The unit with this id, if it is still there. Looked up once for each form."""
    found: dict[str, Listed | None] = answers.found.setdefault("units", {})
    if value not in found:
        found[value] = await _with_id(context, value)
    return found[value]


def label(unit: Listed, alias: str = "", *, own: bool = False, remark: str = "") -> str:
    """«Hjemmetjenesten – Nordre Eksempel kommune», with the other name it was found by, or another remark after it;
    never longer than fits.

    `own`: to somebody who works in the organisation, and need not be told which.
    """
    also = _(" (også «{alias}»)").format(alias=shorten(alias, _ALIAS)) if alias else remark
    room = ANYWHERE.option - length(also)
    if own:
        return shorten_middle(unit.name, room) + also
    room -= 3
    organisation = shorten_middle(unit.organisation, max(_ORGANISATION, room - length(unit.name)))
    return f"{shorten_middle(unit.name, room - length(organisation))} – {organisation}{also}"


async def _with_id(context: Context, value: str) -> Listed | None:
    unit_id = id_in(value)
    return await units.listed_one(context.session, unit_id) if unit_id is not None else None


async def employer(context: Context, answers: Answers) -> Organisation | None:
    """The organisation that the actor works for. Looked up once for each form."""
    if "employer" not in answers.found:
        answers.found["employer"] = await units.employer(context.session, context.actor.person_id)
    found: Organisation | None = answers.found["employer"]
    return found


def _option(unit: Listed, *, own: bool = False) -> Option:
    """One that is chosen already."""
    return Option(str(unit.id), label(unit, own=own), also=f"{unit.name} {unit.organisation}")


async def _options(
    context: Context,
    query: str,
    *,
    kinds: Sequence[str] | None = None,
    of: int | None = None,
    not_of: int | None = None,
) -> Sequence[Option]:
    listed = await units.listed(context.session, kinds=kinds, of=of, not_of=not_of, query=query)
    at_a_glance = not query and len(listed) <= LISTED
    aliases = await units.aliases(context.session, [unit.id for unit in listed]) if query or at_a_glance else {}
    words = query.casefold().split()
    options = []
    for unit in listed:
        names = aliases.get(unit.id, ())
        called = label(unit, _hit(unit, names, words), own=of is not None)
        if at_a_glance:
            called = with_names(called, names)
        options.append(Option(str(unit.id), called, also=" ".join([unit.name, unit.organisation, *names])))
    return options


def _hit(unit: Listed, aliases: Sequence[str], words: Sequence[str]) -> str:
    """The other name that it was found by, where what it is called does not say why."""
    missing = [word for word in words if word not in f"{unit.name} {unit.organisation}".casefold()]
    return next((alias for alias in aliases if any(word in alias.casefold() for word in missing)), "")
