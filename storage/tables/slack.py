"""Where the Slack app is installed."""

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import json_column, long_text, moment, new_list, row_id
from storage.tables.row import Row


class SlackInstallation(Row, table=True):
    """The app, let into one Slack workspace (`T…`) or into a whole Enterprise Grid (`E…`), with the way to speak there.

    Whoever changes the tokens, or marks it as gone, raises `version`, and changes only what it has read.
    """

    __tablename__ = "slack_installation"
    id: int = row_id()
    external_id: str = Field(unique=True)
    grid: str = Field(default="")
    """The Enterprise Grid that the workspace is a part of."""
    name: str
    app_id: str = Field(default="")
    bot_user_id: str = Field(default="")
    scopes: list[str] = json_column(new_list)
    installed_at: datetime = moment()
    installed_by: str = Field(default="")
    """Slack's id of whoever let it in."""
    sealed: str = long_text()
    """The tokens, encrypted (see `bot.slack.installing.seals`)."""
    expires_at: datetime | None = moment(null=True)
    """When the token has to be changed for a new one; None: never."""
    stuck_at: datetime | None = moment(null=True)
    """Since when Slack gives no new token for it, though the one that is there is good until it ends."""
    version: int = Field(default=1)
    gone_at: datetime | None = moment(null=True)
    """Since when Slack takes nothing from the bot there."""
    gone_why: str = Field(default="")
    """Slack's word for why."""
    lease_holder: str = Field(default="")
    """Who changes the token for a new one now, and until when nobody else may."""
    lease_until: datetime | None = moment(null=True)


class SlackStateUsed(Row, table=True):
    """An installation that came back from Slack once, and may not a second time. Kept as long as it could."""

    __tablename__ = "slack_state_used"
    state: str = Field(primary_key=True)
    until: datetime = moment(index=True)
