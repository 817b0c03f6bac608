"""The words of notices: parts of the messages in Discuz!'s language packs, in lower case.

From ``source/language/lang_message.php``, ``lang_security.php`` and ``lang_core.php`` of the packs in simplified and
traditional Chinese, English, Thai and Vietnamese (X2.0-X3.5). They only tell apart what has the same markup.
"""

from __future__ import annotations

from typing import Final

REFUSED: Final = ("ip 地址不在", "ip 位址不在", "ip address is banned", "ip ของคุณ", "địa chỉ ip")
"""``user_banned``."""
SHUT: Final = (
    *("站点暂时关闭", "站點暫時關閉", "网站暂时关闭", "網站暫時關閉"),
    *("the site is closed", "เว็บไซต์นี้ถูกปิด", "trang web đang tạm thời đóng"),
    # At certain hours of each day.
    *("管理员设置了每日", "管理員設置了每日", "administrator set", "แบนเป็นเวลา", "thiết lập mỗi ngày"),
    # The portal alone.
    *("门户功能尚未开启", "門戶功能尚未開啟", "portal feature is not open", "คุณสมบัติพอร์ทัลถูกปิด", "trang chủ đang đóng"),
)
"""``board_closed``, ``period_nopermission``, ``portal_status_off``."""
LOG_IN: Final = (
    *("登录", "登錄", "登入", "login", "log in", "logged in"),
    *("เข้าสู่ระบบ", "เข้าระบบ", "đăng nhập"),
)
"""``to_login``, ``not_loggedin``, ``login_before_enter_home``."""
NOT_FOR_GUESTS: Final = (
    *("用户组", "用戶組", "没有权限", "沒有權限", "阅读权限", "閱讀權限", "无权", "無權"),
    *(
        "user group",
        "do not have permission",
        "กลุ่มสมาชิก",
        "ผู้เยี่ยมชมไม่สามารถ",
        "nhóm người dùng",
        "khách không được phép",
    ),
)
"""``group_nopermission``, ``no_privilege_guest``."""
CLOSED: Final = ("已关闭", "已關閉", "is closed", "ถูกปิด", "đã bị đóng", "đã đóng")
"""``list_category_is_closed``."""
MISSING: Final = ("不存在", "not exist", "ไม่มีอยู่", "không tồn tại")
"""``view_article_no_exist``, ``list_category_noexist``."""
NO_PHONES: Final = ("无手机页面", "無手機頁面", "non-mobile mode", "ไม่มีหน้าสำหรับมือถือ", "phiên bản đầy đủ")
"""``not_in_mobile``, ``mobile_template_no_found``."""

RELOADED: Final = ("重载", "重載", "reload", "โหลดหน้า", "tải lại")
"""``attackevasive_4_subject``."""
HURRIED: Final = ("频繁刷新", "頻繁刷新", "refresh", "รีเฟรช", "làm mới")
"""``attackevasive_1_subject``."""

NOTICE_TITLES: Final = frozenset({"提示信息", "提示資訊", "提示訊息", "คำแนะนำ", "Thông báo", "Message"})
"""``title_board_message``: with it begins the title of every notice, whatever its template looks like."""
