"""How a case reads: to its secretariat, to whoever proposed it, and as news."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.calendar import dates
from handlers.cases.actions import Do, about, button
from handlers.cases.duration import duration
from handlers.cases.numbers import shown_number
from handlers.cases.wishes import is_open
from handlers.messages.message import Button, Confirm, Fact, Link, Message, Page, Style
from handlers.people.recognising import called
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage.cases import UNDECIDED, Case
from storage.history import Event
from storage.tables import AgendaItem, ItemStatus, Left, Meeting

_ASKED_LENGTH = 150
"""How much of a title stands in a question: all of it that every platform shows."""

TYPES = {
    "O": N_("Orientering"),
    "D": N_("Drøfting"),
    "B": N_("Beslutning"),
    "dialog": N_("Dialog"),
}
"""What is asked of the meeting. The keys stand in numbers: `1/2026 (O/D)`."""

_STATUS = {
    ItemStatus.PROPOSED: N_("Venter på sekretariatet"),
    ItemStatus.QUESTIONED: N_("Venter på svar fra forslagsstilleren"),
    ItemStatus.DEFERRED: N_("Tas i et senere møte"),
    ItemStatus.ACCEPTED: N_("På sakslisten"),
    ItemStatus.RETURNED: N_("Sendt tilbake"),
    ItemStatus.WITHDRAWN: N_("Trukket"),
    ItemStatus.REMOVED: N_("Tatt av sakslisten"),
    ItemStatus.HANDLED: N_("Behandlet"),
}

BUTTONS = {
    "accepted": N_("Sett på sakslisten"),
    "returned": N_("Send tilbake"),
    "deferred": N_("Ta senere"),
    "moved": N_("Send til annet utvalg"),
    "rescheduled": N_("Flytt til et annet møte"),
    "removed": N_("Ta av sakslisten"),
    "postponed": N_("Utsett til et senere møte"),
}
"""What the button is called that takes an event: those that can be undone."""

_LEFT = {
    Left.MOVED: N_("{number}, møtet {day}: flyttet"),
    Left.REMOVED: N_("{number}, møtet {day}: utgår"),
    Left.UNDONE: N_("{number}: satt av til saken"),
    Left.POSTPONED: N_("{number}, møtet {day}: utsatt"),
    Left.REFERRED: N_("{number}, møtet {day}: sendt videre"),
}


SENT_BACK = (ItemStatus.RETURNED, ItemStatus.REMOVED)
"""Where the proposer may send the case in again."""


def status_of(status: str) -> str:
    """Where a case stands, in a few words, without its number and meeting."""
    return _(_STATUS[ItemStatus(status)])


def status(case: Case, *, own: bool = False) -> str:
    """Where the case stands, in a few words, with its number and meeting if it has them. `own`: to its proposer."""
    words = _(_STATUS[ItemStatus(case.item.status)])
    if case.committee.removed_at is not None and case.item.status in UNDECIDED:
        return _("Utvalget er lagt ned, så saken blir ikke behandlet der")
    if own and case.item.status == ItemStatus.QUESTIONED:
        words = _("Venter på svar fra deg")
    if case.item.status == ItemStatus.ACCEPTED:
        words = _("På sakslisten som {number}").format(number=number(case.item))
    if case.meeting is not None and case.item.status in (
        ItemStatus.ACCEPTED,
        ItemStatus.DEFERRED,
        ItemStatus.HANDLED,
    ):
        day = dates.short_day(case.meeting.starts_at, case.meeting.zone)
        if case.meeting.cancelled_at is not None:
            return _("{status}, men møtet {day} er avlyst").format(status=words, day=day)
        words = _("{status}, møtet {day}").format(status=words, day=day)
    return words


def number(item: AgendaItem) -> str:
    """The case's number as it is read: with what type the case is by now, where the number says another."""
    return shown_number(item.number, item.number_types, item.types) if item.number else ""


def named(item: AgendaItem) -> str:
    """«1/2026 (O/D) Felles opplæring», or the title of a case without a number."""
    return f"{number(item)} {item.title}".strip()


def when_and_where(meeting: Meeting) -> str:
    when = dates.day_and_clock(meeting.starts_at, meeting.zone)
    return f"{when}, {meeting.place}" if meeting.place else when


def is_stranded(case: Case) -> bool:
    """Whether the case is on the agenda of a meeting that has been cancelled."""
    return case.item.status == ItemStatus.ACCEPTED and _planned(case) is None


def _planned(case: Case) -> Meeting | None:
    """The case's meeting, unless it has been cancelled."""
    return case.meeting if case.meeting is not None and case.meeting.cancelled_at is None else None


