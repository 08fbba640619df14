/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Temporary files: a directory of our own that goes away with everything in
 * it, and pseudo-random files to send.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"

#define BLOCK	((size_t)1 << 20)

bool
demo_temp_make(struct demo *d, char *dir, size_t len)
{
	const char *base;

	base = getenv("TMPDIR");
	/* socat gives these characters a meaning */
	if (base == NULL || base[0] != '/' ||
	    strpbrk(base, ",:!\"'\\ ") != NULL)
		base = "/tmp";
	(void)snprintf(dir, len, "%s/ena-demo.XXXXXX", base);
	if (mkdtemp(dir) == NULL) {
		(void)demo_fail(d, "no temporary directory %s: %s", dir,
		    strerror(errno));
		dir[0] = '\0';
		return (false);
	}
	return (true);
}

void
demo_temp_remove(const char *dir)
{
	const struct dirent *e;
	char path[1024];
	DIR *p;

	if (dir[0] == '\0')
		return;
	p = opendir(dir);
	while (p != NULL && (e = readdir(p)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	if (p != NULL)
		(void)closedir(p);
	(void)rmdir(dir);
}

static bool
room_for(struct demo *d, const char *path, uint64_t bytes)
{
	struct statvfs v;
	char dir[1024], *slash;
	uint64_t have;

	(void)snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash != NULL)
		*slash = '\0';
	if (statvfs(dir, &v) != 0)
		return (true);
	have = (uint64_t)v.f_bavail * v.f_frsize;
	if (have >= bytes * 2)
		return (true);
	return (demo_fail(d, "%s has %llu MiB left, %llu are needed "
	    "(TMPDIR says where)", dir, (unsigned long long)(have >> 20),
	    (unsigned long long)(bytes * 2 >> 20)));
}

bool
demo_file_make(struct demo *d, const char *path, uint64_t bytes,
    uint64_t seed)
{
	uint64_t *block, x;
	size_t i, n;
	FILE *f;
	bool ok;

	if (!room_for(d, path, bytes))
		return (false);
	f = fopen(path, "wb");
	block = malloc(BLOCK);
	ok = f != NULL && block != NULL;
	x = seed * 0x9e3779b97f4a7c15ULL + 1;
	while (ok && bytes != 0) {
		for (i = 0; i < BLOCK / sizeof(*block); i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			block[i] = x;
		}
		n = bytes < BLOCK ? (size_t)bytes : BLOCK;
		ok = fwrite(block, 1, n, f) == n;
		bytes -= n;
		demo_serve_both(d);
		if (!demo_check_faults(d))
			break;
	}
	free(block);
	if (f != NULL && fclose(f) != 0)
		ok = false;
	if (!ok)
		return (demo_fail(d, "cannot write %s: %s", path,
		    strerror(errno)));
	return (d->d_reason[0] == '\0');
}
