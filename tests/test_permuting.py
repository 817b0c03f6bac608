"""The permuter changes what a site says, and leaves what the template says."""

from __future__ import annotations

import pytest

from tests import permuting

HOST = "harbour.example"


@pytest.mark.parametrize(
    ("text", "permuted"),
    [
        ('href="http://harbour.example/article-12-3.html"', 'href="http://quay.example:4711/article-43-3.html"'),
        ("portal.php?mod=view&aid=12&amp;page=2", "portal.php?mod=view&aid=43&amp;page=2"),
        ("mod=comment&amp;id=12&idtype=aid", "mod=comment&amp;id=43&idtype=aid"),
        ('<input type="hidden" name="id" value="0" />', '<input type="hidden" name="id" value="0" />'),
        ('id="click_aid_12_3" clickid=3', 'id="click_aid_43_3" clickid=3'),
        ('class="pg_list pg_list_1 pg_list_2"', 'class="pg_list pg_list_10 pg_list_13"'),
        ("\n发布者: 一", f"\n发布者: {permuting.words('一')}"),
        ("<em>上一篇：<a>一</a>", f"<em>上一篇：<a>{permuting.words('一')}</a>"),
        ("2019-10-17 20:34", "2019-10-17 20:34"),
    ],
)
def test_a_page(text: str, permuted: str) -> None:
    assert permuting.page(text, HOST) == permuted


def test_words_change_one_to_one_written_out_or_as_entities() -> None:
    every = "".join(map(chr, range(0x4E00, 0x9FA6)))
    permuted = permuting.words(every)
    assert sorted(permuted) == list(every)
    assert all(one != other for one, other in zip(every, permuted, strict=True))
    assert permuting.words("&#19968;&#128512;") == f"&#{ord(permuting.words('一'))};&#128512;"


def test_the_truth_changes_as_the_page_does() -> None:
    value = {
        "aid": 12,
        "views": 12,
        "related": [0, 12],
        "reactions": {"一": 3},
        "urls": [f"http://{HOST}/article-12-1.html"],
    }
    assert permuting.truth(value, HOST) == {
        "aid": 43,
        "views": 12,
        "related": [0, 43],
        "reactions": {permuting.words("一"): 3},
        "urls": ["http://quay.example:4711/article-43-1.html"],
    }
