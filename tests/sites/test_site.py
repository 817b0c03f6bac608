"""A bare address becomes a site."""

import pytest

from crawler.errors import UsageError
from crawler.sites import site_from_url
from crawler.sites.site import Site


@pytest.mark.parametrize(
    ("url", "root", "name"),
    [
        ("https://www.example.com", "https://www.example.com/", "www.example.com"),
        ("https://www.example.com/portal.php?mod=list&catid=3", "https://www.example.com/", "www.example.com"),
        ("http://www.example.com:80/", "http://www.example.com/", "www.example.com"),
        ("http://127.0.0.1:8080/bbs/portal.php", "http://127.0.0.1:8080/bbs/", "127.0.0.1_8080"),
        ("http://[::1]:8080/", "http://[::1]:8080/", "--1_8080"),
        (" https://例子.测试/ ", "https://例子.测试/", "例子.测试"),
    ],
)
def test_an_address_names_its_site(url: str, root: str, name: str) -> None:
    site = site_from_url(url)
    assert (site.url, site.name) == (root, name)


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "https://", "https://example.com:99999/", "http://[", "file:///etc/passwd"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"site=.*give the portal's home"):
        site_from_url(url)


@pytest.mark.parametrize(
    "url", ["https://me:s3cret@www.example.com/", "http://s3cret@127.0.0.1:8080/x", "ftp://me:s3cret@example.com/"]
)
def test_a_name_or_password_in_an_address_is_refused_and_not_told(url: str) -> None:
    with pytest.raises(UsageError, match=r"site='\w+://\*\*\*@") as caught:
        site_from_url(url)
    assert "s3cret" not in str(caught.value)


def test_a_site_knows_its_zone_and_host() -> None:
    site = Site(name="x", url="http://example.com:8080/", time_zone="Asia/Urumqi")
    assert site.host == "example.com:8080"
    assert str(site.zone) == "Asia/Urumqi"
    assert Site(name="x", url="http://example.com/").zone is None
