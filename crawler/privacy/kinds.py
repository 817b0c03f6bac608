"""The kinds of personal data that can be taken out of a text, and what stands in their place."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from crawler.errors import UsageError


class Kind(StrEnum):
    """A kind of number or address. Where two that are asked for claim the same characters, the first has them."""

    EMAIL = "email"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    WECHAT = "wechat"
    QQ = "qq"
    HOTLINE = "hotline"
    PHONE = "phone"

    @property
    def marker(self) -> str:
        """What stands in its place: no marker is a finding itself, so that a second pass changes nothing."""
        return _MARKERS[self]


_MARKERS: Final = {
    Kind.EMAIL: "[邮箱]",
    Kind.ID_CARD: "[身份证号]",
    Kind.BANK_CARD: "[银行卡号]",
    Kind.MOBILE: "[手机号]",
    Kind.WECHAT: "[微信号]",
    Kind.QQ: "[QQ号]",
    Kind.HOTLINE: "[热线]",
    Kind.PHONE: "[电话]",
}

PRINTED: Final = frozenset({Kind.HOTLINE, Kind.PHONE})
"""What newsrooms print so that people call: taken out only where it is asked for by its name."""
PERSONAL: Final = frozenset(Kind) - PRINTED
"""What ``all`` stands for."""
ALL: Final = "all"


def parse_kinds(given: str) -> frozenset[Kind]:
    """Read a list of kinds, as typed.

    Args:
        given: names with commas between; ``all`` is every kind but `PRINTED`.

    Raises:
        UsageError: a name is none, or there is none at all.

    >>> sorted(parse_kinds("mobile, email"))
    [<Kind.EMAIL: 'email'>, <Kind.MOBILE: 'mobile'>]
    """
    names = [name.strip() for name in given.split(",") if name.strip()]
    wrong = [name for name in names if name not in {ALL, *Kind}]
    if wrong or not names:
        known = ", ".join(sorted(PERSONAL)), ", ".join(sorted(PRINTED))
        raise UsageError(
            f"--redact {given}: {', '.join(wrong) or 'nothing'!r} cannot be taken out: give some of {known[0]}, {ALL}"
            f" for all of these, or {known[1]}"
        )
    return frozenset().union(*(PERSONAL if name == ALL else {Kind(name)} for name in names))
