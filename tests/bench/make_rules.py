#!/usr/bin/env python3
"""Writes a rule pack of any size to a folder, the same for the same seed: FOLDER/bench.yaml, and with --domains its list.

Of the rules 70 % are literals of two to four common words, 30 % regexes of the kinds that people write: alternatives, gaps, numbers,
addresses, lookaround. Every rule has an example that it flags.
"""
import argparse
import os
import random

WORDS = """account address agent alert amount apply approve assist balance bank benefit bonus box break bring broker building bundle
business buyer call cancel card carrier cash change charge check claim client close code collect company complete confirm contact
contract copy cost count coupon courier court cover credit customer customs data date deal debit debt declare deliver delivery deny
department deposit detail device digital discount doctor document dollar double download draw drive duty earn email employ engine enter
entry escrow estate exchange expire express extra family fast fee field file final fine first follow form forward free fund gain game
gift give gold grant green guarantee guide handle hand help hidden hold home hotel hour house identity income inform insure invest
invoice issue item join judge keep key kind label land large last late law lawyer leader lease legal letter level licence limit line
link list live loan local lock login lottery luck machine mail manage mark market match member message method mobile money month
mortgage move name network night notice number offer office officer online open option order owner package page paper parcel parent
partner party pass password patient pay payment pension permit person phone pick place plan play point police policy portal post prize
process product profit program project promise proof protect public purchase quick quote rate reach ready receipt receive record refund
register release remote remove rent reply report request reserve return reward risk room safe sale save school search seat secret secure
seller send serve service settle share ship shop sign simple single site special staff stamp start state station stock store street
submit subscribe success supply support switch system take task tax team tenant ticket title today token total trace track trade
transfer travel treat trust type unit unlock update urgent user vacancy value vault vendor verify visa visit voucher wait wallet want
warn watch website week winner wire work worker world write yield""".split()


def literal(pick):
    texts = [" ".join(pick(random_length(pick))) for _ in range(3)]
    return "{literals: [%s]}" % ", ".join(texts), texts[0]


def random_length(pick):
    return pick.random.choice([2, 3, 3, 4])


def regex(pick):
    a, b, c, d = pick(4)
    number = pick.random.randrange(10, 100)
    return pick.random.choice([
        (rf"({a}|{b})\s+(your|the|my)\s+{c}", f"{a} your {c}"),
        (rf"{a}\s+{b}.{{0,{number}}}{c}", f"{a} {b} and then {c}"),
        (rf"\b{a}[- ]?{b}\s*[:#]?\s*\d{{4,8}}\b", f"{a} {b}: 123456"),
        (rf"\b{a}\s+(?:{b}|{c})s?\s+{d}\b", f"{a} {c}s {d}"),
        (rf"{a}[a-z0-9._-]{{1,20}}@{b}\.(?:com|net|org)", f"{a}.x@{b}.org"),
        (rf"(?:{a}|{b})(?:ed|ing)?\s+\$?\d{{2,6}}\s+{c}", f"{b}ing $500 {c}"),
        (rf"\b{a}\s+(?!{b}){c}\s+{d}\b", f"{a} {c} {d}"),
    ])


class Picker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def __call__(self, count):
        return self.random.sample(WORDS, count)


def write_rules(out, count, pick):
    for number in range(count):
        is_regex = pick.random.random() < 0.3
        pattern, example = regex(pick) if is_regex else literal(pick)
        if is_regex:
            pattern = "{regex: '%s'}" % pattern
        out.write(f"- id: bench.r{number}\n  title: Rule {number}\n  why: A rule to measure with.\n  category: scams_and_fraud\n"
                  f"  severity: low\n  patterns:\n    p: {pattern}\n"
                  f"  examples: {{flag: ['well, {example} indeed'], pass: ['nothing to see']}}\n")


def write_domains(out, folder, count, pick):
    hosts = set()
    while len(hosts) < count:
        end = pick.random.choice(["com", "net", "org", "shop", "top", "co.uk", "info"])
        hosts.add("-".join(pick(pick.random.choice([1, 2, 2]))) + f"{pick.random.randrange(10000)}.{end}")
    hosts = sorted(hosts)
    with open(os.path.join(folder, "hosts.txt"), "w", encoding="utf-8") as lines:
        lines.write("\n".join(hosts) + "\n")
    out.write("- id: bench.hosts\n  title: Hosts\n  why: A list to measure with.\n  category: scams_and_fraud\n  severity: low\n"
              f"  patterns: {{hosts: {{domains: hosts.txt}}}}\n  examples: {{flag: ['see {hosts[0]}'], pass: ['see example.com']}}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--rules", type=int, default=0)
    parser.add_argument("--domains", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    pick = Picker(arguments.seed)
    os.makedirs(arguments.folder, exist_ok=True)
    with open(os.path.join(arguments.folder, "bench.yaml"), "w", encoding="utf-8") as out:
        out.write("pack: bench\nversion: 1.0.0\nrules:\n")
        write_rules(out, arguments.rules, pick)
        if arguments.domains:
            write_domains(out, arguments.folder, arguments.domains, pick)


if __name__ == "__main__":
    main()
