"""Seven public tables, and the cards that describe them without a look at their rows.

The rows come with the packages lifelines, scikit-learn and statsmodels and are loaded from
there; none of them is kept here.  A card is what a person would write in a ``%%synthdata`` cell
who has read the table's documentation only; its first lines say which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

CARDS = Path(__file__).parent / "cards"


@dataclass(frozen=True, slots=True)
class Public:
    """A public table.

    Parameters
    ----------
    name
        As its package calls it, and as its card is called.
    package
        Where the rows are.
    target
        What learners predict: what the table is used for in its documentation.
    why
        What that is.
    load
        Loads the rows.
    """

    name: str
    package: str
    target: str
    why: str
    load: Callable[[], pd.DataFrame]

    @property
    def card(self) -> str:
        """The cell, without the lines on where it comes from."""
        return card(self.name)


def card(name: str) -> str:
    """Read a card's cell."""
    lines = (CARDS / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return "\n".join(line for line in lines if not line.startswith("#")).strip() + "\n"


def sources(name: str) -> str:
    """Read the lines of a card that say what it was written from."""
    lines = (CARDS / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return "\n".join(line[1:].strip() for line in lines if line.startswith("#"))


def _lifelines(name: str) -> Callable[[], pd.DataFrame]:
    def load() -> pd.DataFrame:
        from lifelines import datasets

        return getattr(datasets, f"load_{name}")()

    return load


def _diabetes() -> pd.DataFrame:
    from sklearn.datasets import load_diabetes

    return load_diabetes(as_frame=True, scaled=False).frame


def _breast_cancer() -> pd.DataFrame:
    from sklearn.datasets import load_breast_cancer

    return load_breast_cancer(as_frame=True).frame


def _fair() -> pd.DataFrame:
    from statsmodels.datasets import fair

    return fair.load_pandas().data


TABLES = (
    Public("lung", "lifelines", "time", "time to death, C-index", _lifelines("lung")),
    Public("larynx", "lifelines", "time", "time to death, C-index", _lifelines("larynx")),
    Public(
        "kidney_transplant",
        "lifelines",
        "time",
        "time to death, C-index",
        _lifelines("kidney_transplant"),
    ),
    Public("rossi", "lifelines", "week", "week of the first arrest, C-index", _lifelines("rossi")),
    Public("diabetes", "scikit-learn", "target", "disease progression, R²", _diabetes),
    Public("breast_cancer", "scikit-learn", "target", "benign or malignant, AUC", _breast_cancer),
    Public("fair", "statsmodels", "affairs", "time spent in affairs, R²", _fair),
)
