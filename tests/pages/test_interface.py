"""The language of the interface is told by its own words, not by those of articles."""

from __future__ import annotations

import pytest
from parsel import Selector

from crawler.pages.base import Page
from crawler.pages.interface import interface_language

PAGE = """<html><body><div><a href="member.php?mod=logging&action=login">%s</a>
<a href="member.php?mod=register">%s</a><form><input type="submit" value="%s"></form></div>
<h1>%s</h1><p class="xg1">%s<em id="_viewnum">3</em></p><div class="pg"><label><span title="%s"></span></label></div>
</body></html>"""
CHINESE = "渔汛与潮汐的记录在码头边上被人一页页翻看"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (("登录", "注册", "搜索", CHINESE, "查看: ", "共 3 页"), "zh-Hans"),
        (("登錄", "註冊", "搜尋", CHINESE, "檢視: ", "共 3 頁"), "zh-Hant"),
        (("Login", "Register", "Search", CHINESE, "Views: ", "3 pages"), "en"),
        (("เข้าสู่ระบบ", "ลงทะเบียน", "ค้นหา", CHINESE, "เข้าชม: ", "3 หน้า"), "th"),
        (("Đăng nhập", "Đăng ký", "Tìm kiếm", CHINESE, "Lượt xem: ", "3 trang"), "vi"),
        (("", "", "", CHINESE, "", ""), None),
        (("x", "", "", CHINESE, "", ""), None),
    ],
)
def test_the_language_is_the_interfaces(words: tuple[str, ...], language: str | None) -> None:
    assert interface_language(Page(Selector(PAGE % words), "http://a.example/")) == language
