"""Numbers that check, made another way than the package checks them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

REGIONS = ("110105", "330106", "440305", "510104", "620102", "653101", "810000")
CARDS = ("622202", "621700", "623058", "436742", "510529", "553242", "356827", "955880")


def id_check(digits: str) -> str:
    """ISO 7064 MOD 11-2 by its recursion: r ← (r + digit) × 2 mod 11."""
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    return "X" if (value := (12 - remainder) % 11) == 10 else str(value)


def luhn_check(digits: str) -> str:
    """The digit that makes Luhn's sum a multiple of ten, by its table."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(doubled[int(digit)] if place % 2 == 0 else int(digit) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


id_cards = st.builds(
    lambda region, day, order: (digits := f"{region}{day:%Y%m%d}{order:03}") + id_check(digits),
    st.sampled_from(REGIONS),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.integers(0, 999),
)
old_id_cards = st.builds(
    lambda region, day, order: f"{region}{day:%y%m%d}{order:03}",
    st.sampled_from(REGIONS),
    st.dates(date(1930, 1, 1), date(1999, 12, 31)),
    st.integers(0, 999),
)
_DIGITS = {"4": 16, "5": 16, "3": 16, "9": 19}
bank_cards = st.builds(
    lambda prefix, rest: (digits := (prefix + rest)[: _DIGITS.get(prefix[0], 19) - 1]) + luhn_check(digits),
    st.sampled_from(CARDS),
    st.text("0123456789", min_size=12, max_size=12),
)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
