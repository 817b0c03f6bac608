"""The fixture portal's pieces of a body, each against the paragraphs, HTML and finds that were written down for it."""

from __future__ import annotations

import pytest

from crawler import text
from crawler.items import Attachment, Image, Link, Media
from fixtures.portal import blocks

ROOT = "http://site.example/"
STORED = "data/attachment/portal/201701/01/a.png"

BLOCKS = [
    blocks.plain('甲 & <乙> "丙"'),
    blocks.wide_indent("甲"),
    blocks.hard_indent("甲"),
    blocks.lines("甲"),
    blocks.stressed("甲", "乙", "丙"),
    blocks.boxes("甲", 30),
    blocks.pasted("甲"),
    blocks.spacer(),
    blocks.heading("甲"),
    blocks.quotation("甲"),
    blocks.rule(),
    blocks.spaced("甲", "乙"),
    blocks.table((("甲", "乙"), ("丙", "丁"))),
    blocks.spanning_table("甲", (("乙", "丙"),)),
    blocks.bullets(("甲", "乙")),
    blocks.bullets(("甲", "乙"), "ol"),
    blocks.picture(STORED),
    blocks.described_picture(STORED, '甲 "乙" & 丙'),
    blocks.small_picture(STORED),
    blocks.lazy_picture(STORED, 1),
    blocks.filed_picture(STORED),
    blocks.foreign_picture("https://img.example/640?wx_fmt=jpeg&x=1"),
    blocks.caption("图为甲"),
    blocks.smiley("甲"),
    blocks.attachment(7, "甲 & 乙.xls"),
    blocks.link("甲", "http://other.example/?a=1&b=2", "乙", "丙"),
    blocks.video("data/attachment/portal/a.mp4"),
    blocks.audio("http://other.example/a.mp3"),
    blocks.player("http://other.example/?a=1&b=2"),
    blocks.hidden("甲", "乱", "乙"),
    blocks.leftover(1, "乱"),
    blocks.reporters(("记者", "王临川"), ("通讯员", "许东篱")),
    blocks.staff((("一审", "王临川"), ("二审", "许东篱")), (("出品", "何雨晴"),)),
    blocks.telephones(("新闻", "13707368020")),
]


def served(value: str) -> str:
    return value.replace(blocks.ROOT, ROOT)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.markup[:40])
def test_a_block(block: blocks.Block) -> None:
    body = text.analyse(text.fragment(served(block.markup)), ROOT)
    assert body.paragraphs == list(block.paragraphs)
    assert body.html == served(block.safe).strip()
    assert body.images == [
        Image(served(p.url), p.alt, p.width, p.height, p.thumb_url and served(p.thumb_url)) for p in block.pictures
    ]
    assert body.attachments == [Attachment(served(file.url), file.name) for file in block.files]
    assert body.videos == [Media(served(url)) for url in block.videos]
    assert body.audios == [Media(served(url)) for url in block.audios]
    assert body.links == [Link(served(link.url), link.text) for link in block.links]
    assert text.credits(body.paragraphs) == {role: [name] for role, name in block.credits}
