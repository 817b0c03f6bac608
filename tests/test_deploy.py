"""The files in ``deploy`` name what there is, are hardened, and their commands do what they are for."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers import Server, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import RunningPortal
    from tests.killing import Crawls, Ended

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
SERVICES = ("crawler@.service", "crawler-all.service")
INSTALLED = "/opt/crawler"
DATA = "/var/lib/crawler"


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def installed(tmp_path: Path, small_portal: RunningPortal) -> Callable[[str], str]:
    """Put what there is here in place of what a machine has on which all is installed as the files say."""
    (tmp_path / "data" / "sites").mkdir(parents=True)
    profile = f'url = "{small_portal.url}"\ndelay = 0\nconcurrency = 8\n'
    (tmp_path / "data" / "sites" / "example.toml").write_text(profile, encoding="utf-8")

    def here(text: str) -> str:
        return text.replace(f"{INSTALLED}/.venv/bin", str(Path(sys.executable).parent)).replace(
            DATA, str(tmp_path / "data")
        )

    return here


def carry_out(killing: Crawls, words: list[str]) -> Ended:
    """Carry out the words after ``scrapy``, with what lets the portal be read."""
    more = ["DISCUZ_ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8", "AUTOTHROTTLE_ENABLED=0"]
    return killing.scrapy([*words, *(word for setting in more for word in ("-s", setting))])


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_starts_reads_the_site(
    killing: Crawls, installed: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    (command,) = unit(name)["ExecStart"]
    environment = dict(
        line.split("=", 1) for line in (UNITS / "crawler.env").read_text().splitlines() if line and line[0] != "#"
    )
    command = command.replace("%i", "example").replace("${DISCUZ_CONTACT}", environment["DISCUZ_CONTACT"])
    program, *words = shlex.split(installed(command.replace("$CRAWLER_OPTIONS", environment["CRAWLER_OPTIONS"])))
    assert Path(program).name == "scrapy"
    assert not any("$" in word or "%" in word for word in words)
    end = carry_out(killing, [*words, "-a", "limit=3", *(["--json"] if words[0] == "crawl-all" else [])])
    assert end.code == 0, end.stderr
    assert list((tmp_path / "data" / "example" / "articles").glob("*.jsonl"))
    if words[0] == "crawl-all":
        assert [one["state"] for one in json.loads(end.stdout)["sites"]] == ["ended"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened_and_ends_in_order(name: str) -> None:
    settings = unit(name)
    for key, value in {
        "User": "crawler",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "StateDirectory": Path(DATA).name,
        "CapabilityBoundingSet": "",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
        "KillMode": "mixed",
        "SuccessExitStatus": "8",
        "OnFailure": "crawler-failed@%n.service",
        "Type": "oneshot",
    }.items():
        assert settings[key] == [value]
    assert settings["SystemCallFilter"][0] == "@system-service"
    assert settings["MemoryMax"]
    assert int(settings["TimeoutStopSec"][0]) > 12, "what a crawl, and then crawl-all, needs to end"
    assert (UNITS / settings["OnFailure"][0].replace("%n", "")).exists()
    assert settings["EnvironmentFile"] == ["/etc/crawler/crawler.env"]


def test_timers_have_their_services() -> None:
    for name in ("crawler@.timer", "crawler-all.timer"):
        settings = unit(name)
        assert settings["WantedBy"] == ["timers.target"]
        assert settings["Persistent"] == ["yes"]
        assert (UNITS / name.replace(".timer", ".service")).exists()
    assert unit("crawler@.timer")["FixedRandomDelay"] == ["yes"], "sites keep their minutes"


def test_systemd_understands_its_units(tmp_path: Path) -> None:
    """Where it is at hand; what it says of the program is that it is not installed here."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    files = [path for path in UNITS.iterdir() if path.suffix in {".service", ".timer"}]
    done = subprocess.run([analyze, "verify", *files], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if UNITS.name in line or "crawler" in line]
    assert [line for line in told if "is not executable" not in line] == []


