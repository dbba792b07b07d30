"""What whoever meets the bot is told, once: the few things that most people come for, and where the rest is.

The same whoever reads it: nobody's name or role is in it, so it may also stand where a whole team reads it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.capability import Capability, SharedCard, Shortcut
from handlers.chosen_language.choose import in_other_languages
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.messages.message import Button, Message, Section, Shared
from handlers.people.context import Context
from handlers.understanding.actions import Do
from handlers.writing.language import _
from handlers.writing.typed import typed

CARD = "velkommen"
_MOST = 5
"""Things that wait for somebody, on a card that others read too."""


class Welcome:
    """Over what these capabilities have that is begun from wherever somebody is (`Shortcut`)."""

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        self._capabilities = capabilities
        self._begun: dict[str, Shortcut] = {
            each.name: each for of in capabilities for each in of.shortcuts if not each.on_message
        }

    def to_one(self) -> Message:
        """To somebody in their own conversation with the bot."""
        return Message(
            title=_("Velkommen! Hva vil du gjøre?"),
            text=_(
                "Trykk på en knapp, eller skriv til meg med dine egne ord. Skriv {command} for å se alt jeg kan hjelpe "
                "deg med."
            ).format(command=typed("hjelp")),
            buttons=self._buttons(),
            small="\n".join([_("Skriv aldri noe en pasient kan kjennes igjen på."), in_other_languages()]),
        )

    def to_several(self) -> Message:
        """To a team or a group that the bot was added to."""
        return Message(
            title=_("Hei! Jeg hjelper helsefellesskapet med saker, møter og avvik"),
            text=_(
                "Trykk på en knapp, eller nevn meg og skriv hva du vil. Jeg svarer alltid den som spør, i en privat "
                "samtale. Det dere andre skriver her, leser jeg ikke."
            ),
            buttons=self._buttons(),
            small=_("Skriv aldri noe en pasient kan kjennes igjen på."),
            shared=Shared(name=CARD),
        )

    def card(self) -> SharedCard:
        """The latter, in which each reader sees besides what waits for them."""

        async def common(_session: AsyncSession, _arguments: Mapping[str, str], _now: datetime) -> Message | None:
            return self.to_several()

        async def own(context: Context, _arguments: Mapping[str, str]) -> Message | None:
            waits = [each for of in self._capabilities for each in await of.home(context)]
            if not waits:
                return None
            shown = self.to_several()
            sections = tuple(Section(title=each.text, buttons=(each.button,)) for each in waits[:_MOST])
            only = _("Bare du ser det som venter på deg.")
            return shown.model_copy(update={"sections": sections, "small": f"{only} {shown.small}"})

        return SharedCard(CARD, common, own)

    def _buttons(self) -> tuple[Button, ...]:
        return tuple(
            Button(label=_(each.label), action=Do.BEGIN, arguments={"shortcut": name}, style="primary")
            for name, each in self._begun.items()
        )

    async def begin(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """One of the buttons: what it begins opens for whoever pressed it."""
        found = self._begun.get(arguments.get("shortcut", ""))
        if found is None:
            raise Gone(_("Det knappen gjorde, finnes ikke lenger. Skriv {command}.").format(command=typed("hjelp")))
        return await found.run(context, "")
