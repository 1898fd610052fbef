import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { usePull } from '../../../renderer/store/pull.ts';
import { useSession } from '../../../renderer/store/session.ts';
import type { Client } from '../../../src-core/rpc.ts';

const fresh = useSession.getState();

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  useSession.setState(fresh, true);
  vi.useRealTimers();
});

test('an answer that says that it is a part is asked for again until it is whole', async () => {
  const call = vi
    .fn()
    .mockResolvedValueOnce({ total: 1, partial: true })
    .mockResolvedValueOnce({ total: 2, partial: true })
    .mockResolvedValue({ total: 3, partial: false });
  useSession.setState({ client: { call } as unknown as Client });
  render(<Total />);
  await pass(2000);
  expect(screen.getByText('3')).toBeTruthy();
  expect(call).toHaveBeenCalledTimes(3);
});

function Total() {
  const { data } = usePull('blame', { first: 0, count: 3 }, { everyMs: 100, untilWhole: true });
  return <p>{data?.total}</p>;
}

async function pass(ms: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}
