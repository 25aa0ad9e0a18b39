"""A key belongs to an origin; nobody is asked who was not named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.errors import DataError, ModelError
from synth_magic.keys import KeyFoundError
from synth_magic.llm import login
from synth_magic.llm.access import Access, configured, endpoint, resolve
from synth_magic.options import Options

OPENAI = "https://api.openai.com/v1"
ROUTER = "https://openrouter.ai/api/v1"
LOCAL = "http://localhost:11434/v1"
URLS = (
    None,
    OPENAI,
    ROUTER,
    LOCAL,
    "https://llm.example.org/v1",
    "https://llm.example.org:8443/v1",
)
CANARIES = {"OPENAI_API_KEY": "canary-openai-1", "SYNTHDATA_API_KEY": "canary-ours-22"}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    login.forget()
    yield
    login.forget()


def access(options: Options, environ: dict[str, str]) -> Access:
    found = resolve(options, environ)
    assert found is not None
    return found


def test_without_a_model_nobody_is_asked_whatever_keys_are_set() -> None:
    environ = CANARIES | {"OPENAI_BASE_URL": ROUTER, "SYNTHDATA_BASE_URL": LOCAL}
    assert resolve(Options(), environ) is None
    assert resolve(Options(base_url=OPENAI, api_key="canary-call-333"), environ) is None
    assert resolve(Options(model="offline"), environ | {"SYNTHDATA_MODEL": "gpt-5"}) is None
    assert resolve(Options(), {"SYNTHDATA_MODEL": " OFFLINE "}) is None


def test_the_model_is_the_options_or_else_the_environments() -> None:
    environ = CANARIES | {"SYNTHDATA_MODEL": "from-environment"}
    assert access(Options(), environ).model == "from-environment"
    assert access(Options(model="said"), environ).model == "said"


def test_the_endpoint_is_the_options_then_ours_then_openais_variable() -> None:
    environ = {"SYNTHDATA_BASE_URL": LOCAL, "OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}
    assert access(Options(model="m", base_url="http://[::1]:1/v1"), environ).base_url == (
        "http://[::1]:1/v1"
    )
    assert access(Options(model="m"), environ).base_url == LOCAL
    del environ["SYNTHDATA_BASE_URL"]
    assert access(Options(model="m"), environ).base_url == "http://127.0.0.1:8000/v1"
    assert access(Options(model="m"), CANARIES).base_url == OPENAI
    assert configured(Options(), environ).origin == "http://127.0.0.1:8000"


def origin_of(url: str | None) -> str | None:
    return None if url is None else "/".join(url.split("/")[:3])


def key_sent(options: Options, environ: dict[str, str]) -> str:
    """The key that would be sent; none where that is an error."""
    try:
        return access(options, environ).key.reveal()
    except ModelError as error:
        refused = error
    assert refused.kind == "key"
    assert "canary" not in str(refused)
    return ""


@pytest.mark.parametrize("said", URLS)
@pytest.mark.parametrize("ours", URLS)
@pytest.mark.parametrize("theirs", URLS)
def test_a_key_goes_to_its_own_origin_only(
    said: str | None, ours: str | None, theirs: str | None
) -> None:
    environ = dict(CANARIES)
    if ours:
        environ["SYNTHDATA_BASE_URL"] = ours
    if theirs:
        environ["OPENAI_BASE_URL"] = theirs
    asked = origin_of(said or ours or theirs or OPENAI)
    openai_home = origin_of(theirs or OPENAI)
    for without_ours in (False, True):
        if without_ours:
            del environ["SYNTHDATA_API_KEY"]
        key = key_sent(Options(model="m", base_url=said), environ)
        if key == "canary-openai-1":
            assert asked == openai_home
        elif key == "canary-ours-22":
            assert asked == origin_of(ours) if ours else asked != origin_of(LOCAL)
        elif key == "none":
            assert asked == origin_of(LOCAL)
            assert asked != openai_home
        else:
            assert key == ""
        if asked == openai_home and without_ours:
            assert key == "canary-openai-1"


def test_openais_key_stays_home_even_when_it_is_named() -> None:
    options = Options(model="m", base_url=ROUTER, api_key_env="OPENAI_API_KEY")
    with pytest.raises(ModelError, match="OPENAI_API_KEY belongs to api"):
        resolve(options, CANARIES | {"SYNTHDATA_BASE_URL": OPENAI})
    home = Options(model="m", api_key_env="OPENAI_API_KEY")
    assert access(home, {"OPENAI_API_KEY": "canary-openai-1"}).key.reveal() == "canary-openai-1"


def test_a_key_of_the_call_comes_first_then_the_named_variable_then_login() -> None:
    login.keep("https://openrouter.ai", "typed-key")
    environ = {"MY_KEY": "named-key", "SYNTHDATA_API_KEY": "our-key"}
    both = Options(model="m", base_url=ROUTER, api_key="call-key", api_key_env="MY_KEY")
    assert access(both, environ).key.reveal() == "call-key"
    named = Options(model="m", base_url=ROUTER, api_key_env="MY_KEY")
    assert access(named, environ).key.reveal() == "named-key"
    del environ["MY_KEY"]
    assert access(named, environ).key.reveal() == "typed-key"
    login.forget()
    assert access(named, environ).key.reveal() == "our-key"
    with pytest.raises(ModelError, match="MY_KEY is not set\nSet MY_KEY"):
        resolve(named, {})


def test_a_typed_key_goes_to_its_origin_only() -> None:
    login.keep("https://openrouter.ai", "typed-key")
    assert access(Options(model="m", base_url=ROUTER), {}).key.reveal() == "typed-key"
    with pytest.raises(ModelError, match="none is set"):
        resolve(Options(model="m", base_url="https://openrouter.ai:444/api/v1"), {})


def test_a_server_on_this_machine_gets_no_key_but_its_own() -> None:
    at_home = Options(model="m", base_url=LOCAL)
    assert access(at_home, CANARIES).key.reveal() == "none"
    assert (
        access(at_home, CANARIES | {"SYNTHDATA_BASE_URL": LOCAL}).key.reveal() == "canary-ours-22"
    )
    assert access(at_home, {**CANARIES, "OPENAI_BASE_URL": LOCAL}).key.reveal() == "canary-openai-1"
    login.keep("http://localhost:11434", "typed-key")
    assert access(at_home, CANARIES).key.reveal() == "typed-key"


def test_a_key_is_stripped_and_must_be_printable() -> None:
    assert access(Options(model="m"), {"OPENAI_API_KEY": " k-1\r\n"}).key.reveal() == "k-1"
    for bad in ("can ary", "canary\x00", "canaryé", "canary\u200b", "“canary”"):
        with pytest.raises(ModelError, match="OPENAI_API_KEY") as caught:
            resolve(Options(model="m"), {"OPENAI_API_KEY": bad})
        assert "canary" not in str(caught.value)
        assert str(caught.value).count("\n") == 1


NO_KEY = """\
--model gpt-5 at api.openai.com needs a key, and none is set
Set OPENAI_API_KEY before the kernel starts, run %synthdata login, or write --model offline"""
NOT_NAMED = """\
--model m at openrouter.ai needs a key; OPENROUTER_API_KEY is set, and is sent only where you say so
Write %config SynthData.api_key_env = 'OPENROUTER_API_KEY', run %synthdata login, or write \
--model offline"""
ELSEWHERE = """\
--model m at api.openai.com needs a key; OPENAI_API_KEY belongs to OPENAI_BASE_URL and is \
not sent there
Set SYNTHDATA_API_KEY before the kernel starts, run %synthdata login, or write --model offline"""


@pytest.mark.parametrize(
    ("options", "environ", "lines"),
    [
        (Options(model="gpt-5"), {}, NO_KEY),
        (Options(model="m", base_url=ROUTER), {"OPENROUTER_API_KEY": "canary"}, NOT_NAMED),
        (
            Options(model="m", base_url=OPENAI),
            {"OPENAI_API_KEY": "canary", "OPENAI_BASE_URL": ROUTER},
            ELSEWHERE,
        ),
    ],
)
def test_a_missing_key_is_two_lines_that_say_what_to_do(
    options: Options, environ: dict[str, str], lines: str
) -> None:
    with pytest.raises(ModelError) as caught:
        resolve(options, environ)
    assert str(caught.value) == lines
    assert caught.value.kind == "key"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "http://192.168.0.7:11434/v1",
        "http://0.0.0.0:11434/v1",
        "http://127.1:11434/v1",
        "http://2130706433/v1",
        "http://localhost.example.org/v1",
        "http://localhost.:8000/v1",
        "http://[::ffff:8.8.8.8]/v1",
    ],
)
def test_plain_http_goes_to_this_machine_only(url: str) -> None:
    with pytest.raises(ModelError, match="Plain http") as caught:
        resolve(Options(model="m", base_url=url, api_key="k"), {})
    assert caught.value.kind == "policy"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/v1", "http://127.8.9.1/v1", "http://[::1]:9/v1", "http://LOCALHOST/v1"],
)
def test_this_machine_is_known_by_its_names(url: str) -> None:
    assert access(Options(model="m", base_url=url), {}).loopback


@pytest.mark.parametrize(
    "url",
    [
        "https://user:canary@example.org/v1",
        "https://example.org/v1?key=canary",
        "https://example.org/v1#canary",
        "ftp://example.org",
        "https://",
        "https://api.openai.com\\@evil.example/v1",
        "https://äpi.example.org/v1",
        "https://example.org:99999/v1",
        "https://example.org/v1 /x",
        "example.org",
    ],
)
def test_an_address_that_hides_something_is_refused_and_not_repeated(url: str) -> None:
    for options, environ in (
        (Options(model="m", base_url=url), {}),
        (Options(model="m"), {"SYNTHDATA_BASE_URL": url}),
        (Options(model="m"), {"OPENAI_BASE_URL": url}),
    ):
        with pytest.raises(DataError, match="plain http") as caught:
            resolve(options, environ)
        assert "canary" not in str(caught.value)
        assert not environ or next(iter(environ)) in str(caught.value)


def test_a_malformed_home_is_no_home() -> None:
    environ = {"OPENAI_API_KEY": "canary-openai-1", "OPENAI_BASE_URL": "https://x/?y"}
    with pytest.raises(ModelError, match="belongs to OPENAI_BASE_URL"):
        resolve(Options(model="m", base_url=OPENAI), environ)


def test_a_key_as_a_models_name_is_refused() -> None:
    with pytest.raises(KeyFoundError):
        resolve(Options(), {"SYNTHDATA_MODEL": "sk-abcdefgh12345678ABCD"})


@given(
    st.sampled_from(["https://Example.ORG", "https://example.org:443"]),
    st.sampled_from(["", "/", "/v1", "/v1/", "/v1/chat/completions", "/v1/chat/completions/"]),
)
def test_one_endpoint_has_one_spelling(host: str, path: str) -> None:
    found = endpoint(host + path)
    assert found.origin == "https://example.org"
    assert found.base_url == "https://example.org" + ("/v1" if "v1" in path else "")


def test_families_are_told_by_the_origin() -> None:
    hosts = {
        "https://api.openai.com/v1": "openai",
        "https://eu.api.openai.com/v1": "openai",
        "https://lab.openai.azure.com/openai/v1": "azure",
        "https://lab.services.ai.azure.com/openai/v1": "azure",
        "https://openrouter.ai/api/v1": "openrouter",
        "https://generativelanguage.googleapis.com/v1beta/openai": "gemini",
        "https://api.anthropic.com/v1": "anthropic",
        "http://127.0.0.1:11434/v1": "ollama",
        "http://127.0.0.1:8000/v1": "other",
        "https://evil-api.openai.com.example.org/v1": "other",
        "https://notopenrouter.ai/v1": "other",
    }
    assert {url: endpoint(url).family for url in hosts} == hosts


def outcome(options: Options) -> Access | DataError | ModelError | None:
    try:
        return resolve(options, {})
    except (DataError, ModelError) as error:
        return error


def test_every_combination_is_an_access_or_a_two_line_error() -> None:
    urls = (None, OPENAI, LOCAL, "http://example.org", "nonsense", "https://x.example/v1")
    for model, url, key, network in product(
        (None, "m", "offline", "missing.gguf"), urls, (None, "k", "k k"), (None, (), ("loopback",))
    ):
        found = outcome(Options(model=model, base_url=url, api_key=key, network=network))
        if isinstance(found, Access):
            assert found.base_url
            assert network != ()
            assert network is None or found.loopback
        else:
            assert found is None or len(str(found).splitlines()) == 2
