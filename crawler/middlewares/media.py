"""Which requests are for pictures and files, not for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request


def is_media(request: Request) -> bool:
    """Tell whether a request is for a picture or a file: the pipeline that makes it says so in ``cb_kwargs``."""
    return "media" in request.cb_kwargs
