#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: quick
# what: house rules: who includes whom, forbidden words, shape, references
# limit: 120
#
# Looks at the files that git knows or would add (without git: all but
# build-*).  Each rule is a case; each breach is a line "# file:line: why"
# behind it.
set -eu

# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$t_top"
LC_ALL=C
export LC_ALL

WARN_LINES=70			# of a function: listed
FAIL_LINES=120			# of a function: an error
FILE_LINES=1200			# of a file of the core
MAX_OPERATIONS=20		# that the platform must provide

# ---- helpers

# A rule's name; its breaches are lines of $found.
found=$t_work/found
rule()
{
	if [ -s "$found" ]; then
		t_fail "$1" "$(wc -l <"$found" | tr -d ' ') places"
		head -n 40 "$found" | sed 's/^/# /'
	else
		t_pass "$1"
	fi
}

# Files whose name matches, from the list of all.
files()
{
	grep -E -e "$1" "$t_work/files" || :
}

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	git ls-files -co --exclude-standard
else
	find . -path './build*' -prune -o -type f -print | sed 's|^\./||'
fi | sort -u | while IFS= read -r f; do
	[ ! -f "$f" ] || echo "$f"
done >"$t_work/files"
# Text only; patches and captured data keep the shape they came in.
while IFS= read -r f; do
	! grep -qI '' "$f" || echo "$f"
done <"$t_work/files" >"$t_work/text"

core='^(ena_core|include)/[^/]*\.[ch]$'
binding='(^|/)ena_os_[a-z0-9_]*\.h$'
files "$core" >"$t_work/core"
files '\.[ch]$' >"$t_work/c"
if [ "$(wc -l <"$t_work/core")" -lt 10 ]; then
	t_fail files 'the core was not found'
	t_end
fi
# No file name here has a space.
# shellcheck disable=SC2046
awk -f tests/cross/ccode.awk $(cat "$t_work/c") >"$t_work/code"
grep -E '^(ena_core|include)/[^/]*\.[ch]:' "$t_work/code" >"$t_work/corecode"

# ---- every source

# The licence, where a reader looks for it.
while IFS= read -r f; do
	case $f in
	*.[chS]|*.sh|*.awk|*.py|*.ini|*.build|*.mk|*.yml|*.profile) ;;
	*.4|*.ioconf) ;;
	*/Makefile|Makefile|meson_options.txt|.ci/*) ;;
	*)	head -n 1 "$f" | grep -q '^#!' || continue ;;
	esac
	head -n 3 "$f" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' ||
		echo "$f:1: no SPDX line in the first three"
done <"$t_work/text" >"$found"
rule 'licence line'

while IFS= read -r f; do
	grep -nE '[ 	]+$' "$f" | sed "s|^\\([0-9]*\\):.*|$f:\\1: trailing space|"
	[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] ||
		echo "$f:$(wc -l <"$f"): no newline at the end"
done <"$t_work/text" >"$found"
rule 'trailing space'

# 80 columns, tabs at 8; a character of UTF-8 is one column.
# shellcheck disable=SC2046
awk '{
	line = $0
	gsub(/[\200-\277]/, "", line)
	cols = 0
	n = split(line, part, "\t")
	for (i = 1; i < n; i++)
		cols += length(part[i]) + 8 - (cols + length(part[i])) % 8
	cols += length(part[n])
	if (cols > 80)
		print FILENAME ":" FNR ": " cols " columns"
}' $(cat "$t_work/c") >"$found"
rule '80 columns'

# Tabs, then at most four spaces of continuation; comments align their star.
# shellcheck disable=SC2046
awk '
FNR == 1 { comment = 0 }
{
	inside = comment
	rest = $0
	while ((i = index(rest, comment ? "*/" : "/*")) != 0) {
		rest = substr(rest, i + 2)
		comment = !comment
	}
	if (inside)
		next
	match($0, /^[ \t]*/)
	white = substr($0, 1, RLENGTH)
	if (white ~ / \t/)
		print FILENAME ":" FNR ": space before tab"
	else if (white !~ /^\t*(    )?$/)
		print FILENAME ":" FNR ": indented with spaces"
}' $(cat "$t_work/c") >"$found"
rule 'indented with tabs'

