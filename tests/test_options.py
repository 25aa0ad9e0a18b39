"""Options: the same words at every door, and a short answer to a wrong one."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import options as opt
from synth_magic.errors import DataError
from synth_magic.option_help import cell_help, shell_help
from synth_magic.option_parser import parse, parse_command, parse_line
from synth_magic.option_values import read_hosts, read_prices, read_seed, read_variable
from synth_magic.options import Options

ROOT = Path(__file__).resolve().parents[1]


def _lines(call, *args) -> list[str]:
    with pytest.raises(DataError) as caught:
        call(*args)
    return str(caught.value).split("\n")


def test_the_line_of_the_design_is_read_as_it_stands_there():
    found = parse_line("t2d --rows 800 --seed 7")
    assert (found.name, found.rows, found.seed) == ("t2d", 800, 7)


@pytest.mark.parametrize(
    "line", ["t2d -n 800 -s 7", "-n800 t2d -s 7", "--rows=800 --seed=7 t2d", "-s 7 -n 8e2 t2d"]
)
def test_short_long_and_glued_forms_mean_the_same_in_any_order(line):
    assert parse_line(line) == parse_line("t2d --rows 800 --seed 7")


def test_what_is_not_said_is_none_so_that_a_lock_or_the_prose_can_say_it():
    found = parse_line("")
    assert (found.name, found.rows, found.seed, found.lock) == (None, None, None, None)
    assert (found.default_rows, found.default_seed) == (200, 0)


@given(st.text(min_size=1, max_size=20).filter(lambda t: "\0" not in t and not t.startswith("-")))
@settings(derandomize=True)
def test_any_text_may_be_a_seed(text):
    assert parse([f"--seed={text}"], "cell").seed == read_seed(text)


@pytest.mark.parametrize("text", ["07", "+7", "7_0", " 7", "٧"])
def test_a_number_that_is_written_otherwise_is_another_seed(text):
    assert parse(["--seed", text], "cell").seed == text


@given(st.integers())
@settings(derandomize=True)
def test_a_whole_number_stays_a_number_as_seed(number):
    assert parse(["-s", str(number)], "cell").seed == number


@pytest.mark.parametrize(("text", "rows"), [("1", 1), ("10_000", 10_000), ("10,000", 10_000)])
def test_rows_are_read_as_people_write_them(text, rows):
    assert parse_line(f"-n {text}").rows == rows


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "many", "inf", "nan", "1e13", ""])
def test_rows_that_are_no_number_of_rows_are_refused(text):
    first, second = _lines(parse_line, f"--rows '{text}'")
    assert "rows" in first
    assert "--rows 800" in second


def test_quotes_join_a_value_and_a_backslash_is_itself():
    found = parse_line('--lock "my lock.yaml" --out C:\\data\\t.csv')
    assert found.lock == "my lock.yaml"
    assert found.out == "C:\\data\\t.csv"


def test_a_lonely_quotation_mark_is_two_lines():
    assert len(_lines(parse_line, "--seed d'x")) == 2


@pytest.mark.parametrize(
    ("wrong", "right"), [("--rwos 3", "--rows"), ("--sed 1", "--seed"), ("--quite", "--quiet")]
)
def test_an_unknown_option_names_the_nearest(wrong, right):
    first, second = _lines(parse_line, wrong)
    assert wrong.split()[0] in first
    assert right in second


def test_options_are_not_guessed_from_their_beginning():
    assert len(_lines(parse_line, "--ro 3")) == 2


def test_what_stands_under_the_cell_can_be_chosen():
    for ui in ("auto", "live", "static"):
        assert parse_line(f"--ui {ui}").ui == ui
    first, second = _lines(parse_line, "--ui widget")
    assert "widget" in first
    for ui in ("auto", "live", "static"):
        assert f"--ui {ui}" in second


def test_model_engine_and_form_are_read():
    found = parse_line("--model offline --engine blueprint --ui static")
    assert (found.model, found.engine, found.ui) == ("offline", "blueprint", "static")
    assert parse_line("--no-ui").ui == "static"
    assert parse_line("-m llama3.2:3b --engine rows").engine == "rows"
    assert parse_line("-m meta-llama/Llama-3.3-70B-Instruct").model.startswith("meta-llama/")
    assert parse_line("-m OFFLINE").model == "offline"
    assert parse_line("-m ~/model.gguf").model == str(Path("~/model.gguf").expanduser())


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("--model ''", "--model"),
        ("--model 'a b'", "--model"),
        (f"--model {'x' * 201}", "--model"),
        ("--engine row", "--engine rows"),
        ("--grounding maybe", "--grounding auto"),
        ("--token-budget 5", "token"),
        ("--token-budget many", "token"),
        ("--base-url ftp://x", "http"),
        ("--base-url https://me:secret@x.org/v1", "user"),
        ("--base-url https://x.org/v1?key=1", "?"),
        ("--base-url x.org", "http"),
    ],
)
def test_a_value_that_is_none_is_two_lines_that_name_what_would_be(line, named):
    said = _lines(parse_line, line)
    assert len(said) == 2
    assert named in " ".join(said)
    assert "secret" not in " ".join(said)


@pytest.mark.parametrize("end", ["", "/", "/chat/completions", "/chat/completions/"])
def test_an_address_is_that_of_the_endpoint_whatever_was_copied_behind_it(end):
    found = parse_line(f"--base-url http://127.0.0.1:8000/v1{end}")
    assert found.base_url == "http://127.0.0.1:8000/v1"


def test_a_key_in_the_options_is_never_shown():
    assert "sk-" not in repr(Options(api_key="sk-123456789012345678"))


@pytest.mark.parametrize(
    ("said", "hosts"),
    [
        (None, None),
        ("off", ()),
        ("loopback", ("loopback",)),
        (["API.openai.com", "loopback"], ("api.openai.com", "loopback")),
        (["[::1]:8080"], ("[::1]:8080",)),
    ],
)
def test_where_requests_may_go_is_a_word_or_a_list_of_hosts(said, hosts):
    assert read_hosts(said) == hosts


@pytest.mark.parametrize("said", [["off", "x.org"], "http://x.org", 3, [3], ["a b"]])
def test_what_is_neither_is_two_lines(said):
    assert len(_lines(read_hosts, said)) == 2


def test_prices_are_two_numbers_for_a_model():
    assert read_prices({"m": [0.5, 2]}) == (("m", 0.5, 2.0),)
    for wrong in ({"m": 3}, {"m": [1]}, {"m": [-1, 2]}, {"m": ["x", 2]}, [1], {"m": [1, 1e99]}):
        assert len(_lines(read_prices, wrong)) == 2


def test_a_variable_is_a_name_and_no_key():
    assert read_variable("MY_KEY") == "MY_KEY"
    for wrong in ("sk-abc123def456ghi789", "a b", "", "9X"):
        assert "sk-" not in " ".join(_lines(read_variable, wrong))


WORDS = (*opt.flags("cell"), "t2d", "800", "=", "'", '"', "-", "--", "x y", "offline")


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=6).map(" ".join))
@settings(derandomize=True, max_examples=300)
def test_any_line_is_read_or_refused_in_two_lines(line):
    found = None
    try:
        found = parse_line(line)
    except DataError as error:
        found = str(error).split("\n")
    assert isinstance(found, Options) or (len(found) == 2 and all(found))


def test_a_missing_value_and_a_second_name_are_two_lines():
    assert len(_lines(parse_line, "--rows")) == 2
    first, _ = _lines(parse_line, "a b")
    assert "a, b" in first


def test_a_suffix_says_the_format_of_the_file():
    assert parse_line("--out a.parquet").out == "a.parquet"
    assert "feather" in _lines(parse_line, "--out a.feather")[0]


def test_the_command_line_takes_a_file_or_standard_input():
    assert parse(["study.txt", "-n", "5"], "shell").name == "study.txt"
    assert parse(["-", "-n", "5"], "shell").name == "-"
    assert len(_lines(parse, ["x", "--replace"], "shell")) == 2


def test_what_was_set_before_holds_where_an_option_is_silent():
    before = Options(seed="a", lock="l", default_rows=5)
    found = parse(["t", "-s", "3"], "cell", before)
    assert (found.seed, found.lock, found.default_rows) == (3, "l", 5)


def test_a_key_that_was_set_for_an_endpoint_does_not_follow_to_another():
    before = Options(base_url="https://a.org/v1", api_key_env="A_KEY")
    assert parse_line("t --model m", before).api_key_env == "A_KEY"
    assert parse_line("t --base-url https://a.org/v1", before).api_key_env == "A_KEY"
    assert parse_line("t --base-url https://b.org/v1", before).api_key_env is None


@pytest.mark.parametrize("command", ["report", "schema", "cell"])
def test_line_commands_take_one_name(command):
    assert parse_command(f" {command}  t2d ") == (command, "t2d", {})
    assert "no name" in _lines(parse_command, command)[0]
    assert len(_lines(parse_command, f"{command} a b")) == 2


def test_unknown_line_commands_are_two_lines():
    assert parse_command("") == ("", None, {})
    assert parse_command("doctor") == ("doctor", None, {})
    assert "%synthdata report" in _lines(parse_command, "repport t2d")[1]


def test_the_report_takes_a_real_table_groups_and_a_target():
    found = parse_command("report t2d --real cohort --by=sex --target 'died in hospital'")
    beside = {"real": "cohort", "by": "sex", "target": "died in hospital"}
    assert found == ("report", "t2d", beside)
    assert "wants a value" in _lines(parse_command, "report t2d --real")[0]
    assert "said twice" in _lines(parse_command, "report t2d --by a --by b")[0]
    assert "--real" in _lines(parse_command, "schema t2d --real x")[0]


def test_the_shell_offers_no_live_view():
    assert "live" in cell_help()
    assert "live" not in shell_help()


def test_the_help_names_every_option_of_its_door():
    for flag in opt.flags("cell"):
        assert flag in cell_help()
    for flag in opt.flags("shell"):
        assert flag in shell_help()
    for command in opt.LINE_COMMANDS:
        assert command in cell_help()
    for command in opt.SHELL_COMMANDS:
        assert command in shell_help()


def test_the_page_names_every_option_setting_and_command():
    page = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    for flag in {*opt.flags("cell"), *opt.flags("shell")}:
        assert f"`{flag}" in page or f", {flag}" in page, flag
    for field in opt.trait_fields():
        assert f"`SynthData.{field.metadata['trait']}`" in page
    for command in opt.LINE_COMMANDS:
        assert f"`%synthdata {command}" in page
    for command in opt.SHELL_COMMANDS:
        assert f"`python -m synth_magic {command}" in page


def test_every_field_has_a_help_of_one_line():
    for field in fields(Options):
        assert field.metadata["help"] or field.name == "api_key"
        assert "\n" not in field.metadata["help"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("t rows=5", "Write --rows 5"),
        ("t rows 5", "Write --rows 5"),
        ("t with seed 7", "Write --seed 7"),
        ("t -n", "wants a value"),
        ("t --help", "%%synthdata?"),
        ("t --out ''", "empty"),
        ("t --lock ' '", "empty"),
        ("t --by x", "--by"),
    ],
)
def test_a_slip_is_answered_with_what_to_write(line, said):
    with pytest.raises(DataError) as caught:
        parse_line(line)
    assert said in str(caught.value)
    assert "argument" not in str(caught.value)
    assert len(str(caught.value).split("\n")) == 2


@pytest.mark.parametrize("slip", ["--tagret", "--yb", "--rael"])
def test_what_stands_beside_report_is_suggested_by_its_nearest(slip):
    with pytest.raises(DataError) as caught:
        parse_command(f"report t {slip} x")
    near = {"--tagret": "--target", "--yb": "--by", "--rael": "--real"}[slip]
    assert f"Did you mean {near}?" in str(caught.value)


def test_the_users_own_folder_is_written_as_in_a_shell(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("USERPROFILE", "/home/somebody")
    options = parse_line("t --out ~/t.csv --lock ~/t.lock")
    assert (options.out, options.lock) == ("/home/somebody/t.csv", "/home/somebody/t.lock")
