"""What becomes of what is typed: it is kept in the draft, right or wrong, but for what may be an identity number (see
`handlers.dialogs.draft_texts`)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.dialogs import draft_texts, guard, searching
from handlers.dialogs.checking import as_kept
from handlers.dialogs.dialog import ASKED, Note, Raw, Step, Text
from handlers.dialogs.draft_life import LIFETIME, answers_of
from handlers.people.context import Context
from handlers.writing.identity import without_possible_numbers
from handlers.writing.withheld import restored
from storage.tables import Draft


def answer(draft: Draft, answers: Raw) -> None:
    """The draft has these answers from now on."""
    # An equal dictionary would be a change to the session, which then looks at the row and everything in it.
    if draft.answers != answers:
        draft.answers = answers


# --- what is handed in -------------------------------------------------------------------------------------


def keep(context: Context, draft: Draft, step: type[Step] | None, raw: Raw, *, handed_in: bool) -> Mapping[str, str]:
    """Put what was typed into the draft: only this step's fields, as strings, cleaned, without what may be an identity
    number that the person has not answered for.

    What is said of the numbers that were taken out, by field.
    """
    if step is None:
        return {}
    kept = dict(draft.answers)
    texts: dict[str, str | None] = {}
    removed: dict[str, str] = {}
    queries = dict(draft.progress.queries)
    for name, query in searching.typed_in(step, raw).items():
        queries[name] = without_possible_numbers(query)
    _note_queries(draft, queries, raw.get(ASKED))
    for name, widget, _required in step.widgets():
        if name not in raw or isinstance(widget, Note):
            continue
        typed = as_kept(widget, raw[name], many=step.accepts_many(name))
        if not isinstance(typed, list) and draft_texts.is_text(widget):
            if typed and handed_in and isinstance(widget, Text) and widget.settle is not None:
                typed = widget.settle(typed, context.now)
            texts[name] = typed
        else:
            kept |= guard.storable({name: typed})
            if kept[name] != typed:
                removed[name] = guard.removed()
    put = {
        name: draft_texts.put(context, draft, name, typed, being_typed=not handed_in) for name, typed in texts.items()
    }
    if handed_in and raw.get(guard.CONFIRM) == "true":
        shown = {**draft_texts.shown(context, draft), **{name: each.shown for name, each in put.items()}}
        draft_texts.answered(context, draft, shown)
        # What has been answered for is stored too.
        again = {name: draft_texts.put(context, draft, name, each.shown).stored for name, each in put.items()}
    else:
        again = {name: each.stored for name, each in put.items()}
    kept |= again
    removed |= {name: guard.removed() for name, each in put.items() if each.removed}
    if kept != draft.answers:
        draft.answers = kept
        draft.changed_at = context.now
        draft.expires_at = context.now + LIFETIME
    return removed


# --- what was searched for ---------------------------------------------------------------------------------


async def settle_queries(context: Context, draft: Draft, step: type[Step] | None, *, asked: bool) -> Mapping[str, str]:
    """Choose what was searched for and is beyond doubt; what is said of the rest, by field.

    `asked`: the person asked to see the hits.
    """
    queries = draft.progress.queries
    if step is None or not queries:
        return {}
    settled = await searching.settle(context, step, answers_of(context, draft), asked=asked)
    answer(draft, {**draft.answers, **settled.chosen})
    if settled.done:
        _note_queries(draft, {name: query for name, query in queries.items() if name not in settled.done})
    return settled.open


def _note_queries(draft: Draft, queries: Mapping[str, str], asked: object = None) -> None:
    """`asked`: a field whose options are to be seen though nothing was typed."""
    left = {name: query for name, query in queries.items() if query or name == asked}
    if left != draft.progress.queries:
        draft.progress = replace(draft.progress, queries=left)


# --- what was typed after the command ----------------------------------------------------------------------


def as_typed(context: Context, value: Any) -> Any:
    """What was typed after a command, with what was taken out of the line before it was read."""
    return restored(value, context.line) if isinstance(value, str) else value


def take_in(context: Context, draft: Draft, typed_in: Raw) -> None:
    """What was typed after the command stands in the draft, whatever stood there."""
    stored = {
        name: draft_texts.put(context, draft, name, value).stored if isinstance(value, str) else value
        for name, value in typed_in.items()
    }
    answer(draft, {**draft.answers, **stored})


def begin_again(draft: Draft, prefilled: Raw) -> Raw:
    """What the draft's answers are, now that the form would begin with `prefilled`: what the person changed stays, with
    what it was changed from, and the rest is as it is now."""
    own = changed(draft)
    before = draft.progress.prefilled
    begun = {**prefilled, **{name: before[name] for name in own if name in before}}
    if begun != before:
        draft.progress = replace(draft.progress, prefilled=begun)
    return {**prefilled, **own}


def put_instead(context: Context, draft: Draft, instead: Raw, begun: Raw) -> None:
    """Somebody else wrote the same meanwhile: these values stand in the form now, which begins with `begun`."""
    if begun:
        draft.progress = replace(draft.progress, prefilled={**draft.progress.prefilled, **begun})
    take_in(context, draft, instead)


def note_pending(context: Context, draft: Draft, typed_in: Raw) -> None:
    """Keep what was typed until the person has said what is to become of the draft."""
    stored = guard.storable(typed_in)
    draft.progress = replace(draft.progress, pending=stored, filled_in=False)
    if stored != typed_in:
        context.withheld.of(draft.id, context.now).pending = typed_in


def pending(context: Context, draft: Draft) -> Raw:
    """What was typed, and is to become something when the person has said what."""
    stored = draft.progress.pending
    held = context.withheld.known(draft.id).pending
    return held if guard.storable(held) == stored else stored


def conflicts(context: Context, draft: Draft, given: Raw) -> bool:
    """Whether something else stands in the draft where what was typed now would stand."""
    shown = draft_texts.shown(context, draft)
    return any(shown.get(name) not in (None, "", [], value) for name, value in given.items())


def fill_in(context: Context, draft: Draft, *, overwriting: bool = False) -> None:
    """What was typed after the command stands where nothing stood in the draft that is gone on with; or, if the person
    says so, whatever stood there."""
    given = pending(context, draft)
    if given and not draft.progress.filled_in:
        filled = {
            name: value for name, value in given.items() if overwriting or draft.answers.get(name) in (None, "", [])
        }
        take_in(context, draft, filled)
        # Once: what the person then takes out stays out.
        draft.progress = replace(draft.progress, filled_in=True)


def changed(draft: Draft) -> Raw:
    """What the person changed themselves. The rest may be out of date by now."""
    before = draft.progress.prefilled
    return {name: value for name, value in draft.answers.items() if value != before.get(name)}
