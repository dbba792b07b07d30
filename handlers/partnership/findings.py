"""What is found out about the file while it is checked: its parts, and what is wrong with them."""

import typing
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from handlers.partnership.explain import Place, explain
from handlers.partnership.model import Alias, Part, Period
from handlers.writing.language import _

P = TypeVar("P", bound=Part)


class Note(NamedTuple):
    """Something to tell about a place in the file. `other`: another place that it has to do with."""

    place: Place
    text: str
    other: Place | None = None


class Called(NamedTuple):
    """What something is called, and in which period. `owner`: where in the file that something stands."""

    place: Place
    name: str
    period: Period
    owner: Place


class Findings:
    """What has been found so far. `problems` stop the loading, `warnings` do not."""

    def __init__(self) -> None:
        self.problems: list[Note] = []
        self.warnings: list[Note] = []
        self._taken: dict[tuple[str, str], Place] = {}

    # --- telling -------------------------------------------------------------------------------------------

    def problem(self, place: Place, text: str, other: Place | None = None) -> None:
        self.problems.append(Note(place, text, other))

    def warning(self, place: Place, text: str) -> None:
        self.warnings.append(Note(place, text))

    def wrong_within(self, place: Place) -> bool:
        """Whether there is a problem at this place, or further in."""
        return any(note.place[: len(place)] == place for note in self.problems)

    def once(self, kind: str, value: str, place: Place, text: str) -> None:
        """Tell `text` if `value` (in any case) was there before."""
        first = self._taken.setdefault((kind, value.casefold()), place)
        if first != place:
            self.problem(place, text, first)

    def aliases(self, owner: Place, aliases: Sequence[Alias]) -> list[Called]:
        """The other names of what stands at `owner`, after telling which of them stand there twice."""
        found = []
        for position, alias in enumerate(aliases):
            place = (*owner, "aliases", position)
            text = _("Aliaset «{name}» er ført opp to ganger. Fjern det ene.").format(name=alias.name)
            self.once(f"alias of {owner}", alias.name, place, text)
            found.append(Called(place, alias.name, alias, owner))
        return found

    def distinct(self, names: Iterable[Called], clash: str) -> None:
        """Tell `clash` of each name that means two things on the same day."""
        seen: dict[str, list[Called]] = {}
        for called in names:
            others = seen.setdefault(called.name.casefold(), [])
            for other in others:
                if other.owner != called.owner and called.period.overlaps(other.period):
                    self.problem(called.place, clash.format(name=called.name), other.place)
            others.append(called)

    # --- parts ---------------------------------------------------------------------------------------------

    def part(self, kind: type[P], raw: Any, place: Place) -> P | None:
        """`raw` as a part of this kind.

        After telling what is wrong with it: the part without that, so that what is left is looked at too, or None
        if too little is left.
        """
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for item in error.errors():
                self.problem((*place, *item["loc"]), explain(typing.cast(dict[str, Any], item), kind))
            wrong = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
        if not isinstance(raw, dict):
            return None
        kept = {name: value for name, value in raw.items() if name not in wrong}
        with suppress(ValidationError):
            return kind.model_validate({name: kind.stand_ins[name] for name in wrong & kind.stand_ins.keys()} | kept)
        return None

    def parts(self, kind: type[P], raw: Any, place: Place) -> Iterator[tuple[Place, P]]:
        """The parts in a list, with their places; see `part`."""
        for position, item in enumerate(raw if isinstance(raw, list | tuple) else ()):
            found = self.part(kind, item, (*place, position))
            if found is not None:
                yield (*place, position), found


def values(raw: Any, name: str) -> set[str]:
    """What the parts of a list have under `name`, also those parts that are wrong in some other way."""
    parts = raw if isinstance(raw, list) else []
    return {part[name] for part in parts if isinstance(part, dict) and isinstance(part.get(name), str)}
