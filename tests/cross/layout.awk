# SPDX-License-Identifier: BSD-2-Clause
#
# What the second copy of the wire format leaves out.
#
#	ccode.awk HEADER TEST | awk -f layout.awk -v header=HEADER
#
# Prints "HEADER:LINE: NAME" for each constant, structure and member of the
# header for which the test has no row (VAL, BITS, BIT, SIZE, AT), and for
# each macro with arguments that the test does not use.  POSIX awk.

# What the header needs itself, and what is about this machine
BEGIN {
	n = split("ENAHW_OFF ENAHW_SIZE ENAHW_HOST_BE ENAHW_SWAP", own, " ")
	for (i = 1; i <= n; i++)
		skip[own[i]] = 1
}

function want(kind, name)
{
	if (name in skip)
		return
	cnt++
	place[cnt] = where
	wanted[cnt] = kind " " name
}

# The identifiers of the line, "a b c"
function words(line)
{
	gsub(/[^A-Za-z0-9_]+/, " ", line)
	return line
}

{
	i = index($0, ":")
	file = substr($0, 1, i - 1)
	line = substr($0, i + 1)
	i = index(line, ":")
	where = file ":" substr(line, 1, i - 1)
	line = substr(line, i + 1)
}

file == header && match(line, /^#[ \t]*define[ \t]+ENAHW_[A-Z0-9_]+/) {
	name = substr(line, RSTART, RLENGTH)
	sub(/.*[ \t]/, "", name)
	want(substr(line, RSTART + RLENGTH, 1) == "(" ? "use" : "row", name)
	next
}
file == header && /:(struct|enum) enahw_[a-z0-9_]+ \{[ \t]*$/ {
	inside = line
	sub(/ \{.*/, "", inside)
	what = inside
	sub(/ .*/, "", what)
	sub(/.* /, "", inside)
	if (what == "struct")
		want("size", inside)
	next
}
file == header && line ~ /^\}/ { inside = "" }
file == header && inside != "" && what == "enum" {
	n = split(words(line), w, " ")
	if (n > 0)
		want("row", w[1])
	next
}
file == header && inside != "" && line ~ /;/ {
	sub(/[ \t]*(\[[^]]*\])*;.*/, "", line)
	one = line ~ /,/ ? "(one-member-a-line)" : line
	sub(/.*[ \t*]/, "", one)
	want("at", inside "." one)
	next
}
file == header && match(line, /^struct enahw_[a-z0-9_]+ \{ /) {
	n = split(words(line), w, " ")
	want("use", w[2])
	next
}
file == header { next }

{
	n = split(words(line), w, " ")
	for (i = 1; i <= n; i++)
		have["use " w[i]] = 1
	rest = line
	while (match(rest, /(VAL|BITS|BIT|SIZE|AT)\([^,]*,[ \t]*/)) {
		row = substr(rest, RSTART, RLENGTH)
		sub(/\(.*/, "", row)
		rest = substr(rest, RSTART + RLENGTH)
		n = split(words(rest), w, " ")
		if (row == "SIZE")
			have["size " w[1]] = 1
		else if (row == "AT")
			have["at " w[1] "." w[2]] = 1
		else {
			sub(/,.*/, "", rest)	# the value comes from elsewhere
			n = split(words(rest), w, " ")
			for (i = 1; i <= n; i++)
				have["row " w[i]] = 1
		}
	}
}

END {
	for (i = 1; i <= cnt; i++)
		if (!(wanted[i] in have)) {
			name = wanted[i]
			sub(/.* /, "", name)
			print place[i] ": " name
		}
	if (cnt < 300)
		print header ": only " cnt + 0 " names were found"
}
