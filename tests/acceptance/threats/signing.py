"""Attempts to have something signed."""

from __future__ import annotations

from tests.acceptance.threats.threat import Threat

SIGNING = (
    Threat(
        "a test asks the signer process for a forged PASS",
        ("alone",),
        {"alone": 26},
        test="""
    try:
        asked = signer()
    except StopIteration:
        return
    loot(asked.sign(forged()).signatures[0].keyid)
""",
    ),
    Threat(
        "a forked copy of the test process asks",
        ("alone",),
        {"alone": 26},
        test="""
    pid = os.fork()
    if not pid:
        try:
            loot(signer().sign(forged()).signatures[0].keyid)
        finally:
            os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)
""",
    ),
    Threat(
        "a program that a test starts asks over inherited descriptors",
        test="""
    program = "import os, sys\\nfor each in map(int, sys.argv[1:]):\\n    os.write(each, b'x')"
    fds = [int(each) for each in os.listdir("/proc/self/fd") if int(each) > 2]
    try:
        one = signer()._process
        fds = [one.stdin.fileno(), one.stdout.fileno()]
    except StopIteration:
        fds = []
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, fds)], close_fds=False, capture_output=True
    )
    if fds and done.returncode == 0:
        loot("a descriptor")
""",
    ),
    Threat(
        "a test has evidence of another stage signed",
        test="""
    try:
        loot(signer().sign(forged("production")).signatures[0].keyid)
    except Exception:
        pass
""",
    ),
    Threat(
        "a test has evidence of another revision signed",
        test="""
    os.environ["TREE"] = "sha256:" + "0" * 64
    try:
        loot(signer().sign(forged()).signatures[0].keyid)
    except Exception:
        pass
    finally:
        del os.environ["TREE"]
""",
    ),
    Threat(
        "a `conftest.py` asks before anybody else does",
        code={"alone": 26, "workers": 26, "whole": 26},
        conftest="""
from pytest_pipeline.domain.signing import SigningScope
try:
    signer().restrict(SigningScope("tiny", "sha256:0", ("unit",)))
except StopIteration:
    pass
""",
    ),
    Threat(
        "a `conftest.py` asks at the end, before the stage is judged",
        ("alone", "workers"),
        {"alone": 26, "workers": 26},
        conftest="""
@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        try:
            asked = signer()
        except StopIteration:
            return
        try:
            loot(asked.sign(forged()).signatures[0].keyid)
        except Exception:
            pass
""",
    ),
    Threat(
        "a test replaces what sends to the signer process",
        code={"alone": 26, "workers": 26, "whole": 26},
        test="""
    from pytest_pipeline.adapters.dsse import signer_process
    signer_process.SignerProcess.sign = lambda self, envelope: forged()
""",
    ),
    Threat(
        "a test replaces `os.write`, so that something else is signed",
        ("alone",),
        {"alone": 26},
        test="""
    try:
        pipe = signer()._process.stdin.fileno()
    except StopIteration:
        return
    import base64, json, struct
    write, parts = os.write, []
    def swapped(descriptor, data):
        if descriptor != pipe:
            return write(descriptor, data)
        parts.append(bytes(data))
        if len(parts) == 2:
            request = json.loads(parts[1])
            request["payload"] = base64.b64encode(forged().payload).decode()
            text = json.dumps(request).encode()
            write(descriptor, struct.pack(">I", len(text)) + text)
            loot("a signature")
        return len(data)
    os.write = swapped
""",
    ),
    Threat(
        "a test kills the signer process",
        code={"alone": 26, "workers": 26, "whole": 26},
        test="""
    for pid in signers():
        if signer_of_this_run(pid):
            os.kill(pid, 9)
""",
    ),
    Threat(
        "a test puts a key of its own into the environment",
        test="""
    from pytest_pipeline.adapters.dsse import new_private_key
    os.environ["PYTEST_PIPELINE_KEY"] = new_private_key()[0]
""",
    ),
    Threat(
        "a test has the configuration trust a key of its own",
        code={"alone": 26, "workers": 26, "whole": 26},
        test="""
    from pathlib import Path
    from pytest_pipeline.adapters.dsse import new_private_key
    with Path("pipeline.toml").open("a") as file:
        file.write(f'[evidence.signers.mine]\\nkey = "{new_private_key()[1]}"\\n')
""",
    ),
)
