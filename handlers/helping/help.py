"""`/hjelp`, and what an unknown word leads to: what the bot can do for this person, with lines that work as typed."""

from collections.abc import Sequence

from handlers.capability import Capability, Command, Example
from handlers.chosen_language.choose import in_other_languages
from handlers.dialogs.dialog import Reply
from handlers.helping.ways import WAYS
from handlers.messages.message import Message, Section
from handlers.people.context import Context
from handlers.understanding.meaning import PUNCTUATION
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from handlers.writing.typed import typed

_GREETINGS = ("hei", "hallo", "heisann", "hi", "hello")
"""Not complained of as words that mean nothing here, whatever follows them."""


def command_for(capabilities: Sequence[Capability]) -> Command:
    """The help over these."""
    commands = [command for each in capabilities for command in each.commands]
    own = ("hjelp", "help", "?")
    known = {word for command in commands for word in (command.name, *command.aliases)}.union(own, _GREETINGS)

    async def run(context: Context, text: str) -> Reply:
        title, intro = _("Dette kan jeg hjelpe deg med"), ""
        word = next(iter(text.split()), "")
        if word and word.strip(f"/{PUNCTUATION}").casefold() not in known:
            title = _("Jeg kjenner ikke «{word}»").format(word=shorten(word.strip(PUNCTUATION) or word, 40))
            intro = _("Dette kan jeg hjelpe deg med:")
        sections = []
        for command in commands:
            examples = "\n".join(f"{item.line()} – {item.meaning}" for item in await command.examples(context))
            if not examples:
                # It is not for whoever asks.
                continue
            sections.append(Section(title=f"{typed(command.name)} – {_(command.summary)}", text=examples))
        for each in capabilities:
            sections += await each.help(context)
        return Message(
            title=title,
            text=intro,
            sections=tuple(sections),
            small="\n".join([_("Skriv aldri noe en pasient kan kjennes igjen på."), in_other_languages()]),
        )

    async def examples(_context: Context) -> Sequence[Example]:
        return (Example("/hjelp", _("viser dette")),)

    return Command(
        name="hjelp",
        aliases=own[1:],
        summary=N_("Hva jeg kan hjelpe deg med"),
        run=run,
        examples=examples,
        ways=WAYS,
    )
