/** Structures that the user writes, to decode private data: C-like text to fields with offsets. Everything is bounded, and what is
 *  wrong is told with its place. Pure.
 *
 *      struct my_part { u8 kind; le16 len; };
 *      struct my_hdr { le32 magic; my_part parts[2]; u8 name[8]; u8 rest[]; }     the last one is what is decoded
 */

export type NumberKind = 'unsigned' | 'signed' | 'float' | 'char';

export interface NumberType {
  readonly kind: NumberKind;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isBig: boolean;
}

export interface StructField {
  readonly name: string;
  readonly type: NumberType | StructType;
  /** As it is written. */
  readonly typeName: string;
  /** -1: as many as there are bytes; absent: no array. */
  readonly count?: number;
}

export interface StructType {
  readonly name: string;
  readonly fields: readonly StructField[];
  /** Of all fields; of one with an open end, up to there. */
  readonly bytes: number;
}

export interface StructProblem {
  readonly message: string;
  /** Place in the text, and how many letters. */
  readonly at: number;
  readonly letters: number;
  readonly line: number;
  readonly column: number;
}

export type ParsedStruct =
  | { readonly kind: 'struct'; readonly root: StructType }
  | { readonly kind: 'problem'; readonly problem: StructProblem };

export const STRUCT_LIMITS = {
  letters: 8000,
  structs: 32,
  fields: 256,
  elements: 4096,
  depth: 8,
  bytes: 65_536,
} as const;

const TYPE_WORDS = 'u8, le16, le32, le64, be16, be32, be64, s8, sle16 …, f32, f64, char';

/** Each word of a number: `le32`, `__le32`, `uint32_t`, `u32`, `sbe16`, `int16_t`. Without an order: little-endian. */
const NUMBER = /^(?:__)?(s|i|int|u|uint)?(le|be)?(8|16|32|64)(?:_t)?$/;

export function parseStruct(text: string): ParsedStruct {
  try {
    return { kind: 'struct', root: new Parser(text).parse() };
  } catch (thrown) {
    if (!(thrown instanceof Wrong)) throw thrown;
    const { at, letters, message } = thrown;
    const before = text.slice(0, at).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    return { kind: 'problem', problem: { message, at, letters, ...place } };
  }
}

/** Bytes of one element of the field. */
export function widthOf({ type }: Pick<StructField, 'type'>): number {
  return type.bytes;
}

export function isStruct(type: NumberType | StructType): type is StructType {
  return 'fields' in type;
}

class Wrong extends Error {
  readonly at: number;
  readonly letters: number;

