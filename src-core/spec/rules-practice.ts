/** Practice: what the ear notices, whatever the standard says. */
import { device, driver, rule, warning } from './rule.ts';

export const PRACTICE_RULES = {
  'VS-P-01': rule(
    '5.14.6.8.1',
    driver,
    warning,
    ['walk', 'moved'],
    'A running output stream has a message posted whenever the sink asks for PCM (no underrun).',
    {
      ear: 'A gap.',
      remedy: 'Longer buffer, or wake up earlier; look at what the guest did just before.',
      how: 'The sink asked for more than there was, and PCM followed later in the same run.',
    },
  ),
  'VS-P-02': rule(
    '5.14.6.8.2',
    driver,
    warning,
    ['walk', 'moved'],
    'A running input stream has a message posted whenever PCM arrives (no overrun).',
    {
      ear: 'A piece of the recording is missing.',
      remedy: 'Longer buffer, or read earlier.',
      how: 'The source had PCM and no message to put it into.',
    },
  ),
  'VS-P-03': rule(
    '2.7.13.3',
    driver,
    warning,
    ['posted'],
    'A posted buffer is not written until it is used.',
    {
      ear: 'Torn sound: old PCM and new in one period.',
      remedy: 'Write first, then make it available (mmap users: advance appl_ptr afterwards).',
      how: 'Hash of each buffer when it becomes available against its hash when it is consumed.',
    },
  ),
  'VS-P-04': rule(
    '5.14.6.8.1',
    driver,
    warning,
    ['pcm', 'moved'],
    'A period does not repeat what was played just before.',
    {
      ear: 'A stutter: a piece of the sound is heard twice.',
      remedy:
        'Post only what the application has written. Where the guest posted another sound than was played, the device replays: it has to play silence when its queue is empty.',
      how: 'Each period against those before it, unless it is silent or constant.',
    },
  ),
  'VS-P-05': rule(
    '5.14.6.8.1',
    driver,
    warning,
    ['pcm', 'moved'],
    'No silence is inserted into sound.',
    {
      ear: 'A short hole, often with a click at its edges.',
      remedy: 'Fill the whole period before posting it.',
      how: 'Runs of exact zeros that begin and end amid sound.',
    },
  ),
  'VS-P-06': rule(
    '5.14.6.8.1',
    driver,
    warning,
    ['pcm', 'moved'],
    'Sound goes on from one message to the next without a jump.',
    {
      ear: 'A click.',
      remedy: 'Look at what stands on both sides: dropped, repeated or swapped periods.',
      how: 'Prediction error of the first sample of a message against the usual one.',
    },
  ),
  'VS-P-07': rule(
    '5.14.6.8.1',
    driver,
    warning,
    ['pcm', 'moved'],
    'Sound stays within full scale.',
    {
      ear: 'Distortion.',
      remedy: 'Lower the level before mixing.',
      how: 'Runs of samples at full scale.',
    },
  ),
  'VS-P-08': rule(
    '5.14.6.8.1',
    device,
    warning,
    ['walk', 'moved'],
    'The sound server is fed in time.',
    {
      ear: 'A gap, though the guest posted everything.',
      remedy: 'Give the sound server a longer buffer, or the device a higher priority.',
      how: 'The sound server told of an underrun while messages were there.',
    },
  ),
  'VS-P-09': rule(
    '5.14.6.8.1',
    device,
    warning,
    ['io', 'control'],
    'A running stream’s messages come back steadily: the guest never waits for longer than its buffer.',
    {
      ear: 'A gap, and a guest that believes in an underrun of its own.',
      remedy: 'Look at what held the sound server or the device up.',
      how: 'Time between two returned messages of a running stream while some wait, against the length of the buffer and 60 ms, the larger one.',
    },
  ),
} as const;
