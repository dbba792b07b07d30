"""Whether the receiving mail server says that a sender is who the e-mail says (RFC 8601): pure reading.

Anybody can write any address into `From`. What a server found out about it stands in the headers
`Authentication-Results` that it puts on top, under its own name; it takes away those of others with the same name
(RFC 8601, 5). So only the first one with the trusted name counts.
"""

import re
from collections.abc import Iterator, Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_MOST_COMMENTS = 20
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*=\s*([a-z]+)(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"(?:^|\s)([a-z]+\.[a-z-]+)\s*=\s*\"?([^\s\";]+)", re.ASCII | re.IGNORECASE)
_WHOSE = {"dmarc": "header.from", "dkim": "header.d", "spf": "smtp.mailfrom"}
"""Which domain each way of looking speaks of."""
_ALSO = {"dkim": "header.i"}


def is_vouched_for(headers: Sequence[str], trusted: str, domain: str) -> bool:
    """Whether one of DMARC, DKIM and SPF passed for this domain, or one above it, by the word of `trusted`.

    Args:
        headers: the values of `Authentication-Results`, the topmost first.
    """
    for header in headers:
        name, results = _parts(header)
        if name == trusted.lower():
            return any(_passed(result, domain.lower()) for result in results)
    return False


def _parts(header: str) -> tuple[str, list[str]]:
    """Who says it, and each result."""
    text = " ".join(header.split())
    for _time in range(_MOST_COMMENTS):
        without = _COMMENT.sub(" ", text)
        if without == text:
            break
        text = without
    name, *results = text.split(";")
    return (name.split() or [""])[0].lower(), results


def _passed(result: str, domain: str) -> bool:
    found = _RESULT.fullmatch(result)
    if found is None or found[2].lower() != "pass" or found[1].lower() not in _WHOSE:
        return False
    method = found[1].lower()
    return any(_covers(of, domain) for of in _domains(found[3], {_WHOSE[method], _ALSO.get(method, "")}))


def _domains(text: str, names: set[str]) -> Iterator[str]:
    for name, value in _PROPERTY.findall(text):
        if name.lower() in names:
            yield value.rpartition("@")[2].lower().rstrip(".")


def _covers(of: str, domain: str) -> bool:
    """`example.org` covers `mail.example.org`, and the other way round; a domain of one word covers nothing."""
    if "." not in of:
        return False
    return of == domain or domain.endswith(f".{of}") or of.endswith(f".{domain}")
