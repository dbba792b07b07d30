"""What somebody finds at home on a platform that keeps it in front of them."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, text
from sqlmodel import Field

from storage.tables.columns import moment
from storage.tables.row import Row
from storage.types import ID_TYPE


class HomeTab(Row, table=True):
    """Somebody's home on Slack, from when they first opened it: there is no row for anybody else.

    Whatever may have changed what stands there counts `changes` up, in its own transaction. Whoever brings the home up
    to date notes how far it had come before they looked; had it gone on meanwhile, the home is due again.
    """

    __tablename__ = "home_tab"
    account_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("account.id"), primary_key=True, autoincrement=False))
    changes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    due_at: datetime = moment(index=True)
    """When it is next to be looked at: as soon as may be after a change, else when a day begins."""
    not_before: datetime = moment()
    """It was shown so lately that it is not to change before then."""
    shown: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """What stands there, as a hash: what is the same is not shown again. Empty: nothing has come through yet."""
    greeted: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    """Whether the word of welcome stands there: until it is opened again."""
    claimed_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    lease_until: datetime | None = moment(null=True)
    """Nobody else brings it up to date before then: two could overtake each other."""
