"""Profiles are found by name, and every fault in one is told at once."""

import copy
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.discuz.styles import Style
from crawler.errors import UsageError
from crawler.sites import find_site, profiles, read_profile, site_of


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_gives_its_site(tmp_path: Path) -> None:
    write(
        tmp_path,
        "cd",
        'url = "https://www.example.com/x.php"\ntime_zone = "Asia/Shanghai"\ndelay = 2\nconcurrency = 1\n'
        "categories = [3, 5]\n"
        'media_hosts = ["IMG.example.net", "*"]\nmedia_referrer = "page"\n',
    )
    site = find_site("cd", tmp_path)
    assert (site.name, site.url, site.delay, site.concurrency) == ("cd", "https://www.example.com/", 2.0, 1)
    assert site.categories == (3, 5)
    assert (site.media_hosts, site.media_referrer) == (("img.example.net", "*"), "page")
    assert not site.own_process


def test_a_permission_is_kept_in_its_words(tmp_path: Path) -> None:
    path = write(tmp_path, "cd", 'url = "https://www.example.com/"\npermission = """总编辑\n 2026-11-02 """\n')
    assert read_profile(path).permission == "总编辑 2026-11-02"


@pytest.mark.parametrize(
    ("text", "period"),
    [("30m", timedelta(minutes=30)), ("1h", timedelta(hours=1)), (" 7 d ", timedelta(days=7))],
)
def test_a_site_is_due_as_often_as_its_profile_says(tmp_path: Path, text: str, period: timedelta) -> None:
    path = write(tmp_path, "cd", f'url = "https://www.example.com/"\nevery = "{text}"\nenabled = false\n')
    assert (read_profile(path).every, read_profile(path).enabled) == (period, False)


def test_defaults_are_those_for_a_strangers_site(tmp_path: Path) -> None:
    site = read_profile(write(tmp_path, "cd", 'url = "https://www.example.com/"\n'))
    assert (site.delay, site.concurrency, site.zone, site.categories) == (1.0, 2, None, ())
    assert site.permission is None
    assert (site.every, site.enabled) == (timedelta(hours=1), True)
    assert (site.media_hosts, site.media_referrer) == ((), "none")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('time_zone = "Asia/Nowhere"', "time_zone = 'Asia/Nowhere': no such time zone"),
        ('time_zone = "../etc/passwd"', "time_zone = '../etc/passwd': no such time zone"),
        ("time_zone = 8", "time_zone = 8: a text is wanted"),
        ("delay = -1", "delay = -1: seconds from 0 to 3600"),
        ("delay = true", "delay = True: seconds from 0 to 3600"),
        ("concurrency = 0", "concurrency = 0: a whole number from 1 to 64"),
        ("concurrency = 1.5", "concurrency = 1.5: a whole number from 1 to 64"),
        ('categories = ["3"]', "a list of catids is wanted"),
        ('aliases = "http://old.example/"', "a list of addresses is wanted, as in"),
        ('aliases = ["old.example"]', "aliases = ['old.example']: aliases='old.example' is not an address"),
        ("aliases = [3]", "aliases = [3]: a text is wanted"),
        ('tls = "off"', 'tls = \'off\': "verified" or "unverified" is wanted'),
        ('media_hosts = "img.example.net"', "a list of host names is wanted, as in"),
        ('media_hosts = ["https://img.example.net/"]', "a list of host names is wanted, as in"),
        ("media_hosts = [3]", "a list of host names is wanted, as in"),
        ('media_hosts = ["img.example.net:8080"]', "a list of host names is wanted, as in"),
        ("media_referrer = true", 'media_referrer = True: "none", "site" or "page" is wanted'),
        ("tls = false", 'tls = False: "verified" or "unverified" is wanted'),
        ("permission = true", "permission = True: who allowed it, and when, is wanted, as in"),
        ('permission = " "', "permission = ' ': who allowed it, and when, is wanted, as in"),
        ('every = "hourly"', "every = 'hourly': minutes, hours or days from 5m to 366d are wanted, as in"),
        ('every = "1m"', "every = '1m': minutes, hours or days from 5m"),
        ('every = "400d"', "every = '400d': minutes, hours or days from 5m to 366d"),
        ("every = 60", "every = 60: minutes, hours or days from 5m"),
        ('enabled = "no"', "enabled = 'no': true or false is wanted"),
        ("dely = 2", "dely is unknown (known are url, aliases, time_zone, delay"),
    ],
)
def test_a_fault_names_file_key_value_and_mend(tmp_path: Path, line: str, words: str) -> None:
    path = write(tmp_path, "cd", f'url = "https://www.example.com/"\n{line}\n')
    with pytest.raises(UsageError) as error:
        read_profile(path)
    assert str(path) in str(error.value)
    assert words in str(error.value)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"url is missing; delay.*; pace is unknown"):
        read_profile(write(tmp_path, "cd", "delay = -1\npace = 3\n"))


