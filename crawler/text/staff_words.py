"""The words of staff lines, in simplified characters: roles, labels that are none, surnames.

Traditional texts are compared by `simplified`, which leaves every character at its place.
"""

from __future__ import annotations

from typing import Final


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Roles as they are printed; with a word of `MODIFIERS` before them they are roles of their own.
ROLES: Final = _set(
    "记者 通讯员 作者 撰稿 撰稿人 撰文 供稿 供图 采写 采访 采编 编写 整理 文字 图文 图片 摄影 摄影报道 摄像 拍摄 航拍 "
    "编辑 责编 美编 编导 编审 编译 翻译 主编 副主编 总编 总编辑 副总编 编委 编剧 导演 监制 制片 制片人 "
    "制作 制图 绘图 绘画 手绘 插画 插图 题图 图编 文编 "
    "校对 责校 初校 终校 一校 二校 三校 校审 校核 校稿 审校 审核 审读 审定 审签 审稿 审阅 审片 核稿 复核 签发 核发 "
    "初审 复审 终审 一审 二审 三审 四审 监审 编发 编排 组稿 统稿 执笔 主笔 撰写 评论员 实习生 "
    "出品 出品人 出品方 总出品 策划 统筹 指导 指导老师 指导教师 总监 顾问 设计 视觉 排版 版式 组版 美术 海报 漫画 动画 "
    "动效 特效 包装 调色 文案 字幕 值班主任 值班领导 带班领导 视频 音频 剪辑 后期 配音 播音 录音 录制 解说 朗诵 "
    "出镜 主播 主持 主持人 运营",
)
#: Too short to be told from other words without a sign after them.
SHORT_ROLES: Final = _set(
    "文 图 摄 编 审 校",
)
#: What stands before a role and belongs to it.
MODIFIERS: Final = _set(
    "见习 实习 首席 资深 高级 特约 特派 特邀 驻站 全媒体 融媒体 融媒 新媒体 文字 摄影 图片 视频 新闻 责任 值班 "
    "执行 本期 今日 总 副 栏目 节目 技术 内容 后期 海报 版面 美术 频道 网络 主任 联合 图文",
)
#: Roles after whose label other words than names stand too: what people say in an interview, what a picture shows.
STRICT_ROLES: Final = _set(
    "记者 作者 主持 主持人 主播 解说 摄影 图片 图文 文字 视频 音频 动画 漫画 海报 字幕 设计 美术 插图 题图 "
    "视觉 包装 运营 评论员 指导 复核 录制 版式 排版 组版 特效 动效 调色",
)
#: Roles that stand before names without a sign between.
NOTE_ROLES: Final = _set(
    "记者 通讯员 编辑 责编 责任编辑 摄影 评论员",
)
#: Likewise, but only beside others: ``审核 通过`` is no name.
LINE_ROLES: Final = _set(
    "实习生 校对 审核 签发 监制 一审 二审 三审 初审 复审 终审",
)
#: Of both sets those that are verbs, too: ``编辑成功`` is done, no person.
VERBS: Final = _set(
    "编辑 摄影 校对 审核 签发 监制",
)
#: What closes a line of names; alone after names it is their role.
PICTURE_ROLES: Final = _set(
    "摄 摄影 摄影报道 图文报道 文/图 图/文 文图 图文 文/摄 摄/文 文/摄影",
)
#: Each line of such roles has one of these, in simplified or traditional characters.
ROLE_CHARACTERS: Final = "者员員辑輯编編摄攝图圖审審"
#: Labels of the same lines that name no staff.
OTHER_LABELS: Final = _set(
    "来源 稿源 图源 信息来源 新闻来源 图片来源 素材来源 综合来源 转自 转载自 新闻 直播 推广 投稿 电话 热线 新闻热线 "
    "联系电话 联系方式 监督电话 举报电话 爆料热线 投稿热线 传真 邮编 手机 邮箱 投稿邮箱 微信 微信号 微博 公众号 QQ "
    "QQ群 时间 日期 发布时间 更新时间 阅读 浏览 点击 地址 网址 网站 地点 单位 主办 主办单位 承办 承办单位 协办 "
    "协办单位",
)
#: What looks like a name and is none.
NO_NAMES: Final = _set(
    "谢谢 高兴 连线 时评 时间 方面 文章 文字 明白 常见 高见 陈述 路过 何时 何地 万一 于是 方法 安全 "
    "网络 资料 资料图 资料图片 本人 佚名 综合 暂无 不详 您好 你好 通过 单位 部门 请假 成功 布局",
)

#: What stands between a label and a name.
SIGNS: Final = "|丨｜︱∣：:/／"

#: Names of houses end with one of these: what stands before a role and ends otherwise is a word of a sentence.
HOUSE_ENDINGS: Final = (
    "报网台社刊站媒端刻局委院校部会司团线府学心道闻办处所队联厅县市区镇乡村報網臺會團線學聞辦處隊聯廳縣區鎮鄉"
)
#: Of these, what no name of a person ends with.
HOUSE_ONLY_ENDINGS: Final = "报網网台社局委院部县縣市区區镇鎮乡鄉站队隊厅廳"

SURNAMES: Final = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗凤方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元顾孟黄穆萧尹姚邵汪祁毛狄米贝明臧计成戴宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单"
    "杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段富巫焦谷车侯班秋仲宫宁仇栾甘厉武符刘景詹龙叶幸司韶黎薄印宿白蒲邰"
    "鄂索赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡姬申扶冉宰郦桑桂牛寿通边尚农温别庄晏柴瞿阎充慕连习艾鱼容向古易廖庾居衡步"
    "耿满弘匡文寇广东欧沃利蔚越隆师巩聂晁勾敖融冷辛简饶曾沙丰关查荆游权盖益桓肖闫佟岳帅覃覃税信仝佘涂邸"
    "鞠隋苑付冼漆苟楚代谌邝岑揭滑宾危辜母鄢卜牟晋敬苏"
    "馮陳衛蔣韓楊許呂張嚴華魏陶謝鄒喻竇蘇魯韋馬鳳鮑費賀湯羅畢鄔樂時顧黃蕭龐紀項藍閔賈婁顏鍾鐘駱萬盧繆應鄧單諸陸榮儲車"
    "寧劉詹龍葉賴喬陰蒼聞黨譚貢申邊農溫莊閻連習魚東歐蔚師鞏聶簡饒豐關闞遊權蓋嶽鄺趙錢孫吳鄭龔厲塗呂賓",
)
DOUBLE_SURNAMES: Final = _set(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 尉迟 皇甫 令狐 慕容 司徒 夏侯 公孙 长孙 端木 南宫",
)

_TABLE: Final = str.maketrans(
    "記編輯責審監攝圖視頻設計總見習實執統籌劃報對劇譯後製繪簽發錄際駐體資網訊導員採寫稿訪場來電話線熱郵號時間聯係點畫執動"
    "單類約級訪談務術內"
    "舉眾傳擊辦協復師帶廣機欄瀏筆組終絡綜節營裝覽覺論評說誦讀調轉載運鏡問聞閱顧領題",
    "记编辑责审监摄图视频设计总见习实执统筹划报对剧译后制绘签发录际驻体资网讯导员采写稿访场来电话线热邮号时间联系点画执动"
    "单类约级访谈务术内"
    "举众传击办协复师带广机栏浏笔组终络综节营装览觉论评说诵读调转载运镜问闻阅顾领题",
)


def simplified(text: str) -> str:
    """The text with the traditional characters of these words replaced, each by one simplified character.

    >>> simplified("記者 張三")
    '记者 張三'
    """
    return text.translate(_TABLE)
