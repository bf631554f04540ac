"""Readers of our exports that are other people's programs. check_exports.py calls them.

Each function takes an export and the truth, which is what the jsonl export says
of each document. It returns the names that it found, by document, or the edges of
a network, or a count.
"""

import collections
import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias


class Name(NamedTuple):
    start: int
    end: int
    label: str
    text: str


# Documents by id, as the jsonl export has them, with their names; names by document.
Truth: TypeAlias = dict[str, dict[str, Any]]
Names: TypeAlias = dict[str, list[Name]]


def truth_of(path: Path) -> Truth:
    """Return the documents of a jsonl export by id, with their names."""
    documents: Truth = {}
    for line in path.open(encoding="utf-8", newline="\n"):
        document = json.loads(line)
        text = document["text"]
        names = [Name(m["start"], m["end"], m["label"], text[m["start"]:m["end"]])
                 for m in document["mentions"]]
        assert all(m["text"] == n.text for m, n in zip(document["mentions"], names)), "jsonl"
        document["names"] = names
        documents[document["id"]] = document
    return documents


def check_jsonl(path: Path, truth: Truth) -> Names:
    return {identity: document["names"] for identity, document in truth_of(path).items()}


def check_conll(folder: Path, truth: Truth) -> Names:
    """seqeval finds the names; the file of offsets says where they are."""
    from seqeval.scheme import IOB2, Entities
    found: Names = {}
    identity = ""
    columns = (folder / "names.conll").read_text(encoding="utf-8").split("\n")
    offsets = (folder / "offsets.tsv").read_text(encoding="utf-8").split("\n")
    assert len(columns) == len(offsets), "a line of offsets for each line"
    sentence: list[tuple[str, tuple[int, int]]] = []

    def end_sentence() -> None:
        tags = [tag for tag, _ in sentence]
        for entity in (e for s in Entities([tags], IOB2).entities for e in s):
            start, end = sentence[entity.start][1][0], sentence[entity.end - 1][1][1]
            text = truth[identity]["text"][start:end]
            found[identity].append(Name(start, end, entity.tag, text))
        sentence.clear()

    for column, place in zip(columns, offsets):
        if place.startswith("-DOCSTART-"):
            identity = place.split("\t")[1]
            found[identity] = []
        elif place:
            token, tag = column.split("\t")
            start, end = map(int, place.split("\t"))
            assert truth[identity]["text"][start:end] in (token, token[1:]), token
            sentence.append((tag, (start, end)))
        elif sentence:
            end_sentence()
    return found


def check_brackets(path: Path, truth: Truth) -> Names:
    """The brackets have no places: names are compared without white space."""
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"\[(PER|LOC|ORG|MISC) ((?:(?!  \] ).)*)  \] ", text)

    def squeeze(words: str) -> str:
        return "".join(words.split())

    expected = [(n.label, squeeze(n.text)) for d in truth.values() for n in d["names"]]
    assert [(label, squeeze(words)) for label, words in names] == expected, "brackets differ"
    return {identity: document["names"] for identity, document in truth.items()}


def by_text(truth: Truth) -> dict[str, str]:
    return {document["text"]: identity for identity, document in truth.items()}


def check_standoff(folder: Path, truth: Truth) -> Names:
    found: Names = {}
    ids = by_text(truth)
    for path in folder.glob("*.json"):
        raw = path.with_suffix(".txt").read_bytes()
        pair = json.loads(path.read_text(encoding="utf-8"))
        assert pair["sha256"] == hashlib.sha256(raw).hexdigest()
        text = raw.decode()
        found[ids[text]] = [Name(s, e, label, text[s:e]) for s, e, label in pair["mentions"]]
    return found


def check_brat(folder: Path, truth: Truth) -> Names:
    """bratly reads the annotations; fragments of one name are joined."""
    from bratly import EntityAnnotation
    from bratly.io.file_read_src import read_and_load_ann_file
    found: Names = {}
    ids = by_text(truth)
    for path in folder.glob("*.ann"):
        text = path.with_suffix(".txt").read_bytes().decode()
        names = []
        if path.stat().st_size:
            annotations = read_and_load_ann_file(str(path)).annotations
            for entity in (a for a in annotations if isinstance(a, EntityAnnotation)):
                start, end = entity.fragments[0].start, entity.fragments[-1].end
                parts = [text[f.start:f.end] for f in entity.fragments]
                # bratly itself reads lines; a carriage return ends one for it.
                assert " ".join(parts).split() == entity.content.split(), entity
                names.append(Name(start, end, entity.label, text[start:end]))
        found[ids[text]] = sorted(names)
    return found


