"""Rows of conditions, and survival, from public data sets of some hundred to some thousand people.

    python docs/sources/public_cohorts.py DIRECTORY

Reads CSV files of the collection Rdatasets (https://vincentarelbundock.github.io/Rdatasets) under
their own names (`larynx.csv`, `kidtran.csv` …) and prints, for the files of conditions, one table
a data set (mean and SD, median and quartiles, shares) and the Kaplan-Meier share alive by years.
Nothing is written: the lines were put into synth_magic/reference/data/conditions by hand, with
names of variables where they differ.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


def alive(time: pd.Series, died: pd.Series, years: tuple[float, ...]) -> str:
    """Kaplan-Meier share alive at years, of times in years."""
    known = pd.DataFrame({"t": time, "d": died.astype(int)}).dropna().sort_values("t")
    n = len(known)
    deaths = known.groupby("t")["d"].agg(["sum", "count"])
    at_risk = n - deaths["count"].cumsum().shift(fill_value=0)
    curve = (1 - deaths["sum"] / at_risk).cumprod()
    shares = [float(curve[curve.index <= year].iloc[-1]) for year in years]
    return f"n {n}: " + ", ".join(f"{y:g}: {s:.3f}" for y, s in zip(years, shares, strict=True))


def normal(values: pd.Series) -> str:
    """Mean and SD."""
    return f"[{values.mean():.4g}, {values.std():.3g}]"


def skewed(values: pd.Series) -> str:
    """Median and quartiles."""
    return "[" + ", ".join(f"{v:.4g}" for v in values.quantile([0.5, 0.25, 0.75])) + "]"


def show(name: str, frame: pd.DataFrame, **rows: str) -> None:
    """Print one table."""
    print(f"{name} (n {len(frame)})")
    for row, said in rows.items():
        print(f"    {row}: {said}")


def acute_coronary(d: pd.DataFrame) -> None:
    """People with an acute coronary syndrome of the R package moonBook."""
    shares = {
        "diabetes": (d["DM"] == "Yes").mean(),
        "hypertension": (d["HBP"] == "Yes").mean(),
        "current_smoker": (d["smoking"] == "Smoker").mean(),
        "stemi": (d["Dx"] == "STEMI").mean(),
        "shock": (d["cardiogenicShock"] == "Yes").mean(),
    }
    numbers = {
        "EF": normal,
        "BMI": normal,
        "TC": normal,
        "LDLC": normal,
        "HDLC": normal,
        "TG": skewed,
    }
    rows = {name: law(d[name].dropna()) for name, law in numbers.items()}
    men = f"{(d['sex'] == 'Male').mean():.3f}"
    infarct = d[d["Dx"] != "Unstable Angina"]
    show("acs_patients", d, age=normal(d["age"]), men=men, **rows,
         **{name: f"{share:.3f}" for name, share in shares.items()})  # fmt: skip
    rows = {name: law(infarct[name].dropna()) for name, law in numbers.items()}
    show("acs_patients, infarction", infarct, age=normal(infarct["age"]),
         men=f"{(infarct['sex'] == 'Male').mean():.3f}", **rows,
         diabetes=f"{(infarct['DM'] == 'Yes').mean():.3f}",
         hypertension=f"{(infarct['HBP'] == 'Yes').mean():.3f}",
         current_smoker=f"{(infarct['smoking'] == 'Smoker').mean():.3f}")  # fmt: skip


def heart_failure(d: pd.DataFrame) -> None:
    """People with heart failure of Faisalabad (data set cardiac_failure)."""
    show("cardiac_failure", d, age=normal(d["age"]), men=f"{d['sex'].mean():.3f}",
         ejection_fraction=normal(d["ejection_fraction"]), sodium=normal(d["serum_sodium"]),
         creatinine=skewed(d["serum_creatinine"]), ck=skewed(d["creatinine_phosphokinase"]),
         platelets=normal(d["platelets"] / 1000), diabetes=f"{d['diabetes'].mean():.3f}",
         hypertension=f"{d['high_blood_pressure'].mean():.3f}",
         current_smoker=f"{d['smoking'].mean():.3f}",
         alive=alive(d["time"] / 365.25, d["DEATH_EVENT"], (0.25, 0.5, 0.75)))  # fmt: skip


def intensive_care(d: pd.DataFrame) -> None:
    """Adults of an intensive care unit (Hosmer and Lemeshow)."""
    show("ICU", d, age=skewed(d["Age"]), men=f"{(d['Sex'] == 0).mean():.3f}",
         sbp=normal(d["SysBP"]), heart_rate=normal(d["Pulse"]),
         death=f"{1 - d['Survive'].mean():.3f}")  # fmt: skip


def dementia(d: pd.DataFrame) -> None:
    """People of the OASIS series with a clinical dementia rating above 0."""
    ill = d[pd.to_numeric(d["CDR"], errors="coerce") > 0]
    show("OASIS cross, CDR above 0", ill, age=normal(ill["Age"]),
         men=f"{(ill['M/F'] == 'M').mean():.3f}",
         mmse=normal(pd.to_numeric(ill["MMSE"])))  # fmt: skip


def melanoma(d: pd.DataFrame) -> None:
    """Malignant melanoma operated on in Odense."""
    show("Melanoma", d, age=normal(d["age"]), men=f"{d['sex'].mean():.3f}",
         thickness=skewed(d["thickness"]), ulcer=f"{d['ulcer'].mean():.3f}",
         alive=alive(d["time"] / 365.25, d["status"] != 2, (1, 3, 5, 10)))  # fmt: skip


def survival(d: dict[str, pd.DataFrame]) -> None:
    """Kaplan-Meier shares of the others."""
    k = d["kidtran"]
    show("kidtran", k, age=skewed(k["age"]), men=f"{(k['gender'] == 1).mean():.3f}",
         alive=alive(k["time"] / 365.25, k["delta"], (0.5, 1, 3, 5)))  # fmt: skip
    x = d["larynx"]
    stages = x["stage"].value_counts(normalize=True).sort_index().round(3).to_dict()
    show("larynx", x, age=normal(x["age"]), stage=str(stages),
         alive=alive(x["time"], x["delta"], (1, 2, 3, 5)))  # fmt: skip
    m = d["myeloid"]
    show("myeloid", m, men=f"{(m['sex'] == 'm').mean():.3f}",
         alive=alive(m["futime"] / 365.25, m["death"], (0.5, 1, 2, 3, 5)))  # fmt: skip
    lung = d["cancer"]
    show("lung", lung, alive=alive(lung["time"] / 365.25, lung["status"] == 2, (0.5, 1, 2)))
    colon = d["colon"][d["colon"]["etype"] == 2]
    show("colon", colon, alive=alive(colon["time"] / 365.25, colon["status"], (1, 3, 5, 7)))
    breast = d["rotterdam"]
    show("rotterdam", breast, alive=alive(breast["dtime"] / 365.25, breast["death"], (1, 3, 5, 10)))
    liver = d["pbc"]
    cirrhosis = liver[liver["stage"] == 4]
    show("pbc, stage 4", cirrhosis, age=normal(cirrhosis["age"]),
         men=f"{(cirrhosis['sex'] == 'm').mean():.3f}",
         bilirubin=skewed(cirrhosis["bili"]), albumin=normal(cirrhosis["albumin"]),
         platelets=normal(cirrhosis["platelet"]),
         alive=alive(cirrhosis["time"] / 365.25, cirrhosis["status"] == 2,
                     (1, 3, 5, 10)))  # fmt: skip
    hcc = d["hepatoCellular"]
    show("hepatoCellular", hcc, age=normal(hcc["Age"]), men=f"{(hcc['Gender'] == 1).mean():.3f}",
         cirrhosis=f"{hcc['Cirrhosis'].mean():.3f}", hepatitis_b=f"{hcc['HBsAg'].mean():.3f}",
         alive=alive(hcc["OS"] / 12, hcc["Death"], (1, 2, 3, 5)))  # fmt: skip
    p = d["prostateSurvival"]
    show("prostateSurvival", p, alive=alive(p["survTime"] / 12, p["status"] > 0, (1, 3, 5)))


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    where = parser.parse_args().directory
    d = {path.stem: pd.read_csv(path) for path in sorted(where.glob("*.csv"))}
    acute_coronary(d["acs_patients_df"])
    heart_failure(d["cardiac_failure_df"])
    intensive_care(d["ICU"])
    dementia(d["OASIS_cross_tbl_df"])
    melanoma(d["Melanoma"])
    survival(d)


if __name__ == "__main__":
    main()
