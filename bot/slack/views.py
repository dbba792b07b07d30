"""Forms as Slack modals, and the answers read back out of them: pure drawing, no calls.

A field's name is its block id, so that Slack shows an error under the right field. Its action id changes when its
options do: Slack keeps what somebody has chosen as long as both ids stay the same, also an option that is gone. So it
does when an identity number was taken out of a text, or a box is about something else.
What is read back is never shortened. Limits: `handlers.limits`.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from typing import Any, assert_never

from bot.slack.as_sent import AsSent
from bot.slack.blocks import fact_lines, message_blocks
from bot.slack.elements import Block, context, paragraphs, pieces, plain, rich, run, without_pictures
from handlers.dialogs.dialog import (
    Choice,
    Choices,
    Day,
    Form,
    FormField,
    LongText,
    Note,
    Option,
    Person,
    Raw,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.limits import SLACK
from handlers.messages.message import Message
from handlers.writing.identity import REMOVED
from handlers.writing.language import _, current
from handlers.writing.text import apart, length

CALLBACK = "form"
"""The callback id of every modal that can be submitted."""
DONE = "done"
"""The callback id of a modal that only tells something."""
FORM_BUTTON = "form:"
"""How the action id of a form's button begins: `form:<intent>`."""

_KEPT = "kept:"
_KEPT_SHOWN = 10
_ERRORS = "errors"
_TICK = "yes"
_TICKED = "true"
_METADATA = '"private_metadata": %s'


def form_view(form: Form) -> Block:
    """The modal for a form.

    Raises:
        ValueError: the value of an option is longer than Slack takes. It is read back, so it cannot be shortened.
    """
    body = [block for field in form.fields for block in _field_blocks(field)] + _form_buttons(form)
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": form.token,
        "notify_on_close": True,
        "title": plain(form.title, SLACK.form_title),
        "submit": plain(form.submit, SLACK.submit),
        "close": plain(_("Lukk"), SLACK.submit),
        "blocks": _with_head(_head(form), body),
    }


def form_as_sent(form: Form) -> AsSent:
    """The same, as Slack gets it: what a command opens is the same each time, but for its token.

    Kept for those forms only in which nothing stands that somebody wrote.
    """
    sent = _sent_before(form)
    if sent is None:
        return AsSent.of(form_view(form))
    # It stands before all that is shown.
    return AsSent(sent.replace(_METADATA % '""', _METADATA % json.dumps(form.token), 1))


_SENT: dict[tuple[Any, ...], tuple[Sequence[FormField], AsSent]] = {}
"""By which fields these are: whoever draws an empty form has the same ones each time, and to compare all that they hold
takes several times as long as the rest. It holds on to the fields, so that no others get their ids."""
_SENT_KEPT = 64


def _sent_before(form: Form) -> AsSent | None:
    """A form in which nothing stands that somebody wrote, without its token; None: something does."""
    if form.facts or form.errors or form.confirmed:
        return None
    rest = {**vars(form), "token": "", "fields": None}
    key = (current(), *rest.values(), *map(id, form.fields))
    found = _SENT.get(key)
    if found is not None:
        return found[1]
    if not _is_empty(form):
        return None
    sent = _sent_once(replace(form, token=""), current())
    _SENT[key] = (form.fields, sent)
    if len(_SENT) > _SENT_KEPT:
        del _SENT[next(iter(_SENT))]
    return sent


def _is_empty(form: Form) -> bool:
    """Whether nothing stands in it that somebody wrote."""
    said = form.facts or form.errors or form.confirmed
    return not said and all(
        field.value is None and not field.query and not field.error and not isinstance(field.widget, Note)
        for field in form.fields
    )


@lru_cache(maxsize=32)
def _sent_once(form: Form, _language: str) -> AsSent:
    return AsSent.of(form_view(form))


def final_view(message: Message, title: str) -> Block:
    """A modal that shows `message` instead of the form called `title`, which is done with.

    Where the message will also come as a lasting one, its buttons are there and not here.
    """
    elsewhere = message.delivery_key is not None
    if elsewhere:
        message = message.without_buttons()
    # Slack refuses a whole window for one picture that it cannot fetch, and does not tell us.
    blocks = without_pictures(message_blocks(message))
    if elsewhere:
        blocks.append(context(_("Dette kommer også i samtalen din med meg, så du finner det igjen.")))
    return {
        "type": "modal",
        "callback_id": DONE,
        "title": plain(title, SLACK.form_title),
        "close": plain(_("Lukk"), SLACK.submit),
        "blocks": blocks,
    }


def view_with_error(view: Mapping[str, Any], error: str) -> Block:
    """The modal that Slack sent us, with an error on top: for when no form could be drawn anew.

    The fields keep their ids, so Slack keeps what is typed in them.
    """
    again = {
        name: view[name]
        for name in ("type", "callback_id", "private_metadata", "notify_on_close", "title", "submit", "close")
        if view.get(name) is not None
    }
    rest = [block for block in view.get("blocks", ()) if not str(block.get("block_id", "")).startswith(_ERRORS)]
    return {**again, "blocks": _with_head(_error_blocks((error,)), rest)}


