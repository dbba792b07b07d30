"""What is read out of the texts that Slack passes on: as it stands on the screen, and not the codes."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.elements import escape
from bot.slack.emoji import with_characters
from bot.slack.lines import thread_of, what_is_left_out, why_unanswered
from bot.slack.said import (
    mentioned,
    said,
    typed_after_command,
    typed_in_form,
    unescape,
    without_mentions,
    written,
)

NAMES = {"U2": "Eksempel Kollega"}


@given(st.text(max_size=200))
def test_escaping_is_undone(text: str) -> None:
    assert unescape(escape(text)) == text
    assert written(escape(text), {}).strip() == with_characters(text).strip()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<@U0BOT> sak Ny &amp; bedre", "sak Ny & bedre"),
        ("sak se <https://example.org/a|example.org/a>", "sak se example.org/a"),
        ("sak <https://example.org/a>", "sak https://example.org/a"),
        ("sak for <#C1|allment> og <#C2>", "sak for #allment og en kanal"),
        ("sak av <@U2> for <@U3|eksempel.person>", "sak av Eksempel Kollega for eksempel.person"),
        ("sak av <@U3>", "sak av noen"),
        ("hei <@U0BOT>, hva nå", "hei, hva nå"),
        ("sak til <!subteam^S1|@vaktlaget> og <!subteam^S2>", "sak til @vaktlaget og en gruppe"),
        ("sak til <!here> og <!channel|@channel>", "sak til @here og @channel"),
        ("sak fra <!date^1392734382^{date_num}|18. februar>", "sak fra 18. februar"),
        ("sak fra <!date^1392734382^{date_num}>", "sak fra 18.02.2014"),
        ("sak :warning: om <b> & :ukjent-en:", "sak ⚠ om b & :ukjent-en:"),
        ("sak om &lt;b&gt; &amp;lt;", "sak om <b> &lt;"),
        ("<mailto:e@example.org|e@example.org>", "e@example.org"),
    ],
)
def test_a_line_is_read_as_it_was_written(text: str, line: str) -> None:
    assert written(text, NAMES, "U0BOT") == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Epikrisen mangler &amp; ingen svarer", "Epikrisen mangler & ingen svarer"),
        ("Hei <@U123>, epikrisen mangler", "Hei, epikrisen mangler"),
        ("<@U123|kari.eksempel> <@W7>  se her", "se her"),
        ("Linje\n  <@U123> to", "Linje\nto"),
        ("<!channel> <!here|here> haster, <!subteam^S1|@vaktlaget>!", "haster,!"),
        ("Sendt <!date^1392734382^{date_num}|18. februar> av <@U1>.", "Sendt 18. februar av."),
        ("Se <https://example.org/rutine|rutinen>", "Se rutinen (https://example.org/rutine)"),
        ("Se <https://example.org/her|her>", "Se her (https://example.org/her)"),
        ("Se <https://example.org/|example.org> og <https://example.org>", "Se example.org og https://example.org"),
        ("Til <mailto:post@example.org|post@example.org>", "Til post@example.org"),
        ("Ring <tel:+4700000000|+4700000000>", "Ring +4700000000"),
        ("I <#C1|avdelingen> og <#C2>", "I #avdelingen og en kanal"),
        ("Obs :warning: haster :ukjent-en:", "Obs ⚠ haster :ukjent-en:"),
        ("", ""),
    ],
)
def test_a_message_is_read_without_the_people_in_it(text: str, said: str) -> None:
    assert without_mentions(text) == said


@given(st.text(max_size=200))
def test_nothing_else_is_taken_out_of_a_message(text: str) -> None:
    assert without_mentions(escape(text)) == with_characters(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Opplæring med <@U2|eksempel.kollega>", "Opplæring med Eksempel Kollega"),
        ("Opplæring med <@U9>", "Opplæring med noen"),
        ("Til <!subteam^S1>, se <#C1|>", "Til en gruppe, se en kanal"),
        # Whoever types this means it.
        ("<!channel> <b> &amp; <https://example.org|x> @kari", "<!channel> <b> &amp; <https://example.org|x> @kari"),
        ("Ferdig :white_check_mark:", "Ferdig ✅"),
    ],
)
def test_a_field_of_a_form_is_read_as_it_was_typed(text: str, shown: str) -> None:
    assert typed_in_form(text, NAMES) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("En <b> &amp; to", "En <b> & to"),
        ("Møte med <@U2|kollega> og @kari", "Møte med Eksempel Kollega og @kari"),
        (
            "Se <https://example.org/a|example.org/a> og <mailto:e@example.org|e@example.org>",
            "Se example.org/a og e@example.org",
        ),
        ("Til <!here> og <!subteam^S1|@vaktlaget> :tada:", "Til @here og @vaktlaget 🎉"),
    ],
)
def test_what_stands_after_a_slash_command_is_read_whether_slack_escapes_it_or_not(text: str, shown: str) -> None:
    assert typed_after_command(text, NAMES) == shown


def test_who_is_mentioned() -> None:
    assert list(mentioned("<@U1> og <@W2|kari> og <@U1>, <#C1|her> <!here>")) == ["U1", "W2"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":wave::skin-tone-2: :+1::skin-tone-6:", "👋🏻 👍🏿"),
        (":flag-no:", "🇳🇴"),
        ("Ferdig:white_check_mark:", "Ferdig✅"),
        ("1:100:3 a:b:c 12:1234:5 kl. 10:30:15", "1:100:3 a:b:c 12:1234:5 kl. 10:30:15"),
        (":x: og :100:", "❌ og 💯"),
        # Digits in boxes would be digits.
        (":one::two:", ":one::two:"),
        (":virksomhetens-logo: ::", ":virksomhetens-logo: ::"),
    ],
)
def test_codes_of_emoji_become_characters(text: str, shown: str) -> None:
    assert with_characters(text) == shown


SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Epikrisen <@U1> mangler &amp; haster"}}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "user", "user_id": "U1"},
                {"type": "text", "text": " Epikrisen mangler "},
                {"type": "emoji", "name": "warning"},
                {"type": "link", "url": "https://example.org/rutine", "text": "rutinen"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "først"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "så"}]},
            ],
        },
    ],
}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "Egen tekst", "blocks": [SECTION], "attachments": [{"text": "mer"}]}, "Egen tekst"),
        ({"blocks": [SECTION, {"type": "divider"}]}, "Epikrisen mangler & haster"),
        ({"text": " ", "blocks": [RICH]}, "Epikrisen mangler ⚠rutinen (https://example.org/rutine)\n– først\n– så"),
        (
            {
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "Avvik :warning:"}},
                    {
                        "type": "section",
                        "fields": [{"type": "plain_text", "text": "én"}, {"type": "mrkdwn", "text": "to"}],
                    },
                    {
                        "type": "context",
                        "elements": [{"type": "image", "alt_text": "x"}, {"type": "mrkdwn", "text": "tre"}],
                    },
                    {"type": "markdown", "text": "fire"},
                ]
            },
            "Avvik ⚠\nén\nto\ntre\nfire",
        ),
        (
            {"attachments": [{"is_share": True, "text": "Epikrisen mangler", "author_name": "Eksempel Kollega"}]},
            "Epikrisen mangler",
        ),
        (
            {
                "attachments": [
                    {"is_msg_unfurl": True, "fallback": "[27. november 2026] eksempel.kollega: Epikrisen mangler"}
                ]
            },
            "Epikrisen mangler",
        ),
        (
            {"attachments": [{"message_blocks": [{"message": {"blocks": [SECTION]}}], "fallback": "[x] y: z"}]},
            "Epikrisen mangler & haster",
        ),
        (
            {"attachments": [{"title": "Avvik", "fields": [{"title": "Sted", "value": "Post 3"}], "fallback": "Alt"}]},
            "Avvik\nSted: Post 3",
        ),
        ({"attachments": [{"fallback": "[no preview available]"}]}, ""),
        ({"files": [{"name": "bilde.png"}]}, ""),
        ({"text": "<@U1>", "blocks": "tull", "attachments": [7, {"fields": 7, "blocks": [None]}]}, ""),
        ({"text": 7}, ""),
    ],
)
def test_what_a_message_says_stands_in_its_text_or_else_in_its_blocks_or_in_what_it_passes_on(
    message: dict[str, Any], text: str
) -> None:
    assert said(message) == text


WORDS = "text mrkdwn rich_text section context header user link emoji x"
SCALARS = st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS.split())
PARTS = (
    "type text blocks elements attachments fields title value fallback message_blocks message files name url subtype "
    "user bot_id channel channel_type ts thread_ts is_share"
)
NAMES_IN_MESSAGES = st.sampled_from(PARTS.split())
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES_IN_MESSAGES, inner, max_size=6)
)


@given(st.dictionaries(NAMES_IN_MESSAGES, ANYTHING))
def test_a_message_of_any_shape_is_read_without_a_fault(message: dict[str, Any]) -> None:
    """What Slack will send tomorrow is not known today."""
    read = (said(message), why_unanswered(message), what_is_left_out(message), thread_of(message))
    assert all(isinstance(part, str) for part in read)
    assert re.fullmatch("[a-z_ :?]*", why_unanswered(message)), "nothing of it may stand in the log"
