import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Puller } from '../../../renderer/store/puller.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A puller whose answers come when the test says so. */
function setUp(everyMs: number) {
  const asked: { answer: (value: string) => void; refuse: (why: Error) => void }[] = [];
  const said: unknown[] = [];
  const puller = new Puller<string>(
    () => new Promise((answer, refuse) => asked.push({ answer, refuse })),
    (what) => said.push('result' in what ? what.result : what.thrown),
    everyMs,
  );
  return { asked, said, puller };
}

describe('a puller', () => {
  test('has at most one request in flight, and pulls once more for all that changed meanwhile', async () => {
    const { asked, said, puller } = setUp(0);
    puller.want();
    puller.want();
    puller.want();
    expect(asked.length).toBe(1);
    asked[0]?.answer('first');
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(['first']);
    expect(asked.length).toBe(2);
    asked[1]?.answer('second');
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(['first', 'second']);
    expect(asked.length).toBe(2);
  });

  test('waits between two pulls', async () => {
    const { asked, puller } = setUp(33);
    puller.want();
    asked[0]?.answer('');
    await vi.advanceTimersByTimeAsync(0);
    puller.want();
    puller.want();
    expect(asked.length).toBe(1);
    await vi.advanceTimersByTimeAsync(32);
    expect(asked.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.length).toBe(2);
  });

  test('tells what was refused and goes on', async () => {
    const { asked, said, puller } = setUp(0);
    const why = new Error('no');
    puller.want();
    puller.want();
    asked[0]?.refuse(why);
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual([why]);
    expect(asked.length).toBe(2);
  });

  test('says nothing after it was stopped', async () => {
    const { asked, said, puller } = setUp(0);
    puller.want();
    puller.stop();
    asked[0]?.answer('late');
    await vi.advanceTimersByTimeAsync(0);
    puller.want();
    expect(said).toEqual([]);
    expect(asked.length).toBe(1);
  });
});
