"""Each wall and what is done about it, in whole crawls of a small portal behind a server that puts up the wall."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from crawler.discuz.walls import Wall
from crawler.middlewares.walls import DISTANCE, TIMES
from crawler.spiders.walled import IN_A_ROW
from tests.crawling import QUICK, Crawl, crawl
from tests.servers import Server, answer
from tests.wall_pages import wall_page, wall_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import RunningPortal, StartPortal
    from tests.servers import Answer, Asked

ONE_BY_ONE = QUICK | {"CONCURRENT_REQUESTS_PER_DOMAIN": "1", "RETRY_TIMES": "0"}
ARTICLE = re.compile(r"/portal\.php\?mod=view&aid=(\d+)$")
LIST = re.compile(r"/(?:news|wenhua|gonggao|quxian)/|/portal\.php\?mod=list&")
FIRST = 6
"""Its articles from here on have one page and no comments."""


class Ended(NamedTuple):
    """A crawl, and the server that it met."""

    crawl: Crawl
    server: Server

    @property
    def skipped(self) -> dict[str, tuple[str, str]]:
        """What gave no record: state and reason by unit."""
        lines = (self.crawl.folder(self.server.name) / "skipped.jsonl").read_bytes().splitlines()
        return {line["key"]: (line["state"], line["reason"]) for line in map(json.loads, lines)}

    @property
    def stats(self) -> dict[str, Any]:
        """The stats of the last run's report."""
        report = max(self.crawl.folder(self.server.name).glob("runs/*/report.json"))
        found: dict[str, Any] = json.loads(report.read_bytes())["stats"]
        return found

    @property
    def aids(self) -> list[int]:
        """The articles that have a record."""
        return sorted(record["discuz"]["aid"] for record in self.crawl.lines(self.server.name))

    @property
    def asked_for(self) -> list[str]:
        """The articles that were asked for, in order."""
        return [found[1] for path in self.server.paths if (found := ARTICLE.match(path))]


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


@pytest.fixture(name="crawled")
def crawling(behind: RunningPortal, tmp_path: Path) -> Iterator[Callable[..., Ended]]:
    """Crawls the portal behind a server that answers as a table says."""
    servers: list[Server] = []

    def crawled(spider: str, table: Callable[[Asked], Answer], **arguments: Any) -> Ended:
        server = Server(table, behind.url)
        servers.append(server)
        settings = arguments.pop("settings", ONE_BY_ONE)
        return Ended(crawl(spider, tmp_path, site=server.url, settings=settings, **arguments), server)

    yield crawled
    for server in servers:
        server.close()


def every(where: re.Pattern[str], name: str) -> Callable[[Asked], Answer]:
    """A server at which a wall stands before all addresses of a kind."""
    said = wall_page(name).answer()
    return lambda asked: said if where.match(asked.path) else None


# --- a wall before one page -------------------------------------------------------------------------------------------

ONCE = {
    "missing_article": ("skipped", "missing_article"),
    "missing_article_200": ("skipped", "missing_article"),
    "no_permission": ("skipped", "no_permission"),
    "login": ("failed", "login"),
    "notice": ("failed", "notice"),
    "system_error": ("failed", "system_error"),
    "truncated": ("failed", "truncated"),
    "empty": ("failed", "empty"),
    "http_404": ("failed", "http_404"),
    "http_502": ("failed", "http_502"),
    "http_403": ("failed", "http_403"),
    "not_discuz": ("failed", "not_discuz"),
    "mobile": ("failed", "mobile"),
    "mobile_redirect": ("failed", "mobile"),
    "challenge_jiasule": ("failed", "challenge"),
    "captcha_tencent": ("failed", "captcha"),
    "blocked_aliyun": ("failed", "blocked"),
}
"""What stands before an article or two, and how those end; between them lie articles that are read."""


