"""Attempts to read the key."""

from __future__ import annotations

from tests.acceptance.threats.threat import MODES, SHELL_WAITS, Threat

EVERY = tuple(MODES)
_ENVIRONMENTS = """
    for pid in ancestors():
        if KEY.search(environ_of(pid)):
            loot("the key")
"""

READING = (
    Threat(
        "`os.environ`, also of what the test starts",
        test="""
    texts = [*os.environ.values(), subprocess.check_output(["env"], text=True)]
    if any(KEY.search(each.encode("utf-8", "replace")) for each in texts):
        loot("the key")
""",
    ),
    Threat(
        "`/proc/self/environ`",
        test="""
    if KEY.search(read("/proc/self/environ")):
        loot("the key")
""",
    ),
    Threat(
        "`environ` of all processes above, where the shell that started pytest still waits",
        EVERY,
        test=_ENVIRONMENTS,
        before=SHELL_WAITS,
    ),
    Threat(
        "`environ` of all processes above, where that shell said `exec`",
        test=_ENVIRONMENTS,
    ),
    Threat(
        "the file that holds the key, found in `environ` of the waiting shell",
        EVERY,
        test="""
    for pid in ancestors():
        named = re.search(rb"PYTEST_PIPELINE_KEY_FILE=([^\\0]+)", environ_of(pid))
        if named and KEY.search(read(named[1])):
            loot("the key")
""",
        before=SHELL_WAITS,
        in_file=True,
    ),
    Threat(
        "all objects of the interpreter (`gc`)",
        test="""
    for each in gc.get_objects():
        if isinstance(each, dict):
            for value in list(each.values()):
                text = value.encode("utf-8", "replace") if isinstance(value, str) else value
                if isinstance(text, (bytes, bytearray)) and KEY.search(text):
                    loot("the key")
""",
    ),
    Threat(
        "all memory of the test process and of those above (`/proc/PID/mem`)",
        test="""
    for pid in (os.getpid(), *ancestors()):
        try:
            if "pytest" in read(f"/proc/{pid}/cmdline").decode() and keys_in_memory(pid):
                loot("the key")
        except PermissionError:
            pass
""",
    ),
    Threat(
        "environment, descriptors and memory of the signer process",
        test="""
    for pid in signers():
        for name in ("environ", "mem", "maps"):
            try:
                if read(f"/proc/{pid}/{name}"):
                    loot(name)
            except OSError:
                pass
        try:
            for each in os.listdir(f"/proc/{pid}/fd"):
                os.open(f"/proc/{pid}/fd/{each}", os.O_RDWR)
                loot("a descriptor")
        except OSError:
            pass
""",
    ),
    Threat(
        "the same with `ptrace`",
        test="""
    for pid in signers():
        if ctypes.CDLL(None, use_errno=True).ptrace(16, pid, 0, 0) == 0:
            loot("the process")
""",
    ),
    Threat(
        "memory of the signer process, as root",
        EVERY,
        test="""
    for pid in signers():
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            memory.seek(int(maps.readline().split("-")[0], 16))
            loot(memory.read(4)[1:].decode())
""",
        privileged=True,
    ),
    Threat(
        "`os.environ`, by a plugin that `-p` names",
        ("alone", "workers", "whole"),
        files={
            "early.py": "import os\n"
            "if 'PRIVATE' in os.environ.get('PYTEST_PIPELINE_KEY', ''):\n"
            "    with open(os.environ['LOOT'], 'a') as file:\n"
            "        file.write('the key')\n"
        },
        arguments=("-p", "early"),
    ),
    Threat(
        "`os.environ`, by a `conftest.py`",
        conftest="""
if KEY.search(os.environ.get("PYTEST_PIPELINE_KEY", "").encode()):
    loot("the key")
""",
    ),
)
