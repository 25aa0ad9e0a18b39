"""The sections of a report that set a table beside a real one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Problem, note, warning
from synth_magic.events import Event, Tell, silent
from synth_magic.fidelity.real import learners
from synth_magic.fidelity.real.align import Aligned, align
from synth_magic.fidelity.real.association import associations
from synth_magic.fidelity.real.c2st import told_apart
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.disclosure import Guard, silence
from synth_magic.fidelity.real.figures import Part, association_part, covered, shape_part, showable
from synth_magic.fidelity.real.learned import c2st_part, utility_part
from synth_magic.fidelity.real.predictors import Target, predictors, target_of
from synth_magic.fidelity.real.privacy import Basis, privacy_section
from synth_magic.fidelity.real.shape import Shape, complements
from synth_magic.fidelity.real.utility import Utility, utility
from synth_magic.fidelity.report import Headline, Section
from synth_magic.options import MIN_CELL

if TYPE_CHECKING:
    import pandas as pd

_STEPS = 5
Found = tuple[tuple[Section, ...], tuple[Headline, ...], tuple[Problem, ...]]


def sections(
    table: pd.DataFrame,
    real: pd.DataFrame,
    *,
    blueprint: Blueprint | str | None = None,
    target: str | None = None,
    trained_on: pd.DataFrame | None = None,
    holdout: pd.DataFrame | None = None,
    min_cell: int = MIN_CELL,
    basis: Basis = "none",
    tell: Tell = silent,
) -> Found:
    """Compare a synthetic table with a real one.

    Parameters
    ----------
    table
        The synthetic table.
    real
        The real one; columns are matched by name.
    blueprint
        What `table` was drawn from (or its YAML): says which columns are ids, event times
        and computed from others, and gives an independent draw.
    target
        A column to be predicted, for TSTR and TRTR.
    trained_on, holdout
        Rows that a generator was trained on and rows that it never saw: distances and
        membership inference mean something only with both.
    min_cell
        Counts of real rows below it are not shown; see `disclosure`.
    basis
        What of a real table went into `table`.
    tell
        Told of each step.

    Returns
    -------
    tuple
        The sections ``fidelity`` and ``privacy``, their headlines, notes and warnings.

    Raises
    ------
    DataError
        When the tables cannot be compared; no message quotes a value of the real table.
    """
    if isinstance(blueprint, str):
        blueprint = Blueprint.from_yaml(blueprint)
    guard = Guard(min_cell)
    with silence("matching columns"):
        aligned = align(table, real, blueprint)
        goal = None if target is None else target_of(aligned, str(target), blueprint)
    notes = list(aligned.problems)
    parts = _parts(aligned, goal, blueprint, guard, notes, tell)
    tell(Event("reporting", _STEPS - 1, _STEPS, text="copies"))
    with silence("counting copies"):
        privacy, heads = privacy_section(
            table,
            real,
            aligned,
            guard,
            basis=basis,
            blueprint=blueprint,
            trained_on=trained_on,
            holdout=holdout,
        )
    tell(Event("reporting", _STEPS, _STEPS))
    found = (_fidelity(parts, aligned, guard), privacy)
    own = tuple(part.headline for part in parts if part.headline is not None)
    return found, (*own, *heads), tuple(notes)


def _fidelity(parts: list[Part], aligned: Aligned, guard: Guard) -> Section:
    plain: dict[str, Any] = {key: value for part in parts for key, value in part.plain}
    plain["bands"] = {key: value for part in parts for key, value in part.bands}
    lead = (
        f"Beside about {guard.words(aligned.rows[1])} real rows. "
        "Each figure stands beside the band that two samples of one population would give."
    )
    if aligned.rows[1] < guard.group:
        lead = f"Fewer than {guard.group} real rows: nothing of them is shown."
    elif not any(part.figures for part in parts):
        lead = f"Beside about {guard.words(aligned.rows[1])} real rows: nothing can be compared."
    return Section(
        "fidelity",
        "With the real table",
        tuple(figure for part in parts for figure in part.figures),
        lead,
        plain=plain,
        pictures=tuple(picture for part in parts for picture in part.pictures),
    )


def _parts(
    aligned: Aligned,
    target: Target | None,
    blueprint: Blueprint | None,
    guard: Guard,
    notes: list[Problem],
    tell: Tell,
) -> list[Part]:
    pairs = aligned.compared if _comparable(aligned, guard, notes) else ()
    with silence("comparing distributions"):
        tell(Event("reporting", 0, _STEPS, text="distributions"))
        shape = complements(pairs)
        notes += [*_uncompared(pairs, shape), *_unseen(shape.pairs, guard)]
        first = shape_part(shape, guard)
    with silence("comparing correlations"):
        tell(Event("reporting", 1, _STEPS, text="correlations"))
        linked = associations(pairs, guard)
        notes += _apart(linked.hidden, guard)
        second = association_part(linked, pairs, guard)
    if not learners.available():
        what = "C2ST, TSTR and TRTR need scikit-learn"
        notes.append(note(("options", "real"), what, learners.INSTALL))
        return [first, second, c2st_part(None, guard), utility_part(None, None, guard)]
    pairs = _learned_from(pairs, guard, notes) if pairs else ()
    with silence("telling the tables apart"):
        tell(Event("reporting", 2, _STEPS, text="telling the tables apart"))
        third = c2st_part(told_apart(pairs, aligned.rows, guard.group), guard)
    with silence("training on synthetic rows"):
        tell(Event("reporting", 3, _STEPS, text="training on synthetic rows"))
        used = _utility(aligned, target, blueprint, notes) if pairs else None
        fourth = utility_part(used, None if target is None else target.name, guard)
    return [first, second, third, fourth]


def _comparable(aligned: Aligned, guard: Guard, notes: list[Problem]) -> bool:
    mine, theirs = aligned.rows
    if theirs < guard.group:
        what = f"The real table has fewer than {guard.group} rows: nothing of it is shown"
        notes.append(warning(("options", "real"), what, "Compare with a larger table"))
    elif mine < 2:
        notes.append(warning(("table",), "The table has too few rows to compare", "Draw more"))
    elif not aligned.compared:
        what = "No column of both tables can be compared"
        notes.append(warning(("options", "real"), what, "Name columns alike in both tables"))
    else:
        return True
    return False


def _learned_from(pairs: tuple[Pair, ...], guard: Guard, notes: list[Problem]) -> tuple[Pair, ...]:
    """Take the columns from which an AUC gives no small cell away; perhaps none.

    The AUC of one yes/no column is the difference of two shares, and so one of them; of two
    such columns it follows from four cells.
    """
    if covered(pairs, guard):
        return pairs
    shown = tuple(pair for pair in pairs if showable(pair, guard))
    if shown and covered(shown, guard):
        return shown
    few = f"1 to {guard.min_cell - 1}"
    what = f"C2ST, TSTR and TRTR are not shown: {few} real rows alone hold some of the values"
    notes.append(note(("options", "real"), what))
    return ()


def _apart(hidden: int, guard: Guard) -> list[Problem]:
    """Say how many pairs of columns have no correlation that may be shown."""
    if not hidden:
        return []
    pairs = "1 pair of values is" if hidden == 1 else f"{hidden:,} pairs of values are"
    what = f"Association: {pairs} left out, shared by 1 to {guard.min_cell - 1} real rows"
    return [note(("options", "real"), what)]


def _unseen(pairs: tuple[Pair, ...], guard: Guard) -> list[Problem]:
    """Say how many real rows hold values that the table has none of; never which."""
    found = []
    for pair in pairs:
        rows = int((pair.other >= pair.shown).sum()) if pair.kind == "category" else 0
        if rows:
            what = f"{pair.name}: {guard.words(rows)} real rows hold values that the table does not"
            found.append(note(("columns", pair.name), what))
    return found


def _uncompared(pairs: tuple[Pair, ...], shape: Shape) -> list[Problem]:
    """Name the columns that hold no value on one side."""
    kept = {pair.name for pair in shape.pairs}
    gone = [pair.name for pair in pairs if pair.name not in kept]
    if not gone:
        return []
    more = f" and {len(gone) - 5} more" if len(gone) > 5 else ""
    what = f"{', '.join(gone[:5])}{more}: no value in one of the tables, not compared"
    return [note(("options", "real"), what)]


def _utility(
    aligned: Aligned, target: Target | None, blueprint: Blueprint | None, notes: list[Problem]
) -> Utility | None:
    if target is None:
        what = "TSTR and TRTR need a column to predict"
        notes.append(
            note(("options", "target"), what, "Name one: report(df, real=..., target=...)")
        )
        return None
    columns, left = predictors(aligned, target, blueprint)
    if left:
        what = (
            f"{', '.join(left[:5])}: left out as predictors, since they follow from {target.name}"
        )
        notes.append(note(("options", "target"), what))
    found = utility(columns, aligned.rows, target)
    if isinstance(found, str):
        notes.append(note(("options", "target"), f"TSTR and TRTR: {found}"))
        return None
    return found if math.isfinite(float(found.tstr.mean())) else None
