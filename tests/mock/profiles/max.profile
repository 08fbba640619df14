# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "max": every feature of the protocol.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = max          # [I]
stands_for           = every feature of the protocol # [I]
device_id            = 0xec21       # [I]
revision             = 0x00         # [I] readless reads supported
bar0_bytes           = 0x10000      # [I]
bar2_bytes           = 0x1000000    # [I]
msix_bar             = 1            # [I] MSI-X on a BAR of its own
msix_vectors         = 129          # [I]

# -- registers
version              = 0x0200       # [I]
controller_version   = 0x02000001   # [I]
reset_timeout_100ms  = 31           # [I]
dma_bits             = 48           # [I]
admin_timeout_100ms  = 0            # [I]

# -- attributes
features             = 0xfc1059fe   # [I] all but the two RSS ones
features_rss         = 0xfc145dfe   # [I] all
capabilities         = 0x1f         # [I]
max_mtu              = 9216         # [I]

# -- queues
max_pairs            = 128          # [I]
tx_sq_depth          = 16384        # [I]
rx_sq_depth          = 16384        # [I]
cq_depth             = 16384        # [I]
tx_descs             = 31           # [I]
rx_descs             = 31           # [I]
max_header           = 255          # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 3            # [I]
rx_sq_idx_base       = 7            # [I]
cq_idx_base          = 300          # [I]
db_base              = 0x4000       # [I]
db_stride            = 0x20         # [I]
unmask_base          = 0x8000       # [I]
unmask_stride        = 0x40         # [I]
head_db_base         = 0x8010       # [I]
numa_base            = 0x8024       # [I]

# -- LLQ
llq_count            = 128          # [I]
llq_depth            = 4096         # [I]
llq_wide_depth       = 1024         # [I] 0: not given
llq_entry_sizes      = 0x7          # [I] 1 = 128, 2 = 192, 4 = 256 bytes
llq_recommended      = 0x4          # [I]
llq_header_loc       = 0x3          # [I] 1 inline, 2 ring
llq_before           = 0xf          # [I]
llq_stride           = 0x3          # [I] 1 single, 2 multiple
llq_accel_flags      = 0x3          # [I]
llq_accel_burst      = 2048         # [I] bytes
llq_needs_accel      = false        # [I]

# -- offloads and RSS
tx_offloads          = 0xff         # [I]
rx_offloads          = 0x0f         # [I]
rss_log2_min         = 5            # [I]
rss_log2_max         = 12           # [I]
rss_functions        = 0x6          # [I] Toeplitz and CRC32
rss_key_settable     = true         # [I]
rss_input_settable   = true         # [I]

# -- events and timing
moderation_us        = 1            # [I]
aenq_groups          = 0x1ff        # [I]
aenq_enabled         = 0x1ff        # [I]
keep_alive_us        = 1000000      # [R] protocol 15.1
hints_present        = true         # [I]
hint_mmio_ms         = 250          # [I]
hint_keep_alive_ms   = 7000         # [I]
hint_tx_ms           = 4000         # [I]
hint_tx_count        = 256          # [I]
hint_admin_ms        = 2500         # [I]
link_mbit            = 200000       # [I]

# -- clock and flow steering
phc_db_off           = 0x180        # [I] not the nominal place
phc_expire_us        = 25           # [I]
phc_block_us         = 900          # [I]
ts_tx                = true         # [I]
ts_rx                = true         # [I]
flow_rules           = 64           # [I]

# -- identity
gate_a               = false        # [I]
gate_b               = false        # [I]
aenq_rule            = false        # [I]
