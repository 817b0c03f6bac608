"""How a site spells its addresses: the rewrite rules that its owner has switched on.

Discuz! writes dynamic addresses (``portal.php?mod=view&aid=12``) and, for each kind that is switched on, replaces them
on output by the owner's rule (``rewritedata()`` in ``source/function/function_admincp.php``, ``rewriteoutput()`` in
``source/function/function_core.php``). The rules are patterns that the owner may change; the server understands the
dynamic addresses all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import ClassVar

VARIABLE = re.compile(r"\{(\w*)\}")

# No path below the site root, or one that cannot be read back: two variables with nothing between them.
NO_PATH = re.compile(r"^/|[?#%&\\\s]|\}\{")

# What Discuz! lets stand for a variable (`rulevars` in rewritedata()). A number is cut at ten digits: MySQL's unsigned
# integers have no more, and no store of ours should meet longer ones.
PATTERNS = {
    "id": r"(?P<id>[0-9]{1,10})",
    "tid": r"(?P<id>[0-9]{1,10})",
    "fid": r"(?P<id>\w+)",
    "blogid": r"(?P<id>[0-9]{1,10})",
    "uid": r"(?P<uid>[0-9]{1,10})",
    "page": r"(?P<page>[0-9]{1,10})",
    "prevpage": r"[0-9]+",
    "name": r"(?P<name>.+)",
    "user": r"(?P<user>uid|username)",
    "value": r"(?P<value>.+)",
}


@dataclass(frozen=True, slots=True)
class Style:
    """A site's rewrite rules, in Discuz!'s own notation; an empty rule leaves the kind dynamic.

    Attributes:
        article: holds ``{id}`` and perhaps ``{page}``; without it, further pages stay dynamic.
        listing: the same for a category's ``{id}``. Discuz! itself has no such rule, owners add one by other means.
        topic: holds ``{name}``. A topic that is asked for by number stays dynamic.
        member: holds ``{user}`` (``uid`` or ``username``) and ``{value}``.
        thread: holds ``{tid}``, ``{page}`` and perhaps ``{prevpage}``.
        board: holds ``{fid}`` and ``{page}``.
        blog: holds ``{uid}`` and ``{blogid}``; the further pages of its comments stay dynamic.

    Raises:
        ValueError: a rule lacks the variable that names the thing, or holds one that it cannot have.
    """

    DYNAMIC: ClassVar[Style]
    """No rules at all, as Discuz! is installed."""

    REWRITTEN: ClassVar[Style]
    """Discuz!'s rules as they are before an owner changes them (`rulesearch` in rewritedata())."""

    article: str = ""
    listing: str = ""
    topic: str = ""
    member: str = ""
    thread: str = ""
    board: str = ""
    blog: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            rule = getattr(self, field.name)
            needed, allowed = VARIABLES[field.name]
            found = VARIABLE.findall(rule)
            if not rule:
                continue
            if not needed <= set(found) <= needed | allowed or len(found) != len(set(found)):
                wanted = " and ".join(f"{{{name}}}" for name in sorted(needed))
                raise ValueError(f"rewrite rule {field.name}={rule!r} must hold {wanted} once, and nothing unknown")
            if NO_PATH.search(rule):
                raise ValueError(f"rewrite rule {field.name}={rule!r} must be a path below the site root")


VARIABLES: dict[str, tuple[set[str], set[str]]] = {
    "article": ({"id"}, {"page"}),
    "listing": ({"id"}, {"page"}),
    "topic": ({"name"}, set()),
    "member": ({"user", "value"}, set()),
    "thread": ({"tid"}, {"page", "prevpage"}),
    "board": ({"fid"}, {"page"}),
    "blog": ({"uid", "blogid"}, set()),
}
"""Per kind the variables that its rule must hold, and those that it may hold."""

Style.DYNAMIC = Style()
Style.REWRITTEN = Style(
    article="article-{id}-{page}.html",
    topic="topic-{name}.html",
    member="space-{user}-{value}.html",
    thread="thread-{tid}-{page}-{prevpage}.html",
    board="forum-{fid}-{page}.html",
    blog="blog-{uid}-{blogid}.html",
)


def fill(rule: str, **values: object) -> str:
    """Write a rule with its variables replaced.

    >>> fill("article-{id}-{page}.html", id=12, page=3)
    'article-12-3.html'
    """
    return VARIABLE.sub(lambda variable: str(values[variable[1]]), rule)


@lru_cache
def compiled(rule: str) -> re.Pattern[str]:
    """Give the regular expression that a whole address below the site root must match to be spelled by `rule`."""
    pieces = VARIABLE.split(rule)
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [PATTERNS[variable] for variable in pieces[1::2]]
    return re.compile("".join(pieces), re.ASCII)


@lru_cache
def readers(style: Style) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give (kind, expression) for every rule by which a site's addresses are read, its own before Discuz!'s.

    Discuz!'s rules are read on every site: links outlive a change of the owner's mind. A topic's name can be anything,
    so topics come last.
    """
    rules = [(field.name, getattr(one, field.name)) for one in (style, Style.REWRITTEN) for field in fields(one)]
    rules.sort(key=lambda rule: rule[0] == "topic")
    return tuple((kind, compiled(rule)) for kind, rule in dict.fromkeys(rules) if rule)
