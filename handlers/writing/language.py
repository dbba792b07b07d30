"""The person's language: Norwegian Bokmål is written in the code, other languages come from catalogs.

`_()` translates now, into the language of the person being spoken to. `N_()` only marks a text that stands in a
definition (a label, a title), to be translated when it is drawn.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

DEFAULT = "nb"
LANGUAGES = ("nb", "nn", "en")

_BY_TAG = {"nb": "nb", "nn": "nn", "en": "en", "no": "nb"}
"""By the first part of a language tag (RFC 5646). `no` is Norwegian of either form, and Bokmål is the common one."""

_current: ContextVar[str] = ContextVar("language", default=DEFAULT)
_catalogs: dict[str, gettext.NullTranslations] = {}


def install(catalogs: Mapping[str, gettext.NullTranslations]) -> None:
    """Make these catalogs the ones in use. A language without one, or a text missing in it, is shown in nb."""
    _catalogs.clear()
    _catalogs.update(catalogs)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this block, `_()` translates to `language`."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def speak(language: str) -> None:
    """From here on, in this task and those it starts, `_()` translates to `language`."""
    _current.set(language)


def current() -> str:
    """The language being spoken: `nb`, `nn` or `en`."""
    return _current.get()


def of_locale(tag: str) -> str:
    """The language that a platform's language tag (`nn-NO`, `nn_NO`) asks for; empty for one that the bot does not
    have: whoever works in Norway is then spoken to in Norwegian."""
    return _BY_TAG.get(tag.replace("_", "-").partition("-")[0].strip().lower(), "")


def catalog() -> gettext.NullTranslations | None:
    """What `_()` looks texts up in now; None: they are shown as they are written."""
    return _catalogs.get(_current.get())


def _(text: str) -> str:
    """`text` in the language being spoken."""
    found = _catalogs.get(_current.get())
    return found.gettext(text) if found and text else text


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many`, as the language being spoken wants it for `count`."""
    found = _catalogs.get(_current.get())
    if found:
        return found.ngettext(one, many, count)
    return one if count == 1 else many


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark `text` for the catalogs, and leave it as it is."""
    return text
