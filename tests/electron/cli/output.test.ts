import { describe, expect, test } from 'vitest';
import { openOutput } from '../../../electron/cli/output.ts';

function opened(isTTY: boolean) {
  const text = { out: '', err: '' };
  const output = openOutput(
    { write: (part) => (text.out += part) },
    { write: (part) => (text.err += part), isTTY, columns: 20 },
  );
  return { output, text };
}

describe('where the command prints', () => {
  test('in a pipe there is no status line at all', () => {
    const { output, text } = opened(false);
    output.status('live');
    output.data('data\n');
    output.say('note\n');
    output.endStatus();
    expect(text).toEqual({ out: 'data\n', err: 'note\n' });
  });

  test('on a terminal the line is cut, written over, and makes room for what is said', () => {
    const { output, text } = opened(true);
    output.status('a line that is far too long');
    expect(text.err).toBe('\r\x1b[2Ka line that is far…');
    text.err = '';
    output.say('note\n');
    expect(text.err).toBe('\r\x1b[2Knote\na line that is far…');
    text.err = '';
    output.endStatus();
    output.say('end\n');
    expect(text.err).toBe('\r\x1b[2Kend\n');
  });

  test('the same line is written once', () => {
    const { output, text } = opened(true);
    output.status('live');
    text.err = '';
    output.status('live');
    expect(text.err).toBe('');
  });
});
