// What is asked of a QEMU before its type of sound device is known, and what never is.
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src-core/clock.ts';
import { type Discovery, discover } from '../../../src-core/qemu/discover.ts';
import { QmpClient } from '../../../src-core/qemu/qmp-client.ts';
import { runTask } from '../../../src-core/qemu/qmp-task.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { type Answer, type Asked, FakeQemu } from './fake-qemu.ts';

/** These end QEMU when the device is a started vhost-user-snd. */
const DEADLY = [
  'x-query-virtio-status',
  'x-query-virtio-queue-status',
  'x-query-virtio-vhost-queue-status',
];
const COMMANDS = [
  ...DEADLY,
  'query-commands',
  'x-query-virtio',
  'qom-get',
  'trace-event-set-state',
];
const OWN = '/machine/peripheral/own/virtio-backend';
const VHOST = '/machine/peripheral/vhost/virtio-backend';

describe('discovery', () => {
  test('asks for the type before anything else, and of vhost-user-snd for nothing more', () => {
    const { found, qemu } = discovered([VHOST, OWN]);
    expect(found.devices).toMatchObject([
      { kind: 'other', path: VHOST, type: 'vhost-user-snd' },
      { kind: 'own', path: OWN, streams: 3, audiodev: 'a0' },
    ]);
    const asked = qemu.asked.filter(({ execute }) => execute !== 'qmp_capabilities');
    expect(asked.map(({ execute }) => execute).slice(0, 2)).toEqual([
      'query-commands',
      'x-query-virtio',
    ]);
    for (const path of [VHOST, OWN]) {
      const first = asked.find((each) => each.arguments?.path === path);
      expect(first).toMatchObject({ execute: 'qom-get', arguments: { property: 'type' } });
    }
    expect(asked.filter((each) => each.arguments?.path === VHOST)).toHaveLength(1);
    expect(asked.filter(({ execute }) => DEADLY.includes(execute))).toEqual([]);
  });

  test('leaves a device alone whose type cannot be had', () => {
    const { found } = discovered([OWN], { typeFails: true });
    expect(found.devices).toMatchObject([{ kind: 'other', type: '' }]);
  });

  test('leaves network cards alone', () => {
    const { found, qemu } = discovered(['/machine/net']);
    expect(found.devices).toEqual([]);
    expect(qemu.commands()).toEqual(['query-commands', 'x-query-virtio']);
  });

  test('says what this QEMU lacks', () => {
    const without = (name: string) => COMMANDS.filter((known) => known !== name);
    const some = discovered([OWN], { commands: without('trace-event-set-state') }).found;
    expect(some.missing).toContain('trace-event-set-state');
    expect(some.devices).toHaveLength(1);
    const all = discovered([OWN], { commands: without('x-query-virtio') });
    expect(all.found.problem).toMatch(/x-query-virtio/);
    expect(all.qemu.commands()).toEqual(['query-commands']);
  });

  test.each([
    ['nothing', null],
    ['a number', 7],
    ['a list of other things', [1, 'x', null]],
    ['devices without paths', [{ name: 'virtio-sound' }]],
  ])('takes %s for what it is', (_name, list) => {
    const { found } = discovered([], { list });
    expect(found.devices).toEqual([]);
    expect(found.problem).toBeDefined();
  });
});

interface Oddities {
  readonly typeFails?: boolean;
  readonly commands?: readonly string[];
  readonly list?: unknown;
}

function discovered(paths: readonly string[], odd: Oddities = {}) {
  const clock = new ManualClock();
  const qemu = new FakeQemu((asked) => answerTo(asked, paths, odd));
  const client = new QmpClient({
    ...{ channel: qemu, clock },
    ...{ onReady: () => {}, onEvent: () => {}, onGone: () => {} },
  });
  qemu.greet();
  qemu.deliver();
  const results: Discovery[] = [];
  runTask(client, discover(), (result) => results.push(result));
  for (let turn = 0; turn < 30; turn++) {
    clock.advance(10 * NS_PER_MS);
    qemu.deliver();
  }
  const [found] = results;
  if (found === undefined) throw new Error('discovery has not ended');
  return { found, qemu };
}

function answerTo(asked: Asked, paths: readonly string[], odd: Oddities): Answer {
  const { path, property } = asked.arguments ?? {};
  if (asked.execute === 'query-commands') {
    return { return: (odd.commands ?? COMMANDS).map((name) => ({ name })) };
  }
  if (asked.execute === 'x-query-virtio') {
    const named = paths.map((each) => ({
      path: each,
      name: each.includes('net') ? 'virtio-net' : 'virtio-sound',
    }));
    return { return: 'list' in odd ? odd.list : named };
  }
  if (asked.execute !== 'qom-get') return { error: { class: 'GenericError', desc: 'crash' } };
  if (property === 'streams') return { return: 3 };
  if (property === 'audiodev') return { return: 'a0' };
  if (odd.typeFails === true) return { error: { class: 'GenericError', desc: 'no' } };
  return { return: path === OWN ? 'virtio-sound-device' : 'vhost-user-snd' };
}
