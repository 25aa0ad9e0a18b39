"""Reading the blocks of a cell, entry by entry; one bad entry does not hide the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth_magic.blueprint.model import Rule
from synth_magic.blueprint.yaml_form import effect_from, rule_from
from synth_magic.cell import effect_lines, longform, targets
from synth_magic.cell.columns_block import ColumnsBlock
from synth_magic.cell.facts import short
from synth_magic.cell.missing_block import unquoted
from synth_magic.cell.prose import LARGEST
from synth_magic.cell.split import Block, Entry, entries
from synth_magic.errors import Path, Problem, SpecError, problem


class Reader(ColumnsBlock):
    """Reads every block of a cell."""

    def block(self, block: Block) -> None:
        """Read one block."""
        self.spans[(block.key,)] = (block.start, block.start + len(block.key))
        try:
            getattr(self, f"_{block.key}_block")(block)
        except SpecError as error:
            self.problems += error.problems

    def done(self) -> None:
        """Add what strict bounds say, behind the user's own rules."""
        for rule, path in self._strict:
            self.spans[("rules", len(self.rules))] = self.spans[path]
            self.rules.append(Rule(text=rule, source="user"))

    def _rows_block(self, block: Block) -> None:
        number = re.fullmatch(r"\d{1,3}(?:[, _\u202f]\d{3})+|\d+", block.rest)
        digits = "" if number is None else re.sub(r"\D", "", block.rest)
        rows = int(digits[:15] or 0)
        if not 0 < rows <= LARGEST:
            wanted = f"at most {LARGEST:,}" if rows or len(digits) > 15 else "above 0"
            what = f"rows: wants a whole number {wanted}, not {short(block.rest) or 'nothing'}"
            raise SpecError(problem(("rows",), what, "Write rows: 500", offset=block.rest_start))
        self.rows = rows

    def _seed_block(self, block: Block) -> None:
        what = "The seed is not said in the cell's text"
        mend = f"Say it as an option: --seed {short(block.rest, 20) or '7'}"
        raise SpecError(problem(("seed",), what, mend, offset=block.start))

    def _table_block(self, block: Block) -> None:
        name = block.rest.strip("\"'")
        if not name.isidentifier():
            what = f"table: wants the name of a variable, not {short(name) or 'nothing'}"
            raise SpecError(
                problem(("table",), what, "Write table: asthma", offset=block.rest_start)
            )
        self.table = name

    def _population_block(self, block: Block) -> None:
        lines = [block.rest.strip("\"'") if block.rest not in ("|", ">", "|-", ">-") else ""]
        lines += [line.text for line in block.lines]
        self.population = "\n".join(line for line in lines if line)
        places = [(line.start, line.end) for line in block.lines if line.text]
        if lines[0]:
            places.insert(0, (block.rest_start, block.rest_start + len(block.rest)))
        if places:
            self.spans["prose",] = (places[0][0], places[-1][1])

    def _version_block(self, block: Block) -> None:
        what = "version: begins a whole Blueprint, which has no prose before it"
        mend = "Put the prose under population:, or leave version: out"
        raise SpecError(problem(("version",), what, mend, offset=block.start))

    def _targets_block(self, block: Block) -> None:
        self.targets, spans = targets.read(block)
        self.spans.update(spans)

    def _rules_block(self, block: Block) -> None:
        for entry in self._items(block):
            self._rule(entry)

    def _rule(self, entry: Entry) -> None:
        path: Path = ("rules", len(self.rules))
        if re.match(r"\{\s*rule\s*:", entry.text):
            hang = 2 if entry.text.startswith("{") else 0
            traced = longform.gather(entry.more, (entry.start, entry.text), hang=hang)
            loaded = longform.load(traced, path)
            try:
                rule = rule_from(loaded.data, path, texts=loaded.texts)
            except SpecError as error:
                raise longform.placed(error, loaded, traced) from None
            start = longform.spans(loaded, traced).get((*path, "rule"), entry.start)
            text = rule.text
        else:
            more = [line for line in entry.more if not line.blank]
            end = more[-1].end if more else entry.start + len(entry.text)
            raw = re.sub(r"[\t\r\n]", " ", self.text[entry.start : end])
            text, shift = unquoted(raw)
            start = entry.start + shift
            rule = Rule(text=text, source="user")
        if not text.strip():
            what, mend = "This rule says nothing", "Write a condition: - sbp > dbp"
            raise SpecError(problem(path, what, mend, offset=entry.start))
        self.spans[path] = (start, start + len(text))
        self.rules.append(rule)

    def _effects_block(self, block: Block) -> None:
        for entry in self._items(block):
            try:
                self._effect(entry)
            except SpecError as error:
                self.problems += error.problems

    def _effect(self, entry: Entry) -> None:
        path: Path = ("effects", len(self.effects))
        place = (entry.start, entry.start + len(entry.text))
        mapping = entry.text.startswith("{") or re.match(
            r"[a-z_]+\s*:(?!.*(?:->|→|=>))", entry.text
        )
        if not mapping:
            try:
                effect = effect_lines.read(entry.text, path)
            except SpecError as error:
                raise SpecError([
                    Problem(part.path, part.what, part.mend, part.level,
                            entry.start + (part.offset or 0))
                    for part in error.problems
                ]) from None  # fmt: skip
        else:
            hang = 2 if entry.text.startswith("{") else 0
            traced = longform.gather(entry.more, (entry.start, entry.text), hang=hang)
            loaded = longform.load(traced, path)
            try:
                effect = effect_from(loaded.data, path, texts=loaded.texts)
            except SpecError as error:
                raise longform.placed(error, loaded, traced) from None
            for inner, at in longform.spans(loaded, traced).items():
                self.spans[inner] = (at, at + len(str(inner[-1])))
        self.spans[path] = place
        self.effects.append(effect)

    def _items(self, block: Block) -> Iterator[Entry]:
        """Give the entries of a list; one that stands behind its key is one too."""
        if block.rest and not block.rest.startswith("#"):
            if block.rest.startswith("[") and block.key == "effects":
                yield from _flow_items(block)
                return
            yield Entry(block.rest_start, block.rest, (), False, 0)
        yield from entries(block)

    _sampler_block = _version_block


def _flow_items(block: Block) -> Iterator[Entry]:
    """Cut ``[{from: a, to: b, beta: 1}, {…}]`` into its mappings."""
    text, starts = block.rest, block.rest_start
    for line in block.lines:
        text += " " * (line.start - starts - len(text)) + line.text
    for match in re.finditer(r"\{[^{}]*\}", text):
        yield Entry(starts + match.start(), match[0], (), True, 0)
