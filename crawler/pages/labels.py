"""The words of the interface that no id, class, order or address can stand in for, by language.

From the language packs of Discuz! X2-X3.5 (``source/language/portal/lang_template.php``): simplified and traditional
Chinese, English, Thai, Vietnamese, Russian, German, French, Spanish, Korean, Turkish, Arabic; and what templates that
bring their own words write instead. Whether the only credit in an article's meta line is its author or its source is
told by the label alone; so is, in a template of the owner's own, which of two numbers are the views. Another language
is more words in these tables.
"""

from __future__ import annotations

import re
from typing import Final


def _table(words: str) -> frozenset[str]:
    """Words that are written one after the other, with commas between them."""
    return frozenset(" ".join(word.split()) for word in words.split(","))


PUBLISHER: Final = _table(
    """
    发布者, 發佈者, 發布者, 发布人, 發佈人, 发表者, 发布, 發佈, 编辑, 編輯, 责任编辑, 責任編輯, publisher, posted by,
    by, editor, ผู้เผยแพร่, người đăng, разместил, geschrieben von, editeur, éditeur, 발행인, yayımcı,
    النشار, 小编, 小編, 会员, 会员名, 投稿, 投稿人, 楼主
    """,
)
"""``view_publisher``: the account that posted the article."""

AUTHOR: Final = _table(
    """
    原作者, 作者, 文章作者, 本文作者, 撰文, 撰稿, ผู้เขียนต้นฉบับ, tác giả, original author, author, автор оригинала,
    автор, autor, auteur, autor original, 원저자, yazar, الكاتب الاصلي
    """,
)
"""``view_author_original``: who wrote the text."""

SOURCE: Final = _table(
    """
    来自, 來自, 来源, 來源, 文章来源, 文章來源, 信息来源, 稿源, 出处, 出處, 转自, 轉自, 摘自, 来源于, จาก, từ, from,
    source, location, с, von, de, ubicación, 출처, الموقع, 原文来自
    """,
)
"""``from``: where the text was taken from."""

VIEWS: Final = _table(
    """
    查看, 查看数, 浏览, 瀏覽, 浏览数, 浏览量, 浏览次数, 阅读, 閱讀, 阅读数, 阅读量, 点击, 點擊, 点击数, 点击量,
    点击率, 人气, 人氣, 热度, 围观, 圍觀, views, view, hits, reads, read, เข้าชม, lần xem, xem, просмотров,
    angesehen, vues, vistas, 조회, görüntüleme, مشاهدات, 观看, 關注, 关注, 浏览人数, 阅读次数, 点击次数, 查看次数
    """,
)
"""``view_views``: how often the article was read."""

COMMENTS: Final = _table(
    """
    评论, 評論, 评论数, 評論數, 回复, 回覆, 回復, 回复数, 留言, 跟帖, 参与, 条评论, comments, comment, replies,
    reply, ความคิดเห็น, bình luận, комментарии, kommentare, commentaires, comentarios, 댓글, yorumlar, تعليقات, 点评,
    點評, 网友评论, 评论次数, 评论人数
    """,
)
"""``view_comments``: how many comments there are."""

SUMMARY: Final = _table(
    """
    摘要, 文章摘要, 内容摘要, 內容摘要, 本文摘要, 导读, 導讀, 文章导读, 内容导读, 导语, 導語, 简介, 簡介, 文章简介,
    内容简介, 核心提示, 内容提要, 提要, 概要, 概述, 前言, 编者按, 小编导读, description, summary, abstract, คำอธิบาย,
    tóm tắt, описание, zusammenfassung, sommaire, descripción, 요약, bilgi, وصف
    """,
)
"""``article_description``: the word before the summary."""

RELATED: Final = _table(
    """
    相关阅读, 相關閱讀, 相关文章, 相關文章, 相关新闻, 相關新聞, 相关资讯, 相关推荐, 相关内容, 相关报道, 延伸阅读,
    延伸閱讀, 关联阅读, 你可能喜欢, 您可能喜欢, 猜你喜欢, related readings, related reading, related articles,
    related, related posts, การเข้าชม/อ่านที่เกี่ยวข้อง, บทความที่เกี่ยวข้อง, bài liên quan, похожие статьи,
    connexes, lecturas relacionadas, 관련글, ilgili konular, قراءات ذات صلة, 相关链接
    """,
)
"""``view_related``: the heading over related articles."""

PREVIOUS: Final = _table(
    """
    上一篇, 上篇, 前一篇, 上一条, 上一條, 上一则, 上一篇文章, 上一页文章, 上一章, ก่อนหน้า, bài trước, chủ đề trước,
    previous, previous article, prev, prev., prev article, предыдущая, précédent, 이전글, 上一個, 上一个, 上一篇资讯,
    previous post, vorheriger, anterior, önceki, السابق
    """,
)
"""``pre_article``."""

NEXT: Final = _table(
    """
    下一篇, 下篇, 后一篇, 下一条, 下一條, 下一则, 下一篇文章, 下一页文章, 下一章, ถัดไป, bài sau, chủ đề sau, next,
    next article, следующая, suivant, 다음글, 下一個, 下一个, 下一篇资讯, next post, nächster, siguiente, sonraki,
    التالي
    """,
)
"""``next_article``."""

TAGS: Final = _table(
    """
    标签, 標籤, 关键词, 關鍵詞, 关键字, tags, tag, keywords, 标签云, แท็ก, thẻ
    """,
)
"""``tag``: the word before an article's tags."""

ALL: Final = PUBLISHER | AUTHOR | SOURCE | VIEWS | COMMENTS | SUMMARY

_SPLIT: Final = re.compile(r"\s*[:：]\s*")
EDGES: Final = " \t\r\n\xa0\u3000:：-—|/.…·•»›>≫→<«‹≪←[]【】()（）"


def split(words: str) -> tuple[str, str]:
    """Splits "label: value" as the templates print it.

    Args:
        words: A piece of text as printed.

    Returns:
        The label in lower case (empty where there is no colon) and the value, both trimmed.

    >>> split(" 来自: 晚报: 副刊 ")
    ('来自', '晚报: 副刊')
    >>> split("晚报")
    ('', '晚报')
    """
    parts = _SPLIT.split(words.strip(), maxsplit=1)
    return (parts[0].lower(), parts[1]) if len(parts) == 2 else ("", parts[0])


def word(words: str) -> str:
    """A label without the signs around it, in lower case, one blank at a time.

    Args:
        words: A piece of text as printed.

    >>> word("【 摘要 】：")
    '摘要'
    """
    return " ".join(words.strip(EDGES).lower().split())


def _beginning(*tables: frozenset[str]) -> re.Pattern[str]:
    words = sorted(frozenset[str]().union(*tables), key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, words))})(?![a-zа-я])", re.IGNORECASE)


#: A label at the beginning of a text.
PREVIOUS_BEGINS: Final = _beginning(PREVIOUS)
NEXT_BEGINS: Final = _beginning(NEXT)
SUMMARY_BEGINS: Final = _beginning(SUMMARY)
KNOWN_BEGINS: Final = _beginning(ALL)
