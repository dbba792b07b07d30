"""What everybody sees of a poll by now, written as deliveries: worked out from how it stands.

Whoever is asked has a message of their own, and whoever asked one that counts; they change where they stand. What is
said once besides (that time is over, that it is cancelled) has a key that the same news has again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from handlers.cases import around
from handlers.messages import standing
from handlers.messages.message import Message
from handlers.messages.standing import Build, Seen
from handlers.people.access import PLANNERS
from handlers.people.context import Context
from handlers.polls import at_hand, views
from handlers.polls.at_hand import Own, Poll
from handlers.writing.language import _
from storage import people

_ASK, _RUN = "ask", "run"
_Readers = Mapping[int, str]
"""Person id → language."""


def subject(read: Poll) -> str:
    """The subject of all that is said of a poll."""
    return f"poll:{read.row.id}"


async def stand(context: Context, read: Poll, only: Collection[int] | None = None) -> None:
    """Everybody who is asked, of `only` those among them, and whoever asked, see the poll as it stands by now."""
    ids = list(only) if only is not None else None
    owns = [own for _read, own in await at_hand.owns_of(context, [read], ids)]
    await stand_as(context, read, owns)


async def stand_as(context: Context, read: Poll, owns: Sequence[Own]) -> None:
    """The same for these, as they have answered."""
    seen = [Seen(places, build) for places, build in _asked(context, read, owns)]
    readers = await runners(context, read)
    seen.append(
        Seen(standing.places(f"{subject(read)}:{_RUN}", readers.items()), lambda: views.counted(read, context.now))
    )
    await standing.show(context, subject(read), seen)


def _asked(context: Context, read: Poll, owns: Iterable[Own]) -> Iterable[tuple[dict[str, tuple[int, str]], Build]]:
    """Those who have the same before them see the same message: it is drawn once for all of them."""
    alike: dict[Any, tuple[dict[str, tuple[int, str]], Own]] = {}
    for own in owns:
        row = own.asked.row
        if own.asked.removed:
            continue
        same = (own.asked.is_asked, row.page, tuple(sorted(own.said.items())), _times(own))
        places, _first = alike.setdefault(same, ({}, own))
        places[f"{subject(read)}:{_ASK}:{row.person_id}"] = (row.person_id, own.asked.language)
    for places, own in alike.values():
        yield places, lambda own=own: views.to_asked(read, own, context.now)  # type: ignore[misc]


def _times(own: Own) -> Any:
    return tuple(
        (time_id, each.committee, each.starts_at, each.ends_at)
        for time_id, those in sorted(own.collisions.items())
        for each in those
    )


async def runners(context: Context, read: Poll) -> _Readers:
    """Who hears how it goes: whoever asked, as long as they plan the committee's meetings; else its secretariat."""
    roles = [role.value for role in PLANNERS]
    planners = {
        each.person_id: each.language
        for each in await people.holding_roles(context.session, read.committee.id, context.today, roles)
    }
    asker = read.row.created_by_id
    if asker in planners:
        return {asker: planners[asker]}
    deciding = await around.secretaries(context.session, read.committee.id, context.now)
    return {each.person_id: each.language for each in deciding}


# --- news, each said once ----------------------------------------------------------------------------------


async def time_is_over(context: Context, read: Poll) -> None:
    """Nobody answers any more: whoever asked is told how it stands."""
    await _tell_runners(context, read, f"over:{read.row.closes_at:%Y%m%d%H%M}", over=True)


async def all_have_answered(context: Context, read: Poll) -> None:
    """The last one has answered: whoever asked is told how it stands."""
    await _tell_runners(context, read, f"all:{read.progress.asked}", over=False)


async def _tell_runners(context: Context, read: Poll, what: str, *, over: bool) -> None:
    seen = await at_hand.picture(context, read)

    def build() -> Message:
        words = (
            _("Svarfristen for møte i {committee} er ute: velg tidspunkt")
            if over
            else _("Alle har svart om møte i {committee}: velg tidspunkt")
        )
        if not read.coming(context.now):
            words = _("Ingen av tidene for møte i {committee} er igjen")
        return views.counted(read, context.now).model_copy(
            update={
                "title": views.title(read, words),
                "text": views.nobody_yet(seen) or views.best(seen),
                "buttons": (*views.choose_best(seen), views.show(read), *views.run_buttons(read)),
            }
        )

    await _tell(context, read, what, await runners(context, read), build)


async def deadline_changed(context: Context, read: Poll, owns: Sequence[Own]) -> None:
    """There is another deadline: whoever has not answered is told."""
    waiting = {
        own.asked.row.person_id: own.asked.language
        for own in owns
        if own.asked.is_asked and own.asked.row.answered_at is None
    }

    def build() -> Message:
        return Message(
            title=views.title(read, _("Ny svarfrist for møte i {committee}: {when}"), when=views.closes(read)),
            buttons=(views.to_own(read), *views.all_buttons(read)),
            page=views.page_of(read),
        )

    await _tell(context, read, f"until:{read.row.closes_at:%Y%m%d%H%M}", waiting, build)


async def cancelled(context: Context, read: Poll, owns: Sequence[Own]) -> None:
    """Nobody need keep the times free any more: whoever was asked is told."""
    readers = {own.asked.row.person_id: own.asked.language for own in owns if own.asked.is_asked}

    def build() -> Message:
        return Message(
            title=views.title(read, _("Datovalget for møte i {committee} er avlyst")),
            text=_("Du trenger ikke å svare, og ikke å holde av tidene."),
            page=views.page_of(read),
        )

    await _tell(context, read, "cancelled", readers, build)


async def chosen(context: Context, read: Poll, owns: Sequence[Own], told: Collection[int]) -> None:
    """It is decided when the meeting is: those who were asked, and do not hear of the meeting itself (`told`)."""
    readers = {
        own.asked.row.person_id: own.asked.language
        for own in owns
        if own.asked.is_asked and own.asked.row.person_id not in told
    }
    time = read.chosen

    def build() -> Message:
        when = read.when(time) if time is not None else ""
        return Message(
            title=views.title(read, _("Møtet i {committee} blir {when}"), when=when),
            text=_("Du ble spurt når det passet."),
            page=views.page_of(read),
        )

    await _tell(context, read, "chosen", readers, build)


async def _tell(context: Context, read: Poll, what: str, readers: _Readers, build: Build) -> None:
    if readers:
        places = standing.places(f"{subject(read)}:{what}", readers.items())
        await standing.show(context, subject(read), [Seen(places, build)])
