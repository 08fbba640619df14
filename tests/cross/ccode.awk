# SPDX-License-Identifier: BSD-2-Clause
#
# Print C files without comments, strings and characters, each line as
#
#	FILE:LINE:CODE
#
# so that a search cannot be misled by prose.  A // comment stays as "//":
# the house has none, and somebody should see it.  POSIX awk.

FNR == 1 { comment = 0 }

{
	line = $0
	code = ""
	while (line != "") {
		if (comment) {
			i = index(line, "*/")
			if (i == 0)
				break
			line = substr(line, i + 2)
			comment = 0
			code = code " "
			continue
		}
		if (!match(line, /\/\*|\/\/|"|'/)) {
			code = code line
			break
		}
		code = code substr(line, 1, RSTART - 1)
		token = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		if (token == "/*") {
			comment = 1
			continue
		}
		if (token == "//") {
			code = code "//"
			break
		}
		code = code token
		# to the end of the string; a backslash hides the next one
		while (line != "" && substr(line, 1, 1) != token)
			line = substr(line, substr(line, 1, 1) == "\\" ? 3 : 2)
		line = substr(line, 2)
		code = code token
	}
	print FILENAME ":" FNR ":" code
}
