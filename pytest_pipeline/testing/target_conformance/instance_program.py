"""The program that checked instances run: a server that tells what it was given."""

from __future__ import annotations

#: Python of the standard library alone; its argument is the port. A subject's ``argv`` runs it
#: where instances run: ``("python3", "-c", INSTANCE_PROGRAM, "{port}")``.
#:
#: It writes ``line 1`` to ``line 40`` and ``listening``, and on SIGTERM ``stopping``. ``/`` answers
#: 200, ``/environment`` the environment as JSON, ``/child`` starts a process that writes
#: ``beat`` again and again, ``/quit`` ends it. With ``CONFORMANCE_DEAF`` set it takes no notice of
#: SIGTERM, with ``CONFORMANCE_SLOW_S`` it listens only after that many seconds.
INSTANCE_PROGRAM = r"""
import http.server, json, os, signal, subprocess, sys, threading, time

BEAT = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" \
       "while True: print('beat', flush=True); time.sleep(0.02)"

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/child":
            subprocess.Popen([sys.executable, "-c", BEAT])
        if self.path == "/quit":
            print("quitting", flush=True)
            os._exit(7)
        body = json.dumps(dict(os.environ)).encode() if self.path == "/environment" else b"{}"
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

def stop(*_):
    print("stopping", flush=True)
    if not os.environ.get("CONFORMANCE_DEAF"):
        os._exit(0)

signal.signal(signal.SIGTERM, stop)
for number in range(1, 41):
    print("line", number, flush=True)
time.sleep(float(os.environ.get("CONFORMANCE_SLOW_S", "0")))
server = http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler)
print("listening", flush=True)
server.serve_forever()
"""
