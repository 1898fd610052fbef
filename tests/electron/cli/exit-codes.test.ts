import { describe, expect, test } from 'vitest';
import {
  CommandFailure,
  EXIT,
  exitCodeFor,
  failureOf,
  failureText,
} from '../../../electron/cli/exit-codes.ts';
import { HostError } from '../../../src-core/host-error.ts';
import { RemoteError } from '../../../src-core/rpc.ts';

describe('how a failure ends the command', () => {
  test('what the host cannot open is 4, unless the caller knows better', () => {
    const inUse = new RemoteError('socket-in-use', 'The socket is in use.', 'Take another.');
    expect(failureOf(inUse).exitCode).toBe(EXIT.cannotAttach);
    expect(failureOf(inUse, EXIT.unreadable).exitCode).toBe(EXIT.unreadable);
    expect(failureOf(new HostError('port-in-use', 'It is.', 'Wait.')).exitCode).toBe(4);
  });

  test('a scenario, topology, sink or source that is wrong is wrong usage', () => {
    for (const code of ['unknown-scenario', 'bad-topology', 'bad-sink', 'bad-source']) {
      expect(failureOf(new RemoteError(code, 'No.')).exitCode).toBe(EXIT.usage);
    }
  });

  test('our own mistakes are 10, with what a report needs', () => {
    expect(failureOf(new RemoteError('internal-error', 'at x.ts')).exitCode).toBe(EXIT.internal);
    const failure = failureOf(new TypeError('x is not a function'));
    expect(failure.exitCode).toBe(EXIT.internal);
    expect(failure.message).toContain('exit-codes.test.ts');
    expect(failureOf('text').message).toBe('text');
  });

  test('a failure says what is wrong, what to do, and its code', () => {
    const failure = new CommandFailure(
      EXIT.unreadable,
      'config-unreadable',
      'x.json: gone',
      'Look.',
    );
    expect(failureText(failure)).toBe('ringside: x.json: gone.\n  Look.\n  (config-unreadable)\n');
    expect(failureOf(failure)).toBe(failure);
  });
});

describe('when several codes apply', () => {
  test('the first of 10, 3, 5, 6, 7, 1 wins', () => {
    const { findings, budget, notIdentical, incomplete, unreadable, internal } = EXIT;
    expect(exitCodeFor([findings, budget])).toBe(7);
    expect(exitCodeFor([budget, findings, notIdentical])).toBe(6);
    expect(exitCodeFor([notIdentical, incomplete, unreadable])).toBe(3);
    expect(exitCodeFor([findings, internal, unreadable])).toBe(10);
  });

  test('nothing is 0, and what has no place in that order counts less', () => {
    expect(exitCodeFor([])).toBe(0);
    expect(exitCodeFor([EXIT.ok, EXIT.ok])).toBe(0);
    expect(exitCodeFor([EXIT.interrupted, EXIT.ok])).toBe(130);
    expect(exitCodeFor([EXIT.timedOut, EXIT.findings])).toBe(1);
  });
});
