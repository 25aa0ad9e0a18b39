"""The Blueprint: everything that determines a synthetic table, except its seed.

Frozen pydantic values, since foreign text (a cell, a file, a model's answer)
enters here.  What the words mean is said in docs/blueprint.md; how they are
written in YAML in `yaml_form`; whether they can hold together in `check`.

A column of whole numbers 0 and 1 that is drawn like a boolean has the type
``integer`` and ``distribution: {probability: p}``, p the share of ones.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from pydantic import (
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from synth_magic.blueprint.distribution import (
    FAMILIES,
    Beta,
    Censoring,
    Distribution,
    Exponential,
    Form,
    Gamma,
    Lognormal,
    NegativeBinomial,
    Normal,
    Number,
    Poisson,
    Position,
    Source,
    Stated,
    Uniform,
    Weibull,
)
from synth_magic.blueprint.parts import (
    SOURCES,
    WORDS,
    Column,
    ColumnType,
    Effect,
    Missing,
    Rule,
    Word,
)
from synth_magic.errors import Path, SpecError
from synth_magic.events import Tell, silent

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.sampling import Plan

__all__ = [
    "FAMILIES",
    "SAMPLER",
    "SOURCES",
    "VERSION",
    "WORDS",
    "Beta",
    "Blueprint",
    "Censoring",
    "Column",
    "ColumnType",
    "Distribution",
    "Effect",
    "Exponential",
    "Form",
    "Gamma",
    "Lognormal",
    "Missing",
    "NegativeBinomial",
    "Normal",
    "Number",
    "Poisson",
    "Position",
    "Rule",
    "Source",
    "Stated",
    "Uniform",
    "Weibull",
    "Word",
]

SAMPLER = 1
VERSION = 1


class Blueprint(Form):
    """The joint distribution of a table, in a form that people can read and edit.

    Raises
    ------
    SpecError
        When something in it is not known or cannot hold together; all problems
        that are found stand in ``problems``, each with its path.
    """

    version: int = VERSION
    sampler: int = SAMPLER
    table: str | None = None
    population: str | None = None
    columns: tuple[Column, ...]
    effects: tuple[Effect, ...] = ()
    rules: tuple[Rule, ...] = ()
    missing: tuple[Missing, ...] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _holds(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        from synth_magic.blueprint import check, explain

        try:
            blueprint = handler(data)
        except ValidationError as error:
            raise SpecError(explain.problems(error, data)) from None
        found = check.problems(blueprint)
        if found:
            raise SpecError(found)
        return blueprint

    # The YAML form ----------------------------------------------------------------

    @classmethod
    def from_yaml(cls, text: str) -> Blueprint:
        """Read the YAML form.

        Raises
        ------
        SpecError
            Each problem says the line and column where it stands.
        """
        from synth_magic.blueprint import yaml_form

        return yaml_form.read(text, located=True)

    def to_yaml(self) -> str:
        """Write the YAML form; `from_yaml` gives back an equal blueprint."""
        from synth_magic.blueprint import yaml_write

        return yaml_write.text(self)

    @cached_property
    def digest(self) -> str:
        """32 hexadecimal digits of BLAKE2b over the YAML form without its comments."""
        from synth_magic.blueprint import yaml_write

        return yaml_write.digest(self)

    # Looking up and changing --------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, hidden ones too."""
        return tuple(column.name for column in self.columns)

    @property
    def delivered(self) -> tuple[str, ...]:
        """Names of the table's columns, in order; an event time delivers two."""
        return tuple(name for column in self.columns for name in column.delivers)

    def column(self, name: str) -> Column:
        """Look up a column by its name, or by the name of its event.

        Raises
        ------
        KeyError
            When there is none.
        """
        for column in self.columns:
            if name in (column.name, column.event):
                return column
        raise KeyError(name)

    def replaced(self, path: Path, value: object, source: Source | None = None) -> Blueprint:
        """Give a blueprint that differs in one place.

        Parameters
        ----------
        path
            Keys of the YAML form, columns by name, effects and rules counted
            from 0: ``("columns", "age", "distribution", "normal", "mean")``.
        value
            What is to stand there, as in the YAML form; None takes it away.
        source
            Who says so, written into the part that was changed.

        Raises
        ------
        SpecError
            When there is no such place, or the change cannot hold.
        """
        from synth_magic.blueprint import change

        return change.replaced(self, path, value, source)

    # Drawing --------------------------------------------------------------------------

    def sample(
        self,
        rows: int,
        seed: int | str = 0,
        start: int = 0,
        *,
        threads: int = 1,
        chunk_rows: int | None = None,
    ) -> pd.DataFrame:
        """Draw rows; the same blueprint and seed give the same table everywhere.

        Parameters
        ----------
        rows
            How many.
        seed
            A whole number or any text.
        start
            The first row, counted from 0; the index begins with it.
        threads, chunk_rows
            How the work is cut; neither alters a value.

        Returns
        -------
        pandas.DataFrame
            With ``attrs["synthdata"]``: blueprint, seed, versions and a digest.

        Raises
        ------
        SpecError
            When an effect, a law or a rule cannot be reached.
        """
        from synth_magic.record import attach
        from synth_magic.sampling import draw

        table = draw(_plan(self), rows, seed, start, threads=threads, chunk_rows=chunk_rows)
        attach(table, self, seed, start)
        return table

    def write(
        self,
        path: str | PathLike[str],
        rows: int,
        seed: int | str = 0,
        *,
        threads: int = 1,
        chunk_rows: int | None = None,
        tell: Tell = silent,
    ) -> None:
        """Draw rows into a file (.csv, .parquet by its suffix) chunk by chunk.

        Parameters are those of `sample`; the memory needed is that of a chunk.
        """
        from synth_magic.record import KEY, attach
        from synth_magic.sampling import draw, write

        plan = _plan(self)
        attrs = {KEY: attach(draw(plan, 0, seed), self, seed, rows=rows).plain()}
        write(
            plan, path, rows, seed, threads=threads, chunk_rows=chunk_rows, tell=tell, attrs=attrs
        )

    def to_dask(self, rows: int, seed: int | str = 0) -> Any:
        """Give a Dask DataFrame of the same rows as `sample` (extra ``dask``)."""
        from synth_magic.sampling import to_dask

        return to_dask(_plan(self), rows, seed)


@lru_cache(maxsize=4)
def _plan(blueprint: Blueprint) -> Plan:
    from synth_magic.sampling import compile  # noqa: A004 - the room's own word

    return compile(blueprint)