def read_answers(view: Mapping[str, Any]) -> Raw:
    """What stands in a modal's fields: a string, a list of strings or None by field name.

    A field left empty because its text was too long for Slack, and stood above it, is left out: the draft has it.
    """
    state = view.get("state") or {}
    kept = {
        str(block.get("block_id", "")).removeprefix(_KEPT).partition(":")[0]
        for block in view.get("blocks", ())
        if str(block.get("block_id", "")).startswith(_KEPT)
    }
    raw: Raw = {}
    for name, elements in (state.get("values") or {}).items():
        for action_id, element in elements.items():
            value = _YES_NO[bool(element.get("selected_options"))] if action_id.startswith(_TICK) else _value(element)
            if not (name in kept and value in (None, "")):
                raw[name] = value
    return raw


_YES_NO = ("false", "true")


def _value(element: Mapping[str, Any]) -> str | list[str] | None:
    """The value of one element in `view.state.values` (Block Kit reference, «view.state»)."""
    match element["type"]:
        case "plain_text_input":
            return element.get("value")
        case "static_select" | "external_select":
            option = element.get("selected_option")
            return option["value"] if option else None
        case "multi_static_select" | "multi_external_select" | "checkboxes":
            return [option["value"] for option in element.get("selected_options") or ()]
        case "datepicker":
            return element.get("selected_date")
        case "timepicker":
            return element.get("selected_time")
        case other:
            raise ValueError(f"no field is drawn as {other}")


def errors_in_place(form: Form, view: Mapping[str, Any]) -> dict[str, str] | None:
    """The errors of `form` by block id, if all that is to be shown is errors under the fields of `view`.

    None: the modal must be drawn anew, since it is another step, an error belongs to no field, or the options on
    the screen are no longer those that can be chosen.
    """
    errors = {field.name: field.error for field in form.fields if field.error}
    if form.token != view.get("private_metadata") or form.errors or not errors:
        return None
    on_screen = _inputs(view.get("blocks", ()))
    drawn = _inputs(form_view(form)["blocks"])
    return errors if errors.keys() <= on_screen.keys() and drawn == on_screen else None


def first_input(view: Mapping[str, Any]) -> str | None:
    """The block id of the first field."""
    return next(iter(_inputs(view.get("blocks", ()))), None)


def options(found: Sequence[Option]) -> list[Block]:
    """Options to choose from, as many as there is room for."""
    listed = found[: SLACK.options]
    labels = apart([option.label for option in listed], SLACK.option)
    return [_option(option.value, label) for option, label in zip(listed, labels, strict=True)]


# --- the parts of a form -----------------------------------------------------------------------------------


def _head(form: Form) -> list[Block]:
    blocks: list[Block] = []
    if form.step_count:
        progress = _("Steg {number} av {count}").format(number=form.step_number, count=form.step_count)
        blocks.append(context(progress))
    blocks += _error_blocks(form.errors)
    return blocks + rich([*paragraphs(form.intro), *fact_lines(form.facts, room=40 * SLACK.text)])


def _with_head(head: list[Block], body: list[Block]) -> list[Block]:
    """All of both, or as much of the head as there is room for; it is only for reading."""
    room = SLACK.form_blocks - len(body)
    if len(head) > room:
        head = [*head[: max(0, room - 1)], context(_("… resten får ikke plass her."))]
    return head + body


def _error_blocks(errors: Sequence[str]) -> list[Block]:
    return [
        {"type": "section", "block_id": f"{_ERRORS}:{number}", "text": plain(f"⚠️ {error}")}
        for number, error in enumerate(errors)
    ]


def _form_buttons(form: Form) -> list[Block]:
    if not form.buttons:
        return []
    drawn: list[Block] = []
    for button in form.buttons:
        element: Block = {
            "type": "button",
            "action_id": f"{FORM_BUTTON}{button.intent}",
            "text": plain(button.label, SLACK.button),
            "value": button.intent,
        }
        if button.style != "default":
            element["style"] = button.style
        drawn.append(element)
    return [{"type": "actions", "elements": drawn}]


def _field_blocks(field: FormField) -> Iterator[Block]:
    element, remark = _element(field)
    if element is None:
        if not isinstance(field.widget, Note):
            yield from rich([[run(field.label, bold=True)]])
        yield from ({"type": "section", "text": plain(piece)} for piece in pieces(remark))
        if field.help:
            yield context(field.help)
        if field.error:
            yield context(f"⚠️ {field.error}", SLACK.text)
        return
    kept = _too_long(field)
    if kept:
        yield from _kept_blocks(field.name, kept)
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, SLACK.input_label),
        "element": element,
        "optional": not field.required or isinstance(field.widget, YesNo) or bool(kept),
        # Every change is told us at once and put in the draft: a closed window loses nothing.
        "dispatch_action": True,
    }
    if field.help:
        block["hint"] = plain(field.help, SLACK.input_label)
    yield block
    if remark:
        yield context(remark)
    if field.error:
        yield context(f"⚠️ {field.error}", SLACK.text)