def test_a_wall_before_one_page_is_that_page_s_affair(crawled: Callable[..., Ended]) -> None:
    before = {str(FIRST + 2 * number): name for number, name in enumerate(ONCE) if FIRST + 2 * number != 18}
    left_out = set(ONCE) - set(before.values())
    before |= {str(24 + number): name for number, name in enumerate(left_out, 60)}

    def table(asked: Asked) -> Answer:
        found = ARTICLE.match(asked.path)
        name = before.get(found[1]) if found else None
        there = f"{asked.path}&mobile=2" if name == "mobile_redirect" else None
        return wall_page(name, location=there).answer() if name else None

    last = FIRST + 2 * len(ONCE)
    ended = crawled("article", table, aid=",".join(map(str, [*range(FIRST, last), *map(int, before)])))
    assert ended.crawl.code == 0, ended.crawl.stderr
    assert ended.skipped == {f"article/{aid}": ONCE[name] for aid, name in before.items()}
    assert ended.aids == [aid for aid in range(FIRST, last) if str(aid) not in before]
    assert "2 skipped (missing_article), 1 skipped (no_permission), 14 left for the next run" in ended.crawl.last_line
    met = {name: value for name, value in ended.stats.items() if name.startswith("discuz/wall/")}
    walls = [str(wall_page(name).wall) for name in before.values()]
    assert met == {f"discuz/wall/{wall}_count": walls.count(wall) for wall in walls}
    assert ended.stats["discuz/reason/http_502_count"] == 1


# --- a wall before everything -----------------------------------------------------------------------------------------


class Stop(NamedTuple):
    """What a crawl of articles that all meet a wall comes to.

    Attributes:
        code: its exit code.
        words: in its last line.
        articles: how many it takes; None for all of them.
    """

    code: int
    words: str
    articles: int | None = 1


STOPS = {
    "login_redirect": Stop(4, "is behind a wall (login): its pages are for members"),
    "site_closed": Stop(
        4,
        "(site_closed): 服务器正在搬家，预计今晚22:00恢复，给您带来不便敬请谅解。; start again when it is open",
        IN_A_ROW,
    ),
    "portal_off": Stop(4, "(site_closed): 抱歉，门户功能尚未开启", IN_A_ROW),
    "ip_refused_bare": Stop(4, "(ip_refused): 抱歉，您的 IP 地址不在允许范围内"),
    "proxy_refused": Stop(4, "(proxy_refused): 代理服务器访问限制"),
    "question": Stop(4, "(question): 17 + 4 + 9 = ?; only a person may answer"),
    "antitheft": Stop(
        4, "(antitheft): with its anti-collection (防采集) the owner says no to crawlers: ask for permission"
    ),
    "challenge_cloudflare": Stop(
        4,
        "(challenge): Just a moment... Enable JavaScript and cookies to continue; a browser can pass it: ",
        IN_A_ROW,
    ),
    "captcha_slider": Stop(4, "(captcha): 滑动验证 人机身份验证，请完成以下操作; only a person may solve it", IN_A_ROW),
    "blocked_safedog": Stop(4, "(blocked): 网站防火墙", IN_A_ROW),
    "http_403": Stop(4, "(http_403): say a longer delay in its profile", IN_A_ROW),
    "mobile": Stop(4, "(mobile): 您访问的页面无手机页面，是否进一步访问电脑版？; it takes us for a phone", IN_A_ROW),
    "cookie_check": Stop(4, "(cookie_check): 頁面重載開啟", IN_A_ROW * (1 + TIMES)),
    "no_permission": Stop(4, "(no_permission): 抱歉，您所在的用户组(游客)无法进行此操作", None),
    "login": Stop(4, "(login): 您需要先登录才能继续本操作", None),
    "http_502": Stop(3, "nothing could be read", None),
    "empty": Stop(3, "nothing could be read", None),
    "truncated": Stop(3, "nothing could be read", None),
}


