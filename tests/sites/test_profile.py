"""Profiles are found by name, and every fault in one is told at once."""

from pathlib import Path

import pytest

from crawler.errors import UsageError
from crawler.sites import find_site, read_profile


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_gives_its_site(tmp_path: Path) -> None:
    write(
        tmp_path,
        "cd",
        'url = "https://www.example.com/x.php"\ntime_zone = "Asia/Shanghai"\ndelay = 2\nconcurrency = 1\n'
        "categories = [3, 5]\n",
    )
    site = find_site("cd", tmp_path)
    assert (site.name, site.url, site.delay, site.concurrency) == ("cd", "https://www.example.com/", 2.0, 1)
    assert site.categories == (3, 5)
    assert not site.own_process


def test_defaults_are_those_for_a_strangers_site(tmp_path: Path) -> None:
    site = read_profile(write(tmp_path, "cd", 'url = "https://www.example.com/"\n'))
    assert (site.delay, site.concurrency, site.zone, site.categories) == (1.0, 2, None, ())


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
        ("dely = 2", "dely is unknown (known are url, time_zone, delay"),
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
