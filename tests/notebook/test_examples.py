"""Every example notebook runs from top to bottom and finds what its story says."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from tests import scripted_model
from tests.llm.endpoint import Endpoint
from tests.llm.weights import smollm2
from tests.notebook.conftest import ROOT, environment

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))

#: What a notebook promises, asked in its own kernel when it has run.
PROMISES = {
    "quickstart": """
        assert len(t2d) == 800 and (t2d.sbp > t2d.dbp).all()
        assert len(cohort) == 5000 and len(orders) == 1000
    """,
    "course_assignment": """
        assert crude > 1.35  # the confounder misleads
        assert 0.8 < adjusted < 1.25  # and is found
        assert check.inside.all()  # planted = recovered, by the students' own regression
        import statsmodels.formula.api as smf
        data = course[["lung_disease", "smoker", "coffee"]].astype(int).assign(age=course.age / 10)
        fit = smf.logit("lung_disease ~ smoker + age + coffee", data).fit(disp=0)
        assert np.allclose(np.exp(fit.params[["smoker", "age", "coffee"]]), check["odds ratio"])
        tables = {s: pd.read_csv(folder / f"assignment_{s}.csv") for s in students}
        assert len({len(t.lung_disease) and t.coffee.sum() for t in tables.values()}) > 1
        for student, table in tables.items():  # each can be drawn again for marking
            again = blueprint.sample(4000, seed=student)
            assert (again.coffee.to_numpy() == table.coffee.to_numpy()).all()
            crude_, within = marking[student].values()
            assert crude_ > 1.15 and 0.7 < within < 1.4 and crude_ > within
        text = (folder / "assignment.csv").read_text()
        assert "odds_ratio" not in text and "blueprint" not in text
    """,
    "project_setup": """
        assert list(study) == list(dictionary.variable)
        assert set(study.sex.astype(int)) == {1, 2} and (study.age >= 18).all()
        assert study.included.dt.year.eq(2026).all() and study.patient.is_unique
        assert 0.02 < study.smoking.isna().mean() < 0.07
        assert "600 patients" in done.stdout and "female" in done.stdout
        assert again.stdout != done.stdout and bad.sbp.isna().mean() > 0.4
        export = pd.read_csv(folder / "study.csv")
        export.loc[3, "sex"] = 7
        export.to_csv(folder / "wrong.csv", index=False)
        run = [sys.executable, folder / "analysis.py", folder / "wrong.csv"]
        wrong = subprocess.run(run, capture_output=True, text=True)
        assert wrong.returncode and "codes that the list does not know" in wrong.stderr
    """,
    "editing_a_schema": """
        assert abs((edited.smoker == "current").mean() - 0.30) < 0.04
        assert same["age"] and same["sex"] and not same["smoker"] and not same["retinopathy"]
        assert before.to_yaml() == clinic.attrs["synthdata"]["blueprint"]
        assert Blueprint.from_yaml(text).sample(2000, seed=11).equals(edited)
        yes = edited[edited.smoker == "current"].retinopathy.mean()
        assert yes > edited[edited.smoker == "never"].retinopathy.mean()
    """,
    "rare_disease_registry": """
        assert len(registry) == 60
        seen_ = registry.dropna(subset="onset")
        assert (seen_.diagnosis == seen_.onset + seen_.delay).all()
        assert (seen_.age >= seen_.diagnosis).all()
        assert abs(low - exact[0]) < 0.05 and abs(high - exact[1]) < 0.05
        assert power[60] < power[240]
        many = blueprint.sample(20_000)
        assert abs(many.delay.mean() - 12.4) < 0.5 and abs(many.delay.std() - 15) < 1
        for name, share in {"neurological": 0.77, "cardiac": 0.59, "renal": 0.40}.items():
            assert abs(many[name].mean() - share) < 0.015
    """,
    "trial_with_survival": """
        from statsmodels.duration.hazard_regression import PHReg
        from statsmodels.duration.survfunc import SurvfuncRight, survdiff
        for arm, part in trial.groupby("arm", observed=True):
            oracle = SurvfuncRight(part.followup, part.death)
            ours = curves[arm][oracle.surv_times]
            assert np.allclose(ours, oracle.surv_prob)
        statistic, _ = survdiff(trial.followup, trial.death, trial.arm)
        assert abs(statistic - log_rank(trial) ** 2) < 1e-6
        many = blueprint.sample(20_000, seed=5)
        design = np.column_stack([many.arm == "drug", many.age / 10]).astype(float)
        hazard = np.exp(PHReg(many.followup, design, status=many.death).fit().params)
        assert abs(hazard[0] - 0.7) < 0.04 and abs(hazard[1] - 1.2) < 0.04
        assert abs(planned.drawn - planned.Schoenfeld).max() < 0.12
        assert planned.drawn[500] > planned.drawn[250]
        assert wrong < 0.11
    """,
    "comparing_with_real_data": """
        assert len(real) == 442 and len(described) == len(published) == 442
        assert side.loc["shape, mean of all columns"].diff().iloc[1] > 0.05
        assert side.loc["association, mean of all pairs"].diff().iloc[1] > 0.05
        assert side.loc["C2ST, AUC"].diff().iloc[1] < -0.1
        assert not published.merge(real, how="inner").shape[0]
    """,
    "using_a_small_model": """
        assert MODEL == "offline" and visits.attrs["synthdata"]["author"].startswith("offline")
        assert sources["hba1c"] == "reference" and sources["mood"] == "guess"
        assert visits.distance.between(0, 120).all()
        assert abs(visits.distance.median() - 14) < 5
    """,
    "the_papers_method": """
        assert written is None and len(drawn) == 60 and len(questions) == 3
        assert list(compared["gap"]) == ["blueprint"]
        assert (compared["gap"] < 0.25).all(axis=None)
    """,
}
#: The same, where a model answers.
BOTH = """
    assert written is not None and len(written) == len(drawn) == 60
    assert (written.sbp > written.dbp).all()
    assert written.sex.astype(str).equals(drawn.sex.astype(str))  # seed cells are the same
    assert not written.sbp.equals(drawn.sbp)
    assert took.loc["calls", "blueprint"] + took.loc["cached", "blueprint"] == 1
    assert took.loc["calls", "rows"] >= 3
    assert set(compared["gap"]) == {"blueprint", "rows"}
