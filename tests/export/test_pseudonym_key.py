"""The key of pseudonyms: set, in the environment, or in a file that only its owner reads."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from crawler.errors import StorageError, UsageError
from crawler.export.pseudonym_key import SETTING, pseudonym_key

KEY = "sixteen letters!"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)


def test_a_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = pseudonym_key(tmp_path / "data", None)
    path = tmp_path / "data" / "pseudonym.key"
    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert pseudonym_key(tmp_path / "data", None) == key
    assert pseudonym_key(tmp_path / "other", None) != key


def test_a_setting_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "of the environment")
    assert pseudonym_key(tmp_path, KEY) == KEY.encode()
    assert pseudonym_key(tmp_path, None) == b"of the environment"
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it has 6 characters: give 16 or more") as error:
        pseudonym_key(tmp_path, "secret")
    assert "secret" not in str(error.value).replace("a secret", "")
    path = tmp_path / "pseudonym.key"
    path.write_text("short\n", encoding="ascii")
    path.chmod(0o600)
    with pytest.raises(StorageError, match="it holds 5 bytes, which is no key"):
        pseudonym_key(tmp_path, None)
    path.write_text(KEY, encoding="ascii")
    path.chmod(0o640)
    with pytest.raises(UsageError, match=r"others may read it \(mode 640\).*: chmod 600"):
        pseudonym_key(tmp_path, None)
    path.chmod(0o600)
    assert pseudonym_key(tmp_path, None) == KEY.encode()
