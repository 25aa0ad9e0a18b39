"""The block ``targets:``: published numbers, as lines of facts or a pasted Table 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from synth_magic.blueprint.targets import Group, Printed, Target, Targets, What
from synth_magic.cell import shorthand, targets_effects, targets_heads, targets_layout
from synth_magic.cell import targets_numbers as figures
from synth_magic.cell.split import Block, Line
from synth_magic.cell.targets_heads import Head
from synth_magic.cell.targets_layout import Row
from synth_magic.cell.targets_numbers import NUM, Read
from synth_magic.errors import Path, Problem, SpecError, problem

#: Lines and columns of one block.
MAX_LINES, MAX_GROUPS = 500, 20
_TEXT, _CELL = 160, 60
_OVERALL = re.compile(
    r"(?:the\s)?(?:overall|all|total|entire|whole|full)(?:\s(?:patients?|participants?|subjects?|cohort"
    r"|sample|population|study population|study|women and men|rows|group))?"
    r"|(?:patients|participants|subjects|cohort|value|values|estimate|n|)",
    re.IGNORECASE,
)
_PASSED = re.compile(
    r"(?:\w+\s)?p[\s-]*(?:values?)?(?:\sfor\s.+)?|p[\s-]?(?:adj|trend).*|.*\bsmd\b.*|standardi[sz]ed .*"
    r"|tests?|test statistics?|χ2|chi2?|missing.*|.*difference.*|.*95\s?%\s?ci.*|effect size|statistic",
    re.IGNORECASE,
)
_SIZES = re.compile(
    r"(?:n|nos?\.?|number|count|total|sample size)?(?:\s?\(?n\)?)?(?:\s?of)?\s?"
    r"(?:patients?|participants?|subjects?|women|people|individuals|cases|rows|records)?",
    re.IGNORECASE,
)
#: Heads under which each line is a matter of its own.
_SECTIONS = re.compile(
    r"(?:(?:baseline|clinical|patient|selected|concomitant|past|prior|cardiovascular|demographic|other"
    r"|medical|laboratory|current|previous|main|co-?existing|chronic|background)\s)*"
    r"(?:demographics?|characteristics?|comorbidit(?:y|ies)|co-?morbidit(?:y|ies)|conditions?|medications?|drugs?"
    r"|therap(?:y|ies)|treatments?|medical history|history|laborator(?:y|ies)|labs?|vitals?|signs|vital signs|risk factors?"
    r"|symptoms?|complications?|outcomes?|measurements?|values|findings|tests?|data|diseases?|events?|anthropometrics?"
    r"|biochemistry|lifestyle|variables?)(?:\s(?:values|data|findings|measurements|tests|results|use|at baseline))?",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?:missing|unknown|not (?:reported|recorded|available|known)|unreported)(?:\s(?:data|values?))?",
    re.IGNORECASE,
)
_HOLD = re.compile(r"(?:hold(?:[ _-]?out)?|held)\s*:\s*(?P<names>.*)", re.IGNORECASE)
_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|`([^`]*)`|([^,;\[\]]+))\s*(?:[,;]|$)""")
_EQUAL = re.compile(r"(?P<name>[^=]{1,80}?)\s*={1,2}\s*(?P<level>[^=]{1,60})")
_WHOLE = 0.985


@dataclass
class _Parent:
    """The head under which lines stand, and the shares they have taken so far."""

    head: Head
    level: int
    text: str = ""
    taken: float = 0.0
    open: bool = True
    section: bool = False
    used: bool = False


