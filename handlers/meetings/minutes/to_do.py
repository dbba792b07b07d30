"""How something that is to be done after a meeting (oppfølging) is read: whose it is, by when, and how it stands."""

from collections.abc import Mapping
from datetime import date

from handlers.calendar import dates
from handlers.calendar.due import is_date
from handlers.meetings.minutes import views
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage.follow_ups import Task
from storage.tables import FollowUpStatus

_SHOWN = 300
"""As much of it as stands in a list."""

STATUS: Mapping[FollowUpStatus, str] = {
    FollowUpStatus.OPEN: N_("Ikke bekreftet"),
    FollowUpStatus.RECEIVED: N_("Mottatt"),
    FollowUpStatus.TAKEN: N_("Under arbeid"),
    FollowUpStatus.DONE: N_("Gjort"),
    FollowUpStatus.DROPPED: N_("Bortfalt"),
    FollowUpStatus.HISTORY: N_("Fra et gammelt papir, følges ikke opp her"),
}


def status(task: Task, today: date) -> str:
    """How it stands, in a word or two: «Mottatt», «Forfalt, under arbeid»."""
    words = _(STATUS[FollowUpStatus(task.row.status)])
    if not task.is_overdue(today):
        return words
    return _("Forfalt, {status}").format(status=words[:1].lower() + words[1:])


def due(task: Task) -> str:
    """By when, with the words that were said where these are no date; empty: nobody said."""
    if task.due is not None and is_date(task.row.due_text):
        return dates.long_date(task.due)
    return views.due(task.row)


def owner(task: Task) -> str:
    """Who is to do it; and where it is somebody who has left, that."""
    if not task.has_owner:
        return _("ingen eier")
    return _("{name} (ikke lenger med)").format(name=task.owner) if task.has_left else task.owner


def line(task: Task, today: date, *, room: int = _SHOWN) -> str:
    """«Invitere prosjektlederen – Arbeidsutvalget, frist 12. mars 2027. Mottatt.»"""
    by = due(task)
    when = _("frist {day}").format(day=by) if by else _("ingen frist")
    return f"{shorten(task.row.text, room)} – {owner(task)}, {when}. {status(task, today)}."
