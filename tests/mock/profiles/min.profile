# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "min": nothing optional.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = min          # [I]
stands_for           = nothing optional # [I]
device_id            = 0xec20       # [I]
revision             = 0x01         # [I] direct reads only
bar0_bytes           = 0x2000       # [I]
bar2_bytes           = 0            # [I]
msix_bar             = 0            # [I] table shares BAR0
msix_vectors         = 2            # [I]

# -- registers
version              = 0x000a       # [I]
controller_version   = 0x01000001   # [I]
reset_timeout_100ms  = 5            # [I]
dma_bits             = 32           # [I]
admin_timeout_100ms  = 5            # [I]

# -- attributes
features             = 0x14004006   # [I] 1, 2, 14, 26, 28
features_rss         = 0x14004006   # [I]
capabilities         = 0x00         # [I]
max_mtu              = 1500         # [I]

# -- queues
max_pairs            = 1            # [I] legacy query only
tx_sq_depth          = 256          # [I]
rx_sq_depth          = 256          # [I]
cq_depth             = 256          # [I]
tx_descs             = 3            # [I]
rx_descs             = 1            # [I]
max_header           = 0            # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 2            # [I]
rx_sq_idx_base       = 1            # [I]
cq_idx_base          = 7            # [I]
db_base              = 0x200        # [I]
db_stride            = 0x8          # [I]
unmask_base          = 0x400        # [I]
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
tx_offloads          = 0            # [I]
rx_offloads          = 0            # [I]
rss_log2_min         = 0            # [I]
rss_log2_max         = 0            # [I]
rss_functions        = 0            # [I]
rss_key_settable     = false        # [I]
rss_input_settable   = false        # [P] no known hardware, protocol 7.11

# -- events and timing
moderation_us        = -1           # [I] feature 20 absent
aenq_groups          = 0x01         # [I] link only
aenq_enabled         = 0x01         # [I]
keep_alive_us        = 0            # [I] none
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
