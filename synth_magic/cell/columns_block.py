"""The block ``columns:``, entry by entry, in shorthand or long form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from synth_magic.blueprint.request import Either
from synth_magic.blueprint.yaml_form import column_from
from synth_magic.cell import longform, shorthand
from synth_magic.cell.checks import checked
from synth_magic.cell.facts import short
from synth_magic.cell.missing_block import MissingBlock, unquoted
from synth_magic.cell.split import MAX_ENTRIES, Block, Entry, Line, entries, name_of
from synth_magic.cell.trace import Traced
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.yaml_text import Loaded

MAX_NAME = 120
#: Characters of shorthand in one cell: 2,000 columns with 100 characters each.
MAX_FACTS = 200_000
_FACT_WORDS = frozenset(
    [
        "missing",
        "range",
        "mean",
        "sd",
        "median",
        "iqr",
        "quartiles",
        "min",
        "max",
        "unit",
        "values",
        "levels",
        "pattern",
        "type",
    ]
)

#: Words of a name that stands in a list.
LISTED_WORDS = 7
#: Signs of facts, which want a colon before them.
_FACTS = re.compile(r"\d\s*-\s*\d|%|[<>≥≤±]")
#: Small words within a long name: ``falls in the last year``.
_OF = re.compile(r"\w\s+(?:in|of|at|per|during|since|to|from|for|before|after)\s+\w")


class ColumnsBlock(MissingBlock):
    """Reads columns."""

    def _columns_block(self, block: Block) -> None:
        if block.rest and not block.rest.startswith("#"):
            self._inline_columns(block)
            return
        for entry in entries(block):
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
        self._listed_names(block.rest, block.rest_start)

    def _listed_names(self, text: str, at: int) -> None:
        """Read names parted by commas or semicolons."""
        for part in re.split("([,;])", text):
            name = part.strip()
            if name and name not in ",;":
                self._bare_name(name, at + part.index(name), most=LISTED_WORDS)
            at += len(part)

    def _bare_name(self, name: str, at: int, most: int = 4) -> None:
        """Read a column of which nothing but its name is said, of so many words at most."""
        found = name_of(name)
        if found is not None and found[0]:
            rest = name[found[1] :]
            self._named(found[0], at)
            self._short(found[0], rest.strip(), at + found[1] + len(rest) - len(rest.lstrip()))
            return
        if len(name.split()) > (LISTED_WORDS if _OF.search(name) else most) or _FACTS.search(name):
            word = name.split(maxsplit=1)[0]
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
            if re.search(r"\w\s*[,;]\s*\w", entry.text) and not _FACTS.search(entry.text):
                self._listed_names(entry.text, entry.start)
            else:
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
            inner, shift = unquoted(rest)
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

    def _flow(self, name: str, traced: Traced) -> None:
        path: Path = ("columns", name)
        loaded = longform.load(traced, path)
        if isinstance(loaded.data, str):
            self._short(name, loaded.data, traced.source(0))
            return
        self._long(name, loaded.data, loaded, traced, path)

    def _long(self, name: str, data: object, loaded: Loaded, traced: Traced, origin: Path) -> None:
        """Read a column's long form, in which a range or values may be shorthand."""
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
