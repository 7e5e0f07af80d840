"""`docker/` without a container engine: every word of its files leads somewhere, and
the entry script starts with exactly the environment that they give it."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ..e2e.servers import ROOT, Process, answers, free_port

DOCKER = ROOT / "docker"
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
# What the base images are known to have.
IMAGE_FOLDERS = ("/var/lib/odoo", "/var/lib/postgresql/data", "/run/secrets")
IMAGE_PROGRAMS = {"curl", "pg_isready", "python3"}
IMAGES = {"odoo:19.0", "postgres:16"}
CONDITIONS = {"service_healthy", "service_started", "service_completed_successfully"}


@pytest.fixture(scope="module")
def dotenv():
    lines = (DOCKER / ".env.example").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return dict(pairs)


@pytest.fixture(scope="module")
def raw():
    return (DOCKER / "compose.yml").read_text()


@pytest.fixture(scope="module")
def compose(raw, dotenv):
    """compose.yml with the variables of .env.example in their places."""

    def value(match):
        return dotenv.get(match[1]) or match[2] or ""

    return yaml.safe_load(VARIABLE.sub(value, raw))


@pytest.fixture(scope="module")
def image():
    """The Dockerfile as a list of (instruction, words)."""
    text = (DOCKER / "Dockerfile").read_text()
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [line.split(None, 1) for line in text.splitlines() if line.strip()]


def of(image, instruction):
    return [words for name, words in image if name == instruction]


def image_environment(image):
    return dict(
        pair.split("=", 1) for words in of(image, "ENV") for pair in words.split()
    )


def copies(image):
    """Each COPY as (source in the repository, path in the image)."""
    workdir = Path(of(image, "WORKDIR")[-1])
    for words in of(image, "COPY"):
        *sources, target = words.split()
        for source in sources:
            folder = (ROOT / source).is_dir()
            name = target if folder else f"{target}/{Path(source).name}"
            yield source, workdir / name


def in_repository(image, path):
    """The repository's file behind a path in the image, or None."""
    for source, target in copies(image):
        if Path(path) == target or target in Path(path).parents:
            return ROOT / source / Path(path).relative_to(target)
    return None


# -- what the files say ------------------------------------------------------------


def test_image_is_made_of_what_is_there(image):
    assert of(image, "FROM") == ["odoo:19.0"]
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text().split()
    for source, _target in copies(image):
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignored, f"{source} is kept out of the build"


