/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profiles that were compiled in.  profiles/NAME.profile are the source;
 * profiles.awk turns them into mock_profiles.inc at build time.
 */
#include "mock_priv.h"

static const struct mock_profile mock_profiles[] = {
#include "mock_profiles.inc"
};

const struct mock_profile *
mock_profile_nth(unsigned int i)
{
	if (i >= sizeof(mock_profiles) / sizeof(mock_profiles[0]))
		return (NULL);
	return (&mock_profiles[i]);
}

const struct mock_profile *
mock_profile_find(const char *name)
{
	const struct mock_profile *p;
	unsigned int i;

	for (i = 0; (p = mock_profile_nth(i)) != NULL; i++)
		if (strcmp(p->name, name) == 0)
			return (p);
	return (NULL);
}
