"""The command line: the same tables, exit codes for scripts, two lines for mistakes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import synth_magic
from synth_magic.__main__ import main

ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(synth_magic.__path__[0]).parent)}
SMALL = "columns:\n  age: years, 30-85\n  sex: F / M\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.txt").write_text(SMALL, encoding="utf-8")
    return tmp_path


def _fails(capsys, *words: str) -> str:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().split("\n")) == 2, err
    return err


def test_a_file_becomes_a_parquet_file_that_is_what_python_draws(study, capsys):
    assert main(["study.txt", "-n", "1000", "-o", "out.parquet"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("study  1,000 rows")
    assert "synthetic" in shown
    assert "age" in shown
    assert "\x1b" not in shown
    table = pd.read_parquet("out.parquet")
    pd.testing.assert_frame_equal(table, synth_magic.generate(SMALL, rows=1000))


def test_quiet_prints_nothing(study, capsys):
    assert main(["study.txt", "-n", "10", "-o", "out.csv", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert len(pd.read_csv("out.csv")) == 10


def test_standard_input_is_a_file_too(study, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(SMALL))
    assert main(["-", "-n", "7", "-o", "out.csv", "--quiet"]) == 0
    assert len(pd.read_csv("out.csv")) == 7


def test_a_whole_cell_may_stand_in_the_file_and_the_command_line_wins(study, capsys):
    cell = f"%%synthdata t2d --rows 30 --seed 4\n{SMALL}"
    (study / "cell.txt").write_text(cell, encoding="utf-8")
    assert main(["cell.txt", "-o", "out.parquet", "-n", "20", "--quiet"]) == 0
    table = pd.read_parquet("out.parquet")
    pd.testing.assert_frame_equal(table, synth_magic.generate(SMALL, rows=20, seed=4))


def test_a_lock_is_shared_with_the_notebook(study, capsys):
    assert main(["study.txt", "-n", "20", "-s", "3", "--lock", "t.lock", "--quiet"]) == 0
    table = synth_magic.generate(SMALL, lock="t.lock")
    pd.testing.assert_frame_equal(table, synth_magic.generate(SMALL, rows=20, seed=3))
    (study / "study.txt").write_text(SMALL + "  smoker: yes/no, 20%\n", encoding="utf-8")
    assert "--relock" in _fails(capsys, "study.txt", "--lock", "t.lock")
    assert main(["study.txt", "--lock", "t.lock", "--relock", "--quiet"]) == 0
    assert main(["study.txt", "--lock", "t.lock", "--quiet"]) == 0


def test_mistakes_are_two_lines_on_stderr_and_code_2(study, capsys):
    (study / "wrong.txt").write_text("columns:\n  age: mean 90, 30-85\n", encoding="utf-8")
    assert "Line 2, column" in _fails(capsys, "wrong.txt")
    (study / "cell.txt").write_text("%%synthdata\ncolumns:\n  age: 9-3\n", encoding="utf-8")
    assert "Line 3, column" in _fails(capsys, "cell.txt")
    (study / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in _fails(capsys, "bytes.txt")
    assert "cannot be read" in _fails(capsys, "absent.txt")
    assert "command doctor" in _fails(capsys, "docter")
    assert "--rows" in _fails(capsys, "study.txt", "--row", "3")
    assert "no file" in _fails(capsys, "-n", "3").lower()


def test_the_reference_is_counted_and_checked(capsys):
    assert main(["reference"]) == 0
    out = capsys.readouterr().out
    assert re.search(
        r"^  variables +\d+  from opened sources \d+, judgement \d+$", out, re.MULTILINE
    )
    assert "All checks pass." in out


def test_an_entry_of_the_reference_is_shown_by_any_of_its_names(capsys):
    assert main(["reference", "serum", "creatinine"]) == 0
    out = capsys.readouterr().out
    assert "µmol/L = mg/dL x 88.42" in out
    assert "BIOPRO_J LBXSCR (microdata; opened)" in out
    assert "egfr -0.99" in out


def test_an_unknown_entry_names_the_nearest_ones(capsys):
    assert "creatinine" in _fails(capsys, "reference", "creatnin3")
    assert "reference [NAME]" in _fails(capsys, "reference", "--all")


def test_help_and_version(capsys):
    assert main(["--help"]) == 0
    assert "-o, --out FILE" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"synth-magic {synth_magic.__version__}\n"
    assert main([]) == 2
    assert main(["doctor"]) == 0
    assert "built-in clinical reference" in capsys.readouterr().out


def test_a_written_table_is_reported_on(study, capsys):
    assert main(["study.txt", "-n", "300", "-o", "t.parquet", "--quiet"]) == 0
    assert main(["report", "t.parquet"]) == 0
    first = capsys.readouterr().out
    assert "t.parquet" in first
    assert main(["study.txt", "-n", "300", "-o", "t.csv", "--lock", "t.lock", "--quiet"]) == 0
    assert "--blueprint" in _fails(capsys, "report", "t.csv")
    assert main(["report", "t.csv", "--blueprint", "t.lock"]) == 0
    second = capsys.readouterr().out
    assert second.replace("t.csv", "t.parquet") == first
    assert "cannot be read" in _fails(capsys, "report", "none.parquet")
    assert "report FILE" in _fails(capsys, "report")
    assert "report FILE" in _fails(capsys, "report", "t.csv", "--blueprint")
    assert "report FILE" in _fails(capsys, "report", "t.csv", "t.parquet")
    assert "wants a value" in _fails(capsys, "report", "t.csv", "--real")


def test_stopping_is_told_and_has_its_own_code(study, capsys, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("synth_magic.pipeline.run", stop)
    assert main(["study.txt"]) == 130
    assert "Stopped" in capsys.readouterr().err


def _program(*words: str, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, capture_output=True, text=True, timeout=120, check=False, env=ENVIRONMENT, **more
    )


def test_a_reader_that_goes_away_and_a_poor_console_are_no_tracebacks(study):
    command = f"{sys.executable} -m synth_magic"
    done = _program("bash", "-c", f"{command} --help | head -1; {command} doctor | true")
    assert done.stderr == ""
    poor = ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "synth_magic", "study.txt"],
        capture_output=True,
        timeout=120,
        check=False,
        env=poor,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_is_a_program_of_its_own(study):
    done = _program(sys.executable, "-m", "synth_magic", "study.txt", "-n", "5", "--nope")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_notebook_or_a_table_is_not_read_as_a_description(study, capsys):
    for name in ("n.ipynb", "t.csv", "t.parquet", "t.py"):
        (study / name).write_text('{"cells": [{"source": "Adults with asthma"}]}')
        assert "no text of a cell" in _fails(capsys, name)


def test_a_key_among_the_words_is_not_shown_again(study, capsys):
    for words in (["--api-key", "canary"], ["--seed", "sk-proj-canaryABCD1234567890efghijkl"]):
        assert "canary" not in _fails(capsys, "study.txt", *words)


def test_what_a_report_cannot_read_is_named(study, capsys):
    (study / "t.csv").write_text("age,sex\n31,F\n")
    assert "study.txt holds no blueprint" in _fails(
        capsys, "report", "t.csv", "--blueprint", "study.txt"
    )
    assert "no such file" in _fails(capsys, "report", "nothing.parquet")
    assert "suffix" in _fails(capsys, "report", "study.txt")
    assert "doctor" in _fails(capsys, "doctor", "x")


def test_quiet_does_not_keep_a_warning_back(study, capsys):
    (study / "rule.txt").write_text(SMALL + "rules:\n  - age > 70\n")
    assert main(["rule.txt", "-n", "9", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Warning: ")
    assert "age" in err
