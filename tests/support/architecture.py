#!/usr/bin/env python3
"""Holds the source tree to its own rules; prints every place that breaks one, and exits 1 if there is any.

  architecture.py ROOT [--objects DIRECTORY]   checks a tree, and the object files of a build without sanitizers
  architecture.py --self-test                  makes trees that break each rule, and sees each of them caught
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

# A module may include its own headers and those of modules that stand lower; two on one level do not know each other.
LEVELS = [["base"], ["model"], ["settings", "rules", "metrics"], ["kafka"],
          ["consume", "decode", "streams", "normalize", "scan", "decide", "publish", "commit"], ["pipeline"], ["run"], ["cmd"]]
LEVEL = {module: level for level, modules in enumerate(LEVELS) for module in modules}

# A library's headers, and the file names that alone may include them.
LIBRARIES = [
    (r"librdkafka/", r"kafka_[^/]*\.[ch]"),
    (r"hs(/|\.h|_[a-z]+\.h)", r"hs_[^/]*\.[ch]"),
    (r"pcre2\.h", r"pcre_[^/]*\.[ch]"),
    (r"libfyaml", r"yaml_[^/]*\.[ch]"),
    (r"microhttpd\.h", r"http_[^/]*\.[ch]"),
    (r"unicode/", r"fold_icu\.cpp"),
    (r"simdjson", r"json_simdjson\.cpp"),
]
CPP_FILES = {"src/pipeline/normalize/fold_icu.cpp", "src/pipeline/decode/json_simdjson.cpp"}
FILE_LINES_MAX, FUNCTION_LINES_MAX = 400, 60
UNFINISHED = re.compile(r"\b(todo|fixme|xxx|stub|placeholder|not implemented|for now|simplified)\b", re.I)
INCLUDE = re.compile(r'^\s*#\s*include\s*(<([^>]+)>|"([^"]+)")')
# What compilers add: sanitizers' tables, and the address of C++'s exception handler.
COMPILER_SYMBOL = re.compile(r"\.?L?(__)?(asan|odr_asan|ubsan|sancov|tsan)|DW\.ref\.", re.I)


def module_of(path):
    """The module that owns a file of src/ or cmd/, by its folder."""
    parts = path.parts
    if parts[0] == "cmd":
        return "cmd"
    return parts[2] if parts[1] == "pipeline" and len(parts) > 3 else parts[1]


def header_modules(root):
    """{"weir/arena.h": "base"}: each public header says its module in its first line."""
    modules, problems = {}, []
    for path in sorted((root / "include" / "weir").glob("*")):
        first = path.read_text().split("\n", 1)[0]
        match = re.match(r"/\* ([a-z]+): ", first)
        if match and match[1] in LEVEL:
            modules[f"weir/{path.name}"] = match[1]
        else:
            problems.append(f"{path.relative_to(root)}:1: does not open with /* MODULE: ...")
    return modules, problems


def check_include(path, module, header, is_system, modules):
    for library, allowed in LIBRARIES:
        if is_system and re.match(library, header) and not re.fullmatch(allowed, path.name):
            yield f"<{header}> may be included only by files called {allowed}"
    if header in modules:
        theirs = modules[header]
        if module != theirs and LEVEL[theirs] >= LEVEL[module]:
            yield f"{module} may not include {header}, which belongs to {theirs}"
    elif header.startswith("weir/"):
        yield f"{header} does not exist"


def check_text(root, path, module, modules):
    """Yields (line, problem) for one source file."""
    lines = path.read_text().splitlines()
    shown = path.relative_to(root)
    if len(lines) > FILE_LINES_MAX:
        yield len(lines), f"a file of {len(lines)} lines; {FILE_LINES_MAX} at most"
    if not lines or not lines[0].startswith(("/*", "//")):
        yield 1, "does not open with a comment that says what the file owns"
    opened = None
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            header = include[2] or include[3]
            for problem in check_include(shown, module, header, bool(include[2]), modules):
                yield number, problem
            if include[3] and "/" in header and not header.startswith("weir/"):
                yield number, f'"{header}" reaches into another folder'
            elif include[3] and "/" not in header and not (path.parent / header).exists():
                yield number, f'"{header}" is not in the folder of the file'
        if UNFINISHED.search(line):
            yield number, f"a word of unfinished work: {UNFINISHED.search(line)[0]}"
        if re.search(r"\b(_Thread_local|thread_local|__thread)\b", line):
            yield number, "a thread-local"
        if line == "{":
            opened = number
        elif line.startswith("}") and opened:
            if number - opened > FUNCTION_LINES_MAX:
                yield opened, f"a function of {number - opened + 1} lines; {FUNCTION_LINES_MAX} at most"
            opened = None


def check_tree(root):
    """Problems of the sources, and how many files were read."""
    modules, problems = header_modules(root)
    files = [p for top in ("include", "src", "cmd") for p in sorted((root / top).rglob("*")) if p.is_file()]
    for path in files:
        shown = path.relative_to(root)
        if path.suffix in (".cpp", ".cc", ".cxx", ".hpp", ".hh") and str(shown) not in CPP_FILES:
            problems.append(f"{shown}:1: C++; only {' and '.join(sorted(CPP_FILES))} are")
        elif path.suffix not in (".c", ".h", ".cpp"):
            problems.append(f"{shown}:1: neither C nor one of the two C++ files")
        module = modules.get(f"weir/{path.name}", "base") if shown.parts[0] == "include" else module_of(shown)
        if module not in LEVEL:
            problems.append(f"{shown}:1: {module} is no module")
            continue
        problems += [f"{shown}:{line}: {problem}" for line, problem in check_text(root, path, module, modules)]
    return problems, len(files)


def check_objects(directory):
    """Problems of the object files (symbols that can change), and how many files were read."""
    objects = [p for p in sorted(directory.rglob("*.o")) if re.search(r"/weir_[a-z]+\.dir/", str(p))]
    problems = []
    for path in objects:
        listing = subprocess.run(["nm", "-f", "sysv", str(path)], check=True, capture_output=True, text=True).stdout
        for line in listing.splitlines():
            fields = [field.strip() for field in line.split("|")]
            if len(fields) == 7 and re.match(r"\.(data|bss|tdata|tbss)(\.|$)", fields[6]):
                is_constant = fields[6].startswith(".data.rel.ro")
                if not is_constant and fields[3] != "SECTION" and not COMPILER_SYMBOL.match(fields[0]):
                    problems.append(f"{path.name}: {fields[0]} is mutable state at file scope ({fields[6]})")
    return problems, len(objects)


# ---- The self-test

GOOD_TREE = {
    "include/weir/text.h": "/* base: views. */\n",
    "include/weir/item.h": '/* model: items. */\n#include "weir/text.h"\n',
    "include/weir/ruleset.h": '/* rules: packs. */\n#include "weir/item.h"\n',
    "include/weir/settings.h": "/* settings: weir.yaml. */\n",
    "include/weir/scan.h": '/* scan: finds. */\n#include "weir/ruleset.h"\n',
    "include/weir/decide.h": "/* decide: judges. */\n",
    "include/weir/run.h": "/* run: threads. */\n",
    "src/pipeline/scan/hs_scan.c": '/* The scan. */\n#include "hs_scan.h"\n#include "weir/scan.h"\n#include <hs/hs.h>\n'
                                   "static const char *const NAMES[] = {\"a\", \"b\"};\n"
                                   "const char *name_of(int i)\n{\n    return NAMES[i & 1];\n}\n",
    "src/pipeline/scan/hs_scan.h": "/* Its inside. */\nconst char *name_of(int i);\n",
    "cmd/weir/main.c": '/* Verbs. */\n#include "weir/run.h"\n',
}
BAD_FILES = {
    "a stage that includes another": ("src/pipeline/scan/x.c", '/* x */\n#include "weir/decide.h"\n', "belongs to decide"),
    "a stage that includes run": ("src/pipeline/scan/x.c", '/* x */\n#include "weir/run.h"\n', "belongs to run"),
    "rules that include settings": ("src/rules/x.c", '/* x */\n#include "weir/settings.h"\n', "belongs to settings"),
    "a low header that includes a high one": ("include/weir/x.h", '/* model: x. */\n#include "weir/ruleset.h"\n', "belongs to rules"),
    "a header without a module": ("include/weir/x.h", "/* what is this */\n", "does not open with"),
    "another folder's header": ("src/pipeline/decide/x.c", '/* x */\n#include "../scan/hs_scan.h"\n', "another folder"),
    "another module's inside": ("src/pipeline/decide/x.c", '/* x */\n#include "hs_scan.h"\n', "not in the folder"),
    "librdkafka elsewhere": ("src/run/x.c", "/* x */\n#include <librdkafka/rdkafka.h>\n", "only by files called"),
    "hyperscan elsewhere": ("src/rules/x.c", "/* x */\n#include <hs.h>\n", "only by files called"),
    "pcre2 elsewhere": ("src/rules/x.c", "/* x */\n#include <pcre2.h>\n", "only by files called"),
    "libfyaml elsewhere": ("src/base/x.c", "/* x */\n#include <libfyaml.h>\n", "only by files called"),
    "libmicrohttpd elsewhere": ("src/run/x.c", "/* x */\n#include <microhttpd.h>\n", "only by files called"),
    "icu elsewhere": ("src/base/x.c", "/* x */\n#include <unicode/unorm2.h>\n", "only by files called"),
    "a third C++ file": ("src/rules/x.cpp", "/* x */\n", "C++"),
    "a long file": ("src/rules/x.c", "/* x */\n" + "int a(void);\n" * 400, "a file of 401 lines"),
    "a long function": ("src/rules/x.c", "/* x */\nvoid f(void)\n{\n" + "    f();\n" * 60 + "}\n", "a function of 62 lines"),
    "an unfinished word": ("src/rules/x.c", "/* x */\n/* TO" + "DO: later */\n", "unfinished"),
    "a thread-local": ("src/rules/x.c", "/* x */\nstatic _Thread_local int n;\n", "a thread-local"),
    "no opening comment": ("src/rules/x.c", "int f(void);\n", "does not open with a comment"),
}
BAD_OBJECTS = {
    "static int counter;\nint f(void);\nint f(void) { return ++counter; }\n": "counter",
    "int f(void);\nint f(void) { static int calls = 1; return calls++; }\n": "calls",
    "const char *name = \"x\";\n": "name",
}


def write_tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def object_problems(root, source):
    folder = root / "CMakeFiles" / "weir_x.dir"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.c").write_text(source)
    subprocess.run(["gcc", "-fPIC", "-O2", "-c", "x.c", "-o", "x.o"], check=True, cwd=folder)
    problems, count = check_objects(root)
    assert count == 1
    return problems


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        write_tree(root, GOOD_TREE)
        assert check_tree(root) == ([], len(GOOD_TREE)), check_tree(root)
        for what, (name, text, expected) in BAD_FILES.items():
            write_tree(root, {name: text})
            problems, _ = check_tree(root)
            assert any(p.startswith(f"{name}:") and expected in p for p in problems), f"{what} was not seen: {problems}"
            (root / name).unlink()
        assert object_problems(root, GOOD_TREE["src/pipeline/scan/hs_scan.c"].split("hs.h>\n")[1]) == []
        for source, symbol in BAD_OBJECTS.items():
            assert any(symbol in problem for problem in object_problems(root, source)), f"{symbol} was not seen"
    print(f"architecture: self-test: {len(BAD_FILES) + len(BAD_OBJECTS)} kinds of violation seen, the right tree accepted")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", type=pathlib.Path)
    parser.add_argument("--objects", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.root:
        parser.error("ROOT is missing")
    problems, files = check_tree(arguments.root)
    objects = 0
    if arguments.objects:
        more, objects = check_objects(arguments.objects)
        problems += more + ([] if objects else [f"{arguments.objects}: there are no object files to look at"])
    if files < 20:
        problems.append(f"only {files} source files were found under {arguments.root}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"architecture: {files} source files and {objects} object files, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
