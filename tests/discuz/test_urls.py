"""What addresses name: a table of cases for every row of the field guide, and properties that hold for all."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.discuz.reading import LARGEST, SYSTEM
from crawler.discuz.targets import readable
from crawler.discuz.urls import Grammar, Kind, Style, Target, key
from tests.captured import manifest, needs_captured

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ROOT = "http://portal.test/"
CHANGED = Style(
    article="portal-article-{id}-{page}.html",
    listing="list/{id}/{page}/",
    topic="zt-{name}.html",
    member="u-{user}-{value}.htm",
    thread="t{tid}p{page}.html",
    blog="b-{blogid}-of-{uid}.html",
    board="f-{fid}-{page}.html",
)
PLAIN = Grammar(ROOT)
GRAMMARS = {
    "dynamic": PLAIN,
    "rewritten": Grammar(ROOT, Style.REWRITTEN),
    "changed": Grammar("https://portal.test:8443/", CHANGED),
    "no page in the rule": Grammar(ROOT, Style(article="article/{id}.html")),
    "in a directory": Grammar("http://portal.test/bbs/x/", Style.REWRITTEN),
    "folders": Grammar(ROOT, folders={"news": 1, "news/shehui": 3}),
    "domains": Grammar(
        "http://www.portal.test/",
        folders={"news": 1, "news/shehui": 3, "culture": 8},
        domains={"news.portal.test": 1, "kultur.portal.test:8080": "culture", "x.portal.test": "y", "portal.test": ""},
    ),
    "aliases": Grammar(
        "https://portal.test/x/",
        folders={"news": 1},
        aliases=(
            "http://old.portal.test/",
            "http://old.portal.test/bbs/",
            "http://portal.test/",
            "http://portal.test/x/",
        ),
    ),
}


def article(aid: int, page: int = 1, name: str = "") -> Target:
    return Target(Kind.ARTICLE, aid, page, name)


def listing(catid: int | None, page: int = 1, name: str = "") -> Target:
    return Target(Kind.LISTING, catid, page, name)


# --- what addresses name ------------------------------------------------------------------------------------------

CASES = {
    # articles
    "portal.php?mod=view&aid=12": article(12),
    "portal.php?aid=12&mod=view": article(12),
    "portal.php?mod=view&aid=12&page=3": article(12, 3),
    "portal.php?page=3&aid=12&mod=view": article(12, 3),
    "portal.php?mod=view&aid=12&amp;page=3": article(12, 3),
    "portal.php?mod=view&amp;aid=12&amp;amp;page=3": article(12, 3),
    "portal.php?mod=view&aid=12&page=1": article(12),
    "portal.php?mod=view&aid=12&page=0": article(12),
    "portal.php?mod=view&aid=12&page=-4": article(12),
    "portal.php?mod=view&aid=12&page=last": article(12),
    "portal.php?mod=view&aid=12#comment": article(12),
    "portal.php?mod=view&aid=12'": article(12),
    "portal.php?mod=view&aid=12%27": article(12),
    "portal.php?mod=view&aid=0012": article(12),
    "portal.php?mod=view&aid=7&aid=12": article(12),
    "index.php?mod=view&aid=12": article(12),
    "/portal.php?mod=view&aid=12": article(12),
    "./portal.php?mod=view&aid=12": article(12),
    "../portal.php?mod=view&aid=12": article(12),
    "//portal.test/portal.php?mod=view&aid=12": article(12),
    "http://portal.test//portal.php?mod=view&aid=12": article(12),
    "https://PORTAL.test/portal.php?mod=view&aid=12": article(12),
    "http://portal.test:80/portal.php?mod=view&aid=12": article(12),
    "http://portal.test/a/../portal.php?mod=view&aid=12": article(12),
    " \n portal.php?mod=view&\taid=12 ": article(12),
    "article-12-1.html": article(12),
    "article-12-3.html": article(12, 3),
    "article-12-3.html?mobile=2": article(12, 3),
    "http://portal.test/article-12-3.html#comment": article(12, 3),
    # static articles: the aid padded to eight digits, the page behind it; or the owner's own name
    "news/201910/00000012.html": article(12, name="news/201910/00000012.html"),
    "news/201910/000000123.html": article(12, 3, "news/201910/00000012.html"),
    "news/2019/10/17/0000001225.htm": article(12, 25, "news/2019/10/17/00000012.htm"),
    "news/201910/000000121.html": Target(Kind.ARTICLE, name="news/201910/000000121.html"),
    "news/201910/00000000.html": Target(Kind.ARTICLE, name="news/201910/00000000.html"),
    "news/201910/spring.html": Target(Kind.ARTICLE, name="news/201910/spring.html"),
    "html/12.shtml": Target(Kind.ARTICLE, name="html/12.shtml"),
    "html/%E6%98%A5%20.html": Target(Kind.ARTICLE, name="html/春%20.html"),
    # lists
    "portal.php?mod=list&catid=5": listing(5),
    "portal.php?catid=5&page=2&mod=list": listing(5, 2),
    "/news/": listing(None, name="news"),
    "news/index.php": listing(None, name="news"),
    "news/index.php?page=2": listing(None, 2, "news"),
    "news/?page=2&mobile=2": listing(None, 2, "news"),
    "news/index.html": listing(None, name="news"),
    "http://portal.test/news/shehui/": listing(None, name="news/shehui"),
    "news/xsq/wuling/index.php?page=7": listing(None, 7, "news/xsq/wuling"),
    # comments, topics, feeds
    "portal.php?mod=comment&id=12&idtype=aid": Target(Kind.COMMENTS, 12, name="aid"),
    "portal.php?mod=comment&id=12&idtype=aid&amp;page=2": Target(Kind.COMMENTS, 12, 2, "aid"),
    "portal.php?idtype=aid&id=12&mod=comment&page=2": Target(Kind.COMMENTS, 12, 2, "aid"),
    "portal.php?mod=comment&id=12": Target(Kind.COMMENTS, 12, name="aid"),
    "portal.php?mod=comment&id=4&idtype=topicid": Target(Kind.COMMENTS, 4, name="topicid"),
    "portal.php?mod=topic&topicid=4": Target(Kind.TOPIC, 4),
    "portal.php?mod=topic&topic=spring": Target(Kind.TOPIC, name="spring"),
    "topic-spring.html": Target(Kind.TOPIC, name="spring"),
    "topic-spring-2.html": Target(Kind.TOPIC, name="spring-2"),
    "topic/spring.html": Target(Kind.TOPIC, name="spring"),
    "portal.php?mod=rss": Target(Kind.FEED),
    "portal.php?mod=rss&catid=5": Target(Kind.FEED, 5),
    # attachments
    "portal.php?mod=attachment&id=9": Target(Kind.ATTACHMENT, 9),
    "data/attachment/portal/201910/17/a.jpg": Target(Kind.ATTACHMENT, name="data/attachment/portal/201910/17/a.jpg"),
    # members
    "home.php?mod=space&uid=2": Target(Kind.MEMBER, 2),
    "home.php?mod=space&amp;uid=2&amp;do=profile&amp;from=space": Target(Kind.MEMBER, 2),
    "home.php?mod=space&username=anna": Target(Kind.MEMBER, name="anna"),
    "home.php?mod=space&username=%E5%AE%89+n": Target(Kind.MEMBER, name="安%20n"),
    "space-uid-2.html": Target(Kind.MEMBER, 2),
    "space-username-%E5%AE%89%20n.html": Target(Kind.MEMBER, name="安%20n"),
    "space-username-%B0%B2.html": Target(Kind.MEMBER, name="%B0%B2"),
    "index.php?2": Target(Kind.MEMBER, 2),
    "?2": Target(Kind.MEMBER, 2),
    # threads and boards
    "forum.php?mod=viewthread&tid=51": Target(Kind.THREAD, 51),
    "forum.php?mod=viewthread&tid=51&extra=page%3D1&page=2": Target(Kind.THREAD, 51, 2),
    "forum.php?mod=viewthread&tid=51&highlight=x": Target(Kind.THREAD, 51),
    "index.php?mod=viewthread&tid=51": Target(Kind.THREAD, 51),
    "thread-51-2-1.html": Target(Kind.THREAD, 51, 2),
    "thread-51-2-7.html": Target(Kind.THREAD, 51, 2),
    "forum.php?mod=forumdisplay&fid=3": Target(Kind.BOARD, 3),
    "forum.php?mod=forumdisplay&fid=3&page=2": Target(Kind.BOARD, 3, 2),
    "forum-3-2.html": Target(Kind.BOARD, 3, 2),
    "forum-lounge-2.html": Target(Kind.BOARD, None, 2, "lounge"),
    "forum.php?mod=forumdisplay&fid=lounge": Target(Kind.BOARD, name="lounge"),
    # blogs
    "home.php?mod=space&uid=2&do=blog&id=7": Target(Kind.BLOG, 7, name="2"),
    "home.php?mod=space&uid=2&do=blog&id=7&page=3#comment": Target(Kind.BLOG, 7, 3, "2"),
    "blog-2-7.html": Target(Kind.BLOG, 7, name="2"),
    # home
    "portal.php": Target(Kind.HOME),
    "portal.php?mobile=no": Target(Kind.HOME),
    "portal.php?mod=index": Target(Kind.HOME),
    "portal.php?mod=unheard-of": Target(Kind.HOME),
    "/": Target(Kind.HOME),
    "./": Target(Kind.HOME),
    "index.php": Target(Kind.HOME),
    "index.php?mobile=2": Target(Kind.HOME),
    "index.html": Target(Kind.HOME),
    "http://portal.test": Target(Kind.HOME),
    "http://portal.test/?utm_source=feed&utm_medium=rss": Target(Kind.HOME),
    # archiver
    "archiver/": Target(Kind.ARCHIVER),
    "archiver": Target(Kind.ARCHIVER),
    "archiver/index.php?mobile=no": Target(Kind.ARCHIVER),
    "archiver/?fid-3.html": Target(Kind.ARCHIVER, 3, name="fid"),
    "archiver/?tid-51.html&page=2": Target(Kind.ARCHIVER, 51, 2, "tid"),
    "archiver/index.php?tid-51.html": Target(Kind.ARCHIVER, 51, name="tid"),
    "archiver/tid-51.html?page=2": Target(Kind.ARCHIVER, 51, 2, "tid"),
    "archiver/index.php?action=tid&value=51": Target(Kind.ARCHIVER, 51, name="tid"),
    "?tid-51.html": Target(Kind.ARCHIVER, 51, name="tid"),
    # login
    "member.php?mod=logging&action=login": Target(Kind.LOGIN),
    "member.php?mod=logging&amp;action=login&amp;mobile=2": Target(Kind.LOGIN),
    "member.php?mod=logging&action=login&referer=http%3A%2F%2Fportal.test%2F": Target(Kind.LOGIN),
}


@pytest.mark.parametrize(("url", "target"), CASES.items(), ids=repr)
def test_an_address_names(url: str, target: Target) -> None:
    assert PLAIN.parse(url) == target


@pytest.mark.parametrize("noise", ["mobile=2", "mobile=yes", "mobile=no", "_dsign=0a1b2c3d", "sid=x7", "from=portal"])
@pytest.mark.parametrize(
    "more", ["extra=page%3D1", "inajax=1", "modarticlekey=9f", "formhash=1f", "diy=yes", "utm_source=a", "fromuid=3"]
)
def test_noise_names_nothing(noise: str, more: str) -> None:
    for url in (f"portal.php?{noise}&mod=view&aid=12&{more}", f"article-12-1.html?{noise}&amp;{more}"):
        assert PLAIN.parse(url) == article(12)
        assert PLAIN.clean(url) == f"{ROOT}{'portal.php?mod=view&aid=12' if 'php' in url else 'article-12-1.html'}"


NOTHING_KNOWN = [
    "portal.php?mod=view",
    "portal.php?mod=view&aid=",
    "portal.php?mod=view&aid=x",
    "portal.php?mod=view&aid=99999999999999999999",
    "portal.php?mod=list&catid=0",
    "portal.php?mod=comment&idtype=aid",
    "portal.php?mod=topic",
    "portal.php?mod=attachment",
    "portal.php?mod=attachment&id=9&op=delete",
    "portal.php?mod=portalcp&ac=article",
    "forum.php",
    "forum.php?mod=viewthread&tid=51&authorid=2",
    "forum.php?mod=redirect&goto=findpost&ptid=51&pid=7",
    "forum.php?mod=forumdisplay&fid=3&filter=digest",
    "forum.php?mod=forumdisplay&fid=a-b",
    "home.php?mod=space&uid=2&do=blog",
    "home.php?mod=space&uid=2&view=me",
    "home.php?mod=spacecp&ac=favorite&type=article&id=12",
    "member.php?mod=register",
    "member.php?mod=logging&action=logout",
    "misc.php?mod=mobile",
    "plugin.php?id=a:b",
    "?0",
    "archiver/readme.txt",
    "archiver/?page=2",
    "archiver/?tid-0.html",
    "article-0-1.html",
    "article-12.html",
    "article-12-1.htmlx",
    "about.html",
    "robots.txt",
    "no/such/file.css",
    "data/cache/common.css",
    "data/attachment/portal/",
    "static/image/common/index.html",
    "uc_server/",
    "https://portal.test:8443/portal.php?mod=view&aid=12",
    "http://other.test/portal.php?mod=view&aid=12",
    "http://portal.test.evil.test/article-12-1.html",
    "ftp://portal.test/portal.php",
]


@pytest.mark.parametrize("url", NOTHING_KNOWN)
def test_anything_else_is_kept_under_its_own_spelling(url: str) -> None:
    target = PLAIN.parse(url)
    assert target == Target(Kind.OTHER, name=PLAIN.clean(url))
    assert PLAIN.build(target) == PLAIN.clean(url)


@pytest.mark.parametrize("url", ["", " ", "#", "#comment", "\t#top"])
def test_a_link_to_its_own_page_names_nothing(url: str) -> None:
    assert PLAIN.parse(url) == Target(Kind.OTHER)
    assert PLAIN.clean(url) == url.strip()


@pytest.mark.parametrize(
    "url", ["javascript:;", "mailto:a@portal.test", "tel:12", "data:text/html,x", "http://[", "http://a:b/"]
)
def test_what_is_no_address_stays_as_it_is(url: str) -> None:
    assert PLAIN.parse(url) == Target(Kind.OTHER, name=url)
    assert PLAIN.clean(url) == url


def test_a_site_in_a_directory_ends_where_its_directory_ends() -> None:
    grammar = GRAMMARS["in a directory"]
    assert grammar.parse("portal.php?mod=view&aid=12") == article(12)
    assert grammar.parse("http://portal.test/bbs/x") == Target(Kind.HOME)
    assert grammar.parse("http://portal.test/bbs/x/article-12-1.html") == article(12)
    for url in ("/portal.php?mod=view&aid=12", "http://portal.test/bbs/portal.php?mod=view&aid=12", "/bbs/xy/"):
        assert grammar.parse(url).kind is Kind.OTHER


def test_a_folder_that_is_known_is_the_category_itself() -> None:
    grammar = GRAMMARS["folders"]
    assert {grammar.parse(url) for url in ("news/", "news", "news/index.php", "portal.php?mod=list&catid=1")} == {
        listing(1)
    }
    assert grammar.parse("news/shehui/index.php?page=2") == listing(3, 2)
    assert grammar.parse("news/xsq/") == listing(None, name="news/xsq")
    assert grammar.build(listing(1)) == f"{ROOT}news/"
    assert grammar.build(listing(3, 2)) == f"{ROOT}news/shehui/index.php?page=2"
    assert grammar.build(listing(5, 2)) == f"{ROOT}portal.php?mod=list&catid=5&page=2"
    assert grammar.build(listing(None, 2, "news/xsq")) == f"{ROOT}news/xsq/index.php?page=2"


def test_a_category_can_have_a_host_of_its_own() -> None:
    """``cache_portalcategory.php``: a top category's host, and its descendants' folders on it."""
    grammar = GRAMMARS["domains"]
    assert grammar.parse("http://news.portal.test/") == listing(1)
    assert grammar.parse("http://NEWS.portal.test/index.php?page=2&mod=view&aid=7") == listing(1, 2)
    assert grammar.parse("http://news.portal.test/news/shehui/") == listing(3)
    assert grammar.parse("http://news.portal.test/portal.php?mod=view&aid=12") == article(12)
    assert grammar.parse("http://kultur.portal.test:8080/") == listing(8)
    assert grammar.parse("http://kultur.portal.test/").kind is Kind.OTHER
    assert grammar.parse("http://x.portal.test/?page=3") == listing(None, 3, "y")
    assert grammar.parse("https://portal.test/portal.php?mod=view&aid=12") == article(12)
    assert grammar.parse("https://portal.test/") == Target(Kind.HOME)
    assert grammar.build(listing(1)) == "http://news.portal.test/"
    assert grammar.build(listing(1, 2)) == "http://news.portal.test/index.php?page=2"
    assert grammar.build(listing(3)) == "http://news.portal.test/news/shehui/"
    assert grammar.build(listing(8, 2)) == "http://kultur.portal.test:8080/index.php?page=2"
    assert grammar.build(listing(None, name="y")) == "http://x.portal.test/"
    assert grammar.build(listing(5)) == "http://www.portal.test/portal.php?mod=list&catid=5"


def test_an_owner_s_own_rules_are_read_and_written() -> None:
    grammar = GRAMMARS["changed"]
    for target, below in {
        article(12, 3): "portal-article-12-3.html",
        listing(5, 2): "list/5/2/",
        Target(Kind.TOPIC, name="spring"): "zt-spring.html",
        Target(Kind.TOPIC, 4): "portal.php?mod=topic&topicid=4",
        Target(Kind.MEMBER, 2): "u-uid-2.htm",
        Target(Kind.MEMBER, name="安"): "u-username-%E5%AE%89.htm",
        Target(Kind.THREAD, 51, 2): "t51p2.html",
        Target(Kind.BOARD, name="lounge"): "f-lounge-1.html",
        Target(Kind.BLOG, 7, name="2"): "b-7-of-2.html",
        Target(Kind.BLOG, 7, 2, "2"): "home.php?mod=space&uid=2&do=blog&id=7&page=2",
    }.items():
        assert grammar.build(target) == f"https://portal.test:8443/{below}"
        assert grammar.parse(below) == target
    assert grammar.parse("article-12-3.html") == article(12, 3), "Discuz!'s own rules are read everywhere"


def test_a_rule_without_page_leaves_further_pages_dynamic() -> None:
    grammar = GRAMMARS["no page in the rule"]
    assert grammar.build(article(12)) == f"{ROOT}article/12.html"
    assert grammar.build(article(12, 2)) == f"{ROOT}portal.php?mod=view&aid=12&page=2"


def test_pages_of_a_static_article_have_the_page_behind_their_name() -> None:
    assert PLAIN.build(Target(Kind.ARTICLE, None, 3, "html/a.b/spring.html")) == f"{ROOT}html/a.b/spring3.html"


@pytest.mark.parametrize("target", [Target(Kind.ARTICLE), Target(Kind.LISTING), Target(Kind.THREAD, name="x")])
def test_a_target_that_names_nothing_has_no_address(target: Target) -> None:
    with pytest.raises(ValueError, match="names nothing"):
        PLAIN.build(target)


def test_comments_belong_to_an_article_unless_they_say_otherwise() -> None:
    assert PLAIN.build(Target(Kind.COMMENTS, 12, 2)) == f"{ROOT}portal.php?mod=comment&id=12&idtype=aid&page=2"
    assert key(Target(Kind.COMMENTS, 12)) == key(Target(Kind.COMMENTS, 12, name="aid"))


@pytest.mark.parametrize(
    "root", ["", "portal.test/", "ftp://portal.test/", "http:///", "http://portal.test", f"{ROOT}x", f"{ROOT}?x/"]
)
def test_a_root_is_the_address_of_a_directory(root: str) -> None:
    with pytest.raises(ValueError, match="site root"):
        Grammar(root)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://old.portal.test/portal.php?mod=view&aid=12", article(12)),
        ("https://OLD.portal.test:443/portal.php?mod=view&aid=12#c", article(12)),
        ("//old.portal.test/news/index.php?page=2", listing(1, 2)),
        ("http://old.portal.test/bbs/portal.php?mod=view&aid=12&page=3", article(12, 3)),
        ("http://old.portal.test/bbs", Target(Kind.HOME)),
        ("http://old.portal.test", Target(Kind.HOME)),
        ("http://portal.test/portal.php?mod=view&aid=12", article(12)),
        ("http://portal.test/x/portal.php?mod=view&aid=12", article(12)),
        ("https://portal.test/x/portal.php?mod=view&aid=12", article(12)),
        ("portal.php?mod=view&aid=12", article(12)),
        ("http://old.portal.test:8080/", Target(Kind.OTHER, name="http://old.portal.test:8080/")),
        ("http://other.test/portal.php?mod=view&aid=12", None),
    ],
)
def test_what_lies_below_an_alias_is_of_this_site(url: str, target: Target | None) -> None:
    assert GRAMMARS["aliases"].parse(url) == (target or Target(Kind.OTHER, name=url))


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("http://old.portal.test/news/?page=2&sid=x#a", "https://portal.test/x/news/?page=2&sid=x#a"),
        ("http://old.portal.test/bbs/a/b.html", "https://portal.test/x/a/b.html"),
        ("http://portal.test/a.html", "https://portal.test/x/a.html"),
        ("https://portal.test/x/a.html", "https://portal.test/x/a.html"),
        ("http://other.test/a.html", "http://other.test/a.html"),
        ("a.html", "a.html"),
        ("http://[", "http://["),
    ],
)
def test_what_lies_below_an_alias_is_asked_for_at_the_root(url: str, there: str) -> None:
    assert GRAMMARS["aliases"].here(url) == there
    assert PLAIN.here(url) == url


def test_an_alias_leaves_spellings_as_they_are() -> None:
    """A record tells under which addresses an article was met."""
    grammar = GRAMMARS["aliases"]
    assert grammar.clean("http://old.portal.test/portal.php?mod=view&aid=1&sid=x") == (
        "http://old.portal.test/portal.php?mod=view&aid=1"
    )
    assert grammar.build(article(1)) == "https://portal.test/x/portal.php?mod=view&aid=1"


@pytest.mark.parametrize("alias", ["http://old.test", "old.test/", "http://old.test:port/", "http://old.test/?x/"])
def test_an_alias_is_a_root(alias: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # urllib's own words for some of them
        Grammar(ROOT, aliases=(alias,))


@pytest.mark.parametrize("host", ["", "news.portal.test:port", ":80", "["])
def test_a_domain_is_a_host(host: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # urllib's own words for some of them
        Grammar(ROOT, domains={host: 1})


def test_grammars_are_values() -> None:
    one, same = Grammar(ROOT, folders={"news": 1}), Grammar(ROOT, folders={"news": 1})
    one.parse("news/")
    assert one == same
    assert hash(one) == hash(same)
    assert one != Grammar(ROOT)
    assert pickle.loads(pickle.dumps(one)) == one


def test_memory_of_addresses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.discuz.urls.MEMO", 3)
    grammar = Grammar(ROOT)
    for aid in [*range(1, 9), 1]:
        assert grammar.parse(f"article-{aid}-1.html") == article(aid)
        assert len(grammar._memo) <= 3


# --- cleaning -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("portal.php?aid=12&mod=view", f"{ROOT}portal.php?aid=12&mod=view"),
        ("portal.php?mod=list&catid=5&amp;page=2", f"{ROOT}portal.php?mod=list&catid=5&page=2"),
        ("/news/?mobile=2", f"{ROOT}news/"),
        ("HTTP://portal.test/news/?sid=1&x=%E6&&from=a", "http://portal.test/news/?x=%E6"),
        ("forum.php?mod=viewthread&tid=5&extra=page%3D1#pid7", f"{ROOT}forum.php?mod=viewthread&tid=5#pid7"),
        ("http://other.test/a?from=b&utm_source=c&amp;d#e", "http://other.test/a?from=b&utm_source=c&amp;d#e"),
        ("//other.test/a", "http://other.test/a"),
    ],
)
def test_cleaning_leaves_the_spelling_alone(url: str, clean: str) -> None:
    assert PLAIN.clean(url) == clean


# --- properties ---------------------------------------------------------------------------------------------------

for_all = settings(deadline=None, max_examples=200)

numbers = st.integers(1, LARGEST)
pages = st.integers(1, 99_999)
names = st.text(min_size=1).map(readable)
segments = st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True).filter(lambda word: word not in {*SYSTEM, "topic"})
folders = st.lists(segments, min_size=1, max_size=3).map("/".join)
files = st.builds(
    "{}/{}.{}".format, folders, segments.filter(lambda word: word != "index"), st.sampled_from(["html", "htm"])
)


def targets(*, numbers: SearchStrategy[int] = numbers, names: SearchStrategy[str] = names) -> SearchStrategy[Target]:
    """Targets as `Grammar.parse` gives them."""
    one = st.just(1)
    return st.one_of(
        st.builds(Target, st.sampled_from([Kind.ARTICLE, Kind.THREAD, Kind.BOARD, Kind.LISTING]), numbers, pages),
        st.builds(Target, st.sampled_from([Kind.TOPIC, Kind.MEMBER, Kind.FEED, Kind.ATTACHMENT]), numbers),
        st.builds(Target, st.just(Kind.COMMENTS), numbers, pages, st.sampled_from(["aid", "topicid"])),
        st.builds(Target, st.just(Kind.ARCHIVER), numbers, pages, st.sampled_from(["tid", "fid"])),
        st.builds(Target, st.sampled_from([Kind.HOME, Kind.LOGIN, Kind.FEED, Kind.ARCHIVER, Kind.OTHER])),
        st.builds(Target, st.sampled_from([Kind.TOPIC, Kind.MEMBER]), st.none(), one, names),
        st.builds(Target, st.just(Kind.BOARD), st.none(), pages, segments),
        st.builds(Target, st.just(Kind.LISTING), st.none(), pages, folders),
        st.builds(Target, st.just(Kind.ARTICLE), st.none(), one, files),
        st.builds(Target, st.just(Kind.ATTACHMENT), st.none(), one, files.map("data/attachment/portal/{}".format)),
        st.builds(
            lambda aid, page, folder: article(aid, page, f"{folder}/201910/{aid:08}.html"),
            st.integers(1, 9_999_999),
            st.integers(1, 999),
            folders,
        ),
    )


@for_all
@given(target=targets())
def test_what_is_built_is_read_back(target: Target) -> None:
    for name, grammar in GRAMMARS.items():
        if target.kind is Kind.LISTING and target.name in {*grammar.folders, "y"}:
            continue  # named by its number there
        assert grammar.parse(grammar.build(target)) == target, name


@for_all
@given(st.lists(targets(numbers=st.integers(1, 3), names=st.text("a1/@%", min_size=1).map(readable)), unique_by=key))
def test_different_things_have_different_keys(some: list[Target]) -> None:
    things = {(target.kind, target.number, target.page, told_apart_by_name(target) and target.name) for target in some}
    assert len(things) == len(some)


def told_apart_by_name(target: Target) -> bool:
    """What has no number goes by its name; comments are numbered within what they belong to, archives likewise."""
    return target.number is None or target.kind in {Kind.COMMENTS, Kind.ARCHIVER}


@for_all
@given(one=targets(numbers=st.integers(1, 2)), other=targets(numbers=st.integers(1, 2)))
@example(listing(None, 2, "news"), listing(None, 1, "news/2"))
@example(article(12, 3), article(123))
@example(Target(Kind.TOPIC, 4), Target(Kind.TOPIC, name="4"))
@example(Target(Kind.ARCHIVER, 4, name="tid"), Target(Kind.ARCHIVER, 4, name="fid"))
def test_keys_are_equal_only_for_one_thing(one: Target, other: Target) -> None:
    same_file = one.kind is Kind.ARTICLE and (one.kind, one.number, one.page) == (other.kind, other.number, other.page)
    assert (key(one) == key(other)) == (one == other or (same_file and one.number is not None))


@st.composite
def spellings(draw: st.DrawFn, aid: int, page: int) -> str:
    """Any way to write an article's address."""
    noise = [
        f"{name}={value}"
        for name, value in draw(
            st.dictionaries(st.sampled_from(["mobile", "sid", "_dsign", "utm_x"]), segments)
        ).items()
    ]
    given = ["mod=view", f"aid={aid}"] + ([f"page={page}"] if page > 1 or draw(st.booleans()) else [])
    ands = st.sampled_from(["&", "&amp;"])
    if draw(st.booleans()):
        query = draw(st.permutations(given + noise))
        path = "portal.php?" + "".join(part + draw(ands) for part in query[:-1]) + query[-1]
    else:
        path = f"article-{aid}-{page}.html" + ("?" + draw(ands).join(noise) if noise else "")
    prefix = draw(
        st.sampled_from(["", "/", "./", ROOT, "https://portal.test/", "//portal.test/", "http://PORTAL.TEST:80//"])
    )
    return prefix + path + draw(st.sampled_from(["", "#comment", " "]))


