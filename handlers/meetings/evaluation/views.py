"""What people read of the evaluation of a meeting."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.meetings.at_hand import about
from handlers.meetings.evaluation.actions import Do, button
from handlers.meetings.evaluation.at_hand import Read
from handlers.meetings.evaluation.questions import HIGHEST
from handlers.meetings.evaluation.summary import Summed
from handlers.messages.message import Button, Fact, Message, Page, Section
from handlers.writing.language import _
from storage.tables import Committee, Meeting


def named(committee: Committee, meeting: Meeting) -> str:
    """«møtet i FSU 3. des. 2026»."""
    return _("møtet i {committee} {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )


def title(read: Read, text: str) -> str:
    """A title about the meeting: `text` has `{meeting}` in it, and begins a sentence."""
    filled = text.format(meeting=named(read.committee, read.meeting))
    return filled[:1].upper() + filled[1:]


def page_of(read: Read) -> Page:
    """Where whoever is not on chat answers."""
    return Page(reference="", action=Do.SHOW, arguments=about(read.meeting))


def deadline(read: Read) -> str:
    return dates.day(read.row.closes_at, read.meeting.zone)


def to_answer(read: Read, *, reminded: bool = False) -> Message:
    words = _("Husk å evaluere {meeting}") if reminded else _("Hvordan var {meeting}?")
    return Message(
        title=title(read, words),
        text=_("Noen få spørsmål til dem som var der. Svarene lagres uten navn, og du svarer én gang."),
        facts=(Fact(label=_("Frist"), value=deadline(read)),),
        buttons=(button(Do.ANSWER, _("Svar på evalueringen"), read.meeting, style="primary"),),
        page=page_of(read),
    )


def has_answered(read: Read) -> Message:
    return Message(
        title=title(read, _("Takk: du har evaluert {meeting}")),
        text=_("Svarene er lagret uten navn. Sekretariatet får en oppsummering når evalueringen er avsluttet."),
        page=page_of(read),
    )


def over(read: Read) -> Message:
    return Message(title=title(read, _("Evalueringen av {meeting} er avsluttet")), page=page_of(read))


def progress(read: Read) -> str:
    return _("{answered} av {count} har svart").format(answered=read.answered, count=len(read.asked))


def to_secretariat(read: Read, summed: Sequence[Summed] | None, *, shared: bool) -> Message:
    """How far it has come; once it is closed what it came to, or why that is not shown."""
    is_over = read.row.closed_at is not None
    facts = ((_("Har svart"), progress(read)), ("" if is_over else _("Frist"), deadline(read)))
    text = ""
    if is_over and summed is None:
        text = too_few(read)
    elif not is_over:
        text = _("Ingen ser svarene før evalueringen er avsluttet.")
    elif shared:
        text = _("Oppsummeringen står på siden til neste møte.")
    share: tuple[Button, ...] = ()
    if summed is not None and not shared:
        share = (button(Do.SHARE, _("Ta med på neste møte"), read.meeting, style="primary"),)
    words = _("Evalueringen av {meeting} er avsluttet") if is_over else _("Evaluering av {meeting}")
    return Message(
        title=title(read, words),
        text=text,
        facts=tuple(Fact(label=label, value=value) for label, value in facts if label),
        sections=sections(summed or ()),
        buttons=share,
        page=page_of(read),
    )


def too_few(read: Read) -> str:
    return _("Færre enn {count} har svart, så svarene vises ikke: ingen skal kunne kjennes igjen.").format(
        count=max(read.least, 2)
    )


def sections(summed: Sequence[Summed]) -> tuple[Section, ...]:
    return tuple(Section(title=" ".join(each.question.text.split()), text=_said(each)) for each in summed)


def _said(each: Summed) -> str:
    if not each.given:
        return _("Ingen har svart på dette.")
    if each.question.scale:
        if each.average is None:
            return _("For få har svart på dette til at det vises.")
        average = f"{each.average:.1f}".replace(".", ",")
        return _("{average} av {highest} i snitt ({count} svar)").format(
            average=average, highest=HIGHEST, count=each.given
        )
    return "\n".join(f"• {text}" for text in each.words)


def in_short(summed: Sequence[Summed]) -> str:
    """What it came to, in one text."""
    return "\n\n".join(f"{each.question.text}\n{_said(each)}" for each in summed)
