"""Compute the truths of tests/benchmarks/descriptions from the public tables named there.

Usage: python benchmark_truths.py FOLDER   (with the CSV files as their sources give them)

Prints, for each description, the 5th, 20th, 50th, 80th and 95th percentile of numbers and the
shares of values; the descriptions themselves are written by hand.
"""

import sys
from pathlib import Path

import pandas as pd

YES_NO = {0: "no", 1: "yes"}
TABLES = {
    "breast_cancer": ("gbsg2.csv", {
        "age": "age", "tumour_size": "tsize", "grade": "tgrade", "positive_nodes": "pnodes",
        "progesterone_receptor": "progrec", "estrogen_receptor": "estrec",
        "postmenopausal": ("menostat", {"Post": "yes", "Pre": "no"}), "hormone_therapy": "horTh"}),
    "heart_failure": ("heart_failure.csv", {
        "age": "age", "sex": ("sex", {0: "F", 1: "M"}), "ejection_fraction": "ejection_fraction",
        "creatinine": "serum_creatinine", "sodium": "serum_sodium",
        "creatine_kinase": "creatinine_phosphokinase",
        "platelets": "platelets", "anaemia": ("anaemia", YES_NO),
        "death": ("DEATH_EVENT", YES_NO)}),
    "biliary_cholangitis": ("pbc.csv", {
        "age": "age", "sex": ("sex", {"f": "F", "m": "M"}), "bilirubin": "bili",
        "albumin": "albumin", "alkaline_phosphatase": "alk.phos", "ast": "ast",
        "urine_copper": "copper", "platelets": "platelet", "prothrombin_time": "protime",
        "histologic_stage": ("stage", {1: "1", 2: "2", 3: "3", 4: "4"}),
        "hepatomegaly": ("hepato", YES_NO)}),
    "lung_cancer": ("cancer.csv", {
        "age": "age", "sex": ("sex", {1: "M", 2: "F"}),
        "ecog": ("ph.ecog", {0: "0", 1: "1", 2: "2", 3: "3"}),
        "karnofsky": "ph.karno", "calories_at_meals": "meal.cal", "weight_loss": "wt.loss"}),
    "mgus": ("mgus2.csv", {
        "age": "age", "sex": "sex", "hemoglobin": "hgb", "creatinine": "creat",
        "m_spike": "mspike", "progressed": ("pstat", YES_NO)}),
    "colon_cancer": ("colon.csv", {
        "age": "age", "sex": ("sex", {0: "F", 1: "M"}), "positive_nodes": "nodes",
        "obstruction": ("obstruct", YES_NO), "perforation": ("perfor", YES_NO),
        "adherence": ("adhere", YES_NO),
        "differentiation": ("differ", {1: "well", 2: "moderate", 3: "poor"})}),
    "births": ("birthwt.csv", {
        "mother_age": "age", "mother_weight": ("lwt", 0.45359237), "smoker": ("smoke", YES_NO),
        "hypertension_history": ("ht", YES_NO), "birth_weight": "bwt",
        "low_birth_weight": ("low", YES_NO)}),
    "intensive_care": ("ICU.csv", {
        "age": "Age", "sbp": "SysBP", "heart_rate": "Pulse", "infection": ("Infection", YES_NO),
        "emergency_admission": ("Emergency", YES_NO),
        "died_in_hospital": ("Survive", {0: "yes", 1: "no"})}),
    "prostatectomy": ("blood_storage.csv", {
        "age": "Age", "prostate_volume": "PVol", "psa": "PreopPSA",
        "biopsy_gleason": ("bGS", {1: "up to six", 2: "seven", 3: "eight or more"}),
        "family_history": ("FamHx", YES_NO), "organ_confined": ("OrganConfined", YES_NO),
        "units_transfused": "Units", "recurrence": ("Recurrence", YES_NO)}),
}  # fmt: skip


def truth(values):
    """Write the truth of one column as a line of YAML."""
    values = values.dropna()
    if pd.api.types.is_numeric_dtype(values):
        found = values.quantile([0.05, 0.2, 0.5, 0.8, 0.95])
        return "{" + ", ".join(f"{p:g}: {float(f'{x:.4g}'):g}" for p, x in found.items()) + "}"
    shares = values.value_counts(normalize=True)
    if set(shares.index) == {"no", "yes"}:
        return "{" + f"yes: {shares['yes']:.3f}" + "}"
    return "{" + ", ".join(f"'{v}': {s:.3f}" for v, s in sorted(shares.items())) + "}"


for name, (file, columns) in TABLES.items():
    table = pd.read_csv(Path(sys.argv[1]) / file, encoding="utf-8-sig")
    if name == "colon_cancer":
        table = table[table["etype"] == 1]
    print(name, len(table))
    for column, said in columns.items():
        source, change = said if isinstance(said, tuple) else (said, None)
        values = table[source]
        if isinstance(change, dict):
            values = values.map(change)
        elif change is not None:
            values = values * change
        print(f"  {column}: {truth(values)}")
