"""«Minn meg senere»: a reminder that somebody has got is said once more, when they want it.

It is a new reminder of the same kind, about the same, whose occurrence is that of the first with the moment behind it.
So it is drawn from how things stand then, withdrawn with the first, and pressing twice is as once.
"""

from collections.abc import Mapping
from datetime import datetime

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.messages.message import Button, Message, Section
from handlers.people.context import Context
from handlers.reminded import settings
from handlers.reminded.mine import due_row
from handlers.reminders.actions import Do
from handlers.reminders.handing import Handing
from handlers.reminders.kind import Reason
from handlers.reminders.later import Later, choices, moments
from handlers.reminders.when import MORNING, send_at
from handlers.writing.language import N_, _
from storage import reminders
from storage.reminders import SNOOZED, Known, Row
from storage.tables import ReminderStatus

_WHY_NOT: Mapping[Reason, str] = {
    Reason.DONE: N_("Dette er gjort, så jeg minner deg ikke på det mer."),
    Reason.OVER: N_("Fristen er ute, så det er ikke noe å minne om."),
    Reason.CHANGED: N_("Dette er endret siden, så denne påminnelsen gjelder ikke lenger."),
    Reason.NOT_THEIRS: N_("Dette gjelder ikke deg lenger."),
    Reason.NEWER: N_("Du har fått en nyere påminnelse om det samme."),
    Reason.UNWANTED: N_("Du har slått av slike påminnelser."),
}


class Snoozing:
    """Puts reminders off. `handing`: what hands them over."""

    def __init__(self, handing: Handing) -> None:
        self._handing = handing

    async def choose(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """«Minn meg senere»: when."""
        known, shown = await self._read(context, arguments)
        if isinstance(shown, Reason):
            return _not_any_more(shown)
        return _offered(known, shown, context.now)

    async def snooze(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """One of the moments."""
        known, shown = await self._read(context, arguments)
        if isinstance(shown, Reason):
            return _not_any_more(shown)
        of = known.reminder
        wanted = arguments.get("later", "")
        wishes = await settings.of(context)
        found = moments(of.expires_at, context.now, wishes.gather_at or MORNING)
        if wanted not in found:
            # The button is from before, and that moment comes too late by now.
            return _offered(known, shown, context.now)
        due_at = found[Later(wanted)]
        at = send_at(due_at, of.expires_at, wishes, context.now)
        if of.expires_at is not None and at >= of.expires_at:
            return Message(
                title=_("Da har du pause"),
                text=_("Fristen går ut før pausen er over, så jeg kan ikke minne deg på dette."),
                buttons=(Button(label=_("Avslutt pausen"), action=Do.RESUME),),
            )
        await self._write(context, known, due_at, at)
        return Message(
            title=_("Jeg minner deg {when}").format(when=dates.day_and_clock(at, LOCAL_ZONE.key)),
            text=shown.title,
        )

    async def _read(self, context: Context, arguments: Mapping[str, str]) -> tuple[Known, Message | Reason]:
        """The reminder, and what it says now, or why it would not be said.

        Raises:
            Gone: there is none, or it is another person's.
        """
        number = arguments.get("reminder", "")
        known = (
            await reminders.with_id(context.session, int(number)) if number.isdecimal() and len(number) < 16 else None
        )
        if known is None or known.reminder.person_id != context.actor.person_id:
            raise Gone(_("Påminnelsen er ikke her lenger."))
        of = known.reminder
        if of.expires_at is not None and of.expires_at <= context.now:
            return known, Reason.OVER
        kind = self._handing.kinds.get(of.kind)
        if kind is None:
            return known, Reason.CHANGED
        if kind.optional and of.kind in (await settings.of(context)).off:
            return known, Reason.UNWANTED
        drawn = (await self._handing.drawn(context.session, [due_row(known, context.actor.language)], context.now))[
            of.id
        ]
        return known, drawn if isinstance(drawn, Reason) else drawn()

    @staticmethod
    async def _write(context: Context, known: Known, due_at: datetime, at: datetime) -> None:
        """One is pending at most: whoever chooses another moment means that one."""
        of = known.reminder
        original = of.occurrence.partition(SNOOZED)[0]
        occurrence = f"{original}{SNOOZED}{due_at.isoformat()}"
        others = [
            each.id
            for each in await reminders.about(context.session, [of.subject], [of.kind])
            if each.person_id == of.person_id
            and each.occurrence != occurrence
            and each.occurrence.startswith(f"{original}{SNOOZED}")
        ]
        await reminders.withdraw(context.session, others, Reason.NEWER, context.now)
        row = Row(
            of.kind,
            occurrence,
            of.person_id,
            of.subject,
            meeting_id=of.meeting_id,
            committee_id=of.committee_id,
            due_at=due_at,
            send_at=at,
            expires_at=of.expires_at,
            status=ReminderStatus.PENDING,
            reason="",
            created_at=context.now,
            settled_at=None,
        )
        await reminders.write(context.session, [row])


def _offered(known: Known, shown: Section, now: datetime) -> Message:
    """When it can be said again."""
    of = known.reminder
    offered = choices(of.id, of.expires_at, now)
    facts: tuple[str, ...] = (shown.title,)
    if of.expires_at is not None:
        ends = dates.day_and_clock(of.expires_at, LOCAL_ZONE.key)
        facts = (*facts, _("Det gjelder til {moment}.").format(moment=ends))
    if not offered:
        return Message(title=_("Det er for sent å utsette dette"), text="\n".join(facts))
    return Message(title=_("Når skal jeg minne deg?"), text="\n".join(facts), buttons=offered)


def _not_any_more(reason: Reason) -> Message:
    return Message(title=_(_WHY_NOT[reason]))
