"""What people read about something that they are to do."""

from collections.abc import Sequence
from datetime import date

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.cases import closed
from handlers.decisions.following.holders import Held
from handlers.decisions.views import beside_title, task_facts, task_named, where
from handlers.meetings.follow_up_actions import Do, button
from handlers.meetings.minutes import to_do
from handlers.messages.message import Button, Fact, Message, Page
from handlers.writing.language import N_, _
from storage.decided_at import At
from storage.follow_ups import Task
from storage.history import Event
from storage.tables import FollowUpStatus

RHYTHMS = {"week": N_("Hver uke"), "month": N_("Hver måned"), "quarter": N_("Hvert kvartal")}


def case(at: At) -> str:
    """«33/24 Felles opplæring», as everybody may read it who has something to do because of it."""
    title = at.title if at.item is None or not at.item.closed_under else closed.title(at.item)
    return f"{at.number} {title}".strip()


def facts(task: Task, today: date) -> tuple[Fact, ...]:
    """The case, when it was decided, whose it is, by when, and how it stands."""
    return (
        Fact(label=_("Sak"), value=case(task.at)),
        Fact(label=_("Bestemt"), value=where(task.at)),
        *task_facts(task, today),
    )


def page_of(task: Task) -> Page:
    """Where whoever is not on chat answers."""
    return Page(reference="", action=Do.SHOW, arguments={"follow": str(task.row.id)})


def show(task: Task, label: str = "") -> Button:
    return button(Do.SHOW, label or _("Vis oppfølgingen"), task.row)


def answers(task: Task) -> tuple[Button, ...]:
    """What whoever has it answers."""
    row, found = task.row, []
    if row.status == FollowUpStatus.OPEN:
        found.append(button(Do.RECEIVED, _("Mottatt"), row))
    if row.status != FollowUpStatus.TAKEN:
        found.append(button(Do.TAKE, _("Tar ansvar"), row, style="primary"))
    done = button(Do.DONE, _("Gjort"), row, style="primary" if row.status == FollowUpStatus.TAKEN else "default")
    return (*found, done, button(Do.MORE_TIME, _("Trenger mer tid"), row))


def to_choose(task: Task) -> Button:
    """For the secretariat that has it until it has found somebody."""
    return button(Do.CHANGE, _("Velg eier og frist"), task.row, style="primary")


def to_holder(task: Task, held: Held, today: date) -> Message:
    """To whoever has it, while it is to be done."""
    reason = _(held.why.value).format(owner=task.owner) if held.why.value else ""
    title, buttons = _("Oppfølging til deg: {text}"), answers(task)
    if held.is_fallback:
        title, buttons = _("Mangler eier: {text}"), (to_choose(task),)
    return Message(
        title=title.format(text=task_named(task)),
        text="\n\n".join(filter(None, (reason, beside_title(task)))),
        facts=facts(task, today),
        buttons=(*buttons, show(task, _("Flere valg"))),
        page=page_of(task),
    )


def over(task: Task, last: Event | None, *, noted: bool) -> Message:
    """In the place of it, when there is nothing more for them to do. `noted`: with what was said with the event."""
    if not task.at.is_in_force:
        title, text = _("Referatet rettes: {text}"), _("Du får beskjed hvis dette gjelder når referatet er rettet.")
        return Message(title=title.format(text=task_named(task)), text=text)
    if task.row.status == FollowUpStatus.DONE:
        title = _("Gjort: {text}")
    elif task.row.status == FollowUpStatus.DROPPED:
        title = _("Bortfalt: {text}")
    else:
        title = _("Ikke lenger hos deg: {text}")
    return Message(
        title=title.format(text=task_named(task)),
        text=line(last if noted else last._replace(note="")) if last is not None else "",
        facts=(
            Fact(label=_("Sak"), value=case(task.at)),
            Fact(label=_("Ansvarlig"), value=to_do.owner(task)),
        ),
    )


def gone() -> Message:
    """In the place of it, when it was taken out of the minutes."""
    return Message(title=_("En oppfølging er tatt bort fra referatet"), text=_("Du trenger ikke gjøre noe."))


# --- its events -----------------------------------------------------------------------------------------------


def when(event: Event) -> str:
    """«3. des. 2026 kl. 13.00»."""
    zone = str(LOCAL_ZONE)
    return _("{day} kl. {clock}").format(day=dates.short_day(event.at, zone), clock=dates.clock(event.at, zone))


def line(event: Event) -> str:
    """One event in words: «Eksempel Kliniker tok ansvar, 3. des. 2026 kl. 13.00.»"""
    words = {
        "added": _("{who} la til oppfølgingen"),
        "received": _("{who} bekreftet å ha mottatt den"),
        "taken": _("{who} tok ansvar"),
        "done": _("{who} meldte at den er gjort"),
        "more_time": _("{who} trenger mer tid, til {due}"),
        "no_more_time": _("{who} sa nei til mer tid. Fristen er {due}"),
        "passed_on": _("{who} ga den videre til {owner}"),
        "not_mine": _("{who} svarte at den ikke er deres"),
        "reported": _("{who} meldte status"),
        "rhythm": _("{who} melder status: {rhythm}"),
        "changed": _("{who} endret eier og frist: {owner}, {due}"),
        "dropped": _("{who} tok den bort"),
        "revoked": _("Vedtaket ble opphevet"),
        "reopened": _("{who} åpnet den igjen"),
    }.get(event.kind, event.kind)
    rhythm = RHYTHMS.get(str(event.data.get("rhythm", "")))
    said = words.format(
        who=event.actor or _("Boten"),
        due=_day(event.data.get("due")),
        owner=event.data.get("owner") or _("ingen eier"),
        rhythm=_(rhythm).lower() if rhythm else _("ikke lenger"),
    )
    note = f": {event.note}" if event.note else ""
    return f"{said}, {when(event)}{note}"


def _day(stored: object) -> str:
    return dates.long_date(date.fromisoformat(str(stored))) if stored else _("ingen frist")


def told(events: Sequence[Event]) -> str:
    """What has happened to it, a line for each event, the last one last."""
    return "\n".join(f"• {line(event)}" for event in events)
