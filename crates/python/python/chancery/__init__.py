"""Find and link the names in diplomatic telegrams.

The package contains the engines and their models; nothing is downloaded.

>>> import chancery
>>> doc = chancery.annotate("The Ambassador met Nelson Mandela in Pretoria.", engine="fast")
>>> [(m.text, m.label) for m in doc.mentions]
[('Nelson Mandela', 'PER'), ('Pretoria', 'LOC')]

``chancery.Archive(path)`` opens an archive that ``chancery add`` made.

Offsets count Unicode code points, like those of Python: ``doc.text[m.start:m.end]``
is ``m.text``.
"""

from __future__ import annotations

from importlib.metadata import version

from ._annotate import ReadWarning, annotate, annotate_all
from ._archive import Archive, ArchivedDocument
from ._batch import annotate_batch, schema
from ._document import Act, Document, Entity, Footnote, Mention, Party, Sentence, Statement, Words
from ._entities import JoinedEntity, entities
from ._names import NameList
from ._records import (
    Added,
    ArchivedEntity,
    Decision,
    Hit,
    ListedEntity,
    Paragraph,
    Passage,
    Progress,
    Remark,
    Snippet,
    StatementPassage,
    Summary,
)
from ._results import Results
from ._spacy import to_spacy

__version__ = version("chancery-archive")

__all__ = [
    "Act",
    "Added",
    "Archive",
    "ArchivedDocument",
    "ArchivedEntity",
    "Decision",
    "Document",
    "Entity",
    "Footnote",
    "Hit",
    "JoinedEntity",
    "ListedEntity",
    "Mention",
    "NameList",
    "Paragraph",
    "Party",
    "Passage",
    "Progress",
    "ReadWarning",
    "Remark",
    "Results",
    "Sentence",
    "Snippet",
    "Statement",
    "StatementPassage",
    "Summary",
    "Words",
    "annotate",
    "annotate_all",
    "annotate_batch",
    "entities",
    "schema",
    "to_spacy",
]
