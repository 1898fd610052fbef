/** The menu of the session bar: every command of the registry under its heading, with its keys. */
import { Menu as MenuIcon } from 'lucide-react';
import { type Command, keyLabel, keysOf, useCommands, whyNot } from '../commands.ts';
import { namedLayouts, useLayouts } from '../dock/layout-store.ts';
import { Menu, MenuItem, MenuLine, SubMenu } from '../ui/menu.tsx';
import styles from './frame.module.css';

/** Groups that come first, in this order; those of the panels follow. */
const FIRST = ['Session', 'View', 'Panels', 'Layouts'];

export function SessionMenu() {
  const commands = useCommands((registry) => registry.commands);
  const groups = [...new Set([...FIRST, ...commands.map(({ group }) => group)])];
  const button = (
    <button type="button" className={styles.menu} aria-label="Menu">
      <MenuIcon />
    </button>
  );
  return (
    <Menu trigger={button}>
      {groups.map((group) => (
        <GroupMenu
          key={group}
          group={group}
          commands={commands.filter((command) => command.group === group)}
        />
      ))}
    </Menu>
  );
}

function GroupMenu({ group, commands }: { group: string; commands: readonly Command[] }) {
  if (commands.length === 0) return null;
  return (
    <>
      {group === 'Help' ? <MenuLine /> : null}
      <SubMenu label={group}>
        {commands.map((command) => (
          <CommandItem key={command.id} command={command} />
        ))}
        {group === 'Layouts' ? <OwnLayouts /> : null}
      </SubMenu>
    </>
  );
}

function CommandItem({ command }: { readonly command: Command }) {
  const [first] = keysOf(command);
  const active = useLayouts((layouts) => layouts.active);
  const layout = /^layout\.choose\.(.+)$/.exec(command.id)?.[1];
  return (
    <MenuItem
      label={command.title}
      keys={first === undefined ? undefined : keyLabel(first)}
      isOn={layout === undefined ? undefined : layout === active}
      disabled={whyNot(command)}
      onSelect={command.run}
    />
  );
}

function OwnLayouts() {
  const state = useLayouts();
  const own = namedLayouts(state).filter(({ isOwn }) => isOwn);
  return (
    <>
      {own.length === 0 ? null : <MenuLine />}
      {own.map(({ id, title }) => (
        <MenuItem
          key={id}
          label={title}
          isOn={id === state.active}
          onSelect={() => useLayouts.setState({ active: id, applied: state.applied + 1 })}
        />
      ))}
    </>
  );
}
