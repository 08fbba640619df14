#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What docs/linux-diff.md says about each pair of bring-ups.
#
#	doc.sh check ENA-TRACE ENA-BRINGUP	the document against what is so
#	doc.sh write ENA-TRACE ENA-BRINGUP	write what is so into it
#	doc.sh pairs				list KERNEL PROFILE WORD
#	doc.sh diff KERNEL PROFILE ENA-TRACE OURS [OPTION ...]
#
# WORD is the profile as ena-bringup takes it.  A pair is there if there is
# golden/linux-KERNEL-PROFILE.txt.  The document has blocks that begin with
# "<!-- begin NAME KERNEL PROFILE -->" and end with "<!-- end -->"; what is
# between is made here: those differences of that pair whose reason is in
# golden/explained-NAME.txt.  Each such file must have its block.
#
# Reasons count for all pairs (common), those of a profile (max, also for
# max-no-llq; max-no-llq), those of a kernel (6.1), and those in which Linux
# places its TX queues on the device (llq).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
golden=$here/golden
doc=$here/../../docs/linux-diff.md

pairs()
{
	for f in "$golden"/linux-*.txt; do
		[ -f "$f" ] || continue
		pair=$(basename "$f" .txt)
		pair=${pair#linux-}
		kernel=${pair%%-*}
		profile=${pair#*-}
		case $profile in
		*-no-llq)	word=${profile%-no-llq},no-llq ;;
		*)		word=$profile ;;
		esac
		echo "$kernel $profile $word"
	done
}

# compare KERNEL PROFILE ENA-TRACE OURS OPTIONS...
compare()
{
	kernel=$1 profile=$2 trace=$3 ours=$4
	shift 4
	names="common ${profile%-no-llq} $kernel"
	[ "${profile%-no-llq}" = "$profile" ] || names="$names $profile"
	if grep '^cmd SET_FEATURE LLQ' "$golden/linux-$kernel-$profile.txt" \
		>/dev/null; then
		names="$names llq"
	fi
	for name in $names; do
		[ ! -f "$golden/explained-$name.txt" ] ||
			set -- "$@" --explained "$golden/explained-$name.txt"
	done
	"$trace" diff --names linux,ours --bring-up "$@" \
		"$golden/linux-$kernel-$profile.txt" "$ours"
}

# blocks TRACE BRINGUP: each into a file of its name
blocks()
{
	sed -n 's/^<!-- begin \(.*\) -->$/\1/p' "$doc" >"$tmp/blocks"
	while read -r name kernel profile; do
		word=$(pairs | awk -v k="$kernel" -v p="$profile" \
			'$1 == k && $2 == p { print $3 }')
		if [ -z "$word" ]; then
			echo "doc.sh: no pair $kernel $profile" >&2
			return 2
		fi
		"$2" "$word" >"$tmp/ours"
		"$1" diff --names linux,ours --bring-up --markdown \
			--explained "$golden/explained-$name.txt" \
			"$golden/linux-$kernel-$profile.txt" "$tmp/ours" \
			>"$tmp/$name $kernel $profile" 2>"$tmp/err" ||
			[ $? -eq 1 ]
	done <"$tmp/blocks"
	for f in "$golden"/explained-*.txt; do
		name=$(basename "$f" .txt)
		grep -q "^${name#explained-} " "$tmp/blocks" && continue
		echo "doc.sh: no block for ${name#explained-}" >&2
		return 1
	done
}

# The document with its blocks made anew.
made()
{
	awk -v dir="$tmp" '
	/^<!-- begin .* -->$/ {
		print
		name = $0
		sub(/^<!-- begin /, "", name)
		sub(/ -->$/, "", name)
		print ""
		while ((getline line <(dir "/" name)) > 0)
			print line
		inside = 1
		next
	}
	/^<!-- end -->$/ { inside = 0 }
	!inside { print }
	' "$doc"
}

mode=${1:?usage: doc.sh check|write|pairs|diff ...}
shift
case $mode in
pairs)
	pairs
	exit ;;
diff)
	compare "$@"
	exit ;;
esac
tmp=$(mktemp -d "${TMPDIR:-/tmp}/doc.XXXXXX")
trap 'rm -rf "$tmp"' EXIT HUP INT TERM
blocks "$@"
made >"$tmp/doc"
case $mode in
check)	diff -u "$doc" "$tmp/doc" ;;
write)	cat "$tmp/doc" >"$doc" ;;
*)	echo "doc.sh: what is $mode?" >&2
	exit 2 ;;
esac
