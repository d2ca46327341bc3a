"""A package is held to its manifest, its signature, its log and its anchor; whatever was touched is named."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from approvals.examination.checking import check
from approvals.examination.export import Package
from approvals.examination.manifest import Manifest, hashes_of, signed_manifest
from approvals.signing import public_key, signing_key
from campaign.errors import BadInput, Unreadable


@pytest.fixture
def folder(package: Package, tmp_path: Path) -> Path:
    """A copy to be tampered with."""
    return Path(shutil.copytree(package.folder, tmp_path / "package"))


def test_a_package_stands_as_a_folder_and_as_a_zip(package: Package):
    for place in (package.folder, package.archive):
        report = check(place)
        assert (report.stands, report.faults) == (True, ())
        assert (report.pieces, report.scope) == (6, "run run-1")
        assert report.key == package.manifest.key
        assert report.files == len(package.manifest.files)


def test_with_the_lenders_key_and_with_another(package: Package, tmp_path: Path):
    theirs = public_key(package.folder / "anchors" / "public.pem")
    assert check(package.archive, theirs).stands
    report = check(package.archive, signing_key(tmp_path).public)
    assert not report.stands
    assert "MANIFEST.json names the key" in report.faults[0]


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "style.css",
        "log/segment.jsonl",
        "log/proof.json",
        "tables/pieces.csv",
        "anchors/public.pem",
    ],
)
def test_a_changed_byte_is_found_in_any_file(folder: Path, name: str):
    path = folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    report = check(folder)
    assert not report.stands
    assert f"`{name}` was changed." in report.faults


def test_a_missing_an_added_and_a_linked_file_are_found(folder: Path):
    (folder / "style.css").unlink()
    (folder / "extra.html").write_text("x", "utf-8")
    (folder / "link.html").symlink_to("/etc/hostname")
    (folder / "pieces" / "away").symlink_to("/etc")
    os.mkfifo(folder / "pipe.html")
    assert set(check(folder).faults) == {
        "`style.css` is missing.", "`extra.html` was added.", "`link.html` was added.", "`pipe.html` was added.", "`pieces/away` was added.",
    }  # fmt: skip


def test_a_file_behind_a_link_is_no_part_of_the_package(folder: Path, tmp_path: Path):
    kept = folder / "index.html"
    kept.rename(tmp_path / "index.html")
    kept.symlink_to(tmp_path / "index.html")
    assert check(folder).faults == ("`index.html` was changed.",)


@pytest.mark.parametrize("field", ["lender", "scope", "by", "pieces", "first", "log_hash"])
def test_a_changed_manifest_is_found(folder: Path, field: str):
    path = folder / "MANIFEST.json"
    told = json.loads(path.read_text("utf-8"))
    told[field] = told[field] + 1 if isinstance(told[field], int) else "another"
    path.write_text(json.dumps(told), "utf-8")
    assert "MANIFEST.json was changed after it was signed." in check(folder).faults


def test_a_file_and_its_hash_changed_together_are_found(folder: Path):
    (folder / "index.html").write_text("<p>Nothing was ever published.</p>", "utf-8")
    path = folder / "MANIFEST.json"
    told = json.loads(path.read_text("utf-8"))
    told["files"]["index.html"] = hashes_of(folder)["index.html"]
    path.write_text(json.dumps(told), "utf-8")
    assert check(folder).faults == ("MANIFEST.json was changed after it was signed.",)


def resigned(folder: Path, keys: Path) -> Path:
    """A package signed anew by somebody else, their key put into it."""
    theirs = signing_key(keys)
    (folder / "anchors" / "public.pem").write_text(theirs.public.pem, "utf-8")
    old = Manifest.model_validate_json((folder / "MANIFEST.json").read_bytes())
    (folder / "MANIFEST.json").unlink()
    more = old.model_dump(exclude={"files", "key", "signature"})
    (folder / "MANIFEST.json").write_text(signed_manifest(theirs, hashes_of(folder), **more).text, "utf-8")
    return folder


def test_a_package_signed_anew_by_another_is_told_by_its_anchor_and_by_the_lenders_key(
    package: Package, folder: Path, tmp_path: Path
):
    resigned(folder, tmp_path / "keys")
    report = check(folder)
    assert not report.stands
    assert "signed with another key" in report.faults[0]
    assert not check(folder, public_key(package.folder / "anchors" / "public.pem")).stands


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def holding(name: str, text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_text(text, "utf-8")

    return write


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without("log/segment.jsonl"), "`log/segment.jsonl` is missing."),
        (without("log/proof.json"), "`log/proof.json` is missing."),
        (holding("log/proof.json", "[" * 100_000), "`log/proof.json` names no anchor."),
        (holding("log/proof.json", "[]"), "`log/proof.json` names no anchor."),
    ],
)
def test_whoever_signs_a_package_anew_cannot_leave_its_log_unread(
    folder: Path, tmp_path: Path, change: Callable[[Path], None], fault: str, packed: bool
):
    change(folder)
    resigned(folder, tmp_path / "keys")
    place = Path(shutil.make_archive(str(tmp_path / "again"), "zip", folder)) if packed else folder
    assert check(place).faults == (fault,)


def segment_changed(change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / "log" / "segment.jsonl"
        path.write_text("".join(change(path.read_text("utf-8").splitlines(keepends=True))), "utf-8")

    return apply


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            segment_changed(lambda lines: [lines[0].replace("marketing", "nobody"), *lines[1:]]),
            "Event 3 in segment",
        ),
        (segment_changed(lambda lines: [*lines[:4], *lines[5:]]), "Row 7 of the log is missing"),
        (segment_changed(lambda lines: lines[:-1]), "does not end with the event"),
        (segment_changed(lambda lines: [*lines[:3], "no json\n", *lines[4:]]), "Row 6 of the log is missing"),
        (segment_changed(lambda lines: []), "does not end with the event"),
    ],
)
def test_a_log_that_does_not_hang_together_is_told_even_where_the_lender_signed_it(
    package: Package, folder: Path, change: Callable[[Path], None], words: str
):
    """The signer is not believed about the log: its rows have to lead to the anchor."""
    change(folder)
    from approvals.anchor_files import Anchor
    from approvals.examination.proof import segment_fault

    anchor = Anchor.model_validate(json.loads((folder / "log" / "proof.json").read_text("utf-8"))["anchor"])
    with (folder / "log" / "segment.jsonl").open(encoding="utf-8") as lines:
        assert words in segment_fault(lines, package.manifest.first, anchor)


def added(archive: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(name, "x")


def test_an_archive_that_leads_out_or_holds_a_name_twice_is_told(package: Package, tmp_path: Path):
    hostile = Path(shutil.copy(package.archive, tmp_path / "hostile.zip"))
    added(hostile, "../../outside.txt")
    with pytest.raises(Unreadable, match=r"holds no MANIFEST\.json"):
        check(hostile)
    inside = Path(shutil.copy(package.archive, tmp_path / "inside.zip"))
    added(inside, f"{package.folder.name}/../../outside.txt")
    with pytest.warns(UserWarning, match="Duplicate name"):
        added(inside, f"{package.folder.name}/index.html")
    faults = check(inside).faults
    assert "`../../outside.txt` leads out of the package." in faults
    assert "`index.html` stands twice." in faults
    assert not (tmp_path.parent / "outside.txt").exists()


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_what_is_no_package_is_bad_input(tmp_path: Path, content: bytes):
    place = tmp_path / "some.zip"
    place.write_bytes(content)
    with pytest.raises(BadInput, match="no package that can be read"):
        check(place)
    with pytest.raises(BadInput, match="no package that can be read"):
        check(tmp_path / "nowhere")
    with pytest.raises(BadInput, match=r"holds no MANIFEST\.json"):
        check(tmp_path)
    (tmp_path / "MANIFEST.json").write_bytes(b"{}")
    with pytest.raises(Unreadable, match="cannot be read"):
        check(tmp_path)


def test_a_damaged_archive_is_bad_input(package: Package, tmp_path: Path):
    content = bytearray(package.archive.read_bytes())
    content[2_000:2_200] = b"x" * 200
    place = tmp_path / "damaged.zip"
    place.write_bytes(bytes(content))
    with pytest.raises(BadInput, match="no package that can be read"):
        check(place)
