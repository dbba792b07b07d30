"""*Kommer · Forfall · Stedfortreder*: the buttons by which somebody answers whether they come, and what they answered.

They stand on the convocation, the reminders, the meeting's page and what a substitute or guest is told. Once somebody
has answered, every message that they have with these buttons says so, where it stands (see `answered`).
"""

from typing import Any

from handlers.calendar import dates
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.at_hand import about
from handlers.meetings.attendance.actions import Do
from handlers.meetings.attendance.roll import Attendee
from handlers.messages.message import Button, Fact, Message, Page, Section
from handlers.people.roles import Role
from handlers.writing.language import LANGUAGES, _, speaking
from storage.tables import Answer, Committee, Meeting

_DO = {Answer.COMING: Do.COME, Answer.ABSENT: Do.STAY_AWAY, Answer.SUBSTITUTE: Do.SEND_SUBSTITUTE}


def to_answer(
    meeting: Meeting, *, substitute: bool = True, chosen: Answer | None = None, **carried: str
) -> tuple[Button, ...]:
    """The buttons, for one reader.

    Args:
        substitute: whether they may send a substitute: those with a role in the committee may, but no substitute and
            no guest.
        chosen: what they have answered; it can be changed.
        carried: what the buttons carry besides the meeting.
    """
    labels = {Answer.COMING: _("Kommer"), Answer.ABSENT: _("Forfall"), Answer.SUBSTITUTE: _("Stedfortreder")}
    return tuple(
        Button(
            label=label,
            action=_DO[answer],
            arguments=about(meeting, **carried),
            style="primary" if answer is chosen else "default",
        )
        for answer, label in labels.items()
        if substitute or answer is not Answer.SUBSTITUTE
    )


def of(meeting: Meeting, attendee: Attendee, **carried: str) -> tuple[Button, ...]:
    """The buttons for somebody on the roll, with what they have answered."""
    return to_answer(meeting, substitute=may_send_substitute(attendee), chosen=attendee.answer, **carried)


def may_send_substitute(attendee: Attendee) -> bool:
    return attendee.capacity not in (Role.GUEST, Role.SUBSTITUTE) and attendee.stands_in_for_id is None


def page_of(meeting: Meeting, committee: Committee, *, follows: bool = True) -> Page:
    """Where somebody who is not on chat answers: the meeting's page, or for a guest what concerns them."""
    reference = _("møtet i {committee} {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )
    action = Meetings.PAGE if follows else Do.OWN
    return Page(reference=reference, action=action, arguments=about(meeting))


def in_words(attendee: Attendee) -> str:
    """What they have answered."""
    match attendee.answer:
        case Answer.COMING if attendee.stands_in_for:
            return _("Kommer, for {member}").format(member=attendee.stands_in_for)
        case Answer.COMING:
            return _("Kommer")
        case Answer.ABSENT:
            return _("Forfall")
        case Answer.SUBSTITUTE:
            return _("Stedfortreder: {name}").format(name=attendee.substitute)
        case None if attendee.undecided:
            return _("Kanskje")
        case None if attendee.outdated:
            return _("Ikke svart etter at møtet ble flyttet")
        case None:
            return _("Ikke svart")


def label() -> str:
    return _("Svaret ditt")


def _labels() -> set[str]:
    found = set()
    for language in LANGUAGES:
        with speaking(language):
            found.add(label())
    return found


def is_about(message: Message, meeting: Meeting) -> bool:
    """Whether it has the buttons to answer with, for this meeting."""
    return any(_answers(section, meeting.id) for section in (message, *message.sections))


def _answers(section: Section, meeting_id: int) -> bool:
    return any(_is_answer(button, meeting_id) for button in section.buttons)


def _is_answer(button: Button, meeting_id: int) -> bool:
    return button.action in _DO.values() and button.arguments.get("meeting") == str(meeting_id)


def answered(message: Message, attendee: Attendee, meeting: Meeting) -> Message:
    """The message, with what its reader has answered about the meeting, in the language being spoken: in each part of
    it that asks them, or where none does, in what it says itself."""
    nowhere = not is_about(message, meeting)

    def of(section: Section) -> dict[str, Any]:
        if not (_answers(section, meeting.id) or (nowhere and section is message)):
            return {}
        ours = _labels()
        facts = tuple(fact for fact in section.facts if fact.label not in ours)
        chosen = _DO[attendee.answer] if attendee.answer is not None else None
        shown = tuple(
            button.model_copy(update={"style": "primary" if button.action == chosen else "default"})
            if _is_answer(button, meeting.id)
            else button
            for button in section.buttons
        )
        return {"facts": (*facts, Fact(label=label(), value=in_words(attendee))), "buttons": shown}

    sections = tuple(section.model_copy(update=of(section)) for section in message.sections)
    return message.model_copy(update={**of(message), "sections": sections})
