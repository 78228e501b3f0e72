"""`readiness bundle`, `readiness verify` and `readiness sign`."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from readiness.commands.main import group
from readiness.commands.refusals import MissingExtra
from tests.commands.running import CommandRun, run, run_process
from tests.verification.project import FILES, bundled, written

PASSPHRASE = "READINESS_KEY_PASSPHRASE"
NATIVE = ("--engine", "native")
WORKED = "✓ assessed again by the program: 2 checks and 1 gate agree"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an engagement, its rulesets, its bundle and its result."""
    (tmp_path / "b.zip").write_bytes(bundled(tmp_path))
    path = ["--path", str(tmp_path / "rules")]
    done = run("assess", "work/engagement.yaml", *path, "-f", "json", "-o", "r.json",
               folder=tmp_path)  # fmt: skip
    assert done.status == 1
    return tmp_path


def refused(done: CommandRun, message: str) -> None:
    """Check for one line on standard error, and status 2."""
    assert (done.stdout, done.status) == ("", 2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_bundle_writes_what_the_library_makes(folder: Path) -> None:
    """`bundle` writes the bundle that the library makes, and prints its size."""
    done = run("bundle", "work/engagement.yaml", "--path", "rules", "-o", "c.zip", folder=folder)
    assert (done.stdout, done.status) == ("", 0)
    assert (folder / "c.zip").read_bytes() == (folder / "b.zip").read_bytes()
    assert done.stderr == f"c.zip: 9 files, {(folder / 'c.zip').stat().st_size:,} bytes\n"


def test_bundle_says_what_is_missing(folder: Path) -> None:
    """Missing evidence is a warning; with `--strict` it is an error, and nothing is written."""
    (folder / "work/minutes.txt").unlink()
    words = ["bundle", "work/engagement.yaml", "--path", "rules", "-o", "c.zip"]
    warning = "answers/one.yaml names evidence that is not in the bundle: ../minutes.txt"
    done = run(*words, "--strict", folder=folder)
    refused(done, "1 evidence file is missing; nothing was written")
    assert warning in done.stderr
    assert not (folder / "c.zip").exists()
    done = run(*words, folder=folder)
    assert (warning in done.stderr, done.status) == (True, 0)
    done = run("verify", "c.zip", *NATIVE, folder=folder)
    assert "1 evidence file named by answers, but not in the bundle" in done.stdout
    assert done.status == 0


def test_bundle_says_what_lies_outside(folder: Path) -> None:
    """Files packed from outside the engagement's folder are counted and listed."""
    (folder / "far.txt").write_text("far")
    text = FILES["work/answers/one.yaml"].replace("../minutes.txt", "../../far.txt")
    written(folder, {"work/answers/one.yaml": text})
    words = ["bundle", "work/engagement.yaml", "--path", "rules", "-o", "d.zip"]
    refused(run(*words, folder=folder), "outside the engagement's folder")
    assert not (folder / "d.zip").exists()
    done = run(*words, "--include", "far.txt", folder=folder)
    told = "../far.txt is outside the engagement's folder; in the bundle it is outside/1/far"
    assert told in done.stderr


def test_bundle_refuses(folder: Path) -> None:
    """A missing source, a missing output and invalid documents are refused."""
    refused(run("bundle", "-", "-o", "c.zip", folder=folder), "not standard input ('-')")
    refused(run("bundle", "work/engagement.yaml", folder=folder), "Missing option '--output'")
    refused(run("bundle", "nowhere.yaml", "-o", "c.zip", folder=folder), "there is no such file")
    words = ["bundle", "work/engagement.yaml", "--path", "rules", "-o", "r.json/c.zip"]
    refused(run(*words, folder=folder), "r.json")


def test_verify_says_what_it_did(folder: Path) -> None:
    """Without findings every step has its line, and the status is 0."""
    done = run("verify", "b.zip", *NATIVE, folder=folder)
    assert done.stdout.splitlines() == [
        "✓ 9 files, exactly as in the manifest",
        "✓ the document matches the schema of a result",
        "✓ its digest is correct",
        "✓ the bundle has exactly the files that its engagement needs",
        "✓ the ruleset own 2.0.0 (merged from 2 documents) is unchanged",
        "✓ the questionnaire small 1.0.0 is unchanged",
        "✓ 2 answer sheets are unchanged",
        "✓ the engagement small is unchanged",
        f"{WORKED}, as do all other calculated fields",
        "",
        "Verified: all 9 checks passed.",
    ]
    assert (done.stderr, done.status) == ("", 0)


def test_verify_says_what_it_found(folder: Path) -> None:
    """A finding is described, and the status is 1; without Unicode the marks are ASCII."""
    text = (folder / "r.json").read_text(encoding="utf-8").replace('"unmet"', '"met"')
    (folder / "f.json").write_text(text, encoding="utf-8")
    words = ["verify", "f.json", "--engagement", "work/engagement.yaml", "--path", "rules", *NATIVE]
    done = run(*words, folder=folder)
    assert done.status == 1
    assert "\n    check a: the result says met, assessed again: unmet\n" in done.stdout
    assert done.stdout.endswith("\nNot verified: 2 of 7 checks found differences.\n")
    plain = run_process(*words, folder=folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "\nx the document was changed: " in plain.stdout


def test_verify_as_json(folder: Path) -> None:
    """`--format json` contains the same for programs."""
    done = run("verify", "r.json", "--format", "json", folder=folder)
    found = json.loads(done.stdout)
    assert (found["file"], found["found"], found["undone"]) == ("r.json", 0, 3)
    assert found["steps"][0] == {
        "step": "schema",
        "outcome": "fine",
        "text": "the document matches the schema of a result",
        "details": [],
    }
    assert found["status"] == done.status == 0


def test_verify_strictly(folder: Path) -> None:
    """With `--strict`, a step that could not be carried out makes the status 1."""
    assert run("verify", "r.json", "--path", "rules", folder=folder).status == 0
    assert run("verify", "r.json", "--path", "rules", "--strict", folder=folder).status == 1


def test_verify_reads_standard_input(folder: Path) -> None:
    """`-` is standard input, including the output of `assess`."""
    text = (folder / "r.json").read_text(encoding="utf-8")
    assert run("verify", "-", "--path", "rules", stdin=text, folder=folder).status == 0
    refused(run("verify", "-", stdin="{", folder=folder), "<stdin>:1:2: this is not JSON")


def test_verify_refuses(folder: Path) -> None:
    """Files that cannot be verified, and conflicting options, are refused."""
    refused(run("verify", "nowhere.zip", folder=folder), "nowhere.zip: there is no such file")
    (folder / "x.yaml").write_text("a: 1")
    refused(run("verify", "x.yaml", folder=folder), "x.yaml:1:1: this is not JSON")
    words = ["--engagement", "work/engagement.yaml"]
    refused(run("verify", "b.zip", *words, folder=folder), "contains its own engagement")
    refused(
        run("verify", "r.json", "--ruleset", "own", folder=folder),
        "--ruleset requires --engagement",
    )
    refused(run("verify", "b.zip", "--key", "x.yaml", folder=folder), "--signature FILE and --key")
    refused(run("verify", "r.json", "--engagement", "nowhere.yaml", folder=folder), "no such file")


def test_sign_and_verify(folder: Path) -> None:
    """A new key signs, and its signature verifies; a wrong key is reported."""
    pytest.importorskip("cryptography")
    for name in ("k", "other"):
        assert run("sign", "--new-key", f"{name}.pem", folder=folder).status == 0
    if os.name == "posix":
        assert stat.S_IMODE((folder / "k.pem").stat().st_mode) == 0o600
    done = run("sign", "b.zip", "--key", "k.pem", folder=folder)
    assert (done.stdout, done.status) == ("", 0)
    assert done.stderr.startswith("b.zip.dsse.json: signed with key ")
    words = ["verify", "b.zip", *NATIVE, "--signature", "b.zip.dsse.json", "--key"]
    done = run(*words, "k.pub.pem", folder=folder)
    assert "✓ the statement describes this file, byte for byte (b.zip)" in done.stdout
    assert done.status == 0
    done = run(*words, "other.pub.pem", folder=folder)
    assert ("✗ it is not signed with the key " in done.stdout, done.status) == (True, 1)
    refused(run(*words, "k.pem", folder=folder), "do not share it")
    (folder / "b.zip").write_bytes((folder / "b.zip").read_bytes() + b"x")
    done = run(*words, "k.pub.pem", folder=folder)
    assert "✗ the file was changed after it was signed" in done.stdout
    assert done.status == 1


def test_sign_to_standard_output(folder: Path) -> None:
    """The envelope is written to the requested output."""
    pytest.importorskip("cryptography")
    run("sign", "--new-key", "k.pem", folder=folder)
    done = run("sign", "r.json", "--key", "k.pem", "-o", "-", folder=folder)
    assert (json.loads(done.stdout)["payloadType"], done.stderr) == (
        "application/vnd.in-toto+json", "",
    )  # fmt: skip


def test_a_key_with_a_passphrase(folder: Path) -> None:
    """Without a terminal a variable holds the passphrase; a key without one needs none."""
    pytest.importorskip("cryptography")
    words = ["sign", "r.json", "--key", "k.pem", "-o", "-"]
    done = run("sign", "--new-key", "k.pem", folder=folder, **{PASSPHRASE: "open"})
    assert b"ENCRYPTED" in (folder / "k.pem").read_bytes()
    assert "k.pem: the private key, encrypted with your passphrase; keep it" in done.stderr
    done = run("sign", "--new-key", "open.pem", folder=folder)
    assert b"ENCRYPTED" not in (folder / "open.pem").read_bytes()
    assert "open.pem: the private key, NOT encrypted: anyone who can read this file" in done.stderr
    refused(run(*words, folder=folder), f"no passphrase was given: set it in {PASSPHRASE}")
    refused(run(*words, folder=folder, **{PASSPHRASE: "x"}), "the passphrase is wrong")
    assert run(*words, folder=folder, **{PASSPHRASE: "open"}).status == 0


def test_sign_refuses(folder: Path) -> None:
    """No key is overwritten, and no changed file is signed."""
    pytest.importorskip("cryptography")
    run("sign", "--new-key", "k.pem", folder=folder)
    refused(run("sign", "--new-key", "k.pem", folder=folder), "a key is never overwritten")
    refused(run("sign", "--new-key", "r.json/k.pem", folder=folder), "r.json")
    refused(run("sign", "--new-key", "l.pem", "b.zip", folder=folder), "signs nothing")
    refused(run("sign", "b.zip", folder=folder), "name the file to sign and the key")
    refused(run("sign", "b.zip", "--key", "k.pub.pem", folder=folder), "it is a public key")
    text = (folder / "r.json").read_text(encoding="utf-8").replace('"unmet"', '"met"')
    (folder / "f.json").write_text(text, encoding="utf-8")
    done = run("sign", "f.json", "--key", "k.pem", folder=folder)
    refused(
        done,
        "f.json: the document was changed: its digest is wrong; 'readiness verify f.json'",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["sign", "b.zip", "--key", "k.pem"],
        ["sign", "--new-key", "k.pem"],
        ["verify", "b.zip", "--signature", "b.zip", "--key", "b.zip", *NATIVE],
    ],
)
def test_without_its_library(
    words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `cryptography`, signatures are refused in one line; everything else works."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.chdir(folder)
    with pytest.raises(MissingExtra) as fault:
        group.main(words, standalone_mode=False)
    assert fault.value.exit_code == 2
    assert fault.value.message == (
        "signatures need the library 'cryptography': pip install 'readiness[sign]'"
    )
    assert group.main(["verify", "b.zip", *NATIVE], standalone_mode=False) == 0


def test_no_terminal_obeys_a_document(folder: Path) -> None:
    """Texts of documents reach the terminal without control characters."""
    for name, text in (
        ("r.json", '{"\x1b[2J": 1}'),
        ("s.json", '{"\\u001b[2J": 1, "\\u001b[2J": 2}'),
    ):
        (folder / name).write_text(text)
        done = run("verify", name, folder=folder)
        assert done.status == 2
        assert "\x1b" not in done.stderr
