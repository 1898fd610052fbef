import { describe, expect, test } from 'vitest';
import { parsePlace } from '../../../renderer/frame/parse-place.ts';

describe('a place to go to', () => {
  test.each([
    ['4812', { kind: 'message', index: 4812 }],
    ['#4 812', { kind: 'message', index: 4812 }],
    ['12.345 s', { kind: 'time', atNs: 12_345_000_000 }],
    ['250ms', { kind: 'time', atNs: 250e6 }],
    ['7 µs', { kind: 'time', atNs: 7000 }],
    ['00:12:41.5', { kind: 'time', atNs: 761.5e9 }],
    ['1:02', { kind: 'time', atNs: 62e9 }],
    ['frame 57 600', { kind: 'frame', frame: 57_600 }],
    ['480 frames', { kind: 'frame', frame: 480 }],
    ['f12', { kind: 'frame', frame: 12 }],
  ])('“%s” is understood', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });

  test.each(['', 'soon', '12 h', '-4', '1:2:3:4', 'frame', 'f1f'])('“%s” is not', (text) => {
    expect(parsePlace(text)).toBeUndefined();
  });
});
