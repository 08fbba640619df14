# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "i3": Xen era, no BAR2.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = i3           # [I]
stands_for           = Xen era, no BAR2 # [I]
device_id            = 0xec20       # [I]
revision             = 0x00         # [I] readless reads supported
bar0_bytes           = 0x4000       # [I]
bar2_bytes           = 0            # [P] protocol 15.5
msix_bar             = 0            # [I] table shares BAR0
msix_vectors         = 9            # [I]

# -- registers
version              = 0x000a       # [R] 0.10, protocol 15.1
controller_version   = 0x01000001   # [P] 0.0.1, implementation 1, protocol 15.5
reset_timeout_100ms  = 10           # [I]
dma_bits             = 40           # [I]
admin_timeout_100ms  = 0            # [I]

# -- attributes
features             = 0x14005806   # [I] 1, 2, 11, 12, 14, 26, 28
features_rss         = 0x14005806   # [I] no RSS key
capabilities         = 0x00         # [I]
max_mtu              = 9216         # [P]

# -- queues
max_pairs            = 8            # [I]
tx_sq_depth          = 1024         # [I]
rx_sq_depth          = 1024         # [I]
cq_depth             = 1024         # [I]
tx_descs             = 17           # [I]
rx_descs             = 1            # [I]
max_header           = 96           # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 10           # [I]
rx_sq_idx_base       = 20           # [I]
cq_idx_base          = 30           # [I]
db_base              = 0x200        # [I]
db_stride            = 0x4          # [I]
unmask_base          = 0x300        # [I]
unmask_stride        = 0x4          # [I]
head_db_base         = 0            # [I] register absent
numa_base            = 0            # [I] register absent

# -- LLQ
llq_count            = 0            # [I]
llq_depth            = 0            # [I]
llq_wide_depth       = 0            # [I]
llq_entry_sizes      = 0            # [I]
llq_recommended      = 0            # [I]
llq_header_loc       = 0            # [I]
llq_before           = 0            # [I]
llq_stride           = 0            # [I]
llq_accel_flags      = 0            # [I]
llq_accel_burst      = 0            # [I]
llq_needs_accel      = false        # [I]

# -- offloads and RSS
tx_offloads          = 0x03         # [I] IPv4, L4 over IPv4 partial
rx_offloads          = 0x03         # [P] some hardware only
rss_log2_min         = 7            # [I]
rss_log2_max         = 7            # [I]
rss_functions        = 0x4          # [I] CRC32
rss_key_settable     = false        # [I]
rss_input_settable   = false        # [P] no known hardware, protocol 7.11

# -- events and timing
moderation_us        = -1           # [I] feature 20 absent
aenq_groups          = 0x1f         # [I]
aenq_enabled         = 0x1f         # [I]
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
gate_b               = false        # [I]
aenq_rule            = false        # [I]
