"""What stands around a number: words that say what it is, characters that make it part of something else."""

from __future__ import annotations

import re
from typing import Final

BEFORE: Final = 16
"""Characters before a number that may say what it is."""

#: Words after which a number names a thing, not a person.
_REFERENCE: Final = re.compile(
    r"(?:(?:订单|运单|快递单|货单|票据|发票|流水|交易|受理|合同|项目|招标|采购|备案|批准|许可证?|证书|执照|注册|登记|信用代|序列|"
    r"条形|条码|条|批|文|案|编|单|档案|档|学籍|车架|发动机|机身|商标|专利|申请|公告|股票|证券|基金|型)(?:号码|代码|编号|号|码)|"
    r"统一社会信用代码|编码|代码|"
    r"(?<![A-Za-z])(?:ISBN|ISSN|DOI|SN|S/N|UPC|EAN|order(?: ?id)?|ref|IMEI|MAC)|10\.[0-9]{4,5}/)"
    r"[ \t]{0,2}(?:为|是|[:#])?[ \t]{0,2}\Z",
    re.IGNORECASE,
)
_PERSON: Final = re.compile(
    r"身份证|证件|手机|电话|联系|银行|卡号|账号|帐号|(?<![A-Za-z])tel|mobile|phone", re.IGNORECASE
)
_MONEY_BEFORE: Final = re.compile(r"[¥￥$€£] ?\Z")
_AMOUNT_BEHIND: Final = re.compile(r" ?(?:元|万|亿|美元|港元|欧元|英镑|日元|人次|股|吨|千瓦|公里|平方|立方|%)")
_LETTERS_BEFORE: Final = re.compile(r"[A-Za-z0-9_]+\Z")
_MAY_STAND_BEFORE: Final = re.compile(
    r"(?:tel|telephone|phone|mobile|mob|mp|cell|call|qq|vx|wx|wechat|weixin|m|t|p)", re.IGNORECASE
)
_MAY_STAND_BEHIND: Final = re.compile(r"(?:qq|vx|wx|wechat|weixin|tel|e-?mail|mail)", re.IGNORECASE)
#: A blank parts two numbers as well as two groups of one: a group of a card has four digits, a telephone begins with 1.
_GROUP_BEFORE: Final = re.compile(r"(?:[0-9][.-]|(?<![0-9])[0-9]{4} )\Z")
_GROUP_BEHIND: Final = re.compile(r"[.-][0-9]| (?!1[3-9][0-9])[0-9]{4}(?![0-9])")
_FILE_BEHIND: Final = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|webp|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|s?html?|php)\b", re.IGNORECASE
)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether digits are a number of their own: no part of a longer one, of a word, of a decimal or a file's name.

    Args:
        text: the text.
        start: where the digits begin.
        end: where they end.
    """
    if start and _joins(text, start):
        return False
    behind = text[end : end + 8]
    if behind[:1].isdecimal() or behind[:1] == "_" or (behind[:1] == "." and behind[1:2].isdecimal()):
        return False
    if behind[:1].isascii() and behind[:1].isalpha() and not _MAY_STAND_BEHIND.match(behind):
        return False
    return not _FILE_BEHIND.match(behind)


def _joins(text: str, start: int) -> bool:
    """Whether what stands before digits makes them part of it."""
    before = text[max(0, start - BEFORE) : start]
    if before[-1] == "." and before[-2:-1].isdecimal():
        return True
    letters = _LETTERS_BEFORE.search(before)
    return letters is not None and not _MAY_STAND_BEFORE.fullmatch(letters[0])


def is_grouped_further(text: str, start: int, end: int) -> bool:
    """Tell whether the groups of a number go on, with other digits before or behind: it is a part of a longer one."""
    return bool(_GROUP_BEFORE.search(text, max(0, start - 6), start) or _GROUP_BEHIND.match(text, end))


def is_reference(text: str, start: int) -> bool:
    """Tell whether the words before a number say that it names a thing: an order, a document, a book."""
    before = text[max(0, start - BEFORE) : start]
    found = _REFERENCE.search(before)
    return found is not None and not _PERSON.search(before[max(0, found.start() - 4) :])


def is_amount(text: str, start: int, end: int) -> bool:
    """Tell whether a number counts something: money, people, weight."""
    return bool(_MONEY_BEFORE.search(text[max(0, start - 2) : start]) or _AMOUNT_BEHIND.match(text, end))
