/** What a person types to go somewhere: `4812`, `#4812`, `12.345 s`, `250ms`, `00:12:41.3`, `frame 57600`. */
import type { Frames, Ns } from '../../src-core/units.ts';

export type Place =
  | { readonly kind: 'message'; readonly index: number }
  | { readonly kind: 'time'; readonly atNs: Ns }
  | { readonly kind: 'frame'; readonly frame: Frames };

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** `undefined` when it is neither a number, a time nor a frame. Spaces inside numbers do not matter. */
export function parsePlace(text: string): Place | undefined {
  const packed = text.replace(/[\s\u2009_]/g, '').toLowerCase();
  const number = /^#?(\d+)$/.exec(packed);
  if (number?.[1] !== undefined) return { kind: 'message', index: Number(number[1]) };
  const frame = /^(?:(?:frame|fr?)(\d+)|(\d+)(?:frames?|fr?))$/.exec(packed);
  if (frame !== null) return { kind: 'frame', frame: Number(frame[1] ?? frame[2]) };
  const time = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s)$/.exec(packed);
  if (time?.[1] !== undefined && time[2] !== undefined) {
    return { kind: 'time', atNs: Number(time[1]) * (UNITS[time[2]] ?? 1) };
  }
  const clock = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(packed);
  if (clock === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = clock;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { kind: 'time', atNs: total * 1e9 };
}
