"""The view's files become one module."""

from __future__ import annotations

import re

import pytest

from synth_magic.display.live import module

DOM = "export function h() {}\nfunction inner() {}\n"


def test_files_come_behind_those_that_they_use():
    parts = {
        "main": 'import { tab } from "./tab.js";\nimport { h } from "./dom.js";\ntab(h);\n',
        "tab": 'import { h } from "./dom.js";\nexport const tab = () => h();\n',
        "dom": DOM,
    }
    text = module.join(parts)
    assert text.index("function h") < text.index("const tab") < text.index("tab(h)")
    assert "import" not in text
    assert "export" not in text


def test_what_the_module_gives_away_stays_given_away():
    assert module.join({"main": "export default { render };\n"}) == "export default { render };\n"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"main": 'import { h } from "./dom.js";\nfunction inner() {}\n', "dom": DOM}, "inner is"),
        ({"main": 'import { g } from "./dom.js";\n', "dom": DOM}, "dom.js gives no g"),
        ({"main": 'import { inner } from "./dom.js";\n', "dom": DOM}, "gives no inner"),
        ({"main": 'import { h } from "./other.js";\n'}, "other.js gives no h"),
        ({"main": "", "dom": DOM}, "no file uses dom"),
        ({"main": 'import {\n  h } from "./dom.js";\n', "dom": DOM}, "no file uses dom"),
        ({"main": 'import h from "./dom.js";\n'}, "on one line"),
        ({"main": "function a() {}\nexport { a };\n"}, "on one line"),
        (
            {
                "main": 'import { a } from "./one.js";\n',
                "one": 'import { b } from "./two.js";\nexport const a = b;\n',
                "two": 'import { a } from "./one.js";\nexport const b = a;\n',
            },
            "one -> two -> one",
        ),
    ],
)
def test_what_cannot_be_one_module_is_refused(parts, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        module.join(parts)


def test_the_view_is_one_module_that_gives_a_render():
    text = module.text()
    assert text.rstrip().endswith("export default { render };")
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1
    assert module.text() is text


def test_the_view_never_makes_elements_of_text_and_asks_nobody_else():
    words = module.text() + module.style()
    for never in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert never not in words
    addresses = set(re.findall(r"https?://[\w./]+", words))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_every_rule_of_the_style_sheet_stays_within_the_view():
    bare = re.sub(r"/\*.*?\*/", "", module.style(), flags=re.DOTALL)
    for selector in re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", bare):
        assert "synth-magic-live" in selector, selector