def cron_lines() -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The variables of the crontab, and its lines, those that are comments too: fields, user, command."""
    variables, lines = {}, []
    for line in (DEPLOY / "cron" / "crawler").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            variables[found[1]] = found[2]
        elif found := re.fullmatch(r"(?:# )?((?:[\d*/]+ ){4}[\d*/]+)  (\w+)  (.*)", line):
            lines.append((found[1], found[2], found[3]))
    return variables, lines


def test_the_line_of_cron_reads_what_is_due_and_then_is_silent(installed: Callable[[str], str], tmp_path: Path) -> None:
    """As cron does it: ``sh -c`` with its variables and nothing else."""
    variables, lines = cron_lines()
    fields, user, command = lines[0]
    assert (fields, user, len(lines)) == ("*/10 * * * *", "crawler", 3)
    assert not any("%" in one for _, _, one in lines), "which ends a line of cron's"
    for _, _, one in lines:
        assert subprocess.run([variables["SHELL"], "-n", "-c", one], check=False).returncode == 0
    command = installed(command).replace(INSTALLED, str(ROOT))
    command += " -a limit=3 -s DISCUZ_ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8 -s AUTOTHROTTLE_ENABLED=0"
    environment = {name: installed(value) for name, value in variables.items()} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [environment["SHELL"], "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "nothing to mail"
    assert list((tmp_path / "data" / "example" / "articles").glob("*.jsonl"))


@pytest.fixture
def commands(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which ``mail`` writes down what it is given."""
    folder, letter = tmp_path / "bin", tmp_path / "letter"
    folder.mkdir()
    (folder / "mail").write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} > {letter}\n')
    (folder / "mail").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}, letter


def notify(environment: dict[str, str], text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / "notify", 'crawler@a "b" has failed'],
        input=text,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_person_is_told_by_mail_and_webhook(commands: tuple[dict[str, str], Path]) -> None:
    environment, letter = commands
    text = 'site="demo" cannot be read\n标题 \\ \x1b[2J\n'
    with Server({"/hook": answer(200, b"ok")}) as server:
        hook = f"http://127.0.0.1:{server.port}/hook"
        done = notify(environment | {"MAIL_TO": "root", "WEBHOOK_URL": hook}, text)
        assert (done.returncode, done.stderr) == (0, "")
        (asked,) = server.log
    assert letter.read_text() == f'-s crawler@a "b" has failed root\n{text}'
    assert asked.head.startswith("POST /hook ")
    assert "Content-Type: application/json" in asked.head


