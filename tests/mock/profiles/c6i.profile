# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "c6i": Nitro v4 x86 with identity gate.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = c6i          # [I]
stands_for           = Nitro v4 x86 with identity gate # [I]
device_id            = 0xec20       # [I]
revision             = 0x00         # [I] readless reads supported
bar0_bytes           = 0x8000       # [I]
bar2_bytes           = 0x200000     # [I]
msix_bar             = 1            # [I] MSI-X on a BAR of its own
msix_vectors         = 9            # [I]

# -- registers
version              = 0x000a       # [R] 0.10, protocol 15.1
controller_version   = 0x01000001   # [P] 0.0.1, implementation 1, protocol 15.5
reset_timeout_100ms  = 30           # [I]
dma_bits             = 48           # [I]
admin_timeout_100ms  = 0            # [I]

# -- attributes
features             = 0x141059f6   # [I] as a1 plus moderation
features_rss         = 0x14145df6   # [I]
capabilities         = 0x1d         # [I]
max_mtu              = 9216         # [R] protocol 15.1

# -- queues
max_pairs            = 8            # [P] c5.4xlarge
tx_sq_depth          = 1024         # [I]
rx_sq_depth          = 16384        # [I]
cq_depth             = 16384        # [I]
tx_descs             = 17           # [I]
rx_descs             = 9            # [I]
max_header           = 96           # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 4            # [I]
rx_sq_idx_base       = 12           # [I]
cq_idx_base          = 1            # [I]
db_base              = 0x4000       # [I]
db_stride            = 0x100        # [I]
unmask_base          = 0x2000       # [I]
unmask_stride        = 0x80         # [I]
head_db_base         = 0            # [I] register absent
numa_base            = 0x2008       # [I]

# -- LLQ
llq_count            = 8            # [P]
llq_depth            = 1024         # [P]
llq_wide_depth       = 512          # [P] 0: not given
llq_entry_sizes      = 0x7          # [P] 1 = 128, 2 = 192, 4 = 256 bytes
llq_recommended      = 0x4          # [P]
llq_header_loc       = 0x1          # [P] 1 inline, 2 ring
llq_before           = 0xf          # [P]
llq_stride           = 0x3          # [P] 1 single, 2 multiple
llq_accel_flags      = 0x3          # [P]
llq_accel_burst      = 1024         # [P] bytes
llq_needs_accel      = false        # [P]

# -- offloads and RSS
tx_offloads          = 0x7f         # [I]
rx_offloads          = 0x0f         # [I]
rss_log2_min         = 7            # [I]
rss_log2_max         = 7            # [I]
rss_functions        = 0x2          # [I] Toeplitz
rss_key_settable     = true         # [I]
rss_input_settable   = false        # [P] no known hardware, protocol 7.11

# -- events and timing
moderation_us        = 0            # [I] illegal, means 1
aenq_groups          = 0xff         # [R] protocol 15.1
aenq_enabled         = 0xff         # [R] all on before any SET, protocol 15.1
keep_alive_us        = 1000000      # [R] protocol 15.1
hints_present        = false        # [I]
hint_mmio_ms         = 0            # [I]
hint_keep_alive_ms   = 0            # [I]
hint_tx_ms           = 0            # [I]
hint_tx_count        = 0            # [I]
hint_admin_ms        = 0            # [I]
link_mbit            = 0            # [I] feature 27 absent

# -- clock and flow steering
phc_db_off           = 0            # [I] feature 29 absent
phc_expire_us        = 0            # [I]
phc_block_us         = 0            # [I]
ts_tx                = false        # [I] feature 31 absent
ts_rx                = false        # [I]
flow_rules           = 0            # [I] feature 30 absent

# -- identity
gate_a               = false        # [I]
gate_b               = true         # [P] protocol 15.4
aenq_rule            = true         # [P] protocol 15.4
