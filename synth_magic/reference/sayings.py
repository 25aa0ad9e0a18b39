"""Synonyms by language, and codes, joined to the entries that they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from synth_magic.reference import files


@dataclass(frozen=True, slots=True)
class Sayings:
    """Synonyms by language, and codes, of variables and conditions by their id."""

    languages: Mapping[str, Mapping[str, tuple[str, ...]]]
    codes: Mapping[str, files.Codes]

    @classmethod
    def read(cls, data: Path) -> Sayings:
        """Read the files of the languages and of the codes."""

        def raw(*place: str) -> Any:
            return yaml.safe_load(data.joinpath(*place).read_text(encoding="utf-8"))

        form = TypeAdapter(dict[str, tuple[str, ...]])
        languages = {
            language: form.validate_python(raw("languages", f"{language}.yaml"))
            for language in files.LANGUAGES
        }
        codes = TypeAdapter(dict[str, files.Codes]).validate_python(raw("codes.yaml"))
        return cls(languages, codes)

    def named(
        self, entry: files.VariableFile | files.ConditionFile, left_out: set[str]
    ) -> dict[str, Any]:
        """Give one entry with all its synonyms in `names`, and those not English apart, too."""
        foreign = {
            language: names[entry.id]
            for language, names in self.languages.items()
            if entry.id in names
        }
        codes = self.codes.get(entry.id, files.Codes()).model_dump()
        every = dict.fromkeys([*entry.names, *(n for names in foreign.values() for n in names)])
        return entry.model_dump(exclude_none=True, exclude=left_out) | {
            "names": [*every],
            "languages": foreign,
            "codes": {kind: found for kind, found in codes.items() if found},
        }
