"""A site's theme is made of what its profile says, and every fault in it is told with file, key, value and mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.errors import UsageError
from crawler.pages.theme import DEFAULT
from crawler.sites import read_profile, site_from_url
from crawler.theming import theme_of

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.sites import Site


def site(folder: Path, text: str) -> Site:
    """The site of a profile."""
    path = folder / "cd.toml"
    path.write_text(f'url = "https://www.example.com/"\n{text}', encoding="utf-8")
    return read_profile(path)


def test_a_profile_without_a_theme_has_the_default_one(tmp_path: Path) -> None:
    assert theme_of(site(tmp_path, "")) is DEFAULT
    assert theme_of(site_from_url("https://www.example.com/")) is DEFAULT


def test_a_theme_has_the_selectors_of_the_profile(tmp_path: Path) -> None:
    theme = theme_of(site(tmp_path, '[theme.article]\ntitle = "h1.vt"\n[theme.home]\n'))
    assert theme.name == "cd"
    assert theme.article["title"].written == ("h1.vt",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[theme.article]\ntitel = "h1"', ["theme.article.titel is unknown (known are title"]),
        ('[theme.artikel]\ntitle = "h1"\ndate = "b"', ["theme.artikel is unknown (known are article"]),
        ("[theme.artikel]", ["theme.artikel is unknown (known are article"]),
        ('[theme.article]\ntitle = "h1["', ["theme.article.title = 'h1['"]),
        (
            '[theme.article]\ntitel = "h1"\ndate = "h1["\n[theme.listing]\nentry = "li"',
            ["theme.article.titel is unknown", "theme.article.date = 'h1['", "theme.listing.entry is unknown"],
        ),
    ],
)
def test_a_fault_names_file_key_value_and_mend(tmp_path: Path, text: str, words: list[str]) -> None:
    faulty = site(tmp_path, text)
    with pytest.raises(UsageError) as error:
        theme_of(faulty)
    told = str(error.value).removeprefix(f"profile {tmp_path / 'cd.toml'}: ").split("; theme.")
    assert len(told) == len(words)
    assert all(word in f"theme.{fault}" for word, fault in zip(words, told, strict=True))


def test_a_fault_in_a_themes_own_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    path = tmp_path / "themes" / "paper.toml"
    path.write_text('[article]\ntitel = "h1"\n', encoding="utf-8")
    with pytest.raises(UsageError) as error:
        theme_of(site(tmp_path, 'theme = "paper"'))
    assert str(error.value).startswith(f"theme {path}: article.titel is unknown")
