"""Effects may be said in clinical words, where they can mean one column only."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline, operands
from synth_magic.errors import SpecError

TABLE = (
    "Adults with asthma\n\ncolumns:\n  age\n  tabac: never / former / current\n  fev1: L\n"
    "  copd: yes/no\n"
)


def effects(line, table=TABLE):
    blueprint, _ = offline.complete(cell.parse(f"{table}effects:\n  - {line}\n"))
    return [(e.parent, e.child, e.size) for e in blueprint.effects if e.source == "user"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("smoking -> lung function: -0.3 SD", ("tabac=current", "fev1", -0.3)),
        ("smoking=former -> fev1: -0.2", ("tabac=former", "fev1", -0.2)),
        ("age -> forced expiratory volume: -0.2", ("age", "fev1", -0.2)),
    ],
)
def test_words_become_the_column_that_they_mean(line, found):
    assert effects(line) == [found]
    blueprint, _ = offline.complete(cell.parse(TABLE))
    written = operands.line(line, blueprint)
    assert written.startswith(f"{found[0]} -> {found[1]}: ")


def test_words_that_mean_no_column_or_several_are_refused_as_before():
    with pytest.raises(SpecError, match="no column `blood pressure`"):
        effects("age -> blood pressure: 0.3")
    two = TABLE + "  fev1_12m: L\n"
    with pytest.raises(SpecError, match="no column `lung function`"):
        effects("age -> lung function: 0.3", two)


def test_a_column_of_that_name_is_meant_itself():
    table = "Adults\n\ncolumns:\n  age\n  lung function: mean 3 sd 1\n  fev1: L\n"
    assert effects("age -> lung function: -0.3", table) == [("age", "lung function", -0.3)]


def test_what_cannot_be_read_is_left_to_the_reader():
    blueprint, _ = offline.complete(cell.parse(TABLE))
    assert operands.line("smoking and so on", blueprint) == "smoking and so on"
