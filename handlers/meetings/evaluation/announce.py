"""What everybody sees of the evaluation of a meeting by now, written as deliveries."""

from collections.abc import Sequence

from handlers.cases import around
from handlers.meetings.evaluation import views
from handlers.meetings.evaluation.at_hand import Read, what_it_came_to
from handlers.messages import standing
from handlers.messages.standing import Build, Seen
from handlers.people.context import Context
from storage.evaluations import Asked


def subject(read: Read) -> str:
    """The subject of all that is said of an evaluation."""
    return f"evaluation:{read.row.id}"


async def stand(context: Context, read: Read) -> None:
    """Whoever is asked sees how it stands with them."""
    groups: tuple[tuple[Sequence[Asked], Build], ...]
    done = [each for each in read.asked if each.answered]
    if read.row.closed_at is None:
        groups = ((read.waiting, lambda: views.to_answer(read)), (done, lambda: views.has_answered(read)))
    else:
        groups = ((read.waiting, lambda: views.over(read)), (done, lambda: views.has_answered(read)))
    seen = [Seen(_places(read, "ask", people), build) for people, build in groups if people]
    if seen:
        await standing.show(context, subject(read), seen)


async def remind(context: Context, read: Read) -> None:
    """Whoever has not answered is reminded, once."""
    if read.waiting:
        seen = Seen(_places(read, "remind", read.waiting), lambda: views.to_answer(read, reminded=True))
        await standing.show(context, subject(read), [seen])


async def closed(context: Context, read: Read) -> None:
    """The secretariat is told what it came to."""
    summed = await what_it_came_to(context, read)
    holders = await around.secretaries(context.session, read.committee.id, context.now)
    places = standing.places(f"{subject(read)}:over", [(each.person_id, each.language) for each in holders])
    if places:
        await standing.show(
            context,
            subject(read),
            [Seen(places, lambda: views.to_secretariat(read, summed, shared=False))],
        )


def _places(read: Read, what: str, people: Sequence[Asked]) -> dict[str, tuple[int, str]]:
    return standing.places(f"{subject(read)}:{what}", [(each.person_id, each.language) for each in people])
