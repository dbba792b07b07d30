"""Emoji as Slack writes them (`:warning:`) become the characters they stand for.

The names are those of Unicode and GitHub as `rich` has them, which is nearly all that Slack has. What is not among them
(a workspace's own) stays as it is written.
"""

import re
import unicodedata

_CODE = re.compile(r":(?:flag-(?P<flag>[a-z]{2})|skin-tone-(?P<tone>[2-6])|(?P<name>[a-z0-9_+-]+)):")
_FLAG_A = 0x1F1E6
_SKIN_TONES = {"2": "1-2", "3": "3", "4": "4", "5": "5", "6": "6"}
"""Slack counts as Fitzpatrick did, with the first two as one."""
_SHORT = 3
_BOX = "\u20e3"


def with_characters(text: str) -> str:
    """`text` with a character for each code of an emoji that is known."""
    return _CODE.sub(_character, text) if ":" in text else text


def _character(found: re.Match[str]) -> str:
    from rich.emoji import Emoji, NoEmoji  # noqa: PLC0415 - of no use before somebody writes one

    if found["flag"]:
        return "".join(chr(_FLAG_A + ord(letter) - ord("a")) for letter in found["flag"])
    if found["tone"]:
        return unicodedata.lookup(f"EMOJI MODIFIER FITZPATRICK TYPE-{_SKIN_TONES[found['tone']]}")
    name = found["name"]
    # «1:100:3» and «a:b:c» are none, and what is as short as that stands by itself where it is one.
    if (len(name) <= _SHORT or name.isdigit()) and not _stands_alone(found):
        return found[0]
    try:
        character = str(Emoji(name))
    except NoEmoji:
        return found[0]
    # A digit in a box would be a digit.
    return found[0] if _BOX in character else character


def _stands_alone(found: re.Match[str]) -> bool:
    whole = found.string
    before, after = whole[found.start() - 1 : found.start()], whole[found.end() : found.end() + 1]
    return not (before.isalnum() or after.isalnum())
