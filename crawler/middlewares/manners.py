"""What middlewares and the downloader have to tell of manners: what was not sent, and which host asked for that."""

from __future__ import annotations

host_paused = object()
"""Signal: a host is asked nothing for a while. With ``url`` (str) that it refused, ``status`` (int) of the refusal, and
``until`` (aware datetime)."""

host_refuses = object()
"""Signal: a host cannot be read for now, or must not be. With ``url`` (str) that was to be read, ``code`` (`ExitCode`)
of a run of which it is the site, and ``words`` (str) that say why and what mends it."""


gate_shut = object()
"""Signal: nothing more goes out, the run ends. Without arguments."""


class NotSent(Exception):
    """A request that never went out, and may go out another time.

    Args:
        reason: in a word, for stats and lists: ``paused``, ``stopped``, ``robots_unreachable``, ``crawl_delay``.
        words: the same for a person.
    """

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(words or reason)
        self.reason = reason
