"""The result of a search."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Union, overload

from ._records import Hit, hit

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ._archive import Archive

PAGE = 100
"""Hits that are read at a time."""

ROWS = 2_000
"""Rows that are read at a time as columns."""


class Results(Sequence[Hit]):
    """The documents that match a query, in order; :meth:`chancery.Archive.search` makes it.

    It has a length and can be sliced and iterated over. The search ran when it was made;
    contents are read page by page when they are asked for.
    """

    def __init__(self, archive: Archive, query: str, sort: str, window: slice = slice(None)) -> None:
        """Created by :meth:`chancery.Archive.search`; do not call it directly."""
        self._archive, self.query, self.sort, self._window = archive, query, sort, window
        self._ranked = archive._handle.search(query, sort)
        self._range = range(len(self._ranked))[window]
        self._pages: dict[int, list[Hit]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Results, (self._archive, self.query, self.sort, self._window)

    def __len__(self) -> int:
        return len(self._range)

    def __repr__(self) -> str:
        return f"<{len(self):,} of {len(self._ranked):,} documents for {self.query!r}>"

    @property
    def total(self) -> int:
        """The number of documents that match, also those outside of the limit."""
        return len(self._ranked)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: Union[int, slice]) -> Union[Hit, list[Hit]]:
        if isinstance(place, slice):
            return [self._hit(number) for number in self._range[place]]
        try:
            return self._hit(self._range[place])
        except IndexError:
            raise IndexError(f"hit {place} of {len(self)}") from None

    def __iter__(self) -> Iterator[Hit]:
        return (self._hit(number) for number in self._range)

    def _hit(self, number: int) -> Hit:
        page = number // PAGE
        if page not in self._pages:
            if len(self._pages) > 20:
                self._pages.clear()
            known = json.loads(self._ranked.page(page * PAGE, (page + 1) * PAGE))
            self._pages[page] = [hit(one) for one in known]
        return self._pages[page][number % PAGE]

    def to_arrow(self) -> pyarrow.Table:
        """One row per document: ``id``, ``cable_id``, ``date``, ``post``,
        ``classification``, ``subject``, ``path``, ``snippet``, ``score`` and ``matches``,
        the number of spans that match. Requires pyarrow."""
        import pyarrow as pa

        from . import _native

        if self._range.step != 1:
            rows = pa.Table.from_batches(
                [self._ranked.columns(number, number + 1) for number in self._range],
                schema=_native.hit_schema(),
            )
            return rows.combine_chunks()
        starts = range(self._range.start, self._range.stop, ROWS)
        batches = [self._ranked.columns(start, min(start + ROWS, self._range.stop)) for start in starts]
        return pa.Table.from_batches(batches, schema=_native.hit_schema())

    def to_pandas(self) -> pandas.DataFrame:
        """The rows of :meth:`to_arrow` as a data frame of pandas."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """The rows of :meth:`to_arrow` as a data frame of polars."""
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_dict(self) -> list[dict[str, Any]]:
        """All hits as dictionaries."""
        return [one.to_dict() for one in self]

    def _repr_html_(self) -> str:
        rows = []
        for one in self[:10]:
            cells = [one.date or "", one.post or "", one.title, one.snippets[0].text if one.snippets else ""]
            rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
        head = "<tr><th>date</th><th>post</th><th>title</th><th>snippet</th></tr>"
        return f"<p>{html.escape(repr(self))}</p><table>{head}{''.join(rows)}</table>"