@dataclass
class Pasted:
    """Reads the lines of one block in their order."""

    lines: list[Target] = field(default_factory=list)
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    hold: list[str] = field(default_factory=list)
    groups: dict[str, int | None] = field(default_factory=dict)
    n: int | None = None
    _columns: list[str | None] | None = None
    _by_level: bool = False
    _parent: _Parent | None = None
    _count: int = 0

    def read(self, lines: Sequence[Line]) -> Targets:
        """Read all lines.

        Raises
        ------
        SpecError
            Where there are too many, and with every number that cannot be.
        """
        kept = [line for line in lines if line.text]
        if len(kept) > MAX_LINES:
            raise SpecError(problem(
                ("targets",), f"There are {len(kept):,} lines under targets:; at most {MAX_LINES} are read",
                "Keep the lines that the table should meet", offset=kept[MAX_LINES].start,
            ))  # fmt: skip
        for row in targets_layout.rows(kept):
            if not self._named_hold(row):
                self._row(row)
        self._under(None)
        if self.problems:
            raise SpecError(self.problems)
        groups = tuple(Group(name=name, n=n) for name, n in self.groups.items())
        return Targets(
            lines=tuple(_held(target, self.hold) for target in self.lines),
            groups=groups,
            n=self.n,
            unread=tuple(self.unread),
            told=tuple(dict.fromkeys(self.told)),
            hold=tuple(self.hold),
        )

    # What a line is ------------------------------------------------------------------

    def _named_hold(self, row: Row) -> bool:
        found = _HOLD.fullmatch(row.text)
        if found is None:
            return False
        inner = found["names"].strip().removeprefix("[").removesuffix("]")
        for match in _NAME.finditer(inner):
            name = next((part for part in match.groups() if part is not None), "").strip()
            if name and len(self.hold) < MAX_LINES:
                self.hold.append(name[:_TEXT])
        return True

    def _row(self, row: Row) -> None:
        if targets_effects.looks(row.text) and self._effect(row):
            return
        heading = targets_layout.heading(row, first=not self.lines and self._columns is None)
        if heading is not None:
            self._heading(heading)
            return
        words, cells = row.head, row.cells
        if cells is None:
            wide = max(len(self._columns or ()), 1)
            words, cells = targets_layout.spaced(row, wide)
        if self._by_level and cells:
            words, cells = self._level_column(words, cells)
        if self._sizes(words, cells):
            return
        if not any(cell.strip() for cell in self._read(cells)):
            self._new_head(row, words)
            return
        self._numbers(row, words, cells)

    def _read(self, cells: Sequence[str]) -> Sequence[str]:
        """Leave out the cells of columns that are passed over."""
        if self._columns is None:
            return cells
        return [c for name, c in zip(self._columns, cells, strict=False) if name is not None]

    def _effect(self, row: Row) -> bool:
        found = targets_effects.read(row.text)
        if found is None:
            return False
        target = Target(
            line=self._count,
            text=row.text[:_TEXT],
            cell=f"{found.number.value:g}",
            name=found.child,
            numbers=(found.number,),
            parent=found.parent,
            per=found.per,
        )
        self._keep(row, [target])
        return True

    def _heading(self, heading: targets_layout.Heading) -> None:
        names, sizes = list(heading.names), list(heading.sizes)
        self._by_level = len(names) > 1 and not names[0] and sizes[0] is None
        if self._by_level:
            names, sizes = names[1:], sizes[1:]
        self._under(None)
        self._columns = []
        for name, n in list(zip(names, sizes, strict=True))[:MAX_GROUPS]:
            if n is None and _PASSED.fullmatch(name.strip()) and name.strip():
                self._columns.append(None)
                self.told.append(f"The column {name.strip()} was passed over")
            elif _OVERALL.fullmatch(name.strip()):
                self._columns.append("")
                self.n = n if n is not None else self.n
            else:
                self._columns.append(name.strip())
                self.groups[name.strip()] = n if n is not None else self.groups.get(name.strip())

    def _level_column(self, words: str, cells: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """Take levels that stand in a column of their own, beside the head of the first one."""
        level, rest = cells[0].strip(), cells[1:]
        if not level:
            return words, rest
        if words.strip():
            self._parent = _Parent(targets_heads.read(words), 0)
        if self._parent is not None:
            self._parent.open = True
            self._parent.taken = 0.0
        return level, rest

    def _sizes(self, words: str, cells: Sequence[str]) -> bool:
        """Read ``n 293 120 173``."""
        whole = [figures.plain(cell) for cell in cells]
        if not whole or not _SIZES.fullmatch(figures.plain(words).strip(" ,:")):
            return False
        if not all(re.fullmatch(r"\d[\d,]{0,11}|", cell) for cell in whole) or not any(whole):
            return False
        for name, cell in zip(self._columns or [""], whole, strict=False):
            if name is None or not cell:
                continue
            n = int(cell.replace(",", ""))
            if name:
                self.groups[name] = n
            else:
                self.n = n
        return True

    def _new_head(self, row: Row, words: str) -> None:
        head = targets_heads.read(words)
        if (
            len(words) > _TEXT
            or not re.search(r"[^\W\d_]", words)
            or re.search(r"[.;]\s|\.$", words)
        ):
            self._unread(row)
            return
        section = _SECTIONS.fullmatch(head.name) is not None
        self._under(_Parent(head, row.level, row.text, section=section, used=section))

    def _under(self, parent: _Parent | None) -> None:
        """Let lines stand under another head; one that nothing stood under is no head."""
        before = self._parent
        if before is not None and not before.used and before.text:
            self.unread.append(before.text[:_TEXT])
        self._parent = parent

    # Numbers -------------------------------------------------------------------------

    def _numbers(self, row: Row, words: str, cells: Sequence[str]) -> None:
        head = targets_heads.read(words)
        columns = self._columns if self._columns is not None else [""]
        pairs = [
            (group, cell)
            for group, cell in zip(columns, cells, strict=False)
            if group is not None and cell.strip()
        ]
        if len(cells) > len(columns) and self._columns is None:
            self.told.append("Without a line that heads the columns only the first one was read")
        parent = self._over(row, head)
        hint = head.hint or (parent.head.hint if parent is not None else "")
        found = [(group, cell, figures.read(cell, hint)) for group, cell in pairs]
        if not found or any(read is None for _, _, read in found):
            if len(pairs) == 1 and self._facts(row, head, pairs[0][1], pairs[0][0]):
                return
            self._unread(row)
            return
        parent = self._still(parent, head, row, [read for _, _, read in found if read])
        made = []
        for group, cell, read in found:
            if read is not None and read.numbers:
                made.append(self._target(head, parent, cell, read, group))
            if read is not None and read.told:
                self.told.append(f"Not used: {read.told}")
        self._keep(row, made)

    def _over(self, row: Row, head: Head) -> _Parent | None:
        """Find the head that a line stands under; a guess where nothing is indented."""
        parent = self._parent
        if parent is None:
            return None
        if row.level > parent.level or not head.name or self._by_level:
            return parent
        own = head.hint or head.unit or head.cut is not None
        if row.level < parent.level or not parent.open or own:
            missing = _MISSING.fullmatch(head.name) is not None
            return parent if missing and row.level == parent.level else None
        return parent

    def _still(
        self, parent: _Parent | None, head: Head, row: Row, reads: Sequence[Read]
    ) -> _Parent | None:
        """Leave the head where a line cannot be one of its values."""
        if parent is None or parent.section:
            return None
        if not head.name or _MISSING.fullmatch(head.name):
            parent.used = True
            return parent
        share = next((_share(read) for read in reads if _share(read) is not None), None)
        if share is None:
            if row.level <= parent.level:
                self._under(None)
            parent.used = parent.used or row.level > parent.level
            return None
        if row.level <= parent.level:  # nothing is indented: as long as shares fit
            if parent.taken >= _WHOLE or parent.taken + share > 1.02:
                parent.open = False
                return None
        parent.taken += share
        parent.used = True
        return parent

    def _target(
        self, head: Head, parent: _Parent | None, cell: str, read: Read, group: str
    ) -> Target:
        name, level, cut, unit = head.name, None, head.cut, head.unit
        numbers, other, text = read.numbers, read.other, head.text
        if parent is not None:
            unit = unit or parent.head.unit
            if head.name and not (cut is not None and not head.name):
                level = head.text if head.cut is None else None
                level = head.name if level is None or head.hint else level
            elif cut is not None:
                level = head.text
            name = parent.head.name
            text = f"{parent.head.name}: {head.text}"
            if level is not None or cut is not None:
                numbers, other = _as_shares(numbers, other), ()
        else:
            equal = _EQUAL.fullmatch(name)
            if equal is not None:
                name, level = equal["name"], equal["level"].strip("'\" ")
                numbers, other = _as_shares(numbers, other), ()
        if level is not None and _MISSING.fullmatch(level):
            numbers, level, cut = _missing(numbers), None, None
        elif level is None and _MISSING.fullmatch(name) and self.lines:
            name, numbers, other = self.lines[-1].name, _missing(numbers), ()
            unit, text = None, f"{name}: {head.text}"
        if unit == "%" and numbers and numbers[0].what in ("share", "count"):
            unit = "%" if other else None
        return Target(
            line=self._count,
            text=text[:_TEXT],
            cell=figures.plain(cell)[:_CELL],
            name=name.strip(),
            level=level,
            unit=unit,
            cut=cut,
            group=group or None,
            numbers=_counted(numbers, self._size(group)),
            other=_counted(other, self._size(group)),
            date=read.date,
        )

    def _size(self, group: str) -> int | None:
        return self.groups.get(group) if group else self.n

    def _facts(self, row: Row, head: Head, text: str, group: str) -> bool:
        """Read a line of facts in shorthand: ``mean 63.2 sd 9.4``."""
        name = head.name or row.head
        try:
            line = shorthand.read(name, text)
        except SpecError as error:
            self.problems += [
                Problem(("targets", self._count), each.what, each.mend, each.level, row.start)
                for each in error.problems
            ]
            return True
        if line.unread and not row.colon:
            return False
        made = _of_column(line, text)
        if not made:
            return False
        self._keep(row, [
            Target(
                line=self._count, text=(head.text or name)[:_TEXT],
                cell=figures.plain(text)[:_CELL],
                name=name, level=level, unit=line.column.unit or head.unit,
                group=group or None, numbers=numbers,
            )
            for level, numbers in made
        ])  # fmt: skip
        return True

    def _unread(self, row: Row) -> None:
        self.unread.append(row.text[:_TEXT])

    def _keep(self, row: Row, made: Sequence[Target]) -> None:
        if not made:
            return
        path: Path = ("targets", self._count)
        self.spans[path] = (row.start, row.end)
        for target in made:
            wrong = _impossible(target, self._size(target.group or ""))
            if wrong is not None:
                self.problems.append(Problem(path, wrong[0], wrong[1], "error", row.start))
                break
        self.lines += made
        self._count += 1


def read(block: Block) -> tuple[Targets, dict[Path, tuple[int, int]]]:
    """Read the block.

    Returns
    -------
    targets, spans
        The lines, and the place of each in the cell under ``("targets", number)``.

    Raises
    ------
    SpecError
        Where numbers cannot be, or there are too many lines.
    """
    lines = list(block.lines)
    if block.rest and not block.rest.startswith("#"):
        lines.insert(0, Line(block.rest_start, block.rest, 0))
    pasted = Pasted()
    found = pasted.read(lines)
    if not found.lines and not found.unread:
        what, mend = (
            "There is no line under targets:",
            "Paste a Table 1, or write age: mean 63.2 sd 9.4",
        )
        raise SpecError(problem(("targets",), what, mend, offset=block.start))
    return found, pasted.spans


# Pieces ---------------------------------------------------------------------------------


def _share(read: Read) -> float | None:
    """Give a share where the cell can be read as one."""
    for numbers in (read.numbers, read.other):
        found = next((each for each in numbers if each.what == "share"), None)
        if found is not None:
            return found.value
    return None


def _as_shares(numbers: tuple[Printed, ...], other: tuple[Printed, ...]) -> tuple[Printed, ...]:
    """Choose the reading as a share, where there is one."""
    for each in (numbers, other):
        if each and {part.what for part in each} & {"share", "count"}:
            return each
    return numbers


def _missing(numbers: tuple[Printed, ...]) -> tuple[Printed, ...]:
    return tuple(
        Printed(what="missing", value=each.value, half=each.half)
        for each in numbers
        if each.what == "share"
    )


def _counted(numbers: tuple[Printed, ...], n: int | None) -> tuple[Printed, ...]:
    """Give a count alone its share, and a share its exact value, where the rows are known."""
    count = next((each.value for each in numbers if each.what == "count"), None)
    share = next((each for each in numbers if each.what == "share"), None)
    if count is None or not n or count > n:
        return numbers
    if share is None:
        return (Printed(what="share", value=count / n, half=0.5 / n), *numbers)
    if abs(count / n - share.value) > 1.001 * share.half:
        return numbers  # of those with a value
    return tuple(
        Printed(what="share", value=count / n, half=share.half) if each is share else each
        for each in numbers
    )


def _impossible(target: Target, n: int | None) -> tuple[str, str] | None:
    """Say what of a line cannot be."""
    found = {each.what: each.value for each in target.numbers}
    for what in ("share", "missing"):
        if not -1e-9 <= found.get(what, 0.0) <= 1.005:
            return f"{target.text}: {100 * found[what]:g}% is no share", "Write one from 0 to 100%"
    if n and found.get("count", 0.0) > n:
        what = f"{target.text}: {found['count']:g} of {n:,} rows cannot be"
        return what, "Check the count, or the n of the column"
    low, high, middle = (found.get(key) for key in ("q1", "q3", "median"))
    if low is not None and high is not None and low > high:
        return (
            f"{target.text}: its quartiles fall, from {low:g} to {high:g}",
            "Write the lower one first",
        )
    if None not in (low, high, middle) and not low <= middle <= high:  # type: ignore[operator]
        what = f"{target.text}: its median is outside its quartiles"
        return what, "A median lies between the quartiles"
    if found.get("sd", 1.0) < 0:
        return f"{target.text}: an SD of {found['sd']:g} cannot be", "An SD is above 0"
    return None


def _held(target: Target, hold: Sequence[str]) -> Target:
    names = {_plain(name) for name in hold}
    own = {target.name, target.text, target.level or "", target.group or ""}
    if target.level:
        own.add(f"{target.name} {target.level}")
    held = bool(names & ({_plain(name) for name in own} - {""}))
    return target.model_copy(update={"held": True}) if held else target


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _of_column(line: shorthand.Line, text: str) -> list[tuple[str | None, tuple[Printed, ...]]]:
    """Give the facts of a line of shorthand as printed numbers, level by level."""
    stated, halves = line.column.stated, _halves(text)
    plain: list[Printed] = []

    def add(what: What, number: object) -> None:
        if isinstance(number, (int, float)):
            half = halves.get(round(float(number), 9), 0.0)
            plain.append(Printed(what=what, value=float(number), half=half))

    found: list[tuple[str | None, tuple[Printed, ...]]] = []
    if stated is not None:
        add("mean", stated.mean)
        add("sd", stated.sd)
        add("median", stated.median)
        for what, place in zip(("q1", "q3"), stated.quartiles or (), strict=False):
            add("q1" if what == "q1" else "q3", place)
        add("share", stated.probability)
        for level, share in stated.probabilities or ():
            half = halves.get(round(float(share), 9), 0.0)
            found.append((level, (Printed(what="share", value=float(share), half=half),)))
    if line.missing is not None:
        add("missing", line.missing.rate)
    if plain:
        for what, end in zip(("low", "high"), line.column.range or (), strict=False):
            add("low" if what == "low" else "high", end)
        found.insert(0, (None, tuple(plain)))
    return found


def _halves(text: str) -> dict[float, float]:
    """Half of the last digit of each number in a text, as it is and as a percentage."""
    found: dict[float, float] = {}
    for number, half in map(figures.value, re.findall(NUM, figures.plain(text))[:200]):
        found.setdefault(round(number / 100, 9), half / 100)
        found[round(number, 9)] = half
        found[round(abs(number), 9)] = half
    return found
