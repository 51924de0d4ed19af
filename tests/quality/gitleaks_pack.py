#!/usr/bin/env python3
"""Carries the rules of a gitleaks configuration over into a pack of weir's.

  gitleaks_pack.py FILE.toml WEIR > gitleaks.yaml     WEIR: the binary, which says what it refuses

What becomes of each part (docs/rules.md, "Carrying over gitleaks' rules"):

  regex        a regex of the exact view; what it wants to see after the secret becomes a lookahead, so that the evidence ends where
               the secret does
  keywords     a second pattern that the condition asks for too, where not every match of the regex holds one anyway
  allowlists   exceptions, where they speak of the secret, the match or the line
  entropy      nothing: it stands in a comment
  path         nothing: posts have no paths; a rule of a path alone is left out
  examples     made up from the regex, and tried with PCRE2

Says on stderr what it leaves out.
"""
import json
import random
import re
import subprocess
import sys
import tempfile
import tomllib

import pcre2
import re2

TRIES = 500
EXCEPTION_BYTES_MAX = 3000
PASS = "An ordinary line without anything to hide."
# What may stand around a part of a secret.
BEFORE, AFTER = r"""['"]?[^\s'"\x60;,=]{0,150}?""", r"""[^\s'"\x60;,]{0,150}['"]?"""

HEAD = """# Made by tests/quality/gitleaks_pack.py from gitleaks' rules, whose licence holds for this file too.
pack: gitleaks
version: 1.0.0
description: Keys, tokens and passwords of services, as gitleaks knows them.
rules:
"""


def note(text):
    """For whoever runs this."""
    print(f"gitleaks_pack: {text}", file=sys.stderr)


def quote(text):
    """A YAML scalar as it reads."""
    return "'" + text.replace("'", "''") + "'"


def no_lines(source):
    """RE2's `.` ends at line feeds, weir's does not. Carriage returns are left out too: with them `curl` rules could divide a text
    in too many ways."""
    out, at = "", 0
    for part in re2.parse(source).walk():
        if part.kind == "set" and source[part.start] == "." and 10 not in part.members:
            out, at = out + source[at:part.start] + r"[^\r\n]", part.end
    return out + source[at:]


def secrets_of(root):
    """The outermost groups that capture, which no quantifier repeats: gitleaks takes the first that has part in a match. None:
    the whole match is the secret."""
    found = []
    for part in root.parts:
        if part.kind == "group" and part.captures:
            found.append(part)
        elif part.kind != "repeat":
            found += secrets_of(part)
    return found


def look_ahead(source, root):
    """The expression with the group after its secret, if it ends so, as a lookahead."""
    last = root.parts[-1] if root.kind == "sequence" and root.parts else None
    if last and last.kind == "group" and not last.captures and source.startswith("(?:", last.start) and \
            len(root.parts) > 1 and not any(part.captures for part in last.walk() if part.kind == "group"):
        return source[:last.start] + "(?=" + source[last.start + 3:]
    return source


def inside(expression, characters):
    """An allowed text as it stands in a secret of these characters: from end to end where it says so, else with more of the secret
    around it. One expression for each of its alternatives that can be there."""
    root = re2.parse(expression)
    flags = re.match(r"\(\?(i)\)", expression)
    for branch in root.parts if root.kind == "alternatives" else [root]:
        if any(all(set(text) - characters for text in run) for run in re2.runs(branch)):
            continue
        text = expression[branch.start:branch.end]
        starts = branch.parts[0].kind == "edge" and text[branch.parts[0].start - branch.start] == "^"
        ends = branch.parts[-1].kind == "edge" and text.endswith("$")
        first = branch.parts[0].end if starts else branch.start
        text = expression[first:branch.end - 1 if ends else branch.end]
        text = text if starts else re.sub(r"^\[\^\\r\\n\][*+]", "", text)
        starts = starts or re.match(r"""(\['"\]\?)?\[\^""", text)  # such a class brings what stands before along
        yield f"{'' if starts else BEFORE}(?{flags[1] if flags else ''}:{text}){'' if ends else AFTER}"


def characters_of(root):
    """What the secrets are made of, in small letters."""
    return {chr(c).lower() for secret in secrets_of(root) or [root] for part in secret.walk() for c in part.members}


def with_secret(source, root, allowed):
    """The expression with the allowed text in place of its secret."""
    secrets = secrets_of(root)
    if not secrets:
        return allowed
    allowed = f"(?:{allowed})"
    out, at = "", 0
    for secret in secrets:
        out += source[at:secret.start] + allowed
        at = secret.end
    return look_ahead_text(out + source[at:])


def look_ahead_text(source):
    """look_ahead of an expression that is not read yet."""
    return look_ahead(source, re2.parse(source))


def stopword_expressions(words):
    """Alternatives of the words, in as many expressions as their length asks for."""
    out, size = [[]], 0
    for word in words:
        word = re.escape(word)
        if size + len(word) > EXCEPTION_BYTES_MAX:
            out.append([])
            size = 0
        out[-1].append(word)
        size += len(word) + 1
    return [f"(?i:{'|'.join(group)})" for group in out if group]


