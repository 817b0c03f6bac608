"""What becomes of personal data in an export: left out, replaced, taken out, in this order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from crawler.privacy import Kind, Pseudonyms, Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.export.blocking import Blocking
    from crawler.export.options import Options

    Transform = Callable[[dict[str, Any]], dict[str, Any] | None]

NAMES: Final = {
    Kind.EMAIL: "addresses of mail",
    Kind.ID_CARD: "numbers of identity cards",
    Kind.BANK_CARD: "numbers of bank cards",
    Kind.MOBILE: "mobile numbers",
    Kind.WECHAT: "WeChat names",
    Kind.QQ: "QQ numbers",
    Kind.HOTLINE: "hot lines",
    Kind.PHONE: "telephone numbers",
}
MEMBERS: Final = "members"
STAFF: Final = "all"
PSEUDONYMS: Final = (MEMBERS, STAFF)


class Privacy:
    """The transforms of one reading, and what they did.

    Args:
        options: what is asked for.

    Attributes:
        transforms: in their order.
        counts: what they did, in words for the card.
        remarks: sentences for the card.
    """

    def __init__(self, options: Options) -> None:
        self.transforms: list[Transform] = []
        self.counts: Counter[str] = Counter()
        self.remarks: list[str] = []
        if options.blocking is not None:
            self._add(self._blocking(options.blocking))
        if options.pseudonyms:
            self._add(self._pseudonyms(Pseudonyms(options.key, staff=options.pseudonyms == STAFF)))
            whose = "members, authors and staff" if options.pseudonyms == STAFF else "members"
            self.remarks.append(
                f"The names and account numbers of {whose} are pseudonyms, made with a key that is not published: one "
                "person has the same one in every export of a site under that key, and another one on another site. "
                "Whoever has the key, or knows a person well, may still tell who it is: this is personal data yet."
            )
        if options.redact:
            self._add(self._redactor(Redactor(options.redact)))
            kinds = [kind for kind in Kind if kind in options.redact]
            named = ", ".join(f"{NAMES[kind]} ({kind.marker})" for kind in kinds)
            self.remarks.append(
                f"Found by patterns and check digits, and replaced by markers: {named}. No pattern finds everything, "
                "and pictures and files were not looked into."
            )

    def _add(self, transform: Transform) -> None:
        self.transforms.append(transform)

    def _blocking(self, blocking: Blocking) -> Transform:
        before = blocking.articles, blocking.comments

        def leave_out(record: dict[str, Any]) -> dict[str, Any] | None:
            new = blocking(record)
            if new is not record:
                # The same list serves every reading; only the last one counts.
                done = {"lines left out, on the block list": blocking.articles - before[0]}
                done["comments left out, on the block list"] = blocking.comments - before[1]
                self.counts.update({words: times - self.counts[words] for words, times in done.items() if times})
            return new

        return leave_out

    def _pseudonyms(self, pseudonyms: Pseudonyms) -> Transform:
        words = "records with pseudonyms"
        self.counts[words] = 0

        def replace(record: dict[str, Any]) -> dict[str, Any]:
            new = pseudonyms(record)
            self.counts[words] = pseudonyms.records
            return new

        return replace

    def _redactor(self, redactor: Redactor) -> Transform:
        def redact(record: dict[str, Any]) -> dict[str, Any]:
            new = redactor(record)
            if new is not record:
                self.counts.update(
                    {words(kind): times - self.counts[words(kind)] for kind, times in redactor.counts.items()}
                )
            return new

        def words(kind: Kind) -> str:
            return f"{NAMES[kind]} replaced"

        return redact
