"""Crawls of a site whose articles are files: looked at again, they are fetched only if they have changed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.shifting import Weeks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartPortal
    from tests.killing import Crawls

SETTINGS = {"DISCUZ_GATE_ENABLED": "0", "DISCUZ_RESWEEP_DAYS": "0"}


def test_what_has_not_changed_is_not_fetched_again(start_portal: StartPortal, killing: Crawls, tmp_path: Path) -> None:
    """While articles are edited, moved, deleted and commented on: every change is seen once, as it is without files."""
    weeks = Weeks(start_portal, killing, tmp_path, articles=60, seed=1, style="static")
    weeks.change(changes=40, deeds="recent")
    asked: list[list[dict[str, Any]]] = []
    for hours, changes in ((0, 0), (6, 12), (25, 12), (73, 0)):
        weeks.later(timedelta(hours=hours))
        weeks.change(changes=changes)
        before = len(weeks.portal.log())
        ended = weeks.run("portal", settings=SETTINGS)
        assert ended.code == 0, ended.stderr
        assert weeks.misread() == {}
        asked.append([line for line in weeks.portal.log()[before:] if "path" in line])
    files = [Counter(line["status"] for line in lines if ".html" in line["path"]) for lines in asked]
    assert (files[0][304], files[0][200] > 20) == (0, True)
    assert min(sum(counted[status] for counted in files[1:]) for status in (200, 304)) > 2, files
    for lines in asked:
        served = Counter((line["path"], line["status"]) for line in lines if ".html" in line["path"])
        assert not any(served[path, 200] for path, status in served if status == 304), "what is answered so is done"
    assert all(line["bytes"] < 200 for lines in asked for line in lines if line["status"] == 304)