def exceptions_of(name, source, root, allowlist):
    """Regexes that cover a hit which gitleaks would not report, for one of its allowlists."""
    expressions = [no_lines(expression) for expression in allowlist.get("regexes", [])]
    if allowlist.get("paths") and (allowlist.get("condition") == "AND" or not expressions):
        note(f"{name}: an allowlist of paths is left out, posts have none")
        return
    target, characters = allowlist.get("regexTarget", "secret"), characters_of(root)
    if target == "line":
        yield from (rf"[^\r\n]*(?:{expression})[^\r\n]*" for expression in expressions)
    elif target == "match":
        yield from (rf"(?=[\w.\- \t'\"]{{0,70}}?(?:{expression})){look_ahead(source, root)}" for expression in expressions)
    else:
        allowed = [text for expression in expressions for text in inside(expression, characters)]
        words = [word for word in allowlist.get("stopwords", []) if set(word) <= characters]
        allowed += [f"{BEFORE}{group}{AFTER}" for group in stopword_expressions(words)]
        for group in [allowed] if allowlist.get("shared") and allowed else ([text] for text in allowed):
            yield with_secret(source, root, "|".join(group))


def is_free(root):
    """Whether placeholders may stand for the secret: it holds no word of its own, and stands after something that is looked for. An
    exception that begins with a placeholder would look at every word of every text."""
    secrets = secrets_of(root)
    return bool(secrets) and any(part.kind == "set" and part.start < secrets[0].start for part in root.walk()) and all(
        len(text) < 2 for secret in secrets for run in re2.runs(secret) for text in run)


class Rule:
    """One rule, carried over."""

    def __init__(self, rule, shared):
        self.rule, self.name, source = rule, rule["id"], no_lines(rule["regex"])
        root = re2.parse(source)
        self.regex = look_ahead(source, root)
        self.keywords = [] if re2.must_hold(root, rule.get("keywords", [])) else rule["keywords"]
        allowlists = rule.get("allowlists", []) + ([shared] if shared and is_free(root) else [])
        self.exceptions = [e for allowlist in allowlists for e in exceptions_of(self.name, source, root, allowlist)]
        self.flag = self.make_example(root)

    def flags(self, text):
        """Whether the text has a match, none that an exception might cover, and a keyword."""
        if not pcre2.Expression(self.regex).found(text) or any(pcre2.Expression(e).found(text) for e in self.exceptions):
            return False
        return not self.keywords or any(word in text.lower() for word in self.keywords)

    def make_example(self, root):
        """A text that the rule flags."""
        for seed in range(TRIES):
            text = re2.sample(root, random.Random(f"{self.name} {seed}"))
            if self.keywords:
                text = f"{self.keywords[0]} {text}"
            if self.flags(text):
                return text
        raise re2.Unreadable("no example found")

    def text(self):
        """The rule as YAML."""
        rule = self.rule
        title = rule.get("description", self.name).split(", ")[0].split(". ")[0].rstrip(".")[:100]
        lines = [f"  - id: gitleaks.{self.name.lower()}", f"    title: {json.dumps(title)}",
                 "    why: Whoever reads a key, token or password that was posted can use what it opens.",
                 "    category: data_protection_and_privacy_violations", "    keyword: other", "    severity: high"]
        if "entropy" in rule:
            lines += [f"    # gitleaks also asks for an entropy of {rule['entropy']}, for which there is no word here"]
        lines += ["    patterns:", f"      secret: {{view: exact, regex: {quote(self.regex)}}}"]
        if self.keywords:
            lines += [f"      keyword: {{boundary: none, literals: {json.dumps(self.keywords)}}}",
                      "    condition: secret and keyword"]
        if self.exceptions:
            lines += ["    except:"] + [f"      - view: exact\n        regex: {quote(e)}" for e in self.exceptions]
        lines += ["    examples:", f"      flag: [{json.dumps(self.flag)}]", f"      pass: [{json.dumps(PASS)}]"]
        return "\n".join(lines) + "\n"


def refused_lines(weir, pack):
    """Lines of the pack at which weir finds an error, and what it says there."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(pack)
        file.flush()
        done = subprocess.run([weir, "check", "-r", file.name], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        found = re.findall(re.escape(file.name) + r":(\d+):\d+: error: (.*)", done.stderr)
    return {int(line): text for line, text in found}


def write_pack(rules):
    """The pack, and for each of its lines the rule that it belongs to."""
    out, owners = HEAD, [None] * HEAD.count("\n")
    for rule in rules:
        text = rule.text()
        out += text
        owners += [rule] * text.count("\n")
    return out, owners


def settle(rules, weir):
    """The pack without the exceptions and rules that weir refuses."""
    while True:
        pack, owners = write_pack(rules)
        refused = refused_lines(weir, pack)
        if not refused:
            return pack
        for line, text in refused.items():
            rule, expression = owners[line - 1], pack.split("\n")[line - 1].strip()
            refused_exception = [e for e in rule.exceptions if expression.endswith(quote(e))]
            note(f"{rule.name}: weir refuses {'an exception' if refused_exception else 'the rule'}: {text}: {expression}")
            if refused_exception:
                rule.exceptions.remove(refused_exception[0])
            elif rule in rules:
                rules.remove(rule)


def main():
    """Reads the file, writes the pack."""
    with open(sys.argv[1], "rb") as file:
        config = tomllib.load(file)
    shared = dict(config["allowlist"], paths=[], shared=True) if "allowlist" in config else None
    rules = []
    for rule in config["rules"]:
        if "regex" not in rule:
            note(f"{rule['id']}: left out, it looks at paths alone")
            continue
        if "path" in rule:
            note(f"{rule['id']}: holds for every post, not only for the path {rule['path']}")
        try:
            rules.append(Rule(rule, shared))
        except (re2.Unreadable, pcre2.Refused) as problem:
            note(f"{rule['id']}: left out, {problem}")
    sys.stdout.write(settle(rules, sys.argv[2]))
    note(f"{len(rules)} of {len(config['rules'])} rules carried over")


if __name__ == "__main__":
    main()
