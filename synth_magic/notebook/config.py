"""``%config SynthData``: the defaults of a session, as traits.

There is a trait for each field of `Options` that names one; help and defaults are
the field's.  No key is ever a trait, since ``%config SynthData`` prints them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from traitlets import Bool, Dict, Enum, Float, Int, List, TraitError, Unicode, Union, validate
from traitlets.config import SingletonConfigurable

from synth_magic import keys
from synth_magic.errors import DataError
from synth_magic.option_values import (
    GROUNDINGS,
    MOST_ROWS,
    MOST_TOKENS,
    UIS,
    read_hosts,
    read_model,
    read_prices,
    read_url,
    read_variable,
)
from synth_magic.options import Options, trait_fields

_HELP = {f.metadata["trait"]: f.metadata["help"] for f in trait_fields()}
_DEFAULTS = Options()


_READ: dict[str, Callable[[Any], Any]] = {
    "model": read_model,
    "base_url": read_url,
    "api_key_env": read_variable,
    "network": read_hosts,
    "prices": read_prices,
}


class SynthData(SingletonConfigurable):
    """Defaults for ``%%synthdata``."""

    rows = Int(_DEFAULTS.default_rows, min=1, max=MOST_ROWS, help=_HELP["rows"]).tag(config=True)
    seed = Union([Int(), Unicode()], default_value=_DEFAULTS.default_seed, help=_HELP["seed"]).tag(
        config=True
    )
    model = Unicode(_DEFAULTS.model, allow_none=True, help=_HELP["model"]).tag(config=True)
    ui = Enum(UIS, _DEFAULTS.ui, help=_HELP["ui"]).tag(config=True)
    max_rows = Int(_DEFAULTS.max_rows, min=1, max=MOST_ROWS, help=_HELP["max_rows"]).tag(
        config=True
    )
    base_url = Unicode(_DEFAULTS.base_url, allow_none=True, help=_HELP["base_url"]).tag(config=True)
    api_key_env = Unicode(_DEFAULTS.api_key_env, allow_none=True, help=_HELP["api_key_env"]).tag(
        config=True
    )
    network = Union(
        [Unicode(), List(Unicode())],
        default_value=_DEFAULTS.network,
        allow_none=True,
        help=_HELP["network"],
    ).tag(config=True)
    grounding = Enum(GROUNDINGS, _DEFAULTS.grounding, help=_HELP["grounding"]).tag(config=True)
    token_budget = Int(
        _DEFAULTS.token_budget,
        min=100,
        max=MOST_TOKENS,
        allow_none=True,
        help=_HELP["token_budget"],
    ).tag(config=True)
    deadline = Float(_DEFAULTS.deadline, min=0.1, max=86_400, help=_HELP["deadline"]).tag(
        config=True
    )
    idle = Float(_DEFAULTS.idle, min=0.1, max=86_400, help=_HELP["idle"]).tag(config=True)
    concurrency = Int(
        _DEFAULTS.concurrency, min=1, max=64, allow_none=True, help=_HELP["concurrency"]
    ).tag(config=True)
    min_cell = Int(_DEFAULTS.min_cell, min=1, max=1_000, help=_HELP["min_cell"]).tag(config=True)
    cache = Bool(_DEFAULTS.cache, help=_HELP["cache"]).tag(config=True)
    prices = Dict({}, help=_HELP["prices"]).tag(config=True)
    debug = Bool(_DEFAULTS.debug, help=_HELP["debug"]).tag(config=True)

    @validate("model", "base_url", "api_key_env", "network", "prices")
    def _readable(self, proposal: Any) -> Any:
        value = proposal["value"]
        if not value:
            return {} if proposal["trait"].name == "prices" else None
        try:
            read = _READ[proposal["trait"].name](value)
        except DataError as error:
            raise TraitError(str(error)) from None
        return value if proposal["trait"].name in ("network", "prices") else read

    @validate("seed")
    def _no_key(self, proposal: Any) -> int | str:
        seed: int | str = proposal["value"]
        try:
            keys.refuse(str(seed))
        except DataError as error:
            raise TraitError(str(error)) from None
        return seed


def defaults() -> Options:
    """Options as ``%config SynthData`` has set them."""
    if not SynthData.initialized():
        return Options()
    settings = SynthData.instance()
    said = {f.name: getattr(settings, f.metadata["trait"]) for f in trait_fields()}
    said["network"] = read_hosts(said["network"])
    said["prices"] = read_prices(said["prices"])
    return replace(Options(), **said)


def register(shell: Any) -> None:
    """Show the settings under ``%config``, with what the user's config files say.

    A setting there that cannot be is said in a line, and the defaults hold.
    """
    try:
        settings = SynthData.instance(parent=shell)
    except TraitError as error:
        print(f"synth_magic: the defaults hold, since c.SynthData cannot be used: {error}")
        settings = SynthData.instance()
    shell.configurables.append(settings)


def unregister(shell: Any) -> None:
    """Take the settings away."""
    shell.configurables[:] = [one for one in shell.configurables if not isinstance(one, SynthData)]
    SynthData.clear_instance()
