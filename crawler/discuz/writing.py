"""How the part of an address below the site root is spelled: by the owner's rule if there is one, else dynamic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discuz.styles import fill
from crawler.discuz.targets import DEFAULT_IDTYPE, Kind, Target, spelled

if TYPE_CHECKING:
    from crawler.discuz.styles import Style

FIXED = {
    Kind.HOME: "portal.php",
    Kind.LOGIN: "member.php?mod=logging&action=login",
    Kind.FEED: "portal.php?mod=rss",
    Kind.ARCHIVER: "archiver/",
}
"""Things that need neither number nor name."""

BY_NUMBER = {
    Kind.ARTICLE: "portal.php?mod=view&aid={number}",
    Kind.LISTING: "portal.php?mod=list&catid={number}",
    Kind.COMMENTS: "portal.php?mod=comment&id={number}&idtype={name}",
    Kind.TOPIC: "portal.php?mod=topic&topicid={number}",
    Kind.FEED: "portal.php?mod=rss&catid={number}",
    Kind.ATTACHMENT: "portal.php?mod=attachment&id={number}",
    Kind.MEMBER: "home.php?mod=space&uid={number}",
    Kind.THREAD: "forum.php?mod=viewthread&tid={number}",
    Kind.BOARD: "forum.php?mod=forumdisplay&fid={number}",
    Kind.BLOG: "home.php?mod=space&uid={name}&do=blog&id={number}",
    Kind.ARCHIVER: "archiver/?{name}-{number}.html",
}

BY_NAME = {
    Kind.TOPIC: "portal.php?mod=topic&topic={name}",
    Kind.MEMBER: "home.php?mod=space&username={name}",
    Kind.BOARD: "forum.php?mod=forumdisplay&fid={name}",
}

EXTENSION = re.compile(r"(?=\.\w+$)")


def paged(address: str, page: int) -> str:
    """Add the page to a dynamic address."""
    return f"{address}&page={page}" if page > 1 else address


def ruled(target: Target, style: Style) -> str | None:
    """Spell a target by the site's rewrite rule; None where there is none that can say it."""
    rule = getattr(style, target.kind, "")
    if not rule or (target.page > 1 and "{page}" not in rule):
        return None
    by_number = target.number is not None
    if by_number and target.kind is Kind.TOPIC:  # its rule holds its name
        return None
    word = target.number if by_number else spelled(target.name)
    user = "uid" if by_number else "username"
    spellings = dict.fromkeys(("id", "tid", "fid", "blogid", "name", "value"), word)
    return fill(rule, **spellings, uid=target.name, user=user, page=target.page, prevpage=1)


def file(target: Target) -> str:
    """Spell a page that is a file: page P > 1 of an article has P behind its name (``helper_makehtml.php``)."""
    path = spelled(target.name, safe="/")
    return EXTENSION.sub(str(target.page), path) if target.page > 1 else path


def below_root(target: Target, style: Style) -> str:
    """Give the part of a target's address below the site root.

    Raises:
        ValueError: the target has neither a number nor a name where its kind needs one.
    """
    kind, number, name = target.kind, target.number, target.name
    if name and kind in {Kind.ARTICLE, Kind.ATTACHMENT}:
        return file(target)
    if number is None and not name and kind in FIXED:
        return FIXED[kind]
    templates = BY_NAME if number is None else BY_NUMBER
    if kind not in templates or (number is None and not name):
        raise ValueError(f"{target} names nothing that has an address")
    words = name or (DEFAULT_IDTYPE if kind is Kind.COMMENTS else "")
    return ruled(target, style) or paged(templates[kind].format(number=number, name=spelled(words)), target.page)
