"""The regressions of the report, small and in numpy alone: one file a model."""

from synth_magic.fidelity.regression.cox import cox
from synth_magic.fidelity.regression.design import estimable
from synth_magic.fidelity.regression.firth import firth
from synth_magic.fidelity.regression.fitted import Fit
from synth_magic.fidelity.regression.linear import linear
from synth_magic.fidelity.regression.ordinal import ordinal
from synth_magic.fidelity.regression.ranks import spearman

__all__ = ["Fit", "cox", "estimable", "firth", "linear", "ordinal", "spearman"]