@for_all
@given(data=st.data(), aid=numbers, page=pages)
def test_all_spellings_of_a_thing_have_one_key(data: st.DataObject, aid: int, page: int) -> None:
    url = data.draw(spellings(aid, page))
    assert key(PLAIN.parse(url)) == key(article(aid, page))


pieces = st.sampled_from(
    [
        *("http://", "https:", "//", "portal.test", ":80", "/", "..", ".", "?", "&", "&amp;", "=", "#", "-", " ", "["),
        *("%", "%20", "%D0", "%00", "\x00", "\n", "\ud800", "新", "12", "mod", "view", "aid", "mobile", "sid", "topic"),
        *("portal.php", "forum.php", "home.php", "index.php", "archiver", "news", "topic-", "space-username-", ".html"),
        *("username", "data/attachment/"),
    ]
)
anything = st.one_of(st.text(st.characters(codec=None)), st.lists(pieces).map("".join))


@for_all
@given(url=anything)
@example("http://[")
@example("http://portal.test:99999/")
@example("\ud800.html")
@example("? &")
@example("; #")
@example("http:// #")
def test_no_text_is_too_strange(url: str) -> None:
    for name, grammar in GRAMMARS.items():
        target = grammar.parse(url)
        assert grammar.clean(grammar.clean(url)) == grammar.clean(url), name
        assert grammar.parse(grammar.clean(url)) == target, name
        assert grammar.parse(grammar.build(target)) == target, name


@for_all
@given(st.text(st.characters(codec=None)))
@example("%")
@example("%D0%C2")
@example("%25D0")
@example("\ud800")
def test_names_lose_nothing(text: str) -> None:
    """What is readable is spelled one way, in well-formed text, and names the same bytes."""
    name = readable(text)
    assert readable(name) == name
    assert readable(quote(name, safe="%")) == name
    assert unquote_to_bytes(name.encode()) == unquote_to_bytes(text.encode("utf-8", "surrogatepass"))


# --- captured pages -----------------------------------------------------------------------------------------------


@needs_captured
@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["file"])
def test_addresses_of_captured_pages(entry: dict[str, Any]) -> None:
    """An address that was asked for names the article that answered; nothing is unknown that should be known."""
    grammar = Grammar("/".join(entry["url"].split("/")[:3]) + "/")
    target = grammar.parse(entry["url"])
    if target.kind in {Kind.ARTICLE, Kind.COMMENTS} and entry["truth_aid"]:
        assert target.number == entry["truth_aid"]
    if target.kind is Kind.OTHER:
        assert entry["shows"].startswith(("no aid", "robots.txt", "misc.php", "plain nginx"))
    else:
        assert grammar.parse(grammar.build(target)) == target
