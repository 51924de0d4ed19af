#!/usr/bin/env python3
"""What is said of each verb beside its --help says the same: manual pages, and completions for bash, zsh and fish.

  verbs_check.py WEIR     verbs are those of `weir --help`, options those of `weir VERB --help`; exit 1 names each difference
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN, COMPLETIONS = ROOT / "docs" / "man", ROOT / "deploy" / "completions"
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "FILES", "SEE ALSO"]
HELP_OPTION = re.compile(r"^ {2,8}(?:-(\w), )?--([a-z][a-z-]*)(?: ([A-Z][A-Z=]*))?(?: |$)", re.M)
problems = []


def expect(what, found, wanted):
    if found == wanted:
        return
    if isinstance(found, (list, set)) and set(found) != set(wanted):
        problems.append(f"{what}: missing {sorted(set(wanted) - set(found))}, too much {sorted(set(found) - set(wanted))}")
    else:
        problems.append(f"{what}: {found}, not {wanted}")


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


class Verb:
    def __init__(self, weir, name):
        text = run(weir, name, "--help")
        self.name = name
        self.usage = text.split("\n\n")[0]
        self.arguments = {long: argument for _, long, argument in HELP_OPTION.findall(text)}
        self.short = {long: short for short, long, _ in HELP_OPTION.findall(text)}
        self.takes_files = bool(re.search(r"FILE\.\.\.", self.usage))
        listed = re.findall(r"^ +(?:-\w, )?--[a-z]", text, re.M)
        expect(f"weir {name} --help", len(self.arguments), len(listed))

    def words(self):
        return ["--" + long for long in self.arguments] + ["-" + short for short in self.short.values() if short]

    def options(self):
        """{(short, long, argument)}, as the help has them."""
        return {(self.short[long], long, argument) for long, argument in self.arguments.items()}


# ---- Manual pages

def section(page, title):
    found = re.search(rf"^\.SH {title}\n(.*?)(?=^\.SH |\Z)", page, re.M | re.S)
    return found[1].replace("\\-", "-") if found else ""


def plain(roff):
    return re.sub(r"\\f[BIR]", "", roff)


def check_page(verb):
    path = MAN / f"weir-{verb.name}.1"
    if not path.exists():
        problems.append(f"{path.relative_to(ROOT)} is missing")
        return
    page = path.read_text()
    expect(f"{path.name}: sections", [title for title in re.findall(r"^\.SH (.*)$", page, re.M) if title in SECTIONS], SECTIONS)
    expect(f"{path.name}: its name", plain(section(page, "NAME")).split(" - ")[0], f"weir-{verb.name}")
    heads = [plain(head) for head in re.findall(r"^\.TP\n(.*)$", section(page, "OPTIONS"), re.M)]
    expect(f"{path.name}: OPTIONS", {HELP_OPTION.match("  " + head).groups(default="") for head in heads}, verb.options())
    synopsis = set(re.findall(r"(?<![\w-])--?[A-Za-z][a-z-]*", plain(section(page, "SYNOPSIS"))))
    for long in verb.arguments:
        if long != "help" and not {"--" + long, "-" + verb.short[long]} & synopsis:
            problems.append(f"{path.name}: SYNOPSIS lacks --{long}")
    expect(f"{path.name}: SYNOPSIS, what is no option", sorted(synopsis - set(verb.words())), [])


def check_roff(path):
    said = subprocess.run(["groff", "-ww", "-man", "-z", "-K", "utf8", str(path)], capture_output=True, text=True)
    if said.returncode or said.stderr:
        problems.append(f"{path.name}: groff: {said.stderr.strip()}")


def check_manual(verbs):
    names = [verb.name for verb in verbs]
    for verb in verbs:
        check_page(verb)
    expect("docs/man", sorted(path.stem for path in MAN.glob("weir-*.1")), sorted(f"weir-{name}" for name in names))
    listed = re.findall(r"^\.BR weir-(\w+) \(1\)", section((MAN / "weir.1").read_text(), "VERBS"), re.M)
    expect("weir.1: VERBS", listed, names)
    pages = sorted(MAN.glob("*.[15]"))
    for path in pages:
        check_roff(path)
        for name, number in re.findall(r"^\.BR (\S+) \((\d)\)", path.read_text().replace("\\-", "-"), re.M):
            if not (MAN / f"{name}.{number}").exists():
                problems.append(f"{path.name}: refers to {name}({number}), which is not there")
    return len(pages)


# ---- Completions

BASH = r"""
source "$1"
complete -p weir >&2
while read -r -a COMP_WORDS; do
  [ "${COMP_WORDS[-1]}" != @ ] || COMP_WORDS[-1]=
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _weir
  echo "${COMPREPLY[*]}"
done
"""


def ask_bash(lines):
    """What bash offers at the end of each line, whose last word is @ when nothing of it is typed."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a-folder").mkdir()
        (pathlib.Path(folder) / "a-file").touch()
        answer = subprocess.run(["bash", "-c", BASH, "bash", str(COMPLETIONS / "weir.bash")], input="\n".join(lines) + "\n", cwd=folder,
                                check=True, capture_output=True, text=True)
    expect("weir.bash", answer.stderr, "complete -F _weir weir\n")
    answers = answer.stdout.splitlines()
    expect("weir.bash: answers", len(answers), len(lines))
    return {line: set(words.split()) for line, words in zip(lines, answers)}


