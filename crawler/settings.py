"""Settings: Scrapy's, where we depart from its default, and our own (``DISCUZ_…``). Each says why in a line."""

import os
from typing import Any

from scrapy.settings import default_settings

from crawler import __version__

BOT_NAME = "crawler"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# --- the site comes first ---
# Name and version; the contact is added from DISCUZ_CONTACT, without which no real site is read.
USER_AGENT = f"Mozilla/5.0 (compatible; discuz-crawler/{__version__})"
ROBOTSTXT_OBEY = True  # off in Scrapy: whoever reads sites of others asks first
# What Scrapy would send to robots.txt's matcher is the whole line above; a site owner names a product.
ROBOTSTXT_USER_AGENT = "discuz-crawler"
# One request a second, two at a time, and never sooner; a profile may ask for less or, for its owner, more.
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS_PER_DOMAIN = 2  # eight in Scrapy: a small server has few workers
# What waits in the stock one's queues goes out whatever the host has said meanwhile: ours holds it back at the gate.
DOWNLOADER = "crawler.middlewares.pace.PacedDownloader"
# Scrapy's jitter of ±50 % undercuts the delay that was promised.
DOWNLOAD_DELAY_JITTER = 0
AUTOTHROTTLE_ENABLED = True  # slower where the server is slow, never faster than the delay
# The default of 5 s would make the first minute of every nightly run five times as long as its pace asks.
AUTOTHROTTLE_START_DELAY = 1.0
# The language of the interface follows this header on sites with several.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

# Scrapy's cookies middleware, of which ours is made, would fetch the list of public suffixes from its publisher: nobody
# but the site is asked. The copy that comes with the library serves.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

# --- bounds ---
# A total deadline in Scrapy, and 180 s of it let one dead page hold a slot for three minutes.
DOWNLOAD_TIMEOUT = 60
# Of what is unpacked, too. A page of 64 KB text is a large one; 1 GiB, the default, lets one answer fill the memory.
DOWNLOAD_MAXSIZE = 5 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0  # an answer that is too large has a reason of its own
# To https, to another host, to another style of addresses: twenty of them, the default, are a circle.
REDIRECT_MAX_TIMES = 5
# Two tries more within seconds; what fails then comes back by the store's own, longer times.
RETRY_TIMES = 2
# 404 and 503 bodies are for `walls` to read; a wall that is worth a retry is retried by its policy.
# So does 429, and 503 with a time to wait: the downloader asks again once the time is over.
RETRY_HTTP_CODES = [500, 502, 504, 408, 522, 524]

# --- safety ---
# On by default, and lets any process on this machine run code in ours.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False  # likewise
# A page must not send us elsewhere by markup: where it leads is judged where redirects are.
METAREFRESH_ENABLED = False
# Environment proxies bypass every check of an address; ours (DISCUZ_PROXY) does not ask the environment.
HTTPPROXY_ENABLED = False
# The stock one connects to whatever a name resolves to, this machine and its network included.
TWISTED_DNS_RESOLVER = "crawler.middlewares.address.GuardedResolver"
# Off by default: whoever stands between would be read as the site. A profile's `tls` lets a site of old have its way.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Pages come over HTTP; the stock handlers would read files of this machine, too, and heads that have no end.
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("data", "file", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "crawler.middlewares.heads.BoundedHandler"),
}

