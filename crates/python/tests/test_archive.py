"""Archives: reading, writing, and several programs on one archive."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import chancery
import pytest

TELEGRAMS = {
    "one.txt": "CONFIDENTIAL PORT LOUIS 000214\nSUBJECT: HARBOUR DUES\n\n1. (C) Ama Osei met the Foreign Minister "
    "in Port Louis on May 3. She said the dues will rise.\n\n2. (C) The Ambassador thanked Ama Osei.\n",
    "two.txt": "SECRET TO NAIROBI 000031\nSUBJECT: VISIT OF AMA OSEI\n\n1. (S) Ama Osei leaves Nairobi for Port Louis 🛫.\n",
    "three.txt": "UNCLASSIFIED ACCRA 000007\nSUBJECT: <b>COCOA</b> PRICES\n\n1. (U) Señor Peña sold cocoa in Tema.\n",
}


@pytest.fixture
def archive(tmp_path: Path) -> chancery.Archive:
    folder = tmp_path / "telegrams"
    folder.mkdir()
    for name, text in TELEGRAMS.items():
        (folder / name).write_text(text, encoding="utf-8")
    archive = chancery.Archive(tmp_path / "archive", create=True)
    added = archive.add(folder, engine="fast")
    assert (added.documents, added.files, added.failed) == (3, 3, 0)
    return archive


def test_a_search_gives_hits_whose_spans_slice(archive: chancery.Archive) -> None:
    results = archive.search("osei", sort="oldest")
    assert len(results) == results.total == 2 and len(list(results)) == 2
    for hit in results:
        text = archive.document(hit).text
        assert hit.spans and all("OSEI" in text[start:end].upper() for start, end in hit.spans)
        for snippet in hit.snippets:
            assert text[snippet.start : snippet.end] == snippet.text
    assert results[0].id != results[1].id and results[-1] == results[1] and results[:1] == [results[0]]
    assert [hit.id for hit in archive.search("osei", sort="oldest", offset=1)] == [results[1].id]
    assert archive.search("osei", limit=1).total == 2 and len(archive.search("osei", limit=1)) == 1
    assert len(archive.search("zzyzxqwv")) == 0 and list(archive.search("zzyzxqwv")) == []
    with pytest.raises(IndexError, match="hit 2 of 2"):
        results[2]


def test_results_are_data_frames(archive: chancery.Archive) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    results = archive.search("", sort="oldest")
    frame = results.to_pandas()
    assert list(frame.id) == [hit.id for hit in results]
    assert set(frame.subject) == {"HARBOUR DUES", "VISIT OF AMA OSEI", "<b>COCOA</b> PRICES"}
    assert results.to_polars().height == 3 and results.to_arrow().num_rows == 3
    assert list(archive.search("", sort="oldest", offset=1, limit=1).to_pandas().id) == list(frame.id[1:2])
    assert archive.search("zzyzxqwv").to_pandas().empty
    assert list(archive.search("zzyzxqwv").to_pandas().columns) == list(frame.columns)


def test_a_document_has_the_shape_of_annotate(archive: chancery.Archive) -> None:
    hit = archive.search("harbour")[0]
    document = archive.document(hit.id[:12])
    annotated = chancery.annotate(TELEGRAMS["one.txt"], source=document.source, engine="fast")
    assert isinstance(document, chancery.Document)
    assert document.to_dict().keys() >= annotated.to_dict().keys() - {"offices"}
    assert (document.text, document.header, document.sentences) == (annotated.text, annotated.header, annotated.sentences)
    assert [(m.start, m.end, m.label) for m in document] == [(m.start, m.end, m.label) for m in annotated]
    numbered = [paragraph for paragraph in document.paragraphs if paragraph.number]
    assert [paragraph.number for paragraph in numbered] == ["1", "2"]
    assert numbered[0].portion_marking == "C" and numbered[1].text.endswith("thanked Ama Osei.")
    assert document.paths[0].endswith("one.txt") and document.summary.subject == "HARBOUR DUES"
    assert "paragraph" not in document.citation and "HARBOUR DUES" in document.citation
    again = pickle.loads(pickle.dumps(document))
    assert again == document and again.paragraphs == document.paragraphs


def test_passages_are_exact(archive: chancery.Archive) -> None:
    # Nothing but the name joins the two, so they are two until a user decides.
    one, other = archive.people("osei")
    assert archive.decide("merge", from_=one.id, into=other.id).kept in (one.id, other.id)
    (person,) = [listed for listed in archive.people("osei") if listed.documents]
    assert person.documents == 2
    passages = list(archive.mentions(person))
    assert len(passages) >= 3 and len({passage.document for passage in passages}) == 2
    for passage in passages:
        assert archive.document(passage.document).text[passage.start : passage.end] == passage.quotation
        assert "Ama Osei" in passage.quotation or "AMA OSEI" in passage.quotation
        assert passage.citation
    assert {one.document for one in archive.mentions(person, query="harbour")} == {archive.search("harbour")[0].id}
    entity = archive.entity(person)
    assert entity.documents == 2 and sum(entity.spellings.values()) == entity.mentions


SAID = """UNCLAS VALLETTA 000001

