# SPDX-License-Identifier: BSD-2-Clause
#
# Device profile "gen6": 5th and 6th generation.
# [R] reported by a real device, [P] public report, [I] our guess.

# -- PCI
name                 = gen6         # [I]
stands_for           = 5th and 6th generation # [I]
device_id            = 0xec20       # [I]
revision             = 0x00         # [I] readless reads supported
bar0_bytes           = 0x10000      # [I]
bar2_bytes           = 0x1000000    # [I]
msix_bar             = 1            # [I] MSI-X on a BAR of its own
msix_vectors         = 33           # [I]

# -- registers
version              = 0x000a       # [R] 0.10, protocol 15.1
controller_version   = 0x01000001   # [P] 0.0.1, implementation 1, protocol 15.5
reset_timeout_100ms  = 31           # [I]
dma_bits             = 48           # [I]
admin_timeout_100ms  = 15           # [I]

# -- attributes
features             = 0xf41059fe   # [I] as a1 plus 3, 20, 29, 30, 31
features_rss         = 0xf4145dfe   # [I]
capabilities         = 0x1f         # [I]
max_mtu              = 9216         # [R] protocol 15.1

# -- queues
max_pairs            = 32           # [I]
tx_sq_depth          = 1024         # [I]
rx_sq_depth          = 16384        # [I]
cq_depth             = 16384        # [I]
tx_descs             = 17           # [I]
rx_descs             = 9            # [I]
max_header           = 224          # [I]

# -- handles and dynamic registers: ours, to differ between profiles
tx_sq_idx_base       = 0            # [I]
rx_sq_idx_base       = 64           # [I]
cq_idx_base          = 256          # [I]
db_base              = 0x8000       # [I]
db_stride            = 0x40         # [I]
unmask_base          = 0x2000       # [I]
unmask_stride        = 0x40         # [I]
head_db_base         = 0x2004       # [I]
numa_base            = 0x2008       # [I]

# -- LLQ
llq_count            = 32           # [P]
llq_depth            = 1024         # [P]
llq_wide_depth       = 512          # [P] 0: not given
llq_entry_sizes      = 0x5          # [P] 1 = 128, 2 = 192, 4 = 256 bytes
llq_recommended      = 0x4          # [P]
llq_header_loc       = 0x1          # [P] 1 inline, 2 ring
llq_before           = 0x6          # [P]
llq_stride           = 0x2          # [P] 1 single, 2 multiple
llq_accel_flags      = 0x3          # [P]
llq_accel_burst      = 512          # [P] bytes
llq_needs_accel      = true         # [P]

# -- offloads and RSS
tx_offloads          = 0x7f         # [I]
rx_offloads          = 0x0f         # [I]
rss_log2_min         = 7            # [I]
rss_log2_max         = 10           # [I]
rss_functions        = 0x6          # [I] Toeplitz and CRC32
rss_key_settable     = true         # [I]
rss_input_settable   = false        # [P] no known hardware, protocol 7.11

# -- events and timing
moderation_us        = 16           # [I]
aenq_groups          = 0x1ff        # [I]
aenq_enabled         = 0x1ff        # [I]
keep_alive_us        = 1000000      # [R] protocol 15.1
hints_present        = true         # [I]
hint_mmio_ms         = 200          # [I]
hint_keep_alive_ms   = 6000         # [I]
hint_tx_ms           = 5000         # [I]
hint_tx_count        = 128          # [I]
hint_admin_ms        = 3000         # [I]
link_mbit            = 0            # [I] feature 27 absent

# -- clock and flow steering
phc_db_off           = 0x100        # [I] the nominal place
phc_expire_us        = 0            # [I] 0 means 10
phc_block_us         = 0            # [I] 0 means 1000
ts_tx                = false        # [I]
ts_rx                = true         # [I]
flow_rules           = 16           # [I]

# -- identity
gate_a               = true         # [I]
gate_b               = true         # [I]
aenq_rule            = true         # [I]
