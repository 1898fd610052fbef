// The QMP client against a QEMU that behaves, and against ones that do not.
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src-core/clock.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import {
  type QmpAnswer,
  QmpClient,
  type QmpEnd,
  type QmpEvent,
} from '../../../src-core/qemu/qmp-client.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';
import { type Answer, type Asked, FakeQemu } from './fake-qemu.ts';

describe('a QEMU that behaves', () => {
  test('is greeted, and says its version', () => {
    const { qemu, ready } = rig();
    expect(ready).toEqual([]);
    qemu.greet();
    qemu.deliver();
    expect(ready).toEqual([{ major: 10, minor: 0, micro: 2, package: 'test' }]);
    expect(qemu.asked.map(({ execute }) => execute)).toEqual(['qmp_capabilities']);
  });

  test('answers commands one after the other, each with its own answer', () => {
    const { qemu, client, clock } = greeted(({ execute }) => ({ return: execute }));
    const answers: unknown[] = [];
    for (const execute of ['a', 'b', 'c'])
      client.call({ execute }, (answer) => answers.push(answer));
    expect(qemu.commands()).toEqual(['a']);
    settle(qemu, clock);
    expect(answers).toEqual(['a', 'b', 'c'].map((value) => ({ ok: true, value })));
  });

  test('is not asked more than the bound in a second', () => {
    const { qemu, client, clock } = greeted();
    const askAgain = (): void => {
      client.call({ execute: 'x' }, askAgain);
    };
    askAgain();
    for (let step = 0; step < 1000; step++) {
      qemu.deliver();
      clock.advance(NS_PER_MS);
    }
    expect(qemu.commands().length).toBeGreaterThan(LIMITS.qmpCommandsPerSecond / 2);
    expect(qemu.commands().length).toBeLessThanOrEqual(LIMITS.qmpCommandsPerSecond + 1);
    expect(client.cost().commands).toBeGreaterThan(0);
  });

  test('refuses, and its words are kept', () => {
    const error = { class: 'CommandNotFound', desc: 'The command x has not been found' };
    const { qemu, client, clock } = greeted(() => ({ error }));
    const answers = collected(client, 'x');
    settle(qemu, clock);
    expect(answers).toEqual([
      { ok: false, why: 'refused', errorClass: 'CommandNotFound', text: error.desc },
    ]);
  });

  test('tells events between answers', () => {
    const { qemu, events, client } = greeted(() => undefined);
    client.call({ execute: 'x' }, () => {});
    qemu.say({ event: 'STOP', timestamp: { seconds: 1, microseconds: 2 } });
    qemu.say({ event: 'DEVICE_DELETED', data: { path: '/machine/x' } });
    expect(events).toEqual([
      { name: 'STOP', data: {} },
      { name: 'DEVICE_DELETED', data: { path: '/machine/x' } },
    ]);
  });

  test('is not asked what was cancelled, and the answer to it is not told', () => {
    const { qemu, client, clock } = greeted();
    const answers: QmpAnswer[] = [];
    const cancelFirst = client.call({ execute: 'first' }, (answer) => answers.push(answer));
    const cancelSecond = client.call({ execute: 'second' }, (answer) => answers.push(answer));
    cancelFirst();
    cancelSecond();
    client.call({ execute: 'third' }, (answer) => answers.push(answer));
    settle(qemu, clock);
    expect(qemu.commands()).toEqual(['first', 'third']);
    expect(answers).toHaveLength(1);
  });

  test('answers at once what is asked at once, with others behind', () => {
    const { qemu, client, clock } = greeted(({ execute }) => ({ return: execute }));
    const answers = collected(client, 'waits');
    expect(client.callNow({ execute: 'now' }, NS_PER_S)).toEqual({ ok: true, value: 'now' });
    settle(qemu, clock);
    expect(answers).toEqual([{ ok: true, value: 'waits' }]);
  });
});

