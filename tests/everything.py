"""One dialog with every kind of field, and one message with every kind of part: what renderers are tested on."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from handlers.capability import Action, Capability, Command, Document, Shortcut
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
    Day,
    Dialog,
    LongText,
    LookOver,
    Note,
    Option,
    Person,
    Reply,
    Step,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.messages.message import Button, Confirm, Fact, Image, Link, Message, Section
from handlers.people.context import Context
from handlers.registry import Registry

MANY = tuple(
    Option(str(number), f"Valg nummer {number} med en lang tekst som går over kanten " * 2) for number in range(250)
)
FEW = (Option("a", "Første"), Option("b", "Andre & <tredje>"), Option("c", "👩‍⚕️" * 60))


async def many(_context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    return MANY


async def few(_context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    return FEW


async def note(context: Context, _answers: Answers) -> str:
    return f"Hei, {context.actor.name} <!channel> [x](http://evil)"


class Everything(Step):
    about = About(title="Alt på én gang", submit="Neste", intro="Et skjema med *alt*.\nPå to linjer.")
    remark: Annotated[None, Note("", text=note)] = None
    line: Annotated[str, Text("En linje", help="Hjelp til linjen", placeholder="Skriv her")]
    lines: Annotated[str, LongText("Flere linjer")] = ""
    number: Annotated[int | None, Text("Et tall"), Field(ge=1, le=480)] = None
    one: Annotated[str, Choice("Ett valg", options=few)]
    some: Annotated[list[str], Choices("Flere valg", options=few)] = Field(default_factory=list)
    searched: Annotated[str | None, Choice("Ett av mange", options=many)] = None
    found: Annotated[list[str], Person("Noen av mange", options=many, several=True)] = Field(default_factory=list)
    who: Annotated[str | None, Person("En person", options=few)] = None
    day: Annotated[date | None, Day("Dag")] = None
    clock: Annotated[time | None, TimeOfDay("Klokkeslett")] = None
    agreed: Annotated[bool, YesNo("Enig")] = False


class More(Step):
    about = About(title="Litt til", submit="Se over")
    more: Annotated[str, Text("Noe mer")]


async def summed_up(_context: Context, answers: Answers) -> tuple[Fact, ...]:
    return (
        Fact(label="En linje", value=answers[Everything].line),
        Fact(label="Noe mer", value=answers[More].more),
    )


class Over(LookOver):
    about = About(title="Se over", submit="Send inn", facts=summed_up)


async def finish(_context: Context, answers: Answers) -> Message:
    return Message(title="Takk", text=answers[Everything].line)


DIALOG = Dialog(name="prove.alt", steps=(Everything, More, Over), finish=finish, resumed_by="alt")

PICTURE = Image(url="https://bot.example.org/fil/et.signert.tegn", alt="Søyler: 3 i mars & 5 i april <av 8>")

MESSAGE = Message(
    title="En sak <!channel> om [x](http://evil) & *mer*",
    text="Første linje\nAndre linje _med_ tegn",
    facts=(Fact(label="Frist", value="3. desember kl. 12.00"), Fact(label="Sted", value="Eksempelsalen\n2. etasje")),
    image=PICTURE,
    links=(Link(label="Vedlegg [1]", url="https://example.org/vedlegg?a=1&b=2"),),
    buttons=(
        Button(label="Gjør det", action="gjor", arguments={"id": "7"}, style="primary"),
        Button(label="Spør om mer", action="skjema", arguments={"id": "7"}),
        Button(
            label="Slett alt",
            action="gjor",
            arguments={"id": "8"},
            style="danger",
            confirm=Confirm(text="Sikker?", yes="Ja, slett"),
        ),
    ),
    sections=(
        Section(title="1/2026 (O/D)", text="Felles opplæring", buttons=(Button(label="Vis", action="gjor"),)),
        Section(facts=(Fact(label="Ansvar", value="Eksempel Person"),)),
    ),
    small="Liten skrift",
)


async def alt_command(context: Context, text: str) -> Reply:
    return await conversation.start(context, DIALOG, {}, {"line": text} if text else {})


async def mark_shortcut(context: Context, text: str) -> Reply:
    return await conversation.start(context, DIALOG, {}, {"lines": text} if text else {})


async def show_shortcut(_context: Context, text: str) -> Reply:
    return Message(title="Meldingen", text=text, image=PICTURE)


async def help_command(_context: Context, text: str) -> Reply:
    return Message(title="Hjelp", text=f"Du skrev «{text}»." if text else "")


async def show_command(_context: Context, _text: str) -> Reply:
    return MESSAGE


async def do_action(_context: Context, arguments: Mapping[str, str]) -> Reply:
    return Message(title=f"Gjort {arguments.get('id', '')}", replace=True)


async def form_action(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, SMALL, arguments)


class Small(Step):
    about = About(title="Spør om mer", submit="Send")
    question: Annotated[str, LongText("Spørsmål")]


async def small_finish(_context: Context, answers: Answers) -> Message:
    return Message(title="Spurt", text=answers[Small].question)


SMALL = Dialog(name="prove.lite", steps=(Small,), finish=small_finish)


class Do(StrEnum):
    DO = "gjor"
    FORM = "skjema"


CAPABILITY = Capability(
    name="prove",
    commands=(
        Command(name="alt", aliases=("ålt",), summary="Alt på én gang", usage="[tekst]", run=alt_command),
        Command(name="vis", summary="Vis meldingen", run=show_command),
        Command(name="hjelp", summary="Hjelp", run=help_command),
    ),
    dialogs=(DIALOG, SMALL),
    does=Do,
    actions=(Action(Do.DO, run=do_action), Action(Do.FORM, run=form_action)),
    shortcuts=(
        Shortcut(name="merk", label="Merk meldingen", summary="Fyll ut alt, med meldingen", run=mark_shortcut),
        Shortcut(name="les", label="Les meldingen", summary="Vis hva det står", run=show_shortcut),
        Shortcut(name="nytt", label="Fyll ut alt", summary="Fra tomt", run=mark_shortcut, on_message=False),
    ),
)


def registry(*more: Capability) -> Registry:
    """/alt opens the dialog, /vis shows the message, /hjelp is always there. «Merk meldingen» opens the dialog with
    what the message says, «Les meldingen» shows it. «Fyll ut alt» opens it without a message."""
    return Registry((CAPABILITY, *more))


def capability(
    name: str = "mer",
    *,
    commands: Iterable[Command] = (),
    dialogs: Iterable[Dialog] = (),
    actions: Mapping[str, Callable[..., Awaitable[Reply]]] | None = None,
    documents: Iterable[Document] = (),
    shortcuts: Iterable[Shortcut] = (),
) -> Capability:
    """One made for a test. `actions`: what runs, by its name."""
    does = StrEnum("does", {name.upper(): name for name in actions or {}})
    return Capability(
        name=name,
        commands=tuple(commands),
        dialogs=tuple(dialogs),
        does=does,
        actions=[Action(does(name), run) for name, run in (actions or {}).items()],
        documents=tuple(documents),
        shortcuts=tuple(shortcuts),
    )
