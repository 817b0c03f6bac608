"""What every format's writer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType


class Writer(Protocol):
    """Writes rows in one format; a context manager, whose end completes what was written."""

    def write(self, record: dict[str, Any]) -> None:
        """Write a record; all names are in snake_case, whatever the format calls them."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
