"""A model behind the cell: what the design promises, across rooms, over a real connection."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import synth_magic
from synth_magic import ModelError, pipeline
from synth_magic.existing import judge
from synth_magic.options import Options
from tests import scripted_model as scripted
from tests.cells import CLINIC
from tests.llm.endpoint import Endpoint

pytestmark = pytest.mark.long

CANARY = "sk-canary0123456789abcdefghij"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHDATA_CACHE_DIR", str(tmp_path / "answers"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SYNTHDATA_API_KEY", "SYNTHDATA_MODEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def endpoint():
    with Endpoint(scripted.reply) as running:
        yield running


def options(endpoint: Endpoint, **more) -> Options:
    return Options(model="big-model", base_url=endpoint.base_url, **more)


def test_one_call_makes_a_table_of_any_size(endpoint):
    small = pipeline.run(CLINIC, options(endpoint, rows=800, seed=7))
    large = pipeline.run(CLINIC, options(endpoint, rows=100_000, seed=7))
    assert len(endpoint.requests) == 1
    pd.testing.assert_frame_equal(large.table.head(800), small.table)
    assert (small.usage.calls, large.usage.calls, large.usage.cached) == (1, 0, 1)
    table = large.table
    assert table["age"].between(30, 85).all()
    assert (table["sbp"] > table["dbp"]).all()
    assert abs(table["retinopathy"].mean() - 0.22) < 0.01  # the user's, whatever the model says
    assert abs(table["sbp"].median() - 136) <= 1  # the model's
    assert table["sbp"].corr(table["dbp"]) > 0.4
    blueprint = small.record.blueprint()
    assert blueprint.column("sbp").distribution.source == "model"
    assert blueprint.column("retinopathy").distribution.source == "user"


def test_the_prompt_and_the_answer_are_kept_for_whoever_wants_to_read_them(endpoint):
    result = pipeline.run(CLINIC, options(endpoint))
    again = pipeline.run(CLINIC, options(endpoint))
    assert len(endpoint.requests) == 1
    ((prompt, answer),) = result.talk
    assert again.talk == result.talk, "an answer that was kept on disk is read like a new one"
    for sent in endpoint.requests[0]["body"]["messages"]:
        assert sent["content"] in prompt
    assert "hba1c" in answer
    assert json.loads(answer)
    assert pipeline.run(CLINIC).talk == ()


def test_the_table_says_who_was_asked_and_what_it_took(endpoint):
    result = pipeline.run(CLINIC, options(endpoint, prices=(("big-model", 1.0, 10.0),)))
    kept = result.table.attrs["synthdata"]
    assert kept["author"] == "big-model"
    assert kept["usage"]["calls"] == 1
    assert kept["usage"]["prompt"] > 0
    assert kept["usage"]["completion"] > 0
    cost = (kept["usage"]["prompt"] + 10 * kept["usage"]["completion"]) / 1e6
    assert kept["usage"]["cost"] == pytest.approx(cost)
    json.dumps(kept)
    assert any("127.0.0.1" in note.what and "1 call" in note.what for note in result.notes)
    again = pipeline.run(CLINIC, options(endpoint))
    assert any(note.what.startswith("Nothing was sent") for note in again.notes)


def test_no_name_of_a_model_sends_nothing_whatever_keys_are_set(endpoint, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
    assert synth_magic.generate(CLINIC).attrs["synthdata"]["author"] == "offline"
    assert synth_magic.generate(CLINIC, model="offline").attrs["synthdata"]["author"] == "offline"
    assert not endpoint.requests


def test_refresh_asks_anew_and_a_dry_run_asks_nobody(endpoint):
    said = pipeline.rehearse("{{n}} patients.\n" + CLINIC, options(endpoint), {"n": 50})
    assert not endpoint.requests
    assert "Filled in: {{n}} = 50" in said
    assert "127.0.0.1: 1 call" in said
    assert "hba1c" in said
    pipeline.run(CLINIC, options(endpoint))
    assert "answered by the cache" in pipeline.rehearse(CLINIC, options(endpoint))
    pipeline.run(CLINIC, options(endpoint, refresh=True))
    assert len(endpoint.requests) == 2


def test_a_dry_run_shows_exactly_what_is_sent(endpoint):
    said = pipeline.rehearse(CLINIC, options(endpoint))
    pipeline.run(CLINIC, options(endpoint))
    for message in endpoint.bodies[0]["messages"]:
        assert message["content"] in said


def test_a_real_table_is_never_in_a_request(endpoint):
    real = pd.DataFrame({"age": [47.123456, 51.654321], "name": ["Zebedee Q", "Ottoline R"]})
    synth_magic.generate(CLINIC, model="big-model", base_url=endpoint.base_url, real=real)
    sent = scripted.text_of(endpoint.bodies[0])
    for value in ("47.12", "51.65", "Zebedee", "Ottoline"):
        assert value not in sent


def test_a_lock_asks_the_model_once_for_all_machines(endpoint, tmp_path, monkeypatch):
    lock = str(tmp_path / "t.lock")
    first = pipeline.run(CLINIC, options(endpoint, lock=lock))
    monkeypatch.setenv("SYNTHDATA_CACHE_DIR", str(tmp_path / "another machine"))
    again = pipeline.run(CLINIC, options(endpoint, lock=lock))
    pd.testing.assert_frame_equal(first.table, again.table)
    assert len(endpoint.requests) == 1
    assert CANARY not in (tmp_path / "t.lock").read_text()


# The rows engine ----------------------------------------------------------------------


def test_the_rows_engine_gives_the_models_rows_and_the_seed_cells_of_the_blueprint(endpoint):
    result = pipeline.run(CLINIC, options(endpoint, rows=50, engine="rows"))
    drawn = result.record.blueprint().sample(50)
    table = result.table
    assert len(table) == 50
    for seeded in ("sex", "smoker", "retinopathy"):
        assert list(table[seeded]) == list(drawn[seeded])
    assert (table.dtypes == drawn.dtypes).all()
    assert (table["sbp"] > table["dbp"]).all()
    kept = table.attrs["synthdata"]
    assert kept["engine"] == "rows"
    assert "sbp" in kept["written"]
    assert "sex" not in kept["written"]
    assert judge(result).to_dict()


def test_more_rows_cost_only_what_is_new(endpoint):
    pipeline.run(CLINIC, options(endpoint, rows=40, engine="rows"))
    before = len(endpoint.requests)
    longer = pipeline.run(CLINIC, options(endpoint, rows=65, engine="rows"))
    assert before == 1 + 2
    assert len(endpoint.requests) == before + 2
    shorter = pipeline.run(CLINIC, options(endpoint, rows=33, engine="rows"))
    assert len(endpoint.requests) == before + 2
    pd.testing.assert_frame_equal(longer.table.head(33), shorter.table)


@pytest.mark.parametrize("engine", ["rows", "blueprint"])
def test_without_a_model_the_rows_engine_is_refused_and_text_comes_from_a_template(engine):
    cell = CLINIC.replace("rules:", "  note: discharge note, one sentence\nrules:")
    if engine == "rows":
        with pytest.raises(synth_magic.DataError, match="--engine rows"):
            pipeline.run(cell, Options(engine=engine))
    else:
        result = pipeline.run(cell, Options(rows=20))
        assert result.table["note"].str.len().min() > 10
        assert result.record.blueprint().column("note").source_of("template") == "guess"


def test_text_is_written_for_rows_that_were_sampled(endpoint):
    cell = CLINIC.replace("rules:", "  note: discharge note, one sentence\nrules:")
    result = pipeline.run(cell, options(endpoint, rows=40))
    drawn = result.record.blueprint().sample(40)
    others = [name for name in drawn if name != "note"]
    pd.testing.assert_frame_equal(result.table[others], drawn[others], check_like=True)
    assert result.record.written == ("note",)
    ages = result.table["age"].astype(str)
    assert all(age in note for age, note in zip(ages, result.table["note"], strict=True))


def test_many_rows_by_a_model_want_a_budget_first(endpoint):
    with pytest.raises(synth_magic.DataError, match="--token-budget"):
        pipeline.run(CLINIC, options(endpoint, rows=5_000, engine="rows"))
    assert all(not scripted.writes_rows(body) for body in endpoint.bodies)


def test_a_budget_stops_before_it_is_passed_and_the_finished_rows_are_there(tmp_path):
    with Endpoint(scripted.reply) as endpoint:
        wish = options(endpoint, rows=200, engine="rows", out=str(tmp_path / "t.csv"))
        with pytest.raises(ModelError) as caught:
            pipeline.run(CLINIC, Options(**{**_fields(wish), "token_budget": 12_000}))
        error = caught.value
        assert error.kind == "quota"
        kept = error.result
        assert 20 <= len(kept.table) < 200
        assert kept.wanted == 200
        assert kept.record.partial
        assert len(pd.read_csv(tmp_path / "t_partial.csv")) == len(kept.table)
        assert not (tmp_path / "t.csv").exists()
        usage = kept.usage
        assert usage.prompt + usage.completion <= 12_000
        asked = len(endpoint.requests)
        whole = pipeline.run(CLINIC, wish)
        assert len(endpoint.requests) == asked + 10 - (asked - 1)
        pd.testing.assert_frame_equal(
            whole.table.loc[kept.table.index], kept.table, check_like=True
        )


def _fields(wish: Options) -> dict:
    return {name: getattr(wish, name) for name in wish.__slots__}


def test_a_key_that_fails_in_the_middle_loses_no_row():
    refusal = {"status": 401, "json": {"error": {"message": f"bad key {CANARY}"}}}

    def script(body):
        return scripted.reply(body) if len(endpoint.requests) < 4 else refusal

    with Endpoint(script) as endpoint:
        wish = options(endpoint, rows=100, engine="rows", api_key=CANARY)
        with pytest.raises(ModelError) as caught:
            pipeline.run(CLINIC, wish)
    error = caught.value
    assert error.kind == "key"
    assert len(error.result.table) >= 20
    assert CANARY not in str(error)
    assert CANARY not in repr(error.result)
    assert CANARY[:12] not in json.dumps(error.result.record.plain())


def test_a_lock_of_cells_that_a_model_wrote_is_refused(endpoint, tmp_path):
    with pytest.raises(synth_magic.DataError, match="lock"):
        pipeline.run(
            CLINIC, options(endpoint, rows=20, engine="rows", lock=str(tmp_path / "t.lock"))
        )


def test_the_same_answer_and_seed_give_the_same_table_on_a_second_run(endpoint):
    one = pipeline.run(CLINIC, options(endpoint, rows=300, seed=3)).table
    two = pipeline.run(CLINIC, options(endpoint, rows=300, seed=3)).table
    other = pipeline.run(CLINIC, options(endpoint, rows=300, seed=4)).table
    pd.testing.assert_frame_equal(one, two)
    assert not np.array_equal(one["sbp"], other["sbp"])


def test_a_context_that_proves_too_small_is_asked_in_smaller_parts():
    names = ("age", "sex", "bmi", "sbp", "dbp", "hba1c", "ldl", "hdl", "sodium", "platelets")
    cell = "Adults.\n\ncolumns:\n" + "".join(f"  {name}:\n" for name in names)

    def script(body):
        whole = "One row for each of: " + ", ".join(names)
        read = 300 if whole in scripted.text_of(body) else 2_000
        usage = {"prompt_tokens": read, "completion_tokens": 300}
        return {"answer": scripted.ANSWER, "usage": usage}

    with Endpoint(script) as endpoint:
        result = pipeline.run(cell, options(endpoint, rows=20))
        asked = [scripted.text_of(body) for body in endpoint.bodies]
    assert any("cut the prompt" in note.what for note in result.notes)
    wholes = [text for text in asked if ", ".join(names) in text]
    assert len(asked) >= len(wholes) + 2
    assert len(result.table.columns) == len(names)
