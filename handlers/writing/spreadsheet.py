"""Tables that spreadsheets open: as CSV, and with no cell that a formula can hide in."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from handlers.patterns import pattern_of

CSV = "text/csv; charset=utf-8"

_FORMULA = pattern_of(r"\s*[=+\-@]|[\t\r\n]")
_CONTROL = pattern_of(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe(text: str) -> str:
    """The text of a cell, with `'` in front where a spreadsheet might take it for a formula."""
    text = _CONTROL.sub("", text)
    # Spreadsheets may take full-width signs for the same as ordinary ones.
    return f"'{text}" if _FORMULA.match(unicodedata.normalize("NFKC", text)) else text


def as_csv(lines: Iterable[Sequence[str | int | float]]) -> bytes:
    """UTF-8 with a mark and semicolons, as Excel wants here."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([safe(value) if isinstance(value, str) else value for value in line])
    return text.getvalue().encode("utf-8-sig")
