"""The defaults that people rely on, and what must be off."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import BaseSettings
from scrapy.utils.project import get_project_settings

from crawler.errors import UsageError
from crawler.sites import Site, site_from_url
from crawler.spiders.politeness import be_polite

ROOT = Path(__file__).parents[1]


@pytest.fixture
def settings() -> BaseSettings:
    return get_project_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCUZ_DATA_DIR", "data"),
        ("DISCUZ_SITES_DIR", None),
        ("DISCUZ_STORE_URL", None),
        ("DISCUZ_CONTACT", None),
        ("DISCUZ_ALLOW_PRIVATE_ADDRESSES", []),
        (
            "DOWNLOAD_HANDLERS",
            dict.fromkeys(("data", "file", "ftp", "s3"))
            | dict.fromkeys(("http", "https"), "crawler.middlewares.heads.BoundedHandler"),
        ),
        ("DISCUZ_PROXY", None),
        ("DISCUZ_OVERLAP", 30),
        ("DISCUZ_FEED_TRUST", 24),
        ("DISCUZ_RESWEEP_DAYS", 30),
        ("DISCUZ_LATEST_EVERY", 60),
        ("DISCUZ_REVISIT_DAYS", 30),
        ("DISCUZ_BACKOFF", 5),
        ("DISCUZ_UNIT_TRIES", 5),
        ("DISCUZ_COMMENTS_ENABLED", True),
        ("DISCUZ_MEDIA_ENABLED", False),
        ("DISCUZ_MEDIA_MAXSIZE", 20 * 2**20),
        ("DISCUZ_MEDIA_TYPES", []),
        ("DISCUZ_MEDIA_COUNT", 200),
        ("DISCUZ_MEDIA_HOSTS", []),
        ("DISCUZ_MEDIA_EXPIRES", 0),
        ("DISCUZ_KEEP_RUNS", 100),
        ("DISCUZ_BLOCK_FILE", None),
        ("DISCUZ_PSEUDONYM_KEY", None),
        ("DISCUZ_LOG_FORMAT", "text"),
        ("DISCUZ_METRICS_DIR", None),
        ("DISCUZ_METRICS_FILE", None),
        ("DISCUZ_BROWSER_ENABLED", False),
        ("DISCUZ_OBEY_NOINDEX", False),
        ("DISCUZ_GATE_ENABLED", True),
        ("DISCUZ_GATE_RUNS", 10),
        ("REMOTE_CONTROL_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("METAREFRESH_ENABLED", False),
        ("ROBOTSTXT_OBEY", True),
        ("AUTOTHROTTLE_ENABLED", True),
        ("DOWNLOAD_DELAY_JITTER", 0),
    ],
)
def test_a_default(settings: BaseSettings, name: str, value: object) -> None:
    assert settings[name] == value


def test_the_docs_have_every_setting_of_the_gate_with_its_default(settings: BaseSettings) -> None:
    page = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(DISCUZ_GATE_\w+)` \| `(.+?)` \|", page, re.MULTILINE)
    assert {name: json.loads(value) for name, value in told} == {
        name: settings[name] for name in settings if name.startswith("DISCUZ_GATE_")
    }


def test_a_real_site_is_read_slowly_and_by_name(settings: BaseSettings) -> None:
    settings.set("DISCUZ_CONTACT", "ops@example.com")
    be_polite(settings, site_from_url("https://www.example.com/"))
    assert settings.getfloat("DOWNLOAD_DELAY") == 1.0
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 2
    assert settings["USER_AGENT"].endswith("(+ops@example.com)")
    assert "discuz-crawler/" in settings["USER_AGENT"]
    assert "ops@example.com" not in repr(settings.copy()["USER_AGENT"]), "Scrapy logs settings"


def test_a_profile_sets_the_pace_and_the_command_line_counts_more(settings: BaseSettings) -> None:
    settings.set("DISCUZ_CONTACT", "ops@example.com")
    settings.set("DOWNLOAD_DELAY", 5, priority="cmdline")
    be_polite(settings, Site(name="x", url="https://www.example.com/", delay=3.0, concurrency=1))
    assert settings.getfloat("DOWNLOAD_DELAY") == 5
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1


def test_a_real_site_is_refused_without_a_contact(settings: BaseSettings) -> None:
    with pytest.raises(UsageError, match="DISCUZ_CONTACT is not set"):
        be_polite(settings, site_from_url("http://127.0.0.1:8080/"))


def test_only_a_child_process_of_ours_is_read_without_pace(settings: BaseSettings) -> None:
    be_polite(settings, Site(name="demo", url="http://127.0.0.1:8080/", own_process=True))
    assert settings.getfloat("DOWNLOAD_DELAY") == 0
    assert not settings.getbool("AUTOTHROTTLE_ENABLED")
    with pytest.raises(UsageError):
        be_polite(settings, Site(name="demo", url="http://127.0.0.1:8080/"))


def test_nothing_is_fetched_to_judge_a_cookie() -> None:
    """In a process of its own: the middleware reads the environment once, when it is imported."""
    program = """
from scrapy.utils.project import get_project_settings
get_project_settings()
from scrapy.downloadermiddlewares import cookies
print(list(cookies._split_domain.suffix_list_urls), cookies._is_public_domain("com.cn"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[] True\n"
