// When a ring runs, where it begins, and how a pause is told from a reset.
import { describe, expect, test } from 'vitest';
import { featureSet } from '../../../src-core/spec/ring.ts';
import { VRING_STATE } from '../../../src-core/transport/vhost-user-messages.ts';
import {
  ACCEPTED,
  BackendRig,
  FEATURES,
  PACKED,
  RAM,
  ringAddress,
  state,
  u64,
} from './vhost-user-rig.ts';

const FRESH_PACKED = 0x8000_8000;
const stopped = (avail: number) => ({ avail, availWrap: true, used: avail, usedWrap: true });

describe('a ring', () => {
  test('runs when it has a size, addresses and a kick descriptor, and is enabled', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.shareMemory();
    rig.device.take();
    rig.setUpRing(2, 0, 128);
    expect(rig.device.take()).toEqual([]);
    rig.enable(2);
    expect(rig.device.take()).toEqual(['queue 2 of 128 at 0 0']);
    expect(rig.host.lines).toEqual(['kick 2 = 102', 'call 2 = 202', 'arm 2']);
    expect(rig.device.setups[0]).toMatchObject({
      descriptorArea: RAM.guestAddress + 0x2_0000n,
      driverArea: RAM.guestAddress + 0x2_4000n,
      deviceArea: RAM.guestAddress + 0x2_8000n,
      packed: false,
      eventIdx: true,
      indirect: true,
    });
  });

  test('needs not be enabled by a front-end that did not accept protocol features', () => {
    const rig = new BackendRig();
    rig.negotiate(FEATURES);
    rig.shareMemory();
    rig.device.take();
    rig.setUpRing(0);
    expect(rig.device.take()).toEqual(['queue 0 of 64 at 0 0']);
  });

  test('begins at the base that the front-end tells, and at the used index in guest memory', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.shareMemory();
    rig.device.take();
    rig.host.memory.storeLe16(RAM.guestAddress + 0x1_8002n, 40);
    rig.setUpRing(1, 44);
    rig.enable(1);
    expect(rig.device.take()).toEqual(['queue 1 of 64 at 44 40']);
  });

  test('that is packed has slots and wrap counters in its base', () => {
    const rig = new BackendRig();
    rig.negotiate(ACCEPTED | PACKED);
    rig.shareMemory();
    rig.device.take();
    rig.setUpRing(0, FRESH_PACKED);
    rig.setUpRing(2, 0x0003_8011);
    rig.enable(0);
    rig.enable(2);
    expect(rig.device.take()).toEqual([
      'queue 0 of 64 at 0/true 0/true',
      'queue 2 of 64 at 17/true 3/false',
    ]);
    rig.device.position = { avail: 5, availWrap: false, used: 2, usedWrap: true };
    const answer = rig.send('GET_VRING_BASE', state(2, 0));
    expect(answer && VRING_STATE.read(answer.payload)).toEqual({ index: 2, num: 0x8002_0005 });
  });

  test('outside the shared memory does not run, and its error descriptor is signalled', () => {
    const rig = BackendRig.running();
    rig.ask('GET_VRING_BASE', state(3, 0));
    rig.host.lines.length = 0;
    rig.send('SET_VRING_ADDR', ringAddress(3, 0x1234n));
    expect(rig.ask('SET_VRING_KICK', u64(3), [9])).toBe(1n);
    expect(rig.host.lines).toEqual(['kick 3 = 9', 'error on 3']);
    expect(rig.host.notes.join()).toContain('the rings of rxq are outside the shared memory');
  });

  test('whose kick descriptor cannot be listened to is refused', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.shareMemory();
    rig.host.unusable.add(2);
    rig.setUpRing(2);
    expect(rig.enable(2)).toBe(1n);
  });

  test('takes a new kick descriptor while it runs', () => {
    const rig = BackendRig.running();
    expect(rig.ask('SET_VRING_KICK', u64(2), [33])).toBe(0n);
    expect(rig.host.lines).toEqual(['kick 2 = 33', 'arm 2']);
    expect(rig.device.take()).toEqual([]);
  });

  test('that is disabled stands still, and goes on where it was', () => {
    const rig = BackendRig.running();
    rig.device.position = stopped(9);
    rig.enable(2, false);
    rig.enable(2, true);
    expect(rig.device.take()).toEqual(['stop 2', 'queue 2 of 64 at 9 0']);
  });

  test('that is stopped tells where it stood, once and again', () => {
    const rig = BackendRig.running();
    rig.device.position = stopped(70_000 & 0xffff);
    const first = rig.send('GET_VRING_BASE', state(1, 0));
    const again = rig.send('GET_VRING_BASE', state(1, 0));
    expect(first && VRING_STATE.read(first.payload)).toEqual({ index: 1, num: 4464 });
    expect(again?.payload).toEqual(first?.payload);
    expect(rig.device.take()).toEqual(['stop 1']);
  });

  test('of a wrong size is refused', () => {
    const rig = BackendRig.running();
    expect([
      rig.ask('SET_VRING_NUM', state(0, 0)),
      rig.ask('SET_VRING_NUM', state(0, 65_536)),
    ]).toEqual([1n, 1n]);
  });
});

