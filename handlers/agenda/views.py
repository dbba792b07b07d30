"""How a case reads: to its secretariat, to whoever proposed it, and as news."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers import dates
from handlers.agenda.wishes import is_open
from handlers.language import N_, _, ngettext
from handlers.message import Button, Confirm, Fact, Link, Message
from storage.agenda import UNDECIDED, Case, Step
from storage.tables import ItemStatus, Meeting

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
}


def status(case: Case) -> str:
    """Where the case stands, in a few words, with its number and meeting if it has them."""
    words = _(_STATUS[ItemStatus(case.item.status)])
    if case.item.status == ItemStatus.ACCEPTED:
        words = _("På sakslisten som {number}").format(number=case.item.number)
    if case.meeting is not None and case.item.status in (ItemStatus.ACCEPTED, ItemStatus.DEFERRED):
        day = dates.short_day(case.meeting.starts_at, case.meeting.zone)
        words = _("{status}, møtet {day}").format(status=words, day=day)
    return words


def type_names(types: Sequence[str]) -> str:
    return ", ".join(_(TYPES[key]) for key in types if key in TYPES)


def presenters(case: Case, names: Mapping[int, str]) -> str:
    listed = [names[person_id] for person_id in case.item.presenter_ids if person_id in names]
    return ", ".join(filter(None, [*listed, case.item.presenters_text]))


def content(case: Case, names: Mapping[int, str]) -> tuple[Fact, ...]:
    """What the proposer wrote, as facts; what was left empty is left out."""
    item = case.item
    facts = (
        (_("Utvalg"), case.committee.name),
        (_("Sak"), item.title),
        (_("Hensikt"), item.purpose),
        (_("Type"), type_names(item.types)),
        (_("Legges fram av"), presenters(case, names)),
        (_("Tid"), minutes(item.minutes)),
        (_("Ønsket møte"), wanted_meeting(case)),
        (_("Forslag til konklusjon"), item.conclusion),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def minutes(count: int | None) -> str:
    if count is None:
        return ""
    return ngettext("{count} minutt", "{count} minutter", count).format(count=count)


def wanted_meeting(case: Case) -> str:
    if case.meeting is None:
        return _("Når det passer")
    when = dates.day_and_clock(case.meeting.starts_at, case.meeting.zone)
    return _("{when} (etter fristen)").format(when=when) if case.item.late else when


def links(urls: Sequence[str]) -> tuple[Link, ...]:
    return tuple(
        Link(label=_("Vedlegg {number}").format(number=number), url=url) for number, url in enumerate(urls, start=1)
    )


def who_did_what(step: Step, case: Case) -> str:
    """A step as a sentence: «Eksempel Sekretær satte saken på sakslisten som 1/2026, 1. sep. kl. 10.02»."""
    sentences = {
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
    }
    zone = case.committee.zone
    data = {"number": "", "meeting": "", "from_committee": "", "to_committee": "", **step.data}
    sentence = _(sentences[step.kind]).format(actor=step.actor, note=step.note, **data)
    return _("{what} ({day} kl. {clock})").format(
        what=sentence, day=dates.short_day(step.at, zone), clock=dates.clock(step.at, zone)
    )


def for_secretariat(
    case: Case, names: Mapping[int, str], last: Step, meetings: Sequence[Meeting], now: datetime
) -> Message:
    """The message that every secretary of the committee has, in the state that the case is in."""
    item = case.item
    undecided = item.status in UNDECIDED
    title = f"{item.number or ''} {item.title}".strip()
    return Message(
        title=_("Forslag til sak: {title}").format(title=item.title) if undecided else title,
        facts=(
            Fact(label=_("Status"), value=status(case)),
            Fact(label=_("Meldt av"), value=case.proposer.name),
            *content(case, names),
        ),
        links=links(item.links),
        buttons=_decisions(case, meetings, now) if undecided else (),
        small=who_did_what(last, case),
    )


def _decisions(case: Case, meetings: Sequence[Meeting], now: datetime) -> tuple[Button, ...]:
    arguments = {"item": str(case.item.id)}
    buttons = []
    # Past its deadline but not yet held: the secretariat may still let the case in.
    closed = next((meeting for meeting in meetings if not is_open(meeting, now)), None)
    if case.item.late or closed is None or (case.meeting is not None and case.meeting.id == closed.id):
        closed = None
    buttons.append(Button(label=_("Sett på sakslisten"), action="sak.godta", arguments=arguments, style="primary"))
    if closed is not None:
        label = _("Slipp inn {day}").format(day=dates.short_day(closed.starts_at, closed.zone))
        buttons.append(Button(label=label, action="sak.godta", arguments={**arguments, "meeting": str(closed.id)}))
    buttons += [
        Button(label=_("Be om mer"), action="sak.spor", arguments=arguments),
        Button(label=_("Ta senere"), action="sak.senere", arguments=arguments),
        Button(label=_("Send til annet utvalg"), action="sak.flytt", arguments=arguments),
        Button(label=_("Send tilbake"), action="sak.returner", arguments=arguments, style="danger"),
    ]
    return tuple(buttons)


def receipt(
    case: Case, names: Mapping[int, str], last: Step, secretaries: Sequence[str], now: datetime, question: str = ""
) -> Message:
    """What the proposer keeps: what was stored, who looks at it, by when, and what can still be done."""
    return Message(
        title=_("Saken din: {title}").format(title=case.item.title),
        text=question or _what_happens(case, secretaries),
        facts=(Fact(label=_("Status"), value=status(case)), *content(case, names)),
        links=links(case.item.links),
        buttons=own_buttons(case, now),
        small=who_did_what(last, case),
    )


def _what_happens(case: Case, secretaries: Sequence[str]) -> str:
    if case.item.status not in (ItemStatus.PROPOSED, ItemStatus.DEFERRED):
        return ""
    who = ", ".join(secretaries)
    looks = (
        _("Sekretariatet ({who}) ser på saken").format(who=who)
        if who
        else _("Utvalget har ingen i sekretariatet akkurat nå. Saken ligger klar til de er på plass")
    )
    if case.meeting is None:
        return _("{looks}, og velger møte.").format(looks=looks)
    return _("{looks} innen møtet {day}.").format(looks=looks, day=dates.day(case.meeting.starts_at, case.meeting.zone))


def own_buttons(case: Case, now: datetime) -> tuple[Button, ...]:
    """What the proposer can do with the case now."""
    arguments = {"item": str(case.item.id)}
    buttons = []
    if case.item.status == ItemStatus.QUESTIONED:
        buttons.append(Button(label=_("Svar"), action="sak.svar", arguments=arguments, style="primary"))
    if may_change(case, now):
        again = case.item.status == ItemStatus.RETURNED
        label = _("Rett opp og send på nytt") if again else _("Endre")
        buttons.append(Button(label=label, action="sak.endre", arguments=arguments))
        buttons.append(
            Button(
                label=_("Trekk saken"),
                action="sak.trekk",
                arguments=arguments,
                style="danger",
                confirm=Confirm(text=_("Vil du trekke saken?"), yes=_("Ja, trekk saken")),
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
    if item.status in (ItemStatus.RETURNED, ItemStatus.QUESTIONED) or item.late or case.meeting is None:
        return True
    return is_open(case.meeting, now)


def deadline(case: Case) -> str:
    """The deadline of the case's meeting, for a sentence."""
    if case.meeting is None:
        return ""
    return dates.day_and_clock(case.meeting.deadline_at, case.meeting.zone)


def meeting_day(case: Case) -> str:
    return dates.short_day(case.meeting.starts_at, case.meeting.zone) if case.meeting else ""
