/** The one line that a terminal shows while a session runs. Pure: status in, text out. */
import type { SessionStatus, StreamStatus } from '../src-core/contract-data.ts';
import { rateHzOf } from '../src-core/spec/formats.ts';
import type { StreamState } from '../src-core/spec/sound.ts';
import { NS_PER_MS, NS_PER_S, nsOf } from '../src-core/units.ts';

const STREAMS_SHOWN = 3;
/** States in which a stream holds or moves PCM. */
const BUSY: ReadonlySet<StreamState> = new Set(['prepared', 'running', 'stopped']);

/** `● live 00:12 · tx 1 204 rx 0 ctl 12 ev 2 · ▶0 running 85.3 ms ahead · ✕ 2 errors`. */
export function statusLine(status: SessionStatus): string {
  const { counts, findings, lostEntries, lostPcmBytes, sink, endNs } = status;
  const busy = status.streams.filter(({ state }) => BUSY.has(state));
  const parts = [
    `${PHASE_SIGNS[status.phase]} ${status.phase} ${elapsedText(endNs)}`,
    `tx ${grouped(counts.tx)} rx ${grouped(counts.rx)} ctl ${grouped(counts.control)} ev ${grouped(counts.event)}`,
    ...busy.slice(0, STREAMS_SHOWN).map(streamText),
    ...(busy.length > STREAMS_SHOWN ? [`and ${busy.length - STREAMS_SHOWN} streams`] : []),
    ...(findings.error > 0 ? [`✕ ${counted(findings.error, 'error')}`] : []),
    ...(findings.warning > 0 ? [`! ${counted(findings.warning, 'warning')}`] : []),
    ...(sink.hostUnderruns > 0 ? [counted(sink.hostUnderruns, 'host underrun')] : []),
    ...(lostEntries > 0 || lostPcmBytes > 0 ? [`▨ lost ${grouped(lostEntries)} entries`] : []),
  ];
  return parts.join(' · ');
}

/** As much of `line` as a terminal of that many columns takes without wrapping. */
export function fitStatusLine(line: string, columns: number): string {
  const characters = [...line];
  if (characters.length < columns) return line;
  return `${characters.slice(0, Math.max(0, columns - 2)).join('')}…`;
}

/** 12345 as `12 345`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `1 error`, `2 errors`. */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
}

const PHASE_SIGNS: Record<SessionStatus['phase'], string> = {
  waiting: '◇',
  live: '●',
  ended: '■',
  loading: '…',
};

function elapsedText(ns: number): string {
  const seconds = Math.floor(ns / NS_PER_S);
  const hours = Math.floor(seconds / 3600);
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
  return hours > 0 ? `${hours}:${clock}` : clock;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function streamText(stream: StreamStatus): string {
  const { streamId, direction, state, deviceFrames, sinkFrames, underruns, params } = stream;
  const rateHz = params === undefined ? 0 : rateHzOf(params.rate);
  const aheadMs = rateHz > 0 ? nsOf(deviceFrames + sinkFrames, rateHz) / NS_PER_MS : 0;
  const ahead = direction === 'output' ? ` ${aheadMs.toFixed(1)} ms ahead` : '';
  const missed = underruns > 0 ? ` ✕ ${counted(underruns, 'underrun')}` : '';
  return `${direction === 'output' ? '▶' : '◀'}${streamId} ${state}${ahead}${missed}`;
}
