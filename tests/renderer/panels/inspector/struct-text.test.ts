import { describe, expect, test } from 'vitest';
import { believedPin } from '../../../../renderer/panels/inspector/kept-pin.ts';
import {
  believedChoice,
  firstChoice,
  readAsPcm,
} from '../../../../renderer/panels/inspector/pcm-choice.ts';
import { decodeByText, MOST_NODES } from '../../../../renderer/panels/inspector/struct-decode.ts';
import { believedReading, FIRST_TEXT } from '../../../../renderer/panels/inspector/struct-store.ts';
import { parseStruct, STRUCT_LIMITS } from '../../../../renderer/panels/inspector/struct-text.ts';
import type { FieldNode } from '../../../../renderer/ui/field-tree.tsx';

function decode(text: string, bytes: readonly number[], fromByte = 0) {
  const parsed = parseStruct(text);
  if (parsed.kind !== 'struct') throw new Error(parsed.problem.message);
  const { nodes, ranges } = decodeByText(parsed.root, Uint8Array.from(bytes), fromByte, 'x');
  return { fields: nodes[0]?.children ?? [], nodes, ranges };
}

const told = (fields: readonly FieldNode[]) =>
  fields.map(({ name, value = '', meaning }) => `${name} ${value} ${meaning}`.trim());

describe('a structure that is written', () => {
  test('gives its fields in order, little-endian unless it says otherwise', () => {
    const text = `struct my_hdr { le32 magic; u8 flags; le16 len; be16 port; s8 gain; u8 name[4]; }`;
    const bytes = [1, 0, 0, 0, 7, 0x34, 0x12, 0x12, 0x34, 0xff, 0x41, 0x42, 0, 0];
    const { fields, ranges } = decode(text, bytes);
    expect(told(fields)).toEqual([
      'magic 1 0x00000001',
      'flags 7 0x07',
      'len 4660 0x1234',
      'port 4660 0x1234',
      'gain -1 0xff',
      'name[4] 41 42 00 00 “AB”',
    ]);
    expect(ranges.map(({ fromByte, toByte }) => [fromByte, toByte])).toEqual([
      [0, 4],
      [4, 5],
      [5, 7],
      [7, 9],
      [9, 10],
      [10, 14],
    ]);
    // a field in the tree has the id of its bytes
    expect(fields.map(({ id }) => id)).toEqual(ranges.map(({ id }) => id));
  });

  test('knows the words of C and of the kernel, comments, floats and letters', () => {
    const text = `
      /* a part */ struct part { uint8_t a; __le16 b; }; // of it
      struct all { struct part parts[2]; float f; char c; u64 big; };`;
    const bytes = [1, 2, 0, 3, 4, 0, 0, 0, 0x80, 0x3f, 0x41, ...Array(8).fill(0xff)];
    const { fields } = decode(text, bytes);
    expect(fields.map(({ name }) => name)).toEqual(['parts[2]', 'f', 'c', 'big']);
    expect(fields[0]?.children?.[1]?.children?.map(({ value }) => value)).toEqual(['3', '4']);
    expect(told(fields).slice(1)).toEqual([
      'f 1',
      "c 'A' 65",
      'big 18446744073709551615 0xffffffffffffffff',
    ]);
  });

  test('with an open end goes on to the end of the bytes', () => {
    const { fields } = decode('struct x { u8 n; le16 rest[]; }', [9, 1, 0, 2, 0, 3]);
    expect(fields[1]?.children?.map(({ value }) => value)).toEqual(['1', '2']);
  });

  test('says what is not there in place of making it up', () => {
    const { fields } = decode('struct x { le32 a; le32 b; }', [1, 0, 0, 0, 2, 0], 0);
    expect(fields[1]).toMatchObject({ meaning: 'only 2 of 4 bytes are there', isWrong: true });
    expect(decode('struct x { le32 a; }', [1], 7).fields[0]?.meaning).toContain('only 0 of 4');
  });

  test('shows a bounded number of fields', () => {
    const many = Array.from({ length: 4096 * 2 }, () => 0);
    const { nodes, fields } = decode('struct x { le16 a[4096]; }', many);
    expect(fields[0]?.children?.length).toBeLessThanOrEqual(MOST_NODES);
    expect(nodes.at(-1)?.name).toBe('…');
  });

  test.each([
    ['', 'Write a structure', 1, 1],
    ['le32 a;', 'begins with the word', 1, 1],
    ['struct x {\n  le33 a;\n}', 'No type le33', 2, 3],
    ['struct x {\n  le32 a\n}', '“;” is missing after a', 3, 1],
    ['struct x { u8 a[0]; }', 'A count from 1', 1, 17],
    ['struct x { u8 a[99999]; }', 'A count from 1', 1, 17],
    ['struct x { u8 a[]; u8 b; }', 'Only the last field', 1, 20],
    ['struct x { u8 a; u8 a; }', 'a field a already', 1, 21],
    ['struct x { struct y z; }', 'No type y', 1, 19],
    ['struct x { struct x y; }', 'No type x', 1, 19],
    ['struct x { }', 'has no field', 1, 12],
    ['struct x { u8 a; ', '“}”', 1, 18],
    ['struct x { u8 a @ }', '“@” has no meaning', 1, 17],
    ['struct x { u8 r[]; } struct y { x a; }', 'has an open end', 1, 33],
  ])('with a mistake is told what and where: %j', (text, message, line, column) => {
    const parsed = parseStruct(text);
    expect(parsed).toMatchObject({ kind: 'problem', problem: { line, column } });
    expect(parsed.kind === 'problem' && parsed.problem.message).toContain(message);
  });

  test('is bounded in letters, depth and bytes', () => {
    const deep = Array.from({ length: STRUCT_LIMITS.depth + 1 }, (_, nth) =>
      nth === 0 ? 'struct s0 { u8 a; };' : `struct s${nth} { s${nth - 1} a; };`,
    ).join(' ');
    const wide = 'struct a { u8 x[4096]; }; struct b { a y[4096]; };';
    for (const text of [' '.repeat(9000), deep, wide]) {
      expect(parseStruct(text).kind).toBe('problem');
    }
  });
});

