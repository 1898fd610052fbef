/** New findings as short tones, a pitch for each severity: off until it is wanted, and never in what a guest plays or what is
 *  recorded, since it is the page's own sound. */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Severity } from '../../src-core/spec/rules.ts';
import { notify, useSession } from '../store/session.ts';

interface Tones {
  readonly areOn: boolean;
}

/** Told apart by pitch and by how often they sound. */
const TONES: Readonly<Record<Severity, { readonly hz: number; readonly times: number }>> = {
  error: { hz: 330, times: 3 },
  warning: { hz: 554, times: 2 },
  note: { hz: 880, times: 1 },
};
const BY_WEIGHT = ['error', 'warning', 'note'] as const;
const TONE_S = 0.07;
const STEP_S = 0.12;
/** What comes within that time sounds once, as its gravest. */
const REST_MS = 1200;
const LOUDNESS = 0.12;

export const useTones = create<Tones>()(
  persist((): Tones => ({ areOn: false }), { name: 'ringside.finding-tones', version: 1 }),
);

export function toggleTones(): void {
  const areOn = !useTones.getState().areOn;
  useTones.setState({ areOn });
  const what = areOn
    ? 'New findings are heard: three low tones for an error, two for a warning, a high one for a note.'
    : 'New findings are not heard any more.';
  notify({ severity: 'info', code: 'finding-tones', what });
  if (areOn) playTone('note');
}

/** Listens while the session is live. */
export function FindingTones(): null {
  const areOn = useTones((tones) => tones.areOn);
  const findings = useSession(({ status }) => status?.findings);
  const sessionId = useSession((session) => session.sessionId);
  const isLive = useSession(({ status }) => status?.phase === 'live');
  const heard = useRef({ sessionId, findings, atMs: 0 });
  useEffect(() => {
    const { current } = heard;
    const gravest =
      current.sessionId === sessionId ? gravestNew(current.findings, findings) : undefined;
    const nowMs = performance.now();
    const isDue = areOn && isLive && gravest !== undefined && nowMs - current.atMs > REST_MS;
    heard.current = { sessionId, findings, atMs: isDue ? nowMs : current.atMs };
    if (isDue) playTone(gravest);
  }, [areOn, findings, sessionId, isLive]);
  return null;
}

type Counts = Readonly<Record<Severity, number>>;

/** The gravest severity of which there are more than before. */
export function gravestNew(
  before: Counts | undefined,
  now: Counts | undefined,
): Severity | undefined {
  if (before === undefined || now === undefined) return undefined;
  return BY_WEIGHT.find((severity) => now[severity] > before[severity]);
}

let context: AudioContext | undefined;

function playTone(severity: Severity): void {
  if (typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  const { hz, times } = TONES[severity];
  for (let nth = 0; nth < times; nth++) {
    const from = context.currentTime + 0.02 + nth * STEP_S;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hz;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.008);
    gain.gain.linearRampToValueAtTime(0, from + TONE_S);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + TONE_S);
  }
}
