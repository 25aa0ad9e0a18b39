"""The section on copies, and on nearness where rows were trained on and held out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from synth_magic.errors import DataError, problem
from synth_magic.fidelity.real.align import Aligned, align
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.copies import Copies, copies
from synth_magic.fidelity.real.disclosure import Guard
from synth_magic.fidelity.real.distances import Distances, distances
from synth_magic.fidelity.real.figures import Band, ends, place, short
from synth_magic.fidelity.report import Figure, Headline, Section, Verdict

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Blueprint

Basis = Literal["none", "aggregates", "rows"]
TITLE = "Copies of real rows"
_BASIS: dict[Basis, str] = {
    "none": "No record of this table was used; what remains is what the model may have memorised.",
    "aggregates": "Only aggregates of a table were used, no rows of it.",
    "rows": "Rows of a table were used to make this one.",
}
_REDRAWN_ROWS = 20_000


def privacy_section(
    table: pd.DataFrame,
    real: pd.DataFrame,
    aligned: Aligned,
    guard: Guard,
    *,
    basis: Basis,
    blueprint: Blueprint | None = None,
    trained_on: pd.DataFrame | None = None,
    holdout: pd.DataFrame | None = None,
) -> tuple[Section, tuple[Headline, ...]]:
    """Count copies, and measure nearness where it has a meaning.

    Parameters
    ----------
    table, real, aligned
        The two tables, and what of them can be compared.
    guard
        How small a cell may be.
    basis
        What of a real table was used.
    blueprint
        For an independent draw of the same law.
    trained_on, holdout
        Rows that a generator was trained on, and rows that it never saw.
    """
    enough = aligned.rows[1] >= guard.group
    plain: dict[str, Any] = {"basis": basis, "exact_copies": None}
    bands: dict[str, Any] = {}
    figures: list[Figure] = []
    heads: list[Headline] = []
    pairs = row_pairs(aligned)
    found = None
    if enough and pairs:
        found = copies(pairs, _redraw(pairs, real, blueprint, aligned.rows[0]), guard.group)
    if found is not None:
        figures.append(_copies_figure(found, guard))
        heads.append(_headline(found, guard))
        plain["exact_copies"] = guard.count(found.exact)
        bands["exact_copies"] = ends(None, _coarse(found.band, guard))
    near = _nearness(table, trained_on, holdout, blueprint, guard)
    plain["applies"] = near is not None
    if near is not None:
        figures += _near_figures(near, guard)
        plain |= {
            "dcr_ratio": short(near.dcr_ratio),
            "nndr": short(near.nndr),
            "mia_auc": short(near.mia_auc),
        }
        bands["dcr_ratio"] = ends(None, near.dcr_band)
        bands["nndr"] = ends(None, near.nndr_band)
        bands["mia_auc"] = ends(near.mia_interval, near.mia_band)
    plain["bands"] = bands
    return Section("privacy", TITLE, tuple(figures), _BASIS[basis], plain=plain), tuple(heads)


def row_pairs(aligned: Aligned) -> tuple[Pair, ...]:
    """Columns in which rows are compared: no ids, and free text only where nothing else is."""
    return aligned.compared or tuple(pair for pair in aligned.pairs if pair.kind == "text")


def _redraw(
    pairs: tuple[Pair, ...], real: pd.DataFrame, blueprint: Blueprint | None, rows: int
) -> tuple[Pair, ...] | None:
    """Draw the blueprint under another seed, beside the real table; None when it cannot be."""
    if blueprint is None:
        return None
    names = {pair.name for pair in pairs}
    if not names <= set(blueprint.delivered):
        return None
    drawn = blueprint.sample(min(rows, _REDRAWN_ROWS), seed="an independent draw")
    again = align(drawn, real, blueprint)
    found = tuple(pair for pair in again.pairs if pair.name in names)
    return found if len(found) == len(pairs) else None


# Copies ---------------------------------------------------------------------------


def _coarse(band: Band, guard: Guard) -> Band:
    """Give a band of counts as far as it may be shown; an end below the least cell is that."""
    low, high = (guard.count(end) for end in band)
    return float(low or 0), float(high if high is not None else guard.min_cell)


def _told(found: Copies, guard: Guard) -> str:
    """Say how many copies there are, and of real rows that occur once, beside those by chance.

    Where few different real rows are copied, a count of copies would say which values they
    have: no such count is given.
    """
    least, most = guard.words(found.exact), found.band[1]
    if guard.count(found.exact) is not None or guard.count(most) is not None:
        said = f"{least} rows equal a real row; two samples of one population hold up to "
        said += f"{guard.words(most)}."
    else:
        said = f"Fewer than {guard.min_cell} rows equal a real row, as in two samples of one "
        said += "population."
    if not found.telling:
        return f"{said} So many rows are alike that copies cannot be told from chance."
    if found.originals < guard.min_cell or guard.count(found.unique) is None:
        more = "Rows that occur once in the real table are among them more often than by chance."
        return f"{said} {more}" if found.beyond else said
    said += f" Of these, {guard.words(found.unique)} equal a real row that occurs only once"
    by_chance = []
    if found.by_half is not None:
        enough = guard.count(found.by_half / found.scale) is not None
        many = guard.words(found.by_half if enough else 0)
        by_chance.append(f"{many} for real rows of another half")
    if found.redrawn is not None:
        by_chance.append(f"{guard.words(found.redrawn)} for an independent draw of the blueprint")
    return f"{said}; by chance {' and '.join(by_chance)}." if by_chance else f"{said}."


def _copies_figure(found: Copies, guard: Guard) -> Figure:
    count = guard.count(found.exact)
    verdict: Verdict = "outside the band" if found.beyond else "within the band"
    verdict = verdict if found.telling else "not graded"
    return Figure(
        "rows that equal a real row",
        None,
        float("nan") if count is None else float(count),
        None,
        _coarse(found.band, guard),
        verdict,
        _told(found, guard),
        decimals=0,
    )


def _headline(found: Copies, guard: Guard) -> Headline:
    beyond = found.beyond
    detail = "more than chance" if beyond else "no more than chance"
    if not found.telling:
        detail = "in rows too alike to tell"
    good = not beyond if found.telling else None
    return Headline("copies", "Copies", guard.words(found.exact), detail, good)


# Nearness -------------------------------------------------------------------------


def _nearness(
    table: pd.DataFrame,
    trained_on: pd.DataFrame | None,
    holdout: pd.DataFrame | None,
    blueprint: Blueprint | None,
    guard: Guard,
) -> Distances | None:
    if trained_on is None or holdout is None:
        if trained_on is not None or holdout is not None:
            given, other = (
                ("trained_on", "holdout") if holdout is None else ("holdout", "trained_on")
            )
            raise DataError(
                problem(
                    ("options", other),
                    f"{given} without {other} says nothing about nearness",
                    f"Give both: report(df, real=..., {given}=..., {other}=...)",
                )
            )
        return None
    import pandas as pd

    first = align(table, trained_on, blueprint, "trained_on")
    second = align(table, holdout, blueprint, "holdout")
    shared = {pair.name for pair in first.compared} & {pair.name for pair in second.compared}
    if min(len(trained_on), len(holdout)) < guard.group or not shared:
        return None
    parts = [part.rename(columns=str) for part in (trained_on, holdout)]
    names = [name for name in map(str, table.columns) if name in shared]
    pool = pd.concat([part[names].astype(object) for part in parts], ignore_index=True)
    both = align(table, _as(pool, parts[0][names]), blueprint, "trained_on")
    return distances(both.compared, len(trained_on))


def _as(pool: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Give numbers and dates their dtype back; what does not fit stays as it is."""
    import pandas as pd

    for name in pool.columns:
        dtype = like[name].dtype
        if pd.api.types.is_bool_dtype(dtype):
            continue
        if pd.api.types.is_numeric_dtype(dtype):
            pool[name] = pd.to_numeric(pool[name], errors="coerce")
        elif pd.api.types.is_datetime64_any_dtype(dtype):
            pool[name] = pd.to_datetime(pool[name], errors="coerce", utc=True)
    return pool


def _near_figures(near: Distances, guard: Guard) -> list[Figure]:
    rows = f"{guard.words(near.rows)} rows a part, Gower's distance."
    return [
        Figure(
            "distance to the closest record, trained on over held out",
            None,
            near.dcr_ratio,
            None,
            near.dcr_band,
            place(near.dcr_ratio, near.dcr_band),
            f"1 is as near to both; below the band it is nearer to what it was made from. {rows}",
            decimals=3,
        ),
        Figure(
            "nearest neighbour distance ratio",
            None,
            near.nndr,
            None,
            near.nndr_band,
            place(near.nndr, near.nndr_band),
            "Below the band, single training rows are closer than their neighbours explain.",
            decimals=3,
        ),
        Figure(
            "membership inference, AUC",
            None,
            near.mia_auc,
            near.mia_interval,
            near.mia_band,
            place(near.mia_auc, near.mia_band),
            "How well nearness to the table tells training rows from held-out ones; 0.5 is not.",
            decimals=3,
        ),
    ]
