import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { readLe32 } from '../../../src-core/spec/layout.ts';
import {
  CHMAP_INFO,
  CONTROLQ,
  JACK_INFO,
  JACK_REMAP,
  PCM_INFO,
  QUERY_INFO,
  SND_HDR,
  VIRTIO_SND_R_CHMAP_INFO,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_JACK_INFO,
  VIRTIO_SND_R_JACK_REMAP,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_NOT_SUPP,
  VIRTIO_SND_S_OK,
} from '../../../src-core/spec/sound.ts';
import { Guest } from './harness.ts';

function query(code: number, startId: number, count: number, size: number): Uint8Array {
  return QUERY_INFO.write({ code, startId, count, size });
}

describe('item information', () => {
  test('PCM_INFO tells what the topology has', () => {
    const guest = new Guest();
    const answer = guest.control(query(VIRTIO_SND_R_PCM_INFO, 0, 2, 32), 68);
    expect(answer.status).toBe(VIRTIO_SND_S_OK);
    expect(answer.posted.writtenBytes).toBe(68);
    const output = PCM_INFO.read(answer.payload, 0);
    expect(output).toEqual({
      hdaFnNid: 0,
      features: 0,
      formats: 0x1f_fffen,
      rates: 0x3fffn,
      direction: 0,
      channelsMin: 1,
      channelsMax: 2,
    });
    expect(PCM_INFO.read(answer.payload, 32)).toEqual({ ...output, direction: 1 });
    expect(guest.rules()).toEqual([]);
  });

  test('PCM_INFO of a part starts at start_id', () => {
    const guest = new Guest();
    const { payload, posted } = guest.control(query(VIRTIO_SND_R_PCM_INFO, 1, 1, 32), 100);
    expect(PCM_INFO.read(payload)?.direction).toBe(1);
    expect(posted.writtenBytes).toBe(36);
  });

  test('JACK_INFO has a speaker and a microphone', () => {
    const guest = new Guest();
    const { payload } = guest.control(query(VIRTIO_SND_R_JACK_INFO, 0, 2, 24), 52);
    const devices = [0, 24].map(
      (at) => ((JACK_INFO.read(payload, at)?.hdaRegDefconf ?? 0) >>> 20) & 15,
    );
    expect(devices).toEqual([1, 10]);
    expect(JACK_INFO.read(payload)?.connected).toBe(1);
  });

  test('CHMAP_INFO has a map for each number of channels and direction', () => {
    const guest = new Guest();
    const { payload, status } = guest.control(query(VIRTIO_SND_R_CHMAP_INFO, 0, 4, 24), 100);
    expect(status).toBe(VIRTIO_SND_S_OK);
    const maps = [0, 24, 48, 72].map((at) => CHMAP_INFO.read(payload, at));
    expect(maps.map((map) => [map?.direction, map?.channels])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
    expect([...(maps[1]?.positions ?? [])].slice(0, 3)).toEqual([3, 4, 0]);
  });

  test('a shorter stride cuts records off, a longer one is filled with zeros', () => {
    const guest = new Guest();
    const short = guest.control(query(VIRTIO_SND_R_PCM_INFO, 0, 2, 8), 20);
    expect(short.posted.writtenBytes).toBe(20);
    expect(readLe32(short.payload, 4)).toBe(0);
    const long = guest.control(query(VIRTIO_SND_R_PCM_INFO, 0, 2, 40), 84);
    expect(long.posted.writtenBytes).toBe(84);
    expect(PCM_INFO.read(long.payload, 40)?.direction).toBe(1);
    expect([...long.payload.subarray(32, 40)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('no items are no error', () => {
    const guest = new Guest();
    const { status, posted } = guest.control(query(VIRTIO_SND_R_PCM_INFO, 2, 0, 32), 4);
    expect([status, posted.writtenBytes]).toEqual([VIRTIO_SND_S_OK, 4]);
  });

  test('VS-R-04: items that do not exist, also when the sum overflows 32 bits', () => {
    const guest = new Guest();
    for (const [startId, count] of [
      [0, 3],
      [2, 1],
      [0xffff_ffff, 2],
    ] as const) {
      const { status, posted } = guest.control(
        query(VIRTIO_SND_R_PCM_INFO, startId, count, 32),
        100,
      );
      expect([status, posted.writtenBytes]).toEqual([VIRTIO_SND_S_BAD_MSG, 4]);
    }
    expect(guest.rules()).toEqual(['VS-R-04', 'VS-R-04', 'VS-R-04']);
  });

  test('VS-R-05: an answer that does not fit, also when count × size overflows 32 bits', () => {
    const guest = new Guest();
    for (const size of [32, 0x8000_0000]) {
      const { status, posted } = guest.control(query(VIRTIO_SND_R_PCM_INFO, 0, 2, size), 67);
      expect([status, posted.writtenBytes]).toEqual([VIRTIO_SND_S_BAD_MSG, 4]);
    }
    expect(guest.rules()).toEqual(['VS-R-05', 'VS-R-05']);
  });

  test('a stride beyond reason is refused, with a word why', () => {
    const guest = new Guest();
    const room = 80_004;
    const { status } = guest.control(query(VIRTIO_SND_R_PCM_INFO, 0, 2, 40_000), room);
    expect(status).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.all('setup').map(({ step }) => step.what)).toEqual(['note']);
  });

  test('rates of 1.4 are offered by 1.4 only', () => {
    const topology = makeTopology({ rates: [7, 14, 15] });
    const ratesOf = (specVersion: '1.2' | '1.3' | '1.4') => {
      const guest = new Guest({ topology, device: { specVersion } });
      const { payload } = guest.control(query(VIRTIO_SND_R_PCM_INFO, 0, 1, 32), 36);
      return PCM_INFO.read(payload)?.rates;
    };
    expect([ratesOf('1.2'), ratesOf('1.3'), ratesOf('1.4')]).toEqual([0x80n, 0x80n, 0xc080n]);
  });
});

describe('JACK_REMAP', () => {
  const remap = (jackId: number, association: number, sequence: number) =>
    JACK_REMAP.write({ code: VIRTIO_SND_R_JACK_REMAP, jackId, association, sequence });

  test('shows in the pin configuration until a reset', () => {
    const guest = new Guest();
    expect(guest.control(remap(0, 15, 3)).status).toBe(VIRTIO_SND_S_OK);
    const defconf = () => {
      const { payload } = guest.control(query(VIRTIO_SND_R_JACK_INFO, 0, 1, 24), 28);
      return JACK_INFO.read(payload)?.hdaRegDefconf;
    };
    expect(defconf()).toBe(0x0211_40f3);
    guest.device.reset();
    guest.attach();
    expect(defconf()).toBe(0x0211_4010);
  });

  test('VS-I-06, VS-I-09: a jack that is not there, cannot be remapped, or numbers too large', () => {
    const topology = makeTopology();
    const [speaker, ...others] = topology.jacks;
    if (speaker === undefined) throw new Error('there is a speaker');
    const fixed = { ...speaker, canRemap: false };
    const guest = new Guest({ topology: { ...topology, jacks: [...others, fixed] } });
    expect(guest.control(remap(2, 1, 1)).status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.control(remap(1, 1, 1)).status).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.control(remap(0, 16, 1)).status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.control(remap(0, 1, 16)).status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VS-I-06', 'VS-I-09', 'VS-I-09', 'VS-I-09']);
  });
});

describe('malformed requests', () => {
  test('VS-I-28: an unknown code is not supported', () => {
    const guest = new Guest();
    const { status } = guest.control(SND_HDR.write({ code: 0x0106 }));
    expect(status).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.rules()).toEqual(['VS-I-28']);
  });

  test('VS-I-27: a request that is too short for its structure, or for a code, is bad', () => {
    const guest = new Guest();
    const whole = query(VIRTIO_SND_R_PCM_INFO, 0, 1, 32);
    for (const bytes of [15, 4, 3, 1, 0]) {
      const { status, posted } = guest.control(whole.subarray(0, bytes), 36);
      expect([status, posted.writtenBytes]).toEqual([VIRTIO_SND_S_BAD_MSG, 4]);
    }
    expect(guest.rules()).toEqual(['VS-I-27', 'VS-I-27', 'VS-I-27', 'VS-I-27', 'VS-I-27']);
  });

  test('VS-I-27: without room for the status nothing is done and nothing is written', () => {
    const guest = new Guest();
    const { posted } = guest.control(JACK_REMAP.write(remapToOne()), 3);
    expect([posted.usedCount, posted.writtenBytes]).toEqual([1, 0]);
    expect(guest.rules()).toEqual(['VS-I-27']);
    const { payload } = guest.control(query(VIRTIO_SND_R_JACK_INFO, 0, 1, 24), 28);
    expect(JACK_INFO.read(payload)?.hdaRegDefconf).toBe(0x0211_4010);
  });

  test('a chain that breaks a rule of virtqueues is answered BAD_MSG, and not carried out', () => {
    const guest = new Guest();
    const at = guest.allocate(4);
    const unmapped = { address: 0xdead_0000_0000n, bytes: 8, writable: false };
    const room = { address: BigInt(at), bytes: 4, writable: true };
    const posted = guest.postRaw(CONTROLQ, [unmapped, room]);
    guest.kick(CONTROLQ);
    expect([posted.usedCount, posted.writtenBytes]).toEqual([1, 4]);
    expect(readLe32(guest.read(at, 4), 0)).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VQ-18']);
  });

  test('VS-I-10: control elements are not supported unless they were negotiated', () => {
    const guest = new Guest({ topology: makeTopology({ controls: true }), features: 1n << 32n });
    const { status } = guest.control(query(VIRTIO_SND_R_CTL_INFO, 0, 1, 96), 100);
    expect(status).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.rules()).toEqual(['VS-I-10']);
  });

  test('a request may be cut into descriptors anywhere', () => {
    const guest = new Guest();
    const request = query(VIRTIO_SND_R_PCM_INFO, 0, 2, 32);
    const cuts = Array.from({ length: 15 }, (_, place) => place + 1);
    expect(guest.control(request, 68, cuts).status).toBe(VIRTIO_SND_S_OK);
  });

  function remapToOne() {
    return { code: VIRTIO_SND_R_JACK_REMAP, jackId: 0, association: 1, sequence: 1 };
  }
});

test('a request leaves its whole life in the capture', () => {
  const guest = new Guest();
  const request = query(VIRTIO_SND_R_PCM_INFO, 0, 1, 32);
  guest.control(request, 36);
  const [popped] = guest.all('popped');
  const [used] = guest.all('used');
  expect(popped?.body).toEqual(request);
  expect(used?.popped).toBe(popped?.seq);
  expect(used?.writtenBytes).toBe(36);
  expect(readLe32(used?.reply ?? new Uint8Array(4), 0)).toBe(VIRTIO_SND_S_OK);
  expect(guest.story()).toEqual(['popped 0 PCM_INFO', 'used 0', 'interrupt 0']);
});
