"""A key shows itself nowhere."""

from __future__ import annotations

import base64
import copy
import dataclasses
import html
import json
import pickle
import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic import keys
from synth_magic.llm.access import Access, Secret, mask, resolve
from synth_magic.options import Options

PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=80)
LETTERS = st.text(
    "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", min_size=20, max_size=60
)
AROUND = st.text(" .,:;äé\n", max_size=10)


def shown(value: object) -> str:
    return "\n".join((repr(value), str(value), f"{value}", f"{value!r:>40}", ascii(value)))


@given(LETTERS)
def test_no_way_of_showing_a_secret_shows_it(key: str) -> None:
    secret = Secret(key)
    for text in (shown(secret), shown([secret]), shown({"k": secret}), f"{secret:>80}"):
        assert key not in text
        assert keys.MASK in text
    assert secret.reveal() == key
    assert shown(copy.copy(secret)) == shown(copy.deepcopy(secret)) == shown(secret)


def test_a_secret_goes_into_no_file() -> None:
    secret = Secret("sk-canary-0123456789abcdef")
    for write in (pickle.dumps, lambda s: s.__reduce_ex__(4), lambda s: s.__getstate__()):
        with pytest.raises(TypeError) as caught:
            write(secret)
        assert "canary" not in str(caught.value)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        vars(secret)


def test_an_access_shows_no_key_and_is_not_pickled() -> None:
    access = resolve(Options(model="gpt-5"), {"OPENAI_API_KEY": "sk-canary-0123456789abcdef"})
    assert access is not None
    assert access.key.reveal() == "sk-canary-0123456789abcdef"
    assert "canary" not in shown(access) + shown(dataclasses.asdict(access))
    with pytest.raises(TypeError):
        pickle.dumps(access)


def test_equal_keys_are_equal_and_hash_alike() -> None:
    assert Secret("abc") == Secret("abc") != Secret("abd")
    assert hash(Secret("abc")) == hash(Secret("abc"))
    assert Secret("abc") != "abc"
    assert Secret("abc")
    assert not Secret("")


@given(PRINTABLE, AROUND, AROUND)
def test_masking_takes_out_every_spelling_of_a_key(key: str, before: str, after: str) -> None:
    spellings = (
        key,
        quote(key, safe=""),
        html.escape(key),
        json.dumps(key)[1:-1],
        base64.b64encode(key.encode()).decode(),
        base64.b64encode(f"Bearer {key}".encode()).decode(),
        base64.b64encode(f"user:{key}".encode()).decode(),
        base64.urlsafe_b64encode(f":{key}".encode()).decode(),
    )
    for spelling in spellings:
        text = mask(f"{before}{spelling}{after}", Secret(key))
        assert key not in text
        # At most the few characters remain that base64 shares with the key's neighbours.
        left = text.replace(keys.MASK, "").removeprefix(before)
        assert all(spelling[i : i + 16] not in left for i in range(len(spelling) - 15))


@given(LETTERS, st.integers(8, 60))
def test_long_beginnings_and_ends_of_a_key_are_masked(key: str, length: int) -> None:
    for piece in (key[:length], key[-length:]):
        text = mask(f"Incorrect key: «{piece}»", Secret(key))
        assert text == f"Incorrect key: «{keys.MASK}»"


def test_what_is_no_part_of_the_key_stays() -> None:
    text = "Error 401: the key is wrong; none was expected, see https://example.org/keys"
    assert mask(text, Secret("abcdEFGH12345678ijkl")) == text
    assert mask(text, None) == text
    assert mask(text, Secret("none")) == text  # what is sent where no key is wanted


def test_a_short_key_is_masked_as_a_word_only() -> None:
    assert (
        mask("key ab1 in cab1n, ab1.", Secret("ab1")) == f"key {keys.MASK} in cab1n, {keys.MASK}."
    )


def test_other_keys_are_masked_too() -> None:
    other = "sk-proj-abcdefgh12345678ABCD"
    assert other not in mask(f"try {other}", Secret("zzzzzzzz99999999"))


def test_a_traceback_with_variables_shows_no_key() -> None:
    environ = {"OPENAI_API_KEY": "sk-canary 0123456789abcdef"}  # a blank: refused
    with pytest.raises(Exception) as caught:
        resolve(Options(model="gpt-5"), environ)
    frames = traceback.walk_tb(caught.value.__traceback__)
    ours = [f for f, _ in frames if "synth_magic" in f.f_code.co_filename]
    assert ours
    assert "canary" not in str(caught.value)
    assert not [n for f in ours for n, v in f.f_locals.items() if "canary" in repr(v)]


def test_access_keeps_its_promised_fields() -> None:
    assert {f.name for f in dataclasses.fields(Access)} >= {
        *("model", "base_url", "origin", "host", "key", "loopback", "family", "local_file"),
    }
