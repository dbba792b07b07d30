"""The way to Slack, without the way back: all that a worker needs of it. (Bolt is two hundred modules.)"""

from bot.slack.channels import SlackChannels
from bot.slack.home import Homes
from bot.slack.messenger import SlackMessenger
from bot.slack.workspaces import Workspaces
from handlers.bot import Bot
from handlers.calendar.clock import Clock


class Sending:
    """What goes out: to people, into channels, and to their home tabs."""

    def __init__(self, bot: Bot, workspaces: Workspaces, clock: Clock) -> None:
        self.messenger = SlackMessenger(workspaces)
        self.channels = SlackChannels(workspaces, self.messenger)
        self.homes = Homes(bot, workspaces, clock)