def test_an_address_that_is_none_is_a_fault_of_the_profile(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"profile .*url='www.example.com' is not an address"):
        read_profile(write(tmp_path, "cd", 'url = "www.example.com"\n'))


@pytest.mark.parametrize("content", [b"url = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cd.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"cd\.toml cannot be read"):
        read_profile(path)


@pytest.mark.parametrize("name", ["nosuch", "../cd", "", "a/b"])
def test_an_unknown_site_is_told_with_those_that_are_known(tmp_path: Path, name: str) -> None:
    write(tmp_path, "cd", 'url = "https://www.example.com/"\n')
    with pytest.raises(UsageError, match=r"is not known: give an address .*\(cd\)"):
        find_site(name, tmp_path)


def test_an_address_needs_no_profile(tmp_path: Path) -> None:
    assert find_site("https://www.example.com/", tmp_path).name == "www.example.com"


def test_style_and_theme_are_plain_data(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "cd",
        'url = "https://www.example.com/"\n[style]\narticle = "a/{id}.html"\n[theme]\n'
        '[theme.article]\ntitle = ["h1.vt", "h2"]\nsummary = ""\n[theme.listing]\nentries = "li"\n',
    )
    site = find_site("cd", tmp_path)
    assert site.style == Style(article="a/{id}.html")
    assert site.theme is not None
    assert (site.theme.name, site.theme.path, site.profile) == ("cd", path, path)
    assert site.theme.tables == {"article": {"title": ["h1.vt", "h2"], "summary": ""}, "listing": {"entries": "li"}}
    assert copy.deepcopy(site) == site, "settings copy what is put into them"
    assert hash(site)


def test_a_style_without_rules_says_dynamic(tmp_path: Path) -> None:
    assert read_profile(write(tmp_path, "cd", 'url = "http://a.example/"\nstyle = {}\n')).style == Style.DYNAMIC


def test_a_theme_may_have_a_name_of_its_own_or_a_file(tmp_path: Path) -> None:
    inline = read_profile(write(tmp_path, "cd", 'url = "http://a.example/"\n[theme]\nname = "paper"\n')).theme
    (tmp_path / "themes").mkdir()
    file = write(tmp_path / "themes", "paper", '[article]\ntitle = "h1"\n')
    named = read_profile(write(tmp_path, "ef", 'url = "http://a.example/"\ntheme = "paper"\n')).theme
    assert inline
    assert named
    assert (inline.name, named.name, named.path, named.tables) == (
        "paper",
        "paper",
        file,
        {"article": {"title": "h1"}},
    )
    assert [path.stem for path in profiles(tmp_path)] == ["cd", "ef"], "a theme is no profile"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("theme = 3", "theme = 3: the name of a theme is wanted"),
        ('theme = "nosuch"', "theme = 'nosuch': there is no file nosuch.toml in"),
        ('theme = "../cd"', "theme = '../cd': there is no file"),
        ('theme = "bad"', "bad.toml cannot be read"),
        ('theme = "flat"', "flat.toml: title = 'h1': a table of selectors is wanted, as in [article]"),
        ('theme = "odd"', "odd.toml: article.title = 3: a selector or a list of them is wanted"),
        ('[theme]\ntitle = "h1"', "theme.title = 'h1': a table of selectors is wanted, as in [theme.article]"),
        ("[theme.article]\ntitle = []", "theme.article.title = []: a selector or a list of them is wanted"),
        ('[theme.article]\ntitle = ["h1", 2]', "theme.article.title = ['h1', 2]: a selector or a list"),
        ("[theme]\nname = 3", "theme.name = 3: a text is wanted"),
        ('[theme]\nname = "generic"', "theme.name = 'generic': records say 'generic' of what was read without"),
        ('style = "rewrite"', "style = 'rewrite': a table of rewrite rules is wanted"),
        ('style = { artikel = "x" }', "style.artikel is unknown (known are article, listing"),
        ('style = { article = "a.html" }', "style.article = 'a.html': rewrite rule article='a.html' must hold {id}"),
        ("style = { article = 3 }", "style.article = 3: a text is wanted"),
    ],
)
def test_a_fault_of_a_theme_or_style_names_its_key_path(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "themes").mkdir()
    for name, content in {"bad": "x = ", "flat": 'title = "h1"', "odd": "[article]\ntitle = 3"}.items():
        write(tmp_path / "themes", name, content)
    path = write(tmp_path, "cd", f'url = "https://www.example.com/"\n{text}\n')
    with pytest.raises(UsageError) as error:
        read_profile(path)
    assert str(error.value).startswith(f"profile {path}: ")
    assert words in str(error.value)


