"""`/mote ny`, `flytt`, `avlys`, `likevel`: what is typed, and what it leads to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date

from handlers.calendar import dates
from handlers.calendar.written import parse_date
from handlers.capability import Example, Find
from handlers.dialogs.dialog import Dialog, Reply
from handlers.errors import BadInput, NotAllowed
from handlers.meetings import choosing
from handlers.meetings.at_hand import AtHand, about
from handlers.meetings.moving import adding, cancelling, changing, ways
from handlers.meetings.moving.actions import Do
from handlers.meetings.sub_command import SubCommand
from handlers.messages.message import Button, Message, Section
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.typed import typed
from storage import committees, planned
from storage.tables import Meeting

_TO = "til"
_EXTRAORDINARY = ("ekstra", "ekstraordinært", "ekstraordinaert", "ekstraordinærmøte")


def sub_commands(move: Dialog, add: Dialog) -> Sequence[SubCommand]:
    """What words after `/mote` do about when meetings are."""
    return (
        SubCommand(
            ("ny", "nytt", *_EXTRAORDINARY),
            _adding(add),
            N_("ny [utvalg]"),
            ways.NEW,
            _examples("ny", lambda: _("sett opp et møte, også et ekstraordinært")),
        ),
        SubCommand(
            ("flytt", "flytte", "endre"),
            _moving(move),
            N_("flytt [utvalg] [møte]"),
            ways.MOVE,
            _examples("flytt", lambda: _("flytt eller endre neste møte")),
        ),
        SubCommand(
            ("avlys", "avlyse"),
            _cancel,
            N_("avlys [utvalg] [møte]"),
            ways.CANCEL,
            _examples("avlys", lambda: _("avlys neste møte, med en grunn")),
        ),
        SubCommand(("likevel",), _hold, N_("likevel"), ways.HOLD),
    )


def _examples(word: str, meaning: Callable[[], str]) -> Callable[[Context], Awaitable[Sequence[Example]]]:
    async def examples(context: Context) -> Sequence[Example]:
        own = [each for each in context.actor.committees if may_plan(context.actor, each.id)]
        return [Example(f"/mote {word} {each.name}", meaning()) for each in own[:1]]

    return examples


def _adding(add: Dialog) -> Find:
    async def new(context: Context, text: str) -> Reply:
        """`/mote ny FSU`. The committee that is named is chosen; «ekstra» anywhere makes it extraordinary."""
        words = text.split()
        rest = " ".join(word for word in words if word.casefold() not in _EXTRAORDINARY)
        named = await committees.named(context.session, rest, context.today) if rest else None
        arguments = {"committee": str(named.id)} if named is not None else {}
        if len(rest.split()) < len(words):
            arguments["extraordinary"] = "1"
        return await adding.start(add, context, arguments)

    return new


def _moving(move: Dialog) -> Find:
    async def run(context: Context, text: str) -> Reply:
        """`/mote flytt FSU 22.2. til 29.2.`: the form, with the new day in it where it is said. Which meeting it is may
        be asked first: the new day goes along."""
        which, to = _which_and_to(text)
        if to and _new_day(to, context.today, context.today) is None:
            raise BadInput(
                whole=_("Jeg finner ikke dagen «{text}» i kalenderen. Skriv den nye datoen slik: {example}.").format(
                    text=to, example=typed("mote flytt FSU 22.3 til 29.3")
                )
            )

        def more(meeting: Meeting) -> Mapping[str, str]:
            day = _new_day(to, dates.local_date(meeting.starts_at, meeting.zone), context.today)
            return {"day": day.isoformat()} if day is not None else {}

        found = await choosing.choose(context, which, command="mote flytt", do=Do.MOVE, may=may_plan, more=more)
        if isinstance(found, Message):
            return found
        return await changing.start(move, context, {**about(found.meeting), **more(found.meeting)})

    return run


def _which_and_to(text: str) -> tuple[str, str]:
    """The meeting, and the new day: what stands on each side of «til»."""
    words = text.split()
    at = next((at for at, word in enumerate(words) if word.casefold() == _TO), len(words))
    return " ".join(words[:at]), " ".join(words[at + 1 :])


def _new_day(text: str, day: date, today: date) -> date | None:
    """The day that the text begins with; None: it begins with none. What stands after it, as a time of day, is written
    in the form. A day without a year is of the same year as `day`, or of the next where that is over."""
    words = text.split()
    for end in range(len(words), 0, -1):
        years = [_read(" ".join(words[:end]), year) for year in (day.year, day.year + 1)]
        if found := next((each for each in years if each is not None and each >= today), years[0]):
            return found
    return None


def _read(text: str, year: int) -> date | None:
    try:
        return parse_date(text, year)
    except ValueError:
        return None


async def _cancel(context: Context, text: str) -> Reply:
    """`/mote avlys FSU`."""
    found = await _choose(context, text, "mote avlys", Do.CANCEL)
    return found if isinstance(found, Message) else await cancelling.cancel(context, about(found.meeting))


async def _choose(context: Context, text: str, command: str, do: Do) -> AtHand | Message:
    return await choosing.choose(context, text, command=command, do=do, may=may_plan)


async def _hold(context: Context, _text: str) -> Reply:
    """`/mote likevel`: the meetings ahead that are cancelled, to choose which is held."""
    own = [each for each in context.actor.roles if may_plan(context.actor, each)]
    if not own:
        raise NotAllowed(_("Bare sekretariatet og møtelederen for et utvalg kan gjøre dette."))
    found = await planned.cancelled(context.session, own, context.now)
    if not found:
        return Message(
            title=_("Ingen avlyste møter"),
            text=_("Skriv {command} for å sette opp et nytt.").format(command=typed("mote ny")),
        )
    names = {each.id: each.name for each in context.actor.committees}
    return Message(
        title=_("Hvilket møte skal holdes likevel?"),
        sections=tuple(
            Section(
                title=names.get(each.committee_id, ""),
                text=dates.span(each.starts_at, each.ends_at, each.zone),
                buttons=(Button(label=_("Hold møtet likevel"), action=Do.HOLD, arguments=about(each)),),
            )
            for each in found
        ),
    )
