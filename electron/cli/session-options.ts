/** Options that the commands of live sessions share. */
import { Option } from 'commander';
import { given } from './command-row.ts';
import * as value from './option-values.ts';

export interface SessionOptions {
  readonly sink?: string;
  readonly record?: string;
  readonly quota?: number;
  readonly ring?: string;
  readonly on?: string;
  /** `true` without a port. */
  readonly serve?: true | number;
  /** Layout that the served page opens with. */
  readonly layout?: string;
  readonly json?: boolean;
  /** False for `--no-late-writes`. */
  readonly lateWrites?: boolean;
}

export const SINK = new Option(
  '--sink <SINK>',
  'where played sound goes: native[:DEVICE], wav:DIR (one file for each run of a stream) or null',
).argParser(value.parseSink);
export const RECORD = new Option('--record <FILE>', 'record the session to a .pcapng capture');
export const QUOTA = new Option(
  '--quota <SIZE>',
  'with --record: bytes that the file may take, as in 500M or 16G; if not said, 16G or a fifth of what is free',
).argParser(value.parseSize);
export const RING = new Option(
  '--ring <BEFORE/AFTER>',
  'with --record: keep only what surrounds a trigger, as in 60s/20s',
);
export const RING_ON = new Option(
  '--on <TRIGGER>',
  'with --ring: finding>=error, finding>=warning, finding>=note, xrun, or the id of a rule',
).default('finding>=error');
export const SERVE = new Option(
  '--serve [PORT]',
  'open the session to a browser of this machine; goes on until Ctrl-C',
).argParser(value.parsePort);
export const LAYOUT = new Option(
  '--layout <NAME>',
  'how the page arranges its panels: overview, glitch-hunt, driver, backend, debugger or one of your own',
);
export const NO_LATE_WRITES = new Option(
  '--no-late-writes',
  'do not copy messages when they are posted to see whether they are still written to',
);
export const JSON_AT_END = new Option('--json', 'print the summary as one JSON object, at the end');

/** The part of the host's options that says where the session is recorded. */
export function recordPart({ record, quota, ring, on = 'finding>=error' }: SessionOptions) {
  return {
    recordPath: record,
    quotaBytes: quota,
    ring: ring === undefined ? undefined : { span: ring, on },
  };
}

/** The part of a SessionJob that these options decide. */
export function sessionPart({ serve, layout, json }: SessionOptions) {
  const port = serve === true ? undefined : serve;
  const served = serve === undefined ? {} : { serve: given({ port, layout }) };
  return { ...served, json: json === true };
}

/** The page's address with the layout that it opens with; a name that the page does not know leaves it as it was. */
export function withLayout(address: string, layout: string | undefined): string {
  if (layout === undefined) return address;
  const url = new URL(address);
  url.searchParams.set('layout', layout);
  return url.href;
}
