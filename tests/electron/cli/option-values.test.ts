import { describe, expect, test } from 'vitest';
import * as value from '../../../electron/cli/option-values.ts';

describe('values of options', () => {
  test('a sink is native, a device of it, a folder of WAV files, or none', () => {
    for (const sink of ['native', 'native:hw:0', 'wav:out', 'wav:/a b/c', 'null']) {
      expect(value.parseSink(sink)).toBe(sink);
    }
    expect(() => value.parseSink('wav')).toThrow('wav needs a folder');
    for (const sink of ['', 'wav:', 'native:', 'alsa', 'nullx']) {
      expect(() => value.parseSink(sink)).toThrow();
    }
  });

  test('a source is silence, a tone, a file or what was played', () => {
    for (const source of [
      'silence',
      'loopback',
      'loopback:1',
      'tone:440',
      'tone:0.5',
      'wav:a.wav',
      'native',
    ]) {
      expect(value.parseSource(source)).toBe(source);
    }
    for (const source of ['', 'tone', 'tone:', 'tone:0', 'tone:-1', 'tone:1e3', 'wav', 'noise']) {
      expect(() => value.parseSource(source)).toThrow();
    }
  });

  test('seconds are positive and may have a fraction', () => {
    expect([value.parseSeconds('5'), value.parseSeconds('0.25')]).toEqual([5, 0.25]);
    for (const text of ['', '0', '-1', 'x', '1e9', 'Infinity', '1s']) {
      expect(() => value.parseSeconds(text)).toThrow('number of seconds');
    }
  });

  test('whole numbers stay in their range', () => {
    expect([value.parsePort('65535'), value.parseSeed('0'), value.parseStreamCount('64')]).toEqual([
      ...[65535, 0, 64],
    ]);
    for (const text of ['0', '65536', '80.5', '-80', '0x50', ' 80']) {
      expect(() => value.parsePort(text)).toThrow('from 1 to 65535');
    }
    expect(() => value.parseStreamCount('65')).toThrow('from 0 to 64');
  });
});
