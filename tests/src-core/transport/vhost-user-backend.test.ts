// The vhost-user back-end's answers: what is answered, what is acknowledged, what is refused, and what people are told.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src-core/limits.ts';
import { featureSet, hasFeature } from '../../../src-core/spec/ring.ts';
import { SND_CONFIG } from '../../../src-core/spec/sound.ts';
import {
  CONFIG_HEADER,
  PROTOCOL_FEATURES,
  REQUESTS,
  type RequestName,
  SINGLE_REGION,
} from '../../../src-core/transport/vhost-user-messages.ts';
import {
  ACCEPTED,
  BackendRig,
  FEATURES,
  memoryTable,
  RAM,
  ringAddress,
  state,
  u64,
} from './vhost-user-rig.ts';

describe('features', () => {
  test('are the device’s with the transport’s own bit, which the device never sees', () => {
    const rig = new BackendRig();
    expect(rig.ask('GET_FEATURES')).toBe(FEATURES | featureSet(30));
    rig.send('SET_FEATURES', u64(ACCEPTED));
    expect(rig.device.take()).toEqual([`features 0x${FEATURES.toString(16)}`]);
  });

  test('that were not offered are left out, and the breach is recorded', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.device.take();
    expect(rig.ask('SET_FEATURES', u64(ACCEPTED | featureSet(26, 33)))).toBe(1n);
    expect(rig.device.take()).toEqual(['violation VQ-S-05', `features 0x${FEATURES.toString(16)}`]);
    expect(rig.host.notes.join()).toContain('VHOST_F_LOG_ALL, VIRTIO_F_ACCESS_PLATFORM');
  });

  test('without VIRTIO_F_VERSION_1 are a breach that is explained', () => {
    const rig = new BackendRig();
    rig.send('SET_FEATURES', u64(featureSet(28)));
    expect(rig.device.take()[0]).toBe('violation VQ-S-18');
    expect(rig.host.notes.join()).toContain('disable-legacy=on');
  });

  test('of the protocol are those that are implemented, and no others', () => {
    const rig = new BackendRig();
    const { MQ, REPLY_ACK, BACKEND_REQ, CONFIG, INFLIGHT_SHMFD } = PROTOCOL_FEATURES;
    const { RESET_DEVICE, CONFIGURE_MEM_SLOTS, STATUS } = PROTOCOL_FEATURES;
    const offered = rig.ask('GET_PROTOCOL_FEATURES');
    expect(offered).toBe(
      featureSet(MQ, REPLY_ACK, BACKEND_REQ, CONFIG, INFLIGHT_SHMFD) |
        featureSet(RESET_DEVICE, CONFIGURE_MEM_SLOTS, STATUS),
    );
  });
});

describe('acknowledgements', () => {
  test('come only when REPLY_ACK was negotiated and one is asked for', () => {
    const rig = new BackendRig();
    expect(rig.send('SET_OWNER', undefined, { needsReply: true })).toBeUndefined();
    rig.negotiate();
    expect(rig.send('SET_OWNER')).toBeUndefined();
    expect(rig.ask('SET_OWNER')).toBe(0n);
  });

  test('a request with an answer of its own is answered once, asked or not', () => {
    const rig = new BackendRig();
    rig.negotiate();
    for (const needsReply of [false, true]) {
      const answer = rig.send('GET_QUEUE_NUM', undefined, { needsReply });
      expect(answer).toMatchObject({ request: REQUESTS.GET_QUEUE_NUM.code, flags: 5 });
      expect(answer?.payload).toEqual(u64(4));
    }
  });

  test('QEMU 10.2 asks for them with every kick, call and error descriptor', () => {
    const rig = BackendRig.running();
    for (const name of ['SET_VRING_KICK', 'SET_VRING_CALL', 'SET_VRING_ERR'] as const) {
      expect([name, rig.ask(name, u64(2), [9])]).toEqual([name, 0n]);
      expect([name, rig.ask(name, u64(4), [9])]).toEqual([name, 1n]);
      expect([name, rig.ask(name, u64(2), [])]).toEqual([name, 1n]);
      expect([name, rig.ask(name, u64(0x102), [])]).toEqual([name, 0n]);
    }
    expect(rig.host.lines).toContain('kick 2 = polled');
    expect(rig.host.lines).toContain('call 2 = 9');
    expect(rig.host.lines).toContain('error 2 = 9');
  });

  test('are non-zero for requests that we do not know or do not offer', () => {
    const rig = new BackendRig();
    rig.negotiate();
    const refused: (RequestName | number)[] = [
      'SET_LOG_BASE',
      'SET_LOG_FD',
      'IOTLB_MSG',
      'VRING_KICK',
      'POSTCOPY_ADVISE',
      'SET_VRING_ENDIAN',
      'SET_DEVICE_STATE_FD',
      'CREATE_CRYPTO_SESSION',
      'NET_SET_MTU',
      99,
    ];
    for (const name of refused) expect([name, rig.ask(name, undefined, [5])]).toEqual([name, 1n]);
    for (const name of refused) expect([name, rig.send(name)]).toEqual([name, undefined]);
    expect(rig.host.notes.join()).toContain('NET_SET_MTU was refused: no sound device has that');
    expect(rig.host.notes.join()).toContain('request 99 was refused: we do not know it');
  });

  test('what is wrong is told once a connection, however often it comes', () => {
    const rig = new BackendRig();
    for (let times = 0; times < 5; times++) rig.send('SET_LOG_BASE');
    expect(rig.host.notes).toHaveLength(1);
  });
});

