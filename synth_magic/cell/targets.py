"""The block ``targets:``: published numbers, as lines of facts or a pasted Table 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from synth_magic.blueprint.targets import Group, Target, Targets
from synth_magic.cell import (
    shorthand,
    targets_effects,
    targets_heads,
    targets_layout,
    targets_lines,
)
from synth_magic.cell import targets_facts as facts
from synth_magic.cell import targets_numbers as figures
from synth_magic.cell import targets_words as words_of
from synth_magic.cell.split import Block, Line
from synth_magic.cell.targets_heads import Head
from synth_magic.cell.targets_layout import Row
from synth_magic.cell.targets_numbers import Read
from synth_magic.errors import Path, Problem, SpecError, problem

#: Lines, columns and numbers of one block.
MAX_LINES, MAX_GROUPS, MAX_TARGETS = 500, 20, 2_000
#: Shares of one head that make all of it, and what rounding may add.
_WHOLE, _MOST = 0.985, 1.02


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
                ("targets",),
                f"There are {len(kept):,} lines under targets:; at most {MAX_LINES} are read",
                "Keep the lines that the table should meet", offset=kept[MAX_LINES].start,
            ))  # fmt: skip
        for row in targets_layout.rows(kept):
            names = words_of.hold(row.text)
            if names is None:
                self._row(row)
            else:
                self.hold += names
        self._under(None)
        if self.problems:
            raise SpecError(self.problems)
        groups = tuple(Group(name=name, n=n) for name, n in self.groups.items())
        return Targets(
            lines=tuple(facts.held(target, self.hold) for target in self.lines),
            groups=groups,
            n=self.n,
            unread=tuple(self.unread),
            told=tuple(dict.fromkeys(self.told)),
            hold=tuple(self.hold),
        )

    # What a line is ------------------------------------------------------------------

    def _row(self, row: Row) -> None:
        if targets_effects.looks(row.text) and self._effect(row):
            return
        if targets_effects.surely(row.text):
            self._unread(row)
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
            text=row.text[: words_of.MAX_TEXT],
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
            if n is None and words_of.passed_over(name.strip()):
                self._columns.append(None)
                self.told.append(f"The column {name.strip()} was passed over")
            elif words_of.overall(name.strip()):
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
        if not whole or not words_of.sizes(figures.plain(words).strip(" ,:")):
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
        sentence = re.search(r"[.;]\s|\.$", head.name) is not None
        if len(words) > words_of.MAX_TEXT or sentence or not re.search(r"[^\W\d_]", words):
            self._unread(row)
            return
        section = words_of.section(head.name)
        self._under(_Parent(head, row.level, row.text, section=section, used=section))

    def _under(self, parent: _Parent | None) -> None:
        """Let lines stand under another head; one that nothing stood under is no head."""
        before = self._parent
        if before is not None and not before.used and before.text:
            self.unread.append(before.text[: words_of.MAX_TEXT])
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
                above = None if parent is None else parent.head
                before = self.lines[-1].name if self.lines else None
                line = targets_lines.target(
                    head, above, cell, read, group, self._size(group), before
                )
                made.append(line.model_copy(update={"line": self._count}))
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
            missing = words_of.missing(head.name)
            return parent if missing and row.level == parent.level else None
        return parent

    def _still(
        self, parent: _Parent | None, head: Head, row: Row, reads: Sequence[Read]
    ) -> _Parent | None:
        """Leave the head where a line cannot be one of its values."""
        if parent is None or parent.section:
            return None
        if not head.name or words_of.missing(head.name):
            parent.used = True
            return parent
        share = next(
            (facts.share_of(read) for read in reads if facts.share_of(read) is not None), None
        )
        if share is None:
            if row.level <= parent.level:
                self._under(None)
            parent.used = parent.used or row.level > parent.level
            return None
        fits = parent.taken < _WHOLE and parent.taken + share <= _MOST
        if row.level <= parent.level and not fits:  # nothing is indented: as long as shares fit
            parent.open = False
            return None
        parent.taken += share
        parent.used = True
        return parent

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
        made = facts.of_column(line, text)
        if not made:
            return False
        self._keep(row, [
            Target(
                line=self._count, text=(head.text or name)[:words_of.MAX_TEXT],
                cell=figures.plain(text)[:targets_lines.MAX_CELL],
                name=name, level=level, unit=line.column.unit or head.unit,
                group=group or None, numbers=numbers,
            )
            for level, numbers in made
        ])  # fmt: skip
        return True

    def _unread(self, row: Row) -> None:
        self.unread.append(row.text[: words_of.MAX_TEXT])

    def _keep(self, row: Row, made: Sequence[Target]) -> None:
        if not made:
            return
        path: Path = ("targets", self._count)
        self.spans[path] = (row.start, row.end)
        for target in made:
            wrong = facts.impossible(target, self._size(target.group or ""))
            if wrong is not None:
                self.problems.append(Problem(path, wrong[0], wrong[1], "error", row.start))
                break
        self.lines += made
        self._count += 1
        if len(self.lines) > MAX_TARGETS:
            what = f"There are more than {MAX_TARGETS:,} numbers under targets:"
            raise SpecError(
                problem(path, what, "Keep what the table should meet", offset=row.start)
            )


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
