"""What a loading takes away that people would miss: it is named and counted before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import SQLModel

from handlers.writing.language import _, ngettext
from storage.tables import Committee, Meeting, Organisation, Unit

_NAMED = 10
"""So many of a kind are named; the rest are counted."""


@dataclass(frozen=True)
class Removals:
    """Organisations, committees and units that are removed, by name, and meetings ahead that are cancelled."""

    organisations: list[str] = field(default_factory=list)
    committees: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    meetings: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.organisations, self.committees, self.units, self.meetings))

    def of(self, table: type[SQLModel]) -> list[str]:
        """Where those of this table are listed."""
        kinds: dict[type[SQLModel], list[str]] = {
            Organisation: self.organisations,
            Committee: self.committees,
            Unit: self.units,
            Meeting: self.meetings,
        }
        return kinds[table]

    def __str__(self) -> str:
        counted = (
            (self.organisations, ngettext("{count} virksomhet", "{count} virksomheter", len(self.organisations))),
            (self.committees, ngettext("{count} utvalg", "{count} utvalg", len(self.committees))),
            (self.units, ngettext("{count} enhet", "{count} enheter", len(self.units))),
            (
                self.meetings,
                ngettext(
                    "{count} møte som skulle holdes, avlyses, og de det gjelder, får beskjed",
                    "{count} møter som skulle holdes, avlyses, og de det gjelder, får beskjed",
                    len(self.meetings),
                ),
            ),
        )
        lines = [f"  {counting.format(count=len(names))}: {_listed(names)}" for names, counting in counted if names]
        return "\n".join([_("Dette blir borte:"), *lines])


def _listed(names: Sequence[str]) -> str:
    shown, rest = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return _("{names} og {count} til").format(names=shown, count=rest) if rest > 0 else shown
