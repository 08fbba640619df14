#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""TSO requests made up from a seed, and a second opinion on the segments.

	tso.py make SEED COUNT [--no-cwr] [--only 4|6]	>REQUESTS
	tso.py check REQUESTS PCAP
	tso.py spoil PCAP NUMBER	>PCAP

`check` cuts each request's frame with scapy, which knows nothing of the
device model: it takes the layers apart, sets what a segment must have of its
own, clears lengths and checksums, and lets scapy put it together again.  The
result must be the capture, byte for byte and in order.

`spoil` changes one byte, which `check` then has to notice.
"""
import logging
import random
import struct
import sys

logging.getLogger('scapy').setLevel(logging.ERROR)
from scapy.layers.inet import IP, TCP, IPOption_NOP, IPOption_Router_Alert
from scapy.layers.inet6 import (IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop,
                                PadN)
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.packet import Raw

MTU = 9216
LONGEST = 65536         # of a frame
SEGMENTS = 20           # at most, of most requests
FIN, PSH, CWR = 0x01, 0x08, 0x80


# ---- requests

def fold(data):
    """One's complement sum of an even number of bytes."""
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def tcp_options(rnd):
    return rnd.choice((
        [],
        [('NOP', None), ('NOP', None),
         ('Timestamp', (rnd.getrandbits(32), rnd.getrandbits(32)))],
        [('NOP', None), ('NOP', None),
         ('SAck', tuple(rnd.getrandbits(32)
                        for _ in range(2 * rnd.randint(1, 4))))],
        [('MSS', 1460), ('NOP', None), ('WScale', 7), ('NOP', None),
         ('NOP', None), ('SAckOK', b'')],
        [('NOP', None)] * (4 * rnd.randint(1, 10)),
    ))


def ip_layer(rnd, v6):
    tos = rnd.choice((0, 1, 2, 3, 0xb8))
    if not v6:
        return IP(src='10.%d.2.3' % rnd.randrange(256), dst='192.0.2.7',
                  id=rnd.choice((0, 1, 0x1234, 0xfff0, 0xffff)),
                  tos=tos, ttl=rnd.randint(1, 255),
                  flags=rnd.choice(('DF', 0)), chksum=0xdead,
                  options=rnd.choice(([], [], [IPOption_NOP()] * 4,
                                      [IPOption_Router_Alert()])))
    ip = IPv6(src='2001:db8::%x' % rnd.getrandbits(16), dst='fd00::9',
              tc=tos, fl=rnd.getrandbits(20), hlim=rnd.randint(1, 255))
    pad = PadN(optdata=b'\0' * 4)
    return rnd.choice((
        ip, ip, ip,
        ip / IPv6ExtHdrHopByHop(options=[pad]),
        ip / IPv6ExtHdrDestOpt(options=[PadN(optdata=b'\0' * 12)]),
    ))


def payload_bytes(rnd, mss, room):
    """How much: around multiples of the MSS, or as much as there can be."""
    kind = rnd.randrange(10)
    if kind == 0:
        n = rnd.randint(1, mss)
    elif kind == 1:
        n = room
    elif kind < 6:
        n = rnd.randint(1, SEGMENTS) * mss + rnd.choice((-1, 0, 0, 1))
    else:
        n = rnd.randint(1, SEGMENTS * mss)
    return max(1, min(n, room))


def frame_of(rnd, v6, no_cwr):
    """A layered frame and its MSS, checksum fields as hosts leave them."""
    tags = rnd.choice(((), (), (Dot1Q(vlan=42, prio=3),),
                       (Dot1AD(vlan=7), Dot1Q(vlan=8))))
    pkt = Ether(dst='02:00:00:00:00:0b', src='02:00:00:00:00:0a')
    for tag in tags:
        pkt = pkt / tag
    flags = 0x10 | rnd.choice((0, FIN, PSH, FIN | PSH))
    flags |= rnd.choice((0, 0, 0x40, 0x100))            # ECE, AE
    if not no_cwr and rnd.randrange(3) == 0:
        flags |= CWR
    tcp = TCP(sport=rnd.randint(1, 65535), dport=rnd.randint(1, 65535),
              seq=rnd.choice((rnd.getrandbits(32), 0xffffff00)),
              ack=rnd.getrandbits(32), window=rnd.getrandbits(16),
              flags=flags, chksum=0xbeef, options=tcp_options(rnd))
    pkt = pkt / ip_layer(rnd, v6) / tcp
    head = len(bytes(pkt))
    l3_off = 14 + 4 * len(tags)
    mss = rnd.choice((1, 7, 100, 536, 1000, 1220, 1448, 1460, 4096,
                      MTU - (head - l3_off), rnd.randint(64, 8000)))
    mss = min(mss, MTU - (head - l3_off))
    # an IP length has 16 bits, and does not count an IPv6 header itself
    room = min(LONGEST - head, 65535 - (head - l3_off))
    n = payload_bytes(rnd, mss, min(room, 100 * mss))
    return pkt / Raw(rnd.randbytes(n)), l3_off, mss


