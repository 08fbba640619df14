#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ena-trace on small transcripts made here and on our bring-up.
#
#	test_trace.sh ENA-TRACE ENA-BRINGUP [ENA-TRACE-FUZZ]
#
# Prints TAP.
set -u

abs()
{
	echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}

trace=$(abs "${1:?usage: test_trace.sh ENA-TRACE ENA-BRINGUP [FUZZ]}")
bringup=$(abs "${2:?}")
fuzz=${3:+$(abs "$3")}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/trace.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1
NO_COLOR=
export NO_COLOR
n=0

# check NAME COMMAND...
check()
{
	n=$((n + 1))
	_name=$1
	shift
	if "$@" >check.out 2>&1; then
		echo "ok $n - $_name"
	else
		echo "not ok $n - $_name"
		head -n 20 check.out err out 2>/dev/null | sed 's/^/# /'
	fi
}

# run STATUS ARGUMENTS...: into out and err
run()
{
	_want=$1
	shift
	_got=0
	"$trace" "$@" >out 2>err || _got=$?
	[ "$_got" -eq "$_want" ] || echo "exit $_got, not $_want" >>err
	[ "$_got" -eq "$_want" ]
}

has()
{
	grep -q -e "$1" "${2:-out}"
}

hasnt()
{
	! grep -q -e "$1" "${2:-out}"
}

# says STATUS PATTERN ARGUMENTS...: on standard output
says()
{
	_status=$1
	_pattern=$2
	shift 2
	run "$_status" "$@" && has "$_pattern"
}

# grumbles PATTERN FILE: trouble, one message with the line
grumbles()
{
	run 2 "$2"
	[ "$_got" -eq 2 ] && has "$1" err && [ "$(wc -l <err)" -eq 1 ]
}

# ---- decoding

zero=00000000
cat >small <<END
t=1000000 create profile=t4g seed=1
t=1000010 write reg=DEV_CTL off=0x54 val=0x21000001
t=1000010 reset reason=18
t=1000020 write reg=MMIO_REG_READ off=0x5c val=0x00580007
t=1000021 readless reg=DEV_STS off=0x58 seq=7 val=0x00000021
t=1000030 cmd id=3 op=CREATE_CQ opcode=3
t=1000030 body off=0 len=20 hex=0300030120020004010000000010000000000000
t=1000130 completion id=3 status=0 ext=0
t=1000130 response off=0 len=16 hex=0500000400000000${zero}04200000
t=1000140 write reg=QUEUE off=0x2004 val=0x40190014
t=1000150 cmd id=4 op=SET_FEATURE feature=MTU fid=14 version=0
t=1000150 body off=0 len=24 hex=04000901$zero$zero${zero}000e0000dc050000
t=1003150 completion id=4 status=5 ext=9
t=1003160 event group=4 syndrome=0 pos=1
t=1003170 rule id=sq-overrun strength=fatal section=10.1 msg="tail 9 of 8, = bad"
t=1003180 fatal why=sq-overrun
t=1003190 tx q=0 id=1 descs=2 len=100 word1=0x00000000
t=1003200 rx dropped=2 len=60
t=1003210 something new=1
END
check "a reset's reason with its high nibble" \
	says 0 'DEV_CTL = 0x21000001.*reason MISSING_ADMIN_INTERRUPT' small
check "status bits" says 0 'status ready|FATAL' small
check "CREATE_CQ by its body" says 0 'CREATE_CQ tx vector 1' small
check "a completion's command and time" \
	says 0 'CREATE_CQ tx vector 1  SUCCESS  after 100 us' small
check "a new queue's registers" \
	says 0 'unmask *tx-cq#1.*rx-delay 20, tx-delay 50' small
check "status names" says 0 'MTU  ILLEGAL_PARAMETER  after 3.000 ms' small
check "a command's body" says 0 'mtu 1500' small
check "a rule with blanks and =" \
	says 0 'sq-overrun (fatal): tail 9 of 8, = bad' small
check "an event" says 0 'event *KEEP_ALIVE' small
check "a dropped frame" says 0 'dropped: no buffer' small
check "what it does not know" says 0 'unknown *something new=1' small
check "time from the first line" says 0 '^ *0.000010 write' small
check "time as it is" says 0 '^ *1.000010 write' --absolute small
check "standard input" sh -c "'$trace' <small | grep -q CREATE_CQ"

