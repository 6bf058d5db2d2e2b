"""Files and names that are not trusted, and writing so that an old file survives every failure."""

import errno
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clocks import within

from markscheme import files
from markscheme.codes.files import CODES
from markscheme.diagnostics import Diagnostic, Source
from markscheme.document import read
from markscheme.files import beside, open_source, table_beside, write_atomically

TEXT = 'markscheme: 1\ntitle: "Ŵ ŷ"\n'
WITHOUT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


def refused(path: Path) -> Diagnostic:
    found = open_source(path)
    assert isinstance(found, Diagnostic)
    assert found.hint
    return found


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_file_is_its_text_and_the_name_people_know_it_by(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert open_source(path) == Source(str(path), TEXT)
    assert open_source(path, "rules/1.yaml") == Source("rules/1.yaml", TEXT)


def test_b033_a_byte_order_mark_makes_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    source = open_source(path)
    assert isinstance(source, Source)
    assert source.text == TEXT  # so the digest of the content is the same too
    node, found = read(source)
    assert found == ()
    assert node is not None
    assert (node.span.line, node.span.column) == (1, 1)


@pytest.mark.parametrize("size", [files.MAX_BYTES + 1, 50_000_000])
def test_b031_a_file_too_large_is_not_read(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "1.yaml"
    with path.open("wb") as file:
        file.truncate(size)
    monkeypatch.setattr(files, "_decoded", lambda *_: pytest.fail("it was read"))
    with within(0.5):
        found = refused(path)
    assert found.code == "MS605"
    assert f"{size:,} bytes" in found.message


def test_b035_a_byte_that_is_not_utf8_is_shown_in_its_line(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_bytes("markscheme: 1\ntitle: Ŵ caf".encode() + b"\xe9 ratings\n")
    found = refused(path)
    assert found.code == "MS606"
    assert found.message == "byte 0xE9 on line 2 is not UTF-8"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (2, 13)
    assert found.span.source.line(2) == "title: Ŵ caf� ratings"
    assert "UTF-8" in (found.hint or "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "1.yaml"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    path.write_bytes(mark + TEXT.encode(encoding))
    assert refused(path).code == "MS607"


def test_utf16_without_a_mark_is_refused_by_its_nuls(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_bytes("markscheme: 1\n".encode("utf-16-le"))
    source = open_source(path)
    assert isinstance(source, Source)
    node, found = read(source)
    assert node is None
    assert found[0].code == "MS101"
    assert "UTF-8" in (found[0].hint or "")


def test_b095_a_folder_is_no_file(tmp_path: Path) -> None:
    found = refused(tmp_path)
    assert (found.code, "a folder" in found.message) == ("MS604", True)


def test_b095_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    began = time.perf_counter()
    found = refused(path)
    assert time.perf_counter() - began < 10  # by the clock, which waits; slow machines have time enough
    assert (found.code, "a pipe" in found.message) == ("MS604", True)


def test_b095_a_pipe_put_in_place_of_a_file_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, pipe = tmp_path / "1.yaml", tmp_path / "pipe"
    file.write_text(TEXT, encoding="utf-8")
    before = file.stat()
    os.mkfifo(pipe)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: before)  # what was there when it was looked at
    assert refused(pipe).code == "MS604"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_b095_a_device_is_not_opened(device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"there is no {device}")
    found = refused(Path(device))
    assert (found.code, "a device" in found.message) == ("MS604", True)


def test_b095_a_socket_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as each:
        each.bind("s")
        assert refused(Path("s")).code == "MS604"


@pytest.mark.parametrize("name", ["none.yaml", "none/1.yaml", "1.yaml/2.yaml"])
def test_a_missing_file_has_a_code_of_its_own(tmp_path: Path, name: str) -> None:
    (tmp_path / "1.yaml").write_text(TEXT, encoding="utf-8")
    found = refused(tmp_path / name)
    assert found.code == "MS601"
    assert found.code in files.CANNOT_READ


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "a\ud800b"])
def test_a_name_no_file_can_have(tmp_path: Path, name: str) -> None:
    found = refused(tmp_path / name)
    assert found.code == "MS603"
    assert found.code in files.CANNOT_READ
    assert "\0" not in found.message


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert refused(tmp_path / "a").code == "MS603"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(TEXT, encoding="utf-8")

    def denied(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)  # also where the tests run as root
    found = refused(path)
    assert found.code == "MS602"
    assert found.code in files.CANNOT_READ


def test_nothing_outside_a_root_is_opened(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (root / "link").symlink_to("../secret")
    (root / "own").write_text("own", encoding="utf-8")
    assert isinstance(open_source(root / "own", root=root), Source)
    for path in (root / "link", root / ".." / "secret"):
        found = open_source(path, root=root)
        assert isinstance(found, Diagnostic)
        assert found.code == "MS608"


# --- beside a rule file -----------------------------------------------------------------------------------------------


@pytest.fixture
def methodology(tmp_path: Path) -> Path:
    """A rule file in a folder with a table, a table below it, and things outside that it must not reach."""
    folder = tmp_path / "rules" / "example"
    (folder / "tables").mkdir(parents=True)
    (folder / "1.yaml").write_text(TEXT, encoding="utf-8")
    (folder / "table.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "50%.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "tables" / "deep.csv").write_text("c,d\n", encoding="utf-8")
    (folder / "..double.csv").write_text("e,f\n", encoding="utf-8")
    (tmp_path / "secret.csv").write_text("secret\n", encoding="utf-8")
    (tmp_path / "rules" / "example-2").mkdir()
    (tmp_path / "rules" / "example-2" / "secret.csv").write_text("secret\n", encoding="utf-8")
    (folder / "out.csv").symlink_to("../../secret.csv")
    (folder / "out").symlink_to("../example-2")
    (folder / "through").symlink_to("out")
    (folder / "within.csv").symlink_to("tables/deep.csv")
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    return folder / "1.yaml"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("table.csv", "a,b\n"),
        ("./table.csv", "a,b\n"),
        ("50%.csv", "a,b\n"),
        ("tables/deep.csv", "c,d\n"),
        ("..double.csv", "e,f\n"),
        ("within.csv", "c,d\n"),
    ],
)
def test_a_table_in_the_folder_is_found(methodology: Path, name: str, text: str) -> None:
    assert table_beside(methodology, name) == Source(str(methodology.parent / name), text)


def test_a_table_is_found_from_a_relative_path(methodology: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(methodology.parent)
    assert table_beside(Path("1.yaml"), "table.csv") == Source("table.csv", "a,b\n")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("../secret.csv", "MS608", id="B090"),
        pytest.param("a/../../b.csv", "MS608", id="B090-in-the-middle"),
        pytest.param("../../secret.csv", "MS608", id="B090-two"),
        pytest.param("..", "MS608", id="B090-folder"),
        pytest.param("tables/..", "MS608", id="B090-and-back"),
        pytest.param(".", "MS608", id="the-folder-itself"),
        pytest.param("/etc/passwd", "MS608", id="absolute"),
        pytest.param("../example-2/secret.csv", "MS608", id="B090-a-like-name"),
        pytest.param("out.csv", "MS608", id="B092"),
        pytest.param("out/secret.csv", "MS608", id="B092-folder"),
        pytest.param("through/secret.csv", "MS608", id="B092-two-links"),
        pytest.param("zero.csv", "MS608", id="B092-device"),
        pytest.param("http://example.org/a.csv", "MS609", id="B093-http"),
        pytest.param("HTTPS://example.org/a.csv", "MS609", id="B093-https"),
        pytest.param("file:///etc/passwd", "MS609", id="B093-file"),
        pytest.param("file:table.csv", "MS609", id="B093-file-short"),
        pytest.param("//host/share/a.csv", "MS609", id="B093-share"),
        pytest.param("C:\\x", "MS609", id="B093-drive"),
        pytest.param("C:x", "MS609", id="B093-drive-only"),
        pytest.param("..\\x", "MS609", id="B093-backslash"),
        pytest.param("\\\\host\\share", "MS609", id="B093-backslash-share"),
        pytest.param("a\0.csv", "MS609", id="B093-NUL"),
        pytest.param("%2e%2e/secret.csv", "MS609", id="B093-encoded"),
        pytest.param("%2E%2E%2Fsecret.csv", "MS609", id="B093-encoded-slash"),
        pytest.param("a\n.csv", "MS609", id="control-character"),
        pytest.param("~/a.csv", "MS609", id="home"),
        pytest.param("", "MS609", id="empty"),
        pytest.param(" table.csv", "MS609", id="space-before"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(methodology: Path, name: str, code: str) -> None:
    found = beside(methodology, name)
    assert isinstance(found, Diagnostic)
    assert (found.code, found.span) == (code, None)  # the caller knows where the name is written
    assert found.hint
    assert "\0" not in found.message
    assert table_beside(methodology, name) == found


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("loop.csv", {"MS603", "MS608", "MS609"}),
        ("none.csv", {"MS601"}),
        ("tables", {"MS604"}),
        ("x" * 5000, {"MS603"}),
    ],
)
def test_a_table_that_cannot_be_had(methodology: Path, name: str, codes: set[str]) -> None:
    found = table_beside(methodology, name)
    assert isinstance(found, Diagnostic)
    assert found.code in codes


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with write_atomically(path) as file:
        file.write("ŵ\r\n")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == "ŵ\r\n".encode()
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    usual, old = tmp_path / "usual", tmp_path / "old"
    usual.write_text("", encoding="utf-8")
    old.write_text("", encoding="utf-8")
    old.chmod(0o640)
    new = tmp_path / "new"
    for path in (new, old):
        with write_atomically(path) as file:
            file.write("x")
    assert stat.S_IMODE(new.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ValueError()]
)
def test_b170_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, failure: BaseException) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def write() -> None:
        with write_atomically(path) as file:
            file.write("half")
            file.flush()
            raise failure

    with pytest.raises(type(failure)):
        write()
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_b170_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """In a process of its own that may write files of 4 KB at most: the disk is full for it."""
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")
    program = """
import resource, signal, sys
from pathlib import Path
from markscheme.files import write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with write_atomically(Path(sys.argv[1])) as file:
        for _ in range(100_000):
            file.write("x" * 100)
except OSError as error:
    print(error.strerror)
"""
    ended = subprocess.run(
        [sys.executable, "-B", "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "File too large\n")
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_b170_a_failure_as_the_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"), write_atomically(path) as file:
        file.write("half")
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, write_atomically(tmp_path / "nope" / "x.csv"):
        pass
    assert caught.value.filename == str(tmp_path / "nope")


@WITHOUT_ROOT
def test_b170_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(PermissionError), write_atomically(path) as file:
        file.write("new")
    assert path.read_text(encoding="utf-8") == "old"


@WITHOUT_ROOT
def test_b170_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(PermissionError), write_atomically(path) as file:
            file.write("new")
    finally:
        tmp_path.chmod(0o755)
    assert path.read_text(encoding="utf-8") == "old"


def test_b170_permission_is_asked_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def denied(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)  # also where the tests run as root
    with pytest.raises(PermissionError), write_atomically(path):
        pytest.fail("the block must not run")
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("name", ["none/out.csv", "."])
def test_a_place_where_no_file_can_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError), write_atomically(tmp_path / name):
        pytest.fail("the block must not run")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old", encoding="utf-8")
    link.symlink_to("real.csv")
    with write_atomically(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_and_stays_one() -> None:
    with write_atomically(Path("/dev/null")) as file:
        file.write("x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_every_code_has_a_test_here() -> None:
    """They are about a file system, so their examples cannot be run from text."""
    here = Path(__file__).read_text(encoding="utf-8")
    assert [code.code for code in CODES if f'"{code.code}"' not in here] == []
