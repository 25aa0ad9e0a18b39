"""Figures and headlines of what learners found, fit to be shown."""

from __future__ import annotations

from synth_magic.fidelity.real.c2st import Told
from synth_magic.fidelity.real.disclosure import Guard
from synth_magic.fidelity.real.figures import DIGITS, Part, ends, place, short
from synth_magic.fidelity.real.utility import Utility
from synth_magic.fidelity.report import Figure, Headline

#: Beyond these a headline is called far: an AUC of 0.8, excellent discrimination (Hosmer and
#: Lemeshow, Applied Logistic Regression, 2000); a twentieth of AUC, C-index or R2 lost.
_FAR_AUC, _FAR_LOSS = 0.8, 0.05


def c2st_part(found: Told | None, guard: Guard) -> Part:
    """Whether a learner tells the tables apart.

    Parameters
    ----------
    found
        What the learners found; None where there was nothing to learn from.
    guard
        How a number of real rows is said.
    """
    if found is None:
        return Part(plain=(("c2st_auc", None),), bands=(("c2st_auc", ends(None, None)),))
    verdict = place(found.auc, found.band)
    columns = ", ".join(name for name, _ in found.columns)
    beyond = found.auc > found.band[1]
    good: bool | None
    if found.auc < found.band[0]:
        sentence, good = "Below the band: rows were copied, which is never good.", False
        word = "C2ST AUC below the band: copies"
    elif beyond:
        sentence = f"A learner ({found.learner}) tells the rows apart"
        sentence += f"; what gives them away: {columns}." if columns else "."
        good = False if found.auc >= _FAR_AUC else None
        word = f"C2ST AUC, by {columns}" if columns else "C2ST AUC"
    else:
        sentence = "A learner tells the rows apart no better than two samples of one population."
        good, word = True, "C2ST AUC, as a second sample"
    each = ", ".join(f"{name} {value:.2f}" for name, value in found.each.items())
    figure = Figure(
        "C2ST, AUC",
        None,
        short(found.auc),
        found.interval,
        found.band,
        verdict,
        f"{sentence} {guard.words(found.rows)} rows a side; {each}.",
        decimals=DIGITS,
    )
    return Part(
        (figure,),
        Headline("c2st", "Told apart", f"{found.auc:.2f}", word, good),
        plain=(("c2st_auc", short(found.auc)),),
        bands=(("c2st_auc", ends(found.interval, found.band)),),
    )


def utility_part(found: Utility | None, name: str | None, guard: Guard) -> Part:
    """Compare what is learned from the table with what is learned from real rows.

    Parameters
    ----------
    found
        What the learners gained; None where there was nothing to learn from.
    name
        What was predicted.
    guard
        How a number of real rows is said.
    """
    if found is None:
        none = ends(None, None)
        return Part(plain=(("tstr", None), ("trtr", None)), bands=(("tstr", none), ("trtr", none)))
    tstr, trtr = short(float(found.tstr.mean())), short(float(found.trtr.mean()))
    gap = found.interval(found.tstr - found.trtr)
    verdict = place(tstr, found.band)
    lost = trtr - tstr
    sentence = (
        f"The same trained on real rows is beside it: {found.learner} learner, {found.predictors} "
        f"predictors, {guard.words(found.rows)} rows, {len(found.tstr)} splits."
    )
    low, high = gap
    figures = (
        Figure(
            f"{name}, trained on synthetic ({found.metric})",
            None,
            tstr,
            found.interval(found.tstr),
            found.band,
            verdict,
            sentence,
            decimals=DIGITS,
            real=trtr,
        ),
        Figure(
            f"{name}, synthetic minus real ({found.metric})",
            None,
            short(tstr - trtr),
            gap,
            (low - (tstr - trtr), high - (tstr - trtr)),
            verdict,
            "0 is as good as real rows; the interval is that of 20 splits.",
            decimals=DIGITS,
        ),
    )
    good = True if tstr >= found.band[0] else False if lost > _FAR_LOSS else None
    head = Headline(
        "utility",
        "Trained on it",
        f"{tstr:.2f}",
        f"{found.metric} for {name}, on real rows {trtr:.2f}",
        good,
    )
    return Part(
        figures,
        head,
        plain=(("tstr", tstr), ("trtr", trtr)),
        bands=(
            ("tstr", ends(found.interval(found.tstr), found.band)),
            ("trtr", ends(found.interval(found.trtr), None)),
        ),
    )
