"""What the part of an address below the site root names: scripts with parameters, rewritten names, folders, files.

The same on every Discuz! site but for the owner's rewrite rules; which site it is, `crawler.discuz.urls` knows.
"""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING

from crawler.discuz.styles import readers
from crawler.discuz.targets import DEFAULT_IDTYPE, Kind, Target, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.discuz.styles import Style

Parameters = dict[str, str]

NOISE = frozenset(
    {
        # Discuz! itself: session, and the proof that a form was asked for in it; where one came from, mobile view,
        # asynchronous requests, the editor's layout mode (portal_view.php, `_init_input()` and `_init_mobile()` of
        # source/class/discuz/discuz_application.php).
        "sid", "from", "extra", "mobile", "forcemobile", "simpletype", "inajax", "ajaxtarget", "infloat", "handlekey",
        "diy", "modarticlekey", "formhash",
        # The signature of its anti-collection script (source/class/helper/helper_antitheft.php), and who recommended
        # the page (`_init_misc()` of discuz_application.php).
        "_dsign", "fromuid", "fromuser",
        # Those who count visitors.
        "spm", "gclid", "fbclid", "msclkid", "bd_vid", "hmsr", "hmpl", "hmcu", "hmkw", "hmci", "isappinstalled",
        "nsukey",
    }
)  # fmt: skip
"""Parameters that do not change what is named; those that begin with ``utm_`` do not either."""

# PHP's intval(): leading blanks, then digits, whatever follows.
INTVAL = re.compile(r"\s*\+?0*([0-9]+)")
LARGEST = 9_999_999_999

# Directories of Discuz! itself, where no category and no article lies (check_html_dir() in admincp_makehtml.php).
SYSTEM = frozenset(
    {"api", "archiver", "config", "data", "install", "m", "source", "static", "template", "uc_client", "uc_server"}
)

# A folder is made of \w (source/admincp/admincp_portalcategory.php), or of what its owner makes of it; `index.php` in
# it is the list (makecategoryfile()), `index.html` its static copy (helper_makehtml::portal_list()).
FOLDER = re.compile(r"((?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+)/(?:index\.(?:php|html?))?")
INDEX = re.compile(r"(?:index\.(?:php|html?))?")

# Static articles: <dir>/<name>.html, where Discuz! makes <dir> of the category's folder and the date, and <name> is the
# owner's choice or the aid padded to eight digits; page P > 1 has P behind the name
# (source/class/helper/helper_makehtml.php: fetch_dir(), portal_article()).
STATIC = re.compile(r"(.+/)([^/]+)(\.(?:html?|shtml))")
PADDED = re.compile(r"(0[0-9]{7})((?:[2-9]|[1-9][0-9]{1,2})?)")

# The archiver knows boards (fid) and threads (tid) only (archiver/index.php): `?tid-12.html&page=2`, rewritten
# `tid-12.html?page=2`, and `index.php?action=tid&value=12`, which is what the rewritten form stands for.
ARCHIVED = re.compile(r"([a-z]+)-([0-9]{1,10})(?:\.html?)?")


# --- parameters --------------------------------------------------------------------------------------------------


def parameters(query: str) -> Parameters:
    """Split a query. As in PHP, the last of several equal names counts; values stay as they are spelled."""
    return {name: value for name, _, value in (part.partition("=") for part in query.split("&"))}


def noisy(name: str) -> bool:
    """Tell whether a parameter of this name changes nothing about what is named."""
    return name in NOISE or name.startswith("utm_")


def number(text: str | None) -> int | None:
    """Read a positive number as PHP's ``intval()`` does; None for anything that names nothing.

    >>> number("12"), number("12abc"), number("0"), number("-5"), number(None)
    (12, 12, None, None, None)
    """
    found = INTVAL.match(text or "")
    value = int(found[1]) if found and len(found[1]) <= len(str(LARGEST)) else 0
    return value or None


def page_of(given: Mapping[str, str]) -> int:
    """Read the page as Discuz! does: ``max(1, intval($_GET['page']))``."""
    return number(given.get("page")) or 1


