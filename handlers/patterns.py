"""Regular expressions of modules: they are compiled when they are first looked with.

There are hundreds, and to compile them all took a tenth of the time until the program is ready, though whoever runs it
may never hand in an old paper, or a meeting plan.
"""

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """What a `re.Pattern` is, from the first time that anything of it is asked for."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Only what is not there yet. After the first time the methods are those of `re`, with nothing in between.
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(self._text, self._flags)
        self.__dict__.update({each: getattr(compiled, each) for each in dir(compiled) if not each.startswith("_")})
        return getattr(compiled, name)


def pattern_of(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern, for a constant of a module. What is put together anew each time is compiled with `re`.

    Raises:
        re.error: it is none; when it is first looked with.
    """
    return cast(re.Pattern[AnyStr], _Pattern(text, flags))
