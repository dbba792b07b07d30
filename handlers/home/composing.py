"""What stands on somebody's home: how they begin, what they are to do by when, queues, meetings, what is theirs.

The same message wherever it is shown. It costs a fixed number of statements, however much waits: each capability says
what it has in a few, and only the most urgent is shown, with a way to all of it.
"""

from collections.abc import Mapping, Sequence

from handlers.capability import Capability, Example, Owed, Waiting
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, Message, Section
from handlers.owed.actions import Do as Deadlines
from handlers.owed.listing import in_order, is_overdue, section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed
from storage.asking import foresee
from storage.something import there_are

SHOWN = 8
"""Things to do, by deadline: with their buttons, and all the rest, they stay within any platform's message."""


class Home:
    """What these capabilities put on it."""

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        self._capabilities = capabilities

    async def command(self, context: Context, _text: str) -> Reply:
        return await self.drawn(context)

    async def show(self, context: Context, _arguments: Mapping[str, str]) -> Reply:
        return await self.drawn(context)

    async def examples(self, _context: Context) -> Sequence[Example]:
        return (Example("/hjem", _("det som venter på deg, møtene som kommer, og det du har meldt")),)

    async def drawn(self, context: Context, *, greeted: bool = False) -> Message:
        """The home of whoever is speaking, as it is now. `greeted`: with a word of welcome, to somebody new."""
        asked = await self._with_something(context)
        await foresee(context.session, [each for of in asked for each in of.foresees(context)])
        owed = [each for of in asked for each in await of.owes(context)]
        queues = [each for of in asked for each in await of.queues(context)]
        theirs = [each for of in asked for each in await of.theirs(context)]
        begins = [each for of in self._capabilities for each in await of.begins(context)]
        # A queue stands in what somebody owes as well, as a line without a deadline.
        to_queues = {_leads(each.button) for each in queues}
        to_do = in_order(each for each in owed if not any(_leads(button) in to_queues for button in each.buttons))
        return Message(
            title=_("Dette venter på deg") if to_do or queues else _("Ingenting venter på deg nå"),
            text=_welcome(context) if greeted else "",
            sections=(
                *([Section(buttons=tuple(begins))] if begins else ()),
                *_to_do(context, to_do),
                *map(_queue, queues),
                *theirs,
            ),
            small=_("Skriv {help} for å se alt jeg kan hjelpe deg med.").format(help=typed("hjelp")),
        )

    async def _with_something(self, context: Context) -> Sequence[Capability]:
        """Those that may have something to say: of most kinds of things there is nothing for most people."""
        if all(each.thing is None for each in self._capabilities):
            return self._capabilities
        there = await there_are(context.session, context.actor.person_id, list(context.actor.roles), context.now)
        return [each for each in self._capabilities if each.thing is None or each.thing in there]


def _leads(button: Button) -> tuple[str, frozenset[tuple[str, str]]]:
    return button.action, frozenset(button.arguments.items())


def _welcome(context: Context) -> str:
    return _(
        "Velkommen, {name}! Her ser du alltid hva som venter på deg, møtene som kommer, og hvordan det går med det du "
        "har meldt. Det meste kan du gjøre med knappene her."
    ).format(name=context.actor.name)


def _to_do(context: Context, to_do: Sequence[Owed]) -> Sequence[Section]:
    """A heading that says how many are late, the most urgent with their buttons, and the way to all."""
    if not to_do:
        return ()
    overdue = sum(is_overdue(each, context.now) for each in to_do)
    late = ngettext("{count} frist er gått ut.", "{count} frister er gått ut.", overdue).format(count=overdue)
    heading = Section(title=_("Dette skal du gjøre"), text=late if overdue else "")
    shown = [section(each, context.now) for each in to_do[:SHOWN]]
    if len(to_do) <= SHOWN:
        return (heading, *shown)
    label = _("Vis alle {count}").format(count=len(to_do))
    return (heading, *shown, Section(buttons=(Button(label=label, action=Deadlines.SHOW),)))


def _queue(waiting: Waiting) -> Section:
    return Section(title=waiting.text, buttons=(waiting.button,))
