"""What a probe finds out.

``scrapy probe --json`` prints one `Findings` as one JSON object: every attribute below is a key of it, always there,
null or empty where nothing was found. Keys are added, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.errors import ExitCode


@dataclass(slots=True)
class Program:
    """What makes the pages.

    Attributes:
        site_name: the site's name as its pages state it.
        generator: name and version as a page states them, such as ``Discuz! X3.4``.
        template: folder of the template, ``touch`` for the one for phones; None where no page tells.
        charset: the charset by which home was read.
        charset_source: what told it: ``bom``, ``header``, ``xml``, ``meta``, ``detected`` or ``default``.
        charset_declared: the charset that home itself names.
        language: BCP 47 tag of the interface's words.
        icp: registration number (备案号).
    """

    site_name: str | None = None
    generator: str | None = None
    template: str | None = None
    charset: str | None = None
    charset_source: str | None = None
    charset_declared: str | None = None
    language: str | None = None
    icp: str | None = None


@dataclass(slots=True)
class Addresses:
    """How the site spells addresses.

    Attributes:
        source: ``profile``, ``links`` (of the pages that were read), or None if no article was linked.
        links: how many links were looked at.
        rules: rewrite rules by kind, as a profile's ``style`` has them; a kind without one is dynamic.
        article: an article's address, as an example.
    """

    source: str | None = None
    links: int = 0
    rules: dict[str, str] = field(default_factory=dict)
    article: str | None = None


@dataclass(slots=True)
class TimeZone:
    """The zone in which dates are printed.

    Attributes:
        offset: from UTC at the time of the probe, such as ``+08:00``.
        source: ``profile``, ``footer`` (its GMT offset) or ``default`` (Discuz!'s own).
    """

    offset: str | None = None
    source: str | None = None


@dataclass(slots=True)
class Category:
    """A category.

    Attributes:
        url: of its first page.
        name: as printed.
        catid: its number, None while no page told it.
        folder: its folder, None for one that is asked for by number.
        parent: address of the category above it, None for one at the top.
        state: ``open``; ``front_page`` (blocks in place of a list: its children have lists); ``not_read``; else why it
            could not be read: the name of a wall, ``robots``, ``moved``, ``http_500`` …
        pages: of its list, None where it was not read.
        per_page: articles on a full page.
        articles: about how many there are, those of its children too.
    """

    url: str
    name: str
    catid: int | None = None
    folder: str | None = None
    parent: str | None = None
    state: str = "not_read"
    pages: int | None = None
    per_page: int | None = None
    articles: int | None = None


@dataclass(slots=True)
class Lists:
    """What the lists are like.

    Attributes:
        articles: about how many all lists name; None if no list was read.
        pages: how many pages they have.
        complete: whether every top category was read for it.
        reachable: whether home or the feed leads to them; if not, a crawl has to be told which categories there are.
        deep_page: the last page of the longest list, which was read, or None.
        oldest: the date that the last entry there prints, ISO 8601.
        beyond_last: what a page beyond the last is: ``empty``, ``repeats`` (the last page again) or why there is none.
    """

    articles: int | None = None
    pages: int | None = None
    complete: bool = False
    reachable: bool = False
    deep_page: int | None = None
    oldest: str | None = None
    beyond_last: str | None = None


@dataclass(slots=True)
class Feed:
    """The feed of all categories.

    Attributes:
        url: its address.
        state: ``on``, ``empty`` (it fills up at the next call), ``off``, ``no_feed`` (something else came), or why it
            could not be read.
        articles: how many it names.
    """

    url: str | None = None
    state: str | None = None
    articles: int = 0


@dataclass(slots=True)
class Comments:
    """Comments beyond those on the article's page.

    Attributes:
        url: address of the page that was read, None if no article had more of them than it shows.
        kind: ``comments``, ``thread`` or ``blog``: where they are kept.
        state: ``open``; ``switched_off`` (``DISCUZ_COMMENTS_ENABLED``: it was not read); or why it could not be read.
        entries: how many are on the page.
        pages: how many pages there are.
    """

    url: str | None = None
    kind: str | None = None
    state: str | None = None
    entries: int = 0
    pages: int = 0


@dataclass(slots=True)
class Robots:
    """The rules of robots.txt that are for us.

    Attributes:
        status: HTTP status of robots.txt; None if it could not be had.
        allowed: by what is asked for (``home``, ``listing``, ``article``, ``comments``, ``feed``, ``attachment``),
            whether it may be.
        crawl_delay: seconds, None where it names none.
    """

    status: int | None = None
    allowed: dict[str, bool] = field(default_factory=dict)
    crawl_delay: float | None = None


@dataclass(slots=True)
class Pace:
    """How quick the site is.

    Attributes:
        requests: how many this probe made, robots.txt among them.
        median: seconds until an answer came, of half of them.
        slowest: the same of the slowest.
        delay: seconds between two requests at which a crawl asks now.
        suggested: seconds that suit the site.
    """

    requests: int = 0
    median: float | None = None
    slowest: float | None = None
    delay: float = 0.0
    suggested: float = 1.0


@dataclass(slots=True)
class Met:
    """Something in the way.

    Attributes:
        what: what was asked for, in words.
        url: its address.
        why: the name of a wall, ``robots``, ``moved``, ``http_500``, ``unreachable`` …
        text: its own words.
    """

    what: str
    url: str
    why: str
    text: str = ""


@dataclass(slots=True)
class ArticleRead:
    """An article that was read.

    Attributes:
        url: its address.
        aid: its number.
        headline: its title.
        date_published: ISO 8601.
        pages: how many it has.
        second_page: whether its second page could be read, None if it has none.
        extractor: ``default``, the theme's name, or ``generic``.
        from_page: the page of a list that named it, 0 for home and the feed.
    """

    url: str
    aid: int | None
    headline: str | None
    date_published: str | None
    pages: int
    second_page: bool | None
    extractor: str
    from_page: int


@dataclass(slots=True)
class FieldRead:
    """A field of the record, over the articles that were read.

    Attributes:
        name: its name in the record.
        given: how many articles gave it.
        of: how many were read.
        rules: the rules that gave it, the most frequent first.
        mend: the line of TOML that would say where it stands; None if all articles gave it, or no theme can name it.
    """

    name: str
    given: int
    of: int
    rules: list[str] = field(default_factory=list)
    mend: str | None = None


@dataclass(slots=True)
class Verdict:
    """What follows.

    Attributes:
        state: ``ready``; ``gaps`` (a field that every article has is missing); ``generic`` (the body is what a generic
            extractor takes for it); ``no_articles``; ``wall``; ``unreachable``; ``not_discuz``; ``no_portal``.
        words: the same in a sentence.
        command: the command that crawls it, None if nothing would come of it.
        hours: how long a first crawl takes, None if that is not known.
        exit_code: of this process.
    """

    state: str = "unreachable"
    words: str = ""
    command: str | None = None
    hours: float | None = None
    exit_code: int = ExitCode.UNREACHABLE


@dataclass(slots=True)
class Findings:
    """All of it.

    Attributes:
        url: the site's root.
        name: the name of the site's profile, or the one that it would have.
        profile: the profile by which it was read, None if there is none.
        probed_at: when, ISO 8601.
        aliases: other roots under which it was met, or which its profile names.
        program: what makes the pages.
        addresses: how the site spells addresses.
        time_zone: in which zone dates are printed.
        categories: the category tree, parents before their children.
        lists: what the lists are like.
        feed: the feed of all categories.
        comments: comments beyond those on the article's page.
        robots: the rules of robots.txt that are for us.
        pace: how quick the site is.
        met: what was in the way.
        articles: the articles that were read.
        fields: what the record has of them.
        verdict: what follows.
    """

    url: str
    name: str
    profile: str | None
    probed_at: str
    aliases: list[str] = field(default_factory=list)
    program: Program = field(default_factory=Program)
    addresses: Addresses = field(default_factory=Addresses)
    time_zone: TimeZone = field(default_factory=TimeZone)
    categories: list[Category] = field(default_factory=list)
    lists: Lists = field(default_factory=Lists)
    feed: Feed = field(default_factory=Feed)
    comments: Comments = field(default_factory=Comments)
    robots: Robots = field(default_factory=Robots)
    pace: Pace = field(default_factory=Pace)
    met: list[Met] = field(default_factory=list)
    articles: list[ArticleRead] = field(default_factory=list)
    fields: list[FieldRead] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)