def type_names(types: Sequence[str]) -> str:
    return ", ".join(_(TYPES[key]) for key in types if key in TYPES)


def presenters(item: AgendaItem, names: Mapping[int, str]) -> str:
    listed = [names[person_id] for person_id in item.presenter_ids if person_id in names]
    return ", ".join(filter(None, [*listed, item.presenters_text]))


LABELS = {
    "committee": N_("Utvalg"),
    "title": N_("Tittel"),
    "purpose": N_("Hensikt"),
    "types": N_("Type"),
    "presenters": N_("Legges fram av"),
    "minutes": N_("Tid"),
    "meeting": N_("Ønsket møte"),
    "conclusion": N_("Forslag til konklusjon"),
    "links": N_("Vedlegg"),
}
"""What the proposer writes is called so wherever it stands: before it is sent, afterwards, in a change."""


def content(case: Case, names: Mapping[int, str]) -> tuple[Fact, ...]:
    """What the proposer wrote, as facts; what was left empty is left out."""
    filed = ((_("Unntatt offentlighet"), case.item.closed_under), (_("Arkivreferanse"), case.item.archive_reference))
    return (
        *written(case.item, case.committee.name, case.meeting, names),
        *(Fact(label=label, value=value) for label, value in filed if value),
    )


def written(
    item: AgendaItem, committee: str, meeting: Meeting | None, names: Mapping[int, str], *, with_links: bool = False
) -> tuple[Fact, ...]:
    """The same of a row that may not be stored yet: what is looked over before it is sent reads as it will afterwards.

    `with_links`: where the addresses cannot stand as links.
    """
    values = {
        "committee": committee,
        "title": item.title,
        "purpose": item.purpose,
        "types": type_names(item.types),
        "presenters": presenters(item, names),
        "minutes": minutes(item.minutes),
        "meeting": _wanted(item, meeting),
        "conclusion": item.conclusion,
        "links": "\n".join(item.links) if with_links else "",
    }
    return tuple(Fact(label=_(LABELS[name]), value=value) for name, value in values.items() if value)


def way(case: Case, *, own: bool = False) -> tuple[Fact, ...]:
    """The numbers that the case had before: its way. `own`: to its proposer, who never saw what was undone."""
    lines = [
        _(_LEFT[former.why]).format(
            number=former.number
            if former.committee_id == case.item.committee_id
            else f"{former.committee} {former.number}",
            day=dates.short_day(former.starts_at, former.zone) if former.starts_at and former.zone else "",
        )
        for former in case.former
        if not (own and former.why is Left.UNDONE)
    ]
    return (Fact(label=_("Tidligere saksnummer"), value="\n".join(lines)),) if lines else ()


def proposer(case: Case) -> str:
    """Who proposed it, as others read it."""
    return called(case.proposer.name, guest=case.proposer.guest, left=case.proposer.left)


def minutes(count: int | None) -> str:
    return duration(count) if count is not None else ""


def wanted_meeting(case: Case, *, short: bool = False) -> str:
    return _wanted(case.item, case.meeting, short=short)


def _wanted(item: AgendaItem, meeting: Meeting | None, *, short: bool = False) -> str:
    if meeting is None:
        if item.meeting_id is not None:
            # It began, or was taken out of the plan, while the form was open: the form says so.
            return ""
        return _("når det passer") if short else _("Når det passer")
    write = dates.short_day if short else dates.day_and_clock
    when = write(meeting.starts_at, meeting.zone)
    if meeting.cancelled_at is not None:
        return _("{when} (avlyst)").format(when=when)
    return _("{when} (etter fristen)").format(when=when) if item.late else when


def links(urls: Sequence[str]) -> tuple[Link, ...]:
    return tuple(
        Link(label=_("Vedlegg {number}").format(number=number), url=url) for number, url in enumerate(urls, start=1)
    )


_SENTENCES = {
    "proposed": N_("{actor} meldte inn saken"),
    "changed": N_("{actor} endret saken"),
    "resubmitted": N_("{actor} sendte saken inn på nytt"),
    "withdrawn": N_("{actor} trakk saken"),
    "accepted": N_("{actor} satte saken på sakslisten som {number}"),
    "questioned": N_("{actor} spurte: {note}"),
    "answered": N_("{actor} svarte: {note}"),
    "returned": N_("{actor} sendte saken tilbake: {note}"),
    "deferred": N_("{actor} utsatte saken til møtet {meeting}"),
    "moved": N_("{actor} sendte saken fra {from_committee} til {to_committee}"),
    "rescheduled": N_("{actor} flyttet saken fra {from_number} til møtet {meeting}, der den er {number}"),
    "removed": N_("{actor} tok saken av sakslisten, der den var {number}"),
    "postponed": N_("{actor} utsatte saken fra {from_number} til møtet {meeting}, der den er {number}"),
    "worded": N_("{actor} endret teksten"),
    "filed": N_("{actor} endret innsyn og arkivreferanse"),
    "undone": N_("{actor} angret «{button}»"),
}


