"""JSON as it goes to Slack."""

import json
from typing import Any

from handlers.writing.typed import in_json, with_slash


class AsSent(str):
    """JSON as Slack gets it: commands in sentences have a slash. It may stand among the arguments of a call."""

    __slots__ = ()

    @classmethod
    def of(cls, content: Any) -> "AsSent":
        return cls(in_json(json.dumps(content), with_slash))
