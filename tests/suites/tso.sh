#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: TSO segments against a second segmenter, byte for byte
# limit: 300
#
# The unit tests of segmentation and the model that segments were written by
# the same people from the same document.  Here somebody else cuts: scapy, a
# packet library in Python that knows protocols but neither ENA nor us.
#
# tests/tso/tso.py makes up requests from a seed: IPv4 and IPv6 with options
# and extension headers, none to two VLAN tags, all mixes of FIN, PSH, ECE, CWR
# and the ECN bits of IP, TCP options of 0 to 40 bytes, MSS from 1 byte to what
# the MTU holds, payloads that end in a short, a whole or an only segment,
# up to the longest frame there is; checksum fields seeded or full of junk.
# ena-tso sends them through core and device model in the hostile world of the
# simulator, several a burst on three queues, and writes a capture.  Then
# tso.py takes each request apart with scapy, builds each segment anew, and
# compares: same bytes, same order, none missing, none too many.
#
# That the comparison can fail is seen with a capture in which one byte of one
# segment is changed.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg cc meson ninja pkgconf cmocka pcap scapy
t_build build-gcc || t_end
tso=$t_top/tests/tso/tso.py
python=$(pkg_python scapy)

# profile, seed, number, options of "make"
opinion()
{
	name=$1
	reqs=$t_work/$1.req
	pcap=$t_work/$1.pcap
	# shellcheck disable=SC2086 # several options
	"$python" "$tso" make "$2" "$3" $4 >"$reqs"
	t_run "$name: all requests are served, no rule broken" \
		"$t_top/build-gcc/tests/ena-tso" "$name" "$reqs" "$pcap" ||
		return 0
	t_run "$name: scapy makes the same segments" \
		"$python" "$tso" check "$reqs" "$pcap" || return 0
	sed 's/^/# /' "$t_work/out"
}

# Is a byte that is changed in segment $1 noticed?
notices()
{
	"$python" "$tso" spoil "$t_work/max.pcap" "$1" >"$t_work/bent"
	! "$python" "$tso" check "$t_work/max.req" "$t_work/bent"
}

opinion max 1 300 ''
# no ECN; neither, and no TSO over IPv6
opinion gen6 2 80 --no-cwr
opinion a1 3 40 '--no-cwr --only 4'
t_run 'a changed byte is noticed' notices 100 || :
t_end
