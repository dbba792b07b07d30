"""`/paminnelser`: how somebody is reminded, and of what in the time to come."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.capability import Example
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Dialog, Reply
from handlers.errors import Gone
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.context import Context
from handlers.reminded import settings
from handlers.reminders import channels, which_chat
from handlers.reminders.actions import Do
from handlers.reminders.handing import Handing
from handlers.reminders.kind import Reason
from handlers.reminders.wishes import WEEKDAYS, Wishes
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import reminders
from storage.reminders import DueRow, Known
from storage.tables import ReminderStatus

AHEAD = timedelta(days=14)
"""So far ahead people see what they will be reminded of."""
_PAUSE = ("pause", "ferie")
_RESUME = ("fortsett", "slutt", "avslutt", "ferdig")
_SETTINGS = ("endre", "innstillinger", "innstillingar", "av", "på")
_MONDAY = date(2024, 1, 1)


class Coming(NamedTuple):
    """A reminder to come, and what it will say as things are now."""

    known: Known
    title: str


class Mine:
    """The actor's own reminders. `handing`: what hands them over."""

    def __init__(self, handing: Handing) -> None:
        self._handing = handing
        self._optional = {name for name, kind in handing.kinds.items() if kind.optional}
        self.dialogs: Sequence[Dialog] = (
            settings.dialog(list(handing.kinds.values()), self._done),
            settings.pause_dialog(self._done),
        )

    async def command(self, context: Context, text: str) -> Reply:
        """`/paminnelser [endre | pause [til mandag] | fortsett]`."""
        word, rest = (*text.casefold().split(maxsplit=1), "", "")[:2]
        if word in _PAUSE:
            if rest:
                return await settings.pause(
                    context, context.today, settings.until_when(rest, context.today), self._done
                )
            return await self.pause(context, {})
        if word in _RESUME:
            return await self.resume(context, {})
        if word in _SETTINGS:
            return await self.change(context, {})
        return await self.show(context, {})

    async def examples(self, _context: Context) -> Sequence[Example]:
        return (
            Example("/paminnelser", _("hva du blir påminnet om, og når")),
            Example("/paminnelser endre", _("stille timer, dager og hvor meldingene kommer")),
            Example("/paminnelser pause til mandag", _("ingen påminnelser før da")),
        )

    async def show(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """The settings and what is to come; a page of it with `page`."""
        shown = await self._shown(context, arguments)
        return shown.model_copy(update={"replace": "page" in arguments})

    async def change(self, context: Context, _arguments: Mapping[str, str]) -> Reply:
        """The form for the settings."""
        return await conversation.start(context, self.dialogs[0], {})

    async def pause(self, context: Context, _arguments: Mapping[str, str]) -> Reply:
        """The form for a pause."""
        return await conversation.start(context, self.dialogs[1], {})

    async def resume(self, context: Context, _arguments: Mapping[str, str]) -> Reply:
        """«Avslutt pausen»."""
        return (await settings.resume(context, self._done)).model_copy(update={"replace": True})

    async def choose_chat(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """The answer to which of two chats the bot writes on. It can be changed, also from the same message."""
        surface = arguments.get("surface", "")
        if surface != which_chat.LAST and surface not in await channels.open_to(context):
            raise Gone(which_chat.not_there(surface))
        before = await settings.of(context)
        wanted = () if surface == which_chat.LAST else (surface,)
        chosen = before.model_copy(update={"channels": wanted, "asked": True})
        await settings.keep(context, chosen)
        await which_chat.settle(context, chosen)
        return which_chat.answered(chosen).model_copy(update={"replace": True})

    async def _done(self, context: Context, said: str) -> Message:
        return await self._shown(context, {}, said=said)

    async def _shown(self, context: Context, arguments: Mapping[str, str], *, said: str = "") -> Message:
        wishes = await settings.of(context)
        coming = await self._coming(context, wishes)
        at = paging.offset(arguments)
        page = paging.page_of(coming[at:])
        text = "" if coming else self._nothing(context, wishes)
        return Message(
            title=_("Påminnelsene dine"),
            text="\n".join(filter(None, (said, text))),
            facts=_facts(wishes, self._off(wishes), context.today),
            sections=tuple(_days(page)),
            buttons=(
                *_buttons(wishes, context.today),
                *paging.buttons(coming[at:], Do.SHOW, {"page": str(at // paging.SIZE)}),
            ),
            small=paging.place(at, len(page), len(coming)),
        )

    async def _coming(self, context: Context, wishes: Wishes) -> Sequence[Coming]:
        """What is to come, soonest first, but for what is done already: one statement, and those of each kind."""
        person_id = context.actor.person_id
        found = await reminders.of_person(
            context.session, person_id, context.now - AHEAD, context.now + AHEAD, [ReminderStatus.PENDING]
        )
        wanted = [each for each in found if each.reminder.kind in self._handing.kinds and self._is_wanted(each, wishes)]
        rows = [due_row(each, context.actor.language) for each in _latest(wanted)]
        drawn = await self._handing.drawn(context.session, rows, context.now)
        by_id = {each.reminder.id: each for each in wanted}
        return [
            Coming(by_id[row.id], draw().title)
            for row in rows
            if not isinstance(draw := drawn.get(row.id, Reason.CHANGED), Reason)
        ]

    def _is_wanted(self, known: Known, wishes: Wishes) -> bool:
        of = known.reminder
        over = of.expires_at is not None and of.expires_at <= of.send_at
        return not over and (of.kind not in wishes.off or of.kind not in self._optional)

    def _off(self, wishes: Wishes) -> str:
        return ", ".join(_(self._handing.kinds[name].label) for name in wishes.off if name in self._optional)

    @staticmethod
    def _nothing(context: Context, wishes: Wishes) -> str:
        if settings.is_to_come(wishes, context.today):
            return _("Det kommer ingen påminnelser de neste 14 dagene.")
        if not context.actor.roles:
            return _(
                "Det kommer ingen påminnelser de neste 14 dagene. Du er ikke med i noe utvalg. "
                "Spør sekretariatet hvis det er feil."
            )
        return _("Det kommer ingen påminnelser de neste 14 dagene. Skriv {command} for å se hva du skal gjøre.").format(
            command=typed("frister")
        )


def due_row(known: Known, language: str) -> DueRow:
    """A reminder as it is drawn, for somebody who is spoken to in `language`."""
    values = known.reminder._asdict()
    same = {name: values[name] for name in DueRow._fields if name in values}
    return DueRow(**same, language=language, gone=False)


def _latest(found: Sequence[Known]) -> Sequence[Known]:
    """Of several of one kind about one thing that are said at the same moment, the latest, as when they are said."""
    last = {}
    for each in sorted(found, key=lambda known: (known.reminder.due_at, known.reminder.id)):
        last[each.reminder.send_at, each.reminder.kind, each.reminder.subject] = each
    return sorted(last.values(), key=lambda known: (known.reminder.send_at, known.reminder.id))


def _days(page: Sequence[Coming]) -> Sequence[Section]:
    """What is said on each day, in one section."""
    zone = LOCAL_ZONE.key
    by_day = groupby(page, key=lambda coming: local_day(coming.known.reminder.send_at))
    found = []
    for _day, those in by_day:
        lines = list(those)
        said = [f"{dates.clock(each.known.reminder.send_at, zone)}  {each.title}" for each in lines]
        found.append(Section(title=dates.day(lines[0].known.reminder.send_at, zone), text="\n".join(said)))
    return found


def _facts(wishes: Wishes, off: str, today: date) -> tuple[Fact, ...]:
    quiet = _("ingen")
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        quiet = _("{start}–{end}").format(start=f"{wishes.quiet_from:%H.%M}", end=f"{wishes.quiet_until:%H.%M}")
    found = [
        (_("Stille timer"), quiet),
        (_("Dager"), _("alle") if set(wishes.weekdays) == set(WEEKDAYS) else _weekdays(wishes)),
        (
            _("Samlet i én melding"),
            _("kl. {clock}").format(clock=f"{wishes.gather_at:%H.%M}") if wishes.gather_at else _("nei"),
        ),
    ]
    if wishes.channels:
        found.insert(0, (_("Meldingene kommer først"), ", ".join(channels.name(each) for each in wishes.channels)))
    if wishes.invitations is not None:
        found.append((_("Invitasjoner til møter på e-post"), _("ja") if wishes.invitations else _("nei")))
    if off:
        found.append((_("Slått av"), off))
    if settings.is_to_come(wishes, today) and wishes.paused_from and wishes.paused_until:
        until = f"{dates.weekday(wishes.paused_until)} {dates.long_date(wishes.paused_until)}"
        said = _("til {day}").format(day=until)
        if wishes.paused_from > today:
            said = _("fra {first} til {day}").format(first=dates.long_date(wishes.paused_from), day=until)
        found.append((_("Pause"), said))
    return tuple(Fact(label=label, value=value) for label, value in found)


def _weekdays(wishes: Wishes) -> str:
    return ", ".join(dates.weekday(_MONDAY + timedelta(days=day)) for day in sorted(wishes.weekdays))


def _buttons(wishes: Wishes, today: date) -> tuple[Button, ...]:
    change = Button(label=_("Endre"), action=Do.SETTINGS)
    if settings.is_to_come(wishes, today):
        return (change, Button(label=_("Avslutt pausen"), action=Do.RESUME))
    return (change, Button(label=_("Ta en pause"), action=Do.PAUSE))
