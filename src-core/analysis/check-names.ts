/** Names of control elements and of their items: ASCII, not empty, ended by a zero inside the field. Spec: 5.14.6.10.1.1 */

export function isName(field: Uint8Array): boolean {
  const end = field.indexOf(0);
  return end > 0 && field.subarray(0, end).every((byte) => byte < 0x80);
}

/** For people; what is not printable becomes `·`. */
export function nameOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return [...field.subarray(0, end < 0 ? field.length : end)]
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
    .join('');
}