def only(given: Parameters, *names: str) -> bool:
    """Tell whether, noise aside, no other parameters than these are given."""
    return all(name in names or noisy(name) for name in given)


def numbered(kind: Kind, value: str | None, page: int = 1, name: str = "") -> Target | None:
    """Make a target of a number, or None if it is none."""
    found = number(value)
    return Target(kind, found, page, name) if found else None


def named(kind: Kind, value: str | None) -> Target | None:
    """Make a target of a name that stands in a query, where a blank may be spelled ``+``."""
    name = readable(value.replace("+", " ")) if value else ""
    return Target(kind, name=name) if name else None


# --- scripts -----------------------------------------------------------------------------------------------------


def portal(given: Parameters) -> Target | None:
    """``portal.php``: an unknown ``mod`` is its index."""
    target = None
    match given.get("mod"):
        case "view":
            target = numbered(Kind.ARTICLE, given.get("aid"), page_of(given))
        case "list":
            target = numbered(Kind.LISTING, given.get("catid"), page_of(given))
        case "comment":
            idtype = "topicid" if given.get("idtype") == "topicid" else DEFAULT_IDTYPE
            target = numbered(Kind.COMMENTS, given.get("id"), page_of(given), idtype)
        case "topic":
            target = numbered(Kind.TOPIC, given.get("topicid")) or named(Kind.TOPIC, given.get("topic"))
        case "rss":
            target = Target(Kind.FEED, number(given.get("catid")))
        case "attachment" if "op" not in given:
            target = numbered(Kind.ATTACHMENT, given.get("id"))
        case "attachment" | "portalcp" | "block":
            pass
        case _:
            target = Target(Kind.HOME)
    return target


def forum(given: Parameters) -> Target | None:
    """``forum.php``: threads and boards. With further parameters it shows a selection of their posts, not them."""
    match given.get("mod"):
        case "viewthread" if only(given, "mod", "tid", "page", "highlight"):
            return numbered(Kind.THREAD, given.get("tid"), page_of(given))
        case "forumdisplay" if only(given, "mod", "fid", "page"):
            return board(given.get("fid", ""), page_of(given))
        case _:
            return None


def board(fid: str, page: int) -> Target | None:
    """A board by its number, or by the short name that its owner gave it (setting ``forumkeys``)."""
    if fid.isdecimal():
        return numbered(Kind.BOARD, fid, page)
    return Target(Kind.BOARD, page=page, name=fid) if re.fullmatch(r"\w+", fid, re.ASCII) else None


def home(given: Parameters) -> Target | None:
    """``home.php``: a member's own page. With ``do`` it shows blogs, albums, friends and so on."""
    if given.get("do") == "blog" and only(given, "mod", "uid", "do", "id", "page"):
        return blog(given.get("uid"), given.get("id"), page_of(given))
    if given.get("mod") != "space" or given.get("do", "profile") not in {"", "index", "profile"}:
        return None
    if not only(given, "mod", "uid", "username", "do"):
        return None
    return numbered(Kind.MEMBER, given.get("uid")) or named(Kind.MEMBER, given.get("username"))


def blog(uid: str | None, blogid: str | None, page: int) -> Target | None:
    """A blog, which its author's number is needed to ask for; pages are those of its comments (``space_blog.php``)."""
    author = number(uid)
    return numbered(Kind.BLOG, blogid, page, str(author)) if author else None


def member(given: Parameters) -> Target | None:
    """``member.php``: the login form."""
    return Target(Kind.LOGIN) if (given.get("mod"), given.get("action")) == ("logging", "login") else None


def index(given: Parameters) -> Target | None:
    """``index.php``: whatever script the owner chose, most often told apart by ``mod``; ``?2`` is member 2."""
    first = next(iter(given))
    if first.isdecimal() and given == {first: ""}:
        return numbered(Kind.MEMBER, first)
    if found := ARCHIVED.fullmatch(first):
        return archived(found, given)
    return forum(given) if given.get("mod") in {"viewthread", "forumdisplay"} else portal(given)