@pytest.mark.parametrize("name", STOPS)
def test_a_wall_before_everything(crawled: Callable[..., Ended], name: str) -> None:
    stop = STOPS[name]
    ended = crawled("article", every(ARTICLE, name), aid="6-20")
    assert (ended.crawl.code, ended.aids) == (stop.code, []), ended.crawl.stderr
    assert stop.words in ended.crawl.last_line
    # Another one or two are out before the spider has seen the page that ends it.
    most = 15 if stop.articles is None else stop.articles + (stop.articles if stop.articles > IN_A_ROW else 2)
    assert (stop.articles or most) <= len(ended.asked_for) <= most
    assert {reason for _, reason in ended.skipped.values()} == {wall_page(name).verdict().reason}  # type: ignore[union-attr]
    least = 15 if stop.articles is None else min(stop.articles, IN_A_ROW)
    assert least <= ended.stats[f"discuz/wall/{wall_page(name).wall}_count"] <= len(set(ended.asked_for))


def test_what_needs_permission_is_told_how(crawled: Callable[..., Ended]) -> None:
    ended = crawled("portal", every(ARTICLE, "antitheft"))
    assert ended.crawl.code == 4
    assert 'state it in the profile as permission = "who, when"' in ended.crawl.last_line


def test_a_wall_before_home_is_told(crawled: Callable[..., Ended]) -> None:
    ended = crawled("portal", lambda asked: None if "robots" in asked.path else wall_page("challenge_aliyun").answer())
    assert ended.crawl.code == 4, ended.crawl.stderr
    assert "is behind a wall (challenge): a browser can pass it: " in ended.crawl.last_line


# --- a wall before a category -----------------------------------------------------------------------------------------

CULTURE = re.compile(r"/wenhua/|/portal\.php\?mod=list&catid=7\b")
NEWS = re.compile(r"/news/|/portal\.php\?mod=list&catid=1\b")


@pytest.mark.parametrize("name", ["no_permission", "login", "closed_category", "missing_category"])
def test_a_wall_before_a_category_ends_that_category(
    crawled: Callable[..., Ended], behind: RunningPortal, name: str
) -> None:
    ended = crawled("portal", every(CULTURE, name), settings=QUICK)
    assert ended.crawl.code == 0, ended.crawl.stderr
    reason = str(wall_page(name).wall)
    assert ended.skipped["listing/7"] == ("skipped", reason)
    assert ended.stats[f"discuz/wall/{reason}_count"] >= 1
    others = {record["discuz"]["aid"] for record in behind.truth() if record.get("article_section") in {"时政", "社会"}}
    assert others <= set(ended.aids)
    words = f"1 listing pages skipped ({reason})"
    assert (words in ended.crawl.last_line) is (name in {"no_permission", "login"})


@pytest.mark.parametrize(
    ("category", "code", "words"), [("7", 4, "is behind a wall (no_permission)"), ("7,12", 0, "1 listing pages")]
)
def test_a_wall_before_a_category_that_was_asked_for(
    crawled: Callable[..., Ended], category: str, code: int, words: str
) -> None:
    ended = crawled("backfill", every(CULTURE, "no_permission"), category=category)
    assert ended.crawl.code == code, ended.crawl.stderr
    assert words in ended.crawl.last_line
    assert ended.skipped["listing/7"] == ("skipped", "no_permission")
    assert (69 in ended.aids) is (code == 0)


def test_what_was_known_of_a_category_that_guests_may_not_read_is_passed_over(crawled: Callable[..., Ended]) -> None:
    first = crawled("portal", lambda _: None, limit="5")
    first.server.table = every(NEWS, "no_permission")
    asked = len(first.server.log)
    # To the gate most of so small a site is another site.
    settings = ONE_BY_ONE | {"DISCUZ_GATE_ENABLED": "0"}
    ended = Ended(crawl("portal", first.crawl.data, site=first.server.url, settings=settings), first.server)
    assert ended.crawl.code == 0, ended.crawl.stderr
    passed_over = [
        key for key, end in ended.skipped.items() if end == ("skipped", "no_permission") and "article" in key
    ]
    assert passed_over
    assert f"{len(passed_over)} skipped (no_permission)" in ended.crawl.last_line
    again = {found[1] for one in first.server.log[asked:] if (found := ARTICLE.match(one.path))}
    assert not again & {key.rpartition("/")[2] for key in passed_over}


