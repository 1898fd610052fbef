import { describe, expect, test } from 'vitest';
import { parseSinkSpec } from '../../../src-core/audio/sink-spec.ts';
import { parseSourceSpec } from '../../../src-core/audio/source-spec.ts';

function refusal(text: string, parse: typeof parseSinkSpec | typeof parseSourceSpec): string {
  const spec = parse(text);
  return spec.kind === 'problem' ? spec.detail : `accepted as ${spec.kind}`;
}

describe('a sink', () => {
  test('is one of three', () => {
    expect(parseSinkSpec('null')).toEqual({ kind: 'null' });
    expect(parseSinkSpec('native')).toEqual({ kind: 'native' });
    expect(parseSinkSpec('native:hw:1,0')).toEqual({ kind: 'native', device: 'hw:1,0' });
    expect(parseSinkSpec('wav:C:\\out')).toEqual({ kind: 'wav', directory: 'C:\\out' });
  });

  test('is refused with the form that it should have', () => {
    expect(refusal('', parseSinkSpec)).toBe(
      '"" is not a sink: use native[:DEVICE], wav:DIR or null',
    );
    expect(refusal('wav', parseSinkSpec)).toBe(
      '"wav" is not a sink: wav needs a directory: wav:DIR',
    );
    expect(refusal('null:x', parseSinkSpec)).toBe('"null:x" is not a sink: nothing follows "null"');
    expect(refusal('alsa', parseSinkSpec)).toContain('use native');
  });
});

describe('a source', () => {
  test('is one of five', () => {
    expect(parseSourceSpec('silence')).toEqual({ kind: 'silence' });
    expect(parseSourceSpec('tone:440.5')).toEqual({ kind: 'tone', hz: 440.5 });
    expect(parseSourceSpec('wav:a:b.wav')).toEqual({ kind: 'wav', path: 'a:b.wav' });
    expect(parseSourceSpec('loopback')).toEqual({ kind: 'loopback' });
    expect(parseSourceSpec('loopback:3')).toEqual({ kind: 'loopback', streamId: 3 });
    expect(parseSourceSpec('native:hw:0')).toEqual({ kind: 'native', device: 'hw:0' });
    expect(parseSourceSpec('native')).toEqual({ kind: 'native' });
  });

  test('is refused with the form that it should have', () => {
    const frequency = 'tone needs a frequency in Hz: tone:440';
    for (const text of ['tone', 'tone:', 'tone:a', 'tone: ']) {
      expect(refusal(text, parseSourceSpec)).toBe(`"${text}" is not a source: ${frequency}`);
    }
    for (const text of ['tone:0', 'tone:-1', 'tone:1e9', 'tone:Infinity']) {
      expect(refusal(text, parseSourceSpec)).toContain('more than 0 and at most 192000 Hz');
    }
    expect(refusal('wav:', parseSourceSpec)).toContain('wav needs a file: wav:FILE');
    expect(refusal('loopback:x', parseSourceSpec)).toContain('the id of a playback stream');
    expect(refusal('silence:1', parseSourceSpec)).toContain('nothing follows "silence"');
    expect(refusal('noise', parseSourceSpec)).toContain('use silence, tone:HZ');
  });
});