"""
SMALL = """
    assert MODEL.endswith(".gguf") and visits.attrs["synthdata"]["author"] != "offline"
    assert sources["hba1c"] == "reference"
    assert abs(visits.distance.median() - 14) < 5  # what the user said is law
"""


@dataclass(frozen=True)
class Executed:
    """A notebook after it has run."""

    notebook: Any
    file: Path

    def said(self) -> str:
        """All plain text under its cells."""
        outputs = [out for cell in self.notebook.cells for out in cell.get("outputs", ())]
        return "\n".join(
            out.get("text") or out.get("data", {}).get("text/plain", "") for out in outputs
        )


def execute(name: str, folder: Path, promise: str = "", **variables: str) -> Executed:
    """Run a notebook in a folder of its own, as nbclient does, and ask for its promise."""
    source = ROOT / "examples" / f"{name}.ipynb"
    file = folder / source.name
    shutil.copy(source, file)
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(promise)))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    clean = {key: value for key, value in environment(folder).items() if key not in _MODELS}
    client.execute(env=clean | {"SYNTHDATA_CACHE_DIR": str(folder / "answers")} | variables)
    notebook.cells.pop()
    nbformat.write(notebook, file)
    return Executed(notebook, file)


_MODELS = ("SYNTHDATA_MODEL", "SYNTHDATA_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY")
#: What nbconvert's Markdown takes first of an output.
PLAIN = ["text/markdown", "image/png", "text/plain"]


def test_every_notebook_has_a_promise():
    assert {path.stem for path in NOTEBOOKS} == set(PROMISES)


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Callable[[str], Executed]:
    """Run a notebook offline, once; a promise that is not kept fails here."""
    return cache(lambda name: execute(name, tmp_path_factory.mktemp(name), PROMISES[name]))


@pytest.fixture(params=PROMISES)
def executed(request, run) -> Executed:
    """Give each notebook after it has run."""
    return run(request.param)


def test_it_keeps_its_promise_and_begins_with_its_purpose(executed):
    first = executed.notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    errors = [o for c in executed.notebook.cells for o in c.get("outputs", ()) if "ename" in o]
    assert errors == []


def test_nothing_of_it_is_stored_that_only_a_kernel_could_show(executed):
    assert "widgets" not in executed.notebook.metadata
    source = nbformat.read(ROOT / "examples" / executed.file.name, as_version=4)
    assert all(not cell.get("outputs") for cell in source.cells)
    assert all(cell.get("execution_count") is None for cell in source.cells)
    assert len({cell.id for cell in source.cells}) == len(source.cells)


def test_its_page_reads_well_without_a_kernel_and_without_the_net(executed):
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter(embed_images=True).from_notebook_node(executed.notebook)
    own = body[body.index('class="synth-magic') :]
    assert "<table" in own
    assert "synthetic: not patients" in own
    assert '<script type="application/vnd.jupyter.widget-view+json">' not in body
    shown = re.findall(r'<(?:img|script|link|iframe)[^>]*(?:src|href)="(https?://[^"]+)', own)
    assert shown == []


def test_its_markdown_and_latex_hold_the_tables(executed):
    from nbconvert import LatexExporter, MarkdownExporter

    text, _ = MarkdownExporter().from_notebook_node(executed.notebook)
    assert "synthetic: not patients" in text  # as HTML within the Markdown
    # As docs/notebook.md says, for a page of Markdown alone.
    order = Config({"NbConvertBase": {"display_data_priority": PLAIN}})
    text, _ = MarkdownExporter(config=order).from_notebook_node(executed.notebook)
    assert "synthetic: not patients" in text
    assert re.search(r"^\|:--\|", text, re.MULTILINE)
    assert "<style" not in text
    assert "<div" not in text
    if shutil.which("pandoc") is None:
        pytest.skip("no pandoc on this machine: nbconvert's LaTeX needs it")
    latex, _ = LatexExporter().from_notebook_node(executed.notebook)
    assert "synthetic: not patients" in latex


def test_the_page_and_the_quickstart_name_every_notebook():
    page = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    first = (ROOT / "examples" / "quickstart.ipynb").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        assert f"](../examples/{path.name})" in page
        assert f"]({path.name})" in first or path.stem == "quickstart"
    assert json.dumps(PLAIN) in page


def test_links_of_the_notebooks_lead_somewhere():
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if not link.startswith("https://"):
                assert (path.parent / link.partition("#")[0]).exists(), f"{path.name}: {link}"


def test_with_an_endpoint_the_papers_method_stands_beside_ours(tmp_path):
    with Endpoint(scripted_model.reply) as endpoint:
        ran = execute(
            "the_papers_method",
            tmp_path,
            BOTH,
            SYNTHDATA_MODEL="big",
            SYNTHDATA_BASE_URL=endpoint.base_url,
        )
        assert len(endpoint.requests) >= 4
        assert sum(map(scripted_model.writes_rows, endpoint.bodies)) >= 3
    assert "left out" not in ran.said()


def test_with_a_small_model_beside_the_notebook_it_is_asked(tmp_path):
    link = tmp_path / "SmolLM2-135M-Instruct.Q4_1.gguf"
    link.symlink_to(smollm2())
    ran = execute("using_a_small_model", tmp_path, SMALL)
    assert "asked: SmolLM2-135M-Instruct.Q4_1.gguf" in ran.said()
    assert "No model is set" not in ran.said()