describe('the configuration space', () => {
  const configRequest = (offset: number, size: number, room = size): Uint8Array => {
    const payload = new Uint8Array(CONFIG_HEADER.widthBytes + room);
    CONFIG_HEADER.writeInto(payload, 0, { offset, size, flags: 0 });
    return payload;
  };
  const read = (rig: BackendRig, offset: number, size: number) =>
    rig.send('GET_CONFIG', configRequest(offset, size))?.payload.slice(CONFIG_HEADER.widthBytes);

  test('is read at any offset and in any size, with zeros behind its end', () => {
    const rig = new BackendRig();
    const whole = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];
    expect([...(read(rig, 0, 12) ?? [])]).toEqual(whole);
    expect([...(read(rig, 4, 4) ?? [])]).toEqual([2, 0, 0, 0]);
    expect([...(read(rig, 7, 3) ?? [])]).toEqual([0, 3, 0]);
    expect([...(read(rig, 0, 16) ?? [])]).toEqual([...whole, 0, 0, 0, 0]);
    expect(rig.host.notes).toEqual([]);
  });

  test('is answered in the size of the request, and with nothing when it cannot be', () => {
    const rig = new BackendRig();
    expect(rig.send('GET_CONFIG', configRequest(0, 4, 12))?.payload).toHaveLength(24);
    expect(rig.send('GET_CONFIG', configRequest(0, 16, 12))?.payload).toHaveLength(0);
    expect(rig.send('GET_CONFIG', configRequest(250, 8))?.payload).toHaveLength(0);
    expect(rig.send('GET_CONFIG', Uint8Array.of(0, 0, 0))?.payload).toHaveLength(0);
  });

  test('is not written', () => {
    const rig = new BackendRig();
    rig.negotiate();
    expect(rig.ask('SET_CONFIG', configRequest(0, 12))).toBe(1n);
  });

  test('of another kind of device is asked about', () => {
    const rig = new BackendRig();
    read(rig, 0, 96);
    expect(rig.host.notes.join()).toContain('another kind of device than vhost-user-snd');
  });

  test('read without the number of control elements, though there are some, wants controls=on', () => {
    const rig = new BackendRig();
    rig.device.offered |= featureSet(0);
    rig.device.config = SND_CONFIG.write({ jacks: 0, streams: 2, chmaps: 0, controls: 3 });
    expect([...(read(rig, 0, 16) ?? [])][12]).toBe(3);
    expect(rig.host.notes).toEqual([]);
    read(rig, 0, 12);
    expect(rig.host.notes.join()).toContain('controls=on');
  });

  test('change is told on the channel that the front-end gave', () => {
    const rig = new BackendRig();
    rig.backend.configChanged();
    rig.negotiate();
    rig.send('SET_BACKEND_REQ_FD', undefined, { fds: [8] });
    rig.backend.configChanged();
    expect(rig.host.sent.map((bytes) => [...bytes])).toEqual([
      [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });
});

describe('memory', () => {
  const region = (at: bigint, bytes: bigint) => {
    return { guestAddress: at, widthBytes: bytes, userAddress: 0x1000n + at, mmapOffset: 0n };
  };

  test('comes as a table, and is replaced as a whole', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.device.take();
    const two = memoryTable([region(0n, 0x1000n), region(0x1_0000n, 0x2000n)]);
    expect(rig.ask('SET_MEM_TABLE', two, [5, 6])).toBe(0n);
    expect(rig.ask('SET_MEM_TABLE', memoryTable([region(0x5000n, 0x1000n)]), [7])).toBe(0n);
    expect(rig.device.take()).toEqual(['memory 0x0+0x1000 0x10000+0x2000', 'memory 0x5000+0x1000']);
  });

  test('comes region by region, and goes so', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.device.take();
    const add = (at: bigint) =>
      rig.ask('ADD_MEM_REG', SINGLE_REGION.write(region(at, 0x1000n)), [5]);
    expect(rig.ask('GET_MAX_MEM_SLOTS')).toBe(BigInt(LIMITS.memoryRegions));
    expect([add(0n), add(0x4000n), add(0x4800n)]).toEqual([0n, 0n, 1n]);
    const remove = SINGLE_REGION.write(region(0n, 0x1000n));
    expect([rig.ask('REM_MEM_REG', remove), rig.ask('REM_MEM_REG', remove)]).toEqual([0n, 1n]);
    expect(rig.device.take()).toEqual([
      'memory 0x0+0x1000',
      'memory 0x0+0x1000 0x4000+0x1000',
      'memory 0x4000+0x1000',
    ]);
  });

  test('that is not shared is explained', () => {
    for (const attempt of [
      (rig: BackendRig) => rig.ask('SET_MEM_TABLE', memoryTable([region(0n, 1n)]), []),
      (rig: BackendRig) => rig.ask('SET_MEM_TABLE', memoryTable([]), []),
      (rig: BackendRig) => rig.ask('ADD_MEM_REG', SINGLE_REGION.write(region(0n, 1n)), []),
      (rig: BackendRig) => {
        rig.host.unusable.add(9);
        return rig.ask('SET_MEM_TABLE', memoryTable([region(0n, 1n)]), [9]);
      },
      (rig: BackendRig) => {
        rig.setUpRing(0);
        return rig.enable(0);
      },
    ]) {
      const rig = new BackendRig();
      rig.negotiate();
      expect(attempt(rig)).toBe(1n);
      expect(rig.host.notes.join()).toContain('memory-backend-memfd,id=mem,size=SIZE,share=on');
    }
  });

  test('that overlaps, is empty or wraps round is refused, and what was there stays', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.shareMemory();
    rig.device.take();
    const bad = [
      [region(0n, 0x1000n), region(0xfffn, 0x1000n)],
      [region(0n, 0n)],
      [region(0xffff_ffff_ffff_f000n, 0x2000n)],
      [region(0n, 0xffff_ffff_ffff_ffffn)],
      [{ ...region(0n, 0x1000n), userAddress: 0xffff_ffff_ffff_ff00n }],
      [{ ...region(0n, 0x1000n), mmapOffset: 0xffff_ffff_ffff_ff00n }],
    ];
    for (const regions of bad) {
      expect(rig.ask('SET_MEM_TABLE', memoryTable(regions), [5, 6])).toBe(1n);
    }
    const cut = memoryTable([region(0n, 0x1000n)]).slice(0, 30);
    expect(rig.ask('SET_MEM_TABLE', cut, [5])).toBe(1n);
    expect(rig.device.take()).toEqual([]);
    expect(rig.host.memory.regions()).toMatchObject([{ guestAddress: RAM.guestAddress }]);
  });
});

