"""What an archive says of entities, passages and hits. All have ``to_dict``."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Optional

from ._document import Party


@dataclass(frozen=True)
class Record:
    """Base of the records: they are dataclasses."""

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dictionary."""
        return asdict(self)


@dataclass(frozen=True)
class Summary(Record):
    """What lists say of a document."""

    id: str
    """64 hexadecimal digits."""
    path: str
    """The first of its paths."""
    cable_id: Optional[str] = None
    date: Optional[str] = None
    """ISO 8601; may be a month or a year."""
    post: Optional[str] = None
    """The sending post."""
    classification: Optional[str] = None
    subject: Optional[str] = None

    @property
    def title(self) -> str:
        """The subject, else the cable id, else the path."""
        return self.subject or self.cable_id or self.path


@dataclass(frozen=True)
class Snippet(Record):
    """A sentence of a hit."""

    start: int
    """In code points of the text of the document."""
    end: int
    text: str
    hits: tuple[tuple[int, int], ...]
    """The spans that match, in code points of the document."""
    footnote: Optional[str] = None


@dataclass(frozen=True)
class Hit(Summary):
    """A document that matches a query."""

    score: float = 0.0
    """Relevance; 0 if the hits are sorted by date."""
    spans: tuple[tuple[int, int], ...] = ()
    """All spans that match, in code points."""
    snippets: tuple[Snippet, ...] = ()
    """The sentences that match best."""


@dataclass(frozen=True)
class Passage(Record):
    """An exact quotation: ``quotation`` is ``archive.document(document).text[start:end]``."""

    quotation: str
    document: str
    """Id of the document."""
    start: int
    end: int
    citation: str
    paragraph: Mapping[str, Any]
    """``position`` in the document, ``kind``, and if it has one, ``number`` or ``footnote``."""


@dataclass(frozen=True)
class StatementPassage(Passage):
    """A statement of a document of an archive. ``quotation`` goes from its first to its
    last word."""

    type: str
    """"say", "deny", "ask", "promise", "refuse", "propose", "warn" or "judge"."""
    speaker: Optional[Party]
    hearer: Optional[Party]
    cue: str
    """The words that introduce the statement: "told", "according to"; from ``cue_start`` to ``cue_end``."""
    cue_start: int
    cue_end: int
    content: str
    """What is said: the text of the document from ``content_start`` to ``content_end``."""
    content_start: int
    content_end: int
    score: float
    certainty: str
    """The score in words: "sure", "likely" or "possible"."""
    decision: Optional[int]
    """The decision of a user about the speaker."""
    date: Optional[str]
    """Date of the document, ISO 8601."""


@dataclass(frozen=True)
class Paragraph(Record):
    """A block of a document: ``doc.text[start:end] == text``."""

    position: int
    """From 1; headings, tables and footnotes count."""
    kind: str
    """"header", "heading", "dateline", "paragraph", "table", "signature" or "footnote"."""
    start: int
    end: int
    text: str
    number: Optional[str] = None
    """Its number as printed."""
    portion_marking: Optional[str] = None


@dataclass(frozen=True)
class Remark(Record):
    """A keyword or note of a user."""

    decision: int
    """Number of the decision that added it."""
    kind: str
    """"keyword", "note", or "apart" for another entity."""
    words: str


@dataclass(frozen=True)
class ListedEntity(Record):
    """An entity in a list."""

    id: str
    label: str
    name: str
    documents: int
    """Number of documents that name it."""
    mentions: int
    surname_only: bool = False
    """Several people of one surname that nothing decided."""


@dataclass(frozen=True)
class ArchivedEntity(Record):
    """An entity with what the archive and the program know of it."""

    id: str
    label: str
    name: str
    documents: int
    mentions: int
    spellings: Mapping[str, int]
    """Forms of the name and their counts, in a sample of the documents."""
    months: Mapping[str, int]
    """Documents by month ("1973-10")."""
    related: tuple[Mapping[str, Any], ...]
    """Entities named in the same documents: ``id``, ``name``, ``label``, ``documents``."""
    possible_duplicates: tuple[Mapping[str, Any], ...]
    """Entities that may be the same: ``id``, ``name``, ``documents``."""
    knowledge_base: Optional[Mapping[str, Any]]
    """Description, years, offices, coordinates, if the program knows it."""
    surname: Optional[Mapping[str, Any]]
    """What is open, if it is a surname that nothing decided."""

    def _repr_html_(self) -> str:
        facts = (self.knowledge_base or {}).get("description", "")
        return (
            f"<b>{html.escape(self.name)}</b> [{html.escape(self.id)}], {self.label}: "
            f"{self.mentions:,} mentions in {self.documents:,} documents. {html.escape(facts)}"
        )


