"""From one screen of a dialog to the next, or back; and to the end."""

import itertools
from collections.abc import Collection, Mapping

from handlers.dialogs import draft_texts, guard
from handlers.dialogs.checking import check
from handlers.dialogs.dialog import Answers, Dialog, Form, Step
from handlers.dialogs.draft_life import answers_of, settle
from handlers.dialogs.drawing import step_form
from handlers.errors import BotError
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from storage.tables import Draft


async def go_on(
    context: Context, dialog: Dialog, draft: Draft, step_name: str, removed: Mapping[str, str]
) -> Form | Message:
    """Check every step up to the one submitted; then the next one, or the end.

    `removed`: where an identity number was taken out just now, or what was searched for is not chosen, and what is said
    of it, by field.

    All are checked, since a committee may have been removed or a deadline passed since the first step.
    """
    answers = answers_of(context, draft)
    path = dialog.path(answers)
    current = step_called(dialog, step_name)
    for step in path:
        errors = await check(context, step, answers)
        errors |= {name: guard.gone() for name in draft_texts.lost(context, draft, step)}
        if step is current:
            # What is wrong, or asked, besides is told too.
            errors |= {name: " ".join(filter(None, (said, errors.get(name)))) for name, said in removed.items()}
        if errors:
            return await form(context, dialog, step, draft, errors)
        if step is current and step is not path[-1]:
            path = dialog.path(answers)
            return await form(context, dialog, path[list(path).index(step) + 1], draft, checked=answers)
    if current is None and path[-1].looks_over():
        # A screen that is none any more: nothing is sent that has not been looked over.
        return await form(context, dialog, path[-1], draft, checked=answers)
    result = await dialog.finish(context, answers)
    draft.step = step_name
    settle(context, draft, result)
    return result


async def form(
    context: Context,
    dialog: Dialog,
    step: type[Step],
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
    *,
    checked: Answers | None = None,
    replaced: Collection[str] = (),
) -> Form:
    """This step, or if it looks over those before, the first of them that cannot stand.

    `checked`: the draft's answers as they are now, with the steps before this one checked. `replaced`: the fields
    whose value is another than was handed in.
    """
    answers = checked or answers_of(context, draft)
    refused = await refusal(context, dialog, answers)
    if step.looks_over() and not refused:
        for earlier in itertools.takewhile(lambda each: each is not step, dialog.path(answers)):
            problems = {} if earlier in answers else await check(context, earlier, answers)
            if problems:
                return await form(context, dialog, earlier, draft, problems)
    lost = draft_texts.lost(context, draft, step)
    errors = {**(errors or {}), **{name: guard.gone() for name in lost}}
    draft_texts.told_of(draft, lost)
    draft.step = step.name()
    found = guard.open_doubts(step, answers) if errors else {}
    return await step_form(
        context,
        dialog,
        step,
        answers,
        errors,
        "\n".join(dict.fromkeys(filter(None, (whole, refused)))),
        bare=bool(refused),
        asked=draft_texts.ask(context, draft, found),
        confirmed=[text for name in step.model_fields for text in draft_texts.said_of(draft, name)],
        can_put_back=draft_texts.can_put_back(context, draft, step),
        replaced=replaced,
    )


async def form_called(
    context: Context,
    dialog: Dialog,
    name: str,
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
) -> Form:
    """The step with this name, or where there is none any more, the first one."""
    step = step_called(dialog, name) or first(context, dialog, draft)
    return await form(context, dialog, step, draft, errors, whole)


async def refusal(context: Context, dialog: Dialog, answers: Answers) -> str:
    """Why whoever has the form open may not send it any more; empty: they may. It is drawn for them all the same, with
    what they wrote in it, but with nothing that the bot knows of what it is about.

    Raises:
        Settled: what the dialog is about is settled.
    """
    if dialog.still is None:
        return ""
    try:
        await dialog.still(context, answers.arguments)
    except Settled:
        raise
    except BotError as error:
        return str(error)
    return ""


def first(context: Context, dialog: Dialog, draft: Draft) -> type[Step]:
    return dialog.path(answers_of(context, draft))[0]


def before(context: Context, dialog: Dialog, draft: Draft, step_name: str) -> type[Step]:
    """The step before. «Endre», where everything is summed up, leads to the first one."""
    path = list(dialog.path(answers_of(context, draft)))
    step = next((each for each in path if each.name() == step_name), None)
    if step is None or step.looks_over():
        return path[0]
    return path[max(0, path.index(step) - 1)]


def step_called(dialog: Dialog, name: str) -> type[Step] | None:
    return next((step for step in dialog.every_step if step.name() == name), None)
