#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: references to anchors of the documents and to tests
#
#	tests/check_refs.sh
#
# 1. In code (include, ena_core, glue_*, tests): "hw-notes#x",
#    "docs/hw-notes.md#x" and a list behind it, "#y, #z", on the same line;
#    likewise for the other documents in docs/.  "docs/x.md" alone must exist.
# 2. In documents: links [text](file.md#x), [text](#x), [text](file).
# 3. In documents: `test_x` is a cmocka test, or a program of that name.
# 4. In columns "Test" of docs/contract.md: no cell is empty or only says that
#    a test is yet to come; `x_y` is a cmocka test, `tests/x` is a file.
# 5. In docs/pitfalls-covered.md, columns "Test" and "Rule": no cell is empty;
#    a path, then names: tests of that file, or words in that source.
# 6. In docs/features.md: what is there (Y, P) names a test as in 4, a suite
#    `./test.sh x` or an option `ena-demo --x`; what is not (N) says why.
#
# An anchor is <a id="x"> or a heading, named as the usual viewers name it.
# Prints "not ok file:line: ..." for each one that dangles, and fails.
set -eu
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/refs.XXXXXX")
trap 'rm -rf "$tmp"' EXIT HUP INT TERM

documents()
{
	for f in README.md CHANGELOG.md docs/*.md; do
		[ ! -f "$f" ] || echo "$f"
	done
}

# "file#anchor" for each anchor of each document.
documents | while read -r doc; do
	awk -v doc="$doc" '
	/^```/ { code = !code; next }
	code { next }
	{
		line = $0
		while (match(line, /<a id="[^"]*">/)) {
			print doc "#" substr(line, RSTART + 7, RLENGTH - 9)
			line = substr(line, RSTART + RLENGTH)
		}
	}
	/^#+ / {
		h = tolower($0)
		sub(/^#+ +/, "", h)
		sub(/ +#* *$/, "", h)
		gsub(/[^a-z0-9 _-]/, "", h)
		gsub(/ /, "-", h)
		print doc "#" h
	}' "$doc"
done | sort -u >"$tmp/anchors"

# "where target" for each reference in code.
names=$(documents | sed -n 's|^docs/\(.*\)\.md$|\1|p' | tr '\n' '|')
find include ena_core glue_* tests -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.build' \) \
	! -name check_refs.sh -print 2>/dev/null | sort >"$tmp/code"
while read -r f; do
	awk -v file="$f" -v names="${names%|}" '
	BEGIN {
		one = "(docs/[a-z-]+\\.md|(" names ")(\\.md)?#)" \
		    "#?[A-Za-z0-9_-]*"
	}
	{
		line = $0
		while (match(line, one)) {
			ref = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			n = index(ref, "#")
			if (n == 0) {
				print file ":" FNR, ref
				continue
			}
			doc = substr(ref, 1, n - 1)
			sub(/^docs\//, "", doc)
			sub(/\.md$/, "", doc)
			print file ":" FNR, "docs/" doc ".md" substr(ref, n)
			while (match(line, /^, #[A-Za-z0-9_-]+/)) {
				print file ":" FNR, "docs/" doc ".md" \
				    substr(line, 3, RLENGTH - 2)
				line = substr(line, RLENGTH + 1)
			}
		}
	}' "$f"
done <"$tmp/code" >"$tmp/refs"

# The same for documents: links that stay inside the tree.
documents | while read -r doc; do
	dir=$(dirname "$doc")
	awk -v doc="$doc" -v dir="$dir" '
	/^```/ { code = !code; next }
	code { next }
	{
		line = $0
		while (match(line, /\]\([^) ]*\)/)) {
			to = substr(line, RSTART + 2, RLENGTH - 3)
			line = substr(line, RSTART + RLENGTH)
			if (to ~ /^[a-z]+:/)
				continue
			if (to ~ /^#/)
				to = doc to
			else if (dir != ".")
				to = dir "/" to
			while (sub(/[^\/]+\/\.\.\//, "", to))
				continue
			print doc ":" FNR, to
		}
	}' "$doc"
done >>"$tmp/refs"

bad=0
while read -r where to; do
	case $to in
	*'#'*)	grep -Fqx -- "$to" "$tmp/anchors" && continue
		echo "not ok $where: no anchor $to" ;;
	*)	[ -e "$to" ] && continue
		echo "not ok $where: no file $to" ;;
	esac
	bad=$((bad + 1))
done <"$tmp/refs"

# Names of all tests; "where name" for each that a document claims.
# (Tests of glue that not every system can have are named by GF_NEEDS.)
find tests -name '*.c' -exec sed -nE \
	's/.*(cmocka_unit_test[a-z_]*|GF_NEEDS)\(([A-Za-z0-9_]*).*/\2/p' {} + |
	sort -u >"$tmp/tests"
find tests -name 'test_*.c' | sed 's|.*/||; s/\.c$//' >>"$tmp/tests"
documents | while read -r doc; do
	awk -v doc="$doc" -v strict="$([ "$doc" != docs/contract.md ] ||
		echo yes)" '
	function names(text, all,   name) {
		while (match(text, /`[^`]*`/)) {
			name = substr(text, RSTART + 1, RLENGTH - 2)
			text = substr(text, RSTART + RLENGTH)
			if (name ~ /^test_[a-z0-9_]+$/ ||
			    (all && name ~ /^[a-z0-9]+(_[a-z0-9]+)+$/) ||
			    (all && name ~ /^tests\//) ||
			    (all && name ~ /^(\.\/test\.sh |ena-demo --)/)) {
				print doc ":" FNR, name
				found++
			}
		}
	}
	/^```/ { code = !code; next }
	code { next }
	/^\|/ {
		line = $0
		gsub(/\\\|/, "", line)
		n = split(line, cell, "|")
		last = cell[n - 1]
		if (!table) {
			table = 1
			column = strict != "" && last ~ /^ *Test *$/
			shown = doc == "docs/features.md" &&
			    last ~ /^ *Shown by, or why not *$/
		} else if (shown && last !~ /^ *-+ *$/) {
			found = 0
			names(last, 1)
			here = cell[n - 2]
			if (here !~ /^ *([YP][ ,]|N *$)/ ||
			    (here ~ /^ *[YP]/ && found == 0) ||
			    split(last, word, " ") < (here ~ /N/ ? 3 : 1))
				print doc ":" FNR, "?"
			next
		} else if (column && last !~ /^ *-+ *$/) {
			found = 0
			names(last, 1)
			if (last ~ /pending/ || (found == 0 &&
			    last !~ /sim/))
				print doc ":" FNR, "?"
			next
		}
	}
	!/^\|/ { table = 0 }
	{ names($0, 0) }' "$doc"
done >"$tmp/claims"
while read -r where name; do
	case $name in
	'?')		why='a row without a test, or a reason' ;;
	'./test.sh '*)	[ -e "tests/suites/${name#* }.sh" ] && continue
			why="no suite ${name#* }" ;;
	'ena-demo --'*)	grep -q "{ \"${name#*--}\"," \
				tests/tools/ena_demo.c && continue
			why="no option --${name#*--}" ;;
	tests/*)	[ -e "$name" ] && continue
			why="no file $name" ;;
	*)		grep -Fqx -- "$name" "$tmp/tests" && continue
			why="no test $name" ;;
	esac
	echo "not ok $where: $why"
	bad=$((bad + 1))
done <"$tmp/claims"
if [ "$(grep -c '^docs/contract.md:' "$tmp/claims")" -lt 40 ]; then
	echo 'not ok docs/contract.md: its columns of tests were not found'
	bad=$((bad + 1))
fi
if [ "$(grep -c '^docs/features.md:' "$tmp/claims")" -lt 60 ]; then
	echo 'not ok docs/features.md: its columns of tests were not found'
	bad=$((bad + 1))
fi

# "line file name" for each name behind a path; "line file -" for the path
# alone; "line ? column" for a cell that names none.
covered=docs/pitfalls-covered.md
awk '
!/^\|/ { table = 0; next }
/^\|[-|]*$/ { next }
{
	n = split($0, cell, "|")
	for (i = 2; i < n; i++) {
		title = cell[i]
		gsub(/^ +| +$/, "", title)
		if (!table) {
			column[i] = title
			continue
		}
		if (column[i] == "Rule" && title ~ /^not implemented/)
			break
		if (column[i] != "Test" && column[i] != "Rule")
			continue
		file = ""
		text = cell[i]
		while (match(text, /`[^`]*`/)) {
			name = substr(text, RSTART + 1, RLENGTH - 2)
			text = substr(text, RSTART + RLENGTH)
			if (name ~ /\//) {
				file = name
				print FNR, file, "-"
			} else
				print FNR, file == "" ? "?" : file, name
		}
		if (file == "")
			print FNR, "?", column[i]
	}
	table = 1
}' "$covered" >"$tmp/covered"
while read -r where file name; do
	case $file:$name in
	'?':*)		why="no path before $name" ;;
	*:-)		[ -f "$file" ] && continue
			why="no file $file" ;;
	tests/*/test_*.c:*)
		grep -qE "(cmocka_unit_test[a-z_]*|GF_NEEDS)\\(${name}[,)]" \
			"$file" && continue
		why="no test $name in $file" ;;
	*)		grep -qw -- "$name" "$file" && continue
			why="no $name in $file" ;;
	esac
	echo "not ok $covered:$where: $why"
	bad=$((bad + 1))
done <"$tmp/covered"
if [ "$(wc -l <"$tmp/covered")" -lt 200 ]; then
	echo "not ok $covered: its columns were not found"
	bad=$((bad + 1))
fi

total=$(cat "$tmp/refs" "$tmp/claims" "$tmp/covered" | wc -l | tr -d ' ')
if [ "$total" -eq 0 ]; then
	echo 'not ok references: none found, wrong directory?'
	bad=1
fi
if [ "$bad" -eq 0 ]; then
	echo "ok references: $total"
	echo '1 passed, 0 failed, 0 skipped'
	exit 0
fi
echo "0 passed, $bad failed, 0 skipped"
exit 1
