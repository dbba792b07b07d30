"""The texts of a draft, with what may be an identity number kept out of the row until the person has said it is none.

Three texts are of each field: what was **typed**; what is **shown**, without the numbers that are written as such; and
what is **stored**, also without what only may be one and has not been answered for. The first two are in memory only
(see `handlers.writing.withheld`).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from handlers.dialogs import guard
from handlers.dialogs.dialog import LongText, Raw, Step, Text, Widget
from handlers.people.context import Context
from handlers.writing import withheld
from handlers.writing.identity import REMOVED, Doubt, Kind, take_out
from handlers.writing.withheld import CHARACTERS, put_back, sort_out
from storage.progress import Held
from storage.tables import Draft


def is_text(widget: Widget) -> bool:
    return isinstance(widget, Text | LongText)


class Put(NamedTuple):
    """What became of a text. `removed`: a number that is written as such was taken out of it."""

    shown: str | None
    stored: str | None
    removed: bool


def put(context: Context, draft: Draft, name: str, typed: str | None, *, being_typed: bool = False) -> Put:
    """Sort out what was typed into a field: what is shown of it is held, what is stored is for the draft's answers.

    `being_typed`: it may end in the middle of a number.
    """
    before = context.withheld.known(draft.id).texts.pop(name, None)
    _forget_said(draft, name, typed or "")
    if not typed:
        _note(draft, name)
        return Put(typed, typed, removed=False)
    said = said_of(draft, name)
    text = sort_out(typed, before, said)
    stored = take_out(text.shown, possible=True, being_typed=being_typed, but=said).text
    if (text.taken or stored != text.shown) and len(typed) <= CHARACTERS:
        text = replace(text, stamp=secrets.token_hex(4))
        context.withheld.of(draft.id, context.now).texts[name] = text
    _note(draft, name, text.stamp, kept_out=stored != text.shown)
    return Put(text.shown, stored, removed=text.shown != typed)


def shown(context: Context, draft: Draft) -> Raw:
    """The answers as the person sees them."""
    held = {name: _held(context, draft, name) for name in draft.progress.held}
    return {**draft.answers, **{name: text.shown for name, text in held.items() if text is not None}}


def said_of(draft: Draft, name: str) -> Sequence[str]:
    """What is no identity number in this field: the person has said so, or it was there when they began."""
    before = draft.progress.prefilled.get(name)
    there = take_out(before, possible=True).taken if isinstance(before, str) else ()
    return [*draft.progress.confirmed.get(name, ()), *there]


def confirm(draft: Draft, name: str, said: Sequence[str]) -> None:
    confirmed = draft.progress.confirmed
    whole = sorted({*confirmed.get(name, ()), *said})
    draft.progress = replace(draft.progress, confirmed={**confirmed, name: whole})


def _forget_said(draft: Draft, name: str, typed: str) -> None:
    """What is no longer in the text is no longer in the draft either: it may have been a patient's after all."""
    confirmed = draft.progress.confirmed
    still = [each for each in confirmed.get(name, ()) if each in typed]
    if still != confirmed.get(name, []):
        draft.progress = replace(draft.progress, confirmed={**confirmed, name: still})


# --- what is asked -----------------------------------------------------------------------------------------


def ask(context: Context, draft: Draft, found: Mapping[str, Sequence[Doubt]]) -> Sequence[str]:
    """Keep what the form on the screen asks about, by field; all of it, to be named."""
    numbers: dict[str, Sequence[str]] = {
        name: [doubt.text for doubt in doubts if doubt.kind == Kind.NUMBER] for name, doubts in found.items()
    }
    others = {name: [doubt.text for doubt in doubts if doubt.kind != Kind.NUMBER] for name, doubts in found.items()}
    if any(numbers.values()):
        context.withheld.of(draft.id, context.now).asked = numbers
    else:
        context.withheld.known(draft.id).asked.clear()
    others = {name: texts for name, texts in others.items() if texts}
    if others != draft.progress.asked:
        draft.progress = replace(draft.progress, asked=others)
    return [doubt.text for doubts in found.values() for doubt in doubts]


def answered(context: Context, draft: Draft, texts: Mapping[str, object]) -> None:
    """The person has ticked the box. Only what they were asked about is answered."""
    asked: dict[str, list[str]] = {}
    for each in (draft.progress.asked, context.withheld.known(draft.id).asked):
        for name, found in each.items():
            asked.setdefault(name, []).extend(found)
    confirmed = guard.confirmed(draft.progress.confirmed, asked, texts)
    draft.progress = replace(draft.progress, confirmed={name: list(each) for name, each in confirmed.items()})


# --- what was taken out ------------------------------------------------------------------------------------


def can_put_back(context: Context, draft: Draft, step: type[Step]) -> bool:
    """Whether something was taken out of this step's texts that is still held."""
    return any(_is_undoable(context, draft, name) for name, _widget, _required in step.widgets())


def can_put_back_any(context: Context, draft: Draft) -> bool:
    return any(_is_undoable(context, draft, name) for name in draft.answers)


def _is_undoable(context: Context, draft: Draft, name: str) -> bool:
    text = _held(context, draft, name)
    return text is not None and any(each is not None for each in text.taken)


def put_all_back(context: Context, draft: Draft, step: type[Step]) -> bool:
    """The person says that what was taken out of this step's texts was none. False: not all of it is held any more."""
    whole = True
    for name, widget, _required in step.widgets():
        text = _held(context, draft, name)
        if text is not None:
            confirm(draft, name, [each for each in text.taken if each is not None])
            draft.answers = {**draft.answers, name: put(context, draft, name, put_back(text.shown, text.taken)).stored}
        if is_text(widget) and REMOVED in str(draft.answers.get(name)):
            whole = whole and text is not None and None not in text.taken
    return whole


def lost(context: Context, draft: Draft, step: type[Step]) -> Sequence[str]:
    """The fields of this step from which something was kept out that is not held any more."""
    noted = draft.progress.held
    return [
        name
        for name, _widget, _required in step.widgets()
        if name in noted and noted[name].kept_out and _held(context, draft, name) is None
    ]


def told_of(draft: Draft, names: Sequence[str]) -> None:
    """The person has read that something is gone from these fields."""
    for name in names:
        _note(draft, name)


def _held(context: Context, draft: Draft, name: str) -> withheld.Text | None:
    text = context.withheld.known(draft.id).texts.get(name)
    noted = draft.progress.held.get(name)
    return text if text is not None and noted is not None and text.stamp == noted.stamp else None


def _note(draft: Draft, name: str, stamp: str = "", *, kept_out: bool = False) -> None:
    before = draft.progress.held
    after = {each: noted for each, noted in before.items() if each != name}
    if stamp or kept_out:
        after[name] = Held(stamp, kept_out)
    if after != before:
        draft.progress = replace(draft.progress, held=after)
