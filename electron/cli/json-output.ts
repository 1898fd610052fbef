/** `--json` of the commands: one object a command, whose first member names its shape and the version of that shape. A
 *  member may be added within a version; one that goes or changes its meaning makes a new one. */

/** The line to print. 64-bit integers come as decimal strings. */
export function jsonLine(schema: `ringside.${string}/${number}`, members: object): string {
  return `${JSON.stringify({ schema, ...members }, withoutBigints)}\n`;
}

function withoutBigints(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