def test_pages_that_only_members_may_turn_to_end_the_list_and_nothing_else(crawled: Callable[..., Ended]) -> None:
    second = re.compile(r"/news/index\.php\?page=[2-9]|/portal\.php\?mod=list&catid=1&page=")
    ended = crawled("portal", every(second, "no_permission"), settings=QUICK)
    assert ended.crawl.code == 0, ended.crawl.stderr
    assert {key: end for key, end in ended.skipped.items() if key.startswith("listing/1/")} == {
        "listing/1/2": ("skipped", "no_permission")
    }
    assert len(ended.aids) >= 15


# --- walls that fall --------------------------------------------------------------------------------------------------


def hurried(least: float) -> Callable[[Asked], Answer]:
    """``attackevasive`` 1: refuses what comes too soon after something else."""
    last = [0.0]

    def table(asked: Asked) -> Answer:
        if not ARTICLE.match(asked.path):
            return None
        since, last[0] = asked.time - last[0], asked.time
        return wall_page("refresh_limit").answer() if since < least else None

    return table


def test_a_site_that_is_asked_too_soon_is_asked_again_and_more_slowly(crawled: Callable[..., Ended]) -> None:
    ended = crawled("article", hurried(1.0), aid="6,7")
    assert ended.crawl.code == 0, ended.crawl.stderr
    assert ended.aids == [6, 7]
    assert ended.stats["discuz/wall/refresh_limit_again_count"] == 1
    assert "discuz/wall/refresh_limit_count" not in ended.stats
    assert ended.crawl.stderr.count(f"one request every {DISTANCE} s from now on") == 1


def test_a_site_that_is_always_asked_too_soon_stops(crawled: Callable[..., Ended]) -> None:
    ended = crawled("article", hurried(60.0), aid="6,7", settings=QUICK)
    assert ended.crawl.code == 0, ended.crawl.stderr
    (read,) = ended.aids
    assert ended.skipped == {f"article/{6 + 7 - read}": ("failed", "refresh_limit")}
    assert ended.stats["discuz/wall/refresh_limit_again_count"] == TIMES
    assert "1 left for the next run (1 refresh_limit)" in ended.crawl.last_line


def test_a_site_that_asks_for_its_cookie_gets_it(crawled: Callable[..., Ended]) -> None:
    wall = wall_page("cookie_check")
    said = answer(wall.status, wall.body, "Set-Cookie: h4rb_2132_lastrequest=a1b2; path=/; HttpOnly", kind=wall.kind)

    def table(asked: Asked) -> Answer:
        has_it = "h4rb_2132_lastrequest=a1b2" in (asked.header("Cookie") or "")
        return None if has_it or not ARTICLE.match(asked.path) else said

    ended = crawled("article", table, aid="6-9")
    assert ended.crawl.code == 0, ended.crawl.stderr
    assert ended.aids == [6, 7, 8, 9]
    assert "discuz/wall/cookie_check_count" not in ended.stats
    # Some are on their way before the first cookie comes.
    assert ended.stats["discuz/wall/cookie_check_again_count"] == len(ended.asked_for) - 4 <= 4
    assert ended.asked_for.count("9") <= 2


def test_each_wall_is_among_the_crawls() -> None:
    lists = {Wall.CLOSED_CATEGORY, Wall.MISSING_CATEGORY, Wall.REFRESH_LIMIT}
    assert {wall_pages()[name].wall for name in (*ONCE, *STOPS)} | lists == set(Wall)
