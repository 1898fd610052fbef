/** Rules that an exchange can break, one row each: what the standard asks for, where, and of whom. A violation in a
 *  capture names its row by `id`. Section numbers are those of version 1.3. */
import type { QueueIndex } from '../units.ts';

export type Offender = 'driver' | 'device' | 'transport';
export type Severity = 'error' | 'warning' | 'note';

export interface Rule {
  readonly id: string;
  readonly section: string;
  readonly by: Offender;
  readonly severity: Severity;
  /** One sentence: what is asked for. */
  readonly asks: string;
}

/** One breach, as recorded. Everything else about it follows from `rule`. */
export interface Violation {
  readonly rule: RuleId;
  /** What was seen, with the numbers. */
  readonly detail: string;
  readonly queue?: QueueIndex;
  readonly streamId?: number;
}

const driver = 'driver';
const error = 'error';
const warning = 'warning';

export const RULES = {
  // Split and packed virtqueues
  'VQ-01': rule(
    '2.7.1',
    driver,
    error,
    'Ring areas are aligned (16, 2, 4 bytes) and a split queue’s size is a power of two up to 32768.',
  ),
  'VQ-02': rule(
    '2.7.4.2',
    driver,
    error,
    'In a chain every device-readable descriptor comes before every device-writable one.',
  ),
  'VQ-05': rule('2.7.5.2', driver, error, 'A descriptor chain has no loop and at most 2^32 bytes.'),
  'VQ-07': rule(
    '2.7.5.3.1',
    driver,
    error,
    'VIRTQ_DESC_F_INDIRECT is used only when VIRTIO_RING_F_INDIRECT_DESC was negotiated.',
  ),
  'VQ-08': rule(
    '2.7.5.3.1',
    driver,
    error,
    'An indirect table holds no descriptor that is itself indirect.',
  ),
  'VQ-09': rule(
    '2.7.5.3.1',
    driver,
    error,
    'A chain has at most as many descriptors as the queue has slots.',
  ),
  'VQ-10': rule(
    '2.7.5.3.1',
    driver,
    error,
    'A descriptor never has both VIRTQ_DESC_F_INDIRECT and VIRTQ_DESC_F_NEXT.',
  ),
  'VQ-11': rule(
    '2.7.5.3',
    driver,
    error,
    'An indirect table’s length is a non-zero multiple of 16, and `next` stays inside it.',
  ),
  'VQ-15': rule('2.7.6', driver, error, 'Head and `next` indexes are below the queue size.'),
  'VQ-16': rule(
    '2.7.6.1',
    driver,
    error,
    'avail.idx never goes back and never runs ahead of the used ring by more than the queue size.',
  ),
  'VQ-17': rule('2.7.6', driver, error, 'A head is not made available again before it was used.'),
  'VQ-18': rule(
    '2.7.5',
    driver,
    error,
    'Every descriptor’s range lies in guest memory and has at least one byte.',
  ),
  'VQ-19': rule(
    '2.7.7.1',
    driver,
    error,
    'avail.flags is 0 or 1, and 0 with VIRTIO_RING_F_EVENT_IDX.',
  ),
  'VQ-P07': rule(
    '2.8.19',
    driver,
    error,
    'In a packed ring INDIRECT is used only when negotiated, never with NEXT, and a table has only the WRITE flag.',
  ),
  'VQ-P11': rule(
    '2.8.14',
    driver,
    error,
    'Event suppression flags of a packed ring are 0, 1 or 2, and 2 only with VIRTIO_RING_F_EVENT_IDX.',
  ),
  'VQ-S-16': rule(
    '3.1.1',
    driver,
    error,
    'The driver sends no available buffer notification before DRIVER_OK.',
  ),
  'VQ-S-18': rule('6.1', driver, error, 'A driver accepts VIRTIO_F_VERSION_1 when it is offered.'),
  'VQ-S-05': rule(
    '2.2.1',
    driver,
    error,
    'The driver accepts only features that the device offers.',
  ),
  // virtio-sound, driver
  'VS-R-02': rule(
    '5.14.5.1',
    driver,
    error,
    'Buffers of the event queue have at least the size of virtio_snd_event, device-writable.',
  ),
  'VS-R-03': rule(
    '5.14.5.1',
    driver,
    error,
    'Buffers of the event queue have no device-readable part.',
  ),
  'VS-R-04': rule(
    '5.14.6.2',
    driver,
    error,
    'An item information request asks only for items that exist: start_id + count is at most the total.',
  ),
  'VS-R-05': rule(
    '5.14.6.2',
    driver,
    error,
    'The answer’s buffer of an item information request has room for the header and count × size bytes.',
  ),
  'VS-R-06': rule(
    '5.14.6.6.3',
    driver,
    error,
    'SET_PARAMS selects neither SHMEM_HOST nor SHMEM_GUEST.',
  ),
  'VS-R-07': rule('5.14.6.6.3.2', driver, error, 'period_bytes is not 0 and divides buffer_bytes.'),
  'VS-R-08': rule(
    '5.14.6.6.3.2',
    driver,
    error,
    'SET_PARAMS uses only features, formats and rates that the standard has.',
  ),
  'VS-R-09': rule(
    '5.14.6.6.3.2',
    driver,
    error,
    'SET_PARAMS uses only features, a format and a rate that the stream offers.',
  ),
  'VS-R-10': rule(
    '5.14.6.6.3.2',
    driver,
    error,
    'SET_PARAMS uses a number of channels that the stream offers.',
  ),
  'VS-R-12': rule('5.14.6.6.3.2', driver, error, 'The padding byte of SET_PARAMS is 0.'),
  'VS-R-14': rule(
    '5.14.6.8.1.2',
    driver,
    warning,
    'An output message carries period_bytes of PCM; only the last may be shorter.',
  ),
  'VS-R-15': rule(
    '5.14.6.8.1.2',
    driver,
    error,
    'An output message has no device-writable part but its 8-byte status.',
  ),
  'VS-R-16': rule(
    '5.14.6.8.2.2',
    driver,
    warning,
    'Input messages are posted before START, each with period_bytes of room.',
  ),
  'VS-R-17': rule(
    '5.14.6.8.2.2',
    driver,
    error,
    'An input message has no device-readable part but its 4-byte header.',
  ),
  'VS-R-18': rule(
    '5.14.6.10.2.1',
    driver,
    error,
    'CTL_READ is sent only for a control that can be read.',
  ),
  'VS-R-19': rule(
    '5.14.6.10.2.1',
    driver,
    error,
    'CTL_WRITE is sent only for a control that can be written.',
  ),
  'VS-R-20': rule(
    '5.14.6.10.3.2',
    driver,
    error,
    'CTL_TLV_READ is sent only for a control whose TLV can be read.',
  ),
  'VS-R-21': rule(
    '5.14.6.10.3.2',
    driver,
    error,
    'CTL_TLV_WRITE is sent only for a control whose TLV can be written.',
  ),
  'VS-R-22': rule(
    '5.14.6.10.3.2',
    driver,
    error,
    'CTL_TLV_COMMAND is sent only for a control that takes TLV commands.',
  ),
  'VS-R-23': rule(
    '5.14.6.10.3.2',
    driver,
    error,
    'A TLV that is sent has at most 65536 bytes of value, and its length is a multiple of 4.',
  ),
  // virtio-sound, what an implementation has to mind though no normative clause says it
  'VS-I-01': rule(
    '5.14.6.6.1',
    driver,
    error,
    'Stream commands come in the order of the command lifecycle.',
  ),
  'VS-I-02': rule(
    '5.14.6',
    driver,
    error,
    'A control request has its whole structure in the device-readable part and room for the 4-byte status.',
  ),
  'VS-I-03': rule('5.14.6', driver, error, 'A control request has a code that the standard knows.'),
  'VS-I-06': rule(
    '5.14.6.6',
    driver,
    error,
    'Stream, jack and control ids are below the totals in the configuration space.',
  ),
  'VS-I-07': rule(
    '5.14.6.8',
    driver,
    error,
    'Messages of the tx queue name an output stream, those of the rx queue an input stream.',
  ),
  'VS-I-08': rule(
    '5.14.6.8',
    driver,
    error,
    'An I/O message comes after PREPARE and before RELEASE.',
  ),
  'VS-I-09': rule(
    '5.14.6.4.2',
    driver,
    error,
    'JACK_REMAP is sent only for a jack that offers it, with association and sequence up to 15.',
  ),
  'VS-I-10': rule(
    '5.14.6.10',
    driver,
    error,
    'Control-element requests are sent only with VIRTIO_SND_F_CTLS, and CTL_ENUM_ITEMS only for an enumerated one.',
  ),
  'VS-I-14': rule('5.14.6.8', driver, error, 'PCM data is a whole number of frames.'),
  'VS-I-15': rule(
    '5.14.6.6.3',
    driver,
    warning,
    'period_bytes and buffer_bytes are whole numbers of frames, and a buffer has at least two periods.',
  ),
  'VS-I-16': rule(
    '5.14.6.10.2',
    driver,
    error,
    'Written control values are within their range, on a step, and an index of an existing item.',
  ),
  'VS-I-25': rule(
    '5.14.6.8',
    driver,
    error,
    'An I/O message has its 4-byte header and room for its 8-byte status.',
  ),
  'VS-I-26': rule(
    '5.14.6.10',
    driver,
    error,
    'The answer’s buffer of CTL_READ and CTL_ENUM_ITEMS has room for the whole answer.',
  ),
  // Practice: what the ear notices
  'VS-P-01': rule(
    '5.14.6.8.1',
    driver,
    warning,
    'A running output stream has a message posted whenever the sink asks for PCM (no underrun).',
  ),
  'VS-P-02': rule(
    '5.14.6.8.2',
    driver,
    warning,
    'A running input stream has a message posted whenever PCM arrives (no overrun).',
  ),
  'VS-P-03': rule('2.7.13.3', driver, warning, 'A posted buffer is not written until it is used.'),
} as const satisfies Record<string, Omit<Rule, 'id'>>;

export type RuleId = keyof typeof RULES;

/** The whole row of a rule. */
export function ruleOf(id: RuleId): Rule {
  return { id, ...RULES[id] };
}

/** Whether `text` names a rule: for what comes from a file. */
export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULES, text);
}

function rule(section: string, by: Offender, severity: Severity, asks: string): Omit<Rule, 'id'> {
  return { section, by, severity, asks };
}
