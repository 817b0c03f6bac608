"""Personal data in an address: whom a ``mailto:`` writes to, whom a ``tel:`` calls, whose QQ a button opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from crawler.privacy.finders import FINDERS, emails, mobiles
from crawler.privacy.kinds import Kind
from crawler.privacy.views import view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_MAIL: Final = re.compile(r"mailto:(?P<own>[^?#]+)", re.IGNORECASE)
_CALL: Final = re.compile(r"(?:tel|sms|smsto|callto|wtai):(?P<own>[^?#]+)", re.IGNORECASE)
_QQ: Final = re.compile(
    r"(?:tencent:|mqq[a-z]*:|https?://(?:wpa|sighttp|qun)\.(?:b\.)?qq\.com/)[^#]*?[?&](?:uin|v?qq|exe)=(?P<own>[1-9][0-9]{4,10})(?![0-9])",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(r"[?&](?P<name>[^=&#]*)=(?P<own>[^&#]+)")
_OF_PHONES: Final = re.compile(r"phone|mobile|tel|sms|sjh|shouji", re.IGNORECASE)
_CALLED: Final = (Kind.MOBILE, Kind.HOTLINE, Kind.PHONE)


def find_in_address(address: str, kinds: Collection[Kind]) -> list[tuple[int, int, Kind]]:
    """Find personal data in an address, in order: start, end, kind.

    >>> find_in_address("mailto:someone@example.com?subject=1", {Kind.EMAIL})
    [(7, 26, <Kind.EMAIL: 'email'>)]
    """
    return sorted(_found(address, kinds))


def _found(address: str, kinds: Collection[Kind]) -> Iterator[tuple[int, int, Kind]]:
    if found := _MAIL.match(address):
        if Kind.EMAIL in kinds and any(emails(view(unquote(found["own"])).text)):
            yield *found.span("own"), Kind.EMAIL
    elif found := _CALL.match(address):
        number = view(unquote(found["own"])).text
        for kind in _CALLED:
            if kind in kinds and any(FINDERS[kind](number)):
                yield *found.span("own"), kind
                return
    else:
        if Kind.QQ in kinds and (found := _QQ.match(address)):
            yield *found.span("own"), Kind.QQ
        for found in _VALUE.finditer(address):
            value = view(unquote(found["own"])).text
            if Kind.EMAIL in kinds and (0, len(value)) in emails(value):
                yield *found.span("own"), Kind.EMAIL
            elif Kind.MOBILE in kinds and _OF_PHONES.search(found["name"]) and (0, len(value)) in mobiles(value):
                yield *found.span("own"), Kind.MOBILE