# shellcheck disable=SC2046
awk -v soft="$WARN_LINES" -v hard="$FAIL_LINES" '
FNR == 1 { start = 0; name = "" }
/^[A-Za-z_][A-Za-z0-9_]*\(/ {
	name = $0
	sub(/\(.*/, "", name)
	start = FNR
}
/^\{/ { open = 1 }
/^}/ {
	if (open && name != "") {
		n = FNR - start + 1
		if (n > hard)
			print "hard " FILENAME ":" start ": " name \
			    "() has " n " lines, limit " hard
		else if (n > soft)
			print "soft " FILENAME ":" start ": " name \
			    "() has " n " lines"
	}
	open = 0
	name = ""
}' $(cat "$t_work/c") >"$t_work/lengths"
sed -n 's/^soft /# long: /p' "$t_work/lengths"
sed -n 's/^hard //p' "$t_work/lengths" >"$found"
rule 'length of functions'

# shellcheck disable=SC2046
wc -l $(cat "$t_work/core") | awk -v max="$FILE_LINES" '
$2 != "total" && $1 > max { print $2 ": " $1 " lines, limit " max }' >"$found"
rule 'length of files of the core'

# Nobody's home directory, and no mirror either: they differ on the next
# machine.  Tests that ask for a temporary file may name the usual place.
dirs='work|root|home'
mirrors='(deb|ftp|security|archive|snapshot|ports)[a-z0-9.]*\.(debian|ubuntu)'
while IFS= read -r f; do
	[ "$f" != tests/suites/tidy.sh ] || continue
	d="$dirs|tmp"
	case $f in
	tests/*)
		! grep -qE 'mk[ds]?temp|TMPDIR|tmpfs|/lib\.sh' "$f" ||
			d=$dirs ;;
	esac
	sed 's/"\$[A-Za-z0-9_{}]*"/V/g' "$f" |
		grep -nE "(^|[^A-Za-z0-9_.})~-])/($d)(/|[^A-Za-z0-9_/-]|\$)" |
		sed "s|^\\([0-9]*\\):.*|$f:\\1: a path of one machine|"
	grep -nE "//$mirrors\\." "$f" |
		sed "s|^\\([0-9]*\\):.*|$f:\\1: a mirror's address|"
done <"$t_work/text" >"$found"
rule 'paths of one machine'

# ---- the core

# Words that have no business there, as whole identifiers of the code.
awk -F: '
BEGIN {
	n = split("malloc calloc realloc free alloca printf sprintf " \
	    "snprintf vprintf vsnprintf puts sleep usleep nanosleep msleep " \
	    "tsleep pause delay DELAY udelay spin lock unlock mutex " \
	    "spinlock semaphore assert abort exit panic errno rand random " \
	    "arc4random time clock setjmp longjmp float double " \
	    "typeof __typeof__ __typeof _Atomic bus_space bus_dma mbuf " \
	    "_KERNEL __KERNEL__ __FreeBSD__ __FreeBSD_version __NetBSD__ " \
	    "__NetBSD_Version__ __OpenBSD__ OpenBSD __DragonFly__ " \
	    "__linux__ __linux linux __APPLE__ _WIN32 __sun __illumos__ " \
	    "__unix__ unix", word, " ")
	for (i = 1; i <= n; i++)
		bad[word[i]] = 1
}
{
	where = $1 ":" $2
	line = substr($0, length(where) + 2)
	while (match(line, /[A-Za-z_][A-Za-z0-9_]*/)) {
		id = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		if (id in bad)
			print where ": " id
	}
}' "$t_work/corecode" >"$found"
rule 'no word of an operating system'

# shellcheck disable=SC2046
grep -nwE 'TODO|FIXME|XXX|HACK' $(cat "$t_work/c") /dev/null |
	sed 's/^\([^:]*:[0-9]*:\).*/\1 left to do/' >"$found"
rule 'nothing left to do'