# What buffers hold: SET in the command, GET in the completion.
cat >buffers <<END
t=10 cmd id=1 op=SET_FEATURE feature=HOST_ATTR_CONFIG fid=28 version=0
t=10 body off=0 len=40 hex=01000901${zero}${zero}${zero}001c00000010000000000000002000000000000000100000
t=10 buffer name=host-info addr=0x1000 size=4096
t=10 buffer name=host-info off=0 len=4 hex=01000000
t=10 buffer name=debug addr=0x2000 size=4096
t=10 buffer name=debug off=64 len=4 hex=61620000
t=20 cmd id=2 op=GET_FEATURE feature=RSS_HASH_FUNCTION fid=10 version=0
t=20 body off=0 len=20 hex=020008053000000000300000${zero}000a0000
t=20 buffer name=control addr=0x3000 size=48
t=30 completion id=2 status=0 ext=0
t=30 response off=0 len=12 hex=0200000002000000${zero}
t=30 buffer name=control addr=0x3000 size=48
t=30 buffer name=control off=0 len=4 hex=0a000000
t=40 cmd id=3 op=SET_FEATURE feature=RSS_INDIRECTION_TABLE_CONFIG fid=12 version=0
t=40 body off=0 len=20 hex=030009040020000000500000${zero}000c0000
t=40 buffer name=control addr=0x5000 size=8192 unreadable=1
t=50 cmd id=4 op=GET_STATS opcode=11
t=50 body off=0 len=28 hex=04000b0110000000006000000000000004000000000000003f000000
t=50 buffer name=control addr=0x6000 size=16
t=60 completion id=4 status=0 ext=0
t=60 response off=0 len=4 hex=12000000
t=60 buffer name=control addr=0x6000 size=16
t=60 buffer name=control off=0 len=16 hex=07000000000000000900000000000000
t=70 cmd id=5 op=GET_FEATURE feature=EXTRA_PROPERTIES_STRINGS fid=5 version=0
t=70 body off=0 len=20 hex=050008052000000000700000${zero}00050000
t=70 buffer name=control addr=0x7000 size=32
t=80 completion id=5 status=0 ext=0
t=80 buffer name=control addr=0x7000 size=32
t=80 buffer name=control off=0 len=32 hex=6162630a00000000000000000000000000000000000000000000000000000000
t=90 event group=0 syndrome=0 pos=0
t=90 payload off=0 len=4 hex=01000000
t=95 event group=4 syndrome=0 pos=1
t=95 payload off=0 len=24 hex=030000000000000000000000000000000000000000000000
END
check "a debug area and its size" says 0 'debug-length *4096' buffers
check "something is in it" says 0 'debug.bytes-used *2' buffers
check "host info" says 0 'host-info.os-type *Linux' buffers
# part FIRST-LINE LAST-LINE PATTERN: of that buffer transcript, from there
part()
{
	sed -n "$1,$2p" buffers >some && says 0 "$3" some
}
check "what GET filled" part 7 13 'control.parts *10'
check "which a command does not have" sh -c \
	"sed -n 7,9p buffers | '$trace' | grep control.parts && exit 1 || exit 0"
check "a buffer nobody can read" part 14 16 'control.unreadable *1'
check "metrics by their bits" part 17 23 'control.linklocal-exceeded *9'
check "strings" part 24 29 'control.string.0 *"abc'
check "a link event" part 30 31 'event *LINK_CHANGE.*link up'
check "a keep-alive's counters" part 32 33 'rx-drops 3, '
check "all of it" run 0 buffers
grep -v ' buffer .* size=' buffers >oldform
check "transcripts without addresses, too" says 0 'control.parts *10' oldform

# ---- options

