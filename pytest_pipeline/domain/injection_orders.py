"""How a run of the gate self-test is told what to make go wrong, and where it leaves evidence."""

#: Environment variable with the path of the order's file.
VARIABLE = "PYTEST_PIPELINE_INJECTION"
#: Module of the plugin that carries it out.
PLUGIN = "pytest_pipeline.plugin.injecting"
#: Folder below the state folder for evidence of sessions that load the plugin: no gate looks there.
SELFTEST_FOLDER = "selftest"
