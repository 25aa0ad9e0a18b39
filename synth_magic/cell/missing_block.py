"""What a cell says so far; the block ``missing:``."""

from __future__ import annotations

import re

from synth_magic.blueprint.model import Column, Effect, Missing, Rule
from synth_magic.blueprint.request import Either
from synth_magic.blueprint.targets import Targets
from synth_magic.blueprint.yaml_form import missing_from
from synth_magic.cell import lex, longform
from synth_magic.cell.facts import Facts, short
from synth_magic.cell.scan import Scanner
from synth_magic.cell.split import Block, Entry, entries, name_of
from synth_magic.errors import Path, Problem, SpecError, problem


class MissingBlock:
    """Collects what a cell says; offsets are those of the text given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.columns: list[Column] = []
        self.effects: list[Effect] = []
        self.rules: list[Rule] = []
        self.missing: list[Missing] = []
        self.unread: list[tuple[str, str]] = []
        self.either: list[Either] = []
        self.spans: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.rows: int | None = None
        self.targets: Targets | None = None
        self.table: str | None = None
        self.population = ""
        self._names: set[str] = set()
        self._length = 0
        self._strict: list[tuple[str, Path]] = []

    def _keep(self, column: Column, missing: Missing | None) -> None:
        self.columns.append(column)
        if missing is not None:
            there = self.spans.get(("columns", column.name, "missing"))
            self._keep_missing(missing, there or self.spans[("columns", column.name)])

    def _keep_missing(self, missing: Missing, place: tuple[int, int]) -> None:
        path: Path = ("missing", missing.column)
        before = next((part for part in self.missing if part.column == missing.column), None)
        if before == missing:
            return
        if before is not None:
            what = f"The missing values of {short(missing.column)} are said twice"
            raise SpecError(problem(path, what, "Keep one of the two", offset=place[0]))
        self.spans[path] = place
        self.spans[("missing", len(self.missing))] = place
        self.missing.append(missing)

    def _missing_block(self, block: Block) -> None:
        if block.rest and not block.rest.startswith("#"):
            if longform.is_flow(block.rest, more=bool(block.lines)):
                traced = longform.gather(block.lines, (block.rest_start, block.rest), hang=2)
                loaded = longform.load(traced, ("missing",))
                places = longform.spans(loaded, traced)
                for name, said in (loaded.data if isinstance(loaded.data, dict) else {}).items():
                    at = places.get(("missing", name), block.rest_start)
                    try:
                        part = missing_from(name, said, ("missing", name), texts=loaded.texts)
                    except SpecError as error:
                        raise longform.placed(error, loaded, traced) from None
                    self._keep_missing(part, (at, at + len(name)))
                return
            what, mend = (
                "missing: stands above its entries",
                "Write below it, a line each, hba1c: 8%",
            )
            raise SpecError(problem(("missing",), what, mend, offset=block.rest_start))
        for entry in entries(block):
            try:
                self._missing_entry(entry)
            except SpecError as error:
                self.problems += error.problems

    def _missing_entry(self, entry: Entry) -> None:
        found = name_of(entry.text)
        if found is None or not found[0]:
            what, mend = f"This line has no name and colon: {short(entry.text)}", "Write hba1c: 8%"
            raise SpecError(problem(("missing",), what, mend, offset=entry.start))
        name, used = found
        rest = entry.text[used:]
        start = entry.start + used + len(rest) - len(rest.lstrip())
        rest = rest.strip()
        path: Path = ("missing", name)
        more = [line for line in entry.more if not line.blank]
        place = (entry.start, entry.start + len(name))
        if more or rest.startswith("{"):
            traced = longform.gather(entry.more, (start, rest) if rest else None, hang=2)
            loaded = longform.load(traced, path)
            try:
                self._keep_missing(missing_from(name, loaded.data, path, texts=loaded.texts), place)
            except SpecError as error:
                if all(part.offset is not None for part in error.problems):
                    raise
                raise longform.placed(error, loaded, traced) from None
            for deeper, at in longform.spans(loaded, traced).items():
                self.spans.setdefault(deeper, (at, at + len(str(deeper[-1]))))
            return
        inner, shift = unquoted(rest)
        self._keep_missing(self._rate(name, inner, start + shift), place)

    def _rate(self, name: str, text: str, start: int) -> Missing:
        """Read ``8%``, ``0.08``, ``one in ten``, ``never``, ``8%, depends on age, beta -0.3``."""
        path: Path = ("missing", name)
        depends = re.search(
            r"[,;]?\s*(?:depends on|depending on|by)\s+(?P<on>[^,;]+?)"
            r"(?:[,;]\s*(?P<word>beta|odds[ _]ratio|OR)\s*[=:]?\s*(?P<size>-?\d+(?:\.\d+)?))?\s*$",
            text,
        )  # fmt: skip
        said = text[: depends.start()] if depends else text
        if said.strip().lower() in ("never", "none", "no", "complete"):
            return Missing(column=name, rate=0.0, source="user")
        norm = lex.normal(said)
        tokens = lex.lex(norm)
        scanner = Scanner(said, tokens, Facts(name), set())
        share = scanner.share(scanner.skip(0) if tokens else 0)
        if share is None or (
            share[1] < len(tokens) and scanner.word(share[1]) not in ("missing", "na")
        ):
            number = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*", said)
            mend = f"Write {name}: {number[1] if number else 8}%"
            what = f"{name}: {short(said) or 'nothing'} is no share of missing values"
            raise SpecError(problem(path, what, mend, offset=start))
        if not 0 <= share[0] <= 1:
            what = f"{name}: a share of {share[0] * 100:g}% is not between 0 and 100%"
            raise SpecError(problem(path, what, f"Write {name}: 8%", offset=start))
        if depends is None:
            return Missing(column=name, rate=share[0], source="user")
        data: dict[str, object] = {"rate": share[0], "depends_on": depends["on"].strip()}
        if depends["word"]:
            word = "beta" if depends["word"] == "beta" else "odds_ratio"
            data[word] = float(depends["size"])
        try:
            return missing_from(name, data, path)
        except SpecError as error:
            parts = [
                problem(part.path, part.what, part.mend, offset=start) for part in error.problems
            ]
            raise SpecError(parts) from None


def unquoted(text: str) -> tuple[str, int]:
    """Take the quotes from one quoted string; how far its text begins behind the first."""
    norm = lex.normal(text)
    quoted = len(norm) > 1 and norm[0] == norm[-1] and norm[0] in "\"'"
    if quoted and norm[0] not in norm[1:-1]:
        return text[1:-1], 1
    return text, 0
