import { act, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { fixture } from '../../../src-core/capture/importers/trace-text.ts';
import { advance, hookPanels, host, showPanel } from '../panel-harness.tsx';

hookPanels();

async function openFixture(): Promise<void> {
  await act(async () => {
    await host().client.call('openCaptureBytes', {
      name: 'trace.log',
      bytes: fixture('qemu-10.0-timestamps.log'),
    });
  });
  await advance(200);
}

test('streams of a trace show what it tells, and why the rest is not there and how to get it', async () => {
  await showPanel('streams');
  await openFixture();
  const text = document.body.textContent ?? '';
  expect(text).toContain('1 suspected underrun');
  expect(text).toContain('What the trace tells');
  expect(text).toContain('Not in a trace: format, rate, channels, buffer, frames, offers');
  expect(text).toContain(
    'SET_PARAMS came 4 times, but QEMU’s events have its code and stream alone.',
  );
  expect(text).toContain('ringside qemu --qmp PATH');
  expect(text).toContain('vhost-user-snd-pci');
  expect(screen.queryByText(/Hz/)).toBeNull();
});

test('latency of a trace joins the stages that it cannot tell apart, and says which marks it lacks', async () => {
  await showPanel('latency');
  await openFixture();
  await advance(600);
  const text = document.body.textContent ?? '';
  expect(text).toContain('in the device');
  expect(text).toContain('Not in a trace:');
});
