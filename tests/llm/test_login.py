"""A typed key stays in memory, for its origin, and is shown nowhere."""

from __future__ import annotations

import getpass
from collections.abc import Iterator

import pytest

from synth_magic.errors import ModelError
from synth_magic.llm import login

ORIGIN = "https://openrouter.ai"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    login.forget()
    yield
    login.forget()


def test_a_typed_key_is_kept_for_its_origin(capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return " canary-key\n"

    told = login.login(ORIGIN, ask)
    assert asked == ["Key for openrouter.ai: "]
    assert "openrouter.ai" in told
    assert "canary" not in told + "".join(capsys.readouterr())
    key = login.key_for(ORIGIN)
    assert key is not None
    assert key.reveal() == "canary-key"
    assert login.key_for("https://openrouter.ai:444") is None
    assert login.origins() == (ORIGIN,)


def test_it_is_asked_for_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "canary-key")
    login.login(ORIGIN)
    assert login.key_for(ORIGIN) is not None


def test_it_is_forgotten_one_by_one_or_all() -> None:
    login.keep(ORIGIN, "a-key")
    login.keep("https://b.example", "b-key")
    assert login.forget("https://c.example") == ()
    assert login.forget(ORIGIN) == (ORIGIN,)
    assert login.key_for(ORIGIN) is None
    assert login.forget() == ("https://b.example",)
    assert login.origins() == ()


@pytest.mark.parametrize("typed", ["", "  \n", "canary key", "canary\x1b"])
def test_what_is_no_key_is_refused_and_the_old_one_stays(typed: str) -> None:
    login.keep(ORIGIN, "old-key")
    with pytest.raises(ModelError) as caught:
        login.login(ORIGIN, lambda prompt: typed)
    assert caught.value.kind == "key"
    assert "canary" not in str(caught.value)
    key = login.key_for(ORIGIN)
    assert key is not None
    assert key.reveal() == "old-key"


@pytest.mark.parametrize("no_input", [NotImplementedError, EOFError])
def test_where_nobody_can_type_two_lines_say_what_to_set(no_input: type[Exception]) -> None:
    def ask(prompt: str) -> str:
        raise no_input

    with pytest.raises(ModelError, match="SYNTHDATA_API_KEY") as caught:
        login.login("https://api.example.org", ask)
    assert len(str(caught.value).splitlines()) == 2
    assert caught.value.__suppress_context__
    assert login.key_for("https://api.example.org") is None
