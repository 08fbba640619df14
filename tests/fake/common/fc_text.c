/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each kernel has of the C library, under names of its own; the headers
 * of a fake kernel give them the usual ones.
 */
#include "fc_priv.h"
#include "fc_text.h"

int
fk_vsnprintf(char *buf, size_t n, const char *fmt, va_list ap)
{
	return (vsnprintf(buf, n, fmt, ap));
}

int
fk_snprintf(char *buf, size_t n, const char *fmt, ...)
{
	va_list ap;
	int k;

	va_start(ap, fmt);
	k = vsnprintf(buf, n, fmt, ap);
	va_end(ap);
	return (k);
}

/* To the kernel's log. */
int
fk_vprintf(const char *fmt, va_list ap)
{
	char text[512];
	int n;

	n = vsnprintf(text, sizeof(text), fmt, ap);
	fc_log(text);
	fc_point("printf");
	return (n);
}

int
fk_printf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = fk_vprintf(fmt, ap);
	va_end(ap);
	return (n);
}

size_t
fk_strlcpy(char *dst, const char *src, size_t n)
{
	size_t len = strlen(src);

	if (n != 0) {
		memcpy(dst, src, len < n ? len : n - 1);
		dst[len < n ? len : n - 1] = '\0';
	}
	return (len);
}

size_t
fk_strlcat(char *dst, const char *src, size_t n)
{
	size_t len = strlen(dst);

	if (len > n)
		len = n;
	return (len + fk_strlcpy(dst + len, src, n - len));
}
