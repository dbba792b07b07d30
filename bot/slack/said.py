"""What somebody said, out of the texts that Slack passes on: its codes read as what they stand for on the screen.

In the text of a message, people, groups, channels, dates and links are written in angle brackets, and `&`, `<` and `>`
are escaped (Slack: «Formatting text for app surfaces», «Retrieving messages»). Fields of a form and slash commands
come as they were typed, with codes for people among it at most.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack.emoji import with_characters
from handlers.calendar.zone import LOCAL_ZONE
from handlers.writing.language import _

Names = Mapping[str, str]
"""Names of people by Slack's id of them, as far as they are known."""

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
# Of people, groups and channels: what nobody types by themselves.
_CODES = r"(?:@[UW]|!subteam\^S|#[CDG])[\w-]+"
_CODE_IN_FORM = re.compile(rf"<({_CODES})(?:\|([^<>]*))?>")
_CODE = re.compile(
    rf"<({_CODES}|!(?:here|channel|everyone)|!date\^\d[^<>|]*|(?:https?|mailto|tel):[^<>|\s]+)(?:\|([^<>]*))?>"
)
_PERSON = re.compile(r"<@([\w-]+)(?:\|[^<>]*)?>")
_MENTIONS_FIRST = re.compile(r"^(?:\s*<@[^<>]*>)+\s*")
_SCHEME = re.compile(r"^(?:mailto|tel):")
# Of people, groups of them, and everybody. `<!date^…|…>` is none of these.
_MENTION = r"<(?:@|!(?!date\^))[^<>]*>"
_MENTIONS = re.compile(rf"^(?:[ \t]*{_MENTION})+[ \t]*|[ \t]*{_MENTION}", re.MULTILINE)
_DATE = re.compile(r"!date\^(\d{1,11})\^")


def unescape(text: str) -> str:
    """What somebody wrote, out of a text that Slack passes on with three characters escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> Collection[str]:
    """Slack's ids of the people who are mentioned in a text."""
    return dict.fromkeys(found[1] for found in _PERSON.finditer(text)) if "<@" in text else ()


def written(text: str, names: Names, own_id: str = "") -> str:
    """What somebody wrote, out of the text of a message event.

    The mentions that it begins with are left out, and so is the bot's own (`own_id`) wherever it stands;
    `<https://example.org|example.org>` becomes `example.org` again.
    """
    text = _MENTIONS_FIRST.sub("", text)
    if own_id:
        text = re.sub(rf"\s*<@{re.escape(own_id)}(?:\|[^<>]*)?>", "", text)
    read = _MARKUP.sub(lambda found: _plainly(found[1], found[2] or "", names), text)
    return with_characters(unescape(read))


def typed_after_command(text: str, names: Names) -> str:
    """What somebody typed after a slash command; it is escaped where the app is set up so."""
    read = _CODE.sub(lambda found: _plainly(found[1], found[2] or "", names), text)
    return with_characters(unescape(read))


def typed_in_form(text: str, names: Names) -> str:
    """What somebody typed in a field of a form."""
    return with_characters(_CODE_IN_FORM.sub(lambda found: _plainly(found[1], found[2] or "", names), text))


def without_mentions(text: str) -> str:
    """What a message says, out of its text as Slack passes it on, without the people who are mentioned in it.

    `<https://example.org|her>` becomes `her (https://example.org)`, so that no address is lost.
    """

    def plainly(found: re.Match[str]) -> str:
        target, label = _SCHEME.sub("", found[1]), found[2] or ""
        if target.startswith(("#", "!")) or not label:
            return _plainly(target, label, {})
        # What was typed as an address has it as its label, with or without what goes before it.
        is_address = label.rstrip("/") in (target.rstrip("/"), target.partition("//")[2].rstrip("/"))
        return label if is_address else f"{label} ({target})"

    return with_characters(unescape(_MARKUP.sub(plainly, _MENTIONS.sub("", text))))


def _plainly(target: str, label: str, names: Names) -> str:
    """What stands on the screen for `<target|label>`; without an @ before people's names."""
    match target[:1]:
        case "@":
            return names.get(target[1:]) or label.removeprefix("@") or _("noen")
        case "#":
            return f"#{label}" if label else _("en kanal")
        case "!" if target.startswith("!subteam^"):
            return label or _("en gruppe")
        case "!" if date := _DATE.match(target):
            return label or f"{datetime.fromtimestamp(int(date[1]), UTC).astimezone(LOCAL_ZONE):%d.%m.%Y}"
        case "!":
            return f"@{(label or target[1:]).removeprefix('@')}"
    return label or _SCHEME.sub("", target)


