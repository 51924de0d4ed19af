#!/usr/bin/env python3
"""Runs `weir explain` over the packs of tests/support/explain, whose comments say what must be said of them.

  explain_cases.py WEIR ROOT [--out FILE]   FILE: what was printed, to be read
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile


class Failure(Exception):
    pass


def run(arguments, text=None, status=0):
    """stdout (or stderr, for a failure that is expected) of the command."""
    done = subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=60)
    if done.returncode != status:
        raise Failure(f"{arguments[1:]} exited with {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    if "\033" in done.stdout:
        raise Failure(f"{arguments[1:]} wrote an escape character")
    return done.stdout if status == 0 else done.stdout + done.stderr


def expect(text, part, where):
    if part not in text:
        raise Failure(f"{where}: not said: {part}\n{text}")


def read_case(path):
    case = {"says": [], "kind": "post", "config": None}
    for line in path.read_text().splitlines():
        if not line.startswith("# "):
            break
        word, _, rest = line[2:].partition(" ")
        if word == "says":
            case["says"].append(rest)
        elif word == "post":
            case["post"] = json.loads(rest)
        elif word in ("kind", "config"):
            case[word] = rest
    return case


def texts_of(post):
    """What the standard mapping makes of a post, as options."""
    options = []
    for key in ("title", "text"):
        if key in post:
            options += ["--text", post[key]]
    if "author" in post:
        options += ["--field", "author_name=" + post["author"]["name"]]
    return options + (["--lang", post["lang"]] if "lang" in post else [])


class Tester:
    def __init__(self, weir, root, work, out):
        self.weir, self.root, self.work, self.out = weir, root, work, out
        self.flags = 0

    def rules(self, path, case):
        options = ["-r", str(path)]
        if case["config"]:
            config = self.work / "config.yaml"
            config.write_text(case["config"] + "\n")
            options += ["-c", str(config)]
        return options

    def scan(self, options, post):
        return run([self.weir, "scan", *options], json.dumps(post) + "\n")

    def explain_flags(self, options, records, status=0):
        return run([self.weir, "explain", *options, "--flag", "-"], records, status)

    def try_case(self, path):
        case = read_case(path)
        rules = self.rules(path, case)
        said = run([self.weir, "explain", *rules, "--kind", case["kind"], *texts_of(case["post"])])
        for part in case["says"]:
            expect(said, part, path.name)
        self.out.write(f"==== {path.stem}: {path.read_text().splitlines()[0][2:]}\n\n{said}\n")
        if case["kind"] != "post" or not case["post"]["text"]:
            return
        records = self.scan(rules, case["post"])
        is_flag = "The answer: not flagged." not in said
        if bool(records) != is_flag:
            raise Failure(f"{path.name}: scan and explain do not agree\n{records}{said}")
        for record in records.splitlines():
            again = self.explain_flags(rules, record)
            expect(again, "Compared with the record: the same answer", path.name)
            self.flags += 1

    def try_shipped(self):
        """Every example of the shipped packs and the sample post of the README, flagged, and explained again."""
        rules = ["-r", str(self.root / "config/rules")]
        posts = []
        for path in sorted((self.root / "config/rules").glob("*.yaml")):
            lines = [line.strip()[2:].strip("'\"") for line in path.read_text().splitlines()
                     if line.startswith(" " * 8 + "- ")]
            posts += [json.dumps({"title": "Look at this", "text": line}) for line in lines]
        records = run([self.weir, "scan", *rules], "\n".join(posts) + "\n")
        count = len(records.splitlines())
        said = self.explain_flags(rules, records)
        if not count or said.count("Compared with the record: the same answer") != count:
            raise Failure(f"of {count} flags of shipped examples {said.count('the same answer')} have the same answer")
        self.flags += count

    def try_captions(self):
        """Flags of caption streams, over fragments and gaps: the window is in the record, the places are in the fragments."""
        pack = self.root / "tests/support/explain/near.yaml"
        spoken = ["So move your", "money to a", "safe account, now", None, "or a holding account."]
        lines = [json.dumps({"stream_id": "s", "seq": i, "text": text}) for i, text in enumerate(spoken) if text]
        for count in (3, 4):
            records = run([self.weir, "scan", "-r", str(pack), "--kind", "caption"], "\n".join(lines[:count]) + "\n")
            said = self.explain_flags(["-r", str(pack)], records)
            expect(said, "Compared with the record: the same answer", "captions")
        partial = json.dumps({"stream_id": "s", "seq": 1, "final": False, "text": "move your money to a safe account"})
        settled = run([self.weir, "scan", "-r", str(pack), "--kind", "caption"], partial + "\n" + partial.replace("false", "true") + "\n")
        expect(settled, "weir.flag-update/1", "a settled flag")
        expect(self.explain_flags(["-r", str(pack)], settled), "Compared with the record: the same answer", "a flag and its update")
        changed = self.work / "changed.yaml"
        changed.write_text(pack.read_text().replace("money|savings)'", "money|savings) to'").replace("move your money ", "move your money to "))
        expect(self.explain_flags(["-r", str(changed)], records), "fragments 0 to 1", "captions under other rules")
        moved = records.replace('"content":{"text":"So move', '"content":{"text":"So mov')
        expect(self.explain_flags(["-r", str(pack)], moved, 1), "it was changed", "captions that were moved")

    def try_hosts(self):
        """A host that goes on behind the cut, dot and all, takes its hit back."""
        (self.work / "hosts.txt").write_text("evil.com\n")
        pack, config = self.work / "hosts.yaml", self.work / "hosts-config.yaml"
        pack.write_text("pack: t\nversion: 1.0.0\nrules:\n  - {id: t.host, title: t, why: w, category: scams_and_fraud, severity: low,\n"
                        "     patterns: {d: {domains: hosts.txt}}, examples: {flag: [see evil.com now], pass: [nothing]}}\n")
        for join, pieces, state in (("none", ["evil.com.", "au x"], "withdrawn"), ("none", ["evil.com", ".", "au x"], "withdrawn"),
                                    ("none", ["evil.com.", " au x"], "confirmed"), ("none", ["evil.com\uff61", "au x"], "withdrawn"),
                                    ("auto", ["evil.com.", "\u4e2d\u6587"], "withdrawn"), ("auto", ["evil.com.", "au x"], "confirmed")):
            config.write_text(f"captions: {{join: {join}, rollup: off}}\n")
            lines = [json.dumps({"stream_id": "s", "seq": i, "text": piece}) for i, piece in enumerate(pieces)]
            records = run([self.weir, "scan", "-r", str(pack), "-c", str(config), "--kind", "caption"], "\n".join(lines) + "\n")
            expect(records, f'"state":"{state}"', pieces)

    def try_values(self):
        """Values that hold line breaks of their own are cut where the answer is the record's."""
        pack = self.root / "tests/support/explain/near_two_values.yaml"
        rules = ["-r", str(pack)]
        for post in ({"title": "Free", "text": "Move your money\nto a safe\naccount"},
                     {"title": "safe account", "text": "safe account here:\nmove your money"},
                     {"title": "a\nb", "text": "move your money to a safe account\n\n\nend"}):
            said = self.explain_flags(rules, self.scan(rules, post))
            expect(said, "Compared with the record: the same answer", "values")
        anchored = self.work / "anchored.yaml"
        anchored.write_text(pack.read_text().replace("(money|savings)'", "(money|savings)$'")
                            .replace("move your money to a safe account", "a safe account: move your money"))
        post = {"title": "Hear\nthis. Move your money", "text": "My safe account is empty. Move your money"}
        said = self.explain_flags(["-r", str(anchored)], self.scan(["-r", str(anchored)], post))
        expect(said, "Compared with the record: the same answer", "values")
        expect(said, "read with 1 of the 2 between two texts", "values")

    def try_changed_rules(self):
        """A record of other rules: what differs, and why."""
        pack = self.root / "tests/support/explain/near.yaml"
        record = self.scan(["-r", str(pack)], {"text": "Move your money now. A holding account is ready."})
        changed = self.work / "changed.yaml"
        for old, new, said in (
                ("near(account, move, 20)", "near(account, move, 7)", "is in the record, but does not flag this now"),
                ("t.rule", "t.other", "is not among these rules"),
                ("t.rule", "t.other", "t.other flags this now, but is not in the record"),
                ("severity: medium", "severity: medium\n    status: shadow", "its status is shadow now"),
                ("money|savings)'", "money|savings) now'", "points at other places"),
                ("version: 1.0.0", "version: 1.1.0", "The rules have been changed since, but that makes no difference"),
                ("money|savings)'", "money|savings) now'", "these are not the rules that made the record")):
            text = pack.read_text().replace(old, new)
            for example in ("move your money to a safe account",) if "now'" in new else ():
                text = text.replace(example, "move your money now to a safe account")
            changed.write_text(text)
            expect(self.explain_flags(["-r", str(changed)], record), said, f"{old} -> {new}")

    def try_unusable(self):
        """Records without the text, and files that are no records."""
        pack = self.root / "tests/support/explain/literal.yaml"
        config = self.work / "privacy.yaml"
        post = {"text": "x " * 100 + "a safe account" + " y" * 100}
        for content, said in (("none", "does not hold the text"), ("excerpt", "holds only an excerpt of text")):
            config.write_text(f"privacy: {{content: {content}}}\n")
            record = self.scan(["-r", str(pack), "-c", str(config)], post)
            expect(self.explain_flags(["-r", str(pack)], record, 1), said, content)
        config.write_text("privacy: {content: excerpt}\n")
        record = self.scan(["-r", str(pack), "-c", str(config)], {"text": "a safe account" + " y" * 100})
        expect(self.explain_flags(["-r", str(pack)], record, 1), "holds only an excerpt of text", "its beginning")
        record = self.scan(["-r", str(pack), "-c", str(config)], {"text": "a safe account, y"})
        expect(self.explain_flags(["-r", str(pack)], record), "the same answer", "an excerpt that is all")
        record = self.scan(["-r", str(pack)], post)
        moved = record.replace('"content":{"text":"x', '"content":{"text":"xx')
        expect(self.explain_flags(["-r", str(pack)], moved, 1), "it was changed", "moved")
        source = '"source":{"topic":"posts","partition":0,"offset":1}'
        head = '{"schema":"weir.flag/1","flag_id":"f","flagged_at":"t",' + source
        for text, said in (("", "holds no flag record"), ("{", "is not JSON"),
                           ("[]", 'this is no weir.flag/1 record: it has no "schema"'),
                           ('{"text":"a safe account"}', 'this is no weir.flag/1 record: it has no "schema"'),
                           ('{"schema":"weir.dead-letter/1"}', "no weir.flag/1 record: its schema is another one"),
                           ('{"schema":"\\u001b[2J"}', "no weir.flag/1 record: its schema is another one"),
                           ('{"schema":"weir.flag/1"}', 'no weir.flag/1 record: it has no "flag_id"'),
                           ('{"schema":"weir.flag/1","flag_id":"f"}', 'it has no "flagged_at"'),
                           (head.replace(source, '"source":{}') + "}", 'it has no "source.topic"'),
                           (head.replace('"partition":0,', "") + "}", 'it has no "source.partition"'),
                           (head.replace(source, '"source":{"file":"a"}') + "}", 'it has no "source.line"'),
                           (head + "}", "names no rules"),
                           (head + ',"rules":[{}]}', "has no id or no evidence"),
                           (head + ',"rules":[{"id":"t.rule","evidence":[]}],"content":{"text":1}}', "holds no text"),
                           (head + ',"rules":[{"id":"t.rule","evidence":[{"start":-1}]}]}',
                            "does not say where it stands")):
            output = self.explain_flags(["-r", str(pack)], text, 1)
            if "Flag  of" in output or "offset -1" in output:
                raise Failure(f"{text}: an origin of nothing: {output}")
            expect(output, said, text)

    def try_options(self):
        pack = str(self.root / "tests/support/explain/literal.yaml")
        explain = [self.weir, "explain", "-r", pack]
        expect(run([*explain, "--text", "-"], "a safe account\n"), "text, as written: a safe account\n", "stdin")
        expect(run([*explain, "--text", "none", "--rule", "t.rule"]), "None of its patterns found anything: account",
               "--rule")
        expect(run([*explain, "--help"]), "Example:", "--help")
        for options, status, said in ((["--text", "x", "--rule", "t.none"], 1, "there is no rule 't.none'"),
                                      (["--field", "txt=x"], 1, "did you mean 'text'?"),
                                      (["--text", "x", "--lang", "english!"], 1, "no tag such as en"),
                                      (["--text", "x", "--kind", "video"], 2, "it is post or caption"),
                                      (["--flag", "/nowhere"], 3, "cannot read /nowhere"),
                                      (["--flag", "-", "--text", "x"], 2, "a flag has its own text"),
                                      (["--field", "text"], 2, "takes NAME=TEXT"),
                                      ([], 2, "nothing to explain")):
            expect(run([*explain, *options], "", status), said, str(options))

    def try_large(self):
        """A megabyte of hits is answered in seconds, on a page that a person can read."""
        pack = str(self.root / "tests/support/explain/count.yaml")
        for text in ("free " * 200000, "\uff26\uff32\uff25\uff25\u200b\n" * 60000, "a\u0301" * 300000, "\n" * 1000000,
                     "fr\u0435e " * 150000):
            said = run([self.weir, "explain", "-r", pack, "--text", "-"], text)
            if len(said) > 20000:
                raise Failure(f"{len(said)} characters of output")
        expect(run([self.weir, "explain", "-r", pack, "--text", "-"], "free " * 200000), "and 9992 more", "large")
        record = self.scan(["-r", pack], {"text": "free\nfree " * 100000})
        expect(self.explain_flags(["-r", pack], record), "Compared with the record: the same answer", "large")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, open(arguments.out or "/dev/null", "w") as out:
        tester = Tester(arguments.weir, arguments.root, pathlib.Path(work), out)
        cases = sorted((arguments.root / "tests/support/explain").glob("*.yaml"))
        if len(cases) < 20:
            raise Failure(f"{len(cases)} cases")
        for path in cases:
            tester.try_case(path)
        for test in (tester.try_shipped, tester.try_captions, tester.try_hosts, tester.try_values, tester.try_changed_rules, tester.try_unusable,
                     tester.try_options, tester.try_large):
            test()
        print(f"explain: {len(cases)} cases say what they must, {tester.flags} flags have the same answer")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"explain: {failure}")
