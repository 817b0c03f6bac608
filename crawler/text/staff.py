"""Who made an article: the staff lines and bracketed notes that editors put before or after it.

Only what is unmistakably such a line is read, so that no word of the article itself becomes a name:

- a line of labels and names: ``一审|张三 二审|李四``, ``责编：王五``;
- a line of roles and names without signs between them, ``本报记者 张三 摄影报道``, where each name begins with a
  Chinese surname;
- either in brackets: as a line, at the end of one, or after a dateline, ``本报讯（记者 张三）``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.text import staff_words as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Credit = tuple[str, list[str]]
"""A role and the names given for it."""

_LONGEST: Final = 100  # characters; no staff line is longer
_LONGEST_LABEL: Final = 40  # characters; the first sign of a line of labels stands before


def _any(phrases: Iterable[str], between: str = "") -> str:
    """A pattern for any of several words, longest first, with `between` between their characters."""
    return "|".join(between.join(map(re.escape, phrase)) for phrase in sorted(phrases, key=len, reverse=True))


_HAN: Final = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_SURNAME: Final = rf"(?:{_any(words.DOUBLE_SURNAMES)}|[{''.join(sorted(words.SURNAMES))}])"
_MODIFIED: Final = rf"(?:(?:{_any(words.MODIFIERS, r' ?')}) ?)*"
_ROLE: Final = rf"{_MODIFIED}(?:{_any(words.ROLES, r' ?')})"
_SHORT: Final = rf"(?:{_any(words.SHORT_ROLES)})"
_SIGN: Final = re.compile(rf"[{words.SIGNS}]")
#: How a label may begin: nearly no place in a text does, and to see that costs less than to try all labels there.
_BEGINS: Final = "".join(
    {word[0] for word in (*words.MODIFIERS, *words.ROLES, *words.SHORT_ROLES, *words.OTHER_LABELS)}
)
_LABEL: Final = re.compile(
    rf"(?=[{_BEGINS}])"
    rf"(?:(?P<role>{_ROLE}(?:[ /／、&]?{_ROLE})*|{_SHORT}(?:[/／、]?{_SHORT})*)|(?:{_any(words.OTHER_LABELS)}))"
    rf" ?{_SIGN.pattern} ?",
)
_SHORT_LABEL: Final = re.compile(rf"{_SHORT}(?:[/／、]?{_SHORT})*")
_NOTE_ROLE: Final = rf"{_MODIFIED}(?:{_any(words.NOTE_ROLES | words.PICTURE_ROLES)})"
_LINE_ROLE: Final = rf"{_MODIFIED}(?:{_any(words.NOTE_ROLES | words.PICTURE_ROLES | words.LINE_ROLES)})"
_WORD: Final = re.compile(rf"(?P<role>{_LINE_ROLE})|[^\s、,，;；&]+?(?=[\s、,，;；&]|$|{_LINE_ROLE})")
#: What may stand between or after the names of a label: who else they are, and when that was.
_ASIDE: Final = re.compile(r"[（(][^（(）)]{1,20}[）)]|\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b")
_SEPARATOR: Final = re.compile(r"[\s、,，;；&/／|丨｜]+")
_APART: Final = re.compile(rf"(?<!{_HAN})({_SURNAME}) ({_HAN})(?!{_HAN})")
_PERSON: Final = re.compile(rf"{_SURNAME}{_HAN}{{1,2}}")
#: Names in parts, of Uyghurs, Kazakhs, Tibetans, Mongols and foreigners.
_PARTED: Final = re.compile(rf"{_HAN}{{1,8}}(?:[·・•‧]{_HAN}{{1,8}}){{1,3}}")
_VERB: Final = re.compile(rf"(?:{_any(words.VERBS)})\S")
_CALLED: Final = re.compile(rf"(?:{_NOTE_ROLE})?(?P<name>{_PERSON.pattern})(?:摄影?|提供|供图|翻摄)?")
_SLASHED: Final = re.compile(rf"(?P<name>{_PERSON.pattern})[/／](?P<role>{_SHORT}+)")
_PEN_NAME: Final = re.compile(
    rf"{_HAN}{{2,4}}|{_HAN}{{2,8}}·{_HAN}{{2,8}}|[A-Za-z][A-Za-z.'-]+|[A-Za-z]{{1,4}}{_HAN}{{1,3}}"
)
_HOUSE: Final = re.compile(rf"(?:{_HAN}|[A-Za-z0-9·]){{1,19}}[{words.HOUSE_ENDINGS}]|本[报報网網台臺刊站社]")
_CLOSING: Final = re.compile(rf"{_HAN}{{0,6}}(?:报道|报导)|采写|整理|综合")
_PLACE: Final = re.compile(r"[/／][^\s/／]{1,10}(?:报道|报导|电|讯)$")  # ``記者王小明／台北報導``
_BRACKETS: Final = re.compile(r"[（(【\[〔]([^（(【\[〔）)】\]〕]{3,60})[）)】\]〕]")
_DATELINE: Final = re.compile(r".{0,30}(?:讯|訊|电|電|报道|報道|消息)")
#: Nothing is a line or note of staff without one of these: a sign after a label, or a character that every role which
#: stands without a sign has. Nearly all lines of articles have none.
_TELLING: Final = re.compile(rf"{_SIGN.pattern}|[{words.ROLE_CHARACTERS}]")
_MARKS: Final = " \t□■●▲◆★☆※◎·—-"
_ENDS: Final = " 。.;；,，、"
_BETWEEN: Final = _ENDS + "|丨｜/／"


def credits(paragraphs: Sequence[str]) -> dict[str, list[str]]:  # noqa: A001  # the record's word for it
    """The staff that an article names.

    Args:
        paragraphs: Its text, a line each.

    Returns:
        Names by role, both as printed, in order; a name once for each role.

    >>> credits(["一审|张三 二审|李四", "新闻|13700000000"])
    {'一审': ['张三'], '二审': ['李四']}
    """
    found: dict[str, list[str]] = {}
    for paragraph in paragraphs:
        if len(paragraph) > _LONGEST and not _has_bracket(paragraph):
            continue
        for role, names in _of_paragraph(paragraph):
            known = found.setdefault(role, [])
            known.extend(name for name in names if name not in known)
    return found


def _has_bracket(text: str) -> bool:
    """Whether there may be a note in a text: five plain searches cost a fifth of an expression's one."""
    return "（" in text or "(" in text or "【" in text or "[" in text or "〔" in text