# --- a whole message ---------------------------------------------------------------------------------------


def said(message: Mapping[str, Any]) -> str:
    """What a message says, without who wrote it or is mentioned in it.

    Its own text; where it has none, that of its blocks, else of what it passes on or has attached. Nothing of pictures
    and files.
    """
    return (
        without_mentions(_text(message, "text")).strip()
        or "\n".join(_lines_of_blocks(message.get("blocks"))).strip()
        or "\n".join(_lines_of_attachments(message.get("attachments"))).strip()
    )


def files_in(message: Mapping[str, Any]) -> int:
    """How many files were sent with a message."""
    return len(_objects(message.get("files")))


def passes_on(message: Mapping[str, Any]) -> bool:
    """Whether a message shares another one."""
    return any(each.get("is_share") or each.get("is_msg_unfurl") for each in _objects(message.get("attachments")))


def _objects(listed: Any) -> list[Mapping[str, Any]]:
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def _text(holder: Mapping[str, Any], name: str) -> str:
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def _lines_of_blocks(blocks: Any) -> Iterator[str]:
    """One line for each paragraph (Block Kit reference, «Blocks»)."""
    for block in _objects(blocks):
        match block.get("type"):
            case "rich_text":
                yield from _lines_of_rich_text(block.get("elements"))
            case "context":
                yield from filter(None, map(_text_object, _objects(block.get("elements"))))
            case "markdown":
                yield _text(block, "text")
            case "section" | "header":
                yield from filter(None, map(_text_object, _objects([block.get("text"), *_list(block.get("fields"))])))
            case _pictures_and_what_is_to_be_filled_in:
                pass


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _text_object(text: Mapping[str, Any]) -> str:
    found = _text(text, "text")
    return without_mentions(found) if text.get("type") == "mrkdwn" else with_characters(found)


def _lines_of_rich_text(elements: Any) -> Iterator[str]:
    for element in _objects(elements):
        inner = element.get("elements")
        if element.get("type") == "rich_text_list":
            yield from (f"– {line}" for line in _lines_of_rich_text(inner))
        else:
            yield "".join(map(_run, _objects(inner))).strip()


def _run(element: Mapping[str, Any]) -> str:
    """What an element within a line shows; people and groups are left out."""
    match element.get("type"):
        case "text" | "date":
            return _text(element, "text") or _text(element, "fallback")
        case "link":
            label, url = _text(element, "text"), _text(element, "url")
            return f"{label} ({url})" if label and label != url else url
        case "emoji":
            return with_characters(f":{_text(element, 'name')}:")
        case _person_or_group:
            return ""


# «[27. november 2026 08:00] eksempel.kollega: …» stands for a message that is passed on.
_WHO_AND_WHEN = re.compile(r"^\[[^\]\n]*\]\s*(?:[^:\n]{1,80}:\s*)?")
_NO_PREVIEW = "[no preview available]"


def _lines_of_attachments(attachments: Any) -> Iterator[str]:
    """(Slack: «Legacy: secondary attachments».) Only what says something, never its author."""
    for each in _objects(attachments):
        lines = [without_mentions(_text(each, name)) for name in ("pretext", "title", "text")]
        for field in _objects(each.get("fields")):
            label = without_mentions(_text(field, "title"))
            lines.append(f"{label}: {without_mentions(_text(field, 'value'))}" if label else _text(field, "value"))
        lines += _lines_of_blocks(each.get("blocks"))
        if not any(line.strip() for line in lines):
            lines += _lines_of_passed_on(each)
        fallback = _text(each, "fallback")
        if not any(line.strip() for line in lines) and fallback != _NO_PREVIEW:
            lines.append(without_mentions(_WHO_AND_WHEN.sub("", fallback)))
        yield from (line for line in lines if line.strip())


def _lines_of_passed_on(attachment: Mapping[str, Any]) -> Iterator[str]:
    for passed_on in _objects(attachment.get("message_blocks")):
        message = passed_on.get("message")
        if isinstance(message, Mapping):
            yield from _lines_of_blocks(message.get("blocks"))
