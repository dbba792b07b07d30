"""What the references in a text lead to, for whoever may see it (see `handlers.references`)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.cases import numbers
from handlers.patterns import pattern_of
from handlers.people.access import LISTENERS, may_decide, may_propose
from handlers.people.context import Actor, Context
from handlers.references.rules import Form, Known, Name, Reference, meant, references
from storage import references as stored
from storage.people import Seat
from storage.references import Record, Wanted
from storage.search import Reader
from storage.tables import ItemStatus, Meeting

_LETTERS = pattern_of(r"^[^\W\d_]+")
_INITIALS = pattern_of(r"\(([^()]+)\)")
_GROUPS = pattern_of(r"\d+")
_ON_AGENDA = (ItemStatus.ACCEPTED, ItemStatus.WITHDRAWN, ItemStatus.REMOVED, ItemStatus.HANDLED)


class Led(NamedTuple):
    """A reference, and what it may mean of what the actor may see: nothing, one, or several to ask about."""

    reference: Reference
    records: Sequence[Record]


Sees = Callable[[Actor, Record], bool]


def may_see(actor: Actor, record: Record) -> bool:
    """Whether the actor may see what stands under the number: as `handlers.cases.numbered`, of a row."""
    held = actor.roles.get(record.held_by, frozenset())
    own = record.proposer_id is not None and record.proposer_id == actor.person_id
    knows = own or actor.person_id in record.presenter_ids or bool(held.difference(LISTENERS))
    if record.closed_under and not knows:
        return False
    reads = bool(held) or may_propose(actor, Seat(record.held_by, record.committee, record.proposals_from))
    return own or may_decide(actor, record.held_by) or (record.status in _ON_AGENDA and reads)


def reader_of(context: Context) -> Reader:
    """What the actor may search in: the committees whose agendas they may read."""
    actor = context.actor
    reads = [each.id for each in actor.committees if actor.roles.get(each.id) or may_propose(actor, each)]
    members = [each for each in reads if actor.roles.get(each, frozenset()).difference(LISTENERS)]
    return Reader(actor.person_id, reads, members, [each for each in reads if may_decide(actor, each)])


async def known(context: Context) -> Known:
    """What there is to refer to: two statements."""
    names: list[Name] = []
    forms: list[Form] = []
    for committee, aliases in await stored.committees(context.session):
        own = [committee.key, committee.name, *_INITIALS.findall(committee.name), _INITIALS.sub("", committee.name)]
        names += [Name(text.strip(), committee.id) for text in own if text.strip()]
        names += [Name(each.alias.strip(), committee.id, each.valid_from, each.valid_to) for each in aliases]
        for kind in numbers.Numbering.of(committee).kinds:
            letters = _LETTERS.match(kind.template)
            forms.append(
                Form(committee.id, numbers.as_written(kind.template), letters[0] if letters else "", kind.is_endless)
            )
    return Known(tuple(dict.fromkeys(names)), tuple(forms), context.today.year)


async def led(
    context: Context,
    text: str,
    *,
    alone: bool = False,
    meeting: Meeting | None = None,
    there: Known | None = None,
    sees: Sees | None = may_see,
) -> Sequence[Led]:
    """What the references in a text lead to, in their order.

    Args:
        alone: the text is asked about as it stands (see `references`).
        meeting: that the text is about: there a short number is one of that meeting's.
        there: what there is to refer to, where it has been looked up already.
        sees: whether the actor may see a record; None: the caller looks to it.
    """
    if not any(letter.isdigit() for letter in text):
        return []
    there = there or await known(context)
    found = references(text, there, alone=alone)
    wanted = {each: _wanted(context, each, there, alone=alone, meeting=meeting) for each in found}
    records = await stored.numbered(context.session, {one for each in wanted.values() for one in each})
    seen = [one for one in records if sees is None or sees(context.actor, one)]
    return [Led(each, _narrowed(each, [one for one in seen if _is(one, wanted[each])])) for each in found]


def _wanted(
    context: Context, reference: Reference, there: Known, *, alone: bool, meeting: Meeting | None
) -> Sequence[Wanted]:
    committees = meant(reference, there, there.names)
    if not reference.is_short:
        return [Wanted(each.n, each.year, committees) for each in reference.readings]
    n = reference.readings[0].n
    if committees is not None:
        return [Wanted(n, None, committees)]
    found = []
    if meeting is not None:
        found.append(Wanted(n, None, frozenset({meeting.committee_id}), meeting.id))
    endless = frozenset(form.committee_id for form in there.forms if form.endless)
    if endless:
        found.append(Wanted(n, None, endless))
    if alone and meeting is None:
        found.append(Wanted(n, None, frozenset(context.actor.roles)))
    return found


def _is(record: Record, wanted: Sequence[Wanted]) -> bool:
    return any(
        record.n == each.n
        and (each.year is None or each.year == record.year)
        and (each.committee_ids is None or record.committee_id in each.committee_ids)
        and (each.meeting_id is None or each.meeting_id == record.meeting_id)
        for each in wanted
    )


def _narrowed(reference: Reference, records: Sequence[Record]) -> Sequence[Record]:
    """Those that fit what stands with the number: its letters, its meeting, its day."""
    three = {reading.meeting for reading in reference.readings}
    found = [each for each in records if _meeting_in(each.number) in three]
    if reference.letters:
        found = [each for each in found if each.number.casefold().startswith(reference.letters.casefold())]
    if reference.day is not None:
        found = [each for each in found if _day(each) == reference.day] or found
    if reference.is_short and reference.day is None:
        # Of each committee the latest.
        latest = {each.committee_id: each.year for each in reversed(found)}
        found = [each for each in found if each.year == latest[each.committee_id]]
    elif len({each.year for each in found}) > 1 and len(reference.readings) > 1:
        # «08/01»: the first reading is the usual one.
        first = reference.readings[0]
        found = [each for each in found if (each.n, each.year) == (first.n, first.year)] or found
    once: dict[tuple[int | None, int | None], Record] = {}
    for each in found:
        once.setdefault((each.item_id, each.slot_id), each)
    return list(once.values())


def _meeting_in(number: str) -> int | None:
    """Which of the year's meetings a number says that it is of: «23/2/1»."""
    groups = _GROUPS.findall(number)
    return int(groups[1]) if len(groups) == 3 else None


def _day(record: Record) -> object:
    return record.starts_at.astimezone(ZoneInfo(record.zone)).date() if record.starts_at is not None else None
