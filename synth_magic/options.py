"""Every option once: its name, default, meaning and help, for all three doors.

The cell magic, the command line and the traits of ``%config SynthData`` are made
from the fields of `Options`, so that none can drift from the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal

from synth_magic.option_values import (
    ENGINES,
    GROUNDINGS,
    UIS,
    read_engine,
    read_file,
    read_grounding,
    read_lock,
    read_model,
    read_rows,
    read_seed,
    read_tokens,
    read_ui,
    read_url,
)

Door = Literal["cell", "shell"]

#: Counts of real rows below this many are not shown, unless a caller says otherwise.
MIN_CELL = 10


def _option(
    default: Any,
    help: str,  # noqa: A002  (the word of argparse and traitlets)
    *flags: str,
    metavar: str = "",
    read: Callable[[str], Any] = str,
    words: tuple[str, ...] = (),
    doors: tuple[Door, ...] = ("cell", "shell"),
    also: tuple[tuple[str, str], ...] = (),
    trait: str = "",
) -> Any:
    return field(
        default=default,
        metadata={
            "help": help,
            "flags": flags,
            "metavar": metavar,
            "read": read,
            "words": words,
            "doors": doors,
            "also": also,
            "trait": trait,
        },
    )


#: Neither an option nor a trait: a key is given in Python alone, and never shown.
_HIDDEN: dict[str, Any] = {"help": "", "flags": (), "doors": (), "also": (), "trait": ""}


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen beside the description itself.

    A field with flags is an option; one with a `trait` is a default that
    ``%config SynthData`` sets.  None means that it was not said.
    """

    name: str | None = _option(
        None, "variable that gets the table (else the blueprint's `table`, else table)"
    )
    rows: int | None = _option(
        None,
        "rows to draw; else the number in the prose, else 200",
        "-n",
        "--rows",
        metavar="N",
        read=read_rows,
    )
    seed: int | str | None = _option(
        None,
        "whole number or any text; the same seed draws the same table; else 0",
        "-s",
        "--seed",
        metavar="SEED",
        read=read_seed,
    )
    model: str | None = _option(
        None,
        "who completes what the cell leaves open: a model's name, FILE.gguf, or offline, the"
        " built-in clinical reference",
        "-m",
        "--model",
        metavar="NAME",
        read=read_model,
        words=("offline",),
        trait="model",
    )
    engine: str = _option(
        "blueprint",
        "how rows are made: blueprint, sampled here from the stated distributions, or rows,"
        " written by the model",
        "--engine",
        metavar="|".join(ENGINES),
        read=read_engine,
        words=ENGINES,
    )
    out: str | None = _option(
        None,
        "also write the table to FILE, .parquet or .csv by its suffix, in bounded memory",
        "-o",
        "--out",
        metavar="FILE",
        read=read_file,
    )
    lock: str | None = _option(
        None,
        "write FILE at the first run; every later run, on any machine, draws its table again",
        "--lock",
        metavar="FILE",
        read=read_lock,
    )
    relock: bool = _option(False, "write the lock file anew after the cell was changed", "--relock")
    replace: bool = _option(
        False,
        "let the table take the place of something that is not a table of ours",
        "--replace",
        doors=("cell",),
    )
    ui: str = _option(
        "auto",
        "what stands under the cell: live, a view in which the schema is edited, or static; auto"
        " is live in a kernel, static in a terminal and on Colab, Kaggle and Databricks",
        "--ui",
        metavar="|".join(UIS),
        read=read_ui,
        words=UIS,
        doors=("cell",),
        also=(("--no-ui", "static"),),
        trait="ui",
    )
    base_url: str | None = _option(
        None,
        "address of an OpenAI-compatible endpoint; else OPENAI_BASE_URL, else api.openai.com",
        "--base-url",
        metavar="URL",
        read=read_url,
        trait="base_url",
    )
    grounding: Literal["auto", "on", "off"] = _option(
        "auto",
        "give the model the built-in reference's entries: on, off, or auto (small models)",
        "--grounding",
        metavar="|".join(GROUNDINGS),
        read=read_grounding,
        words=GROUNDINGS,
        trait="grounding",
    )
    token_budget: int | None = _option(
        None,
        "stop before more than N tokens are spent",
        "--token-budget",
        metavar="N",
        read=read_tokens,
        trait="token_budget",
    )
    refresh: bool = _option(False, "ask the model again, past the cache", "--refresh")
    dry_run: bool = _option(
        False, "show what would be sent and its estimated tokens; ask nobody", "--dry-run"
    )
    real: str | None = _option(
        None,
        "name of a real DataFrame to compare with; nothing of it is ever sent",
        "--real",
        metavar="NAME",
        doors=("cell",),
    )
    quiet: bool = _option(False, "show one line, and warnings, instead of the table", "--quiet")
    default_rows: int = _option(200, "rows when neither --rows nor the prose says", trait="rows")
    default_seed: int | str = _option(0, "seed when --seed does not say", trait="seed")
    max_rows: int = _option(
        10_000_000,
        "the most rows held in memory; a larger table needs --out FILE",
        trait="max_rows",
    )
    api_key: str | None = field(default=None, repr=False, metadata=_HIDDEN)
    api_key_env: str | None = _option(
        None, "name of the environment variable that holds the key", trait="api_key_env"
    )
    network: tuple[str, ...] | None = _option(
        None,
        "where requests may go: off, loopback, or a list of hosts; narrows what is set"
        " system-wide, never widens it",
        trait="network",
    )
    deadline: float = _option(600.0, "most seconds that one call may take", trait="deadline")
    idle: float = _option(60.0, "most seconds of silence within a call", trait="idle")
    concurrency: int | None = _option(
        None, "most calls at a time; else 8, and 1 on this machine", trait="concurrency"
    )
    cache: bool = _option(True, "keep a model's answers on this disk", trait="cache")
    min_cell: int = _option(
        MIN_CELL, "counts of real rows below this many are not shown", trait="min_cell"
    )
    prices: tuple[tuple[str, float, float], ...] = _option(
        (),
        "cost of a million tokens, in and out, by model: {'gpt-5': [1.25, 10]}",
        trait="prices",
    )
    debug: bool = _option(False, "show the traceback of an error, not two lines", trait="debug")


