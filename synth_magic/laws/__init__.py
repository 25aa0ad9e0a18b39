"""Stated distributions become tabulated marginals; values become codes and come back."""

from synth_magic.laws.codec import Codec, codec, event_codec
from synth_magic.laws.fit import fit
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.solve import solve

__all__ = ["Codec", "Marginal", "codec", "event_codec", "fit", "solve"]