describe('a QEMU that does not', () => {
  test('stays silent: nobody waits for ever for a greeting', () => {
    const { clock, ends } = rig();
    clock.advance(6 * NS_PER_S);
    expect(ends).toMatchObject([{ code: 'no-greeting' }]);
  });

  test('stays silent on a command: the next one is sent, and a late answer disturbs nobody', () => {
    const { qemu, client, clock } = greeted(({ execute }) =>
      execute === 'silent' ? undefined : { return: execute },
    );
    const silent = collected(client, 'silent');
    const next = collected(client, 'next');
    clock.advance(6 * NS_PER_S);
    expect(silent).toMatchObject([{ ok: false, why: 'late' }]);
    qemu.say({ return: 'late', id: 2 });
    settle(qemu, clock);
    expect(next).toEqual([{ ok: true, value: 'next' }]);
  });

  test('hangs up: every command that waits is answered, and the end is told once', () => {
    const { qemu, client, ends } = greeted(() => undefined);
    const first = collected(client, 'first');
    const second = collected(client, 'second');
    qemu.hangUp('it went away');
    qemu.hangUp('again');
    expect(first).toMatchObject([{ ok: false, why: 'gone' }]);
    expect(second).toMatchObject([{ ok: false, why: 'gone' }]);
    expect(ends).toEqual([{ code: 'closed', text: 'it went away' }]);
    expect(collected(client, 'after')).toMatchObject([{ ok: false, why: 'gone' }]);
  });

  test('hangs up in the middle of an answer: half of it is none', () => {
    const { qemu, client, ends } = greeted(() => undefined);
    const answers = collected(client, 'first');
    qemu.raw('{"return": {"status": "run');
    qemu.hangUp();
    expect(answers).toMatchObject([{ ok: false, why: 'gone' }]);
    expect(ends).toMatchObject([{ code: 'closed' }]);
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'not-qmp'],
    ['an object that is no greeting', '{"jsonrpc": "2.0"}\r\n', 'not-qmp'],
    ['numbers', '1\r\n', 'not-qmp'],
    [
      'the monitor for people',
      "QEMU 10.0.2 monitor - type 'help' for more information\r\n",
      'monitor',
    ],
  ])('is %s', (_name, text, code) => {
    const { qemu, ends } = rig();
    qemu.raw(text);
    expect(ends).toMatchObject([{ code }]);
    expect(qemu.isClosed).toBe(true);
  });

  test('is the monitor for people, which ends its prompt without a newline', () => {
    const { qemu, ends, clock } = rig();
    qemu.raw('QEMU 10.0.2 monitor - type');
    clock.advance(6 * NS_PER_S);
    expect(ends).toMatchObject([{ code: 'monitor' }]);
  });

  test('sends a line without an end', () => {
    const { qemu, ends } = greeted();
    const chunk = 'x'.repeat(1 << 20);
    for (let sent = 0; sent <= LIMITS.qmpLineBytes; sent += chunk.length) qemu.raw(chunk);
    expect(ends).toMatchObject([{ code: 'line-too-long' }]);
  });

  test('is asked too much at once: what exceeds the bound is told so', () => {
    const { client } = greeted(() => undefined);
    for (let asked = 0; asked <= LIMITS.qmpCommandsWaiting; asked++) {
      client.call({ execute: 'x' }, () => {});
    }
    expect(collected(client, 'y')).toMatchObject([{ ok: false, why: 'busy' }]);
  });
});

function rig(answer?: (asked: Asked) => Answer) {
  const clock = new ManualClock();
  const qemu = new FakeQemu(answer);
  const ready: unknown[] = [];
  const events: QmpEvent[] = [];
  const ends: QmpEnd[] = [];
  const client = new QmpClient({
    channel: qemu,
    clock,
    onReady: (version) => ready.push(version),
    onEvent: (event) => events.push(event),
    onGone: (end) => ends.push(end),
  });
  return { clock, qemu, client, ready, events, ends };
}

function greeted(answer?: (asked: Asked) => Answer) {
  const made = rig(answer);
  made.qemu.greet();
  made.qemu.deliver();
  made.clock.advance(10 * NS_PER_MS);
  return made;
}

function collected(client: QmpClient, execute: string): QmpAnswer[] {
  const answers: QmpAnswer[] = [];
  client.call({ execute }, (answer) => answers.push(answer));
  return answers;
}

/** Lets both sides finish, at the rate that is allowed. */
function settle(qemu: FakeQemu, clock: ManualClock): void {
  for (let turn = 0; turn < 20; turn++) {
    qemu.deliver();
    clock.advance(10 * NS_PER_MS);
  }
}