# only STEPS OPTION...
only()
{
	_steps=$1
	shift
	run 0 "$@" small && [ "$(grep -c '^ *[0-9]*[.]' out)" -eq "$_steps" ]
}
check "--only cmd" only 2 --only cmd
check "--only admin" only 4 --only admin
check "--only rule,fatal" only 2 --only rule,fatal
check "--only unmask" only 1 --only unmask
check "--grep" only 1 --grep 'unmask +1'
check "--from and --to" only 2 --from 0.00003 --to 135us
check "--bring-up ends before a packet" only 13 --bring-up
check "an unknown kind" run 2 --only nonsense small
check "a bad expression" run 2 --grep '(' small
check "a bad time" run 2 --from yesterday small
check "an unknown option" run 2 --frobnicate small
check "no such file" run 2 missing
check "help" says 0 'usage:' --help
esc=$(printf '\033')
check "no colour into a file" sh -c \
	"'$trace' small | grep -q '$esc' && exit 1 || exit 0"
check "colour if told" says 0 "$esc" --color=always small
check "NO_COLOR" env NO_COLOR=1 sh -c \
	"'$trace' small | grep -q '$esc' && exit 1 || exit 0"
check "a summary's first failure" \
	says 0 'first failure: line 13, .*ILLEGAL_PARAMETER' --summary small
check "a summary's rules" says 0 '1  sq-overrun (fatal)' --summary small
check "a summary's longest command" \
	says 0 '3000 us  SET_FEATURE MTU' --summary small
head -n 6 small >open
check "a summary's open command" \
	says 0 'unanswered  #3 CREATE_CQ (line 6)' --summary open
sed 's/^/A /' small >two && sed 's/^/B /' small >>two
check "several adapters" says 0 '^ *0.000030 B *cmd' two
check "--nic" sh -c "'$trace' --nic A two | grep -q ' B ' && exit 1 || exit 0"

# ---- what is not as it should be

bad()
{
	{
		echo "t=1 flr"
		printf '%b\n' "$1"
		echo "t=2 flr"
	} >bad
}
echo 't=1 body off=0 len=1 hex=00' >orphan
check "bytes of nothing" grumbles 'orphan:1: .*of what' orphan
for case in \
	'hello|no t=' \
	'x=1 y|does not begin with t=' \
	't=x flr|not a number' \
	't=1|nothing behind' \
	't=1 write off=0x54|missing: val' \
	't=1 write off=0x54 val=-1|not a number: val' \
	't=1 write off=0x54 val=0x100000000|not a number: val' \
	't=1 write off val=1|key=value' \
	't=1 body off=0 len=1 hex=00|something else' \
	't=1 cmd id=1 op=X\nt=1 body off=0 len=2 hex=0|hex digits' \
	't=1 cmd id=1 op=X\nt=1 body off=0 len=3 hex=0011|another length' \
	't=1 cmd id=1 op=X\nt=1 body off=63 hex=0011|too many' \
	't=1 cmd id=1 op=X\nt=1 body off=65 hex=00|too large' \
	't=1 cmd id=1 op=X\nt=1 buffer name=b off=17000 hex=00|too large' \
	't=1 cmd id=1 op=X\nt=1 buffer off=0 hex=00|good name' \
	't=1 cmd id=1 op=X\nt=1 buffer name=b size=9|no addr=' \
	't=1 cmd id=1 op=X\nt=1 buffer name=b addr=1 size=-1|no size=' \
	't=1 cmd id=1 op=X\nt=1 payload off=0 hex=00|something else' \
	't=1 cmd id=1 op=X\nt=1 response off=0 hex=00|something else' \
	't=1 rule id=a msg="open|no end' \
	't=1 a\000b|zero'
do
	bad "${case%|*}"
	check "${case##*|}" grumbles "bad:[234]: .*${case##*|}" bad
done
check "what is good is shown" says 2 '0.000001 flr' bad
{ printf 't=1 flr a='; head -c 300000 /dev/zero | tr '\0' x; echo; } >long
check "a line without end" grumbles 'long:1: .*too long' long
printf 't=1 hit name=\033[31mred\n' >escape
check "no escapes get through" sh -c \
	"'$trace' escape | grep -q '$esc' && exit 1 || exit 0"
awk 'BEGIN { for (i = 0; i < 20; i++) print "N" i " t=1 flr" }' >many
check "too many adapters" run 2 many
: >empty
check "an empty file is empty" run 0 empty
check "but nothing to compare" run 2 diff empty empty

