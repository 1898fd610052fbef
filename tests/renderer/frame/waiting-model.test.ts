import { describe, expect, test } from 'vitest';
import { handshakeOf, notesOf } from '../../../renderer/frame/waiting-model.ts';
import type { SetupStep } from '../../../src-core/capture/entry.ts';

const rowsOf = (...steps: SetupStep[]) =>
  steps.map((step, seq) => ({ seq, atNs: seq * 1000, step }));

describe('the handshake', () => {
  test('has every step open while nobody has come', () => {
    const steps = handshakeOf([]);
    expect(steps.length).toBe(8);
    expect(steps.every(({ atNs }) => atNs === undefined)).toBe(true);
  });

  test('fills in what was seen of the newest connection only', () => {
    const steps = handshakeOf(
      rowsOf(
        { what: 'attached', detail: 'first' },
        { what: 'status', status: 0xf },
        { what: 'gone', detail: '' },
        { what: 'attached', detail: 'second' },
        { what: 'features', offered: 1n << 32n, accepted: 1n << 32n },
      ),
    );
    const seen = steps.filter(({ atNs }) => atNs !== undefined);
    expect(seen.map(({ title, detail }) => `${title}: ${detail}`)).toEqual([
      'A front-end connects to the socket: second',
      'Features are agreed: VIRTIO_F_VERSION_1',
    ]);
  });
});

describe('what the socket said', () => {
  test('is listed newest first, and tells that somebody connected', () => {
    const rows = rowsOf(
      { what: 'note', detail: 'QEMU connected.' },
      { what: 'note', detail: 'The guest’s memory is not shared.' },
    );
    expect(notesOf(rows, 1).map(({ text }) => text)).toEqual(['The guest’s memory is not shared.']);
    expect(handshakeOf(rows)[0]?.detail).toBe('QEMU connected.');
  });
});
