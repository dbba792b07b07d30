"""The order of the Norwegian alphabet, the same on both databases: … z, æ, ø, å; aa as å; capitals and small letters
alike; letters with marks, those of the Sámi languages among them, where the letter without stands.

Neither database has that order by itself: SQLite and PostgreSQL's C collation compare code points (å before æ), and
not every PostgreSQL has the Norwegian one (`nb-x-icu`) built in.
"""

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_AFTER_Z = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"}
"""What follows z in ASCII stands for what follows it in the alphabet."""
_WITHOUT_MARK = {
    letter: plain
    for plain, letters in {
        "a": "áàâã", "c": "čç", "d": "đð", "e": "éèêë", "i": "íìîï", "n": "ŋñ", "o": "óòôõ", "s": "š", "t": "ŧ",
        "u": "úùûü", "y": "ýÿ", "z": "ž",
    }.items()
    for letter in letters
}  # fmt: skip
_SMALL = {**_AFTER_Z, **_WITHOUT_MARK}
# A database's own `lower` may know the letters of ASCII only.
_LETTERS = {**_SMALL, **{letter.upper(): plain for letter, plain in _SMALL.items() if len(letter.upper()) == 1}}
_TABLE = str.maketrans(_LETTERS)
_DOUBLE_A, _RING = "aa", _AFTER_Z["å"]

FUNCTION = "in_alphabet"
"""What SQLite calls `key` (see `storage.database`)."""


def key(text: str) -> str:
    """What stands in for `text` where texts are put in order."""
    return text.translate(_TABLE).lower().replace(_DOUBLE_A, _RING)


class in_alphabet(FunctionElement[str]):  # noqa: N801 - it stands in statements as a function of SQL's
    """`key` of a column, in a statement: `order_by(in_alphabet(name), id)`."""

    name = FUNCTION
    type = String()
    inherit_cache = True

    def __init__(self, column: ColumnElement[str] | Any) -> None:
        super().__init__(column)


@compiles(in_alphabet, "postgresql")
def _postgresql(element: in_alphabet, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    source, target = ("".join(letters) for letters in zip(*_LETTERS.items(), strict=True))
    return f"""replace(lower(translate({text}, '{source}', '{target}')), '{_DOUBLE_A}', '{_RING}') COLLATE "C\""""


@compiles(in_alphabet, "sqlite")
def _sqlite(element: in_alphabet, compiler: Any, **options: Any) -> str:
    return f"{FUNCTION}({compiler.process(element.clauses, **options)})"
