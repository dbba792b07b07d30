"""What its buttons do."""

from handlers.messages.message import Does


class Do(Does):
    SHOW = "leke.vis"
