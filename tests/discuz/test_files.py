"""One file has one key, however its address is printed, and no two files share one."""

import pytest

from crawler.discuz.files import file_key
from crawler.discuz.urls import Grammar

SITE = Grammar("https://www.example.com/bbs/", aliases=("http://old.example.com/",))


FILES = [
    [
        "https://www.example.com/bbs/portal.php?mod=attachment&id=7",
        "http://old.example.com/portal.php?id=7&mod=attachment",
    ],
    [
        "https://www.example.com/bbs/data/attachment/portal/201801/01/a.png",
        "http://www.example.com/bbs/data/attachment/portal/201801/01/a.png",
        "http://old.example.com/data/attachment/portal/201801/01/a.png",
    ],
    ["https://www.example.com/bbs/data/attachment/portal/201801/01/b.png#zoom"],
    [
        # base64 of "12|signature|moment|0|5": only the number is the file's
        "https://www.example.com/bbs/forum.php?mod=attachment&aid=MTJ8YWFhYXwxNzk1fDB8NQ%3D%3D",
        "https://www.example.com/bbs/forum.php?aid=MTJ8YmJiYnwxNzk2fDB8NQ==&mod=attachment",
    ],
    ["https://www.example.com/bbs/forum.php?mod=attachment&aid=MTJ8YWFhYXwxNzk1fDB8NQ%3D%3D&nothumb=yes"],
    ["https://www.example.com/bbs/forum.php?mod=attachment&aid=MTN8YWFhYXwxNzk1fDB8NQ%3D%3D"],
    ["https://www.example.com/bbs/forum.php?mod=attachment&aid=what"],
    ["https://www.example.com/data/attachment/portal/201801/01/a.png"],  # beside the site's folder
    ["https://img.example.net/a.png", "https://IMG.example.net:443/a.png#x"],
    ["https://img.example.net/a.png?x=1"],
    ["https://img.example.net:8443/a.png"],
]
"""Spellings of the address of one file each."""


@pytest.mark.parametrize("spellings", FILES)
def test_a_file_has_one_key(spellings: list[str]) -> None:
    assert len({file_key(url, SITE) for url in spellings}) == 1


def test_no_two_files_share_one() -> None:
    assert len({file_key(spellings[0], SITE) for spellings in FILES}) == len(FILES)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="Port"):
        file_key("http://127.0.0.1:99999/a.png", SITE)