def check_w3c(path: Path, truth: Truth) -> Names:
    """pyld expands the file with the context; nothing may be dropped."""
    from pyld import jsonld
    context = json.loads(Path(__file__).with_name("anno-context.json").read_text())

    def load(url: str, _options: Any = None) -> dict[str, Any]:
        assert url == "http://www.w3.org/ns/anno.jsonld", url
        return {"contextUrl": None, "documentUrl": url, "document": context,
                "contentType": "application/ld+json"}

    oa = "http://www.w3.org/ns/oa#"
    value = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
    found: Names = {}
    texts: dict[str, str] = {}
    file = json.loads(path.read_text(encoding="utf-8"))
    keys = {key for node in file["@graph"] for key in node} - {"id", "type"}
    assert keys <= set(context["@context"]), keys
    # A document at a time: pyld is slow on large graphs.
    for node in jsonld.expand(file, {"documentLoader": load}):
        if oa + "TextualBody" in node["@type"]:
            texts[node["@id"]] = node[value][0]["@value"]
            found[node["@id"].removeprefix("urn:chancery:")] = []
            continue
        target = node[oa + "hasTarget"][0]
        identity = target[oa + "hasSource"][0]["@id"]
        text = texts[identity]
        said = any(m["@id"] == "chancery:attributing" for m in node[oa + "motivatedBy"])
        selectors = {s["@type"][0].removeprefix(oa): s for s in target[oa + "hasSelector"]}
        position = selectors["TextPositionSelector"]
        start, end = (position[oa + key][0]["@value"] for key in ("start", "end"))
        if said:
            contents = [(one["content"]["start"], one["content"]["end"])
                        for one in truth[identity.removeprefix("urn:chancery:")]["statements"]]
            assert (start, end) in contents, (start, end)
            continue
        quote = selectors["TextQuoteSelector"]
        exact = quote[oa + "exact"][0]["@value"]
        prefix, suffix = (quote[oa + key][0]["@value"] for key in ("prefix", "suffix"))
        assert text[start:end] == exact, exact
        assert text[:start].endswith(prefix) and text[end:].startswith(suffix), exact
        label = next(b[value][0]["@value"] for b in node[oa + "hasBody"] if value in b)
        found[identity.removeprefix("urn:chancery:")].append(Name(start, end, label, exact))
    return found


def check_tei(path: Path, truth: Truth) -> Names:
    """lxml reads it, tei_all.rng allows it, every @ref leads to an entity."""
    from lxml import etree
    tei, xml = "{http://www.tei-c.org/ns/1.0}", "{http://www.w3.org/XML/1998/namespace}"
    huge = etree.XMLParser(huge_tree=True)
    tree = etree.parse(str(path), huge)
    with resources.files("schemas").joinpath("tei_all.rng").open("rb") as schema:
        etree.RelaxNG(file=schema).assertValid(tree)
    ids = {node.get(xml + "id") for node in tree.iter() if node.get(xml + "id")}
    classes = {tei + "persName": "PER", tei + "placeName": "LOC", tei + "orgName": "ORG",
               tei + "name": "MISC"}
    found: Names = {}
    for document in tree.iter(tei + "TEI"):
        identity = document.findtext(f".//{tei}idno[@type='blake3']")
        body = document.find(f".//{tei}body")
        text, names = "", []
        contents: dict[str, list[str]] = {}
        open_statements: list[str] = []
        for event, node in etree.iterwalk(body, events=("start", "end")):
            if event == "end":
                if node.tag == tei + "said":
                    open_statements.pop()
                new = "" if node is body else node.tail or ""
            else:
                if node.tag == tei + "said":
                    identity_of_said = node.get(xml + "id") or node.get("prev")[1:]
                    open_statements.append(identity_of_said)
                    contents.setdefault(identity_of_said, [])
                    pointed = [node.get(key) for key in ("who", "toWhom", "prev", "ana")]
                    assert all(to is None or to[1:] in ids for to in pointed), pointed
                if node.tag in classes:
                    names.append(Name(len(text), len(text) + len(node.text or ""),
                                      classes[node.tag], node.text or ""))
                    assert node.get("ref") is None or node.get("ref")[1:] in ids
                new = node.text or ""
            text += new
            for said in set(open_statements):
                contents[said].append(new)
        same = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", truth[identity]["text"])
        assert text == same, identity
        found[identity] = names
        # A content that begins or ends inside a name has the whole name.
        statements = truth[identity].get("statements", [])
        assert len(contents) == len(statements), identity
        for number, one in enumerate(statements, 1):
            key = next(key for key in contents if key.endswith(f".s{number}"))
            content = same[one["content"]["start"]:one["content"]["end"]]
            assert content in "".join(contents[key]), (content, contents[key])
    return found


