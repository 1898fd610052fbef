/** Letters of a trace's lines, as they stand in memory. */

/** Four hex digits, as they stand in memory, as a number. */
export function fourDigits(text: number): number {
  const nibbles = (text & 0x0f0f0f0f) + Math.imul((text >>> 6) & 0x01010101, 9);
  const pairs = ((nibbles & 0x000f000f) << 4) | ((nibbles >>> 8) & 0x000f000f);
  return ((pairs & 0xff) << 8) | ((pairs >>> 16) & 0xff);
}

/** Its value, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = (byte | 32) - 97;
  return letter >= 0 && letter <= 5 ? letter + 10 : -1;
}

/** Whether a trace event's name may have it. */
export function isNameByte(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === 95;
}

/** At most 400 letters of it. */
export function textOf(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  const stop = Math.min(end, from + 400);
  for (let place = from; place < stop; place++) text += String.fromCharCode(bytes[place] ?? 0);
  return text;
}
