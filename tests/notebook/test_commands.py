"""A cell with a model and the commands beside it, in an IPython of this process."""

from __future__ import annotations

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from synth_magic import ModelError
from synth_magic.__main__ import main
from synth_magic.llm import login, sent
from synth_magic.notebook import commands, namespace
from tests import scripted_model as scripted
from tests.cells import CLINIC
from tests.llm.endpoint import Endpoint

pytestmark = pytest.mark.long

SECRET = "sk-canary0123456789abcdefghij"


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHDATA_CACHE_DIR", str(tmp_path / "answers"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SYNTHDATA_API_KEY", "SYNTHDATA_MODEL"):
        monkeypatch.delenv(name, raising=False)
    running = InteractiveShell()
    running.extension_manager.load_extension("synth_magic")
    sent.clear()
    yield running
    running.extension_manager.unload_extension("synth_magic")
    login.forget()


def cell(shell, line: str, text: str = CLINIC) -> None:
    shell.run_cell_magic("synthdata", line, text)


def test_rows_that_are_finished_go_to_the_name_or_beside_a_finished_table(shell, capsys):
    def script(body):
        many = len(endpoint.requests)
        return scripted.reply(body) if many < 4 or allowed else {"status": 403, "json": {}}

    allowed = False
    with Endpoint(script) as endpoint:
        line = f"t2d -n 100 --engine rows --quiet --model big --base-url {endpoint.base_url}"
        with pytest.raises(ModelError) as caught:
            cell(shell, line)
        first, second = caught.value._render_traceback_()
        kept = shell.user_ns["t2d"]
        assert f"{len(kept)} of 100 rows, in t2d" in first
        assert "run the cell again to go on" in second
        assert kept.attrs["synthdata"]["partial"]
        finished = kept.copy()
        finished.attrs = {"synthdata": {**kept.attrs["synthdata"], "partial": False}}
        shell.user_ns["t2d"] = finished
        with pytest.raises(ModelError) as caught:
            cell(shell, line)
        assert "in t2d_partial" in caught.value._render_traceback_()[0]
        assert shell.user_ns["t2d"] is finished
        before, allowed = len(endpoint.requests), True
        cell(shell, line)
        assert len(shell.user_ns["t2d"]) == 100
        assert len(endpoint.requests) - before == 3
    capsys.readouterr()


def test_a_failure_before_the_first_row_changes_no_variable(shell):
    with Endpoint([{"status": 401, "json": {"error": {"message": "no"}}}]) as endpoint:
        shell.user_ns["t2d"] = 3
        with pytest.raises(ModelError) as caught:
            cell(shell, f"t2d --replace --model big --base-url {endpoint.base_url}")
    assert shell.user_ns["t2d"] == 3
    assert len(caught.value._render_traceback_()) == 2
    assert "401" in caught.value._render_traceback_()[0]


def test_partial_rows_never_take_the_place_of_something_else():
    part = pd.DataFrame({"a": [1]})
    part.attrs["synthdata"] = {"partial": True}
    whole = pd.DataFrame({"a": [1]})
    whole.attrs["synthdata"] = {"partial": False}
    assert namespace.partial_name("t", {}) == "t"
    assert namespace.partial_name("t", {"t": part}) == "t"
    assert namespace.partial_name("t", {"t": whole}) == "t_partial"
    assert namespace.partial_name("t", {"t": whole, "t_partial": part}) == "t_partial"
    assert namespace.partial_name("t", {"t": 3, "t_partial": 4}) == "t_partial_2"
    assert namespace.partial_name("list", {}) == "list_partial"


def test_a_dry_run_prints_the_prompt_and_assigns_nothing(shell, capsys):
    with Endpoint(scripted.reply) as endpoint:
        shell.user_ns["town"] = "Lyon"
        text = CLINIC.replace("Paris", "{{town}}")
        cell(shell, f"t2d --dry-run --model big --base-url {endpoint.base_url}", text)
    assert not endpoint.requests
    said = capsys.readouterr().out
    assert "Filled in: {{town}} = Lyon" in said
    assert "retinopathy" in said
    assert "t2d" not in shell.user_ns