SCRIPTS: dict[str, Callable[[Parameters], Target | None]] = {
    "portal.php": portal,
    "forum.php": forum,
    "home.php": home,
    "member.php": member,
    "index.php": index,
    "": index,
}


# --- everything else ---------------------------------------------------------------------------------------------


def archived(found: re.Match[str], given: Parameters) -> Target | None:
    """A board or a thread of the archiver."""
    return numbered(Kind.ARCHIVER, found[2], page_of(given), found[1])


def archiver(path: str, given: Parameters) -> Target | None:
    """``archiver/``: text-only copies of the forum."""
    if path in {"", "index.php"} and "action" in given:
        words = f"{given['action']}-{given.get('value', '')}"
    elif path in {"", "index.php"}:
        words = next(iter(given))
    else:
        words = path
    if found := ARCHIVED.fullmatch(words):
        return archived(found, given)
    return Target(Kind.ARCHIVER) if path in {"", "index.php"} and all(map(noisy, filter(None, given))) else None


def rewritten(path: str, style: Style) -> Target | None:
    """An address that follows a rewrite rule."""
    for kind, expression in readers(style):
        found = expression.fullmatch(path)
        if found is None:
            continue
        values = found.groupdict()
        page = number(values.get("page")) or 1
        if kind == "board":
            return board(values["id"], page)
        if kind == "blog":
            return blog(values["uid"], values["id"], page)
        if kind == "topic" or values.get("user") == "username":
            return Target(Kind(kind), name=values.get("name") or values["value"])
        return numbered(Kind(kind), values["value"] if kind == "member" else values["id"], page)
    return None


def static(path: str) -> Target | None:
    """A page that Discuz! wrote as a file. A topic lies in the directory that its owner set, ``topic`` here."""
    found = STATIC.fullmatch(path)
    if found is None:
        return None
    directory, name, extension = found.groups()
    if directory == "topic/":
        return Target(Kind.TOPIC, name=name)
    padded = PADDED.fullmatch(name)
    if padded and (aid := number(padded[1])):
        return Target(Kind.ARTICLE, aid, number(padded[2]) or 1, f"{directory}{padded[1]}{extension}")
    return Target(Kind.ARTICLE, name=path)


def plain(path: str) -> str:
    """Resolve repeated slashes and dots that stand for directories, as servers do."""
    if "//" in path or "/." in path or path.startswith((".", "/")):
        directory = "/" if path.endswith(("/", "/.", "/..")) or path in {".", ".."} else ""
        path = f"{normpath(f'/{path}').lstrip('/')}{directory}"
    return "" if path == "/" else path


def name_of(rest: str, style: Style, folders: Mapping[str, int]) -> Target | None:
    """Give what the part of an address below the site root names, or None if it is nothing that we know.

    Args:
        rest: path and query, without a fragment.
        style: the site's rewrite rules.
        folders: catid by folder, as far as known.
    """
    path, _, query = rest.partition("?")
    path = readable(plain(path))
    if script := SCRIPTS.get(path):
        return script(parameters(query))
    if path == "archiver" or path.startswith("archiver/"):
        return archiver(path.removeprefix("archiver").removeprefix("/"), parameters(query))
    return rewritten(path, style) or file_or_folder(plain(path), query, folders)


def file_or_folder(path: str, query: str, folders: Mapping[str, int]) -> Target | None:
    """What lies in the site's directory as Discuz! wrote it there, or as the owner put it."""
    if path.startswith("data/attachment/") and not path.endswith("/"):
        return Target(Kind.ATTACHMENT, name=path)
    if path.partition("/")[0] in SYSTEM:
        return None
    if INDEX.fullmatch(path):
        return Target(Kind.HOME)
    if found := FOLDER.fullmatch(path if path not in folders else f"{path}/"):
        catid = folders.get(found[1])
        return Target(Kind.LISTING, catid, page_of(parameters(query)), "" if catid else found[1])
    return static(path)