# ---- diff

"$bringup" t4g >ours && "$bringup" t4g >again
check "our bring-up is the same each time" cmp ours again
check "and broke no rule" sh -c "grep -q ' rule ' ours && exit 1 || exit 0"
check "the same" run 0 diff ours again
run 0 --bring-up --normal ours
cp out normal
check "the normal form stands for it" run 0 diff --bring-up normal ours
check "read back" sh -c "'$trace' --normal normal | cmp - normal"
awk '{ sub(/^t=/, ""); t = $1; sub(/^[0-9]* /, "");
	print "t=" t * 3 + 77 " " $0 }' ours | sed 's/^/X /' >later
check "times and the adapter's name do not count" \
	run 0 diff --bring-up ours later
move()
{
	awk -v add="$1" '
	/reg=[A-Z]*_*(BASE|RESP)_HI/ {
		sub(/val=.*/, sprintf("val=0x%08x", add))
	}
	{ print }' ours
}
move 5 >moved
check "addresses do not count" run 0 diff --bring-up ours moved
sed 's/off=0x18 val=0x00400020/off=0x18 val=0x00400010/' ours >depth
check "a register does" \
	says 1 '^differs: write AQ_CAPS #1 depth: 32 | 16$' diff --terse \
	ours depth
check "unless ignored" run 0 diff --ignore 'write AQ_CAPS depth' ours depth
check "by its step" run 0 diff --ignore 'write AQ_*' ours depth
check "by its name" run 0 diff --ignore depth ours depth
check "for people" sh -c "'$trace' diff --names left,right ours depth |
	grep -q '^        right: 16$'"
grep -v 'AENQ_CAPS' ours >less
check "a step that is missing" \
	says 1 '^only A: write AENQ_CAPS #1$' diff --terse ours less
check "and the other way round" \
	says 1 '^only B: write AENQ_CAPS #1$' diff --terse less ours
awk '/reg=AQ_CAPS/ { keep = $0; next } { print }
	/reg=ACQ_CAPS/ { print keep }' ours >order
check "a step that moved" \
	says 1 '^moved: write A[C]*Q_CAPS #1$' diff --terse ours order
sed 's/reg=INTR_MASK off=0x4c val=0x00000000/reg=INTR_MASK off=0x4c val=0x00000002/' \
	ours >mask
check "bits without a name count" \
	says 1 'write INTR_MASK #2 other: - | 0x00000002' diff --terse \
	ours mask

printf 'differs: write AQ_CAPS #1 depth: 32 | *\n\tIt must.\n' >why
check "explained" run 0 diff --explained why ours depth
check "the reason is told" says 0 '# It must' diff --explained why ours depth
check "explained but gone" run 1 diff --explained why ours again
check "and says so" grep -q 'why:1: explained, but' err
check "not explained" run 1 diff --explained why ours less
check "Markdown" says 0 '^It must.$' diff --markdown --explained why \
	ours depth
printf 'no reason\n' >noreason
check "an explanation without a reason" \
	run 2 diff --explained noreason ours depth
check "no such explanations" run 2 diff --explained missing ours depth
check "three files" run 2 diff ours ours ours
printf '# ena-trace normal 1\nwrite X\nnot a step\n\tfield\n' >crippled
check "a crippled normal form" run 2 diff crippled crippled

awk 'BEGIN { for (i = 0; i < 9000; i++)
	printf "t=%d write reg=X off=0x%x val=0x%x\n", i, 108 + i % 97 * 4, i }' \
	>big
awk 'NR % 7 != 0' big >big2
check "long ones" run 1 diff --terse big big2
check "and their difference" [ "$(grep -c '^only A' out)" -gt 1000 ]
awk 'BEGIN { for (i = 0; i < 50010; i++)
	print "t=" i " write reg=DEV_CTL off=0x54 val=0x0" }' >huge
check "too long ones" run 2 diff huge huge

if [ -n "$fuzz" ]; then
	check "bent transcripts" sh -c \
		"'$fuzz' 1 300 small ours normal 2>fuzz.err || {
		grep -v '^ena-trace: fuzz' fuzz.err; exit 1; }"
fi
echo "1..$n"
