/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_VM_H_
#define _MACHINE_VM_H_

#define VM_MEMATTR_UNCACHEABLE		((vm_memattr_t)0x00)
#define VM_MEMATTR_WRITE_COMBINING	((vm_memattr_t)0x01)
#define VM_MEMATTR_WRITE_BACK		((vm_memattr_t)0x06)

#endif