# --- units, not requests ---
# The store decides what is fetched once; the default filter's set grows for ever and drops without a callback.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# Those of Scrapy that units have no use for are off.
SPIDER_MIDDLEWARES: dict[str, Any] = {
    # Every middleware is a layer around every callback's output, and nothing of ours asks which request came first.
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    # `walls` reads the bodies of 404 and 503.
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    # Which page was read before is no concern of the site's.
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    # Addresses are built, not copied from pages; a long one is no trap that leads on.
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    # No callback of ours copies meta.
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    # Units know their depth: none. The stock one counts it for every request.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
# Ours, in place of stock ones or beside them: each has one job.
DOWNLOADER_MIDDLEWARES: dict[str, Any] = {
    # The stock one prints a traceback for a site that is down.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsTxtMiddleware": 100,
    # No site of ours asks for HTTP authentication.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # Off-site is judged where redirects are; the stock one drops without a callback.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.redirect.SameTargetRedirectMiddleware": 600,
    # Before a request is tried again (550): a host that is refused once is refused for good.
    "crawler.middlewares.address.AddressMiddleware": 560,
    # The stock one takes the beginning of a body that is cut for all of it.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.compression.UnpackingMiddleware": 590,
    # After what is packed has been unpacked (590): everything else reads the text that it gives.
    "crawler.middlewares.charset.CharsetMiddleware": 580,
    # A page may be small on the wire, and take minutes and all memory to be read.
    "crawler.middlewares.measure.MeasureMiddleware": 579,
    # Asks again with the cookies that came (700); what lies further out sees only what is refused all the same.
    "crawler.middlewares.walls.WallsMiddleware": 577,
    # Off by default. A wall is told by its text, and nothing further out needs to know of it.
    "crawler.middlewares.browser.BrowserMiddleware": 575,
    "crawler.middlewares.noindex.NoindexMiddleware": 570,
    # The stock one knows no cookies but those that a site sets, and logs what they hold.
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.middlewares.cookies.SiteCookiesMiddleware": 700,
    # Last of all, as the stock one: whatever was decided about a request, it goes out through the proxy that is set.
    "crawler.middlewares.proxy.ProxyMiddleware": 750,
    # Off by default. It touches no request and no response, and hears of each where it comes off the wire.
    "crawler.middlewares.archive.ArchiveMiddleware": 900,
}
# One verb each, in this order.
ITEM_PIPELINES = {
    "crawler.pipelines.validate.ValidatePipeline": 100,
    # Before it is looked for what is new: a blocked comment is none. Without a block list there is no such pipeline.
    "crawler.pipelines.block.BlockPipeline": 150,
    "crawler.pipelines.deduplicate.DeduplicatePipeline": 200,
    # What is not written needs no pictures.
    "crawler.pipelines.media.FetchMediaPipeline": 500,
    "crawler.pipelines.write.WritePipeline": 900,
}
# Scrapy imports every extension that it knows, also those that are off: a web framework for one, an SSH library for
# another, a tenth of the time that a start takes. What a later version adds beside them stays.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.startswith(("scrapy.extensions.remote_control.", "scrapy.extensions.telnet."))
}
# The run's report, progress, the end of a window; and memory.
EXTENSIONS: dict[str, Any] = {
    # First: what the others log has all that a line can say.
    "crawler.extensions.json_log.JsonLog": 100,
    "crawler.extensions.memory.TimerSweep": 300,
    "crawler.extensions.report.RunReport": 400,
    # After the report, whose look at the store it takes along.
    "crawler.extensions.metrics.Metrics": 450,
    "crawler.extensions.progress.Progress": 500,
    "crawler.extensions.window.WindowEnd": 500,
    # Our progress line says what it says, and more.
    "scrapy.extensions.logstats.LogStats": None,
}

# --- speed ---
# 13 % less CPU on everything; where it is not installed (Windows), asyncio's own loop serves.
try:
    import uvloop  # noqa: F401  (only whether it is there)
except ImportError:
    ASYNCIO_EVENT_LOOP = None
else:
    ASYNCIO_EVENT_LOOP = "crawler.commands.event_loop.Loop"
# A page gives one item; the default starts 100 workers for each, a third of a crawl's CPU.
CONCURRENT_ITEMS = 1
# A line for every page and every item is a tenth of the CPU of a crawl; failures have lines of their own.
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.logformatter.LogFormatter"  # an item in a line of a log is a whole article

# The summary says what a person wants to know, and the run's report keeps every number.
STATS_DUMP = False

FEED_EXPORT_ENCODING = "utf-8"  # of `-O`: Chinese as it is, not as escapes