SUBJECT: THE PORT

1. (U) Minister Karim Benhaddou met Ines Okafor in Valletta. Benhaddou told Okafor that the port would open in May. \
Okafor replied that the fund had no money.
"""


def test_statements_say_who_told_whom(tmp_path: Path) -> None:
    (tmp_path / "09VALLETTA1.txt").write_text(SAID, encoding="utf-8")
    archive = chancery.Archive(tmp_path / "archive", create=True)
    archive.add(tmp_path / "09VALLETTA1.txt", engine="fast")
    document = archive.document("09VALLETTA1")
    told = [(one.speaker and one.speaker.name, one.cue.text, one.hearer and one.hearer.name, one.content.text)
            for one in document.statements]
    assert told == [
        ("Karim Benhaddou", "told", "Ines Okafor", "the port would open in May"),
        ("Ines Okafor", "replied", "Karim Benhaddou", "the fund had no money"),
    ]
    annotated = chancery.annotate(SAID, source="09VALLETTA1.txt", engine="fast", statements=True)
    assert [one.content for one in annotated.statements] == [one.content for one in document.statements]
    assert all(0 < one.score <= 0.99 for one in annotated.statements)
    (met,) = [act for act in annotated.acts if act.type == "met"]
    assert met.place and met.place.text == "Valletta" and met.who[0].name == "Karim Benhaddou"
    assert chancery.annotate(SAID, engine="fast").statements == ()

    person = archive.people("benhaddou")[0]
    (said,) = archive.statements(person, role="said")
    text = document.text
    assert said.content == "the port would open in May" and said.hearer and said.hearer.name == "Ines Okafor"
    assert text[said.start : said.end] == said.quotation and text[said.content_start : said.content_end] == said.content
    assert said.certainty in ("sure", "likely", "possible") and "para. 1" in said.citation
    assert [one.cue for one in archive.statements(person)] == ["told", "replied"]
    assert [one.cue for one in archive.statements(query="port")] == ["told", "replied"]
    assert list(archive.statements(person, query="nothinghere")) == [] == list(archive.statements(min_score=1.0))
    with pytest.raises(ValueError, match="role must be"):
        archive.statements(person, role="heard")  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        archive.statements("n-none")

    # Corrections.
    other = archive.people("okafor")[0]
    at = {"document": document.id, "start": said.cue_start, "end": said.cue_end}
    decided = archive.decide("speaker", **at, entity=other.id)
    assert [one.decision for one in archive.statements(other, role="said")] == [decided.number, None]
    archive.decide("no_statement", **at)
    assert [one.cue for one in archive.statements()] == ["replied"]
    archive.decide("undo", decision=decided.number + 1)
    archive.decide("undo", decision=decided.number)
    assert len(list(archive.statements(person, role="said"))) == 1

    pytest.importorskip("pyarrow")
    batch = chancery.annotate_batch([SAID], engine="fast", statements=True).to_pylist()
    assert [one["type"] for one in batch[0]["statements"]] == ["say", "say"]
    assert chancery.annotate_batch([SAID], engine="fast").to_pylist()[0]["statements"] == []
    assert archive.export(tmp_path / "all.parquet", format="parquet", statements=True) == 1
    # As from Spark and Ray.
    imported = tmp_path / "imported"
    run = [os.environ["CHANCERY"], "import", str(imported), str(tmp_path / "all.parquet"), "--set", "spark"]
    subprocess.run(run, check=True, capture_output=True)
    assert [one.cue for one in chancery.Archive(imported).statements()] == ["told", "replied"]
    with pytest.raises(ValueError, match="cannot hold statements"):
        archive.export(tmp_path / "all.conll", format="conll", statements=True)


def test_words_of_documents_are_no_markup(archive: chancery.Archive) -> None:
    for shown in [archive.search("cocoa"), archive.document(archive.search("cocoa")[0]), archive]:
        assert "<b>COCOA" not in shown._repr_html_()
    assert "<mark" in archive.document(archive.search("cocoa")[0])._repr_html_()


def test_decisions_are_written_and_undone(archive: chancery.Archive) -> None:
    document = archive.search("harbour")[0].id
    noted = archive.decide("note", on=document, words="see below", reason="a test", author="ana")
    assert [remark.words for remark in archive.document(document).remarks] == ["see below"]
    tagged = archive.decide("keyword", on=document, words="dues")
    assert len(archive.search("keyword:dues")) == 1
    archive.decide("undo", decision=tagged.number)
    assert len(archive.search("keyword:dues")) == 0
    assert noted.number < tagged.number
    created = archive.decide("create", label="PER", name="Kofi Osei")
    assert created.created
    person = archive.people("osei")[0]
    archive.decide("apart", entity=person.id, from_=created.created)


def test_what_is_added_is_seen_and_known_files_are_not_read_again(archive: chancery.Archive, tmp_path: Path) -> None:
    results = archive.search("mombasa")
    (tmp_path / "four.txt").write_text("SUBJECT: A SHIP\n\n1. (U) The ship left Mombasa.\n", encoding="utf-8")
    seen: list[chancery.Progress] = []
    added = archive.add([tmp_path / "four.txt", tmp_path / "telegrams"], engine="fast", progress=seen.append)
    assert (added.documents, added.known) == (1, 3)
    assert seen[-1].documents == 1 and seen[-1].fraction == 1.0
    assert len(results) == 0 and len(archive.search("mombasa")) == 1 and len(archive) == 4


def test_a_progress_that_raises_ends_the_run_and_the_next_goes_on(archive: chancery.Archive, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(f"SUBJECT: SHIP {number}\n\n1. (U) Ship {number} left Tema.\n")

    def stop(progress: chancery.Progress) -> None:
        if progress.documents >= 5:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        archive.add(folder, engine="fast", jobs=1, progress=stop)
    kept = len(archive) - 3
    assert 5 <= kept < 60
    archive.add(folder, engine="fast")
    assert len(archive) == 63


def test_an_export_is_that_of_the_command_line(archive: chancery.Archive, tmp_path: Path) -> None:
    program = os.environ.get("CHANCERY")
    if not program:
        pytest.skip("CHANCERY does not name a program to compare with")
    assert archive.export(tmp_path / "ours.jsonl") == 3
    subprocess.run([program, "export", archive.path, "-o", tmp_path / "theirs.jsonl"], check=True, capture_output=True)
    assert (tmp_path / "ours.jsonl").read_bytes() == (tmp_path / "theirs.jsonl").read_bytes()
    assert archive.export(tmp_path / "pairs", format="brat", query="harbour") == 1
    assert len(list((tmp_path / "pairs").glob("*.ann"))) == 1


def count_hits(archive: chancery.Archive) -> tuple[int, str]:
    """What another process sees."""
    return len(archive.search("osei")), archive.document(archive.search("harbour")[0]).text


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_other_processes_read_the_same(archive: chancery.Archive, method: str) -> None:
    expected = count_hits(archive)
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(count_hits, [archive] * 4) == [expected] * 4
    assert count_hits(archive) == expected


def test_threads_read_at_the_same_time(archive: chancery.Archive) -> None:
    expected = count_hits(archive)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: count_hits(archive), range(40))) == [expected] * 40


def note_many(path: str, author: str) -> None:
    archive = chancery.Archive(path)
    document = archive.search("harbour")[0].id
    for number in range(10):
        archive.decide("note", on=document, words=f"{author} {number}", author=author)


def test_two_processes_and_a_server_write_one_archive(archive: chancery.Archive, tmp_path: Path) -> None:
    program = os.environ.get("CHANCERY")
    if not program:
        pytest.skip("CHANCERY does not name a program that serves")
    server = subprocess.Popen(
        [program, "serve", archive.path, "--port", "0", "--no-open"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        url = json.loads(server.stdout.readline())["url"]
        others = multiprocessing.get_context("spawn")
        writers = [others.Process(target=note_many, args=(archive.path, author)) for author in ["ana", "ben"]]
        reader = threading.Thread(target=lambda: [count_hits(archive) for _ in range(20)])
        for one in [*writers, reader]:
            one.start()
        document = archive.search("harbour")[0].id
        for number in range(10):
            post(url + "api/v1/decisions", {"action": "note", "on": document, "words": f"server {number}"})
        (tmp_path / "five.txt").write_text("SUBJECT: A TRAIN\n\n1. (U) The train left Kisumu.\n", encoding="utf-8")
        archive.add(tmp_path / "five.txt", engine="fast")
        for one in [*writers, reader]:
            one.join()
        assert [writer.exitcode for writer in writers] == [0, 0]
        notes = {remark.words for remark in archive.document(document).remarks}
        assert notes == {f"{author} {number}" for author in ["ana", "ben", "server"] for number in range(10)}
        # The server sees what the processes wrote, and they what it wrote.
        found = get(url + "api/v1/search?q=kisumu")
        assert found["total"] == 1 and len(archive.search("kisumu")) == 1
        shown = get(url + f"api/v1/documents/{document}")
        assert {remark["words"] for remark in shown["remarks"]} == notes
    finally:
        server.terminate()
        server.wait(10)
    checked = subprocess.run([program, "verify", archive.path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def get(url: str) -> dict:
    import urllib.request

    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def post(url: str, body: dict) -> dict:
    import urllib.request

    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
