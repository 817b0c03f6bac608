"""What a list or a feed names: which of it is news, and which of what is known has to be read again."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.discuz.dates import parse_date, parse_offset
from crawler.discuz.urls import Kind, key
from crawler.items import RawEntry
from crawler.spiders.again import NONE, Belief, is_news, off_by, shift, why_again
from crawler.spiders.choosing import ChoosesCategories
from crawler.spiders.reading import AFTER_THE_LISTS, CATEGORY, LISTED
from crawler.spiders.seen import Seen
from crawler.spiders.units import article_unit, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.items import RawListing
    from crawler.store import Found, Outcome, Standing

CHINA = timezone(timedelta(hours=8))
BELIEF = "lists"
"""The fact that holds what became of the words of lists."""


class NamesArticles(ChoosesCategories):
    """Makes units of the articles that lists and feeds name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._belief = Belief(**self.store.recall(BELIEF))

    # --- what a page names ---

    def articles_in(self, raw: RawListing) -> list[Seen]:
        """Give the entries that are articles of this site, in order.

        Of a front page's blocks, the links that tell an article's number count as entries: any other file that they
        link to may be anything.
        """
        zone = self.site.zone or parse_offset(raw.site.gmt_offset) or CHINA
        links = [link for link in raw.links if self.grammar.parse(link.url).number is not None]
        entries = raw.entries or [RawEntry(title=link.text, url=link.url, aid=None) for link in links]
        return self.articles_among(entries, zone)

    def articles_among(self, entries: Iterable[RawEntry], zone: tzinfo, *, absolute: bool = False) -> list[Seen]:
        """Give the entries that are articles of this site, each once, with dates read in a zone.

        Args:
            entries: as printed.
            zone: of dates that name none.
            absolute: whether they name their own.
        """
        now = clock.utc_now()
        seen: dict[str, Seen] = {}
        for entry in entries:
            target = replace(self.grammar.parse(entry.url), page=1)
            if target.kind is Kind.ARTICLE and key(target) not in seen:
                when = parse_date(entry.date, now=now, zone=zone, title=entry.date_title)
                moment, precision = (when.value.astimezone(zone), when.precision) if when else (None, None)
                seen[key(target)] = Seen(target, moment, entry, precision, absolute)
        return list(seen.values())

    def articles_of_feed(self, entries: Iterable[RawEntry]) -> list[Seen]:
        """Give the articles that a feed names."""
        return self.articles_among(entries, UTC, absolute=True)

    def is_wanted(self, one: Seen) -> bool:
        """Tell whether an entry lies within the dates that were asked for; one without a date does."""
        first, last = self.asked.from_date, self.asked.until_date
        return one.day is None or ((not first or one.day >= first) and (not last or one.day <= last))

    # --- units ---

    def found(self, one: Seen, *, catid: int | None = None, refresh: bool = False, **payload: Any) -> Found:
        """Make the unit of an article that a list names.

        Args:
            one: as the list names it.
            catid: the category whose list it is.
            refresh: read it again if it was read.
            payload: what reading it will want to know besides.
        """
        if one.entry.thumbnail and not one.absolute:  # a feed names an article's first picture, a list its cover
            payload["cover"] = one.entry.thumbnail
        spelled = self.grammar.clean(one.entry.url)
        if spelled != self.grammar.build(one.target):
            payload["urls"] = [spelled]
        own = self.tree.catid(one.entry.category.url) if one.entry.category else None
        if own not in {None, catid}:
            payload[CATEGORY] = own
        if one.when is not None and one.when > clock.utc_now() - timedelta(days=self.revisit_days):
            payload[LISTED] = one.when.isoformat()
        return replace(article_unit(one.target, refresh=refresh, **payload), catid=catid)

    def standings(self, seen: Iterable[Seen]) -> Mapping[str, Standing]:
        """Give what is known of the articles that a list names, by key."""
        return self.store.standings(one.key for one in seen)

    def news(
        self,
        seen: Sequence[Seen],
        standings: Mapping[str, Standing],
        *,
        catid: int | None = None,
        thorough: bool = False,
    ) -> list[Found]:
        """Make the units of what a list names and that is to be read, or read again.

        Args:
            seen: what it names.
            standings: what is known of that.
            catid: the category whose list it is.
            thorough: try also what could not be read.
        """
        new: list[Found] = []
        again: list[Found] = []
        usual = shift(off_by(one, standings[one.key].date_published) for one in seen if one.key in standings)
        now = clock.utc_now()
        for one in filter(self.is_wanted, seen):
            known = standings.get(one.key)
            if known is None or is_news(known):
                new.append(self.found(one, catid=catid))
                continue
            here = self.category_said(one, known, catid)
            why = why_again(
                one,
                known,
                now=now,
                usual=usual,
                believed=bool(self._belief),
                elsewhere=here is not None,
                thorough=thorough,
            )
            if why is not None:
                said: dict[str, Any] = {}
                if why == "redated" and one.when is not None:
                    said = {"date": (one.when - usual).isoformat(), "precision": one.precision}
                    said["absolute"] = one.absolute
                elif why == "elsewhere":
                    said = {"catid": here}
                again.append(self.found(one, catid=catid, refresh=True, **({"said": said} if said else {})))
        stats = self.crawler.stats
        stats.inc_value("discuz/article/found_count", len(new))
        if again:
            stats.inc_value("discuz/plan/again_count", len(again))
        return new + again

    def category_said(self, one: Seen, known: Standing, catid: int | None) -> int | None:
        """Give the category that a list says an article lies in, if its record says otherwise; else None.

        Args:
            one: as the list names it.
            known: what is known of it.
            catid: the category whose list it is; it holds the articles of all below it.
        """
        if known.catid is None:
            return None
        said = self.tree.catid(one.entry.category.url) if one.entry.category else None
        if said is not None:
            return said if said != known.catid else None
        there, here = self.tree.top(known.catid), self.tree.top(catid)
        if there is None or here is None or there.walked_at is None or there.key == here.key:
            return None
        return catid

    # --- whether lists are right ---

    def settle(self, outcome: Outcome) -> None:
        """End a unit, and learn from it whether a list was right about it."""
        if (said := outcome.unit.payload.get("said")) and outcome.article is not None:
            self.learn_of(said, outcome)
        super().settle(outcome)

    def learn_of(self, said: Mapping[str, Any], outcome: Outcome) -> None:
        """Count whether an article turned out to be as a list said; nothing, if it could not be read."""
        row = outcome.article
        if row is None or row.status != "published" or row.missing_times:
            return
        if "catid" in said:
            right = row.catid in self.tree.branch(said["catid"])
        else:
            listed = Seen(
                target_of(outcome.unit),
                datetime.fromisoformat(said["date"]),
                RawEntry(title="", url="", aid=None),
                said["precision"],
                said["absolute"],
            )
            right = off_by(listed, row.date_published) == NONE
        self._belief = self._belief.learn(right=right)
        self.store.remember(BELIEF, asdict(self._belief))


def wait_for_lists(found: Iterable[Found]) -> list[Found]:
    """Have articles wait until the lists are through, which may name them, too, and tell more of them."""
    return [replace(unit, priority=AFTER_THE_LISTS) for unit in found]
