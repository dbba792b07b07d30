"""Messages as Slack blocks: pure drawing, no calls.

Limits: `handlers.limits`. A message that is too long ends with an honest «… og N til»; nothing here is ever read
back, except the arguments of a button, which are never shortened.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import count

from bot.slack.elements import EMPTY, Block, Line, context, escape, link, paragraphs, picture, plain, rich, run, units
from handlers.dialogs.dialog import Form
from handlers.limits import SLACK
from handlers.messages.heard import about, heard
from handlers.messages.message import Button, Fact, Link, Message, Section
from handlers.writing.language import _
from handlers.writing.text import length, shorten

# What a section may take, so that 25 buttons and the small print have room after it. A field of a form holds 3,000.
_BODY_UNITS = 9000
_TITLE_UNITS = 600
_TEXT_UNITS = 4000
_FACT_UNITS = SLACK.text
_SCRAP = 50
_LINKS = 15
_SMALL_UNITS = 600

PRESS = "act:"
"""How the action id of a message's button begins: `act:<action>:<number>`."""
OPEN = "open:"
"""How the action id of a button that opens a form begins: `open:<intent>`; its value is the form's token."""


def message_blocks(
    message: Message, *, blocks: int = SLACK.message_blocks, text: int = SLACK.message_text
) -> list[Block]:
    """The whole message; sections that have no room are counted in a line at its end, above its own buttons.

    `blocks`, `text`: how much there is room for where it stands.
    """
    numbers = count()
    own = _button_blocks(message.buttons, numbers)
    whole = _body(message)
    tail = [*own, context(message.small, _SMALL_UNITS)] if message.small else own
    if not message.sections:
        return whole + tail
    most_blocks = blocks - len(tail) - 1
    room = text - units(tail) - 100 - units(whole)
    for position, (section, what) in enumerate(zip(message.sections, about(message.sections), strict=True)):
        drawn = _section(section, numbers, what)
        room -= units(drawn)
        if room < 0 or len(whole) + len(drawn) > most_blocks:
            whole.append(context(more(len(message.sections) - position)))
            break
        whole += drawn
    return whole + tail


def fallback(message: Message) -> str:
    """What a notification and a screen reader say of the message."""
    return escape(shorten("\n".join(filter(None, (message.title, message.text))), SLACK.notification)) or EMPTY


def more(number: int) -> str:
    """The line that says how many were left out."""
    return _("… og {count} til").format(count=number)


def _section(section: Section, numbers: Iterator[int], what: str) -> list[Block]:
    return _body(section) + _button_blocks(section.buttons, numbers, what)


def _body(section: Section) -> list[Block]:
    """A section without its buttons."""
    lines: list[Line] = []
    if section.title.strip():
        lines.append([run(shorten(section.title, _TITLE_UNITS), bold=True)])
    lines += paragraphs(shorten(section.text, _TEXT_UNITS))
    links = _link_lines(section.addresses())
    drawn = picture(section.image) if section.image else None
    told = paragraphs(shorten(section.image.alt, _TEXT_UNITS)) if section.image and drawn is None else []
    told += paragraphs(section.upload.instead) if section.upload else []
    seen = [drawn] if drawn else []
    taken = _units_of(lines) + _units_of(links) + _units_of(told) + units(seen)
    lines += fact_lines(section.to_read(), _BODY_UNITS - taken)
    if seen:
        # What is to be opened comes below what is to be seen.
        return rich([*lines, *told]) + seen + rich(links)
    return rich([*lines, *told, *links])


def _units_of(lines: Sequence[Line]) -> int:
    return sum(length(element["text"]) for line in lines for element in line)


def fact_lines(facts: Sequence[Fact], room: int = _BODY_UNITS) -> list[Line]:
    """«Label: value» each on a line of its own, as many as there is room for."""
    lines: list[Line] = []
    for position, fact in enumerate(facts):
        label = shorten(fact.label, SLACK.label)
        room -= length(label)
        if room < _SCRAP:
            return [*lines, [run(more(len(facts) - position))]]
        value = shorten(fact.value, min(room, _FACT_UNITS))
        room -= length(value)
        lines.append([run(f"{label}: ", bold=True), run(value if value.strip() else EMPTY)])
    return lines


def _link_lines(links: Sequence[Link]) -> list[Line]:
    lines: list[Line] = [[link(item.label, item.url)] for item in links[:_LINKS]]
    if len(links) > _LINKS:
        lines.append([run(more(len(links) - _LINKS))])
    return lines


def _button_blocks(buttons: Sequence[Button], numbers: Iterator[int], what: str = "") -> list[Block]:
    """`what`: what they are about, where others in the message are about something else."""
    drawn = [_button(button, next(numbers), what) for button in buttons]
    return [
        {"type": "actions", "elements": drawn[first : first + SLACK.buttons_together]}
        for first in range(0, len(drawn), SLACK.buttons_together)
    ]


def _button(button: Button, number: int, what: str) -> Block:
    action_id = f"{PRESS}{button.action}:{number}"
    value = json.dumps(button.arguments, ensure_ascii=False, separators=(",", ":"))
    if length(value) > SLACK.button_value or length(action_id) > SLACK.button_name:
        raise ValueError(f"the arguments or the name of action {button.action} are too long for a button")
    drawn: Block = {"type": "button", "action_id": action_id, "text": plain(button.label, SLACK.button), "value": value}
    if what:
        drawn["accessibility_label"] = heard(button.label, what, SLACK.button_heard)
    if button.style != "default":
        drawn["style"] = button.style
    if button.confirm is not None:
        drawn["confirm"] = {
            "title": plain(button.label, SLACK.confirm_title),
            "text": plain(button.confirm.text, SLACK.confirm_text),
            "confirm": plain(button.confirm.yes, SLACK.confirm_button),
            "deny": plain(_("Avbryt"), SLACK.confirm_button),
        }
        if button.style == "danger":
            drawn["confirm"]["style"] = "danger"
    return drawn


def pressed(action_id: str, value: str) -> tuple[str, dict[str, str]]:
    """(action, arguments) of a button that `message_blocks` drew.

    Raises:
        ValueError: it did not.
    """
    action = action_id.removeprefix(PRESS).rpartition(":")[0]
    arguments = json.loads(value)
    if not isinstance(arguments, dict):
        raise ValueError("a button's value holds its arguments")
    return action, {str(name): str(argument) for name, argument in arguments.items()}


def doorway(form: Form, lead: str) -> tuple[list[Block], str]:
    """(blocks, fallback) of a message with a button that opens `form`, where Slack lets us open none by ourselves.

    A form can only be opened within three seconds of something the person did; a line typed to the bot does not
    count as that at all.
    """
    lines: list[Line] = [[run(form.title, bold=True)], *paragraphs(shorten(lead, _TEXT_UNITS))]
    lines += paragraphs(shorten(form.intro, _TEXT_UNITS)) + fact_lines(form.facts)
    is_question = any(button.intent == "restart" for button in form.buttons)
    label = form.submit if is_question else _("Åpne skjemaet")
    buttons = [_opener("resume", label, "primary", form.token)]
    buttons += [
        _opener(button.intent, button.label, button.style, form.token)
        for button in form.buttons
        if button.intent in ("overwrite", "restart", "cancel")
    ]
    blocks = [*rich(lines), {"type": "actions", "elements": buttons}]
    return blocks, escape(shorten(f"{form.title}\n{lead}", SLACK.notification))


def _opener(intent: str, label: str, style: str, token: str) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": f"{OPEN}{intent}",
        "text": plain(label, SLACK.button),
        "value": token,
    }
    if style != "default":
        drawn["style"] = style
    return drawn
