"""Archives."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, Optional, Union, cast

from . import _native
from ._document import Document
from ._inputs import EngineName, Label, check_count, check_engine, check_label, check_text
from ._names import NameList, native_names
from ._records import (
    Added,
    ArchivedEntity,
    Decision,
    ListedEntity,
    Paragraph,
    Passage,
    Progress,
    Remark,
    StatementPassage,
    Summary,
    entity,
    passage,
    statement,
    summary,
)
from ._results import Results

StrPath = Union[str, "os.PathLike[str]"]

Sort = Literal["relevance", "newest", "oldest"]
"""Best first, latest first, earliest first."""

Action = Literal[
    "merge", "answer", "apart", "split", "create", "rename", "retype", "link", "reject", "add",
    "keyword", "note", "speaker", "no_statement", "set", "remove", "undo",
]  # fmt: skip
"""The kinds of decisions."""

ExportFormat = Literal[
    "text", "brackets", "conll", "jsonl", "standoff", "brat", "w3c", "tei", "spacy", "csv",
    "parquet", "arrow", "ftm", "gexf", "graphml", "geojson",
]  # fmt: skip
"""The formats of exports."""


class ArchivedDocument(Document):
    """A document of an archive: a :class:`chancery.Document` and what the archive knows
    of it."""

    def __init__(self, json: str, tokens: str, facts: str) -> None:
        """Created by :meth:`Archive.document`; do not call it directly."""
        super().__init__(json, tokens)
        self._facts_json = facts

    def __reduce__(self) -> tuple[Any, ...]:
        return ArchivedDocument, (self._json, self._tokens, self._facts_json)

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self._facts_json))

    @property
    def summary(self) -> Summary:
        """What lists say of it."""
        return summary(self._facts)

    @property
    def citation(self) -> str:
        """How to cite it."""
        return str(self._facts["citation"])

    @property
    def paths(self) -> list[str]:
        """All paths where it was found."""
        return list(self._facts["paths"])

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Its blocks, in order: header lines, headings, paragraphs, tables, footnotes."""
        text = self.text
        return tuple(
            Paragraph(
                position=position,
                kind=block["kind"],
                start=block["start"],
                end=block["end"],
                text=text[block["start"] : block["end"]],
                number=block["number"],
                portion_marking=block["portion_marking"],
            )
            for position, block in enumerate(self._facts["blocks"], 1)
        )

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Keywords and notes of users."""
        return tuple(
            Remark(one["decision"], one["kind"], one["words"]) for one in self._facts["remarks"]
        )

    @property
    def references(self) -> list[dict[str, Any]]:
        """References to other documents: ``to``, ``start``, ``end``, ``place``, and
        ``document`` if the archive has it, else ``reason``."""
        return list(self._facts["references"])

    @property
    def cited_by(self) -> tuple[Summary, ...]:
        """Documents that cite it."""
        return tuple(summary(one) for one in self._facts["cited_by"])

    @property
    def near_duplicates(self) -> tuple[tuple[Summary, float], ...]:
        """Documents with nearly the same text, and their similarity."""
        return tuple((summary(one["document"]), one["similarity"]) for one in self._facts["near_duplicates"])


class Archive:
    """An archive that ``chancery add`` or :meth:`add` made.

    >>> import tempfile, chancery
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = folder.name + "/telegram.txt"
    >>> with open(path, "w") as file:
    ...     _ = file.write("SUBJECT: A VISIT\\n\\n1. (C) Nelson Mandela left Pretoria.\\n")
    >>> archive = chancery.Archive(folder.name + "/archive", create=True)
    >>> archive.add([path], engine="fast").documents
    1
    >>> [hit.subject for hit in archive.search("mandela")]
    ['A VISIT']
    >>> for passage in archive.mentions(archive.people("mandela")[0]):
    ...     print(passage.quotation)
    1. (C) Nelson Mandela left Pretoria.
    >>> folder.cleanup()

    Several threads and processes may use one archive at the same time, also beside
    ``chancery serve``. All see what others wrote with their next call. Archives can be
    pickled and forked.
    """

    def __init__(self, path: StrPath, *, create: bool = False) -> None:
        """Open the archive in a folder. With ``create``, a missing archive is created.

        Raises ``FileNotFoundError`` if the folder is not an archive.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"path must be a str or a path, not {type(path).__name__}")
        self._path = os.path.abspath(os.fspath(path))
        if create and not os.path.exists(self._path):
            _native.create_archive(self._path)
        self._opened: Optional[tuple[int, _native.ArchiveHandle]] = None
        _ = self._handle

    @property
    def _handle(self) -> _native.ArchiveHandle:
        # A connection must not be used in a forked process: that opens its own, and
        # never closes the other.
        if self._opened is None or self._opened[0] != os.getpid():
            if self._opened is not None:
                _forked.append(self._opened)
            self._opened = os.getpid(), _native.ArchiveHandle(self._path)
        return self._opened[1]

    def __reduce__(self) -> tuple[Any, ...]:
        return Archive, (self._path,)

    @property
    def path(self) -> str:
        """The folder of the archive."""
        return self._path

    def __len__(self) -> int:
        """The number of documents."""
        return self._handle.count()

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[ArchivedDocument]:
        """All documents, oldest first."""
        return (self.document(hit.id) for hit in self.search("", sort="oldest"))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            self.document(name)
        except (LookupError, ValueError):
            return False
        return True

    def __repr__(self) -> str:
        return f"<Archive {self._path!r}, {len(self):,} documents>"

    def _repr_html_(self) -> str:
        import html

        return f"<b>{html.escape(self._path)}</b>: {len(self):,} documents"

    def search(
        self, query: str = "", *, sort: Sort = "relevance", limit: Optional[int] = None, offset: int = 0
    ) -> Results:
        """Find the documents that match a query of ``chancery search``. The empty query
        finds all.

        Raises ``ValueError`` with the column if the query is wrong.
        """
        start = check_count(offset, "offset")
        stop = None if limit is None else start + check_count(limit, "limit")
        return Results(self, check_text(query, "query"), check_text(sort, "sort"), slice(start, stop))

    def document(self, name: Union[str, Summary]) -> ArchivedDocument:
        """The document with this id, beginning of an id, or cable id; or that of a hit.

        Raises ``LookupError`` if there is none.
        """
        name = name.id if isinstance(name, Summary) else check_text(name, "document")
        return ArchivedDocument(*self._handle.document(name))

    def entity(self, name: Union[str, ListedEntity]) -> ArchivedEntity:
        """The entity with this id.

        Raises ``LookupError`` if there is none.
        """
        return entity(json.loads(self._handle.entity(_entity_id(name))))

    def entities(
        self, name: str = "", *, label: Optional[Label] = None, limit: int = 100
    ) -> list[ListedEntity]:
        """Entities whose names have these words, those named in most documents first."""
        limit = check_count(limit, "limit")
        found = self._handle.entities(check_text(name, "name"), check_label(label), limit)
        return [ListedEntity(**known) for known in json.loads(found)]

    def people(self, name: str = "", *, limit: int = 100) -> list[ListedEntity]:
        """The persons among :meth:`entities`."""
        return self.entities(name, label="PER", limit=limit)

    def mentions(
        self, entity: Union[str, ListedEntity, ArchivedEntity], *, query: str = ""
    ) -> Iterator[Passage]:
        """The sentences that name an entity, oldest document first, as exact quotations.
        ``query`` narrows the documents down."""
        name, query = _entity_id(entity), check_text(query, "query")
        # Called here, so that a mistake is raised here and not with the first passage.
        first = self._handle.passages(name, query, 0, _DOCUMENTS_PER_PAGE)
        return self._passages(name, query, first)

    def _passages(self, name: str, query: str, page: tuple[int, str]) -> Iterator[Passage]:
        offset = 0
        while True:
            total, documents = page
            for document in json.loads(documents):
                yield from map(passage, document["passages"])
            offset += _DOCUMENTS_PER_PAGE
            if offset >= total:
                return
            page = self._handle.passages(name, query, offset, _DOCUMENTS_PER_PAGE)

    def statements(
        self,
        entity: Union[str, ListedEntity, ArchivedEntity, None] = None,
        *,
        role: Literal["any", "said", "told"] = "any",
        query: str = "",
        min_score: float = 0.5,
    ) -> Iterator[StatementPassage]:
        """Who says what to whom, oldest document first: what ``entity`` says or hears
        (``role`` "said" or "told" for one of them), or all statements of the documents of
        ``query``."""
        name = None if entity is None else _entity_id(entity)
        role_name, query = check_text(role, "role"), check_text(query, "query")
        if not isinstance(min_score, (int, float)):
            raise TypeError(f"min_score must be a number, not {type(min_score).__name__}")
        asked = (name, role_name, query, float(min_score))
        # Called here, so that a mistake is raised here and not with the first statement.
        first = self._handle.statements(*asked, 0, _DOCUMENTS_PER_PAGE)
        return self._statements(asked, first)

    def _statements(
        self, asked: tuple[Optional[str], str, str, float], page: tuple[int, str]
    ) -> Iterator[StatementPassage]:
        offset = 0
        while True:
            total, documents = page
            for document in json.loads(documents):
                for one in document["statements"]:
                    yield statement(one, document["date"])
            offset += _DOCUMENTS_PER_PAGE
            if offset >= total:
                return
            page = self._handle.statements(*asked, offset, _DOCUMENTS_PER_PAGE)

    def timeline(self, query: str = "") -> dict[str, Any]:
        """The documents of a query by time: ``unit``, ``periods`` (each with ``period``
        and ``documents``), the days that they mention, and offices held then."""
        return cast("dict[str, Any]", json.loads(self._handle.timeline(check_text(query, "query"))))

    def add(
        self,
        paths: Union[StrPath, Iterable[StrPath]],
        *,
        engine: EngineName = "accurate",
        names: Optional[NameList] = None,
        jobs: Optional[int] = None,
        retry: bool = False,
        progress: Optional[Callable[[Progress], object]] = None,
    ) -> Added:
        """Add files and folders, as ``chancery add`` does. What the archive has is not
        read again; ``retry`` reads files with problems again.

        ``progress`` is called as the run advances. If it raises, or Ctrl-C is pressed,
        the run ends after the file; what was added is kept, and the next run continues.
        PDFs need poppler here.

        Raises ``TimeoutError`` if another program keeps the archive for writing.
        """
        if isinstance(paths, (str, os.PathLike)):
            paths = [paths]
        listed = []
        for path in paths:
            if not isinstance(path, (str, os.PathLike)):
                raise TypeError(f"paths must be str or paths, not {type(path).__name__}")
            if not os.path.exists(path):
                raise FileNotFoundError(f"{os.fspath(path)}: no such file or folder")
            listed.append(os.fspath(path))
        if jobs is not None:
            jobs = check_count(jobs, "jobs", 1)
        if progress is not None and not callable(progress):
            raise TypeError(f"progress must be a function, not {type(progress).__name__}")
        call = progress and (lambda *counts: progress(Progress(*counts)))
        counts = _native.add_files(
            self._path, listed, check_engine(engine), jobs, bool(retry), native_names(names), call
        )
        return Added(**json.loads(counts))

    def decide(
        self, action: Action, *, reason: str = "", author: Optional[str] = None, **fields: Any
    ) -> Decision:
        """Write a decision to the log and apply it. The fields are those of the JSON API;
        ``from_`` stands for ``from``:

        ``archive.decide("merge", from_=one.id, into=other.id, reason="the same post")``
        ``archive.decide("note", on=document.id, words="see 09ALGIERS948")``

        Raises ``ValueError`` if a field is missing or wrong, ``LookupError`` if it names
        nothing in the archive.
        """
        decision = {"action": check_text(action, "action")}
        for name, value in fields.items():
            decision[name.rstrip("_")] = value
        try:
            encoded = json.dumps(decision, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"the decision: {error}") from None
        author = getpass.getuser() if author is None else check_text(author, "author")
        return Decision(*_native.decide(self._path, author, check_text(reason, "reason"), encoded))

    def export(
        self,
        path: StrPath,
        *,
        format: ExportFormat = "jsonl",
        query: str = "",
        statements: bool = False,
    ) -> int:
        """Write the documents of a query to a file, or to a folder if the format has
        several files. Returns their number. With ``statements`` also who says what to
        whom, in the formats that hold it (jsonl, w3c, tei, parquet, arrow, ftm)."""
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"path must be a str or a path, not {type(path).__name__}")
        format_name = check_text(format, "format")
        query = check_text(query, "query")
        return _native.export(self._handle, os.fspath(path), format_name, query, bool(statements))


_DOCUMENTS_PER_PAGE = 50

_forked: list[tuple[int, _native.ArchiveHandle]] = []
"""Handles of the processes that this one was forked from. They must not be closed here:
a lock could be held by a thread that does not exist in this process."""


def _entity_id(name: object) -> str:
    if isinstance(name, (ListedEntity, ArchivedEntity)):
        return name.id
    return check_text(name, "entity")
