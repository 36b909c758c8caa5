"""Python for the browser, fetched from archives that are made here and a server that cuts lines."""

import hashlib
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pyodide_archive import NAME, SETTINGS, fill
from pyodide_lock import CORE, LOCK, pyodide_digests, pyodide_lock

CONTENTS = {"core.mjs": b"core" * 500, "numpy.whl": bytes(range(256)) * 400, "other.whl": b"other"}
DIGESTS = {name: hashlib.sha256(CONTENTS[name]).hexdigest() for name in ("core.mjs", "numpy.whl")}


def archive_of(contents: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:bz2", compresslevel=1) as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"pyodide/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


ARCHIVE = archive_of(CONTENTS)


class Handler(BaseHTTPRequestHandler):
    """Serves the archive; how well is for the server to say."""

    def do_GET(self) -> None:
        server = self.server
        asked = self.headers["Range"]
        server.asked.append(asked)
        start = int(asked[len("bytes=") : -1]) if asked and server.ranges else 0
        if start >= len(server.content):
            return self.send_error(416)
        self.send_response(206 if asked and server.ranges else 200)
        self.send_header("Content-Length", str(len(server.content) - start))
        self.end_headers()
        end = start + server.cut if server.cut else None
        self.wfile.write(server.content[start:end])
        return None

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.content, server.asked, server.ranges, server.cut = ARCHIVE, [], True, 0
        server.address = f"http://127.0.0.1:{server.server_port}/{NAME}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def check(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {*DIGESTS, LOCK}
    assert all((folder / name).read_bytes() == CONTENTS[name] for name in DIGESTS)
    assert json.loads((folder / LOCK).read_text()) == pyodide_lock(SETTINGS)


def test_what_is_pinned_is_all_that_the_site_needs_and_no_more():
    digests = pyodide_digests(SETTINGS, ["micropip"])
    lock = {
        entry["file_name"]: entry["sha256"] for entry in pyodide_lock(SETTINGS)["packages"].values()
    }
    assert digests.keys() - lock.keys() == set(CORE)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in digests.values())
    assert all(digests[name] == lock[name] for name in digests.keys() & lock.keys())
    names = {name.partition("-")[0] for name in digests}
    assert {"numpy", "scipy", "micropip"} <= names
    assert "pandas" not in names


def test_an_archive_on_disk_gives_a_folder_that_is_left_alone_then(tmp_path: Path):
    archive = tmp_path / "any-name"
    archive.write_bytes(ARCHIVE)
    fill(tmp_path / "folder", str(archive), DIGESTS)
    check(tmp_path / "folder")
    archive.unlink()
    fill(tmp_path / "folder", str(archive), DIGESTS)  # nothing is looked for
    check(tmp_path / "folder")


def test_only_what_is_lacking_or_damaged_is_written(tmp_path: Path, server: HTTPServer):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "core.mjs").write_bytes(b"damaged")
    (tmp_path / "numpy.whl").write_bytes(CONTENTS["numpy.whl"])
    before = (tmp_path / "numpy.whl").stat().st_mtime_ns
    fill(tmp_path, server.address, DIGESTS)
    assert (tmp_path / "numpy.whl").stat().st_mtime_ns == before
    (tmp_path / "mine.txt").unlink()  # it was left alone
    check(tmp_path)


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_shows_its_progress(
    tmp_path: Path, server: HTTPServer, ranges: bool, capsys: pytest.CaptureFixture[str]
):
    server.ranges = ranges
    fill(tmp_path, server.address, DIGESTS)
    check(tmp_path)
    assert server.asked == [None]
    assert " of 0 MB" in capsys.readouterr().out


def test_a_cut_line_is_taken_up_where_it_was_cut(tmp_path: Path, server: HTTPServer):
    server.cut = len(ARCHIVE) // 3 + 1
    fill(tmp_path, server.address, DIGESTS)
    check(tmp_path)
    assert server.asked == [None, f"bytes={server.cut}-", f"bytes={2 * server.cut}-"]


def test_a_download_that_was_interrupted_goes_on(tmp_path: Path, server: HTTPServer):
    (tmp_path / f"{NAME}.part").write_bytes(ARCHIVE[:1000])
    fill(tmp_path, server.address, DIGESTS)
    check(tmp_path)
    assert server.asked == ["bytes=1000-"]


def test_a_complete_download_that_was_not_unpacked_is_used(tmp_path: Path, server: HTTPServer):
    (tmp_path / f"{NAME}.part").write_bytes(ARCHIVE)
    fill(tmp_path, server.address, DIGESTS)
    check(tmp_path)


def test_no_answer_says_what_to_do_and_keeps_what_is_there(tmp_path: Path):
    part = tmp_path / f"{NAME}.part"
    part.write_bytes(ARCHIVE[:1000])
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/{NAME}"
    with pytest.raises(
        SystemExit, match=r"(?s)download failed: .*goes on where.*--archive pyodide-"
    ):
        fill(tmp_path, address, DIGESTS)
    assert part.read_bytes() == ARCHIVE[:1000]
    assert not (tmp_path / LOCK).exists()


OTHER = {**CONTENTS, "core.mjs": b"of another version"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive_of(OTHER), r"has another core\.mjs than that of Pyodide"),
        (archive_of({"core.mjs": CONTENTS["core.mjs"]}), r"lacks numpy\.whl\.\n.*the one with all"),
        (ARCHIVE[: len(ARCHIVE) // 2], "is damaged, or no such archive"),
        (ARCHIVE[:300] + b"?" + ARCHIVE[301:], "is damaged, or no such archive"),
        (b"<html>Sign in to this network</html>", "is damaged, or no such archive"),
        (b"", "is damaged, or no such archive"),
    ],
)
def test_what_does_not_fit_is_refused_and_not_kept(
    tmp_path: Path, server: HTTPServer, content: bytes, message: str
):
    archive = tmp_path / "archive"
    archive.write_bytes(content)
    with pytest.raises(SystemExit, match=message):
        fill(tmp_path / "folder", str(archive), DIGESTS)
    assert archive.exists()  # it is the reader's own
    shutil.rmtree(tmp_path / "folder")
    if content:
        server.content = content
        with pytest.raises(SystemExit, match=message):
            fill(tmp_path / "folder", server.address, DIGESTS)
        assert not (tmp_path / "folder" / LOCK).exists()
        assert not (tmp_path / "folder" / f"{NAME}.part").exists()