def test_packages_of_the_image_are_pinned_with_all_they_need(image):
    """Run the Dockerfile's own sed, and follow what each package needs in turn."""
    from importlib.metadata import distribution

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    install = next(words for words in of(image, "RUN") if "pip3" in words)
    script = install.split("> /tmp/acorn.txt")[0]
    listed = subprocess.run(
        ["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"cryptography", "python-amazon-sp-api", "openpyxl"} <= set(listed)
    assert "odoo" not in listed
    assert "echo pyOpenSSL >>" in install
    assert "--constraint requirements.txt" in install
    of_oca = next(words for words in of(image, "RUN") if "odoo-addon-" in words)
    assert "--no-deps" in of_oca, "pip would look for Odoo in its index"
    pinned = {
        canonicalize_name(line.split("==")[0])
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    }
    todo, seen = [*listed, "pyOpenSSL"], set()
    while todo:
        name = canonicalize_name(todo.pop())
        if name in seen:
            continue
        seen.add(name)
        for text in distribution(name).requires or ():
            needed = Requirement(text)
            place = {"extra": "", "python_version": "3.12"}
            if not needed.marker or needed.marker.evaluate(place):
                todo.append(needed.name)
    assert not seen - pinned


def test_entry_point_is_the_script_of_make_up(image):
    [entry] = of(image, "ENTRYPOINT")
    script = in_repository(image, yaml.safe_load(entry)[0])
    assert script == ROOT / "bin" / "acorn"
    assert script.stat().st_mode & stat.S_IXUSR
    assert "@bin/acorn $@" in (ROOT / "Makefile").read_text()


def test_every_variable_is_explained_with_its_default(raw, dotenv):
    used = dict(VARIABLE.findall(raw))
    assert used.keys() == dotenv.keys()
    assert used == dotenv


def test_every_path_and_program_is_there(compose, image):
    for name, service in compose["services"].items():
        assert service["image"] in {*IMAGES, "acorn:19.0"}, name
        if "build" in service:
            context = (DOCKER / service["build"]["context"]).resolve()
            assert context == ROOT
            assert (context / service["build"]["dockerfile"]).is_file()
        for words in (service.get("entrypoint", []), service.get("command", [])):
            for word in words:
                if word.startswith("/opt/"):
                    assert in_repository(image, word).exists(), word
        kind, program = service["healthcheck"]["test"][:2]
        assert (kind, program in IMAGE_PROGRAMS) == ("CMD", True)


def test_every_volume_and_secret_is_declared_and_mounted_where_it_is_read(
    compose, image
):
    made = " ".join(of(image, "RUN"))
    for service in compose["services"].values():
        for volume in service.get("volumes", ()):
            source, target = volume.split(":")
            assert source.startswith("./") or source in compose["volumes"]
            assert target in IMAGE_FOLDERS or f"{target} " in f"{made} "
        for secret in service.get("secrets", ()):
            assert secret in compose["secrets"]
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    ignored = subprocess.run(
        ["git", "check-ignore", "docker/.env", "docker/secrets/x", "docker/backups/x"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(ignored.stdout.split()) == 3


def test_ports_are_open_to_this_machine_only(compose):
    ports = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }
    assert ports == {"web": ["127.0.0.1:8069:8069", "127.0.0.1:8072:8072"]}
    conf = (ROOT / "odoo.conf").read_text()
    assert "http_port = 8069" in conf
    assert "gevent_port = 8072" in conf


def test_nodes_wait_for_what_they_need(compose):
    services = compose["services"]
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            assert "healthcheck" in services[other]
    assert set(services["cron"]["depends_on"]) == {"db", "web"}
    assert services["web"]["environment"]["ODOO_MAX_CRON_THREADS"] == "0"
    assert int(services["cron"]["environment"]["ODOO_MAX_CRON_THREADS"]) >= 2
    assert services["amazon"]["profiles"] == ["demo"]
    assert "start_period" in services["web"]["healthcheck"]


def test_every_option_in_the_environment_is_one_of_odoo(compose, image):
    from odoo.tools import config

    known = {option.env_name for option in config.options_index.values()}
    given = {*image_environment(image), *compose["services"]["web"]["environment"]}
    given |= set(compose["services"]["cron"]["environment"])
    assert not {name for name in given if name.startswith("ODOO_")} - known


# -- it starts ---------------------------------------------------------------------


class Container:
    """A folder that stands for a container's file system, and what runs in it.

    The image's environment and the service's are taken as they are, with three things
    replaced: the paths' root, the address and user of PostgreSQL, and the ports.
    """

    def __init__(self, root, image, service, database):
        self.root = root
        self.service = service
        self.port = free_port()
        env = image_environment(image) | service["environment"]
        if not root.exists():
            self.unpack(image)
        self.env = {
            **{name: self.placed(str(value)) for name, value in env.items()},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(root),
            "PGHOST": os.environ["PGHOST"],
            "PGPORT": os.environ.get("PGPORT", "5432"),
            "PGUSER": os.environ["PGUSER"],
            "PGDATABASE": database,
            "ODOO_HTTP_PORT": str(self.port),
            "ODOO_GEVENT_PORT": str(free_port()),
        }
        self.process = None

    def unpack(self, image):
        for source, target in copies(image):
            place = self.root / str(target).lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                ignore = shutil.ignore_patterns("__pycache__", "tests")
                shutil.copytree(ROOT / source, place, ignore=ignore)
            else:
                shutil.copy(ROOT / source, place)
        for folder in IMAGE_FOLDERS:
            (self.root / folder.lstrip("/")).mkdir(parents=True)
        secrets = self.root / "run/secrets"
        (secrets / "db_password").write_text(os.environ.get("PGPASSWORD", "any") + "\n")
        (secrets / "acorn_secret_key").write_text(os.environ["ACORN_SECRET_KEY"] + "\n")

    def placed(self, value):
        is_path = value.startswith(("/opt/", "/var/lib/", "/run/"))
        return f"{self.root}{value}" if is_path else value

    def run(self, command):
        entry = self.root / "opt/acorn/bin/acorn"
        return Process([entry, *command], self.env, self.log)

    @property
    def log(self):
        return self.root / f"{self.port}.log"

    def start(self, command):
        self.process = self.run(command)

    def health(self):
        [url] = [w for w in self.service["healthcheck"]["test"] if w.startswith("http")]
        return url.replace("8069", str(self.port))

    def stop(self):
        if self.process:
            self.process.stop()


@pytest.fixture
def database():
    name = f"acorn_docker_{os.getpid()}"
    template = os.environ["ACORN_TEST_TEMPLATE"]
    subprocess.run(["createdb", "-T", template, name], check=True)
    yield name
    subprocess.run(["dropdb", "--if-exists", "--force", name], check=True)


def test_web_and_cron_start_with_their_environment(tmp_path, compose, image, database):
    [command] = map(yaml.safe_load, of(image, "CMD"))
    services = compose["services"]
    root = tmp_path / "container"
    web = Container(root, image, services["web"], database)
    cron = Container(root, image, services["cron"], database)
    try:
        cron.start(command)  # before the database is prepared: it has to wait
        web.start(command)
        web.process.wait_until_it_answers(web.health(), 150)
        cron.process.wait_until_it_answers(cron.health(), 60)
        assert answers(f"http://127.0.0.1:{web.port}/web/login")
        prepared = f"Database {database} is brought up to date"
        assert prepared in web.log.read_text()
        assert prepared not in cron.log.read_text()
        for node, environment in ((web, "web"), (cron, "cron")):
            assert node.process.popen.poll() is None, environment
        assert (root / "var/lib/odoo/sessions").is_dir()
        interface = services["cron"]["environment"]["ODOO_HTTP_INTERFACE"]
        assert interface == "127.0.0.1"
        web.stop()
        cron.stop()
        assert web.process.popen.returncode == cron.process.popen.returncode == 0
    finally:
        web.stop()
        cron.stop()


def test_no_node_starts_without_the_common_key(tmp_path, compose, image):
    node = Container(tmp_path / "c", image, compose["services"]["web"], "nowhere")
    (node.root / "run/secrets/acorn_secret_key").unlink()
    process = node.run(["serve"])
    assert process.popen.wait(30) == 1
    assert "There is no key to encrypt with" in node.log.read_text()


def test_local_amazon_starts_with_its_command(tmp_path, compose, image):
    service = {**compose["services"]["amazon"], "environment": {}}
    node = Container(tmp_path / "c", image, service, "none")
    port = str(free_port())
    words = [
        node.placed(word) if word.startswith("/") else word.replace("8070", port)
        for word in (*service["entrypoint"], *service["command"])
    ]
    process = Process(words, node.env, node.log)
    try:
        process.wait_until_it_answers(f"http://127.0.0.1:{port}/_sim/health", 30)
    finally:
        process.stop()
