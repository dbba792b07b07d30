"""What everybody sees of a round of written comments by now, written as deliveries: worked out from how it stands.

Whoever is asked has a message of their own, and each secretary one that counts; they change where they stand. What is
said once besides (that all have answered) has a key that the same news has again.
"""

from collections.abc import Iterable

from handlers.calendar.zone import local_day
from handlers.cases import around
from handlers.hearings import reminding, views
from handlers.hearings.actions import Do, button
from handlers.hearings.at_hand import Round
from handlers.messages import standing
from handlers.messages.message import Button, Fact, Message
from handlers.messages.standing import Build, Seen
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.hearings import Recipient
from storage.tables import HearingStatus

_ASK, _RUN = "ask", "run"


def subject(read: Round) -> str:
    """The subject of all that is said of a round."""
    return f"hearing:{read.row.id}"


async def stand(context: Context, read: Round) -> None:
    """Everybody sees the round as it stands by now, and is reminded of it as long as they have not answered."""
    await reminding.lay_all(context, read)
    late = context.now > read.row.deadline_at
    seen = [
        Seen({f"{subject(read)}:{_ASK}:{person_id}": (person_id, each.language)}, _asked(read, each, late=late))
        for each in read.recipients
        if (person_id := each.row.person_id) is not None and not each.gone
    ]
    secretaries = await _secretaries(context, read)
    seen.append(Seen(standing.places(f"{subject(read)}:{_RUN}", secretaries.items()), lambda: _counted(read)))
    await standing.show(context, subject(read), seen)


def _asked(read: Round, recipient: Recipient, *, late: bool) -> Build:
    def build() -> Message:
        shown = views.to_recipient(read, recipient, late=late)
        if read.status is HearingStatus.WITHDRAWN:
            shown = shown.model_copy(update={"title": views.title(read, _("Høringen er trukket: {title}"))})
        return shown

    return build


def _counted(read: Round) -> Message:
    """How far the round has come, for the secretariat."""
    return Message(
        title=views.title(read),
        facts=(
            Fact(label=_("Status"), value=views.status(read)),
            Fact(label=_("Frist"), value=views.deadline(read)),
            Fact(label=_("Har svart"), value=views.progress(len(read.recipients), len(read.answered))),
        ),
        buttons=(_show(read),),
        page=views.page_of(read),
    )


def _show(read: Round) -> Button:
    return button(Do.SHOW, _("Se høringen"), read.row, {})


async def _secretaries(context: Context, read: Round) -> dict[int, str]:
    holders = await around.secretaries(context.session, read.committee.id, context.now)
    return {holder.person_id: holder.language for holder in holders}


# --- news, each said once ----------------------------------------------------------------------------------


async def time_is_over(context: Context, read: Round) -> None:
    """The deadline has passed: whoever has not answered and the secretariat are told."""
    day = local_day(read.row.deadline_at)
    title = N_("Fristen for å svare på høringen «{title}» er ute")
    await _tell(context, read, f"over:{day}", read.waiting, title, late=True)

    def build() -> Message:
        shown = _counted(read)
        names = ", ".join(views.called(each) for each in read.waiting)
        silent = _("Disse har ikke svart: {names}").format(names=names) if names else _("Alle har svart.")
        buttons = (_show(read), *views.run_buttons(read._replace(carried={}), attached=False))
        return shown.model_copy(
            update={
                "title": views.title(read, _("Fristen for høringen «{title}» er ute")),
                "text": silent,
                "files": (views.document(read._replace(carried={})),) if read.answered else (),
                "buttons": buttons,
            }
        )

    await _tell_secretariat(context, read, f"overrun:{day}", build)


async def all_have_answered(context: Context, read: Round) -> None:
    """The last one has answered, and the secretariat is told."""

    def build() -> Message:
        return _counted(read).model_copy(
            update={
                "title": views.title(read, _("Alle har svart på høringen «{title}»")),
                "files": (views.document(read._replace(carried={})),),
                "buttons": (_show(read), *views.run_buttons(read._replace(carried={}), attached=False)),
            }
        )

    await _tell_secretariat(context, read, f"all:{len(read.recipients)}", build)


async def extended(context: Context, read: Round) -> None:
    """There is more time: whoever has not answered is told."""
    title = N_("Ny frist for å svare på høringen «{title}»: {day}")
    await _tell(context, read, f"extended:{local_day(read.row.deadline_at)}", read.waiting, title, late=False)


async def withdrawn(context: Context, read: Round) -> None:
    """Nobody is to answer any more: whoever has not is told."""
    readers = {each.row.person_id: each.language for each in read.waiting if each.row.person_id is not None}

    def build() -> Message:
        return Message(
            title=views.title(read, _("Høringen «{title}» er trukket")),
            text=_("Du trenger ikke å svare."),
            page=views.page_of(read),
        )

    places = standing.places(f"{subject(read)}:withdrawn", readers.items())
    await standing.show(context, subject(read), [Seen(places, build)])


async def _tell(
    context: Context, read: Round, what: str, recipients: Iterable[Recipient], title: str, *, late: bool
) -> None:
    seen = []
    for each in recipients:
        person_id = each.row.person_id
        if person_id is None:
            continue

        def build(recipient: Recipient = each) -> Message:
            words = _(title).format(title=read.row.title, day=views.deadline(read))
            return views.to_recipient(read, recipient, late=late).model_copy(update={"title": words})

        seen.append(Seen({f"{subject(read)}:{what}:{person_id}": (person_id, each.language)}, build))
    if seen:
        await standing.show(context, subject(read), seen)


async def _tell_secretariat(context: Context, read: Round, what: str, build: Build) -> None:
    readers = await _secretaries(context, read)
    places = standing.places(f"{subject(read)}:{what}", readers.items())
    if places:
        await standing.show(context, subject(read), [Seen(places, build)])
