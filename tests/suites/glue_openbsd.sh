#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# level: full
# what: the OpenBSD glue, unmodified, in a fake OpenBSD kernel
# limit: 600
#
# More of it: GLUE_STRIDE=1000000 pulls the card at every single point.
set -eu
# shellcheck source=tests/suites/lib.sh
. "$(dirname "$0")/lib.sh"

need_pkg meson ninja pkgconf cmocka
if [ "$TEST_LEVEL" = nightly ]; then
	GLUE_STRIDE=${GLUE_STRIDE:-4000}
	export GLUE_STRIDE
fi
dir=
for cc in gcc clang; do
	if ! pkg_have "$cc"; then
		t_skip "$cc" "$cc is not here"
		continue
	fi
	CC=$cc
	export CC
	t_build "build-$cc" || continue
	dir=${dir:-build-$cc}
done
[ -n "$dir" ] || t_end
t_meson "$dir" --suite glue_openbsd
t_end