def _of_paragraph(paragraph: str) -> Iterator[Credit]:
    if len(paragraph) <= _LONGEST and (line := _of_line(paragraph.strip(_MARKS))):
        yield from line
        return
    text_ends = len(paragraph.rstrip(_ENDS))
    for note in _BRACKETS.finditer(paragraph):
        before = paragraph[: note.start()].strip(_MARKS) if note.start() <= _LONGEST else paragraph[:_LONGEST]
        is_last = note.end() >= text_ends
        if is_last and not before:
            yield from _of_line(note[1], is_note=True)
        elif is_last or not before or _DATELINE.fullmatch(before):
            yield from (credit for credit in _of_line(note[1], is_note=True) if _is_note_role(credit[0]))


def _is_note_role(role: str) -> bool:
    """Whether a role may be named inside a paragraph: others are named there of books and films."""
    return role in words.SHORT_ROLES or re.fullmatch(_NOTE_ROLE, words.simplified(role)) is not None


def _of_line(line: str, *, is_note: bool = False) -> list[Credit]:
    """The credits of a line or note; none where any part of it is something else."""
    if not _TELLING.search(line):
        return []
    line = _APART.sub(r"\1\2", line)
    text = words.simplified(line)
    if labelled := _labelled(line, text):
        return labelled
    found = _bare(line, text)
    return [] if len(found) == 1 and not is_note and _VERB.match(text) else found


# --- labels and names -------------------------------------------------------------------------------------------------


