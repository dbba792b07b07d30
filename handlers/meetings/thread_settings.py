"""The channel in which a committee's meetings have their threads, as the partnership file says it.

No rule was found for any of it; that a thread begins two weeks before the meeting is a choice of ours: about when the
convocation of most committees goes out.
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from handlers.meetings.offset_text import OffsetText
from handlers.patterns import pattern_of
from handlers.writing.language import _

_WORKSPACES = {"slack": pattern_of(r"[TE][A-Z0-9]{2,}"), "teams": pattern_of(r"[0-9a-fA-F-]{32,40}")}
_CHANNELS = {"slack": pattern_of(r"[CG][A-Z0-9]{2,}"), "teams": pattern_of(r"19:[^;\s]+@thread\.(?:tacv2|skype)")}
"""How ids begin: of Slack, «Conversations API»; of a channel of a team, «Get Teams-specific context»."""


class ThreadSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`. Without a channel there are no threads, unless the secretariat
    has chosen one in chat."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    surface: Literal["", "slack", "teams"] = ""
    workspace: str = Field(default="", max_length=200)
    channel: str = Field(default="", max_length=200)
    opens: OffsetText = "14d 09:00"
    language: Literal["nb", "nn", "en"] = "nb"

    @property
    def is_set(self) -> bool:
        """Whether it names a channel."""
        return bool(self.channel)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = (self.surface, self.workspace, self.channel)
        if any(given) and not all(given):
            names = "surface, workspace, channel"
            raise ValueError(_("En kanal for møtetråder trenger alle disse: {names}.").format(names=names))
        if self.surface and not _WORKSPACES[self.surface].fullmatch(self.workspace):
            raise ValueError(
                _("«{text}» er ingen id for et arbeidsområde i Slack: den begynner på T eller E.").format(
                    text=self.workspace
                )
                if self.surface == "slack"
                else _("«{text}» er ingen id for en organisasjon i Teams (leietaker-ID i Entra ID).").format(
                    text=self.workspace
                )
            )
        if self.surface and not _CHANNELS[self.surface].fullmatch(self.channel):
            raise ValueError(
                _("«{text}» er ingen id for en kanal i Slack: den begynner på C og står nederst i detaljene.").format(
                    text=self.channel
                )
                if self.surface == "slack"
                else _("«{text}» er ingen id for en kanal i Teams: den ser slik ut: 19:…@thread.tacv2.").format(
                    text=self.channel
                )
            )
        return self
