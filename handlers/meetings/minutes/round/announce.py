"""What everybody sees of minutes by now, written as deliveries: worked out from how they stand, after each event.

Each has a message of their own for comment, for approval and for what is published, which changes where it stands. So
pressing twice, a restart or the clock coming in between makes nothing twice.
"""

from collections.abc import Callable, Mapping

from handlers.meetings.minutes.round import reminding, views
from handlers.meetings.minutes.round.at_hand import Round
from handlers.meetings.minutes.round.who import Reader
from handlers.messages import standing
from handlers.messages.message import Fact, Message
from handlers.messages.standing import Build, Seen
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import minutes_round
from storage.deliveries import Place
from storage.tables import MinutesStatus, Suggestion

COMMENT, APPROVE, PUBLISHED = "comment", "approve", "published"
COMMENTS, ADJUSTED = "comments", "adjusted"
"""What the writers are told: how many comments there are, and that the minutes can be published."""
_NEWS_UNTIL = {COMMENTS: MinutesStatus.COMMENTS, ADJUSTED: MinutesStatus.ADJUSTED}


def subject(read: Round) -> str:
    """The subject of the news about minutes."""
    return f"minutes:{read.minutes.id}"


def _key(read: Round, what: str) -> str:
    """How the keys of such messages begin: one for each time the minutes are sent to people."""
    return f"{subject(read)}:{what}:{read.minutes.round}"


def _places(beginning: str, readers: Mapping[int, str]) -> dict[str, Reader]:
    return standing.places(beginning, readers.items())


async def stand(context: Context, read: Round) -> None:
    """Everybody sees the minutes as they stand by now, and is reminded of what they are asked for."""
    await reminding.lay_all(context, read)
    seen: list[Seen] = []
    if read.status is MinutesStatus.COMMENTS and _is_open(context, read):
        seen = await _asked_to_comment(context, read)
    if read.status is MinutesStatus.PUBLISHED and read.minutes.approve_until is not None:
        seen = await _asked_to_approve(context, read)
    if read.status in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED) and read.minutes.published_at is not None:
        readers, guests = read.concerned.readers, read.concerned.guests
        beginning = f"{subject(read)}:{PUBLISHED}"
        seen += [
            Seen(_places(beginning, readers), lambda: views.published(read)),
            Seen(_places(beginning, guests), lambda: views.published_to_guests(read)),
        ]

    def gone(place: Place) -> Build | None:
        return _gone(read, place)

    await standing.show(context, subject(read), seen, gone)


def _is_open(context: Context, read: Round) -> bool:
    return read.minutes.comments_until is not None and context.now <= read.minutes.comments_until


async def _asked_to_comment(context: Context, read: Round) -> list[Seen]:
    commenters = read.concerned.commenters(read.rules)
    commented: dict[int, int] = {}
    for each in read.given(await minutes_round.comments(context.session, read.minutes.id)):
        commented[each.comment.person_id] = commented.get(each.comment.person_id, 0) + 1
    groups: dict[str, tuple[Callable[[], Message], dict[int, str]]] = {}
    for person_id, language in commenters.items():
        count = commented.get(person_id, 0)
        if count:
            build = _has_commented(read, count)
        elif person_id in read.without_remarks:
            build = _has_no_remarks(read)
        else:
            build = _has_not_answered(read)
        name = f"{count}:{person_id in read.without_remarks}"
        groups.setdefault(name, (build, {}))[1][person_id] = language
    beginning = _key(read, COMMENT)
    return [Seen(_places(beginning, readers), build) for build, readers in groups.values()]


def _has_commented(read: Round, count: int) -> Build:
    def build() -> Message:
        text = ngettext("Du har sendt {count} kommentar.", "Du har sendt {count} kommentarer.", count)
        return views.to_comment(read, answered=text.format(count=count))

    return build


def _has_no_remarks(read: Round) -> Build:
    return lambda: views.to_comment(read, answered=_("Du har svart at du ikke har merknader."))


def _has_not_answered(read: Round) -> Build:
    return lambda: views.to_comment(read)


async def _asked_to_approve(context: Context, read: Round) -> list[Seen]:
    beginning = _key(read, APPROVE)
    waiting: dict[int, str] = {}
    seen = []
    for answer in await minutes_round.answers(context.session, read.minutes.id, read.minutes.round):
        if answer.row.approves is None:
            waiting[answer.row.person_id] = answer.language
        else:
            own = _places(beginning, {answer.row.person_id: answer.language})
            seen.append(Seen(own, _has_answered(read, answer)))
    return [Seen(_places(beginning, waiting), lambda: views.to_approve(read)), *seen]


def _has_answered(read: Round, answer: minutes_round.AnswerOf) -> Build:
    approves, at = bool(answer.row.approves), answer.row.at or read.minutes.changed_at
    return lambda: views.answered_approval(read, approves=approves, when=read.moment(at))


def _gone(read: Round, place: Place) -> Build | None:
    """What stands in a place that nobody holds by now."""
    what = place.key.removeprefix(f"{subject(read)}:").split(":")[0]
    # What the writers could press there is over by now.
    if what == COMMENT or (what in _NEWS_UNTIL and read.status is not _NEWS_UNTIL[what]):
        return lambda: views.comments_closed(read)
    if what == APPROVE:
        return lambda: views.approval_over(read)
    if what == PUBLISHED:
        return lambda: views.published(read)
    return None


# --- news, each said once -------------------------------------------------------------------------------------


async def tell(context: Context, read: Round, what: str, readers: Mapping[int, str], build: Build) -> None:
    """Tell these people something that is said once. `what`: the rest of its key, the same for the same news."""
    places = _places(f"{subject(read)}:{what}", readers)
    if places:
        await standing.show(context, subject(read), [Seen(places, build)])


async def tell_writers(context: Context, read: Round, what: str, build: Build, *, but_actor: bool = True) -> None:
    """Tell whoever writes the minutes; not the one who did it."""
    writers = read.concerned.writers(read.minutes.minute_taker_id)
    if but_actor:
        writers.pop(context.actor.person_id, None)
    await tell(context, read, what, writers, build)


async def comments_so_far(context: Context, read: Round) -> None:
    """One message for each of those who write the minutes, which counts the comments where it stands."""
    found = await minutes_round.comments(context.session, read.minutes.id)
    unanswered = sum(each.comment.status == Suggestion.OPEN for each in found)
    asked, silent = _still_silent(read, {each.comment.person_id for each in read.given(found)})

    def build() -> Message:
        return Message(
            title=views.title(read, _("Kommentarer til {minutes}")),
            facts=(
                Fact(label=_("Kommentarer"), value=str(len(found))),
                Fact(label=_("Ubesvarte"), value=str(unanswered)),
                Fact(label=_("Har svart"), value=_("{count} av {all}").format(count=asked - silent, all=asked)),
            ),
            buttons=(*views.writer_buttons(read, unanswered), views.show(read)),
            page=views.page_of(read),
        )

    await tell_writers(context, read, f"{COMMENTS}:{read.minutes.round}", build, but_actor=False)


def _still_silent(read: Round, commented: set[int]) -> tuple[int, int]:
    """How many may comment, and how many of them have said nothing."""
    commenters = set(read.concerned.commenters(read.rules))
    return len(commenters), len(commenters - commented - read.without_remarks)