def who_did_what(event: Event, case: Case) -> str:
    """An event as a sentence: «Eksempel Sekretær trakk saken (1. sep. 2026 kl. 10.02)». What the clock did, the bot
    did."""
    zone = case.committee.zone
    data = {"number": "", "from_committee": "", "to_committee": "", "from_number": "", **event.data}
    if event.kind == "undone":
        data["button"] = _(BUTTONS.get(str(data.get("what")), N_("Angre")))
    if "meeting_at" in data:
        # Stored as a moment, so that each reader gets the day in their own language.
        data["meeting"] = dates.short_day(datetime.fromisoformat(data["meeting_at"]), zone)
    sentence = _(_SENTENCES.get(event.kind, "{actor}")).format(actor=event.actor or _("Boten"), note=event.note, **data)
    return _("{what} ({day} kl. {clock})").format(
        what=sentence, day=dates.short_day(event.at, zone), clock=dates.clock(event.at, zone)
    )


def for_secretariat(
    case: Case,
    names: Mapping[int, str],
    last: Event,
    meetings: Sequence[Meeting],
    now: datetime,
    what: tuple[Fact, ...] | None = None,
) -> Message:
    """The message that every secretary of the committee has, in the state that the case is in. `what`: its `content`,
    where that has been drawn."""
    item = case.item
    undecided = item.status in UNDECIDED
    title = named(item)
    target = meeting_to_accept_into(case, meetings, now) if undecided else None
    chosen_for_it = () if target is None or target.id == item.meeting_id else (target,)
    return Message(
        title=_("Forslag til sak: {title}").format(title=item.title) if undecided else title,
        text=last.note if last.kind in ("moved", "removed") else "",
        facts=(
            Fact(label=_("Status"), value=status(case)),
            Fact(label=_("Meldt av"), value=proposer(case)),
            *(content(case, names) if what is None else what),
            *(
                Fact(label=_("Settes opp i møtet"), value=dates.day_and_clock(meeting.starts_at, meeting.zone))
                for meeting in chosen_for_it
            ),
            *way(case),
        ),
        links=links(item.links),
        buttons=(*decisions(case, last.id, meetings, now), *_about_it(case, last.id, now)),
        page=page_of(case),
        small=who_did_what(last, case),
    )


def _about_it(case: Case, last_event: int, now: datetime) -> tuple[Button, ...]:
    """What the secretariat may change of what stands about the case, until its meeting begins."""
    item = case.item
    meeting = _planned(case)
    on_agenda = item.status == ItemStatus.ACCEPTED and meeting is not None and meeting.starts_at > now
    if not on_agenda and item.status not in UNDECIDED:
        return ()
    return (
        button(Do.WORD, _("Endre teksten"), case, event=last_event),
        button(Do.FILE, _("Innsyn og arkiv"), case, event=last_event),
    )


def page_of(case: Case) -> Page:
    """Where a secretary who is not on chat sees the case, as «Vis saken» shows it. A proposal has no number to call it
    by, and its title is not for e-mail."""
    return Page(reference="", action=Do.SHOW, arguments=about(case))


def meeting_to_accept_into(case: Case, coming: Sequence[Meeting], now: datetime) -> Meeting | None:
    """The wanted meeting while it is ahead, else the next one with an open deadline, else the next."""
    wanted = next((meeting for meeting in coming if meeting.id == case.item.meeting_id), None)
    in_time = next((meeting for meeting in coming if is_open(meeting, now)), None)
    return wanted or in_time or next(iter(coming), None)


