"""The page of an answer that a request wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items of an answer that a request wants. Make it with the request's `page`."""

    items: Sequence[T] = ()
    """The items, in the order to show."""
    has_more: bool = False
    """Whether more items follow the last."""
    language: str | None = None
    """Language of the texts, as a BCP 47 tag."""


@dataclass(frozen=True, kw_only=True)
class PagedRequest:
    """A question whose answer is a page."""

    top: int = 10
    """How many items are wanted at most."""
    skip: int = 0
    """How many to leave out before the first."""

    def page(self, items: Iterable[T], language: str | None = None) -> Page[T]:
        """Takes the items that are wanted, in the order to show.

        `items` are all there are. Of a generator, only those up to the end of the page and one more are made:

        >>> request.page((Highlight(f"A visit on {day}.") for day in days), language="en")
        """
        rest = iter(items)
        wanted = list(islice(rest, self.skip, self.skip + self.top))
        return Page(wanted, next(rest, None) is not None, language)
