"""What alerts reach in tests: a mail server and a chat system, both on this machine."""

import email
import email.policy
import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class _Smtp(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 to take an e-mail from anybody to anybody."""

    def handle(self):
        self.say("220 catcher")
        recipients = []
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
            if verb == "DATA":
                self.say("354 go on")
                self.take(recipients)
                recipients = []
            self.say("221 bye" if verb == "QUIT" else "250 ok")

    def take(self, recipients):
        lines = iter(self.rfile.readline, b".\r\n")
        data = b"".join(line.removeprefix(b".") for line in lines)
        message = email.message_from_bytes(data, policy=email.policy.default)
        self.server.mails.append((recipients, message))

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class _Catcher:
    """A server in a thread, for the length of a ``with`` block."""

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.thread.join()
        self.server_close()

    @property
    def port(self):
        return self.server_address[1]


class MailCatcher(_Catcher, socketserver.ThreadingTCPServer):
    """``mails``: what came, as (recipients, ``EmailMessage``)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails = []

    @staticmethod
    def text_of(message):
        return message.get_body(("html",)).get_content()


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(
            {
                "path": self.path,
                "query": dict(parse_qsl(urlsplit(self.path).query)),
                "headers": dict(self.headers),
                "raw": body,
                "json": json.loads(body),
            }
        )
        status, said = self.server.answers.pop(0) if self.server.answers else (200, {})
        answer = json.dumps({**self.server.default, **said}).encode()
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", f"{self.server.url}elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


class HookCatcher(_Catcher, ThreadingHTTPServer):
    """A group's robot. ``calls``: what it was told; ``answers``: what it says next.

    Like the real ones it answers 200 with ``default`` and what differs from it.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Hook)
        self.calls, self.answers = [], []
        self.default = {"errcode": 0, "errmsg": "ok"}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"
