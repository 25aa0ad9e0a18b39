"""What was answered once is not asked again, and what is damaged was never answered."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.events import Usage
from synth_magic.llm import cache as cache_file
from synth_magic.llm.access import Access, resolve
from synth_magic.llm.cache import Cache, Kept, default_folder
from synth_magic.llm.messages import Prompt
from synth_magic.options import Options

USAGE = Usage(prompt=100, completion=40, calls=1, seconds=1.5)
DAY = 86_400


def access(model: str = "m", url: str = "https://x.example/v1", key: str = "canary-1") -> Access:
    found = resolve(Options(model=model, base_url=url, api_key=key), {})
    assert found is not None
    return found


def prompt(text: str = "question", **changes: object) -> Prompt:
    return replace(
        Prompt((("system", "s"), ("user", text)), {"type": "object"}, "answer-1/1", 500), **changes
    )


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entries(cache: Cache) -> list[Path]:
    return sorted(cache.folder.glob("answers/*/*.json"))


@given(st.text(max_size=200))
def test_an_answer_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "cache-property")
    before = time.time()
    assert cache.put(access(), prompt(), text, USAGE)
    kept = cache.get(access(), prompt())
    assert kept is not None
    assert (kept.text, kept.usage) == (text, USAGE)
    assert before <= kept.made <= time.time()


def test_lone_surrogates_of_an_answer_and_a_question_are_kept(cache: Cache) -> None:
    asked = prompt("half \ud83d")
    assert cache.put(access(), asked, '{"a": "\udc00"}', USAGE)
    kept = cache.get(access(), asked)
    assert kept is not None
    assert kept.text == '{"a": "\udc00"}'


def test_the_answer_belongs_to_what_was_asked_of_whom_and_to_nothing_else(cache: Cache) -> None:
    cache.put(access(), prompt(), "text", USAGE)
    same = [
        (access(key="canary-2"), prompt()),
        (replace(access(), network=("x.example",)), prompt()),
        (access(url="https://X.example:443/v1/chat/completions"), prompt()),
        (access(), prompt(expected_tokens=9, about="other words")),
    ]
    other = [
        (access("n"), prompt()),
        (access(url="https://x.example/v2"), prompt()),
        (access(url="https://y.example/v1"), prompt()),
        (access(), prompt("another")),
        (access(), prompt(version="answer-1/2")),
        (access(), prompt(attempt=1)),
        (access(), prompt(schema=None)),
        (access(), prompt(schema={"type": "array"})),
        (access(), prompt(messages=(("system", "s"), ("assistant", "question")))),
        (access(), prompt(messages=(("system", "suser"), ("", "question")))),
    ]
    assert all(cache.get(*asked) is not None for asked in same)
    assert all(cache.get(*asked) is None for asked in other)
    assert len({cache.key(*asked) for asked in (same[0], *other)}) == 1 + len(other)


def test_neither_key_nor_question_is_on_disk(cache: Cache) -> None:
    cache.put(access(), prompt("canary-question"), "answer", USAGE)
    with cache.lock(access(), prompt("canary-question")):
        written = list(cache.folder.rglob("*"))
        assert len([p for p in written if p.is_file()]) == 2
        for path in written:
            assert "canary" not in path.name
            assert not path.is_file() or b"canary" not in path.read_bytes()


def test_only_its_user_can_read_it(cache: Cache) -> None:
    old = os.umask(0)
    try:
        cache.put(access(), prompt(), "answer", USAGE)
        with cache.lock(access(), prompt()):
            modes = {stat.S_IMODE(p.stat().st_mode) for p in cache.folder.rglob("*") if p.is_file()}
    finally:
        os.umask(old)
    assert modes == {0o600}
    assert stat.S_IMODE(entries(cache)[0].parent.stat().st_mode) == 0o700


@given(st.integers(0, 10_000), st.sampled_from(["cut", "flip", "drop"]))
def test_a_damaged_answer_is_no_answer(
    tmp_path_factory: pytest.TempPathFactory, at: int, how: str
) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "cache-damage")
    cache.put(access(), prompt(), '{"columns": ["hba1c"]}', USAGE)
    file = entries(cache)[0]
    data = bytearray(file.read_bytes())
    at %= len(data)
    if how == "cut":
        del data[at:]
    elif how == "flip":
        data[at] ^= 1
    else:
        del data[at]
    file.write_bytes(data)
    kept = cache.get(access(), prompt())
    assert kept is None or kept.text == '{"columns": ["hba1c"]}'
    assert kept is not None or not file.exists()


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '"x"', '{"form": 1}', "[" * 100_000, "\x00"]
)
def test_foreign_text_in_place_of_an_answer_is_none(cache: Cache, text: str) -> None:
    cache.put(access(), prompt(), "answer", USAGE)
    entries(cache)[0].write_text(text)
    assert cache.get(access(), prompt()) is None


def test_usage_of_another_release_is_read_as_far_as_it_is_known(cache: Cache) -> None:
    cache.put(access(), prompt(), "answer", USAGE)
    file = entries(cache)[0]
    entry = json.loads(file.read_text())
    entry["usage"] = {"prompt": 7, "carbon": 1}
    file.write_text(json.dumps(entry))
    kept = cache.get(access(), prompt())
    assert isinstance(kept, Kept)
    assert kept.usage == Usage(prompt=7)


def age(file: Path, days: float) -> None:
    entry = json.loads(file.read_text())
    entry["made"] = time.time() - days * DAY
    file.write_text(json.dumps(entry))
    os.utime(file, (entry["made"], entry["made"]))


def test_an_answer_is_kept_for_thirty_days(cache: Cache) -> None:
    cache.put(access(), prompt(), "answer", USAGE)
    age(entries(cache)[0], 29.9)
    assert cache.get(access(), prompt()) is not None
    age(entries(cache)[0], 30.1)
    assert cache.get(access(), prompt()) is None
    assert entries(cache) == []


def test_using_an_answer_does_not_make_it_younger(cache: Cache) -> None:
    cache.put(access(), prompt(), "answer", USAGE)
    age(entries(cache)[0], 29)
    cache.get(access(), prompt())
    assert time.time() - entries(cache)[0].stat().st_mtime > 28 * DAY


def test_looking_at_the_cache_removes_what_is_too_old(cache: Cache) -> None:
    for text in "ab":
        cache.put(access(), prompt(text), "answer", USAGE)
    age(entries(cache)[0], 31)
    assert cache.stock().entries == len(entries(cache)) == 1


def test_what_was_used_longest_ago_goes_first(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in "abcd":
        cache.put(access(), prompt(text), text * 10_000, USAGE)
        file = cache.folder / "answers" / "m" / f"{cache.key(access(), prompt(text))}.json"
        os.utime(file, (time.time() - 100 + ord(text), time.time() - 50))
    cache.get(access(), prompt("a"))  # used just now
    monkeypatch.setattr(cache_file, "MOST_BYTES", 25_000)
    cache.prune()
    assert [t for t in "abcd" if cache.get(access(), prompt(t)) is not None] == ["a", "d"]
    monkeypatch.setattr(cache_file, "MOST_ENTRIES", 1)
    cache.prune()
    assert len(entries(cache)) == 1


def test_the_cache_tells_what_it_holds_by_model_and_day(cache: Cache) -> None:
    assert str(cache.stock()) == f"The cache is empty: {cache.folder}"
    for text in "ab":
        cache.put(access("llama3.2:3b"), prompt(text), "answer", USAGE)
    cache.put(access("org/model"), prompt(), "answer", USAGE)
    age(next(cache.folder.glob("answers/org-model/*.json")), 2)
    stock = cache.stock()
    sizes = [file.stat().st_size for file in entries(cache)]
    assert (stock.entries, stock.bytes) == (3, sum(sizes))
    assert [(model, count) for model, _, count, _ in stock.by] == [
        ("llama3.2-3b", 2),
        ("org-model", 1),
    ]
    assert stock.by[0][1] > stock.by[1][1]
    lines = str(stock).splitlines()
    assert lines[0].startswith("3 answers, ")
    assert str(cache.folder) in lines[0]
    assert len(lines) == 3


def test_clearing_removes_answers_and_what_was_learned_and_no_file_of_others(cache: Cache) -> None:
    cache.put(access(), prompt(), "answer", USAGE)
    with cache.lock(access(), prompt("held")):
        (cache.folder / "quirks.json").write_text("{}")
        (cache.folder / "answers" / "m" / "notes.json").write_text("mine")
        (cache.folder / "locks" / ("0" * 40 + ".lock")).touch()
        assert cache.clear() == 1
        left = sorted(p.name for p in cache.folder.rglob("*") if p.is_file())
        assert left == sorted(["notes.json", f"{cache.key(access(), prompt('held'))}.lock"])
    assert cache.stock().entries == 0


def test_an_answer_of_no_use_can_be_dropped(cache: Cache) -> None:
    cache.put(access(), prompt(), "answer", USAGE)
    cache.drop(access(), prompt())
    cache.drop(access(), prompt())
    assert cache.get(access(), prompt()) is None


def test_a_folder_that_cannot_be_written_costs_the_cache_and_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    cache = Cache(blocked / "cache")
    assert not cache.put(access(), prompt(), "answer", USAGE)
    assert cache.get(access(), prompt()) is None
    assert cache.stock().entries == 0
    assert cache.clear() == 0
    with cache.lock(access(), prompt()):
        pass


def test_a_write_that_fails_leaves_no_piece(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(cache_file.json, "dump", full)
        assert not cache.put(access(), prompt(), "answer", USAGE)
    assert [p for p in cache.folder.rglob("*") if p.is_file()] == []


def test_a_models_name_leads_out_of_no_folder(cache: Cache) -> None:
    for model in ("../../evil", "..", "a/b\\c:d", "…", "x" * 300):
        assert cache.put(replace(access(), model=model), prompt(), "answer", USAGE)
        assert cache.get(replace(access(), model=model), prompt()) is not None
    assert len(entries(cache)) == 5


def test_the_folder_is_the_users_or_the_named_one(tmp_path: Path) -> None:
    assert default_folder({"SYNTHDATA_CACHE_DIR": str(tmp_path)}) == tmp_path
    assert default_folder({}).name == "synth-magic"
    assert default_folder({"SYNTHDATA_CACHE_DIR": "~/x"}) == Path.home() / "x"


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.llm.test_cache import access, prompt, USAGE
from synth_magic.llm.cache import Cache
cache = Cache(Path(sys.argv[1]))
for number in range(200):
    assert cache.put(access(), prompt(), "x" * 50_000 + str(number % 2), USAGE)
    kept = cache.get(access(), prompt())
    assert kept is not None and len(kept.text) == 50_001, kept
"""


def test_two_kernels_that_write_at_once_never_read_half_an_answer(cache: Cache) -> None:
    root = str(Path(__file__).resolve().parents[2])
    argv = [sys.executable, "-c", WRITER, str(cache.folder), root]
    writers = [subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [w.returncode for w in writers] == [0, 0], errors
