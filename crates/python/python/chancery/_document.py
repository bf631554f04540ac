"""The annotated document."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Optional, cast

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Sentence:
    """A sentence, from the start of its first word to the end of its last."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Entity:
    """A person, place, organisation or other thing that a document mentions."""

    id: str
    """The prefix names the list that has the entity ("geonames:964137"). If no
    list has it, the id is made from the name."""
    label: str
    """PER, LOC, ORG or MISC."""
    name: str
    """The name in the list, or else the fullest name in the text."""
    score: float
    """Probability that the id is right."""
    reason: str
    """The evidence for the id; empty if the id is made from the name."""
    same_as: Optional[str] = None
    """For an entity of an authority list (of a volume or a user): its id in the
    knowledge base."""
    certainty: Optional[str] = None
    """The score in words: "sure", "likely" or "possible"; ``None`` if the id is made
    from the name."""


@dataclass(frozen=True)
class Mention:
    """A name in a text, with its span, label and score."""

    start: int
    """In code points: ``doc.text[start:end] == text``."""
    end: int
    label: str
    """PER, LOC, ORG or MISC."""
    text: str
    score: float
    """Probability that the mention is right."""
    entity: Optional[Entity]
    """The entity that it refers to, if known."""
    link_kind: Optional[str]
    """The kind of link to the entity: "name", "surname", "acronym"…"""
    raw_start: int
    """Span in the file, in bytes."""
    raw_end: int
    antecedent: Optional[int]
    """Number of the fuller mention on which the link is based."""
    title: Optional[tuple[int, int]]
    """Span of the title or office before the name."""
    affiliation: Optional[int]
    """Number of the mention of the country or organisation of that title."""
    footnote: Optional[str]
    """Marker of the footnote that contains it; ``None`` in the body."""


@dataclass(frozen=True)
class Footnote:
    """A footnote. Footnotes follow the body in the text of a document."""

    marker: str
    """As printed: "1", "*". Empty if there is none."""
    anchor: int
    """Place of the marker in the body, in code points."""
    start: int
    """In code points: ``doc.text[start:end] == text``."""
    end: int
    text: str


@dataclass(frozen=True)
class Words:
    """Words of a document: ``doc.text[start:end] == text``, in code points."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Party:
    """Someone who speaks, hears or acts."""

    name: str
    """As the text has it; "post" is the telegram's own voice."""
    entity: Optional[str]
    """Id of the entity; ``None`` if the words name none, or it is the post."""


@dataclass(frozen=True)
class Statement:
    """Who says what to whom."""

    type: str
    """"say", "deny", "ask", "promise", "refuse", "propose", "warn" or "judge"."""
    speaker: Optional[Party]
    hearer: Optional[Party]
    cue: Words
    """The words that introduce the statement: "told", "according to"."""
    content: Words
    """What is said."""
    source: Optional[Words]
    """The words that stand for the speaker."""
    addressee: Optional[Words]
    """The words that stand for the hearer."""
    score: float
    """Probability that this is a statement with this content."""


@dataclass(frozen=True)
class Act:
    """What people did: a meeting, a journey, a signature, an appointment, or a role."""

    type: str
    """"met", "attended", "travelled", "signed", "appointed" or "member"."""
    status: str
    """"did", "will" or "refused"."""
    cue: Words
    who: tuple[Party, ...]
    whom: tuple[Party, ...]
    what: Optional[Words]
    """The office, the event or the paper."""
    date: Optional[str]
    """ISO 8601, as exact as the text."""
    place: Optional[Mention]
    score: float


MAX_HTML_CHARS = 20_000
"""Characters of a document that a notebook shows."""

COLOURS = {"PER": "#cfe3ff", "LOC": "#d6f0d0", "ORG": "#fde6b8", "MISC": "#e8dcf5"}