def seeded(raw, l3_off, v6, at):
    """The frame with the pseudo-header sum, without the length, in it."""
    addr = raw[l3_off + 8:l3_off + 40] if v6 else raw[l3_off + 12:l3_off + 20]
    seed = fold(addr + b'\0\x06')
    return raw[:at] + struct.pack('!H', seed) + raw[at + 2:]


def make(seed, count, no_cwr, only):
    rnd = random.Random(seed)
    for i in range(count):
        v6 = only == '6' or (only != '4' and i % 2 != 0)
        pkt, l3_off, mss = frame_of(rnd, v6, no_cwr)
        raw = bytes(pkt)
        l4_len = pkt[TCP].dataofs
        if l4_len is None:
            l4_len = Ether(raw)[TCP].dataofs
        l4_len *= 4
        l4_off = len(raw) - len(pkt[Raw].load) - l4_len
        df = v6 or raw[l3_off + 6] & 0x40
        form = rnd.choice(('full', 'part'))
        if form == 'part':
            raw = seeded(raw, l3_off, v6, l4_off + 16)
        print(form, 'df' if df else 'nodf', 6 if v6 else 4, mss, l3_off,
              l4_off - l3_off, l4_len, raw.hex())


# ---- the second opinion

def segments(raw, mss):
    """The frame cut by scapy."""
    whole = Ether(raw)
    data = bytes(whole[TCP].payload)
    out = []
    for i, at in enumerate(range(0, len(data), mss)):
        seg = whole.copy()
        ip = seg[IPv6] if IPv6 in seg else seg[IP]
        tcp = seg[TCP]
        if IPv6 in seg:
            del ip.plen
        else:
            ip.id = (ip.id + i) & 0xffff
            del ip.len, ip.chksum
        flags = int(tcp.flags)
        if at + mss < len(data):
            flags &= ~(FIN | PSH)
        if i != 0:
            flags &= ~CWR
        tcp.flags = flags
        tcp.seq = (tcp.seq + at) & 0xffffffff
        del tcp.chksum
        tcp.remove_payload()
        out.append(bytes(seg / Raw(data[at:at + mss])))
    return out


def read_pcap(path):
    with open(path, 'rb') as f:
        text = f.read()
    order = '<' if text[:4] == b'\xd4\xc3\xb2\xa1' else '>'
    at, frames = 24, []
    while at < len(text):
        n = struct.unpack(order + 'I', text[at + 8:at + 12])[0]
        frames.append(text[at + 16:at + 16 + n])
        at += 16 + n
    return frames


def explain(number, line, idx, want, got):
    print('request %d (%s), segment %d:' % (number, line, idx))
    if len(want) != len(got):
        print('  %d bytes, %d expected' % (len(got), len(want)))
    for i, (a, b) in enumerate(zip(want, got)):
        if a != b:
            print('  byte %d is 0x%02x, 0x%02x expected' % (i, b, a))
            break
    print('  got      ' + got[:120].hex())
    print('  expected ' + want[:120].hex())


def check(requests, pcap):
    frames = read_pcap(pcap)
    at = 0
    seen = {}
    with open(requests) as f:
        for number, line in enumerate(f, 1):
            *words, text = line.split()
            cut = segments(bytes.fromhex(text), int(words[3]))
            for idx, want in enumerate(cut):
                if at == len(frames):
                    print('request %d: the capture ends' % number)
                    return 1
                if frames[at] != want:
                    explain(number, ' '.join(words), idx, want, frames[at])
                    return 1
                at += 1
            key = 'IPv%s %s' % (words[2], words[0])
            old = seen.get(key, (0, 0))
            seen[key] = (old[0] + 1, old[1] + len(cut))
    if at != len(frames):
        print('%d segments too many' % (len(frames) - at))
        return 1
    for key in sorted(seen):
        print('%s: %d requests, %d segments identical' % ((key,) + seen[key]))
    return 0 if seen else 1


def spoil(pcap, number):
    """Change a byte of a frame, far from what one would look at first."""
    with open(pcap, 'rb') as f:
        text = bytearray(f.read())
    at = 24
    for _ in range(number):
        at += 16 + struct.unpack('=I', text[at + 8:at + 12])[0]
    n = struct.unpack('=I', text[at + 8:at + 12])[0]
    text[at + 16 + n - 1] ^= 1
    sys.stdout.buffer.write(text)


def main(argv):
    if len(argv) >= 4 and argv[1] == 'make':
        only = argv[argv.index('--only') + 1] if '--only' in argv else ''
        make(int(argv[2]), int(argv[3]), '--no-cwr' in argv, only)
        return 0
    if len(argv) == 4 and argv[1] == 'check':
        return check(argv[2], argv[3])
    if len(argv) == 4 and argv[1] == 'spoil':
        spoil(argv[2], int(argv[3]))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main(sys.argv))
