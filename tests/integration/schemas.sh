#!/usr/bin/env bash
# Every record that `weir scan` writes, for each privacy setting, is valid under its JSON Schema, and the schemas refuse records
# that are broken in small ways. The examples of docs/records.md, one for each schema, are valid too.
set -euo pipefail
weir=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-schemas.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 -c 'import jsonschema' || { echo "schemas: python3-jsonschema is missing; install it (apt install python3-jsonschema)" >&2; exit 1; }

cat > "$work/pack.yaml" <<'Y'
pack: parcels
version: 1.2.3
description: What the test of the schemas finds.
rules:
  - id: parcels.fee
    title: Asks for a fee to deliver a parcel
    why: Carriers do not ask for a fee in a post.
    category: scams_and_fraud
    keyword: phishing
    severity: high
    patterns:
      fee: {literals: ["parcel fee", "包裹费"]}
      amount: {regex: 'pay [0-9]+ euros'}
    examples:
      flag: ["Settle the parcel fee today"]
      pass: ["The parcel is here"]
  - id: parcels.courier
    title: An account that calls itself a courier
    why: Only the courier speaks for the courier.
    category: scams_and_fraud
    severity: medium
    fields: [author_name]
    patterns:
      courier: {literals: ["courier service"]}
    examples:
      flag: ["Courier service"]
      pass: ["A service"]
  - id: parcels.trial
    title: Speaks of a parcel
    why: A rule on trial.
    category: other_violation_tc
    severity: low
    status: shadow
    patterns:
      parcel: {literals: ["parcel"], view: exact}
    examples:
      flag: ["a parcel"]
      pass: ["a letter"]
Y

long=$(printf 'nothing to see here, %.0s' {1..60})
{
  printf '%s\n' '{"id":"1","author":{"id":"u1","name":"Courier Service"},"lang":"en","created_at":"2026-11-23T20:57:55Z","title":"Your parcel","text":"Settle the parcel fee, pay 3 euros"}'
  printf '%s\n' '{"text":"包裹费\u0000 and \ud83d\ude00 parcel \"fee\" \ud800"}' '{"id":2,"lang":"??","created_at":"soon","author":"u2","text":"Ｐarcel fее parcel\u200b fee"}'
  printf '{"id":"3","text":"%s parcel fee %s parcel fee"}\n' "$long" "$long"
  printf '{"id":"4","author":{"name":"Ann"},"text":"parcel \xff fee parcel fee"}\n'
  printf '%s\n' '{"id":"5","text":"a quiet line"}' 'not JSON' '[1]' '{}' "$(printf '[%.0s' {1..200})" '{"text":"\x"}' ''
  printf '%s\n' '{"id":"6","text":"A PARCEL FEE"}' '{"id":"7","text":"a ｐａｒｃｅｌ\u200b fee"}'
} > "$work/posts.ndjson"

scan() { # name, content
  printf 'sources:\n  - kind: post\n    fields: {id: /id, author: /author/id, author_name: /author/name, lang: /lang, time: /created_at, text: [/title, /text]}\nprivacy: {author_key: "a key for the test of the schemas", content: %s}\n' "$2" > "$work/$1.yaml"
  "$weir" scan -c "$work/$1.yaml" -r "$work/pack.yaml" --dead-letters "$work/$1.dead" "$work/posts.ndjson" > "$work/$1.flags"
}
scan full full
scan excerpt excerpt
scan none none
"$weir" scan -r "$work/pack.yaml" --dead-letters "$work/plain.dead" < "$work/posts.ndjson" > "$work/plain.flags"

cat > "$work/captions.ndjson" <<'N'
{"stream_id":"s","seq":1,"start_ms":0,"end_ms":900,"text":"please settle the parcel"}
{"stream_id":"s","seq":2,"start_ms":1000,"end_ms":1900,"text":"fee today","lang":"en"}
{"stream_id":"s","seq":3,"final":false,"text":"settle the parcel fee"}
{"stream_id":"s","seq":3,"text":"settle the parcels"}
{"stream_id":"t","text":"settle the parcel fee"}
{"stream_id":"t","end":true}
{"stream_id":"u","text":""}
N
"$weir" scan -r "$work/pack.yaml" --kind caption --dead-letters "$work/captions.dead" "$work/captions.ndjson" > "$work/captions.flags"

