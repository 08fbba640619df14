#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Tests of ena-demo, as TAP.
#
#	test_demo.sh PROGRAM [options | pcap | live] ...
#
# Without names, all three.  "live" needs TAPs and namespaces; where the
# program itself says that there are none its cases are skipped.
set -eu

demo=$1
shift
[ $# -gt 0 ] || set -- options pcap live
case $demo in
/*)	;;
*)	demo=$PWD/$demo ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/test-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
# the program's own temporary files: must be gone at the end
mkdir tmp
TMPDIR=$work/tmp
export TMPDIR
unset NO_COLOR || :
n=0
bad=0
code=0

ok()
{
	n=$((n + 1))
	echo "ok $n - $1"
}

not_ok()
{
	n=$((n + 1))
	bad=$((bad + 1))
	echo "not ok $n - $1"
	tail -n 12 out | sed 's/^/# /'
	sed 's/^/# /' err | head -n 40
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# A name, then a condition; the output of the last run explains a failure.
check()
{
	case_name=$1
	shift
	if "$@" >/dev/null; then
		ok "$case_name"
	else
		not_ok "$case_name"
	fi
}

run()
{
	code=0
	"$demo" "$@" >out 2>err || code=$?
}

last()
{
	tail -n 1 out
}

# Exit code, and a pattern for the last line.
ended()
{
	[ "$code" -eq "$1" ] && last | grep -E "$2" >/dev/null
}

good()
{
	ended 0 '^demo: ok .*rules_broken=0$'
}

# A refusal: nothing but the one line.
one_line()
{
	ended "$1" "^demo: failed reason=.*$2" &&
		[ "$(wc -l <out)" -eq 1 ]
}

# Value of a key in the last line.
value()
{
	last | tr ' ' '\n' | sed -n "s/^$1=//p"
}

above()
{
	v=$(value "$1")
	[ -n "$v" ] && [ "$v" -gt "$2" ]
}

differ()
{
	! cmp -s "$1" "$2"
}

tmp_is_empty()
{
	[ -z "$(ls -A tmp)" ]
}

# ---- options

test_options()
{
	run --help
	check 'help exits 0' [ "$code" -eq 0 ]
	check 'help names the options' [ "$(grep -c '^  --' out)" -ge 15 ]
	run --profile help
	check 'profiles are listed' grep '^  min .*nothing optional' out
	run --frobnicate
	check 'an unknown option is named' one_line 2 '--frobnicate'
	run -z
	check 'an unknown letter is named' one_line 2 '-z'
	run --queues
	check 'a missing value is named' one_line 2 '--queues needs a value'
	run --verbose=yes
	check 'a value too many is named' one_line 2 '--verbose=yes'
	run --queues none
	check 'a bad number is named' one_line 2 "--queues: 'none'"
	run --mtu 65536
	check 'a number out of range is named' one_line 2 "--mtu: '65536'"
	run --bytes 10Q
	check 'a bad unit is named' one_line 2 "--bytes: '10Q'"
	run --llq 512
	check 'an unknown place is named' one_line 2 "--llq: '512'"
	run --profile nix
	check 'an unknown profile is named' one_line 2 "'nix'"
	run --profile min --queues 2
	check 'more queues than the device has' one_line 2 '--queues'
	run --profile min --mtu 9000
	check 'a larger MTU than the device takes' one_line 2 '--mtu'
	run --out x
	check '--out without --pcap' one_line 2 '--out'
	run --pcap x --generate y
	check '--pcap with --generate' one_line 2 '--generate'
	run stray
	check 'a stray word is named' one_line 2 "'stray'"
}

# ---- captures

# A capture with one header (little-endian), link type in octal.
pcap_header()
{
	printf '\324\303\262\241\002\000\004\000'
	printf '\000\000\000\000\000\000\000\000\377\377\000\000'
	printf '%b' "\\0$1\\0000\\0000\\0000"
}

# A frame of that many bytes (up to 63), octal length for the header.
pcap_frame()
{
	printf '\001\000\000\000\002\000\000\000'
	printf '%b' "\\0$2\\0000\\0000\\0000"
	printf '%b' "\\0$2\\0000\\0000\\0000"
	printf '%*s' "$1" '' | tr ' ' 'x'
}

make_captures()
{
	run --generate all.pcap --frames 3000
	check 'a capture is made up' ended 0 '^demo: ok mode=generate .*frames=3000'
	run --generate again.pcap --frames 3000
	check 'the same seed makes the same' cmp -s all.pcap again.pcap
	run --generate other.pcap --frames 3000 --seed 2
	check 'another seed makes another' differ all.pcap other.pcap
}

# Where the TX rings are, by option.
place()
{
	run --pcap all.pcap --llq "$1" --profile "$2"
	check "--llq $1 on $2: $3" grep "^  tx rings  *$3" out
	check "--llq $1 on $2 returns every frame" good
}

places()
{
	place device max 'LLQ, 256-byte entries'
	place 128 max 'LLQ, 128-byte entries'
	place 256 max 'LLQ, 256-byte entries'
	place off max 'host (LLQ: switched off)'
	place device t4g 'host (LLQ: not offered)'
}

# A value of adapter A in the report of all counters: section, name.
counter()
{
	awk -v section="$1" -v name="  $2 " '
	/^[^ ]/ { inside = index($0, section) == 1 }
	inside && index($0, name) == 1 {
		print $(NF - 1)
		exit
	}' out
}

# Sum over the pairs.
all_pairs()
{
	awk -v name="  $1 " '
	/^[^ ]/ { inside = /^Pair / }
	inside && index($0, name) == 1 { n += $(NF - 1) }
	END { print n + 0 }' out
}

counters()
{
	run --pcap all.pcap --stats
	check 'with all counters' good
	check "the device's totals are the capture's" \
		[ "$(counter Totals 'tx packets')" -eq 3000 ]
	check "and so are the pairs'" [ "$(all_pairs 'tx packets')" -eq 3000 ]
	check 'completions' [ "$(all_pairs 'tx completed')" -eq 3000 ]
	check 'interrupts' [ "$(all_pairs 'interrupts')" -gt 0 ]
	check 'none were lost' [ "$(all_pairs 'interrupts lost')" -eq 0 ]
	check 'the bring-up reset' [ "$(counter Control resets)" -eq 1 ]
	check 'allowances' [ "$(counter Allowances \
		bw_out_allowance_exceeded)" -eq 111 ]
	check "are not the driver's drops" \
		[ "$(all_pairs 'tx dropped by glue')" -eq 0 ]
	check "nor the device's" [ "$(counter Totals 'tx drops')" -eq 0 ]
	check 'SRD' [ "$(counter SRD 'tx packets that could have')" -eq 3000 ]
	run --pcap all.pcap --stats --profile i3
	check 'where there are none' good
	check 'that is said' [ "$(grep -c 'the device offers none' out)" -eq 2 ]
}

replay()
{
	for p in $("$demo" --profile help | awk '{ print $1 }'); do
		run --pcap all.pcap --profile "$p"
		check "$p returns every frame that fits" good
	done
	run --pcap all.pcap --out out4.pcap
	check 'four RX queues are used' [ "$(value rx_queues_used)" -eq 4 ]
	check 'all 3000 come back' [ "$(value returned)" -eq 3000 ]
	check 'the written capture has the same size' \
		[ "$(wc -c <out4.pcap)" -eq "$(wc -c <all.pcap)" ]
	check 'counters are shown' grep '  tx packets  .* 3000 ' out
	run --pcap all.pcap --out out1.pcap --queues 1
	check 'with one queue the files are identical' \
		cmp all.pcap out1.pcap
	run --pcap all.pcap --soft-csum
	check 'without checksum requests' good
	run --pcap all.pcap --mtu 1500
	check 'frames over the MTU are counted' above over_mtu 0
	check 'the others come back' \
		[ $(($(value sent) + $(value over_mtu))) -eq 3000 ]
	check 'and are reported' grep 'larger than the MTU' out
	run --pcap all.pcap --transcript t --queues 2
	check "a transcript has A's commands" grep '^A .*op=CREATE_SQ' t
	check "and B's" grep '^B .*op=CREATE_SQ' t
	places
	counters
	run --pcap all.pcap --verbose --no-color
	check 'verbose output' good
	run --no-tap --frames 600
	check 'without TAPs a capture is replayed' \
		ended 0 'mode=pcap frames=600 .*rules_broken=0'
	check 'and that is said' grep 'not possible here' out
}

bad_captures()
{
	: >empty.pcap
	run --pcap empty.pcap
	check 'an empty file' one_line 1 'empty.pcap is empty'
	head -c 20 all.pcap >cut.pcap
	run --pcap cut.pcap
	check 'a truncated header' one_line 1 'cut.pcap'
	head -c 24 all.pcap >none.pcap
	run --pcap none.pcap
	check 'no frames' one_line 1 'holds no frames'
	head -c 30 all.pcap >cut.pcap
	run --pcap cut.pcap
	check 'a truncated frame header' one_line 1 'damaged after frame 0'
	head -c 100000 all.pcap >cut.pcap
	run --pcap cut.pcap
	check 'a truncated frame' one_line 1 'damaged after frame [1-9]'
	echo 'There is nothing like a plain text file, is there?' >foreign.pcap
	run --pcap foreign.pcap
	check 'a foreign file' one_line 1 'foreign.pcap'
	{ pcap_header 145; pcap_frame 20 024; } >raw.pcap
	run --pcap raw.pcap
	check 'not Ethernet' one_line 1 'not an Ethernet capture'
	run --pcap not-there.pcap
	check 'no such file' one_line 1 'not-there.pcap'
	run --pcap all.pcap --out all.pcap
	check 'input is not overwritten' one_line 1 'same file'
	check 'and still there' cmp -s all.pcap again.pcap
	run --pcap all.pcap --out not/there.pcap
	check 'unwritable output' ended 1 '^demo: failed reason=.*not/there'
	{ pcap_header 001; pcap_frame 13 015; pcap_frame 14 016; } >runt.pcap
	run --pcap runt.pcap
	check 'shorter than a header is counted' \
		ended 0 'frames=2 sent=1 .*runts=1 '
}

test_pcap()
{
	make_captures
	replay
	bad_captures
	check 'no temporary files are left' tmp_is_empty
}

# ---- live

live()
{
	name=$1
	shift
	run --bytes 8M --seconds 1 "$@"
	check "$name" good
	check "$name: no ping is lost" [ "$(value ping_loss)" = 0 ]
	check "$name: SHA-256" [ "$(value sha256)" = match ]
}

# A child's command line holds the name of our directory.
no_children()
{
	ps -eo args >ps.out 2>/dev/null || return 0
	! grep -F "$TMPDIR/" ps.out
}

interrupt()
{
	"$demo" --bytes 2G >out 2>err &
	pid=$!
	sleep 7
	kill "-$1" "$pid"
	code=0
	wait "$pid" || code=$?
	check "SIG$1 ends it with a reason" ended 1 'interrupted by signal'
	check "SIG$1 leaves no files" tmp_is_empty
	check "SIG$1 leaves no children" no_children
}

test_live()
{
	run --bytes 1 --seconds 1 --queues 1 --frames 1
	if grep 'not possible here' out >/dev/null; then
		skip 'live demo' "$(sed -n 's/.*possible here: //p' out)"
		return
	fi
	live 'profile max' --queues 4
	check 'at least 3 of 4 RX queues are used' above rx_queues_used 2
	check 'they are the ones that software foretells' above foretold 1000
	check 'the device cuts large frames' above tso_requests 100
	check 'into several each' \
		above tso_segments "$(value tso_requests)"
	check 'as its counters say' grep '^  tx segments  .*[1-9]' out
	live 'profile a1, MTU 9000' --profile a1 --mtu 9000
	check 'TSO over IPv4 alone' grep '^  TSO  *v4  *v4 *$' out
	check 'is used as well' above tso_requests 100
	live 'profile min, own tools' --profile min --own-tools
	check 'a device without TSO is not asked' [ "$(value tso_requests)" = 0 ]
	live 'MTU 9000, software checksums' --mtu 9000 --soft-csum
	check 'nor one that must not do checksums' \
		[ "$(value tso_requests)" = 0 ]
	check 'no temporary files are left' tmp_is_empty
	interrupt TERM
	interrupt INT
}

for part; do
	case $part in
	options|pcap|live)
		"test_$part" ;;
	*)
		echo "there is no part '$part'" >&2
		exit 2 ;;
	esac
done
echo "1..$n"
[ "$bad" -eq 0 ]
