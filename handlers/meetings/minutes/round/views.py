"""What people read about minutes on their way, in words."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.meetings.at_hand import about
from handlers.meetings.document_names import MINUTES, PUBLIC_MINUTES
from handlers.meetings.minutes.round.at_hand import ANSWERED, ASKED, COMMENTED, NO_REMARKS, UNSETTLED, Round
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.minutes.states import Event
from handlers.meetings.minutes.views import source, status_of
from handlers.meetings.minutes_settings import ApprovedBy, Silence
from handlers.messages.message import Button, Confirm, Fact, FileLink, FileRef, Message, Page
from handlers.writing.language import _, ngettext
from storage.history import Event as HistoryEvent
from storage.tables import Committee, Meeting, MinutesStatus


def named(committee: Committee, meeting: Meeting) -> str:
    """«referatet fra FSU 3. des. 2026»."""
    return _("referatet fra {committee} {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )


def title(read: Round, text: str) -> str:
    """A title about the minutes: `text` has `{minutes}` in it, and begins a sentence."""
    filled = text.format(minutes=named(read.committee, read.meeting))
    return filled[:1].upper() + filled[1:]


def status(read: Round) -> str:
    """Where they stand, with the date that matters."""
    minutes, zone = read.minutes, read.meeting.zone
    words = status_of(minutes)
    if read.status is MinutesStatus.COMMENTS and minutes.comments_until is not None:
        return _("{status} til og med {day}").format(status=words, day=dates.day(minutes.comments_until, zone))
    if read.status is MinutesStatus.APPROVED and minutes.approved_at is not None:
        return _("{status} {day}").format(status=words, day=dates.day(minutes.approved_at, zone))
    return words


def facts(read: Round) -> tuple[Fact, ...]:
    """What stands above the minutes, wherever they are shown."""
    found = [
        (_("Status"), status(read)),
        (_("Kilde"), source(read.minutes, read.paper, read.meeting.zone)),
        (_("Nummer"), read.minutes.number or ""),
        (_("Merknad"), read.minutes.remark if read.status is MinutesStatus.APPROVED else ""),
        (_("Begrunnelse"), read.minutes.remark if read.status is MinutesStatus.REFUSED else ""),
    ]
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def page_of(read: Round) -> Page:
    """Where whoever is not on chat reads them, and answers."""
    return Page(reference="", action=Do.SHOW, arguments=about(read.meeting))


def files(meeting: Meeting, *, public: bool = False) -> tuple[FileLink, ...]:
    label = _("Referat uten unntatte saker (Word)") if public else _("Referat (Word)")
    ref = FileRef(document=PUBLIC_MINUTES if public else MINUTES, arguments=about(meeting))
    return (FileLink(label=label, file=ref),)


def show(read: Round, label: str = "") -> Button:
    return button(Do.SHOW, label or _("Les referatet"), read.meeting)


# --- the buttons of those who write, and of those who answer --------------------------------------------------


def writer_buttons(read: Round, open_comments: int) -> tuple[Button, ...]:
    """What may be done with the minutes next, by who writes them."""
    meeting, rules = read.meeting, read.rules
    if read.is_read_in:
        return ()
    match read.status:
        case MinutesStatus.DRAFT if rules.comment_days:
            return (_send(read),)
        case MinutesStatus.DRAFT | MinutesStatus.ADJUSTED:
            return (_publish(read),)
        case MinutesStatus.COMMENTS:
            comments = button(
                Do.COMMENTS,
                ngettext("{count} ubesvart kommentar", "{count} ubesvarte kommentarer", open_comments).format(
                    count=open_comments
                )
                if open_comments
                else _("Kommentarene"),
                meeting,
                style="primary" if open_comments else "default",
            )
            return (comments, button(Do.END, _("Avslutt kommentarrunden"), meeting))
        case MinutesStatus.REFUSED:
            return ((_send(read),) if rules.comment_days else ()) + (_publish(read),)
        case MinutesStatus.PUBLISHED:
            asks = rules.approval is not ApprovedBy.MEETING and read.minutes.approve_until is None
            return (button(Do.ASK, _("Be om godkjenning på nytt"), meeting),) if asks else ()
        case MinutesStatus.APPROVED:
            return (button(Do.CORRECT, _("Skriv en rettelse"), meeting),)


def _send(read: Round) -> Button:
    days = read.rules.comment_days
    question = ngettext(
        "Sende referatet til kommentar, med {count} dags frist?",
        "Sende referatet til kommentar, med {count} dagers frist?",
        days,
    ).format(count=days)
    return button(
        Do.SEND,
        _("Send til kommentar"),
        read.meeting,
        style="primary",
        confirm=Confirm(text=question, yes=_("Send")),
    )


def _publish(read: Round) -> Button:
    question = _("Publisere referatet? Alle som var på møtet, får det, med forbehold om godkjenning.")
    return button(
        Do.PUBLISH,
        _("Publiser"),
        read.meeting,
        style="primary",
        confirm=Confirm(text=question, yes=_("Publiser")),
    )


def comment_buttons(read: Round, *, answered: bool) -> tuple[Button, ...]:
    """For somebody who may comment."""
    comment = button(Do.COMMENT, _("Kommenter"), read.meeting, style="default" if answered else "primary")
    return (comment,) if answered else (comment, button(Do.NO_REMARKS, _("Ingen merknader"), read.meeting))


def approval_buttons(read: Round) -> tuple[Button, ...]:
    """For somebody who is asked to approve or to sign."""
    yes = _("Signer") if read.rules.approval is ApprovedBy.SIGNERS else _("Godkjenn")
    return (
        button(Do.APPROVE, yes, read.meeting, style="primary", round=read.minutes.round),
        button(Do.REFUSE, _("Underkjenn"), read.meeting, style="danger", round=read.minutes.round),
    )


# --- the messages ---------------------------------------------------------------------------------------------


def to_comment(read: Round, *, answered: str = "") -> Message:
    """To somebody who may comment. `answered`: what they have answered already."""
    until = read.minutes.comments_until
    assert until is not None  # noqa: S101 - they are out for comment
    return Message(
        title=title(read, _("{minutes} er til kommentar")),
        text=answered or _("Les det, og kommenter sak for sak, eller svar at du ikke har merknader."),
        facts=(Fact(label=_("Frist"), value=dates.day(until, read.meeting.zone)),),
        files=files(read.meeting),
        buttons=(*comment_buttons(read, answered=bool(answered)), show(read)),
        page=page_of(read),
    )


def comments_closed(read: Round) -> Message:
    """In the place of `to_comment`, when the time is over."""
    return Message(
        title=title(read, _("{minutes} er ikke lenger til kommentar")),
        facts=facts(read),
        buttons=(show(read),),
        page=page_of(read),
    )


def published(read: Round) -> Message:
    """To everybody who is to have the minutes."""
    if read.status is MinutesStatus.APPROVED:
        text = title(read, _("{minutes} er godkjent"))
    elif read.status is MinutesStatus.PUBLISHED:
        text = title(read, _("{minutes} er publisert"))
    else:
        text = title(read, _("{minutes} er trukket tilbake og rettes"))
        return Message(title=text, facts=(Fact(label=_("Status"), value=status(read)),))
    return Message(
        title=text,
        text=_how_approved(read) if read.status is MinutesStatus.PUBLISHED else "",
        facts=facts(read),
        files=files(read.meeting),
        buttons=(show(read),),
        page=page_of(read),
    )


def published_to_guests(read: Round) -> Message:
    """The same to those who were there for a case of theirs: without cases that are closed."""
    whole = published(read)
    if not whole.files:
        return whole
    return whole.model_copy(update={"files": files(read.meeting, public=True), "buttons": (), "page": None})


def _how_approved(read: Round) -> str:
    match read.rules.approval:
        case ApprovedBy.MEETING:
            return _("Det er ikke godkjent ennå. Det legges ved neste innkalling, og godkjennes på neste møte.")
        case ApprovedBy.ROUND:
            return _("Det er ikke godkjent ennå. De som godkjenner, er spurt.")
        case ApprovedBy.SIGNERS:
            return _("Det er ikke godkjent ennå. De som signerer, er spurt.")


def to_approve(read: Round) -> Message:
    """To somebody who is asked to approve or to sign."""
    until = read.minutes.approve_until
    assert until is not None  # noqa: S101 - they are asked
    signs = read.rules.approval is ApprovedBy.SIGNERS
    silent = (
        _("Svarer du ikke innen fristen, regnes det som at du godkjenner.")
        if read.rules.silence is Silence.APPROVES
        else _("Svarer du ikke innen fristen, er referatet ikke godkjent.")
    )
    return Message(
        title=title(read, _("Signer {minutes}") if signs else _("Godkjenn {minutes}")),
        text=silent,
        facts=(Fact(label=_("Frist"), value=dates.day(until, read.meeting.zone)),),
        files=files(read.meeting),
        buttons=(*approval_buttons(read), show(read)),
        page=page_of(read),
    )


def answered_approval(read: Round, *, approves: bool, when: str) -> Message:
    """In the place of `to_approve`, when they have answered."""
    return Message(
        title=title(read, _("Du har godkjent {minutes}") if approves else _("Du har underkjent {minutes}")),
        text=_("Svaret ditt ble registrert {when}.").format(when=when),
        facts=facts(read),
        buttons=(show(read),),
        page=page_of(read),
    )


def approval_over(read: Round) -> Message:
    """In the place of `to_approve`, when it is settled without them."""
    return Message(
        title=title(read, _("Godkjenningen av {minutes} er avsluttet")),
        facts=facts(read),
        buttons=(show(read),),
        page=page_of(read),
    )


# --- history --------------------------------------------------------------------------------------------------


def told(read: Round, events: Sequence[HistoryEvent]) -> str:
    """What has happened to the minutes, a line for each event, first to last."""
    return "\n".join(f"{read.when(event)}: {line(event)}" for event in events if line(event))


def line(event: HistoryEvent) -> str:
    """One event in words; nothing for one that says nothing to a reader here."""
    who = event.actor or _("Boten")
    words = {
        Event.SENT: _("{who} sendte referatet til kommentar."),
        COMMENTED: _("{who} kommenterte."),
        NO_REMARKS: _("{who} hadde ingen merknader."),
        Event.COMMENTS_OVER: _("Kommentarrunden ble avsluttet."),
        Event.PUBLISHED: _("{who} publiserte referatet med forbehold om godkjenning."),
        ASKED: _("De som godkjenner referatet, ble spurt."),
        UNSETTLED: _("Fristen for å godkjenne gikk ut uten at alle hadde svart."),
        Event.APPROVED: _("Referatet ble godkjent."),
        Event.REFUSED: _("Referatet ble underkjent av {who}: {note}"),
        Event.CORRECTED: _("{who} skrev en rettelse: {note}"),
    }
    if event.kind == ANSWERED:
        taken = event.data.get("taken")
        return (_("{who} tok inn en kommentar.") if taken else _("{who} tok ikke inn en kommentar.")).format(who=who)
    return words.get(event.kind, "").format(who=who, note=event.note)
