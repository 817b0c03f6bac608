"""From where pictures and files are fetched."""

import pytest

from crawler.sites import Site
from crawler.sites.media import fetches_from

SITE = Site(
    "cd",
    "https://www.example.com.cn/",
    aliases=("http://old.example.net/bbs/",),
    media_hosts=("qpic.example",),
)


@pytest.mark.parametrize(
    ("url", "is_fetched"),
    [
        ("https://www.example.com.cn/a.png", True),
        ("http://www.example.com.cn:8080/a.png", True),
        ("https://img.example.com.cn/a.png", True),
        ("https://example.com.cn/a.png", True),
        ("https://a.b.example.com.cn./a.png", True),
        ("https://cdn.example.net/a.png", True),
        ("https://qpic.example/a.png", True),
        ("https://mmbiz.QPIC.example/a.png", True),
        ("https://other.com.cn/a.png", False),
        ("https://notexample.com.cn/a.png", False),
        ("https://notqpic.example/a.png", False),
        ("https://www.example.com.cn.evil.example/a.png", False),
        ("https://www.example.com.cn@evil.example/a.png", False),
        ("http://127.0.0.1/a.png", False),
        ("http://localhost/a.png", False),
        ("http:///a.png", False),
    ],
)
def test_the_sites_own_and_what_is_listed(url: str, is_fetched: bool) -> None:
    assert fetches_from(SITE, url) is is_fetched
    assert fetches_from(SITE, url, ["*"])


@pytest.mark.parametrize(
    ("root", "url", "is_fetched"),
    [
        ("http://127.0.0.1:8080/", "http://127.0.0.1:9090/a.png", True),
        ("http://127.0.0.1:8080/", "http://127.0.0.2:8080/a.png", False),
        ("http://127.0.0.1:8080/", "http://localhost:8080/a.png", False),
        ("http://[::1]/", "http://[::1]:8080/a.png", True),
        ("http://news.github.io/", "http://other.github.io/a.png", False),
        ("http://localhost/", "http://img.localhost/a.png", False),
    ],
)
def test_an_address_and_a_domain_that_many_share_stand_for_themselves(root: str, url: str, is_fetched: bool) -> None:
    assert fetches_from(Site("cd", root), url) is is_fetched
    assert fetches_from(Site("cd", root), url, ["img.localhost", "localhost", "127.0.0.2", "other.github.io"])
