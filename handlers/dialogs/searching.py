"""What was typed to search for a field's options, on surfaces where that is a line of its own beside the choices.

A surface gives it with the answers, under the field's name and `QUERY`. It is kept in the draft like all that is
typed. When the form is handed in, what was typed and not chosen is searched for: a single hit is chosen; else the form
is shown again with the hits, and what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.dialogs.checking import find_options
from handlers.dialogs.dialog import QUERY, Answers, Choice, Choices, Option, Person, Raw, Step
from handlers.limits import ANYWHERE
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import clean, shorten

_SHOWN = 80


@dataclass
class Settled:
    """What came of what was typed, by field: `chosen` are raw values, `done` needs no searching any more, `open` is
    what is said of the rest."""

    chosen: Raw = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    open: dict[str, str] = field(default_factory=dict)


def typed_in(step: type[Step], raw: Raw) -> Mapping[str, str]:
    """What stands in the search lines of a form that was handed in, by field; empty where nothing does."""
    return {
        name: clean(str(raw[name + QUERY] or ""))
        for name, widget, _required in step.widgets()
        if isinstance(widget, Choice | Choices | Person) and name + QUERY in raw
    }


async def hits(context: Context, widget: Choice | Choices | Person, answers: Answers, query: str) -> Sequence[Option]:
    """The options that match, as many as a list shows."""
    return (await find_options(context, widget.options, answers, query=query))[: ANYWHERE.options]


async def settle(context: Context, step: type[Step], answers: Answers, *, asked: bool) -> Settled:
    """Search for what was typed in this step's fields and is not among what was chosen.

    `asked`: the person asked to see the hits, and goes on looking at them.
    """
    settled = Settled()
    for name, widget, _required in step.widgets():
        query = answers.queries.get(name, "")
        if not query or not isinstance(widget, Choice | Choices | Person):
            continue
        many = step.accepts_many(name)
        before = _listed(answers.raw.get(name))
        found = await hits(context, widget, answers, query)
        only = _only(found, query)
        if any(option.value in before for option in found):
            if not asked:
                settled.done.add(name)
        elif only is not None and (many or not asked or not before):
            settled.chosen[name] = [*before, only.value] if many else only.value
            if not asked:
                settled.done.add(name)
        elif not asked:
            settled.open[name] = _not_chosen(query, len(found))
    return settled


def _only(found: Sequence[Option], query: str) -> Option | None:
    """The option that was meant beyond doubt: the only one, or the only one that is called just that."""
    if len(found) == 1:
        return found[0]
    same = [option for option in found if option.label.casefold() == query.casefold()]
    return same[0] if len(same) == 1 else None


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [str(value)] if value else []


def _not_chosen(query: str, count: int) -> str:
    shown = shorten(query, _SHOWN)
    if not count:
        return _("Ingen treff på «{query}». Prøv et annet ord, eller tøm søkefeltet.").format(query=shown)
    return _("«{query}» passer på flere. Velg blant treffene, eller tøm søkefeltet.").format(query=shown)
