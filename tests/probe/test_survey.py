"""A survey of a site finds out what it is, with few requests, whatever stands in the way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from scrapy.http import Response, XmlResponse

from crawler.discuz.styles import Style
from crawler.probe.asking import Unread
from crawler.sites import Site
from tests.probe.web import Web, page, served, survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.probe.findings import Findings
    from tests.conftest import RunningPortal, StartPortal


@pytest.fixture(scope="module")
def site(start_portal: StartPortal) -> Iterator[RunningPortal]:
    """A portal to switch faults on."""
    portal = start_portal(articles=120, style="rewrite", charset="gbk")
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def found(site: RunningPortal) -> Findings:
    """What a survey of it finds when all is well."""
    return survey(site.url, Web(served, robots="User-agent: *\nDisallow: /*mod=attachment\nCrawl-delay: 3"))


def test_a_site_without_obstacles_is_ready(found: Findings, site: RunningPortal) -> None:
    assert (found.verdict.state, found.verdict.exit_code) == ("ready", 0)
    assert found.verdict.command == f"scrapy crawl portal -a site={site.url}"
    assert found.verdict.words.startswith(f"{site.url} is ready: {found.verdict.command} (about ")


def test_the_program_is_told(found: Findings) -> None:
    program = found.program
    assert (program.generator, program.site_name, program.language) == ("Discuz! X3.4", "云泽在线", "zh-Hans")
    assert (program.charset, program.charset_source, program.charset_declared) == ("gb18030", "header", "gbk")
    assert program.icp


def test_addresses_are_learned(found: Findings, site: RunningPortal) -> None:
    assert found.addresses.source == "links"
    assert found.addresses.rules["article"] == Style.REWRITTEN.article
    assert found.addresses.article == found.articles[0].url
    assert str(found.addresses.article).startswith(f"{site.url}article-")


def test_the_zone_is_told(found: Findings) -> None:
    assert (found.time_zone.offset, found.time_zone.source) == ("+08:00", "footer")


def test_categories_are_a_tree_with_counts(found: Findings, site: RunningPortal) -> None:
    tree = {one.name: one for one in found.categories}
    assert list(tree)[:2] == ["新闻", "时政"], "parents before their children"
    news, politics, districts = tree["新闻"], tree["时政"], tree["区县"]
    assert (news.catid, news.folder, news.parent, news.state) == (1, "news", None, "open")
    assert politics.parent == districts.parent == news.url
    assert (tree["商城"].state, tree["专题存档"].state) == ("moved", "closed_category")
    assert news.pages
    assert news.articles
    assert len({one.catid for one in found.categories if one.catid}) == sum(1 for one in found.categories if one.catid)


def test_all_lists_together_name_about_all_articles(found: Findings, site: RunningPortal) -> None:
    there = sum(1 for record in site.truth() if record["status"] == "published")
    assert found.lists.complete
    assert there <= (found.lists.articles or 0) <= there + 60, "a list's last page may be short"
    assert (found.lists.beyond_last, found.lists.deep_page) == ("empty", found.categories[0].pages)


def test_articles_are_new_and_old_ones(found: Findings) -> None:
    assert [one.from_page for one in found.articles] == [1, found.lists.deep_page, 1]
    assert all(one.headline and one.date_published and one.extractor == "default" for one in found.articles)
    assert found.lists.oldest
    assert found.lists.oldest[:10] == str(found.articles[1].date_published)[:10]


def test_fields_name_their_rules_and_what_would_mend_them(found: Findings) -> None:
    fields = {one.name: one for one in found.fields}
    assert (fields["headline"].given, fields["headline"].of, fields["headline"].mend) == (3, 3, None)
    assert fields["headline"].rules
    lacking = [one for one in found.fields if one.given < one.of and one.mend]
    assert all(one.mend and one.mend.startswith("theme.article.") for one in lacking)
    assert fields["images"].mend is None, "no selector gives pictures but the body's"


def test_robots_and_pace_make_a_delay(found: Findings) -> None:
    assert found.robots.allowed == {
        "home": True,
        "listing": True,
        "article": True,
        "comments": True,
        "feed": True,
        "attachment": False,
    }
    assert (found.robots.crawl_delay, found.pace.suggested, found.pace.median) == (3.0, 3.0, 0.02)


def test_the_feed_is_on(found: Findings) -> None:
    assert (found.feed.state, found.feed.articles) == ("on", 20)


def test_few_pages_are_asked_for_and_none_twice(site: RunningPortal) -> None:
    web = Web(served)
    survey(site.url, web)
    assert 10 <= web.requests <= 25
    assert len(set(web.asked)) == len(web.asked)


@pytest.mark.parametrize(
    ("fault", "state", "code", "words", "requests"),
    [
        ("closed-site", "wall", 4, "is behind a wall (site_closed: ", 1),
        ("login-wall", "wall", 4, "no category could be read (login)", 7),
        ("404-all", "no_articles", 3, "no article could be read (missing_article", 16),
        ("500-all", "unreachable", 3, "cannot be read (http_500", 1),
    ],
)
def test_a_fault_is_told(fault: str, state: str, code: int, words: str, requests: int, site: RunningPortal) -> None:
    web = Web(served)
    switch(site, fault)
    try:
        verdict = survey(site.url, web).verdict
    finally:
        switch(site, "")
    assert (verdict.state, verdict.exit_code) == (state, code)
    assert words in verdict.words
    assert verdict.command is None
    assert web.requests <= requests


def switch(site: RunningPortal, fault: str) -> None:
    with urlopen(f"{site.url}__fault__?name={fault}") as answer:
        answer.read()


def test_robots_that_forbid_home_end_it(site: RunningPortal) -> None:
    web = Web(served, robots="User-agent: *\nDisallow: /")
    found = survey(site.url, web)
    assert (found.verdict.state, found.verdict.exit_code, web.requests) == ("wall", 4, 0)
    assert "robots.txt keeps us out of its home" in found.verdict.words


def test_robots_that_forbid_all_lists_are_a_wall(site: RunningPortal) -> None:
    rules = "\n".join(f"Disallow: {path}" for path in ("/news", "/wenhua", "/gonggao", "/*mod=list"))
    verdict = survey(site.url, Web(served, robots=f"User-agent: *\n{rules}")).verdict
    assert (verdict.state, verdict.exit_code) == ("wall", 4)
    assert "no category could be read (robots)" in verdict.words


@pytest.mark.parametrize(
    "path", ["news/", "news/shehui/index.php?page=2", "article-1-1.html", "portal.php?mod=list&catid=2"]
)
def test_any_address_of_the_site_will_do(path: str, site: RunningPortal) -> None:
    found = survey(f"{site.url}{path}", Web(served))
    assert (found.url, found.verdict.state) == (site.url, "ready")


# --- sites of a few pages -------------------------------------------------------------------------------------------

HEAD = '<html><head><script>var discuz_uid = "0";</script></head>'
HOME = f'{HEAD}<body class="pg_index"><div id="nv"><ul>%s</ul></div></body>'


def pages(**by_path: str | Response) -> Web:
    """A site of a few pages; whatever else is asked for is not there."""

    def get(url: str) -> Response:
        found = by_path.get(url.partition(".example/")[2].replace(".php", ""), "")
        return found if isinstance(found, Response) else page(url, found, 200 if found else 404)

    return Web(get)


def test_a_host_that_does_not_answer_is_unreachable() -> None:
    def get(_: str) -> Response:
        raise Unread("unreachable", "DNS lookup failed")

    found = survey("http://a.example/", Web(get))
    assert (found.verdict.state, found.verdict.exit_code) == ("unreachable", 3)
    assert "http://a.example/portal.php cannot be reached (DNS lookup failed): check" in found.verdict.words


def test_another_program_is_told_as_such() -> None:
    blog = '<html><head><meta name="generator" content="Other 6"></head><body><a href="/post/1">One</a></body></html>'
    found = survey("http://a.example/", Web(lambda url: page(url, blog, 404 if "portal" in url else 200)))
    assert (found.verdict.state, found.verdict.exit_code) == ("not_discuz", 3)
    assert found.verdict.words.startswith("http://a.example/ is no Discuz! portal: nothing of Discuz! is on")


def test_a_forum_without_a_portal_is_told_as_such() -> None:
    def get(url: str) -> Response:
        return page(url, "Not Found", 404) if "portal" in url else page(url, HOME % "")

    found = survey("http://a.example/", Web(get))
    assert (found.verdict.state, found.verdict.exit_code) == ("no_portal", 3)
    assert "is a Discuz! site without a portal" in found.verdict.words


def test_a_portal_without_articles_is_told_as_such() -> None:
    found = survey("http://a.example/", pages(portal=HOME % ""))
    assert (found.verdict.state, found.verdict.exit_code) == ("no_articles", 3)


def test_a_site_that_moved_is_followed_to_its_new_host() -> None:
    def get(url: str) -> Response:
        if "old.example" in url:
            return page(url, "", 301, Location=url.replace("http://old.example", "https://www.a.example"))
        return page(url, HOME % "") if "portal.php" in url else page(url, "", 404)

    found = survey("http://old.example/", Web(get))
    assert (found.url, found.verdict.state, found.met) == ("https://www.a.example/", "no_articles", [])
    assert found.aliases == ["http://old.example/"]
    assert found.feed.state == "no_feed"


def test_a_site_that_moved_to_https_is_met_under_both() -> None:
    def get(url: str) -> Response:
        there = url.replace("http:", "https:")
        return page(url, HOME % "") if url == there and "portal.php" in url else page(url, "", 301, Location=there)

    found = survey("http://a.example/", Web(get))
    assert (found.url, found.aliases) == ("https://a.example/", ["http://a.example/"])


def test_a_folder_of_the_site_is_no_address_of_it() -> None:
    home = HOME % '<base href="http://a.example/">'
    found = survey("http://a.example/x/", pages(**{"portal": home, "x/": home}))
    assert (found.url, found.aliases) == ("http://a.example/", [])


def test_a_site_that_leads_elsewhere_says_where_to() -> None:
    found = survey("http://a.example/", Web(lambda url: page(url, "", 302, Location="http://b.example/parked?x=1")))
    assert (found.verdict.state, found.verdict.exit_code) == ("unreachable", 3)
    assert "leads to http://b.example/parked?x=1" in found.verdict.words


def test_a_site_that_moves_in_a_ring_comes_to_an_end() -> None:
    there = {"http://a.example/portal.php": "http://b.example/portal.php"}
    web = Web(lambda url: page(url, "", 301, Location=there.get(url, "http://a.example/portal.php")))
    found = survey("http://a.example/", web)
    assert (found.verdict.exit_code, web.requests) == (3, 3)


LIST = (
    f'{HEAD}<body class="pg_list pg_list_3"><div id="ct"><h1>News</h1><div class="bm_c xld">'
    '<dl><dt><a href="http://a.example/portal.php?mod=view&aid=7">One</a></dt></dl></div></div></body>'
)


@pytest.mark.parametrize(
    ("article", "state", "words"),
    [
        ('<h1>One</h1><em id="_viewnum">3</em>', "gaps", "date_published (0 of 1), article_body (0 of 1)"),
        ("<p>nothing</p>", "no_articles", "no article could be read (no_headline"),
    ],
)
def test_an_article_with_gaps_says_what_would_mend_them(article: str, state: str, words: str) -> None:
    def get(url: str) -> Response:
        text = LIST if "mod=list" in url else f"{HEAD}<body>{article}</body>" if "mod=view" in url else ""
        if url.endswith("portal.php"):
            text = HOME % '<li id="mn_P3"><a href="portal.php?mod=list&catid=3">News</a></li>'
        return page(url, text, 200 if text else 404)

    found = survey("http://a.example/", Web(get))
    assert found.verdict.state == state
    assert words in found.verdict.words
    mends = {one.name: one.mend for one in found.fields}
    assert mends["article_body"] == 'theme.article.body = "SELECTOR"'


ARTICLE = (
    f'{HEAD}<body><div id="pt"><div class="z"><a href="portal.php">a</a> <a href="portal.php">p</a> '
    '<a href="portal.php?mod=list&amp;catid=3">News</a></div></div><h1 class="ph">One</h1>'
    '<p class="xg1">2031-5-3 08:05<span class="pipe">|</span><em id="_viewnum">3</em></p>'
    '<table><tr><td id="article_content">Words</td></tr></table></body>'
)
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>a</title><link>http://a.example/</link>'
    "<item><title>One</title><link>http://a.example/portal.php?mod=view&amp;aid=7</link></item></channel></rss>"
)


def blank(url: str) -> Response:
    """A site whose home leads nowhere."""
    if "mod=rss" in url:
        return XmlResponse(url, body=FEED.encode(), encoding="utf-8")
    text = LIST if "mod=list" in url else ARTICLE if "mod=view" in url else HOME % ""
    return page(url, text)


@pytest.mark.parametrize("path", ["", "portal.php?mod=list&catid=3", "portal.php?mod=view&aid=7"])
def test_where_home_leads_nowhere_the_feed_or_the_address_given_does(path: str) -> None:
    found = survey(f"http://a.example/{path}", Web(blank))
    assert (found.verdict.state, [one.aid for one in found.articles]) == ("ready", [7])
    assert [(one.catid, one.state) for one in found.categories] == [(3, "open")]
    assert found.lists.reachable
    assert found.verdict.command == "scrapy crawl portal -a site=http://a.example/"


def nowhere(url: str) -> Response:
    """A portal whose home and feed lead nowhere, so that the address given does."""
    return page(url, HOME % "") if url.endswith(("portal.php", "mod=rss")) else served(url)


def test_where_home_and_feed_lead_nowhere_a_profile_has_to_name_the_categories(site: RunningPortal) -> None:
    found = survey(f"{site.url}portal.php?mod=list&catid=3", Web(nowhere))
    assert not found.lists.reachable
    assert (found.verdict.command or "").startswith(f"scrapy probe {site.url} --save && ")


@pytest.mark.parametrize("there", [True, False])
def test_a_second_page_is_read(there: bool, site: RunningPortal) -> None:
    truth = next(record for record in site.truth() if len(record.get("pages", ())) > 1)

    def get(url: str) -> Response:
        return nowhere(url if there or not url.endswith("page=2") else f"{site.url}portal.php")

    (article,) = survey(truth["url"], Web(get)).articles
    assert (article.aid, article.pages) == (truth["discuz"]["aid"], len(truth["pages"]))
    assert article.second_page is there


def test_the_comments_of_an_article_that_shows_some_of_them_are_read(site: RunningPortal) -> None:
    truth = next(record for record in site.truth() if (record.get("comment_count") or 0) > 25)
    found = survey(truth["url"], Web(nowhere)).comments
    assert (found.kind, found.state, found.entries) == ("comments", "open", 25)
    assert found.pages > 1


def test_comments_that_are_switched_off_are_not_read(site: RunningPortal) -> None:
    truth = max(site.truth(), key=lambda record: record.get("comment_count") or 0)
    web = Web(nowhere, comments_enabled=False)
    found = survey(truth["url"], web).comments
    assert (found.kind, found.state, found.entries) == ("comments", "switched_off", 0)
    assert not any("mod=comment" in url for url in web.asked)


def test_comments_that_are_not_for_us_are_told(site: RunningPortal) -> None:
    truth = next(record for record in site.truth() if (record.get("comment_count") or 0) > 25)
    found = survey(truth["url"], Web(nowhere, robots="User-agent: *\nDisallow: /*mod=comment"))
    assert (found.comments.state, found.verdict.state) == ("robots", "ready")


def test_a_profile_counts_more_than_what_is_learned(site: RunningPortal, tmp_path: Path) -> None:
    known = Site(
        name="gov",
        url=site.url,
        time_zone="Asia/Bangkok",
        style=Style(article="a/{id}.html"),
        delay=5.0,
        profile=tmp_path / "gov.toml",
    )
    found = survey(site.url, Web(served), known)
    assert (found.name, found.profile) == ("gov", str(tmp_path / "gov.toml"))
    assert (found.time_zone.offset, found.time_zone.source) == ("+07:00", "profile")
    assert (found.addresses.rules, found.addresses.source) == ({"article": "a/{id}.html"}, "profile")
    assert found.pace.suggested == 5.0
    assert found.verdict.command == "scrapy crawl portal -a site=gov"
