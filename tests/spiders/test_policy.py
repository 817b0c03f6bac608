"""What is done about each wall, by where it stands."""

from __future__ import annotations

import pytest

from crawler.discuz.targets import Kind
from crawler.discuz.walls import BROWSER_MAY_PASS, BROWSER_NEEDS_PERMISSION, Verdict, Wall
from crawler.spiders.policy import KEEPS_OUT, POLICY, Action, action_on


def test_every_wall_has_a_policy() -> None:
    assert set(POLICY) == set(Wall)


def test_a_browser_is_asked_for_what_a_browser_may_pass() -> None:
    assert {wall for wall, action in POLICY.items() if action is Action.BROWSER} == BROWSER_MAY_PASS
    assert {POLICY[wall] for wall in BROWSER_NEEDS_PERMISSION} == {Action.STOP}


@pytest.mark.parametrize(
    ("verdict", "asked", "action"),
    [
        (Verdict(Wall.LOGIN, "", 302), Kind.ARTICLE, Action.STOP),
        (Verdict(Wall.LOGIN, "", 302), Kind.COMMENTS, Action.SKIP),
        (Verdict(Wall.LOGIN, "x"), Kind.HOME, Action.STOP),
        (Verdict(Wall.LOGIN, "x"), Kind.LISTING, Action.CATEGORY),
        (Verdict(Wall.LOGIN, "x"), Kind.ARTICLE, Action.RETRY),
        (Verdict(Wall.LOGIN, "x"), Kind.THREAD, Action.SKIP),
        (Verdict(Wall.NO_PERMISSION, "x"), Kind.HOME, Action.STOP),
        (Verdict(Wall.NO_PERMISSION, "x"), Kind.LISTING, Action.CATEGORY),
        (Verdict(Wall.NO_PERMISSION, "x"), Kind.ARTICLE, Action.SKIP),
        (Verdict(Wall.NOTICE, "x"), Kind.ARTICLE, Action.RETRY),
        (Verdict(Wall.NOTICE, "x"), Kind.LISTING, Action.SKIP),
        (Verdict(Wall.NOTICE, "x"), Kind.COMMENTS, Action.SKIP),
        (Verdict(Wall.CLOSED_CATEGORY, "x"), Kind.LISTING, Action.CATEGORY),
        (Verdict(Wall.HTTP_ERROR, "x", 404), Kind.ARTICLE, Action.RETRY),
        (Verdict(Wall.HTTP_ERROR, "x", 500), Kind.LISTING, Action.RETRY),
        (Verdict(Wall.HTTP_ERROR, "x", 403), Kind.LISTING, Action.PATIENCE),
        (Verdict(Wall.HTTP_ERROR, "x", 451), Kind.ARTICLE, Action.PATIENCE),
    ],
)
def test_what_is_done_about_a_wall(verdict: Verdict, asked: Kind, action: Action) -> None:
    assert action_on(verdict, asked) is action


@pytest.mark.parametrize("status", [404, 410, 500, 502, 503, 521])
def test_an_error_of_the_server_is_no_sign_that_anything_is_gone(status: int) -> None:
    verdict = Verdict(Wall.HTTP_ERROR, "", status)
    assert action_on(verdict, Kind.ARTICLE).end == "failed"
    assert verdict.reason != Wall.MISSING_ARTICLE
    assert verdict.reason not in KEEPS_OUT


def test_what_keeps_us_out() -> None:
    assert {"login", "no_permission", "site_closed", "antitheft", "challenge", "captcha", "http_403"} <= KEEPS_OUT
    assert not KEEPS_OUT & {
        "missing_article",
        "closed_category",
        "notice",
        "empty",
        "truncated",
        "http_404",
        "http_500",
    }
