import { describe, expect, test } from 'vitest';
import { PcmWaiter } from '../../../electron/audio/pcm-waiter.ts';
import { POLLERR, POLLIN, POLLOUT } from '../../../electron/event-loop.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { ClockLoop, FakeCard } from './fake-card.ts';

/** A loop that tells of descriptors when the test says so. */
class WatchLoop extends ClockLoop {
  override readonly canWatch = true;
  readonly watched = new Map<number, { events: number; onReady: (revents: number) => void }>();
  readonly unpollable = new Set<number>();

  override watch(fd = -1, events = 0, onReady: (revents: number) => void = () => {}): () => void {
    if (this.unpollable.has(fd)) throw new Error('cannot be polled');
    this.watched.set(fd, { events, onReady });
    return () => this.watched.delete(fd);
  }
}

/** A card with two descriptors, whose events mean what the test says. */
class CardWithDescriptors extends FakeCard {
  meaning = POLLOUT;
  readonly told: number[][] = [];

  override pollDescriptors(): { fd: number; events: number }[] {
    return [
      { fd: 10, events: POLLIN | POLLERR | 32 },
      { fd: 11, events: POLLOUT },
    ];
  }

  override streamEvents(_pcm = 0, revents: readonly number[] = []): number {
    this.told.push([...revents]);
    return this.meaning;
  }
}

function setUp() {
  const loop = new WatchLoop();
  const card = new CardWithDescriptors(loop, 1);
  const ready: number[] = [];
  const waiter = new PcmWaiter(loop, card, 7, 4 * NS_PER_MS, () => ready.push(loop.nowNs()));
  return { loop, card, ready, waiter };
}

describe('waiting for a stream', () => {
  test('watches its descriptors for what a loop can poll, once however often it is asked', () => {
    const { loop, waiter } = setUp();
    waiter.untilReady();
    waiter.untilReady();
    expect([...loop.watched].map(([fd, { events }]) => [fd, events])).toEqual([
      [10, POLLIN],
      [11, POLLOUT],
    ]);
    waiter.stop();
    expect(loop.watched.size).toBe(0);
  });

  test('lets ALSA say what the events of a descriptor mean', () => {
    const { loop, card, ready, waiter } = setUp();
    waiter.untilReady();
    loop.watched.get(11)?.onReady(POLLOUT);
    expect(card.told).toEqual([[0, POLLOUT]]);
    expect(ready).toHaveLength(1);
    card.meaning = 0;
    loop.watched.get(10)?.onReady(POLLIN);
    expect(ready).toHaveLength(1);
    card.meaning = POLLERR;
    loop.watched.get(10)?.onReady(POLLIN);
    card.meaning = -19;
    loop.watched.get(10)?.onReady(POLLIN);
    expect(ready).toHaveLength(3);
  });

  test('looks again after a time instead, when asked to or when nothing can be polled', () => {
    const { loop, ready, waiter } = setUp();
    waiter.untilReady();
    waiter.afterTime();
    expect(loop.watched.size).toBe(0);
    loop.advance(10 * NS_PER_MS);
    expect(ready).toEqual([4 * NS_PER_MS]);
    loop.unpollable.add(11);
    waiter.untilReady();
    expect(loop.watched.size).toBe(0);
    loop.advance(10 * NS_PER_MS);
    expect(ready).toEqual([4 * NS_PER_MS, 14 * NS_PER_MS]);
    waiter.afterTime();
    waiter.stop();
    loop.advance(10 * NS_PER_MS);
    expect(ready).toHaveLength(2);
  });
});
