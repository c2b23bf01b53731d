"""Tricks on the plugin itself, on its state, its files and what is measured."""

from __future__ import annotations

from tests.acceptance.hostile.trick import TESTS, Trick

_PARTS = """
import gc, os, sys
import pytest
from pytest_pipeline.domain import stage_results, tallies
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.plugin import run_record, testimony, witness
"""
_REPLACED = "was replaced while tests ran"
_GREEN = "lambda *_, **__: None"
_GATED = '[[stages.unit.objectives]]\nmeasure = "{measure}"\npass = "{wanted}"\n'


def _conftest(text: str) -> dict[str, str]:
    return {"conftest.py": _PARTS + text}


def _bad(body: str) -> str:
    return "import gc, os, sys, time\n" + TESTS.replace('assert 1 == 2, "must be seen"', body)


PLUGIN_PARTS = (
    Trick(
        "judge_stage is replaced",
        _conftest(
            "genuine = stage_results.judge\n"
            "def judge(gate, measurements, **more):\n"
            "    return genuine(gate, {**measurements, 'tests.failed': 0}, **more)\n"
            "stage_results.judge = judge\n"
        ),
        (26, 26),
        _REPLACED,
    ),
    Trick(
        "the code of judge is exchanged",
        _conftest(
            "def worst(verdicts):\n    return __import__('pytest_pipeline').domain."
            "verdicts.Verdict.PASS\n"
            "from pytest_pipeline.domain import verdicts\n"
            "verdicts.worst.__code__ = worst.__code__\n"
        ),
        (26, 26),
        _REPLACED,
    ),
    Trick(
        "RunRecord.add takes no failures",
        _conftest(
            "genuine = run_record.RunRecord.add\n"
            "def add(self, report):\n"
            "    report.outcome = 'passed'\n    genuine(self, report)\n"
            "run_record.RunRecord.add = add\n"
        ),
        (26, 26),
        _REPLACED,
    ),
    Trick(
        "Tally.measurements counts no failures",
        _conftest(
            "genuine = tallies.Tally.measurements\n"
            "tallies.Tally.measurements = lambda self: {**genuine(self), 'tests.failed': 0}\n"
        ),
        (26, 26),
        _REPLACED,
    ),
    Trick(
        "the plugin of the stage is unregistered",
        {
            "conftest.py": "def pytest_collection_modifyitems(config, items):\n"
            "    del items[1]\n"
            "    for name in ('pipeline-stage', 'pipeline-child-reporter', 'pipeline-left-out'):\n"
            "        if config.pluginmanager.has_plugin(name):\n"
            "            config.pluginmanager.unregister(name=name)\n"
        },
        (26, 26),
    ),
    Trick(
        "the witness is unregistered",
        {
            "conftest.py": "def pytest_runtestloop(session):\n"
            "    manager = session.config.pluginmanager\n"
            "    if manager.has_plugin('pipeline-witness'):\n"
            "        manager.unregister(name='pipeline-witness')\n"
        },
        (26, 26),
        "nobody saw it run",
        tests="def test_good(): pass\n",
    ),
    Trick(
        "the controller is unregistered",
        {
            "conftest.py": "def pytest_sessionstart(session):\n"
            "    manager = session.config.pluginmanager\n"
            "    if manager.has_plugin('pipeline-controller'):\n"
            "        manager.unregister(name='pipeline-controller')\n",
        },
        (0, 26),
        tests="def test_good(): pass\n",
    ),
    Trick(
        "a method of the plugin's object is replaced",
        {
            "conftest.py": "def pytest_sessionstart(session):\n"
            "    manager = session.config.pluginmanager\n"
            "    for name in ('pipeline-stage', 'pipeline-child-reporter'):\n"
            "        plugin = manager.get_plugin(name)\n"
            "        if plugin: plugin.pytest_runtest_logreport = lambda report: None\n"
        },
        (26, 26),
        _REPLACED,
        tests="def test_good(): pass\n",
    ),
    Trick(
        "the record is found by gc and emptied",
        {},
        (26, 1),
        tests=_bad("assert 1 == 2") + "\ndef test_z():\n    for each in gc.get_objects():\n"
        "        if type(each).__name__ == 'RunRecord': each._tests.clear()\n",
    ),
    Trick(
        "pipeline.toml is written by a test",
        {"pipeline.toml": "[stages.unit]\n"},
        (26, 26),
        tests=_bad(
            "open('pipeline.toml', 'w').write('"
            + _GATED.format(measure="tests.failed", wanted="<= 9").replace("\n", "\\n")
            + "'); assert 1 == 2"
        ),
    ),
    Trick(
        "the ledger is removed by a test",
        {},
        (26, 26),
        tests=_bad("os.remove('.pipeline/ledger.db'); assert 1 == 2"),
    ),
    Trick(
        "reports are written to the controller's pipe",
        {},
        (1, 26),
        tests=_bad(
            "\n    import json, pytest_pipeline.plugin.errand\n"
            "    for each in gc.get_objects():\n"
            "        if type(each).__name__ == 'ChildReporter':\n"
            "            report = pytest.TestReport('tests/unit/test_it.py::test_bad',\n"
            "                ('test_it.py', 5, 'test_bad'), {}, 'passed', None, 'call')\n"
            "            each.pytest_runtest_logreport(report)\n"
            "            report.when = 'teardown'\n"
            "            each.pytest_runtest_logreport(report)\n"
            "            each._send('test_ended', nodeid=report.nodeid, location=report.location)\n"
            "            last = report.nodeid.replace('bad', 'last')\n"
            "            for when in ('setup', 'call', 'teardown'):\n"
            "                report.nodeid, report.when = last, when\n"
            "                each.pytest_runtest_logreport(report)\n"
            "            told = {'status': 0, 'stopped': '', 'gave_up': False, 'failures': 0}\n"
            "            figures = dict(measurements={}, details={}, registered=[], problems=[])\n"
            "            each._send('finished', **told, figures=figures)\n"
            "            os._exit(0)\n"
            "    assert 1 == 2"
        ),
    ),
    Trick(
        "the witness's file is forged as well",
        {
            "conftest.py": "import glob, os, pytest\n"
            "@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
            "def pytest_runtest_makereport(item, call):\n"
            "    report = yield\n    report.outcome = 'passed'\n    return report\n"
            "@pytest.hookimpl(tryfirst=True)\n"
            "def pytest_sessionfinish():\n"
            "    for path in glob.glob('.pipeline/executions/*/stage-unit/witness-*'):\n"
            "        seen = open(path).read()\n"
            "        open(path, 'w').write(seen.replace('raised AssertionError', 'returned'))\n"
        },
        (0, 0),
    ),
    Trick(
        "the last word is altered",
        {
            "conftest.py": "def pytest_unconfigure(config):\n"
            "    config.pluginmanager.get_plugin('pipeline-final-status').code = 0\n"
        },
        (0, 0),
        evidence_left=("FAIL", "FAIL"),
    ),
    Trick(
        "the clock of pytest is patched",
        {
            "pipeline.toml": "[stages.unit]\n"
            + _GATED.format(measure="tests.duration_s", wanted="< 0.1"),
            "conftest.py": "import _pytest.runner\n"
            "from types import SimpleNamespace as Fake\n"
            "never = Fake(time=0.0)\n"
            "took = Fake(start=never, stop=never, seconds=0.0)\n"
            "_pytest.runner.timing = Fake(Instant=lambda: Fake(elapsed=lambda: took))\n",
        },
        (0, 0),
        tests="import threading\ndef test_slow(): threading.Event().wait(0.4)\n",
    ),
    Trick(
        "a measure is made up by the test that records it",
        {
            "pipeline.toml": "[stages.unit]\n"
            + _GATED.format(measure="custom.answers", wanted=">= 40")
        },
        (0, 0),
        tests="def test_it(pipeline): pipeline.record('custom.answers', 42)\n",
    ),
    Trick(
        "a measure is recorded a second time",
        {
            "pipeline.toml": "[stages.unit]\n"
            + _GATED.format(measure="custom.answers", wanted=">= 40")
        },
        (26, 26),
        "was recorded by 2 tests",
        tests="def test_it(pipeline): pipeline.record('custom.answers', 4)\n"
        "def test_again(pipeline): pipeline.record('custom.answers', 42)\n",
    ),
    Trick(
        "a folder pytest_pipeline/ shadows the package",
        {
            "pytest_pipeline/__init__.py": "",
            "pytest_pipeline/plugin.py": "def pytest_addoption(parser):\n"
            "    parser.addoption('--pipeline', action='store_true')\n"
            "    parser.addoption('--pipeline-stage')\n"
            "    parser.addoption('--pipeline-summary')\n",
        },
        (0, 0),
        evidence_left=("none", "none"),
        tests="def test_good(): pass\n",
    ),
)
