"""Cookies of a profile: what can be used is given, and a fault names file, line and mend, and nothing of a cookie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.errors import UsageError
from crawler.sites import Site, read_profile
from crawler.sites.cookies import doubt, is_open, read_cookies

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LATER, EARLIER = int(NOW.timestamp()) + 86_400, int(NOW.timestamp()) - 86_400
HEADER = "# Netscape HTTP Cookie File\n"
SECRET = "s3cret"


def line(domain: str = "www.example.com", expires: object = LATER, name: str = "auth", **fields: str) -> str:
    below = fields.get("below") or ("TRUE" if domain.startswith(".") else "FALSE")
    given = (domain, below, fields.get("path", "/"), fields.get("secure", "TRUE"), str(expires), name, SECRET)
    return "\t".join(given) + "\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(name="example", url="https://www.example.com/bbs/", cookies=tmp_path / "example.cookies.txt")


def given(site: Site, text: str) -> Site:
    assert site.cookies is not None
    site.cookies.write_bytes(text.encode("utf-8"))
    return site


def test_a_profile_names_a_file_beside_it(tmp_path: Path) -> None:
    profile = tmp_path / "example.toml"
    profile.write_text('url = "https://www.example.com/"\ncookies = "example.cookies.txt"\n', encoding="utf-8")
    assert read_profile(profile).cookies == tmp_path / "example.cookies.txt"
    profile.write_text('url = "https://www.example.com/"\ncookies = "/etc/x.txt"\n', encoding="utf-8")
    assert str(read_profile(profile).cookies) == "/etc/x.txt"
    profile.write_text('url = "https://www.example.com/"\ncookies = ["x"]\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"cookies = \['x'\]: a text is wanted"):
        read_profile(profile)


def test_those_of_the_site_are_given(site: Site) -> None:
    text = HEADER + "\n# a comment\n" + line(name="own") + "#HttpOnly_" + line(".Example.com", name="below")
    text += line(name="session", expires=0) + line(name="also_session", expires="") + line(name="old", expires=EARLIER)
    text += line("www.example.com.cn", name="other") + line(".www.example.com", name="dotted") + line("example.com")
    cookies = read_cookies(given(site, text.replace("\n", "\r\n")), NOW)
    assert sorted(cookie.name for cookie in cookies) == ["also_session", "below", "dotted", "own", "session"]
    assert {cookie.value for cookie in cookies} == {SECRET}
    assert [cookie.expires for cookie in cookies if "session" in cookie.name] == [None, None]


def test_a_host_with_other_letters_is_known_by_its_ascii_name(site: Site) -> None:
    text = HEADER + line("xn--fsqu00a.xn--0zwm56d")
    assert read_cookies(replace(given(site, text), url="https://例子.测试/"), NOW)


def test_lines_end_where_the_library_has_them_end(site: Site) -> None:
    assert read_cookies(given(site, HEADER + line().replace(SECRET, f"{SECRET}\x1c\x85\u2028")), NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'line 1: the first line must be "# Netscape HTTP Cookie File"'),
        (line(), "line 1: the first line must be"),
        ("\ufeff" + HEADER + line(), "line 1: the first line must be"),
        ('[{"name": "auth", "value": "s3cret"}]', "line 1: the first line must be"),
        (HEADER + line().replace("\t", " "), "line 2: 7 fields with tabs between them are wanted, there are 1"),
        (HEADER + "\n" + line() + line()[:20] + "\n", "line 4: 7 fields"),
        (
            HEADER + line().replace(SECRET, f"{SECRET}\t{SECRET}"),
            "line 2: 7 fields with tabs between them are wanted, th",
        ),
        (HEADER + line(""), "line 2: field 1 must be a domain"),
        (HEADER + line(below="TRUE"), "line 2: field 2 must be TRUE if the domain begins with a dot, or FALSE"),
        (HEADER + line(".example.com", below="FALSE"), "line 2: field 2 must be TRUE if"),
        (HEADER + line(path="bbs"), "line 2: field 3 must be a path"),
        (HEADER + line(secure="yes"), "line 2: field 4 must be TRUE or FALSE"),
        (HEADER + line(expires="tomorrow"), "line 2: field 5 must be seconds since 1970"),
        (HEADER + line(name=""), "line 2: field 6 must be a name"),
        (HEADER, "holds no cookie for www.example.com, nor any other"),
        (HEADER + "# nothing\n", "holds no cookie for www.example.com, nor any other"),
        (HEADER + line("example.com"), "holds no cookie for www.example.com, but for example.com"),
        (
            HEADER + "".join(line(f".{host}.org") for host in "abcd"),
            "holds no cookie for www.example.com, but for a.org, b.org, c.org …",
        ),
        (HEADER + line(expires=EARLIER) + line(expires=1000, name="a"), "have expired, by 2026-11-22"),
    ],
)
def test_a_fault(site: Site, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_cookies(given(site, text), NOW)
    said = str(caught.value)
    assert said.startswith(f"cookies file {site.cookies}")
    assert words in said
    assert said.endswith("export its cookies anew, as cookies.txt (Netscape format)")
    assert SECRET not in said


def test_a_file_that_cannot_be_read(site: Site) -> None:
    with pytest.raises(UsageError, match=r"cannot be read \(No such file or directory\): log in .* out of the profile"):
        read_cookies(site, NOW)
    assert site.cookies is not None
    site.cookies.write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(UsageError, match=r"cannot be read \(it is no text in UTF-8\)"):
        read_cookies(site, NOW)


@pytest.mark.parametrize(("mode", "opened"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read(site: Site, mode: int, *, opened: bool) -> None:
    given(site, HEADER)
    assert site.cookies is not None
    site.cookies.chmod(mode)
    assert is_open(site.cookies) is opened


def test_a_login_page_in_spite_of_cookies_casts_doubt_on_them(site: Site) -> None:
    assert doubt(site).startswith(f"the cookies in {site.cookies} may have expired: ")
    assert doubt(Site(name="x", url="https://www.example.com/")) == ""