  constructor(message: string, at: number, letters = 1) {
    super(message);
    this.at = at;
    this.letters = Math.max(1, letters);
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private next = 0;
  private fields = 0;
  private readonly known = new Map<string, { readonly type: StructType; readonly depth: number }>();

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  parse(): StructType {
    let root: StructType | undefined;
    while (this.next < this.tokens.length) {
      root = this.struct();
      while (this.peek()?.text === ';') this.next++;
    }
    if (root === undefined) {
      throw new Wrong('Write a structure: struct name { le32 field; }', 0, this.text.length);
    }
    return root;
  }

  private struct(): StructType {
    const start = this.take('struct', 'A structure begins with the word “struct”.');
    const name = this.word('a name for the structure');
    if (this.known.has(name.text)) {
      throw new Wrong(`There is a structure ${name.text} already.`, name.at, name.text.length);
    }
    if (this.known.size >= STRUCT_LIMITS.structs) {
      throw new Wrong(`At most ${STRUCT_LIMITS.structs} structures.`, start.at, 6);
    }
    this.take('{', `“{” comes after the name of ${name.text}.`);
    const fields: StructField[] = [];
    const names = new Set<string>();
    let bytes = 0;
    let depth = 1;
    while (this.peek()?.text !== '}') {
      const field = this.field(names);
      const { isOpen } = this;
      this.isOpen = false;
      fields.push(field);
      if (isStruct(field.type)) {
        depth = Math.max(depth, 1 + (this.known.get(field.type.name)?.depth ?? 1));
      }
      bytes += isOpen ? 0 : widthOf(field) * (field.count ?? 1);
      const last = this.tokens[this.next - 1];
      if (bytes > STRUCT_LIMITS.bytes) {
        throw new Wrong(`More than ${STRUCT_LIMITS.bytes} bytes.`, last?.at ?? 0);
      }
      if (depth > STRUCT_LIMITS.depth) {
        throw new Wrong(`Nested deeper than ${STRUCT_LIMITS.depth}.`, last?.at ?? 0);
      }
      if (isOpen && this.peek()?.text !== '}') {
        throw new Wrong('Only the last field may have an open end: [].', this.peek()?.at ?? 0);
      }
    }
    const end = this.take('}', '');
    if (fields.length === 0) throw new Wrong(`${name.text} has no field.`, end.at);
    const type = { name: name.text, fields, bytes };
    this.known.set(name.text, { type, depth });
    return type;
  }

  /** The field that was read last ends where the bytes do. */
  private isOpen = false;

  private field(names: Set<string>): StructField {
    const { type, typeName } = this.type();
    const name = this.word(`a name for the field of type ${typeName}`);
    if (names.has(name.text) && name.text !== '_') {
      throw new Wrong(`There is a field ${name.text} already.`, name.at, name.text.length);
    }
    names.add(name.text);
    if (++this.fields > STRUCT_LIMITS.fields) {
      throw new Wrong(`At most ${STRUCT_LIMITS.fields} fields.`, name.at, name.text.length);
    }
    const count = this.count();
    if (count === -1 && isStruct(type) && type.bytes === 0) {
      throw new Wrong('An element without bytes never ends.', name.at, name.text.length);
    }
    this.isOpen = count === -1;
    this.take(';', `“;” is missing after ${name.text}.`);
    return { name: name.text, type, typeName, ...(count === undefined ? {} : { count }) };
  }

  private type(): { type: NumberType | StructType; typeName: string } {
    const first = this.word(`a type (${TYPE_WORDS}) or “}”`);
    const word = first.text === 'struct' ? this.word('the name of a structure above') : first;
    const typeName = word.text;
    const known = this.known.get(typeName);
    if (known !== undefined) {
      const last = known.type.fields.at(-1);
      if (last?.count === -1) {
        throw new Wrong(
          `${typeName} has an open end: it cannot be part of another.`,
          word.at,
          typeName.length,
        );
      }
      return { type: known.type, typeName };
    }
    const type = first.text === 'struct' ? undefined : numberType(typeName);
    if (type === undefined) {
      throw new Wrong(
        `No type ${typeName}: ${TYPE_WORDS}, or a structure above.`,
        word.at,
        typeName.length,
      );
    }
    return { type, typeName };
  }

  private count(): number | undefined {
    if (this.peek()?.text !== '[') return undefined;
    this.next++;
    if (this.peek()?.text === ']') {
      this.next++;
      return -1;
    }
    const token = this.tokens[this.next];
    const count = token === undefined ? Number.NaN : Number(token.text);
    if (
      token === undefined ||
      !Number.isInteger(count) ||
      count < 1 ||
      count > STRUCT_LIMITS.elements
    ) {
      const wanted = `A count from 1 to ${STRUCT_LIMITS.elements}, or nothing: [].`;
      throw new Wrong(wanted, token?.at ?? this.text.length, token?.text.length);
    }
    this.next++;
    this.take(']', '“]” is missing.');
    return count;
  }

  private peek(): Token | undefined {
    return this.tokens[this.next];
  }

  private word(wanted: string): Token {
    const token = this.peek();
    if (token === undefined || !/^[A-Za-z_]/.test(token.text)) {
      throw new Wrong(`Here comes ${wanted}.`, token?.at ?? this.text.length, token?.text.length);
    }
    this.next++;
    return token;
  }

  private take(text: string, message: string): Token {
    const token = this.peek();
    if (token?.text !== text) {
      const found = token?.text ?? '';
      throw new Wrong(
        message || `“${text}” is missing.`,
        token?.at ?? this.text.length,
        found.length,
      );
    }
    this.next++;
    return token;
  }
}

function numberType(word: string): NumberType | undefined {
  if (word === 'char') return { kind: 'char', bytes: 1, isBig: false };
  const float = /^(?:f|float|fle|fbe)(32|64)$/.exec(word);
  if (float !== null || word === 'float' || word === 'double') {
    const bits = word === 'float' ? 32 : word === 'double' ? 64 : Number(float?.[1]);
    return { kind: 'float', bytes: bits === 32 ? 4 : 8, isBig: word.startsWith('fbe') };
  }
  const found = NUMBER.exec(word);
  const [, sign = 'u', order, bits = '0'] = found ?? [];
  if (found === null || (found[1] === undefined && order === undefined)) return undefined;
  const kind = sign.startsWith('u') ? 'unsigned' : 'signed';
  return { kind, bytes: (Number(bits) / 8) as NumberType['bytes'], isBig: order === 'be' };
}

function tokensOf(text: string): readonly Token[] {
  if (text.length > STRUCT_LIMITS.letters) {
    throw new Wrong(`At most ${STRUCT_LIMITS.letters} letters.`, STRUCT_LIMITS.letters);
  }
  const tokens: Token[] = [];
  const pattern = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_]\w*|\d\w*|[{}[\];])/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) throw new Wrong(`“${text[at]}” has no meaning here.`, at);
    if (found[1] !== undefined) tokens.push({ text: found[1], at });
  }
  return tokens;
}