def test_a_real_table_is_named_and_stays_here(shell, capsys):
    with Endpoint(scripted.reply) as endpoint:
        shell.user_ns["cohort"] = pd.DataFrame({"age": [47.123456], "who": ["Zebedee Q"]})
        cell(shell, f"t2d --quiet --real cohort --model big --base-url {endpoint.base_url} -n 20")
        assert "Zebedee" not in scripted.text_of(endpoint.bodies[0])
        assert "47.12" not in scripted.text_of(endpoint.bodies[0])
        with pytest.raises(namespace.DataError, match="no variable hort"):
            cell(shell, "t2d --real hort")
    capsys.readouterr()


def test_login_asks_without_echo_and_the_key_goes_to_its_origin_alone(shell, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda text: asked.append(text) or SECRET)
    with Endpoint(scripted.reply) as endpoint, Endpoint(scripted.reply) as other:
        shell.run_line_magic("synthdata", f"login {endpoint.base_url}")
        cell(shell, f"a --quiet -n 5 --model big --base-url {endpoint.base_url}")
        cell(shell, f"b --quiet -n 5 --model big --base-url {other.base_url}")
        assert endpoint.requests[0]["headers"]["authorization"] == f"Bearer {SECRET}"
        assert SECRET not in str(other.requests[0]["headers"])
    shell.run_line_magic("synthdata", "sent")
    shell.run_line_magic("config", "SynthData")
    out = capsys.readouterr().out
    assert SECRET not in out
    assert "127.0.0.1" in asked[0]
    assert "hba1c" in out  # of `sent`


def test_the_cache_is_described_and_cleared(shell, capsys):
    with Endpoint(scripted.reply) as endpoint:
        for _ in range(2):
            cell(shell, f"a --quiet -n 5 --model big --base-url {endpoint.base_url}")
        assert len(endpoint.requests) == 1
        assert "1 answer" in commands.cache(None)
        assert main(["cache"]) == 0
        shell.run_line_magic("synthdata", "cache clear")
        assert "empty" in commands.cache(None)
        cell(shell, f"a --quiet -n 5 --model big --base-url {endpoint.base_url}")
        assert len(endpoint.requests) == 2
    with pytest.raises(namespace.DataError, match="cache clear"):
        commands.cache("everything")
    capsys.readouterr()


@pytest.mark.parametrize(
    "words", [("login",), ("sent",), ("cache", "everything"), ("cache", "a", "b")]
)
def test_commands_that_a_shell_has_not_say_what_it_has_instead(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr().err.strip().split("\n")
    assert len(said) == 2


def test_a_shell_has_a_dry_run_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SYNTHDATA_CACHE_DIR", str(tmp_path / "answers"))
    (tmp_path / "study.txt").write_text(CLINIC)
    with Endpoint(scripted.reply) as endpoint:
        words = [str(tmp_path / "study.txt"), "--dry-run", "-m", "big"]
        assert main([*words, "--base-url", endpoint.base_url]) == 0
        assert not endpoint.requests
    assert "hba1c" in capsys.readouterr().out
    monkeypatch.delenv("SYNTHDATA_MODEL", raising=False)
    assert main(words[:2]) == 0
    assert "No model is named" in capsys.readouterr().out


def test_a_shell_says_where_the_finished_rows_are(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SYNTHDATA_CACHE_DIR", str(tmp_path / "answers"))
    (tmp_path / "study.txt").write_text(CLINIC)

    def script(body):
        return scripted.reply(body) if len(endpoint.requests) < 3 else {"status": 403, "json": {}}

    with Endpoint(script) as endpoint:
        out = tmp_path / "study.csv"
        words = [str(tmp_path / "study.txt"), "-n", "100", "--engine", "rows", "-o", str(out)]
        assert main([*words, "-m", "big", "--base-url", endpoint.base_url]) == 2
    last = capsys.readouterr().err.strip().split("\n")[-1]
    kept = pd.read_csv(tmp_path / "study_partial.csv")
    assert last.startswith(f"{len(kept)} of 100 rows in")
    assert not out.exists()