def expect_argument(line, offered, argument):
    if argument in ("FILE", "PATH"):
        expect(line, offered, {"a-file", "a-folder"})
    elif argument == "FOLDER":
        expect(line, offered, {"a-folder"})
    elif argument == "KIND":
        expect(line, offered | {"caption"}, {"post", "caption"})
    elif offered & {"a-file", "a-folder"} or any(word.startswith("-") for word in offered):
        problems.append(f"weir.bash: '{line}' offers {sorted(offered)}")


def check_bash(verbs):
    lines = ["weir @", "weir s", "weir scan --kind = @", "weir scan --kind = c"]
    for verb in verbs:
        lines += [f"weir {verb.name} {word}" for word in ("@", "-", "--h")] + [f"weir {verb.name} {option} @" for option in verb.words()]
    offered = ask_bash(lines)
    expect("weir @", offered["weir @"], {verb.name for verb in verbs} | {"--help", "--version"})
    expect("weir s", offered["weir s"], {verb.name for verb in verbs if verb.name.startswith("s")})
    expect("weir scan --kind=", offered["weir scan --kind = @"], {"post", "caption"})
    expect("weir scan --kind=c", offered["weir scan --kind = c"], {"caption"})
    for verb in verbs:
        first = offered[f"weir {verb.name} @"]
        expect(f"weir {verb.name} -", offered[f"weir {verb.name} -"], set(verb.words()))
        expect(f"weir {verb.name} --h", offered[f"weir {verb.name} --h"], {"--help"})
        expect(f"weir {verb.name} @", first, {"a-file", "a-folder"} if verb.takes_files else set(verb.words()))
        for long, argument in verb.arguments.items():
            for option in ["--" + long] + (["-" + verb.short[long]] if verb.short[long] else []):
                line = f"weir {verb.name} {option} @"
                if argument:
                    expect_argument(line, offered[line], argument)
                else:
                    expect(line, offered[line], first)
    return len(lines)


def check_zsh(verbs):
    text = (COMPLETIONS / "_weir").read_text()
    expect("_weir: verbs", re.findall(r"^    '([a-z-]+):", text, re.M), [verb.name for verb in verbs])
    blocks = dict(re.findall(r"^    ([a-z-]+)\)\n(.*?)^      ;;", text, re.M | re.S))
    expect("_weir: blocks", list(blocks), [verb.name for verb in verbs])
    for verb in verbs:
        lines = [line.strip() for line in blocks.get(verb.name, "").splitlines() if "[" in line]
        found = {word: "]:" in line for line in lines for word in re.findall(r"--?[a-z][a-z-]*", line.split("[")[0])}
        expect(f"_weir: {verb.name}", set(found), set(verb.words()))
        for long, argument in verb.arguments.items():
            expect(f"_weir: {verb.name} --{long} with an argument", found.get("--" + long), bool(argument))
        expect(f"_weir: {verb.name} takes files", "'*:file:_files'" in blocks.get(verb.name, ""), verb.takes_files)
    if shutil.which("zsh"):
        run("zsh", "-n", str(COMPLETIONS / "_weir"))


def check_fish(verbs):
    text = (COMPLETIONS / "weir.fish").read_text()
    expect("weir.fish: verbs", re.findall(r"^complete -c weir -n __fish_use_subcommand -a (\S+)", text, re.M), [verb.name for verb in verbs])
    for verb in verbs:
        lines = re.findall(rf"^complete -c weir -n '__fish_seen_subcommand_from {verb.name}' (.*)$", text, re.M)
        options = {}
        for line in lines:
            found = re.match(r"(?:-s (\w) )?-l (\S+)(.*?)(?: -d |$)", line)
            if found:
                options[found[2]] = (found[1] or "", bool(re.match(r" -(x|r)", found[3])))
        expect(f"weir.fish: {verb.name}", options, {long: (verb.short[long], bool(argument)) for long, argument in verb.arguments.items()})
        expect(f"weir.fish: {verb.name} takes files", "-F" in lines, verb.takes_files)
    if shutil.which("fish"):
        run("fish", "-n", str(COMPLETIONS / "weir.fish"))


def main():
    weir = sys.argv[1]
    names = re.findall(r"^  ([a-z-]+) +\S", run(weir, "--help"), re.M)
    if len(names) < 5:
        sys.exit(f"verbs: weir --help names {names} only")
    verbs = [Verb(weir, name) for name in names]
    pages, lines = check_manual(verbs), check_bash(verbs)
    check_zsh(verbs)
    check_fish(verbs)
    for problem in problems:
        print(f"verbs: {problem}", file=sys.stderr)
    print(f"verbs: {len(verbs)} verbs, {sum(len(verb.arguments) for verb in verbs)} options, {pages} manual pages, {lines} lines completed by bash, "
          f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