describe('rings that start again', () => {
  test('at the positions that they stopped at go on: nothing is reset', () => {
    const rig = BackendRig.running();
    rig.device.position = stopped(7);
    expect(rig.stopAll()).toEqual([7, 7, 7, 7]);
    rig.device.take();
    rig.startAll([7, 7, 7, 7]);
    expect(rig.device.take()).toEqual([0, 1, 2, 3].map((index) => `queue ${index} of 64 at 7 0`));
  });

  test('from the beginning belong to a driver that started over', () => {
    const rig = BackendRig.running();
    rig.device.position = stopped(7);
    rig.stopAll();
    rig.device.take();
    rig.startAll();
    expect(rig.device.take()).toEqual([
      'reset',
      ...[0, 1, 2, 3].map((index) => `queue ${index} of 64 at 0 0`),
    ]);
  });

  test('and were never used: either way nothing is lost by a reset', () => {
    const rig = BackendRig.running();
    rig.stopAll();
    rig.device.take();
    rig.startAll();
    expect(rig.device.take()[0]).toBe('reset');
  });

  test('where one had wrapped to 0 and the others had not go on', () => {
    const rig = BackendRig.running();
    for (const [index, avail] of [3, 0, 0, 5].entries()) {
      rig.device.position = stopped(avail);
      rig.enable(index, false);
      rig.send('GET_VRING_BASE', state(index, 0));
    }
    rig.device.take();
    rig.startAll([3, 0, 0, 5]);
    expect(rig.device.take()).not.toContain('reset');
  });

  test('with other features belong to another driver', () => {
    const rig = BackendRig.running();
    rig.device.position = stopped(7);
    rig.stopAll();
    rig.send('SET_FEATURES', u64(ACCEPTED & ~featureSet(29)));
    rig.device.take();
    rig.startAll([7, 7, 7, 7]);
    expect(rig.device.take()[0]).toBe('reset');
  });

  test('that are packed begin afresh at slot 0 with wrap counters of 1', () => {
    const rig = new BackendRig();
    rig.negotiate(ACCEPTED | PACKED);
    rig.shareMemory();
    rig.startAll([FRESH_PACKED, FRESH_PACKED, FRESH_PACKED, FRESH_PACKED]);
    rig.device.position = { avail: 3, availWrap: true, used: 3, usedWrap: true };
    const bases = rig.stopAll().map((base) => base ?? 0);
    rig.device.take();
    rig.startAll(bases);
    expect(rig.device.take()).not.toContain('reset');
    rig.stopAll();
    rig.device.take();
    rig.startAll([FRESH_PACKED, FRESH_PACKED, FRESH_PACKED, FRESH_PACKED]);
    expect(rig.device.take()[0]).toBe('reset');
  });

  test('one of them alone resets that queue, not the device', () => {
    const rig = BackendRig.running();
    rig.device.position = stopped(7);
    rig.enable(2, false);
    rig.send('GET_VRING_BASE', state(2, 0));
    rig.setUpRing(2, 0);
    rig.enable(2);
    expect(rig.device.take()).toEqual(['stop 2', 'queue 2 of 64 at 0 0']);
  });

  test('after RESET_DEVICE need to be set up again, and the device is reset once', () => {
    const rig = BackendRig.running();
    expect(rig.ask('RESET_DEVICE')).toBe(0n);
    expect(rig.device.take()).toEqual(['reset']);
    rig.enable(0);
    expect(rig.device.take()).toEqual([]);
    expect(rig.stopAll()).toEqual([0, 0, 0, 0]);
    rig.startAll();
    expect(rig.device.take()).toEqual([0, 1, 2, 3].map((index) => `queue ${index} of 64 at 0 0`));
  });

  test('after RESET_OWNER were all stopped by it', () => {
    const rig = BackendRig.running();
    expect(rig.ask('RESET_OWNER')).toBe(0n);
    expect(rig.device.take()).toEqual(['stop 0', 'stop 1', 'stop 2', 'stop 3']);
  });
});

describe('what the host may look at', () => {
  test('a ring that nobody has used is blank', () => {
    const rig = BackendRig.running();
    expect(rig.backend.isBlank(0)).toBe(true);
    rig.host.memory.write(RAM.guestAddress + 0x10n, Uint8Array.of(1));
    expect([rig.backend.isBlank(0), rig.backend.isBlank(1)]).toEqual([false, true]);
    rig.stopAll();
    expect(rig.backend.isBlank(1)).toBeUndefined();
  });

  test('bytes change when the driver makes something available', () => {
    const rig = BackendRig.running();
    const before = rig.backend.readDriverArea(0);
    rig.host.memory.storeLe16(RAM.guestAddress + 0x4002n, 1);
    expect(rig.backend.readDriverArea(0)).not.toEqual(before);
    rig.stopAll();
    expect(rig.backend.readDriverArea(0)).toBeUndefined();
  });
});
