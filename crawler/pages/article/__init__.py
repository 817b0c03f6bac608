"""Article pages: a module for each part of the page, and `page`, which puts them together."""

from crawler.pages.article.page import ArticlePage

__all__ = ["ArticlePage"]
