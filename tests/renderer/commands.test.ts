import { afterEach, describe, expect, test } from 'vitest';
import {
  bindKeys,
  type Command,
  keyLabel,
  registerCommands,
  runCommand,
  useCommands,
} from '../../renderer/commands.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
  useCommands.setState({ commands: [] });
  document.body.replaceChildren();
});

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', {
    ...{ key, code: key, bubbles: true, cancelable: true },
    ...more,
  });
  target.dispatchEvent(event);
  return event;
}

function command(id: string, keys: string[], run: () => void, when?: () => boolean): Command {
  return { id, title: id, group: 'Test', keys, run, ...(when === undefined ? {} : { when }) };
}

describe('the command registry', () => {
  test('binds the keys of commands, those that come later too', () => {
    const ran: string[] = [];
    undo.push(bindKeys());
    undo.push(registerCommands([command('zoom', ['w'], () => ran.push('zoom'))]));
    const event = press('w');
    expect(ran).toEqual(['zoom']);
    expect(event.defaultPrevented).toBe(true);
  });

  test('prefers the command registered last where it can be used', () => {
    const ran: string[] = [];
    let isThere = true;
    undo.push(bindKeys());
    registerCommands([command('everywhere', ['l'], () => ran.push('everywhere'))]);
    registerCommands([
      command(
        'here',
        ['l'],
        () => ran.push('here'),
        () => isThere,
      ),
    ]);
    press('l');
    isThere = false;
    press('l');
    expect(ran).toEqual(['here', 'everywhere']);
  });

  test('leaves single keys to a text field, but not those with Ctrl', () => {
    const ran: string[] = [];
    undo.push(bindKeys());
    registerCommands([
      command('n', ['n'], () => ran.push('n')),
      command('go', ['$mod+g'], () => ran.push('go')),
    ]);
    const input = document.createElement('input');
    document.body.append(input);
    press('n', input);
    press('g', input, { ctrlKey: true });
    expect(ran).toEqual(['go']);
  });

  test('replaces a command of the same id and takes commands out again', () => {
    const remove = registerCommands([command('a', [], () => undefined)]);
    registerCommands([{ ...command('a', [], () => undefined), title: 'newer' }]);
    expect(useCommands.getState().commands.map(({ title }) => title)).toEqual(['newer']);
    remove();
    expect(useCommands.getState().commands.length).toBe(1);
  });

  test('runs a command by its id only where it can be used', () => {
    registerCommands([
      command(
        'never',
        [],
        () => undefined,
        () => false,
      ),
    ]);
    expect(runCommand('never')).toBe(false);
    expect(runCommand('unknown')).toBe(false);
  });

  test('writes keys as people know them', () => {
    expect(
      ['$mod+g', 'Shift+n', 'Alt+ArrowLeft', '[Shift]+?', 'Escape', ','].map(keyLabel),
    ).toEqual(['Ctrl+G', 'Shift+N', 'Alt+←', '?', 'Esc', ',']);
  });
});
