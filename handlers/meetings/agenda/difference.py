"""What is different between an agenda as it was and as it is, and how that reads.

An agenda is kept as it was told of (`Agenda.told`, `Agenda.convened`) by `snapshot`: the lines by their keys, with what
is read of them. Nothing here asks the database.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from handlers.calendar import dates
from handlers.cases.duration import duration
from handlers.meetings.agenda.lines import AgendaOf
from handlers.messages.message import Fact
from handlers.writing.language import _, ngettext
from storage.types import JsonObject

_MOST = 12
"""So many lines of each kind are told of by name; of the others, how many there are."""


class Was(NamedTuple):
    """A line as it stood in a snapshot. `starts_at`: a moment as text, where its time is fixed. `follows`: the key of
    the line that it is handled together with."""

    key: str
    title: str
    number: str = ""
    minutes: int | None = None
    starts_at: str | None = None
    follows: str | None = None
    closed: bool = False
    withdrawn: bool = False


class Moved(NamedTuple):
    """A line that has another place. `after`: the line that it stands after now; None: it is the first."""

    line: Was
    after: Was | None


class Difference(NamedTuple):
    """What came, went and changed from one snapshot to another; each line as it is now, but for those `removed`.

    `moved`: as few lines as it takes to come from one order to the other. In `renamed`, `retimed`: before, now.
    `joined`: it, and what it is handled together with now.
    """

    zone: str
    added: Sequence[Was] = ()
    removed: Sequence[Was] = ()
    withdrawn: Sequence[Was] = ()
    moved: Sequence[Moved] = ()
    renamed: Sequence[tuple[Was, Was]] = ()
    retimed: Sequence[tuple[Was, Was]] = ()
    joined: Sequence[tuple[Was, Was]] = ()
    parted: Sequence[Was] = ()

    def __bool__(self) -> bool:
        return any(self[1:])


def snapshot(read: AgendaOf) -> JsonObject:
    """The agenda as it stands, to be kept and compared with later."""
    lines = []
    for group in read.groups():
        for line in group.lines:
            was = Was(
                key=line.key,
                title=line.title,
                number=line.number,
                minutes=line.minutes,
                starts_at=line.starts_at.isoformat() if line.starts_at is not None else None,
                follows=group.leads.key if line is not group.leads else None,
                closed=line.is_closed,
                withdrawn=line.is_withdrawn,
            )
            lines.append({name: value for name, value in was._asdict().items() if value not in (None, "", False)})
    return {"zone": read.meeting.zone, "lines": lines}


def lines_of(snapshot: JsonObject) -> list[Was]:
    """The lines of a snapshot, in order. What a newer or older version wrote besides is left out."""
    return [
        Was(**{"title": "", **{name: value for name, value in line.items() if name in Was._fields}})
        for line in snapshot.get("lines", ())
    ]


def cases_of(snapshot: JsonObject) -> dict[int, bool]:
    """The ids of the cases in a snapshot, and whether it says that they are closed."""
    return {int(line.key[1:]): line.closed for line in lines_of(snapshot) if line.key.startswith("c")}


def marked_closed(snapshot: JsonObject, item_ids: Collection[int]) -> JsonObject:
    """The snapshot, which says of these cases that they are closed."""
    keys = {f"c{item_id}" for item_id in item_ids}
    lines = [{**line, "closed": True} if line.get("key") in keys else line for line in snapshot.get("lines", ())]
    return {**snapshot, "lines": lines}


def between(before: JsonObject, after: JsonObject) -> Difference:
    """What is different in `after`; false where nothing is. A case that is closed by now was never open: what it was
    called before is not told either."""
    closed = [item_id for item_id, is_closed in cases_of(after).items() if is_closed]
    old, new = lines_of(marked_closed(before, closed)), lines_of(after)
    were, now = {line.key: line for line in old}, {line.key: line for line in new}
    both = [(were[line.key], line) for line in new if line.key in were]
    place_before = {line.key: place for place, line in enumerate(old)}
    standing_still = _in_order([place_before[line.key] for _was, line in both])
    moved = [line for place, (_was, line) in enumerate(both) if place not in standing_still]
    before_it = {line.key: new[place - 1] if place else None for place, line in enumerate(new)}
    zone = str(after.get("zone", ""))
    return Difference(
        zone=zone,
        added=[line for line in new if line.key not in were],
        removed=[line for line in old if line.key not in now],
        withdrawn=[line for was, line in both if line.withdrawn and not was.withdrawn],
        # What follows another was moved with it.
        moved=[Moved(line, before_it[line.key]) for line in moved if line.follows is None],
        renamed=[(was, line) for was, line in both if (was.title, was.number) != (line.title, line.number)],
        retimed=[(was, line) for was, line in both if _when(was, zone) != _when(line, zone)],
        joined=[(line, now[line.follows]) for was, line in both if line.follows and line.follows != was.follows],
        parted=[line for was, line in both if was.follows and not line.follows],
    )


def _in_order(places: Sequence[int]) -> set[int]:
    """Which of these stand in order among themselves, as many as can be: the longest increasing subsequence."""
    ends: list[int] = []
    last_at: list[int] = []
    before: list[int | None] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        last_at[length : length + 1] = [index]
        before.append(last_at[length - 1] if length else None)
    found: set[int] = set()
    index_or_none = last_at[-1] if last_at else None
    while index_or_none is not None:
        found.add(index_or_none)
        index_or_none = before[index_or_none]
    return found


def facts(difference: Difference, *, closed: bool = True) -> tuple[Fact, ...]:
    """The difference as people read it, in the language being spoken: one fact for each kind of change.

    `closed`: whether the reader may know what closed cases are about.
    """

    def named(line: Was) -> str:
        title = line.title if closed or not line.closed else _("Sak unntatt offentlighet")
        return f"{line.number} {title}".strip()

    found = (
        (_("Nytt"), [named(line) for line in difference.added]),
        (_("Utgår"), [named(line) for line in difference.removed]),
        (_("Trukket"), [named(line) for line in difference.withdrawn]),
        (_("Flyttet"), [_place(moved, named) for moved in difference.moved]),
        (
            _("Endret"),
            [
                _("{before} → {after}").format(before=named(was), after=named(line))
                for was, line in difference.renamed
                # Of a closed case nothing may seem to have changed.
                if named(was) != named(line)
            ],
        ),
        (
            _("Endret tid"),
            [f"{named(line)}: {_time(was, line, difference.zone)}" for was, line in difference.retimed],
        ),
        (
            _("Behandles sammen"),
            [
                _("{line} sammen med {other}").format(line=named(line), other=named(at))
                for line, at in difference.joined
            ],
        ),
        (_("Behandles hver for seg"), [named(line) for line in difference.parted]),
    )
    return tuple(Fact(label=label, value=_listed(lines)) for label, lines in found if lines)


def _listed(lines: Sequence[str]) -> str:
    left = len(lines) - _MOST
    if left <= 0:
        return "\n".join(lines)
    more = ngettext("… og {count} til", "… og {count} til", left).format(count=left)
    return "\n".join([*lines[:_MOST], more])


def _place(moved: Moved, named: Callable[[Was], str]) -> str:
    if moved.after is None:
        return _("{line}: står nå først").format(line=named(moved.line))
    return _("{line}: står nå etter {other}").format(line=named(moved.line), other=named(moved.after))


def _time(before: Was, after: Was, zone: str) -> str:
    return _("{before} → {after}").format(before=_when(before, zone), after=_when(after, zone))


def _when(line: Was, zone: str) -> str:
    said = []
    if line.starts_at is not None:
        said.append(_("kl. {clock}").format(clock=dates.clock(dates.stored(line.starts_at), zone)))
    if line.minutes is not None:
        said.append(duration(line.minutes))
    return ", ".join(said) or _("ikke satt")
