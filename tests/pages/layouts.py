"""Lists as templates of other makers print them: the same entries in many kinds of markup.

Each layout is what a template's loop prints for an entry, and what stands around it. The texts are ours; the ways to
nest headings, covers, dates, labels and "read more" are those that templates have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT: Final = "http://harbour.example/"
URL: Final = f"{ROOT}portal.php?mod=list&catid=3"


@dataclass(frozen=True)
class Shown:
    """An entry as a template prints it.

    Attributes:
        aid: the article's number.
        title: its title, not escaped.
        summary: empty where there is none.
        date: as printed.
        cover: address of the picture, empty where there is none.
        category: name and address of its category, where the list is that of one with descendants.
        href: how the article is linked.
    """

    aid: int
    title: str
    summary: str = ""
    date: str = "2031-5-6 07:08"
    cover: str = ""
    category: tuple[str, str] = ("", "")
    href: str = ""

    @property
    def printed(self) -> str:
        """Its link as printed."""
        return self.href or f"portal.php?mod=view&aid={self.aid}"

    def fill(self, template: str) -> str:
        """What a template's loop prints for it."""
        link, name = escape(self.printed), escape(self.title)
        words, url = self.category
        image = f'<img src="{self.cover}" alt="{name}">' if self.cover else ""
        lazy = f'<img src="static/none.gif" data-original="{self.cover}">' if self.cover else ""
        return template.format(
            link=link,
            name=name,
            cut=name if len(self.title) < 8 else f"{escape(self.title[:6])}...",
            summary=escape(self.summary),
            date=self.date,
            label=f'<a href="{escape(url)}" class="lab">{words}</a>' if words else "",
            plain=f"<em>{words}</em>" if words else "",
            pic=f'<a href="{link}" class="pic">{image}</a>' if image else "",
            lazy=lazy,
            mark="" if image else "<span>无图</span>",
        )


PIER: Final = ("码头", f"{ROOT}harbour/pier/")
CATCH: Final = ("渔汛", f"{ROOT}portal.php?mod=list&catid=5")
A_JPG, D_PNG = "data/attachment/portal/a.jpg", "data/attachment/portal/d.png"
ENTRIES: Final = (
    Shown(4101, "潮水退去之后", "滩涂上留下了什么：一个清晨，三位渔民，一张旧网。", cover=A_JPG, category=PIER),
    Shown(4099, "渔港“夜市”开张", "", "2031-5-4 18:30", category=CATCH),
    Shown(4098, "灯塔 A&B 的 <第五> 代守护者", "能见度不足五百米，他们如何工作？ ...", "2031-5-3 06:00", category=PIER),
    Shown(4090, "码头改造", "工期三个月，其间渡轮改停东港。", "2031-4-30 11:59", D_PNG, CATCH),
    Shown(4088, "2030 年度渔获公布", "全年四万吨，比上一年多一成。", "2031-4-1 00:00", "", PIER),
)

SPELLINGS: Final = {
    "dynamic": "portal.php?mod=view&aid={aid}",
    "touch": "portal.php?mod=view&aid={aid}&mobile=2",
    "rewritten": "article-{aid}-1.html",
    "padded files": "harbour/2031/{aid:08}.html",
    "named files": "harbour/2031/story-of-{letter}.html",
}
NUMBERED: Final = {"dynamic", "touch", "rewritten", "padded files"}


def spelled(how: str) -> list[Shown]:
    """The entries, with links in one of the ways in which sites spell them."""
    return [replace(one, href=SPELLINGS[how].format(aid=one.aid, letter="abcde"[n])) for n, one in enumerate(ENTRIES)]


_PAGED: Final = f"{escape(URL)}&amp;page=2"
PAGER: Final = (
    f'<div class="pgs cl"><div class="pg"><strong>1</strong><a href="{_PAGED}">2</a><label><input value="1">'
    f'<span title="共 2 页"> / 2 页</span></label><a href="{_PAGED}" class="nxt">下一页</a></div></div>'
)
OWN_PAGER: Final = f'<ul class="pages"><li><b>1</b></li><li><a href="{_PAGED}">2</a></li></ul>'