def marked_html(text: str, mentions: Iterable[Mention]) -> str:
    """The text with its names marked. Words of the text are never mark-up.

    >>> import chancery
    >>> "&lt;b&gt;" in chancery.annotate("He left <b>Pretoria</b>.", engine="fast")._repr_html_()
    True
    """
    parts, at, end = [], 0, min(len(text), MAX_HTML_CHARS)
    for mention in mentions:
        if mention.end > end:
            break
        entity = mention.entity
        what = f"{mention.label}: {entity.name} [{entity.id}]" if entity else mention.label
        parts.append(html.escape(text[at : mention.start]))
        parts.append(
            f'<mark style="background: {COLOURS.get(mention.label, "#eee")}; color: #000"'
            f' title="{html.escape(what)}">{html.escape(mention.text)}</mark>'
        )
        at = mention.end
    parts.append(html.escape(text[at:end]))
    if end < len(text):
        parts.append(f"… <em>{len(text) - end:,} more characters</em>")
    return f'<div style="white-space: pre-wrap; max-width: 50em">{"".join(parts)}</div>'


def _entity_id(entity: Optional[str]) -> Optional[str]:
    return None if entity == "post" else entity


def _party(known: Optional[dict[str, Any]]) -> Optional[Party]:
    return Party(known["name"] or known["entity"], _entity_id(known["entity"])) if known else None


