"""A drawing of the graph in which everything can be seen."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.blueprint.model import Blueprint, Column, Distribution, Effect, Normal
from synth_magic.editing import Edit, apply, layout
from synth_magic.editing.drawing import MOST, Graph
from tests.edited_tables import TABLES


def chained(pairs: set[tuple[int, int]], many: int) -> Blueprint:
    law = Distribution(normal=Normal(mean=0, sd=1), source="guess")
    columns = tuple(Column(name=f"c{n}", type="number", distribution=law) for n in range(many))
    effects = tuple(
        Effect(parent=f"c{a}", child=f"c{b}", word="beta", size=0.01, source="guess")
        for a, b in sorted(pairs)
    )
    return Blueprint(columns=columns, effects=effects)


def can_be_seen(graph: Graph) -> None:
    wide, tall = graph.room
    at = {name: (x, y) for name, x, y in graph.nodes}
    assert len(at) == len(graph.nodes) <= MOST
    for (_, (x, y)), (_, (u, v)) in combinations(at.items(), 2):
        assert abs(x - u) > wide - 1e-3 or abs(y - v) > tall - 1e-3
    for x, y in at.values():
        assert wide / 2 - 1e-3 <= x <= 1 - wide / 2 + 1e-3
        assert tall / 2 - 1e-3 <= y <= 1 - tall / 2 + 1e-3
    for up, down, size, _ in graph.edges:
        assert at[up][0] < at[down][0]
        assert -1 <= size <= 1


def test_every_table_can_be_seen():
    for table in TABLES.values():
        graph = layout(table())
        can_be_seen(graph)
        assert graph == layout(table())


pairs = st.integers(3, 48).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.sets(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1]),
            min_size=1,
            max_size=int(1.2 * n),
        ),
    )
)


@given(pairs)
@settings(max_examples=25)
def test_any_graph_can_be_seen(case):
    many, links = case
    graph = layout(chained(links, many))
    can_be_seen(graph)
    named = {f"c{n}" for pair in links for n in pair}
    assert len(graph.nodes) + graph.more == len(named)
    assert {name for name, _, _ in graph.nodes} <= named


def test_a_chain_is_a_line_and_a_star_is_a_fan():
    graph = layout(chained({(0, 1), (1, 2), (2, 3)}, 5))
    assert len({y for _, _, y in graph.nodes}) == 1
    assert [name for name, _, _ in sorted(graph.nodes, key=lambda node: node[1])] == [
        "c0", "c1", "c2", "c3",
    ]  # fmt: skip
    star = layout(chained({(0, n) for n in range(1, 6)}, 6))
    assert len({x for _, x, _ in star.nodes}) == 2


def test_two_chains_do_not_cross():
    graph = layout(chained({(0, 3), (1, 2), (3, 5), (2, 4)}, 6))
    at = {name: (x, y) for name, x, y in graph.nodes}
    order = [at["c0"][1] < at["c1"][1], at["c3"][1] < at["c2"][1], at["c5"][1] < at["c4"][1]]
    assert len(set(order)) == 1


def test_a_long_edge_keeps_clear_of_the_columns_between():
    graph = layout(chained({(0, 1), (1, 2), (0, 2)}, 3))
    at = {name: y for name, _, y in graph.nodes}
    assert abs(at["c1"] - (at["c0"] + at["c2"]) / 2) > 0.5 * graph.room[1]


def test_columns_that_nothing_ties_are_left_out(small):
    assert {name for name, _, _ in layout(small).nodes} == {"sex", "lung function"}
    alone = apply(small, Edit("effect-", index=0)).blueprint
    assert layout(alone) == Graph((), ())


def test_strengths_have_the_sign_and_the_order_of_the_effects(diabetes, trial):
    size = {(up, down): strength for up, down, strength, _ in layout(diabetes).edges}
    assert size["age", "dbp"] < 0 < size["age", "sbp"] < size["sbp", "dbp"]
    assert size["weight", "bmi"] == 0
    assert size["sex", "weight"] == 0
    source = {(up, down): source for up, down, _, source in layout(trial).edges}
    size = {(up, down): strength for up, down, strength, _ in layout(trial).edges}
    assert source["arm", "followup"] == "user"
    assert source["nyha", "followup"] == "model"
    assert size["arm", "followup"] < 0 < size["nyha", "followup"]
    assert size["prior", "ward"] == 0
    assert 0 < size["diabetes", "crp"] < 1


def test_an_edit_of_a_figure_moves_nothing(diabetes):
    after = apply(diabetes, Edit("field", "visit", key="low", text="2016")).blueprint
    assert layout(after).nodes == layout(diabetes).nodes
