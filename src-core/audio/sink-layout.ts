/** A run as it was heard: its frames on the sink's own clock, which goes on where the guest left the sink without PCM. Frames of
 *  the run are *own* frames here, those on the sink's clock *heard* ones. Pure.
 *
 *      own     0 ─────── 960 ───────── 2400
 *      heard   0 ─────── 960 ░░░ 1440 ───────── 2880      ░ silence that was put in
 */
import type { Frames } from '../units.ts';

/** Silence before an own frame. */
export interface SinkGap {
  readonly atFrame: Frames;
  readonly silentFrames: Frames;
}

/** A stretch of heard frames: of the run, or silence. */
export interface SinkPiece {
  readonly fromHeard: Frames;
  readonly toHeard: Frames;
  /** Own frame that is heard at `fromHeard`; -1: silence. */
  readonly fromOwn: Frames;
}

export class SinkLayout {
  readonly ownFrames: Frames;
  /** Own and silent ones. */
  readonly heardFrames: Frames;
  readonly pieces: readonly SinkPiece[];

  /** `gaps` in the order of their frames; those outside of the run, or without silence, count for nothing. */
  constructor(gaps: readonly SinkGap[], ownFrames: Frames) {
    this.ownFrames = ownFrames;
    this.pieces = piecesOf(gaps, ownFrames);
    this.heardFrames = this.pieces.at(-1)?.toHeard ?? ownFrames;
  }

  get silences(): readonly SinkPiece[] {
    return this.pieces.filter(({ fromOwn }) => fromOwn < 0);
  }

  /** Where an own frame is heard, behind the silence before it. Fractions, and frames outside of the run, go along. */
  heardOf(own: Frames): Frames {
    const piece = this.pieces.findLast(({ fromOwn }) => fromOwn >= 0 && fromOwn <= own);
    return piece === undefined ? own : piece.fromHeard + own - piece.fromOwn;
  }

  /** The own frame that is heard; in silence the one that follows it. */
  ownOf(heard: Frames): Frames {
    const piece = this.pieces.findLast(({ fromHeard }) => fromHeard <= heard);
    if (piece === undefined) return heard;
    if (piece.fromOwn >= 0) return piece.fromOwn + heard - piece.fromHeard;
    const next = this.pieces[this.pieces.indexOf(piece) + 1];
    return next?.fromOwn ?? this.ownFrames;
  }

  isSilent(heard: Frames): boolean {
    return this.pieces.some(
      ({ fromOwn, fromHeard, toHeard }) => fromOwn < 0 && heard >= fromHeard && heard < toHeard,
    );
  }

  /** Pieces in `[from, to)`, cut to it. */
  piecesIn(from: Frames, to: Frames): readonly SinkPiece[] {
    return this.pieces.flatMap(({ fromHeard, toHeard, fromOwn }) => {
      const first = Math.max(from, fromHeard);
      const end = Math.min(to, toHeard);
      if (end <= first) return [];
      const own = fromOwn < 0 ? -1 : fromOwn + first - fromHeard;
      return [{ fromHeard: first, toHeard: end, fromOwn: own }];
    });
  }
}

function piecesOf(gaps: readonly SinkGap[], ownFrames: Frames): SinkPiece[] {
  const pieces: SinkPiece[] = [];
  let own = 0;
  let heard = 0;
  const sound = (toOwn: Frames) => {
    if (toOwn <= own) return;
    pieces.push({ fromHeard: heard, toHeard: heard + toOwn - own, fromOwn: own });
    heard += toOwn - own;
    own = toOwn;
  };
  for (const { atFrame, silentFrames } of gaps) {
    if (atFrame < own || atFrame > ownFrames || !(silentFrames > 0)) continue;
    sound(atFrame);
    pieces.push({ fromHeard: heard, toHeard: heard + silentFrames, fromOwn: -1 });
    heard += silentFrames;
  }
  sound(ownFrames);
  return pieces;
}
