import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { FieldTree } from '../../../renderer/ui/field-tree.tsx';
import { HexView } from '../../../renderer/ui/hex-view.tsx';

afterEach(cleanup);

const BYTES = new Uint8Array([0x01, 0x04, 0, 0, 0x41, 0x42, 0, 0, 0xff]);
const RANGES = [
  { id: 'code', fromByte: 0, toByte: 4, label: 'virtio_snd_pcm_hdr.code' },
  { id: 'stream', fromByte: 4, toByte: 8, label: 'virtio_snd_pcm_hdr.stream_id' },
];

describe('a hex view', () => {
  test('shows bytes and text, eight a row on request', () => {
    render(<HexView label="Request" bytes={BYTES} perRow={8} />);
    const text = screen.getByRole('figure').textContent;
    expect(text).toBe('0000010400004142000' + '0····AB··' + '0008ff·');
  });

  test('names the field under the pointer', () => {
    const said: (string | undefined)[] = [];
    render(
      <HexView label="Request" bytes={BYTES} ranges={RANGES} onHighlight={(id) => said.push(id)} />,
    );
    fireEvent.pointerMove(screen.getByText('41'));
    fireEvent.pointerMove(screen.getByText('ff'));
    expect(said).toEqual(['stream', undefined]);
  });

  test('lights the bytes of a field that is pointed at elsewhere', () => {
    render(<HexView label="Request" bytes={BYTES} ranges={RANGES} highlight="stream" />);
    const lit = [...document.querySelectorAll('[class*=lit]')].map((e) =>
      e.getAttribute('data-at'),
    );
    expect(lit).toEqual(['4', '5', '6', '7', '4', '5', '6', '7']);
  });

  test('says how many bytes it leaves out', () => {
    render(<HexView label="PCM" bytes={new Uint8Array(100)} maxRows={2} />);
    expect(screen.getByText(/68 more bytes/)).toBeTruthy();
  });
});

describe('a tree of fields', () => {
  const nodes = [
    {
      id: 'hdr',
      name: 'virtio_snd_pcm_hdr',
      children: [
        { id: 'code', name: 'code', value: '0x00000104', meaning: 'VIRTIO_SND_R_PCM_START' },
        { id: 'stream', name: 'stream_id', value: '0' },
      ],
    },
  ];

  test('tells which field is pointed at, by pointer and by keys', () => {
    const said: (string | undefined)[] = [];
    render(
      <FieldTree
        label="Fields"
        nodes={nodes}
        highlight="code"
        onHighlight={(id) => said.push(id)}
      />,
    );
    fireEvent.pointerEnter(screen.getByText('stream_id').parentElement as Element);
    fireEvent.keyDown(screen.getByRole('tree'), { key: 'ArrowDown' });
    fireEvent.keyDown(screen.getByRole('tree'), { key: 'ArrowUp' });
    expect(said).toEqual(['stream', 'stream', 'hdr']);
  });

  test('folds and unfolds', () => {
    render(<FieldTree label="Fields" nodes={nodes} highlight="hdr" />);
    fireEvent.keyDown(screen.getByRole('tree'), { key: 'ArrowLeft' });
    expect(screen.queryByText('stream_id')).toBeNull();
    fireEvent.keyDown(screen.getByRole('tree'), { key: 'ArrowRight' });
    expect(screen.getByText('stream_id')).toBeTruthy();
  });
});
