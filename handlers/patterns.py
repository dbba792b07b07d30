"""Regular expressions of modules: they are compiled when they are first looked with.

There are hundreds, and to compile them all took a tenth of the time until the program is ready, though whoever runs it
may never hand in an old paper, or a meeting plan.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    import regex


class _Pattern:
    """What a `re.Pattern` is, from the first time that anything of it is asked for."""

    def __init__(self, compile_it: Callable[[], Any]) -> None:
        self._compile = compile_it

    def __getattr__(self, name: str) -> Any:
        # Only what is not there yet. After the first time the methods are those of `re`, with nothing in between.
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = self._compile()
        self.__dict__.update({each: getattr(compiled, each) for each in dir(compiled) if not each.startswith("_")})
        return getattr(compiled, name)


def pattern_of(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern, for a constant of a module. What is put together anew each time is compiled with `re`.

    Raises:
        re.error: it is none; when it is first looked with.
    """
    return cast(re.Pattern[AnyStr], _Pattern(lambda: re.compile(text, flags)))


def unicode_pattern_of(text: str) -> "regex.Pattern[str]":
    """The same, of what `re` knows nothing of: `\\X`, kinds of letters (`\\p{…}`), and sets without other sets.

    Nearly all that people write has only what may stay and need not be cut, so that package comes with the first text
    that is looked into: 15 ms, once.
    """

    def compiled() -> "regex.Pattern[str]":
        import regex  # noqa: PLC0415 - seldom needed

        return regex.compile(text, regex.VERSION1)

    return cast("regex.Pattern[str]", _Pattern(compiled))
