"""`/hjelp`, and what an unknown word leads to: what the bot can do for this person, with lines that work as typed."""

from collections.abc import Sequence

from handlers.capability import Command, Example
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message, Section
from handlers.people.access import DECIDERS
from handlers.people.choose_language import in_other_languages
from handlers.people.context import Context
from handlers.understanding import ways
from handlers.understanding.meaning import PUNCTUATION
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from handlers.writing.typed import typed

_GREETINGS = ("hei", "hallo", "heisann", "hi", "hello")
"""Not complained of as words that mean nothing here, whatever follows them."""


def command_for(commands: Sequence[Command]) -> Command:
    """The help over these commands."""
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
            sections.append(Section(title=f"{typed(command.name)} – {_(command.summary)}", text=examples))
        if any(context.actor.has_role(committee, *DECIDERS) for committee in context.actor.roles):
            sections.append(
                Section(
                    title=_("For sekretariatet"),
                    text=_(
                        "Du får en melding for hvert forslag, med knapper for å sette saken på sakslisten, be om mer, "
                        "ta den senere, sende den til et annet utvalg eller sende den tilbake. "
                        "{command} viser også det som venter på dere."
                    ).format(command=typed("sak liste")),
                )
            )
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
        ways=ways.HJELP,
    )
