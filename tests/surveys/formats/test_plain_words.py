"""Texts from other programs: the words are kept, HTML is not, and no text takes long."""

import pytest

from surveys.formats.plain_words import plain, slug


@pytest.mark.parametrize(
    ("text", "words", "lost"),
    [
        ("<p>Say <a href='x'>more</a><script>x()</script></p>", "Say more", True),
        ("a < b and c > d &amp; e", "a < b and c > d & e", False),
        ("<p>one<br/>two</p>", "one\ntwo", False),
        ("<style>a<b</style>seen", "seen", True),
        ("x <!-- not said --> y", "x y", False),
        ("left\u202eright\x00", "left right", False),
        ("<script>", "", True),
    ],
)
def test_words_without_html(text: str, words: str, lost: bool) -> None:
    assert plain(text) == (words, lost)


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<!", "&", "<script>", "</p", "<a href='"])
def test_nonsense_is_read_as_fast_as_sense(piece: str) -> None:
    assert len(plain(piece * 200_000)[0]) <= 50_000


def test_a_slug_is_made_of_whatever_is_there() -> None:
    assert slug("Ämter & more!") == "amter_more"
    assert slug("中文") == ""