@dataclass(frozen=True)
class Decision(Record):
    """A decision that was written."""

    number: int
    """Its number in the log: ``archive.decide("undo", decision=number)`` undoes it."""
    created: Optional[str] = None
    """Id of the entity that it created."""
    kept: Optional[str] = None
    """Id of the entity that remains after a merge."""


@dataclass(frozen=True)
class Added(Record):
    """Counts of a run of :meth:`chancery.Archive.add`."""

    documents: int
    """New documents."""
    words: int
    files: int
    """Files read."""
    known: int
    """Files that the archive had."""
    repeated: int
    """Documents that the archive had under another path."""
    failed: int
    """Files with problems, which ``chancery problems`` lists."""
    empty: int
    """Those of them that gave no document."""
    hidden: int
    """Hidden files that were left out."""


@dataclass(frozen=True)
class Progress(Record):
    """How far a run is."""

    bytes: int
    total_bytes: int
    documents: int
    words: int
    failed: int

    @property
    def fraction(self) -> float:
        """0 to 1."""
        return min(1.0, self.bytes / self.total_bytes) if self.total_bytes else 0.0


SUMMARY_FIELDS = ("id", "path", "cable_id", "date", "post", "classification", "subject")


def summary(known: Mapping[str, Any]) -> Summary:
    """Convert the JSON of a document."""
    return Summary(**{name: known.get(name) for name in SUMMARY_FIELDS})  # type: ignore[arg-type]


def hit(known: Mapping[str, Any]) -> Hit:
    """Convert the JSON of a hit."""

    def spans(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
        return tuple((start, end) for start, end in pairs)

    snippets = (
        Snippet(one["start"], one["end"], one["text"], spans(one["hits"]), one.get("footnote"))
        for one in known["snippets"]
    )
    fields: dict[str, Any] = {name: known.get(name) for name in SUMMARY_FIELDS}
    return Hit(**fields, score=known["score"], spans=spans(known["spans"]), snippets=tuple(snippets))


def passage(known: Mapping[str, Any]) -> Passage:
    """Convert the JSON of a passage."""
    return Passage(**{name: known[name] for name in PASSAGE_FIELDS})


PASSAGE_FIELDS = ("quotation", "document", "start", "end", "citation", "paragraph")

STATEMENT_FIELDS = (
    *PASSAGE_FIELDS, "type", "cue", "cue_start", "cue_end", "content", "content_start",
    "content_end", "score", "certainty", "decision",
)  # fmt: skip


def statement(known: Mapping[str, Any], date: Optional[str]) -> StatementPassage:
    """Convert the JSON of a statement."""

    def party(of: Optional[Mapping[str, Any]]) -> Optional[Party]:
        return Party(of["name"], of["entity"]) if of else None

    fields: dict[str, Any] = {name: known[name] for name in STATEMENT_FIELDS}
    speaker, hearer = party(known["speaker"]), party(known["hearer"])
    return StatementPassage(**fields, speaker=speaker, hearer=hearer, date=date)


def entity(known: Mapping[str, Any]) -> ArchivedEntity:
    """Convert the JSON of an entity."""
    return ArchivedEntity(
        id=known["id"],
        label=known["label"],
        name=known["name"],
        documents=known["documents"],
        mentions=known["mentions"],
        spellings={one["text"]: one["count"] for one in known["spellings"]},
        months={one["month"]: one["count"] for one in known["months"]},
        related=tuple(known["related"]),
        possible_duplicates=tuple(known["possible_duplicates"]),
        knowledge_base=known["knowledge_base"],
        surname=known["surname"],
    )
