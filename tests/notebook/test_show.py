"""Progress is shown when it is needed, and is gone when the table is there."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from synth_magic import pipeline
from synth_magic.events import Event, Partial
from synth_magic.notebook import show
from synth_magic.options import Options


@pytest.fixture
def published(monkeypatch):
    found = []
    monkeypatch.setattr(show, "_publish", lambda *words, **more: found.append((words, more)))
    return found


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(time=100.0)
    monkeypatch.setattr(show.time, "monotonic", lambda: now.time)
    return now


NOTEBOOK = SimpleNamespace(kernel=object())
TERMINAL = SimpleNamespace()


def test_what_is_done_at_once_shows_no_progress(published, clock):
    with show.Progress(NOTEBOOK) as progress:
        progress.tell(Event("reading"))
        clock.time += 0.9
        progress.tell(Event("drawing", 1, 2))
    assert published == []
    assert not progress.shown


def test_at_most_four_lines_a_second_in_one_place(published, clock):
    with show.Progress(NOTEBOOK) as progress:
        clock.time += 1
        for done in range(100):
            clock.time += 0.01
            progress.tell(Event("drawing", done * 1000, 100_000))
    assert 3 <= len(published) <= 5
    assert {words[1] for words, _ in published} == {progress.display_id}
    assert [more["update"] for _, more in published] == [False] + [True] * (len(published) - 1)
    text = published[-1][0][0]["text/plain"]
    assert "of 100,000 rows" in text
    assert "interrupt the kernel" in text


def test_a_run_that_fails_does_not_leave_progress_standing(published, clock):
    with pytest.raises(ValueError, match="x"), show.Progress(NOTEBOOK) as progress:
        clock.time += 2
        progress.tell(Event("drawing", 1, 2))
        raise ValueError("x")
    assert published[-1][0][0] == {"text/plain": "stopped"}


ROWS = Partial(("<b>age", "sex"), (("12", "<script>", "F"), ("13", "64", "")), 3)


def test_finished_rows_stay_under_the_line_until_the_model_is_done(published, clock):
    with show.Progress(NOTEBOOK) as progress:
        for event in (
            Event("asking", 20, 60, partial=ROWS),
            Event("asking", 1, 3, of="answers"),
            Event("reporting"),
        ):
            clock.time += 1
            progress.tell(event)
    first, then, last = [words[0] for words, _ in published]
    for bundle in (first, then):
        assert "&lt;script&gt;" in bundle["text/html"]
        assert "64" in bundle["text/plain"]
        assert "<" not in bundle["text/plain"]
    assert "interrupt the kernel" in then["text/html"]
    assert list(last) == ["text/plain"]


def test_a_run_that_is_stopped_leaves_no_rows_under_its_word(published, clock):
    with pytest.raises(KeyboardInterrupt), show.Progress(NOTEBOOK) as progress:
        clock.time += 2
        progress.tell(Event("asking", 20, 60, partial=ROWS))
        raise KeyboardInterrupt
    assert published[-1][0][0] == {"text/plain": "stopped"}


def test_a_terminals_line_never_wraps(clock, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    with show.Progress(TERMINAL) as progress:
        clock.time += 2
        progress.tell(Event("asking", 20, 60, text="x" * 200, partial=ROWS))
    line = capsys.readouterr().err.split("\r\x1b[K")[1]
    assert len(line) == 29


def test_a_terminal_has_one_line_that_is_wiped(clock, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with show.Progress(TERMINAL) as progress:
        clock.time += 2
        progress.tell(Event("compiling"))
    shown = capsys.readouterr()
    assert "compiling" in shown.err
    assert shown.err.endswith("\r\x1b[K")
    assert "\n" not in shown.err
    assert shown.out == ""


def test_a_log_file_gets_no_progress(clock, capsys):
    with show.Progress(TERMINAL) as progress:
        clock.time += 2
        progress.tell(Event("compiling"))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("shell", [NOTEBOOK, TERMINAL])
def test_the_one_line_of_quiet_shows_a_seed_of_text_as_safe_text(shell, clock, published, capsys):
    seed = "a\x1b[2J\u202e<script>\nb"
    drawn = pipeline.run("columns:\n  a: 1-5\n", Options(rows=3, seed=seed))
    with show.Progress(shell) as progress:
        progress.shown = shell is NOTEBOOK
        show.result(shell, drawn, None, progress)
    shown = published[-1][0][0]["text/plain"] if published else capsys.readouterr().out.rstrip()
    assert shown == ("table: 3 rows × 1 column · seed a [2J‹script› b · offline · synthetic")
    assert drawn.record.seed == seed
