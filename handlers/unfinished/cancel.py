"""«avbryt», written as a line: what the person was filling in last is put away, as by the form's own «Avbryt»."""

from collections.abc import Mapping, Sequence

from handlers.capability import Command, Example
from handlers.dialogs.dialog import Answers, Dialog, Reply
from handlers.dialogs.draft_life import cancelled, thrown_away
from handlers.dialogs.drawing import written
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import carries
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.unfinished.actions import Do
from handlers.writing.language import N_, _
from storage import drafts
from storage.tables import DraftStatus


def command_for(dialogs: Sequence[Dialog]) -> Command:
    """The command over the forms of these dialogs."""
    known = {name: dialog for dialog in dialogs for name in dialog.names}

    async def run(context: Context, _text: str) -> Reply:
        open_drafts = []
        if context.actor.has_drafts:
            open_drafts = await drafts.newest_open(context.session, context.actor.person_id, context.now)
        for draft in open_drafts:
            dialog = known.get(draft.dialog)
            if dialog is None or not carries(draft.arguments, context.only):
                continue
            facts = written(dialog, Answers(draft.answers, {}), draft.progress.prefilled)
            done = cancelled(context, dialog, draft)
            kept = draft.status == DraftStatus.OPEN
            throw_away = Button(
                label=_("Slett utkastet"), action=Do.DISCARD, arguments={"draft": draft.id}, style="danger"
            )
            return done.model_copy(
                update={
                    # What was thrown away stands here, to be copied; what is kept stands in the draft.
                    "text": done.text or (_("Dette hadde du skrevet:") if facts else ""),
                    "facts": () if kept else facts,
                    "buttons": (throw_away,) if kept else (),
                    "replace": False,
                    "closes": draft.id,
                }
            )
        return Message(
            title=_("Det er ingenting å avbryte"),
            text=_("Du har ikke noe utkast. Et skjema som du ikke har skrevet noe i, kan du bare la være."),
        )

    async def examples(_context: Context) -> Sequence[Example]:
        return (Example("/avbryt", _("legger bort skjemaet du holder på med")),)

    return Command(
        name="avbryt",
        aliases=("cancel", "stopp"),
        summary=N_("Avbryt skjemaet du holder på med"),
        run=run,
        examples=examples,
        alone=True,
    )


async def discard(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Slett utkastet», once it was put away."""
    draft = await drafts.draft(context.session, arguments.get("draft", ""))
    if draft is None or draft.status != DraftStatus.OPEN:
        raise Gone(_("Utkastet er ikke her lenger."))
    if draft.person_id != context.actor.person_id:
        raise NotAllowed(_("Utkastet hører til en annen."))
    return thrown_away(context, draft)
