"""Staff lines: what names people, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import credits, staff_words  # noqa: A004  # the record's word for it

LINES: list[tuple[str, dict[str, list[str]]]] = [
    # labels and names
    ("出品|常山全媒", {"出品": ["常山全媒"]}),
    ("一审|张三 二审|李四光 终审|王五", {"一审": ["张三"], "二审": ["李四光"], "终审": ["王五"]}),
    ("一审丨张三　二审｜李四", {"一审": ["张三"], "二审": ["李四"]}),
    ("责编：王五", {"责编": ["王五"]}),
    ("责任编辑:王五", {"责任编辑": ["王五"]}),
    ("【责任编辑：王五】", {"责任编辑": ["王五"]}),
    ("编 辑：王 凡 审 核：李四", {"编辑": ["王凡"], "审核": ["李四"]}),
    ("编辑：张三、李四；校对：王五。", {"编辑": ["张三", "李四"], "校对": ["王五"]}),
    ("视频拍摄：张三；剪辑：李四；配音：王五。", {"视频拍摄": ["张三"], "剪辑": ["李四"], "配音": ["王五"]}),
    ("记者/张三 编辑/李四", {"记者": ["张三"], "编辑": ["李四"]}),
    ("文/张三 图/李四", {"文": ["张三"], "图": ["李四"]}),
    ("文、图：张三", {"文、图": ["张三"]}),
    ("策划/统筹：张三", {"策划/统筹": ["张三"]}),
    ("记者：张三", {"记者": ["张三"]}),
    ("南山日报记者：张三", {"记者": ["张三"]}),
    ("通讯员：市公安局 张三", {"通讯员": ["张三"]}),
    ("供稿：南山县气象局", {"供稿": ["南山县气象局"]}),
    ("编辑：小鱼", {"编辑": ["小鱼"]}),
    ("编辑：Kevin", {"编辑": ["Kevin"]}),
    ("来源：南山日报 记者：张三 编辑：李四", {"记者": ["张三"], "编辑": ["李四"]}),
    ("编辑：张三 电话：13700000000", {"编辑": ["张三"]}),
    ("值班编辑：张三 值班主任：李四", {"值班编辑": ["张三"], "值班主任": ["李四"]}),
    ("编辑：欧阳修文", {"编辑": ["欧阳修文"]}),
    ("審核：許雨晴 記者：陳望舒", {"審核": ["許雨晴"], "記者": ["陳望舒"]}),
    # notes in brackets
    ("（记者 张三 通讯员 李四）", {"记者": ["张三"], "通讯员": ["李四"]}),
    ("(记者张三 通讯员李四)", {"记者": ["张三"], "通讯员": ["李四"]}),
    ("（记者：张三、李四）", {"记者": ["张三", "李四"]}),
    ("（見習記者 陳望舒 通訊員 許東籬）", {"見習記者": ["陳望舒"], "通訊員": ["許東籬"]}),
    ("（记者 张三 北山县 通讯员 李四）", {"记者": ["张三"], "通讯员": ["李四"]}),
    ("项目月底前完工，欢迎市民监督。（记者 张三）", {"记者": ["张三"]}),
    ("本报讯（记者 张三 李四）今天上午，大桥通车。", {"记者": ["张三", "李四"]}),
    ("南山网10月17日讯（通讯员 张三）今天上午，大桥通车。", {"通讯员": ["张三"]}),
    ("图为大桥通车现场（张三 摄）", {"摄": ["张三"]}),
    ("图为大桥通车现场（图/张三）", {"图": ["张三"]}),
    # roles and names
    ("南山日报 记者 李四 摄影报道", {"记者": ["李四"]}),
    ("□ 本报记者 李四", {"记者": ["李四"]}),
    ("本报见习记者 李四 通讯员 王五 报道", {"见习记者": ["李四"], "通讯员": ["王五"]}),
    ("记者李四报道", {"记者": ["李四"]}),
    ("记者 李四 南山报道", {"记者": ["李四"]}),
    ("文/图 张三", {"文/图": ["张三"]}),
    ("张三 李四 文/图", {"文/图": ["张三", "李四"]}),
    ("张三/文 李四/图", {"文": ["张三"], "图": ["李四"]}),
    ("李四 摄影报道", {"摄影报道": ["李四"]}),
]

NO_LINES = [
    "",
    "新闻|13707368020",
    "直播|13875079363",
    "来源|南山网",
    "（来源：南山网）",
    "来源：南山日报 电话：13700000000",
    "审核：张三13700000000",
    "一审| 二审|",
    "关键词：记者",
    # headings and other words
    "记者手记",
    "记者连线",
    "记者 连线",
    "编辑部",
    "编辑推荐",
    "摄影大赛",
    "图片新闻",
    "摄影",
    "（图1）",
    "（编者按）",
    # what people say, what pictures show
    "记者：您好",
    "记者：谢谢",
    "记者：请问这座桥什么时候通车？",
    "主持人：好的，谢谢",
    "图：通车现场",
    "图片：网络",
    "图片：资料图",
    "作者：佚名",
    # prose
    "记者 王丽 从市教育局获悉，学位增加了。",
    "记者张三在现场看到，工人们正在忙碌。",
    "记者从市水务局获悉",
    "他的妻子（记者 王丽）说，桥修好了。",
    "他最喜欢的书是《故乡》（作者：鲁迅）",
    "市民张三 摄影爱好者李四",
    "张三 李四",
    "张三 南山县",
    "记者 南山日报",
    "记者 张三 南山日报",
    "记者 张三 南山日报 李四",
    "南山日报 张三",
    "据记者 张三",
    "作者系市公安局民警",
    "办理时请携带身份证：编辑：张三",
    "编辑：" + "张三、" * 60,
]


@pytest.mark.parametrize(("line", "staff"), LINES)
def test_a_staff_line(line: str, staff: dict[str, list[str]]) -> None:
    assert credits([line]) == staff


@pytest.mark.parametrize("line", NO_LINES)
def test_no_staff_line(line: str) -> None:
    assert credits([line]) == {}


def test_lines_add_up() -> None:
    lines = ["本报讯（记者 张三）今天上午，大桥通车。", "图为现场（李四 摄）", "记者：李四 张三", "责编：王五"]
    assert credits(lines) == {"记者": ["张三", "李四"], "摄": ["李四"], "责编": ["王五"]}


def test_each_role_that_stands_without_a_sign_has_a_telling_character() -> None:
    han = "".join(map(chr, range(0x4E00, 0xA000)))
    simplified = set(staff_words.ROLE_CHARACTERS) & set(staff_words.simplified(han))
    spellings = {c for c, plain in zip(han, staff_words.simplified(han), strict=True) if plain in simplified}
    assert spellings == set(staff_words.ROLE_CHARACTERS)
    assert all(set(role) & simplified for role in staff_words.NOTE_ROLES | staff_words.PICTURE_ROLES)


WORDS = st.sampled_from(
    [*"张三李四文图摄编审（）|：/ 、报讯", "记者", "编辑", "通讯员", "一审", "本报", "摄影报道", "文/图"]
)


@given(st.lists(WORDS, max_size=30).map("".join))
def test_nothing_is_invented(line: str) -> None:
    bare = line.replace(" ", "")
    for role, names in credits([line]).items():
        assert names
        assert all(part in bare for part in (role, *names))
        assert all(len(name) > 1 for name in names)