_HOT: Final = "".join(f'<li><a href="portal.php?mod=view&amp;aid={n}">热门之{n}</a></li>' for n in range(9, 19))
_BLOCK: Final = (
    '<div id="frameX" class="frame move-span cl frame-1"><div class="column frame-1-c"><div id="portal_block_7"'
    ' class="block move-span"><div class="blocktitle title">热点</div><div id="portal_block_7_content" class="dxb_bc">'
    f'<div class="module cl xl xl1"><ul>{_HOT}</ul></div></div></div></div></div>'
)

PAGE: Final = f"""<html><head><title>港口 - 海角日报 - Powered by Discuz!</title><base href="{ROOT}" />
<meta name="application-name" content="海角日报" /></head>
<body id="nv_portal" class="{{body}}"><div id="hd"><div id="nv"><ul><li id="mn_P1"><a href="{ROOT}news/">新闻</a></li>
</ul></div></div><div id="wp" class="wp">
<div class="path"><a href="./" class="nvhm">海角日报</a> &gt; <a href="portal.php">门户</a> &gt;
<a href="{ROOT}news/">新闻</a> &gt; 港口</div>
<!--[diy=top]--><div id="top" class="area">{_BLOCK}</div><!--[/diy]-->
<div class="main"><div class="left"><div class="tt"><h3>港口</h3><a href="portal.php?mod=rss&amp;catid=3">订阅</a></div>
<div class="kids"><a href="{escape(CATCH[1])}">渔汛</a><a href="{PIER[1]}">码头</a></div>
{{above}}{{list}}
<!--[diy=under]--><div id="under" class="area">{_BLOCK}</div><!--[/diy]-->
{{below}}</div>
<div class="right"><h3>相关分类</h3><ul><li><a href="{escape(URL)}">港口</a></li><li><a
href="{ROOT}portal.php?mod=list&amp;catid=7">灯塔</a></li></ul><div id="portal_block_9">{_BLOCK}</div>
<h3>阅读排行</h3><ul class="rank">{_HOT}</ul></div></div></div>
<div class="footer"><a href="about/us.html">关于我们</a><a href="about/law.html">声明</a></div></body></html>"""


@dataclass(frozen=True)
class Layout:
    """A template's list.

    Attributes:
        name: what to call it in a test.
        entry: what the loop prints for an entry.
        around: what stands around all of them; ``%s`` is their place.
        lacks: which fields it does not print.
        join: puts the entries together.
    """

    name: str
    entry: str
    around: str
    lacks: frozenset[str] = frozenset()
    join: Callable[[Sequence[str]], str] = "".join

    def page(
        self,
        entries: Sequence[Shown] = ENTRIES,
        *,
        above: str = "",
        below: str = PAGER,
        body: str = "pg_list pg_list_1 pg_list_3",
    ) -> str:
        """A whole page of this list.

        Args:
            entries: what is in it.
            above: a pager over it.
            below: a pager under it.
            body: the classes of ``body``.
        """
        rows = self.around % self.join([one.fill(self.entry) for one in entries])
        return PAGE.format(body=body, list=rows, above=above, below=below)


