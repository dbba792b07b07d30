"""A draft from when a form is opened until it becomes something, or is put away.

It belongs to one person, so a form's token in other hands opens nothing.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from handlers.dialogs import draft_texts
from handlers.dialogs.dialog import Answers, Dialog, Raw
from handlers.dialogs.token import Token, form_gone
from handlers.errors import NotAllowed, about_another_case
from handlers.messages.arguments import carries
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import drafts, joining
from storage.progress import Progress
from storage.tables import Draft, DraftStatus

LIFETIME = timedelta(days=14)


def answers_of(context: Context, draft: Draft) -> Answers:
    """The answers so far, as the person sees them."""
    return Answers(
        draft_texts.shown(context, draft),
        draft.arguments,
        draft.id,
        draft.progress.confirmed,
        draft.progress.queries,
        draft.progress.prefilled,
    )


# --- from the beginning ------------------------------------------------------------------------------------


async def open_drafts(context: Context, dialog: Dialog) -> Sequence[Draft]:
    """The actor's unfinished drafts in this dialog, newest first."""
    if not context.actor.has_drafts:
        return ()
    found = await drafts.open_drafts(context.session, context.actor.person_id, dialog.names, context.now)
    return [draft for draft in found if carries(draft.arguments, context.only)]


async def find(context: Context, dialogs: Mapping[str, Dialog], token: Token) -> tuple[Dialog, Draft]:
    """What a form's token leads to.

    Raises:
        Gone: the draft has expired, or never was.
        NotAllowed: it belongs to somebody else, or is about another case than the page it is shown on.
    """
    dialog = dialogs.get(token.dialog)
    draft = await drafts.draft(context.session, token.draft_id) if dialog else None
    owner = draft.person_id if draft else _owner(token.draft_id, context.now)
    if dialog is None or owner is None:
        raise form_gone()
    if owner != context.actor.person_id and await joining.now_called(context.session, owner) != context.actor.person_id:
        raise NotAllowed(_("Dette skjemaet hører til en annen. Skriv kommandoen selv, så får du ditt eget."))
    if draft is None and dialog.begins_empty and not context.only:
        draft = new(context, dialog, {}, {}, token.draft_id)
    if draft is None or draft.dialog not in dialog.names or draft.expires_at <= context.now:
        raise form_gone()
    if not carries(draft.arguments, context.only):
        raise about_another_case()
    return dialog, draft


def new(
    context: Context,
    dialog: Dialog,
    arguments: Mapping[str, str],
    prefilled: Raw,
    draft_id: str | None = None,
) -> Draft:
    """A draft that is stored with the transaction."""
    draft = Draft(
        id=draft_id or new_id(context.actor.person_id, context.now),
        person_id=context.actor.person_id,
        dialog=dialog.name,
        step="",
        arguments=dict(arguments),
        answers=dict(prefilled),
        progress=Progress(prefilled=prefilled),
        created_at=context.now,
        changed_at=context.now,
        expires_at=context.now + LIFETIME,
    )
    context.session.add(draft)
    return draft


def new_id(person_id: int, now: datetime) -> str:
    """An id that tells whose it is and when it was made, so that a form that was never written down has both."""
    return f"{int(now.timestamp()):08x}{person_id:08x}{secrets.token_hex(8)}"


def _owner(draft_id: str, now: datetime) -> int | None:
    """Whose a draft with this id is, if it could still be open."""
    try:
        made, owner = datetime.fromtimestamp(int(draft_id[:8], 16), UTC), int(draft_id[8:16], 16)
    except ValueError:
        return None
    return owner if now - LIFETIME < made <= now + timedelta(minutes=1) else None


# --- to the end --------------------------------------------------------------------------------------------


def settle(context: Context, draft: Draft, result: Message) -> None:
    """The draft became something; `result` is what its person was shown. What they asked to have left out is gone."""
    empty(context, draft)
    draft.status = DraftStatus.SUBMITTED
    draft.result = result.model_dump(mode="json", exclude_defaults=True)


def discard(context: Context, draft: Draft) -> None:
    """What the person threw away is not kept until the draft expires."""
    empty(context, draft)
    draft.status = DraftStatus.DISCARDED


def empty(context: Context, draft: Draft) -> None:
    """But for what it is about."""
    context.withheld.forget(draft.id)
    draft.answers = {}
    draft.progress = Progress()


def thrown_away(context: Context, draft: Draft) -> Message:
    """The person does not want what they wrote to be kept."""
    discard(context, draft)
    return Message(title=_("Utkastet er slettet."), replace=True)


def cancelled(context: Context, dialog: Dialog, draft: Draft) -> Message:
    """The person wants no more of the form. One that can be gone on with is kept, if anything is written in it."""
    if not dialog.resumable or not has_content(draft_texts.shown(context, draft), draft.progress.prefilled):
        discard(context, draft)
        return Message(title=_("Avbrutt. Ingenting er sendt."), replace=True)
    return Message(
        title=_("Ikke sendt inn"),
        text=_("Utkastet er tatt vare på i {days} dager. Skriv {command} for å fortsette der du slapp.").format(
            days=LIFETIME.days, command=typed(dialog.resumed_by)
        ),
        replace=True,
    )


def has_content(answers: Raw, prefilled: Raw) -> bool:
    """Whether the person put anything into a draft with these answers themselves."""
    return any(value not in (None, "", []) and prefilled.get(name) != value for name, value in answers.items())
