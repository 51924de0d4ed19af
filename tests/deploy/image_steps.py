"""The steps of a Dockerfile, each done in the root folder of its stage."""
import dataclasses
import fnmatch
import os
import pathlib
import re
import shlex
import shutil
import subprocess

SUITES = {"debian:trixie-slim": "trixie", "debian:bookworm-slim": "bookworm"}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NOT_FOR_THE_FILES = {"EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD", "VOLUME", "USER", "LABEL"}
# Docker lends these to each step, so that they are no part of the image.
LENT = ["/etc/resolv.conf", "/etc/hosts"]
ENTER = """set -e
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
for file in /etc/resolv.conf /etc/hosts; do mount --bind "$file" "$1$file"; done
root=$1; shift
exec chroot "$root" "$@"
"""


class Unavailable(Exception):
    """This machine lacks what is needed."""


@dataclasses.dataclass
class Stage:
    name: str
    root: pathlib.Path
    directory: str = "/"
    environment: dict = dataclasses.field(default_factory=lambda: {"PATH": PATH})
    said: dict = dataclasses.field(default_factory=dict)  # what is there for the start: USER, CMD and so on


def read(path):
    """Instructions of a Dockerfile: pairs of the word, in capitals, and the rest."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    text = re.sub(r"\\\n", " ", "\n".join(lines))
    steps = [line.strip().split(None, 1) for line in text.splitlines() if line.strip()]
    return [(word.upper(), rest.strip()) for word, rest in steps]


def debian(suite):
    """The root of a fresh Debian, made once."""
    cache = pathlib.Path(os.environ.get("WEIR_TEST_CACHE") or
                         pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "weir-tests")
    base = cache / f"debian-{suite}"
    if (base / ".complete").exists():
        return base
    for tool in ("debootstrap", "unshare", "setpriv", "ip"):
        if not shutil.which(tool):
            raise Unavailable(f"{tool} is missing: apt-get install debootstrap util-linux iproute2")
    if os.geteuid() != 0:
        raise Unavailable("a Debian can be made by root only")
    mirror = find_mirror()
    shutil.rmtree(base, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", suite, base, mirror],
                          capture_output=True, text=True, check=False)
    if made.returncode:
        raise Unavailable(f"debootstrap failed: {made.stdout[-500:]}{made.stderr[-500:]}")
    shutil.rmtree(base / "var/lib/apt/lists", ignore_errors=True)
    for archive in base.glob("var/cache/apt/archives/*.deb"):
        archive.unlink()
    (base / "etc/apt/sources.list").write_text(f"deb {mirror} {suite} main\n")
    # As Docker's Debian images have it: packages are not kept once they are installed.
    (base / "etc/apt/apt.conf.d/docker-clean").write_text('DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };\n')
    lend_network(base)
    (base / ".complete").touch()
    return base


def find_mirror():
    files = [pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt/sources.list.d").glob("debian*.sources")]
    for path in files:
        found = path.exists() and re.search(r"^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(\S*/debian/?)(?:\s|$)", path.read_text(), re.M)
        if found:
            return found[1]
    return "http://deb.debian.org/debian"


def lend_network(base):
    """This machine's way to its mirror: settings of apt that no package owns, and certificates."""
    for path in pathlib.Path("/etc/apt/apt.conf.d").iterdir():
        owned = subprocess.run(["dpkg", "-S", path], capture_output=True, check=False).returncode == 0
        if not owned and not path.name.startswith("docker-"):
            shutil.copy(path, base / "etc/apt/apt.conf.d")
    certificates = pathlib.Path("/usr/local/share/ca-certificates")
    if certificates.exists():
        shutil.copytree(certificates, base / "usr/local/share/ca-certificates", dirs_exist_ok=True)
        subprocess.run(["chroot", base, "update-ca-certificates"], capture_output=True, check=False)


def run(stage, command):
    """A RUN: as root, in the shell, with the network and the proxies of this machine."""
    for file in LENT:
        (stage.root / file[1:]).touch()
    proxies = {name: value for name, value in os.environ.items() if name.lower() in ("http_proxy", "https_proxy", "no_proxy")}
    environment = {**proxies, "HOME": "/root", **stage.environment}
    shell = f"cd {shlex.quote(stage.directory)} && {command}"
    done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", ENTER, "bash", stage.root, "/bin/sh", "-c", shell],
                          env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise ValueError(f"exit status {done.returncode} of: {command}\n{done.stdout[-3000:]}")


def copy(stage, rest, stages, context):
    words = shlex.split(rest)
    source = context
    ignored = read_ignored(context)
    if words[0].startswith("--from="):
        source, ignored = stages[words.pop(0)[len("--from="):]].root, []
    if any(word.startswith("--") for word in words) or len(words) != 2:
        raise ValueError(f"this script does not know COPY {rest}")
    path, target = source / words[0].lstrip("/"), stage.root / os.path.join(stage.directory, words[1])[1:]
    if not path.exists():
        raise ValueError(f"COPY {rest}: {path} does not exist")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True, ignore=lambda folder, names: [
            name for name in names if is_ignored(str((pathlib.Path(folder) / name).relative_to(source)), ignored)])
    else:
        shutil.copy(path, target)


def read_ignored(context):
    path = context / ".dockerignore"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#")]


def is_ignored(path, patterns):
    if any(pattern.startswith("!") or "**" in pattern for pattern in patterns):
        raise ValueError("this script knows plain patterns in .dockerignore only")
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def new_stage(rest, work, number):
    words = rest.split()
    image, name = words[0], words[2] if len(words) == 3 and words[1].upper() == "AS" else str(number)
    if image not in SUITES:
        raise ValueError(f"FROM {rest}: this script knows {', '.join(SUITES)} only")
    root = work / f"stage-{number}"
    subprocess.run(["cp", "-a", "--reflink=auto", debian(SUITES[image]), root], check=True)
    return Stage(name, root)


def size_mib(root):
    return int(subprocess.run(["du", "-sxm", root], capture_output=True, text=True, check=True).stdout.split()[0])


def build(dockerfile, context, work, say):
    """Does all steps; returns the stages in their order, the image last."""
    stages = {}
    stage = None
    for word, rest in read(dockerfile):
        say(f"{word} {' '.join(rest.split())[:100]}")
        if word == "FROM":
            stage = new_stage(rest, work, len(stages))
            stages[stage.name] = stage
            say(f"{size_mib(stage.root)} MiB before its steps")
        elif word == "RUN":
            run(stage, rest)
        elif word == "COPY":
            copy(stage, rest, stages, context)
        elif word == "WORKDIR":
            stage.directory = os.path.join(stage.directory, rest)
            (stage.root / stage.directory[1:]).mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            stage.environment.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif word in NOT_FOR_THE_FILES:
            stage.said[word] = rest
        else:
            raise ValueError(f"this script does not know the instruction {word}")
    say(f"the image: {size_mib(stage.root)} MiB")
    return list(stages.values())
