"""``doctor`` is honest: what is there, what is missing, what is too old or too new."""

from __future__ import annotations

import sys

import pytest

from synth_magic.notebook import setup
from synth_magic.options import Options


@pytest.fixture
def said(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    def doctor(options=None, **releases):
        real = setup._version
        monkeypatch.setattr(setup, "_version", lambda name: releases.get(name, real(name)))
        lines = setup.doctor(options or Options()).split("\n")
        return {line[:12].strip(): line[13:] for line in lines}

    return doctor


def test_a_good_installation_has_nothing_amiss(said):
    found = said(numpy="2.4.1", pandas="2.2.0")
    assert found["amiss"] == "nothing"
    assert "reference" in found["model"]
    assert found["network"].startswith("anywhere")
    assert found["servers"]
    assert found["settings"].startswith("as they come")
    assert found["autoload"].startswith("off")


@pytest.mark.parametrize(
    ("package", "release", "word"),
    [
        ("pandas", "1.5.3", "older than 2.2"),
        ("numpy", "1.25.0", "older than 1.26"),
        ("pandas", "9.0.0rc1", "newer than"),
        ("numpy", None, "not installed"),
    ],
)
def test_what_is_missing_too_old_or_too_new_is_said(said, package, release, word):
    found = said(**({"numpy": "2.4.1", "pandas": "3.1.0"} | {package: release}))
    assert package in found["amiss"]
    assert word in found["amiss"]
    assert ";" not in found["amiss"], "the other package is fine"


def test_an_extra_that_is_missing_says_how_to_get_it(said):
    found = said(pyarrow=None)
    assert 'pip install "synth-magic[parquet]"' in found["extras"]


def test_changed_settings_are_listed(said):
    found = said(Options(default_rows=33, debug=True))
    assert found["settings"] == "SynthData.rows = 33, SynthData.debug = True"


def test_autoload_is_read_from_the_files(said):
    from synth_magic.notebook import autoload

    autoload.on()
    assert said()["autoload"] == f"on, in {autoload.config_file()}"
