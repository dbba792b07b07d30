"""What is wrong with a part of the file, in words for whoever edits it."""

import difflib
import re
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from handlers.partnership.model import Part
from handlers.writing.language import _

Place = tuple[str | int, ...]
"""Where in the file: keys and positions from the top."""


def unknown(value: str, known: set[str], section: str) -> str:
    """That nothing in `section` is called `value`, with the likely slip."""
    close = difflib.get_close_matches(value, known, 1)
    if close:
        return _("Fant ikke «{value}» under {section}. Mente du «{close}»?").format(
            value=value, section=section, close=close[0]
        )
    return _("Fant ikke «{value}» under {section}. Før den opp der, eller rett skrivemåten.").format(
        value=value, section=section
    )


def explain(error: Mapping[str, Any], kind: type[Part]) -> str:
    """What pydantic found wrong in a part of this kind."""
    place: Place = error["loc"]
    name = str(place[-1]) if place else ""
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "missing":
            return _("«{name}» mangler, eller er tom.").format(name=name)
        case "extra_forbidden":
            known = _fields(kind, place[:-1])
            close = difflib.get_close_matches(name, known, 1)
            if close:
                return _("Ukjent felt «{name}». Mente du «{close}»?").format(name=name, close=close[0])
            return _("Ukjent felt «{name}». Her kan det stå {known}.").format(name=name, known=", ".join(known))
        case "enum" | "literal_error":
            choices = re.findall(r"'([^']+)'", error["ctx"]["expected"])
            return _("«{value}» kan ikke stå her. Velg en av {choices}.").format(
                value=error["input"], choices=", ".join(choices)
            )
        case "string_type":
            return _("Her skal det stå tekst. Sett anførselstegn rundt den hvis den begynner med en parentes.")
        case "tuple_type":
            return _("Her skal det stå en liste, med «- » foran hver.")
        case "model_type" | "dict_type":
            return _("Her skal det stå felt på formen «navn: verdi».")
        case "bool_parsing" | "bool_type":
            return _("Skriv true eller false.")
        case "int_parsing" | "int_parsing_size" | "int_type" | "greater_than_equal" | "less_than_equal":
            if name == "year":
                return _("Skriv et årstall, for eksempel 2024.")
            least, most = _limits(kind, place)
            return _("Skriv et helt tall fra {least} til {most}.").format(least=least, most=most)
        case other:
            raise AssertionError(f"no words for {other}")


def _limits(kind: type[BaseModel], place: Place) -> tuple[Any, Any]:
    """The least and the greatest number that can stand at `place` within a part of this kind."""
    names = [each for each in place if isinstance(each, str)]
    field = _model_at(kind, names[:-1]).model_fields[names[-1]]
    bounds = [*field.metadata, *_bounds_in(field.annotation)]
    least = next(bound.ge for bound in bounds if hasattr(bound, "ge"))
    return least, next(bound.le for bound in bounds if hasattr(bound, "le"))


def _bounds_in(annotation: Any) -> list[Any]:
    """What a type says of the numbers within it, as that of a list of numbers does."""
    own = [found for each in getattr(annotation, "__metadata__", ()) for found in getattr(each, "metadata", (each,))]
    return [*own, *(found for each in typing.get_args(annotation) for found in _bounds_in(each))]


def _fields(kind: type[BaseModel], place: Place) -> list[str]:
    """The fields that are known at `place` within a part of this kind."""
    return [info.alias or name for name, info in _model_at(kind, place).model_fields.items()]


def _model_at(kind: type[BaseModel], place: Sequence[object]) -> type[BaseModel]:
    """The part that stands at `place` within a part of this kind."""
    for step in place:
        if isinstance(step, str) and step in kind.model_fields:
            kind = _model_in(kind.model_fields[step].annotation) or kind
    return kind


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, typing.get_args(annotation))), None)
