"""The language of a text, from its script."""

from __future__ import annotations

import pytest

from crawler.text import language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("市气象台发布消息，预计明天有小到中雨，气温下降。", "zh-Hans"),
        ("市氣象臺發布消息，預計明天有小到中雨，氣溫下降。", "zh-Hant"),
        ("他在书中引用了“國語”二字，说这是旧时的写法。", "zh-Hans"),
        ("山上有一片竹林", "zh"),
        ("本次活动使用 iPhone 15 Pro Max 拍摄", "zh-Hans"),
        ("明日は雨が降るでしょう。傘を持って行ってください。", "ja"),
        ("コンピューター", "ja"),
        ("这款饮料叫“午後の紅茶”，在我市各大超市均有销售", "zh-Hans"),
        ("내일은 비가 올 것으로 예상됩니다", "ko"),
        ("พรุ่งนี้จะมีฝนตก", "th"),
        ("Ngày mai trời sẽ có mưa ở nhiều nơi", "vi"),
        ("ມື້ອື່ນຈະມີຝົນຕົກ", "lo"),
        ("Αύριο θα βρέξει", "el"),
        ("It will rain tomorrow in many places", None),
        ("The Water Board held a meeting and set out the next steps of the work.", "en"),
        ("THE BRIDGE WAS BUILT IN 1999", "en"),
        ("Das war die Brücke und der Fluss", None),
        ("Il était une fois and so on", None),
        ("De brug was of het huis", None),
        ("Thanh Ha", None),
        ("Ngày mai trời", "vi"),
        ("“The Beatles”乐队的音乐和演出", "zh-Hans"),
        ("Завтра будет дождь", None),
        ("غدا سيهطل المطر", None),
        ("13707368020", None),
        ("图片新闻", None),
        ("…… 123 ！", None),
        ("", None),
    ],
)
def test_language(text: str, tag: str | None) -> None:
    assert language(text) == tag
