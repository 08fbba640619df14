# SPDX-License-Identifier: BSD-2-Clause
#
# Read gcc's call graphs (-fcallgraph-info=su) of a set of files and say
#
#	functions N
#	recursion A -> B -> A		each cycle of direct calls
#	indirect N			calls through pointers, not followed
#	frame BYTES NAME		largest frame
#	deepest BYTES A -> B -> C	longest chain of direct calls
#
# POSIX awk.

function quoted(key,	s, i)
{
	i = index($0, key ": \"")
	if (i == 0)
		return ""
	s = substr($0, i + length(key) + 3)
	return substr(s, 1, index(s, "\"") - 1)
}

function short(title)
{
	sub(/.*:/, "", title)
	return title
}

# Depth-first; mark 1 while on the path, 2 when done.  best[] is the number
# of stack bytes from here down, next_of[] the way.
function visit(f,	i, t, chain)
{
	mark[f] = 1
	path[++depth] = f
	best[f] = bytes[f]
	next_of[f] = ""
	for (i = 1; i <= outs[f]; i++) {
		t = out[f, i]
		if (mark[t] == 1) {
			chain = short(t)
			for (k = depth; k > 0 && path[k] != t; k--)
				chain = short(path[k]) " -> " chain
			print "recursion " short(t) " -> " chain
			continue
		}
		if (mark[t] == 0)
			visit(t)
		if (bytes[f] + best[t] > best[f]) {
			best[f] = bytes[f] + best[t]
			next_of[f] = t
		}
	}
	depth--
	mark[f] = 2
}

/^node:/ {
	title = quoted("title")
	label = quoted("label")
	if (match(label, /[0-9]+ bytes/)) {
		if (!(title in bytes))
			nodes[++count] = title
		bytes[title] = substr(label, RSTART, RLENGTH) + 0
	}
}

/^edge:/ {
	from = quoted("sourcename")
	to = quoted("targetname")
	if (to == "__indirect_call") {
		indirect++
		next
	}
	if (!((from, to) in seen)) {
		seen[from, to] = 1
		out[from, ++outs[from]] = to
	}
}

END {
	print "functions " count + 0
	for (n = 1; n <= count; n++)
		if (mark[nodes[n]] == 0)
			visit(nodes[n])
	print "indirect " indirect + 0
	for (n = 1; n <= count; n++) {
		f = nodes[n]
		if (bytes[f] > bytes[big] || big == "")
			big = f
		if (best[f] > best[top] || top == "")
			top = f
	}
	print "frame " bytes[big] + 0 " " short(big)
	line = "deepest " best[top] + 0 " " short(top)
	for (f = next_of[top]; f != ""; f = next_of[f])
		line = line " -> " short(f)
	print line
}