def test_faults_of_tables_are_told_with_the_rest(tmp_path: Path) -> None:
    text = "delay = -1\n[style]\nx = 1\ny = 2\n[theme]\na = 1\n[theme.article]\ntitle = 1\ndate = 2\n"
    with pytest.raises(UsageError) as error:
        read_profile(write(tmp_path, "cd", text))
    keys = ["url", "delay", "style.x", "style.y", "theme.a", "theme.article.title", "theme.article.date"]
    assert [fault.split(" ")[0] for fault in str(error.value).partition(".toml: ")[2].split("; ")] == keys


PAGES = [
    ("https://www.example.com/portal.php?mod=view&aid=1", "root"),
    ("http://www.example.com/", "root"),
    ("https://www.example.com/bbs/portal.php", "folder"),
    ("https://www.example.com:8443/", None),
    ("https://example.com/", None),
    ("http://[", None),
]


@pytest.mark.parametrize(("url", "name"), PAGES)
def test_a_page_belongs_to_the_nearest_profile_above_it(tmp_path: Path, url: str, name: str | None) -> None:
    write(tmp_path, "root", 'url = "https://WWW.example.com/"\n')
    write(tmp_path, "folder", 'url = "https://www.example.com/bbs/"\n')
    write(tmp_path, "other", "what is this?")
    site = site_of(url, tmp_path)
    assert (site.name if site else None) == name


def test_a_faulty_profile_of_the_pages_own_site_is_told(tmp_path: Path) -> None:
    write(tmp_path, "cd", 'url = "https://www.example.com/"\ndelay = -1\n')
    with pytest.raises(UsageError, match=r"cd\.toml: delay = -1"):
        site_of("https://www.example.com/portal.php", tmp_path)


MOVED = (
    'url = "https://www.example.com/"\naliases = ["http://old.example.com:8080/bbs/portal.php", "http://example.com"]\n'
)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("http://old.example.com:8080/bbs/", "harbour"),
        ("http://old.example.com:8080/bbs/portal.php?mod=view&aid=1", "harbour"),
        ("http://EXAMPLE.com", "harbour"),
        ("https://example.com:443/", "harbour"),
        ("https://www.example.com/", "harbour"),
        ("http://www.example.com/", "harbour"),
        ("http://old.example.com:8080/", "old.example.com_8080"),
        ("http://old.example.com/bbs/", "old.example.com"),
        ("http://example.com/bbs/", "example.com"),
        ("http://shop.example.com/", "shop.example.com"),
    ],
)
def test_a_site_that_moved_is_found_by_each_of_its_addresses(tmp_path: Path, given: str, name: str) -> None:
    write(tmp_path, "harbour", MOVED)
    site = find_site(given, tmp_path)
    assert (site.name, site.profile is not None) == (name, name == "harbour")
    if site.profile is not None:
        assert (site.url, site.aliases[0]) == ("https://www.example.com/", "http://old.example.com:8080/bbs/")


def test_an_address_finds_the_profile_that_bears_its_hosts_name(tmp_path: Path) -> None:
    write(tmp_path, "www.example.com", 'url = "https://www.example.com/"\ndelay = 7\n')
    assert find_site("http://www.example.com/", tmp_path).delay == 7


def test_an_address_leaves_a_profile_of_another_name_alone(tmp_path: Path) -> None:
    """What was crawled by its address goes on under that name, when somebody writes a profile with a short one."""
    write(tmp_path, "harbour", 'url = "https://www.example.com/"\ndelay = 7\n')
    site = find_site("https://www.example.com/", tmp_path)
    assert (site.name, site.profile) == ("www.example.com", None)


def test_an_address_that_several_profiles_claim_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "harbour", MOVED)
    write(tmp_path, "port", 'url = "http://example.com/"\naliases = ["https://www.example.com/"]\n')
    with pytest.raises(UsageError, match=r"is the address of several profiles: .* one, harbour or port"):
        find_site("https://www.example.com/", tmp_path)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://old.example.com:8080/bbs/portal.php?mod=view&aid=1", "harbour"),
        ("http://old.example.com:8080/", None),
        ("http://example.com/portal.php", "harbour"),
        ("http://example.com/bbs/portal.php", "folder"),
    ],
)
def test_a_page_belongs_to_the_profile_with_the_nearest_alias_above_it(
    tmp_path: Path, url: str, name: str | None
) -> None:
    write(tmp_path, "harbour", MOVED)
    write(tmp_path, "folder", 'url = "http://example.com/bbs/"\n')
    site = site_of(url, tmp_path)
    assert (site.name if site else None) == name
