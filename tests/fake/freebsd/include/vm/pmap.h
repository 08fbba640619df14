/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _VM_PMAP_H_
#define _VM_PMAP_H_

#include <sys/types.h>
#include <machine/vm.h>

int pmap_change_attr(vm_offset_t va, vm_size_t size, int mode);

#endif
