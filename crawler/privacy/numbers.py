"""Numbers that carry their own proof: check digits, dates, prefixes."""

from __future__ import annotations

from datetime import date
from typing import Final

#: Provinces by the first two digits of a region's code (GB/T 2260), with Taiwan, Hong Kong, Macao, and residents from
#: abroad.
REGIONS: Final = frozenset(
    map(
        str,
        [
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
            91,
        ],
    )
)
_UNDIVIDED: Final = frozenset({"71", "81", "82"})
_WEIGHTS: Final = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECKS: Final = "10X98765432"
_FIRST_YEAR, _LAST_YEAR = 1880, 2099

_MASTERCARD_2: Final = range(2221, 2721)


def is_id_card(number: str) -> bool:
    """Tell whether 18 characters are the number of a resident's identity card (GB 11643).

    Its region is one, its birth date is a day, and its last digit checks the others (ISO 7064 MOD 11-2).

    >>> is_id_card("11010519491231002X"), is_id_card("110105194912310021")
    (True, False)
    """
    if len(number) != 18 or not _is_region(number) or not _is_day(number[6:14]):
        return False
    return id_check(number[:17]) == number[17].upper()


def id_check(digits: str) -> str:
    """Give the last character that checks the 17 digits before it: ISO 7064 MOD 11-2, with X for ten."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def is_old_id_card(number: str) -> bool:
    """Tell whether 15 digits are a number as it was until 1999: region, birth date of the 20th century, no check.

    >>> is_old_id_card("110105491231002"), is_old_id_card("110105491331002")
    (True, False)
    """
    return len(number) == 15 and _is_region(number) and _is_day(f"19{number[6:12]}")


def _is_region(number: str) -> bool:
    return number[:2] in REGIONS and (number[4:6] != "00" or number[:2] in _UNDIVIDED)


def _is_day(digits: str) -> bool:
    try:
        return _FIRST_YEAR <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= _LAST_YEAR
    except ValueError:
        return False


def passes_luhn(number: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_bank_card(number: str, *, named: bool) -> bool:
    """Tell whether digits are the number of a bank's card.

    Args:
        number: the digits.
        named: whether the words before say that it is one: then the prefix need not be that of a large issuer, of
            which alone a chance number in ten would pass.
    """
    if not passes_luhn(number) or len(set(number)) == 1:
        return False
    return _has_issuer(number) or (named and 15 <= len(number) <= 19 and number[0] != "0")


def _has_issuer(number: str) -> bool:
    length, first = len(number), int(number[:4])
    if number.startswith("62"):  # UnionPay
        return 16 <= length <= 19
    if number[0] == "4":  # Visa, and cards of before UnionPay that took its prefix
        return length in {16, 19}
    if number.startswith("9558"):
        return length == 19
    return length == 16 and (51 <= first // 100 <= 55 or first // 100 == 35 or first in _MASTERCARD_2)
