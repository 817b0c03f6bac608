"""Where a text holds personal data, one function a kind. Texts are views (`crawler.privacy.views`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.privacy.contexts import BEFORE, is_amount, is_grouped_further, is_reference, stands_alone
from crawler.privacy.kinds import Kind
from crawler.privacy.numbers import is_bank_card, is_id_card, is_old_id_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Span = tuple[int, int]
    Finder = Callable[[str], Iterator[Span]]

_GAP: Final = "(?: ?[.-] ?| )"
_BLANKS: Final = re.compile("[ .-]+")
#: Full-width ones, too.
_TELLING: Final = re.compile("[0-9０-９@＠#＃信]|[VvWw][Xx]|[Ww][Ee] ?[CcXx]|加[Vv]|[(（[][Aa]")

# --- addresses of mail ---

_HOSTS: Final = (
    r"qq|163|126|139|189|21cn|sina|sohu|gmail|hotmail|outlook|foxmail|yeah|aliyun|tom|live|icloud|yahoo|vip\.(?:qq|163)"
)
_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}"
    r"(?: ?@ ?(?P<domain>[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24})"
    rf"| ?(?:#|\(at\)|\[at\]|\(a\)) ?(?:{_HOSTS})\.(?:com|cn|net)(?:\.cn)?)(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
#: Ends of files' names that look like a country or a trade: ``img@2x.png``.
_NO_DOMAIN: Final = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "css", "js", "html", "htm", "php", "mp4"}
)


def emails(text: str) -> Iterator[Span]:
    """Addresses of mail, with ``#`` or ``(at)`` for large hosts, as people write who fear robots."""
    for found in _EMAIL.finditer(text):
        if found["domain"] is None or found["domain"].rpartition(".")[2].lower() not in _NO_DOMAIN:
            yield found.span()


# --- numbers of persons ---

_ID_CARD: Final = re.compile(
    rf"[1-9][0-9]{{5}}(?:{_GAP}?[0-9]{{8}}{_GAP}?[0-9]{{3}}[0-9Xx]|[0-9]{{9}}|(?:{_GAP}[0-9]{{4}}){{2}}{_GAP}[0-9]{{3}}[0-9Xx])"
)


def id_cards(text: str) -> Iterator[Span]:
    """Numbers of identity cards, of 18 characters and of 15."""
    for start, end in _numbers(_ID_CARD, text):
        bare = _BLANKS.sub("", text[start:end])
        if (is_id_card(bare) or is_old_id_card(bare)) and not is_reference(text, start):
            yield start, end


_CARD: Final = re.compile(
    rf"[1-9][0-9]{{14,18}}|[1-9][0-9]{{3}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?|[1-9][0-9]{{5}}{_GAP}[0-9]{{10,13}}"
)
_NAMES_CARD: Final = re.compile(r"卡号|账号|帐号|账户|帐户|银行|开户|户名|收款|汇款|捐款|借记卡|信用卡|储蓄卡")
_CARD_WORDS: Final = 40


def bank_cards(text: str) -> Iterator[Span]:
    """Numbers of bank cards."""
    for start, end in _numbers(_CARD, text):
        named = bool(_NAMES_CARD.search(text[max(0, start - _CARD_WORDS) : start]))
        bare = _BLANKS.sub("", text[start:end])
        is_person = is_id_card(bare) or is_old_id_card(bare)
        if is_bank_card(bare, named=named) and not is_person and not is_reference(text, start):
            yield start, end


#: Digits in each group, behind the 1 and the one after it.
_SHAPES: Final = ((1, 4, 4), (1, 8), (1, 3, 5), (1, 5, 3), (2, 4, 3), (2, 3, 4), (5, 4), (3, 3, 3))
_GROUPED: Final = "|".join(_GAP.join(f"[0-9]{{{digits}}}" for digits in shape) for shape in _SHAPES)
_MOBILE: Final = re.compile(rf"(?:\(?(?:\+|00)?86\)?[ -]{{0,2}}|0)?(?P<own>1[3-9](?:[0-9]{{9}}|{_GROUPED}))")


