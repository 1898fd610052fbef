/** What a row of the table of rules holds. The rows are in `rules-*.ts`, `rules.ts` joins them. */

export type Offender = 'driver' | 'device' | 'transport';
export type Severity = 'error' | 'warning' | 'note';
export type SpecVersion = '1.2' | '1.3' | '1.4';
export const SPEC_VERSIONS: readonly SpecVersion[] = ['1.2', '1.3', '1.4'];

/** What has to be in a capture for a rule to be checked.
 *  `control` bytes of control requests and answers · `io` headers, lengths and statuses of I/O messages · `events` bytes of
 *  the event queue · `chains` descriptors · `rings` snapshots of ring memory · `pcm` · `moved` when PCM changed hands ·
 *  `interrupts` kicks and interrupts · `setup` features, status and queue addresses · `walk` the recorder walked the rings
 *  itself and named what it met · `posted` hashes of buffers from when they were posted */
export const EVIDENCE = {
  control: 'the bytes of control requests and answers',
  io: 'headers, lengths and statuses of I/O messages',
  events: 'the bytes of events',
  chains: 'the descriptors of messages',
  rings: 'snapshots of ring memory',
  pcm: 'PCM',
  moved: 'the moments at which PCM changed hands',
  interrupts: 'kicks and interrupts',
  setup: 'features, device status and queue addresses',
  walk: 'a recorder that walks the rings itself',
  posted: 'hashes of buffers from the moment at which they were posted',
} as const;
export type Evidence = keyof typeof EVIDENCE;

export interface RuleText {
  readonly section: string;
  readonly by: Offender;
  readonly severity: Severity;
  /** One sentence: what is asked for, in our words. */
  readonly asks: string;
  /** What breaking it does to the ear. */
  readonly ear: string;
  /** The usual remedy. */
  readonly remedy: string;
  readonly needs: readonly Evidence[];
  /** How it is computed. */
  readonly how: string;
  /** First version that has it. */
  readonly since: SpecVersion;
  /** Why no observer can check it: it is listed so, never as passed. */
  readonly unseen?: string;
}

export interface Rule extends RuleText {
  readonly id: string;
}

type Rest = Pick<RuleText, 'ear' | 'remedy' | 'how'> & { readonly since?: SpecVersion };

export function rule(
  section: string,
  by: Offender,
  severity: Severity,
  needs: readonly Evidence[],
  asks: string,
  rest: Rest,
): RuleText {
  return { section, by, severity, needs, asks, since: '1.2', ...rest };
}

/** A clause that no observer can check. */
export function unseen(
  section: string,
  by: Offender,
  severity: Severity,
  asks: string,
  why: string,
  rest: { readonly ear: string; readonly remedy: string },
): RuleText {
  return { section, by, severity, needs: [], asks, since: '1.2', how: '', unseen: why, ...rest };
}

/** What it comes to for the ear, where many rules come to the same. */
export const EAR = {
  stall: 'The device may give the queue up: sound stops until the driver resets it.',
  memory: 'Memory that is not sound may be played or overwritten: noise, or a crash of the guest.',
  chance: 'Nothing with this pair of driver and device; with another the stream may stay silent.',
  silent: 'The stream is refused or never starts: silence.',
  gap: 'A gap or a click.',
  wrong: 'Noise, or sound at a wrong pitch, level or place.',
  latency: 'Picture and sound drift apart, since players trust the reported delay.',
  late: 'Sound comes late; with a short buffer it breaks up.',
  none: 'Nothing yet; it is a trap for the next version.',
} as const;

export const { driver, device, transport, error, warning, note } = {
  driver: 'driver',
  device: 'device',
  transport: 'transport',
  error: 'error',
  warning: 'warning',
  note: 'note',
} as const;
