"""`/avvik mine`: what became of what I reported. `/avvik kø`: what waits for the units I handle, serious ones
first, then oldest first."""

from collections.abc import Mapping, Sequence

from handlers.deviations import describe, notice, views
from handlers.deviations.access import own_posts
from handlers.deviations.actions import Do
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Message, Section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed
from storage import deviations, units
from storage.deviations import Report


async def mine(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor's own reports, the one that changed last first."""
    found = await deviations.reported_by(
        context.session, context.actor.person_id, paging.offset(arguments), paging.SIZE + 1
    )
    if not found:
        return Message(
            title=_("Du har ikke meldt noen avvik"),
            text=_(
                "Skriv {report} for å melde et. Ordnet det seg på stedet, er det nok å telle det: skriv {count}."
            ).format(report=typed("avvik"), count=typed("avvik direkte")),
        )
    return Message(
        title=_("Avvikene du har meldt"),
        sections=tuple(
            Section(
                title=f"{report.deviation.reference}: {describe.categories(report)}",
                text=_own_line(context, report),
                buttons=(views.show(report),),
            )
            for report in paging.page_of(found)
        ),
        buttons=paging.buttons(found, Do.MINE, arguments),
        replace="page" in arguments,
    )


async def queue(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the units that the actor handles owe an answer to, serious ones first, then oldest first: a fixed number of
    statements."""
    posts = await own_posts(context)
    if not posts.handles:
        return Message(
            title=_("Du behandler ikke avvik for noen enhet"),
            text=_(
                "Er det feil? Be koordinatoren føre deg opp. Avvik du har meldt selv, finner du med {command}."
            ).format(command=typed("avvik mine")),
        )
    at = paging.offset(arguments)
    found, count = await deviations.queue(
        context.session, posts.handles, posts.leads, context.today, at, paging.SIZE + 1
    )
    if not found:
        return Message(title=_("Ingen avvik venter på deg"), text=_("Ingenting venter på svar fra enheten din nå."))
    shown = paging.page_of(found)
    staff = await units.staff(context.session, {report.deviation.unit_id for report in shown}, context.today)
    works_there = {(one.unit_id, one.person_id) for one in staff}
    return Message(
        title=ngettext("{count} avvik venter på svar", "{count} avvik venter på svar", count).format(count=count),
        text=paging.place(at, len(shown), count),
        sections=tuple(
            Section(
                title=describe.title(report),
                text=_line(
                    context, report, taken=(report.deviation.unit_id, report.deviation.handler_id) in works_there
                ),
                buttons=(views.show(report),),
            )
            for report in shown
        ),
        buttons=paging.buttons(found, Do.QUEUE, arguments),
        replace="page" in arguments,
    )


def _line(context: Context, report: Report, *, taken: bool) -> str:
    """«12 dager · frist 22. sep. 2026, om 9 dager · Eksempel Nurse har tatt saken»."""
    parts: Sequence[str] = (
        report.unit.name,
        describe.age(report, context.now),
        _("frist {deadline}").format(deadline=describe.deadline(report, context.now)),
        describe.who_has_it(report, taken=taken),
        notice.clock(report, context.now),
    )
    return " · ".join(filter(None, parts))


def _own_line(context: Context, report: Report) -> str:
    """«Hjemmetjenesten, Eksempel kommune – Besvart», and of a serious one where it stands with the statutory notice."""
    parts = (describe.unit_name(report), describe.status(report, own=True), notice.clock(report, context.now))
    return " – ".join(filter(None, parts))
