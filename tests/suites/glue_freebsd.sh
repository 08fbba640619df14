#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: the FreeBSD glue, unmodified, in a fake FreeBSD kernel
# limit: 600
#
# More of it: GLUE_STRIDE=1000000 pulls the card at every single point.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg meson ninja pkgconf cmocka
t_glue freebsd
t_end
