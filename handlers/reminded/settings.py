"""How somebody wants to be reminded, as a form; and a pause, as another, or written in one line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Annotated

from pydantic import Field

from handlers.calendar import due
from handlers.calendar.named_days import monday_of
from handlers.dialogs.dialog import About, Answers, Choice, Choices, Day, Dialog, Option, Raw, Step, TimeOfDay
from handlers.errors import BadInput
from handlers.messages.message import Message
from handlers.patterns import pattern_of
from handlers.people.context import Context
from handlers.reminders import channels, laying, which_chat, wishes
from handlers.reminders.kind import Kind
from handlers.reminders.wishes import Wishes
from handlers.writing.language import N_, _
from handlers.writing.typed import typed
from storage import reminders

Show = Callable[[Context, str], Awaitable[Message]]
"""The actor's settings, with what has been done first."""
_WHERE_LAST = which_chat.LAST
"""The option that they are reached where they wrote last."""
_DAYS = (
    N_("mandag"), N_("tirsdag"), N_("onsdag"), N_("torsdag"), N_("fredag"), N_("lørdag"), N_("søndag"),
)  # fmt: skip
_WANTED = {"utvalg": None, "ja": True, "nei": False}
_INVITATIONS = (
    Option("utvalg", N_("Som utvalget har bestemt")),
    Option("ja", N_("Ja")),
    Option("nei", N_("Nei")),
)
_UNTIL = pattern_of(r"(?:(?:fram|frem)?\s*(?:til|til og med)\s+)")


async def of(context: Context) -> Wishes:
    """What the actor has chosen."""
    person_id = context.actor.person_id
    return (await laying.wishes_of(context.session, [person_id]))[person_id]


async def keep(context: Context, chosen: Wishes) -> None:
    """From now on the actor is reminded so; what is pending comes when it says."""
    stored = chosen.model_dump(mode="json", exclude_defaults=True)
    await reminders.wish(context.session, context.actor.person_id, stored, context.now)
    await laying.relay_person(context.session, context.actor.person_id, chosen, context.now)


