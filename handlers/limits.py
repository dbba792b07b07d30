"""What each platform takes: one table, so that what can be said or asked anywhere is known where it is written.

Nothing here knows how a platform works: a form, an option or a shortcut that one of them would refuse is refused when
the program starts, in every language, and not in front of somebody (see `handlers.capability.Registry`).
"""

import sys
from dataclasses import dataclass, fields

UNBOUNDED = sys.maxsize
"""No limit that anybody has met."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Texts in UTF-16 units (see `handlers.writing.text.length`), the rest in numbers.

    What is longer is shortened by the platform's renderer if it is only read; what is read back cannot be.
    """

    # A form.
    form_title: int = UNBOUNDED
    submit: int = UNBOUNDED
    """The button that hands a form in."""
    form_blocks: int = UNBOUNDED
    label: int = UNBOUNDED
    """Of a field as it is defined: it also stands before what was typed, where that is shown again."""
    input_label: int = UNBOUNDED
    """Of a field as it is drawn, and of the help below it: questions about what was typed have its words in them."""
    placeholder: int = UNBOUNDED
    typed: int = UNBOUNDED
    """What can be typed into a field, and stand in one."""
    option: int = UNBOUNDED
    option_value: int = UNBOUNDED
    options: int = UNBOUNDED
    """As many as a list to choose from shows; more are searched."""
    matches: int = UNBOUNDED
    """As many of what a search finds as are shown to choose from."""
    boxes: int = UNBOUNDED
    """Options that are drawn as boxes to tick."""

    # A message, and what both are made of.
    text: int = UNBOUNDED
    """One piece of text, or the address of a link or a picture."""
    alternative: int = UNBOUNDED
    """What a picture shows, in words."""
    file_alternative: int = UNBOUNDED
    """The same, of a picture that is brought as a file."""
    picture_bytes: int = UNBOUNDED
    """A picture in a message of its own."""
    message_blocks: int = UNBOUNDED
    message_text: int = UNBOUNDED
    """All that a message says."""
    notification: int = UNBOUNDED
    """A sentence about a message that stands elsewhere: in a notification, on the question for a file, below a card."""
    home_text: int = UNBOUNDED
    """All that a home says."""
    button: int = UNBOUNDED
    button_heard: int = UNBOUNDED
    """What a screen reader says of it, where that is more than its label."""
    button_value: int = UNBOUNDED
    button_name: int = UNBOUNDED
    """By which the platform tells buttons apart."""
    buttons_together: int = UNBOUNDED
    """Side by side; more begin a new row."""
    confirm_title: int = UNBOUNDED
    confirm_text: int = UNBOUNDED
    confirm_button: int = UNBOUNDED
    bytes: int = UNBOUNDED
    """A whole form or message as JSON."""
    bytes_as_utf16: int = UNBOUNDED
    """The same, as the platform counts it."""

    # What the app lists of itself.
    commands: int = UNBOUNDED
    command: int = UNBOUNDED
    command_summary: int = UNBOUNDED
    command_usage: int = UNBOUNDED
    shortcuts: int = UNBOUNDED
    shortcut_label: int = UNBOUNDED
    shortcut_summary: int = UNBOUNDED
    app_summary: int = UNBOUNDED
    finder_label: int = UNBOUNDED
    finder_summary: int = UNBOUNDED

    # What a search beside where one writes shows.
    found: int = UNBOUNDED
    """Lines, as many as are shown at once."""
    found_title: int = UNBOUNDED
    found_text: int = UNBOUNDED


SLACK = Limits(
    # «Modal views»: title, submit, close, blocks.
    form_title=24,
    submit=24,
    form_blocks=100,
    # «Header block» for what stands as a heading of its own; «Input block»: label, hint.
    label=150,
    input_label=2000,
    # «Plain-text input»: placeholder, max_length.
    placeholder=150,
    typed=3000,
    # «Option object», «Select menu», «Checkboxes».
    option=75,
    option_value=150,
    options=100,
    boxes=10,
    # «Section block», «Text object», «Image block».
    text=3000,
    alternative=2000,
    # «files.getUploadURLExternal»: alt_txt.
    file_alternative=1000,
    # «chat.postMessage»: blocks. The text in all is measured: near 13,000 it answers `msg_too_long`.
    message_blocks=50,
    message_text=12_000,
    # The text beside blocks: what fits a notification, and screen readers that take no blocks.
    notification=1000,
    # «views.publish»: `view_too_large` is 250 KB of JSON.
    home_text=40_000,
    # «Button element», «Actions block», «Confirmation dialog object».
    button=75,
    button_heard=75,
    button_value=2000,
    button_name=255,
    buttons_together=25,
    confirm_title=100,
    confirm_text=300,
    confirm_button=30,
    # «App manifest reference»: features.slash_commands, features.shortcuts.
    commands=50,
    command=32,
    command_summary=2000,
    command_usage=1000,
    shortcuts=10,
    shortcut_label=24,
    shortcut_summary=150,
)
"""Slack: «Block Kit reference» and the pages named, https://docs.slack.dev."""

TEAMS = Limits(
    # «Cards»: a client may leave out what is beyond its limit, which is 5 or 6. What is longer on a button or beside a
    # choice is shown, but a telephone has no room for it.
    button=60,
    button_heard=120,
    option=100,
    # What a dialog's head, a notification and a list on a telephone have room for.
    form_title=60,
    notification=200,
    matches=25,
    buttons_together=5,
    # «Format your bot messages»: under 25 KB to be on the safe side of 28, and under 40 KB counted as UTF-16 with what
    # is around it.
    bytes=25_000,
    bytes_as_utf16=38_000,
    # «Format your bot messages», «Picture messages».
    picture_bytes=1_000_000,
    # «App manifest schema»: bots.commandLists.commands, composeExtensions.commands.
    commands=12,
    command=32,
    command_summary=128,
    shortcuts=10,
    shortcut_label=32,
    shortcut_summary=128,
    # «App manifest schema»: description.short.
    app_summary=80,
    # «Search commands»: queryOptions.count is 25 where nothing else is asked for. The texts: what a line has room for.
    found=25,
    found_title=150,
    found_text=250,
    # «App manifest schema»: composeExtensions.commands; at most 10 of these, with the shortcuts.
    finder_label=32,
    finder_summary=128,
)
"""Teams: the pages named, https://learn.microsoft.com/microsoftteams/platform."""

PAGE = Limits()
"""The bot's own pages: whatever the others take."""


def strictest(*platforms: Limits) -> Limits:
    """What all of these take."""
    return Limits(**{each.name: min(getattr(platform, each.name) for platform in platforms) for each in fields(Limits)})


ANYWHERE = strictest(SLACK, TEAMS, PAGE)
