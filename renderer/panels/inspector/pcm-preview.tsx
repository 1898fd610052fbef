/** The first PCM of a message as a small wave, its channels one under the other. */
import { decodePcm, isDecodable } from '../../../src-core/audio/decode.ts';
import { formatName, type StreamParams } from '../../../src-core/spec/formats.ts';
import { type CanvasSize, useCanvas } from '../../canvas/use-canvas.ts';
import type { Theme } from '../../palette.ts';
import { formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';

export interface PcmPreviewProps {
  readonly pcm: Uint8Array;
  readonly params: StreamParams | undefined;
  readonly frames: number;
  /** It comes from a trace. */
  readonly isTraced?: boolean;
}

export function PcmPreview({ pcm, params, frames, isTraced = false }: PcmPreviewProps) {
  const isDrawable = params !== undefined && pcm.length > 0 && isDecodable(params.format);
  const channels = isDrawable ? decodePcm(pcm, params) : [];
  const { ref } = useCanvas((ctx, size, theme) => drawPcm(ctx, size, theme, channels), [pcm]);
  if (!isDrawable) {
    return <p className={styles.second}>{isTraced ? TRACED : whyNot(pcm, params)}</p>;
  }
  const shown = channels[0]?.length ?? 0;
  return (
    <>
      <div className={styles.wave}>
        <canvas ref={ref} aria-label="Wave of the message’s PCM" />
      </div>
      <p className={styles.second}>
        {shown < frames
          ? `First ${formatPlural(shown, 'frame')} of ${formatPlural(frames, 'frame')}`
          : formatPlural(shown, 'frame')}
        {` · ${formatName(params.format)} · ${formatPlural(params.channels, 'channel')}`}
      </p>
    </>
  );
}

/** One lane a channel; a line through the samples, or min–max bars where there are more than pixels. */
export function drawPcm(
  ctx: CanvasRenderingContext2D,
  { widthPx, heightPx }: CanvasSize,
  theme: Theme,
  channels: readonly Float32Array[],
): void {
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  const lanePx = heightPx / Math.max(1, channels.length);
  channels.forEach((samples, channel) => {
    const middlePx = (channel + 0.5) * lanePx;
    ctx.fillStyle = theme.grid;
    ctx.fillRect(0, Math.round(middlePx), widthPx, 1);
    ctx.strokeStyle = theme.waveRms;
    ctx.lineWidth = 1;
    ctx.beginPath();
    const stepPx = widthPx / Math.max(1, samples.length - 1);
    samples.forEach((sample, frame) => {
      const clipped = Math.max(-1, Math.min(1, sample));
      ctx.lineTo(frame * stepPx, middlePx - clipped * (lanePx / 2 - 1));
    });
    ctx.stroke();
  });
}

const TRACED = 'Unavailable: a trace has no PCM. The Waveform panel says how to get it.';

function whyNot(pcm: Uint8Array, params: StreamParams | undefined): string {
  if (params === undefined) return 'No stream parameters are known, so its bytes have no format.';
  if (pcm.length === 0) return 'No PCM of this message has moved yet, or none was recorded.';
  return `${formatName(params.format)} is coded: no wave can be drawn from its bytes.`;
}