def check_spacy(path: Path, truth: Truth) -> Names:
    """char_span finds every name among the tokens of the file, and a DocBin
    holds the documents. How many names spaCy's own tokens would cut is told."""
    import spacy
    from spacy.tokens import Doc, DocBin
    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    found: Names = {}
    cut, names_of_all = 0, 0
    store = DocBin()
    for row in path.open(encoding="utf-8", newline="\n"):
        line = json.loads(row)
        tokens = line["tokens"]
        doc = Doc(nlp.vocab, words=[t["text"] for t in tokens], spaces=[t["ws"] for t in tokens])
        assert doc.text == line["text"]
        own = nlp.make_doc(line["text"])
        spans = []
        for span in line["spans"]:
            piece = doc.char_span(span["start"], span["end"], span["label"])
            assert piece is not None, span
            assert (piece.start, piece.end - 1) == (span["token_start"], span["token_end"]), span
            cut += own.char_span(span["start"], span["end"]) is None
            spans.append(piece)
        names_of_all += len(spans)
        doc.set_ents(spans)
        store.add(doc)
        names = [Name(e.start_char, e.end_char, e.label_, e.text) for e in doc.ents]
        found[line["meta"]["id"]] = names
    again = list(DocBin().from_bytes(store.to_bytes()).get_docs(nlp.vocab))
    assert [len(d.ents) for d in again] == [len(n) for n in found.values()]
    print(f"          spaCy's own tokens would cut {cut} of {names_of_all} names")
    return found


def check_csv(path: Path, truth: Truth) -> Names:
    import pandas
    table = pandas.read_csv(path, dtype=str, keep_default_na=False)
    raw = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert not any(cell[:1] in "=+-@" and cell for row in raw for cell in row), "a formula"
    found: Names = {identity: [] for identity in truth}
    for row in table.itertuples():
        start, end = int(row.start), int(row.end)
        text = row.text.removeprefix("'")
        assert truth[row.document]["text"][start:end] == text, row
        found[row.document].append(Name(start, end, row.label, text))
    return found


def same_statements(rows: Iterable[dict[str, Any]], truth: Truth) -> None:
    """Columns have the statements and acts of the jsonl export, field by field."""

    def known(value: Any) -> Any:
        """Without what is null, and with scores as a column has them."""
        if isinstance(value, dict):
            return {key: known(part) for key, part in value.items() if part is not None}
        if isinstance(value, list):
            return [known(part) for part in value]
        return round(value, 4) if isinstance(value, float) else value

    for row in rows:
        for column in ("statements", "acts"):
            expected = truth[row["id"]].get(column, [])
            assert known(row[column]) == known(expected), (row["id"], column)


def of_rows(rows: Iterable[dict[str, Any]]) -> Names:
    return {row["id"]: [Name(m["start"], m["end"], m["label"], row["text"][m["start"]:m["end"]])
                        for m in row["mentions"]] for row in rows}


def check_parquet(path: Path, truth: Truth) -> Names:
    import duckdb
    import pandas
    import polars
    import pyarrow.parquet
    table = pyarrow.parquet.read_table(path)
    assert b"code points" in table.schema.metadata[b"chancery.offsets"]
    found = of_rows(table.to_pylist())
    same_statements(table.to_pylist(), truth)
    frame = pandas.read_parquet(path)
    assert of_rows(frame.to_dict("records")) == found, "pandas"
    rows = duckdb.sql(f"""
        SELECT id, m.start, m."end", m.label, m.text,
               substring(text, m.start + 1, m."end" - m.start) AS words
        FROM (SELECT id, text, unnest(mentions) AS m FROM '{path}')""").fetchall()
    assert all(surface == words for *_, surface, words in rows), "duckdb"
    assert sorted((r[0], Name(*r[1:5])) for r in rows) == sorted(
        (identity, name) for identity, names in found.items() for name in names), "duckdb"
    return same_in_polars(polars.read_parquet(path), found)


def check_arrow(path: Path, truth: Truth) -> Names:
    import polars
    import pyarrow.ipc
    with pyarrow.ipc.open_file(path) as reader:
        rows = reader.read_all().to_pylist()
    found = of_rows(rows)
    same_statements(rows, truth)
    return same_in_polars(polars.read_ipc(path), found)


def same_in_polars(frame: Any, found: Names) -> Names:
    import polars
    rows = frame.select("id", "text", "mentions").explode("mentions")
    rows = rows.filter(polars.col("mentions").is_not_null())
    rows = rows.rename({"text": "whole"}).unnest("mentions")
    words = polars.col("whole").str.slice(polars.col("start"), polars.col("end") - polars.col("start"))
    rows = rows.with_columns(words.alias("words"))
    assert rows.select((polars.col("words") == polars.col("text")).all()).item() in (True, None)
    count = sum(map(len, found.values()))
    assert rows.height == count, "polars"
    return found


