"""Looking again at articles that are files: the server says whether one has changed; it is read only if it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from crawler.middlewares.conditional import headers_for, validators_in
from crawler.spiders.commenting import CommentReader
from crawler.spiders.policy import NotModified, UnitEnded
from crawler.spiders.remembering import Look, row_same
from crawler.store import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import TextResponse

    from crawler.store import Unit


class UnmodifiedReader(CommentReader):
    """Asks of known articles whether they have changed, where the answer says all.

    Attributes:
        comments_enabled: whether comments are read.
        extractor: the stamp of what articles are read with.
    """

    looks_again: ClassVar[bool] = False
    """Whether known articles are read again at the ages of `crawler.spiders.revisits`."""
    comments_enabled: bool
    extractor: int

    def look(self, unit: Unit) -> Look:
        """Begin a look at an article."""
        raise NotImplementedError

    def validators(self, response: TextResponse) -> dict[str, Any] | None:
        """Give what is to be remembered of the file that a record was made of; None if the server says nothing of it.

        It must be all that the record was made of. Further pages are files of their own; comments that the article's
        page does not show come from a script, and a cover from lists. A comment alone does not make Discuz! write the
        file anew (``portalcp_comment.php``, X3.5: the next visitor's browser has it written, ``helper_makehtml.php``),
        but until then the file does not show it to those who read it, either.

        Args:
            response: the page.
        """
        found = validators_in(response.headers)
        return {"url": response.url, "comments": self.comments_enabled, **found} if found else None

    def conditions(self, unit: Unit) -> Mapping[str, str]:
        """Ask only for what has changed, where the last record would be made in the same way now."""
        known = unit.known
        if not self.looks_again or unit.tries or known is None or known.validators is None:
            return {}
        is_same = known.status == "published" and known.extractor == self.extractor
        holds_comments = known.validators["comments"] or not self.comments_enabled
        return headers_for(known.validators) if is_same and holds_comments else {}

    def end_as(self, unit: Unit, end: UnitEnded) -> None:
        """End a unit without a record: one that has not changed is done, and stays what it was.

        Where another file than that of the record has not changed, nothing is known: the next try reads it.
        """
        known = unit.known
        if isinstance(end, NotModified) and known and known.validators and end.url == known.validators["url"]:
            self.crawler.stats.inc_value("discuz/article/not_modified_count")
            self.settle(Outcome(unit=unit, state="done", reason="unchanged", article=row_same(self.look(unit))))
        else:
            super().end_as(unit, end)
