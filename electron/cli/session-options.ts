/** Options that the commands of live sessions share. */
import { Option } from 'commander';
import * as value from './option-values.ts';

export interface SessionOptions {
  readonly sink?: string;
  readonly record?: string;
  /** `true` without a port. */
  readonly serve?: true | number;
  readonly json?: boolean;
  /** False for `--no-late-writes`. */
  readonly lateWrites?: boolean;
}

export const SINK = new Option(
  '--sink <SINK>',
  'where played sound goes: native[:DEVICE], wav:DIR (one file for each run of a stream) or null',
).argParser(value.parseSink);
export const RECORD = new Option('--record <FILE>', 'record the session to a .pcapng capture');
export const SERVE = new Option(
  '--serve [PORT]',
  'open the session to a browser of this machine; goes on until Ctrl-C',
).argParser(value.parsePort);
export const NO_LATE_WRITES = new Option(
  '--no-late-writes',
  'do not copy messages when they are posted to see whether they are still written to',
);
export const JSON_AT_END = new Option('--json', 'print the summary as one JSON object, at the end');

/** The part of a SessionJob that these options decide. */
export function sessionPart({ serve, json }: SessionOptions) {
  const served = serve === undefined ? {} : { serve: serve === true ? {} : { port: serve } };
  return { ...served, json: json === true };
}
