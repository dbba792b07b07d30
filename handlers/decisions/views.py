"""How a decision is read, wherever it is shown."""

from collections.abc import Sequence
from datetime import date

from handlers.calendar import dates
from handlers.cases import closed
from handlers.cases.views import links as links_of
from handlers.decisions import access
from handlers.decisions.actions import case_button, decision_button
from handlers.meetings.at_hand import about as about_meeting
from handlers.meetings.document_names import MINUTES
from handlers.meetings.follow_up_actions import Do as FollowUpDo
from handlers.meetings.follow_up_actions import button as follow_up_button
from handlers.meetings.minutes import to_do
from handlers.meetings.minutes.round.who import is_of_committee
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.message import Button, Fact, FileLink, FileRef, Link, Section
from handlers.people.context import Actor, Context
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage.decided_at import At
from storage.decisions import Decision
from storage.follow_ups import Task
from storage.tables import AgendaItem

_SHOWN = 300
"""As much of a text as stands in a list of several."""
_IN_TITLE = 100
_FOLLOWING = 3
"""As many of what follows from a decision."""


def title(actor: Actor, at: At) -> str:
    """«33/24 Felles opplæring», as the actor may read it."""
    if at.item is not None and not access.sees(actor, at):
        return f"{at.number} {closed.title(at.item)}".strip()
    return f"{at.number} {at.title}".strip()


def where(at: At) -> str:
    """«Faglig samarbeidsutvalg (FSU), 3. des. 2026»."""
    return f"{at.committee.name}, {day(at)}"


def day(at: At) -> str:
    return dates.short_day(at.meeting.starts_at, at.meeting.zone)


def wording(actor: Actor, decision: Decision) -> str:
    """The decision, word for word, for whoever may see what its case is about."""
    return decision.row.text if access.sees(actor, decision.at) else ""


def named(actor: Actor, decision: Decision) -> str:
    """«33/24 Felles opplæring (Faglig samarbeidsutvalg (FSU), 3. des. 2026)»."""
    return f"{title(actor, decision.at)} ({where(decision.at)})"


def tasks(actor: Actor, decision: Decision) -> Sequence[Task]:
    """What follows from it, as far as the actor may know: of a closed case, what they see to themselves."""
    if access.sees(actor, decision.at):
        return decision.tasks
    return [task for task in decision.tasks if access.sees_to(actor, task)]


def status(decision: Decision, today: date) -> str:
    """Where it stands: revoked, to be done, overdue, done."""
    if decision.is_revoked:
        return _("Opphevet")
    if any(task.is_overdue(today) for task in decision.tasks):
        return _("Forfalt")
    if any(task.is_open for task in decision.tasks):
        return _("Følges opp")
    if decision.tasks:
        return _("Fulgt opp")
    return _("Krever ingen oppfølging") if decision.row.settled else ""


def revoked_by(actor: Actor, decision: Decision) -> str:
    """«Opphevet av 12/2027 Ny plan (FSU, 3. des. 2027)»; empty: it was not."""
    if decision.later is None:
        return _("Opphevet") if decision.is_revoked else ""
    if not access.may_read(actor, decision.later):
        # A decision of a committee that they do not read: where it was made, and not what it is about.
        return _("Opphevet av {decision}").format(decision=where(decision.later.at))
    return _("Opphevet av {decision}").format(decision=named(actor, decision.later))


def line(context: Context, decision: Decision) -> Section:
    """The decision in a list of several. Minutes that were read in have longer texts than a form takes, and eight of
    them are to go into one card."""
    actor, at = context.actor, decision.at
    follows = tasks(actor, decision)
    to_do_lines = [f"• {to_do.line(task, context.today, room=100)}" for task in follows[:_FOLLOWING]]
    if left := len(follows) - len(to_do_lines):
        to_do_lines.append(ngettext("… og {count} til", "… og {count} til", left).format(count=left))
    facts = (
        (_("Avgjort ved"), how_decided(at.entry.how_decided) if access.sees(actor, at) else ""),
        (_("Oppfølging"), "\n".join(to_do_lines)),
        (_("Status"), revoked_by(actor, decision) or status(decision, context.today)),
    )
    return Section(
        title=shorten(title(actor, at), 150),
        text="\n".join(filter(None, (shorten(wording(actor, decision), _SHOWN), where(at)))),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(decision_button(decision),),
    )


def task_line(context: Context, task: Task) -> Section:
    """Something that is to be done, in a list of several."""
    return Section(
        title=shorten(task.row.text, 150),
        text=f"{title(context.actor, task.at)} – {where(task.at)}",
        facts=task_facts(task, context.today),
        buttons=(follow_up_button(FollowUpDo.SHOW, _("Vis oppfølgingen"), task.row),),
    )


def task_title(task: Task) -> str:
    """«Oppfølging: Invitere prosjektlederen»."""
    return _("Oppfølging: {text}").format(text=task_named(task))


def task_named(task: Task) -> str:
    """«Lage en plan for opplæringen», as much of it as stands in a title."""
    return shorten(" ".join(task.row.text.split()), _IN_TITLE)


def beside_title(task: Task) -> str:
    """What is to be done, word for word, where the title has not room for all of it."""
    return "" if task_named(task) == task.row.text else task.row.text


def decided_in(context: Context, task: Task) -> tuple[Fact, ...]:
    """The case that it follows from, and when that was decided."""
    return (
        Fact(label=_("Sak"), value=title(context.actor, task.at)),
        Fact(label=_("Bestemt"), value=where(task.at)),
    )


def task_facts(task: Task, today: date) -> tuple[Fact, ...]:
    """Whose it is, by when, and how it stands."""
    facts = (
        (_("Ansvarlig"), to_do.owner(task)),
        (_("Frist"), to_do.due(task) or _("ingen frist")),
        (_("Status"), to_do.status(task, today)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts)


def papers(context: Context, at: At) -> tuple[tuple[FileLink, ...], tuple[Link, ...]]:
    """The minutes, for whoever may read them, and what is attached to the case, for whoever may see it."""
    files: tuple[FileLink, ...] = ()
    if is_of_committee(context.actor, at.committee.id) and not at.paper:
        label = _("Referat {day} (Word)").format(day=day(at))
        files = (FileLink(label=label, file=FileRef(document=MINUTES, arguments=about_meeting(at.meeting))),)
    attached = at.item.links if at.item is not None and access.sees(context.actor, at) else ()
    return files, links_of(attached)


def attached(item: AgendaItem, *, sees: bool) -> tuple[Section, ...]:
    """What is attached to a case."""
    links = links_of(item.links) if sees else ()
    return (Section(title=_("Vedlegg"), links=links),) if links else ()


def to_case(at: At) -> tuple[Button, ...]:
    """To the case that it was decided in, if it was one."""
    return (case_button(at.item.id, _("Hele saken")),) if at.item is not None else ()
