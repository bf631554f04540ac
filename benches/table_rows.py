"""Adds invented documents as the rows of one table, and as files, and compares.

    python benches/table_rows.py target/release/chancery FOLDER --count 250000

writes FOLDER/cables.csv and FOLDER/files, unless they are there, and adds both to new
archives in turns with `--engine fast`. It prints documents per second by the clock and
by the processor, and the peak memory of the program. The same arguments give the same
bytes.
"""

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

FIRST = "Ama Ravi Ines Karim Zoe Olu Tariq Mina Pavel Ingrid Joao Leila Sunita Gerard Hana Kofi Noor Bela".split()
LAST = "Osei Dubois Okafor Benhaddou Ilunga Adeyemi Sabri Solheim Veloutier Rajcoomar Novak Amsel Quist Tremont".split()
OFFICES = ["Minister", "Ambassador", "Deputy Minister", "harbour master", "Director", "Judge", "Commissioner"]
PLACES = "Lusaka,Port Louis,Tulear,Victoria,Oslo,Algiers,Accra,Maputo,Mombasa,Dakar,Lome,Windhoek,Lisbon".split(",")
BODIES = ["the Ministry of Fisheries", "the Port Authority", "the Blue Nets Company", "the African Union", "the High Court"]
THINGS = "licences boats nets fees quotas harbours letters contracts debts cargoes inspections elections".split()
VERBS = "told asked reminded warned informed assured surprised thanked".split()
DEEDS = "would publish,had sold,could not find,refused to count,wanted to inspect,had never seen,would tax".split(",")
ADVERBS = "again,in private,at length,without notes,over lunch,with some heat,in a low voice,by telephone".split(",")
POSTS = "PORT LOUIS,LUSAKA,OSLO,ALGIERS,ACCRA,MAPUTO,DAKAR,LOME,WINDHOEK,LISBON".split(",")
TAGS = "PREL PGOV PTER ECON ETRD EFIS EAID KCRM".split()


def sentence(chance):
    """One invented sentence, with names."""
    who = f"{chance.choice(OFFICES)} {chance.choice(FIRST)} {chance.choice(LAST)}"
    whom = f"{chance.choice(FIRST)} {chance.choice(LAST)} of {chance.choice(BODIES)}"
    what = f"{chance.randint(2, 900)} {chance.choice(THINGS)} near {chance.choice(PLACES)}"
    return (
        f"{who} {chance.choice(VERBS)} {whom} {chance.choice(ADVERBS)} that {chance.choice(BODIES)} "
        f"{chance.choice(DEEDS)} {what}, and that {chance.choice(THINGS)} in {chance.choice(PLACES)} were another matter."
    )


def row(number, chance):
    """The eight columns of a telegram."""
    post = chance.choice(POSTS)
    year, month, day, serial = chance.randint(2003, 2009), chance.randint(1, 12), chance.randint(1, 28), number + 1
    level = chance.choice(["UNCLASSIFIED", "CONFIDENTIAL", "SECRET"])
    names = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
    header = f"P {day:02}1330Z {names[month - 1]} {year % 100:02}\nFM AMEMBASSY {post}\nTO SECSTATE WASHDC PRIORITY {serial}"
    lines = [
        f"{level} {post} {serial:06}",
        "",
        f"E.O. 12958: DECL: {month:02}/{day:02}/{year + 10}",
        f"TAGS: {', '.join(chance.sample(TAGS, 3))}",
        f'SUBJECT: THE "{chance.choice(LAST).upper()}" {chance.choice(THINGS).upper()} OF {chance.choice(PLACES).upper()}',
        "",
    ]
    for paragraph in range(1, chance.randint(3, 9)):
        words = " ".join(sentence(chance) for _ in range(chance.randint(2, 4)))
        lines += textwrap.wrap(f"{paragraph}. (C) {words}", 68) + [""]
    lines.append(chance.choice(LAST).upper())
    date = f"{month}/{day}/{year} 13:30"
    name = f"{year % 100:02}{post.replace(' ', '')}{serial}"
    return [str(number + 1), date, name, f"Embassy {post.title()}", level, "", header, "\n".join(lines)]


def generate(folder, count, seed):
    """Writes the table and the files, unless they are there."""
    table, files = folder / "cables.csv", folder / "files"
    if table.exists() and files.exists():
        return table, files
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with open(table, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number in range(count):
            cells = row(number, chance)
            writer.writerow(cells)
            part = files / f"{number // 1000:03}"
            part.mkdir(parents=True, exist_ok=True)
            (part / f"{number:06}.txt").write_text(f"{cells[6]}\n\n{cells[7]}", encoding="utf-8")
    return table, files


def measure(program, archive, source, jobs):
    """Adds a source to a new archive: seconds by the clock, of the processor, peak in MB."""
    shutil.rmtree(archive, ignore_errors=True)
    begun = time.perf_counter()
    command = [program, "add", archive, source, "--engine", "fast", "--jobs", str(jobs)]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    summary = child.stderr.read().strip().splitlines()[-1:]
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{source}: {summary}")
    shutil.rmtree(archive)
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, " ".join(summary)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("program", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--count", type=int, default=250_000)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=22)
    given = arguments.parse_args()
    folder = given.folder / str(given.count)
    table, files = generate(folder, given.count, given.seed)
    megabytes = table.stat().st_size / 1e6
    print(f"{given.count} documents, {megabytes:.0f} MB, {given.rounds} rounds, {given.jobs} jobs")
    for number in range(given.rounds):
        for source in (table, files):
            seconds, cpu, peak, summary = measure(given.program, folder / "archive", source, given.jobs)
            rates = f"{given.count / seconds:6.0f} documents/s, {given.count / cpu:6.0f} per processor second"
            print(f"round {number + 1}  {source.name:10}  {rates}, peak {peak:5.0f} MB  [{summary}]", flush=True)


if __name__ == "__main__":
    main()
