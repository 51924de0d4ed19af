#!/usr/bin/env bash
# `cmake --install` gives a binary, a library, headers, manual pages, completions and a pkg-config file, with which a C program that embeds
# weir builds and runs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(dirname "$(realpath "$1")")
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-install.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() { echo "install: FAILED: $*" >&2; exit 1; }

prefix=$work/prefix
cmake --install "$build" --prefix "$prefix" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; fail 'cmake --install'; }

library=$(find "$prefix" -name libweir.a)
pc=$(find "$prefix" -name weir.pc)
[ -n "$library" ] || fail 'libweir.a is missing'
[ -n "$pc" ] || fail 'weir.pc is missing'
headers=$(find "$prefix/include/weir" -name '*.h' | wc -l)
[ "$headers" = "$(find "$here/../../include/weir" -name '*.h' | wc -l)" ] || fail "$headers headers"
for page in "$here"/../../docs/man/*.[15]; do
  [ -s "$prefix/share/man/man${page##*.}/$(basename "$page")" ] || fail "the manual page $(basename "$page") is missing"
done
for completion in bash-completion/completions/weir zsh/site-functions/_weir fish/vendor_completions.d/weir.fish; do
  [ -s "$prefix/share/$completion" ] || fail "$completion is missing"
done
[ -s "$prefix/share/weir/rules/scams.yaml" ] || fail 'the rules are missing'
"$prefix/bin/weir" --version >"$work/version" || fail 'the installed weir does not run'
for linked in librdkafka Hyperscan PCRE2 simdjson ICU jansson libfyaml OpenSSL; do
  grep -qE "^$linked [0-9]+\.[0-9]" "$work/version" || fail "--version does not say which $linked it is linked with"
done

export PKG_CONFIG_PATH=$(dirname "$pc")
flags() { pkg-config --define-variable=prefix="$prefix" "$@" weir; }
read -ra compile <<<"$(flags --cflags)"
read -ra link <<<"$(flags --libs)"
cc -std=c17 -Wall -Wextra -Werror "${compile[@]}" "$here/embed.c" -o "$work/embed" "${link[@]}" ||
  fail 'a program with libweir does not build'
output=$("$work/embed" 'Your ｓａｆｅ account waits')
[ "$output" = 'demo.safe 5-17 ｓａｆｅ account' ] || fail "the program printed: $output"
[ -z "$("$work/embed" 'Nothing to see')" ] || fail 'the program found something where nothing is'
echo "install: $(head -1 "$work/version"), $headers headers, library, manual pages, completions, rules; an embedding program found: $output"
