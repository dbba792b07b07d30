"""What people read of rounds of written comments, in words."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.hearings.actions import ANSWERS, Do, about, button
from handlers.hearings.at_hand import Round
from handlers.messages import paging
from handlers.messages.message import Button, Confirm, Fact, FileLink, FileRef, Link, Message, Page, Section
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage.hearings import Recipient
from storage.tables import HearingStatus, ItemStatus

_SHOWN = 400
_MOST_LINKS = 10


def title(read: Round, text: str = "") -> str:
    """«Høring: Felles opplæring», or a `text` with `{title}` in it."""
    return (text or _("Høring: {title}")).format(title=read.row.title)


def deadline(read: Round) -> str:
    return dates.day(read.row.deadline_at, LOCAL_ZONE.key)


def status(read: Round) -> str:
    """Where it stands, in a few words."""
    match read.status:
        case HearingStatus.WITHDRAWN:
            return _("Trukket")
        case HearingStatus.CLOSED:
            return _("Avsluttet")
        case HearingStatus.OPEN:
            return _("Åpen for svar")


def progress(asked: int, answered: int) -> str:
    """«3 av 5 har svart»."""
    return ngettext("{answered} av {count} har svart", "{answered} av {count} har svart", asked).format(
        answered=answered, count=asked
    )


def page_of(read: Round) -> Page:
    """Where whoever is not on chat reads it, and answers."""
    return Page(reference="", action=Do.SHOW, arguments=about(read.row, {}))


def links(read: Round) -> tuple[Link, ...]:
    found = [str(link) for link in read.row.links][:_MOST_LINKS]
    return tuple(
        Link(label=_("Vedlegg") if len(found) == 1 else _("Vedlegg {number}").format(number=number), url=link)
        for number, link in enumerate(found, 1)
    )


def document(read: Round) -> FileLink:
    ref = FileRef(document=ANSWERS, arguments=about(read.row, read.carried))
    return FileLink(label=_("Svarene samlet (Word)"), file=ref)


# --- for whoever is asked ----------------------------------------------------------------------------------


def to_recipient(read: Round, recipient: Recipient, *, late: bool) -> Message:
    """What somebody who is asked has before them, with their own answer and nobody else's. `late`: the deadline is
    over."""
    row = recipient.row
    facts = [
        (_("Fra"), read.committee.name),
        (_("Frist"), deadline(read)),
        (_("Svar på vegne av"), row.on_behalf_of),
        (_("Status"), status(read) if read.status is not HearingStatus.OPEN else ""),
        (_("Svaret ditt"), own_answer(read, recipient)),
    ]
    return Message(
        title=title(read),
        text=read.row.question,
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        links=links(read),
        buttons=answer_buttons(read, recipient, late=late),
        small=_late(read, recipient) if late else "",
        page=page_of(read),
    )


def _late(read: Round, recipient: Recipient) -> str:
    if read.status is not HearingStatus.OPEN or recipient.has_answered:
        return ""
    return _("Fristen er ute. Du kan fortsatt svare, og svaret merkes som kommet etter fristen.")


def answer_buttons(read: Round, recipient: Recipient, *, late: bool) -> tuple[Button, ...]:
    if read.status is not HearingStatus.OPEN or read.has_left(recipient):
        return ()
    if recipient.has_answered:
        return () if late else (button(Do.ANSWER, _("Endre svaret"), read.row, read.carried),)
    return (
        button(Do.ANSWER, _("Svar"), read.row, read.carried, style="primary"),
        button(Do.NO_REMARKS, _("Ingen merknader"), read.row, read.carried),
    )


def own_answer(read: Round, recipient: Recipient) -> str:
    """What they have answered, or nothing."""
    if not recipient.has_answered:
        return ""
    return _("Ingen merknader") if recipient.row.no_remarks else recipient.row.text


def how_answered(read: Round, recipient: Recipient) -> str:
    """«Svarte 3. des. 2026 kl. 13.00, etter fristen», or why there is no answer yet."""
    at = recipient.row.answered_at
    if at is None:
        if recipient.gone:
            return _("Har sluttet, og blir ikke minnet på.")
        if read.has_left(recipient):
            return _("Er ikke lenger i utvalget, og blir ikke minnet på.")
        return _("Har ikke svart.")
    words = _("Svarte {when}, etter fristen.") if read.is_late(recipient) else _("Svarte {when}.")
    said = words.format(when=read.moment(at))
    if recipient.by and recipient.row.answered_by_id != recipient.row.person_id:
        said = _("{said} Skrevet inn av {name}.").format(said=said, name=recipient.by)
    return said


def called(recipient: Recipient) -> str:
    """«Eksempel Medlem, på vegne av Eksempel kommune»."""
    behalf = recipient.row.on_behalf_of
    if not behalf or behalf == recipient.name:
        return recipient.name
    return _("{name}, på vegne av {party}").format(name=recipient.name, party=behalf)


# --- for the secretariat -----------------------------------------------------------------------------------


def to_secretariat(
    read: Round, *, attached: bool, missing: Mapping[int, str], case: str, at: int = 0, own: tuple[Button, ...] = ()
) -> Message:
    """All of it: who has answered and what, and what can be done.

    `missing`: who has not got it (see `storage.deliveries.not_delivered`). `case`: what the case is called. `at`: so
    many recipients come before those shown. `own`: the buttons of a secretary who is asked too.
    """
    shown = read.recipients[at : at + paging.SIZE]
    facts = [
        (_("Status"), status(read)),
        (_("Frist"), deadline(read)),
        (_("Har svart"), progress(len(read.recipients), len(read.answered))),
        (_("Sak"), case),
        (_("Om saken"), about_case(read)),
        (_("Flere svar fra samme part"), ", ".join(several_from(read))),
        (_("Lagt ved saken"), _("Ja") if attached else ""),
    ]
    return Message(
        title=title(read),
        text="\n\n".join(filter(None, (read.row.question, paging.place(at, len(shown), len(read.recipients))))),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        links=links(read),
        files=(document(read),) if read.answered else (),
        sections=tuple(_recipient(read, each, missing) for each in shown),
        buttons=(*own, *run_buttons(read, attached=attached), *_pages(read, at)),
        page=page_of(read),
    )


def about_case(read: Round) -> str:
    """What whoever waits for answers should know of the case."""
    if read.item is None:
        return ""
    if read.item.status in (ItemStatus.WITHDRAWN, ItemStatus.REMOVED, ItemStatus.RETURNED):
        return _("Saken er trukket, sendt tilbake eller tatt av sakslisten.")
    if read.item.closed_under:
        return _("Saken er unntatt offentlighet. Mottakerne ser bare det som står i høringen.")
    return ""


def several_from(read: Round) -> Sequence[str]:
    """The parties from which more than one has answered."""
    found: dict[str, int] = {}
    for each in read.answered:
        if each.organisation:
            found[each.organisation] = found.get(each.organisation, 0) + 1
    return [f"{name} ({count})" for name, count in found.items() if count > 1]


def _recipient(read: Round, recipient: Recipient, missing: Mapping[int, str]) -> Section:
    said = [how_answered(read, recipient)]
    person_id = recipient.row.person_id
    if person_id is not None and person_id in missing and not recipient.has_answered:
        said.append(not_delivered(missing[person_id]))
    if recipient.has_answered:
        said.append(shorten(own_answer(read, recipient), _SHOWN))
    buttons: list[Button] = []
    if recipient.has_answered and not recipient.row.no_remarks:
        buttons.append(button(Do.READ, _("Les svaret"), read.row, read.carried, recipient=recipient.row.id))
    if read.status is HearingStatus.OPEN:
        label = _("Rett svaret") if recipient.has_answered else _("Skriv inn svar")
        buttons.append(button(Do.ANSWER, label, read.row, read.carried, recipient=recipient.row.id))
    return Section(title=called(recipient), text="\n".join(said), buttons=tuple(buttons))


def not_delivered(reference: str) -> str:
    """Why somebody has not got it. `reference`: of the fault; empty: they are nowhere to be reached."""
    if reference:
        return _("Ikke levert (referanse {reference}). Ta kontakt på en annen måte.").format(reference=reference)
    return _("Ikke levert: er ikke på chat, og har ingen e-post vi når. Ta kontakt på en annen måte.")


def run_buttons(read: Round, *, attached: bool) -> tuple[Button, ...]:
    """What the secretariat may do with it next."""
    found: list[Button] = []
    if read.item is not None and read.answered and not attached and read.status is not HearingStatus.WITHDRAWN:
        label = _("Legg svarene ved saken")
        found.append(button(Do.ATTACH, label, read.row, read.carried, style="primary"))
    if read.status is not HearingStatus.OPEN:
        return tuple(found)
    closing = Confirm(text=_("Avslutte høringen? Etter det kan ingen svare."), yes=_("Avslutt"))
    withdrawing = Confirm(
        text=_("Trekke høringen? De som er spurt, får beskjed om at de ikke skal svare."), yes=_("Trekk")
    )
    return (
        *found,
        button(Do.EXTEND, _("Forleng fristen"), read.row, read.carried),
        button(Do.RECIPIENT, _("Legg til mottaker"), read.row, read.carried),
        button(Do.CLOSE, _("Avslutt høringen"), read.row, read.carried, confirm=closing),
        button(Do.WITHDRAW, _("Trekk høringen"), read.row, read.carried, style="danger", confirm=withdrawing),
    )


def _pages(read: Round, at: int) -> tuple[Button, ...]:
    which = about(read.row, read.carried, page=at // paging.SIZE)
    return paging.buttons(read.recipients[at:], Do.SHOW, which)
