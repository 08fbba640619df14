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

# Without netmap: every line but the binding's, and with the binding those
# that are code.
thin()
{
	cd "$t_top/glue_freebsd"
	set -- if_ena.c if_ena_io.c if_ena_queue.c if_ena_sysctl.c if_enavar.h
	wc -l "$@" ena_os_freebsd.h
	code=$(cat "$@" ena_os_freebsd.h | awk '{
		code = ""
		for (line = $0; line != ""; comment = !comment) {
			i = index(line, comment ? "*/" : "/*")
			if (!comment)
				code = code (i ? substr(line, 1, i - 1) : line)
			if (i == 0)
				break
			line = substr(line, i + 2)
		}
		n += code ~ /[^ \t]/
	}
	END { print n }')
	echo "$code of code, binding included"
	[ "$(cat "$@" | wc -l)" -lt 2000 ] && [ "$code" -gt 1000 ] &&
		[ "$code" -lt 2000 ]
}
t_run 'glue under 2,000 lines without netmap' thin || :
t_end
