"""Reading the blocks of a cell, entry by entry; one bad entry does not hide the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from synth_magic.blueprint.model import Column, Effect, Missing, Rule
from synth_magic.blueprint.request import Either
from synth_magic.blueprint.yaml_form import column_from, effect_from, missing_from, rule_from
from synth_magic.cell import effect_lines, lex, longform, shorthand
from synth_magic.cell.column import checked
from synth_magic.cell.facts import Facts, short
from synth_magic.cell.scan import Scanner
from synth_magic.cell.split import MAX_ENTRIES, Block, Entry, Line, entries, name_of
from synth_magic.errors import Path, Problem, SpecError, problem

MAX_NAME = 120
#: Characters of shorthand in one cell: 2,000 columns with 100 characters each.
MAX_FACTS = 200_000
_FACT_WORDS = frozenset(
    "missing range mean sd median iqr quartiles min max unit values levels pattern type".split()
)


class Reader:
    """Collects what the blocks say; offsets are those of the text given."""

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
        self.table: str | None = None
        self.population = ""
        self._names: set[str] = set()
        self._length = 0
        self._strict: list[tuple[str, Path]] = []

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

    # Scalars --------------------------------------------------------------------------

    def _rows_block(self, block: Block) -> None:
        number = re.fullmatch(r"\d{1,3}(?:[, _\u202f]\d{3})+|\d{1,15}", block.rest)
        if number is None or not int(re.sub(r"\D", "", block.rest)):
            what = f"rows: wants a whole number above 0, not {short(block.rest) or 'nothing'}"
            raise SpecError(problem(("rows",), what, "Write rows: 500", offset=block.rest_start))
        self.rows = int(re.sub(r"\D", "", block.rest))

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

    def _version_block(self, block: Block) -> None:
        what = "version: begins a whole Blueprint, which has no prose before it"
        mend = "Put the prose under population:, or leave version: out"
        raise SpecError(problem(("version",), what, mend, offset=block.start))

    _sampler_block = _version_block

    def _targets_block(self, block: Block) -> None:
        what = "targets: is not available yet"
        mend = "Leave the block out; effects: says how columns hang together"
        raise SpecError(problem(("targets",), what, mend, offset=block.start))

    # Columns --------------------------------------------------------------------------

    def _columns_block(self, block: Block) -> None:
        if block.rest and not block.rest.startswith("#"):
            self._inline_columns(block)
            return
        for entry in _entries(block):
            try:
                self._column(entry)
            except SpecError as error:
                self.problems += error.problems
        if not self.columns and not self.problems:
            what = "There is no column under columns:"
            mend = "Write one a line, such as age: years, 30-85"
            raise SpecError(problem(("columns",), what, mend, offset=block.start))

    def _inline_columns(self, block: Block) -> None:
        """Read ``columns: age, sex``, ``columns: [age, sex]`` and a flow mapping."""
        if longform.is_flow(block.rest, more=bool(block.lines)):
            traced = longform.gather(block.lines, (block.rest_start, block.rest), hang=2)
            loaded = longform.load(traced, ("columns",))
            places = longform.spans(loaded, traced)
            for name, said, path in _flow_columns(loaded.data):
                start = places.get(path, block.rest_start)
                if name is None:
                    what, mend = "This is no name of a column", "Write columns: [age, sex]"
                    raise SpecError(problem(path, what, mend, offset=start))
                self._named(name, start)
                if isinstance(said, (dict, list)):
                    self._long(name, said, loaded, traced, path)
                else:
                    self._short(name, "" if said is None else str(said), start)
            return
        if block.lines and any(not line.blank for line in block.lines):
            what = "Columns stand behind columns: and below it too"
            mend = "Write each column on a line of its own below columns:"
            raise SpecError(problem(("columns",), what, mend, offset=block.rest_start))
        at = block.rest_start
        for part in re.split("([,;])", block.rest):
            name = part.strip()
            if name and name not in ",;":
                self._bare_name(name, at + part.index(name))
            at += len(part)

    def _bare_name(self, name: str, at: int) -> None:
        """A column of which nothing but its name is said."""
        found = name_of(name)
        if found is not None and found[0]:
            rest = name[found[1] :]
            self._named(found[0], at)
            self._short(found[0], rest.strip(), at + found[1] + len(rest) - len(rest.lstrip()))
            return
        if len(name.split()) > 4 or re.search(r"\d\s*-\s*\d|%|[<>≥≤±]", name):
            word = name.split()[0]
            what = f"This line has no colon: {short(name)}"
            mend = f"Write {short(word, 20)}: {short(name[len(word) :].strip(), 40)}".rstrip(" :")
            raise SpecError(problem(("columns", short(word)), what, mend, offset=at))
        self._named(name.strip("`\"'"), at)
        self._short(name.strip("`\"'"), "", at)

    def _named(self, name: str, at: int) -> None:
        """Check a new column's name."""
        path: Path = ("columns", name)
        if not name:
            what = "There is no name before this colon"
            raise SpecError(problem(("columns",), what, "Write name: facts", offset=at))
        if len(name) > MAX_NAME or re.search(r"[\x00-\x1f]", name):
            what = f"{short(name)} is no name of a column"
            mend = f"Write at most {MAX_NAME} characters on one line"
            raise SpecError(problem(path, what, mend, offset=at))
        if name in self._names:
            what = f"There are two columns called {short(name)}"
            raise SpecError(problem(path, what, "Rename or leave out one of them", offset=at))
        self._names.add(name)
        self.spans[path] = (at, at + len(name))

    def _column(self, entry: Entry) -> None:
        if entry.dashed and (entry.text.startswith("{") or re.match(r"name\s*:", entry.text)):
            self._listed_column(entry)
            return
        found = name_of(entry.text)
        if found is None:
            if any(not line.blank for line in entry.more):
                self._refuse_no_colon(entry)
            self._bare_name(entry.text, entry.start)
            return
        name, used = found
        self._named(name, entry.start)
        rest = entry.text[used:]
        start = entry.start + used + len(rest) - len(rest.lstrip())
        rest = rest.strip()
        more = [line for line in entry.more if not line.blank]
        if not rest and more:
            self._block_form(name, more, entry)
        elif longform.is_flow(rest, more=bool(more)):
            traced = longform.gather(entry.more, (start, rest), hang=2)
            self._flow(name, traced)
        elif more:
            self._continued(name, start, more, entry)
        else:
            inner, shift = _unquoted(rest)
            self._short(name, inner, start + shift)

    def _refuse_no_colon(self, entry: Entry) -> None:
        what = f"A colon is missing behind {short(entry.text)}"
        mend = f"Write {short(entry.text)}:"
        raise SpecError(problem(("columns", short(entry.text)), what, mend, offset=entry.start))

    def _listed_column(self, entry: Entry) -> None:
        """Read ``- name: age`` with the Blueprint's keys below."""
        hang = 2 if entry.text.startswith("{") else 0
        traced = longform.gather(entry.more, (entry.start, entry.text), hang=hang)
        loaded = longform.load(traced, ("columns", "?"))
        data = loaded.data
        name = data.get("name") if isinstance(data, dict) else None
        name = loaded.texts.get(("columns", "?", "name"), name)
        if not isinstance(name, str):
            what, mend = "This column has no name", "Begin it with - name: age"
            raise SpecError(problem(("columns",), what, mend, offset=entry.start))
        self._named(name, entry.start)
        self._long(name, data, loaded, traced, ("columns", "?"))

    def _block_form(self, name: str, more: Sequence[Line], entry: Entry) -> None:
        """Read the lines below ``name:``, YAML or plain facts."""
        text = self.text[more[0].start : more[-1].end]
        if not any(re.search(r"^(?:-\s|[\w ]+\s*[:：]|[{\[])", line.text) for line in more):
            self._short(name, text, more[0].start)
            return
        level = min(line.indent for line in more)
        for line in more:
            if line.indent == level and re.match(r"[a-z_]+\s+[^:\s][^:]*$", line.text):
                word = line.text.split()[0]
                what = f"This line has no colon: {short(line.text)}"
                mend = f"Write {word}: {short(line.text[len(word) :].strip())}"
                raise SpecError(problem(("columns", name), what, mend, offset=line.start))
        self._flow(name, longform.gather(entry.more))

    def _flow(self, name: str, traced: longform.Traced) -> None:
        path: Path = ("columns", name)
        loaded = longform.load(traced, path)
        if isinstance(loaded.data, str):
            self._short(name, loaded.data, traced.source(0))
            return
        self._long(name, loaded.data, loaded, traced, path)

    def _long(
        self, name: str, data: object, loaded: object, traced: longform.Traced, origin: Path
    ) -> None:
        """Read a column's long form, in which a range or values may be shorthand."""
        from synth_magic.yaml_text import Loaded

        assert isinstance(loaded, Loaded)  # noqa: S101 - for the type checker
        path: Path = ("columns", name)
        named = Loaded(
            data,
            {(*path, *place[len(origin) :]): mark for place, mark in loaded.marks.items()
             if place[: len(origin)] == origin},
            {(*path, *place[len(origin) :]): mark for place, mark in loaded.keys.items()
             if place[: len(origin)] == origin},
            {(*path, *place[len(origin) :]): said for place, said in loaded.texts.items()
             if place[: len(origin)] == origin},
        )  # fmt: skip
        places = longform.spans(named, traced)
        try:
            data = self._translated(name, data, places)
            column, missing = column_from(name, data, path, texts=named.texts)
            fields = {str(place[-1]): at for place, at in sorted(places.items(), key=_depth)}
            column = checked(column, {"range": places.get(path, 0)} | fields)
        except SpecError as error:
            if all(part.offset is not None for part in error.problems):
                raise
            raise longform.placed(error, named, traced) from None
        for place, start in places.items():
            if len(place) > 2:
                self.spans[place] = (start, start + len(str(place[-1])))
        self._keep(column, missing)

    def _translated(self, name: str, data: object, places: dict[Path, int]) -> object:
        """Read ``range: 30-85``, ``values: F / M`` and ``missing: never`` within the long form."""
        if not isinstance(data, dict):
            return data
        given = dict(data)
        for key, prefix in (("range", "range "), ("values", ""), ("missing", "missing ")):
            said = given.get(key)
            if not isinstance(said, str):
                continue
            at = places.get(("columns", name, key), 0)
            if key == "missing" and said.strip().lower() in ("never", "none", "no"):
                given[key] = 0
                continue
            try:
                line = shorthand.read(name, prefix + said)
            except SpecError as error:
                raise SpecError([
                    Problem(part.path, part.what, part.mend, part.level, at)
                    for part in error.problems
                ]) from None  # fmt: skip
            if key == "range" and line.column.range is not None and not line.unread:
                given[key] = list(line.column.range)
                if line.column.type in ("date", "datetime"):
                    given.setdefault("type", line.column.type)
            elif key == "values" and line.column.values is not None:
                given[key] = list(line.column.values)
                if line.column.ordered:
                    given.setdefault("ordered", True)
            elif key == "missing" and line.missing is not None:
                given[key] = line.missing.rate
        for key in ("ordered", "hidden"):
            if isinstance(given.get(key), str) and given[key].lower() in ("true", "yes", "on"):
                given[key] = True
            elif isinstance(given.get(key), str) and given[key].lower() in ("false", "no", "off"):
                given[key] = False
        return given

    def _continued(self, name: str, start: int, more: Sequence[Line], entry: Entry) -> None:
        """Read facts that go on, more deeply indented, on the next lines."""
        for line in more:
            found = name_of(line.text)
            word = found[0] if found is not None and len(found[0].split()) < 3 else ""
            if word and word.lower() not in _FACT_WORDS and re.match(r"[^\W\d]\w*$", word):
                what = f"{short(word)} is indented deeper than {short(name)}, the column before it"
                mend = "Let every column begin at the same place"
                raise SpecError(problem(("columns", word), what, mend, offset=line.start))
        end = more[-1].end
        self._short(name, self.text[start:end], start)

    def _short(self, name: str, text: str, start: int) -> None:
        """Read a line of shorthand."""
        self._length += len(text)
        if self._length > MAX_FACTS:
            what = f"The columns' lines have more than {MAX_FACTS:,} characters together"
            mend = "Say less of each column, or describe fewer"
            if self._length - len(text) > MAX_FACTS:  # it was said at the first such line
                return
            raise SpecError(problem(("columns",), what, mend, offset=start))
        try:
            line = shorthand.read(name, text)
        except SpecError as error:
            raise SpecError([
                Problem(part.path, part.what, part.mend, part.level,
                        None if part.offset is None else start + part.offset)
                for part in error.problems
            ]) from None  # fmt: skip
        path: Path = ("columns", name)
        for key, (begin, end) in line.spans.items():
            place = (start + begin, start + end)
            self.spans[(*path, key)] = place
            self.spans[(*path, "stated", key)] = place
        for rule in line.rules:
            self._strict.append((rule, (*path, "range")))
        self.unread += [(name, words) for words in line.unread]
        if line.as_unit is not None:
            self.either.append(Either(name, line.as_unit, line.column))
        self._keep(line.column, line.missing)

    def _keep(self, column: Column, missing: Missing | None) -> None:
        self.columns.append(column)
        if missing is not None:
            there = self.spans.get(("columns", column.name, "missing"))
            self._keep_missing(missing, there or self.spans[("columns", column.name)])

    # Missing --------------------------------------------------------------------------

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
        for entry in _entries(block):
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
        rest, path = rest.strip(), ("missing", name)
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
            for inner, at in longform.spans(loaded, traced).items():
                self.spans.setdefault(inner, (at, at + len(str(inner[-1]))))
            return
        inner, shift = _unquoted(rest)
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
        if (
            share is None
            or share[1] < len(tokens)
            and scanner.word(share[1]) not in ("missing", "na")
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

    # Rules and effects ------------------------------------------------------------------

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
            text, shift = _unquoted(raw)
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
        """The entries of a list; one that stands behind its key is one too."""
        if block.rest and not block.rest.startswith("#"):
            if block.rest.startswith("[") and block.key == "effects":
                yield from _flow_items(block)
                return
            yield Entry(block.rest_start, block.rest, (), False, 0)
        yield from _entries(block)


def _flow_columns(data: object) -> Iterator[tuple[str | None, object, Path]]:
    """Name, facts and path of each column in ``[age, sex]`` or ``{age: 30-85}``."""
    if isinstance(data, dict):
        for name, said in list(data.items())[:MAX_ENTRIES]:
            yield name, said, ("columns", name)
        return
    for at, item in enumerate(data if isinstance(data, list) else [None]):
        path: Path = ("columns", at)
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item["name"], item, path
        elif isinstance(item, dict) and len(item) == 1:
            name = next(iter(item))
            yield name, item[name], (*path, name)
        else:
            yield item if isinstance(item, str) else None, None, path


def _depth(item: tuple[Path, int]) -> int:
    return -len(item[0])


def _flow_items(block: Block) -> Iterator[Entry]:
    """Cut ``[{from: a, to: b, beta: 1}, {…}]`` into its mappings."""
    text, starts = block.rest, block.rest_start
    for line in block.lines:
        text += " " * (line.start - starts - len(text)) + line.text
    for match in re.finditer(r"\{[^{}]*\}", text):
        yield Entry(starts + match.start(), match[0], (), True, 0)


def _entries(block: Block) -> list[Entry]:
    return entries(block)


def _unquoted(text: str) -> tuple[str, int]:
    """Take the quotes from one quoted string; how far its text begins behind the first."""
    norm = lex.normal(text)
    quoted = len(norm) > 1 and norm[0] == norm[-1] and norm[0] in "\"'"
    if quoted and norm[0] not in norm[1:-1]:
        return text[1:-1], 1
    return text, 0
