"""The component ``nlp.add_pipe("chancery")``. spaCy imports this module by its entry point.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> _ = nlp.add_pipe("chancery", config={"engine": "fast"})
>>> [(span.text, span.label_) for span in nlp("Nelson Mandela left Pretoria.").ents]
[('Nelson Mandela', 'PER'), ('Pretoria', 'LOC')]
"""

# No deferred annotations: spaCy makes the schema of the configuration from them.

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from ._annotate import annotate_all
from ._inputs import check_engine


class ChanceryComponent:
    """Sets ``doc.ents``: label and, as ``kb_id_``, the id of the entity.

    The tokens stay those of the pipeline. A name that begins or ends inside of a token
    takes the whole token. Entities that are there already stay if ``keep`` is set.
    """

    def __init__(self, engine: str, keep: bool) -> None:
        """Created by ``nlp.add_pipe("chancery", config={"engine": "fast"})``."""
        self._engine, self._keep = check_engine(engine), keep

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        # What is read may differ from the text: the spans in its bytes do not.
        offsets = _code_points(text)
        spans = list(doc.ents) if self._keep else []
        for found in annotate_all(text, engine=self._engine) if text.strip() else []:  # type: ignore[arg-type]
            for mention in found.mentions:
                span = doc.char_span(
                    offsets[mention.raw_start],
                    offsets[mention.raw_end],
                    label=mention.label,
                    kb_id=mention.entity.id if mention.entity else "",
                    alignment_mode="expand",
                )
                if span is not None:
                    spans.append(span)
        doc.ents = filter_spans(spans)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Annotate a stream of documents, as ``nlp.pipe`` asks for."""
        del batch_size  # One at a time is as fast.
        return map(self, stream)


@Language.factory("chancery", default_config={"engine": "accurate", "keep": False})
def make_component(nlp: Language, name: str, engine: str, keep: bool) -> ChanceryComponent:
    """The factory that spaCy finds by its entry point."""
    return ChanceryComponent(engine, keep)


def _code_points(text: str) -> list[int]:
    """The code point of each byte of the UTF-8 form of a text, and of its end."""
    numbers: list[int] = []
    for number, character in enumerate(text):
        numbers += [number] * len(character.encode())
    return [*numbers, len(text)]
