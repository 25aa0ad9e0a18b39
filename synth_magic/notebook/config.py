"""``%config SynthData``: the defaults of a session, as traits.

There is a trait for each field of `Options` that names one; help and defaults are
the field's.  No key is ever a trait, since ``%config SynthData`` prints them all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from traitlets import Bool, Enum, Int, TraitError, Unicode, Union, validate
from traitlets.config import SingletonConfigurable

from synth_magic import keys
from synth_magic.errors import DataError
from synth_magic.options import MOST_ROWS, Options, read_model, trait_fields

_HELP = {f.metadata["trait"]: f.metadata["help"] for f in trait_fields()}
_DEFAULTS = Options()


class SynthData(SingletonConfigurable):
    """Defaults for ``%%synthdata``."""

    rows = Int(_DEFAULTS.default_rows, min=1, max=MOST_ROWS, help=_HELP["rows"]).tag(config=True)
    seed = Union([Int(), Unicode()], default_value=_DEFAULTS.default_seed, help=_HELP["seed"]).tag(
        config=True
    )
    model = Unicode(_DEFAULTS.model, allow_none=True, help=_HELP["model"]).tag(config=True)
    ui = Enum(["auto", "static"], _DEFAULTS.ui, help=_HELP["ui"]).tag(config=True)
    max_rows = Int(_DEFAULTS.max_rows, min=1, max=MOST_ROWS, help=_HELP["max_rows"]).tag(
        config=True
    )
    debug = Bool(_DEFAULTS.debug, help=_HELP["debug"]).tag(config=True)

    @validate("model")
    def _offline(self, proposal: Any) -> str | None:
        if not proposal["value"]:
            return None
        try:
            return read_model(proposal["value"])
        except DataError as error:
            raise TraitError(str(error)) from None

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
    return replace(
        Options(), **{f.name: getattr(settings, f.metadata["trait"]) for f in trait_fields()}
    )


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