#: Words after ``%synthdata``: what they take and what they do.
LINE_COMMANDS = {
    "report": (
        "NAME",
        "how far it keeps what was stated; --by COLUMN, --real NAME, --target COLUMN",
    ),
    "schema": (
        "NAME",
        "every column's distribution, the effects and rules, to see and to edit",
    ),
    "cell": ("NAME", "write a new cell that draws exactly this table"),
    "doctor": ("", "versions, extras, settings and models at hand, and what is amiss"),
    "login": ("[URL]", "ask for an endpoint's key; it is kept in memory until the kernel ends"),
    "sent": ("", "what was sent to which model, and when"),
    "cache": ("[clear]", "the answers of models that are kept on disk; clear deletes them"),
}
#: First words after ``python -m synth_magic``.
SHELL_COMMANDS = {
    "autoload": ("on|off|status [--sys-prefix]", "load the extension in every IPython and kernel"),
    "cache": ("[clear]", "the answers of models that are kept on disk; clear deletes them"),
    "doctor": ("", "versions, extras, settings and models at hand, and what is amiss"),
    "reference": ("[NAME]", "what the built-in clinical reference holds, or one entry of it"),
    "report": (
        "FILE [--blueprint FILE] [--real FILE] [--by COLUMN] [--target COLUMN]",
        "how far a written table keeps what was stated, and how near it is to a real one",
    ),
}
#: Commands of a notebook alone, and what a shell has in their place.
NOTEBOOK_COMMANDS = {
    "login": "Set OPENAI_API_KEY, or SYNTHDATA_API_KEY for another endpoint",
    "sent": "--dry-run shows what would be sent; %synthdata sent lists it in a notebook",
}


def option_fields(door: Door) -> tuple[Field[Any], ...]:
    """Fields that have a flag at this door, in the order of the help."""
    return tuple(f for f in fields(Options) if f.metadata["flags"] and door in f.metadata["doors"])


def trait_fields() -> tuple[Field[Any], ...]:
    """Fields whose default ``%config SynthData`` sets."""
    return tuple(f for f in fields(Options) if f.metadata["trait"])


def flags(door: Door) -> tuple[str, ...]:
    """Every spelling of every option at this door."""
    return tuple(
        flag
        for f in option_fields(door)
        for flag in (*f.metadata["flags"], *(also for also, _ in f.metadata["also"]))
    )