ROOT=$root WORK=$work python3 - <<'P'
import copy, json, os, re
from jsonschema import Draft202012Validator

root, work = os.environ["ROOT"], os.environ["WORK"]


def load_validator(name):
    with open(f"{root}/config/schema/{name}.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def read_records(name):
    with open(f"{work}/{name}", encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")
    assert lines.pop() == "", f"{name} does not end in a line feed"
    return [json.loads(line) for line in lines]


def check(validator, records, name):
    for record in records:
        mistakes = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(record)]
        assert not mistakes, f"{name}: {mistakes} in {record}"


def must_refuse(validator, record, change, what):
    broken = copy.deepcopy(record)
    change(broken)
    assert not validator.is_valid(broken), f"the schema accepts a record with {what}"


flag, letter = load_validator("weir.flag-1"), load_validator("weir.dead-letter-1")
flags = {name: read_records(f"{name}.flags") for name in ("full", "excerpt", "none", "plain")}
letters = {name: read_records(f"{name}.dead") for name in ("full", "excerpt", "none", "plain")}
for name in flags:
    check(flag, flags[name], f"{name}.flags")
    check(letter, letters[name], f"{name}.dead")
    assert [r["source"]["line"] for r in letters[name]] == [7, 8, 9, 10, 11], letters[name]
    assert [r["reason"] for r in letters[name]] == ["not_json", "not_object", "no_text", "too_deep", "not_json"]
    assert {r["source"]["line"] for r in flags[name]} == {1, 2, 3, 4, 5, 13, 14}, [r["source"] for r in flags[name]]
    assert any(r["rules"][0]["status"] == "shadow" for r in flags[name]), "no shadow flag"
    assert len({r["flag_id"] for r in flags[name]}) == len(flags[name]), "two flags share an id"
    *_, original, repeat = flags[name]
    assert (repeat["repeat_of"], repeat["repeats"]) == (original["flag_id"], 1), "the same text again is no repeat"
    assert all("repeat_of" not in r for r in flags[name][:-1])

first = flags["full"][0]
assert first["item"]["author"] != "u1" and "u1" not in json.dumps(first), "the author's id got out"
assert "author" not in flags["plain"][0]["item"]
assert first["content"]["author_name"] == "Courier Service" and first["content"]["text"].startswith("Your parcel\nSettle")
assert all("Ann" not in json.dumps(r) for r in flags["full"]), "a name that is no evidence got out"
assert all("content" not in r for r in flags["none"])
for name in ("full", "plain"):
    for record in flags[name]:
        for evidence in (e for rule in record["rules"] for e in rule["evidence"]):
            content = record["content"][evidence["field"]]
            assert content[evidence["start"]:evidence["end"]] == evidence["quote"], evidence
            assert content.encode()[evidence["start_byte"]:evidence["end_byte"]].decode() == evidence["quote"], evidence
long_one = next(r for r in flags["excerpt"] if r["item"].get("id") == "3")
assert len(long_one["content"]["text"]) == 80 + 400 + 80 + 2, len(long_one["content"]["text"])

for key in list(first):
    if key != "content":
        must_refuse(flag, first, lambda r: r.pop(key), f"no {key}")
must_refuse(flag, first, lambda r: r.update(extra=1), "an unknown member")
must_refuse(flag, first, lambda r: r.update(repeats=1), "repeats of nothing")
must_refuse(flag, repeat, lambda r: r.update(repeats=0), "a repeat that is none")
must_refuse(flag, first, lambda r: r.update(truncated=False), "truncated: false")
must_refuse(flag, first, lambda r: r["rules"].clear(), "no rules")
must_refuse(flag, first, lambda r: r["rules"][0].update(category="civic_discourse"), "a category that is not on the list")
must_refuse(flag, first, lambda r: r["rules"][0]["evidence"][0].pop("start_byte"), "no start_byte")
must_refuse(flag, first, lambda r: r["item"].update(author="u1"), "an author's id")
must_refuse(flag, first, lambda r: r["source"].update(topic="t"), "two kinds of source")
dead = letters["full"][0]
for key in dead:
    must_refuse(letter, dead, lambda r: r.pop(key), f"no {key}")
must_refuse(letter, dead, lambda r: r.update(payload="*"), "a payload that is no base64")
must_refuse(letter, dead, lambda r: r.update(payload_omitted=True, payload_bytes=3), "a payload that is there and is not")
must_refuse(letter, dead, lambda r: r.update(reason="rumors"), "a reason that is not on the list")

spoken, update = read_records("captions.flags"), load_validator("weir.flag-update-1")
check(flag, [r for r in spoken if r["schema"] == "weir.flag/1"], "captions.flags")
check(update, [r for r in spoken if r["schema"] == "weir.flag-update/1"], "captions.flags")
check(letter, read_records("captions.dead"), "captions.dead")
assert [r["reason"] for r in read_records("captions.dead")] == ["no_text"]
assert [(r.get("source", {}).get("line"), r.get("provisional"), r.get("state")) for r in spoken if r.get("rules", [{}])[0].get("status") != "shadow" ] == [
    (2, None, None), (3, True, None), (None, None, "withdrawn"), (None, None, "withdrawn"), (5, None, None)], spoken
across = spoken[[r["source"]["line"] for r in spoken if "source" in r].index(2)]
assert across["item"] == {"stream": "s", "sequence_first": 1, "sequence_last": 2, "start_ms": 0, "end_ms": 1900, "lang": "en"}, across
assert across["rules"][0]["evidence"][0]["fragments"] == [{"sequence": 1, "start": 18, "end": 24}, {"sequence": 2, "start": 0, "end": 3}], across
must_refuse(flag, across, lambda r: r["rules"][0]["evidence"][0].update(start=1), "a start and fragments")
must_refuse(flag, across, lambda r: r["item"].update(author="0" * 32), "an author of a caption")
must_refuse(flag, first, lambda r: r["item"].update(stream="s"), "a post of a stream")
with open(f"{root}/config/schema/weir.flag-1.schema.json") as one, open(f"{root}/config/schema/weir.flag-update-1.schema.json") as other:
    kinds = json.load(one)["$defs"], json.load(other)["$defs"]
assert all(kinds[0][name] == kinds[1][name] for name in kinds[1]), "the two schemas describe rules differently"

with open(f"{root}/docs/records.md", encoding="utf-8") as file:
    shown = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", file.read(), re.S)]
check(flag, [record for record in shown if record["schema"] == "weir.flag/1"], "docs/records.md")
examples = {record["schema"]: record for record in shown}
assert set(examples) == {"weir.flag/1", "weir.audit/1", "weir.flag-update/1", "weir.dead-letter/1", "weir.ruleset/1", "weir.overflow/1", "weir.rollup/1"}, set(examples)
for name, record in examples.items():
    validator = load_validator(name.replace("/", "-"))
    check(validator, [record], "docs/records.md")
    must_refuse(validator, record, lambda r: r.update(extra=1), "an unknown member")
    must_refuse(validator, record, lambda r: r.update(truncated=False), "truncated: false")
    if name in ("weir.ruleset/1", "weir.overflow/1", "weir.rollup/1", "weir.audit/1"):
        for key in record.keys() - {"counts", "content"}:  # which later parts of a rollup, and records without texts, have not
            must_refuse(validator, record, lambda r: r.pop(key), f"no {key}")
print(f"schemas: {sum(map(len, flags.values()))} flags and {sum(map(len, letters.values()))} dead letters are valid")
P
