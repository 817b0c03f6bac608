from __future__ import annotations

from dataclasses import fields

import pytest

from crawler.errors import UsageError
from crawler.export.shape import Field, camel, record_fields, renamed, shape, with_instants
from crawler.items import Article
from tests.export.helpers import article, comment


def field(name: str) -> Field:
    return next(one for one in record_fields() if one.name == name)


def test_the_fields_are_those_of_the_record() -> None:
    assert [one.name for one in record_fields()] == [one.name for one in fields(Article)]
    assert all(one.about for one in record_fields())


def test_kinds() -> None:
    assert {one.name: one.kind for one in record_fields() if one.kind not in {"text", "list"}} == {
        "date_published": "moment",
        "date_modified": "moment",
        "publisher": "struct",
        "is_based_on": "struct",
        "credits": "map",
        "main_image": "struct",
        "view_count": "integer",
        "comment_count": "integer",
        "counts_observed_at": "moment",
        "reactions": "map",
        "comments_complete": "boolean",
        "previous": "struct",
        "next": "struct",
        "revision": "integer",
        "site": "struct",
        "discuz": "struct",
        "provenance": "struct",
    }
    comments = field("comments").item
    assert comments
    assert [(one.name, one.kind) for one in comments.fields] == [
        ("id", "integer"),
        ("author", "text"),
        ("author_uid", "integer"),
        ("date", "moment"),
        ("text", "text"),
        ("quote", "text"),
    ]
    credits_, keywords = field("credits").item, field("keywords").item
    assert credits_
    assert credits_.item
    assert keywords
    assert (credits_.kind, credits_.item.kind, keywords.kind) == ("list", "text", "text")


def test_moments_get_what_is_derived_from_them() -> None:
    typed = with_instants(record_fields())
    names = [one.name for one in typed]
    assert names[names.index("date_published") + 1] == "date_published_utc"
    comments = next(one for one in typed if one.name == "comments").item
    assert comments
    assert [one.name for one in comments.fields if one.kind == "instant"] == ["date_utc"]
    provenance = next(one for one in typed if one.name == "provenance")
    assert [(one.name, one.source) for one in provenance.fields if one.kind == "instant"] == [
        ("fetched_at_utc", "fetched_at")
    ]


def test_names_in_camel_case_are_those_of_schema_org_and_zyte() -> None:
    spelled = {camel(one.name) for one in record_fields()}
    zyte = {"url", "headline", "datePublished", "datePublishedRaw", "dateModified", "authors", "breadcrumbs"}
    zyte |= {"inLanguage", "mainImage", "images", "description", "articleBody", "articleBodyHtml", "videos", "audios"}
    assert zyte <= spelled
    assert {"isBasedOn", "articleSection", "publisher", "keywords"} <= spelled  # of schema.org's NewsArticle


def test_a_record_in_camel_case() -> None:
    record = article(1, authors=[{"name": "甲", "name_raw": "文/甲"}], credits={"snake_case": ["x_y"]})
    record |= {"reactions": {"a_b": 1}, "comments": [comment(3)], "publisher": None, "new_field": {"a_b": 1}}
    record["images"] = [{"url": "https://x/", "thumb_url": "https://y/", "local_path": None}]
    found = renamed(record, shape(in_camel=True))
    assert found["authors"] == [{"name": "甲", "nameRaw": "文/甲"}]
    assert found["comments"][0]["authorUid"] == 7
    assert found["images"] == [{"url": "https://x/", "thumbUrl": "https://y/", "localPath": None}]
    assert (found["credits"], found["reactions"]) == ({"snake_case": ["x_y"]}, {"a_b": 1})  # data, not names
    assert found["provenance"]["fetchedAt"] == record["provenance"]["fetched_at"]
    assert (found["publisher"], found["newField"]) == (None, {"a_b": 1})
    assert list(found) == [camel(name) for name in record]


def test_a_record_as_it_is() -> None:
    record = article(1) | {"new_field": 1}
    assert renamed(record, shape()) == record


@pytest.mark.parametrize("chosen", [("headline", "date_published"), ("datePublished", "headline")])
def test_a_choice_of_fields_has_id_and_keeps_the_order(chosen: tuple[str, ...]) -> None:
    columns = shape(chosen)
    assert [one.name for one in columns.fields] == ["id", "headline", "date_published"]
    assert list(renamed(article(1), columns)) == ["id", "headline", "date_published"]
    near = shape(chosen, near=True, in_camel=True)
    assert list(renamed(article(1) | {"cluster_id": "x", "cluster_size": 1}, near)) == [
        *("id", "headline", "datePublished", "clusterId", "clusterSize")
    ]


def test_a_field_that_there_is_not() -> None:
    with pytest.raises(UsageError, match=r"--fields body: there is no such field: there are id, kind"):
        shape(("id", "body"))
