/** What some events of a trace tell, in words. */

/** QEMU's AudioFormat. */
const VOICE_FORMATS = ['U8', 'S8', 'U16', 'S16', 'U32', 'S32', 'FLOAT'];

/** Of a voice that the device opened: the numbers that `audio_open_out` and `audio_open_in` have. */
export function voiceText(
  isOutput: boolean,
  rateHz: number,
  channels: number,
  format: number,
): string {
  const what = isOutput ? 'plays' : 'records';
  const name = VOICE_FORMATS[format] ?? `format ${format}`;
  return `QEMU ${what} ${name}, ${channels} channels, ${rateHz} Hz: the stream’s parameters at PREPARE`;
}
