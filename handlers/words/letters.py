"""Letters in one way of writing: å and aa, ø and oe, æ and ae are the same; marks and capitals do not count."""

import unicodedata

_PLAIN = str.maketrans(
    {
        "å": "aa",
        "ø": "oe",
        "ö": "oe",
        "æ": "ae",
        "ä": "ae",
        "đ": "d",
        "ŋ": "n",
        "ŧ": "t",
        "ß": "ss",
        "ł": "l",
        "’": "",
        "'": "",
    }
)


def plain(word: str) -> str:
    """The word in small letters of ASCII and digits; signs of other alphabets fall away."""
    word = unicodedata.normalize("NFC", word).casefold().translate(_PLAIN)
    if not word.isascii():
        word = "".join(sign for sign in unicodedata.normalize("NFKD", word) if sign.isascii())
    return "".join(sign for sign in word if sign.isalnum())


def loose(word: str) -> str:
    """As somebody writes it who has no æ, ø and å: `plain`, with one letter for each of these."""
    return word.replace("aa", "a").replace("oe", "o").replace("ae", "a")