def _element(field: FormField) -> tuple[Block | None, str]:
    """(element, remark): what to fill in, and what to say beside it. No element: the remark is all there is."""
    match field.widget:
        case Text() | LongText():
            return _text_input(field, field.widget), ""
        case Choice() | Choices() | Person():
            if not field.options and not field.searched:
                return None, _("Det er ikke noe å velge her nå.")
            return _select(field), ""
        case Day():
            return _picker("date", field.value, _as_date(field.value))
        case TimeOfDay():
            return _picker("time", field.value, _as_time(field.value))
        case YesNo():
            ticked = _option(_TICKED, _("Ja"))
            box: Block = {
                "type": "checkboxes",
                "action_id": _tick_id(f"{field.label}\n{field.help}"),
                "options": [ticked],
            }
            return (box | {"initial_options": [ticked]} if field.value == _TICKED else box), ""
        case Note():
            return None, field.label
        case _ as unknown:
            assert_never(unknown)


def _text_input(field: FormField, widget: Text | LongText) -> Block:
    value = field.value if isinstance(field.value, str) else ""
    element: Block = {
        "type": "plain_text_input",
        "action_id": _text_id(value, replaced=field.replaced),
        "multiline": isinstance(widget, LongText),
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        # A value that is there already may be longer than it may stay: then it is for the check to say so.
        "max_length": min(SLACK.typed, widget.max_length) if length(value) <= widget.max_length else SLACK.typed,
    }
    if field.placeholder:
        element["placeholder"] = plain(field.placeholder, SLACK.placeholder)
    if value and not _too_long(field):
        element["initial_value"] = value
    return element


def _text_id(value: str, *, replaced: bool) -> str:
    """The same for every text, but for one that something was taken out of, or was put together with another's: it
    stands in the place of what was typed, which Slack would go on showing."""
    return f"text:{zlib.crc32(value.encode()):08x}" if replaced or REMOVED in value else "text"


def _tick_id(about: str) -> str:
    """Another one where the box is about something else: Slack would go on showing it ticked."""
    return f"{_TICK}:{zlib.crc32(about.encode()):08x}"


def _too_long(field: FormField) -> str:
    """The value, if it is one that Slack would refuse the whole modal for."""
    is_text = isinstance(field.widget, Text | LongText) and isinstance(field.value, str)
    return str(field.value) if is_text and length(str(field.value)) > SLACK.typed else ""


def _kept_blocks(name: str, value: str) -> Iterator[Block]:
    """A text that is too long for its field, whole, above it. `read_answers` knows the block ids."""
    for number, piece in enumerate(pieces(value)):
        if number == _KEPT_SHOWN:
            yield context(_("… resten får ikke plass her."))
            return
        yield {"type": "section", "block_id": f"{_KEPT}{name}:{number}", "text": plain(piece)}
    yield context(
        _(
            "Teksten over er på {count} tegn, og er tatt vare på. Feltet under tar {limit}: skriv en kortere der, så "
            "erstatter den teksten over."
        ).format(count=len(value), limit=SLACK.typed)
    )


def _select(field: FormField) -> Block:
    listed = field.value if isinstance(field.value, list) else [field.value] if field.value else []
    drawn = options(field.options)
    chosen = [option for option in drawn if option["value"] in listed]
    if not field.many:
        chosen = chosen[:1]
    if field.searched:
        element: Block = {
            "type": "multi_external_select" if field.many else "external_select",
            "action_id": "search",
            "min_query_length": 0,
        }
    else:
        few = field.many and len(drawn) <= SLACK.boxes and not isinstance(field.widget, Person)
        element = {
            "type": "checkboxes" if few else "multi_static_select" if field.many else "static_select",
            "action_id": _fingerprint(drawn),
            "options": drawn,
        }
    if field.replaced:
        element["action_id"] += f":{zlib.crc32(str(field.value).encode()):08x}"
    if chosen:
        element |= {"initial_options": chosen} if field.many else {"initial_option": chosen[0]}
    return element


def _option(value: str, label: str) -> Block:
    if length(value) > SLACK.option_value:
        raise ValueError(f"the value of option «{label[:30]}» is longer than {SLACK.option_value}")
    return {"text": plain(label, SLACK.option), "value": value}


def _fingerprint(drawn: Sequence[Block]) -> str:
    whole = "\n".join(f"{option['value']}\t{option['text']['text']}" for option in drawn)
    return f"choose:{zlib.crc32(whole.encode()):08x}"


def _picker(kind: str, raw: Any, value: str | None) -> tuple[Block, str]:
    element: Block = {"type": f"{kind}picker", "action_id": kind}
    if value is not None:
        return element | {f"initial_{kind}": value}, ""
    return element, _("Her sto det «{value}».").format(value=raw) if raw else ""


def _as_date(raw: Any) -> str | None:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        return None


def _as_time(raw: Any) -> str | None:
    try:
        return time.fromisoformat(str(raw)).strftime("%H:%M")
    except ValueError:
        return None


def _inputs(blocks: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Block id → action id of every field, in order."""
    return {
        str(block["block_id"]): str(block["element"]["action_id"]) for block in blocks if block.get("type") == "input"
    }