describe('bytes as PCM by choice', () => {
  test('are turned round when they are big-endian', () => {
    const choice = { format: 5, channels: 1, rateHz: 8000, isBig: true };
    const { channels, frames, restBytes } = readAsPcm(
      Uint8Array.from([0x40, 0, 0xc0, 0, 9]),
      choice,
    );
    expect([...(channels[0] ?? [])]).toEqual([0.5, -0.5]);
    expect([frames, restBytes]).toEqual([2, 1]);
    const little = readAsPcm(Uint8Array.from([0, 0x40]), { ...choice, isBig: false });
    expect(little.channels[0]?.[0]).toBe(0.5);
  });

  test('begin as the stream says, and stay within what can be decoded', () => {
    expect(firstChoice(undefined)).toMatchObject({ format: 5, channels: 2, rateHz: 48_000 });
    const wild = believedChoice({ format: 0, channels: 99, rateHz: Number.NaN, isBig: true });
    expect(wild).toEqual({ format: 5, channels: 18, rateHz: 1000, isBig: true });
  });
});

describe('what the inspector keeps', () => {
  test('is taken over only where it is sound', () => {
    expect(believedReading(null)).toMatchObject({ saved: [], text: FIRST_TEXT });
    const kept = believedReading({
      saved: [{ name: 'a', text: 'b' }, 7],
      text: 3,
      folded: ['x', 1],
    });
    expect(kept).toMatchObject({ saved: [{ name: 'a', text: 'b' }], folded: ['x'] });
    const selection = { kind: 'message', index: 7 };
    expect(believedPin({ session: '1', title: 't', selection })?.selection).toEqual(selection);
    expect(
      believedPin({ session: '1', title: 't', selection: { kind: 'message' } }),
    ).toBeUndefined();
    expect(believedPin('x')).toBeUndefined();
  });
});