# What KNF and three kernels agree on; the compilers check the rest.
awk -F: '
function say(why) { print where ": " why }
BEGIN {
	alias = "typedef[ \t]+(struct|union|enum)[ \t]*[A-Za-z0-9_]*[ \t]*" \
	    "([{]|$|[A-Za-z0-9_]+[ \t]*;)"
	bits = "(^[ \t]+|[{;][ \t]*)(unsigned|int|bool|uint[0-9]+_t)[a-z ]*" \
	    "[A-Za-z0-9_]+[ \t]*:[ \t]*[0-9]+"
}
{
	where = $1 ":" $2
	line = substr($0, length(where) + 2)
	if (line ~ /\/\//)
		say("a // comment")
	if (line ~ alias)
		say("a typedef of a structure")
	if (line ~ /for[ \t]*\([a-z_0-9 ]+ \**[a-z_0-9]+[ \t]*=/)
		say("a declaration inside for")
	if (line ~ /[()][ \t]*\{[^}]*[};]/ || line ~ /\([ \t]*\{/)
		say("a block inside a line")
	if (line ~ bits)
		say("a bit field")
	if (line ~ /^[ \t]*return[ \t]+[^( \t;]/)
		say("return without parentheses")
	if (line ~ /^#[ \t]*pragma/)
		say("a pragma")
}' "$t_work/corecode" >"$found"
rule 'dialect of the core'

# Recursion.  Calls through pointers are not followed; see callgraph.awk.
# A compiler cache keeps objects, but not graphs.
if pkg_have gcc; then
	for f in ena_core/*.c; do
		CCACHE_DISABLE=1 gcc -std=c99 -O0 -ffreestanding -Iinclude \
			-DENA_OS_BINDING='"ena_os_plain.h"' \
			-fcallgraph-info=su -c "$f" \
			-o "$t_work/$(basename "$f" .c).o" || :
	done 2>"$t_work/gcc"
	awk -f tests/cross/callgraph.awk "$t_work"/*.ci >"$t_work/graph" || :
	{
		grep '^recursion ' "$t_work/graph" |
			sed 's/^/ena_core: /' || :
		awk '$1 == "functions" && $2 >= 50 { ok = 1 }
		END { if (!ok) print "ena_core: no call graph" }' \
			"$t_work/graph"
	} >"$found"
	rule 'no recursion'
else
	t_skip 'no recursion' 'needs gcc'
fi

# ---- who includes whom

# "file line what", what without quotes.
# shellcheck disable=SC2046
awk 'match($0, /^[ \t]*#[ \t]*include[ \t]*/) {
	what = substr($0, RSTART + RLENGTH)
	sub(/[ \t]*(\/\*.*)?$/, "", what)
	gsub(/["<>]/, "", what)
	print FILENAME, FNR, what
}' $(cat "$t_work/c") >"$t_work/includes"
awk -v binding="$binding" '
function only(list) {
	if (index(" " list " ", " " $3 " ") == 0)
		say("may include only " list)
}
function never(list) {
	if (index(" " list " ", " " base " ") != 0)
		say("must not include it")
}
function say(why) { print $1 ":" $2 ": " $3 ": " why }
{
	base = $3
	sub(/.*\//, "", base)
}
$1 ~ binding && $1 != "include/ena_os.h" {
	never("ena.h ena_hw.h ena_priv.h ena_os.h")
}
$1 ~ /^ena_core\/[^\/]*\.c$/ { only("ena_priv.h") }
$1 == "ena_core/ena_priv.h" { only("ena.h") }
$1 == "include/ena.h" { only("ena_os.h ena_hw.h ena_io.h") }
$1 == "include/ena_os.h" { only("ENA_OS_BINDING") }
$1 == "include/ena_hw.h" || $1 == "include/ena_io.h" {
	say("includes nothing")
}
# (the headers of a fake system are the real ones in another place)
base == "ena_io.h" && $1 !~ /^(include|tests\/fake\/[a-z]*\/.*)\/ena[a-z_]*\.h$/ {
	say("comes with ena.h")
}
$1 ~ /^tests\/mock\/(ena_mockdev|mock_[a-z0-9_]*)\.[ch]$/ {
	never("ena.h ena_priv.h ena_os.h ena_os_mock.h ena_sim.h nic.h")
}
$1 ~ /^(glue_[a-z0-9]*|ena_core\/keep)\// {
	never("ena_hw.h ena_priv.h ena_io.h")
}
$1 ~ /^tests\/(fake|glue)\/.*\.c$/ {
	never("ena.h ena_io.h ena_hw.h ena_priv.h ena_os.h")
}
' "$t_work/includes" >"$found"
rule 'who includes whom'

# ... nor by name: what a kernel may say of the wire are reasons for a reset
# and capabilities.
grep '^glue_[a-z0-9]*/' "$t_work/code" | awk -F: '{
	where = $1 ":" $2
	line = substr($0, length(where) + 2)
	while (match(line, /[A-Za-z_][A-Za-z0-9_]*/)) {
		id = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		if (id ~ /^(ENAHW|enahw)_/ && id !~ /^ENAHW_(RESET|CAP)_/)
			print where ": " id
	}
}' >"$found"
rule 'glue does not know the wire format'

# Each glue comes whole.
for d in glue_*; do
	os=${d#glue_}
	[ "$os" != common ] || continue
	for f in "$d/ena_os_$os.h" "$d/if_ena.c" "docs/$os.md" \
		"tests/suites/glue_$os.sh" "tests/glue/mutants_$os.txt"; do
		grep -qx "$f" "$t_work/files" || echo "$d: no $f"
	done
done >"$found"
rule 'each glue has its parts'

# ---- contract and documents

# What driver and model share is typed a second time, all of it.
hw=include/ena_hw.h
awk -f tests/cross/ccode.awk $hw tests/unit/test_layout.c |
	awk -v header=$hw -f tests/cross/layout.awk >"$found" ||
	echo "$hw: not read" >>"$found"
rule 'test_layout.c names all of ena_hw.h'

ops=$(grep -cE '^static inline .*ena_os_[a-z0-9_]+\(' include/ena_os.h) || :
if [ "$ops" -ge 5 ] && [ "$ops" -le "$MAX_OPERATIONS" ]; then
	t_pass "operations of the platform: $ops"
else
	t_fail 'operations of the platform' "$ops, limit $MAX_OPERATIONS"
fi

# A mem function that the core uses is one the contract names.
awk -F: '{
	where = $1 ":" $2
	line = substr($0, length(where) + 2)
	while (match(line, /(mem|str)[a-z]+[ \t]*\(/)) {
		f = substr(line, RSTART, RLENGTH)
		before = RSTART > 1 ? substr(line, RSTART - 1, 1) : " "
		line = substr(line, RSTART + RLENGTH)
		sub(/[ \t]*\(/, "", f)
		if (before !~ /[A-Za-z0-9_]/)
			print where, f
	}
}' "$t_work/corecode" | sort -u | while read -r where f; do
	grep -q "$f()" include/ena_os.h ||
		echo "$where: $f() is not in the contract, include/ena_os.h"
done >"$found"
rule 'what the contract promises'

# Conversions in the core's strings are those that a log must understand.
# shellcheck disable=SC2046
awk '
/^[ \t]*#/ { next }
{
	line = $0
	while (match(line, /"([^"\\]|\\.)*"/)) {
		text = substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
		if (text ~ /\\n/)
			print FILENAME ":" FNR ": a newline in a message"
		seen += gsub(/%%|%[0-9]*(s|d|u|x|llx)/, "", text)
		if (text ~ /%/)
			print FILENAME ":" FNR ": not in the log subset: " \
			    text
	}
}
END {
	if (seen < 10)
		print "ena_core: formats were not found"
}' $(grep '^ena_core/.*\.c$' "$t_work/core") >"$found"
rule 'log formats'

# Whoever lists the core's files lists all of them.
grep -lE '(^|[^a-z_])ena_admin(\.c|.,)' meson.build glue_*/* glue_*/*/* \
	2>/dev/null | while read -r list; do
	for f in ena_core/*.c; do
		f=$(basename "$f" .c)
		grep -qE "(^|[^a-z_])$f(\\.c|.[],])" "$list" ||
			echo "$list: $f is not there"
	done
done >"$found"
rule 'lists of the core are whole'

# A public function has a comment above it, without an empty line between;
# prototypes that stand together share one.
awk '
/^[ \t]*$/ { said = 0 }
/^\/\*/ { said = 1 }
/^(static inline|ENA_[A-Z]+ )/ { inline = 1; next }
inline && /^[a-z_0-9]+\(/ {
	name = $0
	sub(/\(.*/, "", name)
	if (!said)
		print FILENAME ":" FNR ": " name "()"
}
!inline && /^[a-z][A-Za-z0-9_ *]*[ *]ena_[a-z0-9_]+\(/ {
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	if (!said)
		print FILENAME ":" FNR ": " name "()"
}
{ inline = 0 }
' include/ena.h include/ena_io.h >"$found"
rule 'each public function has its comment'

if [ -f tests/check_refs.sh ]; then
	: >"$found"
	if ! sh tests/check_refs.sh >"$t_work/refs" 2>&1; then
		sed -n 's/^not ok //p' "$t_work/refs" >"$found"
		[ -s "$found" ] || tail -n 3 "$t_work/refs" >"$found"
	fi
	rule 'references to documents'
else
	t_skip 'references to documents' 'no tests/check_refs.sh'
fi

# ---- shell

{
	files '\.sh$'
	while IFS= read -r f; do
		case $f in
		*.sh)	;;
		*)	head -n 1 "$f" | grep -qE '^#!.*/(env )?(ba|da)?sh' &&
				echo "$f" ;;
		esac
	done <"$t_work/text"
} | sort -u >"$t_work/sh"
while IFS= read -r f; do
	sh -n "$f" 2>&1 | sed "s|^|$f: |"
done <"$t_work/sh" >"$found"
rule 'shell syntax'
if pkg_have shellcheck; then
	# shellcheck disable=SC2046
	shellcheck -x -S warning -f gcc $(cat "$t_work/sh") >"$found" || :
	rule 'shellcheck'
else
	t_skip shellcheck 'not here'
fi
t_end