def check_ftm(folder: Path, truth: Truth) -> Names:
    """followthemoney takes each entity, finds nothing to clean or complain of,
    and every reference leads to an entity that the schema allows there."""
    from followthemoney import model
    from normality.cleaning import remove_unsafe_chars
    entities: dict[str, Any] = {}
    texts: dict[str, str] = {}
    pages: dict[str, list[str]] = collections.defaultdict(list)
    for line in (folder / "names.ftm.json").open(encoding="utf-8", newline="\n"):
        data = json.loads(line)
        proxy = model.get_proxy(data, cleaned=False)
        out = proxy.to_dict()
        for key, values in data["properties"].items():
            assert sorted(out["properties"].get(key, [])) == sorted(values), (key, values, out)
        assert set(out["properties"]) == set(data["properties"]) and out["id"] == data["id"]
        proxy.schema.validate(data)
        missing = [p for p in proxy.schema.required if not proxy.get(p)]
        assert not missing, (data["schema"], missing)
        assert data["id"] not in entities, data["id"]
        entities[data["id"]] = proxy
        if data["schema"] in ("PlainText", "Page"):
            texts[data["id"]] = (proxy.get("bodyText") or [""])[0]
            pages[(proxy.get("document", quiet=True) or [data["id"]])[0]].append(data["id"])
    for proxy in entities.values():
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                assert entities[value].schema.is_a(prop.range), (prop.name, value)

    said = [proxy for proxy in entities.values() if proxy.schema.name in ("Note", "UnknownLink")]
    acts = [proxy for proxy in entities.values() if proxy.schema.name == "Event"]
    for found_entities, key in ((said, "statements"), (acts, "acts")):
        assert len(found_entities) == sum(len(d.get(key, [])) for d in truth.values()), key
    for proxy in said:
        assert proxy.get("proof") and proxy.get("description"), proxy

    def clean(text: str) -> str:
        return unicodedata.normalize("NFC", remove_unsafe_chars(text))

    names: dict[tuple[str, int, int], Name] = {}
    ids: dict[str, str] = {}
    for identity, document in truth.items():
        text, at = clean(document["text"]), 0
        lead = len(text) - len(text.lstrip())
        starts: dict[str, int] = {}
        for page in pages[f"chancery-{identity[:24]}"]:
            starts[page] = at = text.index(texts[page], at)
            ids[page] = identity
            at += len(texts[page])
        for name in document["names"]:
            start, end = (max(len(clean(document["text"][:to])), lead) for to in name[:2])
            page = max((page for page in starts if starts[page] <= start), key=lambda page: starts[page])
            names[page, start - starts[page], end - starts[page]] = name
    found: Names = {identity: [] for identity in truth}
    with (folder / "offsets.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            start, end = int(row["start_code_point"]), int(row["end_code_point"])
            words = row["text"].removeprefix("'")
            assert texts[row["document"]][start:end] == words, row
            mention = entities[row["mention"]]
            assert mention.get("name") == [" ".join(words.split())], mention
            name = names[row["document"], start, end]
            found[ids[row["document"]]].append(name._replace(label=row["label"]))
    return found


def linked(truth: Truth) -> tuple[dict[str, int], dict[str, int]]:
    """Return how often each entity is named, and in how many documents."""
    mentions: collections.Counter[str] = collections.Counter()
    documents: collections.Counter[str] = collections.Counter()
    for document in truth.values():
        named = [m["entity"] for m in document["mentions"] if "entity" in m]
        mentions.update(named)
        documents.update(set(named))
    return mentions, documents


def check_network(path: Path, truth: Truth) -> set[tuple[str, str, int]]:
    import networkx
    graph = networkx.read_gexf(path) if path.suffix == ".gexf" else networkx.read_graphml(path)
    mentions, documents = linked(truth)
    assert {n: d["mentions"] for n, d in graph.nodes(data=True)} == dict(mentions)
    assert {n: d["documents"] for n, d in graph.nodes(data=True)} == dict(documents)
    assert all(d["weight"] >= 1 for _, _, d in graph.edges(data=True))
    return {(*sorted((a, b)), d["weight"]) for a, b, d in graph.edges(data=True)}


def check_geojson(path: Path, truth: Truth) -> int:
    import geojson
    import geopandas
    collection = geojson.loads(path.read_text(encoding="utf-8"))
    assert collection.is_valid, collection.errors()
    mentions, _ = linked(truth)
    for feature in collection.features:
        assert feature.properties["mentions"] == mentions[feature.id], feature
    frame = geopandas.read_file(path)
    assert len(frame) == len(collection.features)
    assert frame.geometry.is_valid.all() and frame.crs.to_epsg() == 4326
    places = {e["id"] for d in truth.values() for e in d.get("entities", []) if e["label"] == "LOC"}
    print(f"          {len(frame)} of {len(places)} places have coordinates")
    return len(frame)
