"""What a page is to be read as: declared, contradicted, undeclared, damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import decoding
from crawler.text.decoding import BIG5, GB18030, UTF_8, Charset, decide

SIMPLIFIED = (
    "市气象台今天发布消息，预计明天白天到夜间有小到中雨，气温下降四到六度。市交通运输局提醒，早晚高峰时段路面湿滑，"
    "请市民减速慢行，注意安全。（记者 张三 通讯员 李四）"
)
TRADITIONAL = (
    "市氣象臺今天發布消息，預計明天白天到夜間有小到中雨，氣溫下降四到六度。市交通運輸局提醒，早晚高峰時段路面濕滑，"
    "請市民減速慢行，注意安全。（記者 張三 通訊員 李四）"
)
HEADER = "text/html; charset="
META = '<meta http-equiv="Content-Type" content="text/html; charset={}" />'


def page(words: str, encoding: str, *declared: str) -> bytes:
    """A page in a charset, that may declare others."""
    head = "".join(META.format(label) for label in declared)
    html = f"<html><head>{head}<title>{words[:14]}</title></head><body><p>{words}</p></body></html>"
    return html.encode(encoding, "xmlcharrefreplace")


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        # declared, and so it is
        (page(SIMPLIFIED, "utf-8", "utf-8"), HEADER + "utf-8", Charset(UTF_8, "header")),
        (page(SIMPLIFIED, "utf-8", "utf-8"), None, Charset(UTF_8, "meta")),
        (page(SIMPLIFIED, "gbk", "gbk"), HEADER + "gbk", Charset(GB18030, "header")),
        (page(SIMPLIFIED, "gbk", "gb2312"), "text/html", Charset(GB18030, "meta")),
        (page(SIMPLIFIED + "镕㐂𠮷€", "gb18030"), HEADER + "gb2312", Charset(GB18030, "header")),
        (page(TRADITIONAL, "gbk"), HEADER + "GBK", Charset(GB18030, "header")),
        (page(TRADITIONAL, "big5"), HEADER + "big5", Charset(BIG5, "header")),
        (page(TRADITIONAL + "啲嘅喺咗", "big5hkscs", "Big5-HKSCS"), None, Charset(BIG5, "meta")),
        (b"<meta charset=gbk><p>" + SIMPLIFIED.encode("gbk"), None, Charset(GB18030, "meta")),
        (b"\xef\xbb\xbf" + page(SIMPLIFIED, "utf-8", "gbk"), HEADER + "gbk", Charset(UTF_8, "bom")),
        ("\ufeff<p>中文".encode("utf-16-le"), HEADER + "gbk", Charset("utf-16-le", "bom")),
        # declared wrongly
        (page(SIMPLIFIED, "utf-8", "utf-8"), HEADER + "gbk", Charset(UTF_8, "meta")),
        (page(SIMPLIFIED, "gbk", "gbk"), HEADER + "utf-8", Charset(GB18030, "meta")),
        (page(SIMPLIFIED, "gbk", "gbk"), HEADER + "iso-8859-1", Charset(GB18030, "meta")),
        (page(TRADITIONAL, "big5", "big5"), HEADER + "utf-8", Charset(BIG5, "meta")),
        (page(TRADITIONAL, "big5", "big5"), HEADER + "gbk", Charset(BIG5, "meta")),
        (page(SIMPLIFIED, "utf-8", "gbk"), HEADER + "gb2312", Charset(UTF_8, "detected")),
        (page(SIMPLIFIED, "gbk", "utf-8"), HEADER + "utf-8", Charset(GB18030, "detected")),
        (page(SIMPLIFIED, "gbk", "big5"), HEADER + "big5", Charset(GB18030, "detected")),
        (page(TRADITIONAL, "gbk", "big5"), HEADER + "big5", Charset(GB18030, "detected")),
        (page(TRADITIONAL, "big5", "gbk"), HEADER + "gbk", Charset(BIG5, "detected")),
        (page(TRADITIONAL, "big5", "utf-8"), None, Charset(BIG5, "detected")),
        (page(SIMPLIFIED, "utf-8"), HEADER + "iso-8859-1", Charset(UTF_8, "detected")),
        (page(SIMPLIFIED, "gbk"), HEADER + "windows-1252", Charset(GB18030, "detected")),
        (page(SIMPLIFIED, "utf-8", "utf-16"), None, Charset(UTF_8, "meta")),
        (b"\xef\xbb\xbf" + page(SIMPLIFIED, "gbk", "gbk"), None, Charset(GB18030, "meta")),
        # not declared
        (page(SIMPLIFIED, "utf-8"), None, Charset(UTF_8, "detected")),
        (page(SIMPLIFIED, "gbk"), "text/html", Charset(GB18030, "detected")),
        (page(TRADITIONAL, "gbk"), None, Charset(GB18030, "detected")),
        (page(TRADITIONAL, "big5"), None, Charset(BIG5, "detected")),
        (page("Café déjà vu", "cp1252"), None, Charset("cp1252", "default")),
        # declared twice
        (page(SIMPLIFIED, "gbk", "utf-8", "gbk"), None, Charset(GB18030, "meta")),
        (page(SIMPLIFIED, "utf-8", "gbk", "utf-8"), None, Charset(UTF_8, "detected")),
        (page(SIMPLIFIED, "gbk"), HEADER + "utf-8, text/html; charset=gbk", Charset(GB18030, "header")),
        (page(SIMPLIFIED, "utf-8"), HEADER + "gbk; charset=utf-8", Charset(UTF_8, "header")),
        # spelt as nobody should
        (page(SIMPLIFIED, "gbk"), HEADER + "x-gbk", Charset(GB18030, "header")),
        (page(SIMPLIFIED, "gbk"), HEADER + '"GB2312"', Charset(GB18030, "header")),
        (page(SIMPLIFIED, "gbk"), "text/html;Charset = gb_2312-80", Charset(GB18030, "header")),
        (page(TRADITIONAL, "big5"), HEADER + "x-x-big5", Charset(BIG5, "header")),
        (page(SIMPLIFIED, "utf-8"), HEADER + "UTF8", Charset(UTF_8, "header")),
        (page(SIMPLIFIED, "utf-8"), HEADER + "utf8mb4", Charset(UTF_8, "header")),
        (page(SIMPLIFIED, "utf-8"), HEADER + "hex", Charset(UTF_8, "detected")),
        (page(SIMPLIFIED, "gbk"), HEADER + "none; charset=", Charset(GB18030, "detected")),
        # nothing but ASCII
        (b"<p>plain</p>", None, Charset(UTF_8, "default")),
        (b"<p>plain</p>", HEADER + "gbk", Charset(GB18030, "header")),
        (page("&#20013;", "ascii", "big5"), None, Charset(BIG5, "meta")),
        (b"", None, Charset(UTF_8, "default")),
        # nearly nothing but
        (b"<p>" + b"plain " * 9000 + "中文".encode("gbk"), None, Charset(GB18030, "detected")),
        (b"<p>" + b"plain " * 9000 + "中文".encode("big5"), HEADER + "big5", Charset(BIG5, "header")),
        (b"<p>" + b"plain " * 9000 + "中文".encode(), HEADER + "gbk", Charset(UTF_8, "detected")),
        ("<p>© 2026".encode(), None, Charset(UTF_8, "detected")),
        ("<p>漏".encode("gbk"), HEADER + "gbk", Charset(GB18030, "header")),  # the same bytes
        # other languages, as declared
        (page("พรุ่งนี้จะมีฝนตกหลายแห่ง", "cp874"), HEADER + "tis-620", Charset("cp874", "header")),
        (page("내일은 비가 올 것으로 예상됩니다", "cp949", "euc-kr"), None, Charset("cp949", "meta")),
        (page("Завтра будет дождь", "cp1251", "windows-1251"), None, Charset("cp1251", "meta")),
        (page("明日は雨が降るでしょう", "cp932", "shift_jis"), None, Charset("cp932", "meta")),
        (page("Café déjà vu", "cp1252"), HEADER + "iso-8859-1", Charset("cp1252", "header")),
        (page("Ngày mai trời sẽ có mưa", "utf-8"), HEADER + "gbk", Charset(UTF_8, "detected")),
        (page("В Хэйхэ прошла выставка " * 9 + SIMPLIFIED, "gbk"), HEADER + "gbk", Charset(GB18030, "header")),
        (page("明日は雨が降るでしょう。傘を", "gbk"), HEADER + "gbk", Charset(GB18030, "header")),
        # feeds
        (f'<?xml version="1.0" encoding="gbk"?><rss>{SIMPLIFIED}</rss>'.encode("gbk"), None, Charset(GB18030, "xml")),
        (f"\n<?xml version='1.0' encoding='utf-8'?>\n<rss>{SIMPLIFIED}".encode(), "text/xml", Charset(UTF_8, "xml")),
        (f'<?xml version="1.0" encoding="utf-8"?><rss>{SIMPLIFIED}'.encode("gbk"), None, Charset(GB18030, "detected")),
        (f'<?xml version="1.0" encoding="gbk"?><rss>{SIMPLIFIED}'.encode("gbk"), HEADER + "gbk",
         Charset(GB18030, "header")),
    ],
)  # fmt: skip
def test_decide(body: bytes, content_type: str | None, charset: Charset) -> None:
    assert decide(body, content_type) == charset


TITLES = [
    "全市安全生产工作会议召开",
    "我市工业增加值增长9.3%",
    "图片新闻",
    "求职招聘",
    "便民信息",
    "明天降温",
    "人民路突发险情 86名市民合力救人",
    "公开招聘工作人员公告",
    "春节",
    "县",
]  # fmt: skip
TRADITIONAL_TITLES = [
    "全市安全生產工作會議召開",
    "花蓮災後重建預算上限三百億",
    "縣議會陳情 縣府成立重建委員會",
    "颱風來襲",
    "今日天氣",
    "夜市美食",
    "最新消息",
    "立院初審通過 最高罰五十倍",
    "香港天文臺發出暴雨警告",
    "春節",
]


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    ("titles", "encoding", "name"),
    [(TITLES, "gbk", GB18030), (TRADITIONAL_TITLES, "gbk", GB18030), (TRADITIONAL_TITLES, "big5", BIG5)],
)
def test_short_texts_are_told_apart(titles: list[str], encoding: str, name: str, declared: str | None) -> None:
    for title in titles:
        body = f"<title>{title}</title>".encode(encoding)
        assert decide(body, declared and HEADER + declared) == Charset(name, "detected"), title


@pytest.mark.parametrize("titles", [TITLES, TRADITIONAL_TITLES])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_short_texts_are_what_they_declare(titles: list[str], encoding: str) -> None:
    for title in titles:
        assert decide(f"<title>{title}</title>".encode(encoding), HEADER + encoding).source == "header", title


ENCODINGS = [(SIMPLIFIED, "utf-8", UTF_8), (SIMPLIFIED, "gbk", GB18030), (TRADITIONAL, "big5", BIG5)]
NAMES = [name for *_, name in ENCODINGS]


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("words", "encoding", "name"), ENCODINGS, ids=NAMES)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0x80, 0xFF)), max_size=3))
def test_a_few_bad_bytes_change_nothing(
    words: str, encoding: str, name: str, declared: bool, bad: list[tuple[float, int]]
) -> None:
    body = bytearray(page(words * 3, encoding))
    for place, byte in bad:
        body.insert(int(place * len(body)), byte)
    assert decide(bytes(body), HEADER + encoding if declared else None).encoding == name


@pytest.mark.parametrize(("words", "encoding", "name"), ENCODINGS, ids=NAMES)
def test_a_page_may_end_inside_a_character(words: str, encoding: str, name: str) -> None:
    whole = page(words, encoding)
    for length in range(len(whole) - 60, len(whole)):
        assert decide(whole[:length], HEADER + encoding) == Charset(name, "header")
        assert decide(whole[:length]) == Charset(name, "detected")


@pytest.mark.parametrize("encoding", [UTF_8, GB18030, BIG5])
@pytest.mark.parametrize("after", ["<b>", '"', " ", "&amp;", "1", "."])
def test_half_a_character_leaves_what_follows(encoding: str, after: str) -> None:
    half = "市".encode(encoding)[:-1]
    codec = Charset(encoding, "").codec
    assert (half + f"{after}</p>".encode()).decode(codec, "replace") == f"\ufffd{after}</p>"


@given(st.binary(max_size=60), st.none() | st.text(max_size=30))
def test_there_is_always_an_answer_that_python_knows(body: bytes, content_type: str | None) -> None:
    charset = decide(body, content_type)
    assert isinstance(body.decode(charset.codec, "replace"), str)
    assert charset.source in {"bom", "header", "xml", "meta", "detected", "default"}


@pytest.mark.parametrize(("words", "encoding", "name"), ENCODINGS, ids=NAMES)
def test_a_page_as_it_should_be_is_not_searched(
    words: str, encoding: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_best", None)
    monkeypatch.setattr(decoding, "html_body_declared_encoding", None)
    assert decide(page(words, encoding), HEADER + encoding) == Charset(name, "header")