def _lacks(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _in_rows(entries: Sequence[str]) -> str:
    return "".join(
        f'<div class="row">{"".join(pair)}</div>' for pair in zip_longest(entries[::2], entries[1::2], fillvalue="")
    )


def _by_day(entries: Sequence[str]) -> str:
    return "".join(f'<div class="day"><b>第 {n} 日</b><ul>{one}</ul></div>' for n, one in enumerate(entries))


def _with_ads(entries: Sequence[str]) -> str:
    ad = '<li class="ad"><a href="https://ad.example/"><img src="https://ad.example/x.gif"></a>广告</li><li></li>'
    return ad.join(entries)


LAYOUTS: Final = (
    Layout(
        "default",
        '<dl class="bbda cl"><dt class="xs2"><a href="{link}" class="xi2">{name}</a> </dt><dd class="xs2 cl">'
        '{pic}\n{summary}</dd>\n<dd>分类: <label>{label}</label>&nbsp;<span class="xg1"> {date}</span></dd></dl>',
        '<div id="ct"><div class="bm_c xld">%s</div></div>',
    ),
    Layout(
        "heading in dd",
        '<dl class="bbda cl"><dd class="xs2 cl">{pic}<h3><a href="{link}">{name}</a></h3><div class="b">{summary}<p>'
        '{label}<span class="xg1"> {date}</span></p></div></dd></dl>',
        '<div id="ct"><div class="bm_c xld">%s</div></div>',
    ),
    Layout(
        "cards",
        '<div class="card"><div>{pic}</div><div class="txt"><h2><a href="{link}">{name}</a></h2><div class="meta">'
        '{label}<a href="home.php?mod=space&amp;uid=3">小编</a><span>{date}</span><em>读 9</em></div><p>{summary}</p>'
        '<a href="{link}" class="more">[阅读全文]</a></div></div>',
        '<div class="list"><div class="inner">%s</div></div>',
    ),
    Layout(
        "cards in rows",
        '<div class="col">{pic}<h3><a href="{link}">{name}</a></h3><p>{summary}</p><small>{label} {date}</small></div>',
        '<div class="grid">%s</div>',
        join=_in_rows,
    ),
    Layout(
        "lines",
        '<li>{label}<a href="{link}" target="_blank">{name}</a><span class="t">[{date}]</span></li>',
        '<ul class="news">%s</ul>',
        _lacks("summary cover"),
    ),
    Layout(
        "lines by day",
        '<li><a href="{link}">{name}</a><span>{date}</span></li>',
        '<div class="days">%s</div>',
        _lacks("summary cover category"),
        _by_day,
    ),
    Layout(
        "lines between advertisements",
        '<li><a href="{link}">{name}</a><p>{summary}</p><i>{date}</i></li>',
        "<ul>%s</ul>",
        _lacks("cover category"),
        _with_ads,
    ),
    Layout(
        "wrapped in links",
        '<li><a href="{link}" class="all">{lazy}<div class="info"><p class="tit">{name}</p><p class="des">{summary}</p>'
        '<span class="who">小编</span><i>{date}</i></div></a></li>',
        '<div class="wz"><ul>%s</ul></div>',
        _lacks("category"),
    ),
    Layout(
        "rows of a table",
        '<tr><td>{label}</td><td><a href="{link}">{name}</a></td><td>小编</td><td>{date}</td></tr>',
        "<table><tbody>%s</tbody></table>",
        _lacks("summary cover"),
    ),
    Layout(
        "two rows each",
        '<tr><th><a href="{link}">{name}</a></th><th>{date}</th></tr><tr><td colspan="2">{summary}</td></tr>',
        "<table>%s</table>",
        _lacks("cover category"),
    ),
    Layout(
        "flat",
        '<h4><a href="{link}">{name}</a></h4><div class="m">发布时间：{date} 来源：海角</div><div>{summary}</div>',
        '<div class="flat">%s</div>',
        _lacks("cover category"),
    ),
    Layout(
        "bare text",
        '&bull; <a href="{link}">{name}</a> ({date})<br>',
        "<td>%s</td>",
        _lacks("summary cover category"),
    ),
    Layout(
        "marks in links",
        '<li><div class="head"><a href="{link}">{mark}{plain}{name}</a></div>{pic}<div><span>{date}</span></div>'
        '<div class="summary">{summary}……</div></li>',
        '<div><ul class="cl">%s</ul><div class="clear"></div></div>',
    ),
    Layout(
        "cut titles",
        '<li class="item"><a href="{link}" title="{name}">{cut}</a><small>时间 {date}</small><div>{summary}</div></li>',
        "<ol>%s</ol>",
        _lacks("cover category"),
    ),
    Layout(
        "exact dates in titles",
        '<article><header><h3><a href="{link}">{name}</a></h3></header><div><span title="{date}:00">3 天前</span></div>'
        "<section>{summary}</section></article>",
        "<section>%s</section>",
        _lacks("cover category"),
    ),
    Layout(
        "faces and counts",
        '<div class="it"><a href="space-uid-3.html"><img src="uc_server/avatar.php?uid=3&amp;size=small"></a><h3><a '
        'href="{link}">{name}</a></h3><p>{summary}</p><p>小编 {date} 阅读 233 评论 4</p><a href="misc.php?mod=tag">'
        "潮汐，一个很长的标签</a>{pic}</div>",
        "<div>%s</div>",
        _lacks("category"),
    ),
)
