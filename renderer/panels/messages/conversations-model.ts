/** Conversations in words. */
import type { Conversation } from '../../../src-core/contract-messages.ts';
import { formatName, rateHzOf } from '../../../src-core/spec/formats.ts';
import { CODE_NAMES, EVENTQ, requestKind, VIRTIO_SND_S_OK } from '../../../src-core/spec/sound.ts';
import { statusName } from '../../store/message-row.ts';
import { formatPlural, formatRate } from '../../ui/format.ts';

/** `Playback, run 2: S16 · 2 ch · 48 kHz`, `PCM_INFO`, `event JACK_CONNECTED`. */
export function conversationTitle(conversation: Conversation): string {
  if (conversation.kind === 'lifecycle') {
    const { direction, run, params } = conversation;
    const what = direction === 'output' ? 'Playback' : 'Recording';
    const sound = `${formatName(params.format)} · ${params.channels} ch · ${formatRate(rateHzOf(params.rate))}`;
    return `▤ ${what}, run ${run + 1}: ${sound}`;
  }
  const { queue, code } = conversation;
  const name = CODE_NAMES.get(code) ?? `unknown 0x${code.toString(16).padStart(4, '0')}`;
  if (queue === EVENTQ) return `event ${name.replace('VIRTIO_SND_EVT_', '')}`;
  return requestKind(code)?.label ?? name;
}

export function conversationStatus(conversation: Conversation): string {
  if (conversation.kind === 'lifecycle') {
    const { isOpen, underruns, direction } = conversation;
    if (underruns > 0)
      return formatPlural(underruns, direction === 'output' ? 'underrun' : 'overrun');
    return isOpen ? '▶ goes on' : '■ released';
  }
  const { queue, status, toNs } = conversation;
  if (queue === EVENTQ) return 'told';
  if (status !== 0) return statusName(status);
  return Number.isNaN(toNs) ? '▶ open' : 'no status';
}

/** Something in it went wrong. */
export function isBad(conversation: Conversation): boolean {
  if (conversation.severity === 3) return true;
  if (conversation.kind === 'lifecycle') return conversation.underruns > 0;
  const { queue, status } = conversation;
  return queue !== EVENTQ && status !== 0 && status !== VIRTIO_SND_S_OK;
}
