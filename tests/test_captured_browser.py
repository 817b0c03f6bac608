"""The anti-collection pages of real sites, run by Chromium: each signs the address of its article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.browsing import browse, needs_browser
from tests.captured import manifest, needs_captured, read
from tests.servers import Server, answer
from tests.test_crawl_browser import BEHIND

if TYPE_CHECKING:
    from tests.servers import Answer, Asked

SIGNED = re.compile(r"(/portal\.php\?mod=view&aid=\d+)&_dsign=([0-9a-f]{8})")
LONGEST = 4000
"""Bytes of a page that is nothing but the script; articles that are still free are longer."""


@needs_captured
@needs_browser
def test_each_script_leads_to_its_article() -> None:
    pages = [one for one in manifest() if one["name"].startswith("antitheft") and one["bytes"] < LONGEST]
    paths = ["{0.path}?{0.query}".format(urlsplit(page["url"])) for page in pages]
    left = [read(page["file"]) for page in pages]

    def table(asked: Asked) -> Answer:
        if asked.path not in paths:
            return BEHIND if SIGNED.fullmatch(asked.path) else answer(404)
        return answer(200, left.pop(0))

    with Server(table) as server:
        browsed = browse(
            *(server.url + path[1:] for path in paths),
            DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"{server.host}:{server.port}",
        )
        signed = [found.groups() for path in server.paths if (found := SIGNED.fullmatch(path))]
    assert [one["flags"] for one in browsed.came] == [["browser"]] * len(pages)
    assert [path for path, _ in signed] == paths
    # A site signs an article in one way, however its script is scrambled.
    assert len(set(signed)) == len(set(paths)) < len(pages)
