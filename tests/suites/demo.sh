#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: ./demo.sh as people run it, and ena-demo with live traffic
# limit: 600
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

field()
{
	echo "$last" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

need_pkg cc meson ninja pkgconf cmocka pcap
t_need './demo.sh' "$t_top/demo.sh" || t_end
cp "$t_work/out" "$t_work/demo.out"
last=$(tail -n 1 "$t_work/demo.out")
echo "# $last"
case $last in
'demo: ok '*)	t_pass './demo.sh ends with demo: ok' ;;
*)		t_fail './demo.sh ends with demo: ok' "$last" ;;
esac
if [ "$(field mode)" = pcap ]; then
	t_skip 'live traffic' \
		"$(sed -n 's/.*possible here: //p' "$t_work/demo.out")"
	t_end
fi
t_run 'no ping is lost' [ "$(field ping_loss)" -eq 0 ] || :
t_run '100 MB each way' [ "$(field bytes)" -ge 200000000 ] || :
t_run 'the same SHA-256' [ "$(field sha256)" = match ] || :
t_run 'at least 3 of 4 RX queues' [ "$(field rx_queues_used)" -ge 3 ] || :
t_run 'the device cuts large frames' [ "$(field tso_requests)" -gt 100 ] || :
t_run 'no rule is broken' [ "$(field rules_broken)" -eq 0 ] || :
t_tap ena-demo "$t_top/tests/tools/test_demo.sh" \
	"$t_top/build/tests/tools/ena-demo" live
t_end