class Document:
    """A document with its sentences, mentions and entities.

    >>> import chancery
    >>> doc = chancery.annotate("Nelson Mandela left Pretoria. He returned.", engine="fast")
    >>> doc
    <Document of 42 characters, 2 mentions>
    >>> [sentence.text for sentence in doc.sentences]
    ['Nelson Mandela left Pretoria.', 'He returned.']
    >>> [entity.name for entity in doc.entities]
    ['Nelson Mandela', 'Pretoria']
    >>> [mention.text for mention in doc.mentions_of(doc.entities[1])]
    ['Pretoria']
    """

    __slots__ = ("__dict__", "_json", "_tokens")

    def __init__(self, json: str, tokens: str) -> None:
        """Created by :func:`chancery.annotate`; do not call it directly."""
        self._json = json
        self._tokens = tokens

    def __getstate__(self) -> tuple[str, str]:
        return self._json, self._tokens

    def __setstate__(self, state: tuple[str, str]) -> None:
        self._json, self._tokens = state

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)

    def __repr__(self) -> str:
        return f"<Document of {len(self.text)} characters, {len(self.mentions)} mentions>"

    @cached_property
    def _record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self._json)
        return record

    @property
    def id(self) -> str:
        """The BLAKE3 digest of the document's bytes, in hexadecimal digits."""
        return str(self._record["id"])

    @property
    def source(self) -> str:
        """Where it came from, as given by the caller."""
        return str(self._record["source"])

    @property
    def format(self) -> str:
        """The form of the document: "telegram", "frus", "plain"…"""
        return str(self._record["format"])

    @property
    def header(self) -> dict[str, Any]:
        """The header fields. Each has "value", "start" and "end"."""
        header: dict[str, Any] = self._record["header"]
        return header

    @property
    def language(self) -> str:
        """The ISO 639-1 code of its language. Names are marked only in English, "en"."""
        return str(self._record.get("language", "en"))

    @property
    def text(self) -> str:
        """The reading text, to which all offsets refer."""
        return str(self._record["text"])

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, in order."""
        text = self.text
        spans = self._record["sentences"]
        return tuple(Sentence(start, end, text[start:end]) for start, end in spans)

    @cached_property
    def footnotes(self) -> tuple[Footnote, ...]:
        """The footnotes, in order. They follow the body in the text."""
        text = self.text

        def footnote(note: dict[str, Any]) -> Footnote:
            start, end = note["start"], note["end"]
            return Footnote(note["marker"], note["anchor"], start, end, text[start:end])

        return tuple(footnote(note) for note in self._record.get("footnotes", []))

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """The entities, in the order of their first mentions."""

        def entity(known: dict[str, Any]) -> Entity:
            return Entity(
                id=known["id"],
                label=known["label"],
                name=known["name"],
                score=known["score"],
                reason=known.get("reason", ""),
                certainty=known.get("certainty"),
                same_as=known.get("same_as"),
            )

        return tuple(entity(known) for known in self._record.get("entities", []))

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions, in order and without overlap."""
        entities = {entity.id: entity for entity in self.entities}

        def mention(name: dict[str, Any]) -> Mention:
            title = name.get("title")
            return Mention(
                start=name["start"],
                end=name["end"],
                label=name["label"],
                text=name["text"],
                score=name["score"],
                entity=entities.get(name.get("entity", "")),
                link_kind=name.get("link_kind"),
                raw_start=name["raw_start"],
                raw_end=name["raw_end"],
                antecedent=name.get("antecedent"),
                title=(title[0], title[1]) if title else None,
                affiliation=name.get("affiliation"),
                footnote=name.get("footnote"),
            )

        return tuple(mention(name) for name in self._record["mentions"])

    def _words(self, span: Optional[dict[str, int]]) -> Optional[Words]:
        if span is None:
            return None
        return Words(span["start"], span["end"], self.text[span["start"] : span["end"]])

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Who says what to whom, in the order of the text. Empty unless the document was
        annotated with ``statements=True``, or is one of an archive.

        >>> import chancery
        >>> text = "Karim Benhaddou told Ines Okafor that the port would open."
        >>> said = chancery.annotate(text, engine="fast", statements=True).statements[0]
        >>> said.speaker.name, said.cue.text, said.content.text
        ('Karim Benhaddou', 'told', 'the port would open')
        """
        return tuple(
            Statement(
                type=one["type"],
                speaker=_party(one["speaker"]),
                hearer=_party(one["hearer"]),
                cue=cast(Words, self._words(one["cue"])),
                content=cast(Words, self._words(one["content"])),
                source=self._words(one["source"]),
                addressee=self._words(one["addressee"]),
                score=one["score"],
            )
            for one in self._record.get("statements", [])
        )

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Meetings, journeys and other acts, and roles; empty where :attr:`statements` is."""

        def parties(some: list[dict[str, Any]]) -> tuple[Party, ...]:
            return tuple(Party(one["name"] or one["entity"], _entity_id(one["entity"])) for one in some)

        return tuple(
            Act(
                type=act["type"],
                status=act["status"],
                cue=cast(Words, self._words(act["cue"])),
                who=parties(act["who"]),
                whom=parties(act["whom"]),
                what=self._words(act["what"]),
                date=act["date"],
                place=None if act["place"] is None else self.mentions[act["place"]],
                score=act["score"],
            )
            for act in self._record.get("acts", [])
        )

    def mentions_of(self, entity: Entity) -> Iterator[Mention]:
        """The mentions that refer to ``entity``."""
        return (mention for mention in self.mentions if mention.entity == entity)

    def __iter__(self) -> Iterator[Mention]:
        """The mentions, in order."""
        return iter(self.mentions)

    def to_dict(self) -> dict[str, Any]:
        """The document as :meth:`to_json` has it, as a dictionary.

        >>> import chancery
        >>> doc = chancery.annotate("Pretoria.", engine="fast")
        >>> doc.to_dict()["mentions"][0]["text"]
        'Pretoria'
        """
        record: dict[str, Any] = json.loads(self._json)
        return record

    def to_pandas(self) -> pandas.DataFrame:
        """The mentions, one per row, with the id and name of their entity."""
        import pandas as pd

        rows = [
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "label": mention.label,
                "score": mention.score,
                "entity": mention.entity.id if mention.entity else None,
                "name": mention.entity.name if mention.entity else None,
                "certainty": mention.entity.certainty if mention.entity else None,
                "footnote": mention.footnote,
            }
            for mention in self.mentions
        ]
        columns = ["start", "end", "text", "label", "score", "entity", "name", "certainty", "footnote"]
        return pd.DataFrame(rows, columns=columns)

    def _repr_html_(self) -> str:
        """The text with its names marked, for notebooks."""
        return marked_html(self.text, self.mentions)

    def to_json(self) -> str:
        """The line that ``chancery annotate --format jsonl`` prints.

        >>> import chancery, json
        >>> doc = chancery.annotate("Pretoria.", engine="fast")
        >>> json.loads(doc.to_json())["mentions"][0]["text"]
        'Pretoria'
        """
        return self._json.rstrip("\n")