# --- ours ---
DISCUZ_DATA_DIR = "data"  # where everything is kept, a folder for each site; from where the command is started
DISCUZ_SITES_DIR = None  # where profiles lie; none: the folder `sites` in the data folder
DISCUZ_STORE_URL = None  # where what is known is kept; none: SQLite in the site's folder
# An address or a page by which the site's owner can reach whoever reads the site: it goes into the User-Agent, and no
# site that is somebody's is read without it.
DISCUZ_CONTACT = None
# Addresses of this machine or its network that may be read, as in 127.0.0.1:8080 or 10.1.0.0/16; all others are
# refused, also as targets of redirects: a site must not lead us there.
DISCUZ_ALLOW_PRIVATE_ADDRESSES: list[str] = []
# An HTTP proxy for everything that is fetched, https too, as in `http://user:password@host:3128`; those of the
# environment are ignored, since they bypass every check of an address. None: straight to the site.
DISCUZ_PROXY = None
# Known articles in a row after which a list is read no further: more than one page of it, since lists are reordered.
DISCUZ_OVERLAP = 30
# The last age in days at which an article is read again, after 1 hour, 6 hours, 1, 3, 7 and 14 days: what a month has
# not changed hardly ever changes; 0: nothing is read again by itself.
DISCUZ_REVISIT_DAYS = 30
DISCUZ_FEED_TRUST = 24  # hours for which the feed stands for lists that were walked; 0: lists are always walked
DISCUZ_RESWEEP_DAYS = 30  # days in which all older pages of the lists are read again, a few at each run; 0: never
DISCUZ_LATEST_EVERY = 60  # minutes: a run of days looks for new articles as often as it would be scheduled; 0: never
DISCUZ_BACKOFF = 5  # seconds after a first 429 that names no time; each further one in a row doubles them
DISCUZ_UNIT_TRIES = 5  # further tries of what failed, after 1 and 10 minutes, 1, 6 and 24 hours
# What people say under their names, in public: personal data all the same, to be read on purpose or not at all. Off, no
# page of comments is asked for, and what an article's page shows of them is kept nowhere.
DISCUZ_COMMENTS_ENABLED = True
# Pictures and attachments of the articles that are written from then on; known ones are not read again for them.
DISCUZ_MEDIA_ENABLED = False
DISCUZ_MEDIA_MAXSIZE = 20 * 1024 * 1024  # bytes of a file; two may be in memory at once
DISCUZ_MEDIA_TYPES: list[str] = []  # only these, as in image/*, application/pdf, docx; empty: any
DISCUZ_MEDIA_COUNT = 200  # files of one article
# Beside those on the domains of the site and what its profile lists as `media_hosts`; `*` is any host.
DISCUZ_MEDIA_HOSTS: list[str] = []
DISCUZ_MEDIA_EXPIRES = 0  # days after which a file that an article wants is asked for again; 0: never, names are unique
# Every response as it was served, in WARC files: some 8 KB for an article, and a tenth of the CPU again.
DISCUZ_WARC_ENABLED = False
DISCUZ_WARC_SIZE = 1_000_000_000  # bytes at which a file is closed and the next one begun, as the standard recommends
# `noindex` and `noarchive` are for search engines; who may read a site at all, its robots.txt says.
DISCUZ_OBEY_NOINDEX = False
# Beside blocked.txt in the data folder and in the site's: what is listed there is not fetched, written or exported.
DISCUZ_BLOCK_FILE = None
# Of which pseudonyms in exports are made: 16 characters or more. None: the environment's, else a file of its own.
DISCUZ_PSEUDONYM_KEY = None
DISCUZ_KEEP_RUNS = 100  # newest runs whose folders are kept; 0: all; those with records in quarantine stay anyway
# For node_exporter's textfile collector: the folder in which each site and job has a file of numbers.
DISCUZ_METRICS_DIR = None
DISCUZ_METRICS_FILE = None  # one such file, for what crawls one site only
DISCUZ_LOG_FORMAT = "text"  # or json, an object a line, for what collects logs
DISCUZ_PROGRESS_ENABLED = True  # a bar on a terminal, a line now and then in a log
DISCUZ_PROGRESS_INTERVAL = 300  # seconds between two lines in a log, which nobody watches; 0: only the summary
DISCUZ_DEMO_ARTICLES = None  # of the portal of `site=demo`; none: as many as the demo portal has by itself

# --- the browser ---
# Passes walls that only ask for a browser. It takes some 200 MB and a second, and hardly any site needs it: on where
# a crawl has said that it would help.
DISCUZ_BROWSER_ENABLED = False
# The program; none: Playwright's own Chromium, else chromium or google-chrome on the PATH.
DISCUZ_BROWSER_EXECUTABLE = None
DISCUZ_BROWSER_CONCURRENCY = 1  # pages at once: the site is asked for one page a second, and a script takes less
DISCUZ_BROWSER_TIMEOUT = 30.0  # seconds that a wall's script may work; waiting for the site is not counted
DISCUZ_BROWSER_MEMORY = 1024  # MiB that all of Chromium may have for itself; a wall takes a fifth
DISCUZ_BROWSER_COOKIES = 50  # times in a run that a site may ask anew: once an hour, for the two days of a large one
DISCUZ_BROWSER_PAGES = 5000  # pages of a run: behind an anti-collection each article takes one