def decisions(
    case: Case, last_event: int, meetings: Sequence[Meeting], now: datetime, carried: Mapping[str, str] | None = None
) -> tuple[Button, ...]:
    """What the secretariat can do with the case. The buttons carry the last event, so that nobody decides on a case
    that has changed since they saw it, and `carried`."""

    def decision(do: Do, label: str, style: Style = "default", more: Mapping[str, str] | None = None) -> Button:
        return button(do, label, case, event=last_event, style=style, carried={**(more or {}), **(carried or {})})

    later = decision(Do.LATER, _("Ta senere"))
    if case.item.status == ItemStatus.ACCEPTED:
        if is_stranded(case):
            return (later, decision(Do.TAKE_OFF, _("Ta av sakslisten"), style="danger"))
        if case.meeting is None:
            return ()
        move = [decision(Do.MOVE, label, more=to) for label, to in _elsewhere(case)]
        if case.meeting.starts_at <= now:
            return (decision(Do.REPLACE, _("Utsett til et senere møte")), *move)
        return (
            decision(Do.REPLACE, _("Flytt til et annet møte")),
            *move,
            decision(Do.TAKE_OFF, _("Ta av sakslisten"), style="danger"),
        )
    if case.item.status == ItemStatus.REMOVED:
        return (decision(Do.REPLACE, _("Sett på sakslisten igjen")),)
    if case.item.status not in UNDECIDED:
        return ()
    buttons = [accept_button(case, last_event, meetings, now, carried)]
    # Past its deadline but not yet held: the secretariat may still let the case in.
    closed = next((meeting for meeting in meetings if not is_open(meeting, now)), None)
    if closed is not None and not case.item.late and closed is not meeting_to_accept_into(case, meetings, now):
        label = _("Slipp inn i møtet {day}").format(day=dates.short_day(closed.starts_at, closed.zone))
        buttons.append(decision(Do.ACCEPT, label, more={"meeting": str(closed.id)}))
    buttons += [
        decision(Do.ASK, _("Be om mer")),
        later,
        *(decision(Do.MOVE, label, more=to) for label, to in _elsewhere(case)),
        decision(Do.SEND_BACK, _("Send tilbake"), style="danger"),
    ]
    return tuple(buttons)


def _elsewhere(case: Case) -> Sequence[tuple[str, Mapping[str, str]]]:
    """Labels and what is carried: to another committee, and back to the one that it came from."""
    came_from = [each for each in case.item.levels or () if each["committee_id"] != case.item.committee_id][-1:]
    back = [
        (_("Send tilbake til {committee}").format(committee=each["committee"]), {"to": str(each["committee_id"])})
        for each in came_from
    ]
    return (*back, (_("Send til annet utvalg"), {}))


def accept_button(
    case: Case, last_event: int, meetings: Sequence[Meeting], now: datetime, carried: Mapping[str, str] | None = None
) -> Button:
    """«Sett på sakslisten», into the meeting that is shown for it."""
    target = meeting_to_accept_into(case, meetings, now)
    into = {} if target is None or target.id == case.item.meeting_id else {"meeting": str(target.id)}
    carried = {**into, **(carried or {})}
    return button(Do.ACCEPT, _("Sett på sakslisten"), case, event=last_event, style="primary", carried=carried)


def to_present(case: Case) -> Message:
    """What somebody has who is to present the case, which is on an agenda."""
    place = when_and_where(case.meeting) if case.meeting is not None else ""
    facts = (
        (_("Sak"), named(case.item)),
        (_("Møte"), f"{case.committee.name}, {place}"),
        (_("Tid"), minutes(case.item.minutes)),
    )
    return Message(
        title=_("Du er satt opp til å legge fram en sak"),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
    )


def put_on(case: Case, kind: str, data: Mapping[str, Any]) -> Message:
    """News for the proposer: the case is on an agenda, or on another one. `kind`, `data`: of the event of it."""
    again = data.get("before", {}).get("status") == ItemStatus.REMOVED
    title = (
        _("Saken din er utsatt til et senere møte: {title}")
        if kind == "postponed"
        else _("Saken din er flyttet til et annet møte: {title}")
        if kind == "rescheduled"
        else _("Saken din er satt på sakslisten igjen: {title}")
        if again
        else _("Saken din er satt på sakslisten: {title}")
    )
    facts = (
        (_("Saksnummer"), case.item.number or ""),
        (_("Før"), data.get("from_number") or ""),
        (_("Utvalg"), case.committee.name),
        (_("Møte"), when_and_where(case.meeting) if case.meeting is not None else ""),
    )
    return Message(
        title=title.format(title=case.item.title),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
    )


def later(case: Case) -> Message:
    """News for the proposer: the case is taken in a later meeting."""
    return Message(title=_("Saken din tas i et senere møte: {title}").format(title=case.item.title), facts=_where(case))


def _where(case: Case) -> tuple[Fact, ...]:
    """In which meeting the case is."""
    place = when_and_where(case.meeting) if case.meeting is not None else ""
    return (Fact(label=_("Møte"), value=f"{case.committee.name}, {place}"),)