def mobiles(text: str) -> Iterator[Span]:
    """Numbers of mobile telephones of the mainland, in any grouping, with or without +86."""
    at = last = 0
    while found := _MOBILE.search(text, at):
        # A prefix may be the end of something else, where the number itself stands alone.
        for start in dict.fromkeys((found.start(), found.start("own"))):
            if _is_mobile(text, start, found.start("own"), found.end(), last):
                yield start, found.end()
                at = last = found.end()
                break
        else:
            at = found.start() + 1


def _is_mobile(text: str, start: int, own: int, end: int, last: int) -> bool:
    if not stands_alone(text, start, end) or is_amount(text, own, end) or is_reference(text, start):
        return False
    # Several numbers in a row are not groups of one.
    return end - own == 11 or not is_grouped_further(text, start if start > last + 1 else 0, end)


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Digits that stand alone and count nothing; also those that begin within what turned out to be none."""
    at = 0
    while found := pattern.search(text, at):
        start, end = found.span()
        at = start + 1
        grouped = not text[start : end - 1].isdecimal()
        if stands_alone(text, start, end) and not is_amount(text, start, end):
            if grouped and is_grouped_further(text, start, end):
                continue
            yield start, end
            at = end


# --- names on networks ---

_FILLER: Final = r"[ \t]{0,2}(?:[:/(\[、,]|号码|号|为|是|账号|帐号|ID|id)?"
_QQ: Final = re.compile(
    r"(?:(?<![A-Za-z])QQ|扣扣|企鹅|(?:加|[Qq])(?:[Qq]|群)|群号)"
    r"(?:[0-9一二三四五六七八九十]{1,2}(?=群))?(?:交流|读者|粉丝|官方|工作|客服|咨询|报名|新闻|爆料|讨论|业主|网友)?"
    r"(?:群(?:[0-9一二三四五六七八九十]{1,2}(?=[ :号]))?)?"
    rf"(?:/?(?:微信|VX|WX|电话|手机))?(?:{_FILLER}){{0,3}}[ \t]{{0,2}}(?P<own>[1-9][0-9]{{4,10}})",
    re.IGNORECASE,
)
_MORE: Final = re.compile(r"[ \t]{0,2}(?:[,、/;]|或|和|及)[ \t]{0,2}(?P<own>[1-9][0-9]{4,10})(?![0-9.])")


#: Most texts hold none of these, and are soon through.
_MAY_NAME_QQ: Final = re.compile("[Qq扣鹅群]")


def qqs(text: str) -> Iterator[Span]:
    """Numbers of QQ accounts and groups, by the words before them; a list of them goes on."""
    if not _MAY_NAME_QQ.search(text):
        return
    for found in _QQ.finditer(text):
        span = found.span("own")
        while _is_account(text, *span):
            yield span
            more = _MORE.match(text, span[1])
            if more is None:
                break
            span = more.span("own")


_NO_QQ: Final = re.compile(r" ?(?:年|月|日|点|时|人|个|名|款|版|号楼|字|条|次|倍)")


def _is_account(text: str, start: int, end: int) -> bool:
    behind = text[end : end + 1]
    if behind.isdecimal() or behind == "_" or (behind == "." and text[end + 1 : end + 2].isdecimal()):
        return False
    return not is_amount(text, start, end) and not _NO_QQ.match(text, end) and behind != "@"


_WECHAT: Final = re.compile(
    r"(?:微信(?:号码|号|ID|账号|帐号)[ \t]?(?:[:/(\[]|为|是)?"
    r"|(?:微信|威信|薇信|徽信|V信)[ \t]?(?:[:(\[]|(?:wechat|weixin)[ \t]?:)"
    r"|(?:加|我的|联系|个人|客服|私人|同)(?:微信|威信|薇信|V信|VX|WX|V(?=[ \t:(号为是]))[ \t]?(?:[:(\[]|号|为|是)?"
    r"|(?<![A-Za-z])(?:VX|WX|wechat|weixin|wei ?xin)(?:[ \t]?(?:ID|号)?[ \t]?[:(]|号|[ \t]?ID[ \t])"
    r"|(?<![A-Za-z])VX(?=[ \t]?[A-Za-z0-9])"
    r"|(?:手机|电话|QQ)/微信[ \t]?(?:[:(]|号)?)"
    r"[ \t:]{0,2}(?P<own>[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9][0-9]{4,10})(?![A-Za-z0-9_@.-])",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(r"(?:公众|订阅|服务|视频|企业)[^\n。;]{0,8}\Z")
_WORDS: Final = frozenset(
    {"official", "account", "payment", "public", "program", "channel", "http", "https", "wechat", "weixin"}
)


_MAY_NAME_WECHAT: Final = re.compile("信|[VvWw][Xx]|[Ww][Ee] ?[CcXx]|加[Vv]")


def wechats(text: str) -> Iterator[Span]:
    """Names of WeChat accounts, by the words before them; those of public accounts are no person's."""
    if not _MAY_NAME_WECHAT.search(text):
        return
    for found in _WECHAT.finditer(text):
        own = found.span("own")
        before = text[max(0, found.start() - BEFORE) : found.start()]
        if found["own"].lower() in _WORDS or _PUBLIC.search(before):
            continue
        if found["own"][0].isdecimal() and not _is_account(text, *own):
            continue
        yield own


