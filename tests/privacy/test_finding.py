"""What is found in texts, and what is not."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.errors import UsageError
from crawler.privacy import PERSONAL, Kind, find, parse_kinds
from crawler.privacy.finding import redact
from tests.privacy.cases import FOUND, KEPT, KEPT_UNLESS_ASKED
from tests.privacy.reference import bank_cards, id_cards, id_check, mobiles, old_id_cards

EVERY = frozenset(Kind)
AROUND = st.sampled_from(
    ["", "王先生", "，", "（", "）", "“", "：", "\n", "。", "是", "、", "/", " ", "|", "我的号", "【"]
)
WORDS = st.text(st.sampled_from("新闻电话手机号码微信QQ群vx@#.-+ \t\n0123456789０１２Xx：，元年元/_abc[]"), max_size=60)


@pytest.mark.parametrize(("text", "kind", "part"), FOUND, ids=[case[0] for case in FOUND])
def test_what_is_personal_is_found(text: str, kind: Kind, part: str) -> None:
    found = find(text, {kind})
    assert [(text[one.start : one.end], one.kind) for one in found] == [(part, kind)]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_survives(text: str) -> None:
    assert redact(text, EVERY) == (text, [])


@pytest.mark.parametrize("text", KEPT_UNLESS_ASKED)
def test_what_newsrooms_print_is_kept_unless_asked_for(text: str) -> None:
    assert redact(text, PERSONAL) == (text, [])
    assert len(redact(text, EVERY)[1]) == 1


def test_there_are_enough_cases() -> None:
    assert len(FOUND) > 60
    assert len(KEPT) > 60


def test_only_what_is_asked_for_is_taken_out() -> None:
    text = "电话13800138000，邮箱13800138000@139.com"
    assert redact(text, {Kind.EMAIL})[0] == "电话13800138000，邮箱[邮箱]"
    assert redact(text, {Kind.MOBILE})[0] == "电话[手机号]，邮箱[手机号]@139.com"
    assert redact(text, PERSONAL) == ("电话[手机号]，邮箱[邮箱]", [Kind.MOBILE, Kind.EMAIL])


def test_lists_go_on() -> None:
    assert redact("QQ群：12345678、23456789，34567890", PERSONAL)[0] == "QQ群：[QQ号]、[QQ号]，[QQ号]"
    assert redact("138 0013 8000 139 0013 9000/13700137000", PERSONAL)[0] == "[手机号] [手机号]/[手机号]"


@given(mobiles, AROUND, AROUND)
def test_a_mobile_number_is_found_whatever_stands_around_it(number: str, before: str, behind: str) -> None:
    assert redact(f"{before}{number}{behind}", {Kind.MOBILE})[0] == f"{before}[手机号]{behind}"


@given(id_cards, AROUND, AROUND)
def test_an_identity_card_is_found_whatever_stands_around_it(number: str, before: str, behind: str) -> None:
    assert redact(f"{before}{number}{behind}", PERSONAL)[0] == f"{before}[身份证号]{behind}"


@given(old_id_cards, AROUND, AROUND)
def test_so_is_one_of_fifteen_digits(number: str, before: str, behind: str) -> None:
    assert redact(f"{before}{number}{behind}", PERSONAL)[0] == f"{before}[身份证号]{behind}"


@given(bank_cards, AROUND, AROUND)
def test_a_bank_card_is_found_whatever_stands_around_it(number: str, before: str, behind: str) -> None:
    kinds = [one.kind for one in find(f"{before}{number}{behind}", PERSONAL)]
    assert kinds == [Kind.BANK_CARD]


@given(id_cards, st.integers(0, 9))
def test_a_wrong_check_digit_is_no_identity_card(number: str, digit: int) -> None:
    assume(str(digit) != number[-1])
    assert find(f"身份证{number[:-1]}{digit}", {Kind.ID_CARD}) == []


@given(bank_cards, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_bank_card(number: str, more: int) -> None:
    wrong = number[:-1] + str((int(number[-1]) + more) % 10)
    assert find(f"卡号{wrong}", {Kind.BANK_CARD}) == []


@given(st.text("0123456789", min_size=20, max_size=40))
def test_long_digits_are_nothing(digits: str) -> None:
    assert find(digits, PERSONAL) == []


@given(WORDS)
def test_a_second_time_changes_nothing(text: str) -> None:
    once, _ = redact(text, EVERY)
    assert redact(once, EVERY)[0] == once


@given(WORDS)
def test_findings_are_in_order_and_not_empty(text: str) -> None:
    found = find(text, EVERY)
    assert all(one.start < one.end for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_kinds_are_named() -> None:
    assert parse_kinds("all") == PERSONAL == EVERY - {Kind.PHONE, Kind.HOTLINE}
    assert parse_kinds("all,phone") == PERSONAL | {Kind.PHONE}
    for wrong in ("", "mobil", "mobile,,x", ","):
        with pytest.raises(UsageError, match="cannot be taken out"):
            parse_kinds(wrong)


def test_every_marker_is_its_own() -> None:
    assert len({kind.marker for kind in Kind}) == len(Kind)
    assert all(re.fullmatch(r"\[[^\[\]]+\]", kind.marker) for kind in Kind)


def test_the_reference_agrees_with_published_examples() -> None:
    assert id_check("11010519491231002") == "X"
    assert id_check("44052418800101001") == "4"
