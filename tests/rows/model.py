"""A table to be written, and a small model that answers by what stands in the prompt."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import ModelError, Problem
from synth_magic.events import Usage
from synth_magic.llm import Prompt, Reply

CLINIC = """
version: 1
population: Adults with hypertension at a clinic, $5 a visit {not a field}
columns:
  - {name: pid, type: id, pattern: P####}
  - {name: age, type: integer, unit: years, range: [30, 85],
     distribution: {normal: {mean: 60, sd: 10}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: grade, type: category, ordered: true, values: [mild, severe],
     distribution: {probabilities: {mild: 0.8, severe: 0.2}}}
  - {name: weight, type: number, decimals: 1, unit: kg, range: [40, 160],
     distribution:
       {by: sex, groups: {F: {normal: {mean: 68, sd: 12}}, M: {normal: {mean: 82, sd: 13}}}}}
  - {name: height, type: integer, unit: cm, range: [140, 205],
     distribution:
       {by: sex, groups: {F: {normal: {mean: 163, sd: 6}}, M: {normal: {mean: 177, sd: 7}}}}}
  - {name: bmi, type: number, decimals: 1, unit: kg/m2, formula: weight / (height / 100) ** 2}
  - {name: sbp, type: integer, unit: mmHg, label: systolic pressure, range: [80, 250],
     distribution: {normal: {mean: 140, sd: 18}}}
  - {name: dbp, type: integer, unit: mmHg, range: [40, 150],
     distribution: {normal: {mean: 85, sd: 11}}}
  - {name: ldl, type: number, decimals: 2, unit: mmol/L, range: [0.5, 10],
     distribution: {lognormal: {median: 3, sigma: 0.3}}}
  - {name: smoker, type: boolean, distribution: {probability: 0.2}}
  - {name: visit, type: date, range: [2018-01-01, 2020-12-31],
     distribution: {uniform: {low: 2018-01-01, high: 2020-12-31}}}
  - {name: followup, type: time_to_event, unit: days, event: death, survival: {365: 0.9},
     censoring: {administrative: [400, 1200]}}
effects:
  - {from: age, to: sbp, beta: 0.3}
  - {from: sbp, to: dbp, beta: 0.5}
  - {from: sbp, to: smoker, odds_ratio: 0.7, per: 10}
  - {from: ldl, to: followup, hazard_ratio: 1.5}
rules:
  - sbp > dbp
missing:
  ldl: {rate: 0.2, depends_on: age, beta: 0.3}
"""
NOTE = """
  - {name: note, type: text, description: "discharge summary, two sentences",
     template: "Aged {age}, sex {sex}, sbp {sbp}, ldl {ldl}.", sources: {template: guess}}
"""
_LIMITS = re.compile(r"^- (\w+)[: ].*?, from (-?[\d.]+) to (-?[\d.]+)", re.MULTILINE)
#: Where between its limits the small model puts a number, so that all rules hold.
FIT = {"sbp": (0.4, 0.7), "dbp": (0.1, 0.2), "height": (0.3, 0.6)}


def blueprint(extra: str = "", text: str = CLINIC) -> Blueprint:
    return Blueprint.from_yaml(text.replace("effects:", f"{extra.strip(chr(10))}\neffects:"))


def lines(prompt: Prompt) -> list[dict]:
    """The rows of a prompt, as they stand there."""
    text = prompt.messages[1][1]
    return [json.loads(line) for line in text.split("\n") if line.startswith('{"id":')]


def asked(prompt: Prompt) -> dict[str, str]:
    """Keys that a prompt asks for, with their types."""
    row = prompt.schema["properties"]["rows"]["items"]["properties"]
    return {key: part["type"] for key, part in row.items() if key != "id"}


def answer(prompt: Prompt, fit=FIT) -> dict:
    """What a well-behaved model writes: numbers within their limits, texts of their row."""
    limits = {name: (float(a), float(b)) for name, a, b in _LIMITS.findall(prompt.messages[1][1])}
    rows = []
    for given in lines(prompt):
        row = {"id": given["id"]}
        for key, kind in asked(prompt).items():
            if kind == "string":
                row[key] = f"This {given['age']}-year-old was seen. Plan {given['id']} agreed."
                continue
            low, high = limits[key]
            seed = hashlib.blake2b(f"{key}{given}".encode(), digest_size=4).digest()
            least, most = fit.get(key, (0.2, 0.8))
            place = least + (most - least) * int.from_bytes(seed, "big") / 2**32
            value = low + place * (high - low)
            row[key] = round(value) if kind == "integer" else round(value, 1)
        rows.append(row)
    return {"rows": rows}


@dataclass
class Model:
    """Answers every prompt, remembers what it was asked; `change` spoils an answer."""

    change: Callable[[dict, Prompt], object] = lambda data, prompt: data
    asked: list[Prompt] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    backwards: bool = False
    closed: int = 0

    def __call__(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Reply | ModelError]]:
        self.rounds.append(len(prompts))
        self.asked += prompts
        return self._answers(prompts)

    def _answers(self, prompts):
        places = range(len(prompts))
        try:
            for place in reversed(places) if self.backwards else places:
                said = self.change(answer(prompts[place]), prompts[place])
                if isinstance(said, BaseException) and not isinstance(said, ModelError):
                    raise said
                if not isinstance(said, ModelError):
                    said = Reply(said, Usage(prompt=100, completion=50, calls=1))
                yield place, said
        finally:
            self.closed += 1


def failure(kind: str, *, retry: bool = False) -> ModelError:
    return ModelError(Problem(("options", "model"), f"it is {kind}"), kind=kind, retry=retry)
