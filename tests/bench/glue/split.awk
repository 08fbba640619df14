# SPDX-License-Identifier: BSD-2-Clause
#
# Whose instructions were they?  Reads one callgrind dump and prints
#
#	sum CORE GLUE REST
#	fn INSTRUCTIONS core|glue FUNCTION
#
# An instruction belongs to the file of the source line it was made from, so
# what the compiler inlined counts for who wrote it: a core inline in the
# glue's function is the core's, the binding in a core function the glue's.
# What all glue shares, in ena_core/keep, counts as glue.
# Its function is the one it was compiled into.  memcpy() and its kin,
# called by core or glue, count for the caller; all other calls lead to what
# is the kernel's and only the call itself counts.
#
# Of the format: "fl=" and "fn=" say where the costs below belong, "fi=" and
# "fe=" change the file in the middle of a function.  A cost line is a
# position and a number; the one behind "calls=" is what the callee used.
# A name is "(number) name" the first time, then "(number)".

function name(s,   id)
{
	id = s
	sub(/ .*/, "", id)
	if (index(s, " ") != 0)
		known[kind id] = substr(s, index(s, " ") + 1)
	return known[kind id]
}

function owner(path)
{
	if (path ~ /\/(glue_[a-z]+|ena_core\/keep)\/[^\/]*$/)
		return "glue"
	if (path ~ /\/(ena_core|include)\/ena[^\/]*\.[ch]$/)
		return "core"
	return "rest"
}

function add(who, cost)
{
	sum[who] += cost
	if (who != "rest")
		each[who " " fn] += cost
}

/^(fl|fi|fe)=/ {
	kind = "file"
	sub(/^[a-z]*=/, "")
	who = owner(name($0))
	next
}
/^cfi=/ || /^cfl=/ {
	kind = "file"
	sub(/^[a-z]*=/, "")
	name($0)
	next
}
/^fn=/ {
	kind = "fn"
	sub(/^fn=/, "")
	fn = name($0)
	next
}
/^cfn=/ {
	kind = "fn"
	sub(/^cfn=/, "")
	callee = name($0)
	next
}
/^calls=/ {
	called = 1
	next
}
/^[0-9+*-]/ {
	if (!called)
		add(who, $2)
	else if (who != "rest" && callee ~ /^_*mem(cpy|set|move|cmp)/) {
		add(who, $2)
		sum["rest"] -= $2
	}
	called = 0
	next
}
/^summary:/ {
	total = $2
}
END {
	all = sum["core"] + sum["glue"] + sum["rest"]
	if (total == "" || all != total) {
		print "split: " all " counted of " total >"/dev/stderr"
		exit 1
	}
	printf "sum %d %d %d\n", sum["core"], sum["glue"], sum["rest"]
	for (i in each)
		printf "fn %d %s\n", each[i], i
}
