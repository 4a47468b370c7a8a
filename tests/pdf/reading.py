"""Reads a PDF back with poppler: its words, where they stand, and the order in which they are read aloud."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from finsam import money

# What begins a line of its own when the document is read in order.
BLOCKS = {"H1", "H2", "H3", "P", "Caption", "TR", "LI", "Figure"}


@cache
def run(*command: str | Path) -> str:
    """What a tool writes."""
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def plain(text: str) -> str:
    """With ordinary spaces, one at a time."""
    return re.sub(r"\s+", " ", text.replace(money.NO_BREAK_SPACE, " ")).strip()


def pages(path: Path) -> list[str]:
    """The text of each page, in the order of the paper."""
    return [plain(page) for page in run("pdftotext", "-layout", path, "-").split("\f")[:-1]]


def facts(path: Path) -> dict[str, str]:
    """Title, author, pages and the like."""
    lines = (line.partition(":") for line in run("pdfinfo", path).splitlines())
    return {name: plain(value) for name, _, value in lines}


def fonts(path: Path) -> dict[str, str]:
    """Each font's name, without the mark of its subset, and whether it is embedded: yes or no."""
    rows = [line.split() for line in run("pdffonts", path).splitlines()[2:]]
    return {row[0].partition("+")[2] or row[0]: row[-5] for row in rows}


def reading_order(path: Path) -> list[str]:
    """What a screen reader meets: "H1 Budget 2021", "TR Staten | 50 % | h 27 350 000", in order."""
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for line in run("pdfinfo", "-enc", "UTF-8", "-struct-text", path).splitlines():
        said = line.strip()
        kind = re.split(r"[\s:]", said, maxsplit=1)[0]
        if said.startswith('"'):
            blocks[-1][1].append("" if blocks[-1][0] == "Figure" else said.strip('"'))
        elif kind in BLOCKS:
            blocks.append((kind, []))
        elif kind in ("TH", "TD"):
            blocks[-1][1].append("|")
    return [f"{kind} {_joined(said)}".rstrip() for kind, said in blocks[1:]]


def _joined(said: list[str]) -> str:
    text = plain(" ".join(said)).removeprefix("| ")
    return re.sub(r" ([.,:])(?= |$)", r"\1", text)


def rows(path: Path) -> Iterator[list[str]]:
    """The cells of every table row, in order."""
    return (re.split(r" ?\| ?", line[3:]) for line in reading_order(path) if line.startswith("TR "))


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page and its edges, in points from the page's left."""

    text: str
    left: float
    right: float


def words(path: Path, page: int) -> list[Word]:
    """The words of one page, the first being 1."""
    written = run("pdftotext", "-bbox", "-f", str(page), "-l", str(page), path, "-")
    found = re.findall(r'<word xMin="([\d.]+)" .*? xMax="([\d.]+)" .*?>(.*?)</word>', written)
    return [
        Word(part, float(left), float(right))
        for left, right, text in found
        for part in plain(text).split(" ")
    ]


def right_edges(path: Path, page: int, text: str) -> set[float]:
    """Where every occurrence of ``text`` on the page ends."""
    parts = text.split(" ")
    on_page = words(path, page)
    return {
        round(on_page[at + len(parts) - 1].right, 1)
        for at in range(len(on_page))
        if [word.text for word in on_page[at : at + len(parts)]] == parts
    }