def presented_elsewhere(case: Case) -> Message:
    """News for those who present the case: it is in another meeting."""
    return Message(
        title=_("Saken du legger fram, er flyttet"),
        facts=(Fact(label=_("Sak"), value=named(case.item)), *_where(case)),
    )


def not_to_present(case: Case, called: str) -> Message:
    """What they have instead when they are not to present it any more."""
    if case.item.status == ItemStatus.WITHDRAWN:
        return Message(title=_("Du skal ikke lenger legge fram saken, den er trukket: {title}").format(title=called))
    return Message(title=_("Du skal ikke lenger legge fram saken: {title}").format(title=called))


def receipt(
    case: Case,
    names: Mapping[int, str],
    last: Event,
    secretaries: Sequence[str],
    coming: Sequence[Meeting],
    now: datetime,
    said: str = "",
    what: tuple[Fact, ...] | None = None,
) -> Message:
    """What the proposer keeps: what was stored, who looks at it, by when, and what can still be done until when.

    `said`: what the secretariat wrote to the proposer, where the case waits for an answer to it. `what`: its `content`,
    where that has been drawn.
    """
    return Message(
        title=_("Saken din: {title}").format(title=case.item.title),
        text=said or " ".join(filter(None, (_who_looks(case, secretaries, coming), _until_when(case, now)))),
        facts=(
            Fact(label=_("Status"), value=status(case, own=True)),
            *(content(case, names) if what is None else what),
            *way(case, own=True),
        ),
        links=links(case.item.links),
        buttons=own_buttons(case, now),
        small=who_did_what(last, case),
    )


def _who_looks(case: Case, secretaries: Sequence[str], coming: Sequence[Meeting]) -> str:
    if case.item.status not in (ItemStatus.PROPOSED, ItemStatus.DEFERRED):
        return ""
    if not secretaries:
        return _("Utvalget har ingen i sekretariatet akkurat nå. Saken ligger klar til de er på plass.")
    who = ", ".join(secretaries)
    meeting = _planned(case)
    if meeting is not None:
        return _("Sekretariatet ({who}) ser på saken innen møtet {day}.").format(
            who=who, day=dates.day(meeting.starts_at, meeting.zone)
        )
    if coming:
        return _(
            "Sekretariatet ({who}) ser på saken innen neste møte, {day}, og velger hvilket møte den tas i."
        ).format(who=who, day=dates.day(coming[0].starts_at, coming[0].zone))
    return _("Sekretariatet ({who}) ser på saken, og velger møte når det kommer noen i planen.").format(who=who)


def _until_when(case: Case, now: datetime) -> str:
    if not may_change(case, now) or case.item.status in SENT_BACK:
        return ""
    meeting = _planned(case)
    if meeting is None or not is_open(meeting, now):
        return _("Du kan endre eller trekke saken til den er behandlet.")
    return _("Du kan endre eller trekke saken til {deadline}.").format(deadline=deadline(case))


def own_buttons(case: Case, now: datetime) -> tuple[Button, ...]:
    """What the proposer can do with the case now."""
    buttons = []
    if case.item.status == ItemStatus.QUESTIONED:
        buttons.append(button(Do.ANSWER, _("Svar"), case, style="primary"))
    if may_change(case, now):
        again = case.item.status in SENT_BACK
        label = _("Rett opp og send på nytt") if again else _("Endre")
        buttons.append(button(Do.CHANGE, label, case))
        buttons.append(
            button(
                Do.WITHDRAW,
                _("Trekk saken"),
                case,
                style="danger",
                confirm=Confirm(
                    text=_("Vil du trekke saken «{title}»?").format(title=shorten(named(case.item), _ASKED_LENGTH)),
                    yes=_("Ja, trekk saken"),
                ),
            )
        )
    return tuple(buttons)


def may_change(case: Case, now: datetime) -> bool:
    """Until the deadline of its meeting; without a meeting, or asked in late or returned, until it is decided on."""
    item = case.item
    if item.status == ItemStatus.WITHDRAWN:
        return False
    if item.status == ItemStatus.ACCEPTED:
        return case.meeting is not None and is_open(case.meeting, now)
    if item.status in (*SENT_BACK, ItemStatus.QUESTIONED) or item.late or case.meeting is None:
        return True
    return is_open(case.meeting, now)


def deadline(case: Case) -> str:
    """The deadline of the case's meeting: `torsdag 19. november 2026 kl. 12.00`; nothing without a meeting."""
    if case.meeting is None:
        return ""
    return dates.day_and_clock(case.meeting.deadline_at, case.meeting.zone)


def meeting_day(case: Case) -> str:
    return dates.short_day(case.meeting.starts_at, case.meeting.zone) if case.meeting else ""
