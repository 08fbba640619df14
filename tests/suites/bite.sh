#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: nightly
# what: each sync, barrier, check and undo of the core taken out: tests notice
# limit: 900
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg gcc meson ninja pkgconf cmocka
CC=gcc
export CC
# -O1: hundreds of compilations, each for a fraction of a second of tests
t_build build-bite -Dbuildtype=plain -Doptimization=1 -Dtools=false || t_end

# quick ones first; most mutations die early
tests=core_name,core_cmd,core_reg,core_ioq,core_rx,core_txo,core_rxbad
tests=$tests,core_rss,core_stats,core_aenq,core_admin,core_dev,core_fail
tests=$tests,core_rsshash,core_offload,core_tx,sim_self,sim_sabotage,nic_sim
python3 "$t_top/tests/bite/bite.py" --build "$t_top/build-bite" \
	--tests "$tests" --jobs "$JOBS" >"$t_work/bite" 2>&1 || :
sed '$d' "$t_work/bite" | sed 's/^/# /'
sum=$(tail -n 1 "$t_work/bite")
case $sum in
*' passed, '*)
	n=${sum%% passed*}
	bad=${sum#* passed, }
	t_passed=$((t_passed + n))
	t_failed=$((t_failed + ${bad%% failed*})) ;;
*)
	t_fail bite "$sum" ;;
esac
t_end