# --- what newsrooms print ---

_HOTLINE: Final = re.compile(
    r"(?P<free>[48]00(?:[ -]?[0-9]{3}[ -]?[0-9]{4}|[ -][0-9]{4}[ -]?[0-9]{3}))"
    r"|(?:热线|电话|拨打|致电|举报|客服|咨询|平台)[: \t\"“(]{0,3}(?P<short>12[0-9]{3}|9[56][0-9]{3,6})(?![0-9])"
)


def hotlines(text: str) -> Iterator[Span]:
    """400 and 800 numbers, and short ones after a word that says so; not 110, 119, 120, 122."""
    for found in _HOTLINE.finditer(text):
        start, end = found.span("free" if found["free"] else "short")
        if stands_alone(text, start, end) and not is_amount(text, start, end):
            yield start, end


_PHONE: Final = re.compile(
    r"(?:(?:\+|00)?86[ -]?)?(?P<area>\((?:010|02[0-9]|0[3-9][0-9]{2})\)|(?:010|02[0-9]|0[3-9][0-9]{2}))[ /-]{0,3}"
    r"(?P<own>[2-9][0-9]{2,3}[ -]?[0-9]{4})(?:(?:-|转|[ (]分机)[0-9]{1,5}\)?)?"
)
_LOCAL: Final = re.compile(
    r"(?:电话|热线|传真|致电|拨打|座机|联系方式)[^0-9\n。]{0,6}(?P<own>[2-9][0-9]{2,3}[ -]?[0-9]{4})(?![0-9])"
)


def phones(text: str) -> Iterator[Span]:
    """Telephones that are wired: with an area code, or after a word that says so."""
    for found in _PHONE.finditer(text):
        if stands_alone(text, *found.span()) and not is_reference(text, found.start()):
            yield found.span()
    for found in _LOCAL.finditer(text):
        own = found.span("own")
        if stands_alone(text, *own) and not is_amount(text, *own):
            yield own


FINDERS: Final[Mapping[Kind, Finder]] = {
    Kind.EMAIL: emails,
    Kind.ID_CARD: id_cards,
    Kind.BANK_CARD: bank_cards,
    Kind.MOBILE: mobiles,
    Kind.WECHAT: wechats,
    Kind.QQ: qqs,
    Kind.HOTLINE: hotlines,
    Kind.PHONE: phones,
}


def may_hold_any(text: str) -> bool:
    """Tell at once of most texts that they hold nothing: no digit, no sign of an address, no Latin name."""
    return bool(_TELLING.search(text))