# --- the gate ---
# What is not like what a site usually gives is held back before anybody reads it, and fetched again.
DISCUZ_GATE_ENABLED = True
# Runs that tell what is usual: ten weeks of weekly runs, ten days of nightly ones, enough for a median, and soon over
# when a site changes.
DISCUZ_GATE_RUNS = 10
# Some thirty metrics are judged in every run: a false alarm by chance is due once in a year of nightly runs at most.
DISCUZ_GATE_CHANCE = 0.0001
# Articles from which on floors hold: of three articles two may well be odd ones.
DISCUZ_GATE_FEWEST = 10
# Of what should be there: [the least part of the usual share, the least share anywhere]. A redesign takes a field from
# all pages; what editors fill in or not sways by a third. Only a text and a date are to be expected of any site.
DISCUZ_GATE_COVERAGE = {"*": [0.6, 0.0], "article_body": [0.7, 0.5], "date_published": [0.7, 0.5]}
# Of texts: [the least part of the usual median, the least median anywhere, characters]. Texts that are cut keep a line.
DISCUZ_GATE_LENGTH = [0.4, 20]
DISCUZ_GATE_LANGUAGE = [0.6, 0.0]  # texts in the usual language: a site may change its language, but not within a day
DISCUZ_GATE_PRECISION = [0.6, 0.0]  # dates as exact as usual: a template may lose their time
# Of trouble: [by how much more than usual, the most anywhere], as shares of the records.

DISCUZ_GATE_REPLACEMENT = [0.2, 0.5]  # records with U+FFFD: a few old articles are broken on every site
DISCUZ_GATE_GARBLED = [0.2, 0.5]  # texts that were read by a wrong charset
# Texts that show markup: articles about markup show it, and imported ones whole columns of it.
DISCUZ_GATE_ESCAPED = [0.3, 0.8]
# Texts that were guessed: a template that nobody described is read that way from the first day on.
DISCUZ_GATE_GENERIC = [0.3, 1.0]
DISCUZ_GATE_TITLE = [0.3, 0.5]  # headlines that are the name of the site or of the category
# Articles that count comments and show none: closed comments still count on some sites.
DISCUZ_GATE_COMMENTS = [0.4, 1.0]
DISCUZ_GATE_FUTURE = [0.3, 0.5]  # dates more than a day ahead: notices of events are dated ahead
# Dates within five minutes of the reading: a crawl every few minutes meets articles that are new.
DISCUZ_GATE_NOW = [0.5, 0.9]
# Dates before that of the article with the number below: imports bring their dates along.
DISCUZ_GATE_ORDER = [0.4, 1.0]
DISCUZ_GATE_PLACE = [0.4, 1.0]  # dates more than a week off those of known articles around
# Publishers known as authors, or the other way round: publishers write articles, too.
DISCUZ_GATE_EXCHANGED = [0.3, 1.0]
DISCUZ_GATE_REPEATED = [0.3, 1.0]  # new articles that begin with the text of a known one
# Articles that have the same headline, the same first lines, the same date as one shortly before.
DISCUZ_GATE_ALIKE = {"headline": [0.4, 0.6], "article_body": [0.4, 0.6], "date_published": [0.5, 1.0]}
# Of a whole run.

DISCUZ_GATE_WALLS = [0.2, 0.5]  # pages that were walls: some articles are for members only
DISCUZ_GATE_UNREADABLE = [0.3, 0.5]  # articles that were answered and gave no record: deleted between list and visit
# Lists that are gone, or empty and were not: an owner closes one category, not a quarter of them.
DISCUZ_GATE_LISTS = [0.25, 1.0]
DISCUZ_GATE_CHANGED = [0.5, 1.0]  # known articles that have changed: editors mend what is new
DISCUZ_GATE_GONE = [0.3, 0.5]  # known articles that are gone or moved
DISCUZ_GATE_RECORDS = [100, 1000]  # new articles: times the usual number of this job, and at least so many
# The newest article: times the usual age, and at least so many days. Alone it is told of, and holds nothing back.
DISCUZ_GATE_AGE = [10, 30]
