"""The fields that a kind of document can have, and what they mean: for filling in, for checking, and for the help."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]
"""By field: text, a list of texts, or a list of such mappings (rows)."""


@dataclass(frozen=True)
class Text:
    """A field with a text. `means` says what it is, `example` is shown in a trial filling."""

    means: str
    example: str


@dataclass(frozen=True)
class Texts:
    """A field with several texts, for a loop or `join`."""

    means: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """A field with several of the same kind, for a loop: each has the fields `each`. `examples` are like `Values`."""

    means: str
    each: "Mapping[str, Field]"
    examples: tuple[Values, ...]


Field = Text | Texts | Rows


@dataclass(frozen=True)
class Kind:
    """A kind of document that a committee may have a template of its own for.

    Args:
        name: `innkalling`, as it is stored and typed.
        label: what people call it.
        fields: all that can stand in it.
        needed: fields that a template without them would be of no use without.
        styles: names of styles that it must have, as Word calls them in English.
        default: the template that ships.
    """

    name: str
    label: str
    fields: Mapping[str, Field]
    default: Callable[[], bytes]
    needed: Sequence[str] = ()
    styles: Sequence[str] = ("Heading 1",)

    def row_fields(self, name: str) -> Mapping[str, Field]:
        """The fields that each row of this field has."""
        found = self.fields[name]
        return found.each if isinstance(found, Rows) else {}

    def examples(self) -> Values:
        """What a trial filling is filled in with."""
        return {name: example_of(field) for name, field in self.fields.items()}


def example_of(field: Field) -> Any:
    match field:
        case Text():
            return field.example
        case Texts() | Rows():
            return list(field.examples)
