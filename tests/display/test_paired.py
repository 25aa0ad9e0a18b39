"""Pictures of two tables are drawn to scale, and foreign names stay text in them."""

import base64
import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.display import svg
from synth_magic.display.heatmap import heatmap
from synth_magic.display.paired import pictured
from synth_magic.fidelity.report import Picture


def drawing(source):
    """The elements of an image; fails where it is no proper XML."""
    return ET.fromstring(base64.b64decode(source.split(",", 1)[1]))


def histogram(**changed):
    data = {"column": "age", "edges": [0, 1, 2, 4], "one": [0.25, 0.25, 0.5], "form": "number"}
    return Picture("pair_histogram", "age", data | {"other": [0.2, 0.6, 0.2]} | changed)


def test_bins_of_any_width_are_drawn_by_their_area():
    (shown,) = pictured([histogram()], "the real table")
    assert shown["one"] == [0.25, 0.25, 0.25]
    assert shown["other"] == pytest.approx([0.2, 0.6, 0.1])
    assert shown["brief"] == "0 to 4"
    assert "the real table" in shown["said"]


def test_bars_of_an_image_are_as_high_as_their_shares_and_as_wide_as_their_bins():
    image = drawing(svg.pair([0, 1, 4], [0.5, 0.25], [], width=100, height=50))
    path = image[0].get("d")
    bars = re.findall(r"M(\d+) (\d+)V(\d+)H(\d+)V\d+z", path)
    (a, floor, top, b), (c, _, lower, d) = [tuple(map(int, bar)) for bar in bars]
    assert (floor - lower) / (floor - top) == pytest.approx(0.5, abs=0.02)
    assert (d - c) / (b - a) == pytest.approx(3, rel=0.05)
    assert len(image) == 2  # bars and the floor: no line where there is nothing to compare


def test_the_second_table_is_a_line_of_another_colour():
    image = drawing(svg.pair([0, 1, 2], [0.5, 0.5], [0.9, 0.1]))
    filled, line = image[0], image[1]
    assert filled.get("fill") == svg.SOFT
    heights = [int(top) for top in re.findall(r"V(\d+)H", filled.get("d"))]
    assert heights[0] == heights[1]  # the bars are the first table's
    steps = [int(top) for top in re.findall(r"V(\d+)H", line.get("d"))]
    assert steps[0] < heights[0] < steps[1]  # places are counted from above
    assert line.get("stroke") == svg.HIGHER
    assert line.get("fill") == "none"


@pytest.mark.parametrize(
    "changed",
    [
        {"one": [0.5, 0.5]},
        {"edges": [0, 1]},
        {"edges": [0, 1, 1, 4]},
        {"one": [0.5, None, 0.5]},
        {"one": [0.5, float("nan"), 0.5]},
        {"edges": [0, 1, 2, float("inf")]},
        {"edges": []},
    ],
)
def test_what_does_not_fit_together_is_not_drawn(changed):
    assert pictured([histogram(**changed)], "stated") == []


def test_hidden_shares_of_the_real_side_leave_the_table_alone():
    (shown,) = pictured([histogram(other=[])], "the real table")
    assert shown["other"] == []
    assert "the real table" not in shown["said"]


def test_bars_name_three_values_with_the_shares_of_both():
    data = {
        "column": "smoker",
        "names": ["never", "former", "current", "other values"],
        "one": [0.5, 0.3, 0.15, 0.05],
        "other": [0.6, 0.2, 0.15, 0.05],
    }
    (shown,) = pictured([Picture("bars", "smoker", data)], "the real table")
    assert shown["brief"] == "never 50 % (60 %), former 30 % (20 %), current 15 % (15 %), 1 more"
    assert "other values 5 % (5 %)" in shown["said"]
    assert pictured([Picture("bars", "x", data | {"one": [1.0]})], "stated") == []


def matrix(**changed):
    values = [[0, 0.3, -0.12], [0.3, 0, 0.02], [-0.12, 0.02, 0]]
    return Picture("heatmap", "difference", {"names": list("abc"), "values": values} | changed)


def test_a_heatmap_says_its_largest_values_in_words():
    (shown,) = pictured([matrix()], "")
    assert shown["brief"] == "largest: a ~ b +0.3, a ~ c −0.12, b ~ c +0.02"
    (flat,) = pictured([matrix(values=[[0.0] * 3] * 3)], "")
    assert flat["brief"] == "all below 0.01"
    assert pictured([matrix(names=["a"])], "") == []
    assert pictured([matrix(values=[[0, math.nan, 0]] * 3)], "") == []


def test_a_place_of_a_heatmap_without_a_value_stays_empty():
    values = [[None, None, -0.12], [None, None, 0.02], [-0.12, 0.02, None]]
    (shown,) = pictured([matrix(values=values)], "")
    assert shown["brief"] == "largest: a ~ c −0.12, b ~ c +0.02"
    assert shown["values"] == values
    image = drawing(heatmap(list("abc"), values)[0])
    assert sum(part.tag.endswith("rect") for part in image) == 2


def test_cells_of_a_heatmap_are_blue_below_and_orange_above_and_darker_when_larger():
    image = drawing(heatmap(list("abc"), matrix().data["values"])[0])
    cells = [part for part in image if part.tag.endswith("rect")]
    colours = [cell.get("fill") for cell in cells]
    dark = [float(cell.get("fill-opacity")) for cell in cells]
    assert len(cells) == 3  # half of the square
    assert colours[0] == colours[2] != colours[1]
    assert dark[0] > dark[1] > dark[2]
    assert [part.text for part in image if part.tag.endswith("text")] == [".3", "a", "b", "c"]


@given(st.lists(st.text(max_size=40), min_size=2, max_size=24))
def test_names_of_any_text_leave_an_image_well_formed_and_within_its_frame(names):
    values = [[0.5] * len(names)] * len(names)
    source, width, height = heatmap(names, values)
    image = drawing(source)
    assert {part.tag.rsplit("}")[-1] for part in image} <= {"rect", "text"}
    assert image.get("viewBox") == f"0 0 {4 * width} {4 * height}"
    for part in image:
        assert 0 <= float(part.get("x")) <= 4 * width
        assert 0 <= float(part.get("y")) <= 4 * height
