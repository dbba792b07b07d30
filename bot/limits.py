"""How long, and how much, a caller may keep the program busy with what it sends."""

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Limits:
    """Times in seconds.

    Args:
        per_address: connections at once from one address; 0: as many as there is room for. Behind a proxy all come
            from the proxy's.
        together: connections at once from everywhere. Fewer than the files that most systems let a process open.
        headers: from the first byte of a request until its headers are there.
        body: until its body is there.
        idle: between two requests on a connection. Longer than proxies keep theirs (nginx: 60 s), so that it is they
            who close it and no request meets a closing door.
    """

    per_address: int = 250
    together: int = 800
    headers: float = 10.0
    body: float = 20.0
    idle: float = 75.0


LIMITS = web.AppKey("limits", Limits)
