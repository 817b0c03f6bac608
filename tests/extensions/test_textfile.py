"""A file of numbers is what Prometheus reads, and is replaced at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.errors import UsageError
from crawler.extensions.textfile import GAUGES, Value, check_path, write


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.prom"
    label = 'a"b\\c\n标题'
    write(path, [Value("discuz_run_walls", 3, (label,)), Value("discuz_run_exit_code", 4)], {"site": "s", "job": "j"})
    read = {family.name: family for family in text_string_to_metric_families(path.read_text(encoding="utf-8"))}
    assert read["discuz_run_walls"].type == "gauge"
    assert [(sample.labels, sample.value) for sample in read["discuz_run_walls"].samples] == [
        ({"site": "s", "job": "j", "wall": label}, 3.0)
    ]
    assert read["discuz_run_exit_code"].documentation == GAUGES["discuz_run_exit_code"][0]
    assert [file.name for file in path.parent.iterdir()] == ["a.prom"], "nothing is left beside it"


def test_a_file_without_labels(tmp_path: Path) -> None:
    write(tmp_path / "a.prom", [Value("discuz_crawl_all_exit_code", 0)])
    assert "\ndiscuz_crawl_all_exit_code 0.0\n" in (tmp_path / "a.prom").read_text()


def test_one_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file" / "a.prom", [])


def test_names_are_as_prometheus_wants_them() -> None:
    for name, (words, labels) in GAUGES.items():
        assert re.fullmatch(r"discuz_(run|site|crawl_all)(_[a-z]+)+", name)
        assert not name.endswith("_total"), "numbers of one run do not only grow"
        assert ("timestamp" in name) <= name.endswith("_timestamp_seconds")
        assert words
        assert all(label.isalpha() for label in labels)


def test_the_collector_reads_only_its_own_files() -> None:
    check_path("DISCUZ_METRICS_FILE", Path("a/b.prom"))
    with pytest.raises(UsageError, match=r"DISCUZ_METRICS_FILE='a/b.txt': node_exporter reads files that end in .prom"):
        check_path("DISCUZ_METRICS_FILE", Path("a/b.txt"))