def test_a_unit_that_fails_is_told_of(commands: tuple[dict[str, str], Path], tmp_path: Path) -> None:
    """The command of ``crawler-failed@.service``, as systemd would put it together."""
    environment, letter = commands
    journal = tmp_path / "bin" / "journalctl"
    journal.write_text('#!/bin/sh\necho "log of: $*"\n')
    journal.chmod(0o755)
    (command,) = unit("crawler-failed@.service")["ExecStart"]
    words = shlex.split(command.replace("$$", "$").replace("%H", "host").replace("%i", "crawler@a.service"))
    words = [word.replace(f"{INSTALLED}/deploy", str(DEPLOY)) for word in words]
    done = subprocess.run(words, env=environment | {"MAIL_TO": "root"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert letter.read_text().splitlines() == [
        "-s crawler@a.service has failed on host root",
        "log of: --unit crawler@a.service --lines 30 --output cat --no-pager",
    ]


def test_what_a_webhook_gets_is_json(commands: tuple[dict[str, str], Path], tmp_path: Path) -> None:
    environment, _ = commands
    body = tmp_path / "body"
    (tmp_path / "bin" / "curl").write_text(f"#!/bin/sh\ncat > {body}\n")
    (tmp_path / "bin" / "curl").chmod(0o755)
    done = notify(environment | {"WEBHOOK_URL": "http://x.example/"}, 'a "b"\n标题\n')
    assert done.returncode == 0, done.stderr
    assert json.loads(body.read_bytes()) == {"text": 'crawler@a "b" has failed\na "b"\n标题\n'}


def test_nobody_to_tell_and_a_webhook_that_is_down_are_failures(commands: tuple[dict[str, str], Path]) -> None:
    environment, _ = commands
    done = notify(environment, "x")
    assert (done.returncode, "neither MAIL_TO nor WEBHOOK_URL is set" in done.stderr) == (2, True)
    assert notify(environment | {"WEBHOOK_URL": "http://127.0.0.1:1/"}, "x").returncode == 1


def test_the_image_is_made_of_what_there_is_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if line and line[0] != "#"]
    for step, rest in steps:
        if step == "COPY":
            *sources, _ = rest.split()
            assert all((ROOT / source).exists() for source in sources), rest
    runs = " ".join(rest for step, rest in steps if step == "RUN")
    assert "--require-hashes -r requirements.lock" in runs
    assert runs.count("pip install") == 2
    assert "--no-deps --no-build-isolation -e ." in runs
    users = [rest for step, rest in steps if step == "USER"]
    assert users == ["10001:10001"]
    places = {step: number for number, (step, _) in enumerate(steps)}
    assert places["RUN"] < places["USER"] < places["ENTRYPOINT"]
    assert [rest for step, rest in steps if step == "FROM"] == ["python:3.11-slim"]
    assert dict(steps)["ENTRYPOINT"] == '["scrapy"]'
    assert dict(steps)["VOLUME"] == f"{dict(steps)['WORKDIR']}/data", "where DISCUZ_DATA_DIR is by itself"


def test_what_the_image_does_by_itself_needs_no_checkout(killing: Crawls, tmp_path: Path) -> None:
    """Its folder holds nothing but ``data``: the settings are found by the environment."""
    text = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
    (module,) = re.findall(r"SCRAPY_SETTINGS_MODULE=(\S+)", text)
    words = json.loads(re.findall(r"^CMD (.*)$", text, re.MULTILINE)[0])
    environment = {"SCRAPY_SETTINGS_MODULE": module, "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "no site has a profile yet" in done.stderr) == (0, True), done.stderr


def test_scrapyd_listens_to_this_machine_only_and_takes_nobodys_code() -> None:
    read = configparser.ConfigParser()
    read.read(DEPLOY / "scrapyd" / "scrapyd.conf", encoding="utf-8")
    assert read["scrapyd"]["bind_address"] == "127.0.0.1"
    assert read["scrapyd"]["debug"] == "off"
    assert [read["scrapyd"][name] for name in ("items_dir", "jobs_dir")] == ["", ""], "neither feeds nor JOBDIR"
    assert dict(read["services"]) == dict.fromkeys(("addversion.json", "delversion.json", "delproject.json"), "")
    project = configparser.ConfigParser()
    project.read(DEPLOY / "scrapyd" / "scrapy.cfg", encoding="utf-8")
    assert dict(project["settings"]) == {"crawler": "crawler.settings"}


def test_what_scrapyd_starts_reads_the_site(killing: Crawls, small_portal: RunningPortal, tmp_path: Path) -> None:
    """With what it adds to each start (scrapyd 1.6): its name of the job, and a file for the log."""
    log = tmp_path / "job.log"
    given = ["-a", "_job=81ab2e9aec7011f1837f02fc00000001", "-a", f"site={small_portal.url}", "-a", "aid=1-3"]
    settings = [f"LOG_FILE={log}", f"DISCUZ_DATA_DIR={tmp_path}", "DISCUZ_CONTACT=a@example.com", "DOWNLOAD_DELAY=0"]
    end = carry_out(killing, ["crawl", "article", *given, *(word for one in settings for word in ("-s", one))])
    assert end.code == 0, end.stderr
    assert list(tmp_path.glob("*/articles/*.jsonl"))
    assert "Spider closed (finished)" in log.read_text()
    assert end.stderr.count("\n") == 1, "the last line is for scrapyd's own log"


def test_no_file_names_a_place_of_this_machine() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert str(ROOT) not in text
            assert "index-url" not in text
