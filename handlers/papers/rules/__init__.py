"""From blocks to what a paper says (see `handlers.papers.record`). Rules only; nothing is invented."""

from handlers.papers.rules.paper import read

__all__ = ["read"]
