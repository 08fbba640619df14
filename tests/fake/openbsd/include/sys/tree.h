/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TREE_H_
#define _SYS_TREE_H_
#endif
