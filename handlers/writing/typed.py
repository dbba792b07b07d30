"""Commands in sentences: each surface writes them its own way, `/sak mine` or, where there are no slash commands, `sak
mine`.

A sentence may be stored long before it is known where it will be read, so a command in it carries a mark that nobody
sees, and that no text of a person has (`handlers.writing.text.clean` takes it out). Each surface takes the mark away
in the one place where what it says leaves the program.
"""

import json
from collections.abc import Callable
from typing import Any

_MARK = "\u2060"
"""WORD JOINER: takes no room, and a place that does not know of it shows the command with its slash."""
_MARK_IN_JSON = json.dumps(_MARK).strip('"')


def typed(line: str) -> str:
    """The command `line` (`sak mine`) to be put into a sentence that people read."""
    return f"{_MARK}/{line}"


def with_slash(text: str) -> str:
    """`text` for a surface that has slash commands."""
    return text.replace(_MARK, "")


def without_slash(text: str) -> str:
    """`text` for a surface where a command is an ordinary word."""
    return text.replace(f"{_MARK}/", "")


def in_json(text: str, write: Callable[[str], str]) -> str:
    """JSON with `write` (one of the above) done to each text in it.

    Most of it holds no command: going through a whole form piece by piece takes longer than drawing it.
    """
    # What a person wrote may look like the mark as it is written here. It is not taken for one, only looked at.
    is_marked = _MARK in text or _MARK_IN_JSON in text
    return json.dumps(_throughout(json.loads(text), write)) if is_marked else text


def _throughout(content: Any, write: Callable[[str], str]) -> Any:
    if isinstance(content, str):
        return write(content)
    if isinstance(content, dict):
        return {name: _throughout(part, write) for name, part in content.items()}
    return [_throughout(part, write) for part in content] if isinstance(content, list) else content
