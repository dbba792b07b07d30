"""Names of WordprocessingML (ECMA-376, part 1)."""

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VAL = f"{W}val"

_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W.strip("{}").encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R.strip("{}").encode()),
)
_OFF = frozenset({"0", "false", "off", "none"})


def transitional(xml: bytes) -> bytes:
    """XML that was saved as «Strict Open XML», with the names that others have."""
    for strict, usual in _STRICT:
        xml = xml.replace(strict, usual)
    return xml


def value(parent: Any, name: str) -> str | None:
    """The `w:val` of a child; None: there is none."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return None if child is None else str(child.get(VAL, ""))


def switched(parent: Any, name: str) -> bool | None:
    """A property that is on by being there, unless it says that it is off; None: it does not stand here."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return None if child is None else str(child.get(VAL, "1")).lower() not in _OFF


def whole(text: str | None) -> int | None:
    """A number, where it is one."""
    try:
        return int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