describe('status', () => {
  test('is kept, and zero resets the device', () => {
    const rig = BackendRig.running();
    expect(rig.ask('SET_STATUS', u64(0x0f))).toBe(0n);
    expect(rig.ask('GET_STATUS')).toBe(0x0fn);
    expect(rig.device.take()).toEqual(['status 15']);
    rig.ask('SET_STATUS', u64(0));
    expect(rig.device.take()).toEqual(['status 0', 'reset']);
    expect(rig.host.lines).toEqual(['disarm 0', 'disarm 1', 'disarm 2', 'disarm 3']);
  });
});

describe('a hostile front-end', () => {
  test('cannot make the back-end throw, and gets at most one answer for each message', () => {
    const message = fc.record({
      request: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 0xffff_ffff })),
      needsReply: fc.boolean(),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.tuple(fc.nat({ max: 5 }), fc.nat()).map(([index, num]) => state(index, num)),
        fc.nat({ max: 0x1ff }).map((value) => u64(value)),
        fc.nat({ max: 4 }).map((index) => ringAddress(index)),
      ),
      fds: fc.array(fc.integer({ min: 3, max: 20 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), fc.boolean(), (messages, isRunning) => {
        const rig = isRunning ? BackendRig.running() : new BackendRig();
        rig.host.unusable.add(13);
        for (const one of messages) {
          const reply = rig.backend.handle(one);
          if (reply !== undefined) expect(reply.bytes.length).toBeLessThan(4096);
        }
      }),
      { seed: 20, numRuns: 300 },
    );
  });

  test('is told of the queues that a sound device has', () => {
    const rig = new BackendRig();
    rig.negotiate();
    expect(rig.ask('SET_VRING_NUM', state(4, 64))).toBe(1n);
    expect(rig.ask('SET_VRING_ADDR', ringAddress(7))).toBe(1n);
    expect(rig.host.notes.join()).toContain('a sound device has 4 queues');
    expect(hasFeature(rig.ask('GET_PROTOCOL_FEATURES') ?? 0n, 0)).toBe(true);
  });
});
