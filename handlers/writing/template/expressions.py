"""What stands within a tag: fields, as `sak.tema`, with what few filters and conditions a template may have.

Only what is listed here may stand there. So a template works nothing out, and takes no longer than its rows.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.writing.language import _
from handlers.writing.template.fields import Field, Rows, Text, Texts
from handlers.writing.template.filling import FILTERS, TESTS, environment


@dataclass(frozen=True)
class Record:
    """One of several rows: what a loop is at."""

    each: Mapping[str, Field]


Known = Field | Record
Scope = Mapping[str, Known]
"""The names that are known at a place in a template."""

_LOOP = Record({name: Text("", "1") for name in ("index", "index0", "revindex", "first", "last", "length")})
_OPERANDS: Mapping[str, Sequence[str]] = {
    "And": ("left", "right"),
    "Or": ("left", "right"),
    "Not": ("node",),
    "Compare": ("expr", "ops"),
    "Operand": ("expr",),
    "CondExpr": ("test", "expr1", "expr2"),
    "Concat": ("nodes",),
}
"""Jinja's nodes that put together what stands in these of their fields."""


class Wrong(Exception):
    """An expression that cannot stand; `str` says why, to whoever wrote it."""


class Unreadable(Exception):
    """What stands there is no expression at all."""


def shown(tag: str, scope: Scope) -> set[str]:
    """Check `{{ … }}`; the names that it uses.

    Raises:
        Wrong, Unreadable
    """
    reading = _Reading(scope)
    for node in _parsed(tag).nodes:
        if isinstance(reading.field(node), Texts | Rows | Record):
            raise Wrong(_is_a_list(node))
    return reading.used


def condition(body: str, scope: Scope) -> set[str]:
    """Check what stands after `if`; the names that it uses. Raises as `shown`."""
    reading = _Reading(scope)
    reading.field(_parsed(f"{{% if {body} %}}{{% endif %}}").test)
    return reading.used


def loop(body: str, scope: Scope) -> tuple[set[str], Scope]:
    """Check `for … in …`; the names that it uses, and what is known within. Raises as `shown`."""
    tree = _parsed(f"{{% {body} %}}{{% endfor %}}")
    if type(tree.target).__name__ != "Name" or tree.test is not None or tree.recursive:
        raise Wrong(_("En løkke skrives slik: {example}.").format(example="{% for sak in saker %}"))
    reading = _Reading(scope)
    listed = reading.field(tree.iter)
    if not isinstance(listed, Texts | Rows):
        raise Wrong(_("«{field}» er ikke en liste, så det kan ikke stå i en løkke.").format(field=_written(tree.iter)))
    each: Known = Record(listed.each) if isinstance(listed, Rows) else Text("", "")
    return reading.used, {**scope, "loop": _LOOP, tree.target.name: each}


def _parsed(source: str) -> Any:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - takes a while to import

    # As docxtpl reads the quotes that Word makes while somebody types.
    straight = source.translate(str.maketrans("“”„‘’\xa0", '"""\'\' '))
    try:
        (tree,) = environment().parse(straight).body
    except (TemplateSyntaxError, RecursionError, ValueError):
        raise Unreadable from None
    return tree


class _Reading:
    """Expressions at one place."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.used: set[str] = set()

    def field(self, node: Any) -> Known | None:
        """What an expression gives; None: something that is worked out from others. Raises `Wrong`."""
        kind = type(node).__name__
        match kind:
            case "TemplateData" | "Const":
                return None
            case "Name":
                if node.name not in self._scope:
                    raise Wrong(_unknown(node.name, self._scope))
                self.used.add(node.name)
                return self._scope[node.name]
            case "Getattr":
                return self._within(node.node, node.attr)
            case "Getitem" if isinstance(getattr(node.arg, "value", None), str):
                return self._within(node.node, node.arg.value)
            case "Test" if node.name in TESTS:
                self.field(node.node)
                return None
            case "Filter":
                return self._filtered(node)
        if kind not in _OPERANDS:
            raise Wrong(_("Dette kan ikke stå i en mal. Bruk feltene som de er."))
        for name in _OPERANDS[kind]:
            found = getattr(node, name)
            for each in found if isinstance(found, list) else filter(None, [found]):
                self.field(each)
        return None

    def _within(self, outer: Any, name: str) -> Known:
        match self.field(outer):
            case Record(each):
                if name not in each:
                    raise Wrong(_unknown(name, list(each), _written(outer)))
                return each[name]
            case Rows() | Texts():
                raise Wrong(_is_a_list(outer))
            case _:
                raise Wrong(
                    _("«{field}» er en tekst, og har ikke noe «{name}».").format(field=_written(outer), name=name)
                )

    def _filtered(self, node: Any) -> Known | None:
        if node.name not in FILTERS:
            raise Wrong(
                _("Jeg kjenner ikke «{word}». Disse kan brukes: {known}.").format(
                    word=f"|{node.name}", known=", ".join(FILTERS)
                )
            )
        inner = self.field(node.node)
        for each in node.args:
            self.field(each)
        match node.name, inner:
            case "first" | "last", Rows(each=each):
                return Record(each)
            case "default" | "trim", _:
                return inner
            case "length" | "join" | "first" | "last", Texts() | None | Text():
                return None
            case "length", Rows():
                return None
            case _, Rows() | Texts() | Record():
                raise Wrong(_is_a_list(node.node))
        return None


def _is_a_list(node: Any) -> str:
    field = _written(node)
    return _("«{field}» er ikke en tekst, men flere. Skriv {example}, og feltene inne i løkken.").format(
        field=field, example=f"{{% for en in {field} %}}"
    )


def _unknown(name: str, known: Sequence[str] | Scope, of: str = "") -> str:
    """That there is no field `name` (of the row `of`), and which one may be meant."""
    beginning = f"{of}." if of else ""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return _("Det er ikke noe felt som heter «{field}». Mente du «{near}»?").format(
            field=beginning + name, near=beginning + near[0]
        )
    return _("Det er ikke noe felt som heter «{field}». Disse finnes: {known}.").format(
        field=beginning + name, known=", ".join(beginning + each for each in known if each != "loop")
    )


def _written(node: Any) -> str:
    """The field that an expression begins with, as it is written."""
    match type(node).__name__:
        case "Name":
            return str(node.name)
        case "Getattr":
            return f"{_written(node.node)}.{node.attr}"
        case "Getitem":
            return f"{_written(node.node)}.{getattr(node.arg, 'value', '')}"
        case "Filter" | "Test":
            return _written(node.node)
        case _:
            return "…"
