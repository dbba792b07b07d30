"""Who is told that a message with several reminders did not arrive: those who would be, of each of them; but for what
is about a meeting or a committee, which is told of otherwise (`handlers.oversight`)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.message import Message
from handlers.messages.undelivered import About, AboutSubject, Subjects
from handlers.writing.language import ngettext
from storage import reminders


def of(subjects: Subjects) -> AboutSubject:
    """By the number of the first reminder in the message. `subjects`: of the capabilities that lay reminders."""

    async def about(session: AsyncSession, reminder_id: int, person_id: int, now: datetime) -> About | None:
        first = await reminders.with_id(session, reminder_id)
        key = first.reminder.delivery_key if first is not None else None
        said = await reminders.said_in(session, key) if key is not None else []
        found: dict[str, About] = {}
        others = [
            each.reminder for each in said if each.reminder.meeting_id is None and each.reminder.committee_id is None
        ]
        for subject in dict.fromkeys(each.subject for each in others):
            kind, _colon, rest = subject.partition(":")
            number = rest.partition(":")[0]
            tell = subjects.get(kind)
            of_it = await tell(session, int(number), person_id, now) if tell and number.isdecimal() else None
            if of_it is not None:
                found[subject] = of_it
        if not found:
            return None
        readers = dict(reader for each in found.values() for reader in each.readers)
        titles = [each.title for each in found.values()]

        def title() -> str:
            others = len(titles) - 1
            if not others:
                return titles[0]()
            return ngettext("{first} og {count} ting til", "{first} og {count} ting til", others).format(
                first=titles[0](), count=others
            )

        return About(title, list(readers.items()), lambda: Message(title=""))

    return about
