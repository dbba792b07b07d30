"""What a message says, out of Teams' HTML: every word of it, and nobody's name."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.said import plain_text, said

QUOTATION = (
    '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="16"><strong itemprop="mri" '
    'itemid="8:orgid:1">Eksempel Kollega</strong><span itemprop="time" itemid="16"></span>\n'
    '<p itemprop="preview">Den andre meldingen<blockquote>med sitat</blockquote></p></blockquote>'
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Epikrisen mangler &amp; ingen svarer</p>", "Epikrisen mangler & ingen svarer"),
        ("<div><div>Én</div>\n<div>To</div>\n</div>", "Én\nTo"),
        ("<p>Én</p>\n<p>&nbsp;</p>\n<p>To<br>Tre<br/><br/>Fire</p>", "Én\n\nTo\nTre\n\nFire"),
        ("uten\n   markup", "uten markup"),
        ("<p>a <b>fet</b>&nbsp;og <i>skrå</i></p>", "a fet og skrå"),
        ("<ul><li>Én</li><li>To</li></ul>", "Én\nTo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a b\nc"),
        ("<pre>x\n  y</pre>z", "x\n  y\nz"),
        ('<p>Se <a href="https://example.org/rutine">rutinen</a></p>', "Se rutinen (https://example.org/rutine)"),
        ('<a href="https://example.org/her">her</a>', "her (https://example.org/her)"),
        ('<a href="https://example.org/">example.org</a>', "example.org"),
        ('<a href="https://example.org/a"><img src="x"></a>', "https://example.org/a"),
        ('<a href="javascript:alert(1)">her</a>', "her"),
        ('<p>Bra <emoji id="smile" alt="🙂" title="Smile"></emoji></p>', "Bra 🙂"),
        ('<span title="x"><img itemtype="http://schema.skype.com/Emoji" alt="😄"></span>!', "😄!"),
        ('<p>Se bildet <img alt="Eksempel Kollega" src="https://example.org/1.png"></p>', "Se bildet"),
        ("&lt;b&gt; og <script>alert(1)</script>", "<b> og"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_every_word_is_read(content: str, text: str) -> None:
    assert plain_text(content) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<p>Hei <at id="0">Eksempel Kollega</at>, epikrisen mangler</p>', "Hei, epikrisen mangler"),
        ('<at id="0">Eksempel</at>&nbsp;<at id="1">Kollega</at> se her', "se her"),
        ('<p>til <at id="undefined"></at><semantic-object></semantic-object> og oss</p>', "til og oss"),
        ('a <span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">Kollega</span> b', "a b"),
        (
            '<p>a <readonly itemtype="http://schema.skype.com/Mention"><span itemtype="http://schema.skype.com/Mention">'
            "Kollega</span></readonly> b</p>",
            "a b",
        ),
        ('<p>a <at id="0">Kollega</p><p>b</p>', "a\nb"),
        (f"<div>\n{QUOTATION}\n<p>Svaret mitt</p>\n</div>", "Svaret mitt"),
        (QUOTATION.replace("Reply", "Forward") + "<p>Se denne</p>", "Se denne"),
        ('<attachment id="1">Kollega</attachment><p>Se denne</p>', "Se denne"),
        ("<blockquote>Et vanlig sitat</blockquote>", "Et vanlig sitat"),
    ],
)
def test_nobody_is_named(content: str, text: str) -> None:
    assert plain_text(content) == text


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), max_size=200))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    assert plain_text(f"<p>{html.escape(text)}</p>") == text


@given(st.text(alphabet='<>/apb at"=&;![CDATA]-?', max_size=100))
def test_broken_markup_is_no_fault(content: str) -> None:
    plain_text(content)


def test_a_message_is_its_subject_and_its_text() -> None:
    body = {"contentType": "html", "content": "<p>Ingen svarer</p>"}
    sender = {"user": {"displayName": "Eksempel Kollega"}}
    attachments = [{"content": "videresendt", "contentType": "messageReference"}]
    message = {"subject": "Epikriser", "body": body, "from": sender, "attachments": attachments, "summary": "x"}
    assert said(message) == "Epikriser\nIngen svarer"
    assert said({**message, "subject": None}) == "Ingen svarer"
    plain = {"contentType": "text", "content": "Hei <at>Eksempel Kollega</at>\n1 < 2"}
    assert said({"body": plain}) == "Hei\n1 < 2"
    for empty in ({}, {"body": None}, {"body": {"content": None}}, {"body": {"content": 7}}, {"subject": 7}):
        assert said(empty) == ""