def _labelled(line: str, text: str) -> list[Credit]:
    """The credits of ``label|names label|names …``; `text` is the line with the words' characters simplified."""
    if not _SIGN.search(text, 0, _LONGEST_LABEL):
        return []
    labels = list(_LABEL.finditer(text))
    if not labels:
        return []
    before = line[: labels[0].start()].strip(_BETWEEN)
    found = _bare(before, words.simplified(before)) if before and not _HOUSE.fullmatch(before) else []
    if before and not found and not _HOUSE.fullmatch(before):
        return []
    ends = [*(label.start() for label in labels[1:]), len(line)]
    told = [
        (label["role"], slice(*label.span("role")), _ASIDE.sub(" ", line[label.end() : end]).strip(_BETWEEN))
        for label, end in zip(labels, ends, strict=True)
        if label["role"]
    ]
    # What is said beside an editor's name is no interview, so that names may be such as no rule knows.
    is_staff = any(not _is_strict(role) and _names(value, strict=True) for role, _, value in told)
    for role, place, value in told:
        names = _names(value, strict=_is_strict(role) and not is_staff)
        if not names:
            return []
        found.append((line[place].replace(" ", ""), names))
    return found


def _is_strict(role: str) -> bool:
    return role.endswith(tuple(words.STRICT_ROLES)) or _SHORT_LABEL.fullmatch(role) is not None


def _names(value: str, *, strict: bool) -> list[str]:
    """The names after a label: people, else houses, else, unless `strict`, whatever may be a name."""
    parts = [_without_role(part) for part in _SEPARATOR.split(value) if part]
    people = [part for part in parts if _is_person(part)]
    houses = [part for part in parts if part not in people and _HOUSE.fullmatch(part) and part not in words.NO_NAMES]
    if len(people) + len(houses) == len(parts):
        return people or houses
    if strict or not all(_PEN_NAME.fullmatch(part) and part not in words.NO_NAMES for part in parts):
        return []
    return parts


def _without_role(part: str) -> str:
    """A name without what it is called: ``圖／記者王小明攝``."""
    called = _CALLED.fullmatch(words.simplified(part))
    return part[slice(*called.span("name"))] if called else part


def _is_person(word: str) -> bool:
    if _PARTED.fullmatch(word):
        return True
    if not _PERSON.fullmatch(word) or word in words.NO_NAMES:
        return False
    return len(word) < 3 or word[-1] not in words.HOUSE_ONLY_ENDINGS


# --- roles and names without signs ------------------------------------------------------------------------------------


def _bare(line: str, text: str) -> list[Credit]:
    """The credits of ``role name role name …``; `text` is the line with the words' characters simplified."""
    place = _PLACE.search(text)
    if place:
        line, text = line[: place.start()], text[: place.start()]
    found: list[Credit] = [("", [])]  # names before any role belong to a picture role at the end
    after: list[Credit] = []  # of roles that stand after their names
    house = False  # whether a house was named last: a role must follow
    for word in _WORD.finditer(text):
        printed = line[slice(*word.span())].rstrip("/／")
        names = found[-1][1]
        if word["role"]:
            found.append((printed, []))
            house = False
        elif house:
            return []
        elif _is_person(printed):
            names.append(printed)
        elif word.end() == len(text) and _CLOSING.fullmatch(word[0]):
            names.extend(name for name in (printed[:-2],) if not names and _is_person(name))
        elif _HOUSE.fullmatch(printed):
            house = True
        elif slashed := _SLASHED.fullmatch(word[0]):
            name = printed[slice(*slashed.span("name"))]
            if found[-1][0] and not names:
                names.append(name)
            found.append((printed[slice(*slashed.span("role"))], [name]))
        elif names and word[0] in words.SHORT_ROLES:
            if len(found) == 1:
                after.append((printed, names.copy()))
                names.clear()
        else:
            return []
    return [] if house else after + _closed(found)


def _closed(found: list[Credit]) -> list[Credit]:
    """Settles what a role at the end of a line is: the role of those before it, or one more word about them."""
    (_, unassigned), *credited = found
    if credited and not credited[-1][1] and words.simplified(credited[-1][0]) in words.PICTURE_ROLES:
        role = credited.pop()[0]
        if unassigned and not credited:
            return [(role, unassigned)]
    if unassigned or not all(names for _, names in credited):
        return []
    return credited if len(credited) > 1 or all(_is_note_role(role) for role, _ in credited) else []
