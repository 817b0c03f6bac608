"""Learning a site's rewrite rules from its links: which kinds are rewritten, and how the owner spells articles.

Discuz! rewrites every link of a kind on its pages or none (``output()`` in ``source/function/function_core.php``), but
the words of an article may hold links of any form, so the more frequent form wins. A rule that its owner has changed is
only believed if it spells several articles whose numbers the same pages name otherwise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from crawler.discuz.reading import name_of, parameters
from crawler.discuz.styles import Style
from crawler.discuz.targets import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
DIGITS = re.compile(r"([0-9]+)")
ARTICLE = re.compile(r"[1-9][0-9]{0,9}")

# The dynamic links that a rule replaces (`search` in rewritedata()): these parameters and no others.
REPLACED = {
    Kind.ARTICLE: {"mod", "aid", "page"},
    Kind.TOPIC: {"mod", "topic"},
    Kind.MEMBER: {"mod", "uid"},
    Kind.THREAD: {"mod", "tid", "page"},
    Kind.BOARD: {"mod", "fid", "page"},
    Kind.BLOG: {"mod", "uid", "do", "id"},
}

WITNESSES = 2
"""Articles that must be spelled by an owner's own rule before it is believed."""


def style_of(rests: Sequence[str], aids: Collection[int]) -> Style:
    """Give the style that links speak for.

    Args:
        rests: parts of addresses below the site root, without fragments.
        aids: numbers of articles that the pages name otherwise.
    """
    dynamic: Counter[Kind] = Counter()
    rewritten: Counter[Kind] = Counter()
    known = set(aids)
    unknown = []
    for rest in rests:
        target = name_of(rest, Style.DYNAMIC, {})
        if target is None or (target.name and target.kind in {Kind.ARTICLE, Kind.LISTING}):  # a file, a folder
            unknown.append(rest)
            continue
        if target.number and (target.kind is Kind.ARTICLE or target.name == "aid"):
            known.add(target.number)
        if ".php" not in rest:
            rewritten[target.kind] += 1
        elif parameters(rest.partition("?")[2]).keys() <= REPLACED.get(target.kind, set()):
            dynamic[target.kind] += 1
    rules = {kind: getattr(Style.REWRITTEN, kind) for kind in REPLACED if rewritten[kind] > dynamic[kind]}
    if Kind.ARTICLE not in rules and (rule := own_rule(unknown, known, dynamic[Kind.ARTICLE])):
        rules[Kind.ARTICLE] = rule
    return Style(**rules)


def own_rule(paths: Iterable[str], aids: Collection[int], rivals: int) -> str:
    """Give the owner's own rule for articles, or "" if no rule has enough witnesses.

    Args:
        paths: addresses that follow no rule of Discuz!'s.
        aids: numbers that are known to be articles'.
        rivals: dynamic article links on the same pages; a rule spells at least as many articles.
    """
    witnesses: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in filter(PATH.fullmatch, paths):
        pieces = DIGITS.split(path)
        numbers = pieces[1::2]
        # A number of more digits than `Style` takes is none of an article: Python even refuses to read a very long one.
        if not 1 <= len(numbers) <= 2 or not ARTICLE.fullmatch(numbers[0]) or int(numbers[0]) not in aids:
            continue
        pieces[1] = "{id}"
        pieces[3:4] = ["{page}"] * len(pieces[3:4])
        witnesses["".join(pieces)][int(numbers[0])].add(numbers[-1] if len(numbers) == 2 else "1")
    believed = {
        rule: len(seen)
        for rule, seen in witnesses.items()
        if len(seen) >= max(WITNESSES, rivals) and all("1" in pages for pages in seen.values())
    }
    return max(believed, key=believed.__getitem__, default="")