async def _channels(
    context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    there = [Option(surface, channels.name(surface)) for surface in await channels.open_to(context)]
    return [Option(_WHERE_LAST, _("Der jeg skrev sist")), *there]


async def _asks_where(context: Context, _answers: Answers) -> str:
    return _("Hvor vil du ha meldingene mine?") if len(await channels.open_to(context)) > 1 else ""


async def _asks_where_then(context: Context, _answers: Answers) -> str:
    return _("Hvor ellers, hvis det ikke virker?") if len(await channels.open_to(context)) > 2 else ""


async def _asks_for_invitations(context: Context, _answers: Answers) -> str:
    return _("Invitasjoner til møter på e-post") if "mail" in await channels.open_to(context) else ""


def dialog(kinds: Sequence[Kind], show: Show) -> Dialog:
    """The form over these kinds of reminders."""
    optional = [kind for kind in kinds if kind.optional]

    async def options(
        _context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
    ) -> Sequence[Option]:
        return [Option(kind.name, _(kind.label)) for kind in optional]

    class Settings(Step):
        """Hvordan jeg vil bli påminnet."""

        about = About(
            title=N_("Påminnelser til deg"),
            submit=N_("Lagre"),
            intro=N_(
                "Det som ville kommet for sent på grunn av dette, sier jeg på det siste tidspunktet før som passer deg."
            ),
        )
        first: Annotated[
            str,
            Choice(
                N_("Hvor vil du ha meldingene mine?"),
                help=N_(
                    "Virker det ikke der, prøver jeg de andre stedene. På e-post står det bare at noe venter, "
                    "med en lenke."
                ),
                options=_channels,
                asks=_asks_where,
            ),
        ] = ""
        then: Annotated[
            str, Choice(N_("Hvor ellers, hvis det ikke virker?"), options=_channels, asks=_asks_where_then)
        ] = ""
        quiet_from: Annotated[
            time | None,
            TimeOfDay(N_("Stille timer fra"), help=N_("Da sender jeg ingen påminnelser. Gjerne over midnatt.")),
        ] = None
        quiet_until: Annotated[time | None, TimeOfDay(N_("Stille timer til"))] = None
        weekdays: Annotated[
            list[str],
            Choices(
                N_("Dager du vil ha påminnelser"),
                options=tuple(Option(str(number), name) for number, name in enumerate(_DAYS)),
            ),
        ] = Field(default_factory=list)
        gather_at: Annotated[
            time | None,
            TimeOfDay(
                N_("Samle alt i én melding kl."),
                help=N_("Da kommer dagens påminnelser samlet, og bare da. La feltet stå tomt for å få dem én og én."),
            ),
        ] = None
        invitations: Annotated[
            str,
            Choice(
                N_("Invitasjoner til møter på e-post"),
                help=N_("Kalenderen din tar dem imot, og følger med når et møte flyttes."),
                options=_INVITATIONS,
                asks=_asks_for_invitations,
            ),
        ] = ""
        kinds: Annotated[
            list[str],
            Choices(
                N_("Påminnelser du vil ha"),
                help=N_("Påminnelser om det du skal gjøre etter en regel, kommer uansett."),
                options=options,
            ),
        ] = Field(default_factory=list)

        async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
            return dict(wishes.refused(_changed(Wishes(), self), context.today))

    def _changed(before: Wishes, said: Settings) -> Wishes:
        wanted = [surface for surface in (said.first, said.then) if surface not in ("", _WHERE_LAST)]
        known = {kind.name for kind in optional}
        return before.model_copy(
            update={
                # What was not asked about stays.
                "channels": tuple(dict.fromkeys(wanted)) if said.first else before.channels,
                "quiet_from": said.quiet_from,
                "quiet_until": said.quiet_until,
                "weekdays": tuple(sorted(int(day) for day in said.weekdays)),
                "gather_at": said.gather_at,
                # Where there is no e-mail they are not asked.
                "invitations": _WANTED.get(said.invitations, before.invitations),
                # What a newer program has of kinds is left to it.
                "off": tuple(sorted((set(before.off) - known) | (known - set(said.kinds)))),
            }
        )

    async def prefill(context: Context, _arguments: Mapping[str, str]) -> Raw:
        chosen = await of(context)
        there = await channels.open_to(context)
        first, then = (*(each for each in chosen.channels if each in there), _WHERE_LAST, _WHERE_LAST)[:2]
        # What is not asked about is not answered.
        asked: Raw = {"first": first} if len(there) > 1 else {}
        asked |= {"then": then} if len(there) > 2 else {}
        if "mail" in there:
            asked["invitations"] = next(value for value, meant in _WANTED.items() if meant is chosen.invitations)
        return {
            **asked,
            "quiet_from": _clock(chosen.quiet_from),
            "quiet_until": _clock(chosen.quiet_until),
            "weekdays": [str(day) for day in chosen.weekdays],
            "gather_at": _clock(chosen.gather_at),
            "kinds": [kind.name for kind in optional if kind.name not in chosen.off],
        }

    async def finish(context: Context, answers: Answers) -> Message:
        chosen = _changed(await of(context), answers[Settings])
        await keep(context, chosen)
        if answers[Settings].first:
            await which_chat.settle(context, chosen)
        return await show(context, _("Lagret."))

    return Dialog(name="paminnelser.innstillinger", steps=(Settings,), finish=finish, prefill=prefill)


def pause_dialog(show: Show) -> Dialog:
    """The form for a pause."""

    class Pause(Step):
        """En pause fra påminnelser."""

        about = About(
            title=N_("Pause i påminnelser"),
            submit=N_("Ta pause"),
            intro=N_("Det som fortsatt gjelder når pausen er over, sier jeg da."),
        )
        paused_from: Annotated[date, Day(N_("Fra og med"))]
        paused_until: Annotated[date, Day(N_("Påminnelsene begynner igjen"))]

        async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
            begins, ends = getattr(self, "paused_from", None), getattr(self, "paused_until", None)
            if begins is None or ends is None:
                return {}
            return dict(wishes.refused(Wishes(paused_from=begins, paused_until=ends), context.today))

    async def prefill(context: Context, _arguments: Mapping[str, str]) -> Raw:
        chosen = await of(context)
        begins = chosen.paused_from if is_to_come(chosen, context.today) else None
        ends = chosen.paused_until if begins is not None else None
        monday = monday_of(context.today) + timedelta(days=7)
        return {"paused_from": str(begins or context.today), "paused_until": str(ends or monday)}

    async def finish(context: Context, answers: Answers) -> Message:
        said = answers[Pause]
        return await pause(context, said.paused_from, said.paused_until, show)

    return Dialog(name="paminnelser.pause", steps=(Pause,), finish=finish, prefill=prefill)


async def pause(context: Context, begins: date, ends: date, show: Show) -> Message:
    """Nothing is said from the one day until the other begins."""
    await keep(context, (await of(context)).model_copy(update={"paused_from": begins, "paused_until": ends}))
    return await show(context, _("Du har pause nå.") if begins <= context.today else _("Pausen er lagret."))


async def resume(context: Context, show: Show) -> Message:
    """The pause is over, or does not come. Twice is as once."""
    chosen = await of(context)
    if not is_to_come(chosen, context.today):
        return await show(context, _("Du har ingen pause."))
    await keep(context, chosen.model_copy(update={"paused_from": None, "paused_until": None}))
    return await show(context, _("Pausen er over."))


def is_to_come(chosen: Wishes, today: date) -> bool:
    """Whether there is a pause, now or later."""
    return chosen.paused_from is not None and chosen.paused_until is not None and today < chosen.paused_until


def until_when(words: str, today: date) -> date:
    """The day that a written pause ends on: «til mandag», «3. august».

    Raises:
        BadInput: it is none, or none that a pause can end on.
    """
    text = _UNTIL.sub("", words.strip(), count=1)
    found = due.understand(text, today)
    if found.day is None:
        raise BadInput(
            whole=_("Jeg forstår ikke «{text}». Skriv for eksempel {command}.").format(
                text=text, command=typed("paminnelser pause til mandag")
            )
        )
    wrong = wishes.refused(Wishes(paused_from=today, paused_until=found.day), today)
    if wrong:
        raise BadInput(whole=" ".join(sentence for _field, sentence in wrong))
    return found.day


def _clock(clock: time | None) -> str:
    return f"{clock:%H:%M}" if clock is not None else ""
