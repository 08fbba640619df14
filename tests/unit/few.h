/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How large the steps of an exhaustive loop are: 1, so that it is one.  Where
 * TEST_FEW is in the environment, which tests/suites/machines.sh does for
 * emulators, what the test asks for.  Primes are best: no power of two is
 * then hit always or never.
 */
#ifndef FEW_H
#define FEW_H

#include <stdlib.h>

static inline unsigned int
few_step(unsigned int few)
{
	return (getenv("TEST_FEW") != NULL ? few : 1);
}

#endif /* FEW_H */
