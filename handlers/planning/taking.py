"""A plan is handed in: as a file on the page, or as a text that somebody wrote. It is kept until it is stored."""

from collections.abc import Mapping
from datetime import date, datetime

from handlers.capability import Handed, Intake
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.planning import at_hand, page
from handlers.planning.actions import Do, button
from handlers.planning.answers import PlanAnswers
from handlers.planning.kept import as_json, guarded
from handlers.planning.planned import PlanRead
from handlers.writing.language import _
from storage.tables import MeetingPlan

LIMIT = 20_000_000
"""Bytes: what a page of ours takes."""
ACCEPTED = ".csv,.xlsx,.docx,.pdf,.ics,.txt"
"""What the names of plans end in."""


async def _allow(context: Context, arguments: Mapping[str, str]) -> None:
    at_hand.require_planner_of_any(context)
    at_hand.year_said(arguments)


def _look(arguments: Mapping[str, str], file: Handed) -> PlanRead:
    from handlers.planning.reading import reader  # noqa: PLC0415 - slow to import, and plans are read seldom

    year = at_hand.year_said(arguments)
    return reader.read(file.name, file.content, year, date(year, 1, 1))


async def _take(context: Context, arguments: Mapping[str, str], read: PlanRead) -> Reply:
    at_hand.require_planner_of_any(context)
    return await taken(context, read, at_hand.year_said(arguments), context.now)


async def taken(context: Context, read: PlanRead, year: int, now: datetime) -> Message:
    """Keep what was read, and show what it would come to. What has nothing in it is not kept.

    `year`: the one that its page is of.
    """
    back = button(Do.YEAR, _("Vis året"), year)
    read = guarded(read)
    if not read.rows:
        why = "\n".join((*(each.text for each in read.problems), *read.notes))
        return Message(
            title=_("Jeg finner ingen møter i planen"),
            text=why or _("Skriv utvalg, dato og klokkeslett, for eksempel «FSU: 25/1, 2/5 og 5/9 12.30–15.30»."),
            buttons=(back,),
        )
    found = await keep(context, read, year, now)
    shown = await page.drawn(context, found, {})
    return shown.model_copy(update={"replace": False})


async def keep(context: Context, read: PlanRead, year: int, now: datetime) -> MeetingPlan:
    row = MeetingPlan(
        name=read.name,
        year=year,
        read=as_json(read),
        answers=PlanAnswers().as_json(),
        by_id=context.actor.person_id,
        at=now,
    )
    context.session.add(row)
    await context.session.flush()
    return row


def read_text(text: str, year: int | None, context: Context) -> PlanRead:
    """
    Raises:
        BotError: nothing of it can be read; says why, and what to do.
    """
    from handlers.planning.reading import reader  # noqa: PLC0415

    return reader.read_text(text, year, context.today)


INTAKE = Intake(Do.HAND_IN, LIMIT, _allow, _look, _take)
