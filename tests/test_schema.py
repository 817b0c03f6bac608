"""The record's schema: it says what the dataclasses hold, lets every good line through, and no bad one."""

from __future__ import annotations

import copy
from dataclasses import fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson
import pytest

from crawler import items
from crawler.items import Article, CommentsUpdate
from tests.pages import cases
from tests.test_loaders import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: dict[str, Any] = orjson.loads(files("crawler").joinpath("record.schema.json").read_bytes())
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
ARTICLES = [case for case in cases.names() if cases.expected(case)["kind"] == "article"]


def line(value: Any) -> dict[str, Any]:
    """A record as a line of JSON has it."""
    loaded: dict[str, Any] = orjson.loads(orjson.dumps(value))
    return loaded


def full() -> dict[str, Any]:
    """A good line to break."""
    return line(record_of("article_full"))


def errors(record: dict[str, Any]) -> list[str]:
    """Where a record breaks the schema."""
    return ["/".join(map(str, error.instance_path)) or error.message for error in VALIDATOR.iter_errors(record)]


def test_the_schema_is_one() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(SCHEMA)


@pytest.mark.parametrize("case", ARTICLES)
def test_every_article_of_the_fixtures_is_valid(case: str) -> None:
    assert errors(line(record_of(case))) == []


DEFINED = {
    "article": Article,
    "comments_update": CommentsUpdate,
    "author": items.Author,
    "publisher": items.Publisher,
    "source": items.Source,
    "breadcrumb": items.Breadcrumb,
    "page": items.Page,
    "image": items.Image,
    "main_image": items.MainImage,
    "attachment": items.Attachment,
    "media": items.Media,
    "link": items.Link,
    "article_link": items.ArticleLink,
    "comment": items.Comment,
    "site": items.SiteInfo,
    "discuz": items.Discuz,
    "provenance": items.Provenance,
}


@pytest.mark.parametrize("name", DEFINED)
def test_the_schema_has_the_fields_of_the_record_in_order(name: str) -> None:
    assert list(SCHEMA["$defs"][name]["properties"]) == [field.name for field in fields(DEFINED[name])]


def test_every_definition_is_a_dataclass() -> None:
    assert set(SCHEMA["$defs"]) == set(DEFINED)


def described(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of the schema, by path."""
    for name, definition in schema["$defs"].items():
        for field, about in definition["properties"].items():
            yield f"{name}.{field}", about


@pytest.mark.parametrize(
    ("path", "about"), list(described(SCHEMA)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_field_says_what_it_is(path: str, about: dict[str, Any]) -> None:
    target = SCHEMA["$defs"][about["$ref"].rpartition("/")[2]] if "$ref" in about else about
    assert target["description"].endswith((".", ")"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "harbour"),
        ("kind", "thread"),
        ("status", "open"),
        ("url", ""),
        ("headline", None),
        ("moved_to", "http://harbour.example/"),
        ("date_published", "2031-05-03 08:05"),
        ("date_published", "2031-05-03T08:05:09"),
        ("date_precision", "hour"),
        ("headline", ""),
        ("url", "portal.php?mod=view&aid=12"),
        ("url", "http:///"),
        ("pages", [{"number": 0, "url": "http://harbour.example/", "title": None}]),
        ("view_count", 2**53),
        ("view_count", -1),
        ("view_count", 1.5),
        ("comment_count", "5"),
        ("counts_observed_at", None),
        ("reactions", {"灯亮": None}),
        ("credits", {"记者": "林海生"}),
        ("keywords", [None]),
        ("comments_complete", None),
        ("in_language", "中文"),
        ("content_hash", None),
        ("content_hash", "abc"),
        ("revision", 0),
        ("authors", [{"name": "", "name_raw": ""}]),
        ("authors", [{"name": "甲"}]),
        ("publisher", {"name": "甲", "uid": 0}),
        ("site", {"name": "海角"}),
        ("discuz", None),
        ("main_image", {"url": "http://harbour.example/a.png", "alt": None}),
    ],
)
def test_a_published_article_with_a_wrong_value_is_refused(field: str, value: Any) -> None:
    record = full()
    record[field] = value
    assert any(where.startswith(field) for where in errors(record)), errors(record)


@pytest.mark.parametrize("field", [field.name for field in fields(Article)])
def test_a_published_article_lacks_no_field(field: str) -> None:
    record = full()
    del record[field]
    assert errors(record)


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        *((name, None) for name in ("article_body", "article_body_html", "date_published", "publisher", "view_count")),
        *((name, []) for name in ("pages", "breadcrumbs", "authors", "images")),
    ],
)
def test_a_published_article_needs_little_but_a_headline(field: str, empty: Any) -> None:
    assert errors(full() | {field: empty}) == []


@pytest.mark.parametrize("url", ["http://h/中文 图.png", "http://h/a%zz|.png", "http://[", "ftp://h/a", "mailto:a@b.c"])
def test_an_address_in_the_body_is_as_printed(url: str) -> None:
    assert errors(full() | {"links": [{"url": url, "text": ""}]}) == []


def test_an_unknown_field_is_refused() -> None:
    assert errors(full() | {"title": "x"})
    record = full()
    record["comments"][0]["likes"] = 1
    assert errors(record)


def test_an_article_that_is_gone_needs_little() -> None:
    record = {key: value for key, value in full().items() if key in {"id", "kind", "url", "site", "provenance"}}
    assert errors(record | {"status": "gone"}) == []
    for needed in record:
        assert errors({key: value for key, value in record.items() if key != needed} | {"status": "gone"})


def test_an_article_that_moved_says_where_to() -> None:
    record = {key: value for key, value in full().items() if key in {"id", "kind", "url", "site", "provenance"}}
    record["status"] = "moved"
    assert errors(record | {"moved_to": "http://harbour.example/forum.php"}) == []
    assert errors(record)
    assert errors(record | {"moved_to": None})


def test_an_article_that_moved_may_have_all_fields_empty() -> None:
    """As the dataclass has them, when nothing of the article was read."""
    about = record_of("article_bare")
    record = Article(
        id=about.id,
        status="moved",
        url=about.url,
        moved_to="http://harbour.example/forum.php",
        site=about.site,
        discuz=about.discuz,
        provenance=about.provenance,
    )
    assert errors(line(record)) == []


def test_a_line_of_new_comments() -> None:
    comment = full()["comments"][0]
    record: dict[str, Any] = {
        "id": "harbour:4071",
        "kind": "comments",
        "status": "published",
        "comments": [comment],
        "counts_observed_at": "2031-05-06T01:10:30+00:00",
    }
    assert errors(record) == []
    for field in record:
        broken = copy.deepcopy(record)
        del broken[field]
        assert errors(broken), field
    assert errors(record | {"comments": []})
    assert errors(record | {"headline": "x"})
