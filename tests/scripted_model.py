"""A model for the loopback endpoint: a fixed expert for the first page's cell, and a row writer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from synth_magic.llm import Prompt
from tests.rows import model as row_writer

#: What a good model says of the cell of the first page, in the form of the answer.
ANSWER: dict[str, Any] = {
    "numbers": [
        {"column": "age", "group": "", "unit": "years", "decimals": 0, "limits": [],
         "p5": 43, "p25": 56, "p50": 64, "p75": 72, "p95": 81, "zero_share": 0},
        {"column": "hba1c", "group": "", "unit": "%", "decimals": 1, "limits": [],
         "p5": 5.9, "p25": 6.6, "p50": 7.3, "p75": 8.4, "p95": 10.6, "zero_share": 0},
        {"column": "sbp", "group": "", "unit": "mmHg", "decimals": 0, "limits": [],
         "p5": 112, "p25": 126, "p50": 136, "p75": 147, "p95": 168, "zero_share": 0},
        {"column": "dbp", "group": "", "unit": "mmHg", "decimals": 0, "limits": [],
         "p5": 60, "p25": 70, "p50": 77, "p75": 83, "p95": 94, "zero_share": 0},
    ],
    "yes_no": [],
    "choices": [
        {"column": "sex", "group": "", "ordered": False, "values": ["F", "M"],
         "shares": [0.44, 0.56]},
        {"column": "smoker", "group": "", "ordered": False,
         "values": ["never", "former", "current"], "shares": [0.5, 0.33, 0.17]},
    ],
    "dates": [], "times": [], "texts": [], "derived": [],
    "effects": [
        {"cause": "age", "result": "sbp", "word": "beta", "size": 0.3, "per": 0, "where": ""},
        {"cause": "sbp", "result": "dbp", "word": "beta", "size": 0.55, "per": 0, "where": ""},
        {"cause": "hba1c", "result": "retinopathy", "word": "odds_ratio", "size": 1.5, "per": 1,
         "where": ""},
    ],
    "rules": [],
    "missing": [],
}  # fmt: skip


def schema_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The schema that a request carries."""
    return body["response_format"]["json_schema"]["schema"]


def writes_rows(body: Mapping[str, Any]) -> bool:
    return "rows" in schema_of(body)["properties"]


def rows_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Write the rows that a request asks for, each within its limits."""
    messages = tuple((message["role"], message["content"]) for message in body["messages"])
    prompt = Prompt(messages, schema_of(body), "test", 1)
    return row_writer.answer(prompt, fit={"sbp": (0.4, 0.7), "dbp": (0.1, 0.2)})


def reply(body: Mapping[str, Any]) -> dict[str, Any]:
    """A step of the endpoint's script: the expert's answer, or rows."""
    return {"answer": rows_of(body) if writes_rows(body) else ANSWER}


def text_of(body: Mapping[str, Any]) -> str:
    """All that a request says, as one text."""
    return json.dumps(body, ensure_ascii=False)
