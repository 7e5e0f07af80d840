"""The simulator as a server: on this machine only, in threads of its own."""

import ipaddress
import logging
import threading
import time

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import Application
from .snapshot import StateFile
from .validate import make_validator
from .world import World

_logger = logging.getLogger(__name__)

SAVE_EVERY = 3.0  # seconds; longer when saving itself takes long
SHARE_OF_SAVING = 20
POLL = 0.02  # seconds until the server notices that it is to stop


class _Handler(WSGIRequestHandler):
    def log(self, type, message, *args):
        _logger.debug(message, *args)


class Simulator:
    """A local Amazon; ``with Simulator() as amazon: amazon.url, amazon.world``.

    :param world: default: a new one
    :param port: 0 for any that is free
    :param state: folder in which the world is kept
    :param in_container: the container's network, not this class, keeps others out
    :param validate: look at every answer with Amazon's models where these are found
    """

    application = Application

    def __init__(
        self,
        world=None,
        port=0,
        *,
        host="127.0.0.1",
        state=None,
        validate=True,
        in_container=False,
    ):
        if not in_container and not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"{host}: the simulator serves this machine only")
        self.world = world or World()
        self._file = StateFile(state) if state else None
        self._address = host, port
        self._validate = validate
        self._application = self._server = None
        self._ended = threading.Event()
        self._threads = []

    @property
    def url(self):
        host, port = self._server.server_address[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self):
        if self._file and self._file.load(self.world):
            _logger.info("The world goes on from %s", self._file.path)
        self.world.health()  # everything that is due has happened before anybody asks
        validator = make_validator() if self._validate else None
        self._application = self.application(self.world, validator)
        self._server = make_server(
            *self._address, self._application, threaded=True, request_handler=_Handler
        )
        self._server.daemon_threads = True
        self._run(self._server.serve_forever, POLL)
        if self._file:
            self._run(self._keep_saving)
        return self

    def _run(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _keep_saving(self):
        pause = SAVE_EVERY
        while not self._ended.wait(pause):
            with self.world.present():
                changed = self.world.changed
            if changed:
                begin = time.monotonic()
                self._save()
                pause = max(SAVE_EVERY, SHARE_OF_SAVING * (time.monotonic() - begin))

    def _save(self):
        try:
            self._file.save(self.world)
        except OSError as error:
            _logger.error("The world could not be saved: %s", error)

    def stop(self):
        """Stop serving and save what there is to keep."""
        self._ended.set()
        self._application.is_closed = True  # for connections that are kept open
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()
        if self._file:
            self._save()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_error):
        self.stop()
